"""The laws of money as properties, against an oracle in fractions; under three contexts (M1)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.errors import CallError
from fxcrm.money import (
    CASH_STEPS,
    CurrencyMismatch,
    InexactResult,
    Money,
    RationalMoney,
    Rounding,
    round_ratio,
)
from fxcrm.moneybag import MoneyBag
from fxcrm.testing.strategies import (
    bags,
    currencies,
    factors,
    money,
    moneys,
    rationals,
    ratios,
    roundings,
)
from tests.ambient import any_context as any_context
from tests.oracle import ROUND, rounded

COINS = CurrencyRegistry("law coins").define("PTS", digits=0, name="Points")

# Amounts with more decimals than their currency: unit prices, results of exact products.
fine = money(extra_digits=5)
euros = money("EUR", extra_digits=5)
pairs = moneys(2, 2, extra_digits=5)
divisors = factors().filter(bool)


def value(one: Money) -> Fraction:
    """The amount as the oracle knows it."""
    return Fraction(one.amount)


def unit(currency: Currency) -> Fraction:
    """The minor unit."""
    return Fraction(1, 10 ** (currency.digits or 0))


# ---------------------------------------------------------------- the kernel and the modes


def test_the_oracle_knows_every_mode() -> None:
    """No mode of rounding goes unmeasured (M4)."""
    assert set(ROUND) == {mode.name for mode in Rounding}


@given(st.integers(-(10**6), 10**6), st.integers(-50, 50).filter(bool), roundings())
@example(-5, 2, Rounding.HALF_UP)
@example(-25, 10, Rounding.ZERO_FIVE_UP)
def test_round_ratio_is_what_the_mode_says(over: int, under: int, mode: Rounding) -> None:
    """Every mode, ties and negatives included, is what its description says (M4)."""
    assert round_ratio(over, under, mode) == ROUND[mode.name](Fraction(over, under))


@given(st.integers(-(10**6), 10**6), st.integers(1, 3))
def test_modes_with_pythons_names_have_pythons_meanings(units: int, digits: int) -> None:
    """All eight modes of the decimal module agree with it (M4)."""
    native = [mode for mode in Rounding if mode.value.startswith("ROUND_")]
    assert len(native) == 8
    for mode in native:
        exact = Decimal((units < 0, tuple(map(int, str(abs(units)))), -digits))
        context = Context(prec=50, rounding=mode.value)
        assert round_ratio(units, 10**digits, mode) == int(
            exact.quantize(Decimal(1), context=context)
        )


# ---------------------------------------------------------------- sums


@given(pairs)
def test_sum_and_difference_are_exact(pair: list[Money]) -> None:
    """Fractions agree to the last digit."""
    one, other = pair
    assert value(one + other) == value(one) + value(other)
    assert value(one - other) == value(one) - value(other)
    assert value(-one) == -value(one)
    assert value(abs(one)) == abs(value(one))


@given(moneys(3, 3, extra_digits=5))
def test_sums_commute_and_associate(three: list[Money]) -> None:
    """Neither order nor brackets matter."""
    a, b, c = three
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a - a == Money.zero(a.currency)


@given(moneys(max_size=12, extra_digits=5), st.randoms(use_true_random=False))
def test_total_is_the_sum_in_any_order(items: list[Money], chance: Any) -> None:
    """``total``, ``sum`` and fractions agree, however the items are shuffled."""
    expected = sum(map(value, items), Fraction(0))
    chance.shuffle(items)
    if items:
        assert value(Money.total(items)) == expected
        assert Money.total(items) == sum(items)
    assert value(Money.total(items, items[0].currency if items else "EUR")) == expected


numeric = st.one_of(euros, rationals("EUR"), bags(currencies() | st.just(Currency("EUR"))))


def outcome(operation: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """The result, or the root of the failure."""
    try:
        return operation(left, right)
    except CallError:
        return CallError


@given(numeric, numeric)
def test_a_difference_mirrors_for_every_pair_of_our_types(left: Any, right: Any) -> None:
    """``a - b == -(b - a)`` for Money, rational and bag in every order, or both refuse (M7)."""
    there, back = outcome(operator.sub, left, right), outcome(operator.sub, right, left)
    if CallError in (there, back):
        assert there is back is CallError
        assert {type(left), type(right)} == {MoneyBag, RationalMoney}
    else:
        assert there == -back
        assert type(there) is type(back)


@given(numeric, numeric)
def test_a_sum_commutes_for_every_pair_of_our_types(left: Any, right: Any) -> None:
    """``a + b == b + a``, and a sum and the difference from it undo each other (M7)."""
    there, back = outcome(operator.add, left, right), outcome(operator.add, right, left)
    assert there == back
    if there is not CallError:
        assert there - right - left == left - left + (right - right)


# ---------------------------------------------------------------- products and quotients


@given(fine, factors())
def test_a_product_is_exact(one: Money, factor: Decimal) -> None:
    """Times a Decimal or an int, from either side."""
    assert value(one * factor) == value(factor * one) == value(one) * Fraction(factor)
    assert value(one * int(factor)) == value(one) * int(factor)


@given(pairs, st.integers(-1000, 1000))
def test_products_distribute(pair: list[Money], factor: int) -> None:
    """``(a + b) * n == a * n + b * n``."""
    one, other = pair
    assert (one + other) * factor == one * factor + other * factor


@given(fine, factors() | ratios(), roundings())
def test_times_rounds_the_exact_product_once(
    one: Money, factor: Decimal | Fraction, mode: Rounding
) -> None:
    """To minor units of the exact product, in every mode; without one only if it comes out."""
    exact = value(one) * Fraction(factor)
    expected = rounded(exact, mode.name, unit(one.currency))
    assert value(one.times(factor, mode)) == expected
    if exact % unit(one.currency):
        with pytest.raises(InexactResult):
            one.times(factor)
    else:
        assert one.times(factor) == one.times(factor, mode)


@given(fine, divisors | ratios(), roundings())
def test_divide_rounds_the_exact_quotient_once(
    one: Money, divisor: Decimal | Fraction, mode: Rounding
) -> None:
    """To minor units of the exact quotient, in every mode."""
    exact = value(one) / Fraction(divisor)
    assert value(one.divide(divisor, mode)) == rounded(exact, mode.name, unit(one.currency))


@given(fine, factors() | ratios(), roundings())
def test_percent_is_so_many_hundredths(
    one: Money, percent: Decimal | Fraction, mode: Rounding
) -> None:
    """Nineteen percent is times nineteen, over a hundred, rounded once."""
    exact = value(one) * Fraction(percent) / 100
    assert value(one.percent(percent, mode)) == rounded(exact, mode.name, unit(one.currency))


@given(moneys(min_size=1, extra_digits=3), roundings())
def test_the_mean_is_the_total_over_the_count(items: list[Money], mode: Rounding) -> None:
    """Rounded once."""
    exact = sum(map(value, items), Fraction(0)) / len(items)
    expected = rounded(exact, mode.name, unit(items[0].currency))
    assert value(Money.mean(items, mode)) == expected


@given(fine, st.integers(-1000, 1000).filter(bool))
def test_divmod_by_a_number_gives_everything_back(one: Money, divisor: int) -> None:
    """``share * n + rest`` is the whole; the rest is smaller than n minor units, of its sign."""
    share, rest = divmod(one, divisor)
    assert share * divisor + rest == one
    assert abs(value(rest)) < abs(divisor) * unit(one.currency)
    assert rest.sign in (0, one.sign)
    assert isinstance(share.minor, int)
    assert divmod(-one, divisor) == (-share, -rest)


@given(pairs.filter(lambda pair: bool(pair[1])))
def test_divmod_by_an_amount_gives_everything_back(pair: list[Money]) -> None:
    """``times * amount + rest`` is the whole, and the ratio is the exact quotient."""
    one, other = pair
    times, rest = divmod(one, other)
    assert other * times + rest == one
    assert abs(rest) < abs(other)
    assert rest.sign in (0, one.sign)
    assert one.ratio(other) == value(one) / value(other)


# ---------------------------------------------------------------- rounding


@given(fine, roundings(), st.none() | st.integers(0, 8))
def test_rounding_is_to_the_digits_asked_for(
    one: Money, mode: Rounding, digits: int | None
) -> None:
    """To minor units or digits, in every mode, and a second time changes nothing."""
    step = unit(one.currency) if digits is None else Fraction(1, 10**digits)
    result = one.rounded(mode, digits)
    assert value(result) == rounded(value(one), mode.name, step)
    assert result.rounded(digits=digits) == result
    assert one.exact().rounded(mode, digits) == result
    if result != one:
        with pytest.raises(InexactResult):
            one.rounded(digits=digits)


@given(fine, roundings(), st.sampled_from(["0.05", "0.25", "1", "2.5", "100", "0.003"]))
def test_rounding_to_a_step_is_rounding_to_its_multiples(
    one: Money, mode: Rounding, step: str
) -> None:
    """Once, from the exact value, in every mode (M5)."""
    assert value(one.rounded(mode, step=step)) == rounded(value(one), mode.name, Fraction(step))


@given(
    st.sampled_from(sorted(CASH_STEPS)).map(Currency).flatmap(lambda c: money(c, extra_digits=3))
)
def test_cash_mirrors_and_moves_at_most_half_a_coin(one: Money) -> None:
    """Half-up to the coin is the same for a refund, and never further than half a coin (M5)."""
    paid, coin = one.cash_rounded(Rounding.HALF_UP), Fraction(CASH_STEPS[one.currency.code])
    assert value(paid) % coin == 0
    assert abs(value(paid) - value(one)) * 2 <= coin
    assert (-one).cash_rounded(Rounding.HALF_UP) == -paid


# ---------------------------------------------------------------- equality and order


@given(euros, st.integers(0, 12))
def test_equality_and_hash_do_not_see_trailing_zeros(one: Money, zeros: int) -> None:
    """1.5 and 1.500 are one key of a dictionary (M2)."""
    padded = Money(f"{one:.15n}" + "0" * zeros, "EUR")
    assert padded == one
    assert hash(padded) == hash(one)
    assert str(padded) == str(one)


@given(st.lists(fine | rationals(), min_size=3, max_size=3))
def test_equality_is_transitive_and_by_kind(three: list[Any]) -> None:
    """Nothing of another kind or currency is ever equal (M2)."""
    a, b, c = three
    if a == b and b == c:
        assert a == c
    if a == b:
        assert hash(a) == hash(b)
        assert (type(a), a.currency) == (type(b), b.currency)


@given(pairs)
def test_order_is_the_order_of_the_amounts(pair: list[Money]) -> None:
    """All four comparisons agree with fractions and with each other."""
    one, other = pair
    for compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        assert compare(one, other) is compare(value(one), value(other))
        assert compare(one.exact(), other.exact()) is compare(value(one), value(other))
    assert one.sign == (value(one) > 0) - (value(one) < 0)


@given(fine, fine)
def test_order_and_sums_across_currencies_raise(one: Money, other: Money) -> None:
    """Never a silent answer about two currencies (M2, M8)."""
    if one.currency is other.currency:
        return
    for operation in (operator.lt, operator.le, operator.gt, operator.ge, operator.add):
        with pytest.raises(CurrencyMismatch):
            operation(one, other)
    assert one != other


# ---------------------------------------------------------------- a long calculation


Step = tuple[str, Any]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), euros),
        st.tuples(st.just("subtract"), euros),
        st.tuples(st.just("multiply"), st.integers(-9, 9) | factors(digits=2, largest=9)),
        st.tuples(st.just("round"), st.tuples(roundings(), st.integers(0, 4))),
        st.tuples(st.just("negate"), st.none()),
        st.tuples(st.just("third"), roundings()),
    ),
    max_size=8,
)


def calculated(start: Money, taken: Sequence[Step]) -> Money:
    """The steps by Money."""
    run: dict[str, Callable[[Money, Any], Money]] = {
        "add": operator.add,
        "subtract": operator.sub,
        "multiply": operator.mul,
        "round": lambda one, how: one.rounded(*how),
        "negate": lambda one, _: -one,
        "third": lambda one, mode: one.divide(3, mode),
    }
    for name, operand in taken:
        start = run[name](start, operand)
    return start


def expected(start: Fraction, taken: Sequence[Step]) -> Fraction:
    """The same steps by fractions."""
    run: dict[str, Callable[[Fraction, Any], Fraction]] = {
        "add": lambda one, other: one + value(other),
        "subtract": lambda one, other: one - value(other),
        "multiply": lambda one, factor: one * Fraction(factor),
        "round": lambda one, how: rounded(one, how[0].name, Fraction(1, 10 ** how[1])),
        "negate": lambda one, _: -one,
        "third": lambda one, mode: rounded(one / 3, mode.name, Fraction(1, 100)),
    }
    for name, operand in taken:
        start = run[name](start, operand)
    return start


@given(euros, steps)
def test_any_sequence_of_operations_stays_exact(start: Money, taken: list[Step]) -> None:
    """Random calculations end at the fraction they should, digit for digit."""
    assert value(calculated(start, taken)) == expected(value(start), taken)


@given(euros, st.lists(divisors, max_size=5), roundings())
def test_a_rational_calculation_rounds_once(
    start: Money, numbers: list[Decimal], mode: Rounding
) -> None:
    """Divided again and again and rounded at the end: one rounding of the exact quotient."""
    exact, oracle = start.exact(), value(start)
    for number in numbers:
        exact, oracle = exact / number, oracle / Fraction(number)
    assert value(exact.rounded(mode)) == rounded(oracle, mode.name, Fraction(1, 100))
    for number in numbers:
        exact = exact * number
    assert exact == start.exact()
    assert exact.rounded(digits=7) == start


# ---------------------------------------------------------------- text and records

anything = money(currencies(COINS), extra_digits=5)


@given(anything)
def test_every_written_form_is_read_back(one: Money) -> None:
    """``str``, JSON, minor units and nanos lose nothing, own currencies included (M11)."""
    assert Money.parse(str(one), COINS) == one
    assert Money.from_json(one.to_json(), COINS) == one
    units, rest = one.minor_and_rest()
    assert Money.from_minor(units, one.currency) + rest == one
    assert abs(value(rest)) < unit(one.currency)
    code, number = str(one).split()
    assert code == one.currency.code
    assert set(number) <= set("-.0123456789")


@given(money(currencies(), extra_digits=4))
def test_repr_evaluates(one: Money) -> None:
    """What an interactive session shows can be pasted back."""
    names = {"Money": Money, "RationalMoney": RationalMoney, "Fraction": Fraction}
    assert eval(repr(one), names) == one  # noqa: S307  (our own text)
    assert eval(repr(one.exact()), names) == one.exact()  # noqa: S307  (our own text)


@given(money("EUR", low=-(2**63) + 1, high=2**63 - 1, extra_digits=7))
def test_units_and_nanos_are_read_back_and_have_one_sign(one: Money) -> None:
    """As google.type.Money demands: |nanos| < 10**9, and never a plus beside a minus."""
    units, nanos = one.to_units_nanos()
    assert Money.from_units_nanos(units, nanos, "EUR") == one
    assert units + Fraction(nanos, 10**9) == value(one)
    assert abs(nanos) < 10**9
    assert units * nanos >= 0


@given(fine, st.sampled_from(["", "+", "-", " "]), st.sampled_from(["", ",", "_"]))
def test_a_layout_changes_no_digit(one: Money, sign: str, grouping: str) -> None:
    """Signs and separators can be taken away again, and the number is the same."""
    shown = f"{one:{sign}{grouping}n}"
    plain = shown.translate({ord(mark): None for mark in "+ ,_"})
    assert f"{one.currency} {plain}" == str(one)
    assert (shown[0] == "-") is one.is_negative
    assert f"{one:e}" == " ".join(reversed(str(one).split()))
