"""Reminding: any sequence of evaluations raises what one would, each cause once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fxcrm.adapters.sandbox import SandboxNotifier
from fxcrm.customers import ActivityKind, ActivityRefused
from fxcrm.ids import ActivityId, ContractId, CustomerId, DealId, EnquiryId, LockId, QuoteId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import Money
from fxcrm.plaindata import PlainTable, RulesRefused
from fxcrm.ports.storage import NotFound
from fxcrm.references import DocumentKind, Reference
from fxcrm.reminders import Reminder, Watch
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases import (
    Desk,
    deliver,
    lock_rate,
    qualify_enquiry,
    receive_enquiry,
    register_customer,
)
from fxcrm.usecases.contracting import Terms, activate_contract, draft_contract
from fxcrm.usecases.dealmoving import step_deal
from fxcrm.usecases.following import (
    activities_of,
    do_activity,
    note_activity,
    postpone_activity,
)
from fxcrm.usecases.reminding import dismiss_reminder, raise_reminders, reminder_letters
from tests.usecases.office import ACME, EUR, FIRST, NORDWIND, Office

RULES = SellingRules.read(
    {
        "reminders": {
            "idle": {"watch": "idle deal", "days": 10},
            "task": {"watch": "overdue task", "days": 1},
            "quote": {"watch": "lapsing quote", "days": 5},
            "lock": {"watch": "expiring lock", "days": 3},
            "late": {"watch": "overdue deal"},
            "term": {"watch": "contract to renew", "days": 30},
        }
    }
)


def day(number: int) -> date:
    """A day of the year 2026, the first one being 0."""
    return FIRST + timedelta(days=number)


def evaluated(office: Office, at: datetime) -> list[Reminder]:
    """What an evaluation at an instant adds."""

    def command(desk: Desk) -> list[Reminder]:
        return raise_reminders(attrs.evolve(desk, selling=RULES), NORDWIND, at)

    return office.at(day(100), command)


def midnight(number: int) -> datetime:
    """The beginning of a day."""
    return datetime.combine(day(number), datetime.min.time(), UTC)


def deal(office: Office, id: str, number: int) -> None:
    """A deal that is opened on a day."""

    def command(desk: Desk) -> None:
        enquiry = EnquiryId(f"E-{id}")
        receive_enquiry(
            desk, enquiry, customer=ACME, subject="Pumps", channel="mail", on=day(number)
        )
        worth = Money("100", "EUR")
        qualify_enquiry(desk, enquiry, deal=DealId(id), value=worth, on=day(number))

    office.at(day(number), command)


def note(office: Office, id: str, about: str, number: int, **given: Any) -> None:
    """A call or a task about a deal."""
    kind = ActivityKind.TASK if "due_on" in given else ActivityKind.CALL

    def command(desk: Desk) -> None:
        note_activity(
            desk,
            ActivityId(id),
            customer=ACME,
            kind=kind,
            subject="Offer",
            on=day(number),
            document=Reference(DocumentKind.DEAL, about),
            **given,
        )

    office.at(day(number), command)


days = st.integers(0, 16)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("deal"), days, days),
        st.tuples(st.just("call"), days, days),
        st.tuples(st.just("task"), days, days),
        st.tuples(st.just("do"), days, days),
        st.tuples(st.just("look"), days, days),
    ),
    max_size=14,
)


@settings(max_examples=30)
@given(steps)
def test_any_sequence_of_evaluations_is_one_per_cause(drawn: list[tuple[str, int, int]]) -> None:
    """Deals, calls and tasks in any order, evaluated at instants in any order: the oracle's set."""
    office, causes = Office().open(), set[str]()
    touched, tasks = dict[str, list[int]](), dict[str, int]()
    for place, (what, number, more) in enumerate(drawn):
        some = f"D-{more % len(touched)}" if touched else ""
        if what == "deal":
            id = f"D-{len(touched)}"
            deal(office, id, number)
            touched[id] = [number]
        elif what == "call" and some:
            note(office, f"A-{place}", some, number)
            touched[some].append(number)
        elif what == "task" and some:
            note(office, f"A-{place}", some, number, due_on=day(number + more))
            tasks[f"A-{place}"] = number + more
        elif what == "do" and tasks:
            [done, *_] = tasks
            with office.desk(day(61)) as desk:
                do_activity(desk, ActivityId(done), day(0))
            del tasks[done]
        elif what == "look":
            made = evaluated(office, midnight(number))
            last = {
                id: max(one, *(on for on in more if on <= number), one)
                for id, (one, *more) in touched.items()
            }
            found = {f"idle:deal:{id}:{day(on)}" for id, on in last.items() if number >= on + 10}
            found |= {
                f"task:activity:{id}:{day(on)}" for id, on in tasks.items() if number > on + 1
            }
            assert {one.id for one in made} == found - causes
            assert evaluated(office, midnight(number)) == []
            causes |= found
    with office.store.begin() as unit:
        assert {one.id for one in unit.reminders.all()} == causes


