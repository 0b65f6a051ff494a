"""Closing: month end in one company; revaluation first, then the period is shut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.errors import RuleRefused
from fxcrm.ids import AccountCode, CompanyId, EntryId, OpenItemId
from fxcrm.ledger import (
    Company,
    OpenItem,
    Revaluation,
    TrialBalance,
    revalue_balances,
    revalue_items,
)
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.revaluation import measured_balances, measured_items
from fxcrm.money import Money
from fxcrm.usecases.deciding import Desk, spot


class NothingToRealise(RuleRefused):
    """A balance that is not spent, or that carries nothing."""

    account: AccountCode
    currency: str
    on: date
    template = "account {account} has no spent {currency:plain} to realise on {on}"


def revalue(desk: Desk, company: CompanyId, as_of: date) -> tuple[Revaluation, Revaluation]:
    """Open items and balances at the closing rate; a second run finds nothing to book (D15)."""
    books = desk.uow.companies.get(company)
    items = measured_items(items_as_of(desk, company, as_of), desk.chart)
    held = desk.uow.journal.balances(company, as_of)
    balances = tuple(measured_balances(held, desk.chart))
    currencies = {one.open.currency for one in items} | {one.amount.currency for one in balances}
    closing = {
        currency: spot(desk, Purpose.CLOSING, books.functional, currency, as_of)
        for currency in sorted(currencies, key=lambda one: one.code)
    }
    versions = (_free(desk, company, as_of, "items"), _free(desk, company, as_of, "balances"))
    runs = (
        revalue_items(company, as_of, items, closing, desk.chart, versions[0]),
        revalue_balances(company, as_of, balances, closing, desk.chart, versions[1]),
    )
    for entry in (entry for run in runs for entry in run.entries):
        books.open_on(entry.on)
        desk.uow.journal.append(entry)
    return runs


def _free(desk: Desk, company: CompanyId, as_of: date, scope: str) -> int:
    """The version of a run's key that no entry bears yet (D15)."""
    versions = count(1)
    return next(
        version
        for version in versions
        if desk.uow.journal.find(EntryId(f"revaluation:{company}:{as_of}:{scope}:{version}"))
        is None
    )


def realise_balance(
    desk: Desk, company: CompanyId, account: AccountCode, currency: Currency, on: date
) -> Entry:
    """Book what a spent foreign balance is still carried at as a realised difference (D15).

    What earlier month ends booked on it as unrealised is reclassified in the same entry (D16).
    Raises `NothingToRealise` while the account holds the currency, or carries nothing for it.
    """
    books = desk.uow.companies.get(company)
    books.open_on(on)
    held = [
        one
        for one in desk.uow.journal.balances(company, on)
        if one.account == account and one.amount.currency is currency
    ]
    left = Money.total((one.functional for one in held), currency=books.functional)
    unrealised = _unrealised(desk, books, account, currency, on)
    nothing = left.is_zero and unrealised.is_zero
    if nothing or not all(one.amount.is_zero for one in held):
        raise NothingToRealise(account=account, currency=currency.code, on=on)
    none, duties = Money.zero(currency), desk.chart.duties
    decision = spot(desk, Purpose.BOOKING, books.functional, currency, on).id
    text = f"Realised on the spent {currency} of account {account}"
    lines = [
        Posting(code, none, value, decision, text=text)
        for code, value in (
            (account, -left),
            (duties.realised_fx, left - unrealised),
            (duties.unrealised_fx, unrealised),
        )
        if not value.is_zero
    ]
    id = EntryId(f"realised:{company}:{account}:{currency}:{on}")
    return desk.uow.journal.append(Entry(id, company, on, "realised", text, lines))


def _unrealised(
    desk: Desk, books: Company, account: AccountCode, currency: Currency, on: date
) -> Money:
    """What revaluations added to the balance so far, less what was reclassified already."""
    key = f"realised:{books.id}:{account}:{currency}:"
    lines = [
        one
        for one in desk.uow.journal.lines(books.id, None, on)
        if one.posting.amount.currency is currency
    ]
    added = [
        one.posting.functional
        for one in lines
        if one.kind == "revaluation" and one.posting.account == account
    ]
    reclassified = [
        -one.posting.functional
        for one in lines
        if one.entry.startswith(key) and one.posting.account == desk.chart.duties.unrealised_fx
    ]
    return Money.total([*added, *reclassified], currency=books.functional)


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
