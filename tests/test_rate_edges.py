"""Rates at their edges: corrections, withdrawals, views, and arguments of the wrong kind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from fxcrm.currencies import Currency, CurrencyRegistry, DateExpected, UnknownCurrency
from fxcrm.events import NaiveInstant
from fxcrm.money import Money, NumberTypeRefused, Rounding, RoundingExpected
from fxcrm.rates import (
    Averaging,
    BusinessCalendar,
    ClosedDay,
    ClosedDays,
    CurrencyPair,
    ExchangeRate,
    Fixing,
    LookUp,
    PolicyRefused,
    RateBeforeHistory,
    RatePolicy,
    RateRefused,
    RateSeries,
    RateTable,
)
from fxcrm.rational import DigitsRefused
from tests.ambient import any_context as any_context
from tests.laid_out import laid_out

MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
SUNDAY = date(2026, 3, 8)
EURUSD = CurrencyPair.of("EUR", "USD")
TABLE = RateTable.of("EUR", on=MONDAY, USD="1.0850", JPY="160.12")
EUR = Currency("EUR")


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _fixing(value: str, on: date = MONDAY, known_at: datetime | None = None) -> Fixing:
    return Fixing(EURUSD, Decimal(value), on, "mint", known_at=known_at)


def test_a_view_that_backs_another_table_brings_no_later_knowledge() -> None:
    """What was corrected after the instant of the view stays out of the table it backs (R2)."""
    held = RateTable.from_fixings([_fixing("1.08"), _fixing("1.09", known_at=_noon(MONDAY))])
    before = held.as_known(_noon(MONDAY) - timedelta(hours=1))
    pounds = RateTable.of("EUR", on=MONDAY, GBP="0.8420")
    assert pounds.backed_by(before).rate("EUR", "USD", MONDAY).ratio == Fraction("1.08")
    assert pounds.backed_by(held).rate("EUR", "USD", MONDAY).ratio == Fraction("1.09")
    nothing = held.as_known(_noon(MONDAY) - timedelta(days=9))
    assert pounds.backed_by(nothing).pairs == pounds.pairs


def test_an_average_is_known_when_the_last_of_its_fixings_is() -> None:
    """A correction early in the period does not make a later fixing known any earlier."""
    corrected = _fixing("1.08", known_at=_noon(MONDAY))
    table = RateTable.from_fixings([corrected, _fixing("1.09", FRIDAY)])
    mean = table.average("EUR", "USD", MONDAY, FRIDAY)
    assert mean.known_from == datetime(2026, 3, 6, tzinfo=UTC)


def test_an_average_of_every_day_refuses_days_that_the_policy_refuses() -> None:
    """A closed day has no rate of its own, so the mean of every day has none with it in."""
    table = RateTable.from_fixings([_fixing("1.08"), _fixing("1.09", FRIDAY)])
    closed = RatePolicy(closed_days=ClosedDays.REFUSED)
    every = Averaging.EVERY_DAY
    assert table.average("EUR", "USD", MONDAY, FRIDAY, closed, averaging=every).ratio == Fraction(
        "1.082"
    )
    with pytest.raises(ClosedDay) as caught:
        table.average("EUR", "USD", FRIDAY, SUNDAY + timedelta(1), closed, averaging=every)
    assert caught.value.on == SUNDAY - timedelta(days=1)


def test_a_withdrawal_known_since_its_day_began_survives_a_merge() -> None:
    """A row of no text that came with its knowledge stays a withdrawal (R2)."""
    withdrawn = RateSeries(EURUSD, "mint", [FRIDAY], [""], known=[None])
    table = RateTable.from_fixings([_fixing("1.08")]).merging([withdrawn])
    assert table.rate("EUR", "USD", FRIDAY).on == MONDAY
    with pytest.raises(RateBeforeHistory):
        RateTable([withdrawn]).rate("EUR", "USD", FRIDAY)


def test_a_series_takes_no_instant_without_a_time_zone() -> None:
    """Refused when it is made, not when somebody asks what was known (F7, F8)."""
    naive = datetime(2026, 3, 2, 12)  # noqa: DTZ001 - the point of the test
    with pytest.raises(NaiveInstant):
        RateSeries(EURUSD, "mint", [MONDAY, FRIDAY], ["1.08", "1.09"], known=[None, naive])
    with pytest.raises(NaiveInstant):
        RateSeries(EURUSD, "mint", [MONDAY, MONDAY], ["1.08", "1.09"], known=[naive, _noon(MONDAY)])


def test_a_calendar_takes_any_collection_of_days() -> None:
    """Sets and lists are kept as frozen sets, so that a policy can be a key."""
    calendar = BusinessCalendar("shop", weekend={6}, holidays=[FRIDAY])
    policy = RatePolicy(closed_days=ClosedDays.UNCOUNTED, calendar=calendar)
    assert TABLE.convert(Money(1, "EUR"), "USD", SUNDAY, policy) == Money("1.08", "USD")
    assert calendar == BusinessCalendar("shop", frozenset({6}), frozenset({FRIDAY}))


@pytest.mark.parametrize(
    "wrong", [{"look_up": "on or before"}, {"side": "mid"}, {"closed_days": "counted"}], ids=str
)
def test_a_choice_of_a_policy_is_a_member_of_its_enum(wrong: dict[str, Any]) -> None:
    """A text is no policy, lest "on or before" is taken for strictly before."""
    with pytest.raises(PolicyRefused) as caught:
        RatePolicy(**wrong)
    assert next(iter(wrong)) in str(caught.value)


def test_averages_refuse_what_they_can_not_follow() -> None:
    """A text for the way of averaging, and decimals that are no count."""
    with pytest.raises(PolicyRefused):
        TABLE.average("EUR", "USD", MONDAY, MONDAY, averaging="published")  # type: ignore[arg-type]
    for decimals in (-1, 1_000_000_000, True, 2.0):
        with pytest.raises(DigitsRefused):
            TABLE.average("EUR", "USD", MONDAY, MONDAY, decimals=decimals)  # type: ignore[arg-type]
    with pytest.raises(RateRefused):  # a mean that is rounded to nothing is no rate
        RateTable.from_fixings([_fixing("0.0001")]).average(
            "EUR", "USD", MONDAY, MONDAY, decimals=3
        )


@pytest.mark.parametrize("on", [_noon(MONDAY), "2026-03-02", 20260302], ids=repr)
def test_a_rate_is_of_a_day(on: Any) -> None:
    """Instants and texts are no days, in a fixing as in a question."""
    with pytest.raises(RateRefused):
        Fixing(EURUSD, Decimal("1.0850"), on)
    with pytest.raises(RateRefused):
        ExchangeRate.of("EUR", "USD", "1.0850", on=on)
    with pytest.raises(DateExpected):
        TABLE.rate("EUR", "USD", on)
    assert laid_out(TABLE).convert(Money(1, "EUR"), "USD", MONDAY)
    with pytest.raises(DateExpected):
        TABLE.convert(Money(1, "EUR"), "USD", on)


def test_a_code_is_not_taken_for_that_of_another_registry() -> None:
    """A conversion to one's own currency does not teach the table its code (M11)."""
    points = CurrencyRegistry("edge house").define("POINTS", digits=0, name="Points")
    own = points.currency("POINTS")
    table = laid_out(TABLE.adding([Fixing(CurrencyPair(EUR, own), Decimal(100), MONDAY)]))
    for _ in range(3):
        assert table.convert(Money(1, "EUR"), own, MONDAY) == points.money(100, "POINTS")
        with pytest.raises(UnknownCurrency):
            table.convert(Money(1, "EUR"), "POINTS", MONDAY)


