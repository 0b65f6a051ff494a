"""What salespeople and teams brought about in a period, in one currency, each figure derived.

Amounts are sums of what `fxcrm.restatement.restate` made of deals and quotes, as booked; counts
are of things on record. A ratio is exact, and rounded for showing alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.figures import Figure
from fxcrm.money import Money
from fxcrm.rates import rounded_decimal
from fxcrm.reports.listing import Cell, Line, Listing, RowMissing
from fxcrm.restatement import Restatement
from fxcrm.restatement.rows import total_of
from fxcrm.targets import Target

NOBODY = "nobody"


@attrs.frozen
class SalesRow:
    """One salesperson or team: follow-ups, quoted, won, and lost deals of the period."""

    whose: str
    follow_ups: int
    quotes: int
    quoted: Figure
    won_deals: int
    won: Figure
    lost_deals: int

    @property
    def conversion(self) -> Fraction | None:
        """Won of all deals that ended in the period, by number, exact; None where none did."""
        ended = self.won_deals + self.lost_deals
        return Fraction(self.won_deals, ended) if ended else None


@attrs.frozen
class Sales:
    """The figures of everybody from ``since`` to ``until``, both days included."""

    to: Currency
    since: date
    until: date
    rows: tuple[SalesRow, ...]

    @classmethod
    def of(
        cls,
        to: Currency,
        since: date,
        until: date,
        *,
        follow_ups: Mapping[str, int],
        quoted: Restatement,
        won: Restatement,
        lost: Mapping[str, int],
    ) -> Sales:
        """From what was restated by whose it is, and the counts."""
        everybody = {*follow_ups, *lost, *(row.key for one in (quoted, won) for row in one.rows)}
        rows = (
            SalesRow(
                whose or NOBODY,
                follow_ups.get(whose, 0),
                *_of(quoted, whose, f"Quoted by {whose or NOBODY}"),
                *_of(won, whose, f"Won by {whose or NOBODY}"),
                lost.get(whose, 0),
            )
            for whose in sorted(everybody)
        )
        return cls(to, since, until, tuple(rows))

    @property
    def quoted(self) -> Figure:
        """What everybody quoted, rounded once."""
        return total_of("Quoted", tuple(row.quoted for row in self.rows), self.to)

    @property
    def won(self) -> Figure:
        """What everybody won, rounded once: what the forecast says of the deals won (one rule)."""
        return total_of("Won", tuple(row.won for row in self.rows), self.to)

    def lines(self) -> Iterator[Line]:
        """A row for each, and the total."""
        for row in self.rows:
            cells: tuple[Cell, ...] = (row.follow_ups, row.quotes, row.quoted.value, row.won_deals)
            share = (row.won.value, row.lost_deals, percent(row.conversion))
            yield Line((row.whose, *cells, *share), (row.quoted, row.won))
        held, quoted, won = self.rows, self.quoted, self.won
        counted = (sum(one.follow_ups for one in held), sum(one.quotes for one in held))
        deals, lost = sum(one.won_deals for one in held), sum(one.lost_deals for one in held)
        share = (won.value, lost, percent(Fraction(deals, deals + lost) if deals + lost else None))
        yield Line(("total", *counted, quoted.value, deals, *share), (quoted, won))

    def listing(self) -> Listing:
        """The figures as a table."""
        header = ("whose", "follow-ups", "quotes", "quoted", "deals won", "won", "deals lost")
        return Listing((*header, "conversion"), tuple(line.cells for line in self.lines()))

    def figures(self, row: int) -> tuple[Figure, ...]:
        """What was quoted and won by a row, from 1, or in total. Raises `RowMissing`."""
        lines = tuple(self.lines())
        if not 1 <= row <= len(lines):
            raise RowMissing(row=row, rows=len(lines))
        return lines[row - 1].figures


def _of(restated: Restatement, whose: str, label: str) -> tuple[int, Figure]:
    rows = [row for row in restated.rows if row.key == whose]
    [name] = restated.totals
    figure = total_of(label, tuple(row.values[name] for row in rows), restated.to)
    return sum(row.count for row in rows), figure


@attrs.frozen
class Achievement:
    """How much of a target was reached, in its own currency or by number."""

    target: Target
    reached: Figure | int

    @property
    def goal(self) -> Money | int:
        """The amount, or the number."""
        return self.target.amount or self.target.count

    @property
    def share(self) -> Fraction:
        """Reached of the goal, exact."""
        if isinstance(self.reached, Figure):
            goal = self.target.amount
            return self.reached.exact_value / Fraction(goal.amount) if goal else Fraction(0)
        return Fraction(self.reached, self.target.count)

    def cells(self) -> tuple[Cell, ...]:
        """The row of a table."""
        one = self.target
        reached = self.reached.value if isinstance(self.reached, Figure) else self.reached
        period = (one.since, one.until)
        return (one.id, one.whose, one.measure.value, *period, self.goal, reached,
                percent(self.share))  # fmt: skip


ACHIEVED = ("target", "whose", "measure", "since", "until", "goal", "reached", "achieved")


def percent(share: Fraction | None) -> str:
    """A share for a reader, to a tenth of a percent."""
    return "" if share is None else f"{rounded_decimal(100 * share, 1)} %"


def counted_by(keys: Iterable[str]) -> dict[str, int]:
    """How often each key came."""
    found: dict[str, int] = {}
    for key in keys:
        found[key] = found.get(key, 0) + 1
    return found
