"""Activities: what was said, written and agreed with a customer, and what is still to be done.

A call, a mail, a meeting or a note is done when it is noted; a task, and whatever else has a due
day, is open until somebody does it. An amount is in any currency and is converted by nobody.
"""

from __future__ import annotations

from datetime import date
from enum import Enum

import attrs

from fxcrm.errors import InputRefused
from fxcrm.events import Event
from fxcrm.ids import ActivityId, CompanyId, CustomerId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.references import DocumentKind, Reference

ACTIVITY_LIFECYCLE = Lifecycle(
    "activity",
    "open",
    FrozenMap(
        {
            ("open", "do"): "done",
            ("open", "postpone"): "open",
            ("open", "cancel"): "cancelled",
            ("done", "reopen"): "open",
        }
    ),
)
_DONE = "done"


class ActivityKind(Enum):
    """How somebody dealt with a customer, or will."""

    CALL = "call"
    MAIL = "mail"
    MEETING = "meeting"
    NOTE = "note"
    TASK = "task"


class Direction(Enum):
    """Who began: the customer, or the company."""

    IN = "in"
    OUT = "out"


class ActivityRefused(InputRefused):
    """An activity that can not be noted as given."""

    activity: ActivityId
    reason: str
    template = "activity {activity}: {reason:plain}"


@attrs.frozen
class Activity:
    """Something done with a customer, or to be done until ``due_on``.

    ``on`` is the day it happened or was planned, ``done_on`` the day it was done. ``document`` is
    what it is about, ``contact`` with whom of the customer, ``owner`` the salesperson.
    """

    id: ActivityId
    company: CompanyId
    customer: CustomerId
    kind: ActivityKind
    subject: str
    on: date
    text: str = ""
    direction: Direction | None = None
    contact: str = ""
    document: Reference | None = None
    amount: Money | None = None
    owner: str = ""
    due_on: date | None = None
    done_on: date | None = None
    state: str = ACTIVITY_LIFECYCLE.start
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def noted(
        cls,
        id: ActivityId,
        *,
        company: CompanyId,
        customer: CustomerId,
        kind: ActivityKind,
        subject: str,
        on: date,
        text: str = "",
        direction: Direction | None = None,
        contact: str = "",
        document: Reference | None = None,
        amount: Money | None = None,
        owner: str = "",
        due_on: date | None = None,
    ) -> Activity:
        """A new activity: open where it has a due day, done otherwise. Raises `ActivityRefused`."""
        _refuse(id, kind, subject, on, document, due_on)
        done_on = on if due_on is None else None
        state = _DONE if due_on is None else ACTIVITY_LIFECYCLE.start
        event = Event("activity noted", id, on, {"kind": kind.value, "customer": customer})
        return cls(
            id,
            company,
            customer,
            kind,
            subject,
            on,
            text,
            direction,
            contact,
            document,
            amount,
            owner,
            due_on,
            done_on,
            state,
            events=(event,),
        )

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state == ACTIVITY_LIFECYCLE.start

    def do(self, on: date) -> Activity:
        """It was done. Raises `TransitionRefused`."""
        return attrs.evolve(self._moved("do", f"activity {_DONE}", on), done_on=on)

    def postpone(self, due_on: date, on: date) -> Activity:
        """It is due on another day. Raises `TransitionRefused`, `ActivityRefused`."""
        _refuse(self.id, self.kind, self.subject, self.on, self.document, due_on)
        return attrs.evolve(self._moved("postpone", "activity postponed", on), due_on=due_on)

    def cancel(self, on: date) -> Activity:
        """It will not be done. Raises `TransitionRefused`."""
        return self._moved("cancel", "activity cancelled", on)

    def reopen(self, due_on: date, on: date) -> Activity:
        """It was not done after all. Raises `TransitionRefused`, `ActivityRefused`."""
        _refuse(self.id, self.kind, self.subject, self.on, self.document, due_on)
        again = self._moved("reopen", "activity reopened", on)
        return attrs.evolve(again, due_on=due_on, done_on=None)

    def _moved(self, command: str, fact: str, on: date) -> Activity:
        state = ACTIVITY_LIFECYCLE.after(self.state, command)
        event = Event(fact, self.id, on)
        return attrs.evolve(self, state=state, events=(*self.events, event))


def _refuse(
    id: ActivityId,
    kind: ActivityKind,
    subject: str,
    on: date,
    document: Reference | None,
    due_on: date | None,
) -> None:
    reason = ""
    if not subject.strip():
        reason = "the subject is empty"
    elif kind is ActivityKind.TASK and due_on is None:
        reason = "a task has a day on which it is due"
    elif due_on is not None and due_on < on:
        reason = f"it is due on {due_on}, before it begins on {on}"
    elif document is not None and document.kind in (DocumentKind.ACTIVITY, DocumentKind.LOCK):
        reason = f"it is about a document of the customer, which a {document.kind.value} is not"
    if reason:
        raise ActivityRefused(activity=id, reason=reason)
