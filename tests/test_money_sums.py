"""Sums, products and quotients of money by example, under three contexts (M1)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from decimal import (
    Decimal,
    getcontext,
)
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

from fxcrm import money
from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.money import (
    AmountOutOfRange,
    BareNumberRefused,
    CurrencyMismatch,
    CurrencyNeeded,
    DividedByZero,
    InexactResult,
    Money,
    NumberRefused,
    NumberTypeRefused,
    Rounding,
    RoundingExpected,
    UnroundedDivision,
    round_ratio,
)
from tests.ambient import any_context as any_context

Asked = list[Callable[[], object]]

COINS = CurrencyRegistry("test coins").define("BTC", digits=8, name="Bitcoin")
EUR = Currency("EUR")
FIVE = Money("5.00", "EUR")
LONG = "1234567890123456789012345678901.23456789"  # 39 digits, more than any default context


class _Cents(int):
    """A subclass with nothing added."""


# ---------------------------------------------------------------- sums


def test_sums_and_differences_are_exact() -> None:
    """38 digits and a cent: nothing is lost under any context (M1)."""
    cent = Money("0.00000001", "EUR")
    assert str(Money(LONG, "EUR") + cent) == "EUR 1234567890123456789012345678901.2345679"
    assert str(Money("0.10", "EUR") - Money("0.30", "EUR")) == "EUR -0.20"
    assert str(FIVE - FIVE) == str(-(FIVE - FIVE)) == "EUR 0.00"


def test_only_the_integer_zero_is_added() -> None:
    """``sum`` works because 0 does; no other number has a currency (M3)."""
    assert 0 + FIVE == FIVE + 0 == sum([FIVE]) == FIVE
    assert sum([FIVE, FIVE, FIVE]) == Money(15, "EUR")
    assert 0 + FIVE.exact() == FIVE.exact() + 0 == sum([FIVE.exact()])


NUMBERS: list[Any] = [0, 1, True, False, 0.0, 1.5, Decimal(0), Decimal(1), Fraction(0), 1j]


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
@pytest.mark.parametrize("ours", [FIVE, FIVE.exact()], ids=repr)
def test_every_other_bare_number_is_refused_on_both_sides(number: Any, ours: Any) -> None:
    """All kinds of numbers, all sums, differences and comparisons: an error with a hint (M3)."""
    operations = [operator.sub, operator.lt, operator.le, operator.gt, operator.ge]
    if type(number) is not int or number:
        operations.append(operator.add)
    for operation in operations:
        for pair in ((ours, number), (number, ours)):
            with pytest.raises(BareNumberRefused, match=r'say which currency it is, Money\("5'):
                operation(*pair)
    assert ours != number


@pytest.mark.parametrize("thing", ["5", None, [], object(), "EUR 5.00"])
def test_other_types_get_pythons_own_answer(thing: Any) -> None:
    """What is no number is answered by NotImplemented, so that it may have a say of its own."""
    for operation in (operator.add, operator.sub, operator.lt, operator.ge):
        for pair in ((FIVE, thing), (thing, FIVE), (FIVE.exact(), thing), (thing, FIVE.exact())):
            with pytest.raises(TypeError):
                operation(*pair)
    assert FIVE.__add__(thing) is NotImplemented
    assert FIVE.__rsub__(thing) is NotImplemented


def test_currencies_do_not_mix() -> None:
    """Sum, difference, order and ratio across currencies raise, naming both sides (M2, M8)."""
    dollar = Money("1.00", "USD")
    mixing: list[Callable[[Any, Any], object]] = [operator.add, operator.sub, divmod, Money.ratio]
    mixing += [operator.lt, operator.le, operator.gt, operator.ge, max]
    for operation in mixing:
        with pytest.raises(CurrencyMismatch, match="needs one currency, got") as raised:
            operation(FIVE, dollar)
        assert {str(raised.value.left), str(raised.value.right)} == {"EUR 5.00", "USD 1.00"}
    for left, right in [
        (FIVE.exact(), dollar.exact()),
        (FIVE, dollar.exact()),
        (FIVE.exact(), dollar),
    ]:
        for combine in (operator.add, operator.sub):
            with pytest.raises(CurrencyMismatch):
                combine(left, right)
    with pytest.raises(CurrencyMismatch):
        operator.lt(FIVE.exact(), dollar.exact())


def test_a_label_is_not_a_conversion() -> None:
    """There is no way to change the currency without a rate (M8)."""
    with pytest.raises(NumberTypeRefused):
        Money(FIVE, "USD")  # type: ignore[arg-type]
    assert not {"convert", "to", "to_currency", "replace"} & set(dir(FIVE))


def test_total_covers_the_empty_case_and_checks_every_item() -> None:
    """No items need a currency; a foreign or bare item is refused and never left out (M3)."""
    assert Money.total(iter([FIVE, FIVE])) == Money(10, "EUR")
    assert Money.total([], "EUR") == Money.total([], EUR) == Money.zero("EUR")
    assert str(Money.total([Money(LONG, "EUR"), FIVE])).endswith("906.23456789")
    with pytest.raises(CurrencyNeeded):
        Money.total([])
    for items in ([FIVE, Money(1, "USD")], [Money(1, "USD"), FIVE]):
        with pytest.raises(CurrencyMismatch):
            Money.total(items)
    with pytest.raises(CurrencyMismatch):
        Money.total([FIVE], "USD")
    for bare in (0, 5, Decimal(5), FIVE.exact(), None):
        with pytest.raises(NumberTypeRefused):
            Money.total([FIVE, bare])  # type: ignore[list-item]


def test_a_generator_runs_in_the_callers_context() -> None:
    """``total`` takes the items first: code of the caller never sees our decimal context."""
    seen = []

    def items() -> Iterator[Money]:
        seen.append(getcontext().prec)
        yield FIVE

    assert Money.total(items()) == Money.mean(items()) == FIVE
    assert seen == [getcontext().prec] * 2


def test_min_max_mean_and_sorting() -> None:
    """The builtins order amounts of one currency; the mean is rounded as the call says."""
    many = [Money(n, "EUR") for n in (3, 1, 2)]
    assert (min(many), max(many)) == (Money(1, "EUR"), Money(3, "EUR"))
    assert sorted(many) == [Money(1, "EUR"), Money(2, "EUR"), Money(3, "EUR")]
    assert Money.mean(many) == Money(2, "EUR")
    assert Money.mean([FIVE, FIVE, Money("5.01", "EUR")], Rounding.UP) == Money("5.01", "EUR")
    with pytest.raises(InexactResult):
        Money.mean([FIVE, FIVE, Money("5.01", "EUR")])
    with pytest.raises(CurrencyNeeded):
        Money.mean([])


# ---------------------------------------------------------------- products and quotients


def test_products_are_exact_and_never_rounded() -> None:
    """Times an int or Decimal keeps every digit, on both sides of the sign."""
    assert Money("19.99", "USD") * 3 == 3 * Money("19.99", "USD") == Money("59.97", "USD")
    assert FIVE * Decimal("1.0825") == Decimal("1.0825") * FIVE == Money("5.4125", "EUR")
    assert str(Money("-0.01", "EUR") * 0) == "EUR 0.00"
    assert str(Money.zero("EUR") * -3) == "EUR 0.00"
    assert Money(5 * 10**30, "EUR") == FIVE * 10**30
    assert Money(10, "EUR") == FIVE * _Cents(2)
    assert FIVE * Decimal("2E-60") == Money(Decimal("1E-59"), "EUR")  # the product has to fit


@pytest.mark.parametrize("factor", [-1001, -2, -1, 0, 1, 2, 999, 1000, 1001, 1002, 10**9, -(10**9)])
def test_a_product_with_an_int_is_that_with_its_decimal(factor: int) -> None:
    """Small factors, which are kept ready, and all others give the same amount."""
    assert str(FIVE * factor) == str(FIVE * Decimal(factor)) == str(Money(5 * factor, "EUR"))


def test_usual_factors_take_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small ints and finite Decimals are multiplied by without being looked at any further."""
    monkeypatch.setattr(money, "exact_decimal", None)
    assert [str(FIVE * factor) for factor in (0, 1, 2)] == ["EUR 0.00", "EUR 5.00", "EUR 10.00"]
    assert [str(FIVE * 1_000), str(FIVE * Decimal("-0.5"))] == ["EUR 5000.00", "EUR -2.50"]


