"""Hypothesis strategies for rates: fixings, series, tables, policies, decisions and rate locks.

They are registered with Hypothesis, so that ``st.from_type(RateTable)`` works as soon as fxcrm
is installed. Examples shrink to what reads well: EUR/USD at 1, on a Monday, MID, known since
its day began, under the usual policy.

An embedder's property, in full::

    from hypothesis import given
    from fxcrm.testing.ratestrategies import exchange_rates
    from fxcrm.testing.strategies import money

    @given(exchange_rates("EUR", "USD"), money("EUR", low=0))
    def test_no_price_turns_negative(rate, price):
        assert my_price_abroad(price, rate) >= Money.zero("USD")
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

import attrs
from hypothesis import strategies as st

from fxcrm._decimals import decimal_of
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, as_quoted, decision_id
from fxcrm.fixings import day_begins
from fxcrm.ids import LockId, QuoteId
from fxcrm.money import Money, canonical
from fxcrm.ratelocks import Promise, RateLock
from fxcrm.rates import (
    MOST_LEGS,
    Averaging,
    BusinessCalendar,
    ClosedDays,
    CurrencyPair,
    ExchangeRate,
    Fixing,
    Leg,
    LookUp,
    Peg,
    RatePolicy,
    RateSeries,
    RateTable,
    Side,
)
from fxcrm.rateseries import WITHDRAWN
from fxcrm.testing.strategies import currencies, money

FIRST_DAY: Final = date(2026, 1, 5)  # a Monday
_USUAL_SPAN: Final = 60
_PLACES: Final = 6  # decimals, as many as most central banks publish at the most
_HIGHEST: Final = 10_000
_SLOWEST: Final = 240  # hours after which a drawn correction is known, at the latest
_SELDOM: Final = 5  # of six drawn rows, five have a value and one withdraws its day
_PERCENT: Final = 5  # the most that a drawn ask lies above its bid
_UNITS: Final = (1, 100, 1000)
_HOURS: Final = st.none() | st.integers(1, _SLOWEST)

Currencies = st.SearchStrategy[Currency] | Iterable[str | Currency] | None
Given = str | Currency


class _Row(NamedTuple):
    """A day of a series, when its value became known (None: as the day began), and the value."""

    day: date
    hours: int | None
    value: Decimal | None

    @property
    def key(self) -> tuple[date, int]:
        return self.day, self.hours or 0

    @property
    def known_at(self) -> datetime | None:
        if self.hours is None:
            return None
        return day_begins(self.day) + timedelta(hours=self.hours)


def rate_days(first: date = FIRST_DAY, days: int = _USUAL_SPAN) -> st.SearchStrategy[date]:
    """So many days from the first one on, weekends and all."""
    return st.integers(0, days - 1).map(lambda after: first + timedelta(days=after))


def rate_values(places: int = _PLACES) -> st.SearchStrategy[Decimal]:
    """Published numbers above zero and up to 10,000, with at most that many decimals."""
    whole = st.integers(1, _HIGHEST).map(Decimal)
    finer = st.integers(1, _HIGHEST * 10**places).map(lambda units: decimal_of(units, places))
    return whole | finer


def currency_pairs(among: Currencies = None) -> st.SearchStrategy[CurrencyPair]:
    """Pairs of two currencies of a strategy or a collection; living ones by default."""
    two = st.lists(_drawn(among), min_size=2, max_size=2, unique=True)
    return two.map(lambda both: CurrencyPair(*both))


@st.composite
def fixings(
    draw: st.DrawFn,
    pair: CurrencyPair | None = None,
    *,
    on: st.SearchStrategy[date] | None = None,
    sides: Iterable[Side] = Side,
    source: str = "drawn",
) -> Fixing:
    """Published prices: per 1, 100 or 1,000 units, of each side, some known after their day."""
    day = draw(_days(on))
    return Fixing(
        pair or draw(currency_pairs()),
        draw(rate_values()),
        day,
        source,
        draw(st.sampled_from(_UNITS)),
        draw(st.sampled_from(_mid_first(sides))),
        _Row(day, draw(_HOURS), None).known_at,
    )


@st.composite
def exchange_rates(
    draw: st.DrawFn,
    base: Given | None = None,
    counter: Given | None = None,
    *,
    on: st.SearchStrategy[date] | None = None,
    max_legs: int = 3,
) -> ExchangeRate:
    """Rates of one or more published legs, each walked as quoted or the other way round.

    ``base`` and ``counter`` may be named; the currencies between are living ones.
    """
    fixed = {CurrencyPair.of(one, one).base for one in (base, counter) if one is not None}
    others = currencies().filter(lambda one: one not in fixed)
    missing = (base is None) + (counter is None)
    free = draw(st.lists(others, min_size=missing, max_size=missing + max_legs - 1, unique=True))
    first = free.pop(0) if base is None else CurrencyPair.of(base, base).base
    last = free.pop() if counter is None else CurrencyPair.of(counter, counter).base
    legs = []
    for one, following in pairwise((first, *free, last)):
        inverted = draw(st.booleans())
        pair = CurrencyPair(one, following)
        fixing = draw(fixings(pair.inverse if inverted else pair, on=on, sides=[Side.MID]))
        legs.append(Leg(fixing, inverted))
    return ExchangeRate(CurrencyPair(first, last), tuple(legs), min(leg.fixing.on for leg in legs))


@st.composite
def rate_series(
    draw: st.DrawFn,
    pair: CurrencyPair | None = None,
    *,
    days: st.SearchStrategy[date] | None = None,
    min_size: int = 1,
    max_size: int = 8,
    corrections: bool = True,
    unit: int | None = None,
    side: Side = Side.MID,
    source: str = "drawn",
) -> RateSeries:
    """Series of up to ``max_size`` rows.

    With ``corrections``, days stand there several times, known hours or days later, and some
    rows withdraw their day.
    """
    rows = draw(_rows(days, min_size, max_size, corrections=corrections))
    chosen = pair or draw(currency_pairs())
    return _series(rows, chosen, source, unit or draw(st.sampled_from(_UNITS)), side)


@st.composite
def rate_tables(
    draw: st.DrawFn,
    among: Currencies = ("EUR", "USD", "JPY", "BHD", "GBP", "CHF"),
    *,
    hubs: int = 1,
    days: st.SearchStrategy[date] | None = None,
    max_rows: int = 8,
    corrections: bool = True,
    sides: Iterable[Side] = (Side.MID,),
    views: bool = False,
) -> RateTable:
    """Tables of one source, in which every pair has one of the ``hubs`` on one end.

    So with one hub there is one path at the most between two currencies. Pairs are quoted from
    the hub or to it. A bid never lies above its ask. With ``views``, some tables know nothing
    later than an instant.
    """
    found = draw(st.lists(_drawn(among), min_size=1 + hubs, max_size=6, unique=True))
    centres, others = found[:hubs], found[hubs:]
    pairs = [CurrencyPair(one, two) for one, two in pairwise(centres) if draw(st.booleans())]
    for other in others:
        chosen = draw(st.lists(st.sampled_from(centres), min_size=1, unique=True))
        pairs += [CurrencyPair(centre, other) for centre in chosen]
    series: list[RateSeries] = []
    for pair in pairs:
        rows = draw(_rows(days, 1, max_rows, corrections=corrections))
        quoted = pair.inverse if draw(st.booleans()) else pair
        unit, more = draw(st.sampled_from(_UNITS)), draw(st.integers(0, _PERCENT))
        series += [
            _series(_at_side(rows, side, more), quoted, "drawn", unit, side)
            for side in _mid_first(sides)
        ]
    table = RateTable(series)
    if views and draw(st.booleans()):
        at = draw(_days(days))
        return table.as_known(day_begins(at) + timedelta(hours=draw(st.integers(0, _SLOWEST))))
    return table


@st.composite
def business_calendars(
    draw: st.DrawFn, days: st.SearchStrategy[date] | None = None
) -> BusinessCalendar:
    """Calendars with any weekend and some holidays; each is named after its closed days."""
    weekend = draw(st.just({5, 6}) | st.sets(st.integers(0, 6), max_size=3))
    holidays = draw(st.sets(_days(days), max_size=4))
    name = ", ".join(["weekdays", *map(str, sorted(weekend)), *map(str, sorted(holidays))])
    return BusinessCalendar(name, frozenset(weekend), frozenset(holidays))


@st.composite
def rate_pegs(
    draw: st.DrawFn,
    pair: CurrencyPair | None = None,
    *,
    days: st.SearchStrategy[date] | None = None,
) -> Peg:
    """Pegs of a pair from a day on, some of them until a day."""
    since = draw(_days(days))
    lasts = draw(st.none() | st.integers(0, _USUAL_SPAN))
    until = None if lasts is None else since + timedelta(days=lasts)
    return Peg(pair or draw(currency_pairs()), draw(rate_values()), since, until)


@st.composite
def rate_policies(
    draw: st.DrawFn,
    among: Currencies = ("EUR", "USD", "JPY", "BHD", "GBP", "CHF"),
    *,
    max_legs: int = 3,
    sides: Iterable[Side] = Side,
    calendars: st.SearchStrategy[BusinessCalendar] | None = None,
    pegs: bool = True,
) -> RatePolicy:
    """Policies of every kind; pivots and pegs are of the currencies named, none pegged twice."""
    return RatePolicy(
        look_up=draw(st.sampled_from(LookUp)),
        max_age=draw(st.sampled_from([7, 0, 1, 2, 30, 365]) | st.integers(0, 40)),
        max_legs=draw(st.sampled_from(sorted(range(1, min(max_legs, MOST_LEGS) + 1), key=_usual))),
        side=draw(st.sampled_from(_mid_first(sides))),
        closed_days=draw(st.sampled_from(ClosedDays)),
        calendar=draw(business_calendars() if calendars is None else calendars),
        pivot=draw(_drawn(among)) if draw(st.integers(0, 2)) > 1 else None,
        pegs=tuple(draw(_pegs(among))) if pegs else (),
        averaging=draw(st.sampled_from(Averaging)),
    )


@st.composite
def rate_decisions(
    draw: st.DrawFn,
    purpose: Purpose = Purpose.BOOKING,
    base: Given | None = None,
    counter: Given | None = None,
) -> RateDecision:
    """Decisions on a drawn rate, taken when all of it was known."""
    rate = as_quoted(draw(exchange_rates(base, counter)))
    newest = max(leg.fixing.on for leg in rate.legs)
    day = newest + timedelta(days=draw(st.integers(0, 7)))
    known = max(rate.known_from, day_begins(day)) + timedelta(hours=draw(st.integers(0, 23)))
    id = decision_id(purpose, rate.pair, day)
    return RateDecision(id, purpose, rate, str(RatePolicy()), day, known, "drawn")


LOCK_STATES: Final = ("held", "offered", "drawn", "consumed", "expired", "cancelled", "broken")


@st.composite
def rate_locks(draw: st.DrawFn, state: str | None = None) -> RateLock:
    """Rate locks in each of their states, or in the one named, as their commands lead there."""
    spot = draw(rate_decisions(Purpose.QUOTE))
    locked = RateDecision(
        decision_id(Purpose.LOCK, spot.pair, spot.valid_on, "drawn"),
        Purpose.LOCK,
        spot.rate,
        spot.policy,
        spot.valid_on,
        spot.known_at,
        "drawn",
    )
    begins = spot.known_at.astimezone(UTC)
    ends = begins + timedelta(hours=draw(st.integers(1, 24 * 90)))
    lock = RateLock(
        LockId("drawn-lock"),
        QuoteId("drawn-quote"),
        locked,
        spot,
        draw(money(spot.pair.base, low=Money.from_minor(2, spot.pair.base).amount)),
        begins,
        ends,
        draw(st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"])),
    )
    return _led(lock, state or draw(st.sampled_from(LOCK_STATES)), draw)


def _led(lock: RateLock, state: str, draw: st.DrawFn) -> RateLock:
    """The lock in a state, with nothing left to be stored."""
    if state == "drawn" or (state == "expired" and draw(st.booleans())):
        part = draw(st.integers(1, lock.covers.minor - 1))
        lock = lock.draw(Money.from_minor(part, lock.covers.currency), lock.locked_at)
    if state == "consumed":
        lock = lock.draw(lock.covers, lock.locked_at)
    elif state == "expired":
        lock = lock.expire(lock.expires_at)
    elif state == "cancelled":
        lock = lock.cancel(lock.locked_at)
    elif state == "offered":
        lock = attrs.evolve(lock, state=Promise.OFFERED.value)
    elif state == "broken":
        lock = lock.break_off(lock.spot, lock.locked_at, "drawn")
    return attrs.evolve(lock, events=())


def register() -> None:
    """Tell Hypothesis how the types of rates are drawn."""
    st.register_type_strategy(CurrencyPair, currency_pairs())
    st.register_type_strategy(Fixing, fixings())
    st.register_type_strategy(ExchangeRate, exchange_rates())
    st.register_type_strategy(RateSeries, rate_series())
    st.register_type_strategy(RateTable, rate_tables())
    st.register_type_strategy(BusinessCalendar, business_calendars())
    st.register_type_strategy(Peg, rate_pegs())
    st.register_type_strategy(RatePolicy, rate_policies())
    st.register_type_strategy(RateDecision, rate_decisions())
    st.register_type_strategy(RateLock, rate_locks())


def _drawn(among: Currencies) -> st.SearchStrategy[Currency]:
    if among is None:
        return currencies()
    if isinstance(among, st.SearchStrategy):
        return among
    return st.sampled_from([CurrencyPair.of(one, one).base for one in among])


def _seldom_none(values: st.SearchStrategy[Decimal]) -> st.SearchStrategy[Decimal | None]:
    return st.integers(0, _SELDOM).flatmap(lambda at: values if at < _SELDOM else st.none())


def _days(given: st.SearchStrategy[date] | None) -> st.SearchStrategy[date]:
    return rate_days() if given is None else given


def _usual(legs: int) -> int:
    """How far a number of legs lies from the usual one."""
    return abs(legs - RatePolicy().max_legs)


def _mid_first(sides: Iterable[Side]) -> list[Side]:
    return sorted(sides, key=lambda side: side is not Side.MID)


@st.composite
def _rows(
    draw: st.DrawFn,
    days: st.SearchStrategy[date] | None,
    least: int,
    most: int,
    *,
    corrections: bool,
) -> list[_Row]:
    """Rows in their order: one a day, or as many as became known at different hours."""
    values = rate_values()
    rows = st.builds(
        _Row,
        _days(days),
        _HOURS if corrections else st.none(),
        _seldom_none(values) if corrections else values,
    )
    drawn = draw(st.lists(rows, min_size=least, max_size=most, unique_by=lambda row: row.key))
    if corrections and len(drawn) < most and draw(st.booleans()):
        again = drawn[0].day if drawn else draw(_days(days))
        later = _Row(again, draw(st.integers(1, _SLOWEST)), draw(_seldom_none(values)))
        drawn += [] if later.key in {row.key for row in drawn} else [later]
    return sorted(drawn, key=lambda row: row.key)


def _series(
    rows: Sequence[_Row], pair: CurrencyPair, source: str, unit: int, side: Side
) -> RateSeries:
    told = any(row.hours is not None or row.value is None for row in rows)
    return RateSeries(
        pair,
        source,
        tuple(row.day for row in rows),
        tuple(WITHDRAWN if row.value is None else canonical(row.value) for row in rows),
        unit,
        side,
        tuple(row.known_at for row in rows) if told else None,
    )


def _at_side(rows: Sequence[_Row], side: Side, percent: int) -> list[_Row]:
    """The rows as bids, with the mid and the ask above them by some percent."""
    more = {Side.BID: 0, Side.MID: percent, Side.ASK: 2 * percent}[side]
    return [
        row if row.value is None else row._replace(value=_raised(row.value, more)) for row in rows
    ]


def _raised(value: Decimal, percent: int) -> Decimal:
    return (Money(value, "EUR") * decimal_of(100 + percent, 2)).amount


@st.composite
def _pegs(draw: st.DrawFn, among: Currencies) -> list[Peg]:
    pairs = draw(st.lists(currency_pairs(among), max_size=2, unique_by=_ends))
    return [draw(rate_pegs(pair)) for pair in pairs]


def _ends(pair: CurrencyPair) -> frozenset[Currency]:
    return frozenset((pair.base, pair.counter))
