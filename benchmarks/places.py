"""Where the storage benchmark keeps its rows, and how a bare driver reaches the same place.

A place has named databases. Each can be opened by the store, by the bare driver under the
settings that the store was seen to make on its own connections, and by SQLAlchemy under the same.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import psycopg
from sqlalchemy import create_engine, event, make_url

from benchmarks.recording import Call, watching
from benchmarks.replaying import Core
from fxcrm.adapters.sql import Durability, open_sqlite
from fxcrm.adapters.sql.postgresql import open_postgresql
from fxcrm.ports import Store
from tests.postgres import DURABLE, Server, server

Rows = dict[str, list[tuple[Any, ...]]]
_LEVELS: Final = ("OFF", "NORMAL", "FULL", "EXTRA")


class SqlPlace(Protocol):
    """A kind of database.

    ``groups`` so many of the benchmark's groups are measured there, None: all of them.
    ``clock`` counts the seconds of what is done there: processor time of this process where the
    database works inside it, the time that passes where it is another process that is waited for.
    """

    name: str
    driver: str
    groups: int | None
    clock: Callable[[], float]

    def new(self, name: str, like: str = "") -> None:
        """A database with the store's tables and nothing in them, or an equal of another."""
        ...

    def store(self, name: str) -> Store:
        """The store on a database."""
        ...

    def connect(self, name: str) -> Any:
        """A connection of the bare driver with the settings of the store's connections."""
        ...

    def core(self, name: str) -> Core:
        """SQLAlchemy Core on a database with the same settings."""
        ...

    def rows(self, name: str) -> Rows:
        """Everything in a database, to see that two hold the same."""
        ...

    def durability(self) -> str:
        """What a commit means here, with the version of the database."""
        ...

    def series(self, first: int, last: int) -> str:
        """A table of the numbers i from the first to the last, for a FROM."""
        ...

    def padded(self, number: str) -> str:
        """An expression for a number as text of seven digits."""
        ...


class Sqlite:
    """Files in one folder."""

    driver = "sqlite3"

    def __init__(self, folder: Path, durability: Durability = Durability.NORMAL) -> None:
        is_full = durability is Durability.FULL
        self.name = f"SQLite {durability.value}"
        self.groups = 1 if is_full else None
        # FULL waits for the disk at each commit, and that is what it costs.
        self.clock = time.perf_counter if is_full else time.process_time
        self._folder, self._durability = folder, durability
        self.store("empty").close()
        self._settings = _settings(lambda: self.store("empty"))

    def new(self, name: str, like: str = "empty") -> None:
        """A copy of a file, with everything that is still in its log."""
        with closing(sqlite3.connect(self._path(like))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self._path(like), self._path(name))

    def store(self, name: str) -> Store:
        """The store on a file."""
        return open_sqlite(self._path(name), durability=self._durability)

    def connect(self, name: str) -> Any:
        """A connection that begins no transaction by itself, as that of the store."""
        connection = sqlite3.connect(self._path(name), isolation_level=None)
        self._set(connection)
        return connection

    def core(self, name: str) -> Core:
        """An engine whose transactions begin as the store's do."""
        url = f"sqlite+pysqlite:///{self._path(name)}"
        made = create_engine(url, connect_args={"isolation_level": None})
        event.listen(made, "connect", lambda connection, _: self._set(connection))
        event.listen(made, "begin", lambda one: one.exec_driver_sql("BEGIN IMMEDIATE"))
        return Core(made)

    def rows(self, name: str) -> Rows:
        """Every table but those of SQLite itself."""
        asked = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        return _rows(self.connect(name), asked)

    def durability(self) -> str:
        """Of a connection as the store sets it."""
        with closing(self.connect("empty")) as connection:
            mode, level = (
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous")
            )
        version = sqlite3.sqlite_version
        return f"SQLite {version}: journal_mode={mode}, synchronous={_LEVELS[level]}"

    def series(self, first: int, last: int) -> str:
        """By a query that counts."""
        counting = f"SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}"  # noqa: S608
        return f"(WITH RECURSIVE n(i) AS ({counting}) SELECT i FROM n) AS n"  # noqa: S608

    def padded(self, number: str) -> str:
        """By ``printf``."""
        return f"printf('%07d', {number})"

    def _path(self, name: str) -> Path:
        return self._folder / name

    def _set(self, connection: Any) -> None:
        for call in self._settings:
            connection.execute(call.sql)


