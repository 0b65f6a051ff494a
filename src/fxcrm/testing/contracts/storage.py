"""The contract of `fxcrm.ports.storage`: subclass `StoreContract` and override ``open_store``."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import Any, NoReturn

import attrs

from fxcrm.encoding import NotStorable
from fxcrm.events import NaiveInstant, RecordedEvent
from fxcrm.ids import CompanyId, EntryId
from fxcrm.money import Money
from fxcrm.ports.storage import (
    AlreadyThere,
    KeyReused,
    StoreBroken,
    UnitClosed,
    UnitOfWork,
)
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import kept, of, record_all
from fxcrm.testing.contracts.claims import ClaimContract
from fxcrm.testing.contracts.consolidations import ConsolidationContract, consolidated
from fxcrm.testing.contracts.finding import FindingContract
from fxcrm.testing.contracts.ledgers import LedgerContract
from fxcrm.testing.contracts.outboxes import OutboxContract
from fxcrm.testing.contracts.promises import expect, refused
from fxcrm.testing.contracts.ratelogs import RateLogContract, add_published, one_rate
from fxcrm.testing.contracts.samples import ACME, AT, DAY, NORDWIND, entry
from fxcrm.testing.contracts.searching import SearchContract
from fxcrm.testing.contracts.trails import TrailContract, one_of_everything


class _Interrupted(Exception):
    """Stands for whatever goes wrong in the middle of a unit of work."""


def _interrupt(unit: UnitOfWork) -> NoReturn:
    one_of_everything(unit)
    raise _Interrupted


class StoreContract(
    LedgerContract,
    ConsolidationContract,
    FindingContract,
    SearchContract,
    ClaimContract,
    TrailContract,
    OutboxContract,
    RateLogContract,
):
    """All promises of a store. Override ``open_store``, and ``reopened`` where it can restart."""

    def test_leaving_without_commit_writes_nothing(self) -> None:
        """A unit of work that ends without a commit leaves the store as it was (F1)."""
        with closing(self.open_store()) as store:
            before = store.digest()
            with store.begin(actor="kit", at=AT) as unit:
                one_of_everything(unit)
            expect("leaving without commit writes nothing", store.digest(), before)

    def test_an_exception_writes_nothing_and_is_not_swallowed(self) -> None:
        """What interrupts a unit of work reaches the caller, and nothing is kept."""
        with closing(self.open_store()) as store:
            before = store.digest()
            try:
                with store.begin(actor="kit", at=AT) as unit:
                    _interrupt(unit)
            except _Interrupted as interruption:
                expect("the exception arrives as it was raised", str(interruption), "")
            expect("an exception writes nothing", store.digest(), before)
            with store.begin() as unit:
                one_of_everything(unit)
                unit.commit()
            expect("the store works on", store.digest() != before, True)

    def test_an_exception_after_commit_takes_nothing_back(self) -> None:
        """What was committed stays, whatever happens afterwards."""
        with closing(self.open_store()) as store:
            before = store.digest()
            try:
                with store.begin() as unit:
                    unit.numbers.next(ACME, "invoice")
                    unit.commit()
                    raise _Interrupted
            except _Interrupted:
                expect("what was committed stays", store.digest() != before, True)

    def test_a_unit_is_used_between_entering_and_leaving(self) -> None:
        """Before, afterwards, after its commit, twice: each is a typed error (and no row)."""
        with closing(self.open_store()) as store:
            unit = store.begin()
            self._expect_closed("before it is entered", unit)
            with unit:
                unit.commit()
                self._expect_closed("after its commit", unit)
            self._expect_closed("after it was left", unit)
            with refused("a unit is entered once", UnitClosed), unit:
                pass
            with store.begin() as left:
                pass
            self._expect_closed("after it was left", left)

    @staticmethod
    def _expect_closed(when: str, unit: UnitOfWork) -> None:
        calls: dict[str, Any] = {
            "commit": unit.commit,
            "read": lambda: unit.companies.find(ACME),
            "list": unit.customers.all,
            "write": lambda: unit.companies.add(samples.kinds()[0].aggregates[0]),
            "journal": lambda: unit.journal.find(EntryId("1")),
            "balances": lambda: unit.journal.balances(ACME, DAY),
            "number": lambda: unit.numbers.next(ACME, "invoice"),
            "events": lambda: unit.events.after(0),
            "answer": lambda: unit.commands.answer("key", "content"),
            "claim": lambda: unit.companies.claim(ACME),
            "page": unit.customers.page,
            "count": unit.invoices.count,
            "rates": lambda: unit.rates.table("kit"),
            "sources": unit.rates.sources,
            "last rates": lambda: unit.rates.last("kit"),
            "add rates": lambda: add_published(unit),
            "claim a source": lambda: unit.rates.claim("kit"),
            "note": lambda: unit.events.note(samples.event("x")),
            "messages": lambda: unit.outbox.pending("kit"),
            "acknowledge": lambda: unit.outbox.acknowledge("kit", 1),
            "head": unit.audit.head,
            "trail": unit.audit.records,
        }
        for name, call in calls.items():
            with refused(f"{name} {when} is refused", UnitClosed):
                call()

    def test_an_instant_needs_a_zone(self) -> None:
        """A naive instant is refused when the unit is begun (F7)."""
        with closing(self.open_store()) as store, refused("no naive instant", NaiveInstant):
            store.begin(at=datetime(2026, 3, 2))  # noqa: DTZ001

    def test_a_closed_store_opens_no_unit(self) -> None:
        """After ``close`` nothing can be begun."""
        store = self.open_store()
        store.close()
        with refused("a closed store is closed", StoreBroken), store.begin():
            pass

    def test_numbers_have_no_gaps(self) -> None:
        """Each series counts from 1; a unit that is not committed gives its numbers back."""
        series = [(ACME, "invoice"), (ACME, "quote"), (NORDWIND, "invoice"), (CompanyId("a/b"), "")]
        with closing(self.open_store()) as store:
            for expected in (1, 3, 5):
                with store.begin() as unit:
                    taken = [unit.numbers.next(*one) for one in series * 2]
                    expect("numbers follow one another", taken, [expected] * 4 + [expected + 1] * 4)
                    unit.commit()
                with store.begin() as unit:
                    given_back = [unit.numbers.next(*one) for one in series]
                    expect("the next one is offered", given_back, [expected + 2] * 4)

    def test_a_key_has_one_answer(self) -> None:
        """The same key and content get the recorded answer; other content is refused (F11)."""
        key, content, answer = samples.HOSTILE, "pay 10 EUR", "{}"
        store = self.open_store()
        with store.begin() as unit:
            expect("a new key has no answer", unit.commands.answer(key, content), None)
            unit.commands.record(key, content, answer)
            expect("the answer is there at once", unit.commands.answer(key, content), answer)
            unit.commit()
        with closing(self.reopened(store)) as again, again.begin() as unit:
            expect("a retry gets the answer", unit.commands.answer(key, content), answer)
            with refused("other content is refused", KeyReused) as refusal:
                unit.commands.answer(key, "pay 11 EUR")
            expect("the refusal names the key", refusal.operands("key"), (key,))
            with refused("an answer is recorded once", KeyReused):
                unit.commands.record(key, content, "another")
            expect("the answer stays", unit.commands.answer(key, content), answer)

    def test_an_uncommitted_command_was_not_carried_out(self) -> None:
        """The answer is kept with the work or not at all."""
        with closing(self.open_store()) as store:
            with store.begin() as unit:
                unit.commands.record("key", "content", "answer")
            with store.begin() as unit:
                answer = unit.commands.answer("key", "content")
                expect("nothing was carried out", answer, None)

    def test_events_are_recorded_once_and_in_order(self) -> None:
        """Events of what was saved are noted with their origin, numbered without gaps."""
        customer = samples.kinds()[1].aggregates[0]
        first, second, third = (samples.event(subject) for subject in "abc")
        store = self.open_store()
        with store.begin(actor="kit", at=AT, key="k") as unit:
            added = unit.customers.add(_with(customer, first, second))
            saved = unit.customers.save(_with(added, third))
            unit.customers.save(saved)  # drained: nothing is recorded twice
            inside = list(unit.events.after(0))
            unit.commit()
        with store.begin(actor="nobody", at=AT) as unit:
            unit.customers.save(_with(unit.customers.get(customer.id), first))
        with closing(self.reopened(store)) as again, again.begin() as unit:
            wanted = [
                RecordedEvent(number, AT, "kit", "k", one)
                for number, one in enumerate((first, second, third), 1)
            ]
            expect("the unit sees its own events", inside, wanted)
            expect("events are recorded in order", list(unit.events.after(0)), wanted)
            expect("those after a number", list(unit.events.after(2)), wanted[2:])
            expect("none after the last", list(unit.events.after(3)), [])

    def test_a_refused_command_records_no_event(self) -> None:
        """An aggregate that was refused leaves no event behind, though the unit goes on."""
        customer = samples.kinds()[1].aggregates[0]
        with closing(self.open_store()) as store, store.begin() as unit:
            unit.customers.add(_with(customer))
            with refused("an id is taken once", AlreadyThere):
                unit.customers.add(_with(customer, samples.event("refused")))
            expect("no event of what was refused", list(unit.events.after(0)), [])

    def test_a_fact_without_aggregate_is_noted(self) -> None:
        """What belongs to no aggregate is an event like all others, in order, or refused."""
        first, second = samples.event("source"), samples.event("another source")
        store = self.open_store()
        with store.begin(actor="kit", at=AT, key="k") as unit:
            unit.events.note(first)
            unit.customers.add(_with(samples.kinds()[1].aggregates[0], second))
            with refused("half a character is no fact", NotStorable):
                unit.events.note(first, samples.event("\ud800"))
            unit.events.note()
            unit.commit()
        with closing(self.reopened(store)) as again, again.begin(reading=True) as unit:
            found = [(one.sequence, one.actor, one.event) for one in unit.events.after(0)]
            expect("facts are noted in order", found, [(1, "kit", first), (2, "kit", second)])
            waiting = [one.event.event for one in unit.outbox.pending("mail")]
            expect("and go to consumers as others do", waiting, [first, second])

    def test_an_event_without_instant_says_so(self) -> None:
        """Where a unit was begun without an instant, none is made up."""
        with closing(self.open_store()) as store, store.begin() as unit:
            unit.customers.add(_with(samples.kinds()[1].aggregates[0], samples.event("x")))
            expect("no instant", [one.at for one in unit.events.after(0)], [None])

    def test_the_digest_tells_content_apart(self) -> None:
        """Equal work gives equal digests; each single write gives another one."""
        digests = []
        with closing(self.open_store()) as store:
            digests.append(store.digest())
            for step in _steps():
                with store.begin(actor="kit", at=AT) as unit:
                    step(unit)
                    unit.commit()
                digests.append(store.digest())
        expect("each write changes the digest", len(set(digests)), len(digests))
        with closing(self.open_store()) as store:
            for step in _steps():
                with store.begin(actor="kit", at=AT) as unit:
                    step(unit)
                    unit.commit()
            with closing(self.reopened(store)) as again:
                expect("equal work, equal digest", again.digest(), digests[-1])

    def test_the_digest_shows_what_is_committed(self) -> None:
        """Inside an open unit the digest is that of the store before it, and does not wait."""
        with closing(self.open_store()) as store:
            before = store.digest()
            with store.begin() as unit:
                one_of_everything(unit)
                expect("not yet committed", store.digest(), before)
                unit.commit()
            expect("committed", store.digest() != before, True)


def _with(aggregate: Any, *events: Any) -> Any:
    """The aggregate with these events pending."""
    return attrs.evolve(aggregate, events=events)


def _steps() -> list[Any]:
    """Single writes, one of each kind."""
    kinds = samples.kinds()
    steps: list[Any] = [record_all]
    steps += [lambda unit, kind=kind: of(unit, kind).add(kind.aggregates[0]) for kind in kinds]
    steps += [lambda unit, kind=kind: of(unit, kind).save(kept(kind.changed)) for kind in kinds]
    home, abroad = Money("1", "EUR"), Money("2", "USD")
    steps += [
        lambda unit: unit.journal.append(entry("1", home, home)),
        lambda unit: unit.journal.append(entry("2", abroad, home)),
        lambda unit: unit.snapshots.record(samples.snapshot(DAY)),
        lambda unit: unit.group_snapshots.record(consolidated(DAY)),
        add_published,
        one_rate,
        lambda unit: unit.events.note(samples.event("x")),
        lambda unit: unit.numbers.next(ACME, "invoice"),
        lambda unit: unit.numbers.next(ACME, "invoice"),
        lambda unit: unit.commands.record("key", "content", "answer"),
    ]
    return steps
