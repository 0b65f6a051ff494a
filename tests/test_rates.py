"""Rates by example: what is refused, how a look-up answers, how a rate reads."""

from __future__ import annotations

import copy
import decimal
import pickle
import time
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency, CurrencyRegistry, NoMinorUnit, UnknownCurrency
from fxcrm.money import CurrencyMismatch, Money, NumberRefused, Rounding
from fxcrm.rates import (
    MOST_LEGS,
    BrokenPath,
    ConflictingRate,
    CurrencyPair,
    DateNeeded,
    ExchangeRate,
    Fixing,
    LookUp,
    PolicyRefused,
    RateBeforeHistory,
    RateMissing,
    RatePolicy,
    RateRefused,
    RateSeries,
    RateTable,
    RateTooOld,
    SeriesRefused,
    Side,
    SourcesMixed,
)
from fxcrm.testing.strategies import refused_numbers

FRIDAY = date(2026, 3, 6)
SUNDAY = date(2026, 3, 8)
MONDAY = date(2026, 3, 9)
EURUSD = CurrencyPair.of("EUR", "USD")


def _fixing(value: str, on: date = FRIDAY, pair: CurrencyPair = EURUSD, unit: int = 1) -> Fixing:
    return Fixing(pair, Decimal(value), on, "mint", unit)


# ---------------------------------------------------------------- what can not be a rate (F8)


@given(refused_numbers())
def test_text_that_is_no_plain_decimal_is_refused(text: str) -> None:
    """Exponents, separators, NaN, other scripts' digits and endless digits are typed refusals."""
    with pytest.raises(NumberRefused):
        ExchangeRate.of("EUR", "USD", text, on=FRIDAY)
    with pytest.raises(NumberRefused):
        RateTable.of("EUR", on=FRIDAY, USD=text)
    series = RateTable([RateSeries(EURUSD, "mint", [FRIDAY], [text])])
    with pytest.raises(NumberRefused):
        series.rate("EUR", "USD", FRIDAY)


@pytest.mark.parametrize("text", ["0", "-1", "0.000", "-0.0000001", "-0"])
def test_zero_and_negative_rates_are_refused(text: str) -> None:
    """A rate is above zero, as text, as Decimal and in a series; the error names the pair."""
    with pytest.raises(RateRefused) as caught:
        ExchangeRate.of("EUR", "USD", text, on=FRIDAY)
    assert caught.value.pair == "EUR/USD"
    with pytest.raises(RateRefused):
        Fixing(EURUSD, Decimal(text), FRIDAY)
    with pytest.raises(RateRefused):
        RateTable([RateSeries(EURUSD, "mint", [FRIDAY], [text])]).rate("USD", "EUR", FRIDAY)


@pytest.mark.parametrize(
    "value",
    [
        *map(Decimal, ("NaN", "sNaN", "Infinity", "-Infinity")),
        *(1.085, True, 1, None, Fraction(1, 2), b"1.0850"),
    ],
    ids=str,
)
def test_what_is_no_finite_decimal_is_refused(value: object) -> None:
    """NaN, Infinity, floats, booleans and everything else that is not text or Decimal."""
    with pytest.raises(RateRefused) as caught:
        ExchangeRate.of("EUR", "USD", value, on=FRIDAY)  # type: ignore[arg-type]
    assert "EUR/USD" in str(caught.value)


@pytest.mark.parametrize(
    "value", ["1E+1000000", "1E-1000000", "1E+41", "1E-41", "9" * 41, "0." + "1" * 41]
)
def test_a_decimal_of_any_size_is_no_rate(value: str) -> None:
    """Huge, tiny and endless Decimals are refused at once, with a short message (section 4)."""
    began = time.perf_counter()
    with pytest.raises(RateRefused) as caught:
        ExchangeRate.of("EUR", "USD", Decimal(value), on=FRIDAY)
    assert time.perf_counter() - began < 0.1
    assert len(str(caught.value)) < 500


