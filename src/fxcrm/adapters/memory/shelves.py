"""Where a store in memory keeps things, and the overlay of one unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Generic, TypeVar

import attrs

from fxcrm.audit import EMPTY, AuditRecord, Head, Write
from fxcrm.decisions import RateDecision
from fxcrm.encoding import checked_text
from fxcrm.events import RecordedEvent
from fxcrm.ids import CompanyId, DecisionId, EntryId, GroupId
from fxcrm.ledger.journal import Entry
from fxcrm.ledger.snapshots import GroupSnapshot, TranslationSnapshot
from fxcrm.ports.storage import UnitClosed
from fxcrm.records.columns import Values
from fxcrm.records.exporting import Kept
from fxcrm.records.fixings import KIND, FixingRow, SeriesKey, batch_id, batch_row
from fxcrm.records.shapes import SHAPES
from fxcrm.records.trail import number_key

K = TypeVar("K")
V = TypeVar("V")

SnapshotKey = tuple[CompanyId, str, date]
GroupKey = tuple[GroupId, date]


@attrs.frozen
class Held(Generic[V]):
    """A value as it is kept: itself, and the flat rows that every other store would keep."""

    value: V
    rows: tuple[Values, ...]

    @property
    def row(self) -> Values:
        """The first row, and for most values the only one."""
        return self.rows[0]


@attrs.frozen
class KeptSeries:
    """The fixings of a series, in order, and the batches in which they were added."""

    rows: tuple[FixingRow, ...] = ()
    batches: tuple[tuple[FixingRow, ...], ...] = ()

    def with_batch(self, rows: Iterable[FixingRow]) -> KeptSeries:
        """The series with one batch more."""
        added = tuple(rows)
        return KeptSeries(tuple(sorted(self.rows + added)), (*self.batches, added))


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


class Shelves:
    """One shelf for each kind of thing: what is kept, or the working place of a unit of work."""

    def __init__(self, under: Shelves | None = None) -> None:
        below = iter(under or ())

        def shelf() -> Shelf[Any, Any]:
            beneath = next(below, None)
            return Shelf(beneath.kept if beneath else {})

        # In the order of __iter__, which pairs each shelf with the one beneath it.
        self.aggregates: dict[str, Shelf[str, Held[Any]]] = {one.kind: shelf() for one in SHAPES}
        self.decisions: Shelf[DecisionId, Held[RateDecision]] = shelf()
        self.entries: Shelf[EntryId, Held[Entry]] = shelf()
        self.snapshots: Shelf[SnapshotKey, Held[TranslationSnapshot]] = shelf()
        self.groups: Shelf[GroupKey, Held[GroupSnapshot]] = shelf()
        self.numbers: Shelf[tuple[CompanyId, str], int] = shelf()
        self.commands: Shelf[str, tuple[str, str]] = shelf()
        self.rates: Shelf[SeriesKey, KeptSeries] = shelf()
        self.events: Shelf[int, Held[RecordedEvent]] = shelf()
        self.audit: Shelf[int, AuditRecord] = shelf()
        self.positions: Shelf[str, int] = shelf()
        self.parked: Shelf[tuple[str, int], tuple[str, int] | None] = shelf()

    def __iter__(self) -> Iterator[Shelf[Any, Any]]:
        yield from self.aggregates.values()
        yield from (self.decisions, self.entries, self.snapshots, self.groups, self.numbers)
        yield from (self.commands, self.rates, self.events, self.audit, self.positions, self.parked)

    def everything(self) -> Iterator[Kept]:
        """Everything that is kept, as it is now."""
        for kind, shelf in self.aggregates.items():
            for id, held in shelf.kept.items():
                yield Kept(kind, id, held.row["version"], held.rows)
        for id, decision in self.decisions.kept.items():
            yield Kept("rate decision", id, 1, decision.rows)
        for entry, posted in self.entries.kept.items():
            yield Kept("entry", entry, 1, posted.rows)
        for (company, code, day), made in self.snapshots.kept.items():
            yield Kept("translation snapshot", f"{company}/{code}/{day}", 1, made.rows)
        for (group, day), consolidated in self.groups.kept.items():
            yield Kept("group snapshot", f"{group}/{day}", 1, consolidated.rows)
        for (company, series), last in self.numbers.kept.items():
            row = {"company": company, "series": series, "last": last}
            yield Kept("number", number_key(company, series), last, (row,))
        for command, (content, answer) in self.commands.kept.items():
            yield Kept("command", command, 1, (command_row(command, content, answer),))
        yield from self._batches()
        for sequence, event in self.events.kept.items():
            yield Kept("event", str(sequence), 1, event.rows)

    def _batches(self) -> Iterator[Kept]:
        for key, series in self.rates.kept.items():
            for number, rows in enumerate(series.batches, 1):
                yield Kept(KIND, batch_id(key, number), 1, (batch_row(key, rows),))

    def writes(self) -> Iterator[Write]:
        """Everything that is kept, sealed as it is now."""
        return (one.sealed() for one in self.everything())

    def head(self) -> Head:
        """The end of the trail that is kept."""
        last = self.audit.kept.get(len(self.audit.kept))
        return Head(last.sequence, last.hash) if last else EMPTY


def command_row(key: str, content: str, answer: str) -> Values:
    """A command as a row; ``content`` is the hash of it."""
    return {"key": key, "content": content, "answer": answer}
