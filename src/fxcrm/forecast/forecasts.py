"""The forecast: what deals may bring, by heading, in one currency, in several views side by side.

Each row is valued exactly and rounded once; so is each total, on the exact sum, with what that is
above the rounded rows beside it (M9). Asked why, a row is restated deal by deal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.figures import Evidence, Figure
from fxcrm.forecast.dayrates import DayRates
from fxcrm.forecast.headings import By, levels
from fxcrm.forecast.outlook import COUNTED, Outlook
from fxcrm.forecast.tallies import (
    At,
    Cell,
    Measure,
    Place,
    Tally,
    Unrated,
    booked_at,
    gathered,
    tallied,
)
from fxcrm.forecast.views import OpenAt, View
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money, round_ratio
from fxcrm.prospects import Prospect
from fxcrm.reports.listing import Cell as Shown
from fxcrm.reports.listing import Line, Listing, RowMissing
from fxcrm.restatement import BasesRefused, Basis, DatedAmount, Decider, MissingRates, restate
from fxcrm.restatement.amounts import exact_sum
from fxcrm.restatement.rows import total_of
from fxcrm.stages import StageKind


class Estimate(NamedTuple):
    """A value rounded once, half-even, and what it was before."""

    value: Money
    exact: Fraction

    @classmethod
    def of(cls, exact: Fraction, currency: Currency) -> Estimate:
        """Round once (M9)."""
        units = round_ratio(exact.numerator * currency.minor_units, exact.denominator)
        return cls(Money.from_minor(units, currency), exact)


@attrs.frozen
class ForecastRow:
    """One heading: how many deals, what they are in each currency, and their worth in each view."""

    key: str
    count: int
    documents: tuple[Estimate, ...]
    values: Mapping[str, Estimate]
    tallies: tuple[Tally, ...] = attrs.field(repr=False)


@attrs.frozen
class LeftOutDeals:
    """Deals that are in no row and no total, because ``reason``: a rate is missing (R6)."""

    key: str
    amount: Money
    deals: tuple[Prospect, ...]
    reason: str


@attrs.frozen
class Forecast:
    """What deals may bring, in the currency ``to``; ``totals`` are rounded once, each on its own.

    ``differences`` are what the totals are above (below: negative) the sum of the rounded rows.
    ``outlines`` are deals that count through their parts alone. What was ``left_out`` is left out
    of every view, so that the columns speak of the same deals.
    """

    to: Currency
    by: By
    measure: Measure
    rows: tuple[ForecastRow, ...]
    totals: Mapping[str, Estimate]
    differences: Mapping[str, Money]
    left_out: tuple[LeftOutDeals, ...]
    outlines: tuple[Prospect, ...]
    rates: DayRates = attrs.field(repr=False, eq=False)
    _outlook: Outlook = attrs.field(repr=False, eq=False)
    _views: tuple[View, ...] = attrs.field(repr=False, eq=False)

    @classmethod
    def of(
        cls,
        prospects: Iterable[Prospect],
        outlook: Outlook,
        rates: DayRates,
        views: Sequence[Basis],
        *,
        by: By = By.ALL,
        measure: Measure = Measure.VALUE,
        standings: Iterable[StageKind] = COUNTED,
        decider: Decider | None = None,
        missing: MissingRates = MissingRates.REFUSE,
        outlines: tuple[Prospect, ...] = (),
        left_out: tuple[LeftOutDeals, ...] = (),
    ) -> Forecast:
        """The forecast of some deals; `counted` says which of them count.

        ``decider`` takes the decisions of constant rates, ``rates`` itself where none is named.
        Raises `RateMissing`, unless deals without a rate shall be left out; `StageMissing`,
        `BasesRefused`, `DecisionsDiffer`.
        """
        names = [basis.name for basis in views]
        if not names or len(set(names)) < len(names):
            raise BasesRefused(names=", ".join(names))
        places = gathered(prospects, rates.to, outlook, by, standings, measure)
        taken, lacking = _taken(views, places, rates.to, decider or rates, missing)
        kept, left = _parted(places, lacking)
        tallies, unrated = tallied(kept, rates, missing, measure)
        unrated += left
        keyed: defaultdict[str, list[Tally]] = defaultdict(list)
        for tally in tallies:
            keyed[tally.key].append(tally)
        rows = tuple(
            _row(key, keyed[key], taken, rates.to)
            for key in sorted(keyed, key=by.order(outlook))  # type: ignore[arg-type]
        )
        totals, differences = _totals(rows, names, rates.to)
        return cls(
            rates.to, by, measure, rows, totals, differences,
            (*left_out, *(_left_out(one) for one in unrated)), outlines, rates, outlook, taken,
        )  # fmt: skip

    @property
    def names(self) -> tuple[str, ...]:
        """The views, in their order."""
        return tuple(self.totals)

    def row(self, key: str) -> ForecastRow:
        """The row of a heading. Raises `RowMissing`."""
        for one in self.rows:
            if one.key == key:
                return one
        raise RowMissing(row=0, rows=len(self.rows))

    def roll_up(self) -> tuple[ForecastRow, ...]:
        """Every team with those that belong to it, the largest first: ``emea``, ``emea/dach``.

        Each is the exact sum of its deals, rounded once; so rows of one level add up to the total.
        """
        held: defaultdict[str, list[Tally]] = defaultdict(list)
        for row in self.rows:
            for level in levels(row.key):
                held[level].extend(row.tallies)
        return tuple(_row(key, held[key], self._views, self.to) for key in sorted(held))

    def figure(self, key: str, view: str) -> Figure:
        """A row's worth in one view, down to its deals and rate decisions."""
        found = next(one for one in self._views if one.name == view)
        label = f"{key or 'All deals'} {view}"
        return self._restated(label, self.row(key).tallies, found)

    def _restated(self, label: str, tallies: Iterable[Tally], view: View) -> Figure:
        """The same rule, deal by deal: what `restate` makes of them, and the exact sum of it."""
        held = [one for tally in tallies for cell in tally.cells for one in cell.prospects]
        parts: list[Figure] = []
        for basis, is_closed in zip(view.bases(), (False, True), strict=True):
            own = [self.amount(one) for one in held if (one.closed_on is not None) is is_closed]
            shown = restate(own, self.to, [basis], self.rates)
            parts.extend(row.values[basis.name] for row in shown.rows)
        return total_of(label, tuple(parts), self.to)

    def amount(self, prospect: Prospect) -> DatedAmount:
        """A deal as `restate` and `compare` take it, in the measure of this forecast."""
        return dated_amount(prospect, self._outlook, self.measure, self.to)

    def amounts(self) -> Iterator[DatedAmount]:
        """Every deal that counts, by its heading: what `compare` holds against another forecast."""
        key = self.by.key
        for row in self.rows:
            for tally in row.tallies:
                for cell in tally.cells:
                    for one in cell.prospects:
                        yield attrs.evolve(self.amount(one), key=key(one))

    def decisions(self) -> tuple[RateDecision, ...]:
        """Every rate decision behind the totals, each once, by id."""
        found: dict[str, RateDecision] = {}
        for view in self._views:
            if view.constant is not None:
                found |= {one.id: one for one in view.constant.decisions.values()}
        for row in self.rows:
            for tally in row.tallies:
                for cell in tally.cells:
                    decision = self._decision(tally.currency, cell.at)
                    if decision is not None:
                        found[decision.id] = decision
        return tuple(found[id] for id in sorted(found))

    def _decision(self, currency: Currency, at: At) -> RateDecision | None:
        if currency is self.to:
            return None
        return at.decision or self.rates.dated(currency, self.to, at.on)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return (self.by.value, "deals", "own currency", *self.names)

    def lines(self) -> Iterator[Line]:
        """The rows, the total and its rounding, what was left out, what counts by its parts."""
        yield from (Line(self.cells(row), ()) for row in self.rows)
        totals = tuple(self.totals[name].value for name in self.names)
        yield Line(("total", sum(row.count for row in self.rows), "", *totals), ())
        rounding = tuple(self.differences[name] for name in self.names)
        yield Line(("rounding", "", "", *rounding), ())
        blank = ("",) * (len(self.names) - 1)
        for left in self.left_out:
            cells: tuple[Shown, ...] = (f"left out: {left.key}".rstrip(": "), len(left.deals))
            yield Line((*cells, left.amount, left.reason, *blank), ())
        for one in self.outlines:
            yield Line((f"in parts: {one.id}", "", one.value, "", *blank), ())

    def cells(self, row: ForecastRow) -> tuple[Shown, ...]:
        """What a row shows."""
        values = tuple(row.values[name].value for name in self.names)
        return (row.key, row.count, _own(row), *values)

    def listing(self) -> Listing:
        """The forecast as a table, to be printed or written to a file."""
        return Listing(self.header, tuple(line.cells for line in self.lines()))

    def figures(self, row: int) -> tuple[Figure, ...]:
        """The figures of a row, from 1, or of the total after them. Raises `RowMissing`."""
        last = len(self.rows) + 1
        if not 1 <= row <= last:
            raise RowMissing(row=row, rows=last)
        if row < last:
            return tuple(self.figure(self.rows[row - 1].key, name) for name in self.names)
        return tuple(self.total(name) for name in self.names)

    def total(self, view: str) -> Figure:
        """The total in one view, down to its deals and rate decisions."""
        parts = tuple(self.figure(row.key, view) for row in self.rows)
        return total_of(f"Total {view}", parts, self.to)


