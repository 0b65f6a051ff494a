"""Migrations: an older file becomes one of today, whole, however often it is interrupted (F16)."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event

from fxcrm.adapters.sql import open_sqlite, tables
from fxcrm.adapters.sql.schema import HEAD
from fxcrm.audit import Head
from fxcrm.billing import PaymentKind
from fxcrm.errors import FxcrmError
from fxcrm.ids import FieldId, InvoiceId
from fxcrm.queries import Filter
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import of
from fxcrm.testing.contracts.ratelogs import add_published
from fxcrm.testing.contracts.samples import ACME
from tests.faults.sizes import KILLS

GOLDEN = Path(__file__).parents[1] / "golden" / "sqlite.0001.sql"
SEALED = GOLDEN.with_name("sqlite.0005.sql")
SEALED_HEAD = Head(2, "2e633852f38b1e81d4423fb7e56beec548fa478f3f41e0fa3bb18f6deff4bf4b")
SEALED_DIGEST = "f52581ab8e575f2961df966d03e60627c7116d666c3e4e946fa2dc5a5416bf4f"


# Samples of what the first version could not hold.
LATER = {"C-2", "D-4", "E-3", "O-3", "Q-4", "Q-5", "L-4", "L-5", "P-3", "P-4", "R-4", "R-5"}
LATER_KINDS = {
    "held rate",
    "credit note",
    "voucher",
    "contract",
    "target",
    "activity",
    "reminder",
    "product",
    "price list",
    "traded currency",
}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as the first version of the schema left it."""
    path = tmp_path_factory.mktemp("golden") / "first.sqlite"
    with closing(sqlite3.connect(path)) as bare:
        bare.executescript(GOLDEN.read_text(encoding="utf-8"))
        bare.execute("PRAGMA journal_mode = WAL")
    return path


