"""Drives the model and the stores with the same commands, and compares them after every step.

``python -m tests.ledger.driving --steps 100000 --seed 1`` prints what it does; a difference is
told with the line that replays it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import attrs

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.adapters.sql.postgresql import open_postgresql
from fxcrm.errors import EnvironmentFailed, FxcrmError
from fxcrm.ids import CompanyId, EntryId
from fxcrm.ledger import Entry
from fxcrm.ports import Store, UnitOfWork
from fxcrm.usecases import Desk
from tests.ledger.chance import Chance, Command
from tests.ledger.model import Line
from tests.postgres import Server, server

EPISODE: Final = 150  # steps with one set of stores; then others are opened, with the next seed
FULL: Final = 75  # steps between two full digests

# By which errors the library may say what the model has against a command.
NAMES: Final = {
    "WrongItem": {"NotFound", "CreditOfAnother", "OffsetRefused", "NoBill", "NothingToCollect"},
    "NotFound": {"NotFound"},
    "Unfit": {"SettlementRefused", "OffsetRefused", "OrderRefused"},
    "AlreadyThere": {"AlreadyThere", "TransitionRefused", "UndoRefused"},
    "FactRefused": {"FactRefused", "OrderRefused"},
    "Exceeds": {"CreditExceedsInvoice", "CreditExceedsBill"},
}


class Different(AssertionError):
    """The model and a store, or two stores, do not agree."""


class _Listening:
    """A journal that remembers which entries were appended."""

    def __init__(self, journal: Any) -> None:
        self._journal = journal
        self.appended: list[EntryId] = []

    def append(self, entry: Entry) -> Entry:
        self.appended.append(entry.id)
        kept: Entry = self._journal.append(entry)
        return kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)


@attrs.define
class Kept:
    """A store, and the hash chain over what was booked in it."""

    name: str
    store: Store
    chain: bytes = b""

    def carry_out(
        self, command: Callable[[Desk], object], desk_of: Callable[[UnitOfWork], Desk], at: datetime
    ) -> tuple[FxcrmError | None, list[EntryId]]:
        """Carry it out in a unit of its own; what refused it, and what was appended."""
        with self.store.begin(actor="ada", at=at) as unit:
            unit.journal = journal = _Listening(unit.journal)
            try:
                command(desk_of(unit))
            except EnvironmentFailed:
                raise
            except FxcrmError as refused:
                return refused, []
            unit.commit()
        return None, journal.appended

    def head(self) -> object:
        """What the audit trail ends with: it changes with everything that is committed."""
        with self.store.begin(reading=True) as unit:
            return unit.audit.head()


Sums = dict[tuple[Any, ...], tuple[int, int]]


def _added(rows: Iterator[tuple[tuple[Any, ...], int, int]]) -> Sums:
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for key, amount, value in rows:
        sums[key][0] += amount
        sums[key][1] += value
    return {key: (amount, value) for key, (amount, value) in sums.items() if amount or value}


def _of_model(lines: list[Line]) -> Sums:
    return _added(
        ((one.book, one.on, one.account, one.currency, one.item), one.amount, one.value)
        for one in lines
    )


def _of_entries(entries: list[Entry]) -> Sums:
    return _added(
        (
            (entry.company, entry.on, one.account, one.amount.currency.code, one.item),
            one.amount.minor,
            one.functional.minor,
        )
        for entry in entries
        for one in entry.postings
    )


def _text(entry: Entry) -> str:
    lines = (
        f"{one.account}|{one.amount}|{one.functional}|{one.decision}|{one.item}|{one.text}"
        for one in entry.postings
    )
    about = f"{entry.id}|{entry.company}|{entry.on}|{entry.kind}|{entry.text}|{entry.reverses}"
    return "\n".join((about, *lines))


class Episode:
    """Stores that begin empty, and a model beside them."""

    def __init__(self, seed: int, stores: list[Kept], *, every: int = FULL) -> None:
        self.chance, self.stores, self.every = Chance(seed), stores, every
        self.model, self.rates = self.chance.model, self.chance.prices.table()
        self.balances: dict[str, Sums] = defaultdict(dict)
        self.answers: Counter[str] = Counter()
        self.steps = 0
        for one in stores:
            assert one.carry_out(self.chance.found, self._desk, self._now())[0] is None
        for command in self.chance.begin():
            self.perform(command)

    def _now(self) -> datetime:
        return datetime.combine(self.chance.today, time(17), tzinfo=UTC)

    def _desk(self, unit: UnitOfWork) -> Desk:
        return Desk(unit, self.rates, self._now(), "ada", bookkeeping=self.chance.bookkeeping)

    def step(self) -> Command:
        """The next command, on everything."""
        command = self.chance.next()
        self.perform(command)
        self.steps += 1
        if self.steps % self.every == 0:
            self.compare_all()
        return command

    def perform(self, command: Command) -> None:
        """Carry it out on the model and on the stores. Raises `Different`."""
        begun = len(self.model.lines)
        reasons = self.model.do(command.verb, **command.given)
        self.chance.note(command, reasons)
        self.answers[f"{command.verb} refused" if reasons else command.verb] += 1
        made = self.model.lines[begun:]
        self._note(made)
        for one in self.stores:
            before = one.head() if reasons else None
            refused, appended = one.carry_out(command.run, self._desk, self._now())
            self._compare_answer(one, command, reasons, refused)
            if reasons:
                _alike(one.head(), before, f"{one.name} changed by the refused {command}")
            else:
                self._compare_step(one, command, appended, _of_model(made))
        chains = {one.chain for one in self.stores}
        _alike(len(chains), 1, f"digests of the entries after {command}")

    def _note(self, made: list[Line]) -> None:
        """Add to what the model holds, book by book."""
        for line in made:
            held = self.balances[line.book]
            place = line.account, line.currency
            amount, value = held.get(place, (0, 0))
            held[place] = amount + line.amount, value + line.value
            if not any(held[place]):
                del held[place]

    def _compare_answer(
        self, one: Kept, command: Command, reasons: set[str], refused: FxcrmError | None
    ) -> None:
        kinds = {kind.__name__ for kind in type(refused).__mro__}
        allowed = {name for reason in reasons for name in NAMES.get(reason, {reason})}
        if bool(reasons) is not bool(refused) or (refused and not kinds & allowed):
            told = f"{type(refused).__name__}: {refused}" if refused else "accepted"
            raise Different(f"{one.name}, {command}: {told}; the model: {reasons or 'accepted'}")

    def _compare_step(
        self, one: Kept, command: Command, appended: list[EntryId], made: Sums
    ) -> None:
        with one.store.begin(reading=True) as unit:
            entries = [unit.journal.find(id) for id in appended]
            found = [entry for entry in entries if entry]
            _alike(_of_entries(found), made, f"{one.name}, lines of {command}")
            for entry in found:
                one.chain = sha256(one.chain + _text(entry).encode()).digest()
            for book in sorted({entry.company for entry in found}):
                self._compare_book(unit, book, f"{one.name}, {command}")

    def _compare_book(self, unit: UnitOfWork, book: str, where: str) -> None:
        rows = unit.journal.balances(CompanyId(book), date.max)
        held = _added(
            ((one.account, one.amount.currency.code), one.amount.minor, one.functional.minor)
            for one in rows
        )
        _alike(held, self.balances[book], f"{where}: balances of {book}")
        items = {
            str(one.id): (one.open.minor, one.carrying.minor, one.adjusted.minor)
            for one in unit.items.of_company(CompanyId(book))
        }
        wanted = {
            id: tuple(rest)
            for id, rest in self.model.rest.items()
            if self.model.items[id].book == book
        }
        _alike(items, wanted, f"{where}: items of {book}")

    def compare_all(self) -> None:
        """Everything that is kept, in all stores alike; and the trail of each proves it."""
        _alike(len({one.store.digest() for one in self.stores}), 1, "full digests")
        for one in self.stores:
            _alike(one.store.verify().findings, (), f"{one.name}: findings")
            with one.store.begin(reading=True) as unit:
                for book in self.balances:
                    self._compare_book(unit, book, f"{one.name}, after {self.steps} steps")


def _alike(found: object, expected: object, what: str) -> None:
    if found == expected:
        return
    if isinstance(found, dict) and isinstance(expected, dict):
        both = {*found, *expected}
        found, expected = (
            {key: held.get(key) for key in both if found.get(key) != expected.get(key)}
            for held in (found, expected)
        )
    raise Different(f"{what}: {found}; the model: {expected}")


@contextmanager
def opened(names: list[str], host: Server | None = None) -> Iterator[Callable[[], list[Kept]]]:
    """A maker of empty stores of these kinds; a server is started if none is given."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        if "postgresql" in names and host is None:
            host = stack.enter_context(server())
        held: list[Kept] = []
        count = iter(range(sys.maxsize))

        urls: list[str] = []

        def closed() -> None:
            for one in held:
                one.store.close()
            held.clear()
            while urls and host:
                host.drop(urls.pop())

        def fresh() -> list[Kept]:
            closed()
            for name in names:
                if name == "memory":
                    held.append(Kept(name, MemoryStore()))
                elif name == "sqlite":
                    held.append(Kept(name, open_sqlite(folder / f"{next(count)}.sqlite")))
                elif host:
                    urls.append(host.like("empty", lambda to: open_postgresql(to).close()))
                    held.append(Kept(name, open_postgresql(urls[-1])))
            return held

        stack.callback(closed)
        yield fresh


