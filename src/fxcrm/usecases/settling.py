"""Settling: money meets what is owed, in the books and on the document.

Each use case books in the books of the company and in every parallel one, each at its own
rates, and keeps the `Payment` that says what happened in document amounts. What it returns is
what happened in the company's own books.
"""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.billing import Invoice, Payment, PaymentKind
from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.events import Event
from fxcrm.ids import CompanyId, CustomerId, InvoiceId, OpenItemId, PaymentId
from fxcrm.ledger import (
    Advance,
    Advancing,
    Company,
    Duties,
    Offset,
    Offsetting,
    OpenItem,
    Receipt,
    Settlement,
    advance,
    offset,
    settle,
)
from fxcrm.ledger.revaluation import revalued_until
from fxcrm.ledger.undoing import reopened_on
from fxcrm.money import Money
from fxcrm.ports.storage import NotFound
from fxcrm.posting import item_id, receipt_of
from fxcrm.usecases.booking import book
from fxcrm.usecases.deciding import Desk, booking_rate
from fxcrm.usecases.paralleling import books_of, entry_in, item_in
from fxcrm.usecases.resolving import held


class ItemRevalued(RuleRefused):
    """A settlement of a day at whose end, or later, the item was re-measured already (D16)."""

    item: OpenItemId
    on: date
    revalued_at: date
    template = (
        "open item {item} was revalued at {revalued_at} and can not be settled on {on}; "
        "date it after that day"
    )


class ItemReopened(RuleRefused):
    """A settlement before the day on which an earlier one was taken back (D9).

    Between the two the item would be settled twice.
    """

    item: OpenItemId
    on: date
    reopened_on: date
    template = (
        "something went back on open item {item} on {reopened_on}, so it takes nothing on {on}; "
        "date it on that day or later"
    )


class CreditOfAnother(RuleRefused):
    """An open item that is no credit of the customer."""

    item: OpenItemId
    party: str
    template = "open item {item} is no credit of {party:plain}; name a credit or an advance"


def is_of_buyer(item: OpenItem, duties: Duties) -> bool:
    """Whether an item is what a buyer owes or is owed; the others are those of suppliers.

    Rules of the books may name accounts of their own for what is billed, so these go by sign.
    """
    if item.account in (duties.buyer_credits, duties.advances_received):
        return True
    return item.sign > 0 and item.account not in (duties.supplier_credits, duties.advances_paid)


def _credit_of_buyer(desk: Desk, credit: OpenItemId) -> OpenItem:
    """A credit or an advance of a customer. Raises `CreditOfAnother`, `NotFound`."""
    item = desk.uow.items.get(credit)
    if item.sign > 0 or not is_of_buyer(item, desk.chart.duties):
        raise CreditOfAnother(item=credit, party=item.party)
    return item


def receive_payment(
    desk: Desk,
    id: PaymentId,
    *,
    invoice: InvoiceId,
    settled: Money,
    received: Money,
    fee: Money | None = None,
    discount: Money | None = None,
    write_off: Money | None = None,
    excess: Money | None = None,
    method: str,
    on: date,
) -> Settlement:
    """Book a payment: ``settled`` in the invoice's currency, the rest in that of the bank.

    ``discount`` and ``write_off`` are let off and are parts of ``settled``; ``excess`` is what
    was received too much and stays to the customer's credit, as the open item
    ``item:<company>:<payment>:credit`` (D11). Raises `SettlementRefused` for more than is open,
    or for money that does not add up, `ItemRevalued` for a day that was closed at a rate
    already, and `ItemReopened` for one before an earlier payment was undone.
    """
    billed = desk.uow.invoices.get(invoice)
    kept = Money.zero(received.currency) if fee is None else fee
    event = Event("payment received", id, on, {"settled": str(settled), "received": str(received)})
    payment = Payment(
        id,
        billed.company,
        billed.customer,
        invoice,
        settled,
        received,
        kept,
        method,
        on,
        discount,
        write_off,
        excess,
        events=(event,),
    )
    made = [_received(desk, books, billed, payment) for books in books_of(desk, billed.company)]
    desk.uow.payments.add(payment)
    desk.uow.invoices.save(billed.paid(on, in_full=made[0].item.is_settled))
    return made[0]