@pytest.mark.parametrize("factor", [1.5, True, None, FIVE, Fraction(1, 2), "x"])
def test_what_is_no_factor_is_refused(factor: Any) -> None:
    """Floats, booleans, moneys and fractions multiply nothing silently."""
    with pytest.raises((NumberTypeRefused, NumberRefused)):
        _ = FIVE * factor


def test_results_beyond_sixty_digits_are_refused_not_rounded() -> None:
    """One digit more than an amount may have is an error in every operation."""
    most, least = Money(10**60 - 1, "EUR"), Money(Decimal("1E-59"), "EUR")
    assert str(most).startswith("EUR 999")
    asked: Asked = [
        lambda: most + Money(1, "EUR"),
        lambda: -most - Money(1, "EUR"),
        lambda: most + least,
        lambda: most * 10,
        lambda: least * Decimal("0.1"),
        lambda: most.times(10),
        lambda: Money.total([most, most]),
        lambda: most.rounded(Rounding.UP),
        lambda: Money(10**60, "EUR"),
        lambda: Money(Decimal("1E-60"), "EUR"),
        lambda: Money.from_minor(10**70, "EUR"),
        lambda: most.exact() * Fraction(10**4000, 3),
    ]
    for one in asked:
        with pytest.raises(AmountOutOfRange):
            one()


