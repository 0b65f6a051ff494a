"""Undoing: a payment or a credit note is taken back, and both residuals are what they were."""

from __future__ import annotations

from datetime import date

from fxcrm.billing import INVOICE_LIFECYCLE, CreditNote, Invoice, Payment
from fxcrm.ids import CompanyId, CreditNoteId, InvoiceId, PaymentId
from fxcrm.ledger import Undoing, undo
from fxcrm.ports.storage import NotFound
from fxcrm.posting import item_id
from fxcrm.queries import Filter, every
from fxcrm.usecases.booking import book
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.paralleling import books_of, entry_in
from fxcrm.usecases.settling import settleable


def undo_payment(desk: Desk, id: PaymentId, *, on: date, reason: str = "") -> Payment:
    """Take back a payment, an advance, a refund, an offset or a write-off: it was an error.

    The entry is reversed on its own day ``on``; what it took off open items goes back on, exactly.
    Raises `UndoRefused` where something was settled with it since, `ItemRevalued`,
    `TransitionRefused` for one undone already.
    """
    payment = desk.uow.payments.get(id)
    taken_back = payment.undone(on)
    undo_entry(desk, payment.company, f"payment:{id}", on=on, reason=reason)
    saved = desk.uow.payments.save(taken_back)
    if payment.invoice is not None:
        _reopen(desk, payment.invoice, on)
    return saved


def cancel_credit_note(desk: Desk, id: CreditNoteId, *, on: date, reason: str = "") -> CreditNote:
    """Take back a credit note. Raises as `undo_payment` does."""
    note = desk.uow.credit_notes.get(id)
    cancelled = note.cancelled(on)
    undo_entry(desk, note.company, f"credit note:{id}", on=on, reason=reason)
    _reopen(desk, note.invoice, on)
    return desk.uow.credit_notes.save(cancelled)


def undo_entry(
    desk: Desk, company: CompanyId, key: str, *, on: date, reason: str = ""
) -> tuple[Undoing, ...]:
    """Undo what a key booked, in every book of the company. Raises `NotFound`, `UndoRefused`."""
    made = []
    for books in books_of(desk, company):
        books.open_on(on)
        entry = desk.uow.journal.find(entry_in(books, key))
        if entry is None or entry.company != books.id:
            raise NotFound(kind="entry", id=entry_in(books, key))
        named = dict.fromkeys(one.item for one in entry.postings if one.item is not None)
        items = [settleable(desk, item, on) for item in named]
        result = undo(entry, items, on=on, chart=desk.chart, reason=reason)
        book(desk, result.entry)
        for item in result.items:
            desk.uow.items.save(item)
        made.append(result)
    return tuple(made)


def _reopen(desk: Desk, invoice: InvoiceId, on: date) -> None:
    """The document follows its item: nothing is paid any more, or less than before.

    What credit notes took stays taken, and pays nothing.
    """
    billed: Invoice = desk.uow.invoices.get(invoice)
    item = desk.uow.items.get(item_id(billed.company, billed.number))
    if not item.is_settled and billed.state != INVOICE_LIFECYCLE.start:
        payments = every(desk.uow.payments.page, Filter(invoice=invoice))
        paid = any(not one.is_undone for one in payments)
        desk.uow.invoices.save(billed.reopened(on, in_full=not paid))
