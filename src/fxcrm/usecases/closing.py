"""Closing: month end in one company; revaluation first, then the period is shut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.ids import CompanyId, OpenItemId
from fxcrm.ledger import (
    Company,
    OpenItem,
    Revaluation,
    TrialBalance,
    revalue_balances,
    revalue_items,
)
from fxcrm.ledger.journal import Posting
from fxcrm.money import Money
from fxcrm.usecases.deciding import Desk, decided


def revalue(desk: Desk, company: CompanyId, as_of: date) -> tuple[Revaluation, Revaluation]:
    """Open items and balances at the closing rate; a second run finds nothing to book (D15)."""
    books = desk.uow.companies.get(company)
    items = tuple(items_as_of(desk, company, as_of))
    balances = tuple(desk.uow.journal.balances(company, as_of))
    currencies = {item.open.currency for item in items} | {one.amount.currency for one in balances}
    closing = _closing(desk, books, as_of, currencies)
    runs = (
        revalue_items(company, as_of, items, closing, desk.chart),
        revalue_balances(company, as_of, balances, closing, desk.chart),
    )
    for entry in (entry for run in runs for entry in run.entries):
        books.open_on(entry.on)
        desk.uow.journal.append(entry)
    return runs


def _closing(
    desk: Desk, books: Company, as_of: date, currencies: set[Currency]
) -> dict[Currency, RateDecision]:
    found: dict[Currency, RateDecision] = {}
    for currency in sorted(currencies, key=lambda one: one.code):
        decision = decided(desk, Purpose.CLOSING, books.functional, currency, as_of)
        if decision is not None:
            found[currency] = decision
    return found


def items_as_of(desk: Desk, company: CompanyId, as_of: date) -> Iterator[OpenItem]:
    """The open items as they stood at the end of a day, from the postings of that time."""
    held: dict[OpenItemId, list[Posting]] = {}
    for line in desk.uow.journal.lines(company, None, as_of):
        if line.posting.item is not None:
            held.setdefault(line.posting.item, []).append(line.posting)
    for item in desk.uow.items.of_company(company):
        if item.id in held:
            yield attrs.evolve(
                item,
                open=Money.total(one.amount for one in held[item.id]),
                carrying=Money.total(one.functional for one in held[item.id]),
            )


def trial_balance(desk: Desk, company: CompanyId, as_of: date) -> TrialBalance:
    """Every balance as of the end of a day, proved to sum to zero. Raises `BooksOffBalance`."""
    books = desk.uow.companies.get(company)
    balances = desk.uow.journal.balances(company, as_of)
    return TrialBalance.of(company, as_of, books.functional, balances)


def close_period(desk: Desk, company: CompanyId, through: date) -> Company:
    """Shut the books through a day: they must balance, and take no posting from then on."""
    trial_balance(desk, company, through)
    return desk.uow.companies.save(desk.uow.companies.get(company).close(through))
