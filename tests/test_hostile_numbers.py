"""Hostile numbers are refused in bounded time at every door (RULES section 4); any context (M1)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.errors import FxcrmError
from fxcrm.money import AmountOutOfRange, Money, NumberRefused, Rounding, parse_decimal
from fxcrm.testing.strategies import refused_numbers
from tests.ambient import any_context as any_context

FIVE = Money("5.00", "EUR")

# Every place where a text becomes a number.
DOORS: dict[str, Callable[[Any], object]] = {
    "parse_decimal": parse_decimal,
    "Money": lambda text: Money(text, "EUR"),
    "Money.parse": lambda text: Money.parse(f"EUR {text}"),
    "from_json": lambda text: Money.from_json({"amount": text, "currency": "EUR"}),
    "times": lambda text: FIVE.times(text, Rounding.UP),
    "divide": lambda text: FIVE.divide(text, Rounding.UP),
    "percent": lambda text: FIVE.percent(text, Rounding.UP),
    "step": lambda text: FIVE.rounded(Rounding.UP, step=text),
    "cash step": lambda text: FIVE.cash_rounded(Rounding.UP, step=text),
    "weight": lambda text: FIVE.allocate([1, text]),
    "rational": lambda text: FIVE.exact() * text,
}

HOSTILE = {
    "10 MB of digits": "1" * 10_000_000,
    "10 MB of decimals": "0." + "1" * 10_000_000,
    "10 MB of spaces": " " * 10_000_000,
    "10 MB of minus signs": "-" * 10_000_000,
    "huge exponent": "1E1000000",
    "huge exponent below": "1e-1000000",
    "exponent of exponents": "1E999999999999999999",
    "NaN": "NaN",
    "signalling NaN": "sNaN",
    "NaN with payload": "NaN123",
    "Infinity": "-Infinity",
    "Arabic-Indic digits": "١٢٣",
    "full-width digits": "\uff11\uff12\uff13",
    "superscript digits": "1²",
    "underscore": "1_000",
    "comma": "1,000.00",
    "space before": " 1",
    "line feed behind": "1\n",
    "NUL": "1\x00",
    "no-break space": "1\u00a0000",
    "two points": "1.2.3",
    "two signs": "+-1",
    "hexadecimal": "0x1F",
    "nothing": "",
    "a point alone": ".",
    "a formula": "=1+1",
}

HUGE: dict[str, Any] = {
    "Decimal 1E1000000": Decimal((0, (1,), 1_000_000)),
    "Decimal 1E-1000000": Decimal((0, (1,), -1_000_000)),
    "Decimal of 100,000 digits": Decimal((0, (1,) * 100_000, 0)),
    "int of 10,000,000 bits": 1 << 10_000_000,
    "int of -10,000,000 bits": -(1 << 10_000_000),
}

HUGE_DOORS: dict[str, Callable[[Any], object]] = {
    **{name: door for name, door in DOORS.items() if name not in {"parse_decimal", "Money.parse"}},
    "*": lambda number: FIVE * number,
}
del HUGE_DOORS["from_json"]


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Fails if the block takes longer; the bound is generous, for a machine under load."""
    start = time.perf_counter()
    yield
    assert time.perf_counter() - start < seconds


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_hostile_text_is_refused_at_every_door(door: Callable[[Any], object], text: str) -> None:
    """In bounded time, with a short message, by an error of ours."""
    with at_most(seconds=1), pytest.raises(FxcrmError) as raised:
        door(text)
    assert len(str(raised.value)) < 300
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize("number", HUGE.values(), ids=HUGE)
@pytest.mark.parametrize("door", HUGE_DOORS.values(), ids=HUGE_DOORS)
def test_enormous_numbers_are_refused_at_every_door(
    door: Callable[[Any], object], number: Any
) -> None:
    """A Decimal or int of a million digits is turned away before anything is computed."""
    with at_most(seconds=1), pytest.raises(AmountOutOfRange):
        door(number)


