"""Laws of rates, against oracles of exact fractions that share no code with the library."""

from __future__ import annotations

import decimal
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, permutations
from random import Random

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.money import Money
from fxcrm.moneybag import MoneyBag
from fxcrm.rates import (
    CurrencyPair,
    ExchangeRate,
    Fixing,
    LookUp,
    RateMissing,
    RatePolicy,
    RateTable,
    RateTooOld,
    Side,
)
from fxcrm.testing.strategies import money

START = date(2026, 1, 1)
CODES = ("EUR", "USD", "JPY", "BHD", "GBP", "CHF")

days = st.integers(0, 60).map(lambda count: START + timedelta(days=count))
currencies = st.sampled_from(CODES).map(Currency)
# Published numbers: up to six decimals, from a thousandth to ten thousand.
published = st.builds(
    lambda units, places: Decimal(units).scaleb(-places),
    st.integers(1, 9_999_999),
    st.integers(0, 6),
).filter(lambda value: Decimal("0.001") <= value <= 10_000)
units = st.sampled_from([1, 1, 1, 100, 1000])


@st.composite
def rates(draw: st.DrawFn, base: str | None = None) -> ExchangeRate:
    """A rate of one published fixing, walked as quoted or the other way."""
    first, second = draw(st.permutations(CODES))[:2]
    rate = ExchangeRate.of(base or first, second, draw(published), on=START, unit=draw(units))
    return rate.inverse if base is None and draw(st.booleans()) else rate


@given(rates())
def test_the_inverse_of_the_inverse_is_the_rate(rate: ExchangeRate) -> None:
    """Turning a rate round twice gives it back, legs and ratio (R1)."""
    assert rate.inverse.inverse == rate
    assert rate.inverse.ratio * rate.ratio == 1
    assert rate.inverse.pair == rate.pair.inverse


@given(st.lists(published, min_size=4, max_size=4))
def test_crosses_are_consistent_whichever_way_they_are_taken(values: list[Decimal]) -> None:
    """A cross is the product of its legs, associative, and its inverse the inverse of that (R1)."""
    path = ["EUR", "USD", "JPY", "GBP", "CHF"]
    legs = [
        ExchangeRate.of(base, counter, value, on=START)
        for base, counter, value in zip(path, path[1:], values, strict=False)
    ]
    left = legs[0].cross(legs[1]).cross(legs[2])
    right = legs[0].cross(legs[1].cross(legs[2]))
    product = Fraction(values[0]) * Fraction(values[1]) * Fraction(values[2])
    assert left.ratio == right.ratio == product
    assert left.inverse.ratio == 1 / product
    assert left.inverse.legs == legs[2].inverse.cross(legs[1].inverse).cross(legs[0].inverse).legs


@given(rates(), st.data())
def test_a_conversion_is_the_exact_product_rounded_once(
    rate: ExchangeRate, data: st.DataObject
) -> None:
    """Both directions agree with fractions rounded half-even to minor units (M10)."""
    source = data.draw(money(rate.pair.base))
    back = data.draw(money(rate.pair.counter))
    assert rate.convert(source) == _rounded(Fraction(source.amount) * rate.ratio, rate.pair.counter)
    assert rate.convert(back) == _rounded(Fraction(back.amount) / rate.ratio, rate.pair.base)
    assert rate.convert_exactly(source).value == Fraction(source.amount) * rate.ratio
    assert rate.inverse.convert(source) == rate.convert(source)


def _rounded(exact: Fraction, currency: Currency) -> Money:
    digits = currency.digits or 0
    return Money.from_minor(round(exact * 10**digits), currency)


@given(rates(), st.data())
def test_a_round_trip_misses_by_no_more_than_the_two_roundings(
    rate: ExchangeRate, data: st.DataObject
) -> None:
    """There and back: half a source unit and half a target unit times the rate at most."""
    source = data.draw(money(rate.pair.base))
    back = rate.convert(rate.convert(source))
    half_source = Fraction(1, 2 * rate.pair.base.minor_units)
    half_target = Fraction(1, 2 * rate.pair.counter.minor_units)
    missed = abs(Fraction(back.amount) - Fraction(source.amount))
    assert missed <= half_source + half_target / rate.ratio


@given(rates(), st.data())
def test_conversion_is_monotone_and_odd(rate: ExchangeRate, data: st.DataObject) -> None:
    """More stays more (or equal), and a refund converts to the mirror of the payment."""
    one, other = data.draw(money(rate.pair.base)), data.draw(money(rate.pair.base))
    assume(one <= other)
    assert rate.convert(one) <= rate.convert(other)
    assert rate.convert(-one) == -rate.convert(one)


