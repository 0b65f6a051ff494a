"""A margin moves bid and ask outwards, in the direction quoted, rounded to declared digits."""

from __future__ import annotations

import decimal
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.adapters.combined import MarginRefused, RatesWithMargin
from fxcrm.bulletins import Bulletin
from fxcrm.errors import FxcrmError
from fxcrm.money import NumberRefused
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import (
    RateMissing,
    RatePolicy,
    RateRefused,
    RateSeries,
    RateTable,
    Side,
)
from tests.adapters.combined.told import MONDAY, Told, broken, day, fixing, prices

MID = fixing("EUR/USD", "1.0850")


def priced(percent: str, *values: object, digits: int = 6) -> set[tuple[str, str, object, str]]:
    """What a margin makes of some fixings."""
    told = RatesWithMargin(Told("bank", *values), percent, digits=digits)  # type: ignore[arg-type]
    return set(prices(told.fetch().table))


def test_bid_is_down_and_ask_is_up_around_the_middle() -> None:
    """2.5 percent of 1.0850 is 0.027125: ties go to the even digit."""
    assert priced("2.5", MID) == {
        ("EUR/USD", "bid", MONDAY, "1.05788"),  # exactly 1.057875
        ("EUR/USD", "ask", MONDAY, "1.11212"),  # exactly 1.112125
    }


def test_there_is_no_middle() -> None:
    """Who asks for it is told, and does not convert without the margin."""
    table = RatesWithMargin(Told("bank", MID), "2.5").fetch().table
    with pytest.raises(RateMissing):
        table.rate("EUR", "USD", MONDAY)
    asked = table.rate("EUR", "USD", MONDAY, RatePolicy(side=Side.ASK))
    assert asked.path == "EUR/USD 1.11212 (bank with 2.5 % margin 2026-03-02)"


def test_the_inverse_has_the_margin_too() -> None:
    """Who bids for dollars asks for euros: there and back costs both margins."""
    table = RatesWithMargin(Told("bank", MID), "2.5").fetch().table
    bid = RatePolicy(side=Side.BID)
    there, back = table.rate("EUR", "USD", MONDAY, bid), table.rate("USD", "EUR", MONDAY, bid)
    assert there.ratio * back.ratio == Fraction("1.05788") / Fraction("1.11212") < 1


def test_a_source_with_sides_is_widened() -> None:
    """Its own bid and ask move outwards; its middle is left out."""
    sides = [fixing("EUR/USD", "1.0840", side=Side.BID), fixing("EUR/USD", "1.0860", side=Side.ASK)]
    assert priced("1", MID, *sides) == {
        ("EUR/USD", "bid", MONDAY, "1.07316"),
        ("EUR/USD", "ask", MONDAY, "1.09686"),
    }
    assert priced("1", MID, sides[0]) == {
        ("EUR/USD", "bid", MONDAY, "1.07316"),
        ("EUR/USD", "ask", MONDAY, "1.09585"),
    }


def test_a_side_quoted_the_other_way_round_is_a_side() -> None:
    """An ask for euros in dollars is the bid for dollars; the middle does not give a second one."""
    turned = fixing("USD/EUR", "0.9230", side=Side.ASK)
    assert priced("1", MID, turned) == {
        ("EUR/USD", "ask", MONDAY, "1.09585"),
        ("USD/EUR", "ask", MONDAY, "0.932230"),
    }


def test_unit_and_day_stay() -> None:
    """A price per 100 stays one."""
    source = Told("bank", fixing("JPY/EUR", "0.6100", day(3), unit=100))
    for one in RatesWithMargin(source, "10").fetch().table.series:
        assert (one.unit, one.days) == (100, (day(3),))


def test_no_margin_changes_nothing() -> None:
    """Not even the digits."""
    long = fixing("EUR/USD", "1.08501234567")
    assert priced("0.00", long, digits=3) == {
        ("EUR/USD", side, MONDAY, "1.08501234567") for side in ("bid", "ask")
    }


def test_rounding_never_gives_the_margin_away() -> None:
    """Where so few digits would carry a price past the middle, the middle stands."""
    assert priced("0.001", fixing("EUR/USD", "1.0856"), digits=3) == {
        ("EUR/USD", "bid", MONDAY, "1.0856"),  # not 1.09
        ("EUR/USD", "ask", MONDAY, "1.09"),
    }
    assert priced("0.01", fixing("EUR/IDR", "18412.55"), digits=3) == {
        ("EUR/IDR", "bid", MONDAY, "18400"),
        ("EUR/IDR", "ask", MONDAY, "18412.55"),  # not 18400
    }


