"""Activities: done when noted unless they have a due day, and never about nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fxcrm.customers import Activity, ActivityKind, ActivityRefused, Direction
from fxcrm.ids import ActivityId, CompanyId, CustomerId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import Money
from fxcrm.references import DocumentKind, Reference, ReferenceRefused

DAY, DUE = date(2026, 3, 2), date(2026, 3, 9)


def noted(kind: ActivityKind = ActivityKind.CALL, **given: Any) -> Activity:
    """An activity of Acme with Nordwind's salesperson."""
    named: dict[str, Any] = {"subject": "Offer", "on": DAY, "owner": "ada", **given}
    company, customer = CompanyId("nordwind"), CustomerId("acme")
    return Activity.noted(ActivityId("A-1"), company=company, customer=customer, kind=kind, **named)


def test_a_communication_is_done_when_it_is_noted() -> None:
    """A call of that day is done that day, with its amount in whatever currency it was."""
    call = noted(direction=Direction.IN, amount=Money("5000", "USD"))
    assert (call.state, call.done_on, call.is_open) == ("done", DAY, False)
    assert [(one.name, one.details["kind"]) for one in call.events] == [("activity noted", "call")]


def test_a_task_walks_its_table() -> None:
    """Open, postponed, done, reopened, cancelled; done twice is refused."""
    task = noted(ActivityKind.TASK, due_on=DUE)
    later = task.postpone(date(2026, 3, 20), DAY)
    done = later.do(DUE)
    assert (task.state, later.due_on, done.state, done.done_on) == (
        "open",
        date(2026, 3, 20),
        "done",
        DUE,
    )
    with pytest.raises(TransitionRefused):
        done.do(DUE)
    again = done.reopen(date(2026, 4, 1), DUE)
    assert (again.state, again.done_on, again.due_on) == ("open", None, date(2026, 4, 1))
    assert again.cancel(DUE).state == "cancelled"
    with pytest.raises(ActivityRefused):
        done.reopen(date(2026, 3, 1), DUE)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (ActivityKind.NOTE, {"subject": " "}),
        (ActivityKind.TASK, {}),
        (ActivityKind.CALL, {"due_on": date(2026, 3, 1)}),
        (ActivityKind.CALL, {"document": Reference(DocumentKind.LOCK, "L-1")}),
    ],
)
def test_what_can_not_be_noted(kind: ActivityKind, given: dict[str, Any]) -> None:
    """No subject, a task without a day, a due day before the beginning, a lock as a document."""
    with pytest.raises(ActivityRefused):
        noted(kind, **given)


def test_references_are_text_and_back() -> None:
    """An id may hold colons; a kind that is not there is refused with those that are."""
    for kind in DocumentKind:
        reference = Reference(kind, "D:1:„x“")
        assert Reference.parse(str(reference)) == reference
    for text in ("deal", "deal:", "customer:C-1", ":D-1"):
        with pytest.raises(ReferenceRefused, match="enquiry, deal, quote"):
            Reference.parse(text)
