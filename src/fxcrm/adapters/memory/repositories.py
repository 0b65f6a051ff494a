"""Aggregates and rate decisions on the shelves of a unit of work.

Whatever is kept is turned into its flat row first, and the row is kept beside it: what a
database could not hold is refused here too, so a test in memory does not promise what a file
breaks, and both seal the same rows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final, Generic, TypeVar

from fxcrm.adapters.memory.shelves import Held, Shelf
from fxcrm.adapters.memory.trail import MemoryLog
from fxcrm.currencies import CurrencyRegistry
from fxcrm.decisions import RateDecision
from fxcrm.encoding import checked_text
from fxcrm.extras import search_text
from fxcrm.ids import CompanyId, DealId, DecisionId, FieldId, OpenItemId
from fxcrm.ledger.open_items import OpenItem
from fxcrm.mappings import FrozenMap
from fxcrm.pipeline import Deal
from fxcrm.ports.storage import AlreadyThere, NotFound, VersionConflict
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
from fxcrm.records.columns import (
    Values,
    Writing,
    at_version,
    checked_id,
    checked_key,
    checked_row,
)
from fxcrm.records.rates import decision_row
from fxcrm.records.shapes import Shape

T = TypeVar("T")
K = TypeVar("K", bound=str)

_COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = FrozenMap(
    {
        "=": operator.eq,
        "<>": operator.ne,
        ">=": operator.ge,
        "<=": operator.le,
        HOLDS: operator.contains,
    }
)


class MemoryDecisions:
    """Rate decisions: added, never changed."""

    def __init__(
        self,
        shelf: Shelf[DecisionId, Held[RateDecision]],
        registry: CurrencyRegistry,
        log: MemoryLog,
    ) -> None:
        self._shelf = shelf
        self._log = log
        self.writing = Writing(registry)

    def find(self, key: DecisionId) -> RateDecision | None:
        """The decision, or None."""
        held = self._shelf.find(key)
        return held.value if held else None

    def get(self, key: DecisionId) -> RateDecision:
        """The decision. Raises `NotFound`."""
        return there(self.find(key), "rate decision", key)

    def among(self, keys: Collection[DecisionId]) -> dict[DecisionId, RateDecision]:
        """Those of the decisions that were recorded."""
        found = ((key, self.find(key)) for key in keys)
        return {key: decision for key, decision in found if decision is not None}

    def record(self, decision: RateDecision) -> RateDecision:
        """Keep a decision. Raises `AlreadyThere`; `NotFound` for what it replaces."""
        self.expect([decision.replaces])
        row = checked_row(decision_row(decision, self.writing))
        if self.find(decision.id) is not None:
            raise AlreadyThere(kind="rate decision", id=decision.id)
        self._shelf.put(decision.id, Held(decision, (row,)))
        self._log.writes.note("rate decision", decision.id, 1, row)
        return decision

    def all(self) -> Iterator[RateDecision]:
        """Every decision, ordered by id."""
        every = (held.value for held in self._shelf.values())
        return iter(sorted(every, key=lambda one: one.id))

    def expect(self, named: Iterable[RateDecision | DecisionId | None]) -> None:
        """Raises `NotFound` for a decision that was not recorded, `AlreadyThere` for another."""
        for one in named:
            if isinstance(one, RateDecision) and self.get(one.id) != one:
                raise AlreadyThere(kind="rate decision", id=one.id)
            if isinstance(one, str):
                self.get(one)


def there(found: T | None, kind: str, key: str) -> T:
    """What was found. Raises `NotFound` for None."""
    if found is None:
        raise NotFound(kind=kind, id=key)
    return found


def _own_company(aggregate: Any) -> CompanyId | None:
    return getattr(aggregate, "company", None)


class MemoryRepository(Generic[T, K]):
    """The aggregates of one kind."""

    def __init__(
        self,
        shape: Shape[T],
        shelf: Shelf[str, Held[Any]],
        known: MemoryDecisions,
        log: MemoryLog,
        company_of: Callable[[Any], CompanyId | None] = _own_company,
    ) -> None:
        self._shape = shape
        self._shelf = shelf
        self._known = known
        self._log = log
        self._company_of = company_of

    def find(self, key: K) -> T | None:
        """The aggregate, or None."""
        held = self._shelf.find(key)
        return held.value if held else None

    def get(self, key: K) -> T:
        """The aggregate. Raises `NotFound`."""
        return there(self.find(key), self._shape.kind, key)

    def claim(self, key: K) -> T:
        """The aggregate; one unit of work is open at a time, so nobody else has it."""
        return self.get(key)

    def add(self, aggregate: T) -> T:
        """Keep a new aggregate, as version 1. Raises `AlreadyThere`; `NotStorable` for no id."""
        kept, row, pending = self._prepared(aggregate, 1)
        checked_id(self._shape.kind, row["id"])
        if self.find(row["id"]) is not None:
            raise AlreadyThere(kind=self._shape.kind, id=row["id"])
        return self._keep(kept, row, pending)

    def save(self, aggregate: T) -> T:
        """Keep a changed aggregate, one version on. Raises `VersionConflict`."""
        expected = _any(aggregate).version
        kept, row, pending = self._prepared(aggregate, expected + 1)
        if getattr(self.find(row["id"]), "version", None) != expected:
            raise VersionConflict(kind=self._shape.kind, id=row["id"], expected=expected)
        return self._keep(kept, row, pending)

    def of_company(self, company: CompanyId) -> Iterator[T]:
        """The aggregates of a company, ordered by id."""
        return iter([one for one in self.all() if self._company_of(one) == company])

    def all(self) -> Iterator[T]:
        """Every aggregate, ordered by id."""
        return iter([held.value for held in self._sorted()])

    def page(
        self, where: Filter = EVERYTHING, *, after: str | None = None, limit: int = 100
    ) -> Page[T]:
        """Some of the aggregates, ordered by id. Raises `FilterRefused`."""
        most = checked_limit(self._shape.kind, limit)
        found = self._found(where)
        if after is not None:
            begin = checked_text(after)
            found = [held for held in found if held.row["id"] > begin]
        more = found[most - 1].row["id"] if len(found) > most else None
        return Page(tuple(held.value for held in found[:most]), more)

    def count(self, where: Filter = EVERYTHING) -> int:
        """How many there are. Raises `FilterRefused`."""
        return len(self._found(where))

    def _sorted(self) -> list[Held[Any]]:
        return sorted(self._shelf.values(), key=lambda held: str(held.row["id"]))

    def _found(self, where: Filter) -> list[Held[Any]]:
        asked = conditions(self._shape.kind, self._shape.columns, where)
        wanted = {
            FieldId(checked_text(name)): checked_text(search_text(value))
            for name, value in where.fields.items()
        }
        return [
            held
            for held in self._sorted()
            if all(self._meets(one, held) for one in asked)
            and all(_has(held.value, name, text) for name, text in wanted.items())
        ]

    def _meets(self, condition: Condition, held: Held[Any]) -> bool:
        if condition.operator == LABELLED:
            return condition.value in getattr(held.value, condition.column)
        value = held.row[condition.column]
        if value is None:
            value = self._shape.absent.get(condition.column)
        return value is not None and _COMPARED[condition.operator](value, condition.value)

    def _prepared(self, aggregate: T, version: int) -> tuple[T, Values, list[Values]]:
        """Everything that can be refused is refused here, before anything is kept."""
        pending = getattr(aggregate, "events", ())
        kept = at_version(aggregate, version)
        for name in getattr(kept, "extras", ()):
            checked_key(name)
        self._known.expect([getattr(kept, name) for name in self._shape.decisions])
        row = {**checked_row(self._shape.row(kept, self._known.writing)), "version": version}
        return kept, row, self._log.rows(pending)

    def _keep(self, kept: T, row: Values, pending: list[Values]) -> T:
        self._shelf.put(row["id"], Held(kept, (row,)))
        self._log.writes.note(self._shape.kind, row["id"], row["version"], row)
        self._log.record(pending)
        return kept


def _any(aggregate: object) -> Any:
    """An aggregate of whatever kind; all of them have ``id``, ``version`` and mostly events."""
    return aggregate


def _has(aggregate: Any, name: FieldId, text: str) -> bool:
    return name in aggregate.extras and search_text(aggregate.extras[name]) == text


class MemoryDeals(MemoryRepository[Deal, DealId]):
    """Deals."""

    def prospects(self, company: CompanyId) -> Iterator[Prospect]:
        """The deals of a company as a forecast sees them, ordered by id."""
        return self.of_company(company)


class MemoryItems(MemoryRepository[OpenItem, OpenItemId]):
    """Open items, settled ones included."""

    def unsettled(self, company: CompanyId) -> Iterator[OpenItem]:
        """The items with something open, ordered by id."""
        return iter([one for one in self.of_company(company) if not one.is_settled])