def test_inexact_products_and_quotients_name_their_rounding() -> None:
    """Without ``rounding=`` an inexact result raises and says what to write (M10)."""
    ten = Money("10.00", "USD")
    assert ten.times("1.0825", rounding=Rounding.HALF_UP) == Money("10.83", "USD")
    assert ten.times("1.0825", rounding=Rounding.HALF_DOWN) == Money("10.82", "USD")
    assert ten.times(Fraction(1, 3), Rounding.UP) == Money("3.34", "USD")
    assert ten.times("1.05") == Money("10.50", "USD")
    assert ten.divide(3, Rounding.FLOOR) == Money("3.33", "USD")
    assert ten.divide("0.3", Rounding.FLOOR) == Money("33.33", "USD")
    assert ten.divide(4) == Money("2.50", "USD")
    assert ten.percent("19") == Money("1.90", "USD")
    assert ten.percent("0.05", Rounding.HALF_EVEN) == Money.zero("USD")
    assert ten.percent(Fraction(100, 3), Rounding.DOWN) == Money("3.33", "USD")
    asked: Asked = [
        lambda: ten.times("1.0825"),
        lambda: ten.times(Fraction(1, 3)),
        lambda: ten.divide(3),
        lambda: ten.percent("0.05"),
        lambda: Money("1.005", "USD").rounded(),
        lambda: ten.exact().__truediv__(3).rounded(),
    ]
    for one in asked:
        with pytest.raises(InexactResult, match=r"rounding=Rounding\.HALF_EVEN"):
            one()


def test_a_rounding_is_a_member_of_the_enumeration() -> None:
    """A text is refused; so is what merely is not true, which must not mean half-even."""
    wrong: list[Any] = ["ROUND_UP", "", 0, False, Rounding]
    for one in wrong:
        for asked in (FIVE.rounded, partial(FIVE.times, 2), partial(FIVE.divide, 3)):
            with pytest.raises(RoundingExpected):
                asked(one)
        with pytest.raises(RoundingExpected):
            FIVE.rounded(one, step="0.3")


def test_division_by_a_slash_points_to_the_ways_out() -> None:
    """``/`` can not say how it rounds; the error names what can."""
    for divisor in (2, FIVE, Decimal(2)):
        with pytest.raises(UnroundedDivision, match=r"divide\(n, rounding=...\).*split.*ratio"):
            _ = FIVE / divisor
    with pytest.raises(TypeError):
        _ = 2 / FIVE  # type: ignore[operator]


def test_zero_divides_nothing() -> None:
    """Every quotient by zero is our own ZeroDivisionError."""
    zero = Money.zero("EUR")
    asked: Asked = [
        lambda: FIVE.divide(0),
        lambda: FIVE.ratio(zero),
        lambda: divmod(FIVE, 0),
        lambda: divmod(FIVE, zero),
        lambda: FIVE.exact() / 0,
        lambda: round_ratio(1, 0),
    ]
    for one in asked:
        with pytest.raises(DividedByZero):
            one()
    assert issubclass(DividedByZero, ZeroDivisionError)


def test_divmod_cuts_towards_zero() -> None:
    """Shares and rests have the sign of the whole, so a refund mirrors the original."""
    ten = Money("10.00", "EUR")
    assert divmod(ten, 3) == (Money("3.33", "EUR"), Money("0.01", "EUR"))
    assert divmod(-ten, 3) == (Money("-3.33", "EUR"), Money("-0.01", "EUR"))
    assert divmod(Money("0.05", "EUR"), 3) == (Money("0.01", "EUR"), Money("0.02", "EUR"))
    assert divmod(ten, Money("-3.00", "EUR")) == (-3, Money("1.00", "EUR"))
    assert divmod(Money("0.05", "EUR"), Money("0.03", "EUR")) == (1, Money("0.02", "EUR"))
    assert divmod(Money("1.005", "EUR"), 1) == (Money("1.00", "EUR"), Money("0.005", "EUR"))
    for divisor in (1.5, True, Decimal(2)):
        with pytest.raises(BareNumberRefused):
            divmod(ten, divisor)  # type: ignore[operator]
    with pytest.raises(TypeError):
        divmod(ten, "3")  # type: ignore[operator]


def test_a_ratio_is_an_exact_fraction() -> None:
    """A third stays a third."""
    assert FIVE.ratio(Money(15, "EUR")) == Fraction(1, 3)
    with pytest.raises(CurrencyMismatch):
        FIVE.ratio(5)  # type: ignore[arg-type]
