"""SQLite: the embedded store, one file.

It is used as follows, and a test holds each line:

====================  ==================================================================
one transaction       BEGIN IMMEDIATE, so that two units of work never both read first
``journal_mode``      WAL: who looks does not wait for who writes
``synchronous``       NORMAL: a process that dies loses nothing that was committed; a
                      power failure may lose the last commits, and never half of one.
                      FULL, by choice: a power failure loses nothing either (F2)
``foreign_keys``      on
``busy_timeout``      bounded; then `StoreBusy`
``application_id``    ours; another program's file is left alone
====================  ==================================================================
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from enum import Enum
from os import PathLike
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fxcrm.adapters.sql.schema import HEAD, Found, begun, prepare
from fxcrm.adapters.sql.store import SqlStore
from fxcrm.adapters.sql.transaction import Database, Mode
from fxcrm.audit import Head, Verification
from fxcrm.currencies import ISO, CurrencyRegistry
from fxcrm.errors import EnvironmentFailed, FxcrmError
from fxcrm.mappings import FrozenMap
from fxcrm.ports.storage import StoreBroken, StoreBusy

_APPLICATION: Final = 0x66786372  # "fxcr" in the header of the file
_PRIMARY: Final = 0xFF  # an extended result code carries the primary one in its low byte
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})

_BEGIN: Final = FrozenMap(
    {Mode.WRITE: "BEGIN IMMEDIATE", Mode.TRIAL: "BEGIN IMMEDIATE", Mode.LOOK: "BEGIN"}
)


class Durability(Enum):
    """What a power failure may take: SQLite's ``synchronous``."""

    NORMAL = "NORMAL"  # the last commits, never half of one
    FULL = "FULL"  # nothing


class BackupRefused(EnvironmentFailed):
    """A copy is not what it should be; the place it was to be put in is as before (F17)."""

    path: str
    reason: str
    template = "the backup {path} is refused: {reason:plain}"


class SqliteStore(SqlStore):
    """Keeps everything in one SQLite file. Made by `open_sqlite`."""

    def backup(self, path: str | PathLike[str]) -> Head:
        """Copy everything committed into a new file, while others work on; its head.

        Keep the head outside: it tells this backup from any other when it is restored. Raises
        `BackupRefused` for a file that is there, or a copy that is not sound.
        """
        target = Path(path)
        if target.exists():
            raise BackupRefused(path=str(target), reason="there is a file of this name")
        with self._database.translated():
            try:
                _copied(Path(str(self._database.engine.url.database)), target)
                return _verified(target, None, self.registry).head
            except sqlite3.Error:
                _forget(target)  # half a copy is no backup
                raise


def open_sqlite(
    path: str | PathLike[str],
    *,
    registry: CurrencyRegistry = ISO,
    busy_seconds: int = 5,
    durability: Durability = Durability.NORMAL,
) -> SqliteStore:
    """The store in a file, which is made if it is not there.

    ``registry`` knows the currencies that may be kept. A unit of work waits ``busy_seconds``
    for another writer. Raises `StoreNewer`, `StoreBusy`, `StoreBroken`.
    """
    engine = _engine(Path(path).absolute(), busy_seconds, durability)
    database = Database(
        "sqlite", engine, busy_seconds, _BEGIN, FrozenMap(), sqlite3.Error, _meant, lambda _: False
    )
    try:
        with database.translated():
            _prepare(database, registry)
    except BaseException:
        engine.dispose()
        raise
    return SqliteStore(database, registry)


def restore_sqlite(
    backup: str | PathLike[str],
    path: str | PathLike[str],
    *,
    head: Head | None = None,
    registry: CurrencyRegistry = ISO,
) -> Verification:
    """Put a backup in place of a file that is not there, once it is known to be sound.

    ``head`` is the one that `SqliteStore.backup` returned, or a later one of the same store's
    trail cut at its count; another store's backup does not pass (F17). Raises `BackupRefused`.
    """
    source, target = Path(backup), Path(path)
    if not source.exists():
        raise BackupRefused(path=str(source), reason="there is no such file")
    if target.exists():
        raise BackupRefused(path=str(target), reason="there is a file in its place; move it away")
    try:
        _refuse_unless_ours(source)
        _copied(source, target)
        return _verified(target, head, registry)
    except sqlite3.Error as failure:
        _forget(target)
        raise BackupRefused(path=str(source), reason=str(failure)) from failure


