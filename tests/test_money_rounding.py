"""Rounding by example: to digits, steps and coins, and of exact rationals; under three contexts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    Decimal,
)
from fractions import Fraction

import pytest

from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.money import (
    CASH_STEPS,
    AmountOutOfRange,
    CashStepUnknown,
    InexactResult,
    Money,
    NumberRefused,
    NumberTypeRefused,
    RationalMoney,
    Rounding,
    round_ratio,
)
from tests.ambient import any_context as any_context

Asked = list[Callable[[], object]]

COINS = CurrencyRegistry("test coins").define("BTC", digits=8, name="Bitcoin")
EUR = Currency("EUR")
FIVE = Money("5.00", "EUR")
LONG = "1234567890123456789012345678901.23456789"  # 39 digits, more than any default context


# ---------------------------------------------------------------- rounding

TENTHS = (-51, -25, -16, -15, -14, -4, 4, 14, 15, 16, 25, 51)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Rounding.UP, "-6 -3 -2 -2 -2 -1 1 2 2 2 3 6"),
        (Rounding.DOWN, "-5 -2 -1 -1 -1 0 0 1 1 1 2 5"),
        (Rounding.CEILING, "-5 -2 -1 -1 -1 0 1 2 2 2 3 6"),
        (Rounding.FLOOR, "-6 -3 -2 -2 -2 -1 0 1 1 1 2 5"),
        (Rounding.HALF_UP, "-5 -3 -2 -2 -1 0 0 1 2 2 3 5"),
        (Rounding.HALF_DOWN, "-5 -2 -2 -1 -1 0 0 1 1 2 2 5"),
        (Rounding.HALF_EVEN, "-5 -2 -2 -2 -1 0 0 1 2 2 2 5"),
        (Rounding.ZERO_FIVE_UP, "-6 -2 -1 -1 -1 -1 1 1 1 1 2 6"),
        (Rounding.HALF_ODD, "-5 -3 -2 -1 -1 0 0 1 1 2 3 5"),
        (Rounding.HALF_CEILING, "-5 -2 -2 -1 -1 0 0 1 2 2 3 5"),
        (Rounding.HALF_FLOOR, "-5 -3 -2 -2 -1 0 0 1 1 2 2 5"),
    ],
    ids=lambda value: value.name if isinstance(value, Rounding) else "",
)
def test_every_mode_by_example(mode: Rounding, expected: str) -> None:
    """Tenths to whole numbers, both signs, as integers, as an amount and as an exact one (M4)."""
    for tenths, result in zip(TENTHS, map(int, expected.split()), strict=True):
        assert round_ratio(tenths, 10, mode) == round_ratio(-tenths, -10, mode) == result
        yen = Money.from_scaled(tenths, 1, "JPY")
        assert yen.rounded(mode) == yen.rounded(mode, digits=0) == Money(result, "JPY")
        assert yen.exact().rounded(mode) == yen.times(1, mode) == Money(result, "JPY")


def test_rounding_to_minor_units_digits_and_steps() -> None:
    """The three targets of ``rounded``; a step is rounded to once, from the exact value."""
    price = Money("-1.7850", "CHF")
    assert price.rounded(Rounding.HALF_EVEN) == Money("-1.78", "CHF")
    assert price.rounded(Rounding.HALF_UP) == Money("-1.79", "CHF")
    assert price.rounded(Rounding.UP, digits=1) == Money("-1.8", "CHF")
    assert price.rounded(digits=3) == Money("-1.785", "CHF")
    assert price.rounded(Rounding.HALF_UP, step="0.25") == Money("-1.75", "CHF")
    assert Money("120", "EUR").rounded(Rounding.HALF_EVEN, step=100) == Money(100, "EUR")
    with pytest.raises(InexactResult, match=r"steps of 0\.25"):
        price.rounded(step="0.25")
    for step in ("0", "-0.05"):
        with pytest.raises(NumberRefused, match="a step is above zero"):
            price.rounded(Rounding.UP, step=step)
    with pytest.raises(NumberRefused, match="without digits="):
        price.rounded(Rounding.UP, digits=2, step="0.05")


def test_usual_roundings_take_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """To minor units and to digits, with a mode, nothing of the general way is needed."""
    monkeypatch.setattr(Money, "_to_digits", None)
    price = Money("1.2345", "EUR")
    for digits, text in ((None, "1.23"), (0, "1"), (1, "1.2"), (2, "1.23"), (4, "1.2345")):
        assert price.rounded(Rounding.HALF_EVEN, digits) == Money(text, "EUR")


def test_what_is_rounded_to_zero_has_no_sign() -> None:
    """There is no -0.00 at the end of any way of rounding."""
    little = Money("-0.004", "EUR")
    for made in (
        little.rounded(Rounding.HALF_UP),
        little.rounded(Rounding.HALF_UP, digits=1),
        little.rounded(Rounding.HALF_UP, step="0.05"),
        little.rounded(Rounding.HALF_ODD, digits=1),
        little.cash_rounded(Rounding.HALF_UP),
        little.times("0.1", Rounding.HALF_UP),
        little.times(Fraction(1, 3), Rounding.HALF_UP),
        little.percent(5, Rounding.HALF_UP),
        little.divide(7, Rounding.HALF_UP),
        Money.zero("EUR").times("-1"),
    ):
        assert str(made.amount).strip("0") in ("", ".")
        assert not made.amount.is_signed()


@pytest.mark.parametrize(
    ("given", "code", "paid"),
    [
        ("0.499", "NOK", "0"),
        ("0.50", "NOK", "1"),
        ("-1.78", "CHF", "-1.80"),
        ("1.77", "CHF", "1.75"),
        ("-1.775", "CHF", "-1.80"),
        ("12.49", "SEK", "12"),
        ("2.5", "HUF", "5"),
        ("0.24", "DKK", "0"),
        ("0.25", "DKK", "0.50"),
        ("14", "CLP", "10"),
        ("19.99", "EUR", "19.99"),
    ],
)
def test_cash_is_rounded_once_at_the_coin(given: str, code: str, paid: str) -> None:
    """0.499 NOK is 0 and not, through 0.50, one; -1.78 CHF is -1.80 (M5)."""
    assert Money(given, code).cash_rounded(Rounding.HALF_UP) == Money(paid, code)


def test_a_coin_can_be_named_and_is_never_guessed() -> None:
    """Some countries round EUR to five cents; a currency off the table needs ``step=``."""
    assert Money("1.98", "EUR").cash_rounded(Rounding.HALF_UP, step="0.05") == Money(2, "EUR")
    assert Money("1.80", "CHF").cash_rounded() == Money("1.80", "CHF")
    with pytest.raises(InexactResult):
        Money("1.78", "CHF").cash_rounded()
    with pytest.raises(CashStepUnknown, match="BHD"):
        Money("1", "BHD").cash_rounded(Rounding.UP)
    with pytest.raises(TypeError):
        CASH_STEPS["EUR"] = Decimal("0.05")  # type: ignore[index]


@pytest.mark.parametrize("code", sorted(CASH_STEPS))
def test_every_coin_is_a_whole_number_of_minor_units(code: str) -> None:
    """What is rounded to cash can be posted: no step lies below the minor unit of ISO 4217."""
    assert Money(CASH_STEPS[code], code).minor >= 1


# ---------------------------------------------------------------- the exact rational


def test_a_rational_is_rounded_once_at_its_end() -> None:
    """A third of a third of 1.00, nine times, is 1.00: nothing was lost on the way."""
    ninth = Money("1.00", "EUR").exact() / 3 / "3"
    assert (ninth * 9).rounded() == Money("1.00", "EUR")
    assert ninth.rounded(Rounding.HALF_UP) == Money("0.11", "EUR")
    assert ninth.rounded(Rounding.UP, digits=4) == Money("0.1112", "EUR")
    assert str(ninth) == "EUR 1/9"
    assert repr(ninth) == "RationalMoney(Fraction(1, 9), 'EUR')"
    assert RationalMoney("0.25", "EUR") == RationalMoney(Fraction(1, 4), EUR)


def test_a_rational_is_equal_to_its_own_kind_only() -> None:
    """Not to a Money and not to a number; and it is hashable and ordered among its own."""
    one = Money("1.00", "EUR").exact()
    assert one == RationalMoney(1, "EUR")
    assert hash(one) == hash(RationalMoney("1.0", "EUR"))
    assert one != Money("1.00", "EUR")
    assert one != RationalMoney(1, "USD")
    assert one > -one
    assert one >= one
    assert -one < one
    assert -one <= one
    assert (abs(-one), +one, one.sign, (-one).sign, (one - one).sign) == (one, one, 1, -1, 0)
    assert bool(one)
    assert not (one - one)
    with pytest.raises(TypeError):
        _ = one < Money("2.00", "EUR")  # type: ignore[operator]


def test_sums_of_money_and_rational_stay_rational() -> None:
    """Nothing is rounded behind one's back, in either order of the operands (M7)."""
    third = Money("1.00", "EUR").exact() / 3
    for made in (FIVE + third, third + FIVE):
        assert made == RationalMoney(Fraction(16, 3), "EUR")
    assert FIVE - third == RationalMoney(Fraction(14, 3), "EUR")
    assert third - FIVE == RationalMoney(Fraction(-14, 3), "EUR")


def test_a_rational_is_immutable_and_bounded() -> None:
    """No attribute can be set; a fraction of more than 10,000 bits is refused (F18)."""
    one = Money("1.00", "EUR").exact()
    for name in ("value", "currency", "note"):
        with pytest.raises(AttributeError):
            setattr(one, name, 1)
    with pytest.raises(AttributeError):
        del one.value
    assert RationalMoney(Fraction(1, 2**9999), "EUR")
    with pytest.raises(AmountOutOfRange):
        RationalMoney(Fraction(1, 2**10000), "EUR")
    for wrong in (1.5, True, None, 1j):
        with pytest.raises(NumberTypeRefused):
            one * wrong  # type: ignore[operator]
