"""Stating: what each customer owes, week by week and per currency, reconciled with the books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dateutil.relativedelta import MO, SU, relativedelta

from fxcrm.billing import CreditNote, Payment, PaymentKind, Statement, StatementLine, statement
from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.ids import CompanyId, CustomerId, EntryId
from fxcrm.ledger.journal import REVERSAL
from fxcrm.money import Money
from fxcrm.ports.storage import NotFound
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.resolving import resolved
from fxcrm.usecases.settling import is_of_buyer


class StatementOffLedger(RuleRefused):
    """A statement whose closing balance is not what the open items say."""

    customer: CustomerId
    statement: Money
    ledger: Money
    template = "the statement of {customer} closes at {statement}, its open items say {ledger}"


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week of a day."""
    return day + relativedelta(weekday=MO(-1)), day + relativedelta(weekday=SU(+1))


def customer_statement(
    desk: Desk, customer: CustomerId, currency: Currency, start: date, end: date
) -> Statement:
    """One customer's statement in one currency over a span of days.

    For one that was merged it is the survivor's. Raises `NotFound`.
    """
    buyer = resolved(desk, customer)
    dealt = dealings(desk, buyer.company, buyer.id)
    lines = (line for _, line in dealt if line.amount.currency is currency)
    return statement(buyer.id, currency, start, end, lines)


def weekly_statements(desk: Desk, company: CompanyId, day: date) -> tuple[Statement, ...]:
    """The statements of the week of ``day``, for every customer and currency with any dealings."""
    start, end = week_of(day)
    held: dict[CustomerId, dict[Currency, list[StatementLine]]] = {}
    for customer, line in dealings(desk, company):
        held.setdefault(customer, {}).setdefault(line.amount.currency, []).append(line)
    return tuple(
        statement(customer.id, currency, start, end, lines[currency])
        for customer in desk.uow.customers.of_company(company)
        for lines in (held.get(customer.id, {}),)
        for currency in sorted(lines, key=lambda one: one.code)
    )


def dealing_days(desk: Desk, company: CompanyId) -> set[date]:
    """The days on which something was billed, credited or paid, or one of these taken back."""
    notes = tuple(desk.uow.credit_notes.of_company(company))
    payments = tuple(desk.uow.payments.of_company(company))
    cancelled = [f"credit note:{one.id}" for one in notes if one.is_cancelled]
    undone = [f"payment:{one.id}" for one in payments if one.is_undone]
    return {
        *(one.issued_on for one in desk.uow.invoices.of_company(company)),
        *(one.issued_on for one in notes),
        *(one.on for one in payments),
        *(_day_undone(desk, key) for key in (*cancelled, *undone)),
    }


def reconcile(desk: Desk, made: Statement) -> Statement:
    """A statement up to now, compared with the open items. Raises `StatementOffLedger`.

    What the same party is owed as a supplier stands on no statement, and is left out.
    """
    company = desk.uow.customers.get(made.customer).company
    ledger = Money.total(
        (
            item.open
            for item in desk.uow.items.unsettled(company)
            if item.party == made.customer
            and item.open.currency is made.currency
            and is_of_buyer(item, desk.chart.duties)
        ),
        currency=made.currency,
    )
    closing = made.closing.value
    if ledger != closing:
        raise StatementOffLedger(customer=made.customer, statement=closing, ledger=ledger)
    return made


def dealings(
    desk: Desk, company: CompanyId, customer: CustomerId | None = None
) -> Iterator[tuple[CustomerId, StatementLine]]:
    """All that changed what a customer owes, with the customer; None: of every one of them."""

    def wanted(of: CustomerId) -> bool:
        return customer is None or of == customer

    numbers = {}
    for invoice in desk.uow.invoices.of_company(company):
        if wanted(invoice.customer):
            numbers[invoice.id] = invoice.number
            line = StatementLine(invoice.issued_on, "invoice", invoice.number, invoice.total)
            yield invoice.customer, line
    for note in desk.uow.credit_notes.of_company(company):
        if wanted(note.customer):
            reference = f"{note.number} for {numbers[note.invoice]}"
            for line in _note_lines(desk, note, reference):
                yield note.customer, line
    for payment in desk.uow.payments.of_company(company):
        if wanted(payment.customer):
            number = numbers.get(payment.invoice) if payment.invoice else None
            reference = f"{payment.id} for {number}" if number else payment.id
            for line in _payment_lines(desk, payment, reference):
                yield payment.customer, line


def _note_lines(desk: Desk, note: CreditNote, reference: str) -> Iterator[StatementLine]:
    yield StatementLine(note.issued_on, "credit note", reference, -note.total)
    if note.is_cancelled:
        back = _day_undone(desk, f"credit note:{note.id}")
        yield StatementLine(back, "credit note cancelled", reference, note.total)


def _payment_lines(desk: Desk, payment: Payment, reference: str) -> Iterator[StatementLine]:
    """What a payment took off the account, and what its undoing put back."""
    kind = "payment" if payment.kind is PaymentKind.RECEIPT else payment.kind.value
    amounts = _amounts(payment)
    for amount in amounts:
        yield StatementLine(payment.on, kind, reference, amount)
    if payment.is_undone:
        back = _day_undone(desk, f"payment:{payment.id}")
        for amount in amounts:
            yield StatementLine(back, f"{kind} undone", reference, -amount)


def _day_undone(desk: Desk, key: str) -> date:
    reversal = EntryId(f"{key}{REVERSAL}")
    found = desk.uow.journal.find(reversal)
    if found is None:
        raise NotFound(kind="entry", id=reversal)
    return found.on


def _amounts(payment: Payment) -> tuple[Money, ...]:
    """The changes of what is owed, in each currency they happened in."""
    if payment.kind is PaymentKind.REFUND:
        return (payment.settled,)
    if payment.kind is PaymentKind.OFFSET:
        across = payment.settled.currency is not payment.received.currency
        return (-payment.settled, payment.received) if across else ()
    return (-payment.settled, *(() if payment.excess is None else (-payment.excess,)))
