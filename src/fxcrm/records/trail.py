"""What one unit of work notes of its writes, until it is committed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from json import dumps

import attrs

from fxcrm.audit import AuditRecord, Head, Write, chained, sealed
from fxcrm.encoding import checked_text, day_text, instant_text, texts_json
from fxcrm.events import Event, checked_instant
from fxcrm.records.columns import Values, checked_key, checked_row


@attrs.frozen
class Origin:
    """Who works, when, under which idempotency key. Raises `NaiveInstant`, `NotStorable`."""

    actor: str = attrs.field(default="", converter=checked_text)
    at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(checked_instant)
    )
    key: str = attrs.field(default="", converter=checked_text)
    at_text: str | None = attrs.field(init=False)

    @at_text.default
    def _at_text(self) -> str | None:
        return None if self.at is None else instant_text(self.at)

    def event_row(self, event: Event) -> Values:
        """An event as a row, to be completed by its ``sequence``."""
        return checked_row(
            {
                "at": self.at_text,
                "actor": self.actor,
                "key": self.key,
                "name": event.name,
                "subject": event.subject,
                "on": day_text(event.on),
                "details": texts_json(event.details),
            }
        )


@attrs.define
class Writes:
    """The rows that a unit of work wrote, sealed, in order."""

    origin: Origin
    noted: list[Write] = attrs.field(factory=list)

    def note(self, kind: str, id: str, version: int, *rows: Values) -> None:
        """Seal what was written."""
        self.noted.append(Write(kind, id, version, sealed(kind, id, rows)))

    def note_events(self, rows: Iterable[Values]) -> None:
        """Seal events, numbered already."""
        for row in rows:
            self.note("event", str(row["sequence"]), 1, row)

    def record(self, head: Head) -> AuditRecord:
        """The audit record that follows a head."""
        origin = self.origin
        return chained(head, at=origin.at, actor=origin.actor, key=origin.key, writes=self.noted)


def number_key(company: str, series: str) -> str:
    """What a series of numbers is called in the audit trail."""
    parts = [checked_key(checked_text(part)) for part in (company, series)]
    return dumps(parts, ensure_ascii=False)


def hashed(content: str) -> str:
    """All that is kept of a command's content, in hex."""
    return sha256(checked_text(content).encode()).hexdigest()
