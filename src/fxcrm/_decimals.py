"""Exact decimal numbers: the parser for numbers from outside, the rounding modes, the kernel.

Everything is computed in private contexts or in integers, so the caller's decimal context
never matters (M1). ``EXACT`` checks sizes by itself: 60 digits, no exponent above zero
(``clamp`` folds 1E+3 into 1000), and a trap for whatever would have to be rounded.

``round_ratio`` is the one place that decides which way an integer is rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    Underflow,
)
from enum import Enum
from fractions import Fraction
from functools import partial
from typing import Any, ClassVar, Final

from fxcrm.errors import CallError, InputRefused

LONGEST_NUMBER: Final = 40
MOST_DIGITS: Final = 60
MOST_DECIMALS: Final = MOST_DIGITS - 1
MOST_BITS: Final = 200  # 10**60 has 200 bits
_MOST_RATIO_BITS: Final = 4_000


class NumberRefused(InputRefused):
    """A number from outside is no plain decimal of bounded size (RULES section 4)."""

    given: str
    reason: str
    template: ClassVar[str] = "the number {given} is refused: {reason:plain}"


class NumberTypeRefused(CallError):
    """A value of a type that is not taken as an exact number: float, bool, None ... (M3)."""

    kind: str
    hint: str
    template: ClassVar[str] = "a {kind:plain} is not taken as an exact number: {hint:plain}"


class AmountOutOfRange(InputRefused):
    """The exact result has more digits than an amount may have. Nothing was rounded."""

    operation: str
    template: ClassVar[str] = (
        "{operation:plain}: the exact result needs more than 60 digits; round an operand, "
        "or calculate with exact() and round once, to fewer decimals"
    )


class FractionOutOfRange(AmountOutOfRange):
    """The exact fraction has a larger numerator or denominator than one may have."""

    bits: int
    template: ClassVar[str] = (
        "{operation:plain}: the exact fraction needs more than {bits} bits; round in between, "
        ".rounded(Rounding.HALF_EVEN, digits=20), and go on with .exact()"
    )


class DividedByZero(InputRefused, ZeroDivisionError):
    """Nothing can be divided by zero."""

    operation: str
    template: ClassVar[str] = "{operation:plain}: the divisor is zero"


class RoundingExpected(CallError):
    """Rounding is named by a member of ``Rounding``."""

    given: str
    template: ClassVar[str] = "rounding= takes a member of fxcrm.Rounding, not a {given:plain}"


def _context(digits: int, rounding: str, *traps: type[ArithmeticError]) -> Context:
    always: list[Any] = [InvalidOperation, Overflow, DivisionByZero, *traps]
    return Context(digits, rounding, Emin=0, Emax=digits - 1, clamp=1, traps=always)


# Contexts only collect status flags; nothing reads those, so threads may share them.
EXACT: Final = _context(MOST_DIGITS, "ROUND_HALF_EVEN", Inexact, Underflow)
# Wide enough for the exact product of any two amounts, which is rounded afterwards.
WIDE: Final = _context(2 * MOST_DIGITS + 2, "ROUND_HALF_EVEN", Inexact, Underflow)

ZERO: Final = Decimal(0)
QUANTA: Final = tuple(Decimal((0, (1,), -digits)) for digits in range(MOST_DECIMALS + 1))
SCALES: Final = tuple(Decimal(10**digits) for digits in range(MOST_DECIMALS + 1))

# Bound once: looking a method up on its context costs more than the addition itself.
_plus = EXACT.plus
_multiply = EXACT.multiply
_read = EXACT.create_decimal


def parse_decimal(text: str) -> Decimal:
    """The number that a text from outside states in plain ASCII digits: "-1234.50".

    At most 40 characters, at most one point; no exponent, separator, space, NaN or Infinity.
    Trailing zeros are kept. Time is bounded for texts of any length. Raises
    ``NumberRefused``; ``NumberTypeRefused`` for what is no text.
    """
    try:
        if len(text) <= LONGEST_NUMBER and text.isascii():
            value = _read(text)  # signals for spaces, underscores and what is no number at all
            if "E" not in text and "e" not in text and value.is_finite():
                return value or _plus(value)
    except (TypeError, AttributeError):
        raise NumberTypeRefused(kind=type(text).__name__, hint="pass the text of it") from None
    except ArithmeticError:
        pass
    raise text_refused(text)


def text_refused(text: str) -> NumberRefused:
    """The error about a text that is no plain number."""
    reason = 'write it in plain digits like "-1234.50": no exponent, separator, space or NaN'
    if len(text) > LONGEST_NUMBER:
        reason = f"{len(text)} characters, {LONGEST_NUMBER} are allowed"
    return NumberRefused(given=text[:LONGEST_NUMBER], reason=reason)


def exact_decimal(number: str | int | Decimal) -> Decimal:
    """A text, int or Decimal as a Decimal of at most 60 digits, without a negative zero.

    Raises ``NumberRefused``, ``AmountOutOfRange``; ``NumberTypeRefused`` for floats and bools.
    """
    try:
        if type(number) is Decimal and number.is_finite():
            return _plus(number)
        if type(number) is int and number.bit_length() <= MOST_BITS:
            return _plus(Decimal(number))
    except ArithmeticError:
        raise AmountOutOfRange(operation="reading a number") from None
    return parse_decimal(number) if isinstance(number, str) else _sound(number)


def _sound(number: object) -> Decimal:
    """Subclasses of int and Decimal, and the reasons for refusing all the rest."""
    if isinstance(number, Decimal):
        if not number.is_finite():
            raise NumberRefused(given=str(number)[:LONGEST_NUMBER], reason="it is not finite")
        return exact_decimal(Decimal(number))
    if isinstance(number, bool) or not isinstance(number, int):
        raise NumberTypeRefused(kind=type(number).__name__, hint=_hint(number))
    if number.bit_length() > MOST_BITS:
        raise AmountOutOfRange(operation="reading a number")
    return exact_decimal(int(number))


def _hint(number: object) -> str:
    if isinstance(number, float):
        return 'it has lost its decimals already; pass text, "19.99", or a Decimal'
    if isinstance(number, Fraction):
        return "use times(), divide() or exact(), which take fractions"
    return "pass text, an int or a Decimal"


def exact_add(left: Decimal, right: Decimal) -> Decimal:
    """The sum, whatever the caller's context is (M1). Raises ``AmountOutOfRange``."""
    try:
        return EXACT.add(left, right)
    except ArithmeticError:
        raise AmountOutOfRange(operation="the sum") from None


