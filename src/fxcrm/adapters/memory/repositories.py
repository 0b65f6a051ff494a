"""Aggregates, rate decisions and events on the shelves of a unit of work.

Whatever is kept is encoded first and the text thrown away: what a database could not hold
is refused here too, so a test in memory does not promise what a file breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

import attrs

from fxcrm.adapters.memory.shelves import Origin, Shelf
from fxcrm.currencies import CurrencyRegistry
from fxcrm.decisions import RateDecision
from fxcrm.encoding import encode, texts_json
from fxcrm.events import Event, RecordedEvent
from fxcrm.ids import CompanyId, DecisionId, OpenItemId
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ports.storage import AlreadyThere, NotFound, VersionConflict

T = TypeVar("T")
K = TypeVar("K", bound=str)


class MemoryEvents:
    """What happened, in order."""

    def __init__(self, shelf: Shelf[int, RecordedEvent], origin: Origin) -> None:
        self._shelf = shelf
        self._origin = origin

    def after(self, sequence: int) -> Iterator[RecordedEvent]:
        """The events with a higher sequence, in order."""
        return iter([one for one in self._shelf.values() if one.sequence > sequence])

    def record(self, events: Iterable[Event]) -> None:
        """Note what a saved aggregate brought along."""
        for event in events:
            sequence = self._shelf.size() + 1
            self._shelf.put(sequence, self._origin.noted_on(sequence, event))


class MemoryDecisions:
    """Rate decisions: added, never changed."""

    def __init__(self, shelf: Shelf[DecisionId, RateDecision], registry: CurrencyRegistry) -> None:
        self._shelf = shelf
        self.registry = registry

    def find(self, key: DecisionId) -> RateDecision | None:
        """The decision, or None."""
        return self._shelf.find(key)

    def get(self, key: DecisionId) -> RateDecision:
        """The decision. Raises `NotFound`."""
        return there(self.find(key), "rate decision", key)

    def record(self, decision: RateDecision) -> RateDecision:
        """Keep a decision. Raises `AlreadyThere`; `NotFound` for what it replaces."""
        self.expect([decision.replaces])
        encode(decision, self.registry)
        if self.find(decision.id) is not None:
            raise AlreadyThere(kind="rate decision", id=decision.id)
        self._shelf.put(decision.id, decision)
        return decision

    def all(self) -> Iterator[RateDecision]:
        """Every decision, ordered by id."""
        return iter(sorted(self._shelf.values(), key=lambda one: one.id))

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
    company: CompanyId = aggregate.company
    return company


class MemoryRepository(Generic[T, K]):
    """The aggregates of one kind. ``decisions`` names the attributes that hold one, or its id."""

    def __init__(
        self,
        kind: str,
        shelf: Shelf[str, Any],
        known: MemoryDecisions,
        events: MemoryEvents,
        *,
        company_of: Callable[[Any], CompanyId | None] = _own_company,
        decisions: tuple[str, ...] = (),
    ) -> None:
        self._kind = kind
        self._shelf = shelf
        self._known = known
        self._events = events
        self._company_of = company_of
        self._decisions = decisions

    def find(self, key: K) -> T | None:
        """The aggregate, or None."""
        return self._shelf.find(key)

    def get(self, key: K) -> T:
        """The aggregate. Raises `NotFound`."""
        return there(self.find(key), self._kind, key)

    def add(self, aggregate: T) -> T:
        """Keep a new aggregate, as version 1. Raises `AlreadyThere`."""
        kept = self._prepared(aggregate, 1)
        if self.find(kept.id) is not None:
            raise AlreadyThere(kind=self._kind, id=kept.id)
        return self._keep(kept, aggregate)

    def save(self, aggregate: T) -> T:
        """Keep a changed aggregate, one version on. Raises `VersionConflict`."""
        expected = _any(aggregate).version
        kept = self._prepared(aggregate, expected + 1)
        if getattr(self.find(kept.id), "version", None) != expected:
            raise VersionConflict(kind=self._kind, id=kept.id, expected=expected)
        return self._keep(kept, aggregate)

    def of_company(self, company: CompanyId) -> Iterator[T]:
        """The aggregates of a company, ordered by id."""
        return iter([one for one in self.all() if self._company_of(one) == company])

    def all(self) -> Iterator[T]:
        """Every aggregate, ordered by id."""
        return iter(sorted(self._shelf.values(), key=lambda one: str(one.id)))

    def _prepared(self, aggregate: T, version: int) -> Any:
        """Everything that can be refused is refused here, before anything is kept."""
        pending = getattr(aggregate, "events", ())
        drained = {"events": ()} if pending else {}
        kept = attrs.evolve(_any(aggregate), version=version, **drained)
        self._known.expect([getattr(kept, name) for name in self._decisions])
        encode((kept, pending), self._known.registry)
        for event in pending:
            texts_json(event.details)
        return kept

    def _keep(self, kept: Any, aggregate: T) -> T:
        self._shelf.put(kept.id, kept)
        self._events.record(getattr(aggregate, "events", ()))
        same_kind: T = kept
        return same_kind


def _any(aggregate: object) -> Any:
    """An aggregate of whatever kind; all of them have ``id``, ``version`` and mostly events."""
    return aggregate


class MemoryItems(MemoryRepository[OpenItem, OpenItemId]):
    """Open items, settled ones included."""

    def unsettled(self, company: CompanyId) -> Iterator[OpenItem]:
        """The items with something open, ordered by id."""
        return iter([one for one in self.of_company(company) if not one.is_settled])