def test_the_last_day_of_all_can_be_asked_for() -> None:
    """No day follows 9999-12-31, and nothing overflows there (F18)."""
    last = RateSeries(EURUSD, "mint", [MONDAY, date.max], ["1.08", "1.09"])
    table, euro = laid_out(RateTable([last])), Money(1, "EUR")
    for look_up, on_last in ((LookUp.ON_OR_BEFORE, "1.09"), (LookUp.STRICTLY_BEFORE, "1.08")):
        policy = RatePolicy(look_up, max_age=10_000_000)
        for _ in range(2):
            assert table.convert(euro, "USD", FRIDAY, policy) == Money("1.08", "USD")
            assert table.convert(euro, "USD", date.max, policy) == Money(on_last, "USD")


def test_a_side_is_a_member_of_its_enum() -> None:
    """A text for a side is refused with the pair."""
    with pytest.raises(RateRefused, match="EUR/USD"):
        Fixing(EURUSD, Decimal("1.0850"), MONDAY, side="mid")  # type: ignore[arg-type]


@pytest.mark.parametrize("rounding", ["ROUND_UP", None], ids=repr)
def test_a_conversion_takes_a_member_of_rounding(rounding: Any) -> None:
    """Also where the amount comes out, so that it does not depend on the amount."""
    rate = TABLE.rate("EUR", "USD", MONDAY)
    assert laid_out(TABLE).convert(Money(1, "EUR"), "USD", MONDAY)
    for amount in ("1.01", "100.00"):
        with pytest.raises(RoundingExpected):
            rate.convert(Money(amount, "EUR"), rounding)
        with pytest.raises(RoundingExpected):
            TABLE.convert(Money(amount, "EUR"), "USD", MONDAY, rounding=rounding)
    with pytest.raises(RoundingExpected):
        TABLE.convert_minor([(100, EUR, MONDAY)], "USD", rounding=rounding)