def exact_subtract(left: Decimal, right: Decimal) -> Decimal:
    """The difference, whatever the caller's context is (M1). Raises ``AmountOutOfRange``."""
    try:
        return EXACT.subtract(left, right)
    except ArithmeticError:
        raise AmountOutOfRange(operation="the difference") from None


def exact_ratio(number: str | int | Decimal | Fraction) -> tuple[int, int]:
    """Numerator and positive denominator, reduced. Raises as ``exact_decimal`` does."""
    if isinstance(number, Fraction):
        if max(number.numerator.bit_length(), number.denominator.bit_length()) > _MOST_RATIO_BITS:
            raise FractionOutOfRange(operation="reading a fraction", bits=_MOST_RATIO_BITS)
        return number.numerator, number.denominator
    return exact_decimal(number).as_integer_ratio()


def exact_fraction(number: str | int | Decimal | Fraction) -> Fraction:
    """The number as a fraction. Raises as ``exact_decimal`` does (no floats, M3)."""
    return Fraction(*exact_ratio(number))


def decimal_of(units: int, digits: int) -> Decimal:
    """``units`` counted in ``10**-digits``, as a Decimal. Raises ``AmountOutOfRange``."""
    if units.bit_length() > MOST_BITS:
        raise AmountOutOfRange(operation="counting units")
    try:
        return _multiply(units, QUANTA[digits])
    except ArithmeticError:
        raise AmountOutOfRange(operation="counting units") from None


def canonical(value: Decimal) -> str:
    """Plain decimal text without exponent; the scale is kept: "1.0850", "-0.000001"."""
    text = str(value)  # three times as fast as format; the context decides on E or e
    return format(value, "f") if "E" in text or "e" in text else text


