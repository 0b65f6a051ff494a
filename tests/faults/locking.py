"""Random schedules on one rate lock each: accepts, draws and expiries at once, on SQLite.

    python -m tests.faults.locking --schedules 10000

prints what came of them, and how many locks were used twice, drawn beyond their cover, drawn after
their end, or revived; each must be 0. Every schedule is a lock of its own with its quote. Four
writers (two processes of two threads, a connection each) meet at a barrier and send their
operations, each with an instant of its own around the end of the lock.

===========  ===============================================================================
``accept``   accepts the quote, which draws the whole lock
``draw``     draws a part, read and saved in one unit of work
``stale``    draws a part, read in one unit of work and saved in a later one
``expire``   lets the lock lapse
===========  ===============================================================================

The verdict is taken from what was acknowledged and from what is stored in the end, by arithmetic
of its own; nothing of it is asked of the code under test.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from random import Random
from threading import Thread
from typing import Any, Final

import attrs

from benchmarks import stories
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import FxcrmError
from fxcrm.ids import CustomerId, LockId, QuoteId
from fxcrm.money import Money
from fxcrm.ports.storage import Store, StoreBusy, UnitOfWork, VersionConflict
from fxcrm.selling import Quote
from fxcrm.usecases import Desk, accept_quote, draw_lock, expire_lock, perform
from fxcrm.usecases.deciding import spot
from tests.faults.places import Place, place

PROCESSES: Final = 2
THREADS: Final = 2
DAY: Final = date(2026, 1, 12)
HOURS: Final = 4  # for which every lock holds
RATES: Final = stories.rates()
EURO: Final = Money("1", "EUR")
_TRIES: Final = 200
_PATIENCE: Final = 300  # seconds at a barrier, before a writer is taken for lost
_AT_ONCE: Final = 500  # locks that are prepared in one unit of work
_KINDS: Final = {"accept": 4, "draw": 6, "stale": 4, "expire": 3}
_LATE: Final = 0.4  # of the schedules have operations behind the end, and of those operations
_ALLOWED: Final = frozenset(
    {"TransitionRefused", "LockCoverExceeded", "RateLockExpired", "RateLockNotExpired"}
)


@attrs.frozen
class Operation:
    """What one writer does to the lock: euros of a draw, and minutes after the lock was made."""

    kind: str
    euros: int
    minute: int


@attrs.frozen
class Schedule:
    """One lock: how many euros it covers, and what each writer does to it."""

    cover: int
    writers: tuple[tuple[Operation, ...], ...]


@attrs.frozen
class Outcome:
    """What a writer was told: ``done``, or the name of a refusal."""

    schedule: int
    writer: int
    kind: str
    euros: int
    minute: int
    result: str


@attrs.frozen
class Verdict:
    """What was wrong with one lock, by kind: one of `WRONGS`, and in words."""

    kind: str
    told: str


WRONGS: Final = ("double use", "over-draw", "drawn late", "revived", "lost", "unexpected")


def planned(count: int, seed: int) -> list[Schedule]:
    """So many schedules, drawn at random."""
    random = Random(seed)
    return [_schedule(random) for _ in range(count)]


def _schedule(random: Random) -> Schedule:
    cover, is_late = random.randint(1, 6), random.random() < _LATE
    writers = tuple(
        tuple(_operation(random, cover, is_late) for _ in range(random.choice((1, 1, 2))))
        for _ in range(PROCESSES * THREADS)
    )
    return Schedule(cover, writers)


def _operation(random: Random, cover: int, is_late: bool) -> Operation:  # noqa: FBT001 - drawn
    kind = random.choices(list(_KINDS), list(_KINDS.values()))[0]
    minute = random.choice((0, HOURS * 60 - 1, random.randint(0, HOURS * 60 - 1)))
    if is_late and random.random() < _LATE:
        minute = random.choice((HOURS * 60, HOURS * 60 + 30))
    return Operation(kind, random.randint(1, cover), minute)


def made() -> datetime:
    """The instant at which every lock begins."""
    return stories.at(DAY)


def prepared(store: Store, schedules: Sequence[Schedule]) -> None:
    """A quote that was approved, and its lock, for each schedule."""
    stories.opened(store, RATES)
    numbered = list(enumerate(schedules))
    for start in range(0, len(numbered), _AT_ONCE):
        some = numbered[start : start + _AT_ONCE]
        with store.begin(actor="ada", at=made()) as unit:
            rate = spot(
                Desk(unit, RATES, made(), "ada"), Purpose.QUOTE, stories.EUR, stories.USD, DAY
            )
            for number, schedule in some:
                _add(unit, number, schedule.cover, rate)
            unit.commit()


def _add(unit: UnitOfWork, number: int, cover: int, rate: RateDecision) -> None:
    draft = Quote.draft(
        QuoteId(f"Q{number}"),
        number=f"Q-{number}",
        company=stories.HOME,
        customer=CustomerId("C"),
        currency=Currency("USD"),
        priced_in=Currency("EUR"),
        on=DAY,
        valid_until=DAY + timedelta(days=30),
    )
    draft = draft.add("Pumps", quantity=cover, unit_price=EURO)
    ends = made() + timedelta(hours=HOURS)
    quote, lock = draft.lock_rate(rate, id=LockId(f"L{number}"), at=made(), until=ends)
    unit.locks.add(lock)
    unit.quotes.add(quote.approve("ada", DAY))


# ---------------------------------------------------------------- the writers


def carried_out(store: Store, number: int, operation: Operation, key: str) -> str:
    """``done``, or the name of the refusal; again after a conflict or a busy store."""
    for _ in range(_TRIES):
        try:
            _do(store, number, operation, key)
        except (VersionConflict, StoreBusy):
            continue
        except FxcrmError as refusal:
            return type(refusal).__name__
        return "done"
    return "given up"


def _do(store: Store, number: int, operation: Operation, key: str) -> None:
    at = made() + timedelta(minutes=operation.minute)
    lock, amount = LockId(f"L{number}"), EURO * operation.euros
    if operation.kind == "stale":
        _draw_stale(store, lock, amount, at)
        return
    commands: Mapping[str, Any] = {
        "accept": lambda desk: accept_quote(desk, QuoteId(f"Q{number}"), on=at.date()),
        "draw": lambda desk: draw_lock(desk, lock, amount=amount),
        "expire": lambda desk: expire_lock(desk, lock),
    }
    command = commands[operation.kind]
    perform(store, RATES, key=key, content=key, at=at, actor="writer", command=command)


def _draw_stale(store: Store, id: LockId, amount: Money, at: datetime) -> None:
    with store.begin(reading=True) as unit:
        read = unit.locks.get(id)
    time.sleep(0)  # whoever else is at it has its turn
    with store.begin(actor="writer", at=at) as unit:
        unit.locks.save(read.draw(amount, at))
        unit.commit()


def run(where: Place, schedules: Sequence[Schedule]) -> list[Outcome]:
    """Let four writers loose on every lock in turn, and collect what they were told."""
    barrier = get_context("fork").Barrier(PROCESSES * THREADS)
    started = [_forked(where, schedules, process, barrier) for process in range(PROCESSES)]
    told = [line for _, reading in started for line in _lines(reading)]
    ended = [os.waitpid(process, 0)[1] for process, _ in started]
    assert ended == [0] * PROCESSES, "a writer came to an end by itself"
    return [Outcome(*json.loads(line)) for line in told]


def _forked(
    where: Place, schedules: Sequence[Schedule], process: int, barrier: Any
) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    try:
        os.close(reading)
        _work(where, schedules, process, barrier, writing)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _lines(reading: int) -> Iterator[str]:
    with os.fdopen(reading, encoding="utf-8") as told:
        yield from told


def _work(
    where: Place, schedules: Sequence[Schedule], process: int, barrier: Any, writing: int
) -> None:
    """One process, a thread for each writer; it tells at the end, for a full pipe would stop it."""
    told: list[Outcome] = []
    with closing(where.open()) as store:
        writers = [process * THREADS + at for at in range(THREADS)]
        given = (store, schedules, barrier, told)
        threads = [Thread(target=_write, args=(writer, *given)) for writer in writers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not barrier.broken, "a writer did not come to the barrier"
    with os.fdopen(writing, "w", encoding="utf-8") as pipe:
        pipe.writelines(f"{json.dumps(attrs.astuple(one))}\n" for one in told)


def _write(
    writer: int, store: Store, schedules: Sequence[Schedule], barrier: Any, told: list[Outcome]
) -> None:
    for number, schedule in enumerate(schedules):
        barrier.wait(_PATIENCE)
        for turn, one in enumerate(schedule.writers[writer]):
            result = carried_out(store, number, one, f"{number} of {writer}, {turn}")
            told.append(Outcome(number, writer, one.kind, one.euros, one.minute, result))


# ---------------------------------------------------------------- the verdict


def judged(
    store: Store, schedules: Sequence[Schedule], outcomes: Iterable[Outcome]
) -> Iterator[Verdict]:
    """Everything that is not as it must be, lock by lock."""
    by_lock: defaultdict[int, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        by_lock[one.schedule].append(one)
    with store.begin(reading=True) as unit:
        happened = _happened(unit)
        for number, schedule in enumerate(schedules):
            told = by_lock[number]
            lock, quote = (
                unit.locks.get(LockId(f"L{number}")),
                unit.quotes.get(QuoteId(f"Q{number}")),
            )
            stored = (lock.drawn.minor // 100, quote.state == "accepted")
            for verdict in judge(schedule, told, stored, happened[f"L{number}"]):
                yield attrs.evolve(verdict, told=f"lock {number}: {verdict.told}")


def _happened(unit: UnitOfWork) -> defaultdict[str, list[str]]:
    """What was noted of each lock, in the order of the store's own numbers."""
    noted: defaultdict[str, list[str]] = defaultdict(list)
    for record in unit.events.after(0):
        noted[record.event.subject].append(record.event.name)
    return noted