def dated_amount(
    prospect: Prospect, outlook: Outlook, measure: Measure, to: Currency
) -> DatedAmount:
    """A deal as an amount of the day whose rate it is booked at, with the decision it keeps."""
    at, percent = booked_at(prospect, to), outlook.of(prospect).percent
    amount, said = prospect.value, ""
    if measure is Measure.WEIGHTED:
        amount, said = amount * Decimal(f"{percent}E-2"), f"{percent} %"
    if amount.currency is to:
        at = at._replace(decision=None)
    evidence = Evidence("deal", prospect.id, said, prospect.value)
    return DatedAmount(amount, at.on, decision=at.decision, evidence=evidence)


def _taken(
    views: Iterable[Basis],
    places: Mapping[Place, list[Cell]],
    to: Currency,
    decider: Decider,
    missing: MissingRates,
) -> tuple[tuple[View, ...], _Lacking]:
    """The views with their decisions, and why a currency has none in one of them.

    What is closed never follows the rate of today, so that is asked for open deals alone.
    """
    lacking = _Lacking({}, {})
    every = _sorted({currency for _, currency in places})
    opened = _sorted({at[1] for at, cells in places.items() if not all(map(_is_closed, cells))})

    def taken(basis: Basis) -> View:
        is_open = isinstance(basis, OpenAt)
        noted = lacking.open if is_open else lacking.all
        leaves = missing is MissingRates.LEAVE_OUT
        return View.of(basis, opened if is_open else every, to, decider, noted if leaves else None)

    return tuple(map(taken, views)), lacking