def _received(desk: Desk, books: Company, billed: Invoice, payment: Payment) -> Settlement:
    """One payment in one of the books."""
    books.open_on(payment.on)
    spot = _spot(desk, books, payment.received.currency, payment.on)
    item_spot = _spot(desk, books, payment.settled.currency, payment.on)
    item = settleable(desk, item_id(books.id, billed.number), payment.on)
    receipt = receipt_of(payment, spot, item_spot, credit=credit_of(books, payment.id))
    entry = entry_in(books, f"payment:{payment.id}")
    result = settle(item, receipt, entry=entry, chart=desk.chart)
    booked = book(desk, result.entry)
    if result.credit is not None:
        desk.uow.items.add(result.credit)
    return attrs.evolve(result, entry=booked, item=desk.uow.items.save(result.item))


def credit_of(books: Company, payment: PaymentId) -> OpenItemId:
    """The open item of what a payment brought too much."""
    return item_id(books.id, f"{payment}:credit")


def receive_advance(
    desk: Desk,
    id: PaymentId,
    *,
    company: CompanyId,
    customer: CustomerId,
    received: Money,
    fee: Money | None = None,
    method: str,
    on: date,
) -> Advancing:
    """Book money that came before its invoice: an open item that keeps its rate (D11).

    `apply_credit` sets the item, ``item:<company>:<payment>``, against an invoice. Raises
    `AdvanceRefused`, `NotFound` for a customer of another company.
    """
    payer = held(desk, customer)
    if payer.company != company:
        raise NotFound(kind=f"customer of {company}", id=customer)
    kept = Money.zero(received.currency) if fee is None else fee
    payment = Payment(
        id,
        company,
        payer.id,
        None,
        received + kept,
        received,
        kept,
        method,
        on,
        kind=PaymentKind.ADVANCE,
        credit=item_id(company, id),
        events=(Event("advance received", id, on, {"received": str(received)}),),
    )
    made = [_advanced(desk, books, payment) for books in books_of(desk, company)]
    desk.uow.payments.add(payment)
    return made[0]


def _advanced(desk: Desk, books: Company, payment: Payment) -> Advancing:
    spot = _spot(desk, books, payment.received.currency, payment.on)
    given = Advance(
        books.id,
        payment.customer,
        payment.received,
        payment.fee,
        payment.on,
        f"Advance {payment.id}",
        spot,
    )
    made = advance(
        given,
        id=item_id(books.id, payment.id),
        entry=entry_in(books, f"payment:{payment.id}"),
        functional=books.functional,
        chart=desk.chart,
    )
    return Advancing(book(desk, made.entry), desk.uow.items.add(made.item))


def apply_credit(
    desk: Desk,
    id: PaymentId,
    *,
    invoice: InvoiceId,
    credit: OpenItemId,
    settled: Money,
    used: Money | None = None,
    on: date,
) -> Offsetting:
    """Set an advance or a credit of the customer against an invoice; no money moves (D11).

    ``settled`` is in the invoice's currency, ``used`` in the credit's, at the agreed cross rate;
    where they are one currency it is left out. Raises `OffsetRefused`, `SettlementRefused`,
    `ItemRevalued`, and `CreditOfAnother` for what is none, such as a bill.
    """
    _credit_of_buyer(desk, credit)
    billed = desk.uow.invoices.get(invoice)
    taken = settled if used is None else used
    payment = Payment(
        id,
        billed.company,
        billed.customer,
        invoice,
        settled,
        taken,
        Money.zero(taken.currency),
        "credit",
        on,
        kind=PaymentKind.OFFSET,
        credit=credit,
        events=(Event("credit applied", id, on, {"settled": str(settled), "used": str(taken)}),),
    )
    made = [_applied(desk, books, billed, payment) for books in books_of(desk, billed.company)]
    desk.uow.payments.add(payment)
    desk.uow.invoices.save(billed.paid(on, in_full=made[0].item.is_settled))
    return made[0]


