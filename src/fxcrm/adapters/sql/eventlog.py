"""What happened, in order: written in the transaction of the aggregates it happened to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import attrs
from sqlalchemy import Row, bindparam, insert, select

from fxcrm.adapters.sql import tables
from fxcrm.adapters.sql.columns import Values
from fxcrm.adapters.sql.transaction import Transaction
from fxcrm.encoding import LARGEST_MINOR, day_text, decoded, instant_from, instant_text, texts_json
from fxcrm.events import Event, RecordedEvent
from fxcrm.ports.storage import StoreBroken

_RECORD: Final = insert(tables.event_log)
_AFTER: Final = (
    select(tables.event_log)
    .where(tables.event_log.c.sequence > bindparam("sequence"))
    .order_by(tables.event_log.c.sequence)
)


@attrs.frozen
class Origin:
    """Who works, when, under which idempotency key."""

    actor: str
    at: datetime | None
    key: str


class SqlEvents:
    """The log of one unit of work's events, and of all before it."""

    def __init__(self, transaction: Transaction, origin: Origin) -> None:
        self._transaction = transaction
        self._origin: Values = {
            "actor": origin.actor,
            "at": origin.at and instant_text(origin.at),
            "key": origin.key,
        }

    def after(self, sequence: int) -> Iterator[RecordedEvent]:
        """The events with a higher sequence, in order."""
        rows = self._transaction.run(_AFTER, {"sequence": min(sequence, LARGEST_MINOR)})
        return iter([_recorded(row) for row in rows.all()])

    def rows(self, events: Iterable[Event]) -> list[Values]:
        """Events as rows of this unit of work; the database numbers them."""
        return [
            {
                **self._origin,
                "name": event.name,
                "subject": event.subject,
                "on": day_text(event.on),
                "details": texts_json(event.details),
            }
            for event in events
        ]

    def record(self, rows: Sequence[Values]) -> None:
        """Append rows that ``rows`` made."""
        if rows:
            self._transaction.run(_RECORD, rows)


def _recorded(row: Row[Any]) -> RecordedEvent:
    try:
        event = Event(row.name, row.subject, date.fromisoformat(row.on), decoded(row.details))
        at = None if row.at is None else instant_from(row.at)
    except ValueError as failure:
        raise StoreBroken(reason=f"event {row.sequence} can not be read") from failure
    return RecordedEvent(row.sequence, at, row.actor, row.key, event)
