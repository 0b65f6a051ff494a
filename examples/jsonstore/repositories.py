"""Piles of rows, and on them the rate decisions and the aggregates of every kind."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import attrs

from fxcrm.currencies import CurrencyRegistry
from fxcrm.decisions import RateDecision
from fxcrm.encoding import checked_text
from fxcrm.extras import search_text
from fxcrm.ports.storage import AlreadyThere, NotFound, UnitClosed, VersionConflict
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
from fxcrm.records import rates
from fxcrm.records.columns import Reading, Writing, checked_id, checked_row
from fxcrm.records.shapes import COMPANY, LOCK, Shape
from fxcrm.records.trail import Writes

if TYPE_CHECKING:
    from examples.jsonstore.store import Unit

Row = dict[str, Any]
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    HOLDS: operator.contains,
}


class Pile:
    """Rows by kind and id, in the order in which they came; ``under`` is a pile below this one."""

    def __init__(self, under: Pile | None = None) -> None:
        self.kinds: dict[str, dict[str, list[Row]]] = {}
        self._under = under
        self.is_open = True

    def find(self, kind: str, id: str) -> list[Row]:
        """The rows of an id, or none. Raises `NotStorable` for half a character."""
        self.refuse_unless_open()
        checked_text(id)
        here = self.kinds.get(kind, {}).get(id)
        return self._under.find(kind, id) if here is None and self._under else here or []

    def put(self, kind: str, id: str, *rows: Row) -> None:
        """Lay rows over those that are there; none take an id away."""
        self.refuse_unless_open()
        self.kinds.setdefault(kind, {})[id] = list(rows)

    def every(self, kind: str) -> dict[str, list[Row]]:
        """The rows of a kind by id."""
        self.refuse_unless_open()
        below = self._under.every(kind) if self._under else {}
        return {id: rows for id, rows in {**below, **self.kinds.get(kind, {})}.items() if rows}

    def refuse_unless_open(self) -> None:
        """Raises `UnitClosed` before a unit of work and after it."""
        if not self.is_open:
            raise UnitClosed


class Decisions:
    """Rate decisions: added, never changed."""

    def __init__(self, pile: Pile, writes: Writes, registry: CurrencyRegistry) -> None:
        self._pile = pile
        self._writes = writes
        self.to = Writing(registry)
        self.by = Reading(registry, _Known(self))

    def find(self, key: str) -> RateDecision | None:
        rows = self._pile.find("rate decision", key)
        return rates.decision_of(SimpleNamespace(**rows[0]), self.to.registry) if rows else None

    def get(self, key: str) -> RateDecision:
        found: RateDecision = there(self.find(key), "rate decision", key)
        return found

    def record(self, decision: RateDecision) -> RateDecision:
        self.expect([decision.replaces])
        row = checked_row(rates.decision_row(decision, self.to))
        if self.find(decision.id):
            raise AlreadyThere(kind="rate decision", id=decision.id)
        self._pile.put("rate decision", decision.id, row)
        self._writes.note("rate decision", decision.id, 1, row)
        return decision

    def all(self) -> Iterator[RateDecision]:
        return iter([self.get(key) for key in sorted(self._pile.every("rate decision"))])

    def expect(self, named: Iterable[RateDecision | str | None]) -> None:
        """What names or carries a decision comes after it."""
        for one in named:
            if isinstance(one, RateDecision) and self.get(one.id) != one:
                raise AlreadyThere(kind="rate decision", id=one.id)
            if isinstance(one, str):
                self.get(one)


class _Known(dict[Any, RateDecision]):
    """Decisions by key, read when a row names them."""

    def __init__(self, decisions: Decisions) -> None:
        super().__init__()
        self._decisions = decisions

    def __missing__(self, key: str) -> RateDecision:
        return self._decisions.get(key)


def there(found: Any, kind: str, key: str) -> Any:
    """What was found. Raises `NotFound`."""
    if found is None:
        raise NotFound(kind=kind, id=key)
    return found


class Repository:
    """The aggregates of one kind, whatever it is: its shape knows how they become rows."""

    def __init__(self, shape: Shape[Any], unit: Unit) -> None:
        self._shape = shape
        self._unit = unit

    def find(self, key: str) -> Any:
        rows = self._unit.pile.find(self._shape.kind, key)
        return self._made(rows[0]) if rows else None

    def get(self, key: str) -> Any:
        return there(self.find(key), self._shape.kind, key)

    claim = get  # one unit of work is open at a time, so nobody else has it

    def add(self, aggregate: Any) -> Any:
        kept, row, events = self._prepared(aggregate, 1)
        checked_id(self._shape.kind, row["id"])
        if self._unit.pile.find(self._shape.kind, row["id"]):
            raise AlreadyThere(kind=self._shape.kind, id=row["id"])
        return self._keep(kept, row, events)

    def save(self, aggregate: Any) -> Any:
        expected = aggregate.version
        kept, row, events = self._prepared(aggregate, expected + 1)
        before = self._unit.pile.find(self._shape.kind, row["id"])
        if not before or before[0]["version"] != expected:
            raise VersionConflict(kind=self._shape.kind, id=row["id"], expected=expected)
        return self._keep(kept, row, events)

    def all(self) -> Iterator[Any]:
        return iter([self._made(row) for row in self._rows()])

    def of_company(self, company: str) -> Iterator[Any]:
        return iter([one for one in self.all() if self._company(one) == company])

    def unsettled(self, company: str) -> Iterator[Any]:
        """Of open items: those with something open."""
        return iter([one for one in self.of_company(company) if not one.is_settled])

    def prospects(self, company: str) -> Iterator[Any]:
        """Of deals: as a forecast sees them."""
        return self.of_company(company)

    def page(
        self, where: Filter = EVERYTHING, *, after: str | None = None, limit: int = 100
    ) -> Page[Any]:
        most = checked_limit(self._shape.kind, limit)
        found = self._found(where)
        if after is not None:
            begin = checked_text(after)
            found = [row for row in found if row["id"] > begin]
        more = found[most - 1]["id"] if len(found) > most else None
        return Page(tuple(self._made(row) for row in found[:most]), more)

    def count(self, where: Filter = EVERYTHING) -> int:
        return len(self._found(where))

    def _found(self, where: Filter) -> list[Row]:
        asked = conditions(self._shape.kind, self._shape.columns, where)
        wanted = {name: search_text(value) for name, value in where.fields.items()}
        found = [row for row in self._rows() if all(self._meets(one, row) for one in asked)]
        return [row for row in found if wanted.items() <= self._searched(row).items()]

    def _meets(self, condition: Condition, row: Row) -> bool:
        if condition.operator == LABELLED:  # a label of the aggregate, whatever its column holds
            return condition.value in getattr(self._made(row), condition.column)
        held, value = row[condition.column], condition.value
        if held is None:
            held = self._shape.absent.get(condition.column)
        return held is not None and _COMPARED[condition.operator](held, value)

    def _searched(self, row: Row) -> Mapping[Any, str]:
        fields = self._unit.decisions.by.extras(row["extras"]) if "extras" in row else {}
        return {name: search_text(value) for name, value in fields.items()}

    def _rows(self) -> list[Row]:
        every = self._unit.pile.every(self._shape.kind)
        return [every[id][0] for id in sorted(every)]

    def _company(self, one: Any) -> str | None:
        if self._shape is LOCK:  # a lock belongs to the company of the quote that owns it
            owner = self._unit.quotes.find(one.owner)
            return owner.company if owner else None
        return one.id if self._shape is COMPANY else getattr(one, "company", None)

    def _made(self, row: Row) -> Any:
        return self._shape.aggregate(SimpleNamespace(**row), self._unit.decisions.by)

    def _prepared(self, aggregate: Any, version: int) -> tuple[Any, Row, list[Row]]:
        """Whatever can be refused is refused before anything is kept."""
        events = getattr(aggregate, "events", ())
        kept = attrs.evolve(aggregate, version=version, **({"events": ()} if events else {}))
        self._unit.decisions.expect([getattr(kept, name) for name in self._shape.decisions])
        row = {**checked_row(self._shape.row(kept, self._unit.decisions.to)), "version": version}
        return kept, row, [self._unit.writes.origin.event_row(event) for event in events]

    def _keep(self, kept: Any, row: Row, events: list[Row]) -> Any:
        self._unit.pile.put(self._shape.kind, row["id"], row)
        self._unit.writes.note(self._shape.kind, row["id"], row["version"], row)
        self._unit.events.record(events)
        return kept
