"""``fxcrm statements``: what a company owns and earned, as text or JSON."""

from __future__ import annotations

import io
from argparse import Namespace as Arguments
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from json import dumps
from typing import Final

from fxcrm.bootstrap import rate_source, statement_page, stored_rates, write_statements
from fxcrm.cli import reporttexts
from fxcrm.cli.books import company_of, reading_desk
from fxcrm.cli.exports import put
from fxcrm.cli.groupfiles import group_of
from fxcrm.cli.visible import plain
from fxcrm.cli.words import ArgumentRefused, day_of
from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId
from fxcrm.ledger import Company
from fxcrm.mappings import FrozenMap
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.reports import Listing
from fxcrm.reports.statements import RowKind, Statement, Statements
from fxcrm.restatement import AsBooked, Basis
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.grouppresenting import present_group
from fxcrm.usecases.presenting import constant_rate, current_rate, present_company

ACTOR: Final = "fxcrm statements"
BASES: Final[Mapping[str, Callable[[Company, date], Basis]]] = FrozenMap(
    {
        "booked": lambda _, __: AsBooked(),
        "constant": constant_rate,
        "current": lambda _, as_of: current_rate(as_of),
    }
)
_FLUSH: Final = (RowKind.HEADING.value, RowKind.TOTAL.value)


def presented(arguments: Arguments) -> int:
    """Print or write the statements in a format, or explain some of their lines."""
    if arguments.format == "xlsx" and arguments.output is None and arguments.explain is None:
        expected = "needed for a workbook, which is no text"
        raise ArgumentRefused(name="--output", value="", expected=expected)
    with reading_desk(arguments, ACTOR, partial(_rates, arguments)) as desk:
        made = _made(desk, arguments)
    if arguments.explain is not None:
        for line in _explained(made, arguments.explain):
            print(line)
    elif arguments.output is None:
        print(FORMATS[arguments.format](made).decode(), end="")
    else:
        put(arguments.output, FORMATS[arguments.format](made))
    return 0


def _made(desk: Desk, arguments: Arguments) -> Statements:
    as_of = day_of("--as-of", arguments.as_of) or desk.now.date()
    code = getattr(arguments, "in")
    currency = Currency(code.upper()) if code else None
    if arguments.group is not None:
        group = group_of(arguments.group)
        basis = _basis(desk, group.parent, as_of, arguments.basis)
        return present_group(desk, group, as_of, presentation=currency, basis=basis)
    company = company_of(desk, arguments.company)
    basis = _basis(desk, company, as_of, arguments.basis)
    return present_company(desk, company, as_of, presentation=currency, basis=basis)


def _basis(desk: Desk, company: CompanyId, as_of: date, name: str) -> Basis:
    return BASES[name](desk.uow.companies.get(company), as_of)


def _rates(arguments: Arguments, store: Store) -> RateTable:
    """Rates for whatever was not decided when it was booked or closed."""
    source = rate_source(arguments.rates) if arguments.rates else stored_rates(store)
    return source.fetch().table


def _lines(made: Statements) -> Iterator[str]:
    about = f"{plain(made.title)}: statements of {made.as_of}, in {made.currency}"
    yield f"{about}, {made.basis}"
    yield from map(plain, made.notes)
    for one in made:
        yield ""
        yield one.name.upper()
        yield from reporttexts.table(_printed(one))


def _printed(statement: Statement) -> Listing:
    """As a terminal shows it: what a heading holds is set in, in place of the kind of line."""
    cells = tuple(
        (row[0], row[1] if row[2] in _FLUSH else f"  {row[1]}", *row[3:])
        for row in statement.listing().cells
    )
    return Listing(("account", "line", *statement.columns), cells)


def _text(made: Statements) -> bytes:
    return "".join(f"{line}\n" for line in _lines(made)).encode("utf-8", "backslashreplace")


def _xlsx(made: Statements) -> bytes:
    file = io.BytesIO()
    write_statements(file, made)
    return file.getvalue()


def _html(made: Statements) -> bytes:
    return statement_page(made).encode()


def _json(made: Statements) -> bytes:
    """One object: of whom and when, then every statement row by row."""
    asked = {
        "of": made.of,
        "title": made.title,
        "as_of": made.as_of.isoformat(),
        "currency": made.currency.code,
        "basis": made.basis,
        "notes": list(made.notes),
    }
    tables = {one.name: reporttexts.rows(one.listing()) for one in made}
    text = dumps({**asked, "statements": tables}, indent=2, ensure_ascii=False)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def _explained(made: Statements, label: str) -> Iterator[str]:
    for statement, row in made.explained(label):
        for column, figure in zip(statement.columns, row.figures, strict=True):
            if figure is not None and (figure.value or figure.inputs):
                yield f"{statement.name}, {column}"
                yield from map(plain, figure.explain().splitlines())


FORMATS: Final[Mapping[str, Callable[[Statements], bytes]]] = FrozenMap(
    {"text": _text, "json": _json, "xlsx": _xlsx, "html": _html}
)