def test_integers_of_any_size_are_refused_with_a_short_message() -> None:
    """Python refuses to print 5,000 digits; the refusal does not try to (F18)."""
    for value, unit in ((10**5000, 1), (Decimal(1), 10**5000), (Decimal(1), -(10**5000))):
        with pytest.raises(RateRefused) as caught:
            ExchangeRate.of("EUR", "USD", value, on=FRIDAY, unit=unit)  # type: ignore[arg-type]
        assert len(str(caught.value)) < 500


@pytest.mark.parametrize("unit", [0, -100, True, 1.0, "100", None, 1_000_001])
def test_a_unit_is_a_whole_number_from_one(unit: object) -> None:
    """Rates per 100 units are common; per 0, per minus 100 or per "100" are not."""
    with pytest.raises(RateRefused):
        Fixing(EURUSD, Decimal(1), FRIDAY, unit=unit)  # type: ignore[arg-type]


def test_a_currency_against_itself_is_one() -> None:
    """EUR/EUR is 1 and nothing else, in a fixing and as the answer of any table (R1)."""
    with pytest.raises(RateRefused):
        Fixing(CurrencyPair.of("EUR", "EUR"), Decimal("1.01"), FRIDAY)
    table = RateTable.of("EUR", on=FRIDAY, USD="1.0850")
    same = table.rate("GBP", "GBP", MONDAY)
    assert same.ratio == 1
    assert same.on == MONDAY
    assert not same.legs
    assert same.convert(Money("5.01", "GBP")) == Money("5.01", "GBP")
    assert table.average("USD", "USD", FRIDAY, MONDAY).ratio == 1
    assert same.path == "GBP is GBP"
    there = ExchangeRate.of("EUR", "USD", "1.10", on=FRIDAY)
    assert there.cross(there.inverse).ratio == 1
    with pytest.raises(BrokenPath):
        there.cross(ExchangeRate.of("USD", "EUR", "0.95", on=FRIDAY))
    with pytest.raises(RateRefused):
        Fixing(CurrencyPair.of("EUR", "EUR"), Decimal(1), FRIDAY, unit=2)


def test_a_hostile_text_is_refused_at_once() -> None:
    """Ten megabytes of digits cost next to nothing, and the message stays short."""
    began = time.perf_counter()
    with pytest.raises(NumberRefused) as caught:
        ExchangeRate.of("EUR", "USD", "1" * 10_000_000, on=FRIDAY)
    assert time.perf_counter() - began < 0.5
    assert len(str(caught.value)) < 500


def test_legs_must_lead_from_base_to_counter() -> None:
    """A path with a gap, or none at all between two currencies, is no rate."""
    leg = ExchangeRate.of("EUR", "USD", "1.0850", on=FRIDAY).legs
    with pytest.raises(BrokenPath):
        ExchangeRate(CurrencyPair.of("EUR", "GBP"), leg, FRIDAY)
    with pytest.raises(BrokenPath):
        ExchangeRate(EURUSD, (), FRIDAY)
    with pytest.raises(BrokenPath):
        ExchangeRate(EURUSD, leg + leg, FRIDAY)


def test_a_third_currency_is_not_converted() -> None:
    """A rate converts its two currencies; any other is a mismatch, never a relabelling (M8)."""
    rate = ExchangeRate.of("EUR", "USD", "1.0850", on=FRIDAY)
    with pytest.raises(CurrencyMismatch):
        rate.convert(Money("1.00", "GBP"))
    with pytest.raises(CurrencyMismatch):
        rate.convert_exactly(Money("1.00", "GBP"))


def test_half_a_unit_goes_to_the_even_unit() -> None:
    """0.005 is 0.00 and 0.015 is 0.02, on both sides of zero, unless the call says otherwise."""
    rate = ExchangeRate.of("EUR", "USD", "0.5", on=FRIDAY)
    for euros, dollars in (("0.01", "0.00"), ("0.03", "0.02"), ("-0.03", "-0.02")):
        assert rate.convert(Money(euros, "EUR")) == Money(dollars, "USD")
    assert rate.convert(Money("0.01", "EUR"), Rounding.HALF_UP) == Money("0.01", "USD")
    days = [FRIDAY, MONDAY]
    for last, mean in (("1.000001", "1.000000"), ("1.000003", "1.000002")):
        values = ["1.000000" if last.endswith("1") else "1.000002", last]
        table = RateTable([RateSeries(EURUSD, "mint", days, values)])
        average = table.average("EUR", "USD", FRIDAY, MONDAY)
        assert average.legs[0].fixing.value == Decimal(mean)


