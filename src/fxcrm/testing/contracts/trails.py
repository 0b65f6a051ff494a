"""What a store promises about its audit trail, and about units of work that only read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Final

import attrs

from fxcrm.audit import EMPTY, AuditRecord, Head, Write, record_hash
from fxcrm.ids import CompanyId, DealId, EntryId
from fxcrm.money import Money
from fxcrm.ports.storage import ReadingUnit, Store, StoreBusy, UnitOfWork
from fxcrm.records.fixings import SeriesKey, batch_id
from fxcrm.records.trail import number_key
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import AggregateContract, filled, kept, of, record_all
from fxcrm.testing.contracts.consolidations import GROUP, consolidated
from fxcrm.testing.contracts.promises import expect, holds, refused
from fxcrm.testing.contracts.ratelogs import add_published, published
from fxcrm.testing.contracts.samples import ACME, AT, DAY, entry

Step = Callable[[UnitOfWork], object]

_ORIGIN: Final = {"actor": samples.HOSTILE, "at": AT, "key": "k-1"}
_HEAD_START: Final = 1  # second in which the other one could do harm
_LONGEST: Final = 30  # seconds that the kit waits for it
_TRIES: Final = 20


def one_of_everything(unit: UnitOfWork) -> None:
    """One of everything a unit of work can write, and a change of every aggregate."""
    record_all(unit)
    for kind in samples.kinds():
        of(unit, kind).add(kind.aggregates[0])
    for kind in samples.kinds():
        of(unit, kind).save(kept(kind.changed))
    unit.journal.append(entry("1", Money("1085.00", "USD"), Money("1000.00", "EUR")))
    unit.snapshots.record(samples.snapshot(DAY))
    unit.group_snapshots.record(consolidated(DAY))
    unit.numbers.next(ACME, "invoice")
    unit.commands.record("key", "content", "answer")
    add_published(unit)
    unit.events.note(samples.event("a source"))


def _everything_written() -> set[tuple[str, str, int]]:
    """What ``one_of_everything`` writes, events aside, by kind, id and version."""
    kinds = samples.kinds()
    written = {("rate decision", str(one.id), 1) for one in samples.decisions()}
    written |= {(kind.name, kind.changed.id, version) for kind in kinds for version in (1, 2)}
    made = samples.snapshot(DAY)
    day = f"{made.company}/{made.presentation.code}/{made.as_of.isoformat()}"
    written |= {("entry", "1", 1), ("translation snapshot", day, 1)}
    written.add(("group snapshot", f"{GROUP}/{DAY.isoformat()}", 1))
    for one in published():
        codes = one.pair.base.code, one.pair.counter.code
        key = SeriesKey(one.source, *codes, one.side.value, one.unit)
        written.add(("fixings", batch_id(key, 1), 1))
    return written | {("number", number_key(ACME, "invoice"), 1), ("command", "key", 1)}


def _commit(store: Store, step: Step) -> None:
    with store.begin(**_ORIGIN) as unit:  # type: ignore[arg-type]
        step(unit)
        unit.commit()


def _number(unit: UnitOfWork) -> object:
    return unit.numbers.next(ACME, "invoice")


def _trail(store: Store) -> tuple[Head, list[AuditRecord]]:
    with store.begin(reading=True) as unit:
        return unit.audit.head(), list(unit.audit.records())


def _named(writes: Iterable[Write]) -> set[tuple[str, str, int]]:
    return {(one.kind, one.id, one.version) for one in writes if one.kind != "event"}


class TrailContract(AggregateContract):
    """The audit trail, its verification, and units of work that only read."""

    def test_each_unit_that_wrote_has_one_record(self) -> None:
        """One audit record per committed unit that wrote anything, and none for any other."""
        steps: list[tuple[Step, bool, int]] = [
            (one_of_everything, True, 1),
            (lambda unit: unit.companies.find(ACME), True, 1),
            (_number, False, 1),
            (lambda unit: [_number(unit), _number(unit)], True, 2),
            (lambda unit: unit.commands.record("k", "c", "a"), True, 3),
        ]
        with closing(self.open_store()) as store:
            expect("an empty store has an empty trail", _trail(store), (EMPTY, []))
            for step, commits, records in steps:
                with store.begin() as unit:
                    step(unit)
                    if commits:
                        unit.commit()
                head, trail = _trail(store)
                expect("one record for each unit that wrote", len(trail), records)
                expect("the head counts the records", head, Head(records, trail[-1].hash))

    def test_the_trail_is_chained(self) -> None:
        """Each hash covers the record and the hash before it, also after a restart (F15)."""
        store = self.open_store()
        for step in (one_of_everything, _number, _number):
            _commit(store, step)
        with closing(self.reopened(store)) as again:
            head, trail = _trail(again)
            before = EMPTY.hash
            for sequence, one in enumerate(trail, 1):
                expect("records are numbered without gaps", one.sequence, sequence)
                expect("each hash covers the one before", one.hash, record_hash(before, one))
                before = one.hash
            expect("the head is the last hash", head, Head(3, before))
            with again.begin(reading=True) as unit:
                expect("records after a number", list(unit.audit.records(1)), trail[1:])
                expect("none after the last", list(unit.audit.records(3)), [])

    def test_a_record_says_who_wrote_what(self) -> None:
        """Actor, instant, key, and every row by kind, id and version; events too."""
        touched = attrs.evolve(samples.kinds()[1].aggregates[1], events=(samples.event("C"),))
        with closing(self.open_store()) as store:
            _commit(store, one_of_everything)
            _commit(store, lambda unit: unit.customers.add(touched))
            first, second = _trail(store)[1]
            origin = (first.actor, first.at, first.key)
            expect("a record names actor, instant and key", origin, tuple(_ORIGIN.values()))
            expect("a record names every row", _named(first.writes), _everything_written())
            expect("and those of its own unit only", len(_named(second.writes)), 1)
            events = [one.id for one in second.writes if one.kind == "event"]
            last = max((int(one.id) for one in first.writes if one.kind == "event"), default=0)
            expect("an event is a row too", events, [str(last + 1)])

    def test_the_head_is_that_of_what_was_committed(self) -> None:
        """Inside a unit the head stands still; it moves when the unit is committed."""
        with closing(self.open_store()) as store:
            _commit(store, _number)
            before = _trail(store)[0]
            with store.begin() as unit:
                one_of_everything(unit)
                expect("the head stands still inside a unit", unit.audit.head(), before)
                unit.commit()
            expect("it moves with the commit", _trail(store)[0].count, before.count + 1)

    def test_a_store_that_was_left_alone_is_sound(self) -> None:
        """``verify`` finds nothing, with every earlier head of the same trail too."""
        heads: list[Head] = [EMPTY]
        store = self.open_store()
        for step in (one_of_everything, _number, _number):
            _commit(store, step)
            heads.append(_trail(store)[0])
        with closing(self.reopened(store)) as again:
            found = again.verify()
            expect("a store left alone is sound", found.findings, ())
            expect("the verification says which head it found", found.head, heads[-1])
            for head in heads:
                expect("an earlier head is no fault", again.verify(head).findings, ())

    def test_another_trail_is_found_through_the_outside_head(self) -> None:
        """A head of another trail, or of a longer one, is told; without it nobody could (F17)."""
        with closing(self.open_store()) as store:
            _commit(store, one_of_everything)
            _commit(store, _number)
            head = _trail(store)[0]
            other = Head(1, "0" * 64)
            longer = Head(head.count + 1, head.hash)
            for outside in (other, longer, Head(head.count, other.hash)):
                found = store.verify(outside)
                holds("the head of another trail is found", not found.is_sound, found)
                told = [(one.kind, one.id) for one in found.findings]
                expect("it names the record", told, [("audit record", str(outside.count))])

    def test_who_reads_can_not_commit(self) -> None:
        """A unit for reading may try things; committing it is refused, and nothing is kept."""
        with closing(filled(self.open_store())) as store:
            before = store.digest()
            with store.begin(reading=True) as unit:
                deal = unit.deals.get(DealId("D-2"))
                saved = unit.deals.save(attrs.evolve(deal, title="tried"))
                expect("what is tried is read", unit.deals.get(DealId("D-2")), saved)
                with refused("who reads can not commit", ReadingUnit):
                    unit.commit()
            expect("nothing of a reading unit is kept", store.digest(), before)

    def test_who_reads_sees_one_moment(self) -> None:
        """Whatever others commit meanwhile: a unit for reading sees the store as it was."""
        other = _Writer()
        with closing(filled(self.open_store())) as store:
            with store.begin(reading=True) as unit:
                before = _seen(unit)
                worker = threading.Thread(target=other.write, args=(store,))
                worker.start()
                worker.join(_HEAD_START)
                expect("who reads sees one moment", _seen(unit), before)
            worker.join(_LONGEST)
            expect("the writer was let in", other.is_through, True)
            with store.begin(reading=True) as unit:
                holds("the next unit sees what was written", _seen(unit) != before)


def _seen(unit: UnitOfWork) -> tuple[object, ...]:
    deals = unit.deals
    lists = (list(deals.all()), list(unit.journal.entries(ACME)), list(unit.events.after(0)))
    return (*lists, deals.get(DealId("D-2")), deals.count(), unit.audit.head())


class _Writer:
    """Somebody who writes in a thread of its own, as soon as the store lets it."""

    def __init__(self) -> None:
        self.is_through = False

    def write(self, store: Store) -> None:
        """Change a deal, post an entry; again where the store is busy."""
        home = Money("1", "EUR")
        pause = threading.Event()
        for _ in range(_TRIES):
            try:
                with store.begin() as unit:
                    deal = unit.deals.get(DealId("D-2"))
                    unit.deals.save(attrs.evolve(deal, title="written meanwhile"))
                    unit.journal.append(entry(EntryId("late"), home, home, company=CompanyId(ACME)))
                    unit.commit()
            except StoreBusy:
                pause.wait(1)
            else:
                self.is_through = True
                return
