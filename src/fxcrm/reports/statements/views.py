"""What statements are made from: a year of somebody's books in one currency, whoever filled it in.

A view holds every account at the beginning of its year, what it moved by, and at its end. The
journal of a company fills it, a translation with the snapshots of year ends, a consolidation, or
all amounts at one rate: the statements do not know which. Debits are positive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import Enum
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import Account
from fxcrm.ledger.grouppolicies import GroupPolicies
from fxcrm.money import Money

EFFECT: Final = "Effect of exchange rates on cash"  # IAS 7.28
ROUNDED: Final = "Exchanged at other rates, and rounding"


class StatementsOffBalance(RuleRefused):
    """A year whose accounts do not sum to zero at its beginning or its end."""

    of: str
    on: date
    difference: Money
    template = "the accounts of {of} at {on} are off by {difference}; verify what they come from"


class YearsDiffer(RuleRefused):
    """A year that does not open with what the year before closed with, line by line (D20)."""

    of: str
    account: AccountCode
    on: date
    closed: Money
    opened: Money
    template = (
        "account {account} of {of} closed at {closed} on {on} and opens at {opened}; the next year "
        "opens with what was recorded, line by line"
    )


class Change(Enum):
    """What moved equity: the rows of its statement between opening and closing."""

    PROFIT = "Result of the year"
    EXCHANGE = "Exchange differences on translation"
    RECYCLED = "Recycled to the result"
    DIVIDENDS = "Dividends"
    CONTRIBUTIONS = "Contributions of owners"
    OWNERSHIP = "Changes in ownership"
    ROUNDING = "Rounding"


@attrs.frozen
class YearLine:
    """An account, or its dealings with one partner, over a year; debit positive.

    ``ended`` is what stands at the end where that is known by itself; None: opening and movements.
    """

    account: Account
    partner: CompanyId | None
    opening: Figure
    moved: Figure
    ended: Figure | None = None

    @classmethod
    def between(
        cls, account: Account, partner: CompanyId | None, opening: Figure, closing: Figure
    ) -> YearLine:
        """From what stood at both ends: what moved is the difference."""
        label = f"{account.name}, this year"
        moved = Figure.difference(label, closing, opening, "the closing less the year's opening")
        return cls(account, partner, opening, moved, closing)

    @property
    def closing(self) -> Figure:
        """What stands at the end of the year: the opening and what moved."""
        if self.ended is not None:
            return self.ended
        parts = [one for one in (self.opening, self.moved) if one.value or one.inputs]
        return Figure.total(self.label, parts, self.opening.value.currency, "opening + movements")

    @property
    def label(self) -> str:
        """The name of the account, and of the partner where there is one."""
        name = self.account.name
        return f"{name} with {self.partner}" if self.partner else name

    @property
    def key(self) -> tuple[AccountCode, CompanyId | None]:
        """What tells lines of one view apart."""
        return self.account.code, self.partner


@attrs.frozen
class CashFlow:
    """What came in (positive) or went out against one account; ``partner`` is a group company.

    ``within`` marks dealings of members with each other: both sides of them are there.
    """

    counter: AccountCode
    partner: CompanyId | None
    on: date
    figure: Figure
    within: bool = False


@attrs.frozen
class Cause:
    """What part of an account's movement is due to something; a credit is positive here."""

    account: AccountCode
    change: Change
    figure: Figure


@attrs.frozen
class ReserveMove:
    """One cause of the reserve's change over a year; a gain is positive."""

    label: str
    figure: Figure


@attrs.frozen
class YearView:
    """A year, or the part of it that is over, in one currency; both days are included.

    ``lines`` sum to zero at both ends. ``causes`` tell apart what moved an equity account for
    several reasons, ``reserve`` what moved the translation reserve. ``cash_left`` is what the rest
    of cash is called, which no movement explains. Raises `StatementsOffBalance`.
    """

    of: str
    currency: Currency
    since: date
    until: date
    lines: tuple[YearLine, ...]
    flows: tuple[CashFlow, ...] = ()
    causes: tuple[Cause, ...] = ()
    cash_left: str = EFFECT
    reserve: tuple[ReserveMove, ...] = ()
    policies: GroupPolicies = attrs.field(factory=GroupPolicies)

    def __attrs_post_init__(self) -> None:
        for on, figures in (
            (self.since, [one.opening for one in self.lines]),
            (self.until, [one.closing for one in self.lines]),
        ):
            off = Money.total((one.value for one in figures), currency=self.currency)
            if off:
                raise StatementsOffBalance(of=self.of, on=on, difference=off)

    def chosen(self, wanted: Callable[[YearLine], bool]) -> Iterator[YearLine]:
        """The lines that somebody wants, in order."""
        return (one for one in self.lines if wanted(one))

    def continuing(self, before: YearView) -> YearView:
        """The view itself, once it opens with what the year before closed with (D20).

        Raises `YearsDiffer`.
        """
        opened = {one.key: one.opening.value for one in self.lines}
        closed = {one.key: one.closing.value for one in before.lines}
        zero = Money.zero(self.currency)
        for key in sorted(opened.keys() | closed.keys(), key=lambda one: (one[0], one[1] or "")):
            was, now = closed.get(key, zero), opened.get(key, zero)
            if was != now:
                raise YearsDiffer(
                    of=self.of, account=key[0], on=before.until, closed=was, opened=now
                )
        return self


def debit(label: str, parts: Iterable[Figure], currency: Currency) -> Figure:
    """The sum of some figures; a debit is positive. A single one stands as it is."""
    known = tuple(one for one in parts if one.value or one.inputs)
    return Figure.total(label, known, currency)


def credit(label: str, parts: Iterable[Figure], currency: Currency) -> Figure:
    """The sum of some figures with the sign of a credit: what owners have or earn is positive."""
    total = debit(label, parts, currency)
    return Figure(label, -total.value, "sum, a credit shown positive", total.inputs)
