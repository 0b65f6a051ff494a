"""A statement as rows and columns of figures, made once for every format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import Enum

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import NotThere
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode
from fxcrm.reports.listing import Cell, Listing
from fxcrm.reports.statements.views import YearView
from fxcrm.tables import SheetTable, in_one_currency


class RowKind(Enum):
    """What a row is: a heading has no figures."""

    HEADING = "heading"
    LINE = "line"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


class LineMissing(NotThere):
    """A line that the statements do not have."""

    label: str
    lines: str
    template = "no line holds {label}; there are {lines:plain}"


@attrs.frozen
class StatementRow:
    """One row: a figure for each column, None where the column says nothing."""

    label: str
    kind: RowKind
    figures: tuple[Figure | None, ...]
    code: AccountCode | None = None


@attrs.frozen
class Statement:
    """One statement; its columns are years, or the parts of equity."""

    name: str
    currency: Currency
    columns: tuple[str, ...]
    rows: tuple[StatementRow, ...]

    def listing(self) -> Listing:
        """As a table: the account, the line, what kind of line, then its amounts."""
        header = ("account", "line", "kind", *self.columns)
        return Listing(header, tuple(map(self._cells, self.rows)))

    def _cells(self, row: StatementRow) -> tuple[Cell, ...]:
        figures = row.figures or (None,) * len(self.columns)
        shown = (one.value if one else "" for one in figures)
        return (row.code or "", row.label, row.kind.value, *shown)

    def figure(self, label: str, column: int = 0) -> Figure:
        """The figure of a line by its whole label. Raises `LineMissing`."""
        for row in self.rows:
            found = row.figures[column] if row.figures else None
            if row.label == label and found is not None:
                return found
        raise LineMissing(label=label, lines=", ".join(row.label for row in self.rows))


@attrs.frozen
class Statements:
    """All statements of a company or a group at the end of a day, in one currency on one basis.

    ``basis`` is the name of one of `fxcrm.restatement`; ``notes`` say at which rates, and what a
    reader must know besides.
    """

    of: str
    title: str
    as_of: date
    currency: Currency
    basis: str
    statements: tuple[Statement, ...]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)

    def tables(self) -> Iterator[SheetTable]:
        """Each statement as a sheet of numbers, after one that says what they are."""
        about: list[tuple[Cell, ...]] = [
            ("of", self.title),
            ("day", self.as_of),
            ("currency", self.currency.code),
        ]
        about += [("basis", self.basis), *(("note", one) for one in self.notes)]
        yield SheetTable("about", ("what", "is"), about)
        for one in self.statements:
            listing = one.listing()
            yield in_one_currency(one.name, listing.header, listing.cells)

    def named(self, name: str) -> Statement:
        """The statement of a name. Raises `LineMissing`."""
        for one in self.statements:
            if one.name == name:
                return one
        raise LineMissing(label=name, lines=", ".join(one.name for one in self.statements))

    def explained(self, label: str) -> tuple[tuple[Statement, StatementRow], ...]:
        """Every row whose label holds a text, whatever its case. Raises `LineMissing`."""
        wanted = label.casefold()
        found = tuple(
            (one, row)
            for one in self.statements
            for row in one.rows
            if wanted in row.label.casefold() and any(row.figures)
        )
        if not found:
            known = dict.fromkeys(row.label for one in self.statements for row in one.rows)
            raise LineMissing(label=label, lines=", ".join(known))
        return found


Pick = Callable[[YearView], Figure]


@attrs.frozen
class Drawing:
    """A statement being drawn up: rows over some years, the latest first."""

    views: Sequence[YearView]
    rows: list[StatementRow] = attrs.field(factory=list)

    def heading(self, label: str, at: int | None = None) -> None:
        """A row that only says what follows, at the end or at a place."""
        place = len(self.rows) if at is None else at
        self.rows.insert(place, StatementRow(label, RowKind.HEADING, ()))

    def line(self, label: str, pick: Pick, code: AccountCode | None = None) -> tuple[Figure, ...]:
        """A row of one kind of thing; what is nothing in every year is left away."""
        return self.kept(label, tuple(map(pick, self.views)), code)

    def kept(
        self, label: str, figures: tuple[Figure, ...], code: AccountCode | None = None
    ) -> tuple[Figure, ...]:
        """A row whose figures are there already."""
        if any(one.value for one in figures):
            self.rows.append(StatementRow(label, RowKind.LINE, figures, code))
        return figures

    def block(
        self, heading: str, label: str, rows: Iterable[Callable[[], tuple[Figure, ...]]]
    ) -> tuple[Figure, ...]:
        """Rows under a heading, and their sum below; neither where no row says anything."""
        at = len(self.rows)
        made = [row() for row in rows]
        if len(self.rows) == at:
            return tuple(Figure.total(label, (), view.currency) for view in self.views)
        self.heading(heading, at)
        return self.sum(label, made)

    def sum(
        self, label: str, parts: Iterable[tuple[Figure, ...]], kind: RowKind = RowKind.SUBTOTAL
    ) -> tuple[Figure, ...]:
        """A row that adds up others, which are given by their figures."""
        columns = list(zip(*parts, strict=True)) or [()] * len(self.views)
        figures = tuple(
            Figure.total(label, (one for one in column if one.value or one.inputs), view.currency)
            for view, column in zip(self.views, columns, strict=True)
        )
        self.rows.append(StatementRow(label, kind, figures))
        return figures
