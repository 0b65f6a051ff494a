"""Exchange rates: what a rate is, and how one is found.

One formula stands everywhere: ``1 base = rate x counter``. A `Fixing` is a price as its
source published it (perhaps per 100 units). An `ExchangeRate` is a path of fixings with the
exact ratio that follows from them; inverse and cross are ratios, never rounded (R1). A
`RateTable` holds dated fixings, a `RatePolicy` says which of them may answer (R2). What
is not there is an error that names pair and date: never 1, never 0, never tomorrow's rate.

Read on in `fxcrm.fixings`, `fxcrm.ratepolicies` and `fxcrm.rateseries`; this page holds the
table, and exports the names of all four.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Final, Self

from fxcrm._decimals import QUANTA, ZERO
from fxcrm.conversions import (
    NO_ANSWER,
    NO_ROUTE,
    Answers,
    DayPrices,
    Route,
    convert_minor,
    multiply,
    ratio_on,
)
from fxcrm.conversions import Converted as Converted
from fxcrm.currencies import Currency, DateExpected
from fxcrm.errors import CallError, InputRefused
from fxcrm.events import checked_instant
from fxcrm.fixings import BrokenPath as BrokenPath
from fxcrm.fixings import Conversion as Conversion
from fxcrm.fixings import CurrencyPair as CurrencyPair
from fxcrm.fixings import ExchangeRate as ExchangeRate
from fxcrm.fixings import Fixing as Fixing
from fxcrm.fixings import Leg as Leg
from fxcrm.fixings import RateRefused as RateRefused
from fxcrm.fixings import Side as Side
from fxcrm.fixings import day_begins
from fxcrm.fixings import rounded_decimal as rounded_decimal
from fxcrm.fixings import rounded_significant as rounded_significant
from fxcrm.frozen import evolve, frozen
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money, Rounding, _Slots
from fxcrm.ratepolicies import MOST_LEGS as MOST_LEGS
from fxcrm.ratepolicies import WEEKENDS as WEEKENDS
from fxcrm.ratepolicies import Averaging as Averaging
from fxcrm.ratepolicies import BusinessCalendar as BusinessCalendar
from fxcrm.ratepolicies import ClosedDays as ClosedDays
from fxcrm.ratepolicies import LookUp as LookUp
from fxcrm.ratepolicies import Peg as Peg
from fxcrm.ratepolicies import PolicyRefused as PolicyRefused
from fxcrm.ratepolicies import RatePolicy as RatePolicy
from fxcrm.rateseries import ClosedDay as ClosedDay
from fxcrm.rateseries import ConflictingRate as ConflictingRate
from fxcrm.rateseries import PublishedValueRefused as PublishedValueRefused
from fxcrm.rateseries import RateBeforeHistory as RateBeforeHistory
from fxcrm.rateseries import RateMissing as RateMissing
from fxcrm.rateseries import RateSeries as RateSeries
from fxcrm.rateseries import RateTooOld as RateTooOld
from fxcrm.rateseries import RateUnknownThen as RateUnknownThen
from fxcrm.rateseries import SeriesRefused as SeriesRefused
from fxcrm.rational import counted


class SourcesMixed(InputRefused):
    """Two series for the same pair and side, or its mirror: two answers to one question (R3)."""

    pair: str
    first: str
    second: str
    template = "{pair:plain} comes from {first} and from {second}; load them as two tables"


class DateNeeded(CallError):
    """A table of several days was asked for a rate without a day."""

    pair: str
    template = "this table holds several days; say on= which day the rate of {pair:plain} is wanted"


@frozen
class DaySpan:
    """The days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" if self.last != self.first else str(self.first)


AVERAGE_DECIMALS: Final = 6  # as many as the European Central Bank publishes at the most
USUAL: Final = RatePolicy()
_HALF_EVEN: Final = Rounding.HALF_EVEN
_LONG_WAYS: Final = 100  # so many of one currency take the time of laying out its days
_NO_PEGS: Final[Mapping[CurrencyPair, Peg]] = FrozenMap({})
_Key = tuple[Currency, Currency, Side]
# By what is converted and what it becomes: the prices, the last digit, the currency itself.
_Ways = dict[Currency, dict[Currency | str, tuple[DayPrices, Decimal, Currency]]]


