"""The overview of a group: what was taken back is no payment, and every week is stated."""

from __future__ import annotations

from datetime import date

import pytest

from fxcrm.ids import CreditNoteId, InvoiceId, PaymentId
from fxcrm.ledger import Group
from fxcrm.usecases import credit_invoice, overview, undo_payment
from fxcrm.usecases.reporting import Overview, ReportOfThePast
from tests.ledger.notation import money
from tests.usecases.office import EUR, JANUARY, MARCH, NORDWIND, Office

DAY, LATER, LAST = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)


def _seen(office: Office, as_of: date) -> Overview:
    return office.at(MARCH, lambda desk: overview(desk, Group(NORDWIND, (), EUR), as_of))


def _undone(office: Office) -> None:
    office.at(LATER, lambda desk: undo_payment(desk, PaymentId("P-1"), on=LATER))


def test_a_payment_that_was_undone_paid_and_realised_nothing() -> None:
    """The sale shows the payment that stands, and its exchange difference alone."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    office.pay("P-1", 1, "USD 400.00", JANUARY)
    _undone(office)
    made = office.pay("P-2", 1, "USD 400.00", LATER)
    [sale] = _seen(office, MARCH).sales
    assert [one.id for one in sale.payments] == ["P-2"]
    assert sale.realised_fx.value == made.realised_fx.value != money("EUR 0.00")


def test_a_week_with_a_credit_note_alone_is_stated() -> None:
    """So is one in which a payment was taken back; a report of a day before them is refused."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    office.pay("P-1", 1, "USD 400.00", JANUARY)
    _undone(office)
    with office.desk(LAST) as desk:
        credit_invoice(
            desk,
            CreditNoteId("C-1"),
            invoice=InvoiceId("I-1"),
            amount=money("USD 100.00"),
            on=LAST,
            reason="damaged",
        )
    stated = [[line.kind for line in one.lines] for one in _seen(office, MARCH).statements]
    assert stated == [["invoice"], ["payment"], ["payment undone"], ["credit note"]]
    with pytest.raises(ReportOfThePast, match=str(LAST)):
        _seen(office, LATER)