@pytest.mark.parametrize("units", [1.0, Decimal(1), Fraction(1, 2), True, "1"], ids=repr)
@pytest.mark.parametrize("rounding", [Rounding.HALF_EVEN, Rounding.UP])
def test_columns_hold_whole_minor_units(units: Any, rounding: Rounding) -> None:
    """Floats above all never get into the kernel (M3)."""
    with pytest.raises(NumberTypeRefused):
        TABLE.convert_minor([(100, EUR, MONDAY), (units, EUR, MONDAY)], "USD", rounding=rounding)


@pytest.mark.parametrize("rounding", [Rounding.HALF_EVEN, Rounding.DOWN])
def test_columns_name_their_currency_by_code_too(rounding: Rounding) -> None:
    """A code and its currency have the same rate; what is neither is refused by a typed error."""
    amounts: list[tuple[int, str | Currency, date]] = [
        (1001, "USD", MONDAY),
        (1001, Currency("USD"), MONDAY),
        (1001, "EUR", MONDAY),
    ]
    told = TABLE.convert_minor(amounts, "EUR", rounding=rounding)
    exact = Fraction(1001) / Fraction("1.0850")  # 922.58
    assert told.minor == [923 if rounding is Rounding.HALF_EVEN else int(exact)] * 2 + [1001]
    assert list(told.rates) == [Currency("USD")]
    for wrong in ("XXQ", None, 5):
        with pytest.raises(UnknownCurrency):
            TABLE.convert_minor([(1, wrong, MONDAY)], "EUR", rounding=rounding)  # type: ignore[list-item]


@pytest.mark.parametrize("end", ["2026-03-02", datetime(2026, 3, 2, tzinfo=UTC), 20260302])
def test_a_span_is_of_days(end: Any) -> None:
    """Texts and instants are no days, at either end."""
    with pytest.raises(DateExpected):
        TABLE.within(end)
    with pytest.raises(DateExpected):
        TABLE.within(MONDAY, end)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1.16", "its type is str; pass a Decimal"),
        (1, "its type is int; pass a Decimal"),
        (1.5, "its type is float; pass a Decimal, a float is not exact"),
    ],
)
def test_a_price_of_the_wrong_type_is_told_what_to_pass(value: Any, said: str) -> None:
    """A fixing takes a Decimal and nothing else; the makers of a rate take text too."""
    with pytest.raises(RateRefused) as refused:
        Fixing(EURUSD, value, MONDAY)
    assert refused.value.reason == said
    if not isinstance(value, str):
        said = said.replace("a Decimal", "text or a Decimal")
        with pytest.raises(RateRefused) as refused:
            RateTable.of("EUR", on=MONDAY, USD=value)
        assert refused.value.reason == said


def test_years_of_a_calendar_run_forwards() -> None:
    """A span that ends before it begins had no holidays at all; one year is a span."""
    with pytest.raises(PolicyRefused, match="TARGET 2030 to 2026 ends before it begins"):
        BusinessCalendar.target(2030, 2026)
    assert len(BusinessCalendar.target(2026, 2026).holidays) == 6
