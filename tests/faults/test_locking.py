"""Random schedules on rate locks: used once, within the cover, before the end (F5, F7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from fxcrm.adapters.sql.repositories import SqlRepository
from fxcrm.money import Money
from fxcrm.ratelocks import RateLock, RateLockExpired, RateLockNotBegun
from fxcrm.usecases import performing
from tests.faults.locking import (
    HOURS,
    WRONGS,
    Operation,
    Outcome,
    Schedule,
    Verdict,
    judge,
    judged,
    planned,
    prepared,
    run,
)
from tests.faults.places import Place, SqliteFile
from tests.faults.sizes import SCHEDULES

SEED = 20260112
END = HOURS * 60


def _wrongs(
    where: Place, schedules: Sequence[Schedule]
) -> tuple[list[Verdict], Counter[tuple[str, str]]]:
    with closing(where.open()) as store:
        prepared(store, schedules)
    outcomes = run(where, schedules)
    with closing(where.open()) as store:
        wrong = list(judged(store, schedules, outcomes))
    return wrong, Counter((one.kind, one.result) for one in outcomes)


def test_no_schedule_uses_a_lock_twice_or_beyond_its_cover(durable: Place) -> None:
    """Double use 0, over-draw 0, drawn late 0, revived 0; each kind of operation won sometimes."""
    wrong, counts = _wrongs(durable, planned(SCHEDULES, SEED))
    assert wrong == []
    for kind in ("accept", "draw", "stale", "expire"):
        assert counts[kind, "done"] > 0, kind
    assert sum(n for (_, result), n in counts.items() if result == "LockCoverExceeded") > 0
    assert durable.damage() == []


# ---------------------------------------------------------------- planted bugs are caught


def _no_version_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """A save that overwrites whatever another one has saved meanwhile."""
    save = SqlRepository.save

    def overwrite(repository: Any, aggregate: Any) -> Any:
        if isinstance(aggregate, RateLock):
            now = repository._found(repository._statements.one, aggregate.id)
            aggregate = attrs.evolve(aggregate, version=now.version, events=aggregate.events)
        return save(repository, aggregate)

    monkeypatch.setattr(SqlRepository, "save", overwrite)


def _end_included(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end compared with <=: the lock holds at the very instant of its end."""

    def within(lock: RateLock, at: datetime) -> datetime:
        now = lock._latest(at)
        if at < lock.locked_at:
            raise RateLockNotBegun(lock=lock.id, locked_at=lock.locked_at, asked_at=at)
        if not now <= lock.expires_at:
            raise RateLockExpired(lock=lock.id, expired_at=lock.expires_at, asked_at=now)
        return now

    monkeypatch.setattr(RateLock, "_within", within)


def _draw_not_added(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock moves on, and what was drawn is forgotten."""
    draw = RateLock.draw

    def forget(lock: RateLock, amount: Money, at: datetime) -> RateLock:
        return attrs.evolve(draw(lock, amount, at), drawn=lock.drawn)

    monkeypatch.setattr(RateLock, "draw", forget)


def _lateness_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is too late is told so, and may come back with an earlier clock."""
    monkeypatch.setattr(performing, "note_lateness", lambda *_: None)


@pytest.mark.parametrize(
    ("plant", "kinds"),
    [
        (_no_version_check, {"lost", "over-draw"}),
        (_end_included, {"drawn late"}),
        (_draw_not_added, {"over-draw", "lost"}),
        (_lateness_forgotten, {"revived"}),
    ],
    ids=lambda one: getattr(one, "__name__", "").strip("_"),
)
def test_a_planted_bug_is_caught(
    plant: Callable[[pytest.MonkeyPatch], None],
    kinds: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same schedules find each of these, and call it by its name."""
    plant(monkeypatch)
    wrong, _ = _wrongs(SqliteFile(tmp_path / "books.sqlite"), planned(400, SEED))
    assert kinds <= {one.kind for one in wrong}


# ---------------------------------------------------------------- the verdict itself


def _told(*rows: tuple[int, str, int, int, str]) -> list[Outcome]:
    return [Outcome(0, *row) for row in rows]


@pytest.mark.parametrize(
    ("told", "stored", "events", "kind"),
    [
        ([(0, "accept", 1, 5, "done"), (1, "accept", 1, 5, "done")], (6, True), [], "double use"),
        ([(0, "accept", 1, 5, "done"), (1, "draw", 1, 5, "done")], (4, True), [], "double use"),
        ([(0, "draw", 2, 5, "done"), (1, "stale", 2, 5, "done")], (4, False), [], "over-draw"),
        ([(0, "draw", 1, END, "done"), (1, "draw", 1, 5, "done")], (2, False), [], "drawn late"),
        ([(0, "draw", 1, 5, "done"), (1, "draw", 1, 5, "done")], (1, False), [], "lost"),
        (
            [(0, "draw", 1, 5, "done"), (1, "accept", 1, 5, "KeyError")],
            (1, False),
            [],
            "unexpected",
        ),
        ([(0, "draw", 1, 5, "done")], (1, False), [], "unexpected"),
        (
            [(0, "draw", 1, 5, "done"), (1, "expire", 1, END, "done")],
            (1, False),
            ["rate lock expired", "rate lock drawn"],
            "revived",
        ),
        (
            [(0, "draw", 1, END, "RateLockExpired"), (0, "draw", 1, 5, "done")],
            (1, False),
            [],
            "revived",
        ),
    ],
)
def test_each_wrong_is_seen(
    told: list[tuple[int, str, int, int, str]],
    stored: tuple[int, bool],
    events: list[str],
    kind: str,
) -> None:
    """One lock of three euros and two operations: every kind of fault has its name."""
    operation = Operation("draw", 1, 5)
    schedule = Schedule(3, ((operation,), (operation,)))
    found = {one.kind for one in judge(schedule, _told(*told), stored, events)}
    assert kind in found <= set(WRONGS)


def test_what_is_right_is_let_be() -> None:
    """Two draws within the cover, and a third that was refused."""
    operation = Operation("draw", 1, 5)
    schedule = Schedule(3, ((operation, operation), (operation,)))
    told = _told(
        (0, "draw", 1, 5, "done"), (0, "draw", 2, 5, "done"), (1, "draw", 1, 5, "LockCoverExceeded")
    )
    events = ["rate lock drawn", "rate lock consumed"]
    assert list(judge(schedule, told, (3, False), events)) == []
