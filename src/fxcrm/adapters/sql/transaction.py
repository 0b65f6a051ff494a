"""One transaction on one connection, and the one place where driver errors become ours.

A full disk, a damaged or read-only file end it as a whole (F3); a lock is waited for within a
bound (F4).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn

from sqlalchemy import Connection, CursorResult, Engine, Executable, Row
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fxcrm.encoding import checked_text
from fxcrm.errors import FxcrmError
from fxcrm.ports.storage import StoreBroken, StoreBusy, UnitClosed

_PRIMARY: Final = 0xFF  # an extended result code carries the primary one in its low byte
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_TAKEN: Final = frozenset(
    {"SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_ROWID"}
)

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


@contextmanager
def translated(seconds: int) -> Iterator[None]:
    """Raise `StoreBusy` or `StoreBroken` for whatever the driver raises inside."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as failure:
        raise _ours(failure, seconds) from failure


def _ours(failure: Exception, seconds: int) -> FxcrmError:
    cause = failure.orig if isinstance(failure, DBAPIError) and failure.orig else failure
    code = getattr(cause, "sqlite_errorcode", 0) & _PRIMARY
    if code in _BUSY or isinstance(failure, PoolTimeout):
        return StoreBusy(seconds=seconds)
    return StoreBroken(reason=str(cause))


def _is_taken(failure: IntegrityError) -> bool:
    return getattr(failure.orig, "sqlite_errorname", "") in _TAKEN


class Transaction:
    """Opened once, ended once. A failure of the driver ends it: nothing of it is kept."""

    def __init__(self, engine: Engine, seconds: int) -> None:
        self._engine = engine
        self._seconds = seconds
        self._connection: Connection | None = None
        self._is_spent = False

    def open(self) -> None:
        """Begin. Raises `StoreBusy` after the seconds allowed, `UnitClosed` the second time."""
        if self._is_spent:
            raise UnitClosed()
        self._is_spent = True
        with translated(self._seconds):
            connection = self._engine.connect()
            try:
                connection.begin()
            except BaseException:
                connection.close()
                raise
        self._connection = connection

    def commit(self) -> None:
        """Write everything, or raise and write nothing."""
        connection = self._opened()
        try:
            with translated(self._seconds):
                connection.commit()
        finally:
            self.close()

    def close(self) -> None:
        """Let go; what was not committed is rolled back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with translated(self._seconds):
                connection.close()

    def run(self, statement: Executable, values: Parameters | None = None) -> CursorResult[Any]:
        """Carry out a statement, once or for each of many values."""
        connection = self._opened()
        try:
            return connection.execute(statement, values)
        except BaseException as failure:
            self._end(failure)

    def insert(self, statement: Executable, values: Parameters, taken: FxcrmError) -> int:
        """Carry out an insert and return the number of its row.

        Raises ``taken``, and changes nothing, where the key is taken already.
        """
        connection = self._opened()
        try:
            return connection.execute(statement, values).lastrowid
        except BaseException as failure:
            if isinstance(failure, IntegrityError) and _is_taken(failure):
                raise taken from None
            self._end(failure)

    def rows(self, statement: Executable, **values: str | list[str]) -> Sequence[Row[Any]]:
        """All rows of a query: read at once, so that writing while walking them is safe.

        Raises `NotStorable` for a text that no file could hold: where the driver meets one, it
        may report the failure of an earlier statement instead.
        """
        for value in values.values():
            for text in value if isinstance(value, list) else (value,):
                checked_text(text)
        return self.run(statement, values).all()

    def _end(self, failure: BaseException) -> NoReturn:
        """Roll back, for what a broken statement left behind must not be committed."""
        self.close()
        if isinstance(failure, (SQLAlchemyError, sqlite3.Error)):
            raise _ours(failure, self._seconds) from failure
        raise failure

    def _opened(self) -> Connection:
        if self._connection is None:
            raise UnitClosed()
        return self._connection
