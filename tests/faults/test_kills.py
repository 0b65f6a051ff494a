"""Writers that are killed on each durable store: whole units, and all that were acknowledged."""

from __future__ import annotations

import time
from pathlib import Path

from fxcrm.ports.storage import Store
from tests.faults.kills import killed, told, unit_of
from tests.faults.places import Place, SqliteFile
from tests.faults.sizes import KILLS


def test_killed_writers_leave_whole_units(durable: Place) -> None:
    """After kill -9 at random points half-posted 0, acknowledged lost 0, and the trail holds (F1).

    On PostgreSQL some deaths are those of a session, a backend, or the whole server.
    """
    count = killed(durable, KILLS, seed=20260302)
    assert count.is_clean, told(durable, count)
    assert count.deaths.total() == KILLS
    assert count.acknowledged >= KILLS


def _in_two_halves(store: Store) -> None:
    """The command of a unit is recorded in a transaction of its own."""
    with store.begin() as unit:
        number = unit_of(unit, commands=False)
        unit.commit()
    time.sleep(0.02)  # most kills come here
    with store.begin() as unit:
        unit.commands.record(f"{number:07}", "content", "answer")
        unit.commit()


def _too_early(store: Store) -> None:
    """A unit is acknowledged that is never committed."""
    with store.begin() as unit:
        unit_of(unit)


def test_writers_that_break_the_promise_are_found_out(tmp_path: Path) -> None:
    """The same look finds halves where a unit is two transactions, and losses where none is."""
    halved = killed(SqliteFile(tmp_path / "halved"), 12, seed=1, commit=_in_two_halves)
    assert halved.half_posted > 0
    assert killed(SqliteFile(tmp_path / "lost"), 2, seed=1, commit=_too_early).lost > 0
