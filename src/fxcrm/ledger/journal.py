"""The journal: entries that balance exactly, or do not exist (D7a).

Amounts are signed: a debit is positive, a credit is negative. An entry sums to zero in the
functional currency and to zero in each document currency. It is never changed; it is reversed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.ids import AccountCode, CompanyId, DecisionId, EntryId, OpenItemId
from fxcrm.money import Money
from fxcrm.moneybag import MoneyBag

REVERSAL: Final = ":reversal"  # what the id of an entry ends with that takes another one back
_LARGEST_MINOR = 2**63 - 1  # what a column of 64 bits holds; stores add in Python


class EntryUnbalanced(RuleRefused):
    """The postings of an entry do not sum to zero."""

    entry: EntryId
    difference: str
    template = (
        "entry {entry} is off balance by {difference:plain}; debits and credits must be equal (D7a)"
    )


class PostingRefused(RuleRefused):
    """A posting that the journal can not hold."""

    account: AccountCode
    amount: Money
    functional: Money
    reason: str
    template = "posting of {amount} ({functional}) on account {account}: {reason:plain}"


@attrs.frozen
class Posting:
    """One line of an entry.

    ``amount`` is in the document currency, ``functional`` in that of the company; debit
    positive. A pure value adjustment has the amount zero in the item's currency. ``decision``
    names the rate between the two (D2) and is None only where they are one currency.
    """

    account: AccountCode
    amount: Money
    functional: Money
    decision: DecisionId | None = None
    item: OpenItemId | None = None
    partner: CompanyId | None = None
    text: str = ""

    def __attrs_post_init__(self) -> None:
        reason = self._why_not()
        if reason:
            raise PostingRefused(
                account=self.account, amount=self.amount, functional=self.functional, reason=reason
            )

    def _why_not(self) -> str:
        if max(abs(self.amount.minor), abs(self.functional.minor)) > _LARGEST_MINOR:
            return "the amount is larger than 64 bits of minor units"
        if self.amount.currency is self.functional.currency:
            return "" if self.amount == self.functional else "one currency, two amounts"
        return "" if self.decision else "a foreign amount needs its rate decision (D2)"

    @property
    def reversed(self) -> Posting:
        """The same posting on the other side."""
        return attrs.evolve(self, amount=-self.amount, functional=-self.functional)


def _held(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    return tuple(postings)


def _balanced(entry: Entry, _: attrs.Attribute[Any], postings: tuple[Posting, ...]) -> None:
    functional = MoneyBag.of(*(one.functional for one in postings))
    document = MoneyBag.of(*(one.amount for one in postings))
    if not postings:
        raise EntryUnbalanced(entry=entry.id, difference="having no postings at all")
    if len({one.functional.currency for one in postings}) != 1:
        raise EntryUnbalanced(entry=entry.id, difference="two functional currencies")
    for bag in (functional, document):
        if not bag.is_empty:
            raise EntryUnbalanced(entry=entry.id, difference=str(bag))


@attrs.frozen
class Entry:
    """A balanced set of postings of one company on one day.

    The id is the key of what it records (``invoice:INV-1``): the same fact can not be posted
    twice. ``reverses`` names the entry that this one takes back. ``booked_at`` is the instant
    from which on it is known, whatever its day; None until it is booked.
    """

    id: EntryId
    company: CompanyId
    on: date
    kind: str
    text: str
    postings: tuple[Posting, ...] = attrs.field(converter=_held, validator=_balanced)
    reverses: EntryId | None = None
    booked_at: datetime | None = None

    @property
    def functional(self) -> Currency:
        """The functional currency of the company."""
        return self.postings[0].functional.currency

    def reversal(self, on: date, text: str = "") -> Entry:
        """The entry that takes this one back, on a day of its own."""
        return Entry(
            EntryId(f"{self.id}{REVERSAL}"),
            self.company,
            on,
            "reversal",
            text or f"Reversal of {self.id}",
            tuple(one.reversed for one in self.postings),
            reverses=self.id,
        )


def balance_of(postings: Iterable[Posting], functional: Currency) -> Money:
    """The sum of the functional amounts."""
    return Money.total((one.functional for one in postings), currency=functional)