def judge(
    schedule: Schedule, told: Sequence[Outcome], stored: tuple[int, bool], events: Sequence[str]
) -> Iterator[Verdict]:
    """What is wrong with one lock, by what was acknowledged; euros and minutes, no Money."""
    done = [one for one in told if one.result == "done"]
    accepted = [one for one in done if one.kind == "accept"]
    draws = [one for one in done if one.kind in {"draw", "stale"}]
    used = schedule.cover * len(accepted) + sum(one.euros for one in draws)
    if len(accepted) > 1 or (accepted and draws):
        yield Verdict("double use", f"{len(accepted)} accepts and {len(draws)} draws were done")
    if used > schedule.cover:
        yield Verdict("over-draw", f"{used} of {schedule.cover} were acknowledged")
    for one in (*accepted, *draws):
        if one.minute >= HOURS * 60:
            yield Verdict("drawn late", f"{one.kind} at minute {one.minute}")
    if "rate lock expired" in events[:-1]:
        yield Verdict("revived", f"after its end: {', '.join(events)}")
    yield from _revived(told)
    if stored != (used, bool(accepted)):
        yield Verdict("lost", f"{used} acknowledged, stored is {stored}")
    if len(told) != sum(map(len, schedule.writers)):
        yield Verdict("unexpected", "an operation did not come back")
    for one in told:
        if one.result != "done" and one.result not in _ALLOWED:
            yield Verdict("unexpected", f"{one.kind} was refused with {one.result}")