@pytest.fixture
def old(first: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    path = tmp_path / "old.sqlite"
    shutil.copy(first, path)
    return path


def _schema(path: Path) -> dict[str, Any]:
    """Every column, index and link of every table."""
    with closing(sqlite3.connect(path)) as bare:
        names = [
            row[0] for row in bare.execute("SELECT name FROM sqlite_schema WHERE type='table'")
        ]
        found: dict[str, Any] = {
            name: bare.execute(f"PRAGMA table_info('{name}')").fetchall() for name in names
        }
        for name in names:
            links = bare.execute(f"PRAGMA foreign_key_list('{name}')").fetchall()
            found[f"{name}: links"] = sorted(link[2:] for link in links)  # not by their numbers
            for _, index, unique, *_ in bare.execute(f"PRAGMA index_list('{name}')").fetchall():
                columns = [row[2] for row in bare.execute(f"PRAGMA index_info('{index}')")]
                found[f"{name}: {index}"] = (unique, columns)
        found["strict"] = sorted(
            (name, without_rowid, strict)
            for _, name, _, _, without_rowid, strict in bare.execute("PRAGMA table_list")
            if name in names
        )
    return found


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as bare:
        version: int = bare.execute("PRAGMA user_version").fetchone()[0]
        return version


def _is_whole(path: Path) -> bool:
    """Opened, sealed, and found sound with one record for all that was there."""
    with closing(open_sqlite(path)) as store:
        found = store.verify()
        return found.is_sound and found.head.count == 1


def test_an_older_file_is_readable_and_sealed(old: Path) -> None:
    """Every aggregate, entry, event and answer is there; the trail begins with all of them."""
    with closing(open_sqlite(old)) as store:
        assert store.verify().is_sound
        with store.begin() as unit:
            for kind in samples.kinds():
                if kind.name in LATER_KINDS:
                    assert list(of(unit, kind).all()) == []
                    continue
                ids = [one.id for one in of(unit, kind).all()]
                assert ids == sorted({one.id for one in kind.aggregates} - LATER)
                assert of(unit, kind).get(kind.changed.id).version >= 2
            [record] = unit.audit.records()
            assert (record.actor, record.sequence) == ("schema 0002", 1)
            assert {one.id for one in unit.decisions.all()} == {
                one.id for one in samples.decisions()
            }
            assert list(unit.journal.entries(ACME))
            assert unit.rates.sources() == ()
            assert add_published(unit)
            assert unit.commands.answer("key", "content") == "answer"
            events = list(unit.events.after(0))
            assert [one.sequence for one in events] == list(range(1, len(events) + 1))
            assert len(unit.outbox.pending("mail")) == len(events)
            assert unit.numbers.next(ACME, "invoice") == 2
            unit.commit()
        assert store.verify().is_sound


def test_a_sealed_file_keeps_its_seals(tmp_path: Path) -> None:
    """A file of version 0005: its trail fits still, and its digest is what it was then."""
    path = tmp_path / "sealed.sqlite"
    with closing(sqlite3.connect(path)) as bare:
        bare.executescript(SEALED.read_text(encoding="utf-8"))
        bare.execute("PRAGMA journal_mode = WAL")
    with closing(open_sqlite(path)) as store:
        found = store.verify(SEALED_HEAD)
        assert (found.findings, found.head, store.digest()) == ((), SEALED_HEAD, SEALED_DIGEST)
        with store.begin(reading=True) as unit:
            payments = list(unit.payments.all())
            assert [one.id for one in payments] == ["P-1", "P-2"]
            assert {one.kind for one in payments} == {PaymentKind.RECEIPT}
            where = Filter(invoice=InvoiceId("I-1"))
            assert list(unit.payments.page(where).items) == payments
            assert unit.cases.count(where) == 2
            assert {one.adjusted.minor for one in unit.items.all()} == {0}
    open_sqlite(tmp_path / "new.sqlite").close()
    assert _schema(path) == _schema(tmp_path / "new.sqlite")


def test_custom_fields_of_an_older_file_are_found(old: Path) -> None:
    """What was written before there was an index is found by its values."""
    with closing(open_sqlite(old)) as store, store.begin(reading=True) as unit:
        for name, value in samples.extras().items():
            where = Filter(fields={FieldId(name): value})
            found = [one.id for one in unit.cases.page(where).items]
            assert found == ["S-2"], name
            assert unit.cases.count(where) == 1


def test_a_migrated_schema_is_that_of_a_new_file(old: Path, tmp_path: Path) -> None:
    """Columns, keys, indexes and links are the same, whichever way a file came there."""
    open_sqlite(old).close()
    open_sqlite(tmp_path / "new.sqlite").close()
    assert _schema(old) == _schema(tmp_path / "new.sqlite")
    assert set(tables.metadata.tables) < set(_schema(old))


def test_older_code_refuses_what_newer_code_wrote(old: Path) -> None:
    """Code of the first version knows ``user_version`` 1 alone; later code asks the version."""
    assert _version(old) == 1
    open_sqlite(old).close()
    assert _version(old) == int(HEAD) > 1
    before = old.read_bytes()
    with closing(sqlite3.connect(old)) as bare:
        bare.execute("UPDATE fxcrm_schema SET version_num = '0009'")
        bare.commit()
    with pytest.raises(FxcrmError, match="update fxcrm"):
        open_sqlite(old)
    assert len(old.read_bytes()) == len(before)


class _Pulled(Exception):
    """The plug was pulled."""


def _statements(path: Path) -> int:
    """How many statements SQLAlchemy sends while the file is migrated."""
    sent: list[str] = []

    def count(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        open_sqlite(path).close()
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return len(sent)


def test_a_migration_that_fails_at_any_statement_is_rolled_back(
    first: Path, tmp_path: Path
) -> None:
    """An exception before each statement in turn: the old file is as it was, and migrates later."""
    path = tmp_path / "books.sqlite"
    shutil.copy(first, path)
    total = _statements(path)
    assert total > 20
    for at in range(total):
        path.unlink()
        shutil.copy(first, path)
        left = [at]

        def pull(*_: Any, left: list[int] = left) -> None:
            if left[0] == 0:
                raise _Pulled
            left[0] -= 1

        event.listen(Engine, "before_cursor_execute", pull)
        try:
            with pytest.raises(_Pulled):
                open_sqlite(path)
        finally:
            event.remove(Engine, "before_cursor_execute", pull)
        assert _version(path) == 1, at
    assert _is_whole(path)


def test_a_migration_killed_midway_resumes_or_rolls_back(first: Path, tmp_path: Path) -> None:
    """Kill -9 at random moments: the file is of the old version or the new one, never between."""
    random, seen = Random(16), {1: 0, int(HEAD): 0}
    shutil.copy(first, tmp_path / "warm.sqlite")
    started = time.perf_counter()
    open_sqlite(tmp_path / "warm.sqlite").close()  # loads Alembic, and tells how long it takes
    longest = time.perf_counter() - started
    for turn in range(KILLS):
        path = tmp_path / f"{turn}.sqlite"
        shutil.copy(first, path)
        process = os.fork()
        if not process:
            open_sqlite(path)
            os._exit(0)
        time.sleep(random.random() * longest)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        seen[_version(path)] += 1
        assert _is_whole(path), turn
        assert _version(path) == int(HEAD)
    assert sum(seen.values()) == KILLS
    assert seen[1], "some were killed before the end"
