"""Delivering: every message at least once, in order for each aggregate, under one number (F13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import repeat
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.events import RecordedEvent
from fxcrm.ids import CustomerId
from fxcrm.ports import Store
from fxcrm.ports.storage import StoreBroken
from fxcrm.testing.contracts import samples
from fxcrm.usecases.delivering import Delivered, deliver
from tests.usecases.lossy import Fate, Lossy, fates


class Refusing(Exception):
    """What a consumer says that can not take a message now."""


@attrs.define
class Consumer:
    """Takes messages, refuses some, and remembers everything that it took."""

    refuses: Callable[[RecordedEvent], object] = lambda _: False
    taken: list[RecordedEvent] = attrs.Factory(list)

    def __call__(self, event: RecordedEvent) -> None:
        """Take one, or refuse it."""
        if self.refuses(event):
            raise Refusing(event.event.subject)
        self.taken.append(event)

    @property
    def sequences(self) -> list[int]:
        """The numbers of what was taken."""
        return [one.sequence for one in self.taken]


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without messages."""
    made = MemoryStore() if request.param == "memory" else open_sqlite(tmp_path / "books.sqlite")
    with closing(made) as opened:
        yield opened


def _send(store: Store, subjects: str) -> None:
    """An event for each subject."""
    customer = samples.kinds()[1].aggregates[0]
    with store.begin(actor="kit", at=samples.AT) as unit:
        there = unit.customers.count()
        for number, subject in enumerate(subjects, there):
            id, event = CustomerId(f"{number:05}"), samples.event(subject)
            unit.customers.add(attrs.evolve(customer, id=id, extras={}, events=(event,)))
        unit.commit()


def _is_through(store: Store, consumer: str) -> bool:
    with store.begin(reading=True) as unit:
        return not unit.outbox.pending(consumer) and not unit.outbox.parked(consumer)


def test_messages_go_out_once_where_nothing_fails(store: Store) -> None:
    """All of them, in order, in runs of a limited size, and none of them again."""
    _send(store, "abcab")
    mail = Consumer()
    assert deliver(store, "mail", mail, limit=3) == Delivered(3, 0)
    assert deliver(store, "mail", mail, limit=3) == Delivered(2, 0)
    assert deliver(store, "mail", mail) == Delivered(0, 0)
    assert mail.sequences == [1, 2, 3, 4, 5]
    _send(store, "d")
    assert deliver(store, "mail", mail) == Delivered(1, 0)
    assert mail.sequences == [1, 2, 3, 4, 5, 6]


def test_a_handler_that_fails_for_one_subject_stops_no_other(store: Store) -> None:
    """Others go on; those of the subject wait with reasons; later they follow in order."""
    _send(store, "abacab")
    mail = Consumer(refuses=lambda one: one.event.subject == "a")
    assert deliver(store, "mail", mail) == Delivered(3, 3)
    assert mail.sequences == [2, 4, 6]
    with store.begin(reading=True) as unit:
        reasons = [reason for _, reason in unit.outbox.parked("mail")]
    assert reasons == ["Refusing: a", *["it waits for an earlier one of its subject"] * 2]
    assert deliver(store, "mail", mail) == Delivered(0, 1)
    mail.refuses = lambda _: False
    for _ in range(3):
        assert deliver(store, "mail", mail) == Delivered(1, 0)
    assert mail.sequences == [2, 4, 6, 1, 3, 5]
    assert _is_through(store, "mail")


def test_a_reason_that_can_not_be_kept_is_made_one_that_can(store: Store) -> None:
    """Half a character and a NUL in what a handler raises do not stop the others."""
    _send(store, "ab")

    def refuse(event: RecordedEvent) -> None:
        if event.event.subject == "a":
            raise Refusing("\ud800\0")

    assert deliver(store, "mail", refuse) == Delivered(1, 1)
    with store.begin(reading=True) as unit:
        assert [reason for _, reason in unit.outbox.parked("mail")] == ["Refusing: \\ud800 "]


def test_who_dies_before_the_note_delivers_again(store: Store) -> None:
    """Between handler and acknowledgement: the same messages come again, under the same numbers."""
    _send(store, "ab")
    mail = Consumer()
    with pytest.raises(StoreBroken):
        deliver(Lossy(store, repeat(Fate.LOST)), "mail", mail)  # type: ignore[arg-type]
    deliver(store, "mail", mail)
    assert mail.sequences == [1, 2, 1, 2]
    assert mail.taken[:2] == mail.taken[2:]


def test_who_dies_after_the_note_delivers_nothing_twice(store: Store) -> None:
    """The note was kept though nobody was told: nothing is lost, and nothing comes again."""
    _send(store, "ab")
    mail = Consumer()
    with pytest.raises(StoreBroken):
        deliver(Lossy(store, repeat(Fate.UNSURE)), "mail", mail)  # type: ignore[arg-type]
    deliver(store, "mail", mail)
    assert mail.sequences == [1, 2]


@pytest.mark.parametrize("seed", range(8))
def test_no_message_is_missed_whatever_fails(store: Store, seed: int) -> None:
    """Commits that are lost, handlers that refuse: missing 0, order per subject kept (F13)."""
    random = Random(seed)
    mail = Consumer(refuses=lambda _: random.randrange(4) == 0)
    lossy: Any = Lossy(store, fates(random, lost=30))
    for _ in range(40):
        if random.randrange(2):
            _send(store, "".join(random.choices("abcde", k=random.randrange(4))))
        with suppress(StoreBroken):
            deliver(lossy, "mail", mail, limit=random.randrange(1, 6))
    mail.refuses = lambda _: False
    while not _is_through(store, "mail"):
        deliver(store, "mail", mail)
    with store.begin(reading=True) as unit:
        sent = list(unit.events.after(0))
    assert {one.sequence for one in sent} == set(mail.sequences), "missing"
    by_number = {one.sequence: one for one in sent}
    assert all(one == by_number[one.sequence] for one in mail.taken), "a duplicate is the same"
    first = list(dict.fromkeys(mail.sequences))
    for subject in "abcde":
        mine = [number for number in first if by_number[number].event.subject == subject]
        assert mine == sorted(mine), "in order per subject"
