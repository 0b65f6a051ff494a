"""Rows of text from outside: what a file to be imported comes down to.

A row knows the number under which a spreadsheet shows it (the header is row 1), so that
whatever is wrong in it can be named. Cells are text, unchanged: numbers and days are read by
whoever knows what the column means, with the parsers of this library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from fxcrm.errors import CallError

MOST_PROBLEMS: Final = 100


class LimitRefused(CallError):
    """A limit of less than one row, column, character or byte."""

    limit: str
    value: object
    template = "the limit of {limit:plain} is at least 1, not {value}"


def _checked(_: RowLimits, limit: attrs.Attribute[Any], value: object) -> None:
    if type(value) is not int or value < 1:
        raise LimitRefused(limit=limit.name, value=value)


@attrs.frozen
class RowLimits:
    """How much a source takes: ``cell`` in characters, ``rows`` without the header.

    One more than a limit is refused, never cut. Raises `LimitRefused`.
    """

    columns: int = attrs.field(default=1_000, validator=_checked)
    cell: int = attrs.field(default=32_767, validator=_checked)
    rows: int = attrs.field(default=1_000_000, validator=_checked)
    bytes: int = attrs.field(default=256 * 2**20, validator=_checked)


@attrs.frozen
class Row:
    """One row: its number in a spreadsheet, and its cells by the names of the columns."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@attrs.frozen
class RowProblem:
    """What is wrong in one row. The reason names columns and counts, never what a cell holds."""

    row: int
    reason: str


def tabled(
    records: Iterable[Sequence[str]], limits: RowLimits, needed: Sequence[str] = ()
) -> Iterator[Row | RowProblem]:
    """Rows with names out of lists of cells, the header first; a problem in place of a bad row.

    What every source has to look at: each column has a name of its own (spaces around it and
    its case do not count) and those ``needed`` are there, each row has a cell for each column,
    and no limit is passed. An empty record counts as a row and holds nothing. Nothing follows
    the problem of a header, or of a row too many.
    """
    numbered = enumerate(records, 1)
    names = [name.strip() for name in next(numbered, (1, ()))[1]]
    if reason := _unfit_header(names, limits) or _missing(names, needed):
        yield RowProblem(1, reason)
        return
    taken = 0
    for number, cells in numbered:
        taken += bool(cells)
        if taken > limits.rows:
            yield RowProblem(number, f"more than {limits.rows} rows are not allowed")
            return
        if not cells:
            continue
        reason = _unfit_row(cells, len(names), limits)
        if reason:
            yield RowProblem(number, reason)
        else:
            yield Row(number, dict(zip(names, cells, strict=True)))


def _unfit_header(names: list[str], limits: RowLimits) -> str:
    if not names:
        return "there is no header"
    if reason := _too_much(names, limits):
        return reason
    if not all(names):
        return f"column {names.index('') + 1} has no name"
    alike = len({name.casefold() for name in names}) < len(names)
    return "two columns have one name" if alike else ""


def _unfit_row(cells: Sequence[str], columns: int, limits: RowLimits) -> str:
    if len(cells) != columns:
        return f"{len(cells)} cells, the header has {columns}"
    return _too_much(cells, limits)


def _too_much(cells: Sequence[str], limits: RowLimits) -> str:
    if len(cells) > limits.columns:
        return f"{len(cells)} columns, {limits.columns} are allowed"
    if max(map(len, cells)) > limits.cell:
        return f"a cell has more than {limits.cell} characters"
    return ""


def _missing(names: list[str], needed: Sequence[str]) -> str:
    lacking = [name for name in needed if name not in names]
    return f"there is no column {', '.join(lacking)}" if lacking else ""
