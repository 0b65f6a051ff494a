"""Adding up: deals of one heading, currency and rate make one cell; cells are valued as integers.

Every deal is looked at once. A rate is asked for once for each currency and day (or each closing
decision), and a currency's rates are brought to one denominator, so that the sum of any number of
cells is a sum of integers, exact, with no fraction on the way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, localcontext
from enum import Enum
from fractions import Fraction
from math import lcm
from typing import Final, NamedTuple

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.forecast.dayrates import Asked, DayRates, ratio_of
from fxcrm.forecast.headings import By
from fxcrm.forecast.outlook import Outlook
from fxcrm.ids import DecisionId
from fxcrm.prospects import Prospect
from fxcrm.rates import RateMissing
from fxcrm.restatement import DecisionsDiffer, MissingRates
from fxcrm.stages import StageKind

# Sums of very many amounts of 60 digits, and of any scale, are still exact.
_SUMS: Final = Context(400, traps=[Inexact, InvalidOperation, Overflow])
_WHOLE: Final = 100  # percent
_MANY: Final = 24  # cells from which one denominator is quicker than fractions


class Measure(Enum):
    """What is added up: the whole value of a deal, or its value times its probability."""

    VALUE = "value"
    WEIGHTED = "weighted"


class At(NamedTuple):
    """When a deal counts as booked, and at which decision; one of None is the rate of the day."""

    on: date
    decision: RateDecision | None
    is_closed: bool


def booked_at(prospect: Prospect, to: Currency) -> At:
    """Where the rate of a deal as booked comes from.

    An open deal has that of the day it was opened. A closed one keeps the rate it was closed at;
    where it has none into ``to``, it is that of the day it was closed, which does not move either.
    """
    if prospect.closed_on is None:
        return At(prospect.opened_on, None, is_closed=False)
    decision = prospect.closing
    if decision is not None and to not in (decision.pair.base, decision.pair.counter):
        decision = None
    return At(prospect.closed_on, decision, is_closed=True)


def days_asked(prospects: Iterable[Prospect], to: Currency) -> set[Asked]:
    """The currencies and days whose rates a forecast asks for."""
    found: set[Asked] = set()
    kept: set[DecisionId] = set()  # decisions that convert into it, looked at once
    for one in prospects:
        currency, closing = one.value.currency, one.closing
        if currency is to or (closing is not None and closing.id in kept):
            continue
        at = booked_at(one, to)
        if at.decision is None:
            found.add((currency, at.on))
        else:
            kept.add(at.decision.id)
    return found


class Cell:
    """Deals of one heading, currency and rate, with the sum of what is measured of them.

    A weighted sum is one of values times whole percent, so it is a hundred times too large.
    """

    __slots__ = ("amount", "at", "prospects")

    def __init__(self, at: At) -> None:
        self.at = at
        self.amount = Decimal(0)
        self.prospects: list[Prospect] = []


Place = tuple[str, Currency]


def gathered(
    prospects: Iterable[Prospect],
    to: Currency,
    outlook: Outlook,
    by: By,
    standings: Iterable[StageKind],
    measure: Measure = Measure.VALUE,
) -> dict[Place, list[Cell]]:
    """The cells of some deals, by where they are shown. Raises `StageMissing`."""
    cells: dict[tuple[object, ...], Cell] = {}
    places: defaultdict[Place, list[Cell]] = defaultdict(list)
    key_of, allowed = by.key, frozenset(standings)
    is_weighted = measure is Measure.WEIGHTED
    counts = {at: (Decimal(one.percent), one.standing in allowed)
              for at, one in outlook.weights.items()}  # fmt: skip
    with localcontext(_SUMS):
        for one in prospects:
            found = counts.get((one.pipeline, one.stage))
            if found is None:
                outlook.of(one)  # which says that the stage is unknown
                continue
            percent, is_counted = found
            if not is_counted:
                continue
            money, closed = one.value, one.closed_on
            key, currency = key_of(one), money.currency
            if closed is None:
                place: tuple[object, ...] = (key, currency, one.opened_on)
            else:
                closing = one.closing
                place = (key, currency, closed, None if closing is None else closing.id)
            cell = cells.get(place)
            if cell is None:
                cell = cells[place] = Cell(booked_at(one, to))
                places[key, currency].append(cell)
            elif closed is not None:
                _same(cell, one.closing)
            cell.amount += percent * money.amount if is_weighted else money.amount
            cell.prospects.append(one)
    return places


def _same(cell: Cell, closing: RateDecision | None) -> None:
    """Raises `DecisionsDiffer` where one id bears two decisions."""
    held = cell.prospects[0].closing
    if closing is not held and closing != held:
        raise DecisionsDiffer(decision=held.id if held else DecisionId(""))


@attrs.frozen
class Tally:
    """All deals of one heading and currency: sums in their own currency, and as booked in ``to``.

    What is open and what is closed are kept apart, for the rate of the day moves the open alone.
    """

    key: str
    currency: Currency
    cells: tuple[Cell, ...]
    open: Fraction
    closed: Fraction
    booked_open: Fraction
    booked_closed: Fraction

    @property
    def count(self) -> int:
        """How many deals."""
        return sum(len(cell.prospects) for cell in self.cells)

    @property
    def document(self) -> Fraction:
        """The sum in its own currency."""
        return self.open + self.closed

    @property
    def booked(self) -> Fraction:
        """The sum as booked."""
        return self.booked_open + self.booked_closed


class Unrated(NamedTuple):
    """Cells that have no rate, and why."""

    key: str
    currency: Currency
    cells: tuple[Cell, ...]
    reason: str


def tallied(
    places: Mapping[Place, list[Cell]],
    rates: DayRates,
    missing: MissingRates,
    measure: Measure = Measure.VALUE,
) -> tuple[list[Tally], list[Unrated]]:
    """Value every cell as booked. Raises `RateMissing`, unless such cells shall be left out."""
    by_currency: defaultdict[Currency, list[tuple[str, list[Cell]]]] = defaultdict(list)
    for (key, currency), cells in places.items():
        by_currency[currency].append((key, cells))
    tallies: list[Tally] = []
    unrated: list[Unrated] = []
    for currency, keyed in by_currency.items():
        ratios = _Ratios(currency, rates, missing, measure)
        for _, cells in keyed:
            ratios.ask(cells)
        for key, cells in keyed:
            tallies.extend(ratios.tally(key, cells))
            unrated.extend(ratios.unrated(key, cells))
    return tallies, unrated


class _Ratios:
    """The rates of one currency, each asked for once, over one denominator."""

    def __init__(
        self, currency: Currency, rates: DayRates, missing: MissingRates, measure: Measure
    ) -> None:
        self._whole = _WHOLE if measure is Measure.WEIGHTED else 1
        self._currency, self._rates, self._missing = currency, rates, missing
        self._held: dict[object, Fraction] = {}
        self._reasons: dict[object, str] = {}
        self._asked: dict[object, RateDecision | None] = {}
        self._common = 1
        self._factors: dict[object, int] = {}

    def ask(self, cells: Iterable[Cell]) -> None:
        """Ask for the rate of each cell, once."""
        for cell in cells:
            place = _rate_place(cell)
            known = self._asked.setdefault(place, cell.at.decision)
            if known is not cell.at.decision and known != cell.at.decision:
                raise DecisionsDiffer(decision=DecisionId(str(place)))
            if place in self._held or place in self._reasons:
                continue
            try:
                self._held[place] = self._ratio(cell)
            except RateMissing as failure:
                if self._missing is not MissingRates.LEAVE_OUT:
                    raise
                self._reasons[place] = str(failure)

    def _ratio(self, cell: Cell) -> Fraction:
        if self._currency is self._rates.to:
            return Fraction(1)
        if cell.at.decision is not None:
            return ratio_of(cell.at.decision, self._currency)
        return self._rates.ratio(self._currency, cell.at.on)

    def tally(self, key: str, cells: Iterable[Cell]) -> Iterator[Tally]:
        """The sums of the cells that have a rate, if there are any."""
        own = tuple(cell for cell in cells if _rate_place(cell) in self._held)
        if own:
            opened = tuple(cell for cell in own if not cell.at.is_closed)
            closed = tuple(cell for cell in own if cell.at.is_closed)
            sums = (*self._sums(opened), *self._sums(closed))
            yield Tally(key, self._currency, own, sums[0], sums[2], sums[1], sums[3])

    def unrated(self, key: str, cells: Iterable[Cell]) -> Iterator[Unrated]:
        """Those that have none, by reason."""
        reasons: defaultdict[str, list[Cell]] = defaultdict(list)
        for cell in cells:
            reason = self._reasons.get(_rate_place(cell))
            if reason is not None:
                reasons[reason].append(cell)
        for reason, left in reasons.items():
            yield Unrated(key, self._currency, tuple(left), reason)

    def _sums(self, cells: Sequence[Cell]) -> tuple[Fraction, Fraction]:
        """In the currency, and as booked."""
        if not cells:
            return Fraction(0), Fraction(0)
        if len(cells) < _MANY:
            return self._few(cells)
        if not self._factors:
            self._common = lcm(*(one.denominator for one in self._held.values()))
            self._factors = {
                place: one.numerator * (self._common // one.denominator)
                for place, one in self._held.items()
            }
        return self._many(cells)

    def _few(self, cells: Iterable[Cell]) -> tuple[Fraction, Fraction]:
        """As fractions: with few rates they stay short."""
        document = booked = Fraction(0)
        for cell in cells:
            own = Fraction(cell.amount)
            document += own
            booked += own * self._held[_rate_place(cell)]
        return document / self._whole, booked / self._whole

    def _many(self, cells: Iterable[Cell]) -> tuple[Fraction, Fraction]:
        """As integers over one denominator each, reduced once."""
        parts = [
            (*cell.amount.as_integer_ratio(), self._factors[_rate_place(cell)]) for cell in cells
        ]
        shared = lcm(*{part[1] for part in parts})
        document = booked = 0
        for over, under, factor in parts:
            units = over * (shared // under)
            document += units
            booked += units * factor
        shared *= self._whole
        return Fraction(document, shared), Fraction(booked, shared * self._common)


def _rate_place(cell: Cell) -> object:
    return cell.at.on if cell.at.decision is None else cell.at.decision.id
