"""Credit notes and write-offs: document, item and statement in step; nothing beyond the invoice."""

from __future__ import annotations

from datetime import date

import pytest

from fxcrm.billing import CreditNote, PaymentKind
from fxcrm.ids import CompanyId, CreditNoteId, InvoiceId, OpenItemId, PaymentId
from fxcrm.ledger import CreditRate, OpenItem
from fxcrm.lifecycles import TransitionRefused
from fxcrm.usecases import (
    apply_credit,
    cancel_credit_note,
    credit_invoice,
    customer_statement,
    open_parallel_book,
    receive_payment,
    reconcile,
    undo_payment,
    write_off_invoice,
)
from fxcrm.usecases.crediting import CreditExceedsInvoice
from tests.ledger.notation import money
from tests.usecases.office import ACME, FEBRUARY, FIRST, MARCH, NORDWIND, USD, Office

DAY, LATER = date(2026, 1, 10), date(2026, 2, 10)


def _noted(
    office: Office,
    id: str,
    amount: str,
    day: date = LATER,
    number: int = 1,
    at: CreditRate = CreditRate.CARRYING,
) -> CreditNote:
    with office.desk(day) as desk:
        return credit_invoice(
            desk,
            CreditNoteId(id),
            invoice=InvoiceId(f"I-{number}"),
            amount=money(amount),
            on=day,
            reason="damaged",
            at=at,
        )


def _item(office: Office, key: str = "nordwind-INV-0001") -> OpenItem:
    with office.store.begin() as unit:
        return unit.items.get(OpenItemId(f"item:nordwind:{key}"))


def _state(office: Office) -> str:
    with office.store.begin() as unit:
        return unit.invoices.get(InvoiceId("I-1")).state


def _closing(office: Office, day: date) -> str:
    with office.desk(day) as desk:
        made = customer_statement(desk, ACME, USD, FIRST, day)
        return str(reconcile(desk, made).closing.value)


def test_a_credit_note_takes_back_a_part_without_a_difference() -> None:
    """USD 200.00 of 1,000.00: sales and receivable go down at the carrying rate (D12)."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    note = _noted(office, "C-1", "USD 200.00")
    assert (note.number, note.total) == ("nordwind-CN-0001", money("USD 200.00"))
    balances = office.balances(LATER)
    assert balances.keys() == {"1100", "4000"}
    assert balances["1100"] == -balances["4000"] == _item(office).carrying
    assert (_state(office), _closing(office, LATER)) == ("issued", "USD 800.00")


def test_a_credit_note_at_spot_realises_the_difference() -> None:
    """By choice it is measured on its day (D12): the difference is realised then."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    _noted(office, "C-1", "USD 200.00", at=CreditRate.SPOT)
    assert office.balances(LATER).keys() == {"1100", "4000", "7000"}


def test_an_invoice_credited_in_full_is_credited_and_not_paid() -> None:
    """Two notes take all of it; a third of any amount is too much."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    _noted(office, "C-1", "USD 400.00")
    _noted(office, "C-2", "USD 600.00")
    assert (_state(office), _closing(office, LATER)) == ("credited", "USD 0.00")
    before = office.store.digest()
    with pytest.raises(CreditExceedsInvoice, match=r"1000\.01"):
        _noted(office, "C-3", "USD 0.01")
    assert office.store.digest() == before


def test_what_was_paid_already_is_owed_back_and_meets_the_next_invoice() -> None:
    """A note for a paid invoice becomes a credit, at spot; it settles the next one (D11)."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    office.pay("P-1", 1, "USD 900.00", LATER)
    note = _noted(office, "C-1", "USD 300.00", FEBRUARY)
    credit = _item(office, note.number)
    assert credit.open == money("USD -200.00")
    assert (_state(office), _item(office).is_settled) == ("credited", True)
    assert _closing(office, FEBRUARY) == "USD -200.00"
    office.invoice(2, "USD 200.00", MARCH)
    with office.desk(MARCH) as desk:
        apply_credit(
            desk,
            PaymentId("S-1"),
            invoice=InvoiceId("I-2"),
            credit=credit.id,
            settled=money("USD 200.00"),
            on=MARCH,
        )
    assert _closing(office, MARCH) == "USD 0.00"
    assert office.balances(MARCH).keys().isdisjoint({"1100", "2100"})


