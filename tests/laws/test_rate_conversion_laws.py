"""Laws of converting: one amount, many, and the quick ways, against fractions rounded in words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import gcd
from random import Random

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fxcrm.conversions import DayPrices, Route, multiply
from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.errors import FxcrmError
from fxcrm.money import AmountOutOfRange, Money, Rounding
from fxcrm.rates import CurrencyPair, ExchangeRate, Fixing, RatePolicy, RateTable, Side
from fxcrm.testing.ratestrategies import (
    FIRST_DAY,
    business_calendars,
    exchange_rates,
    rate_days,
    rate_policies,
    rate_tables,
)
from fxcrm.testing.strategies import money, roundings
from tests.ambient import FEWER
from tests.ambient import any_context as any_context
from tests.laid_out import laid_out
from tests.oracle import rounded
from tests.rate_oracle import answer, rows_of, rule_of

# Eighteen decimals: the finest that a currency may have.
FINE = CurrencyRegistry("law dust").define("FINE", digits=18, name="Dust")
HOUSE = CurrencyRegistry("law coins").define("BTC", digits=8, name="Bitcoin")
HOUSE = HOUSE.define("PTS", digits=0, name="Points")
# Two, none and three decimals, and own currencies with eight and with none.
HELD = [*map(Currency, ("EUR", "JPY", "BHD", "USD")), HOUSE.currency("BTC"), HOUSE.currency("PTS")]
DAYS = rate_days(FIRST_DAY, 12)
ASKED = rate_days(FIRST_DAY - timedelta(days=2), 18)
held = st.sampled_from(HELD)
tables = rate_tables(HELD, hubs=2, days=DAYS, sides=Side, max_rows=5, views=True)
policies = rate_policies(HELD, calendars=business_calendars(DAYS), pegs=True)
# Up to 60 digits with up to 59 decimals: as large, as fine and as odd as an amount may be.
extreme = st.builds(
    lambda units, places: Money.from_scaled(units, places, "EUR").amount,
    st.integers(-(10**60) + 1, 10**60 - 1),
    st.integers(0, 59),
)
small = st.builds(
    lambda units, places: Money.from_scaled(units, places, "EUR").amount,
    st.integers(-2_000, 2_000),
    st.integers(0, 4),
)


def _outcome(ask: object, *args: object, **more: object) -> object:
    """The amount with its text, or which refusal it was."""
    try:
        found = ask(*args, **more)  # type: ignore[operator]
    except FxcrmError as refused:
        return type(refused), str(refused)
    return found, str(found)


@FEWER
@given(tables, st.permutations(HELD), st.lists(ASKED, min_size=1, max_size=6), policies, st.data())
def test_the_quick_conversion_is_the_slow_one(
    table: RateTable,
    ends: list[Currency],
    days: list[date],
    policy: RatePolicy,
    data: st.DataObject,
) -> None:
    """Cold or warm, any day, amount, rounding and policy: the same, or the same refusal."""
    base, to = ends[:2]
    named = to.code if to.registry == Currency("EUR").registry else to
    table = laid_out(table) if data.draw(st.integers(0, 3)) else table
    for on in [*days, *days]:
        mode = data.draw(roundings())
        amount = Money(data.draw(small | extreme), base)

        def slow(amount: Money = amount, on: date = on, mode: Rounding = mode) -> Money:
            return table.rate(base, to, on, policy).convert(amount, mode)

        expected = _outcome(slow)
        assert _outcome(table.convert, amount, to, on, policy, mode) == expected
        assert _outcome(table.convert, amount, named, on, policy, mode) == expected


@FEWER
@given(tables, policies, small | extreme, roundings(), st.data())
def test_a_conversion_is_the_exact_product_rounded_once(
    table: RateTable, policy: RatePolicy, amount: Decimal, mode: Rounding, data: st.DataObject
) -> None:
    """From the rows to the minor unit, by an oracle without tables and decimals (M10)."""
    series = data.draw(st.sampled_from(table.series))
    on = data.draw(st.sampled_from(series.days)) + timedelta(days=data.draw(st.integers(0, 3)))
    pair, side = series.pair, series.side
    if data.draw(st.booleans()):
        pair, side = pair.inverse, side.across
    base, to = pair.base, pair.counter
    policy = attrs.evolve(policy, side=side, max_age=365)
    rule = rule_of(policy)
    found = answer(rows_of(table.series), base.code, to.code, on, rule, table.known_at)
    if found is None:
        return  # withdrawn, closed, or not known: what is refused then has a law of its own
    table = laid_out(table)
    exact = Fraction(amount) * found.ratio
    expected = rounded(exact, mode.name, Fraction(1, 10 ** (to.digits or 0)))
    for _ in range(2):
        try:
            told = table.convert(Money(amount, base), to, on, policy, mode)
        except AmountOutOfRange:
            assert abs(expected) * to.minor_units >= 10**60
            continue
        assert Fraction(told.amount) == expected
        assert told.currency is to


@FEWER
@given(
    st.integers(-(10**9), 10**9),
    st.sampled_from([1, 2, 4, 5, 8, 16, 25, 40, 80, 125]),
    st.sampled_from(HELD),
    st.sampled_from(["directly", "indirectly"]),
    roundings(),
)
@example(1, 2, HELD[0], "directly", Rounding.HALF_EVEN)
@example(-3, 2, HELD[0], "indirectly", Rounding.HALF_UP)
def test_ties_and_their_neighbours(
    units: int, divisor: int, to: Currency, quoted: str, mode: Rounding
) -> None:
    """Amounts that end in the middle between two units, one step below it, and one above."""
    base = Currency("CHF")
    directly = quoted == "directly"
    pair = CurrencyPair(base, to) if directly else CurrencyPair(to, base)
    exact = Fraction(1, divisor) if directly else Fraction(divisor)
    table = laid_out(RateTable.from_fixings([Fixing(pair, _plain(exact), FIRST_DAY)]))
    for more in (Decimal(0), Decimal("0.000000000001"), Decimal("-0.000000000001")):
        amount = Money.from_scaled(units, 3, base) + Money(more, base)
        ratio = Fraction(1, divisor)
        expected = rounded(Fraction(amount.amount) * ratio, mode.name, Fraction(1, to.minor_units))
        for _ in range(2):
            told = table.convert(amount, to, FIRST_DAY, rounding=mode)
            assert Fraction(told.amount) == expected
    minor = [(units, base, FIRST_DAY)]
    kernel = table.convert_minor(minor, to, rounding=mode).minor[0]
    scaled = Fraction(units, 100) * Fraction(1, divisor) * to.minor_units
    assert kernel == rounded(scaled, mode.name, Fraction(1))


@FEWER
@given(
    st.one_of([st.integers(1, 10**digits - 1) for digits in (6, 17, 40)]),
    st.one_of([st.integers(1, 10**digits - 1) for digits in (2, 6, 40)]),
    st.sampled_from([1, 100, 2**19]),
    st.integers(10**55, 10**60),
    st.integers(0, 59),
    st.sampled_from([1, -1]),
    st.sampled_from(["EUR", "JPY", "FINE"]),
    roundings(),
)
@example(10**40 - 1, 7, 1, 10**60, 44, 1, "EUR", Rounding.HALF_EVEN)
@example(10**40 - 1, 7, 1, 10**60, 59, -1, "FINE", Rounding.HALF_EVEN)
@example(10**16 - 1, 10**15 - 9, 1, 10**60, 40, 1, "EUR", Rounding.CEILING)
@example(10**40 - 1, 7, 2**19, 10**60, 39, 1, "EUR", Rounding.HALF_EVEN)
@example(10**40 - 1, 7, 2**19, 10**60, 39, 1, "EUR", Rounding.CEILING)
@example(10**40 - 1, 7, 2**19, 10**60, 39, 1, "EUR", Rounding.FLOOR)
@example(1, 7, 1, 10**60, 40, 1, "EUR", Rounding.CEILING)
@example(1, 7, 1, 10**60, 40, 1, "EUR", Rounding.FLOOR)
def test_the_longest_amounts_beside_a_tie_or_a_step(
    factor: int,
    divisor: int,
    unit: int,
    most: int,
    places: int,
    sign: int,
    code: str,
    mode: Rounding,
) -> None:
    """By one part of the divisor: as near as an amount can be, found by a modular inverse."""
    to = FINE.currency(code)
    prices = [
        Fixing(CurrencyPair.of("CHF", "USD"), Decimal(factor), FIRST_DAY, unit=unit),
        Fixing(CurrencyPair(to, Currency("USD")), Decimal(divisor), FIRST_DAY),
    ]
    table = laid_out(RateTable.from_fixings(prices))
    exact = Fraction(factor * to.minor_units, unit * divisor * 10**places)
    modulus = exact.denominator
    inverse = pow(exact.numerator, -1, modulus)
    for rest in {modulus // 2 - 1, modulus // 2, modulus // 2 + 1, 0, 1, modulus - 1}:
        least = rest * inverse % modulus
        units = least + max(most - 1 - least, 0) // modulus * modulus  # as many as below the most
        if units >= 10**60:
            continue
        expected = rounded(sign * units * exact, mode.name, Fraction(1))
        for _ in range(2):
            try:
                told = table.convert(
                    Money.from_scaled(sign * units, places, "CHF"), to, FIRST_DAY, rounding=mode
                )
            except AmountOutOfRange:
                assert abs(expected) >= 10**60
                continue
            assert Fraction(told.amount) * to.minor_units == expected


@FEWER
@given(st.integers(10**58, 10**59 - 1), st.integers(10**59, 10**60 - 1), roundings())
@example(10**59 - 3, 10**60 - 11, Rounding.HALF_EVEN)
@example(10**59 - 3, 10**60 - 11, Rounding.CEILING)
@example(10**59 - 3, 10**60 - 11, Rounding.FLOOR)
def test_prices_of_sixty_digits_are_kept_long_enough(
    factor: int, divisor: int, mode: Rounding
) -> None:
    """As long as amounts; where one that is published has fewer digits, this is the bound."""
    while (common := gcd(factor, divisor)) > 1:
        factor //= common
    day, over = FIRST_DAY, (Decimal(factor),)
    price = DayPrices(Route(over, (Decimal(divisor),), day.toordinal()), [])[day]
    for rest in {divisor // 2, divisor // 2 + 1, 1, divisor - 1}:
        amount = rest * pow(factor, -1, divisor) % divisor
        expected = rounded(Fraction(amount * factor, divisor), mode.name, Fraction(1))
        assert mode.to_quantum(multiply(Decimal(amount), price), Decimal(1)) == expected


def test_a_table_forgets_prices_and_finds_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps no more of them than it may, whatever is asked."""
    monkeypatch.setattr("fxcrm.conversions.MOST_KEPT", 5)
    days = [FIRST_DAY + timedelta(days=place) for place in range(9)]
    pairs = [CurrencyPair.of("EUR", code) for code in ("USD", "CHF")]
    fixings = [
        Fixing(pair, Decimal(place + 2), on) for pair in pairs for place, on in enumerate(days)
    ]
    table = laid_out(RateTable.from_fixings(fixings))
    for on in (*days, *days[::-1], *days):
        for code in ("USD", "CHF"):
            cross = table.convert(Money("6", code), "CHF" if code == "USD" else "USD", on)
            assert cross.amount == 6
            expected = table.rate("EUR", code, on).convert(Money("1", "EUR"))
            assert table.convert(Money("1", "EUR"), code, on) == expected
            kept = {id(prices): prices for prices in table._kept}
            assert sum(map(len, kept.values())) == len(table._kept) <= 5


