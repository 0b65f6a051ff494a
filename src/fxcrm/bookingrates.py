"""Which rate books a document: the spot of its day, or what may stand in for it (D1).

==================  ============================================================================
`DailySpot`         the rate of the day, as the look-up of the desk finds it (IAS 21.21)
`MonthOpening`      that of the first day of the month, for the whole month
`FixedRates`        rates that the company sets itself, each from a day on until the next one
`PeriodAverage`     the mean of the fixings of the week or month so far, as long as they stay
                    close together (IAS 21.22)
==================  ============================================================================

The second and the third are practised where the books are kept as China's ASBE 19 allows it: what
a fixed rate leaves is adjusted at the month's end. Each gives one decision for a day, and says in
its policy that it was the one to choose.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

import attrs

from fxcrm._decimals import exact_fraction
from fxcrm.decisions import (
    Purpose,
    RateDecision,
    decide,
    decide_average,
    decision_id,
    refuse_future,
)
from fxcrm.errors import InputRefused, NotThere, RuleRefused, shown
from fxcrm.fixings import percent
from fxcrm.money import canonical, parse_decimal
from fxcrm.rates import (
    Averaging,
    CurrencyPair,
    ExchangeRate,
    Fixing,
    RatePolicy,
    RateTable,
    rounded_significant,
)

_SOURCE: Final = "fixed by the company"
_RATE_DIGITS: Final = 7  # significant ones, as many as are published at the most


class BookingRatesRefused(InputRefused):
    """A choice of booking rates that could not be followed."""

    reason: str
    template = "booking rates are refused: {reason:plain}"


class FixedRateMissing(NotThere):
    """A pair for which the company has fixed no rate by that day; no other one is taken."""

    pair: str
    on: date
    template = "no rate of {pair:plain} was fixed for {on}; fix one, or choose another booking rate"


class SpreadTooWide(RuleRefused):
    """The fixings of a period are too far apart for their average to stand in for the spot."""

    pair: str
    since: date
    on: date
    lowest: str
    highest: str
    spread: str
    largest: str
    template = (
        "{pair:plain} lay between {lowest:plain} and {highest:plain} from {since} to {on}, "
        "{spread:plain} % apart and not {largest:plain} % at the most; "
        "book at the spot of the day (IAS 21.22)"
    )


@attrs.frozen
class Asked:
    """What a booking rate is asked: the pair and day, the table, and who wants to know when."""

    table: RateTable
    pair: CurrencyPair
    on: date
    known_at: datetime
    decided_by: str
    policy: RatePolicy
    version: int = 1

    def spot_of(self, on: date) -> RateDecision:
        """The decision that a day's own rate would be."""
        return decide(
            self.table,
            self.pair.base,
            self.pair.counter,
            purpose=Purpose.BOOKING,
            on=on,
            known_at=self.known_at,
            decided_by=self.decided_by,
            policy=self.policy,
            version=self.version,
        )

    def mean_since(self, since: date) -> RateDecision:
        """The decision on the average of the fixings up to the day."""
        weighed = attrs.evolve(self.policy, averaging=Averaging.PUBLISHED_IF_ANY)
        return decide_average(
            self.table,
            self.pair.base,
            self.pair.counter,
            since=since,
            on=self.on,
            known_at=self.known_at,
            decided_by=self.decided_by,
            policy=weighed,
        )

    def applied(self, pair: CurrencyPair) -> RatePolicy:
        """The look-up as it is told for the pair that was decided."""
        return self.policy if pair == self.pair else self.policy.across

    def standing_in(self, made: RateDecision, text: str, reason: str = "") -> RateDecision:
        """A decision that books the day, with the rate of another one."""
        refuse_future(made.rate, self.on, self.known_at)
        return attrs.evolve(
            made,
            id=decision_id(Purpose.BOOKING, made.pair, self.on, self.version),
            purpose=Purpose.BOOKING,
            policy=text,
            valid_on=self.on,
            reason=reason,
        )


@attrs.frozen
class DailySpot:
    """The rate of the day."""

    def text(self, policy: RatePolicy, pair: CurrencyPair, on: date) -> str:  # noqa: ARG002
        """The rule as a decision records it."""
        return str(policy)

    def decide(self, asked: Asked) -> RateDecision:
        """The decision of the day. Raises what `decide` raises."""
        return asked.spot_of(asked.on)


@attrs.frozen
class MonthOpening:
    """The rate of the first day of the month, as the look-up finds it for that day."""

    def text(self, policy: RatePolicy, pair: CurrencyPair, on: date) -> str:  # noqa: ARG002
        """The rule as a decision records it."""
        return f"opening rate of the month: {policy}"

    def decide(self, asked: Asked) -> RateDecision:
        """The decision of the day. Raises what `decide` raises for the first of the month."""
        made = asked.spot_of(asked.on.replace(day=1))
        text = self.text(asked.applied(made.pair), made.pair, asked.on)
        return asked.standing_in(made, text)


@attrs.frozen
class FixedRate:
    """``1 base = value counter`` from a day on. Raises `RateRefused`."""

    pair: CurrencyPair
    value: Decimal
    since: date

    def __attrs_post_init__(self) -> None:
        Fixing(self.pair, self.value, self.since, _SOURCE)

    @classmethod
    def of(cls, pair: str, value: str, *, since: date) -> FixedRate:
        """The rate written as text: ``FixedRate.of("USD/CNY", "7.10", since=...)``."""
        return cls(CurrencyPair.parse(pair), parse_decimal(value), since)

    def __str__(self) -> str:
        return f"{self.pair} {canonical(self.value)} since {self.since}"


