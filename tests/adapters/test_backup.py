"""Backups: copied while others write, and put back only where they are what they should be."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import attrs
import pytest

from fxcrm.adapters.sql import BackupRefused, open_sqlite, restore_sqlite
from fxcrm.audit import Head
from fxcrm.ids import DealId
from fxcrm.ports import Store
from fxcrm.testing.contracts.aggregates import filled
from fxcrm.testing.contracts.samples import ACME


def _number(store: Store, times: int = 1) -> Head:
    """Take numbers, each in a unit of its own; the head afterwards."""
    for _ in range(times):
        with store.begin(actor="ada") as unit:
            unit.numbers.next(ACME, "invoice")
            unit.commit()
    with store.begin(reading=True) as unit:
        return unit.audit.head()


def _nothing_is_left(folder: Path, name: str) -> bool:
    return not [one for one in folder.iterdir() if one.name.startswith(name)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with one of everything and some numbers, closed."""
    made = tmp_path / "books.sqlite"
    with closing(filled(open_sqlite(made))) as store:
        _number(store, 3)
    return made


def test_a_backup_is_restored_as_it_was(path: Path, tmp_path: Path) -> None:
    """The digest of the restored store is that of the moment of the backup (F17)."""
    with closing(open_sqlite(path)) as store:
        head, digest = store.backup(tmp_path / "backup"), store.digest()
        later = _number(store)
    found = restore_sqlite(tmp_path / "backup", tmp_path / "restored", head=head)
    assert (found.head, found.is_sound) == (head, True)
    with closing(open_sqlite(tmp_path / "restored")) as restored:
        assert restored.digest() == digest
        assert not restored.verify(later).is_sound, "what came later is known to be missing"
        assert _number(restored).count == head.count + 1


def test_a_backup_is_whole_while_a_writer_works(path: Path, tmp_path: Path) -> None:
    """Ten backups beside a writer: each is sound, holds whole units, and has its own head."""
    stop = threading.Event()

    def write() -> None:
        with closing(open_sqlite(path)) as own:
            while not stop.is_set():
                with own.begin() as unit:
                    number = unit.numbers.next(ACME, "unit")
                    deal = unit.deals.get(DealId("D-2"))
                    unit.deals.save(attrs.evolve(deal, title=str(number)))
                    unit.commit()

    writer = threading.Thread(target=write)
    writer.start()
    heads: list[Head] = []
    try:
        with closing(open_sqlite(path)) as store:
            heads += [store.backup(tmp_path / f"backup {number}") for number in range(10)]
    finally:
        stop.set()
        writer.join()
    assert heads == sorted(heads, key=lambda one: one.count)
    assert heads[-1].count > heads[0].count, "the writer was at work"
    for number, head in enumerate(heads):
        restore_sqlite(tmp_path / f"backup {number}", tmp_path / f"restored {number}", head=head)
        restored = closing(open_sqlite(tmp_path / f"restored {number}"))
        with restored as store, store.begin(reading=True) as unit:
            taken = unit.numbers.next(ACME, "unit") - 1
            assert unit.deals.get(DealId("D-2")).title == str(taken or "Pumps")


def _of_another_store(_: Path, folder: Path) -> Path:
    with closing(filled(open_sqlite(folder / "other"))) as store:
        _number(store, 2)
        with store.begin(actor="eve") as unit:
            unit.numbers.next(ACME, "invoice")
            unit.commit()
    return folder / "other"


def _older(_: Path, folder: Path) -> Path:
    with closing(filled(open_sqlite(folder / "older"))):
        return folder / "older"


def _longer_fork(_: Path, folder: Path) -> Path:
    """Begins as the store did, and went on otherwise, for longer."""
    with closing(filled(open_sqlite(folder / "fork"))) as store:
        with store.begin(actor="eve") as unit:
            unit.numbers.next(ACME, "quote")
            unit.commit()
        _number(store, 20)
    return folder / "fork"


def _altered(path: Path, folder: Path) -> Path:
    shutil.copy(path, folder / "altered")
    with closing(sqlite3.connect(folder / "altered", isolation_level=None)) as bare:
        bare.execute("UPDATE deals SET value = value + 1 WHERE id = 'D-2'")
    return folder / "altered"


WRONG: list[Callable[[Path, Path], Path]] = [_of_another_store, _older, _longer_fork, _altered]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_backup_is_refused(
    path: Path, tmp_path: Path, wrong: Callable[[Path, Path], Path]
) -> None:
    """Another store's, an older one, a longer fork, an altered one: refused, nothing is left."""
    with closing(open_sqlite(path)) as store:
        head = _number(store)
    with pytest.raises(BackupRefused):
        restore_sqlite(wrong(path, tmp_path), tmp_path / "restored", head=head)
    assert _nothing_is_left(tmp_path, "restored")


def test_a_hundred_backups_pass_with_their_own_head_alone(path: Path, tmp_path: Path) -> None:
    """100 restores: each head of ten moments with each backup of them; later ones pass (F17)."""
    heads = []
    with closing(open_sqlite(path)) as store:
        for moment in range(10):
            heads.append(store.backup(tmp_path / f"backup {moment}"))
            _number(store)
    for moment in range(10):
        for other, head in enumerate(heads):
            target = tmp_path / "restored"
            if other > moment:
                with pytest.raises(BackupRefused, match="cut off"):
                    restore_sqlite(tmp_path / f"backup {moment}", target, head=head)
            else:
                restore_sqlite(tmp_path / f"backup {moment}", target, head=head)
                target.unlink()
            assert _nothing_is_left(tmp_path, "restored")


def test_a_file_cut_anywhere_is_refused(path: Path, tmp_path: Path) -> None:
    """Cut to any number of pages, or within one, or to nothing: refused, nothing is left (F17)."""
    with closing(open_sqlite(path)) as store:
        store.backup(tmp_path / "backup")
    whole = (tmp_path / "backup").read_bytes()
    for size in [0, 1, 99, 100, 5000, *range(4096, len(whole), 4096), len(whole) - 1]:
        (tmp_path / "cut").write_bytes(whole[:size])
        with pytest.raises(BackupRefused):
            restore_sqlite(tmp_path / "cut", tmp_path / "restored")
        assert _nothing_is_left(tmp_path, "restored"), size


def test_other_files_are_refused(tmp_path: Path) -> None:
    """Garbage, somebody else's database, and no file at all."""
    (tmp_path / "garbage").write_bytes(b"not a database " * 400)
    with closing(sqlite3.connect(tmp_path / "theirs", isolation_level=None)) as bare:
        bare.execute("CREATE TABLE theirs (id INTEGER)")
    for name in ("garbage", "theirs", "missing"):
        with pytest.raises(BackupRefused):
            restore_sqlite(tmp_path / name, tmp_path / "restored")
        assert _nothing_is_left(tmp_path, "restored")
    assert _nothing_is_left(tmp_path, "missing")


def test_nothing_is_overwritten(path: Path, tmp_path: Path) -> None:
    """A file that is there is left as it is, by a backup and by a restoration."""
    (tmp_path / "there").write_bytes(b"mine")
    with closing(open_sqlite(path)) as store, pytest.raises(BackupRefused, match="of this name"):
        store.backup(tmp_path / "there")
    with pytest.raises(BackupRefused, match="in its place"):
        restore_sqlite(path, tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == b"mine"
