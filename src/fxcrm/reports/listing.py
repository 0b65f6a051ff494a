"""A report as a table: plain cells for whoever prints or writes them, figures for who asks why."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date

import attrs

from fxcrm.errors import NotThere
from fxcrm.figures import Figure
from fxcrm.money import Money
from fxcrm.reports.scope import Scope

Cell = Money | date | str | int


class RowMissing(NotThere):
    """A row that the report does not have."""

    row: int
    rows: int
    template = "there is no row {row}; the report has rows 1 to {rows}"


@attrs.frozen
class Listing:
    """The names of the columns, and the rows in reading order, each with a cell for every column.

    A cell is an amount, a day, a whole number or a text; what says nothing is an empty text.
    Amounts carry their currency, for one column may hold several.
    """

    header: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]


@attrs.frozen
class Line:
    """One row of a report: what it shows, and the figures it rests on."""

    cells: tuple[Cell, ...]
    figures: tuple[Figure, ...]


class Report(ABC):
    """What every report can do: show its rows, and explain one of them."""

    __slots__ = ()
    scope: Scope

    @property
    @abstractmethod
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""

    @abstractmethod
    def lines(self) -> Iterator[Line]:
        """The rows in reading order, totals after what they add up."""

    def rows(self) -> Listing:
        """The report as a table, to be printed or written to a file."""
        return Listing(self.header, tuple(line.cells for line in self.lines()))

    def figures(self, row: int) -> tuple[Figure, ...]:
        """The figures of a row, from 1, each down to postings and decisions. Raises `RowMissing`.

        Figures of zero that rest on nothing are left out.
        """
        lines = tuple(self.lines())
        if not 1 <= row <= len(lines):
            raise RowMissing(row=row, rows=len(lines))
        return tuple(one for one in lines[row - 1].figures if one.inputs or one.value)