def test_a_deal_that_moved_and_idles_again_is_reminded_of_again() -> None:
    """Idle since 1 January: once. Called on the 20th and idle again: once more, at the 30th."""
    office = Office().open()
    deal(office, "D-1", 0)
    assert [one.id for one in evaluated(office, midnight(10))] == ["idle:deal:D-1:2026-01-01"]
    assert evaluated(office, midnight(9)) == []
    note(office, "A-0", "D-1", 366 * 180)  # a slip of the pen
    assert evaluated(office, midnight(10)) == []
    note(office, "A-1", "D-1", 19, owner="ada")
    assert evaluated(office, midnight(28)) == []
    assert [one.fact for one in evaluated(office, midnight(29))] == ["2026-01-20"]
    with office.store.begin() as unit:
        assert [one.state for one in unit.reminders.all()] == ["open", "open"]


def test_quotes_and_locks_before_they_end() -> None:
    """A quote valid until 31 January from the 26th on, its lock three days before its instant."""
    office = Office().open()
    office.quote(1, "EUR 100.00", day(0), "USD")
    office.at(
        day(0),
        lambda desk: lock_rate(
            desk, LockId("L-1"), quote=QuoteId("Q-1"), on=day(0), until=day(19), zone="Asia/Tokyo"
        ),
    )
    ends = datetime(2026, 1, 20, 15, tzinfo=UTC)  # midnight in Tokyo
    before = ends - timedelta(days=3)
    assert [one.watch for one in evaluated(office, before - timedelta(microseconds=1))] == [
        Watch.IDLE_DEAL
    ]
    [lock] = evaluated(office, before)
    assert (lock.rule, lock.due_at, lock.customer) == ("lock", before, ACME)
    assert lock.text == "rate lock L-1: it ends at 2026-01-20T15:00:00+00:00"
    assert evaluated(office, midnight(25) - timedelta(microseconds=1)) == []
    [quote] = evaluated(office, midnight(25))
    assert quote.text == "quote Q-1: its last day is 2026-01-31"


def test_deals_past_their_day_and_contracts_near_their_end() -> None:
    """A deal expected on 6 January from the 7th on, told to its owner; a term 30 days before."""
    office = Office().open()
    with office.desk(day(0)) as desk:
        enquiry = EnquiryId("E-1")
        receive_enquiry(
            desk, enquiry, customer=ACME, subject="x", channel="mail", on=day(0), owner="ada"
        )
        worth, expected = Money("100", "EUR"), day(5)
        qualify_enquiry(
            desk, enquiry, deal=DealId("D-1"), value=worth, on=day(0), expected_on=expected
        )
        contract, terms = ContractId("K-1"), Terms("Hosting", day(0), 2)
        draft_contract(desk, contract, terms, customer=ACME, price=worth, on=day(0))
        activate_contract(desk, contract, by="both", on=day(0))
    assert evaluated(office, midnight(6) - timedelta(microseconds=1)) == []
    [late] = evaluated(office, midnight(6))
    assert (late.rule, late.owner, late.fact) == ("late", "ada", "2026-01-06")
    ends = date(2026, 2, 28) - FIRST
    assert [one.rule for one in evaluated(office, midnight(ends.days - 31))] == ["idle"]
    [term] = evaluated(office, midnight(ends.days - 30))
    assert term.text == "contract K-1: its term ends on 2026-02-28"
    with office.desk(day(50)) as desk:
        step_deal(desk, desk.uow.deals.get(DealId("D-1")), "lose", on=day(50), reason="price")
    rules = SellingRules.read({"reminders": {"again": {"watch": "overdue deal"}}})
    with office.desk(day(60)) as desk:
        assert raise_reminders(attrs.evolve(desk, selling=rules), NORDWIND) == []


