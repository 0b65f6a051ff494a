"""The trial sheet: what a revaluation would change, row by row, before it is posted.

Practised so in China: the adjusting rate of each currency is named, the sheet is read, and only
then is it booked. Every row is also text, for a terminal or a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.ids import AccountCode, ProposalId
from fxcrm.ledger.revaluation import Proposal, Revaluation
from fxcrm.money import Money

HEADER: Final = (
    "account",
    "item",
    "document balance",
    "carried",
    "adjusting rate",
    "value at it",
    "difference",
    "verdict",
)
_GAP: Final = "  "


@attrs.frozen
class SheetRow:
    """One item, or the balance of an account; debit positive, a gain is a positive difference."""

    proposal: ProposalId
    account: AccountCode
    item: str
    amount: Money
    carried: Money
    closing: RateDecision
    value: Money
    difference: Money
    verdict: str
    reason: str = ""

    @classmethod
    def of(cls, one: Proposal) -> SheetRow:
        """The row of a proposal."""
        about = (one.id, one.account, one.reference, one.amount, one.carried, one.closing)
        return cls(*about, one.value, one.gain.value, one.verdict.value, one.reason)

    @property
    def cells(self) -> tuple[str, ...]:
        """The row in words, in the order of `HEADER`."""
        amounts = (self.carried, self.value, self.difference)
        carried, value, difference = map(str, amounts)
        told = f"{self.verdict}: {self.reason}" if self.reason else self.verdict
        rate = str(self.closing.rate)
        return self.account, self.item, str(self.amount), carried, rate, value, difference, told


@attrs.frozen
class SheetTotal:
    """The sum of one account, or of the sheet where ``account`` is None; functional currency."""

    account: AccountCode | None
    carried: Money
    value: Money
    difference: Money

    @property
    def cells(self) -> tuple[str, ...]:
        """The total in words, in the order of `HEADER`."""
        name = "in all" if self.account is None else f"{self.account} in all"
        carried, value, difference = map(str, (self.carried, self.value, self.difference))
        return name, "", "", carried, "", value, difference, ""


@attrs.frozen
class TrialSheet:
    """Every row of a run, by account, with the totals of each account and of all."""

    functional: Currency
    rows: tuple[SheetRow, ...]

    @classmethod
    def of(cls, run: Revaluation, functional: Currency) -> TrialSheet:
        """The sheet of a run or of its trial."""
        rows = [SheetRow.of(one) for one in run.proposals]
        return cls(functional, tuple(sorted(rows, key=lambda row: (row.account, row.proposal))))

    @property
    def totals(self) -> tuple[SheetTotal, ...]:
        """One for each account, in order."""
        accounts = dict.fromkeys(row.account for row in self.rows)
        return tuple(self._total(one) for one in accounts)

    @property
    def total(self) -> SheetTotal:
        """All rows together."""
        return self._total(None)

    def _total(self, account: AccountCode | None) -> SheetTotal:
        rows = [row for row in self.rows if account in (None, row.account)]
        carried, value, difference = (
            Money.total((getattr(row, name) for row in rows), currency=self.functional)
            for name in ("carried", "value", "difference")
        )
        return SheetTotal(account, carried, value, difference)

    def table(self) -> Iterator[tuple[str, ...]]:
        """Header, rows and totals as texts: the rows of a file."""
        yield HEADER
        for total in self.totals:
            yield from (row.cells for row in self.rows if row.account == total.account)
            yield total.cells
        yield self.total.cells

    def lines(self) -> Iterator[str]:
        """The same as aligned lines: amounts to the right, words to the left."""
        table = list(self.table())
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for cells in table:
            yield _GAP.join(
                f"{cell:<{width}}" if name in _WORDS else f"{cell:>{width}}"
                for cell, width, name in zip(cells, widths, HEADER, strict=True)
            ).rstrip()


_WORDS: Final = ("account", "item", "adjusting rate", "verdict")
