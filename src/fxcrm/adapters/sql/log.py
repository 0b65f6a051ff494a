"""What a unit of work leaves behind: its events, and its link of the audit trail.

Both are kept back until the unit is committed or asks for events. Then they are numbered and
chained under the lock of one row, which is held for the few statements up to the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from json import loads
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from fxcrm.adapters.sql import tables
from fxcrm.adapters.sql.statements import Statement, inserted
from fxcrm.adapters.sql.transaction import Transaction
from fxcrm.audit import EMPTY, AuditRecord, Head, Write
from fxcrm.encoding import LARGEST_MINOR, decoded, instant_from
from fxcrm.events import Event, RecordedEvent
from fxcrm.ports.storage import StoreBroken
from fxcrm.records.columns import Values
from fxcrm.records.trail import Origin, noted, record_row

_log: Final = tables.event_log
_audit: Final = tables.audit
_trail: Final = tables.trail

_TRAIL: Final = Statement(select(_trail))
_LOCK_TRAIL: Final = Statement(select(_trail).with_for_update())
_MOVE_TRAIL: Final = Statement(update(_trail), ("count", "hash", "events"))
_AUDIT: Final = inserted(_audit)
_RECORDS: Final = Statement(
    select(_audit).where(_audit.c.sequence > bindparam("after")).order_by(_audit.c.sequence)
)
_EVENT: Final = inserted(_log)
_EVENTS: Final = Statement(
    select(_log).where(_log.c.sequence > bindparam("after")).order_by(_log.c.sequence)
)


class SqlLog:
    """The events and the audit record of one unit of work, and all before them."""

    def __init__(self, transaction: Transaction, origin: Origin) -> None:
        self._transaction = transaction
        self._origin = origin
        self.writes: list[str] = []  # what was written, as `noted` says it
        self._pending: list[Values] = []
        self._flushed: list[Values] = []
        self._end: tuple[Head, int] | None = None

    def rows(self, events: Iterable[Event]) -> list[Values]:
        """Events as rows, to be numbered later. Raises `NotStorable`."""
        return [self._origin.event_row(event) for event in events]

    def record(self, rows: Iterable[Values]) -> None:
        """Keep rows that ``rows`` made."""
        self._pending += rows

    def note(self, *events: Event) -> None:
        """Note facts that belong to no aggregate."""
        self._transaction.refuse_unless_open()
        self.record(self.rows(events))

    def after(self, sequence: int) -> Iterator[RecordedEvent]:
        """The events with a higher sequence, in order."""
        self.flush()
        rows = self._transaction.rows(_EVENTS, after=min(sequence, LARGEST_MINOR))
        return iter([recorded(row) for row in rows])

    def flush(self) -> None:
        """Number the events that wait, and write them."""
        rows, self._pending = self._pending, []
        if not rows:
            return
        head, last = self._locked()
        for number, row in enumerate(rows, last + 1):
            row["sequence"] = number
        self._transaction.run_many(_EVENT, rows)
        self._flushed += rows
        self._end = head, last + len(rows)

    def close(self) -> None:
        """Write everything that waits, chained to the trail as it is now."""
        self.flush()
        # Events come last in a record, whenever they were numbered.
        self.writes += [noted("event", str(one["sequence"]), 1, one) for one in self._flushed]
        if not self.writes:
            return
        head, events = self._locked()
        record = record_row(self._origin, head, self.writes)
        self._transaction.run(_AUDIT, record)
        end = {"count": record["sequence"], "hash": record["hash"], "events": events}
        self._transaction.run(_MOVE_TRAIL, end)

    def _locked(self) -> tuple[Head, int]:
        if self._end is None:
            self._end = self._read(_LOCK_TRAIL)
        return self._end

    def head(self) -> Head:
        """The head of what was committed."""
        return self.end()[0]

    def end(self) -> tuple[Head, int]:
        """The head of what was committed, and the number of its last event."""
        return self._read(_TRAIL)

    def _read(self, statement: Statement) -> tuple[Head, int]:
        rows = self._transaction.rows(statement)
        if len(rows) != 1:
            raise StoreBroken(reason="where the audit trail ends is not noted once")
        return Head(rows[0].count, rows[0].hash), rows[0].events

    def records(self, after: int = 0) -> Iterator[AuditRecord]:
        """The audit records with a higher sequence, in order."""
        rows = self._transaction.rows(_RECORDS, after=min(after, LARGEST_MINOR))
        return iter([_record(row) for row in rows])

    def every(self) -> Iterator[Values]:
        """The events as rows."""
        return iter([row._asdict() for row in self._transaction.rows(_EVENTS, after=0)])


def first_row() -> Values:
    """Where the trail of an empty database begins."""
    return {"id": 1, "count": EMPTY.count, "hash": EMPTY.hash, "events": 0}


def recorded(row: Any) -> RecordedEvent:
    """The event of a row. Raises `StoreBroken`."""
    try:
        event = Event(row.name, row.subject, date.fromisoformat(row.on), decoded(row.details))
        at = None if row.at is None else instant_from(row.at)
    except ValueError as failure:
        raise StoreBroken(reason=f"event {row.sequence} can not be read") from failure
    return RecordedEvent(row.sequence, at, row.actor, row.key, event)


def _record(row: Any) -> AuditRecord:
    try:
        writes = tuple(Write(*one) for one in loads(row.writes))
        at = None if row.at is None else instant_from(row.at)
    except (ValueError, TypeError) as failure:
        raise StoreBroken(reason=f"audit record {row.sequence} can not be read") from failure
    return AuditRecord(row.sequence, at, row.actor, row.key, writes, row.hash)