@given(
    st.integers(1, 10**9),
    st.integers(0, 8),
    st.integers(0, 9_999),
    st.integers(1, 15),
    st.sampled_from(Side).filter(lambda side: side is not Side.MID),
)
def test_a_price_is_the_exact_one_rounded_half_even(
    units: int, places: int, hundredths: int, digits: int, side: Side
) -> None:
    """Against fractions and the decimal module's own rounding to significant digits."""
    value = Decimal(units).scaleb(-places)
    margin = Decimal(hundredths).scaleb(-2)
    source = Told("bank", fixing("EUR/USD", f"{value:f}"))
    table = RatesWithMargin(source, f"{margin:f}", digits=digits).fetch().table
    [series] = [one for one in table.series if one.side is side]
    sign = -1 if side is Side.BID else 1
    exact = Fraction(value) * (1 + sign * Fraction(margin) / 100)
    wide = decimal.Context(prec=60).divide(Decimal(exact.numerator), Decimal(exact.denominator))
    rounded = decimal.Context(digits, decimal.ROUND_HALF_EVEN).plus(wide)
    past = rounded >= value if side is Side.BID else rounded <= value
    expected = Fraction(value) if past or not margin else Fraction(rounded)
    assert Fraction(series.values[0]) == expected
    assert series.at(0).value > 0


def test_what_is_no_rate_is_refused_when_it_is_asked_for() -> None:
    """A bad value is handed on as it is: its day is refused, the others answer, as below."""
    pair = MID.pair
    days, values = (MONDAY, day(1), day(2), day(3)), ("1.0850", "oops", "-1.0850", "1.0900")

    class Lax(Told):
        def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
            held = RateTable([RateSeries(pair, "bank", days, values)])
            return Bulletin(held.within(since, until), "bank")

    table = RatesWithMargin(Lax("bank"), "2.5").fetch().table
    policy = RatePolicy(side=Side.BID)
    for on, error in ((day(1), NumberRefused), (day(2), RateRefused)):
        with pytest.raises(error):
            table.rate("EUR", "USD", on, policy)
    assert table.rate("EUR", "USD", day(3), policy).ratio == Fraction("1.06275")


def test_a_withdrawn_day_stays_withdrawn() -> None:
    """No text is no number, with or without a margin."""
    assert RatesWithMargin(Told("bank"), "2.5")._price(Side.BID)("") == ""


def test_the_ambient_context_changes_nothing() -> None:
    """Two digits and every trap: the same prices (M1)."""
    calm = priced("2.5", MID)
    with decimal.localcontext(decimal.Context(prec=2, traps=[decimal.Inexact])):
        assert priced("2.5", MID) == calm


@pytest.mark.parametrize("percent", ["-0.01", "100", "1e1", "NaN", "", "2,5"])
def test_margins_that_are_none_are_refused(percent: str) -> None:
    """Below zero, all of it, and what is no plain number."""
    with pytest.raises(FxcrmError) as caught:
        RatesWithMargin(Told("bank"), percent)
    assert isinstance(caught.value, MarginRefused | NumberRefused)


def test_digits_have_bounds() -> None:
    """1 to 15, and one beyond each end (F18)."""
    for digits in (1, 15):
        assert RatesWithMargin(Told("bank"), "99.99", digits=digits).fetch().table.pairs == ()
    for digits in (0, 16):
        with pytest.raises(MarginRefused):
            RatesWithMargin(Told("bank"), "1", digits=digits)


def test_a_broken_source_is_broken_with_a_margin() -> None:
    """The margin names itself and says what below it broke (R4)."""
    with pytest.raises(RateSourceBroken) as caught:
        RatesWithMargin(broken("bank"), "2.5").fetch()
    assert (caught.value.source, caught.value.reason) == ("bank with 2.5 % margin", "bank: 504")


def test_an_empty_answer_names_the_margin() -> None:
    """Nothing published is nothing with a margin."""
    told = RatesWithMargin(Told("bank"), "2.50").fetch()
    assert (told.source, told.table.pairs) == ("bank with 2.50 % margin", ())
