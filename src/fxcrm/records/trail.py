"""What one unit of work notes of its writes, until it is committed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

import attrs

from fxcrm.audit import (
    AuditRecord,
    Head,
    Write,
    chained,
    chained_hash,
    joined,
    row_text,
    seal_of,
    sealed,
    write_text,
)
from fxcrm.encoding import checked_text, day_text, instant_text, text_json, texts_json
from fxcrm.events import Event
from fxcrm.records.columns import LONGEST_KEY, Values, checked_key, checked_keys


@attrs.frozen
class Origin:
    """Who works, when, under which idempotency key. Raises `NaiveInstant`, `NotStorable`."""

    actor: str = attrs.field(default="", converter=checked_text)
    at: datetime | None = None
    key: str = attrs.field(default="", converter=checked_text)
    at_text: str | None = attrs.field(init=False)

    @at_text.default
    def _at_text(self) -> str | None:
        return None if self.at is None else instant_text(self.at)

    def event_row(self, event: Event) -> Values:
        """An event as a row, to be completed by its ``sequence``. Raises `NotStorable`."""
        checked_key(self.key)
        return {
            "at": self.at_text,
            "actor": self.actor,
            "key": self.key,
            "name": checked_text(event.name),
            "subject": checked_text(event.subject),
            "on": day_text(event.on),
            "details": texts_json(event.details),
        }


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


def noted(kind: str, id: str, version: int, *rows: Values) -> str:
    """What a record says of rows that every store can hold, as JSON. Raises `NotStorable`.

    Their texts are made once, to be looked at as `checked_row` does, and to be sealed.
    """
    text = "".join(map(row_text, rows))
    if len(text) > LONGEST_KEY or not text.isascii() or "\0" in text:
        checked_text(text)
        for row in rows:
            checked_keys(row)
    return write_text(kind, id, version, seal_of(kind, id, text))


def record_row(origin: Origin, head: Head, writes: Iterable[str]) -> Values:
    """The audit record that follows a head as a row; ``writes`` are what `noted` says of rows."""
    sequence, text = head.count + 1, joined(writes)
    instant, actor, key = origin.at_text, origin.actor, origin.key
    return {
        "sequence": sequence,
        "at": instant,
        "actor": actor,
        "key": key,
        "writes": text,
        "hash": chained_hash(head.hash, sequence, instant, actor, key, text),
    }


def number_key(company: str, series: str) -> str:
    """What a series of numbers is called in the audit trail."""
    parts = (checked_key(checked_text(part)) for part in (company, series))
    return f"[{', '.join(map(text_json, parts))}]"


def hashed(content: str) -> str:
    """All that is kept of a command's content, in hex."""
    return sha256(checked_text(content).encode()).hexdigest()
