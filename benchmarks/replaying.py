"""The recorded calls of a store, played again by its bare driver, and through SQLAlchemy Core.

``Bare`` is the floor: one connection, one cursor, the very calls; rows are fetched and thrown
away. ``Core`` does the same with statements of SQLAlchemy, built once for each text: an
``insert``, ``update`` or ``select`` of a reflected table where the text is a plain one, and
``text()`` where it is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs
from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    MetaData,
    Table,
    and_,
    bindparam,
    insert,
    select,
    text,
    update,
)

from benchmarks.recording import Call

_ENDS: Final = frozenset({"COMMIT", "ROLLBACK"})


class Bare:
    """A connection of a driver by itself."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._cursor = connection.cursor()

    def play(self, calls: Iterable[Call]) -> None:
        """The calls in their order, transactions included."""
        connection, cursor = self._connection, self._cursor
        for call in calls:
            sql = call.sql
            if sql == "COMMIT":
                connection.commit()
            elif sql == "ROLLBACK":
                connection.rollback()
            elif call.many:
                cursor.executemany(sql, call.values)
            elif call.values is None:
                cursor.execute(sql)
            else:
                cursor.execute(sql, call.values)
            if call.reads:
                cursor.fetchall()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


_MARK: Final = r"(?:\?|%s|%\(\w+\)s|(?<!:):\w+)"
_PLACE: Final = re.compile(r"\?|%s|%\((\w+)\)s|(?<!:):(\w+)")
_WORD: Final = r'(?:\w+\.)?"?(\w+)"?'
_INSERT: Final = re.compile(r'INSERT INTO "?(\w+)"? \(([^)]*)\) VALUES \(([^)]*)\)(.*)', re.DOTALL)
_UPDATE: Final = re.compile(r'UPDATE "?(\w+)"? SET (.*?) WHERE (.*)', re.DOTALL)
_SELECT: Final = re.compile(r'SELECT (.*?)\s+FROM "?(\w+)"?\s+WHERE (.*)', re.DOTALL)
_EQUAL: Final = re.compile(rf"{_WORD}\s*=\s*{_MARK}(?:::\w+)?")

Values = Callable[[Any], Mapping[str, Any]]


@attrs.frozen
class Said:
    """A statement of SQLAlchemy, and the names of its parameters in the order of the text."""

    statement: Executable
    names: tuple[str, ...]
    places: tuple[str | None, ...]

    def named(self, values: Any) -> dict[str, Any]:
        """The parameters by the names that the statement has for them."""
        if values is None:
            return {}
        given = values if isinstance(values, Mapping) else None
        found = (
            (given[place] if given is not None and place is not None else values[at])
            for at, place in enumerate(self.places)
        )
        return dict(zip(self.names, found, strict=True))


class Core:
    """SQLAlchemy Core: a connection of the pool for each transaction, statements built once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._tables = MetaData()
        self._tables.reflect(engine)
        self._said: dict[str, Said] = {}

    def prepared(self, calls: Iterable[Call]) -> list[tuple[Call, Said, Any]]:
        """The calls with statements and named parameters, made before the clock runs."""
        return [
            (call, said, self._values(said, call)) for call in calls if (said := self._saying(call))
        ]

    def play(self, prepared: Iterable[tuple[Call, Said, Any]]) -> None:
        """The prepared calls in their order."""
        for call, said, values in prepared:
            sql = call.sql
            if sql in _ENDS:
                self._end(sql)
            elif not sql.startswith("BEGIN"):
                found = self._opened().execute(said.statement, values)
                if call.reads:
                    found.all()
            else:
                self._opened()

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def _opened(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._connection.begin()
        return self._connection

    def _end(self, how: str) -> None:
        if self._connection is not None:
            (self._connection.commit if how == "COMMIT" else self._connection.rollback)()
            self._connection.close()
            self._connection = None

    def _values(self, said: Said, call: Call) -> Any:
        return [said.named(one) for one in call.values] if call.many else said.named(call.values)

    def _saying(self, call: Call) -> Said:
        if call.sql not in self._said:
            self._said[call.sql] = self._built(call.sql)
        return self._said[call.sql]

    def _built(self, sql: str) -> Said:
        places = tuple(one.group(1) or one.group(2) for one in _PLACE.finditer(sql))
        for build in (self._insert, self._update, self._select):
            if said := build(sql, places):
                return said
        return _text(sql, places)

    def _insert(self, sql: str, places: tuple[str | None, ...]) -> Said | None:
        found = _INSERT.fullmatch(sql.strip())
        if not found or found.group(4).strip() or "RETURNING" in sql:
            return None
        names = tuple(name.strip().strip('"') for name in found.group(2).split(","))
        if len(names) != len(places):
            return None
        return Said(insert(self._tables.tables[found.group(1)]), names, places)

    def _update(self, sql: str, places: tuple[str | None, ...]) -> Said | None:
        found = _UPDATE.fullmatch(sql.strip())
        table = self._tables.tables.get(found.group(1)) if found else None
        if not found or table is None:
            return None
        sets, keys = _plain(found.group(2), ","), _plain(found.group(3), " AND ")
        if not sets or not keys:
            return None
        names = (*(f"set_{one}" for one in sets), *(f"key_{one}" for one in keys))
        changed: dict[str, Any] = {one: bindparam(f"set_{one}") for one in sets}
        return Said(update(table).where(_are(table, keys)).values(changed), names, places)

    def _select(self, sql: str, places: tuple[str | None, ...]) -> Said | None:
        found = _SELECT.fullmatch(sql.strip())
        table = self._tables.tables.get(found.group(2)) if found else None
        keys = _plain(found.group(3), " AND ") if found else None
        if not found or table is None or not keys:
            return None
        columns = [re.fullmatch(_WORD, one.strip()) for one in found.group(1).split(",")]
        if not all(columns):
            return None
        taken = [table.c[one.group(1)] for one in columns if one]
        return Said(
            select(*taken).where(_are(table, keys)), tuple(f"key_{k}" for k in keys), places
        )


def _are(table: Table, keys: Iterable[str]) -> Any:
    return and_(*(table.c[key] == bindparam(f"key_{key}") for key in keys))


def _plain(part: str, by: str) -> list[str]:
    """The columns of ``a = ?, b = ?``; nothing where it is not all of that form."""
    found = [_EQUAL.fullmatch(one.strip()) for one in part.strip().split(by)]
    return [one.group(1) for one in found if one] if all(found) else []


def _text(sql: str, places: tuple[str | None, ...]) -> Said:
    numbers = iter(range(len(places)))
    said = _PLACE.sub(lambda _: f":p{next(numbers)}", sql).replace("::", "\\:\\:")
    return Said(text(said.replace("%%", "%")), tuple(f"p{at}" for at in range(len(places))), places)
