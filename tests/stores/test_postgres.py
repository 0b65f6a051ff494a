"""The server that tests start: databases of their own, and nothing left behind."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from fxcrm.adapters.sql.postgresql import open_postgresql
from fxcrm.money import Money
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import of, record_all
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


_BACK = """
ALTER TABLE customers DROP COLUMN mode, DROP COLUMN preferences, DROP COLUMN contacts,
  DROP COLUMN addresses, DROP COLUMN tax_ids, DROP COLUMN tags, DROP COLUMN groups,
  DROP COLUMN tier, DROP COLUMN state, DROP COLUMN merged_into;
DROP TABLE traded_currencies;
ALTER TABLE companies DROP COLUMN parallel_to, DROP COLUMN parallels,
  DROP COLUMN year_ends, DROP COLUMN hyperinflation;
ALTER TABLE snapshot_balances DROP COLUMN estimates;
ALTER TABLE open_items DROP COLUMN adjusted, DROP COLUMN adjusted_currency, DROP COLUMN monetary;
ALTER TABLE entries DROP COLUMN booked_at;
ALTER TABLE quotes DROP COLUMN revision, DROP COLUMN supersedes, DROP COLUMN tax_policy,
  DROP COLUMN terms, DROP COLUMN delivery, DROP COLUMN contact, DROP COLUMN notes,
  DROP COLUMN authors, DROP COLUMN approvals;
ALTER TABLE payments ALTER COLUMN invoice SET NOT NULL,
  DROP COLUMN discount, DROP COLUMN discount_currency, DROP COLUMN write_off,
  DROP COLUMN write_off_currency, DROP COLUMN excess, DROP COLUMN excess_currency,
  DROP COLUMN kind, DROP COLUMN credit, DROP COLUMN state;
DROP INDEX payments_of_invoice, cases_of_invoice;
DROP TABLE credit_notes, vouchers, group_snapshots;
DROP TABLE targets;
DROP TABLE activities, reminders;
DROP TABLE contracts, products, price_lists;
ALTER TABLE enquiries DROP COLUMN source, DROP COLUMN owner, DROP COLUMN prospect,
  DROP COLUMN reason;
ALTER TABLE deals DROP COLUMN pipeline, DROP COLUMN owner, DROP COLUMN team,
  DROP COLUMN expected_on, DROP COLUMN closed_on, DROP COLUMN closing, DROP COLUMN parent,
  DROP COLUMN reason, DROP COLUMN approvals;
UPDATE fxcrm_schema SET version_num = '0005';
"""
_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, collation_name
FROM information_schema.columns WHERE table_schema = 'fxcrm' ORDER BY 1, 2
"""
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'fxcrm' ORDER BY 1"


def _told(connection: psycopg.Connection[tuple[object, ...]]) -> list[object]:
    return [connection.execute(asked).fetchall() for asked in (_COLUMNS, _INDEXES)]


def test_a_database_of_version_0005_becomes_one_of_today(postgresql: Server) -> None:
    """Columns, indexes, rows, digest and trail: all as in a database that was made today."""
    url = postgresql.database()
    with closing(open_postgresql(url)) as store:
        with store.begin(actor="kit") as unit:
            record_all(unit)
            for kind in samples.kinds()[:12]:
                of(unit, kind).add(kind.aggregates[0])
            unit.journal.append(samples.entry("1", Money("1", "EUR"), Money("1", "EUR")))
            unit.commit()
        before = store.digest()
    with psycopg.connect(url, options="-c search_path=fxcrm", autocommit=True) as connection:
        new = _told(connection)
        connection.execute(_BACK)
        assert _told(connection) != new
        with closing(open_postgresql(url)) as store:
            assert (store.verify().findings, store.digest()) == ((), before)
            with store.begin() as unit:
                payment = samples.kinds()[8].aggregates[2]
                assert unit.payments.add(payment).invoice is None
        assert _told(connection) == new
    postgresql.drop(url)


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