@st.composite
def fixings(draw: st.DrawFn) -> list[Fixing]:
    """Fixings of some pairs on some days; one quotation, unit and side for each pair."""
    pairs = draw(st.lists(st.permutations(CODES).map(lambda one: one[:2]), min_size=1, max_size=5))
    chosen = {frozenset(pair): (pair[0], pair[1], draw(units)) for pair in pairs}
    kept: list[Fixing] = []
    for base, counter, unit in chosen.values():
        pair = CurrencyPair.of(base, counter)
        on = draw(st.lists(days, min_size=1, max_size=4, unique=True))
        kept.extend(Fixing(pair, draw(published), day, "mint", unit) for day in on)
    return kept


policies = st.builds(
    RatePolicy,
    look_up=st.sampled_from(LookUp),
    max_age=st.integers(0, 20),
    max_legs=st.integers(1, 3),
)


def _oracle(
    held: list[Fixing], base: Currency, counter: Currency, on: date, policy: RatePolicy
) -> set[tuple[Fraction, date]] | None:
    """Every answer that a shortest path may give, as ratio and effective date; None if none."""
    others = [code for code in map(Currency, CODES) if code not in (base, counter)]
    for between in range(policy.max_legs):
        answers = {
            answer
            for path in permutations(others, between)
            if (answer := _along(held, (base, *path, counter), on, policy)) is not None
        }
        if answers:
            return answers
    return None


def _along(
    held: list[Fixing], path: tuple[Currency, ...], on: date, policy: RatePolicy
) -> tuple[Fraction, date] | None:
    ratio, effective = Fraction(1), date.max
    for base, counter in pairwise(path):
        usable = [
            one
            for one in held
            if {one.pair.base, one.pair.counter} == {base, counter}
            and (one.on < on or (one.on == on and policy.look_up is LookUp.ON_OR_BEFORE))
        ]
        newest = max(usable, key=lambda one: one.on, default=None)
        if newest is None or (on - newest.on).days > policy.max_age:
            return None
        step = Fraction(newest.value) / newest.unit
        ratio *= step if newest.pair.base is base else 1 / step
        effective = min(effective, newest.on)
    return ratio, effective


@given(fixings(), currencies, currencies, days, policies)
def test_a_look_up_finds_what_an_exhaustive_search_finds(
    held: list[Fixing], base: Currency, counter: Currency, on: date, policy: RatePolicy
) -> None:
    """Newest usable fixing on a shortest path, or a typed refusal; both ways alike (R2, R3)."""
    assume(base is not counter)
    table = RateTable.from_fixings(held)
    expected = _oracle(held, base, counter, on, policy)
    if expected is None:
        for pair in ((base, counter), (counter, base)):
            with pytest.raises(RateMissing) as caught:
                table.rate(*pair, on, policy)
            assert caught.value.pair == f"{pair[0]}/{pair[1]}"
            assert caught.value.on == on
        return
    found = table.rate(base, counter, on, policy)
    assert (found.ratio, found.on) in expected
    assert table.rate(counter, base, on, policy).ratio == 1 / found.ratio
    assert table.rate(counter, base, on, policy).inverse.legs == found.legs


@given(fixings(), currencies, currencies, days, policies, st.randoms(use_true_random=False))
def test_later_fixings_and_the_order_of_loading_change_nothing(
    held: list[Fixing],
    base: Currency,
    counter: Currency,
    on: date,
    policy: RatePolicy,
    order: Random,
) -> None:
    """No look-ahead (R2): what is published later, or loaded in another order, has no effect."""
    known = [one for one in held if one.on <= on]
    shuffled = list(held)
    order.shuffle(shuffled)
    outcomes = {
        _outcome(RateTable.from_fixings(some), base, counter, on, policy)
        for some in (held, known, shuffled)
    }
    assert len(outcomes) == 1


def _outcome(
    table: RateTable, base: Currency, counter: Currency, on: date, policy: RatePolicy
) -> object:
    try:
        rate = table.rate(base, counter, on, policy)
    except RateMissing:
        return None
    return rate.ratio, rate.on


