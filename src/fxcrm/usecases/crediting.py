"""Crediting: credit notes and write-offs, on the document and in the books (D12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import attrs

from fxcrm.billing import CreditNote, DocumentLine, Invoice, LineTax, Payment, PaymentKind
from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.events import Event
from fxcrm.ids import AccountCode, CreditNoteId, EntryId, InvoiceId, PaymentId
from fxcrm.ledger import Company, Credit, Crediting, CreditRate, credit, write_off
from fxcrm.ledger.crediting import CreditTax
from fxcrm.money import Money, Rounding
from fxcrm.posting import entry_of, item_id, tax_account
from fxcrm.postingrules import TAX, FactKind
from fxcrm.queries import Filter, every
from fxcrm.taxes import PriceBasis
from fxcrm.usecases.booking import book
from fxcrm.usecases.deciding import Desk, booking_rate, document_number
from fxcrm.usecases.paralleling import books_of, entry_in
from fxcrm.usecases.settling import settleable


class CreditExceedsInvoice(RuleRefused):
    """Credit notes of more than the invoice itself, less what was let off of it.

    A discount or a write-off was never paid, so it is not owed back.
    """

    invoice: InvoiceId
    total: Money
    let_off: Money
    credited: Money
    template = (
        "invoice {invoice} of {total}, of which {let_off} was let off, can not be credited with "
        "{credited} in all; credit the rest at the most, or undo first what was let off"
    )


def credit_invoice(
    desk: Desk,
    id: CreditNoteId,
    *,
    invoice: InvoiceId,
    amount: Money,
    on: date,
    reason: str,
    at: CreditRate = CreditRate.CARRYING,
) -> CreditNote:
    """Take back a part of an invoice, or all of it.

    What is still open goes off at its carrying rate, or ``at`` the spot of the day; what was
    paid already is owed to the customer from then on, at the spot of the day, as the open item
    ``item:<company>:<number of the note>``; what was let off is not. Raises
    `CreditExceedsInvoice`, `SettlementRefused`.
    """
    billed = desk.uow.invoices.get(invoice)
    _refuse_too_much(desk, billed, amount)
    made = CreditNote(
        id,
        document_number(desk, billed.company, "CN"),
        billed.company,
        billed.customer,
        invoice,
        billed.currency,
        (_line(desk, billed, reason, amount),),
        on,
        reason,
        events=(Event("credit note issued", id, on, {"total": str(amount)}),),
    )
    done = [_credited(desk, books, billed, made, at) for books in books_of(desk, billed.company)]
    if done[0].item.is_settled and billed.state not in ("paid", "credited"):
        desk.uow.invoices.save(billed.credited(on))
    return desk.uow.credit_notes.add(made)


def _line(desk: Desk, billed: Invoice, reason: str, amount: Money) -> DocumentLine:
    """The line of a note: of each tax what all notes together owe back, less what others did."""
    bare = DocumentLine(reason, Decimal(1), amount)
    if billed.tax.is_zero:
        return bare
    issued = [one for one in _notes(desk, billed) if one.state == "issued"]
    credited = Money.total((*(one.total for one in issued), amount))
    share, taxes = credited.ratio(billed.total), []
    for tax, whole in _by_tax(line for line in billed.lines).items():
        before = _by_tax(line for one in issued for line in one.lines).get(tax)
        now = whole.times(share, rounding=Rounding.HALF_EVEN)
        taxes.append(LineTax(*tax, now if before is None else now - before))
    return attrs.evolve(bare, taxes=tuple(taxes), basis=PriceBasis.GROSS)


def _by_tax(lines: Iterable[DocumentLine]) -> dict[tuple[str, Decimal], Money]:
    found: dict[tuple[str, Decimal], Money] = {}
    for one in (tax for line in lines for tax in line.taxes):
        key = one.name, one.percent
        found[key] = found[key] + one.amount if key in found else one.amount
    return found


def _notes(desk: Desk, billed: Invoice) -> Iterable[CreditNote]:
    return every(desk.uow.credit_notes.page, Filter(invoice=billed.id))


def _refuse_too_much(desk: Desk, billed: Invoice, amount: Money) -> None:
    before = (one.total for one in _notes(desk, billed) if one.state == "issued")
    credited = Money.total((*before, amount), currency=billed.currency)
    let_off = _let_off(desk, billed)
    if credited > billed.total - let_off:
        raise CreditExceedsInvoice(
            invoice=billed.id, total=billed.total, let_off=let_off, credited=credited
        )


def _let_off(desk: Desk, billed: Invoice) -> Money:
    """What nobody will pay of an invoice: discounts and write-offs that stand."""
    where, after, parts = Filter(invoice=billed.id), None, list[Money | None]()
    while True:
        page = desk.uow.payments.page(where, after=after)
        for one in (one for one in page.items if one.state == "booked"):
            given_up = one.settled if one.kind is PaymentKind.WRITE_OFF else one.write_off
            parts += (one.discount, given_up)
        if (after := page.after) is None:
            return Money.total((one for one in parts if one), currency=billed.currency)


def _credited(
    desk: Desk, books: Company, billed: Invoice, note: CreditNote, at: CreditRate
) -> Crediting:
    """One credit note in one of the books."""
    books.open_on(note.issued_on)
    spot = booking_rate(desk, books, note.currency, note.issued_on)
    item = settleable(desk, item_id(books.id, billed.number), note.issued_on)
    reference, rules = f"Credit note {note.number}", desk.bookkeeping.of(books).posting
    owed, tax = item_id(books.id, note.number), _tax(desk, books, billed, note)
    given = Credit(note.total, note.issued_on, reference, spot, owed, at, tax)
    entry = entry_in(books, f"credit note:{note.id}")
    account = rules.of(FactKind.CREDIT_NOTE).across(desk.chart)
    made = credit(item, given, entry=entry, chart=desk.chart, account=account)
    return _kept(desk, made)


def _tax(desk: Desk, books: Company, billed: Invoice, note: CreditNote) -> CreditTax | None:
    rules = desk.bookkeeping.of(books).posting
    account = tax_account(FactKind.CREDIT_NOTE, note.tax, desk.chart, rules)
    if account is None:
        return None
    owed = rules.of(FactKind.INVOICE).component_on(desk.chart, TAX) or account
    entry = entry_of(FactKind.INVOICE, books.id, billed.number)
    amount, value = _booked(desk, books, billed.currency, entry, owed)
    if billed.currency is books.functional or -amount != billed.tax:
        return CreditTax(note.tax, account)  # worth itself, or not alone there
    issued = [one for one in _notes(desk, billed) if one.state == "issued"]
    share = Money.total((note.tax, *(one.tax for one in issued))).ratio(billed.tax)
    gone = -value.times(share, Rounding.HALF_EVEN)
    for one in issued:
        key = entry_in(books, f"credit note:{one.id}")
        gone -= _booked(desk, books, billed.currency, key, account)[1]
    return CreditTax(note.tax, account, gone)


def _booked(
    desk: Desk, books: Company, currency: Currency, key: EntryId, account: AccountCode
) -> tuple[Money, Money]:
    """What an entry has on an account, in document and in functional currency."""
    entry = desk.uow.journal.find(key)
    lines = [one for one in entry.postings if one.account == account] if entry else []
    return (
        Money.total((one.amount for one in lines), currency=currency),
        Money.total((one.functional for one in lines), currency=books.functional),
    )


def _kept(desk: Desk, made: Crediting) -> Crediting:
    book(desk, made.entry)
    desk.uow.items.save(made.item)
    if made.credit is not None:
        desk.uow.items.add(made.credit)
    return made


def write_off_invoice(
    desk: Desk, id: PaymentId, *, invoice: InvoiceId, amount: Money | None = None, on: date
) -> Crediting:
    """Give up what is open of an invoice, or a part of it, at its carrying amount (D12).

    Raises `SettlementRefused`, `ItemRevalued`.
    """
    billed = desk.uow.invoices.get(invoice)
    held = settleable(desk, item_id(billed.company, billed.number), on)
    given_up = abs(held.open) if amount is None else amount
    none = Money.zero(given_up.currency)
    made = []
    for books in books_of(desk, billed.company):
        books.open_on(on)
        item = settleable(desk, item_id(books.id, billed.number), on)
        entry, reference = entry_in(books, f"payment:{id}"), f"Write-off {id}"
        result = write_off(
            item, given_up, on=on, reference=reference, entry=entry, chart=desk.chart
        )
        made.append(_kept(desk, result))
    desk.uow.payments.add(
        Payment(
            id,
            billed.company,
            billed.customer,
            invoice,
            given_up,
            none,
            none,
            "write-off",
            on,
            kind=PaymentKind.WRITE_OFF,
            events=(Event("invoice written off", id, on, {"amount": str(given_up)}),),
        )
    )
    desk.uow.invoices.save(billed.paid(on, in_full=made[0].item.is_settled))
    return made[0]
