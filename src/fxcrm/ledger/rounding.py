"""What rounding leaves behind, on an account of its own and with a named reason (D30).

A posting is rounded once, when it is made (M9), so lines that add up before they are rounded need
not add up afterwards. What is missing is booked on the rounding account; it is never more than
half a minor unit for each line that was rounded, or it is no rounding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import Enum
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.ids import AccountCode, EntryId
from fxcrm.ledger.journal import REVERSAL, Posting
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.money import CASH_STEPS, Money, RationalMoney

_PREFIX = "rounding: "
_FORMER = "Rounding of the split"  # what the first settlements that were kept called theirs


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
        if text == _FORMER:
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


@attrs.frozen
class RoundingSum:
    """What stands on a rounding account for one reason, over some entries; debit positive.

    ``lines`` counts the lines that were rounded, ``bound`` is what that explains at the most.
    ``exceeding`` names the entries whose rounding is more than their own lines explain; one
    without a known reason is always among them.
    """

    reason: RoundingReason | None
    total: Money
    lines: int
    bound: RationalMoney
    exceeding: tuple[EntryId, ...] = ()


@attrs.frozen
class _Rounded:
    """The rounding of one entry for one reason; ``most`` is its bound in minor units."""

    entry: EntryId
    total: Money
    lines: int
    most: Fraction


def rounding_sums(
    lines: Iterable[JournalLine], account: AccountCode, functional: Currency
) -> tuple[RoundingSum, ...]:
    """The rounding of each reason, in the order of the reasons; unnamed rounding last.

    ``lines`` are whole entries; ``account`` is their rounding account. What a reversal takes back
    is judged with the entry that it reverses, and not at all where both are among them.
    """
    entries: dict[EntryId, list[Posting]] = {}
    taken_back: set[str] = set()
    for line in lines:
        entries.setdefault(line.entry, []).append(line.posting)
        if line.kind == "reversal":
            taken_back |= {line.entry, line.entry.removesuffix(REVERSAL)}
    found: dict[RoundingReason | None, list[_Rounded]] = {}
    for entry, postings in entries.items():
        for reason, booked in _by_reason(postings, account).items():
            others = [one for one in postings if one.account != account]
            made = _rounded(entry, reason, booked, others, functional)
            if entry in taken_back:
                made = attrs.evolve(made, most=max(made.most, Fraction(abs(made.total.minor))))
            found.setdefault(reason, []).append(made)
    ordered = (*RoundingReason, None)
    return tuple(_summed(one, found[one], functional) for one in ordered if one in found)


def _by_reason(
    postings: Iterable[Posting], account: AccountCode
) -> dict[RoundingReason | None, list[Posting]]:
    found: dict[RoundingReason | None, list[Posting]] = {}
    for one in postings:
        if one.account == account:
            found.setdefault(RoundingReason.of(one.text), []).append(one)
    return found


def _rounded(
    entry: EntryId,
    reason: RoundingReason | None,
    booked: Collection[Posting],
    others: Iterable[Posting],
    functional: Currency,
) -> _Rounded:
    """The bound of an entry: half a minor unit for each line, or half a coin for what was paid.

    What a rate measured is rounded to be booked; a tax, a share or coins are rounded at home too.
    """
    total = Money.total((one.functional for one in booked), currency=functional)
    if reason is RoundingReason.CASH:
        coin = Fraction(CASH_STEPS.get(functional.code, 0)) * functional.minor_units
        return _Rounded(entry, total, len(booked), max(coin, Fraction(1)) * len(booked) / 2)
    is_line = reason is RoundingReason.LINE
    lines = sum(bool(one.amount) and bool(one.decision or not is_line) for one in others)
    return _Rounded(entry, total, lines, bound(lines) if reason else Fraction())


def _summed(
    reason: RoundingReason | None, found: Collection[_Rounded], functional: Currency
) -> RoundingSum:
    most = sum((one.most for one in found), Fraction()) / functional.minor_units
    return RoundingSum(
        reason,
        Money.total((one.total for one in found), currency=functional),
        sum(one.lines for one in found),
        RationalMoney(most, functional),
        tuple(one.entry for one in found if abs(one.total.minor) > one.most),
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