@given(st.lists(published, min_size=2, max_size=2), st.sampled_from(Side))
def test_bid_and_ask_change_places_when_the_pair_is_turned_round(
    values: list[Decimal], side: Side
) -> None:
    """The bid for one currency is the inverse of the ask for the other (R3 with sides)."""
    pair = CurrencyPair.of("EUR", "USD")
    prices = {Side.BID: min(values), Side.ASK: max(values)}
    table = RateTable.from_fixings(
        Fixing(pair, value, START, "dealer", side=which) for which, value in prices.items()
    )
    policy = RatePolicy(side=side)
    if side is Side.MID:
        with pytest.raises(RateMissing):
            table.rate("EUR", "USD", START, policy)
        return
    there = table.rate("EUR", "USD", START, policy)
    back = table.rate("USD", "EUR", START, attrs.evolve(policy, side=side.across))
    assert there.ratio == Fraction(prices[side])
    assert back.ratio == 1 / there.ratio
    # Who changes there and back at the prices of the source never gains.
    same_side = table.rate("USD", "EUR", START, policy)
    gain = there.ratio * same_side.ratio
    assert gain <= 1 if side is Side.BID else gain >= 1


@given(st.dictionaries(days, published, min_size=1, max_size=12), days, days, st.integers(0, 8))
def test_an_average_is_the_mean_of_the_fixings_of_the_period(
    by_day: dict[date, Decimal], one: date, other: date, decimals: int
) -> None:
    """Mean in the direction quoted, half-even, both ends included; its inverse is exact (R1)."""
    start, end = min(one, other), max(one, other)
    pair = CurrencyPair.of("EUR", "USD")
    table = RateTable.from_fixings(
        Fixing(pair, value, day, "mint", 100) for day, value in by_day.items()
    )
    within = [Fraction(value) for day, value in by_day.items() if start <= day <= end]
    policy = RatePolicy(max_age=365)
    if not within:
        with pytest.raises(RateMissing):
            table.average("EUR", "USD", start, end, policy, decimals)
        return
    mean = Fraction(round(sum(within, Fraction(0)) / len(within) * 10**decimals), 10**decimals)
    assume(mean > 0)
    found = table.average("EUR", "USD", start, end, policy, decimals)
    assert found.ratio == mean / 100
    assert found.legs[0].fixing.value == mean
    assert table.average("USD", "EUR", start, end, policy, decimals).ratio == 1 / found.ratio


@given(st.integers(0, 30), st.sampled_from(LookUp), st.integers(0, 30))
def test_the_edge_of_the_largest_age(age: int, look_up: LookUp, largest: int) -> None:
    """A fixing of exactly ``max_age`` days answers, one day more and it does not (R2)."""
    table = RateTable.of("EUR", on=START, USD="1.0850")
    asked = START + timedelta(days=age)
    policy = RatePolicy(look_up, max_age=largest)
    usable = age <= largest and not (look_up is LookUp.STRICTLY_BEFORE and age == 0)
    if usable:
        assert table.rate("EUR", "USD", asked, policy).on == START
        return
    with pytest.raises(RateMissing) as caught:
        table.rate("EUR", "USD", asked, policy)
    if isinstance(caught.value, RateTooOld):
        assert (caught.value.last, caught.value.age) == (START, age)


@given(rates(), st.data())
def test_the_ambient_decimal_context_changes_nothing(
    rate: ExchangeRate, data: st.DataObject
) -> None:
    """Three digits, rounding up, every trap set: conversions, averages and texts stay (M1)."""
    source = data.draw(money(rate.pair.base, low="-9999999999.99", high="9999999999.99"))
    calm = _everything(rate, source)
    with decimal.localcontext(decimal.Context(prec=3, rounding=decimal.ROUND_UP, traps=[])):
        assert _everything(rate, source) == calm
    harsh = decimal.Context(prec=3, traps=[decimal.Inexact, decimal.Rounded, decimal.Subnormal])
    with decimal.localcontext(harsh):
        assert _everything(rate, source) == calm


def _everything(rate: ExchangeRate, source: Money) -> tuple[object, ...]:
    fixing = rate.legs[0].fixing
    again = Fixing(fixing.pair, fixing.value, fixing.on, fixing.source, fixing.unit)
    later = attrs.evolve(again, on=START + timedelta(days=1))
    table = RateTable.from_fixings([again, later])
    pair = rate.pair
    mean = table.average(pair.base, pair.counter, START, later.on)
    found = table.rate(pair.base, pair.counter, START)
    bag = MoneyBag.of(source).convert(table, to=pair.counter, on=START)
    return str(rate), rate.path, rate.convert(source), mean.ratio, found.rounded_value(), bag
