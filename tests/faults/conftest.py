"""The durable stores, one after the other, each new for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.places import Place, PostgresDatabase, SqliteFile


@pytest.fixture(params=["sqlite", "postgresql"])
def durable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A durable store, by the place where any process can open it."""
    if request.param == "sqlite":
        yield SqliteFile(tmp_path / "books.sqlite")
        return
    server = request.getfixturevalue("postgresql")
    url = server.database()
    yield PostgresDatabase(server, url)
    server.drop(url)
