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
from fxcrm.usecases.booking import book
from fxcrm.usecases.deciding import Desk, spot


class BooksNotReady(RuleRefused):
    """A period that can not be closed yet."""

    company: CompanyId
    through: date
    reason: str
    template = "the books of {company} can not be closed through {through}: {reason:plain}"


class NothingToRealise(RuleRefused):
    """A balance that is not spent, or that carries nothing."""

    account: AccountCode
    currency: str
    on: date
    template = "account {account} has no spent {currency:plain} to realise on {on}"


def revalue(desk: Desk, company: CompanyId, as_of: date) -> tuple[Revaluation, Revaluation]:
    """Open items and balances at the closing rate; a second run finds nothing to book (D15)."""
    desk.uow.companies.claim(company)  # nobody posts until what was measured is booked
    runs = trial_revaluation(desk, company, as_of)
    for run in runs:
        for entry in run.entries:
            book(desk, entry)
    return runs


def trial_revaluation(
    desk: Desk, company: CompanyId, as_of: date
) -> tuple[Revaluation, Revaluation]:
    """What `revalue` would book, items first and balances second; nothing is booked."""
    books = desk.uow.companies.get(company)
    items = measured_items(items_as_of(desk, company, as_of), desk.chart)
    held = desk.uow.journal.balances(company, as_of)
    balances = tuple(measured_balances(held, desk.chart))
    currencies = {one.open.currency for one in items} | {one.amount.currency for one in balances}
    closing = {
        currency: spot(desk, Purpose.CLOSING, books.functional, currency, as_of)
        for currency in sorted(currencies, key=lambda one: one.code)
    }
    run = f"revaluation:{company}:{as_of}"
    versions = (_free(desk, f"{run}:items"), _free(desk, f"{run}:balances"))
    return (
        revalue_items(company, as_of, items, closing, desk.chart, versions[0]),
        revalue_balances(company, as_of, balances, closing, desk.chart, versions[1]),
    )


def _free(desk: Desk, key: str) -> int:
    """The version of a key that no entry bears yet (D15)."""
    return next(
        version
        for version in count(1)
        if desk.uow.journal.find(EntryId(f"{key}:{version}")) is None
    )


def realise_balance(
    desk: Desk, company: CompanyId, account: AccountCode, currency: Currency, on: date
) -> Entry:
    """Book what a spent foreign balance is still carried at as a realised difference (D15).

    What earlier month ends booked on it as unrealised is reclassified in the same entry (D16).
    Raises `NothingToRealise` while the account holds the currency, or carries nothing for it.
    """
    books = desk.uow.companies.get(company)
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
    key = f"realised:{company}:{account}:{currency}:{on}"
    id = EntryId(f"{key}:{_free(desk, key)}")
    return book(desk, Entry(id, company, on, "realised", text, lines))


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
    """Shut the books through a day; they take no posting from then on.

    Raises `BooksOffBalance`, and `BooksNotReady` for what a closing must find done: revaluation,
    items that agree with their control account (D32), a clearing account without value (D7a).
    """
    books = desk.uow.companies.claim(company)  # no entry slips in before it is shut (F6)
    books.open_on(through)
    trial = trial_balance(desk, company, through)
    reason = _why_not_ready(desk, trial)
    if reason:
        raise BooksNotReady(company=company, through=through, reason=reason)
    return desk.uow.companies.save(books.close(through))


def _why_not_ready(desk: Desk, trial: TrialBalance) -> str:
    company, through = trial.company, trial.as_of
    if any(run.entries for run in trial_revaluation(desk, company, through)):
        return "foreign balances are not at the closing rate; revalue first"
    if not trial.functional_of(desk.chart.duties.clearing).is_zero:
        return "the clearing account holds value; one side of an exchange is missing"
    items = tuple(items_as_of(desk, company, through))
    for account in desk.chart:
        held = (one.carrying for one in items if one.account == account.code)
        carried = Money.total(held, currency=trial.functional)
        if account.by_item and carried != trial.functional_of(account.code):
            return f"account {account.code} is not the sum of its open items, {carried}"
    return ""
