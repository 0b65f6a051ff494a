"""What a store does to its database: every statement, its parameters, and where transactions end.

The drivers themselves are watched, below everything else: a `Recorder` sees what reaches
sqlite3 and psycopg, whoever sends it, through SQLAlchemy or past it. Connections that were made
inside `watching` report to it; played again by `benchmarks.replaying`, a record is the floor
that a store is held against, because no program can have the same rows for less than its driver
takes for the same statements.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from sqlite3 import dbapi2
from typing import Any, Final

import attrs
import psycopg

_READS: Final = ("SELECT", "WITH", "PRAGMA")
_WRITES: Final = ("INSERT", "UPDATE", "DELETE")


@attrs.frozen
class Call:
    """One call of the driver.

    ``sql``     the statement, or COMMIT and ROLLBACK where a method of the driver ended it
    ``values``  its parameters; a list of them for ``executemany``; None where it has none
    ``many``    whether it was ``executemany``
    """

    sql: str
    values: Any = None
    many: bool = False
    reads: bool = attrs.field(init=False)

    @reads.default
    def _reads(self) -> bool:
        """Whether rows come back."""
        return self.sql.lstrip().startswith(_READS) or "RETURNING" in self.sql

    @property
    def rows(self) -> int:
        """How many rows it writes."""
        if not self.sql.lstrip().startswith(_WRITES):
            return 0
        return len(self.values) if self.many else 1

    @property
    def ends(self) -> bool:
        """Whether a transaction ends here."""
        return self.sql in {"COMMIT", "ROLLBACK"}


@attrs.define
class Recorder:
    """The calls seen while something is done."""

    calls: list[Call] = attrs.Factory(list)
    is_on: bool = False

    def note(self, sql: Any, values: Any = None, *, many: bool = False) -> None:
        """Keep a call, with its parameters as they were at that moment."""
        if self.is_on:
            text = sql.decode() if isinstance(sql, bytes) else str(sql)
            self.calls.append(Call(text, _copied(values, many=many), many))

    def taken(self, work: Callable[[], object]) -> list[Call]:
        """The calls that ``work`` makes; those of psycopg are seen here only."""
        self.calls, self.is_on = [], True
        try:
            with _changed(_watched_psycopg(self)):
                work()
        finally:
            self.is_on = False
        return self.calls


def _copied(values: Any, *, many: bool) -> Any:
    if values is None:
        return None
    if many:
        return [_copied(each, many=False) for each in values]
    return dict(values) if hasattr(values, "keys") else tuple(values)


def batched(calls: Iterable[Call]) -> list[Call]:
    """The inserts of each transaction and table as one ``executemany``, where the first stood."""
    done: list[Call] = []
    open_: dict[str, int] = {}
    for call in calls:
        if call.sql in open_ and not call.reads:
            at = open_[call.sql]
            done[at] = Call(call.sql, [*_each(done[at]), *_each(call)], many=True)
            continue
        if call.ends:
            open_.clear()
        elif call.sql.lstrip().startswith("INSERT"):
            open_[call.sql] = len(done)
        done.append(call)
    return done


def _each(call: Call) -> Sequence[Any]:
    return call.values if call.many else [call.values]


def read_once(calls: Iterable[Call]) -> list[Call]:
    """Without the queries that a transaction has asked before, with the same parameters."""
    done: list[Call] = []
    asked: set[str] = set()
    for call in calls:
        if call.ends:
            asked.clear()
        elif call.reads and not call.rows:
            key = repr((call.sql, call.values))
            if key in asked:
                continue
            asked.add(key)
        done.append(call)
    return done


Change = tuple[Any, str, Any]


@contextmanager
def _changed(changes: Sequence[Change]) -> Iterator[None]:
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
    for owner, name, value in changes:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


@contextmanager
def watching() -> Iterator[Recorder]:
    """A recorder of all connections that are made inside, for what is done in its ``taken``."""
    recorder = Recorder()
    with _changed(_watched_sqlite(recorder)):
        yield recorder


class _Cursor(sqlite3.Cursor):
    """A cursor that reports to the recorder of its connection."""

    connection: _Watched

    def execute(self, sql: str, values: Any = (), /) -> _Cursor:
        self.connection.recorder.note(sql, values or None)
        super().execute(sql, values)
        return self

    def executemany(self, sql: str, values: Iterable[Any], /) -> _Cursor:
        kept = list(values)
        self.connection.recorder.note(sql, kept, many=True)
        super().executemany(sql, kept)
        return self


class _Watched(sqlite3.Connection):
    """A connection whose cursors report; `watching` derives one class for each recorder."""

    recorder: Recorder

    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, values: Any = (), /) -> Any:
        return self.cursor().execute(sql, values)

    def executemany(self, sql: str, values: Iterable[Any], /) -> Any:
        return self.cursor().executemany(sql, values)

    def commit(self) -> None:
        if self.in_transaction:
            self.recorder.note("COMMIT")
        super().commit()

    def rollback(self) -> None:
        if self.in_transaction:
            self.recorder.note("ROLLBACK")
        super().rollback()


def _watched_sqlite(recorder: Recorder) -> list[Change]:
    """`sqlite3.connect` makes connections that report."""
    before = sqlite3.connect
    watched = type("Watched", (_Watched,), {"recorder": recorder})

    def connect(*given: Any, **named: Any) -> Any:
        return before(*given, **{**named, "factory": watched})

    return [(sqlite3, "connect", connect), (dbapi2, "connect", connect)]


def _watched_psycopg(recorder: Recorder) -> list[Change]:
    """Cursors and connections of psycopg report."""
    cursor, connection = psycopg.Cursor, psycopg.Connection
    execute, many = cursor.execute, cursor.executemany
    commit, rollback = connection.commit, connection.rollback

    def executes(self: Any, query: Any, params: Any = None, **named: Any) -> Any:
        recorder.note(query, params or None)
        return execute(self, query, params, **named)

    def executes_many(self: Any, query: Any, params_seq: Any, **named: Any) -> Any:
        kept = list(params_seq)
        recorder.note(query, kept, many=True)
        return many(self, query, kept, **named)

    def commits(self: Any) -> None:
        if self.info.transaction_status:
            recorder.note("COMMIT")
        commit(self)

    def rolls_back(self: Any) -> None:
        if self.info.transaction_status:
            recorder.note("ROLLBACK")
        rollback(self)

    return [
        (cursor, "execute", executes),
        (cursor, "executemany", executes_many),
        (connection, "commit", commits),
        (connection, "rollback", rolls_back),
    ]