def _refuse_unless_ours(source: Path) -> None:
    """Raises `BackupRefused`: an empty file would else pass for an empty store."""
    with closing(sqlite3.connect(source)) as bare:
        if bare.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
            raise BackupRefused(path=str(source), reason="it is no store of this library")
        page = bare.execute("PRAGMA page_size").fetchone()[0]
    # SQLite takes what is missing of the last page for zeros, which may be what stood there.
    if source.stat().st_size % page:
        raise BackupRefused(path=str(source), reason="it was cut within a page")


def _copied(source: Path, target: Path) -> None:
    """A page by page copy that is right even while others write."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _verified(path: Path, head: Head | None, registry: CurrencyRegistry) -> Verification:
    """Raises `BackupRefused`, and removes the copy, unless it is sound."""
    try:
        with closing(open_sqlite(path, registry=registry)) as store:
            found = store.verify(head)
        reasons = [f"{one.kind} {one.id}: {one.reason}" for one in found.findings]
        with closing(sqlite3.connect(path)) as bare:
            checked = [row[0] for row in bare.execute("PRAGMA integrity_check")]
        reasons += [one for one in checked if one != "ok"]
    except FxcrmError as failure:
        _forget(path)
        raise BackupRefused(path=str(path), reason=str(failure)) from failure
    if reasons:
        _forget(path)
        raise BackupRefused(path=str(path), reason=reasons[0])
    return found


def _forget(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _meant(failure: Exception, seconds: int) -> FxcrmError:
    code = getattr(failure, "sqlite_errorcode", 0) & _PRIMARY
    if code in _BUSY or isinstance(failure, PoolTimeout):
        return StoreBusy(seconds=seconds)
    return StoreBroken(reason=str(failure))


def _engine(path: Path, busy_seconds: int, durability: Durability) -> Engine:
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        # The driver would begin transactions by itself, and deferred ones.
        connect_args={"timeout": busy_seconds, "isolation_level": None},
        pool_timeout=busy_seconds,
        pool_reset_on_return=None,  # a transaction ends itself
        hide_parameters=True,  # they hold names and amounts, which no message may show
    )

    def on_connect(connection: sqlite3.Connection, _: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA synchronous = {durability.value}")

    event.listen(engine, "connect", on_connect)
    return engine


def _prepare(database: Database, registry: CurrencyRegistry) -> None:
    with begun(database, Mode.LOOK) as connection:
        if _found(connection).is_ready:
            return
    _keep_a_log(database.engine)
    with begun(database, Mode.WRITE) as connection:  # nobody else creates the tables now
        if not (found := _found(connection)).is_ready:
            prepare(database, connection, found, registry)
            connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION}")
            # Versions before 0002 know no other mark, and refuse the file by this one.
            connection.exec_driver_sql(f"PRAGMA user_version = {int(HEAD)}")
        connection.commit()


def _keep_a_log(engine: Engine) -> None:
    """The journal mode stays with the file and can not be changed inside a transaction."""
    bare = engine.raw_connection()
    try:
        bare.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        bare.close()


def _found(connection: Connection) -> Found:
    """What is in the file. Raises `StoreBroken` for somebody else's, `StoreNewer`."""
    version, application, tables = (
        connection.exec_driver_sql(asked).scalar_one()
        for asked in (
            "PRAGMA user_version",
            "PRAGMA application_id",
            "SELECT count(*) FROM sqlite_schema",
        )
    )
    if not tables and not application:
        return Found(None)
    if application != _APPLICATION:
        raise StoreBroken(reason="the file belongs to another program")
    return Found.checked("0001" if version == 1 else Found.noted(connection))