def _plain(value: Fraction) -> Decimal:
    """An exact decimal, from integers alone."""
    return Money.from_scaled(int(value * 10**6), 6, "EUR").amount


columns = st.lists(
    st.tuples(st.integers(-3_000, 3_000) | st.integers(-(10**30), 10**30), held, DAYS),
    max_size=25,
)


@FEWER
@given(
    rate_tables(HELD, hubs=1, days=DAYS, sides=Side),
    columns,
    held,
    rate_policies(HELD, calendars=business_calendars(DAYS), max_legs=2),
    roundings(),
    st.randoms(use_true_random=False),
)
def test_columns_are_converted_as_one_by_one(
    table: RateTable,
    column: list[tuple[int, Currency, date]],
    to: Currency,
    policy: RatePolicy,
    mode: Rounding,
    order: Random,
) -> None:
    """The kernel gives what single conversions give, in whatever order, and the rates it took."""
    usable = []
    for units, currency, on in column:
        single = _outcome(table.convert, Money.from_minor(units, currency), to, on, policy, mode)
        if isinstance(single[0], Money):  # type: ignore[index]
            usable.append(((units, currency, on), single[0].minor))  # type: ignore[index]
    for _ in range(2):
        done = table.convert_minor([one for one, _ in usable], to, policy, mode)
        assert done.minor == [minor for _, minor in usable]
        assert done.total == Money.total([Money.from_minor(minor, to) for _, minor in usable], to)
        for (_, currency, on), _ in usable:
            if currency is not to:
                assert done.rates[currency][on] == table.rate(currency, to, on, policy)
        order.shuffle(usable)