def test_a_postponed_task_is_another_cause() -> None:
    """A task past its day is reminded of once; with another day it is, when that is past."""
    office = Office().open()
    deal(office, "D-1", 0)
    note(office, "A-1", "D-1", 0, due_on=day(1))
    assert [one.rule for one in evaluated(office, midnight(3))] == ["task"]
    office.at(day(4), lambda desk: postpone_activity(desk, ActivityId("A-1"), day(6), day(4)))
    assert evaluated(office, midnight(7)) == []
    [again] = evaluated(office, midnight(8))
    assert again.id == "task:activity:A-1:2026-01-07"
    office.at(day(9), lambda desk: dismiss_reminder(desk, again.id, day(9)))
    assert [one.rule for one in evaluated(office, midnight(60))] == ["idle"]
    with pytest.raises(TransitionRefused):
        office.at(day(9), lambda desk: dismiss_reminder(desk, again.id, day(9)))


def test_each_reminder_is_one_letter() -> None:
    """Delivered twice, sent once: to the owner, or to whoever looks after the rest."""
    office, post = Office().open(), SandboxNotifier()
    deal(office, "D-1", 0)
    note(office, "A-1", "D-1", 0, due_on=day(1), owner="ada")
    evaluated(office, midnight(20))
    letters = reminder_letters(post, {"ada": "ada@nordwind.example"}, "sales@nordwind.example")
    for consumer in ("letters", "letters again"):
        deliver(office.store, consumer, letters)
    sent = {one.to: one.text.splitlines()[0] for _, one in post.sent()}
    assert len(post.sent()) == 2
    assert sent == {
        "sales@nordwind.example": "deal D-1: no change and no activity since 2026-01-01",
        "ada@nordwind.example": "activity A-1: it was due on 2026-01-02",
    }


def test_activities_are_found_and_belong_to_their_customer() -> None:
    """By customer, document, owner, state and day; a document of another customer is refused."""
    office = Office().open()
    deal(office, "D-1", 0)
    note(office, "A-1", "D-1", 0, owner="ada", amount=Money("5", "USD"))
    note(office, "A-2", "D-1", 3, due_on=day(9))
    about = Reference(DocumentKind.DEAL, "D-1")
    asked: list[tuple[dict[str, Any], list[str]]] = [
        ({"customer": ACME}, ["A-1", "A-2"]),
        ({"document": about, "state": "open"}, ["A-2"]),
        ({"owner": "ada"}, ["A-1"]),
        ({"company": NORDWIND, "since": day(1), "until": day(3)}, ["A-2"]),
    ]
    with office.desk(day(5)) as desk:
        for where, ids in asked:
            assert [one.id for one in activities_of(desk, **where)] == ids
        other = CustomerId("contoso")
        register_customer(
            desk, other, company=NORDWIND, name="Contoso", country="DE", currency=EUR, on=day(5)
        )
        given: dict[str, Any] = {"kind": ActivityKind.NOTE, "subject": "x", "on": day(5)}
        for wrong in ({"document": about}, {"contact": "Nobody"}):
            with pytest.raises(ActivityRefused):
                note_activity(desk, ActivityId("A-3"), customer=other, **given, **wrong)
        missing = Reference(DocumentKind.QUOTE, "Q-9")
        with pytest.raises(NotFound, match="Q-9"):
            note_activity(desk, ActivityId("A-3"), customer=ACME, document=missing, **given)


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ({"idle": {"watch": "idle deals", "days": 3}}, "reminders.idle.watch"),
        ({"idle": {"watch": "idle deal", "days": "3"}}, "reminders.idle.days"),
        ({"idle": {"watch": "idle deal", "dayz": 3}}, "reminders.idle.dayz"),
        ({"idle": {"watch": "idle deal"}}, "reminders.idle"),
        ({"lock": {"watch": "expiring lock", "zone": "Mars/Base"}}, "reminders.lock"),
    ],
)
def test_rules_are_refused_by_place(rules: dict[str, Any], place: str) -> None:
    """A misspelt name or value is refused with the path to it."""
    with pytest.raises(RulesRefused) as refused:
        SellingRules.read(PlainTable.of({"reminders": rules}).values)
    assert refused.value.place == place
