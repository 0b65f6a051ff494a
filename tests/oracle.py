"""What money laws are measured against: fractions alone, and rounding told in words.

Nothing here uses ``decimal`` or the code under test.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor

Pick = Callable[[Fraction], int]


def _nearest(tie: Pick) -> Pick:
    """The nearer integer; ``tie`` decides exactly in the middle."""

    def pick(value: Fraction) -> int:
        if value - floor(value) == Fraction(1, 2):
            return tie(value)
        return floor(value + Fraction(1, 2))

    return pick


def _away(value: Fraction) -> int:
    return ceil(value) if value > 0 else floor(value)


def _towards(value: Fraction) -> int:
    return floor(value) if value > 0 else ceil(value)


def _with_last_digit(*digits: int) -> Pick:
    """Of the two neighbours the one whose last digit is among ``digits``."""
    return lambda value: next(n for n in (floor(value), ceil(value)) if abs(n) % 10 in digits)


def _zero_five_up(value: Fraction) -> int:
    """Away from zero if cutting would leave a last digit of 0 or 5, else towards zero."""
    return _away(value) if abs(_towards(value)) % 10 in (0, 5) else _towards(value)


# By the names that `Rounding` gives its members; the meanings are those of Python's manual.
ROUND: dict[str, Pick] = {
    "UP": _away,
    "DOWN": _towards,
    "CEILING": ceil,
    "FLOOR": floor,
    "HALF_UP": _nearest(_away),
    "HALF_DOWN": _nearest(_towards),
    "HALF_EVEN": _nearest(_with_last_digit(0, 2, 4, 6, 8)),
    "HALF_ODD": _nearest(_with_last_digit(1, 3, 5, 7, 9)),
    "HALF_CEILING": _nearest(ceil),
    "HALF_FLOOR": _nearest(floor),
    "ZERO_FIVE_UP": _zero_five_up,
}


def rounded(value: Fraction, mode: str, step: Fraction) -> Fraction:
    """``value`` to a multiple of ``step`` in the mode of that name."""
    return ROUND[mode](value / step) * step
