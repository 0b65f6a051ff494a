"""One transaction on one connection, and the one place where driver errors become ours.

A full disk, a damaged or read-only file end it as a whole (F3); a lock is waited for within a
bound (F4); who loses a race against another unit of work is told so with nothing written (F5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any, NoReturn

import attrs
from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from fxcrm.adapters.sql.statements import Statement, prepared
from fxcrm.encoding import checked_text
from fxcrm.errors import FxcrmError
from fxcrm.ports.storage import UnitClosed


class Mode(Enum):
    """What a transaction is for."""

    WRITE = "write"
    TRIAL = "trial"  # it may write, and is never committed
    LOOK = "look"  # it only reads, and waits for nobody


@attrs.frozen
class Database:
    """A kind of database: its connections, how a transaction begins, what its errors mean.

    ``hold`` is what a company is held by where units of work run side by side: alone, or
    together with others that do not ask for it alone. ``error`` is the base of what its driver
    raises; ``meant`` makes one of ours of it. A connection that ``is_lost`` while nothing was
    done on it yet is replaced once.
    """

    name: str
    engine: Engine
    seconds: int
    begin: Mapping[Mode, str]
    hold: Mapping[bool, str]
    error: type[Exception]
    meant: Callable[[Exception, int], FxcrmError]
    is_lost: Callable[[Exception], bool]
    _idle: list[PoolProxiedConnection] = attrs.field(factory=list, init=False, repr=False)

    def take(self) -> PoolProxiedConnection:
        """A connection; the last one that was given back, for the pool's door costs time."""
        try:
            return self._idle.pop()
        except IndexError:
            return self.engine.raw_connection()

    def give(self, connection: PoolProxiedConnection) -> None:
        """Keep a connection for whoever takes one next, unless it is gone."""
        if connection.is_valid:
            self._idle.append(connection)
        else:
            connection.close()

    def let_go(self) -> None:
        """Close every connection that nobody works on."""
        while self._idle:
            self._idle.pop().close()
        self.engine.dispose()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Raise `StoreBusy`, `StoreBroken` and the like for what driver and pool raise inside."""
        try:
            yield
        except (SQLAlchemyError, self.error) as failure:
            raise self.ours(failure) from failure

    def ours(self, failure: Exception) -> FxcrmError:
        """Our error for one of the driver's."""
        cause = failure.orig if isinstance(failure, DBAPIError) and failure.orig else failure
        return self.meant(cause if isinstance(cause, Exception) else failure, self.seconds)


class Transaction:
    """Opened once, ended once. A failure of the driver ends it: nothing of it is kept."""

    def __init__(self, database: Database, mode: Mode) -> None:
        self.mode = mode
        self._database = database
        self._connection: PoolProxiedConnection | None = None
        self._driver: Any = None  # the connection itself, for the pool's door costs time
        self._cursor: Any = None
        self._is_spent = False
        self._held: set[tuple[str, bool]] = set()

    def open(self) -> None:
        """Begin. Raises `StoreBusy` after the seconds allowed, `UnitClosed` the second time."""
        if self._is_spent:
            raise UnitClosed()
        self._is_spent = True
        try:
            self._begin(again=True)
        except (SQLAlchemyError, self._database.error) as failure:
            raise self._database.ours(failure) from failure

    def join(self, connection: PoolProxiedConnection) -> None:
        """Work in a transaction that was begun by somebody else, who also ends it."""
        self._is_spent = True
        self._connection, self._driver = connection, connection.dbapi_connection
        self._cursor = connection.cursor()

    def _begin(self, *, again: bool) -> None:
        database = self._database
        connection = database.take()
        driver: Any = connection.dbapi_connection
        try:
            cursor = driver.cursor()
            cursor.execute(database.begin[self.mode])
        except BaseException as failure:
            lost = isinstance(failure, database.error) and database.is_lost(failure)
            if lost:  # and so are the others that waited, as after a restart of the server
                connection.invalidate()
                database.let_go()
            database.give(connection)
            if not (lost and again):
                raise
            self._begin(again=False)
        else:
            self._connection, self._driver, self._cursor = connection, driver, cursor

    def commit(self) -> None:
        """Write everything, or raise and write nothing."""
        connection = self._opened()
        try:
            self._driver.commit()
        except BaseException as failure:
            self._end(failure)
        self._connection = self._driver = self._cursor = None
        self._database.give(connection)

    def close(self) -> None:
        """Let go; what was not committed is rolled back."""
        connection = self._connection
        self._connection = self._driver = self._cursor = None
        if connection is not None:
            with self._database.translated():
                try:
                    if connection.is_valid:
                        connection.rollback()
                except BaseException:
                    connection.invalidate()
                    raise
                finally:
                    self._database.give(connection)

    def run(self, statement: Statement, values: Mapping[str, Any]) -> int:
        """Carry out a statement; how many rows it changed."""
        self.refuse_unless_open()
        try:
            self._cursor.execute(prepared(statement, self._database.name).text, values)
            changed: int = self._cursor.rowcount
        except BaseException as failure:
            self._end(failure)
        return changed

    def run_many(self, statement: Statement, values: Sequence[Mapping[str, Any]]) -> None:
        """Carry out a statement for each of many values."""
        self.refuse_unless_open()
        try:
            self._cursor.executemany(prepared(statement, self._database.name).text, values)
        except BaseException as failure:
            self._end(failure)

    def hold(self, key: str, *, alone: bool) -> None:
        """Keep a company as it is until this transaction ends, or keep others away from it."""
        self.refuse_unless_open()
        text = self._database.hold.get(alone)
        if text is None or self.mode is not Mode.WRITE or (key, alone) in self._held:
            return
        named = {"key": checked_text(key)}
        try:
            self._cursor.execute(text, named)
        except BaseException as failure:
            self._end(failure)
        self._held |= {(key, alone), (key, False)}

    def rows(self, statement: Statement, **values: str | int | None) -> list[Any]:
        """All rows of a query: read at once, so that writing while walking them is safe.

        Raises `NotStorable` for a text that no store could hold: where a driver meets one, it
        may report the failure of an earlier statement instead.
        """
        for value in values.values():
            if isinstance(value, str):
                checked_text(value)
        self.refuse_unless_open()
        ready = prepared(statement, self._database.name)
        try:
            self._cursor.execute(ready.text, values)
            found = self._cursor.fetchall()
        except BaseException as failure:
            self._end(failure)
        return found if ready.made is None else list(map(ready.made, found))

    def _end(self, failure: BaseException) -> NoReturn:
        """Roll back, for what a broken statement left behind must not be committed."""
        database = self._database
        if not isinstance(failure, (SQLAlchemyError, database.error)):
            self.close()
            raise failure
        if self._connection is not None and database.is_lost(failure):
            self._connection.invalidate()
        self.close()
        raise database.ours(failure) from failure

    def refuse_unless_open(self) -> None:
        """Raises `UnitClosed` before the transaction begins, and after it ended."""
        if self._connection is None:
            raise UnitClosed()

    def _opened(self) -> PoolProxiedConnection:
        if self._connection is None:
            raise UnitClosed()
        return self._connection
