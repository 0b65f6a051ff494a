"""The unit of work, and the file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

import attrs

from examples.jsonstore.books import (
    Commands,
    Events,
    GroupSnapshots,
    Journal,
    Log,
    Numbers,
    Outbox,
    Rates,
    Snapshots,
    head_of,
)
from examples.jsonstore.repositories import Decisions, Pile, Repository, Row
from fxcrm.audit import AuditRecord, Head, Verification, Write, digest, sealed, verify
from fxcrm.currencies import ISO, CurrencyRegistry
from fxcrm.encoding import instant_from, instant_text
from fxcrm.ports.storage import ReadingUnit, StoreBroken, StoreBusy, StoreNewer, UnitClosed
from fxcrm.records.shapes import SHAPES
from fxcrm.records.trail import Origin, Writes

FORMAT = "fxcrm json lines 1"
UNSEALED = ("consumer", "parked")


class Unit:
    """One unit of work: a pile of its own on that of the store, until it is committed."""

    def __init__(self, store: JsonStore, origin: Origin, *, reading: bool) -> None:
        self._store = store
        self._reading = reading
        self._was_entered = False
        self.pile = Pile(store.pile)
        self.pile.is_open = False
        self.writes = Writes(origin)
        self.decisions: Any = Decisions(self.pile, self.writes, store.registry)
        self.journal: Any = Journal(self)
        self.snapshots: Any = Snapshots(self)
        self.group_snapshots: Any = GroupSnapshots(self)
        self.numbers: Any = Numbers(self)
        self.commands: Any = Commands(self)
        self.rates: Any = Rates(self)
        self.events: Any = Events(self)
        self.outbox: Any = Outbox(self)
        self.audit: Any = Log(self, store.trail)

    def __getattr__(self, name: str) -> Any:
        """The repository of a kind: ``companies``, ``quotes``, ``items`` and so on."""
        shape = next((one for one in SHAPES if one.collection == name), None)
        if shape is None:
            raise AttributeError(name)
        return Repository(shape, self)

    def commit(self) -> None:
        self.pile.refuse_unless_open()
        if self._reading:
            raise ReadingUnit
        self.writes.note_events(rows[0] for rows in self.pile.kinds.get("event", {}).values())
        record = self.writes.record(head_of(self._store.trail)) if self.writes.noted else None
        self._store.append(self.pile, record)
        self._close()

    def __enter__(self) -> Self:
        if self._was_entered:
            raise UnitClosed
        self._store.wait_for_turn()
        self._was_entered = self.pile.is_open = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.pile.is_open:
            self._close()

    def _close(self) -> None:
        self.pile.is_open = False
        self._store.turn.release()


class JsonStore:
    """Keeps everything in one file of JSON lines. Raises `StoreNewer`, `StoreBroken`."""

    def __init__(
        self, path: str | Path, *, registry: CurrencyRegistry = ISO, busy_seconds: int = 5
    ) -> None:
        self.registry = registry
        self.pile = Pile()
        self.trail: list[AuditRecord] = []
        self.turn = Lock()
        self._busy_seconds = busy_seconds
        try:
            self._file = Path(path).open("a+b")  # noqa: SIM115 - closed by close()
            self._read()
        except OSError as failure:
            raise StoreBroken(reason=str(failure)) from failure

    def begin(
        self, *, actor: str = "", at: datetime | None = None, key: str = "", reading: bool = False
    ) -> Any:
        return Unit(self, Origin(actor, at, key), reading=reading)

    def digest(self) -> str:
        self._refuse_if_closed()
        return digest(self._writes(), head_of(self.trail))

    def verify(self, outside: Head | None = None) -> Verification:
        self._refuse_if_closed()
        return verify(self.trail, self._writes(), outside)

    def close(self) -> None:
        self._file.close()

    def wait_for_turn(self) -> None:
        self._refuse_if_closed()
        if not self.turn.acquire(timeout=self._busy_seconds):
            raise StoreBusy(seconds=self._busy_seconds)

    def append(self, pile: Pile, record: AuditRecord | None) -> None:
        """One line: the moment in which everything in it is kept."""
        if not pile.kinds:
            return
        line = {"rows": pile.kinds, "record": record and _plain(record)}
        self._write(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
        self._lay_over(pile.kinds, record)

    def _write(self, line: str) -> None:
        end = self._file.seek(0, os.SEEK_END)
        try:
            self._file.write(line.encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as failure:
            self._file.truncate(end)
            raise StoreBroken(reason=str(failure)) from failure

    def _read(self) -> None:
        self._file.seek(0)
        lines = self._file.read().splitlines(keepends=True)
        if lines and not lines[-1].endswith(b"\n"):
            self._file.truncate(sum(map(len, lines[:-1])))
            del lines[-1]
        if not lines:
            self._write(json.dumps(FORMAT))
            return
        try:
            self._read_lines(lines)
        except (ValueError, KeyError, TypeError) as failure:
            raise StoreBroken(reason=f"the file can not be read: {failure}") from failure

    def _read_lines(self, lines: list[bytes]) -> None:
        if (found := str(json.loads(lines[0]))) != FORMAT:
            raise StoreNewer(found=found, known=FORMAT)
        for line in lines[1:]:
            kept = json.loads(line)
            self._lay_over(kept["rows"], kept["record"] and _record(kept["record"]))

    def _lay_over(self, kinds: Mapping[str, Any], record: AuditRecord | None) -> None:
        for kind, rows in kinds.items():
            self.pile.kinds.setdefault(kind, {}).update(rows)
        if record:
            self.trail.append(record)

    def _writes(self) -> list[Write]:
        """Everything that is kept, sealed as it is now."""
        return [
            Write(kind, id, rows[0].get("version", 1), sealed(kind, id, rows))
            for kind in self.pile.kinds
            if kind not in UNSEALED
            for id, rows in self.pile.every(kind).items()
        ]

    def _refuse_if_closed(self) -> None:
        if self._file.closed:
            raise StoreBroken(reason="it was closed")


def _plain(record: AuditRecord) -> Row:
    at = record.at and instant_text(record.at)
    return {**attrs.asdict(record), "at": at}


def _record(plain: Row) -> AuditRecord:
    at = plain["at"] and instant_from(plain["at"])
    writes = tuple(Write(**one) for one in plain["writes"])
    return AuditRecord(**{**plain, "at": at, "writes": writes})