def padded(value: Decimal, digits: int) -> str:
    """Plain text with at least ``digits`` decimals and no trailing zero beyond them."""
    text = canonical(value)
    if digits and text[-digits - 1 : -digits] == ".":
        return text
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(digits, "0")
    return f"{whole}.{decimals}" if decimals else whole


def grouped(text: str, separator: str) -> str:
    """Plain text of a number that is not negative, with ``,`` or ``_`` between thousands."""
    whole, point, decimals = text.partition(".")
    return f"{int(whole):{separator}}{point}{decimals}"


def with_decimals(value: Decimal, digits: int) -> Decimal | None:
    """The same number written with ``digits`` decimals, or None if it has more."""
    try:
        return WIDE.quantize(value, QUANTA[digits])
    except Inexact:
        return None


def _quantized(mode: Rounding, value: Decimal, quantum: Decimal) -> Decimal:
    """``Context.quantize`` for the modes that the decimal module does not have."""
    numerator, denominator = value.as_integer_ratio()
    by, step = quantum.as_integer_ratio()
    return _multiply(round_ratio(numerator * step, denominator * by, mode), quantum)


class Rounding(Enum):
    """How a value between two steps is rounded; Python's names and meanings (M4).

    UP is away from zero, CEILING towards plus infinity. ``ZERO_FIVE_UP`` is Python's
    ROUND_05UP. HALF_ODD, HALF_CEILING and HALF_FLOOR differ from HALF_EVEN in ties only.

    Each mode answers one question: given the step below a value (``floor``, an int) and on
    which side of the middle the value lies (``side`` < 0, = 0, > 0), is the step above taken?
    """

    UP = "ROUND_UP", lambda floor, _side: floor >= 0
    DOWN = "ROUND_DOWN", lambda floor, _side: floor < 0
    CEILING = "ROUND_CEILING", lambda _floor, _side: True
    FLOOR = "ROUND_FLOOR", lambda _floor, _side: False
    HALF_UP = "ROUND_HALF_UP", lambda floor, side: side > 0 or (side == 0 and floor >= 0)
    HALF_DOWN = "ROUND_HALF_DOWN", lambda floor, side: side > 0 or (side == 0 and floor < 0)
    HALF_EVEN = "ROUND_HALF_EVEN", lambda floor, side: side > 0 or (side == 0 and floor % 2 == 1)
    ZERO_FIVE_UP = (
        "ROUND_05UP",
        lambda floor, _side: floor % 5 == 0 if floor >= 0 else (floor + 1) % 5 != 0,
    )
    HALF_ODD = "HALF_ODD", lambda floor, side: side > 0 or (side == 0 and floor % 2 == 0)
    HALF_CEILING = "HALF_CEILING", lambda _floor, side: side >= 0
    HALF_FLOOR = "HALF_FLOOR", lambda _floor, side: side > 0

    _value_: str
    goes_up: Callable[[int, int], bool]
    to_quantum: Callable[[Decimal, Decimal], Decimal]

    def __new__(cls, name: str, goes_up: Callable[[int, int], bool]) -> Rounding:
        """One mode; Python's own modes are left to the decimal module, which is faster."""
        mode = object.__new__(cls)
        mode._value_ = name
        mode.goes_up = goes_up
        native = name.startswith("ROUND_")
        mode.to_quantum = (
            _context(MOST_DIGITS, name).quantize if native else partial(_quantized, mode)
        )
        return mode


def round_ratio(numerator: int, denominator: int, rounding: Rounding = Rounding.HALF_EVEN) -> int:
    """``numerator / denominator`` rounded to an integer. Raises ``DividedByZero``.

    >>> round_ratio(-5, 2, Rounding.HALF_UP)
    -3
    """
    if denominator <= 0:
        if not denominator:
            raise DividedByZero(operation="round_ratio")
        numerator, denominator = -numerator, -denominator
    floor, rest = divmod(numerator, denominator)
    if not rest:
        return floor
    return floor + 1 if rounding.goes_up(floor, 2 * rest - denominator) else floor
