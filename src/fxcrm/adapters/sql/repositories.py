"""Aggregates and rate decisions in tables: one repository for all kinds.

A save names the version it read, so that of two writers one wins (F5). Who read a row in the
same unit of work and finds it changed was overtaken, and may simply try again.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Any, Final, Generic, TypeVar

import attrs
from sqlalchemy import (
    BindParameter,
    Select,
    Table,
    bindparam,
    delete,
    false,
    func,
    literal_column,
    select,
    update,
)

from fxcrm.adapters.sql import tables
from fxcrm.adapters.sql.decisions import SqlDecisions, unreadable
from fxcrm.adapters.sql.log import SqlLog
from fxcrm.adapters.sql.statements import Statement, inserted, inserted_new, limited
from fxcrm.adapters.sql.transaction import Transaction
from fxcrm.extras import search_text
from fxcrm.ids import CompanyId, DealId, OpenItemId
from fxcrm.ledger.open_items import OpenItem
from fxcrm.pipeline import Deal
from fxcrm.ports.storage import AlreadyThere, NotFound, Overtaken, VersionConflict
from fxcrm.prospects import Prospect
from fxcrm.queries import (
    EVERYTHING,
    HOLDS,
    LABELLED,
    Condition,
    Filter,
    Page,
    checked_limit,
    conditions,
)
from fxcrm.records.columns import Read, Values, at_version, checked_id, checked_key
from fxcrm.records.pipeline import prospects_of
from fxcrm.records.shapes import COMPANY, DEAL, ITEM, LOCK, Shape
from fxcrm.records.trail import noted

T = TypeVar("T")
K = TypeVar("K", bound=str)

_fields: Final = tables.custom_fields
_FIELDS: Final = inserted(_fields)
_FORGET_FIELDS: Final = Statement(
    delete(_fields).where(_fields.c.kind == bindparam("of"), _fields.c.id == bindparam("key"))
)


@attrs.frozen
class Statements:
    """What is asked of one kind's table."""

    table: Table
    has_fields: bool
    every: Statement
    of_company: Statement
    one: Statement
    claimed: Statement
    insert: Statement
    update: Statement

    @classmethod
    def of(cls, shape: Shape[Any]) -> Statements:
        """The statements of a kind."""
        table = tables.OF[shape.collection]
        every = select(table).order_by(table.c.id)
        one = select(table).where(table.c.id == bindparam("key"))
        versioned = (table.c.id == bindparam("key"), table.c.version == bindparam("expected"))
        changed = tuple(column.name for column in table.columns if column.name != "id")
        return cls(
            table,
            "fields" in shape.columns,
            Statement(every),
            Statement(_of_company(shape, every)),
            Statement(one),
            Statement(one.with_for_update()),
            inserted_new(table),
            Statement(update(table).where(*versioned), changed),
        )


def _of_company(shape: Shape[Any], every: Select[Any]) -> Select[Any]:
    table = tables.OF[shape.collection]
    key: BindParameter[str] = bindparam("key")
    if shape is LOCK:  # a lock belongs to the company of the quote that owns it
        quotes = tables.OF["quotes"]
        return every.join(quotes, quotes.c.id == table.c.owner).where(quotes.c.company == key)
    if "company" not in shape.columns:
        return every.where(false())
    return every.where(table.c[shape.columns["company"]] == key)


_statements: Final = cache(Statements.of)


class _Part(Enum):
    """What is asked of what a filter finds."""

    FIRST = "first page"
    NEXT = "next page"
    COUNT = "count"


@cache
def _some(
    shape: Shape[Any], asked: tuple[tuple[str, str], ...], fields: int, part: _Part
) -> Statement:
    """Pages of a kind, or its count: by columns with operators, and by so many fields."""
    table = tables.OF[shape.collection]
    wanted: list[Any] = [
        _met(shape, column, operator, bindparam(f"value{place}"))
        for place, (column, operator) in enumerate(asked)
    ]
    for place in range(fields):
        named: tuple[Any, ...] = (bindparam(f"field{place}"), bindparam(f"text{place}"))
        held = select(_fields.c.id).where(
            _fields.c.kind == bindparam("of"),
            _fields.c.field == named[0],
            _fields.c.value == named[1],
        )
        wanted.append(table.c.id.in_(held))
    if part is _Part.COUNT:
        return Statement(select(func.count().label("number")).select_from(table).where(*wanted))
    if part is _Part.NEXT:
        wanted.append(table.c.id > bindparam("after"))
    return Statement(limited(select(table).where(*wanted).order_by(table.c.id), "most"))


