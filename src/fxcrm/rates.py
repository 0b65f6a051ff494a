"""Exchange rates: what a rate is, and how one is found.

One formula stands everywhere: ``1 base = rate x counter``. A `Fixing` is a price as its
source published it (perhaps per 100 units). An `ExchangeRate` is a path of fixings with the
exact ratio that follows from them; inverse and cross are ratios, never rounded (R1). A
`RateTable` holds dated fixings, a `RatePolicy` says which of them may answer (R2). What
is not there is an error that names pair and date: never 1, never 0, never tomorrow's rate.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import islice, pairwise
from operator import ge

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import CallError, InputRefused, NotThere, shown
from fxcrm.money import (
    CurrencyMismatch,
    Money,
    RationalMoney,
    Rounding,
    canonical,
    parse_decimal,
    round_ratio,
)

_MOST_DIGITS = 40
_MAGNITUDES = range(-_MOST_DIGITS, _MOST_DIGITS)
_LARGEST_UNIT = 1_000_000
_SHOWN_DIGITS = 7  # significant ones, as many as the European Central Bank publishes at the most
AVERAGE_DECIMALS = 6  # as many as the European Central Bank publishes at the most


class RateRefused(InputRefused):
    """A number that can not be a rate (F8)."""

    pair: str
    value: str
    reason: str
    template = "rate {value:plain} of {pair:plain} is refused: {reason:plain}"


class ConflictingRate(InputRefused):
    """Two values for the same pair, day, side and source (F8)."""

    pair: str
    on: date
    first: str
    second: str
    template = (
        "{pair:plain} on {on} is given twice, as {first:plain} and as {second:plain}; keep one"
    )


class SourcesMixed(InputRefused):
    """Two series for the same pair and side, or its mirror: two answers to one question (R3)."""

    pair: str
    first: str
    second: str
    template = "{pair:plain} comes from {first} and from {second}; load them as two tables"


class BrokenPath(CallError):
    """Legs that do not lead from base to counter, or lead round to something else than 1."""

    pair: str
    path: str
    template = "the legs {path:plain} do not lead along {pair:plain}"


class DateNeeded(CallError):
    """A table of several days was asked for a rate without a day."""

    pair: str
    template = "this table holds several days; say on= which day the rate of {pair:plain} is wanted"


class RateMissing(NotThere):
    """No fixing connects the pair under the policy."""

    pair: str
    on: date
    policy: str
    template = "no rate for {pair:plain} on {on} ({policy:plain}); load one, or name another policy"


class RateBeforeHistory(RateMissing):
    """The day lies before the first fixing of the pair."""

    first: date
    template = "no rate for {pair:plain} on {on}: its history begins on {first} ({policy:plain})"


class RateTooOld(RateMissing):
    """The newest fixing that may be used is older than the policy allows."""

    last: date
    age: int
    template = (
        "no rate for {pair:plain} on {on}: the last one is of {last}, {age} days old "
        "({policy:plain})"
    )


class Side(Enum):
    """Which price of the source: what it pays, the middle, or what it asks."""

    BID = "bid"
    MID = "mid"
    ASK = "ask"

    @property
    def across(self) -> Side:
        """The side of the inverse pair: who bids for one currency asks for the other."""
        return {Side.BID: Side.ASK, Side.MID: Side.MID, Side.ASK: Side.BID}[self]


@attrs.frozen
class CurrencyPair:
    """``base/counter``: ``1 base = rate x counter``."""

    base: Currency
    counter: Currency

    @classmethod
    def of(cls, base: str | Currency, counter: str | Currency) -> CurrencyPair:
        """The pair of two currencies, given as codes or as currencies."""
        return cls(_currency(base), _currency(counter))

    @classmethod
    def parse(cls, text: str) -> CurrencyPair:
        """The pair written ``EUR/USD``, the inverse of ``str(pair)``."""
        base, _, counter = text.partition("/")
        return cls.of(base, counter)

    @property
    def inverse(self) -> CurrencyPair:
        """``counter/base``."""
        return CurrencyPair(self.counter, self.base)

    def __str__(self) -> str:
        return f"{self.base.code}/{self.counter.code}"


def _currency(currency: str | Currency) -> Currency:
    return Currency(currency) if isinstance(currency, str) else currency


def _checked_value(fixing: Fixing, _: attrs.Attribute[Decimal], value: Decimal) -> None:
    reason = _why_not_a_rate(fixing, value)
    if reason:
        raise RateRefused(pair=str(fixing.pair), value=shown(value), reason=reason)


def _why_not_a_rate(fixing: Fixing, value: Decimal) -> str:
    if not isinstance(value, Decimal):
        return f"it is a {type(value).__name__}; pass text or Decimal, floats are not exact"
    if not value.is_finite() or value <= 0:
        return "a rate is finite and above zero"
    if value.adjusted() not in _MAGNITUDES or len(value.as_tuple().digits) > _MOST_DIGITS:
        return f"a rate has at most {_MOST_DIGITS} digits before and after the point"
    if fixing.pair.base is fixing.pair.counter:
        return "a currency has no rate against itself, it is 1"
    return ""


def _checked_unit(fixing: Fixing, _: attrs.Attribute[int], unit: int) -> None:
    if isinstance(unit, bool) or not isinstance(unit, int) or not 1 <= unit <= _LARGEST_UNIT:
        reason = f"the unit is a whole number from 1 to {_LARGEST_UNIT}"
        raise RateRefused(pair=str(fixing.pair), value=shown(unit), reason=reason)


@attrs.frozen
class Fixing:
    """One published price: ``unit base = value counter`` on a day, as its source quotes it."""

    pair: CurrencyPair
    value: Decimal = attrs.field(validator=_checked_value)
    on: date
    source: str = "given"
    unit: int = attrs.field(default=1, validator=_checked_unit)
    side: Side = Side.MID

    @property
    def ratio(self) -> Fraction:
        """Exact counter units for one base unit."""
        return Fraction(self.value) / self.unit

    def __str__(self) -> str:
        per = f" per {self.unit}" if self.unit != 1 else ""
        return f"{self.pair} {canonical(self.value)}{per} ({self.source} {self.on})"


@attrs.frozen
class Leg:
    """A fixing on a path, walked as published or the other way round."""

    fixing: Fixing
    inverted: bool = False

    @property
    def pair(self) -> CurrencyPair:
        """The pair in the direction walked."""
        return self.fixing.pair.inverse if self.inverted else self.fixing.pair

    @property
    def ratio(self) -> Fraction:
        """Exact ratio in the direction walked."""
        return 1 / self.fixing.ratio if self.inverted else self.fixing.ratio

    @property
    def reversed(self) -> Leg:
        """The same fixing, walked the other way."""
        return Leg(self.fixing, not self.inverted)

    def __str__(self) -> str:
        return f"1 / {self.fixing}" if self.inverted else str(self.fixing)


def _checked_path(
    rate: ExchangeRate, _: attrs.Attribute[tuple[Leg, ...]], legs: tuple[Leg, ...]
) -> None:
    at = rate.pair.base
    for leg in legs:
        if leg.pair.base is not at:
            raise BrokenPath(pair=str(rate.pair), path=rate.path)
        at = leg.pair.counter
    if at is not rate.pair.counter:
        raise BrokenPath(pair=str(rate.pair), path=rate.path)
    if at is rate.pair.base and _product(legs) != 1:
        raise BrokenPath(pair=str(rate.pair), path=rate.path)


def _product(legs: Iterable[Leg]) -> Fraction:
    ratio = Fraction(1)
    for leg in legs:
        ratio *= leg.ratio
    return ratio


@attrs.frozen
class ExchangeRate:
    """``1 base = ratio x counter``, with the published legs it follows from.

    ``on`` is the effective date: that of the oldest leg. ``rule`` says how the rate was
    found. The exact ``ratio`` is derived from the legs and never stored (R1).
    """

    pair: CurrencyPair
    legs: tuple[Leg, ...] = attrs.field(validator=_checked_path)
    on: date
    rule: str = "given"
    ratio: Fraction = attrs.field(init=False, eq=False, repr=False)

    @ratio.default
    def _ratio(self) -> Fraction:
        return _product(self.legs)

    @classmethod
    def of(
        cls,
        base: str | Currency,
        counter: str | Currency,
        value: str | Decimal,
        *,
        on: date,
        source: str = "given",
        unit: int = 1,
    ) -> ExchangeRate:
        """The rate ``unit base = value counter``. Raises `RateRefused`, `NumberRefused`."""
        number = parse_decimal(value) if isinstance(value, str) else value
        fixing = Fixing(CurrencyPair.of(base, counter), number, on, source, unit)
        return cls(fixing.pair, (Leg(fixing),), on)

    @classmethod
    def identity(cls, currency: str | Currency, *, on: date) -> ExchangeRate:
        """The rate of a currency against itself: exactly 1, no legs."""
        return cls(CurrencyPair.of(currency, currency), (), on, "the same currency")

    @property
    def inverse(self) -> ExchangeRate:
        """The exact inverse: the same legs, walked back."""
        legs = tuple(leg.reversed for leg in reversed(self.legs))
        return ExchangeRate(self.pair.inverse, legs, self.on, self.rule)

    def cross(self, other: ExchangeRate) -> ExchangeRate:
        """``base/x`` crossed with ``x/counter``: exactly ``base/counter``."""
        pair = CurrencyPair(self.pair.base, other.pair.counter)
        rule = self.rule if self.rule == other.rule else f"{self.rule}; {other.rule}"
        return ExchangeRate(pair, self.legs + other.legs, min(self.on, other.on), rule)

    def convert(self, money: Money, rounding: Rounding = Rounding.HALF_EVEN) -> Money:
        """Base to counter, or counter to base; rounded once, to minor units (M10)."""
        exact = self.convert_exactly(money)
        digits = exact.currency.minor_units
        scaled = exact.value * digits
        return Money.from_minor(
            round_ratio(scaled.numerator, scaled.denominator, rounding), exact.currency
        )

    def convert_exactly(self, money: Money) -> RationalMoney:
        """The same without any rounding. Raises `CurrencyMismatch` for a third currency."""
        if money.currency is self.pair.base:
            return RationalMoney(Fraction(money.amount) * self.ratio, self.pair.counter)
        if money.currency is self.pair.counter:
            return RationalMoney(Fraction(money.amount) / self.ratio, self.pair.base)
        raise CurrencyMismatch(left=money, right=self.pair, operation="convert")

    def rounded_value(self, digits: int = _SHOWN_DIGITS) -> Decimal:
        """The ratio for a reader's eye, to significant digits; one published leg keeps its own."""
        if len(self.legs) == 1 and not self.legs[0].inverted and self.legs[0].fixing.unit == 1:
            return self.legs[0].fixing.value
        return rounded_significant(self.ratio, digits)

    @property
    def path(self) -> str:
        """The legs in words, each with source and date."""
        return (
            " x ".join(map(str, self.legs)) or f"{self.pair.base.code} is {self.pair.counter.code}"
        )

    def __str__(self) -> str:
        value = canonical(self.rounded_value())
        return f"1 {self.pair.base} = {value} {self.pair.counter} on {self.on}"