def drive(
    steps: int,
    seed: int,
    names: list[str],
    *,
    host: Server | None = None,
    tell: Callable[[str], object] | None = None,
) -> Counter[str]:
    """So many steps in episodes of their own seeds. Raises `Different` with the replay line."""
    answers: Counter[str] = Counter()
    with opened(names, host) as fresh:
        done = 0
        while done < steps:
            of, length = seed + done // EPISODE, min(EPISODE, steps - done)
            answers += _episode(of, length, fresh(), names)
            done += length
            if tell:
                tell(f"seed {of}: {done:,} of {steps:,} steps agree on {', '.join(names)}")
    return answers


def _episode(seed: int, length: int, stores: list[Kept], names: list[str]) -> Counter[str]:
    number = 0
    try:
        episode = Episode(seed, stores)
        for number in range(1, length + 1):  # noqa: B007  # the number is told below
            episode.step()
        episode.compare_all()
    except Exception as found:
        replay = f"python -m tests.ledger.driving --seed {seed} --steps {number}"
        raise Different(
            f"step {number}: {found}\nreplay: {replay} --stores {','.join(names)}"
        ) from found
    return episode.answers


def main() -> None:
    """Options from the command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1_500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stores", default="memory,sqlite,postgresql")
    asked = parser.parse_args()
    tell = partial(print, flush=True)
    tell(f"seed {asked.seed}, {asked.steps:,} steps, {asked.stores}")
    answers = drive(asked.steps, asked.seed, asked.stores.split(","), tell=tell)
    for verb, count in sorted(answers.items()):
        tell(f"{count:8,} {verb}")


if __name__ == "__main__":
    main()