def test_a_cross_keeps_the_rules_by_which_its_parts_were_found() -> None:
    """One rule is said once, two are said one after the other."""
    there = ExchangeRate.of("EUR", "USD", "1.0850", on=FRIDAY)
    onward = ExchangeRate.of("USD", "JPY", "150", on=MONDAY)
    assert there.cross(onward).rule == "given"
    table = RateTable.from_fixings([onward.legs[0].fixing])
    looked_up = table.rate("USD", "JPY", MONDAY)
    assert there.cross(looked_up).rule == f"given; {looked_up.rule}"
    assert there.cross(onward).on == FRIDAY


def test_a_currency_of_another_registry_is_another_currency() -> None:
    """A custom BTC has rates of its own; the code alone does not find them (M11)."""
    btc = CurrencyRegistry("coins").define("BTC", digits=8, name="Bitcoin").currency("BTC")
    table = RateTable.from_fixings([Fixing(CurrencyPair.of(btc, "EUR"), Decimal(80000), FRIDAY)])
    assert table.rate("EUR", btc).convert(Money("1.00", "EUR")) == Money("0.0000125", btc)
    with pytest.raises(UnknownCurrency):
        table.rate("BTC", "EUR")


def test_a_metal_has_no_minor_unit_to_round_to() -> None:
    """Gold converts exactly and refuses the rounding that it has no unit for."""
    rate = ExchangeRate.of("XAU", "USD", "2900.50", on=FRIDAY)
    assert rate.convert_exactly(Money("2901.00", "USD")).value == Fraction(290100, 290050)
    with pytest.raises(NoMinorUnit):
        rate.convert(Money("2901.00", "USD"))


# ---------------------------------------------------------------- tables and their look-up (R2)


def test_two_values_for_one_day_are_refused_and_named() -> None:
    """A conflict shows pair, day and both values; the same value twice is none (F8)."""
    with pytest.raises(ConflictingRate) as caught:
        RateTable.from_fixings([_fixing("1.0850"), _fixing("1.0851")])
    assert (caught.value.first, caught.value.second) == ("1.0850", "1.0851")
    assert caught.value.on == FRIDAY
    twice = RateTable.from_fixings([_fixing("1.0850"), _fixing("1.085")])
    assert twice.rate("EUR", "USD").ratio == Fraction("1.085")


def test_two_sources_of_one_pair_are_two_tables() -> None:
    """Nobody could say which of them answers."""
    other = Fixing(EURUSD, Decimal("1.0851"), MONDAY, "other mint")
    with pytest.raises(SourcesMixed) as caught:
        RateTable.from_fixings([_fixing("1.0850"), other])
    assert "mint" in caught.value.first
    assert "other mint" in caught.value.second


def test_a_pair_is_quoted_one_way_in_a_table() -> None:
    """EUR/USD and USD/EUR side by side would answer the two directions apart (R3)."""
    mirror = Fixing(EURUSD.inverse, Decimal("0.5"), MONDAY, "mint")
    for fixings in ([_fixing("1.10"), mirror], [mirror, _fixing("1.10")]):
        with pytest.raises(SourcesMixed):
            RateTable.from_fixings(fixings)
    bid = Fixing(EURUSD, Decimal("1.09"), FRIDAY, "mint", side=Side.BID)
    with pytest.raises(SourcesMixed):  # who bids for euros asks for dollars
        RateTable.from_fixings([bid, Fixing(EURUSD.inverse, Decimal("0.9"), FRIDAY, side=Side.ASK)])
    assert len(RateTable.from_fixings([bid, _fixing("1.10")]).pairs) == 2


def test_two_units_of_one_pair_are_told_apart_in_the_refusal() -> None:
    """Per 1 and per 100 in one table: both are named, not the same source twice."""
    with pytest.raises(SourcesMixed) as caught:
        RateTable.from_fixings([_fixing("1.10"), _fixing("110", MONDAY, unit=100)])
    assert caught.value.first != caught.value.second


