"""The server that tests start: databases of their own, and nothing left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.postgres import GIVEN, NoServer, Server, server

ROOT = Path(__file__).parents[2]
_STARTED = """
import os, signal, sys
from tests.postgres import server
with server() as one:
    print(one.folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_each_test_has_a_database_of_its_own(postgresql: Server) -> None:
    """What is made in one database is not there in another, unless that one is made like it."""

    def prepare(url: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE made (id INTEGER)")

    asked = "SELECT count(*) FROM pg_tables WHERE tablename = 'made'"
    urls = [postgresql.like("made", prepare) for _ in range(2)]
    counts = []
    for url in (*urls, postgresql.database()):
        with psycopg.connect(url) as connection:
            counts.append(connection.execute(asked).fetchone())
        postgresql.drop(url)
    assert counts == [(1,), (1,), (0,)]


def test_killed_tests_leave_no_server_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server and its folder go although the tests were killed before they could stop it."""
    monkeypatch.delenv(GIVEN, raising=False)
    command = [sys.executable, "-c", _STARTED]
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if told.returncode != -9:
        pytest.skip(f"no server: {told.stderr}")
    folder = Path(told.stdout.strip())
    subprocess.run(
        ["/bin/sh", "-c", 'while [ -e "$1" ]; do sleep 0.05; done', "wait", folder],
        check=True,
        timeout=20,
    )
    assert not folder.exists()


def test_a_server_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL that was given and leads nowhere is no reason to test another server instead."""
    monkeypatch.setenv(GIVEN, "postgresql://nobody@/none?host=%2Fnonexistent")
    with pytest.raises(NoServer, match=GIVEN), server():
        pass