def rounded_decimal(value: Fraction, decimals: int) -> Decimal:
    """``value`` as a decimal with that many places, half-even."""
    scaled = value * 10**decimals
    units = round_ratio(scaled.numerator, scaled.denominator, Rounding.HALF_EVEN)
    return Decimal(f"{units}E-{decimals}")  # from text, so that no ambient context rounds it (M1)


def rounded_significant(value: Fraction, digits: int) -> Decimal:
    """A positive ``value`` to that many significant digits, half-even; never as an exponent."""
    whole = value.numerator // value.denominator
    places = digits - len(str(whole)) if whole else digits + _leading_zeros(value)
    return rounded_decimal(value, max(places, 0))


def _leading_zeros(value: Fraction) -> int:
    """How many zeros follow the point before the first digit of a value below 1."""
    zeros = 0
    while value * 10 ** (zeros + 1) < 1:
        zeros += 1
    return zeros


class LookUp(Enum):
    """Which day's fixing answers for a day."""

    ON_OR_BEFORE = "on or before"
    STRICTLY_BEFORE = "strictly before"


@attrs.frozen
class RatePolicy:
    """Which fixing may answer (R2). Ages are in calendar days, legs count published fixings."""

    look_up: LookUp = LookUp.ON_OR_BEFORE
    max_age: int = 7
    max_legs: int = 2
    side: Side = Side.MID

    @property
    def across(self) -> RatePolicy:
        """The same rule, told for the inverse pair."""
        return attrs.evolve(self, side=self.side.across)

    def __str__(self) -> str:
        legs = "1 leg" if self.max_legs == 1 else f"{self.max_legs} legs"
        return (
            f"{self.look_up.value} the day, at most {self.max_age} days old, "
            f"{self.side.value}, at most {legs}"
        )


