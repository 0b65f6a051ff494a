"""What a store promises about its outbox: every message to every consumer, in order (F13)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import Final

import attrs

from fxcrm.encoding import NotStorable
from fxcrm.events import Message
from fxcrm.ids import CustomerId
from fxcrm.ports.storage import Store, UnitOfWork
from fxcrm.ports.trail import OutOfTurn
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import AggregateContract
from fxcrm.testing.contracts.promises import expect, refused
from fxcrm.testing.contracts.samples import AT

_MAIL: Final = "mail"
_BOOKS: Final = samples.HOSTILE


def _with_events(store: Store, subjects: str) -> Store:
    """The store with an event for each subject, each of a unit of work of its own."""
    customer = samples.kinds()[1].aggregates[0]
    for number, subject in enumerate(subjects):
        with store.begin(actor="kit", at=AT, key=f"k{number}") as unit:
            id, event = CustomerId(f"{number}"), samples.event(subject)
            unit.customers.add(attrs.evolve(customer, id=id, events=(event,)))
            unit.commit()
    return store


def _sequences(messages: Iterable[Message]) -> list[int]:
    return [one.event.sequence for one in messages]


def _pending(store: Store, consumer: str, limit: int = 100) -> list[Message]:
    with store.begin(reading=True) as unit:
        return unit.outbox.pending(consumer, limit)


def _acknowledge(store: Store, consumer: str, *sequences: int) -> None:
    with store.begin() as unit:
        for one in sequences:
            unit.outbox.acknowledge(consumer, one)
        unit.commit()


def _park(store: Store, consumer: str, *sequences: int, reason: str = "no answer") -> None:
    with store.begin() as unit:
        for one in sequences:
            unit.outbox.park(consumer, one, reason)
        unit.commit()


def _told(messages: Iterable[Message]) -> list[tuple[int, int, bool]]:
    return [(one.event.sequence, one.attempts, one.waits) for one in messages]


class OutboxContract(AggregateContract):
    """Messages for consumers: pending, acknowledged, parked."""

    def test_each_consumer_gets_every_message_in_order(self) -> None:
        """From the beginning, as it was recorded, whatever other consumers did."""
        with closing(_with_events(self.open_store(), "abac")) as store:
            with store.begin(reading=True) as unit:
                recorded = list(unit.events.after(0))
            wanted = [Message(one) for one in recorded]
            expect("a new consumer gets everything", _pending(store, _MAIL), wanted)
            _acknowledge(store, _MAIL, 1, 2, 3, 4)
            expect("what was acknowledged is not pending", _pending(store, _MAIL), [])
            expect("each consumer has its own place", _pending(store, _BOOKS), wanted)
            expect("a limit cuts the end", _pending(store, _BOOKS, 3), wanted[:3])

    def test_a_message_is_pending_until_it_is_acknowledged(self) -> None:
        """Looking takes nothing; an acknowledgement outlives a restart; new events follow (F13)."""
        store = _with_events(self.open_store(), "ab")
        expect("looking takes nothing", _sequences(_pending(store, _MAIL)), [1, 2])
        expect("looking again gives the same", _sequences(_pending(store, _MAIL)), [1, 2])
        _acknowledge(store, _MAIL, 1)
        with closing(self.reopened(store)) as again:
            expect("an acknowledgement is kept", _sequences(_pending(again, _MAIL)), [2])
            with again.begin() as unit:
                customer = unit.customers.get(CustomerId("0"))
                unit.customers.save(attrs.evolve(customer, events=(samples.event("d"),)))
                unit.commit()
            expect("new messages follow", _sequences(_pending(again, _MAIL)), [2, 3])

    def test_an_uncommitted_acknowledgement_is_forgotten(self) -> None:
        """Who dies before the commit gets the messages again, under the same numbers (F13)."""
        with closing(_with_events(self.open_store(), "ab")) as store:
            before = _pending(store, _MAIL)
            with store.begin() as unit:
                unit.outbox.acknowledge(_MAIL, 1)
                unit.outbox.park(_MAIL, 2, "no answer")
                inside = _sequences(unit.outbox.pending(_MAIL))
                expect("inside, the unit sees what it noted", inside, [2])
            expect("what was not committed is delivered again", _pending(store, _MAIL), before)
            with store.begin(reading=True) as unit:
                expect("nothing is parked", unit.outbox.parked(_MAIL), [])

    def test_messages_are_taken_in_turn(self) -> None:
        """A message may be neither skipped nor taken twice, nor taken before it is there."""
        with closing(_with_events(self.open_store(), "abc")) as store:
            _acknowledge(store, _MAIL, 1)
            with store.begin() as unit:
                for wrong in (3, 1, 0, -1, 4, 2**70):
                    with refused("a message is not skipped", OutOfTurn) as refusal:
                        unit.outbox.acknowledge(_MAIL, wrong)
                    operands = refusal.operands("consumer", "sequence", "expected")
                    expect("the refusal names the turn", operands, (_MAIL, wrong, 2))
                    with refused("a message is not parked out of turn", OutOfTurn):
                        unit.outbox.park(_MAIL, wrong, "")
                with refused("half a character is no reason", NotStorable):
                    unit.outbox.park(_MAIL, 2, "\ud800")
                expect("a refusal takes nothing", _sequences(unit.outbox.pending(_MAIL)), [2, 3])
                self._expect_no_more(unit)

    @staticmethod
    def _expect_no_more(unit: UnitOfWork) -> None:
        for sequence in (2, 3):
            unit.outbox.acknowledge(_MAIL, sequence)
        with refused("what is not there yet is not acknowledged", OutOfTurn):
            unit.outbox.acknowledge(_MAIL, 4)
        expect("a refusal changes nothing", unit.outbox.pending(_MAIL), [])

    def test_a_parked_message_holds_back_its_subject_alone(self) -> None:
        """Others go on; those of the subject wait; the first of them is tried again (F13)."""
        with closing(_with_events(self.open_store(), "abacab")) as store:
            _park(store, _MAIL, 1)
            told = _told(_pending(store, _MAIL))
            wanted = [(1, 1, False), (2, 0, False), (3, 0, True)]
            wanted += [(4, 0, False), (5, 0, True), (6, 0, False)]
            expect("the parked one comes first, its subject waits", told, wanted)
            _acknowledge(store, _MAIL, 2)
            _park(store, _MAIL, 3, reason="it waits")
            told = _told(_pending(store, _MAIL))
            expect(
                "only the first parked one of a subject is tried", told, [wanted[0], *wanted[3:]]
            )
            self._expect_in_turn(store)

    @staticmethod
    def _expect_in_turn(store: Store) -> None:
        with store.begin() as unit:
            unit.outbox.acknowledge(_MAIL, 1)
            expect("then the next one of it", _sequences(unit.outbox.pending(_MAIL)), [3, 4, 5, 6])
            unit.outbox.acknowledge(_MAIL, 3)
            told = _told(unit.outbox.pending(_MAIL))
            wanted = [(4, 0, False), (5, 0, False), (6, 0, False)]
            expect("then nothing waits any more", told, wanted)
            with refused("a parked message is acknowledged once", OutOfTurn):
                unit.outbox.acknowledge(_MAIL, 1)

    def test_attempts_and_reasons_are_kept(self) -> None:
        """Each parking counts an attempt and keeps the last reason, for one consumer alone."""
        store = _with_events(self.open_store(), "aab")
        _park(store, _MAIL, 1, 2, reason="first")
        for attempt in (2, 3):
            _park(store, _MAIL, 1, reason=f"{samples.HOSTILE} {attempt}")
        with closing(self.reopened(store)) as again, again.begin(reading=True) as unit:
            aside = [(*_told([one])[0], reason) for one, reason in unit.outbox.parked(_MAIL)]
            wanted = [(1, 3, False, f"{samples.HOSTILE} 3"), (2, 1, False, "first")]
            expect("attempts are counted, the last reason is kept", aside, wanted)
            expect("others parked nothing", unit.outbox.parked(_BOOKS), [])
            others = _told(unit.outbox.pending(_BOOKS))
            expect("others are not held back", others, [(n, 0, False) for n in (1, 2, 3)])
