"""Settling: a payment meets its invoice, in the books and on the document."""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.billing import Payment
from fxcrm.decisions import Purpose
from fxcrm.errors import RuleRefused
from fxcrm.events import Event
from fxcrm.ids import EntryId, InvoiceId, OpenItemId, PaymentId
from fxcrm.ledger import Settlement, settle
from fxcrm.money import Money
from fxcrm.posting import item_id, receipt_of
from fxcrm.usecases.booking import book
from fxcrm.usecases.deciding import Desk, decided


class ItemRevalued(RuleRefused):
    """A payment of a day at whose end, or later, the item was re-measured already (D16)."""

    item: OpenItemId
    on: date
    revalued_at: date
    template = (
        "open item {item} was revalued at {revalued_at} and can not be paid on {on}; "
        "date the payment after that day"
    )


def receive_payment(
    desk: Desk,
    id: PaymentId,
    *,
    invoice: InvoiceId,
    settled: Money,
    received: Money,
    fee: Money | None = None,
    method: str,
    on: date,
) -> Settlement:
    """Book a payment: ``settled`` in the invoice's currency, the rest in that of the bank.

    Raises `SettlementRefused` for more than is open, or for money that does not add up, and
    `ItemRevalued` for a day that was closed at a rate already.
    """
    billed = desk.uow.invoices.get(invoice)
    company = desk.uow.companies.get(billed.company)
    company.open_on(on)
    kept = Money.zero(received.currency) if fee is None else fee
    event = Event("payment received", id, on, {"settled": str(settled), "received": str(received)})
    payment = Payment(
        id,
        company.id,
        billed.customer,
        invoice,
        settled,
        received,
        kept,
        method,
        on,
        events=(event,),
    )
    spot = decided(desk, Purpose.BOOKING, company.functional, received.currency, on)
    item_spot = decided(desk, Purpose.BOOKING, company.functional, settled.currency, on)
    item = desk.uow.items.get(item_id(company.id, billed.number))
    _refuse_revalued(desk, item.id, on)
    receipt = receipt_of(payment, spot, item_spot)
    result = settle(item, receipt, entry=EntryId(f"payment:{id}"), chart=desk.chart)
    book(desk, result.entry)
    desk.uow.payments.add(payment)
    kept_item = desk.uow.items.save(result.item)
    desk.uow.invoices.save(billed.paid(on, in_full=kept_item.is_settled))
    return attrs.evolve(result, item=kept_item)


def _refuse_revalued(desk: Desk, item: OpenItemId, on: date) -> None:
    for line in desk.uow.journal.item_lines(item):
        if line.kind == "revaluation" and line.on >= on:
            raise ItemRevalued(item=item, on=on, revalued_at=line.on)
