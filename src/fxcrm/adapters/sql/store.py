"""The store: an engine, its schema, and units of work.

SQLite is used as follows, and a test holds each line:

====================  ==================================================================
one transaction       BEGIN IMMEDIATE, so that two units of work never both read first
``journal_mode``      WAL: who computes a digest does not wait for who writes
``synchronous``       NORMAL: a process that dies loses nothing that was committed; a
                      power failure may lose the last commits, and never half of one
``foreign_keys``      on
``busy_timeout``      bounded; then `StoreBusy`
``application_id``    ours; another program's file is left alone
``user_version``      the schema; a newer one is refused with `StoreNewer` (F16)
====================  ==================================================================
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event

from fxcrm.adapters.sql.eventlog import Origin
from fxcrm.adapters.sql.tables import SCHEMA, metadata
from fxcrm.adapters.sql.transaction import Transaction, translated
from fxcrm.adapters.sql.unit import SqlUnit
from fxcrm.currencies import ISO, CurrencyRegistry
from fxcrm.encoding import checked_text, fingerprint
from fxcrm.events import checked_instant
from fxcrm.ports.storage import StoreBroken, StoreNewer, UnitOfWork

_APPLICATION: Final = 0x66786372  # "fxcr" in the header of the file
_READ_ONLY: Final = "fxcrm_read_only"


class SqlStore:
    """Keeps everything in one database. Made by `open_sqlite`."""

    def __init__(self, engine: Engine, registry: CurrencyRegistry, busy_seconds: int) -> None:
        self.registry = registry
        self._engine = engine
        self._reader = engine.execution_options(**{_READ_ONLY: True})
        self._busy_seconds = busy_seconds
        self._is_closed = False

    def begin(self, *, actor: str = "", at: datetime | None = None, key: str = "") -> UnitOfWork:
        """A unit of work; its origin is noted on the events it records. Raises `NaiveInstant`."""
        origin = Origin(checked_text(actor), at and checked_instant(at), checked_text(key))
        return self._unit(self._engine, origin)

    def digest(self) -> str:
        """A sha256 over everything that was committed; does not wait for who writes."""
        with self._unit(self._reader, Origin("", None, "")) as unit:
            return fingerprint(unit.records(), self.registry)

    def close(self) -> None:
        """Let go of the file. No unit of work can be entered any more."""
        self._is_closed = True
        self._engine.dispose()

    def _unit(self, engine: Engine, origin: Origin) -> SqlUnit:
        if self._is_closed:
            raise StoreBroken(reason="it was closed")
        return SqlUnit(Transaction(engine, self._busy_seconds), self.registry, origin)


def open_sqlite(
    path: str | PathLike[str], *, registry: CurrencyRegistry = ISO, busy_seconds: int = 5
) -> SqlStore:
    """The store in a file, which is made if it is not there.

    ``registry`` knows the currencies that may be kept. A unit of work waits ``busy_seconds``
    for another writer. Raises `StoreNewer`, `StoreBusy`, `StoreBroken`.
    """
    engine = _engine(Path(path).absolute(), busy_seconds)
    try:
        with translated(busy_seconds):
            _prepare(engine)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine, registry, busy_seconds)


def _engine(path: Path, busy_seconds: int) -> Engine:
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        # The driver would begin transactions by itself, and deferred ones.
        connect_args={"timeout": busy_seconds, "isolation_level": None},
        pool_timeout=busy_seconds,
        hide_parameters=True,  # they hold names and amounts, which no message may show
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _: Any) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")


def _on_begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READ_ONLY)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _prepare(engine: Engine) -> None:
    with engine.execution_options(**{_READ_ONLY: True}).connect() as connection:
        if _is_ready(connection):
            return
    _keep_a_log(engine)
    with engine.begin() as connection:  # the lock is held: nobody else creates the tables now
        if not _is_ready(connection):
            metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION}")
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")


def _keep_a_log(engine: Engine) -> None:
    """The journal mode stays with the file and can not be changed inside a transaction."""
    bare = engine.raw_connection()
    try:
        bare.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        bare.close()


def _is_ready(connection: Connection) -> bool:
    """Whether the tables are there; raises `StoreNewer`, `StoreBroken` for somebody else's."""
    found, application, tables = (
        connection.exec_driver_sql(asked).scalar_one()
        for asked in (
            "PRAGMA user_version",
            "PRAGMA application_id",
            "SELECT count(*) FROM sqlite_schema",
        )
    )
    if not tables and not application:
        return False
    if application != _APPLICATION:
        raise StoreBroken(reason="the file belongs to another program")
    if found > SCHEMA:
        raise StoreNewer(found=found, known=SCHEMA)
    return True