class _Lacking(NamedTuple):
    """Why currencies have no rate: for all deals in them, or for the open ones."""

    all: dict[Currency, str]
    open: dict[Currency, str]

    def reason(self, currency: Currency, cell: Cell) -> str | None:
        """Why a cell has none, None where it has one in every view."""
        found = self.all.get(currency)
        return found if found or cell.at.is_closed else self.open.get(currency)


def _sorted(currencies: Iterable[Currency]) -> list[Currency]:
    return sorted(currencies, key=lambda one: (one.code, one.registry))


def _is_closed(cell: Cell) -> bool:
    return cell.at.is_closed


def _parted(
    places: Mapping[Place, list[Cell]], lacking: _Lacking
) -> tuple[Mapping[Place, list[Cell]], list[Unrated]]:
    """The cells that have a rate in every view, and those that have none in one, by reason."""
    if not (lacking.all or lacking.open):
        return places, []
    kept: defaultdict[Place, list[Cell]] = defaultdict(list)
    left: defaultdict[tuple[Place, str], list[Cell]] = defaultdict(list)
    for at, cells in places.items():
        for cell in cells:
            reason = lacking.reason(at[1], cell)
            (kept[at] if reason is None else left[at, reason]).append(cell)
    return kept, [Unrated(*at, tuple(cells), reason) for (at, reason), cells in left.items()]


def _row(key: str, tallies: Sequence[Tally], views: Iterable[View], to: Currency) -> ForecastRow:
    values = {
        view.name: Estimate.of(exact_sum(view.worth(one, to) for one in tallies), to)
        for view in views
    }
    sums: defaultdict[Currency, Fraction] = defaultdict(Fraction)
    for one in tallies:
        sums[one.currency] += one.document
    documents = tuple(Estimate.of(sums[currency], currency) for currency in sums)
    count = sum(one.count for one in tallies)
    return ForecastRow(key, count, documents, FrozenMap(values), tuple(tallies))


def _totals(
    rows: Sequence[ForecastRow], names: Iterable[str], to: Currency
) -> tuple[Mapping[str, Estimate], Mapping[str, Money]]:
    totals, differences = {}, {}
    for name in names:
        own = [row.values[name] for row in rows]
        totals[name] = Estimate.of(exact_sum(one.exact for one in own), to)
        shown = Money.total((one.value for one in own), currency=to)
        differences[name] = totals[name].value - shown
    return FrozenMap(totals), FrozenMap(differences)


def _left_out(one: Unrated) -> LeftOutDeals:
    deals = tuple(prospect for cell in one.cells for prospect in cell.prospects)
    return LeftOutDeals(one.key, total_value(deals, one.currency), deals, one.reason)


def total_value(deals: Iterable[Prospect], currency: Currency) -> Money:
    """The whole value of some deals of one currency."""
    return Money.total((deal.value for deal in deals), currency=currency)


def _own(row: ForecastRow) -> Shown:
    """The amount of a row in its own currency, if it has only one."""
    return row.documents[0].value if len(row.documents) == 1 else f"{len(row.documents)} currencies"
