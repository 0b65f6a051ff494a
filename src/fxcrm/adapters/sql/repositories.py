"""Aggregates and rate decisions in tables: one shape per kind, one repository for all.

A save names the version it read, so that of two writers one wins (F5). Statements are built
once, when the module is loaded; building one costs more than running it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final, Generic, NoReturn, TypeVar

import attrs
from sqlalchemy import Insert, Select, Table, Update, bindparam, insert, select, update

from fxcrm.adapters.sql import tables
from fxcrm.adapters.sql.columns import Read, Reading, Values, Writing
from fxcrm.adapters.sql.eventlog import SqlEvents
from fxcrm.adapters.sql.rate_rows import decision_of, decision_row
from fxcrm.adapters.sql.transaction import Transaction
from fxcrm.currencies import CurrencyRegistry
from fxcrm.decisions import RateDecision
from fxcrm.encoding import checked_text
from fxcrm.ids import CompanyId, DecisionId, OpenItemId
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ports.storage import AlreadyThere, NotFound, StoreBroken, VersionConflict

T = TypeVar("T")
K = TypeVar("K", bound=str)

_MOST_AT_ONCE: Final = 500  # parameters of one IN; SQLite allows 32,766 in all
_DECISIONS: Final = select(tables.decisions)
_ALL_DECISIONS: Final = _DECISIONS.order_by(tables.decisions.c.id)
_NAMED_DECISIONS: Final = _DECISIONS.where(
    tables.decisions.c.id.in_(bindparam("keys", expanding=True))
)
_RECORD: Final = insert(tables.decisions)


def checked_row(row: Values) -> Values:
    """The row, once its texts are known to be ones that a file can hold."""
    for value in row.values():
        if isinstance(value, str):
            checked_text(value)
    return row


def unreadable(kind: str, key: str, failure: Exception) -> NoReturn:
    """Raises `StoreBroken` for a row that does not make a value any more."""
    reason = f"{kind} {key} can not be read: {failure}"
    raise StoreBroken(reason=reason) from failure


class SqlDecisions:
    """Rate decisions: added, never changed, and read once per unit of work."""

    def __init__(self, transaction: Transaction, registry: CurrencyRegistry) -> None:
        self._transaction = transaction
        self._writing = Writing(registry)
        self._known: dict[DecisionId, RateDecision] = {}
        self.reading = Reading(registry, self._known)

    def find(self, key: DecisionId) -> RateDecision | None:
        """The decision, or None."""
        self.load([key])
        return self._known.get(key)

    def get(self, key: DecisionId) -> RateDecision:
        """The decision. Raises `NotFound`."""
        found = self.find(key)
        if found is None:
            raise NotFound(kind="rate decision", id=key)
        return found

    def record(self, decision: RateDecision) -> RateDecision:
        """Keep a decision. Raises `AlreadyThere`; `NotFound` for what it replaces."""
        self.expect([decision.replaces])
        row = checked_row(decision_row(decision, self._writing))
        taken = AlreadyThere(kind="rate decision", id=decision.id)
        self._transaction.insert(_RECORD, row, taken)
        self._known[decision.id] = decision
        return decision

    def all(self) -> Iterator[RateDecision]:
        """Every decision, ordered by id."""
        return iter([self._keep(row) for row in self._transaction.rows(_ALL_DECISIONS)])

    def load(self, keys: Collection[str | None]) -> None:
        """Read the decisions that are not known yet, many at once."""
        wanted = sorted({key for key in keys if key is not None and key not in self._known})
        for start in range(0, len(wanted), _MOST_AT_ONCE):
            some = wanted[start : start + _MOST_AT_ONCE]
            for row in self._transaction.rows(_NAMED_DECISIONS, keys=some):
                self._keep(row)

    def expect(self, named: Sequence[RateDecision | DecisionId | None]) -> None:
        """Raises `NotFound` for a decision that was not recorded, `AlreadyThere` for another."""
        ids = [one.id if isinstance(one, RateDecision) else one for one in named]
        self.load(ids)
        for key, one in zip(ids, named, strict=True):
            if key is not None and key not in self._known:
                raise NotFound(kind="rate decision", id=key)
            if isinstance(one, RateDecision) and self._known[one.id] != one:
                raise AlreadyThere(kind="rate decision", id=one.id)

    def _keep(self, row: Read) -> RateDecision:
        try:
            return self._known.setdefault(row.id, decision_of(row, self.reading.registry))
        except (LookupError, ValueError, TypeError) as failure:
            unreadable("rate decision", row.id, failure)


@attrs.frozen
class Shape(Generic[T]):
    """How one kind of aggregate is kept.

    ``decisions`` names the columns that link to a rate decision; the attribute of the same
    name holds the decision or its id.
    """

    kind: str
    table: Table
    row: Callable[[T, Writing], Values]
    aggregate: Callable[[Read, Reading], T]
    decisions: tuple[str, ...] = ()
    every: Select[Any] = attrs.field()
    of_company: Select[Any] = attrs.field()
    one: Select[Any] = attrs.field(init=False)
    insert: Insert = attrs.field(init=False)
    update: Update = attrs.field(init=False)

    @every.default
    def _every(self) -> Select[Any]:
        return select(self.table).order_by(self.table.c.id)

    @of_company.default
    def _of_company(self) -> Select[Any]:
        return self.every.where(self.table.c.company == bindparam("key"))

    @one.default
    def _one(self) -> Select[Any]:
        return select(self.table).where(self.table.c.id == bindparam("key"))

    @insert.default
    def _insert(self) -> Insert:
        return insert(self.table)

    @update.default
    def _update(self) -> Update:
        columns = self.table.c
        return update(self.table).where(
            columns.id == bindparam("key"), columns.version == bindparam("expected")
        )


class SqlRepository(Generic[T, K]):
    """The aggregates of one kind."""

    def __init__(
        self,
        shape: Shape[T],
        transaction: Transaction,
        decisions: SqlDecisions,
        events: SqlEvents,
    ) -> None:
        self._shape = shape
        self._transaction = transaction
        self._decisions = decisions
        self._events = events
        self._writing = Writing(decisions.reading.registry)

    def find(self, key: K) -> T | None:
        """The aggregate, or None."""
        found = self.read(self._shape.one, key=key)
        return found[0] if found else None

    def get(self, key: K) -> T:
        """The aggregate. Raises `NotFound`."""
        found = self.find(key)
        if found is None:
            raise NotFound(kind=self._shape.kind, id=key)
        return found

    def add(self, aggregate: T) -> T:
        """Keep a new aggregate, as version 1. Raises `AlreadyThere`."""
        kept, row, pending = self._prepared(aggregate, 1)
        taken = AlreadyThere(kind=self._shape.kind, id=row["id"])
        self._transaction.insert(self._shape.insert, row, taken)
        self._events.record(pending)
        return kept

    def save(self, aggregate: T) -> T:
        """Keep a changed aggregate, one version on. Raises `VersionConflict`."""
        expected = _any(aggregate).version
        kept, row, pending = self._prepared(aggregate, expected + 1)
        key = row.pop("id")
        changed = self._transaction.run(
            self._shape.update, {**row, "key": key, "expected": expected}
        )
        if changed.rowcount != 1:
            raise VersionConflict(kind=self._shape.kind, id=key, expected=expected)
        self._events.record(pending)
        return kept

    def of_company(self, company: CompanyId) -> Iterator[T]:
        """The aggregates of a company, ordered by id."""
        return iter(self.read(self._shape.of_company, key=company))

    def all(self) -> Iterator[T]:
        """Every aggregate, ordered by id."""
        return iter(self.read(self._shape.every))

    def read(self, statement: Select[Any], **values: Any) -> list[T]:
        """The aggregates of a query, with one more query for all the decisions they name."""
        rows = self._transaction.rows(statement, **values)
        self._decisions.load({getattr(row, name) for row in rows for name in self._shape.decisions})
        return [self._made(row) for row in rows]

    def _made(self, row: Read) -> T:
        try:
            return self._shape.aggregate(row, self._decisions.reading)
        except (LookupError, ValueError, TypeError, RuntimeError) as failure:
            unreadable(self._shape.kind, row.id, failure)

    def _prepared(self, aggregate: T, version: int) -> tuple[T, Values, list[Values]]:
        """Everything that can be refused is refused here, before the first statement."""
        events = getattr(aggregate, "events", ())
        drained = {"events": ()} if events else {}
        kept = attrs.evolve(_any(aggregate), version=version, **drained)
        self._decisions.expect([getattr(kept, name) for name in self._shape.decisions])
        row = {**checked_row(self._shape.row(kept, self._writing)), "version": version}
        return kept, row, [checked_row(one) for one in self._events.rows(events)]


def _any(aggregate: object) -> Any:
    """An aggregate of whatever kind; all of them have ``id``, ``version`` and mostly events."""
    return aggregate


_UNSETTLED: Final = (
    select(tables.open_items)
    .where(tables.open_items.c.company == bindparam("key"), tables.open_items.c.open != 0)
    .order_by(tables.open_items.c.id)
)


class SqlItems(SqlRepository[OpenItem, OpenItemId]):
    """Open items, settled ones included."""

    def unsettled(self, company: CompanyId) -> Iterator[OpenItem]:
        """The items with something open, ordered by id."""
        return iter(self.read(_UNSETTLED, key=company))
