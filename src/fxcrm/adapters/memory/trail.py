"""Events, audit trail and outbox on the shelves of a unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fxcrm.adapters.memory.shelves import Held, Shelf, Shelves
from fxcrm.audit import AuditRecord, Head
from fxcrm.encoding import checked_text
from fxcrm.events import Event, Message, RecordedEvent
from fxcrm.ports.trail import OutOfTurn
from fxcrm.queries import checked_limit
from fxcrm.records.columns import Values, checked_key
from fxcrm.records.trail import Writes


class MemoryLog:
    """The events and the audit record of one unit of work, and all before them."""

    def __init__(self, shelves: Shelves, writes: Writes) -> None:
        self._shelves = shelves
        self.writes = writes

    def rows(self, events: Iterable[Event]) -> list[Values]:
        """Events as rows, to be numbered later. Raises `NotStorable`."""
        return [{**self.writes.origin.event_row(event), "event": event} for event in events]

    def record(self, rows: Iterable[Values]) -> None:
        """Number and keep rows that ``rows`` made."""
        shelf, origin = self._shelves.events, self.writes.origin
        for row in rows:
            sequence, event = shelf.size() + 1, row.pop("event")
            recorded = RecordedEvent(sequence, origin.at, origin.actor, origin.key, event)
            shelf.put(sequence, Held(recorded, ({**row, "sequence": sequence},)))

    def note(self, *events: Event) -> None:
        """Note facts that belong to no aggregate."""
        self._shelves.events.refuse_unless_open()
        self.record(self.rows(events))

    def after(self, sequence: int) -> Iterator[RecordedEvent]:
        """The events with a higher sequence, in order."""
        every = (held.value for held in self._shelves.events.values())
        return iter([one for one in every if one.sequence > sequence])

    def close(self) -> None:
        """Chain what was written to the trail."""
        events = self._shelves.events.new.values()
        self.writes.note_events(held.row for held in events)
        if self.writes.noted:
            record = self.writes.record(self._shelves.head())
            self._shelves.audit.put(record.sequence, record)

    def head(self) -> Head:
        """The head of what was committed."""
        self._shelves.audit.refuse_unless_open()
        return self._shelves.head()

    def records(self, after: int = 0) -> Iterator[AuditRecord]:
        """The audit records with a higher sequence, in order."""
        return iter([one for one in self._shelves.audit.values() if one.sequence > after])


class MemoryOutbox:
    """The messages of each consumer."""

    def __init__(self, shelves: Shelves) -> None:
        self._events: Shelf[int, Held[RecordedEvent]] = shelves.events
        self._positions = shelves.positions
        self._parked = shelves.parked

    def pending(self, consumer: str, limit: int = 100) -> list[Message]:
        """The first parked message of each subject, then those after the position, in order."""
        aside: dict[str, Message] = {}
        for message, _ in self.parked(consumer):
            aside.setdefault(message.event.event.subject, message)
        most = checked_limit("message", limit)
        first = self._position(consumer) + 1
        new = [self._event(at) for at in range(first, first + most)]
        messages = [Message(one, waits=one.event.subject in aside) for one in new if one]
        return [*list(aside.values())[:most], *messages]

    def acknowledge(self, consumer: str, sequence: int) -> None:
        """Note a delivery. Raises `OutOfTurn`."""
        if self._parked.find((consumer, sequence)) is not None:
            self._parked.put((consumer, sequence), None)
        else:
            self._move(consumer, sequence)

    def park(self, consumer: str, sequence: int, reason: str) -> None:
        """Set a message aside. Raises `OutOfTurn`."""
        checked_text(reason)  # before anything is moved
        before = self._parked.find((consumer, sequence))
        if before is None:
            self._move(consumer, sequence)
        attempts = (before[1] if before else 0) + 1
        self._parked.put((consumer, sequence), (checked_text(reason), attempts))

    def parked(self, consumer: str) -> list[tuple[Message, str]]:
        """What was set aside, with the reasons, in order."""
        aside = {**self._parked.kept, **self._parked.new}
        found = []
        for (whose, sequence), note in sorted(aside.items()):
            event = self._event(sequence)
            if whose == consumer and note and event:
                found.append((Message(event, note[1]), note[0]))
        return found

    def _event(self, sequence: int) -> RecordedEvent | None:
        held = self._events.find(sequence)
        return held.value if held else None

    def _position(self, consumer: str) -> int:
        return self._positions.find(checked_key(consumer)) or 0

    def _move(self, consumer: str, sequence: int) -> None:
        expected = self._position(consumer) + 1
        if sequence != expected or self._event(sequence) is None:
            raise OutOfTurn(consumer=consumer, sequence=sequence, expected=expected)
        self._positions.put(consumer, sequence)
