"""``fxcrm export``: the books of a company, for other programs and for spreadsheets."""

from __future__ import annotations

import io
import sys
from argparse import Namespace as Arguments
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from fxcrm.bootstrap import PLAIN_FORMATS, plain_books, write_table
from fxcrm.cli.books import company_of, reading_desk
from fxcrm.cli.visible import plain
from fxcrm.cli.words import ArgumentRefused, day_of, instant_of
from fxcrm.errors import EnvironmentFailed
from fxcrm.ledger import Daybook
from fxcrm.mappings import FrozenMap
from fxcrm.reports import Listing, Scope, TrialBalanceReport, items_listing, journal_listing
from fxcrm.reports.positions import positions
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.exporting import daybook

ACTOR: Final = "fxcrm export"


class ExportNotWritten(EnvironmentFailed):
    """The file can not be written."""

    path: str
    reason: str
    template = "nothing can be written to {path}: {reason:plain}"


def export(name: str, arguments: Arguments) -> int:
    """Write the export of a name, to a file or to standard output."""
    if arguments.format == "xlsx" and arguments.output is None:
        expected = "needed for a workbook, which is no text"
        raise ArgumentRefused(name="--output", value="", expected=expected)
    with reading_desk(arguments, ACTOR) as desk:
        found = _daybook(desk, arguments)
        if arguments.format in PLAIN_FORMATS:
            lines = plain_books(found, form=arguments.format)
            made = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
        else:
            made = _table(name, LISTINGS[name](desk, found), arguments.format)
    put(arguments.output, made)
    return 0


def _journal(_: Desk, found: Daybook) -> Listing:
    return journal_listing(found)


def _trial_balance(desk: Desk, found: Daybook) -> Listing:
    return TrialBalanceReport.of(_scope(found), found.lines, desk.chart).rows()


def _items(desk: Desk, found: Daybook) -> Listing:
    items = desk.uow.items.of_company(found.company.id)
    return items_listing(positions(_scope(found), items, found.lines), desk.chart)


def _scope(found: Daybook) -> Scope:
    company = found.company
    return Scope(company.id, company.functional, found.through, known_at=found.known_at)


def _daybook(desk: Desk, arguments: Arguments) -> Daybook:
    through = day_of("--as-of", arguments.as_of) or desk.now.date()
    since: date | None = day_of("--since", vars(arguments).get("since"))
    known_at = instant_of("--known-at", arguments.known_at)
    company = company_of(desk, arguments.company)
    return daybook(desk, company, through=through, since=since, known_at=known_at)


def _table(name: str, listing: Listing, form: str) -> bytes:
    file = io.BytesIO()
    write_table(file, listing.header, listing.cells, form=form, title=name)
    return file.getvalue()


def put(path: Path | None, made: bytes) -> None:
    """All of it at once, after nothing was refused; None: to standard output.

    Raises `ExportNotWritten`.
    """
    if path is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
        return
    write_file(path, made)
    print(f"wrote {plain(path)}")


def write_file(path: Path, made: bytes) -> None:
    """All of it at once, and nothing said. Raises `ExportNotWritten`."""
    try:
        path.write_bytes(made)
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        raise ExportNotWritten(path=str(path), reason=reason) from failure


LISTINGS: Final[Mapping[str, Callable[[Desk, Daybook], Listing]]] = FrozenMap(
    {"journal": _journal, "trial-balance": _trial_balance, "items": _items}
)
