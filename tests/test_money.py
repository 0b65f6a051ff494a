"""Money by example: construction, arithmetic, rounding, order, text; under three contexts (M1)."""

from __future__ import annotations

import copy
import operator
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import (
    ROUND_UP,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    getcontext,
    setcontext,
)
from fractions import Fraction
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from fxcrm import _decimals
from fxcrm.currencies import Currency, CurrencyRegistry, NoMinorUnit, UnknownCurrency
from fxcrm.money import (
    CASH_STEPS,
    AmountOutOfRange,
    BareNumberRefused,
    CashStepUnknown,
    CurrencyMismatch,
    CurrencyNeeded,
    DividedByZero,
    InexactResult,
    Money,
    NumberRefused,
    NumberTypeRefused,
    RationalMoney,
    Rounding,
    RoundingExpected,
    SubMinorAmount,
    UnroundedDivision,
    canonical,
    parse_decimal,
    round_ratio,
)
from fxcrm.rational import DigitsRefused
from tests.ambient import CONTEXTS
from tests.ambient import any_context as any_context

Asked = list[Callable[[], object]]

COINS = CurrencyRegistry("test coins").define("BTC", digits=8, name="Bitcoin")
EUR = Currency("EUR")
FIVE = Money("5.00", "EUR")
LONG = "1234567890123456789012345678901.23456789"  # 39 digits, more than any default context


def pickled(value: Any) -> Any:
    """What comes back from a pickle."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301  (our own bytes)


# ---------------------------------------------------------------- construction


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("19.99", "EUR 19.99"),
        ("-19.9", "EUR -19.90"),
        ("+7", "EUR 7.00"),
        ("007", "EUR 7.00"),
        (".5", "EUR 0.50"),
        ("-0.00", "EUR 0.00"),
        ("0.0000001", "EUR 0.0000001"),
        (LONG, f"EUR {LONG}"),
        (5, "EUR 5.00"),
        (-(10**59), f"EUR -1{'0' * 59}.00"),
        (Decimal("1E+3"), "EUR 1000.00"),
        (Decimal("-0E-9"), "EUR 0.00"),
        (Decimal(LONG), f"EUR {LONG}"),
    ],
)
def test_an_amount_is_taken_as_it_is_written(given: str | int | Decimal, text: str) -> None:
    """Texts, ints and Decimals keep every digit, and a zero has no sign."""
    assert str(Money(given, "EUR")) == text


class _Cents(int):
    """An int of somebody else's."""


class _Exact(Decimal):
    """A Decimal of somebody else's."""


def test_subclasses_of_int_and_decimal_become_plain_decimals() -> None:
    """An amount is a plain Decimal, whatever subclass of a number it came from."""
    for given in (_Cents(5), _Exact("5.00")):
        made = Money(given, EUR)
        assert made == FIVE
        assert type(made.amount) is Decimal
    assert Money(_Cents(10**60 - 1), EUR) == Money(10**60 - 1, EUR)


@pytest.mark.parametrize("given", [1.5, True, None, 1j, [1], Fraction(1, 2), FIVE, b"5"])
def test_what_is_no_exact_number_is_refused_with_a_hint(given: Any) -> None:
    """Floats, booleans, None, fractions and moneys are no amounts (M3)."""
    with pytest.raises(NumberTypeRefused, match="is not taken as an exact number: "):
        Money(given, "EUR")


def test_a_float_and_a_fraction_are_told_the_way_out() -> None:
    """A float is told to come as text, a fraction to come later."""
    with pytest.raises(NumberTypeRefused, match=r'pass text, "19.99"'):
        Money(19.99, "EUR")  # type: ignore[arg-type]
    with pytest.raises(NumberTypeRefused, match=r"times\(\), divide\(\) or exact\(\)"):
        FIVE * Fraction(1, 3)  # type: ignore[operator]


