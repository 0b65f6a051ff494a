"""The durable stores that faults are injected into: a SQLite file, a PostgreSQL database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

import attrs
import psycopg
from psycopg.sql import SQL, Identifier

from fxcrm.adapters.sql import open_sqlite
from fxcrm.adapters.sql.postgresql import open_postgresql
from fxcrm.ports import Store
from tests.postgres import DURABLE, Server, server

PATIENCE = 60  # seconds that a writer waits for another one
_TABLES: Final = (
    "SELECT schemaname, tablename FROM pg_tables "
    "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)


class Place(Protocol):
    """A database that any process can open as a store."""

    @property
    def name(self) -> str:
        """What it is."""
        ...

    def open(self) -> Store:
        """The store, on connections of its own."""
        ...

    def damage(self) -> list[str]:
        """What the database itself finds wrong with its files."""
        ...


@attrs.frozen
class SqliteFile:
    """One file."""

    path: Path
    name: str = "SQLite"

    def open(self) -> Store:
        """The store in the file."""
        return open_sqlite(self.path, busy_seconds=PATIENCE)

    def damage(self) -> list[str]:
        """Of its pages, indexes and foreign keys."""
        with closing(sqlite3.connect(self.path)) as bare:
            found = bare.execute("PRAGMA integrity_check").fetchall()
            found += bare.execute("PRAGMA foreign_key_check").fetchall()
        return [str(one) for one in found if one != ("ok",)]


@attrs.frozen
class PostgresDatabase:
    """One database of a server."""

    server: Server
    url: str
    name: str = "PostgreSQL"

    def open(self) -> Store:
        """The store in the database."""
        return open_postgresql(self.url, busy_seconds=PATIENCE)

    def damage(self) -> list[str]:
        """Of its tables: each is read from end to end, so a torn page would be met."""
        with psycopg.connect(self.url) as bare:
            for names in bare.execute(_TABLES).fetchall():
                bare.execute(SQL("SELECT * FROM {}").format(Identifier(*names)))
        return []


@contextmanager
def place(name: str) -> Iterator[Place]:
    """A new one, by its name; PostgreSQL on a server of its own that may be crashed."""
    if name == "sqlite":
        with TemporaryDirectory(prefix="fxcrm-") as folder:
            yield SqliteFile(Path(folder) / "books.sqlite")
    else:
        with server(DURABLE) as started:
            yield PostgresDatabase(started, started.database())