class RateTable:
    """Dated fixings of many pairs, and the answers that follow from them.

    Built once from fixings or series and never changed; `adding` gives a new table that shares
    what stays. Both directions of a pair give the same outcome (R3). A pair without fixings of
    its own is crossed through one that has. ``known_at`` bounds what the table knows: the same
    question at an earlier instant has the earlier answer, whatever was corrected since.
    """

    __slots__ = (
        "_asked",
        "_days",
        "_kept",
        "_neighbours",
        "_series",
        "_usual",
        "_ways",
        "known_at",
    )

    known_at: datetime | None

    def __init__(self, series: Iterable[RateSeries]) -> None:
        held: dict[_Key, RateSeries] = {}
        for one in series:
            mirrored = held.get((one.pair.counter, one.pair.base, one.side.across))
            other = mirrored or held.setdefault((one.pair.base, one.pair.counter, one.side), one)
            if other is not one:
                raise SourcesMixed(pair=str(one.pair), first=str(other), second=str(one))
        self._hold({key: one for key, one in held.items() if not one.is_empty})

    def _hold(self, series: Mapping[_Key, RateSeries], known_at: datetime | None = None) -> Self:
        self._series = series
        self._neighbours = _linked({}, (one.pair for one in series.values()))
        self._lay_out(known_at)
        return self

    def _lay_out(self, known_at: datetime | None) -> None:
        self.known_at = known_at
        self._asked: defaultdict[Currency, int] = defaultdict(int)
        self._usual: _Ways = {}
        self._ways: dict[RatePolicy, _Ways] = {USUAL: self._usual}
        self._kept: list[DayPrices] = []
        self._days: dict[tuple[_Key, RatePolicy], Answers] = {}

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
        """A table of fixings in any order.

        Raises `ConflictingRate` for two values of one day that became known at one instant.
        """
        return cls(_gathered(fixings))

    @property
    def series(self) -> tuple[RateSeries, ...]:
        """All that was published, a series for each pair and side; as it was loaded."""
        return tuple(self._series.values())

    @property
    def pairs(self) -> tuple[CurrencyPair, ...]:
        """The pairs that have fixings of their own."""
        return tuple(one.pair for one in self._series.values())

    def as_known(self, at: datetime) -> RateTable:
        """The same table as it was known at an instant; no later than it was before.

        Raises `NaiveInstant`.
        """
        checked_instant(at)
        view = RateTable.__new__(RateTable)
        view._series, view._neighbours = self._series, self._neighbours
        view._lay_out(at if self.known_at is None else min(at, self.known_at))
        return view

    def adding(self, fixings: Iterable[Fixing]) -> RateTable:
        """A new table with these fixings too; a correction has a later ``known_at``.

        What is there already is nothing new. Raises `ConflictingRate` for another value of the
        same day, known at the same instant; `SourcesMixed`. Then nothing was added.
        """
        return self.merging(_gathered(fixings))

    def merging(self, series: Iterable[RateSeries]) -> RateTable:
        """A new table with the rows of these series too. Raises as `adding` does."""
        held = dict(self._series)
        for one in series:
            if held.get((one.pair.counter, one.pair.base, one.side.across)):
                other = held[one.pair.counter, one.pair.base, one.side.across]
                raise SourcesMixed(pair=str(one.pair), first=str(other), second=str(one))
            key = one.pair.base, one.pair.counter, one.side
            other = held.get(key, one)
            if (other.source, other.unit) != (one.source, one.unit):
                raise SourcesMixed(pair=str(one.pair), first=str(other), second=str(one))
            held[key] = one if other is one else other.merged(one)
        return RateTable.__new__(RateTable)._hold(
            {key: one for key, one in held.items() if not one.is_empty}, self.known_at
        )

    def within(self, since: date | None = None, until: date | None = None) -> RateTable:
        """A new table of the fixings of these days, both included; None leaves an end open.

        Raises `DateExpected`.
        """
        if since is None and until is None:
            return self
        for end in (since, until):
            if end is not None:
                _checked_day(end)
        held = {key: one.within(since, until) for key, one in self._series.items()}
        return RateTable.__new__(RateTable)._hold(
            {key: one for key, one in held.items() if not one.is_empty}, self.known_at
        )

    def backed_by(self, other: RateTable) -> RateTable:
        """A new table: the pairs that this one lacks come from the other, side by side.

        Of a view of another table comes no more than what it knew.
        """
        missing = {
            (base, counter, side): one if other.known_at is None else one.known_by(other.known_at)
            for (base, counter, side), one in other._series.items()
            if (base, counter, side) not in self._series
            and (counter, base, side.across) not in self._series
        }
        missing = {key: one for key, one in missing.items() if not one.is_empty}
        return RateTable.__new__(RateTable)._hold({**self._series, **missing}, self.known_at)

    def rate(
        self,
        base: str | Currency,
        counter: str | Currency,
        on: date | None = None,
        policy: RatePolicy = USUAL,
        known_at: datetime | None = None,
    ) -> ExchangeRate:
        """``1 base = rate x counter`` for a day; the rule that found it is on the rate.

        ``on`` may be left out for a table of one day only. With ``known_at``, as it was known
        then. Raises `RateMissing` or one of its kinds (`RateBeforeHistory`, `RateTooOld`,
        `RateUnknownThen`, `ClosedDay`), naming pair and date; `DateNeeded`, `DateExpected`.
        """
        if known_at is not None:
            return self.as_known(known_at).rate(base, counter, on, policy)
        pair = CurrencyPair.of(base, counter)
        day = self._only_day(pair) if on is None else _checked_day(on)
        if pair.base is pair.counter:
            return ExchangeRate.identity(pair.base, on=day)
        legs = self._walk(pair, day, policy)
        effective = min(leg.fixing.on for leg in legs)
        age = policy.age(effective, day)
        found = f"fixing of {effective}, {age} of at most {policy.max_age} days old"
        rule = f"{policy.look_up.value} {day}: {found}"
        return ExchangeRate(pair, legs, effective, rule)

    def convert(
        self,
        money: Money,
        to: str | Currency,
        on: date,
        policy: RatePolicy = USUAL,
        rounding: Rounding = _HALF_EVEN,
    ) -> Money:
        """The amount in another currency at the rate of a day, rounded once (M10).

        The same as ``rate(...).convert(money, rounding)``, many times as fast once the days of
        its pair are laid out. Raises what `rate` raises.
        """
        try:
            ways = self._usual if policy is USUAL else self._ways[policy]
            prices, quantum, currency = ways[money.currency][to]
            amount = multiply(money.amount, prices[on])
            # The stores of `money._made` in line: its call alone takes a twentieth of the time.
            new = _Slots()
            new.amount = rounding.to_quantum(amount, quantum) or ZERO
            new.currency = currency
            new.__class__ = Money
            return new  # type: ignore[return-value]
        except NO_ANSWER:
            return self._converted(money, to, on, policy, rounding)

    def _converted(
        self, money: Money, to: str | Currency, on: date, policy: RatePolicy, rounding: Rounding
    ) -> Money:
        """The long way; once it was gone often for both, their days are laid out for the next.

        A code is kept only where it was asked by it: another registry may have the same one.
        """
        target = _currency(to)
        converted = self.rate(money.currency, target, on, policy).convert(money, rounding)
        self._count(money.currency, target, to, policy)
        return converted

    def _count(
        self, base: Currency, target: Currency, to: str | Currency, policy: RatePolicy
    ) -> None:
        asked = self._asked
        for currency in (base, target):
            asked[currency] += 1
        if asked[base] > _LONG_WAYS < asked[target] and target.digits is not None:
            ways = self._ways.setdefault(policy, {}).setdefault(base, {})
            if target not in ways:
                prices = DayPrices(self._route(base, target, policy), self._kept)
                ways[target] = prices, QUANTA[target.digits], target
            ways[to] = ways[target]

    def _route(self, base: Currency, to: Currency, policy: RatePolicy) -> Route:
        """The route over the first path, where it needs no pegs."""
        if base is to or policy.pegs:
            return NO_ROUTE
        path = next(iter(self._paths(CurrencyPair(base, to), policy, _NO_PEGS)), None)
        if path is None:
            return NO_ROUTE
        factor = divisor = None
        for one, following in pairwise(path):
            direct = self._laid((one, following, policy.side), policy)
            inverse = self._laid((following, one, policy.side.across), policy)
            if direct is not None and factor is None:
                factor = direct
            elif direct is None and inverse is not None and divisor is None:
                divisor = inverse
            else:
                return NO_ROUTE  # a shape that few tables have, or sides that do not meet
        return Route(factor, divisor, self._first_day)

    def _laid(self, key: _Key, policy: RatePolicy) -> Answers | None:
        """The days of one series laid out, once for all the routes over it."""
        series = self._series.get(key)
        if series is None:
            return None
        found = self._days.get((key, policy))
        if found is None:
            found = series.answers(policy, self._first_day, self.known_at)
            self._days[key, policy] = found
        return found

    @property
    def _first_day(self) -> int:
        return min(one.days[0] for one in self._series.values()).toordinal()

    def validated(self) -> Self:
        """The table itself, once every value in it is known to be a rate.

        Values are checked when they answer; this checks all of them, in a fraction of a
        microsecond each. Raises `PublishedValueRefused`, which names pair and day.
        """
        for one in self._series.values():
            one.validated()
        return self

    def convert_minor(
        self,
        amounts: Iterable[tuple[int, str | Currency, date]],
        to: str | Currency,
        policy: RatePolicy = USUAL,
        rounding: Rounding = Rounding.HALF_EVEN,
    ) -> Converted:
        """Many amounts, each of minor units, currency and day, in minor units of one currency.

        In any order; one rate is looked up for each currency and day, and each amount rounded
        once. Raises what `rate` raises; then nothing was converted.
        """
        target = _currency(to)
        return convert_minor(
            amounts,
            target,
            lambda base, on: self.ratio(base, target, on, policy),
            lambda base, on: self.rate(base, target, on, policy),
            rounding,
        )

    def ratio(
        self,
        base: str | Currency,
        to: str | Currency,
        on: date,
        policy: RatePolicy = USUAL,
    ) -> Fraction:
        """The exact ratio of `rate`; quickly once both were asked for often, as by `convert`.

        Raises what `rate` raises.
        """
        known, target = _currency(base), _currency(to)
        way = self._ways.get(policy, {}).get(known, {}).get(target)
        quickly = way[0].ratio(on) if way is not None and type(on) is date else None
        if quickly is not None:
            return quickly
        ratio = self.rate(known, target, on, policy).ratio
        self._count(known, target, target, policy)
        return ratio

    def ratios(
        self,
        base: str | Currency,
        to: str | Currency,
        policy: RatePolicy = USUAL,
        known_at: datetime | None = None,
    ) -> Callable[[date], Fraction | None]:
        """What answers for a day with the exact ratio of `rate`, in some microseconds.

        None where it has no quick answer: then ask `rate`, which answers or says why not. With
        ``known_at`` it knows what was known then, and days up to then alone.
        """
        if known_at is None:
            return partial(ratio_on, self._route(_currency(base), _currency(to), policy))
        last = checked_instant(known_at).astimezone(UTC).date()
        is_all = all(one.is_known_by(known_at) for one in self._series.values())
        table = self if is_all else self.as_known(known_at)
        route = table._route(_currency(base), _currency(to), policy)
        return lambda on: ratio_on(route, on) if on <= last else None

    def average(
        self,
        base: str | Currency,
        counter: str | Currency,
        start: date,
        end: date,
        policy: RatePolicy = USUAL,
        decimals: int = AVERAGE_DECIMALS,
        averaging: Averaging | None = None,
    ) -> ExchangeRate:
        """The mean of the fixings of ``start`` to ``end``, both included (R1).

        Each leg is averaged in the direction quoted and rounded half-even to ``decimals``; an
        inverse or a cross is exact from there. ``averaging`` says which days weigh; left out, the
        policy does. A period, or where every day weighs a day, without an answer raises
        `RateMissing`; so does a closed day that the policy refuses. Raises `PolicyRefused` for
        what is no way of averaging, `DigitsRefused`.
        """
        averaging = policy.averaging if averaging is None else averaging
        if not isinstance(averaging, Averaging):
            raise PolicyRefused(reason="averaging is a member of fxcrm.Averaging")
        counted(decimals)
        pair = CurrencyPair.of(base, counter)
        if pair.base is pair.counter:
            return ExchangeRate.identity(pair.base, on=end)
        legs = tuple(
            Leg(self._mean(leg.fixing, start, end, policy, decimals, averaging), leg.inverted)
            for leg in self._walk(pair, end, policy)
        )
        what = "rates of every day" if averaging is Averaging.EVERY_DAY else "fixings"
        what += ", every day where none was," if averaging is Averaging.PUBLISHED_IF_ANY else ""
        return ExchangeRate(
            pair, legs, end, f"mean of the {what} {start} to {end}, {decimals} decimals"
        )

    def published(
        self,
        base: str | Currency,
        counter: str | Currency,
        start: date,
        end: date,
        policy: RatePolicy = USUAL,
    ) -> tuple[ExchangeRate, ...]:
        """The rate of each day of publication from ``start`` to ``end``, oldest first.

        Of ``policy`` count the side, the legs, the pivot and the pegs; a rate is of its own day.
        """
        pair = CurrencyPair.of(base, counter)
        same_day = evolve(
            policy, look_up=LookUp.ON_OR_BEFORE, max_age=0, closed_days=ClosedDays.COUNTED
        )
        days = {
            fixing.on
            for one in self._series.values()
            if pair.base in (one.pair.base, one.pair.counter)
            for fixing in one.between(start, end, self.known_at)
        }
        found = (self._if_any(pair, day, same_day) for day in sorted(days))
        return tuple(rate for rate in found if rate is not None)

    def validity(
        self,
        base: str | Currency,
        counter: str | Currency,
        start: date,
        end: date,
        policy: RatePolicy = USUAL,
    ) -> tuple[tuple[DaySpan, ExchangeRate], ...]:
        """From when to when each rate answers, between two days; days without one left out."""
        spans = self._spans(CurrencyPair.of(base, counter), start, end, policy)
        return tuple((span, rate) for span, rate in spans if rate is not None)

    def gaps(
        self,
        base: str | Currency,
        counter: str | Currency,
        start: date,
        end: date,
        policy: RatePolicy = USUAL,
    ) -> tuple[DaySpan, ...]:
        """The days between two that have no rate under the policy, closed days aside."""
        spans = self._spans(CurrencyPair.of(base, counter), start, end, policy)
        return tuple(span for span, rate in spans if rate is None)

    def _spans(
        self, pair: CurrencyPair, start: date, end: date, policy: RatePolicy
    ) -> list[tuple[DaySpan, ExchangeRate | None]]:
        spans: list[tuple[DaySpan, ExchangeRate | None]] = []
        for day in _days(start, end):
            if policy.refuses(day):
                continue
            rate = self._if_any(pair, day, policy)
            span, last = spans[-1] if spans else (None, None)
            if span is not None and _walked(last, policy) == _walked(rate, policy):
                spans[-1] = DaySpan(span.first, day), last
            else:
                spans.append((DaySpan(day, day), rate))
        return spans

    def _if_any(self, pair: CurrencyPair, on: date, policy: RatePolicy) -> ExchangeRate | None:
        try:
            return self.rate(pair.base, pair.counter, on, policy)
        except RateMissing:
            return None

    def _only_day(self, pair: CurrencyPair) -> date:
        days = {day for one in self._series.values() for day in (one.days[0], one.days[-1])}
        if not days:
            raise RateMissing(pair=str(pair), on=date.max, policy="the table is empty")
        if len(days) != 1:
            raise DateNeeded(pair=str(pair))
        return days.pop()

    def _mean(
        self,
        found: Fixing,
        start: date,
        end: date,
        policy: RatePolicy,
        decimals: int,
        averaging: Averaging,
    ) -> Fixing:
        weighed = list(self._weighed(found, start, end, policy, averaging))
        if not weighed and averaging is Averaging.PUBLISHED_IF_ANY:
            averaging = Averaging.EVERY_DAY
            weighed = list(self._weighed(found, start, end, policy, averaging))
        if not weighed:
            raise RateMissing(
                pair=str(found.pair), on=end, policy=f"average from {start}; {policy}"
            )
        whole = sum((Fraction(one.value) for one in weighed), Fraction(0))
        mean = rounded_decimal(whole / len(weighed), decimals)
        one = "day" if averaging is Averaging.EVERY_DAY else "fixing"
        what = one if len(weighed) == 1 else f"{one}s"
        source = f"{found.source}, mean of {len(weighed)} {what} from {start} to"
        # A view may look at a period that had not ended: then the mean is older than its day.
        is_early = self.known_at is not None and self.known_at < day_begins(end)
        is_told = is_early or any(one.known_at for one in weighed)
        known = max(one.known_from for one in weighed) if is_told else None
        return evolve(found, value=mean, on=end, source=source, known_at=known)

    def _weighed(
        self, found: Fixing, start: date, end: date, policy: RatePolicy, averaging: Averaging
    ) -> Iterator[Fixing]:
        """The fixings of one leg that an average is the mean of."""
        peg = policy.pegged(end).get(found.pair)
        if peg is not None:
            for day in _days(start, end):
                if not peg.holds(day):
                    raise RateMissing(pair=str(peg.pair), on=day, policy=str(policy))
                yield peg.fixing(day)
            return
        series = self._series[found.pair.base, found.pair.counter, found.side]
        if averaging is not Averaging.EVERY_DAY:
            yield from series.between(start, end, self.known_at)
        else:
            for day in _days(start, end):
                _refuse_closed(found.pair, day, policy)
                yield series.found(found.pair, day, policy, self.known_at)

    def _walk(self, pair: CurrencyPair, on: date, policy: RatePolicy) -> tuple[Leg, ...]:
        """The shortest path whose every leg answers; alphabetical where two are as short."""
        _refuse_closed(pair, on, policy)
        pegged = policy.pegged(on) if policy.pegs else _NO_PEGS
        failure: RateMissing | None = None
        for path in self._paths(pair, policy, pegged):
            try:
                return tuple(self._legs(pair, path, on, policy, pegged))
            except RateMissing as missing:
                failure = failure or missing
        raise failure or RateMissing(pair=str(pair), on=on, policy=str(policy))

    def _paths(
        self, pair: CurrencyPair, policy: RatePolicy, pegged: Mapping[CurrencyPair, Peg]
    ) -> Iterator[tuple[Currency, ...]]:
        """Paths without repetition, the shortest first. Alike for both directions (R3)."""
        first, last = sorted((pair.base, pair.counter), key=_by_code)
        forward = pair.base is first
        neighbours = _linked(self._neighbours, pegged) if pegged else self._neighbours
        paths: list[tuple[Currency, ...]] = [(first,)]
        for _ in range(policy.max_legs):
            for path in paths:
                whole = (*path, last)
                if last in neighbours.get(path[-1], ()) and _leads_through(
                    whole, policy.pivot, pegged
                ):
                    yield whole if forward else whole[::-1]
            paths = [
                (*path, following)
                for path in paths
                for following in neighbours.get(path[-1], ())
                if following is not last and following not in path
            ]

    def _legs(
        self,
        asked: CurrencyPair,
        path: tuple[Currency, ...],
        on: date,
        policy: RatePolicy,
        pegged: Mapping[CurrencyPair, Peg],
    ) -> Iterator[Leg]:
        for base, counter in pairwise(path):
            peg = _peg(base, counter, pegged) if pegged else None
            direct = self._series.get((base, counter, policy.side))
            inverse = self._series.get((counter, base, policy.side.across))
            if peg is not None:
                yield Leg(peg.fixing(on), inverted=peg.pair.base is not base)
            elif direct is not None:
                yield Leg(direct.found(asked, on, policy, self.known_at))
            elif inverse is not None:
                yield Leg(inverse.found(asked, on, policy, self.known_at), inverted=True)
            else:
                raise RateMissing(pair=str(asked), on=on, policy=str(policy))

    def __reduce__(self) -> tuple[object, ...]:
        return _table, (self.series, self.known_at)


