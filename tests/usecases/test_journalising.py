"""Journalising: entries are taken back by entries, once, with a reason, and linked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fxcrm.ids import AccountCode, CompanyId, EntryId
from fxcrm.ledger import Entry, PeriodClosed
from fxcrm.ports.storage import NotFound
from fxcrm.usecases import (
    close_period,
    enter_bill,
    open_parallel_book,
    pay_costs,
    pay_in_capital,
    realise_balance,
    register_company,
    revalue,
    reverse_entry,
)
from fxcrm.usecases.journalising import EntryIrreversible
from fxcrm.usecases.paralleling import ParallelRefused
from tests.ledger.notation import money, written
from tests.usecases.office import EUR, FEBRUARY, FIRST, JANUARY, NORDWIND, USD, Office

DAY, LATER = date(2026, 1, 10), date(2026, 1, 20)
RENT = EntryId("costs:nordwind:rent")
WHY = "it was the tenant's"


def _office() -> Office:
    office = Office().open()
    office.at(DAY, lambda desk: pay_costs(desk, NORDWIND, "rent", money("USD 100.00"), DAY))
    return office


def _reversed(office: Office, id: EntryId = RENT, on: date = LATER, why: str = WHY) -> Entry:
    return office.at(FEBRUARY, lambda desk: reverse_entry(desk, id, on, why))


def _entry(office: Office, id: EntryId) -> Entry:
    with office.store.begin() as unit:
        found = unit.journal.find(id)
        assert found is not None
        return found


def test_an_entry_is_taken_back_exactly() -> None:
    """The same lines on the other side, at the rate of then, on a day of its own; both stay."""
    office = _office()
    before = _entry(office, RENT)
    made = _reversed(office)
    assert written(made) == [
        ("5000", "USD -100.00", "EUR -92.52"),
        ("1000", "USD 100.00", "EUR 92.52"),
    ]
    assert (made.id, made.on, made.kind) == (f"{RENT}:reversal", LATER, "reversal")
    assert (made.reverses, made.text) == (RENT, f"Reversal of {RENT}: {WHY}")
    assert {one.decision for one in made.postings} == {one.decision for one in before.postings}
    assert _entry(office, RENT) == before
    assert office.balances(LATER) == {}
    with office.store.begin() as unit:
        told = list(unit.events.after(0))[-1]
    assert (told.event.name, told.event.subject, told.actor) == ("entry reversed", RENT, "ada")
    assert told.event.details == {"reason": WHY}


def test_an_entry_is_taken_back_once() -> None:
    """A second reversal would book what never happened; nor is a reversal taken back."""
    office = _office()
    made = _reversed(office)
    digest = office.store.digest()
    with pytest.raises(EntryIrreversible, match="it was reversed before"):
        _reversed(office)
    with pytest.raises(EntryIrreversible, match=f"it takes back {RENT} itself"):
        _reversed(office, made.id)
    assert office.store.digest() == digest


def test_what_stands_on_open_items_is_undone_where_the_items_know() -> None:
    """An invoice, a payment, a bill: the way out is named, and nothing is booked."""
    office = _office()
    office.invoice(1, "USD 50.00", DAY)
    office.pay("P-1", 1, "USD 20.00", DAY)
    bill = money("USD 5.00")
    office.at(
        DAY,
        lambda desk: enter_bill(
            desk, "B-1", company=NORDWIND, supplier="smith", amount=bill, on=DAY, days=10
        ),
    )
    digest = office.store.digest()
    for id in ("invoice:nordwind:nordwind-INV-0001", "payment:P-1", "bill:nordwind:B-1"):
        with pytest.raises(EntryIrreversible, match="undo the payment, or give a credit note"):
            _reversed(office, EntryId(id))
    assert office.store.digest() == digest


def test_what_was_reckoned_from_the_books_is_not_taken_back_by_hand() -> None:
    """A revaluation is replaced by another one, and a realised balance belongs to its postings."""
    office = _office()
    office.at(FIRST, lambda desk: pay_in_capital(desk, NORDWIND, "c", money("USD 100.00"), FIRST))
    realised = office.at(
        LATER, lambda desk: realise_balance(desk, NORDWIND, AccountCode("1000"), USD, LATER)
    )
    office.at(DAY, lambda desk: pay_in_capital(desk, NORDWIND, "d", money("USD 100.00"), DAY))
    run = office.at(JANUARY, lambda desk: revalue(desk, NORDWIND, JANUARY))
    for id in (realised.id, run.entries[0].id):
        with pytest.raises(EntryIrreversible, match="revalue again"):
            _reversed(office, id, FEBRUARY)


@pytest.mark.parametrize(
    ("on", "why", "reason"),
    [(LATER, " ", "say why"), (DAY - timedelta(days=1), WHY, "2026-01-09 is before its day")],
)
def test_a_reversal_has_a_reason_and_no_earlier_day(on: date, why: str, reason: str) -> None:
    """It can not be known before what it takes back."""
    office = _office()
    with pytest.raises(EntryIrreversible, match=reason):
        _reversed(office, on=on, why=why)


def test_a_reversal_is_booked_on_an_open_day_and_of_an_entry_that_is_there() -> None:
    """A closed period takes no reversal; its entry is taken back on an open day (F6)."""
    office = Office().open()
    office.at(DAY, lambda desk: pay_costs(desk, NORDWIND, "rent", money("EUR 9.00"), DAY))
    office.at(JANUARY, lambda desk: close_period(desk, NORDWIND, JANUARY))
    with pytest.raises(PeriodClosed):
        _reversed(office)
    with pytest.raises(NotFound):
        _reversed(office, EntryId("costs:nordwind:food"))
    assert _reversed(office, on=FEBRUARY).on == FEBRUARY


def test_parallel_books_take_it_back_too() -> None:
    """Each its own entry, at its own value; one of them alone can not be taken back."""
    office = Office().open()
    office.at(FIRST, lambda desk: open_parallel_book(desk, NORDWIND, currency=USD))
    office.at(DAY, lambda desk: pay_costs(desk, NORDWIND, "rent", money("EUR 100.00"), DAY))
    with pytest.raises(ParallelRefused):
        _reversed(office, EntryId("costs:nordwind:USD:rent"))
    _reversed(office)
    made = _entry(office, EntryId("costs:nordwind:USD:rent:reversal"))
    assert written(made) == [
        ("5000", "EUR -100.00", "USD -108.09"),
        ("1000", "EUR 100.00", "USD 108.09"),
    ]


def test_companies_are_taken_back_apart() -> None:
    """An entry of another company with the same key stays."""
    office, sister = _office(), CompanyId("westwind")
    amount = money("EUR 7.00")
    with office.desk(DAY) as desk:
        register_company(desk, sister, name="Westwind", functional=EUR, on=FIRST)
        pay_costs(desk, sister, "rent", amount, DAY)
    _reversed(office)
    with office.store.begin() as unit:
        assert [one.id for one in unit.journal.entries(sister)] == ["costs:westwind:rent"]