def _applied(desk: Desk, books: Company, billed: Invoice, payment: Payment) -> Offsetting:
    against = item_in(books, payment.credit or OpenItemId(""))
    return offset_in(
        desk,
        books,
        f"payment:{payment.id}",
        item=item_id(books.id, billed.number),
        against=against,
        settled=payment.settled,
        used=payment.received,
        on=payment.on,
    )


def offset_in(
    desk: Desk,
    books: Company,
    key: str,
    *,
    item: OpenItemId,
    against: OpenItemId,
    settled: Money,
    used: Money,
    on: date,
) -> Offsetting:
    """Set two items of one set of books against one another."""
    books.open_on(on)
    made = offset(
        settleable(desk, item, on),
        settleable(desk, against, on),
        Offset(
            settled,
            used,
            on,
            f"Offset {key}",
            _spot(desk, books, used.currency, on),
            _spot(desk, books, settled.currency, on),
        ),
        entry=entry_in(books, key),
        chart=desk.chart,
    )
    return attrs.evolve(
        made,
        entry=book(desk, made.entry),
        item=desk.uow.items.save(made.item),
        against=desk.uow.items.save(made.against),
    )


def refund_credit(
    desk: Desk,
    id: PaymentId,
    *,
    credit: OpenItemId,
    refunded: Money,
    paid: Money | None = None,
    fee: Money | None = None,
    method: str,
    on: date,
) -> Settlement:
    """Pay back what a customer has to their credit: ``refunded`` of it, in its currency.

    ``paid`` is what left the bank, the fee included, in any currency; left out, the same amount.
    Raises `SettlementRefused`, `CreditOfAnother`, `ItemRevalued`.
    """
    item = _credit_of_buyer(desk, credit)
    left = refunded if paid is None else paid
    kept = Money.zero(left.currency) if fee is None else fee
    event = Event("credit refunded", id, on, {"refunded": str(refunded), "paid": str(left)})
    payment = Payment(
        id,
        item.company,
        CustomerId(item.party),
        None,
        refunded,
        left,
        kept,
        method,
        on,
        kind=PaymentKind.REFUND,
        credit=credit,
        events=(event,),
    )
    made = [
        by_money(
            desk,
            books,
            f"payment:{id}",
            item=item_in(books, credit),
            paid=(refunded, left, kept),
            reference=f"Refund {id}",
            on=on,
        )
        for books in books_of(desk, item.company)
    ]
    desk.uow.payments.add(payment)
    return made[0]


def by_money(
    desk: Desk,
    books: Company,
    key: str,
    *,
    item: OpenItemId,
    paid: tuple[Money, Money, Money],
    discount: Money | None = None,
    reference: str,
    on: date,
) -> Settlement:
    """Settle an item by money in one set of books.

    ``paid`` is what is settled, what moved on the bank account, and the fee.
    """
    books.open_on(on)
    settled, left, _ = paid
    receipt = Receipt(
        *paid,
        on,
        reference,
        _spot(desk, books, left.currency, on),
        _spot(desk, books, settled.currency, on),
        discount,
    )
    held = settleable(desk, item, on)
    result = settle(held, receipt, entry=entry_in(books, key), chart=desk.chart)
    booked = book(desk, result.entry)
    return attrs.evolve(result, entry=booked, item=desk.uow.items.save(result.item))


def settleable(desk: Desk, item: OpenItemId, on: date) -> OpenItem:
    """An item that may be settled on a day. Raises `ItemRevalued`, `ItemReopened`, `NotFound`."""
    lines = tuple(desk.uow.journal.item_lines(item))
    until = revalued_until(lines, on)
    if until is not None:
        raise ItemRevalued(item=item, on=on, revalued_at=until)
    reopened = reopened_on(lines)
    if reopened is not None and on < reopened:
        raise ItemReopened(item=item, on=on, reopened_on=reopened)
    return desk.uow.items.get(item)


def _spot(desk: Desk, books: Company, currency: Currency, on: date) -> RateDecision | None:
    return booking_rate(desk, books, currency, on)
