"""Reopening: closed books open again for a reason on record; what was translated stays."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from fxcrm.events import RecordedEvent
from fxcrm.ids import AccountCode, CompanyId, EntryId, GroupId
from fxcrm.ledger import Company, Entry, GroupSnapshot, PeriodClosed
from fxcrm.ledger.companies import ReopeningRefused
from fxcrm.testing.contracts import samples
from fxcrm.usecases import (
    close_period,
    pay_costs,
    pay_in_capital,
    realise_balance,
    reopen_period,
    revalue,
    translate_company,
)
from fxcrm.usecases.booking import book
from fxcrm.usecases.closing import BooksNotReady
from tests.ledger.notation import instant, line, money
from tests.usecases.office import FEBRUARY, FIRST, JANUARY, NORDWIND, USD, Office

MIDDLE = date(2026, 1, 15)
WHY = "a bill of January came late"


def _closed(through: date = JANUARY) -> Office:
    office = Office().open()
    office.at(
        FIRST, lambda desk: pay_in_capital(desk, NORDWIND, "cash", money("EUR 900.00"), FIRST)
    )
    office.at(through, lambda desk: close_period(desk, NORDWIND, through))
    return office


def _translate(office: Office) -> None:
    with office.desk(JANUARY) as desk:
        made = translate_company(desk, NORDWIND, JANUARY, USD)
        desk.uow.snapshots.record(made.snapshot())


def _reopened(office: Office, since: date, why: str = WHY, on: date = FEBRUARY) -> Company:
    return office.at(on, lambda desk: reopen_period(desk, NORDWIND, since, why))


def _pay(office: Office, on: date) -> None:
    amount = money("EUR 10.00")
    office.at(FEBRUARY, lambda desk: pay_costs(desk, NORDWIND, f"rent {on}", amount, on))


def test_a_closed_period_takes_postings_again_from_that_day_on() -> None:
    """Days before it stay closed."""
    office = _closed()
    with pytest.raises(PeriodClosed):
        _pay(office, MIDDLE)
    assert _reopened(office, MIDDLE).closed_through == MIDDLE - timedelta(days=1)
    _pay(office, MIDDLE)
    with pytest.raises(PeriodClosed):
        _pay(office, MIDDLE - timedelta(days=1))
    office.at(FEBRUARY, lambda desk: close_period(desk, NORDWIND, JANUARY))
    with pytest.raises(PeriodClosed):
        _pay(office, MIDDLE)


def test_from_the_first_day_on_nothing_is_closed() -> None:
    """The books are as if they had never been closed."""
    office = _closed()
    assert _reopened(office, FIRST).closed_through is None
    _pay(office, FIRST)


def test_who_opened_it_when_and_why_is_on_record() -> None:
    """An event with the actor, the instant, the reason, and what was closed."""
    office = _closed()
    _reopened(office, MIDDLE)
    with office.store.begin() as unit:
        told: RecordedEvent = list(unit.events.after(0))[-1]
    assert (told.event.name, told.event.subject, told.event.on) == (
        "period reopened", NORDWIND, MIDDLE,
    )  # fmt: skip
    assert (told.actor, told.at) == ("ada", instant(FEBRUARY))
    assert told.event.details == {"reason": WHY, "was closed through": str(JANUARY)}


@pytest.mark.parametrize(
    ("since", "why", "reason"),
    [
        (JANUARY + timedelta(days=1), WHY, "nothing is closed from that day on"),
        (MIDDLE, " ", "say why"),
    ],
)
def test_reopening_needs_a_closed_day_and_a_reason(since: date, why: str, reason: str) -> None:
    """The refusal leaves the store as it was."""
    office = _closed()
    digest = office.store.digest()
    with pytest.raises(ReopeningRefused, match=reason):
        _reopened(office, since, why)
    assert office.store.digest() == digest


def test_books_that_were_never_closed_can_not_be_reopened() -> None:
    """There is nothing to open."""
    with pytest.raises(ReopeningRefused, match="nothing is closed"):
        _reopened(Office().open(), FIRST)


@pytest.mark.parametrize("since", [FIRST, MIDDLE, JANUARY])
def test_what_was_translated_stays(since: date) -> None:
    """A snapshot of that day or a later one stands on the books as they were (D20)."""
    office = _closed()
    _translate(office)
    digest = office.store.digest()
    with pytest.raises(ReopeningRefused) as caught:
        _reopened(office, since)
    assert "translated into USD at 2026-01-31 (D20)" in caught.value.reason
    assert office.store.digest() == digest


def test_what_a_group_consolidated_stays() -> None:
    """The parent of a group is not translated where it keeps the group's currency (D20)."""
    office = _closed()
    for group, member in (("other", "other"), ("acme", NORDWIND)):
        snapshot = samples.snapshot(JANUARY, company=CompanyId(member))
        books = (attrs.evolve(snapshot, closing=None),)
        made = GroupSnapshot(GroupId(group), USD, JANUARY, (), books)
        with office.desk(JANUARY) as desk:
            desk.uow.group_snapshots.record(made)
    digest = office.store.digest()
    with pytest.raises(ReopeningRefused) as caught:
        _reopened(office, MIDDLE)
    assert "consolidated in group acme at 2026-01-31 (D20)" in caught.value.reason
    assert office.store.digest() == digest


def test_a_later_month_may_be_reopened_though_an_earlier_one_was_translated() -> None:
    """The snapshot of January says nothing about February."""
    office = _closed()
    _translate(office)
    office.at(FEBRUARY, lambda desk: close_period(desk, NORDWIND, FEBRUARY))
    first_of_february = JANUARY + timedelta(days=1)
    assert _reopened(office, first_of_february).closed_through == JANUARY


# What a closing says about rounding (D30).


def _rounding(office: Office, text: str, id: str = "by-hand") -> None:
    lines = (line("1000", "EUR 0.01"), line("7900", "EUR -0.01"))
    named = Entry(EntryId(id), NORDWIND, MIDDLE, "test", "by hand", lines)
    bank, rounded = named.postings
    with office.desk(MIDDLE) as desk:
        book(desk, attrs.evolve(named, postings=(bank, attrs.evolve(rounded, text=text))))


@pytest.mark.parametrize("text", ["", "rounding", "rounding: line", "because"])
def test_rounding_that_no_line_explains_refuses_the_close(text: str) -> None:
    """A cent on the rounding account without a reason, or with lines that were not rounded."""
    office = Office().open()
    _rounding(office, text)
    with pytest.raises(BooksNotReady) as caught:
        office.at(JANUARY, lambda desk: close_period(desk, NORDWIND, JANUARY))
    assert "more than its lines explain in by-hand" in caught.value.reason


def test_realising_and_revaluing_leave_no_rounding() -> None:
    """What a month end books balances without it; the books close."""
    office = Office().open()
    office.at(FIRST, lambda desk: pay_in_capital(desk, NORDWIND, "usd", money("USD 10.00"), FIRST))
    office.at(MIDDLE, lambda desk: pay_costs(desk, NORDWIND, "out", money("USD 10.00"), MIDDLE))
    bank = AccountCode("1000")
    office.at(MIDDLE, lambda desk: realise_balance(desk, NORDWIND, bank, USD, MIDDLE))
    office.at(JANUARY, lambda desk: revalue(desk, NORDWIND, JANUARY))
    office.at(JANUARY, lambda desk: close_period(desk, NORDWIND, JANUARY))