@pytest.mark.parametrize(
    ("days", "values"),
    [
        ([MONDAY, FRIDAY], ["1.5", "1.1"]),
        ([FRIDAY, FRIDAY], ["1.5", "1.5"]),
        ([FRIDAY, MONDAY], ["1.5"]),
        ([FRIDAY], ["1.5", "1.1"]),
    ],
)
def test_a_series_has_a_value_a_day_and_its_days_ascend(
    days: list[date], values: list[str]
) -> None:
    """Out of order, twice, or of unequal length: it would answer wrongly, so it is not made."""
    with pytest.raises(SeriesRefused):
        RateSeries(EURUSD, "mint", days, values)


def test_an_empty_table_has_no_rate_for_any_day() -> None:
    """With or without a day: the rate is missing, and nobody asks back which day is meant."""
    with pytest.raises(RateMissing):
        RateTable([]).rate("EUR", "USD")
    with pytest.raises(RateMissing):
        RateTable([]).rate("EUR", "USD", FRIDAY)
    assert RateTable([RateSeries(EURUSD, "mint", [], [])]).pairs == ()


def test_a_weekend_is_answered_by_friday_and_says_so() -> None:
    """The rule that fired, the fixing's day and its age stand on the answer."""
    table = RateTable.from_fixings([_fixing("1.0850"), _fixing("1.0900", MONDAY)])
    found = table.rate("EUR", "USD", SUNDAY)
    assert (found.ratio, found.on) == (Fraction("1.0850"), FRIDAY)
    assert found.rule == "on or before 2026-03-08: fixing of 2026-03-06, 2 of at most 7 days old"
    before = RatePolicy(LookUp.STRICTLY_BEFORE)
    assert table.rate("EUR", "USD", MONDAY, before).on == FRIDAY
    assert table.rate("EUR", "USD", MONDAY).on == MONDAY


def test_what_is_missing_says_pair_day_and_why() -> None:
    """Before the history, too old, unknown: three answers, all of them a `RateMissing`."""
    table = RateTable.from_fixings([_fixing("1.0850")])
    with pytest.raises(RateBeforeHistory) as early:
        table.rate("USD", "EUR", date(2026, 3, 5))
    assert (early.value.pair, early.value.first) == ("USD/EUR", FRIDAY)
    with pytest.raises(RateTooOld) as late:
        table.rate("USD", "EUR", date(2026, 3, 14))
    assert (late.value.last, late.value.age) == (FRIDAY, 8)
    with pytest.raises(RateMissing) as unknown:
        table.rate("EUR", "GBP", FRIDAY)
    assert "EUR/GBP" in str(unknown.value)
    assert "2026-03-06" in str(unknown.value)
    assert isinstance(unknown.value, LookupError)


def test_a_day_may_be_left_out_where_there_is_one_only() -> None:
    """A table of several days asks back; it does not take the newest."""
    one = RateTable.of("EUR", on=FRIDAY, USD="1.0850", GBP="0.8420")
    assert one.rate("GBP", "USD").on == FRIDAY
    two = RateTable.from_fixings([_fixing("1.0850"), _fixing("1.0900", MONDAY)])
    with pytest.raises(DateNeeded):
        two.rate("EUR", "USD")


def test_the_shortest_path_wins_and_ties_go_by_the_alphabet() -> None:
    """A pair of its own beats a cross; of two crosses that through CHF comes before GBP."""
    legs = [("USD", "GBP", "0.78"), ("GBP", "JPY", "190"), ("USD", "CHF", "0.88")]
    more = [*legs, ("CHF", "JPY", "172")]
    table = RateTable.from_fixings(
        Fixing(CurrencyPair.of(base, counter), Decimal(value), FRIDAY)
        for base, counter, value in more
    )
    assert [leg.pair.counter.code for leg in table.rate("USD", "JPY").legs] == ["CHF", "JPY"]
    assert [leg.pair.counter.code for leg in table.rate("JPY", "USD").legs] == ["CHF", "USD"]
    own = Fixing(CurrencyPair.of("JPY", "USD"), Decimal("0.0066"), FRIDAY)
    direct = RateTable.from_fixings([*(leg.fixing for leg in table.rate("USD", "JPY").legs), own])
    assert direct.rate("USD", "JPY").ratio == 1 / Fraction("0.0066")