def test_a_cancelled_note_never_was() -> None:
    """The item is open again as before, the invoice issued; a second time is refused."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    fresh = _item(office)
    _noted(office, "C-1", "USD 1000.00")
    with office.desk(LATER) as desk:
        cancel_credit_note(desk, CreditNoteId("C-1"), on=LATER, reason="wrong customer")
    again = _item(office)
    assert (again.open, again.carrying) == (fresh.open, fresh.carrying)
    assert (_state(office), _closing(office, LATER)) == ("issued", "USD 1000.00")
    with pytest.raises(TransitionRefused), office.desk(LATER) as desk:
        cancel_credit_note(desk, CreditNoteId("C-1"), on=LATER)
    _noted(office, "C-2", "USD 1000.00")  # what was cancelled does not count


def test_what_a_note_took_is_not_taken_for_a_payment() -> None:
    """Once no payment stands the invoice is issued again, though a note took a part of it."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    _noted(office, "C-1", "USD 200.00")
    office.pay("P-1", 1, "USD 500.00", LATER)
    office.pay("P-2", 1, "USD 300.00", LATER)
    seen = [_state(office)]
    for payment in ("P-1", "P-2"):
        with office.desk(LATER) as desk:
            undo_payment(desk, PaymentId(payment), on=LATER)
        seen.append(_state(office))
    assert seen == ["paid", "partly paid", "issued"]
    assert _closing(office, LATER) == "USD 800.00"


def test_a_write_off_gives_up_at_the_carrying_rate_and_can_be_taken_back() -> None:
    """The rest after a payment is given up; the invoice is closed, and open again when undone."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    office.pay("P-1", 1, "USD 999.00", LATER)
    left = _item(office)
    with office.desk(LATER) as desk:
        made = write_off_invoice(desk, PaymentId("W-1"), invoice=InvoiceId("I-1"), on=LATER)
    assert made.value.value == left.carrying
    assert (_state(office), _closing(office, LATER)) == ("paid", "USD 0.00")
    assert office.balances(LATER)["5500"] == left.carrying
    with office.store.begin() as unit:
        assert unit.payments.get(PaymentId("W-1")).kind is PaymentKind.WRITE_OFF
    with office.desk(LATER) as desk:
        undo_payment(desk, PaymentId("W-1"), on=LATER)
    assert (_state(office), _closing(office, LATER)) == ("partly paid", "USD 1.00")


def test_a_parallel_book_takes_the_same_notes() -> None:
    """There the dollar is at home: the note takes back the same dollars, at no rate at all."""
    office = Office().open()
    with office.desk(FIRST) as desk:
        open_parallel_book(desk, NORDWIND, currency=USD)
    office.invoice(1, "USD 1000.00", DAY)
    _noted(office, "C-1", "USD 300.00")
    with office.desk(LATER) as desk:
        write_off_invoice(
            desk, PaymentId("W-1"), invoice=InvoiceId("I-1"), amount=money("USD 700.00"), on=LATER
        )
    with office.store.begin() as unit:
        beside = CompanyId("nordwind:USD")
        found = {str(one.account): one for one in unit.journal.balances(beside, LATER)}
        item = unit.items.get(OpenItemId("item:nordwind:USD:nordwind-INV-0001"))
    assert item.is_settled
    assert found["4000"].functional == money("USD -700.00")
    assert found["5500"].functional == money("USD 700.00")


@pytest.mark.parametrize("kind", ["discount", "write_off", "written off later"])
def test_what_was_let_off_is_not_owed_back(kind: str) -> None:
    """USD 100.00 of 1,000.00 were let off: credit notes of 900.00 are all there is to give."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    given = {} if kind == "written off later" else {kind: money("USD 100.00")}
    with office.desk(DAY) as desk:
        receive_payment(
            desk, PaymentId("P-1"), invoice=InvoiceId("I-1"), method="wire", on=DAY,
            settled=money("USD 1000.00") if given else money("USD 900.00"),
            received=money("USD 900.00"), **given,
        )  # fmt: skip
        if not given:
            write_off_invoice(desk, PaymentId("W-1"), invoice=InvoiceId("I-1"), on=DAY)
    before = office.store.digest()
    with pytest.raises(CreditExceedsInvoice) as caught:
        _noted(office, "C-1", "USD 900.01")
    assert caught.value.let_off == money("USD 100.00")
    assert office.store.digest() == before
    _noted(office, "C-1", "USD 900.00")
    assert _closing(office, LATER) == "USD -900.00"


def test_what_was_let_off_by_error_may_be_credited_once_it_is_undone() -> None:
    """A write-off that was taken back speaks against no credit note."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    with office.desk(DAY) as desk:
        write_off_invoice(desk, PaymentId("W-1"), invoice=InvoiceId("I-1"), on=DAY)
        undo_payment(desk, PaymentId("W-1"), on=DAY)
    _noted(office, "C-1", "USD 1000.00")
    assert (_state(office), _closing(office, LATER)) == ("credited", "USD 0.00")
