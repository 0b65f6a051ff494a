"""``fxcrm close``, ``translate``, ``remeasure``, ``consolidate``: the end of a day."""

from __future__ import annotations

import json
from argparse import Namespace as Arguments
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Final

import attrs

from fxcrm.adapters.clock import SystemClock
from fxcrm.bootstrap import open_application
from fxcrm.cli import grouptexts, measuretexts
from fxcrm.cli.books import company_of, existing
from fxcrm.cli.groupfiles import group_of
from fxcrm.cli.revaluing import bookkeeping_of
from fxcrm.cli.visible import plain
from fxcrm.cli.words import day_of, instant_of
from fxcrm.currencies import Currency
from fxcrm.errors import NotThere
from fxcrm.figures import Figure
from fxcrm.ids import CompanyId
from fxcrm.ledger import Company, Consolidation
from fxcrm.mappings import FrozenMap
from fxcrm.usecases.closing import close_period
from fxcrm.usecases.consolidating import close_group, consolidate_group
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.performing import insisting, reading
from fxcrm.usecases.remeasuring import remeasure_company
from fxcrm.usecases.revaluing import revalue
from fxcrm.usecases.translating import explained_translation, translate_company


class FigureMissing(NotThere):
    """A label that no figure has."""

    label: str
    template = "no figure has {label} in its label; run it without --explain to see the labels"


@attrs.frozen
class Shut:
    """What became of one company: how many entries revalued it, None where it was shut before."""

    company: CompanyId
    entries: int | None
    through: date


@attrs.frozen
class Closing:
    """What closing did, or would do."""

    shut: tuple[Shut, ...]
    group: Consolidation | None


def close(arguments: Arguments) -> int:
    """Show what a closing would do; do it with ``--post``."""
    made = _closing(arguments)
    if arguments.format == "json":
        print(json.dumps(_closing_data(made, arguments), indent=2, ensure_ascii=False))
        return 0
    for one in made.shut:
        print(plain(_told(one)))
    if made.group is not None:
        _print(grouptexts.proof(made.group))
    print("done and recorded" if arguments.post else "a trial: --post would keep this")
    return 0


def _told(one: Shut) -> str:
    if one.entries is None:
        return f"{one.company} is shut through {one.through} already"
    number = f"{one.entries} {'entry' if one.entries == 1 else 'entries'}"
    return f"{one.company}: revalued by {number}, shut through {one.through}"


def _closing_data(made: Closing, arguments: Arguments) -> dict[str, object]:
    members = [
        {"company": one.company, "entries": one.entries, "through": one.through.isoformat()}
        for one in made.shut
    ]
    group = made.group and grouptexts.consolidation_data(made.group)
    return {"posted": bool(arguments.post), "companies": members, "group": group}


def _closing(arguments: Arguments) -> Closing:
    at = instant_of("--at", arguments.at) or SystemClock().now()
    rules = bookkeeping_of(arguments.bookkeeping)
    with open_application(existing(arguments.db), arguments.rates) as application:

        def attempt() -> Closing:
            with application.store.begin(actor=arguments.by, at=at) as unit:
                desk = Desk(unit, application.rates, at, arguments.by, bookkeeping=rules)
                made = _shut(desk, arguments)
                if arguments.post:
                    unit.commit()
            return made

        return insisting(attempt)


def _shut(desk: Desk, arguments: Arguments) -> Closing:
    through = day_of("--through", arguments.through) or desk.now.date()
    if arguments.group is None:
        return Closing((_shut_one(desk, company_of(desk, arguments.company), through),), None)
    group = group_of(arguments.group)
    present = (one for one in group.members if group.is_present(one, through))
    books = [desk.uow.companies.get(company) for company in present]
    shut = tuple(
        Shut(one.id, None, one.closed_through)
        if one.closed_through is not None and one.closed_through >= through
        else _shut_one(desk, one.id, through)
        for one in books
    )
    return Closing(shut, close_group(desk, group, through))


def _shut_one(desk: Desk, company: CompanyId, through: date) -> Shut:
    run = revalue(desk, company, through)
    closed: Company = close_period(desk, company, through)
    return Shut(company, len(run.entries), closed.closed_through or through)


def translate(arguments: Arguments) -> int:
    """Show a company in another currency."""
    currency = Currency(getattr(arguments, "in").upper())
    make = translate_company if arguments.explain is None else explained_translation
    with _desk(arguments) as desk:
        company = company_of(desk, arguments.company)
        made = make(desk, company, _as_of(desk, arguments), currency)
    if arguments.explain is not None:
        causes = (one.effect for one in made.causes)
        lines = (one.presentation for one in made.lines)
        return _explain((*lines, *causes, made.reserve, made.plug), arguments.explain)
    if arguments.format == "json":
        print(json.dumps(grouptexts.translation_data(made), indent=2, ensure_ascii=False))
    else:
        _print(grouptexts.translation(made))
    return 0


def remeasure(arguments: Arguments) -> int:
    """Show a company in its functional currency, where its books are kept in another."""
    currency = Currency(getattr(arguments, "in").upper())
    with _desk(arguments) as desk:
        company = company_of(desk, arguments.company)
        made = remeasure_company(desk, company, _as_of(desk, arguments), currency)
    if arguments.explain is not None:
        lines = (one.measured for one in made.lines)
        return _explain((*lines, made.gain, made.plug, made.profit), arguments.explain)
    if arguments.format == "json":
        print(json.dumps(measuretexts.data(made), indent=2, ensure_ascii=False))
    else:
        _print(measuretexts.remeasurement(made))
    return 0


def consolidate(arguments: Arguments) -> int:
    """Show a group as one company."""
    group = group_of(arguments.group)
    make = translate_company if arguments.explain is None else explained_translation
    with _desk(arguments) as desk:
        made = consolidate_group(desk, group, _as_of(desk, arguments), make)
    if arguments.explain is not None:
        totals = (one for _, one in grouptexts.totals(made))
        entered = (line.figure for entry in made.entries for line in entry.lines)
        lines = (one.figure for one in made.lines)
        return _explain((*lines, *totals, *entered), arguments.explain)
    if arguments.format == "json":
        print(json.dumps(grouptexts.consolidation_data(made), indent=2, ensure_ascii=False))
    else:
        _print(grouptexts.consolidation(made))
    return 0


def _as_of(desk: Desk, arguments: Arguments) -> date:
    return day_of("--as-of", arguments.as_of) or desk.now.date()


@contextmanager
def _desk(arguments: Arguments) -> Iterator[Desk]:
    """A desk whose decisions are not kept."""
    at = instant_of("--at", arguments.at) or SystemClock().now()
    with (
        open_application(existing(arguments.db), arguments.rates) as application,
        reading(application.store, application.rates, at=at, actor=arguments.by) as desk,
    ):
        yield desk


def _explain(figures: Iterable[Figure], label: str) -> int:
    """Every figure once whose label holds a text, whatever its case. Raises `FigureMissing`."""
    wanted = label.casefold()
    texts = [one.explain() for one in figures if wanted in one.label.casefold()]
    if not texts:
        raise FigureMissing(label=label)
    for text in dict.fromkeys(texts):
        _print(text.splitlines())
    return 0


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(plain(line))


COMMANDS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {"close": close, "translate": translate, "remeasure": remeasure, "consolidate": consolidate}
)