def test_a_stale_direct_pair_gives_way_to_a_fresh_cross() -> None:
    """Every leg must be young enough; the path that answers is shown on the rate."""
    stale = Fixing(CurrencyPair.of("GBP", "USD"), Decimal("1.30"), date(2026, 1, 2))
    euro = RateTable.of("EUR", on=FRIDAY, USD="1.0850", GBP="0.8420")
    fresh = [euro.rate("EUR", code).legs[0].fixing for code in ("USD", "GBP")]
    table = RateTable.from_fixings([stale, *fresh])
    found = table.rate("GBP", "USD", FRIDAY)
    assert found.ratio == Fraction("1.0850") / Fraction("0.8420")
    assert found.path == "1 / EUR/GBP 0.8420 (given 2026-03-06) x EUR/USD 1.0850 (given 2026-03-06)"
    with pytest.raises(RateTooOld):
        table.rate("GBP", "USD", FRIDAY, RatePolicy(max_legs=1))


def test_the_number_of_legs_is_bounded() -> None:
    """A chain of three needs a policy that allows three; none at all answers nothing."""
    chain = [("EUR", "USD"), ("USD", "JPY"), ("JPY", "CNY")]
    table = RateTable.from_fixings(
        Fixing(CurrencyPair.of(base, counter), Decimal(2), FRIDAY) for base, counter in chain
    )
    with pytest.raises(RateMissing):
        table.rate("EUR", "CNY", FRIDAY)
    assert table.rate("CNY", "EUR", FRIDAY, RatePolicy(max_legs=3)).ratio == Fraction(1, 8)
    for legs in (0, MOST_LEGS + 1, True):
        with pytest.raises(PolicyRefused):
            RatePolicy(max_legs=legs)


def test_a_cross_is_as_old_as_its_oldest_leg() -> None:
    """The effective date of a path is that of the leg published first."""
    pound = Fixing(CurrencyPair.of("EUR", "GBP"), Decimal("0.84"), MONDAY)
    table = RateTable.from_fixings([_fixing("1.0850"), pound])
    assert table.rate("USD", "GBP", MONDAY).on == FRIDAY


def test_the_published_days_of_a_pair_are_listed_once_each() -> None:
    """Days without a fixing of every leg are left out; nothing is carried over a gap."""
    pound = Fixing(CurrencyPair.of("EUR", "GBP"), Decimal("0.84"), MONDAY)
    table = RateTable.from_fixings([_fixing("1.0850"), _fixing("1.0900", MONDAY), pound])
    assert [rate.on for rate in table.published("USD", "EUR", FRIDAY, MONDAY)] == [FRIDAY, MONDAY]
    assert [rate.on for rate in table.published("USD", "GBP", FRIDAY, MONDAY)] == [MONDAY]
    assert table.published("USD", "GBP", FRIDAY, SUNDAY) == ()


def test_an_average_counts_the_days_of_the_period_only() -> None:
    """The mean, its decimals and the number of fixings stand on the rate; no fixing, no mean."""
    table = RateTable.from_fixings(
        [_fixing("1.0", date(2026, 3, 4)), _fixing("1.1"), _fixing("1.2000011", MONDAY)]
    )
    mean = table.average("EUR", "USD", FRIDAY, MONDAY)
    assert mean.legs[0].fixing.value == Decimal("1.150001")  # 1.15000055, half-even at 6 decimals
    assert "mean of 2 fixings from 2026-03-06" in mean.path
    assert mean.rule == "mean of the fixings 2026-03-06 to 2026-03-09, 6 decimals"
    assert table.average("USD", "EUR", FRIDAY, MONDAY).ratio == 1 / mean.ratio
    with pytest.raises(RateMissing):
        table.average("EUR", "USD", date(2026, 3, 7), SUNDAY)


# ---------------------------------------------------------------- how rates read and travel


