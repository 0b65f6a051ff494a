"""What the SQLite store promises beyond the contract: one file, exact columns, typed failures."""

from __future__ import annotations

import os
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import attrs
import pytest

from fxcrm.adapters.sql import open_sqlite
from fxcrm.adapters.sql.books import _BALANCES, _BALANCES_KNOWN
from fxcrm.adapters.sql.schema import HEAD
from fxcrm.adapters.sql.statements import prepared
from fxcrm.adapters.sql.tables import metadata
from fxcrm.currencies import Currency, CurrencyRegistry, UnknownCurrency
from fxcrm.encoding import LARGEST_MINOR, NotStorable
from fxcrm.ids import CustomerId, DealId, DecisionId, OpenItemId, QuoteId
from fxcrm.money import Money
from fxcrm.ports.storage import NotFound, StoreBroken, StoreBusy, StoreNewer, UnitOfWork
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import filled, kept, record_all
from fxcrm.testing.contracts.consolidations import consolidated
from fxcrm.testing.contracts.ratelogs import add_published
from fxcrm.testing.contracts.samples import ACME, DAY, entry

ROOTS = "".join(map(chr, range(1, 32)))

HOSTILE = [
    hostile.replace("%", name)
    for name in ("customers", "entries", "decisions", "sqlite_schema", "event_log")
    for hostile in (
        "'; DROP TABLE %;--",
        '"; DELETE FROM %; --',
        "') OR 1=1 --",
        "1); UPDATE % SET version = 9; --",
        "%' UNION SELECT * FROM % --",
        "\\'; DROP TABLE %; --",
        "%\x01tail",
        "/* % */",
        ":key",
        "?1 %",
        "%s %% {0} {name} %(key)s",
        "[%]",
        "`%`",
        "x'53514C'||%",
        "' || (SELECT id FROM %) || '",
        "\u2018%\u2019 \uff07; DROP TABLE %",
        "LIKE '%_' ESCAPE '\\'",
        "null",
        f"{ROOTS}%",
        "'" * 500 + "%",
    )
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that is not there yet."""
    return tmp_path / "books.sqlite"


def _bare(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(path, isolation_level=None))


def _fill(path: Path) -> str:
    with closing(filled(open_sqlite(path))) as store:
        with store.begin(actor="kit", at=samples.AT) as unit:
            unit.journal.append(entry("1", Money("1085.00", "USD"), Money("1000.00", "EUR")))
            unit.journal.append(
                entry("2", *(Money.from_minor(LARGEST_MINOR, code) for code in ("JPY", "EUR")))
            )
            unit.snapshots.record(samples.snapshot(DAY))
            unit.group_snapshots.record(consolidated(DAY))
            unit.numbers.next(ACME, "invoice")
            unit.commands.record("key", "content", "answer")
            add_published(unit)
            for kind in samples.kinds():
                getattr(unit, kind.repository).save(kept(kind.changed))
            for message in unit.outbox.pending("kit", 1):
                unit.outbox.park("kit", message.event.sequence, "not today")
            unit.commit()
        return store.digest()


def test_the_file_is_set_up_as_documented(path: Path) -> None:
    """WAL, foreign keys, NORMAL, our application id and the schema version hold on a file."""
    with closing(open_sqlite(path)) as store, store.begin() as unit:
        bare: Any = unit._transaction._cursor  # type: ignore[attr-defined]
        found = {
            name: bare.execute(f"PRAGMA {name}").fetchone()[0]
            for name in (
                *("journal_mode", "foreign_keys", "synchronous"),
                *("busy_timeout", "application_id", "user_version"),
            )
        }
    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 1,
        "busy_timeout": 5000,
        "application_id": int.from_bytes(b"fxcr", "big"),
        "user_version": int(HEAD),
    }


def test_every_table_is_strict(path: Path) -> None:
    """A column holds what its type says: a text is refused where minor units are kept."""
    _fill(path)
    with _bare(path) as bare:
        tables = bare.execute("PRAGMA table_list").fetchall()
        strict = {name: bool(flag) for _, name, _, _, _, flag in tables if name in metadata.tables}
        assert strict == dict.fromkeys(metadata.tables, True)
        with pytest.raises(sqlite3.IntegrityError, match="TEXT value in INTEGER"):
            bare.execute("UPDATE postings SET amount = 'ten'")
        with pytest.raises(sqlite3.IntegrityError, match="REAL value in INTEGER"):
            bare.execute("UPDATE postings SET amount = 0.5")


def test_no_column_ever_holds_a_float(path: Path) -> None:
    """After one of everything, every value in the file is a whole number, a text or nothing."""
    _fill(path)
    with _bare(path) as bare:
        for name, table in metadata.tables.items():
            for column in table.columns:
                asked = f'SELECT DISTINCT typeof("{column.name}") FROM "{name}"'  # noqa: S608
                types = {kind for (kind,) in bare.execute(asked)}
                assert types, f"nothing was written to {name}.{column.name}"
                assert types <= {"integer", "text", "null"}, f"{name}.{column.name}: {types}"


def test_amounts_are_minor_units_and_rates_exact_text(path: Path) -> None:
    """The file says what was posted: -9223372036854775807 yen, and 1.0850 with its zero."""
    _fill(path)
    with _bare(path) as bare:
        amounts = bare.execute("SELECT amount, amount_currency FROM postings ORDER BY amount")
        assert amounts.fetchall()[0] == (-LARGEST_MINOR, "JPY")
        legs = bare.execute("SELECT legs FROM decisions WHERE id = ?", (samples.SPOT,)).fetchone()
        assert '"value":"1.0850"' in legs[0]


def test_hostile_texts_are_only_texts(path: Path) -> None:
    """A hundred injection strings as ids, names and keys come back as they were, and do nothing."""
    assert len(HOSTILE) == 100
    customer, deal = samples.kinds()[1].aggregates[0], samples.kinds()[3].aggregates[0]
    with closing(open_sqlite(path)) as store:
        with store.begin(actor=HOSTILE[0], at=samples.AT, key=HOSTILE[1]) as unit:
            for number, text in enumerate(HOSTILE):
                key = CustomerId(f"{number} {text}")
                unit.customers.add(attrs.evolve(customer, id=key, name=text, language=text))
                unit.deals.add(attrs.evolve(deal, id=DealId(f"{number} {text}"), title=text))
                unit.commands.record(f"{number} {text}", text, text)
                assert unit.numbers.next(ACME, f"{number} {text}") == 1
            unit.commit()
        with store.begin() as unit:
            for number, text in enumerate(HOSTILE):
                found = unit.customers.get(CustomerId(f"{number} {text}"))
                assert (found.name, found.language) == (text, text)
                assert unit.commands.answer(f"{number} {text}", text) == text
            assert len(list(unit.customers.of_company(ACME))) == len(HOSTILE)
            assert sorted(one.title for one in unit.deals.all()) == sorted(HOSTILE)


def test_reading_many_asks_few_times(path: Path) -> None:
    """A hundred quotes with rates of their own cost two queries, not a hundred and one."""
    quote, decision = samples.kinds()[4].aggregates[2], samples.decisions()[0]
    with closing(open_sqlite(path)) as store:
        with store.begin() as unit:
            for number in range(100):
                rate = unit.decisions.record(attrs.evolve(decision, id=DecisionId(f"d{number}")))
                unit.quotes.add(attrs.evolve(quote, id=QuoteId(f"q{number}"), rate=rate))
            unit.commit()
        statements: list[str] = []
        with store.begin() as unit:
            bare: Any = unit._transaction._cursor  # type: ignore[attr-defined]
            bare.connection.set_trace_callback(statements.append)
            assert len(list(unit.quotes.all())) == 100
        assert sum(one.startswith("SELECT") for one in statements) == 2


def test_balances_are_read_from_an_index_alone(path: Path) -> None:
    """The query plan of balances touches no table."""
    _fill(path)
    asked = prepared(_BALANCES, "sqlite").text
    with _bare(path) as bare:
        values = {"company": ACME, "through": "2026-12-31"}
        plan = [row[3] for row in bare.execute(f"EXPLAIN QUERY PLAN {asked}", values)]
    assert plan == ["SEARCH postings USING COVERING INDEX postings_by_account (company=?)"]


def test_what_was_known_is_read_from_the_same_index(path: Path) -> None:
    """Postings are summed up from the index; what was booked later is looked up once."""
    _fill(path)
    asked = prepared(_BALANCES_KNOWN, "sqlite").text
    values = {"company": ACME, "through": "2026-12-31", "known_at": "2026-12-31"}
    with _bare(path) as bare:
        plan = [row[3] for row in bare.execute(f"EXPLAIN QUERY PLAN {asked}", values)]
    assert plan[0] == "SEARCH postings USING COVERING INDEX postings_by_account (company=?)"
    assert plan[1].startswith("LIST SUBQUERY"), plan
    assert plan[2].startswith("SEARCH entries USING INDEX entries_of_company"), plan


@pytest.mark.parametrize("kind", ["payments", "credit_notes", "cases"])
def test_what_belongs_to_an_invoice_is_found_by_an_index(path: Path, kind: str) -> None:
    """No other payment, credit note or case is looked at."""
    _fill(path)
    asked = f"SELECT * FROM {kind} WHERE invoice = 'I-1' ORDER BY id"  # noqa: S608
    with _bare(path) as bare:
        plan = [row[3] for row in bare.execute(f"EXPLAIN QUERY PLAN {asked}")]
    assert plan == [f"SEARCH {kind} USING INDEX {kind}_of_invoice (invoice=?)"]


def test_a_newer_file_is_refused(path: Path) -> None:
    """A schema that this version does not know is left alone, with a typed error."""
    digest = _fill(path)
    with _bare(path) as bare:
        bare.execute("UPDATE fxcrm_schema SET version_num = '9001'")
    before = path.read_bytes()
    with pytest.raises(StoreNewer, match="update fxcrm") as refusal:
        open_sqlite(path)
    assert (refusal.value.found, refusal.value.known) == ("9001", HEAD)
    assert path.read_bytes() == before
    with _bare(path) as bare:
        bare.execute("UPDATE fxcrm_schema SET version_num = ?", (HEAD,))
    with closing(open_sqlite(path)) as store:
        assert store.digest() == digest


def test_another_programs_file_is_left_alone(path: Path) -> None:
    """A database with other tables is refused, and its bytes stay what they were."""
    with _bare(path) as bare:
        bare.execute("CREATE TABLE theirs (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(StoreBroken, match="another program"):
        open_sqlite(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"not a database at all, " * 400, b"SQLite format 3\0" + b"\xff" * 4080]
)
def test_a_corrupt_file_is_a_typed_error(path: Path, content: bytes) -> None:
    """Garbage where a store is expected raises `StoreBroken` and nothing of the driver."""
    path.write_bytes(content)
    with pytest.raises(StoreBroken):
        open_sqlite(path)
    assert path.read_bytes() == content


def test_a_file_torn_in_the_middle_is_a_typed_error(path: Path) -> None:
    """Pages overwritten behind our back are noticed when they are read."""
    _fill(path)
    with _bare(path) as bare:
        bare.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))  # all but the first page
    with pytest.raises(StoreBroken):
        open_sqlite(path)


@pytest.mark.parametrize("missing", ["folder/books.sqlite", "."])
def test_a_place_that_takes_no_file_is_a_typed_error(tmp_path: Path, missing: str) -> None:
    """A folder that is not there, or a folder instead of a file, raises `StoreBroken`."""
    with pytest.raises(StoreBroken):
        open_sqlite(tmp_path / missing)


@contextmanager
def _read_only(path: Path) -> Iterator[None]:
    """Takes the right to write; the super-user has it anyway, and so steps down for a moment."""
    is_super_user = os.geteuid() == 0
    path.chmod(0o444)
    path.parent.chmod(0o555)
    for folder in path.parent.parents[:3]:
        folder.chmod(folder.stat().st_mode | 0o055)
    if is_super_user:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_super_user:
            os.seteuid(0)
        path.parent.chmod(0o755)


def _take_a_number(path: Path) -> None:
    with closing(open_sqlite(path)) as store, store.begin() as unit:
        unit.numbers.next(ACME, "invoice")
        unit.commit()


def test_a_read_only_file_is_a_typed_error(path: Path) -> None:
    """Where nothing may be written the unit of work says so, and the file keeps its bytes."""
    _fill(path)
    before = path.read_bytes()
    with _read_only(path), pytest.raises(StoreBroken):
        _take_a_number(path)
    assert path.read_bytes() == before


def test_a_full_disk_is_a_typed_error(path: Path) -> None:
    """A unit that does not fit leaves the store as it was, and the store works on (F3)."""
    digest = _fill(path)
    customer = samples.kinds()[1].aggregates[0]
    with closing(open_sqlite(path)) as store:
        with store.begin() as unit:
            bare: Any = unit._transaction  # type: ignore[attr-defined]
            bare._cursor.execute("PRAGMA max_page_count = 1")
            with pytest.raises(StoreBroken, match="full"):
                unit.customers.add(attrs.evolve(customer, id=CustomerId("big"), name="x" * 10**7))
        assert store.digest() == digest


Reads = Callable[[UnitOfWork], Any]
DAMAGE: list[tuple[str, str, Reads]] = [
    (
        "UPDATE quotes SET lines = '[{\"quantity\": 0.5}]' WHERE id = 'Q-1'",
        "quote Q-1 can not be read",
        lambda unit: unit.quotes.get(QuoteId("Q-1")),
    ),
    (
        "UPDATE postings SET functional = 1 WHERE entry = 1 AND position = 1",
        "entry 1 can not be read",
        lambda unit: unit.journal.entries(ACME),
    ),
    (
        "UPDATE postings SET decision = NULL WHERE entry = 1",
        "entry 1 can not be read",
        lambda unit: unit.journal.lines(ACME, None, DAY),
    ),
    (
        "UPDATE postings SET amount_currency = 'ZZZ'",
        "account 1200 can not be read",
        lambda unit: unit.journal.balances(ACME, DAY),
    ),
    (
        "UPDATE open_items SET open = 0 WHERE id = 'R-2'",
        "open item R-2 can not be read",
        lambda unit: unit.items.get(OpenItemId("R-2")),
    ),
    (
        "UPDATE decisions SET legs = '[]' WHERE purpose = 'lock'",
        "rate decision lock:EUR/USD:2026-03-02:1 can not be read",
        lambda unit: unit.decisions.get(samples.LOCKED),
    ),
    (
        "UPDATE decisions SET legs = replace(legs, '1.0850', '0.0000')",
        "rate decision .* can not be read",
        lambda unit: unit.quotes.all(),
    ),
    (
        "UPDATE snapshots SET reserve_currency = 'eur'",
        "translation snapshot nordwind-us can not be read",
        lambda unit: unit.snapshots.find(samples.NORDWIND, Currency("EUR"), DAY),
    ),
    (
        "UPDATE group_snapshots SET books = replace(books, 'EUR', 'eur')",
        "group snapshot acme can not be read",
        lambda unit: list(unit.group_snapshots.since(DAY)),
    ),
    (
        "UPDATE event_log SET at = 'noon' WHERE sequence = 1",
        "event 1 can not be read",
        lambda unit: unit.events.after(0),
    ),
    (
        'UPDATE customers SET extras = \'{"f": {"float": "0.5"}}\'',
        "customer C-1 can not be read",
        lambda unit: unit.customers.get(CustomerId("C-1")),
    ),
]


@pytest.mark.parametrize(("damage", "message", "read"), DAMAGE, ids=[one[0] for one in DAMAGE])
def test_a_damaged_row_is_a_typed_error(path: Path, damage: str, message: str, read: Reads) -> None:
    """A row that makes no value any more names itself; it does not pass for something else."""
    _fill(path)
    with _bare(path) as bare:
        assert bare.execute(damage).rowcount >= 1
    with closing(open_sqlite(path)) as store, store.begin() as unit:
        with pytest.raises(StoreBroken, match=message):
            read(unit)
        assert unit.numbers.next(ACME, "invoice") == 2, "reading what is damaged ends no unit"


def test_no_message_shows_what_is_stored(path: Path) -> None:
    """Neither our refusal nor an error of the driver carries a parameter: no name, no amount."""
    customer = samples.kinds()[1].aggregates[0]
    secret: Any = ["Jane Roe"]
    with closing(open_sqlite(path)) as store:
        with store.begin() as unit, pytest.raises(NotStorable, match="a list") as refusal:
            unit.customers.add(attrs.evolve(customer, name=secret))
        with store.begin() as unit, pytest.raises(StoreBroken) as failure:
            unit.journal.find(secret)
    shown = f"{refusal.value} {failure.value} {failure.value.__cause__}"
    assert "Jane" not in shown


def test_a_locked_database_is_busy_in_bounded_time(path: Path) -> None:
    """Who finds another writer waits as long as allowed, then says `StoreBusy` (F4)."""
    digest = _fill(path)
    with _bare(path) as other, closing(open_sqlite(path, busy_seconds=1)) as store:
        other.execute("BEGIN IMMEDIATE")
        started = monotonic()
        with pytest.raises(StoreBusy) as refusal, store.begin():
            pytest.fail("entered while another writes")
        assert 0.9 < monotonic() - started < 3
        assert refusal.value.seconds == 1
        assert pickle.loads(pickle.dumps(refusal.value)).seconds == 1  # noqa: S301
        assert store.digest() == digest, "reading does not wait for a writer"
        other.execute("ROLLBACK")
        with store.begin() as unit:
            assert unit.numbers.next(ACME, "invoice") == 2


def test_a_second_unit_waits_for_the_first(path: Path) -> None:
    """Two units of one store exclude each other as two processes do."""
    with closing(open_sqlite(path, busy_seconds=0)) as store:
        with store.begin() as first:
            first.numbers.next(ACME, "invoice")
            with pytest.raises(StoreBusy), store.begin():
                pytest.fail("entered while another writes")
            first.commit()
        with store.begin() as later:
            assert later.numbers.next(ACME, "invoice") == 2


def test_own_currencies_need_their_registry(path: Path) -> None:
    """A currency unknown to the store's registry is refused; with it, it comes back (M11)."""
    coins = CurrencyRegistry("house coins").define("HCN", digits=8, name="House coin")
    deal = attrs.evolve(samples.kinds()[3].aggregates[0], value=coins.money("0.00000001", "HCN"))
    refused, unreadable = pytest.raises(UnknownCurrency), pytest.raises(StoreBroken, match="HCN")
    with closing(open_sqlite(path)) as store, store.begin() as unit, refused:
        unit.deals.add(deal)
    with closing(open_sqlite(path, registry=coins)) as store, store.begin() as unit:
        unit.deals.add(deal)
        unit.commit()
    with closing(open_sqlite(path, registry=coins)) as store, store.begin() as unit:
        assert unit.deals.get(deal.id).value == deal.value
    with closing(open_sqlite(path)) as store, store.begin() as unit, unreadable:
        unit.deals.get(deal.id)


def test_a_decision_needed_is_protected_by_the_file(path: Path) -> None:
    """A foreign key keeps a rate that a quote, an item or a posting names."""
    _fill(path)
    with _bare(path) as bare:
        bare.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            bare.execute("DELETE FROM decisions WHERE id = ?", (samples.SPOT,))


def test_days_before_the_epoch_and_far_ahead_are_kept(path: Path) -> None:
    """ISO texts of days sort as the days do, from year 1 to year 9999."""
    days = [DAY.replace(year=year) for year in (1, 999, 1970, 9999)]
    with closing(open_sqlite(path)) as store, store.begin() as unit:
        record_all(unit)
        for day in reversed(days):
            one = Money("1", "EUR")
            unit.journal.append(entry(str(day), one, one, on=day))
        lines = unit.journal.lines(ACME, None, days[-1] + timedelta(days=1))
        assert [line.on for line in lines] == [day for day in days for _ in range(2)]
        with pytest.raises(NotFound):
            unit.quotes.get(QuoteId("none"))
