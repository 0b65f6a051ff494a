"""Recounting: a company's books read once, and what its exchange differences should be.

Amounts are added as whole minor units, and rates are taken from the table as fractions: nothing
here trusts a sum that was kept, or a conversion that was made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.ids import AccountCode, OpenItemId
from fxcrm.ledger import Chart, Company, OpenItem
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.revaluation import is_monetary
from fxcrm.money import Money, Rounding, round_ratio
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.revaluing import trial_revaluation
from fxcrm.usecases.standing import items_as_of

EVER: Final = date.max
_OF_BALANCES: Final = ("revaluation", "realised", "reversal")


@attrs.frozen(eq=False)
class Books:
    """One company's journal and items, read once."""

    desk: Desk
    company: Company
    entries: tuple[Entry, ...]
    items: tuple[OpenItem, ...]

    @property
    def chart(self) -> Chart:
        """The accounts."""
        return self.desk.chart

    @property
    def closed(self) -> date:
        """The end of the last closed period; of all days, where none is closed."""
        return self.company.closed_through or EVER

    def postings(self) -> Iterator[Posting]:
        """Every line of the journal."""
        return chain.from_iterable(entry.postings for entry in self.entries)

    def of_items(self) -> dict[OpenItemId, list[Posting]]:
        """The lines of each open item."""
        held: dict[OpenItemId, list[Posting]] = defaultdict(list)
        for one in self.postings():
            if one.item is not None:
                held[one.item].append(one)
        return held


Found = tuple[str, Iterable[str]]  # what was looked at, and the faults
Look = Callable[[Books], Found]


def read_books(desk: Desk, company: Company) -> Books:
    """The books of a company as they are kept."""
    uow, id = desk.uow, company.id
    entries, items = tuple(uow.journal.entries(id)), tuple(uow.items.of_company(id))
    return Books(desk, company, entries, items)


def told(minor: int, books: Books) -> str:
    """Minor units of the company's currency as an amount."""
    return str(Money.from_minor(minor, books.company.functional))


def converted(desk: Desk, minor: int, source: Currency, to: Currency, on: date) -> int:
    """Minor units of one currency in another at the table's rate, half-even, by fractions."""
    if source is to:
        return minor
    exact = minor * desk.rates.rate(source, to, on, desk.policy).ratio
    exact = exact * to.minor_units / source.minor_units
    return round_ratio(exact.numerator, exact.denominator, Rounding.HALF_EVEN)


def fx_accounts(books: Books) -> tuple[AccountCode, AccountCode, AccountCode]:
    """The accounts of realised and unrealised differences, and of those on net investments."""
    duties = books.chart.duties
    return duties.realised_fx, duties.unrealised_fx, duties.net_investment_fx


def _fx_in(books: Books, entry: Entry) -> int:
    accounts = fx_accounts(books)
    return sum(one.functional.minor for one in entry.postings if one.account in accounts)


def all_differences(books: Books) -> Found:
    """The accounts of differences hold what items and balances brought, and nothing else (D16)."""
    of_items = of_balances = 0
    faults = []
    for entry in books.entries:
        value = -_fx_in(books, entry)
        if any(one.item for one in entry.postings):
            of_items += value
        elif entry.kind in _OF_BALANCES or not value:
            of_balances += value
        else:
            faults.append(f"{entry.id} ({entry.kind}) books {told(value, books)}")
    held = -sum(
        one.functional.minor
        for one in books.desk.uow.journal.balances(books.company.id, EVER)
        if one.account in fx_accounts(books)
    )
    if not faults and held != of_items + of_balances:
        faults.append(f"they hold {told(held, books)}")
    return f"items {told(of_items, books)}, balances {told(of_balances, books)}", faults


def at_closing(books: Books) -> Found:
    """At the last closing all that is monetary and foreign stands at the closing rate (D5, D13)."""
    day, functional = books.closed, books.company.functional
    if day == EVER:
        return "not closed", ()
    looked, faults = 0, []
    for label, amount, carried, currency in _measured(books, day):
        looked += 1
        due = converted(books.desk, amount, currency, functional, day)
        if carried != due:
            faults.append(f"{label} is carried at {carried}, not {due}, on {day}")
    return f"{looked} on {day}", faults


def _measured(books: Books, day: date) -> Iterator[tuple[str, int, int, Currency]]:
    functional = books.company.functional
    for item in items_as_of(books.desk, books.company.id, day):
        if is_monetary(item, books.chart) and item.open.currency is not functional:
            yield item.id, item.open.minor, item.carried.minor, item.open.currency
    for one in books.desk.uow.journal.balances(books.company.id, day):
        account = books.chart.account(one.account)
        if account.monetary and not account.by_item and one.amount.currency is not functional:
            label = f"account {one.account} in {one.amount.currency}"
            yield label, one.amount.minor, one.functional.minor, one.amount.currency


def revalued_once(books: Books) -> Found:
    """A second run of the last revaluation books nothing (D15)."""
    if books.closed == EVER:
        return "not closed", ()
    run = trial_revaluation(books.desk, books.company.id, books.closed)
    return f"{len(run.proposals)} measured again", [one.id for one in run.entries]
