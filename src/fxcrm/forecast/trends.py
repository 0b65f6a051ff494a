"""The trend: per month what was opened, won and lost, in one currency, by the forecast's rule."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import attrs

from fxcrm.figures import Figure
from fxcrm.forecast.forecasts import Forecast
from fxcrm.money import Money
from fxcrm.reports.listing import Line, Listing, RowMissing


@attrs.frozen
class TrendRow:
    """A month: how many deals were opened, won and lost, and their worth as booked."""

    month: str
    counts: tuple[int, int, int]
    values: tuple[Money, Money, Money]

    @property
    def won_share(self) -> Fraction | None:
        """Won of all that ended, by number, exact; None where nothing did."""
        _, won, lost = self.counts
        return Fraction(won, won + lost) if won + lost else None


@attrs.frozen
class Trend:
    """Three forecasts of the same deals as booked: by month opened, won, lost."""

    opened: Forecast
    won: Forecast
    lost: Forecast

    @property
    def rows(self) -> tuple[TrendRow, ...]:
        """Every month in which something happened."""
        months = {row.key for one in self._three for row in one.rows}
        return tuple(self._row(month) for month in sorted(months))

    @property
    def _three(self) -> tuple[Forecast, Forecast, Forecast]:
        return self.opened, self.won, self.lost

    def _row(self, month: str) -> TrendRow:
        found = [{row.key: row for row in one.rows}.get(month) for one in self._three]
        nothing = Money.zero(self.won.to)
        counts = tuple(0 if row is None else row.count for row in found)
        values = tuple(
            nothing if row is None else row.values[one.names[0]].value
            for one, row in zip(self._three, found, strict=True)
        )
        return TrendRow(month, (counts[0], counts[1], counts[2]), (values[0], values[1], values[2]))

    def lines(self) -> Iterator[Line]:
        """The months, and the totals, each rounded once."""
        for row in self.rows:
            pairs = zip(row.counts, row.values, strict=True)
            yield Line((row.month, *(cell for pair in pairs for cell in pair)), ())
        totals = [
            cell
            for one in self._three
            for cell in (sum(row.count for row in one.rows), one.totals[one.names[0]].value)
        ]
        yield Line(("total", *totals), ())

    def listing(self) -> Listing:
        """The trend as a table."""
        header = ("month", "opened", "worth opened", "won", "worth won", "lost", "worth lost")
        return Listing(header, tuple(line.cells for line in self.lines()))

    def figures(self, row: int) -> tuple[Figure, ...]:
        """The figures of a month, from 1, down to its deals and decisions. Raises `RowMissing`."""
        shown = self.rows
        if not 1 <= row <= len(shown):
            raise RowMissing(row=row, rows=len(shown))
        month = shown[row - 1].month
        return tuple(
            one.figure(month, one.names[0])
            for one in self._three
            if any(held.key == month for held in one.rows)
        )
