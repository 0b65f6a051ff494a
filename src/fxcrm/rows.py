"""Rows of text from outside: what a file to be imported comes down to.

A row knows the number under which a spreadsheet shows it (the header is row 1), so that
whatever is wrong in it can be named. Cells are text, unchanged: numbers and days are read by
whoever knows what the column means, with the parsers of this library.
"""

from __future__ import annotations

from collections.abc import Mapping
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
