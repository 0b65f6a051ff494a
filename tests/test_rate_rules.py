"""The rules of rates by worked examples: one for each mistake that code of rates is known for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any

import pytest

from fxcrm.currencies import Currency
from fxcrm.money import Money, Rounding
from fxcrm.rates import (
    Averaging,
    BusinessCalendar,
    ClosedDay,
    ClosedDays,
    CurrencyPair,
    Fixing,
    LookUp,
    Peg,
    PolicyRefused,
    RateMissing,
    RatePolicy,
    RateSeries,
    RateTable,
    RateTooOld,
    RateUnknownThen,
    Side,
)
from tests.ambient import any_context as any_context
from tests.laid_out import laid_out

THURSDAY, FRIDAY, SATURDAY = date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 7)
MONDAY = date(2026, 3, 9)
NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
EURUSD = CurrencyPair.of("EUR", "USD")
EUR, USD, JPY = map(Currency, ("EUR", "USD", "JPY"))


def _table(*rows: tuple[str, str, date], unit: int = 1) -> RateTable:
    return RateTable.from_fixings(
        Fixing(CurrencyPair.parse(pair), Decimal(value), day, "mint", unit)
        for pair, value, day in rows
    )


def _both_ways(
    table: RateTable, money: Money, to: str, on: date, policy: RatePolicy = RatePolicy()
) -> Money:
    """The conversion as it is made at first, and when the days are laid out: the same."""
    slow = table.rate(money.currency, to, on, policy).convert(money)
    assert [laid_out(table).convert(money, to, on, policy) for _ in range(3)] == [slow] * 3
    return slow


def test_the_day_itself_counts_or_does_not() -> None:
    """On or before takes Friday's price on Friday, strictly before takes Thursday's (R2)."""
    table = _table(("EUR/USD", "1.08", THURSDAY), ("EUR/USD", "1.09", FRIDAY))
    euro = Money(100, EUR)
    before = RatePolicy(LookUp.STRICTLY_BEFORE)
    assert _both_ways(table, euro, "USD", FRIDAY) == Money("109.00", USD)
    assert _both_ways(table, euro, "USD", FRIDAY, before) == Money("108.00", USD)
    assert _both_ways(table, euro, "USD", SATURDAY, before) == Money("109.00", USD)
    with pytest.raises(RateMissing):
        table.rate(EUR, USD, THURSDAY, before)


def test_a_price_is_known_at_its_instant_and_not_before() -> None:
    """The correction of noon answers at noon; a microsecond earlier the first value does (R2)."""
    first = Fixing(EURUSD, Decimal("1.08"), FRIDAY, "mint")
    corrected = Fixing(EURUSD, Decimal("1.09"), FRIDAY, "mint", known_at=NOON)
    table = RateTable.from_fixings([corrected, first])
    just_before = NOON - timedelta(microseconds=1)
    assert table.rate(EUR, USD, FRIDAY, known_at=NOON).ratio == Fraction("1.09")
    assert table.rate(EUR, USD, FRIDAY, known_at=just_before).ratio == Fraction("1.08")
    dawn = datetime(2026, 3, 6, tzinfo=UTC)
    assert table.rate(EUR, USD, FRIDAY, known_at=dawn).ratio == Fraction("1.08")
    with pytest.raises(RateUnknownThen):
        table.rate(EUR, USD, FRIDAY, known_at=dawn - timedelta(microseconds=1))


def test_the_largest_age_is_included_and_the_next_day_is_not() -> None:
    """Three days old is allowed by three, whichever way the table takes (R2)."""
    table = _table(("EUR/USD", "1.08", FRIDAY), ("EUR/USD", "1.09", FRIDAY + timedelta(9)))
    policy = RatePolicy(max_age=3)
    assert _both_ways(table, Money(100, EUR), "USD", MONDAY, policy) == Money(108, USD)
    for ask in (table.rate, lambda *asked: table.convert(Money(1, EUR), *asked[1:])):
        with pytest.raises(RateTooOld) as caught:
            ask(EUR, USD, MONDAY + timedelta(1), policy)
        assert (caught.value.age, caught.value.last) == (4, FRIDAY)


def test_a_withdrawn_day_is_answered_by_the_one_before() -> None:
    """From the instant of the withdrawal on; until then by the value that stood (R2)."""
    days, values = [THURSDAY, FRIDAY, FRIDAY], ["1.08", "1.09", ""]
    table = RateTable([RateSeries(EURUSD, "mint", days, values, known=[None, None, NOON])])
    assert _both_ways(table, Money(100, EUR), "USD", FRIDAY) == Money(108, USD)
    assert table.average(EUR, USD, THURSDAY, FRIDAY).ratio == Fraction("1.08")
    before = table.as_known(NOON - timedelta(hours=1))
    assert before.rate(EUR, USD, FRIDAY).ratio == Fraction("1.09")
    assert before.average(EUR, USD, THURSDAY, FRIDAY).ratio == Fraction("1.085")


def test_a_price_per_hundred_units_is_a_hundredth_for_one() -> None:
    """100 JPY for 0.6135 EUR, both ways, in a conversion and in a column (R1)."""
    table = _table(("JPY/EUR", "0.6135", FRIDAY), unit=100)
    [leg] = table.rate(JPY, EUR, FRIDAY).legs
    assert leg.fixing.ratio == Fraction("0.006135")
    assert _both_ways(table, Money(10_000, JPY), "EUR", FRIDAY) == Money("61.35", EUR)
    assert _both_ways(table, Money("61.35", EUR), "JPY", FRIDAY) == Money(10_000, JPY)
    assert table.convert_minor([(10_000, JPY, FRIDAY)], EUR).minor == [6135]


def test_a_column_breaks_ties_as_a_conversion_does() -> None:
    """Half a cent goes to the even one, also below zero and for other divisors than two (M10)."""
    table = _table(("EUR/USD", "0.5", FRIDAY), ("CHF/USD", "2.5", FRIDAY), ("USD/GBP", "8", FRIDAY))
    for units in range(-40, 41):
        for source, to in (("EUR", USD), ("CHF", USD), ("GBP", USD), ("GBP", EUR)):
            held = Money.from_minor(units, source)
            single = table.rate(source, to, FRIDAY).convert(held)
            column = table.convert_minor([(units, held.currency, FRIDAY)], to)
            assert column.minor == [single.minor]
    assert table.convert_minor([(1, EUR, FRIDAY), (3, EUR, FRIDAY)], USD).minor == [0, 2]


def _hard_division() -> tuple[int, int, int]:
    """A dividend and a divisor whose quotient lies above a tie by less than 80 digits show.

    Found by the inverse of the dividend's factor modulo the divisor; the cent below is even.
    """
    for divisor in count(10**39 + 1, 2):
        if divisor % 5:
            amount = pow(200 * 10**38, -1, divisor)
            halves = 200 * amount * 10**38 // divisor
            if halves % 4 == 1:
                return amount, divisor, halves // 2
    raise AssertionError("count() does not end")


def test_a_quotient_just_above_a_tie_is_rounded_up() -> None:
    """However many digits it takes to see it: the exact value decides (M10)."""
    amount, divisor, below = _hard_division()
    pounds = f"{10**38}"
    table = laid_out(_table(("EUR/GBP", pounds, FRIDAY), ("USD/GBP", f"{divisor}", FRIDAY)))
    money = Money(Decimal(amount), EUR)
    for _ in range(3):
        assert table.convert(money, "USD", FRIDAY).minor == below + 1
        assert table.convert(money, "USD", FRIDAY, rounding=Rounding.FLOOR).minor == below
    # A small amount: 1 EUR is 0.005 USD and 1 part in 10**38 of it more.
    divisor = 10**38 + 199
    prices = ("EUR/GBP", f"{(divisor + 1) // 200}", FRIDAY), ("USD/GBP", f"{divisor}", FRIDAY)
    table = laid_out(_table(*prices))
    for _ in range(3):
        assert table.convert(Money("1.00", EUR), "USD", FRIDAY) == Money("0.01", "USD")


def test_an_average_is_taken_in_the_direction_quoted() -> None:
    """1.00 and 2.00 USD make 1.50; the inverse is 1 / 1.50, not the mean of inverses (R1)."""
    table = _table(("EUR/USD", "1.00", THURSDAY), ("EUR/USD", "2.00", FRIDAY))
    assert table.average(EUR, USD, THURSDAY, FRIDAY).ratio == Fraction("1.5")
    assert table.average(USD, EUR, THURSDAY, FRIDAY).ratio == 1 / Fraction("1.5")
    every = table.average(EUR, USD, THURSDAY, SATURDAY, averaging=Averaging.EVERY_DAY)
    assert every.ratio == Fraction("1.666667")


def test_the_ask_of_a_pair_is_the_bid_of_its_inverse() -> None:
    """Who sells dollars gets them at the inverse of what the dealer asks for euros (R3)."""
    prices = {Side.BID: "1.08", Side.ASK: "1.10"}
    table = RateTable.from_fixings(
        Fixing(EURUSD, Decimal(value), FRIDAY, "dealer", side=side)
        for side, value in prices.items()
    )
    for side, value in prices.items():
        assert table.rate(EUR, USD, FRIDAY, RatePolicy(side=side)).ratio == Fraction(value)
        turned = table.rate(USD, EUR, FRIDAY, RatePolicy(side=side.across))
        assert turned.ratio == 1 / Fraction(value)
        there = _both_ways(table, Money(108, USD), "EUR", FRIDAY, RatePolicy(side=side.across))
        assert there.minor == round(10_800 / Fraction(value))


def test_a_cross_leads_through_the_pivot_and_nowhere_else() -> None:
    """The alphabet would take CHF; the pivot is EUR; a pivot that is not there is no path (R2)."""
    table = _table(
        ("CHF/USD", "1.10", FRIDAY),
        ("CHF/JPY", "170", FRIDAY),
        ("EUR/USD", "1.08", FRIDAY),
        ("EUR/JPY", "160", FRIDAY),
    )
    assert table.rate(USD, JPY, FRIDAY).ratio == Fraction(170) / Fraction("1.10")
    through = RatePolicy(pivot=EUR)
    assert table.rate(USD, JPY, FRIDAY, through).ratio == Fraction(160) / Fraction("1.08")
    assert _both_ways(table, Money(108, USD), "JPY", FRIDAY, through) == Money(16_000, JPY)
    with pytest.raises(RateMissing):
        table.rate(USD, JPY, FRIDAY, RatePolicy(pivot=Currency("GBP")))


def test_a_peg_holds_from_its_first_day_through_its_last() -> None:
    """Both ends included; before and after, what was published answers (R2)."""
    table = _table(*(("EUR/USD", "1.08", day) for day in (THURSDAY, FRIDAY, SATURDAY, MONDAY)))
    peg = Peg.of("EUR/USD", "1.2", since=FRIDAY, until=SATURDAY, source="a treaty")
    policy = RatePolicy(pegs=(peg,))
    told = [table.rate(EUR, USD, day, policy).ratio for day in (THURSDAY, FRIDAY, SATURDAY, MONDAY)]
    assert told == [Fraction("1.08"), Fraction("1.2"), Fraction("1.2"), Fraction("1.08")]


@pytest.mark.parametrize(
    "days",
    [
        {"holidays": ["2026-01-01"]},
        {"holidays": "2026-01-01"},
        {"holidays": [datetime(2026, 1, 1, tzinfo=UTC)]},
        {"weekend": ["6"]},
        {"weekend": [5.0]},
        {"weekend": [True]},
    ],
)
def test_a_day_that_would_never_match_is_refused(days: dict[str, Any]) -> None:
    """A holiday as text or as an instant is equal to no day, and would close nothing (R2)."""
    with pytest.raises(PolicyRefused, match=r"holidays are dates|days 0 to 6"):
        BusinessCalendar("wrong", **days)


def test_closed_days_count_or_do_not_or_are_refused() -> None:
    """Friday's price on the Tuesday after a long weekend, under the three ways of counting (R2)."""
    table, tuesday = _table(("EUR/USD", "1.08", FRIDAY)), MONDAY + timedelta(1)
    calendar = BusinessCalendar("long weekend", holidays=frozenset({MONDAY}))
    uncounted = RatePolicy(max_age=1, closed_days=ClosedDays.UNCOUNTED, calendar=calendar)
    assert _both_ways(table, Money(100, EUR), "USD", tuesday, uncounted) == Money(108, USD)
    with pytest.raises(RateTooOld):
        table.rate(EUR, USD, tuesday + timedelta(1), uncounted)
    with pytest.raises(RateTooOld):
        table.rate(EUR, USD, tuesday, RatePolicy(max_age=3, calendar=calendar))
    refused = RatePolicy(closed_days=ClosedDays.REFUSED, calendar=calendar)
    for day in (SATURDAY, MONDAY):
        for ask in (
            lambda day: table.rate(EUR, USD, day, refused),
            lambda day: table.convert(Money(1, EUR), "USD", day, refused),
        ):
            with pytest.raises(ClosedDay):
                ask(day)
    assert _both_ways(table, Money(100, EUR), "USD", tuesday, refused) == Money(108, USD)
