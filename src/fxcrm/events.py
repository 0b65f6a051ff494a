"""What an event is: a fact in the past tense that an aggregate hands to whoever saves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from fxcrm.errors import InputRefused
from fxcrm.frozen import field, frozen


class NaiveInstant(InputRefused):
    """An instant without a time zone; two machines would read it differently (F7)."""

    instant: datetime
    template = "{instant} has no time zone; pass a timezone-aware UTC datetime"


def checked_instant(instant: datetime) -> datetime:
    """The instant itself, once it is known to carry a time zone."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise NaiveInstant(instant=instant)
    return instant


@frozen
class Event:
    """A fact: ``name`` in the past tense, the aggregate it happened to, the day, plain details."""

    name: str
    subject: str
    on: date
    details: Mapping[str, str] = field(factory=dict)


@frozen
class RecordedEvent:
    """An event as the store keeps it: its place in the order, the actor, the instant.

    ``at`` is None where the unit of work was begun without an instant.
    """

    sequence: int
    at: datetime | None
    actor: str
    key: str
    event: Event


@frozen
class Message:
    """An event on its way to a consumer.

    ``event.sequence`` is the same at every delivery: the consumer's key against doing it twice.
    ``attempts`` counts failed deliveries. A message that ``waits`` is behind a parked one of its
    subject and is to be parked too, so that the order per aggregate holds.
    """

    event: RecordedEvent
    attempts: int = 0
    waits: bool = False
