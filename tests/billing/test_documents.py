"""Orders, invoices, cases: their tables walked, their totals the sums of their lines (M9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.billing import (
    CASE_LIFECYCLE,
    CREDIT_NOTE_LIFECYCLE,
    INVOICE_LIFECYCLE,
    ORDER_LIFECYCLE,
    PAYMENT_LIFECYCLE,
    CreditNote,
    DocumentLine,
    Invoice,
    Order,
    Payment,
    ServiceCase,
)
from fxcrm.currencies import Currency
from fxcrm.ids import (
    CaseId,
    CompanyId,
    CreditNoteId,
    CustomerId,
    InvoiceId,
    LockId,
    OrderId,
    PaymentId,
)
from fxcrm.lifecycles import Lifecycle, TransitionRefused
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.testing.strategies import moneys

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 20)
NORDWIND, ACME = CompanyId("nordwind"), CustomerId("acme")


def _lines(*amounts: Money) -> tuple[DocumentLine, ...]:
    return tuple(DocumentLine(f"Line {one}", Decimal(1), one) for one in amounts)


def _order(*amounts: Money, currency: str = "USD") -> Order:
    return Order(
        OrderId("O-1"),
        "O-0001",
        NORDWIND,
        ACME,
        None,
        Currency(currency),
        _lines(*(amounts or (Money("10.00", currency),))),
        DAY,
        LockId("L-1"),
    )


def _invoice() -> Invoice:
    return Invoice.of_order(_order(), id=InvoiceId("I-1"), number="INV-1", on=DAY, due_on=NEXT)


def _case() -> ServiceCase:
    claimed = Money("4.00", "USD")
    return ServiceCase(CaseId("C-1"), "C-1", NORDWIND, ACME, InvoiceId("I-1"), "Leak", claimed, DAY)


def _payment() -> Payment:
    paid = Money("10.00", "USD")
    none = Money.zero("USD")
    id = PaymentId("P-1")
    return Payment(id, NORDWIND, ACME, InvoiceId("I-1"), paid, paid, none, "wire", DAY)


def _note() -> CreditNote:
    ids = CreditNoteId("C-1"), "CN-1", NORDWIND, ACME, InvoiceId("I-1")
    return CreditNote(*ids, Currency("USD"), _lines(Money("4.00", "USD")), DAY, "damaged")


ORDER_COMMANDS: dict[str, Callable[[Any], Any]] = {
    "ship": lambda one: one.ship(NEXT),
    "invoice": lambda one: one.invoiced(NEXT),
    "invoice in part": lambda one: one.invoiced_in_part({1: Decimal("0.5")}, NEXT),
    "cancel": lambda one: one.cancel("changed mind", NEXT),
}
INVOICE_COMMANDS: dict[str, Callable[[Any], Any]] = {
    "pay": lambda one: one.paid(NEXT, in_full=True),
    "pay in part": lambda one: one.paid(NEXT, in_full=False),
    "credit": lambda one: one.credited(NEXT),
    "reopen": lambda one: one.reopened(NEXT, in_full=True),
    "reopen in part": lambda one: one.reopened(NEXT, in_full=False),
}
PAYMENT_COMMANDS: dict[str, Callable[[Any], Any]] = {"undo": lambda one: one.undone(NEXT)}
NOTE_COMMANDS: dict[str, Callable[[Any], Any]] = {"cancel": lambda one: one.cancelled(NEXT)}
CASE_COMMANDS: dict[str, Callable[[Any], Any]] = {
    "resolve": lambda one: one.resolve("replaced", NEXT),
    "reopen": lambda one: one.reopen(NEXT),
}
TABLES: list[tuple[Lifecycle, Callable[[], Any], dict[str, Callable[[Any], Any]]]] = [
    (ORDER_LIFECYCLE, _order, ORDER_COMMANDS),
    (INVOICE_LIFECYCLE, _invoice, INVOICE_COMMANDS),
    (CASE_LIFECYCLE, _case, CASE_COMMANDS),
    (PAYMENT_LIFECYCLE, _payment, PAYMENT_COMMANDS),
    (CREDIT_NOTE_LIFECYCLE, _note, NOTE_COMMANDS),
]
WALKS = [
    pytest.param(lifecycle, make, commands, state, command, id=f"{state}-{command}")
    for lifecycle, make, commands in TABLES
    for state in lifecycle.states()
    for command in commands
]


@pytest.mark.parametrize(("lifecycle", "make", "commands", "state", "command"), WALKS)
def test_a_document_moves_as_its_table_says(
    lifecycle: Lifecycle,
    make: Callable[[], Any],
    commands: dict[str, Callable[[Any], Any]],
    state: str,
    command: str,
) -> None:
    """Every state with every command: the next state with an event, or a refusal."""
    document = attrs.evolve(make(), state=state)
    expected = lifecycle.table.get((state, command))
    if expected is None:
        with pytest.raises(TransitionRefused) as caught:
            commands[command](document)
        assert (caught.value.state, caught.value.command) == (state, command)
        return
    moved = commands[command](document)
    assert moved.state == expected
    assert (moved.events[-1].name, moved.events[-1].on) == (f"{lifecycle.name} {expected}", NEXT)
    assert document.state == state


def test_every_command_of_a_table_can_be_given() -> None:
    """No row of a table waits for a command that nobody wrote."""
    for lifecycle, _, commands in TABLES:
        assert {command for _, command in lifecycle.table} <= set(commands)


@given(moneys(currency="USD", min_size=1))
def test_a_total_is_the_sum_of_the_lines(amounts: list[Money]) -> None:
    """Order and invoice agree with each other and with plain fractions; nothing is rounded."""
    order = _order(*amounts)
    invoice = Invoice.of_order(order, id=InvoiceId("I-1"), number="1", on=DAY, due_on=NEXT)
    expected = sum((Fraction(one.amount) for one in amounts), Fraction(0))
    assert Fraction(order.total.amount) == expected
    assert invoice.total == order.total
    assert invoice.lines == order.lines


@given(st.sampled_from(["EUR", "JPY", "BHD"]))
def test_a_document_can_not_be_relabelled(code: str) -> None:
    """Writing another currency on it does not convert it: the total is refused (M8)."""
    with pytest.raises(CurrencyMismatch):
        _ = attrs.evolve(_order(), currency=Currency(code)).total
    with pytest.raises(CurrencyMismatch):
        _ = attrs.evolve(_invoice(), currency=Currency(code)).total


def test_an_invoice_takes_everything_from_its_order() -> None:
    """Company, customer, currency, lines and lock are those agreed on; the days are its own."""
    invoice = _invoice()
    assert (invoice.order, invoice.lock, invoice.currency.code) == ("O-1", "L-1", "USD")
    assert (invoice.issued_on, invoice.due_on, invoice.state) == (DAY, NEXT, "issued")
    assert invoice.events[0].details == {"total": "USD 10.00"}


def test_shipping_notes_the_day() -> None:
    """An order knows when its goods left, and not before."""
    assert _order().shipped_on is None
    assert _order().ship(NEXT).shipped_on == NEXT


def test_a_claim_names_the_invoice_it_is_about() -> None:
    """The figure of a case is what is claimed, resting on the invoice."""
    figure = _case().figure()
    assert figure.value == Money("4.00", "USD")
    assert figure.explain().endswith("invoice I-1: Leak")


def test_a_case_keeps_its_currency_and_its_last_answer() -> None:
    """A reopened case has no resolution any more; the claim stays what it was."""
    resolved = _case().resolve("replaced", NEXT)
    assert (resolved.resolution, resolved.claimed) == ("replaced", Money("4.00", "USD"))
    assert resolved.reopen(NEXT).resolution == ""