def _revived(told: Sequence[Outcome]) -> Iterator[Verdict]:
    """Who was told that it was too late, in a command of its own, is not served afterwards."""
    late: set[int] = set()
    for one in told:
        if one.writer in late and one.result == "done" and one.kind != "expire":
            yield Verdict("revived", f"writer {one.writer}: {one.kind} after it was too late")
        if one.result == "RateLockExpired" and one.kind != "stale":
            late.add(one.writer)


def report(
    name: str, outcomes: Sequence[Outcome], wrong: Sequence[Verdict], count: int, seconds: float
) -> str:
    """The counts, as lines."""
    counts = Counter((one.kind, one.result) for one in outcomes)
    kinds = Counter(one.kind for one in wrong)
    lines = [
        (
            f"{name}: {count} schedules, {len(outcomes)} operations by {PROCESSES * THREADS} "
            f"writers ({PROCESSES} processes of {THREADS} threads) in {seconds:.1f} s"
        ),
        "  " + ", ".join(f"{kind}: {kinds[kind]}" for kind in WRONGS),
    ]
    lines += [f"  {kind:<8}{result:<22}{n:>7}" for (kind, result), n in sorted(counts.items())]
    return "\n".join([*lines, *(f"  WRONG: {one.kind}, {one.told}" for one in wrong[:20])])


def main(given: Sequence[str] | None = None) -> int:
    """Run the schedules and print what came of them; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=10_000)
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=20260112)
    options = parser.parse_args(given)
    schedules = planned(options.schedules, options.seed)
    with place(options.store) as where:
        with closing(where.open()) as store:
            prepared(store, schedules)
        begun = time.perf_counter()
        outcomes = run(where, schedules)
        seconds = time.perf_counter() - begun
        with closing(where.open()) as store:
            wrong = list(judged(store, schedules, outcomes))
        wrong += [Verdict("unexpected", one) for one in where.damage()]
    print(report(where.name, outcomes, wrong, len(schedules), seconds))  # noqa: T201
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
