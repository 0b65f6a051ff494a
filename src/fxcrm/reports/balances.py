"""The trial balance: every account in each of its currencies, summing to zero (D31)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from fxcrm.currencies import Currency
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode
from fxcrm.ledger.accounts import Account, Chart
from fxcrm.ledger.trial_balance import Balance, JournalLine, TrialBalance
from fxcrm.reports.listing import Line, Report
from fxcrm.reports.postings import booked_sum, document_sum
from fxcrm.reports.scope import Scope

Held = Mapping[tuple[AccountCode, Currency], list[JournalLine]]


@attrs.frozen
class BalanceRow:
    """One account in one document currency; debit positive."""

    account: Account
    document: Figure
    functional: Figure

    @classmethod
    def of(
        cls, label: str, account: Account, lines: Iterable[JournalLine], currency: Currency,
        functional: Currency,
    ) -> BalanceRow:  # fmt: skip
        """The sum of some postings on an account, all in one document currency."""
        known = tuple(lines)
        return cls(
            account,
            document_sum(label, known, currency),
            booked_sum(f"{label}, in the books", known, functional),
        )

    @property
    def currency(self) -> Currency:
        """The document currency."""
        return self.document.value.currency


@attrs.frozen
class CurrencyTotal:
    """All accounts in one document currency: the amounts sum to zero, the values need not."""

    document: Figure
    functional: Figure


@attrs.frozen
class TrialBalanceReport(Report):
    """Every balance at the end of a day; each currency and the functional total are zero (D31)."""

    scope: Scope
    balances: tuple[BalanceRow, ...]
    totals: tuple[CurrencyTotal, ...]
    total: Figure

    @classmethod
    def of(cls, scope: Scope, lines: Iterable[JournalLine], chart: Chart) -> TrialBalanceReport:
        """From every posting up to the end of the scope. Raises `BooksOffBalance`."""
        balances = tuple(_balances(scope, held(lines), chart))
        TrialBalance.of(
            scope.company,
            scope.until,
            scope.functional,
            (Balance(one.account.code, one.document.value, one.functional.value)
             for one in balances),
        )  # fmt: skip
        values = (one.functional for one in balances)
        total = Figure.total("All accounts", values, scope.functional, "sum, zero (D31)")
        return cls(scope, balances, tuple(_totals(scope, balances)), total)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return ("account", "name", "currency", "balance", "functional")

    def lines(self) -> Iterator[Line]:
        """The accounts by code, the totals by currency, the total."""
        for one in self.balances:
            account, figures = one.account, (one.document, one.functional)
            shown = (account.code, account.name, one.currency.code)
            yield Line((*shown, *(figure.value for figure in figures)), figures)
        for total in self.totals:
            both = (total.document, total.functional)
            code = total.document.value.currency.code
            yield Line(("", "all accounts", code, *(figure.value for figure in both)), both)
        yield Line(("", "all accounts", "", "", self.total.value), (self.total,))


def held(lines: Iterable[JournalLine]) -> Held:
    """The postings by account and document currency."""
    found: dict[tuple[AccountCode, Currency], list[JournalLine]] = {}
    for line in lines:
        key = (line.posting.account, line.posting.amount.currency)
        found.setdefault(key, []).append(line)
    return found


def _balances(scope: Scope, found: Held, chart: Chart) -> Iterator[BalanceRow]:
    for code, currency in sorted(found, key=lambda key: (key[0], key[1].code)):
        label = f"Account {code} in {currency}"
        lines = found[code, currency]
        yield BalanceRow.of(label, chart.account(code), lines, currency, scope.functional)


def _totals(scope: Scope, balances: Iterable[BalanceRow]) -> Iterator[CurrencyTotal]:
    by_currency: dict[Currency, list[BalanceRow]] = {}
    for one in balances:
        by_currency.setdefault(one.currency, []).append(one)
    for currency in sorted(by_currency, key=lambda one: one.code):
        rows, label = by_currency[currency], f"All accounts in {currency}"
        yield CurrencyTotal(
            Figure.total(label, (one.document for one in rows), currency, "sum, zero (D31)"),
            Figure.total(
                f"{label}, in the books", (one.functional for one in rows), scope.functional
            ),
        )
