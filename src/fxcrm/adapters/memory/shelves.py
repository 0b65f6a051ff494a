"""Where a store in memory keeps things, and the overlay of one unit of work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar

import attrs

from fxcrm.decisions import RateDecision
from fxcrm.encoding import checked_text
from fxcrm.events import Event, RecordedEvent
from fxcrm.ids import CompanyId, DecisionId, EntryId
from fxcrm.ledger.journal import Entry
from fxcrm.ledger.snapshots import TranslationSnapshot
from fxcrm.ports.storage import UnitClosed

K = TypeVar("K")
V = TypeVar("V")

SnapshotKey = tuple[CompanyId, str, date]

KINDS: Final = (
    "company",
    "customer",
    "enquiry",
    "deal",
    "quote",
    "rate lock",
    "order",
    "invoice",
    "payment",
    "case",
    "open item",
)


@attrs.frozen
class Origin:
    """Who works, when, under which idempotency key."""

    actor: str
    at: datetime | None
    key: str

    def noted_on(self, sequence: int, event: Event) -> RecordedEvent:
        """An event with its place and origin."""
        return RecordedEvent(sequence, self.at, self.actor, self.key, event)


@attrs.define
class Shelf(Generic[K, V]):
    """What is kept of one kind, and what a unit of work lays over it while it is open."""

    kept: dict[K, V]
    new: dict[K, V] = attrs.field(factory=dict)
    is_open: bool = False

    def find(self, key: K) -> V | None:
        """The value of a key, or None. Raises `NotStorable` for a key that no file could hold."""
        self.refuse_unless_open()
        for part in key if isinstance(key, tuple) else (key,):
            if isinstance(part, str):
                checked_text(part)
        return self.new[key] if key in self.new else self.kept.get(key)

    def put(self, key: K, value: V) -> None:
        """Lay a value over what is kept."""
        self.refuse_unless_open()
        self.new[key] = value

    def values(self) -> list[V]:
        """Everything, in the order in which the keys came."""
        self.refuse_unless_open()
        return list({**self.kept, **self.new}.values())

    def size(self) -> int:
        """How many there are; for shelves on which nothing is replaced."""
        self.refuse_unless_open()
        return len(self.kept) + len(self.new)

    def refuse_unless_open(self) -> None:
        """Raises `UnitClosed` outside the unit of work."""
        if not self.is_open:
            raise UnitClosed()


@attrs.define
class Kept:
    """Everything that a store holds between units of work."""

    aggregates: dict[str, dict[str, Any]] = attrs.field(factory=lambda: {one: {} for one in KINDS})
    decisions: dict[DecisionId, RateDecision] = attrs.field(factory=dict)
    entries: dict[EntryId, Entry] = attrs.field(factory=dict)
    snapshots: dict[SnapshotKey, TranslationSnapshot] = attrs.field(factory=dict)
    numbers: dict[tuple[CompanyId, str], int] = attrs.field(factory=dict)
    commands: dict[str, tuple[str, str]] = attrs.field(factory=dict)
    events: dict[int, RecordedEvent] = attrs.field(factory=dict)

    def records(self) -> Iterator[tuple[str, object]]:
        """Everything as pairs of kind and value, for the fingerprint."""
        for kind, table in self.aggregates.items():
            yield from ((kind, one) for one in table.values())
        yield from (("rate decision", one) for one in self.decisions.values())
        yield from (("entry", numbered) for numbered in enumerate(self.entries.values(), 1))
        yield from (("translation snapshot", one) for one in self.snapshots.values())
        yield from (("number", (*key, last)) for key, last in self.numbers.items())
        yield from (("command", (key, *noted)) for key, noted in self.commands.items())
        yield from (("event", one) for one in self.events.values())


@attrs.define
class Shelves:
    """One shelf for each kind of thing; the working place of one unit of work."""

    aggregates: dict[str, Shelf[str, Any]]
    decisions: Shelf[DecisionId, RateDecision]
    entries: Shelf[EntryId, Entry]
    snapshots: Shelf[SnapshotKey, TranslationSnapshot]
    numbers: Shelf[tuple[CompanyId, str], int]
    commands: Shelf[str, tuple[str, str]]
    events: Shelf[int, RecordedEvent]

    @classmethod
    def over(cls, kept: Kept) -> Shelves:
        """Empty overlays over what is kept."""
        return cls(
            {kind: Shelf(table) for kind, table in kept.aggregates.items()},
            Shelf(kept.decisions),
            Shelf(kept.entries),
            Shelf(kept.snapshots),
            Shelf(kept.numbers),
            Shelf(kept.commands),
            Shelf(kept.events),
        )

    def __iter__(self) -> Iterator[Shelf[Any, Any]]:
        yield from self.aggregates.values()
        yield from (self.decisions, self.entries, self.snapshots)
        yield from (self.numbers, self.commands, self.events)
