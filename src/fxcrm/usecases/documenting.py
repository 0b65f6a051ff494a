"""Documenting: what is kept of a quote, a contract or an invoice becomes a paper to be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from fxcrm.currencies import Currency
from fxcrm.customers import Customer
from fxcrm.customers.details import Address, DetailRefused
from fxcrm.decisions import RateDecision
from fxcrm.documents import ContractPaper, InvoicePaper, OtherTotal, Party, QuotePaper
from fxcrm.figures import Figure
from fxcrm.formatting.plainforms import PlainForms
from fxcrm.ids import CompanyId, ContractId, InvoiceId, QuoteId
from fxcrm.ports.partychecks import PartyChecks
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.quoting import totals_in
from fxcrm.usecases.resolving import addressed

# Where the largest place comes first, and where the postcode follows the city.
_LARGEST_FIRST: Final = ("CN", "JP", "KR", "TW")
_CODE_LAST: Final = ("AU", "CA", "GB", "IN", "SA", "AE", "EG", "US")


def quote_paper(
    desk: Desk,
    id: QuoteId,
    *,
    locale: str = "",
    seller: Iterable[str] = (),
    also: Iterable[Currency] = (),
    on: date | None = None,
    checks: PartyChecks | None = None,
) -> QuotePaper:
    """A quote to be written, with its total in other currencies at the rates of a day.

    ``seller`` are the lines below the company's name; ``checks`` order the customer's address as
    its country does, without them a few countries are known. Commit the desk to keep the
    decisions of the other totals, which the paper names. Raises `LocaleUnknown`.
    """
    quote = desk.uow.quotes.get(id)
    lock = desk.uow.locks.get(quote.lock) if quote.lock else None
    buyer = _buyer(addressed(desk, "quotes", quote), locale, checks)
    totals = totals_in(desk, quote, also, on or desk.now.date())
    own = _seller(desk, quote.company, seller)
    return QuotePaper(quote, own, buyer, lock, tuple(_others(totals)))


def _others(totals: Iterable[Figure]) -> Iterator[OtherTotal]:
    for total in totals:
        own = [one for one in total.inputs if isinstance(one, RateDecision)]  # not the quote's
        if own:
            yield OtherTotal(total.value, own[0])


def invoice_paper(
    desk: Desk,
    id: InvoiceId,
    *,
    locale: str = "",
    seller: Iterable[str] = (),
    checks: PartyChecks | None = None,
) -> InvoicePaper:
    """An invoice to be written; where all of a quote was billed, the quote explains it."""
    invoice = desk.uow.invoices.get(id)
    order = desk.uow.orders.get(invoice.order) if invoice.order else None
    quote = desk.uow.quotes.get(order.quote) if order and order.quote else None
    if quote and quote.amounts != tuple(line.amount for line in invoice.lines):
        quote = None
    lock = desk.uow.locks.get(invoice.lock) if invoice.lock else None
    buyer = _buyer(addressed(desk, "invoices", invoice), locale, checks)
    return InvoicePaper(invoice, _seller(desk, invoice.company, seller), buyer, quote, lock)


def contract_paper(
    desk: Desk,
    id: ContractId,
    *,
    locale: str = "",
    seller: Iterable[str] = (),
    checks: PartyChecks | None = None,
) -> ContractPaper:
    """A contract to be written, with everything that was agreed."""
    contract = desk.uow.contracts.get(id)
    buyer = _buyer(addressed(desk, "contracts", contract), locale, checks)
    return ContractPaper(contract, _seller(desk, contract.company, seller), buyer)


def _seller(desk: Desk, company: CompanyId, lines: Iterable[str]) -> Party:
    return Party(desk.uow.companies.get(company).name, tuple(lines))


def _buyer(customer: Customer, locale: str, checks: PartyChecks | None) -> Party:
    forms = PlainForms(locale or customer.language)
    return Party(customer.name, tuple(_lines(customer, forms, checks)))


def _lines(customer: Customer, forms: PlainForms, checks: PartyChecks | None) -> Iterator[str]:
    billing = [one for one in customer.addresses if one.purpose == "billing"]
    for address in (billing or list(customer.addresses))[:1]:
        yield from _label(address, checks) if checks else _written(address)
        yield forms.country(address.country)
    for tax_id in customer.tax_ids[:1]:
        yield tax_id.number


def _label(address: Address, checks: PartyChecks) -> list[str]:
    """As the post of its country orders it, in the letters in which it was entered."""
    try:
        *lines, _ = checks.label(address)  # the last is the country, in English
    except DetailRefused:
        return list(_written(address))
    for text in (address.city, address.district, address.region, address.recipient):
        lines = [line.replace(text.upper(), text) if text else line for line in lines]
    return lines


def _written(address: Address) -> Iterator[str]:
    """The lines of an address in the order of its country, those that are there."""
    street = address.street.splitlines()
    if address.country in _LARGEST_FIRST:
        code = f"\N{POSTAL MARK}{address.postcode}" if address.country == "JP" else address.postcode
        place = f"{address.region}{address.city}{address.district}"
        lines = [code if address.postcode else "", place, *street, address.recipient]
    elif address.country in _CODE_LAST:
        place = " ".join(filter(None, (address.region, address.postcode)))
        city = ", ".join(filter(None, (address.city, place)))
        lines = [address.recipient, *street, address.district, city]
    else:
        city = " ".join(filter(None, (address.postcode, address.city)))
        lines = [address.recipient, *street, address.district, city, address.region]
    yield from filter(None, lines)