class Postgresql:
    """Databases of one server."""

    name, driver = "PostgreSQL", "psycopg"
    groups: int | None = None
    clock: Callable[[], float] = staticmethod(time.perf_counter)

    def __init__(self, started: Server) -> None:
        self._server = started
        self._urls = {"empty": started.database()}
        open_postgresql(self._urls["empty"]).close()
        self._settings = _settings(lambda: open_postgresql(self._urls["empty"]))

    def new(self, name: str, like: str = "empty") -> None:
        """A database made after another one, to which nobody is connected."""
        if name in self._urls:
            self._server.drop(self._urls.pop(name))
        template = urlsplit(self._urls[like]).path.lstrip("/")
        self._urls[name] = self._server.database(template)

    def store(self, name: str) -> Store:
        """The store on a database."""
        return open_postgresql(self._urls[name])

    def connect(self, name: str) -> Any:
        """A connection that begins no transaction by itself, as that of the store."""
        connection = psycopg.connect(self._urls[name], autocommit=True)
        self._set(connection)
        return connection

    def core(self, name: str) -> Core:
        """An engine that leaves the beginning of a transaction to the driver."""
        made = create_engine(make_url(self._urls[name]).set(drivername="postgresql+psycopg"))

        def prepare(connection: Any, _: Any) -> None:
            self._set(connection)
            connection.commit()

        event.listen(made, "connect", prepare)
        return Core(made)

    def rows(self, name: str) -> Rows:
        """Every table of the store's schema."""
        asked = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        return _rows(self.connect(name), asked)

    def durability(self) -> str:
        """As the server is configured."""
        with closing(self.connect("empty")) as connection:
            found = [
                f"{name}={connection.execute(f'SHOW {name}').fetchone()[0]}" for name in DURABLE
            ]
        return f"PostgreSQL {self._server.version} on a unix socket: {', '.join(found)}"

    def series(self, first: int, last: int) -> str:
        """By ``generate_series``."""
        return f"generate_series({first}, {last}) AS n(i)"

    def padded(self, number: str) -> str:
        """By ``to_char``."""
        return f"to_char({number}, 'FM0000000')"

    def _set(self, connection: Any) -> None:
        for call in self._settings:
            connection.execute(call.sql, call.values)


def _rows(connection: Any, asked: str) -> Rows:
    with closing(connection):
        cursor = connection.cursor()
        cursor.execute(asked)
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found[table] = sorted(cursor.fetchall(), key=repr)
        return found


# What a store sets on each connection, and not once in the file or the transaction.
_SET: Final = re.compile(
    r"SET |SELECT set_config|PRAGMA (?!journal_mode|application_id|user_)\w+ *="
)


def _settings(opened: Callable[[], Store]) -> list[Call]:
    """The settings that a store was seen to make on its connections."""

    def use() -> None:
        with closing(opened()) as store, store.begin() as unit:
            unit.commands.answer("none", "none")

    with watching() as recorder:
        calls = recorder.taken(use)
    found = [call for call in calls if _SET.match(call.sql)]
    return list({repr(call): call for call in found}.values())


@contextmanager
def sqlite() -> Iterator[Sqlite]:
    """Files in a folder that is removed."""
    with TemporaryDirectory(prefix="fxcrm-") as folder:
        yield Sqlite(Path(folder))


@contextmanager
def sqlite_full() -> Iterator[Sqlite]:
    """The same with commits that a power failure does not take."""
    with TemporaryDirectory(prefix="fxcrm-") as folder:
        yield Sqlite(Path(folder), Durability.FULL)


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """Databases of a server that was started for it, or is named by FXCRM_TEST_PG_URL."""
    with server(DURABLE) as started:
        yield Postgresql(started)
