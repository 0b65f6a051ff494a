"""Activities and reminders as rows; what they are about is one text column, ``deal:D-1``."""

from __future__ import annotations

from datetime import date

from fxcrm.customers import Activity, ActivityKind, Direction
from fxcrm.encoding import day_text, instant_from, instant_text
from fxcrm.records.columns import (
    Read,
    Reading,
    Values,
    Writing,
    maybe_day_from,
    maybe_day_text,
)
from fxcrm.references import Reference
from fxcrm.reminders import Reminder, Watch


def activity_row(activity: Activity, to: Writing) -> Values:
    """An activity as a row."""
    return {
        "id": activity.id,
        "company": activity.company,
        "customer": activity.customer,
        "kind": activity.kind.value,
        "subject": activity.subject,
        "on": day_text(activity.on),
        "text": activity.text,
        "direction": activity.direction.value if activity.direction else None,
        "contact": activity.contact,
        "document": str(activity.document) if activity.document else None,
        **to.maybe_money(amount=activity.amount),
        "owner": activity.owner,
        "due_on": maybe_day_text(activity.due_on),
        "done_on": maybe_day_text(activity.done_on),
        "state": activity.state,
    }


def activity_of(row: Read, by: Reading) -> Activity:
    """The activity of a row."""
    return Activity(
        id=row.id,
        company=row.company,
        customer=row.customer,
        kind=ActivityKind(row.kind),
        subject=row.subject,
        on=date.fromisoformat(row.on),
        text=row.text,
        direction=Direction(row.direction) if row.direction else None,
        contact=row.contact,
        document=Reference.parse(row.document) if row.document else None,
        amount=by.maybe_money(row.amount, row.amount_currency),
        owner=row.owner,
        due_on=maybe_day_from(row.due_on),
        done_on=maybe_day_from(row.done_on),
        state=row.state,
        version=row.version,
    )


def reminder_row(reminder: Reminder, _: Writing) -> Values:
    """A reminder as a row."""
    return {
        "id": reminder.id,
        "company": reminder.company,
        "rule": reminder.rule,
        "watch": reminder.watch.value,
        "document": str(reminder.about),
        "fact": reminder.fact,
        "due_at": instant_text(reminder.due_at),
        "customer": reminder.customer,
        "owner": reminder.owner,
        "state": reminder.state,
    }


def reminder_of(row: Read, _: Reading) -> Reminder:
    """The reminder of a row."""
    return Reminder(
        id=row.id,
        company=row.company,
        rule=row.rule,
        watch=Watch(row.watch),
        about=Reference.parse(row.document),
        fact=row.fact,
        due_at=instant_from(row.due_at),
        customer=row.customer,
        owner=row.owner,
        state=row.state,
        version=row.version,
    )