def _table(series: Iterable[RateSeries], known_at: datetime | None) -> RateTable:
    table = RateTable(series)
    return table if known_at is None else table.as_known(known_at)


def _by_code(currency: Currency) -> str:
    return currency.code


def _currency(currency: str | Currency) -> Currency:
    return Currency(currency) if isinstance(currency, str) else currency


def _refuse_closed(pair: CurrencyPair, on: date, policy: RatePolicy) -> None:
    if policy.refuses(on):
        raise ClosedDay(pair=str(pair), on=on, policy=str(policy), calendar=policy.calendar.name)


def _checked_day(on: date) -> date:
    if not isinstance(on, date) or isinstance(on, datetime):
        raise DateExpected(given=type(on).__name__)
    return on


def _days(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=day) for day in range((end - start).days + 1))


def _gathered(fixings: Iterable[Fixing]) -> Iterator[RateSeries]:
    """The series of fixings in any order."""
    kept: dict[tuple[CurrencyPair, str, int, Side], list[Fixing]] = {}
    for one in fixings:
        kept.setdefault((one.pair, one.source, one.unit, one.side), []).append(one)
    return map(RateSeries.of, kept.values())


def _walked(rate: ExchangeRate | None, policy: RatePolicy) -> object:
    """What tells one answer from the next: the fixings, but not the day for which a peg stands."""
    if rate is None:
        return None
    pegs = {peg.source for peg in policy.pegs}
    return [
        (one.fixing.value, one.fixing.source, one.fixing.source in pegs or one.fixing)
        for one in rate.legs
    ]


def _peg(base: Currency, counter: Currency, pegged: Mapping[CurrencyPair, Peg]) -> Peg | None:
    pair = CurrencyPair(base, counter)
    return pegged.get(pair) or pegged.get(pair.inverse)


def _linked(
    neighbours: Mapping[Currency, Collection[Currency]], pegged: Iterable[CurrencyPair]
) -> Mapping[Currency, Collection[Currency]]:
    both = {currency: set(others) for currency, others in neighbours.items()}
    for pair in pegged:
        both.setdefault(pair.base, set()).add(pair.counter)
        both.setdefault(pair.counter, set()).add(pair.base)
    return {currency: sorted(others, key=_by_code) for currency, others in both.items()}


def _leads_through(
    path: tuple[Currency, ...], pivot: Currency | None, pegged: Mapping[CurrencyPair, Peg]
) -> bool:
    """Whether each currency between the ends is the pivot, or is reached or left over a peg."""
    if pivot is None:
        return True
    return all(
        currency is pivot
        or (pegged and (_peg(before, currency, pegged) or _peg(currency, after, pegged)))
        for before, currency, after in zip(path, path[1:], path[2:], strict=False)
    )