class SeriesRefused(InputRefused):
    """Days that do not ascend, or values that do not go with them one to one."""

    pair: str
    source: str
    template = "the series of {pair:plain} from {source}: a value a day, the days ascending"


def _ascending(
    series: RateSeries, _: attrs.Attribute[Sequence[date]], days: Sequence[date]
) -> None:
    if any(map(ge, days, islice(days, 1, None))):
        raise SeriesRefused(pair=str(series.pair), source=series.source)


def _one_a_day(
    series: RateSeries, _: attrs.Attribute[Sequence[str]], values: Sequence[str]
) -> None:
    if len(values) != len(series.days):
        raise SeriesRefused(pair=str(series.pair), source=series.source)


@attrs.frozen(eq=False)
class RateSeries:
    """The fixings of one pair, side and source, by day; values stay text until asked for.

    Days ascend without repetition. Raises `SeriesRefused`.
    """

    pair: CurrencyPair
    source: str
    days: Sequence[date] = attrs.field(validator=_ascending)
    values: Sequence[str] = attrs.field(validator=_one_a_day)
    unit: int = 1
    side: Side = Side.MID

    def __str__(self) -> str:
        return f"{self.pair} per {self.unit} {self.side.value} of {self.source}"

    def at(self, index: int) -> Fixing:
        """The fixing at a position. Raises `RateRefused`, `NumberRefused`."""
        value = parse_decimal(self.values[index])
        return Fixing(self.pair, value, self.days[index], self.source, self.unit, self.side)

    def found(self, asked: CurrencyPair, on: date, policy: RatePolicy) -> Fixing:
        """The fixing that answers for ``on``. Raises a `RateMissing` that names ``asked``."""
        bisect = bisect_right if policy.look_up is LookUp.ON_OR_BEFORE else bisect_left
        position = bisect(self.days, on)
        pair, rule = str(asked), str(policy)
        if position == 0:
            raise RateBeforeHistory(pair=pair, on=on, policy=rule, first=self.days[0])
        last = self.days[position - 1]
        age = (on - last).days
        if age > policy.max_age:
            raise RateTooOld(pair=pair, on=on, policy=rule, last=last, age=age)
        return self.at(position - 1)

    def between(self, start: date, end: date) -> Iterator[Fixing]:
        """The fixings of ``start`` to ``end``, both included, oldest first."""
        for index in range(bisect_left(self.days, start), bisect_right(self.days, end)):
            yield self.at(index)


