"""Money by example: construction, arithmetic, order, signs; under three contexts (M1)."""

from __future__ import annotations

import copy
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
    setcontext,
)
from fractions import Fraction
from threading import Barrier
from typing import Any

import pytest

from fxcrm import _decimals
from fxcrm.currencies import Currency, CurrencyRegistry, NoMinorUnit, UnknownCurrency
from fxcrm.money import (
    CurrencyMismatch,
    Money,
    NumberRefused,
    NumberTypeRefused,
    Rounding,
    SubMinorAmount,
    canonical,
    parse_decimal,
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