@pytest.mark.parametrize("given", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_decimal_that_is_not_finite_is_refused(given: str) -> None:
    """NaN and Infinity are no amounts and no factors, as Decimals too (M3)."""
    with pytest.raises(NumberRefused):
        Money(Decimal(given), "EUR")
    with pytest.raises(NumberRefused):
        FIVE * Decimal(given)
    with pytest.raises(NumberRefused):
        FIVE.times(Decimal(given), Rounding.UP)


@pytest.mark.parametrize("currency", ["eur", "EURO", "", "XXQ", 5, None, ["EUR"]])
def test_an_unknown_currency_is_refused(currency: Any) -> None:
    """Codes are never guessed or corrected (M11)."""
    with pytest.raises(UnknownCurrency):
        Money("1", currency)


def test_minor_units_go_in_and_come_out() -> None:
    """1999 cents are EUR 19.99, 500 yen are JPY 500, a dinar has a thousand fils."""
    for units, code, text in [(1999, "EUR", "19.99"), (-500, "JPY", "-500"), (1, "BHD", "0.001")]:
        made = Money.from_minor(units, code)
        assert made == Money(text, code)
        assert made.minor == units
    assert Money.from_scaled(10005, 4, "EUR") == Money("1.0005", "EUR")
    assert Money.from_scaled(1, 59, "EUR") == Money(Decimal("1E-59"), "EUR")
    assert Money.from_minor(10**60 - 1, "JPY") == Money(10**60 - 1, "JPY")


def test_an_amount_below_the_minor_unit_is_refused_or_comes_back_as_a_rest() -> None:
    """A unit price of 1.005 has no number of cents; the rest has the sign of the amount (M10)."""
    with pytest.raises(SubMinorAmount, match=r"EUR 1\.005"):
        _ = Money("1.005", "EUR").minor
    assert Money("-1.005", "EUR").minor_and_rest() == (-100, Money("-0.005", "EUR"))
    assert Money("1.50", "EUR").minor_and_rest() == (150, Money.zero("EUR"))


def test_gold_has_no_minor_unit() -> None:
    """A metal is kept as a decimal: whatever asks for its minor unit names the reason."""
    gold = Money("1.2345", "XAU")
    asked: Asked = [
        lambda: gold.minor,
        gold.minor_and_rest,
        lambda: gold.rounded(Rounding.UP),
        lambda: gold.times(2),
        lambda: gold.split(2),
        lambda: gold.exact().rounded(Rounding.UP),
        lambda: Money.from_minor(1, "XAU"),
    ]
    for one in asked:
        with pytest.raises(NoMinorUnit):
            one()
    assert gold.rounded(Rounding.HALF_UP, digits=3) == Money("1.235", "XAU")
    assert str(gold + gold) == "XAU 2.469"


@pytest.mark.parametrize("units", [True, "5", Decimal(5), 5.0])
def test_minor_units_are_an_int(units: Any) -> None:
    """Nothing else counts minor units, booleans least of all."""
    with pytest.raises(NumberTypeRefused):
        Money.from_minor(units, "EUR")


@pytest.mark.parametrize("digits", [-1, 60, 1.0, True, "2"])
def test_digits_are_a_count_of_decimals(digits: Any) -> None:
    """A negative, enormous or fractional number of digits is refused and never wraps around."""
    asked: Asked = [
        lambda: Money.from_scaled(1, digits, "EUR"),
        lambda: FIVE.rounded(Rounding.UP, digits=digits),
        lambda: FIVE.exact().rounded(Rounding.UP, digits=digits),
    ]
    for one in asked:
        with pytest.raises(DigitsRefused):
            one()


# ---------------------------------------------------------------- it is a value


def made_in_every_way() -> Iterator[Money]:
    """One result of every operation that gives a Money."""
    ten = Money(10, "EUR")
    bag = Money("1.01", "CHF")
    yield from (FIVE, Money.zero("EUR"), Money.from_minor(1, "EUR"), Money.from_scaled(1, 1, "EUR"))
    yield from (FIVE + ten, FIVE - ten, -FIVE, +FIVE, abs(-FIVE), FIVE * 2, 2 * FIVE, 0 + FIVE)
    yield from (FIVE.times("1.1"), FIVE.divide(2), FIVE.percent(19), FIVE.times(Fraction(1, 5)))
    yield Money.total([], "EUR")
    yield from (Money.total([FIVE, ten]), Money.mean([FIVE, ten]), *divmod(ten, 3), *FIVE.split(3))
    yield from (FIVE.rounded(), FIVE.rounded(Rounding.UP, step="0.3"), FIVE.exact().rounded())
    yield from (bag.cash_rounded(Rounding.UP), *FIVE.allocate([1, 2]), FIVE.minor_and_rest()[1])
    yield from (Money.parse("EUR 1.00"), Money.from_json(FIVE.to_json()))
    yield from (Money.from_units_nanos(1, 0, "EUR"), copy.deepcopy(FIVE), copy.copy(FIVE))
    yield pickled(FIVE)


def test_whatever_makes_a_money_makes_it_frozen() -> None:
    """The class swap leaves nothing open: each result is a Money, and no attribute can be set.

    This pins the layout trick of ``_made``: a draft that kept its class would fail here.
    """
    for made in made_in_every_way():
        assert type(made) is Money
        for name in ("amount", "currency", "note", "__class__", "__dict__"):
            with pytest.raises(AttributeError):
                setattr(made, name, FIVE.amount)
        with pytest.raises(AttributeError):
            del made.amount
        assert type(made.amount) is Decimal
        assert not made.amount.is_signed() or made.amount < 0


def test_a_money_is_two_slots_and_no_more() -> None:
    """No instance dictionary, no weak references: millions of them fit in memory."""
    assert Money.__slots__ == ()
    assert not hasattr(FIVE, "__dict__")
    assert not hasattr(FIVE, "__weakref__")


def test_equal_means_equal() -> None:
    """1.0 and 1.00 are equal and hash alike; other currencies, numbers and texts are not (M2)."""
    assert Money("1.0", "EUR") == Money("1.00", "EUR") == Money(1, EUR)
    assert hash(Money("1.0", "EUR")) == hash(Money("1.00", "EUR"))
    assert len({Money("1.0", "EUR"), Money("1.00", "EUR"), Money("1", "USD")}) == 2
    for other in (1, Decimal(1), Fraction(1), "EUR 1.00", None, Money(1, "USD"), FIVE.exact()):
        assert Money(1, "EUR") != other
    for same in (Money(0, "EUR"), Money(0, "USD")):
        assert same != 0


def test_other_amounts_hash_apart_and_equal_ones_are_neither_above_nor_below() -> None:
    """Many amounts are no single bucket of a dictionary; order and equality agree (M2)."""
    assert len({hash(Money(n, "EUR")) for n in range(100)}) == 100
    assert len({hash(Money(n, "EUR").exact()) for n in range(100)}) == 100
    one, same = Money("1.00", "EUR"), Money("1.0", "EUR")
    assert (one < same, one <= same, one >= same, one > same) == (False, True, True, False)


def test_own_currencies_are_equal_by_code_digits_and_registry() -> None:
    """A coin of the same code and digits from another registry is another currency (M11)."""
    elsewhere = CurrencyRegistry("other coins").define("BTC", digits=8, name="Bitcoin")
    assert COINS.money("1", "BTC") == COINS.money("1.0", "BTC")
    assert COINS.money("1", "BTC") != elsewhere.money("1", "BTC")
    with pytest.raises(CurrencyMismatch):
        _ = COINS.money("1", "BTC") + elsewhere.money("1", "BTC")


def test_pickles_and_copies_are_equal_and_keep_the_currency() -> None:
    """The currency comes back as the one object, that of a registry too."""
    for original in (FIVE, COINS.money("0.00000001", "BTC"), Money(LONG, "JPY")):
        for made in (pickled(original), copy.deepcopy(original)):
            assert made == original
            assert made.currency is original.currency
    exact = Money("1", "EUR").exact() / 3
    for rational in (pickled(exact), copy.deepcopy(exact), copy.copy(exact)):
        assert rational == exact


def test_a_money_can_be_taken_apart_by_a_pattern() -> None:
    """``case Money(amount, currency)`` reads the two in the order of the constructor."""
    match FIVE:
        case Money(amount, currency):
            assert (str(amount), currency) == ("5.00", EUR)


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


# ---------------------------------------------------------------- signs and numbers


@pytest.mark.parametrize(("given", "sign"), [("-0.01", -1), ("0.00", 0), ("-0", 0), ("0.01", 1)])
def test_signs(given: str, sign: int) -> None:
    """-1, 0, 1, and the questions that go with them."""
    made = Money(given, "EUR")
    assert made.sign == sign
    assert (made.is_negative, made.is_zero, made.is_positive) == (sign < 0, sign == 0, sign > 0)
    assert bool(made) is (sign != 0)
    assert abs(made) == (made if sign >= 0 else -made)


def test_the_number_parser_keeps_the_scale_and_the_text_goes_back() -> None:
    """A rate of 1.0850 stays 1.0850, and its canonical text never has an exponent."""
    assert canonical(parse_decimal("1.0850")) == "1.0850"
    assert canonical(parse_decimal("-0.000000001")) == "-0.000000001"
    assert canonical(Decimal("1E+5")) == "100000"
    assert canonical(parse_decimal("-0.00")) == "0.00"


def test_the_kernel_calculates_in_contexts_of_its_own() -> None:
    """Sixty digits, no exponent above zero, and a trap for whatever is asked for besides (M1)."""
    always: set[Any] = {InvalidOperation, Overflow, DivisionByZero}
    made = _decimals._context(60, ROUND_UP, Inexact)
    assert (made.prec, made.rounding, made.clamp) == (60, ROUND_UP, 1)
    assert (made.Emin, made.Emax) == (0, 59)
    assert {trap for trap, is_set in made.traps.items() if is_set} == always | {Inexact}


# ---------------------------------------------------------------- threads


def computed() -> list[str]:
    """A stretch of work whose result a wrong context would change."""
    price = Money(LONG, "EUR")
    shares = price.rounded(Rounding.HALF_EVEN).split(7)
    return [
        str(price + FIVE),
        str(price * 3),
        str(price.times("1.0825", Rounding.HALF_UP)),
        f"{price:,.10}",
        str(Money.total(shares)),
        str(price.exact() / 3),
    ]


def test_threads_with_different_contexts_agree() -> None:
    """Three contexts in nine threads at once give the answers of this one (M1)."""
    expected, start = computed(), Barrier(9, timeout=30)

    def work(name: str) -> bool:
        setcontext(CONTEXTS[name].copy())
        start.wait()
        return all(computed() == expected for _ in range(30))

    with ThreadPoolExecutor(9) as pool:
        assert all(pool.map(work, 3 * list(CONTEXTS)))