_Key = tuple[Currency, Currency, Side]


class RateTable:
    """Dated fixings of many pairs, and the answers that follow from them.

    Built once from fixings or series and never changed. Both directions of a pair give the
    same outcome (R3). A pair without fixings of its own is crossed through one that has.
    """

    __slots__ = ("_neighbours", "_series")

    def __init__(self, series: Iterable[RateSeries]) -> None:
        held: dict[_Key, RateSeries] = {}
        for one in series:
            mirrored = held.get((one.pair.counter, one.pair.base, one.side.across))
            other = mirrored or held.setdefault((one.pair.base, one.pair.counter, one.side), one)
            if other is not one:
                raise SourcesMixed(pair=str(one.pair), first=str(other), second=str(one))
        self._series: Mapping[_Key, RateSeries] = {
            key: one for key, one in held.items() if one.days
        }
        neighbours: dict[Currency, set[Currency]] = {}
        for base, counter, _ in self._series:
            neighbours.setdefault(base, set()).add(counter)
            neighbours.setdefault(counter, set()).add(base)
        self._neighbours = neighbours

    @classmethod
    def of(
        cls, base: str | Currency, *, on: date, source: str = "given", **values: str | Decimal
    ) -> RateTable:
        """A table of one day: ``RateTable.of("EUR", on=day, USD="1.0850")`` for 1.0850 USD."""
        rates = (
            ExchangeRate.of(base, code, value, on=on, source=source)
            for code, value in values.items()
        )
        return cls.from_fixings(rate.legs[0].fixing for rate in rates)

    @classmethod
    def from_fixings(cls, fixings: Iterable[Fixing]) -> RateTable:
        """A table of fixings in any order. Raises `ConflictingRate` for two values of one day."""
        kept: dict[tuple[CurrencyPair, str, int, Side], dict[date, Fixing]] = {}
        for fixing in fixings:
            days = kept.setdefault((fixing.pair, fixing.source, fixing.unit, fixing.side), {})
            earlier = days.setdefault(fixing.on, fixing)
            if earlier.value != fixing.value:
                raise ConflictingRate(
                    pair=str(fixing.pair),
                    on=fixing.on,
                    first=canonical(earlier.value),
                    second=canonical(fixing.value),
                )
        return cls(_as_series(key, days) for key, days in kept.items())

    @property
    def pairs(self) -> tuple[CurrencyPair, ...]:
        """The pairs that have fixings of their own."""
        return tuple(one.pair for one in self._series.values())

    def rate(
        self,
        base: str | Currency,
        counter: str | Currency,
        on: date | None = None,
        policy: RatePolicy = RatePolicy(),
    ) -> ExchangeRate:
        """``1 base = rate x counter`` for a day; the rule that found it is on the rate.

        ``on`` may be left out for a table of one day only. Raises `RateMissing` or one of its
        kinds, `RateBeforeHistory` and `RateTooOld`, naming pair and date; `DateNeeded`.
        """
        pair = CurrencyPair.of(base, counter)
        day = self._only_day(pair) if on is None else on
        if pair.base is pair.counter:
            return ExchangeRate.identity(pair.base, on=day)
        legs = self._walk(pair, day, policy)
        effective = min(leg.fixing.on for leg in legs)
        age = (day - effective).days
        found = f"fixing of {effective}, {age} of at most {policy.max_age} days old"
        rule = f"{policy.look_up.value} {day}: {found}"
        return ExchangeRate(pair, legs, effective, rule)

    def average(
        self,
        base: str | Currency,
        counter: str | Currency,
        start: date,
        end: date,
        policy: RatePolicy = RatePolicy(),
        decimals: int = AVERAGE_DECIMALS,
    ) -> ExchangeRate:
        """The mean of the fixings published from ``start`` to ``end``, both included (R1).

        Each leg is averaged in the direction quoted and rounded half-even to ``decimals``; an
        inverse or a cross is exact from there. A period without fixings raises `RateMissing`.
        """
        pair = CurrencyPair.of(base, counter)
        if pair.base is pair.counter:
            return ExchangeRate.identity(pair.base, on=end)
        legs = tuple(
            Leg(self._mean(leg, start, end, policy, decimals), leg.inverted)
            for leg in self._walk(pair, end, policy)
        )
        return ExchangeRate(
            pair, legs, end, f"mean of the fixings {start} to {end}, {decimals} decimals"
        )

    def published(
        self, base: str | Currency, counter: str | Currency, start: date, end: date
    ) -> tuple[ExchangeRate, ...]:
        """The rate of each day of publication from ``start`` to ``end``, oldest first."""
        pair, same_day = CurrencyPair.of(base, counter), RatePolicy(max_age=0)
        days = {
            fixing.on
            for one in self._series.values()
            if pair.base in (one.pair.base, one.pair.counter)
            for fixing in one.between(start, end)
        }
        found = (self._if_any(pair, day, same_day) for day in sorted(days))
        return tuple(rate for rate in found if rate is not None)

    def _if_any(self, pair: CurrencyPair, on: date, policy: RatePolicy) -> ExchangeRate | None:
        try:
            return self.rate(pair.base, pair.counter, on, policy)
        except RateMissing:
            return None

    def _only_day(self, pair: CurrencyPair) -> date:
        days = {one.days[0] for one in self._series.values()}
        if not days:
            raise RateMissing(pair=str(pair), on=date.max, policy="the table is empty")
        if len(days) != 1 or any(len(one.days) > 1 for one in self._series.values()):
            raise DateNeeded(pair=str(pair))
        return days.pop()

    def _mean(self, leg: Leg, start: date, end: date, policy: RatePolicy, decimals: int) -> Fixing:
        found = leg.fixing
        series = self._series[found.pair.base, found.pair.counter, found.side]
        ratios = [Fraction(one.value) for one in series.between(start, end)]
        if not ratios:
            raise RateMissing(
                pair=str(found.pair), on=end, policy=f"average from {start}; {policy}"
            )
        mean = rounded_decimal(sum(ratios, Fraction(0)) / len(ratios), decimals)
        source = f"{found.source}, mean of {len(ratios)} fixings from {start} to"
        return attrs.evolve(found, value=mean, on=end, source=source)

    def _walk(self, pair: CurrencyPair, on: date, policy: RatePolicy) -> tuple[Leg, ...]:
        """The shortest path whose every leg answers; alphabetical where two are as short."""
        failure = RateMissing(pair=str(pair), on=on, policy=str(policy))
        for attempt, path in enumerate(self._paths(pair, policy.max_legs)):
            try:
                return tuple(self._legs(pair, path, on, policy))
            except RateMissing as missing:
                failure = failure if attempt else missing
        raise failure

    def _paths(self, pair: CurrencyPair, max_legs: int) -> Iterator[tuple[Currency, ...]]:
        """Paths without repetition, the shortest first. Alike for both directions (R3)."""
        first, last = sorted((pair.base, pair.counter), key=lambda one: one.code)
        forward = pair.base is first
        paths: list[tuple[Currency, ...]] = [(first,)]
        for _ in range(max_legs):
            paths = [
                (*path, following)
                for path in paths
                for following in sorted(
                    self._neighbours.get(path[-1], ()), key=lambda one: one.code
                )
                if following not in path
            ]
            yield from (path if forward else path[::-1] for path in paths if path[-1] is last)
            paths = [path for path in paths if path[-1] is not last]

    def _legs(
        self, asked: CurrencyPair, path: tuple[Currency, ...], on: date, policy: RatePolicy
    ) -> Iterator[Leg]:
        for base, counter in pairwise(path):
            direct = self._series.get((base, counter, policy.side))
            inverse = self._series.get((counter, base, policy.side.across))
            if direct is not None:
                yield Leg(direct.found(asked, on, policy))
            elif inverse is not None:
                yield Leg(inverse.found(asked, on, policy), inverted=True)
            else:
                raise RateMissing(pair=str(asked), on=on, policy=str(policy))


def _as_series(
    key: tuple[CurrencyPair, str, int, Side], by_day: Mapping[date, Fixing]
) -> RateSeries:
    pair, source, unit, side = key
    days = sorted(by_day)
    return RateSeries(
        pair, source, days, [canonical(by_day[day].value) for day in days], unit, side
    )
