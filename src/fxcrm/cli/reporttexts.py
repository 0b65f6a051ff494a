"""What ``fxcrm report`` prints: a table of plain characters, or the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from json import dumps

from fxcrm.cli.visible import plain
from fxcrm.money import Money
from fxcrm.reports import Cell, Listing, Scope


def heading(title: str, scope: Scope) -> str:
    """Which report of whose books, of which days, as known when."""
    span = f"{scope.since} to {scope.until}" if scope.since else f"as of {scope.until}"
    known = f", as known at {scope.known_at:%Y-%m-%d %H:%M:%S %Z}" if scope.known_at else ""
    return f"{plain(scope.company)}: {title}, {span}{known}, in {scope.functional}"


def table(listing: Listing) -> Iterator[str]:
    """The rows with their numbers; a column in one currency says so in its header alone."""
    shared = [_shared(column) for column in zip(*listing.cells, strict=True)]
    codes = shared or [""] * len(listing.header)
    names = [f"{name} {code}".rstrip() for name, code in zip(listing.header, codes, strict=True)]
    rows = [["row", *names]]
    for number, cells in enumerate(listing.cells, 1):
        texts = [_text(cell, code) for cell, code in zip(cells, codes, strict=True)]
        rows.append([str(number), *texts])
    numeric = [True, *map(_is_numeric, zip(*listing.cells, strict=True))]
    sides = numeric if listing.cells else [False] * len(rows[0])
    yield from _aligned(rows, sides)


def _aligned(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            text.rjust(width) if is_right else text.ljust(width)
            for text, width, is_right in zip(row, widths, right, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _is_numeric(column: Sequence[Cell]) -> bool:
    return any(isinstance(cell, Money | int) for cell in column)


def _shared(column: Sequence[Cell]) -> str:
    """The one currency of a column; empty where there is none, or several."""
    codes = {cell.currency.code for cell in column if isinstance(cell, Money)}
    return codes.pop() if len(codes) == 1 else ""


def _text(cell: Cell, shared: str) -> str:
    if isinstance(cell, Money):
        text = f"{cell:,}"
        return text.removeprefix(f"{shared} ") if shared else text
    return plain(cell)


def json(title: str, scope: Scope, listing: Listing) -> str:
    """One object: what was asked for, and every row by the names of the columns."""
    asked = {
        "report": title,
        "company": scope.company,
        "functional": scope.functional.code,
        "since": scope.since and scope.since.isoformat(),
        "until": scope.until.isoformat(),
        "known_at": scope.known_at and scope.known_at.isoformat(),
    }
    return dumps({**asked, "rows": rows(listing)}, indent=2, ensure_ascii=False)


def rows(listing: Listing) -> list[dict[str, object]]:
    """Every row by the names of the columns, as JSON takes them."""
    return [
        {name: _value(cell) for name, cell in zip(listing.header, cells, strict=True)}
        for cells in listing.cells
    ]


def _value(cell: Cell) -> object:
    """An amount as text and code, for a number of JSON may not be exact; a day as ISO 8601."""
    if isinstance(cell, Money):
        return {"amount": str(cell).rpartition(" ")[2], "currency": cell.currency.code}
    return cell.isoformat() if isinstance(cell, date) else cell
