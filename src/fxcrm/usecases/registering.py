"""Registering: companies with their capital, and customers with their currencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from fxcrm.currencies import Currency
from fxcrm.customers import Address, Contact, CurrencyMode, Customer, TaxId
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.formatting.plainforms import PlainForms
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.ledger import Company
from fxcrm.money import Money
from fxcrm.posting import Fact, capital_paid_in, costs_paid, invested, posted
from fxcrm.postingrules import FactKind
from fxcrm.usecases.booking import book
from fxcrm.usecases.deciding import Desk, booking_rate
from fxcrm.usecases.paralleling import books_of
from fxcrm.usecases.trading import taken


def register_company(
    desk: Desk,
    id: CompanyId,
    *,
    name: str,
    functional: Currency,
    on: date,
    year_ends: int = 12,
    hyperinflation: bool = False,
) -> Company:
    """Open the books of a company, whose years end with a month. Raises `YearEndRefused`."""
    books = Company(id, name, functional, on, year_ends=year_ends, hyperinflation=hyperinflation)
    return desk.uow.companies.add(books)


def register_customer(
    desk: Desk,
    id: CustomerId,
    *,
    company: CompanyId,
    name: str,
    country: str,
    currency: Currency,
    also: tuple[Currency, ...] = (),
    language: str = "en",
    extras: Extras = NO_EXTRAS,
    mode: CurrencyMode = CurrencyMode.AGREED,
    contacts: Iterable[Contact] = (),
    addresses: Iterable[Address] = (),
    tax_ids: Iterable[TaxId] = (),
    tags: Iterable[str] = (),
    groups: Iterable[str] = (),
    on: date,
) -> Customer:
    """Enter a customer with its preferred currency, and all that is known of it.

    Raises as `Customer.register` does, `CurrencyInactive`, and `LocaleUnknown` for a language.
    """
    PlainForms(language)
    home = desk.uow.companies.get(company).functional
    for one in (currency, *also):
        taken(desk, company, one)
    customer = Customer.register(
        id,
        company=company,
        name=name,
        country=country,
        currency=currency,
        also=also,
        language=language,
        extras=extras,
        mode=mode,
        home=home,
        contacts=contacts,
        addresses=addresses,
        tax_ids=tax_ids,
        tags=tags,
        groups=groups,
        on=on,
    )
    return desk.uow.customers.add(customer)


def pay_in_capital(desk: Desk, company: CompanyId, key: str, amount: Money, on: date) -> None:
    """Owners pay capital in, in any currency."""
    for fact in _facts(desk, company, key, amount, on):
        rules = desk.bookkeeping.of(fact.company).posting
        book(desk, capital_paid_in(fact, desk.chart, rules))


def invest(
    desk: Desk, company: CompanyId, subsidiary: CompanyId, key: str, amount: Money, on: date
) -> None:
    """The parent pays for its share of a subsidiary's capital."""
    desk.uow.companies.get(subsidiary)
    for fact in _facts(desk, company, key, amount, on):
        rules = desk.bookkeeping.of(fact.company).posting
        book(desk, invested(fact, subsidiary, desk.chart, rules))


def pay_costs(desk: Desk, company: CompanyId, key: str, amount: Money, on: date) -> None:
    """Operating costs leave the bank."""
    for fact in _facts(desk, company, key, amount, on):
        rules = desk.bookkeeping.of(fact.company).posting
        book(desk, costs_paid(fact, desk.chart, rules))


def take_loan(desk: Desk, company: CompanyId, key: str, amount: Money, on: date) -> None:
    """Money that is lent to the company reaches its bank, in any currency."""
    _post_each(desk, FactKind.LOAN_TAKEN, company, key, amount, on)


def repay_loan(desk: Desk, company: CompanyId, key: str, amount: Money, on: date) -> None:
    """Money that was lent goes back from the bank, at the rate of the day.

    What a loan that is paid off is still carried at is realised with `realise_balance` (D15).
    """
    _post_each(desk, FactKind.LOAN_REPAID, company, key, amount, on)


def _post_each(
    desk: Desk, kind: FactKind, company: CompanyId, key: str, amount: Money, on: date
) -> None:
    for fact in _facts(desk, company, key, amount, on):
        book(desk, posted(kind, fact, desk.chart, desk.bookkeeping.of(fact.company).posting))


def _facts(desk: Desk, company: CompanyId, key: str, amount: Money, on: date) -> Iterator[Fact]:
    """A fact of an open day for each of the books, with the spot that measures it there.

    Raises `PeriodClosed`.
    """
    for books in books_of(desk, company):
        books.open_on(on)
        spot = booking_rate(desk, books, amount.currency, on)
        yield Fact(books, key, amount, on, spot)