@FEWER
@given(exchange_rates(), st.data(), roundings())
def test_both_ways_and_the_way_back(
    rate: ExchangeRate, data: st.DataObject, mode: Rounding
) -> None:
    """Exact both ways; monotone; and back within the two roundings (half of them each)."""
    base, counter = rate.pair.base, rate.pair.counter
    one, other = data.draw(money(base)), data.draw(money(base))
    low, high = min(one, other), max(one, other)
    assert rate.convert(low, mode) <= rate.convert(high, mode)
    assert rate.inverse.convert(one, mode) == rate.convert(one, mode)
    there = rate.convert_exactly(one)
    assert there.value == Fraction(one.amount) * rate.ratio
    assert rate.inverse.ratio * rate.ratio == 1
    assert rate.inverse.inverse == rate
    back = rate.convert(rate.convert(one))
    missed = abs(Fraction(back.amount) - Fraction(one.amount))
    half_source, half_target = (
        Fraction(1, 2 * base.minor_units),
        Fraction(1, 2 * counter.minor_units),
    )
    assert missed <= half_source + half_target / rate.ratio


@FEWER
@given(exchange_rates("EUR", "USD"), exchange_rates("USD", "JPY"), st.data())
def test_a_cross_is_the_product_of_its_parts(
    one: ExchangeRate, other: ExchangeRate, data: st.DataObject
) -> None:
    """Exactly, in both directions, with the legs in their order and the older day (R1)."""
    cross = one.cross(other)
    assert cross.ratio == one.ratio * other.ratio
    assert cross.legs == one.legs + other.legs
    assert cross.on == min(one.on, other.on)
    assert other.inverse.cross(one.inverse).ratio == 1 / cross.ratio
    amount = data.draw(money("EUR"))
    exact = rounded(Fraction(amount.amount) * one.ratio * other.ratio, "HALF_EVEN", Fraction(1))
    assert Fraction(cross.convert(amount).amount) == exact


@FEWER
@given(exchange_rates(), st.data(), roundings())
def test_an_explanation_adds_up(rate: ExchangeRate, data: st.DataObject, mode: Rounding) -> None:
    """The result is the exact value and what the rounding added; the path is told leg by leg."""
    amount = data.draw(money(data.draw(st.sampled_from([rate.pair.base, rate.pair.counter]))))
    told = rate.explain(amount, mode)
    assert told.result == rate.convert(amount, mode)
    assert told.exact.value + told.rounding_difference.value == Fraction(told.result.amount)
    assert told.rate.pair.base is amount.currency
    assert all(str(leg.fixing) in str(told) for leg in told.rate.legs)
