"""Balances: what the journal adds up to, per account and currency (D31)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.ids import AccountCode, CompanyId, EntryId
from fxcrm.ledger.journal import Posting
from fxcrm.money import Money
from fxcrm.moneybag import MoneyBag


class BooksOffBalance(RuleRefused):
    """Balances that do not sum to zero: the record was damaged."""

    company: CompanyId
    as_of: date
    difference: str
    template = "the books of {company} at {as_of} are off by {difference:plain}; verify the store"


@attrs.frozen
class JournalLine:
    """A posting with the entry it stands in, and with its rate decision where it was looked up.

    ``booked_at`` is that of the entry.
    """

    entry: EntryId
    on: date
    kind: str
    posting: Posting
    decision: RateDecision | None = None
    booked_at: datetime | None = None


@attrs.frozen
class Balance:
    """The sum of one account in one document currency; debit positive."""

    account: AccountCode
    amount: Money
    functional: Money


@attrs.frozen
class TrialBalance:
    """Every balance of a company as of the end of a day."""

    company: CompanyId
    as_of: date
    functional: Currency
    balances: tuple[Balance, ...]

    @classmethod
    def of(
        cls, company: CompanyId, as_of: date, functional: Currency, balances: Iterable[Balance]
    ) -> TrialBalance:
        """Proved: each currency and the whole sum to zero. Raises `BooksOffBalance`."""
        known = tuple(sorted(balances, key=lambda one: (one.account, one.amount.currency.code)))
        for bag in (
            MoneyBag.of(*(one.amount for one in known)),
            MoneyBag.of(*(one.functional for one in known)),
        ):
            if not bag.is_empty:
                raise BooksOffBalance(company=company, as_of=as_of, difference=str(bag))
        return cls(company, as_of, functional, known)

    def functional_of(self, account: AccountCode) -> Money:
        """The functional balance of an account over all its currencies; debit positive."""
        amounts = (one.functional for one in self.balances if one.account == account)
        return Money.total(amounts, currency=self.functional)
