"""Columns of published values: read and checked as a whole, and spread over the days.

The rule is that of ``parse_decimal`` and `Fixing`, put so that it needs no step of Python for each
value. A column that does not keep it is looked at value by value, to say which one it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Final, TypeVar

from fxcrm._decimals import EXACT, LONGEST_NUMBER

T = TypeVar("T")

A_YEAR: Final = 366
_read = EXACT.create_decimal
_share = EXACT.divide
# Digits and points as one kind of byte, commas as they are, all others as another kind.
_KINDS = bytes(
    ord("0") if one in b"0123456789." else ord(",") if one == ord(",") else ord("?")
    for one in range(256)
)
_TOO_LONG = b"0" * (LONGEST_NUMBER + 1)


def numbers(values: Sequence[str]) -> list[Decimal] | None:
    """Every value as a Decimal; None if any is not plain digits, too long, or not above zero."""
    try:
        kinds = ",".join(values).encode("ascii").translate(_KINDS)
        if b"?" in kinds or _TOO_LONG in kinds:
            return None
        found = list(map(_read, values))  # signals for what is still no number: a comma, no digit
    except (TypeError, UnicodeEncodeError, ArithmeticError):
        return None
    return found if all(found) else None


def spread(
    days: Sequence[date], held: Sequence[T], first: int, later: int, max_age: int
) -> list[T | None]:
    """What each day is answered with, in a row that begins with the day of ordinal ``first``.

    What a day holds answers from ``later`` days after it until the next one's does, at most until
    it is ``max_age`` days old, and the last one for a year at the most.
    """
    begins = [day.toordinal() + later for day in days]
    row: list[T | None] = []
    for begin, following, one in zip(
        begins, chain(begins[1:], (last + A_YEAR for last in begins[-1:])), held, strict=True
    ):
        if begin - first > len(row):
            row.extend([None] * (begin - first - len(row)))
        row.extend([one] * min(following - begin, max_age + 1 - later))
    return row


def per_one(price: Decimal, unit: int) -> Decimal:
    """The price of one unit. Raises ``ArithmeticError`` where it has no end as a decimal."""
    return price if unit == 1 else _share(price, unit)