def test_a_rate_per_hundred_units_is_exact() -> None:
    """100 JPY = 0.6172 EUR: the ratio of one yen is a hundredth of it, and the text says so."""
    rate = ExchangeRate.of("JPY", "EUR", "0.6172", on=FRIDAY, unit=100)
    assert rate.ratio == Fraction("0.006172")
    assert rate.convert(Money("100", "JPY")) == Money("0.62", "EUR")
    assert rate.inverse.convert(Money("0.62", "EUR")) == Money("100", "JPY")
    assert rate.path == "JPY/EUR 0.6172 per 100 (given 2026-03-06)"
    assert rate.rounded_value() == Decimal("0.006172")


def test_a_published_rate_keeps_its_digits_and_an_inverse_is_shortened_for_the_eye() -> None:
    """1.0850 stays 1.0850; its inverse shows seven digits and stays exact beneath."""
    rate = ExchangeRate.of("EUR", "USD", "1.0850", on=FRIDAY)
    assert str(rate) == "1 EUR = 1.0850 USD on 2026-03-06"
    assert str(rate.inverse) == "1 USD = 0.9216590 EUR on 2026-03-06"
    assert rate.inverse.ratio == Fraction(10000, 10850)
    assert rate.inverse.rounded_value(2) == Decimal("0.92")


@given(st.integers(1, 10**12), st.integers(0, 15), st.integers(1, 9))
def test_what_is_shown_of_an_inverse_is_near_it_and_never_zero(
    units: int, places: int, digits: int
) -> None:
    """So many significant digits, half-even, without an exponent, however small the rate is."""
    rate = ExchangeRate.of("EUR", "IDR", Decimal(units).scaleb(-places), on=FRIDAY).inverse
    shown = rate.rounded_value(digits)
    context = decimal.Context(prec=60)
    exact = context.divide(Decimal(rate.ratio.numerator), Decimal(rate.ratio.denominator))
    places = max(digits - 1 - exact.adjusted(), 0)
    assert Fraction(shown) == Fraction(round(rate.ratio * 10**places), 10**places)
    assert shown.as_tuple().exponent == -places
    assert shown > 0
    assert "E" not in str(rate).split()[3]


def test_values_are_equal_hash_alike_and_travel() -> None:
    """1.0850 and 1.085 are one rate; pickle and copy give equal ones with their ratio."""
    rate = ExchangeRate.of("EUR", "USD", "1.0850", on=FRIDAY)
    assert rate == ExchangeRate.of("EUR", "USD", "1.085", on=FRIDAY)
    assert len({rate, ExchangeRate.of("EUR", "USD", "1.085", on=FRIDAY)}) == 1
    for again in (pickle.loads(pickle.dumps(rate)), copy.copy(rate), copy.deepcopy(rate)):  # noqa: S301
        assert again == rate
        assert again.ratio == rate.ratio
    with pytest.raises(AttributeError):
        rate.on = MONDAY  # type: ignore[misc]


def test_a_pair_reads_as_it_is_written() -> None:
    """``EUR/USD`` parses into what prints as ``EUR/USD``; anything else is no pair."""
    assert CurrencyPair.parse("EUR/USD") == EURUSD
    assert str(EURUSD.inverse) == "USD/EUR"
    assert EURUSD.base is Currency("EUR")
    for text in ("EURUSD", "EUR/USD/GBP", "EUR/", "/USD", "", "eur/usd"):
        with pytest.raises(UnknownCurrency):
            CurrencyPair.parse(text)


def test_a_policy_reads_as_its_rule() -> None:
    """The words that are recorded with every decision."""
    assert str(RatePolicy()) == "on or before the day, at most 7 days old, mid, at most 2 legs"
    strict = RatePolicy(LookUp.STRICTLY_BEFORE, 3, 1, Side.ASK)
    assert str(strict) == "strictly before the day, at most 3 days old, ask, at most 1 leg"


@given(st.sampled_from(Side))
def test_across_twice_is_the_same_side(side: Side) -> None:
    """Bid and ask are each other's opposite; the middle is its own."""
    assert side.across.across is side
    assert (side.across is side) == (side is Side.MID)
