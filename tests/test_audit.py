"""The audit trail finds what was changed behind the store's back, and says where (F15)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Integer

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import SqliteStore, open_sqlite, tables
from fxcrm.audit import EMPTY, AuditRecord, Head, Write, chained, record_hash, sealed, verify
from fxcrm.ids import DealId
from fxcrm.money import Money
from fxcrm.ports.storage import Store, StoreBroken, UnitOfWork
from fxcrm.rates import RateTable
from fxcrm.records.fixings import SeriesKey, batch_id
from fxcrm.records.shapes import SHAPES
from fxcrm.records.trail import number_key
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import filled, kept, of
from fxcrm.testing.contracts.consolidations import consolidated
from fxcrm.testing.contracts.samples import ACME, AT, DAY, entry

# What is not sealed: where consumers are, and what can be made again from sealed rows.
UNSEALED: Final = {"trail", "consumers", "parked", "custom_fields"}
SEALED: Final = [one for one in tables.metadata.tables if one not in UNSEALED]
_UNIQUE: Final = {"entries": ("id",), "rate_series": ("source",)}
KINDS: Final = {tables.OF[shape.collection].name: shape.kind for shape in SHAPES}


def _work(store: Store) -> Iterator[Head]:
    """A store with rows of every kind, in several units of work; the head after each."""
    filled(store)
    steps = [_change, _post, _translate, _publish, *[_note] * 3]
    for number, step in enumerate(steps):
        with store.begin(actor="ada", at=AT + timedelta(hours=number), key=f"k{number}") as unit:
            step(unit)
            unit.commit()
        yield _head(store)


def _head(store: Store) -> Head:
    with store.begin(reading=True) as unit:
        return unit.audit.head()


def _change(unit: UnitOfWork) -> None:
    for kind in samples.kinds():
        of(unit, kind).save(kept(kind.changed))


def _post(unit: UnitOfWork) -> None:
    for number in range(14):
        unit.journal.append(entry(f"e{number}", Money("10.85", "USD"), Money("10.00", "EUR")))


def _translate(unit: UnitOfWork) -> None:
    unit.snapshots.record(samples.snapshot(DAY))
    unit.group_snapshots.record(consolidated(DAY))
    unit.snapshots.record(samples.snapshot(DAY + timedelta(days=1)))
    unit.group_snapshots.record(consolidated(DAY + timedelta(days=1)))


def _publish(unit: UnitOfWork) -> None:
    """A batch that is corrected by another, and a second source of another pair."""
    for source, code in (("first", "USD"), ("second", "JPY")):
        for value in ("1.0850", "1.0580"):
            table = RateTable.of("EUR", on=DAY, source=source, **{code: value})
            known = AT + timedelta(seconds=len(unit.rates.sources()))
            at = known if value == "1.0580" else None
            unit.rates.add([attrs.evolve(one, known=(at,)) for one in table.series])
    unit.rates.add([attrs.evolve(one, days=(DAY - timedelta(days=1),)) for one in table.series])


def _note(unit: UnitOfWork) -> None:
    number = unit.numbers.next(ACME, "invoice")
    unit.numbers.next(samples.NORDWIND, "quote")
    unit.commands.record(f"key {number}", "content", "answer")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with rows in every table, closed."""
    path = tmp_path_factory.mktemp("audit") / "books.sqlite"
    with closing(open_sqlite(path)) as store:
        list(_work(store))
    return path


