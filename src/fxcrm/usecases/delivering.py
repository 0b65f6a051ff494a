"""Delivering: events to a consumer, at least once, in order for each aggregate (F13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from fxcrm.events import Message, RecordedEvent
from fxcrm.ports import Store

_WAITS: Final = "it waits for an earlier one of its subject"


@attrs.frozen
class Delivered:
    """How many messages went out, and how many of a run were set aside."""

    count: int
    parked: int


def deliver(
    store: Store,
    consumer: str,
    handler: Callable[[RecordedEvent], object],
    *,
    limit: int = 100,
) -> Delivered:
    """Hand the next messages to ``handler``, outside any transaction, and note how it went.

    A message that the handler refuses with an exception is set aside with the reason, and those
    of the same subject behind it; all others go on. The next run tries it first. A process that
    dies in between delivers again: ``RecordedEvent.sequence`` tells a message apart.
    """
    with store.begin(reading=True) as unit:
        messages = unit.outbox.pending(consumer, limit)
    failed: dict[str, str] = {}
    aside: dict[int, str] = {}
    for message in messages:
        subject = message.event.event.subject
        if message.waits or subject in failed:
            aside[message.event.sequence] = _WAITS
        elif reason := _refused(handler, message):
            aside[message.event.sequence] = failed[subject] = reason
    _note(store, consumer, messages, aside)
    return Delivered(len(messages) - len(aside), len(aside))


def _refused(handler: Callable[[RecordedEvent], object], message: Message) -> str:
    try:
        handler(message.event)
    except Exception as failure:
        told = f"{type(failure).__name__}: {failure}".replace("\0", " ")
        return told.encode(errors="backslashreplace").decode()  # a reason must not be refused
    return ""


def _note(store: Store, consumer: str, messages: list[Message], aside: dict[int, str]) -> None:
    with store.begin(actor=consumer) as unit:
        for message in messages:
            sequence = message.event.sequence
            if sequence in aside:
                unit.outbox.park(consumer, sequence, aside[sequence])
            else:
                unit.outbox.acknowledge(consumer, sequence)
        unit.commit()
