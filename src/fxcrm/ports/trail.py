"""What a unit of work leaves behind for others: the audit trail and the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from fxcrm.audit import AuditRecord, Head
from fxcrm.errors import CallError
from fxcrm.events import Message


class OutOfTurn(CallError):
    """A consumer acknowledged or parked a message that was not the next one."""

    consumer: str
    sequence: int
    expected: int
    template = (
        "consumer {consumer} is at message {expected}, not {sequence}; take messages in order, "
        "and park those that can not be delivered"
    )


class AuditLog(Protocol):
    """Which unit of work wrote what, chained; written by the unit when it is committed."""

    def head(self) -> Head:
        """The head of what was committed. Keep a copy outside (F15, F17)."""
        ...

    def records(self, after: int = 0) -> Iterator[AuditRecord]:
        """The records with a higher sequence, in order."""
        ...


class Outbox(Protocol):
    """Events as messages: each consumer gets each at least once, in order per subject (F13).

    A consumer has a position in the log, from the beginning. Every message at or before it is
    acknowledged or parked.
    """

    def pending(self, consumer: str, limit: int = 100) -> list[Message]:
        """The first parked message of each subject, then those after the position, in order.

        Raises `FilterRefused` for a limit outside of 1 to 1,000.
        """
        ...

    def acknowledge(self, consumer: str, sequence: int) -> None:
        """Note a delivery: of a parked message, or of the next one. Raises `OutOfTurn`."""
        ...

    def park(self, consumer: str, sequence: int, reason: str) -> None:
        """Set a message aside that could not be delivered; others go on. Raises `OutOfTurn`."""
        ...

    def parked(self, consumer: str) -> list[tuple[Message, str]]:
        """What was set aside, with the reasons, in order."""
        ...
