"""Invoicing: an order is billed and booked, and its lock is measured against the day's spot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from fxcrm._decimals import exact_decimal
from fxcrm.billing import DocumentLine, Invoice, Order
from fxcrm.errors import InputRefused
from fxcrm.ids import CompanyId, InvoiceId, OrderId
from fxcrm.money import Money
from fxcrm.posting import Fact, charged_by_member, invoice_issued, member_charged
from fxcrm.usecases.apportioning import parts_of, rest_of
from fxcrm.usecases.booking import book, due_after
from fxcrm.usecases.deciding import Desk, booking_rate, document_number
from fxcrm.usecases.paralleling import books_of
from fxcrm.usecases.tracing import lock_spot


def invoice_order(desk: Desk, id: InvoiceId, *, order: OrderId, on: date, days: int) -> Invoice:
    """Bill a shipped order, due after ``days``; booked at the spot of the day (D3).

    Where parts were billed already, the rest is.
    """
    shipped = desk.uow.orders.get(order)
    billed = shipped.invoiced(on)
    lines = parts_of(desk, shipped, rest_of(shipped)) if shipped.billed else shipped.lines
    return _issue(desk, id, billed, lines, on, days)


def invoice_part(
    desk: Desk,
    id: InvoiceId,
    *,
    order: OrderId,
    quantities: Mapping[int, int | str | Decimal],
    on: date,
    days: int,
) -> Invoice:
    """Bill a part of a shipped order: so much of the lines at these positions, from 1.

    All parts add up to the order, and each rests on the lock as far as its lines do. Raises
    `OrderLineExceeded`, `NumberRefused`.
    """
    shipped = desk.uow.orders.get(order)
    exact = {position: exact_decimal(quantity) for position, quantity in quantities.items()}
    billed = shipped.invoiced_in_part(exact, on)
    return _issue(desk, id, billed, parts_of(desk, shipped, exact), on, days)


def _issue(
    desk: Desk, id: InvoiceId, billed: Order, lines: tuple[DocumentLine, ...], on: date, days: int
) -> Invoice:
    every = books_of(desk, billed.company)
    every[0].open_on(on)
    number = document_number(desk, billed.company, "INV")
    due = due_after(on, days)
    invoice = Invoice.of_order(billed, id=id, number=number, on=on, due_on=due, lines=lines)
    for books in every:
        spot = booking_rate(desk, books, invoice.currency, on)
        rules = desk.bookkeeping.of(books).posting
        entry, item = invoice_issued(invoice, books, spot, desk.chart, rules)
        book(desk, entry)
        desk.uow.items.add(item)
    desk.uow.orders.save(billed)
    lock_spot(desk, invoice)  # so that its decision is recorded now, not by a later report
    return desk.uow.invoices.add(invoice)


class ChargedItself(InputRefused):
    """A company can not owe itself."""

    company: CompanyId
    template = "{company} can not charge itself; name two members of the group"


def charge_member(
    desk: Desk,
    key: str,
    *,
    creditor: CompanyId,
    debtor: CompanyId,
    amount: Money,
    on: date,
    days: int,
) -> None:
    """One member of the group charges another: booked on both sides, in one currency.

    Raises `ChargedItself`.
    """
    if creditor == debtor:
        raise ChargedItself(company=creditor)
    due, made = due_after(on, days), []
    for company, partner, told in (
        (creditor, debtor, member_charged),
        (debtor, creditor, charged_by_member),
    ):
        for books in books_of(desk, company):
            books.open_on(on)
            spot = booking_rate(desk, books, amount.currency, on)
            rules = desk.bookkeeping.of(books).posting
            made.append(told(Fact(books, key, amount, on, spot), partner, due, desk.chart, rules))
    for entry, item in made:
        book(desk, entry)
        desk.uow.items.add(item)
