"""Writers and servers that are killed at random points, and what is there afterwards (F1).

    python -m tests.faults.kills --times 200 [--store sqlite] [--store postgresql]

A writer commits one unit of work after another and acknowledges each through a pipe. It is killed
after a random time; on PostgreSQL sometimes its backend is instead, or the whole server, which is
started again. Then every unit that is there must be whole, every one that was acknowledged must be
there, and at most the one that was being committed may be there beyond.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from random import Random
from select import select
from typing import Any, Final

import attrs
import psycopg

from fxcrm.errors import EnvironmentFailed
from fxcrm.ids import CustomerId, DealId, EntryId
from fxcrm.money import Money
from fxcrm.ports.storage import Store, UnitOfWork
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import record_all
from fxcrm.testing.contracts.samples import ACME, AT, entry
from tests.faults.places import Place, PostgresDatabase, place
from tests.faults.proofs import sound

LONGEST: Final = 25_000  # microseconds between the first answer of a writer and its death
_EVENTS: Final = 3  # of each unit
_FULL_EVERY: Final = 25
_LONGEST_WAIT: Final = 20  # seconds
_MOMENT: Final = 1  # second in which a writer notices that its server went
Commit = Callable[[Store], None]
_ACKNOWLEDGED, _TYPED, _UNTYPED = b".", b"t", b"u"


def unit_of(unit: UnitOfWork, *, commands: bool = True) -> int:
    """A unit of work in many statements, from which half would be seen; its number."""
    customer, deal = samples.kinds()[1].aggregates[0], samples.kinds()[3].aggregates[0]
    number = unit.numbers.next(ACME, "unit")
    id, event = f"{number:07}", samples.event(f"{number}")
    unit.customers.add(attrs.evolve(customer, id=CustomerId(id), events=(event,)))
    unit.deals.add(attrs.evolve(deal, id=DealId(id), events=(event, event)))
    unit.journal.append(entry(id, Money(number, "EUR"), Money(number, "EUR")))
    if commands:
        unit.commands.record(id, "content", "answer")
    return number


def commit_whole(store: Store) -> None:
    """What a writer does before it acknowledges: one unit of work."""
    with store.begin(actor="writer", at=AT, key="kill") as unit:
        unit_of(unit)
        unit.commit()


def _work(where: Place, commit: Commit, writing: int) -> None:
    with closing(where.open()) as store:
        while True:
            commit(store)
            os.write(writing, _ACKNOWLEDGED)


def _forked(where: Place, commit: Commit) -> tuple[int, int]:
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    try:
        os.close(reading)
        _work(where, commit, writing)
    except EnvironmentFailed:
        os.write(writing, _TYPED)
    except BaseException as failure:
        os.write(writing, _UNTYPED + f"{type(failure).__name__}: {failure}".encode())
    os._exit(1)


@attrs.define
class Count:
    """What was seen: deaths by their kind, units, and what was wrong."""

    deaths: Counter[str] = attrs.Factory(Counter)
    acknowledged: int = 0
    unacknowledged: int = 0
    typed: int = 0
    half_posted: int = 0
    lost: int = 0
    wrong: list[str] = attrs.Factory(list)

    @property
    def is_clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.half_posted or self.lost or self.wrong)


def killed(where: Place, times: int, seed: int, commit: Commit = commit_whole) -> Count:
    """Kill a writer so often, and look after each time."""
    random, count = Random(seed), Count()
    with closing(where.open()) as store, store.begin() as unit:
        record_all(unit)
        unit.commit()
    there = 0
    for turn in range(1, times + 1):
        how = random.choices(*_ways(where))[0]
        answers = _one(where, commit, how, random.randrange(LONGEST))
        count.deaths[how] += 1
        there = _looked(where, count, there, answers, full=turn % _FULL_EVERY == 0 or turn == times)
    return count


def _ways(where: Place) -> tuple[list[str], list[int]]:
    if not isinstance(where, PostgresDatabase):
        return ["writer"], [1]
    if not where.server.can_restart:
        return ["writer", "session"], [8, 2]
    return ["writer", "session", "backend", "server"], [7, 1, 1, 1]


def _one(where: Place, commit: Commit, how: str, after: int) -> bytes:
    """Start a writer, end it, and return what it answered."""
    process, reading = _forked(where, commit)
    # It has begun; a moment later it is over.
    answers = os.read(reading, 1) if select([reading], [], [], _LONGEST_WAIT)[0] else b""
    time.sleep(after * 1e-6)
    if how == "writer":
        os.kill(process, signal.SIGKILL)
    elif isinstance(where, PostgresDatabase):
        _ended(where, how)
    answers += _last_words(process, reading)
    os.waitpid(process, 0)
    return answers


def _last_words(process: int, reading: int) -> bytes:
    """What a writer still says. One that connects again and goes on is killed after a moment."""
    said, until = b"", time.monotonic() + _MOMENT
    with os.fdopen(reading, "rb", buffering=0) as told:
        while (left := until - time.monotonic()) > 0 and select([told], [], [], left)[0]:
            some = told.read(65_536)
            if not some:
                return said
            said += some
        os.kill(process, signal.SIGKILL)
        return said + (told.read() or b"")


def _ended(where: PostgresDatabase, how: str) -> None:
    """End the session of the writer, kill -9 its backend, or take the server down at once."""
    if how == "server":
        where.server.crash()
        where.server.start()
        return
    name = psycopg.conninfo.conninfo_to_dict(where.url)["dbname"]
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(where.server.url, autocommit=True) as connection:
        backends = [backend for (backend,) in connection.execute(asked, [name]).fetchall()]
        if how == "session":
            for backend in backends:
                connection.execute("SELECT pg_terminate_backend(%s)", [backend])
        elif backends:
            os.kill(backends[0], signal.SIGKILL)
            _dropped(connection)
    where.server.awaited()


def _dropped(connection: psycopg.Connection[Any]) -> None:
    """Wait until the server noticed the death of a backend, for then it drops all others."""
    until = time.monotonic() + _LONGEST_WAIT
    with suppress(psycopg.OperationalError):
        while time.monotonic() < until:
            connection.execute("SELECT 1")
            time.sleep(0.005)


def _looked(where: Place, count: Count, there: int, answers: bytes, *, full: bool) -> int:
    """Compare what was acknowledged with what is there; how many units there are now."""
    acknowledged = answers.count(_ACKNOWLEDGED) if _UNTYPED not in answers else 0
    count.typed += _TYPED in answers
    if _UNTYPED in answers:
        count.wrong.append(f"no typed error: {answers.lstrip(_ACKNOWLEDGED).decode()}")
        acknowledged = len(answers) - len(answers.lstrip(_ACKNOWLEDGED))
    with closing(where.open()) as store:
        found = _units(store)
        count.acknowledged += acknowledged
        count.lost += max(0, there + acknowledged - found)
        count.unacknowledged += max(0, found - there - acknowledged)
        if found > there + acknowledged + 1:
            count.wrong.append(f"{found - there - acknowledged} units too many")
        count.half_posted += len(list(_halves(store, 1 if full else there + 1, found)))
        if full:
            count.wrong += _whole(store, found)
    count.wrong += where.damage() if full else []
    return found


def _units(store: Store) -> int:
    with store.begin() as unit:
        return unit.numbers.next(ACME, "unit") - 1


def _halves(store: Store, first: int, last: int) -> Iterator[str]:
    """The units, from the first to the last, of which a part is missing."""
    with store.begin() as unit:
        for number in range(first, last + 1):
            id = f"{number:07}"
            posted = unit.journal.find(EntryId(id))
            parts = (
                unit.customers.find(CustomerId(id)),
                unit.deals.find(DealId(id)),
                posted and len(posted.postings) == 2,
                unit.commands.answer(id, "content"),
            )
            if not all(parts):
                yield id


def _whole(store: Any, units: int) -> Iterator[str]:
    """Nothing is there that belongs to no unit, every number is there, and the trail holds."""
    with store.begin() as unit:
        ids = [f"{number:07}" for number in range(1, units + 1)]
        for name, found in (
            ("customers", [one.id for one in unit.customers.all()]),
            ("deals", [one.id for one in unit.deals.all()]),
            ("entries", [one.id for one in unit.journal.entries(ACME)]),
        ):
            if found != ids:
                yield f"{name}: {len(found)}, not {units} in their order"
        if (events := sum(1 for _ in unit.events.after(0))) != _EVENTS * units:
            yield f"{events} events, not {_EVENTS * units}"
    yield from sound(store)


def told(where: Place, count: Count) -> str:
    """The counts in one line, and what was wrong in more."""
    deaths = ", ".join(f"{n} of the {how}" for how, n in sorted(count.deaths.items()))
    line = (
        f"{where.name}: {count.deaths.total()} kills ({deaths}); {count.acknowledged} units "
        f"acknowledged, lost {count.lost}, half-posted {count.half_posted}, committed and killed "
        f"before the answer {count.unacknowledged}, typed errors {count.typed}, "
        f"other faults {len(count.wrong)}"
    )
    return "\n".join([line, *(f"  WRONG: {one}" for one in count.wrong[:20])])


def main(given: Sequence[str] | None = None) -> int:
    """Kill on each store and print the counts; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--store", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--seed", type=int, default=20260302)
    options = parser.parse_args(given)
    failed = False
    for name in options.store or ["sqlite", "postgresql"]:
        with place(name) as where:
            count = killed(where, options.times, options.seed)
            print(told(where, count), flush=True)  # noqa: T201
            failed |= not count.is_clean
    return int(failed)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