def _met(shape: Shape[Any], column: str, operator: str, value: BindParameter[str]) -> Any:
    """A condition on a table: of a column, of the list that is in it, or of its labels."""
    table = tables.OF[shape.collection]
    if operator == LABELLED:
        index: Any = literal_column(f"'{_label_kind(shape, column)}'")
        held = select(_fields.c.id).where(_fields.c.kind == index, _fields.c.field == value)
        return table.c.id.in_(held)
    held_in: Any = table.c[column]
    if operator == HOLDS:  # unlike LIKE it tells capitals apart, on every database
        return func.replace(held_in, value, literal_column("''")) != held_in
    if column in shape.absent:
        held_in = func.coalesce(held_in, literal_column(f"'{shape.absent[column]}'"))
    return held_in.op(operator)(value)


def _label_kind(shape: Shape[Any], label: str) -> str:
    """What stands for the kind in the index of labels, beside that of custom fields."""
    return f"{shape.kind} {label}"


class SqlRepository(Generic[T, K]):
    """The aggregates of one kind."""

    def __init__(
        self, shape: Shape[T], transaction: Transaction, decisions: SqlDecisions, log: SqlLog
    ) -> None:
        self.kind = shape.kind
        self._shape = shape
        self._statements = _statements(shape)
        self._transaction = transaction
        self._decisions = decisions
        self._log = log
        self._writing = decisions.writing
        self._read: dict[str, T] = {}
        self._missed: set[str] = set()
        self._indexed = (shape.kind, *(_label_kind(shape, one) for one in shape.labels))

    def find(self, key: K) -> T | None:
        """The aggregate, or None; asked for again, it is the one that was read before."""
        read = self._read.get(key)
        if read is not None:
            self._transaction.refuse_unless_open()
            return read
        if self._shape is COMPANY:
            self._transaction.hold(key, alone=False)
        return self._found(self._statements.one, key)

    def get(self, key: K) -> T:
        """The aggregate. Raises `NotFound`."""
        return self._there(self.find(key), key)

    def claim(self, key: K) -> T:
        """The aggregate, held for this unit of work. Raises `NotFound`."""
        if self._shape is COMPANY:
            self._transaction.hold(key, alone=True)
        return self._there(self._found(self._statements.claimed, key), key)

    def add(self, aggregate: T) -> T:
        """Keep a new aggregate, as version 1. Raises `AlreadyThere`; `NotStorable` for no id."""
        kept, row, write, pending = self._prepared(aggregate, 1)
        checked_id(self._shape.kind, row["id"])
        if not self._transaction.run(self._statements.insert, row):
            # Who looked for it in vain, and finds it now, was overtaken.
            if row["id"] in self._missed:
                raise Overtaken(seconds=0)
            raise AlreadyThere(kind=self._shape.kind, id=row["id"])
        self._note(row, write, _any(kept), pending)
        return kept

    def save(self, aggregate: T) -> T:
        """Keep a changed aggregate, one version on. Raises `VersionConflict`."""
        expected = _any(aggregate).version
        kept, row, write, pending = self._prepared(aggregate, expected + 1)
        key = row["id"]
        values = {**row, "key": key, "expected": expected}
        if self._transaction.run(self._statements.update, values) != 1:
            read = self._read.get(key)
            if read is not None and _any(read).version == expected:
                raise Overtaken(seconds=0)
            raise VersionConflict(kind=self._shape.kind, id=key, expected=expected)
        if self._statements.has_fields:
            for kind in self._indexed:
                self._transaction.run(_FORGET_FIELDS, {"of": kind, "key": key})
        self._note(row, write, _any(kept), pending)
        return kept

    def of_company(self, company: CompanyId) -> Iterator[T]:
        """The aggregates of a company, ordered by id."""
        return iter(self.read(self._statements.of_company, key=company))

    def all(self) -> Iterator[T]:
        """Every aggregate, ordered by id."""
        return iter(self.read(self._statements.every))

    def rows(self) -> list[Any]:
        """Every aggregate as it is kept."""
        return self._transaction.rows(self._statements.every)

    def index_all(self) -> None:
        """Find every aggregate by its custom fields, for a database from before they were."""
        if self._statements.has_fields:
            for one in self.all():
                self._index(_any(one))

    def page(
        self, where: Filter = EVERYTHING, *, after: str | None = None, limit: int = 100
    ) -> Page[T]:
        """Some of the aggregates, ordered by id. Raises `FilterRefused`."""
        most = checked_limit(self._shape.kind, limit)
        statement, values = self._asked(where, _Part.FIRST if after is None else _Part.NEXT)
        if after is not None:
            values["after"] = after
        found = self.read(statement, **values, most=most + 1)
        more = _any(found[limit - 1]).id if len(found) > limit else None
        return Page(tuple(found[:limit]), more)

    def count(self, where: Filter = EVERYTHING) -> int:
        """How many there are. Raises `FilterRefused`."""
        statement, values = self._asked(where, _Part.COUNT)
        number: int = self._transaction.rows(statement, **values)[0].number
        return number

    def _asked(self, where: Filter, part: _Part) -> tuple[Statement, dict[str, str]]:
        asked = conditions(self._shape.kind, self._shape.columns, where)
        values = {f"value{place}": one.value for place, one in enumerate(asked)}
        for place, (name, value) in enumerate(where.fields.items()):
            values |= {f"field{place}": name, f"text{place}": search_text(value)}
            values["of"] = self._shape.kind
        names = tuple(_compared(one) for one in asked)
        return _some(self._shape, names, len(where.fields), part), values

    def read(self, statement: Statement, **values: Any) -> list[T]:
        """The aggregates of a query, with one more query for all the decisions they name."""
        rows = self._transaction.rows(statement, **values)
        if self._shape.decisions and rows:
            named = {getattr(row, name) for row in rows for name in self._shape.decisions}
            self._decisions.load(named)
        return [self._made(row) for row in rows]

    def _found(self, statement: Statement, key: K) -> T | None:
        found = self.read(statement, key=key)
        if not found:
            self._missed.add(key)
            return None
        self._read[key] = found[0]
        return found[0]

    def _there(self, found: T | None, key: K) -> T:
        if found is None:
            raise NotFound(kind=self._shape.kind, id=key)
        return found

    def _made(self, row: Read) -> T:
        try:
            return self._shape.aggregate(row, self._decisions.reading)
        except (LookupError, ValueError, TypeError, RuntimeError) as failure:
            unreadable(self._shape.kind, row.id, failure)

    def _prepared(self, aggregate: T, version: int) -> tuple[T, Values, str, list[Values]]:
        """Everything that can be refused is refused here, before the first statement."""
        events = getattr(aggregate, "events", ())
        kept = at_version(aggregate, version)
        for name in getattr(kept, "extras", ()):
            checked_key(name)
        if self._shape.decisions:
            self._decisions.expect([getattr(kept, name) for name in self._shape.decisions])
        row = self._shape.row(kept, self._writing)
        row["version"] = version
        write = noted(self._shape.kind, row["id"], version, row)
        return kept, row, write, self._log.rows(events)

    def _note(self, row: Values, write: str, kept: Any, pending: list[Values]) -> None:
        self._read[row["id"]] = kept
        self._missed.discard(row["id"])
        if self._statements.has_fields:
            self._index(kept)
        self._log.writes.append(write)
        self._log.record(pending)

    def _index(self, kept: Any) -> None:
        """Custom fields by their values, and labels: found without reading every row."""
        row = {"kind": self._shape.kind, "id": kept.id}
        rows = [
            {**row, "field": name, "value": search_text(value)}
            for name, value in kept.extras.items()
        ]
        for label in self._shape.labels:
            kind = _label_kind(self._shape, label)
            rows += [
                {"kind": kind, "id": kept.id, "field": checked_key(one), "value": ""}
                for one in getattr(kept, label)
            ]
        if rows:
            self._transaction.run_many(_FIELDS, rows)


