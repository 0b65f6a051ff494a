"""Writers at the same time, and writers that are killed: nothing lost, nothing half-written."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random
from threading import Thread
from time import sleep

import attrs
import pytest

from fxcrm.adapters.sql import open_sqlite
from fxcrm.ids import CustomerId, DealId
from fxcrm.money import Money
from fxcrm.ports.storage import Store, UnitOfWork, VersionConflict
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import record_all
from fxcrm.testing.contracts.samples import ACME, AT, DAY, entry

WRITERS, TURNS, KILLS = 4, 40, 20


def _take(store: Store) -> int:
    with store.begin() as unit:
        number = unit.numbers.next(ACME, "invoice")
        amount = Money(number, "EUR")
        unit.journal.append(entry(f"invoice {number}", amount, amount))
        unit.commit()
    return number


def _forked(work: Callable[[int], None]) -> tuple[int, int]:
    """A process that does ``work`` with the writing end of a pipe; its id and the reading end."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    try:
        work(writing)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _numbers_and_entries(path: Path) -> tuple[int, list[str]]:
    with closing(open_sqlite(path)) as store, store.begin() as unit:
        return unit.numbers.next(ACME, "invoice"), [one.id for one in unit.journal.entries(ACME)]


def test_processes_take_numbers_without_gaps(tmp_path: Path) -> None:
    """Processes on one file take each number once: none lost, none twice, none left out (F5)."""
    path = tmp_path / "books.sqlite"
    open_sqlite(path).close()

    def work(_: int) -> None:
        with closing(open_sqlite(path, busy_seconds=60)) as store:
            for _ in range(TURNS):
                _take(store)

    started = [_forked(work) for _ in range(WRITERS)]
    assert [os.waitpid(process, 0)[1] for process, _ in started] == [0] * WRITERS
    for _, reading in started:
        os.close(reading)
    following, entries = _numbers_and_entries(path)
    assert following == WRITERS * TURNS + 1
    assert entries == [f"invoice {number}" for number in range(1, following)]


def test_threads_take_numbers_without_gaps(tmp_path: Path) -> None:
    """Threads that share one store do as well as processes do (F5)."""
    path = tmp_path / "books.sqlite"
    taken: list[int] = []
    with closing(open_sqlite(path, busy_seconds=60)) as store:
        workers = [
            Thread(target=lambda: taken.extend([_take(store) for _ in range(TURNS)]))
            for _ in range(WRITERS)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sorted(taken) == list(range(1, WRITERS * TURNS + 1))
    assert len(_numbers_and_entries(path)[1]) == WRITERS * TURNS


def test_one_of_many_wins_a_version(tmp_path: Path) -> None:
    """Of many who read the same deal one saves; the others are told, and lose nothing of his."""
    deal = samples.kinds()[3].aggregates[0]
    won: list[int] = []
    refused: list[VersionConflict] = []
    with closing(open_sqlite(tmp_path / "books.sqlite", busy_seconds=60)) as store:
        with store.begin() as unit:
            read = unit.deals.add(deal)
            unit.commit()

        def save(number: int) -> None:
            try:
                with store.begin() as unit:
                    unit.deals.save(attrs.evolve(read, title=f"{number}"))
                    unit.commit()
                won.append(number)
            except VersionConflict as conflict:
                refused.append(conflict)

        workers = [Thread(target=save, args=(number,)) for number in range(WRITERS * 2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        with store.begin() as unit:
            found = unit.deals.get(deal.id)
    assert (len(won), len(refused)) == (1, WRITERS * 2 - 1)
    assert (found.title, found.version) == (f"{won[0]}", 2)


def _unit(unit: UnitOfWork, number: int) -> None:
    """A unit of work in many statements, from which half would be seen."""
    customer, deal = samples.kinds()[1].aggregates[0], samples.kinds()[3].aggregates[0]
    taken = unit.numbers.next(ACME, "unit")
    event = samples.event(f"{number}")
    unit.customers.add(attrs.evolve(customer, id=CustomerId(f"{taken:06}"), events=(event,)))
    unit.deals.add(attrs.evolve(deal, id=DealId(f"{taken:06}"), events=(event, event)))
    amount = Money("1085.00", "USD")
    unit.journal.append(entry(f"{taken:06}", amount, Money(number, "EUR")))
    unit.commands.record(f"{taken:06}", "content", "answer")


def _work_until_killed(path: Path) -> Callable[[int], None]:
    def work(acknowledge: int) -> None:
        with closing(open_sqlite(path)) as store:
            for number in count():
                with store.begin(actor="kit", at=AT) as unit:
                    _unit(unit, number)
                    unit.commit()
                os.write(acknowledge, b".")

    return work


def _killed(work: Callable[[int], None], after: int) -> int:
    """Kill -9 the worker so many microseconds after its first answer; how often it answered."""
    process, reading = _forked(work)
    answers = len(os.read(reading, 1))
    sleep(after * 1e-6)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    while some := os.read(reading, 65_536):
        answers += len(some)
    os.close(reading)
    return answers


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A store with the rates in it; at the end SQLite finds no fault in the file."""
    path = tmp_path / "books.sqlite"
    with closing(open_sqlite(path)) as store, store.begin() as unit:
        record_all(unit)
        unit.commit()
    yield path
    with closing(sqlite3.connect(path)) as bare:
        assert bare.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert bare.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_killed_writer_leaves_whole_units(path: Path) -> None:
    """After kill -9 at any moment units are whole, and none that was acknowledged is lost (F1)."""
    moments = Random(20260302)
    acknowledged = 0
    for _ in range(KILLS):
        acknowledged += _killed(_work_until_killed(path), moments.randrange(30_000))
        found = _committed(path)
        # One unit may have been committed and killed before it could say so.
        assert acknowledged <= found <= acknowledged + 1
        acknowledged = found
    assert acknowledged >= KILLS


def _committed(path: Path) -> int:
    """How many units are there, once it is known that each of them is whole."""
    with closing(open_sqlite(path)) as store, store.begin() as unit:
        units = unit.numbers.next(ACME, "unit") - 1
        ids = [f"{number:06}" for number in range(1, units + 1)]
        assert [one.id for one in unit.customers.all()] == ids
        assert [one.id for one in unit.deals.all()] == ids
        assert [one.id for one in unit.journal.entries(ACME)] == ids
        assert len(list(unit.journal.lines(ACME, None, DAY))) == 2 * units
        assert all(unit.commands.answer(id, "content") == "answer" for id in ids)
        assert [one.sequence for one in unit.events.after(0)] == list(range(1, 3 * units + 1))
    return units
