"""The storage contract on every store of ours, and the stores against each other."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.adapters.sql.postgresql import open_postgresql
from fxcrm.ports.storage import Store
from fxcrm.testing.contracts import StoreContract


class TestMemoryStore(StoreContract):
    """The store in memory."""

    def open_store(self) -> Store:
        """A new one each time."""
        return MemoryStore()


class TestSqliteStore(StoreContract):
    """The store in one SQLite file; a restart closes it and opens the file again."""

    def setup_method(self) -> None:
        """A folder for each promise; no fixture, so that `proved` can run the kit too."""
        self._folder = TemporaryDirectory()
        self._paths = (Path(self._folder.name) / f"{number}.sqlite" for number in count())

    def teardown_method(self) -> None:
        """Nothing stays behind."""
        self._folder.cleanup()

    def open_store(self) -> Store:
        """A new file each time."""
        self._path = next(self._paths)
        return open_sqlite(self._path)

    def reopened(self, store: Store) -> Store:
        """What a new process would find."""
        store.close()
        return open_sqlite(self._path)


class TestPostgresqlStore(StoreContract):
    """The store in schemas of one PostgreSQL database; a restart opens the schema anew."""

    most_examples = 12  # each makes a schema with its tables

    @pytest.fixture(autouse=True)
    def _database(self, postgresql_url: str) -> None:
        self._url = postgresql_url
        self._schemas = (f"books {number}" for number in count())

    def open_store(self) -> Store:
        """A new schema each time."""
        self._schema = next(self._schemas)
        return open_postgresql(self._url, schema=self._schema)

    def reopened(self, store: Store) -> Store:
        """What a new process would find."""
        store.close()
        return open_postgresql(self._url, schema=self._schema)
