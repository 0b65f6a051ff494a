"""Closing: month end in one company; revaluation first, then the period is shut."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.ids import AccountCode, CompanyId, EntryId
from fxcrm.ledger import Company, Entry, Posting, Revaluation, TrialBalance
from fxcrm.ledger.companies import ReopeningRefused
from fxcrm.ledger.revaluation import Verdict, scope_of
from fxcrm.money import Money
from fxcrm.usecases.booking import book
from fxcrm.usecases.bounding import why_unbounded
from fxcrm.usecases.deciding import Desk, booking_rate
from fxcrm.usecases.revaluing import note_left_out, refuse_drafts, trial_revaluation
from fxcrm.usecases.standing import open_items_as_of


class BooksNotReady(RuleRefused):
    """A period that can not be closed yet."""

    company: CompanyId
    through: date
    reason: str
    template = "the books of {company} can not be closed through {through}: {reason:plain}"


class NothingToRealise(RuleRefused):
    """A balance that is not spent, that carries nothing, or that is not measured (D4, D13)."""

    account: AccountCode
    currency: str
    on: date
    template = "account {account} has no spent {currency:plain} to realise on {on}"


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
    Raises `NothingToRealise` while the account holds the currency, or carries nothing for it, and
    for one that is not measured by its balance: income, advances, open items; `AccountMissing`.
    """
    books, spent = desk.uow.companies.get(company), desk.chart.account(account)
    if not spent.monetary or spent.by_item:
        raise NothingToRealise(account=account, currency=currency.code, on=on)
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
    rate = booking_rate(desk, books, currency, on)
    decision = None if rate is None else rate.id
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
        if scope_of(one.entry) and one.posting.account == account
    ]
    reclassified = [
        -one.posting.functional
        for one in lines
        if one.entry.startswith(key) and one.posting.account == desk.chart.duties.unrealised_fx
    ]
    return Money.total([*added, *reclassified], currency=books.functional)


def trial_balance(desk: Desk, company: CompanyId, as_of: date) -> TrialBalance:
    """Every balance as of the end of a day, proved to sum to zero. Raises `BooksOffBalance`."""
    books = desk.uow.companies.get(company)
    balances = desk.uow.journal.balances(company, as_of)
    return TrialBalance.of(company, as_of, books.functional, balances)


def close_period(desk: Desk, company: CompanyId, through: date) -> Company:
    """Shut the books through a day; they take no posting from then on.

    Raises `BooksOffBalance`, and `BooksNotReady` for what a closing must find done: revaluation,
    items that agree with their control account (D32), a clearing account without value (D7a).
    Raises `DraftsOpen` (D13). What was refused at the revaluation, and drafts where they are
    allowed, are told by the event ``closed with matters left open``.
    """
    books = desk.uow.companies.claim(company)  # no entry slips in before it is shut (F6)
    books.open_on(through)
    refuse_drafts(desk, books, through)
    trial = trial_balance(desk, company, through)
    since = date.min if books.closed_through is None else books.closed_through + timedelta(days=1)
    reason = _why_not_ready(desk, trial) or why_unbounded(desk, company, since, through)
    if reason:
        raise BooksNotReady(company=company, through=through, reason=reason)
    note_left_out(desk, company, through)
    return desk.uow.companies.save(books.close(through))


def reopen_period(desk: Desk, company: CompanyId, since: date, reason: str) -> Company:
    """Open the books again from a day on: who did it, when and why is an event.

    What was translated or consolidated stays as it was (D20), so a day whose books were, or an
    earlier one, is not opened again. Raises `ReopeningRefused`.
    """
    books = desk.uow.companies.claim(company)
    opened = books.reopen(since, reason)
    if used := _used(desk, company, since):
        why = f"they were {used} (D20); book a correction on an open day"
        raise ReopeningRefused(company=company, since=since, reason=why)
    return desk.uow.companies.save(opened)


def _used(desk: Desk, company: CompanyId, since: date) -> str:
    """What was made of the books of a day or later, and stays as it was made; else empty."""
    translated = next(desk.uow.snapshots.since(company, since), None)
    if translated is not None:
        return f"translated into {translated.presentation} at {translated.as_of}"
    for one in desk.uow.group_snapshots.since(since):
        if any(books.company == company for books in one.books):
            return f"consolidated in group {one.group} at {one.as_of}"
    return ""


def _why_not_ready(desk: Desk, trial: TrialBalance) -> str:
    company, through = trial.company, trial.as_of
    if reason := _not_revalued(trial_revaluation(desk, company, through)):
        return reason
    if not trial.functional_of(desk.chart.duties.clearing).is_zero:
        return "the clearing account holds value; one side of an exchange is missing"
    items = tuple(open_items_as_of(desk, company, through))
    for account in desk.chart:
        held = (one.carried for one in items if one.account == account.code)
        carried = Money.total(held, currency=trial.functional)
        if account.by_item and carried != trial.functional_of(account.code):
            return f"account {account.code} is not the sum of its open items, {carried}"
    return ""


def _not_revalued(run: Revaluation) -> str:
    """Which proposals are neither booked nor refused with a reason (D13)."""
    waiting = run.ruled(Verdict.ACCEPTED, Verdict.OPEN)
    if not (waiting or run.entries):
        return ""
    named = ", ".join(one.id for one in waiting) or "an earlier run is out of date"
    return f"foreign balances are not at the closing rate; revalue first: {named}"
