"""Events as messages: where each consumer is, and what it set aside."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, delete, func, select

from fxcrm.adapters.sql import tables
from fxcrm.adapters.sql.decisions import SqlDecisions
from fxcrm.adapters.sql.log import SqlLog, recorded
from fxcrm.adapters.sql.statements import Statement, insert, limited
from fxcrm.adapters.sql.transaction import Transaction
from fxcrm.encoding import LARGEST_MINOR, checked_text
from fxcrm.events import Message
from fxcrm.ports.trail import OutOfTurn
from fxcrm.queries import checked_limit
from fxcrm.records.columns import checked_key

_log: Final = tables.event_log
_consumers: Final = tables.consumers
_parked: Final = tables.parked

_CONSUMER: Final[BindParameter[str]] = bindparam("consumer")
# Locks the consumer, so that two workers of one consumer do not take the same messages.
_POSITION: Final = Statement(
    select(_consumers.c.position).where(_consumers.c.consumer == _CONSUMER).with_for_update()
)
_MOVE: Final = Statement(
    insert(_consumers).on_conflict_do_update(
        index_elements=[_consumers.c.consumer],
        set_={"position": insert(_consumers).excluded.position},
    ),
    ("consumer", "position"),
)
_NEW: Final = Statement(
    limited(
        select(_log).where(_log.c.sequence > bindparam("after")).order_by(_log.c.sequence), "most"
    )
)
_ONE: Final = Statement(select(_log).where(_log.c.sequence == bindparam("sequence")))
_ASIDE: Final = Statement(
    select(_log, _parked.c.attempts, _parked.c.reason)
    .join(_parked, _parked.c.sequence == _log.c.sequence)
    .where(_parked.c.consumer == _CONSUMER)
    .order_by(_log.c.sequence)
)
_PARK: Final = Statement(
    insert(_parked).on_conflict_do_update(
        index_elements=[_parked.c.consumer, _parked.c.sequence],
        set_={
            "reason": insert(_parked).excluded.reason,
            "attempts": _parked.c.attempts + insert(_parked).excluded.attempts,
        },
    ),
    ("consumer", "sequence", "subject", "reason", "attempts"),
)
_UNPARK: Final = Statement(
    delete(_parked).where(
        _parked.c.consumer == _CONSUMER, _parked.c.sequence == bindparam("sequence")
    )
)
_PARKED: Final = Statement(
    select(func.count().label("number")).where(
        _parked.c.consumer == _CONSUMER, _parked.c.sequence == bindparam("sequence")
    )
)


class SqlOutbox:
    """The messages of each consumer."""

    def __init__(self, transaction: Transaction, _: SqlDecisions, log: SqlLog) -> None:
        self._transaction = transaction
        self._log = log

    def pending(self, consumer: str, limit: int = 100) -> list[Message]:
        """The first parked message of each subject, then those after the position, in order."""
        most = checked_limit("message", limit)
        self._log.flush()
        position = self._position(consumer)
        aside: dict[str, Message] = {}
        for row in self._transaction.rows(_ASIDE, consumer=consumer):
            aside.setdefault(row.subject, Message(recorded(row), row.attempts))
        rows = self._transaction.rows(_NEW, after=position, most=most)
        new = [Message(recorded(row), waits=row.subject in aside) for row in rows]
        return [*list(aside.values())[:most], *new]

    def acknowledge(self, consumer: str, sequence: int) -> None:
        """Note a delivery. Raises `OutOfTurn`."""
        keys = {"consumer": consumer, "sequence": sequence}
        if sequence > LARGEST_MINOR or not self._transaction.run(_UNPARK, keys):
            self._move(consumer, sequence)

    def park(self, consumer: str, sequence: int, reason: str) -> None:
        """Set a message aside. Raises `OutOfTurn`."""
        keys: Any = {"consumer": consumer, "sequence": sequence}
        checked_text(reason)  # before anything is moved
        if sequence > LARGEST_MINOR or not self._transaction.rows(_PARKED, **keys)[0].number:
            self._move(consumer, sequence)
        (row,) = self._transaction.rows(_ONE, sequence=sequence)
        aside = {**keys, "subject": row.subject, "reason": reason, "attempts": 1}
        self._transaction.run(_PARK, aside)

    def parked(self, consumer: str) -> list[tuple[Message, str]]:
        """What was set aside, with the reasons, in order."""
        rows = self._transaction.rows(_ASIDE, consumer=consumer)
        return [(Message(recorded(row), row.attempts), row.reason) for row in rows]

    def _position(self, consumer: str) -> int:
        checked_key(consumer)
        rows = self._transaction.rows(_POSITION, consumer=consumer)
        position: int = rows[0].position if rows else 0
        return position

    def _move(self, consumer: str, sequence: int) -> None:
        self._log.flush()
        expected = self._position(consumer) + 1
        if sequence != expected or not self._transaction.rows(_ONE, sequence=sequence):
            raise OutOfTurn(consumer=consumer, sequence=sequence, expected=expected)
        self._transaction.run(_MOVE, {"consumer": consumer, "position": sequence})