class _Attacked:
    """A copy of the file; what is done to it in ``attack`` is looked at and undone."""

    def __init__(self, path: Path) -> None:
        self.store: SqliteStore = open_sqlite(path)
        self.bare = sqlite3.connect(path, isolation_level=None)
        self.bare.row_factory = sqlite3.Row
        self.bare.execute("PRAGMA synchronous = OFF")

    def rows(self, table: str) -> list[sqlite3.Row]:
        """The rows of a table."""
        return self.bare.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608

    @contextmanager
    def attack(self, table: str) -> Iterator[None]:
        """Put the table back afterwards."""
        before = self.rows(table)
        yield
        self.bare.execute(f'DELETE FROM "{table}"')  # noqa: S608
        for row in before:
            self.insert(table, dict(row))

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Add a row."""
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        self.bare.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', [*row.values()])  # noqa: S608

    def change(self, table: str, row: sqlite3.Row, values: Mapping[str, Any]) -> None:
        """Change columns of one row."""
        keys = _keys(table)
        names = ", ".join(f'"{name}" = ?' for name in values)
        where = " AND ".join(f'"{name}" = ?' for name in keys)
        given = [*values.values(), *(row[name] for name in keys)]
        done = self.bare.execute(f'UPDATE "{table}" SET {names} WHERE {where}', given)  # noqa: S608
        assert done.rowcount == 1

    def delete(self, table: str, row: sqlite3.Row) -> None:
        """Take one row away."""
        where = " AND ".join(f'"{name}" = ?' for name in _keys(table))
        given = [row[name] for name in _keys(table)]
        assert self.bare.execute(f'DELETE FROM "{table}" WHERE {where}', given).rowcount == 1  # noqa: S608

    def found(self, outside: Head | None = None) -> set[tuple[str, str]]:
        """What is found, by kind and id; a record that can not even be read names itself."""
        try:
            return {(one.kind, one.id) for one in self.store.verify(outside).findings}
        except StoreBroken as broken:
            kind, _, rest = broken.reason.rpartition(" can not be read")[0].rpartition(" ")
            return {(kind, rest)}


def _keys(table: str) -> list[str]:
    return [column.name for column in tables.metadata.tables[table].primary_key]


@pytest.fixture
def attacked(original: Path, tmp_path: Path) -> Iterator[_Attacked]:
    """The file to be attacked."""
    path = tmp_path / "books.sqlite"
    shutil.copy(original, path)
    one = _Attacked(path)
    assert one.found() == set()
    yield one
    one.bare.close()
    one.store.close()


def _named(attacked: _Attacked, table: str, row: Mapping[str, Any]) -> tuple[str, str]:
    """The kind and id under which a row is sealed."""
    match table:
        case "rate_series" | "fixings":
            return "fixings", _batch(attacked, row)
        case "decisions" | "entries":
            return {"decisions": "rate decision", "entries": "entry"}[table], row["id"]
        case "postings":
            heads = {one["sequence"]: one["id"] for one in attacked.rows("entries")}
            return "entry", heads[row["entry"]]
        case "snapshots" | "snapshot_balances":
            code = row["presentation_code" if table == "snapshot_balances" else "presentation"]
            return "translation snapshot", f"{row['company']}/{code}/{row['as_of']}"
        case "group_snapshots":
            return "group snapshot", f"{row['group']}/{row['as_of']}"
        case "numbers":
            return "number", number_key(row["company"], row["series"])
        case "commands":
            return "command", row["key"]
        case "event_log":
            return "event", str(row["sequence"])
        case "audit":
            return "audit record", str(row["sequence"])
    return KINDS[table], row["id"]


def _batch(attacked: _Attacked, row: Mapping[str, Any]) -> str:
    """The id of the batch that a fixing is of, or of the first one of a series."""
    number, batch = row.get("series", row.get("number")), row.get("batch", 1)
    series = {one["number"]: [*one][1:] for one in attacked.rows("rate_series")}
    return batch_id(SeriesKey(*series[number]), batch)


def _other(table: str, column: str, value: str | int | None) -> str | int:
    """Another value that the column can hold."""
    if value is None and isinstance(tables.metadata.tables[table].c[column].type, Integer):
        return 1
    if isinstance(value, int):
        return value - 1000 if value > 10**18 else value + 1000
    return f"{value or ''}x"


def _somewhere_else(table: str, found: set[tuple[str, str]]) -> bool:
    """A record whose number was changed is told by the gap that it leaves."""
    return table == "audit" and "audit record" in {kind for kind, _ in found}


@pytest.mark.parametrize("table", SEALED)
def test_every_altered_column_names_its_row(attacked: _Attacked, table: str) -> None:
    """Any column of any row of any sealed table, changed on the disk: verify names that row."""
    missed: list[Any] = []
    rows = attacked.rows(table)
    assert rows, "the file has rows in every sealed table"
    for row in rows:
        named = _named(attacked, table, dict(row))
        for column in row.keys():  # noqa: SIM118 - a row of sqlite3 iterates over its values
            with attacked.attack(table):
                attacked.change(table, row, {column: _other(table, column, row[column])})
                found = attacked.found()
            if named not in found and not _somewhere_else(table, found):
                missed.append((table, column, named, found))
    assert missed == []
    assert attacked.found() == set()


def test_the_altered_positions_are_a_thousand(original: Path) -> None:
    """What the test above changes, one at a time, are more than 1,000 values (F15)."""
    with closing(sqlite3.connect(original)) as bare:
        counts = [
            bare.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            * len(tables.metadata.tables[name].columns)
            for name in SEALED
        ]
    assert sum(counts) > 1_000, sum(counts)


@pytest.mark.parametrize("table", SEALED)
def test_deleted_appended_and_swapped_rows_are_named(attacked: _Attacked, table: str) -> None:
    """A row that is gone, one too many, and two that changed places: each is named (F15)."""
    rows, keys = attacked.rows(table), _keys(table)
    for row in rows:
        named = _named(attacked, table, dict(row))
        with attacked.attack(table):
            attacked.delete(table, row)
            found = attacked.found()
        assert named in found or _somewhere_else(table, found), f"deleted {named}: {found}"
        for key in keys:
            with attacked.attack(table):
                names = {key, *_UNIQUE.get(table, ())}
                other = {name: _other(table, name, row[name]) for name in names}
                attacked.insert(table, {**dict(row), **other})
                assert attacked.found(), f"appended beside {named}"
    for one, two in pairwise(rows):
        fixed = {*keys, *_UNIQUE.get(table, ())}
        rest = [name for name in one.keys() if name not in fixed]  # noqa: SIM118
        if [one[name] for name in rest] == [two[name] for name in rest]:
            continue
        with attacked.attack(table):
            attacked.change(table, one, {name: two[name] for name in rest})
            attacked.change(table, two, {name: one[name] for name in rest})
            assert _named(attacked, table, dict(one)) in attacked.found(), "swapped"


def test_the_length_that_the_store_keeps_is_held_against_the_trail(attacked: _Attacked) -> None:
    """A trail cut at its end, whose rows are still there, does not pass even without a head."""
    last = attacked.rows("audit")[-1]
    with attacked.attack("audit"):
        attacked.delete("audit", last)
        assert ("audit record", str(last["sequence"] - 1)) in attacked.found()
    with attacked.attack("trail"):
        attacked.bare.execute("UPDATE trail SET hash = ?", ("0" * 64,))
        assert attacked.found() == {("audit record", str(last["sequence"]))}
    with attacked.attack("trail"):
        attacked.bare.execute("UPDATE trail SET events = events + 1")
        assert {kind for kind, _ in attacked.found()} == {"event"}
    for broken in ("DELETE FROM trail", "INSERT INTO trail VALUES (2, 0, '', 0)"):
        with attacked.attack("trail"):
            attacked.bare.execute(broken)
            with pytest.raises(StoreBroken, match="not noted once"):
                attacked.store.verify()


def test_a_cut_tail_is_found_through_the_outside_head_alone(tmp_path: Path) -> None:
    """An older copy of the whole file is sound in itself; only a head from outside tells (F15)."""
    path, older = tmp_path / "books.sqlite", tmp_path / "older.sqlite"
    with closing(open_sqlite(path)) as store:
        heads = list(_work(store))
        store.backup(older)
        _save_deal(store, "later")
        head = _head(store)
    with closing(open_sqlite(older)) as back:
        assert back.verify().is_sound, "without a head nobody can tell"
        assert back.verify(heads[-1]).is_sound
        [finding] = back.verify(head).findings
        assert (finding.kind, finding.id) == ("audit record", str(head.count))
        assert "tail was cut off" in finding.reason


def test_a_trail_written_anew_is_found_through_the_outside_head_alone(tmp_path: Path) -> None:
    """Who writes the whole store again, with another title, passes until a head is shown (F15)."""
    with closing(open_sqlite(tmp_path / "books.sqlite")) as store:
        *_, head = _work(store)
    with closing(open_sqlite(tmp_path / "forged.sqlite")) as forgery:
        filled(forgery)
        _save_deal(forgery, "another title")
        for number in range(head.count - 2):
            _save_deal(forgery, f"filler {number}")
        assert _head(forgery).count == head.count
        assert forgery.verify().is_sound, "without a head nobody can tell"
        [finding] = forgery.verify(head).findings
        assert finding.reason == "the trail is another one than that of the head"


def _save_deal(store: Store, title: str) -> None:
    with store.begin() as unit:
        deal = unit.deals.get(DealId("D-3"))
        unit.deals.save(attrs.evolve(deal, title=title))
        unit.commit()


def _chain(length: int) -> list[AuditRecord]:
    head, chain = EMPTY, []
    for number in range(length):
        seal = sealed("deal", f"D-{number % 7}", [{"title": str(number)}])
        write = Write("deal", f"D-{number % 7}", number // 7 + 1, seal)
        at = AT + timedelta(seconds=number)
        record = chained(head, at=at, actor="ada", key=f"k{number}", writes=[write])
        head = Head(record.sequence, record.hash)
        chain.append(record)
    return chain


def _rows(chain: list[AuditRecord]) -> list[Write]:
    return [*{one.id: one for record in chain for one in record.writes}.values()]


_FORGED: Final[list[dict[str, Any]]] = [
    {"at": AT},
    {"at": None},
    {"actor": "eve"},
    {"key": "other"},
    {"writes": ()},
    {"hash": "0" * 64},
]


def test_every_forged_record_is_named() -> None:
    """Each field of each record, changed, and records removed, swapped, doubled: none passes."""
    chain, positions = _chain(60), 0
    rows = _rows(chain)
    assert verify(chain, rows).is_sound
    for at, record in enumerate(chain):
        forgeries = [attrs.evolve(record, **change) for change in _FORGED]
        moved = attrs.evolve(record.writes[0], seal=record.writes[0].seal[::-1])
        forgeries.append(attrs.evolve(record, writes=(moved,)))
        forgeries.append(attrs.evolve(record, writes=record.writes * 2))
        chains = [[*chain[:at], one, *chain[at + 1 :]] for one in forgeries]
        chains += [[*chain[:at], *chain[at + 1 :]], [*chain[:at], record, *chain[at:]]]
        chains += [[*chain[:at], *reversed(chain[at : at + 2]), *chain[at + 2 :]]]
        for forged in chains:
            if forged == chain:
                continue
            found = verify(forged, rows, Head(60, chain[-1].hash)).findings
            named = {one.id for one in found if one.kind == "audit record"}
            assert named & {str(at + 1), str(at + 2), "60"}, (at, forged[at : at + 1])
            positions += 1
    assert positions > 500


def test_a_chain_mended_after_a_forgery_still_ends_in_another_head() -> None:
    """Who hashes everything anew behind a forged record changes the head, and the rows tell too."""
    chain = _chain(20)
    head = Head(20, chain[-1].hash)
    for at in range(20):
        mended, before = list(chain), EMPTY.hash
        mended[at] = attrs.evolve(chain[at], actor="eve")
        for place, record in enumerate(mended):
            mended[place] = attrs.evolve(record, hash=record_hash(before, record))
            before = mended[place].hash
        assert verify(mended, _rows(chain)).is_sound, "without a head nobody can tell"
        [finding] = verify(mended, _rows(chain), head).findings
        assert finding.id == "20"


_TEXTS = st.text(max_size=6)
_VALUES = st.one_of(st.none(), _TEXTS, st.integers(-(10**6), 10**6))
_ROW = st.dictionaries(_TEXTS, _VALUES, max_size=4)
_SEALED = st.tuples(_TEXTS, _TEXTS, st.lists(_ROW, max_size=3))


def _meaning(sealing: tuple[str, str, list[dict[str, Any]]]) -> object:
    """What a seal stands for: columns with something in them, with their types."""
    kind, id, rows = sealing
    held = [{(n, type(v), v) for n, v in row.items() if v is not None} for row in rows]
    return kind, id, held


@given(_SEALED, _SEALED)
def test_no_two_lists_of_fields_have_one_seal(one: Any, two: Any) -> None:
    """Equal seals stand for equal fields, and equal fields have equal seals."""
    assert (sealed(*one) == sealed(*two)) == (_meaning(one) == _meaning(two))


@given(_TEXTS, _TEXTS, st.integers(0, 6))
def test_fields_do_not_run_into_each_other(kind: str, id: str, at: int) -> None:
    """Characters that move from one field into the next give another seal."""
    whole = kind + id
    moved = (whole[:at], whole[at:])
    same = moved == (kind, id)
    assert (sealed(*moved, [{}]) == sealed(kind, id, [{}])) == same
    assert (sealed("k", "i", [{moved[0]: moved[1]}]) == sealed("k", "i", [{kind: id}])) == same


@given(_ROW, _TEXTS)
def test_a_column_that_holds_nothing_is_left_out(row: dict[str, Any], name: str) -> None:
    """A nullable column added later leaves old seals as they are; emptying one breaks them."""
    later = {**row, name: row.get(name)}
    assert sealed("k", "i", [later]) == sealed("k", "i", [row])
    emptied = {**row, name: None}
    is_same = row.get(name) is None
    assert (sealed("k", "i", [emptied]) == sealed("k", "i", [row])) == is_same


@given(st.text("%sd:,", max_size=4), st.text("%sd:,", max_size=4))
def test_a_seal_is_the_hash_of_what_the_page_says(name: str, value: str) -> None:
    """Lengths before names, a letter for the type, lengths, values; percent signs are plain."""
    row = f"1:{len(name)}:{name}t{len(value)}:{value}"
    expected = sha256(f"11:fxcrm row 11:k1:i{row}".encode()).hexdigest()
    assert sealed("k", "i", [{name: value}]) == expected


def test_a_number_is_no_text() -> None:
    """1 and the text 1 have two seals, as have nothing and the empty text."""
    seals = {sealed("k", "i", [{"c": value}]) for value in (1, "1", None, "")}
    assert len(seals) == 4


@given(st.lists(_TEXTS, min_size=2, max_size=2), st.lists(_TEXTS, min_size=2, max_size=2))
def test_fields_of_a_record_do_not_run_into_each_other(one: list[str], two: list[str]) -> None:
    """Actor and key of a record, and kind and id of a write, are hashed apart."""
    whole = [AuditRecord(1, None, actor, key, (), "") for actor, key in (one, two)]
    inner = [AuditRecord(1, None, "", "", (Write(kind, id, 1, ""),), "") for kind, id in (one, two)]
    for first, second in (whole, inner):
        assert (record_hash("", first) == record_hash("", second)) == (one == two)


def test_memory_and_sqlite_seal_the_same_rows(original: Path) -> None:
    """Every row of every kind has one seal, wherever it is kept."""
    memory: Any = MemoryStore()
    list(_work(memory))
    with closing(open_sqlite(original)) as store, store.begin(reading=True) as unit:
        rows: Any = unit.kept()  # type: ignore[attr-defined]
        assert {one.sealed() for one in rows} == set(memory._kept.writes())
        assert {one.kind for one in memory._kept.writes()} > set(KINDS.values())
