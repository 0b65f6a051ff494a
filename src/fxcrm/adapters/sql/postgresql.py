"""PostgreSQL: many writers side by side, on the same tables.

====================  ==================================================================
one transaction       READ COMMITTED, with a version column on every aggregate, and a
                      lock on the row of what is claimed or counted
companies             an advisory lock, shared by those who read a company to post to it,
                      and alone for who claims it to close it (F6)
numbers               the row of a series is locked by who counts, until the unit ends
audit trail, events   numbered and chained under the lock of one row at the very end
one who looks         REPEATABLE READ: one moment throughout, and no waiting
``lock_timeout``      bounded; then `StoreBusy`
deadlock, lost race   `Overtaken`: nothing was written, and `perform` tries again
schema                ``fxcrm`` in the database, so that it may hold other tables too
====================  ==================================================================
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg import errors
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fxcrm.adapters.sql.schema import VERSION_TABLE, Found, begun, prepare
from fxcrm.adapters.sql.store import SqlStore
from fxcrm.adapters.sql.transaction import Database, Mode
from fxcrm.currencies import ISO, CurrencyRegistry
from fxcrm.errors import FxcrmError
from fxcrm.mappings import FrozenMap
from fxcrm.ports.storage import Overtaken, StoreBroken, StoreBusy

_BEGIN: Final = FrozenMap(
    {
        Mode.WRITE: "BEGIN ISOLATION LEVEL READ COMMITTED",
        Mode.TRIAL: "BEGIN ISOLATION LEVEL REPEATABLE READ",
        Mode.LOOK: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    }
)
# Advisory locks are queued fairly; with row locks, those who post would keep one who closes out.
_HOLD: Final = FrozenMap(
    {
        alone: f"SELECT {function}(hashtextextended(current_schema() || '/' || %(key)s, 0))"
        for alone, function in (
            (False, "pg_advisory_xact_lock_shared"),
            (True, "pg_advisory_xact_lock"),
        )
    }
)
_LOST_RACES: Final = (errors.SerializationFailure, errors.DeadlockDetected)
# A connection is as good as before after 55P03, 40P01, 40001 and 57014.
_KEPT: Final = frozenset({"55P03", "40P01", "40001", "57014"})
_WAITED: Final = (errors.LockNotAvailable, errors.QueryCanceled, PoolTimeout)
_MAKING: Final = 0x66786372  # who makes or migrates tables holds this advisory lock


def open_postgresql(
    url: str,
    *,
    schema: str = "fxcrm",
    registry: CurrencyRegistry = ISO,
    busy_seconds: int = 5,
    connections: int = 10,
) -> SqlStore:
    """The store in a schema of a database, which is made if it is not there.

    ``url`` is SQLAlchemy's or libpq's: ``postgresql://user@host/database``. A unit of work waits
    ``busy_seconds`` for a lock, or for one of so many ``connections``. How durable a commit is,
    is the server's ``synchronous_commit``. Raises `StoreNewer`, `StoreBusy`, `StoreBroken`.
    """
    engine = _engine(url, schema, busy_seconds, connections)
    database = Database(
        "postgresql", engine, busy_seconds, _BEGIN, _HOLD, psycopg.Error, _meant, _is_lost
    )
    try:
        with database.translated():
            _prepare(database, registry, schema)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(database, registry)


def _engine(url: str, schema: str, busy_seconds: int, connections: int) -> Engine:
    try:
        target = make_url(url).set(drivername="postgresql+psycopg")
    except ArgumentError:
        raise StoreBroken(reason="that is no address of a PostgreSQL database") from None
    engine = create_engine(
        target,
        connect_args={"autocommit": True},  # transactions are begun by us
        pool_size=connections,
        max_overflow=0,
        pool_timeout=busy_seconds,
        pool_reset_on_return=None,  # a transaction ends itself
        hide_parameters=True,  # they hold names and amounts, which no message may show
    )

    def on_connect(connection: psycopg.Connection[Any], _: Any) -> None:
        quoted = '"{}"'.format(schema.replace('"', '""'))
        settings = {"lock_timeout": f"{busy_seconds}s", "search_path": quoted}
        for name, value in settings.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))

    event.listen(engine, "connect", on_connect)
    return engine


def _prepare(database: Database, registry: CurrencyRegistry, schema: str) -> None:
    with begun(database, Mode.LOOK) as connection:
        if _found(connection).is_ready:
            return
    with begun(database, Mode.WRITE) as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MAKING})")
        quoted = connection.dialect.identifier_preparer.quote(schema)
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {quoted}")
        if not (found := _found(connection)).is_ready:
            prepare(database, connection, found, registry)
        connection.commit()


def _found(connection: Connection) -> Found:
    """What is in the schema. Raises `StoreBroken` for somebody else's, `StoreNewer`."""
    count = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
    ours = connection.exec_driver_sql(f"{count} AND tablename = '{VERSION_TABLE}'").scalar_one()
    if ours:
        return Found.checked(Found.noted(connection))
    if connection.exec_driver_sql(count).scalar_one():
        raise StoreBroken(reason="the schema belongs to another program")
    return Found(None)


def _meant(failure: Exception, seconds: int) -> FxcrmError:
    if isinstance(failure, _LOST_RACES):
        return Overtaken(seconds=0)
    if isinstance(failure, _WAITED):
        return StoreBusy(seconds=seconds)
    return StoreBroken(reason=_without_values(failure))


def _without_values(failure: Exception) -> str:
    """The first line of a message; the others show rows, which may be a person's data."""
    text = str(getattr(getattr(failure, "diag", None), "message_primary", None) or failure)
    return text.splitlines()[0] if text else type(failure).__name__


def _is_lost(failure: Exception) -> bool:
    """Whether the connection is gone; a lock not given or a lost race leaves it as it is."""
    is_gone = isinstance(failure, psycopg.OperationalError | psycopg.InterfaceError)
    return is_gone and getattr(failure, "sqlstate", None) not in _KEPT
