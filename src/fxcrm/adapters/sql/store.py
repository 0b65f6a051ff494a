"""The store: units of work on one database, its digest, and its verification."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from fxcrm.adapters.sql.decisions import Shared
from fxcrm.adapters.sql.transaction import Database, Mode, Transaction
from fxcrm.adapters.sql.unit import SqlUnit
from fxcrm.audit import Finding, Head, Verification, digest, verify
from fxcrm.currencies import CurrencyRegistry
from fxcrm.ports.storage import StoreBroken, UnitOfWork
from fxcrm.records.exporting import exported
from fxcrm.records.trail import Origin


class SqlStore:
    """Keeps everything in one database. Made by `open_sqlite` and `open_postgresql`."""

    def __init__(self, database: Database, registry: CurrencyRegistry) -> None:
        self.registry = registry
        self._database = database
        self._shared = Shared(registry)
        self._is_closed = False

    def begin(
        self,
        *,
        actor: str = "",
        at: datetime | None = None,
        key: str = "",
        reading: bool = False,
    ) -> UnitOfWork:
        """A unit of work; its origin is noted in what it writes. Raises `NaiveInstant`."""
        mode = Mode.TRIAL if reading else Mode.WRITE
        return self._unit(mode, Origin(actor, at, key))

    def digest(self) -> str:
        """A sha256 over everything that was committed; does not wait for who writes."""
        with self._unit(Mode.LOOK, Origin()) as unit:
            return digest((one.sealed() for one in unit.kept()), unit.audit.head())

    def verify(self, outside: Head | None = None) -> Verification:
        """Hold every row against the audit trail, and the trail against a head kept outside."""
        with self._unit(Mode.LOOK, Origin()) as unit:
            rows = [one.sealed() for one in unit.kept()]
            found = verify(unit.audit.records(), rows, outside)
            events = sum(one.kind == "event" for one in rows)
            moved = tuple(_moved((found.head, events), unit.end()))
            return attrs.evolve(found, findings=(*found.findings, *moved))

    def export(self) -> Iterator[str]:
        """Everything that was committed at one moment, as lines of JSON."""
        with self._unit(Mode.LOOK, Origin()) as unit:
            yield from exported(unit.audit.records(), unit.kept(), unit.audit.head())

    def close(self) -> None:
        """Let go of the database. No unit of work can be entered any more."""
        self._is_closed = True
        self._database.let_go()

    def _unit(self, mode: Mode, origin: Origin) -> SqlUnit:
        if self._is_closed:
            raise StoreBroken(reason="it was closed")
        return SqlUnit(Transaction(self._database, mode), self._shared, origin)


def _moved(found: tuple[Head, int], noted: tuple[Head, int]) -> Iterator[Finding]:
    """What the store notes of the ends of trail and events, against what is there."""
    if found[0] != noted[0]:
        reason = "the store left the trail at another record"
        yield Finding("audit record", str(found[0].count), reason)
    if found[1] != noted[1]:
        yield Finding("event", str(found[1]), "the store left its events at another number")