def _any(aggregate: object) -> Any:
    """An aggregate of whatever kind; all of them have ``id``, ``version`` and mostly events."""
    return aggregate


def _compared(condition: Condition) -> tuple[str, str]:
    return condition.column, condition.operator


_UNSETTLED: Final = Statement(
    select(tables.open_items)
    .where(
        tables.open_items.c.company == bindparam("key"),
        tables.open_items.c.open != literal_column("0"),
    )
    .order_by(tables.open_items.c.id)
)


_DEALS: Final = tables.OF["deals"]
_PROSPECTS: Final = Statement(
    select(
        *(
            _DEALS.c[name]
            for name in (
                *("id", "customer", "pipeline", "stage", "owner", "team", "value"),
                *("value_currency", "opened_on", "expected_on", "closed_on", "closing", "parent"),
            )
        )
    )
    .where(_DEALS.c.company == bindparam("key"))
    .order_by(_DEALS.c.id)
)


class SqlDeals(SqlRepository[Deal, DealId]):
    """Deals."""

    def __init__(self, transaction: Transaction, decisions: SqlDecisions, log: SqlLog) -> None:
        super().__init__(DEAL, transaction, decisions, log)

    def prospects(self, company: CompanyId) -> Iterator[Prospect]:
        """The deals of a company as a forecast sees them, ordered by id."""
        rows = self._transaction.rows(_PROSPECTS, key=company)
        self._decisions.load({row.closing for row in rows})
        return iter(prospects_of(rows, self._decisions.reading))


class SqlItems(SqlRepository[OpenItem, OpenItemId]):
    """Open items, settled ones included."""

    def __init__(self, transaction: Transaction, decisions: SqlDecisions, log: SqlLog) -> None:
        super().__init__(ITEM, transaction, decisions, log)

    def unsettled(self, company: CompanyId) -> Iterator[OpenItem]:
        """The items with something open, ordered by id."""
        return iter(self.read(_UNSETTLED, key=company))
