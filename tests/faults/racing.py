"""Eight writers at once, in processes and threads, and what must be true of what they leave.

    python -m tests.faults.racing --operations 10000 [--store sqlite] [--store postgresql]

prints the counts. Writers answer through pipes, one line for each operation that came back.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from threading import Lock, Thread
from typing import Any, Final

import attrs

from fxcrm.ids import DealId, EntryId, QuoteId
from fxcrm.ports.storage import Store, UnitOfWork
from tests.faults.operations import (
    DEALS,
    EURO,
    FOUNDED,
    KEYED,
    LOCK,
    POSTED,
    RACED,
    Operation,
    Outcome,
    Plan,
    carried_out,
    planned,
    prepared,
)
from tests.faults.places import Place, place
from tests.faults.proofs import sound

PROCESSES: Final = 4
THREADS: Final = 2
# What a race may end with, beside `done`, `found` and `too early`.
REFUSALS: Final = {
    "draw": {"LockCoverExceeded", "TransitionRefused"},
    "accept": {"TransitionRefused"},
    "misuse": {"KeyReused", "too early"},
    "close": {"PeriodClosed"},
    "cost": {"PeriodClosed"},
}


@attrs.frozen
class Race:
    """What the writers were told to do, what they say came of it, and how long it took."""

    plan: Plan
    outcomes: tuple[Outcome, ...]
    seconds: float

    def count(self, kind: str, result: str = "done") -> int:
        """How many operations of a kind ended so."""
        return sum(one.kind == kind and one.result == result for one in self.outcomes)

    @property
    def tries(self) -> int:
        """How many attempts were made over again."""
        return sum(one.tries - 1 for one in self.outcomes)


def raced(where: Place, total: int, seed: int) -> Race:
    """Prepare the store, let the writers loose, and collect their answers."""
    plan = planned(total, PROCESSES * THREADS, seed)
    with closing(where.open()) as store:
        prepared(store, plan)
    begun = time.perf_counter()
    started = [
        _forked(where, plan.writers[at * THREADS : (at + 1) * THREADS]) for at in range(PROCESSES)
    ]
    told = [line for _, reading in started for line in _lines(reading)]
    ended = [os.waitpid(process, 0)[1] for process, _ in started]
    assert ended == [0] * PROCESSES, "a writer came to an end by itself"
    outcomes = tuple(Outcome(**json.loads(line)) for line in told)
    return Race(plan, outcomes, time.perf_counter() - begun)


def _forked(where: Place, lists: Sequence[Sequence[Operation]]) -> tuple[int, int]:
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    try:
        os.close(reading)
        _write(where, lists, writing)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _lines(reading: int) -> Iterator[str]:
    with os.fdopen(reading, encoding="utf-8") as told:
        yield from told


def _write(where: Place, lists: Sequence[Sequence[Operation]], writing: int) -> None:
    """One process: a thread for each list, all on one store."""
    answering = Lock()

    def work(store: Store, operations: Sequence[Operation]) -> None:
        for operation in operations:
            line = json.dumps(attrs.asdict(carried_out(store, operation))) + "\n"
            with answering:
                os.write(writing, line.encode())

    with closing(where.open()) as store:
        threads = [Thread(target=work, args=(store, some)) for some in lists]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def violations(store: Store, race: Race) -> Iterator[str]:
    """Everything that is not as it must be, in words."""
    yield from _unanswered(race)
    with store.begin() as unit:
        yield from _numbers(unit, race)
        yield from _updates(unit, race)
        yield from _single_use(unit, race)
        yield from _closed(unit, race)
    yield from sound(store)


def _unanswered(race: Race) -> Iterator[str]:
    if len(race.outcomes) != race.plan.total:
        yield f"{race.plan.total - len(race.outcomes)} operations did not come back"
    for one in race.outcomes:
        allowed = {"done", "found"} | REFUSALS.get(one.kind, set())
        if one.result not in allowed:
            yield f"{one.kind} {one.number}: {one.result} ({one.told})"


def _numbers(unit: UnitOfWork, race: Race) -> Iterator[str]:
    """Numbers without gaps, each with its entry; a key has one effect however many send it."""
    for company, name, expected in (
        (POSTED, "post", race.count("post")),
        (KEYED, "key", race.plan.keys),
    ):
        found = [one.id for one in unit.journal.entries(company)]
        if sorted(found) != sorted(f"{name} {number}" for number in range(1, expected + 1)):
            yield f"{company}: {len(found)} entries where {expected} were acknowledged"
        if (following := unit.numbers.next(company, "entry")) != expected + 1:
            yield f"{company}: the next number is {following}, not {expected + 1}"
    if (effects := race.count("key")) != race.plan.keys:
        yield f"{effects} of the senders of {race.plan.keys} keys were told that they did it"


def _updates(unit: UnitOfWork, race: Race) -> Iterator[str]:
    """Every acknowledged save is in the sum."""
    total = sum(unit.deals.get(DealId(deal)).value.minor // 100 - 1 for deal in DEALS)
    if total != race.count("save"):
        yield f"{race.count('save')} saves were acknowledged, {total} are there"


def _single_use(unit: UnitOfWork, race: Race) -> Iterator[str]:
    """A lock is drawn as often as was acknowledged, not beyond its cover; a quote accepted once."""
    drawn = unit.locks.get(LOCK).drawn
    if drawn != EURO * race.count("draw") or race.count("draw") > race.plan.cover:
        yield f"{drawn} drawn, {race.count('draw')} draws acknowledged, {race.plan.cover} covered"
    for number in range(race.plan.quotes):
        won = [
            one
            for one in race.outcomes
            if (one.kind, one.number, one.result) == ("accept", number, "done")
        ]
        state = unit.quotes.get(QuoteId(f"Q{number}")).state
        if len(won) != 1 or state != "accepted":
            yield f"quote {number} is {state}; {len(won)} accepted it"


def _closed(unit: UnitOfWork, race: Race) -> Iterator[str]:
    """The books were closed as often as acknowledged, and no entry came into a closed day (F6)."""
    company = unit.companies.get(RACED)
    days = (company.closed_through - FOUNDED).days if company.closed_through else 0
    if days != race.count("close"):
        yield f"{race.count('close')} closings acknowledged, {days} days are closed"
    entries = {one.id: one for one in unit.journal.entries(RACED)}
    if len(entries) != race.count("cost"):
        yield f"{race.count('cost')} costs acknowledged, {len(entries)} entries are there"
    if hasattr(unit, "audit"):
        yield from _too_late(unit, {id: (one.on - FOUNDED).days for id, one in entries.items()})


def _too_late(unit: Any, days: dict[EntryId, int]) -> Iterator[str]:
    """By the trail, which has commits in their order: the n-th closing closes the n-th day."""
    closed = 0
    for record in unit.audit.records():
        for write in record.writes:
            if (write.kind, write.id) == ("company", RACED):
                closed = write.version - 1
            elif write.kind == "entry" and days.get(EntryId(write.id), closed + 1) <= closed:
                yield f"{write.id} was posted into day {days[EntryId(write.id)]} of {closed} closed"


def told(where: Place, race: Race, wrong: Sequence[str]) -> str:
    """The counts, as lines."""
    counts = Counter((one.kind, one.result) for one in race.outcomes)
    lines = [
        (
            f"{where.name}: {len(race.outcomes)} operations by {PROCESSES * THREADS} writers "
            f"({PROCESSES} processes of {THREADS} threads) in {race.seconds:.1f} s, "
            f"{race.tries} attempts repeated, violations: {len(wrong)}"
        )
    ]
    lines += [f"  {kind:<8}{result:<22}{n:>7}" for (kind, result), n in sorted(counts.items())]
    return "\n".join([*lines, *(f"  WRONG: {one}" for one in wrong[:20])])


def main(given: Sequence[str] | None = None) -> int:
    """Race on each store and print what came of it; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--store", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--seed", type=int, default=20260112)
    options = parser.parse_args(given)
    failed = False
    for name in options.store or ["sqlite", "postgresql"]:
        with place(name) as where:
            race = raced(where, options.operations, options.seed)
            with closing(where.open()) as store:
                wrong = list(violations(store, race))
            print(told(where, race, wrong), flush=True)  # noqa: T201
            failed |= bool(wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