def _held(rates: Iterable[FixedRate]) -> tuple[FixedRate, ...]:
    return tuple(sorted(rates, key=lambda one: one.since))


@attrs.frozen
class FixedRates:
    """Rates that the company sets; of a pair the last one that has begun.

    Raises `BookingRatesRefused` for two rates of a pair from one day on.
    """

    rates: tuple[FixedRate, ...] = attrs.field(converter=_held)

    def __attrs_post_init__(self) -> None:
        seen: set[tuple[CurrencyPair, date]] = set()
        for one in self.rates:
            if (one.pair, one.since) in seen:
                raise BookingRatesRefused(reason=f"{one.pair} is fixed twice from {one.since} on")
            seen |= {(one.pair, one.since), (one.pair.inverse, one.since)}

    def of(self, pair: CurrencyPair, on: date) -> FixedRate:
        """The rate of a pair on a day, in the direction in which it was set.

        Raises `FixedRateMissing`.
        """
        for one in reversed(self.rates):
            if one.since <= on and pair in (one.pair, one.pair.inverse):
                return one
        raise FixedRateMissing(pair=str(pair), on=on)

    def text(self, policy: RatePolicy, pair: CurrencyPair, on: date) -> str:  # noqa: ARG002
        """The rule as a decision records it. Raises `FixedRateMissing`."""
        return f"{_SOURCE}: {self.of(pair, on)}"

    def decide(self, asked: Asked) -> RateDecision:
        """The decision of the day. Raises `FixedRateMissing`, `RateNotYetKnown`."""
        found = self.of(asked.pair, asked.on)
        base, counter = found.pair.base, found.pair.counter
        rate = ExchangeRate.of(base, counter, found.value, on=found.since, source=_SOURCE)
        refuse_future(rate, asked.on, asked.known_at)
        text = self.text(asked.policy, asked.pair, asked.on)
        id = decision_id(Purpose.BOOKING, found.pair, asked.on, asked.version)
        known_at, by = asked.known_at, asked.decided_by
        return RateDecision(id, Purpose.BOOKING, rate, text, asked.on, known_at, by)


class Span(Enum):
    """How long an average runs: from the first day of its week, a Monday, or of its month."""

    WEEK = "week"
    MONTH = "month"

    def first_day(self, on: date) -> date:
        """The first day of the week or month of a day."""
        return on.replace(day=1) if self is Span.MONTH else on - timedelta(days=on.weekday())


@attrs.frozen
class PeriodAverage:
    """The mean of what was published from the first day of the span to the day itself.

    No later day counts, so the rate is known when the document is booked. ``largest_spread`` is
    the share by which the highest fixing may lie above the lowest one, either way round the
    same. Raises `BookingRatesRefused`.
    """

    span: Span
    largest_spread: Fraction = attrs.field(converter=exact_fraction)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.span, Span):
            raise BookingRatesRefused(reason="a span is a member of fxcrm.bookingrates.Span")
        if not 0 <= self.largest_spread < 1:
            given = shown(self.largest_spread)
            reason = f"a spread of {given} is not from 0 up to 1; two percent are 0.02"
            raise BookingRatesRefused(reason=reason)

    def text(self, policy: RatePolicy, pair: CurrencyPair, on: date) -> str:  # noqa: ARG002
        """The rule as a decision records it."""
        largest = percent(self.largest_spread)
        return f"average of the {self.span.value} so far, at most {largest} % apart: {policy}"

    def decide(self, asked: Asked) -> RateDecision:
        """The decision of the day, with the spread that was found as its reason.

        Raises `SpreadTooWide`, and what `RateTable.average` raises.
        """
        since = self.span.first_day(asked.on)
        made = asked.mean_since(since)
        policy = asked.applied(made.pair)
        reason = self._tested(asked, made.pair, since, policy)
        return asked.standing_in(made, self.text(policy, made.pair, asked.on), reason)

    def _tested(self, asked: Asked, pair: CurrencyPair, since: date, policy: RatePolicy) -> str:
        """The spread in words, once it is within its bound."""
        table = asked.table.as_known(asked.known_at)
        found = table.published(pair.base, pair.counter, since, asked.on, policy)
        if not found:
            return f"spread test: nothing was published from {since} to {asked.on}"
        low, high = (choose(found, key=lambda one: one.ratio) for choose in (min, max))
        spread = high.ratio / low.ratio - 1
        told = [_rate(low), _rate(high), percent(spread), percent(self.largest_spread)]
        if spread > self.largest_spread:
            lowest, highest, apart, largest = told
            raise SpreadTooWide(
                pair=str(pair), since=since, on=asked.on, lowest=lowest, highest=highest,
                spread=apart, largest=largest,
            )  # fmt: skip
        return "spread test: {} to {}, {} % apart, at most {} %".format(*told)


BookingRates = DailySpot | MonthOpening | FixedRates | PeriodAverage


def _rate(rate: ExchangeRate) -> str:
    """A published rate and its day, for a reader."""
    return f"{canonical(rounded_significant(rate.ratio, _RATE_DIGITS))} ({rate.on})"
