"""Paralleling: books of one company in a second currency, kept in step with the first.

A parallel book is a company to the ledger: accounts, items, rates, rounding and periods of its
own, in a functional currency of its own. What is booked in the first is booked in it too, at
its own rates; nothing is translated from one into the other.
"""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.ids import CompanyId, EntryId, OpenItemId
from fxcrm.ledger import Company
from fxcrm.usecases.deciding import Desk


class ParallelRefused(RuleRefused):
    """A parallel book that can not be opened, or that was taken for the company itself."""

    company: CompanyId
    reason: str
    template = "the books of {company}: {reason:plain}"


def open_parallel_book(desk: Desk, company: CompanyId, *, currency: Currency) -> Company:
    """Keep a second set of books in ``currency``, from the first day of the first on.

    Its id is ``nordwind:USD``. Raises `ParallelRefused` once anything is booked, for it would not
    be in it.
    """
    first = desk.uow.companies.claim(company)
    reason = _why_not(desk, first, currency)
    if reason:
        raise ParallelRefused(company=company, reason=reason)
    id = CompanyId(f"{company}:{currency.code}")
    name = f"{first.name}, in {currency.code}"
    beside = Company(id, name, currency, first.founded_on, parallel_to=company)
    desk.uow.companies.save(attrs.evolve(first, parallels=(*first.parallels, id)))
    return desk.uow.companies.add(beside)


def _why_not(desk: Desk, first: Company, currency: Currency) -> str:
    if first.parallel_to is not None:
        return f"they are a parallel book of {first.parallel_to}; open another one beside that"
    if currency is first.functional:
        return f"they are kept in {currency} already; name another currency"
    if any(True for _ in desk.uow.journal.balances(company=first.id, through=date.max)):
        return "something is booked; open a parallel book before the first entry"
    return ""


def books_of(desk: Desk, company: CompanyId) -> tuple[Company, ...]:
    """The books of a company, its own first, then the parallel ones.

    Raises `ParallelRefused` for a parallel book, which takes no document.
    """
    first = desk.uow.companies.get(company)
    if first.parallel_to is not None:
        reason = f"a parallel book takes no document; hand it to {first.parallel_to}"
        raise ParallelRefused(company=company, reason=reason)
    return (first, *map(desk.uow.companies.get, first.parallels))


def entry_in(books: Company, key: str) -> EntryId:
    """The key of a fact in one of the books: the plain key, or with the book's id after it."""
    return EntryId(key if books.parallel_to is None else f"{key}:{books.id}")


def item_in(books: Company, item: OpenItemId) -> OpenItemId:
    """The item of a parallel book that stands for one of the company's own."""
    if books.parallel_to is None:
        return item
    return OpenItemId(f"item:{books.id}:{item.removeprefix(f'item:{books.parallel_to}:')}")