@pytest.mark.parametrize("number", HUGE.values(), ids=HUGE)
def test_enormous_minor_units_and_fractions_are_refused(number: Any) -> None:
    """So are counts of minor units, parts, and fractions with such terms (F18)."""
    doors: list[Callable[[], object]] = [
        lambda: Money.from_minor(number, "EUR"),
        lambda: Money.from_units_nanos(number, 0, "EUR"),
        lambda: Money.from_units_nanos(0, number, "EUR"),
        lambda: Money.from_scaled(1, number, "EUR"),
        lambda: FIVE.split(number),
        lambda: FIVE.rounded(Rounding.UP, digits=number),
    ]
    if isinstance(number, int):
        doors += [
            lambda: FIVE.times(Fraction(1, abs(number)), Rounding.UP),
            lambda: FIVE.exact() * Fraction(number, 3),
            lambda: FIVE.allocate([1, Fraction(1, abs(number))]),
            lambda: divmod(FIVE, number),
        ]
    for door in doors:
        with at_most(seconds=1), pytest.raises(FxcrmError) as raised:
            door()
        assert len(str(raised.value)) < 300


def test_the_limit_of_forty_characters_is_exact() -> None:
    """Forty characters are taken, one more is not, wherever it stands (F18)."""
    for text in ("1" * 40, "-" + "1" * 39, "0." + "0" * 37 + "1", "0" * 40):
        assert Fraction(parse_decimal(text)) == Fraction(text)
        for longer in (f"{text}0", f"0{text}", f"{text} "):
            with pytest.raises(NumberRefused):
                parse_decimal(longer)
    with pytest.raises(NumberRefused, match="10000000 characters, 40 are allowed"):
        parse_decimal(HOSTILE["10 MB of digits"])


def squared(start: Any, square: Callable[[Any], Any]) -> None:
    """The same step thirty times, each on the result of the one before."""
    for _ in range(30):
        start = square(start)


def test_products_of_the_longest_numbers_stay_bounded() -> None:
    """Thirty squarings of a rational, or of a Money, end in a refusal and not in a hang (F18)."""
    exact, one = Money("1" * 38, "EUR").exact(), Money("1.000001", "EUR")
    with at_most(seconds=5), pytest.raises(AmountOutOfRange):
        squared(exact, lambda it: it * it.value)
    with at_most(seconds=5), pytest.raises(AmountOutOfRange):
        squared(one, lambda it: it * it.amount)


def test_an_error_about_a_huge_number_can_be_shown() -> None:
    """Python itself refuses to print an int of more than 4,300 digits; our messages never try."""
    digits = sys.get_int_max_str_digits()
    assert digits > 0
    with pytest.raises(AmountOutOfRange) as raised:
        _ = FIVE * (10 ** (digits + 1))
    assert str(raised.value)


@given(refused_numbers())
def test_whatever_the_strategy_calls_hostile_is_refused(text: str) -> None:
    """Exponents, other scripts, separators and long texts, at every door."""
    for door in DOORS.values():
        with pytest.raises(FxcrmError):
            door(text)


@given(st.text(max_size=45))
def test_any_text_is_a_plain_number_or_refused(text: str) -> None:
    """What is taken consists of ASCII digits, a sign, a point, and is worth what Python says."""
    try:
        number = parse_decimal(text)
    except NumberRefused:
        return
    assert set(text) <= set("+-.0123456789")
    assert Fraction(number) == Fraction(text if text[-1] != "." else text[:-1])


@given(st.from_regex(r"\A[+-]?[0-9]{1,25}(\.[0-9]{1,13})?\Z", alphabet="+-.0123456789"))
def test_every_plain_number_is_taken(text: str) -> None:
    """And keeps its value and its decimals."""
    number = parse_decimal(text)
    assert Fraction(number) == Fraction(text)
    assert -int(number.as_tuple().exponent) == len(text.partition(".")[2])
