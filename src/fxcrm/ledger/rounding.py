"""What rounding leaves behind, on an account of its own and with a named reason (D30).

A posting is rounded once, when it is made (M9), so lines that add up before they are rounded need
not add up afterwards. What is missing is booked on the rounding account; it is never more than
half a minor unit for each line that was rounded, or it is no rounding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import Enum
from fractions import Fraction

from fxcrm.errors import RuleRefused
from fxcrm.ids import AccountCode
from fxcrm.ledger.journal import Posting
from fxcrm.money import Money

_PREFIX = "rounding: "
_SPLIT = "Rounding of the split"  # as settlement has always called the lines that it rounds


class RoundingReason(Enum):
    """Why something stands on a rounding account; nothing else may (D30)."""

    LINE = "line"  # several lines of one entry, each measured and rounded by itself
    TAX = "tax"  # a tax rounded apart from its lines
    CASH = "cash"  # paid in coins
    ALLOCATION = "allocation"  # a total shared out
    TRANSLATION = "translation"  # each account line carried into another currency
    ELIMINATION = "elimination"  # both sides of a pair, translated apart
    PARALLEL_BOOK = "parallel book"  # kept in step in a second currency

    @property
    def text(self) -> str:
        """The text of a posting with this reason: ``rounding: line``."""
        return f"{_PREFIX}{self.value}"

    @classmethod
    def of(cls, text: str) -> RoundingReason | None:
        """The reason that the text of a posting names; None where it names none."""
        if text == _SPLIT:
            return cls.LINE
        name = text.removeprefix(_PREFIX).split(",", 1)[0] if text.startswith(_PREFIX) else ""
        return next((one for one in cls if one.value == name), None)


class RoundingExceeded(RuleRefused):
    """More than rounding can leave behind: an amount is wrong, or a line is missing (D30)."""

    what: str
    difference: Money
    lines: int
    template = (
        "{what:plain} is off by {difference}, more than half a minor unit for each of the "
        "{lines} lines that were rounded; mend the amounts (D30)"
    )


def bound(lines: int) -> Fraction:
    """What so many rounded lines can leave behind at the most, in minor units."""
    return Fraction(lines, 2)


def rounding_postings(
    postings: Collection[Posting],
    rounded: int,
    account: AccountCode,
    *,
    what: str,
    reason: RoundingReason = RoundingReason.LINE,
) -> tuple[Posting, ...]:
    """The line that takes up what is missing in functional currency; none where nothing is.

    ``rounded`` counts the lines that were rounded; ``what`` names the entry in the refusal.
    Raises `RoundingExceeded`.
    """
    missing = -Money.total(one.functional for one in postings)
    if missing.is_zero:
        return ()
    measured = _foreign(postings)
    if abs(missing.minor) > bound(rounded) or measured is None:
        raise RoundingExceeded(what=what, difference=-missing, lines=rounded)
    none = Money.zero(measured.amount.currency)
    return (Posting(account, none, missing, measured.decision, text=reason.text),)


def _foreign(postings: Iterable[Posting]) -> Posting | None:
    """The first line that a rate measured: the rounding is a value of no amount in its currency."""
    return next((one for one in postings if one.decision is not None), None)
