"""A store in memory: for tests, trials and short-lived work. Nothing outlives the process.

A unit of work writes into an overlay that ``commit`` lays over what is kept, so leaving it
costs nothing and reading sees its own writes. One unit is open at a time; a second one waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256
from threading import Lock
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import attrs

from fxcrm.billing import Invoice, Order, Payment, ServiceCase
from fxcrm.currencies import ISO, Currency, CurrencyRegistry
from fxcrm.customers import Customer
from fxcrm.decisions import RateDecision
from fxcrm.encoding import checked_text, encode, fingerprint, texts_json
from fxcrm.events import Event, checked_instant
from fxcrm.ids import (
    CaseId,
    CompanyId,
    CustomerId,
    DealId,
    DecisionId,
    EnquiryId,
    EntryId,
    InvoiceId,
    LockId,
    OrderId,
    PaymentId,
    QuoteId,
)
from fxcrm.ledger.companies import Company
from fxcrm.ledger.journal import Entry
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.snapshots import TranslationSnapshot
from fxcrm.ledger.trial_balance import Balance, JournalLine
from fxcrm.pipeline import Deal, Enquiry
from fxcrm.ports.storage import (
    AlreadyThere,
    KeyReused,
    NotFound,
    OpenItems,
    RecordedEvent,
    Repository,
    StoreBroken,
    StoreBusy,
    UnitClosed,
    VersionConflict,
)
from fxcrm.ratelocks import RateLock
from fxcrm.selling import Quote

K = TypeVar("K")
V = TypeVar("V")


@attrs.define
class _Shelf(Generic[K, V]):
    """What is kept of one kind, and what the open unit of work lays over it."""

    kept: dict[K, V]
    new: dict[K, V] = attrs.field(factory=dict)
    is_open: bool = False

    def find(self, key: K) -> V | None:
        """The value of a key, or None."""
        self.refuse_unless_open()
        return self.new[key] if key in self.new else self.kept.get(key)

    def put(self, key: K, value: V) -> None:
        """Lay a value over what is kept."""
        self.refuse_unless_open()
        self.new[key] = value

    def values(self) -> list[V]:
        """Everything, what is kept first."""
        self.refuse_unless_open()
        kept = (value for key, value in self.kept.items() if key not in self.new)
        return [*kept, *self.new.values()]

    def size(self) -> int:
        """How many there are, where nothing is replaced."""
        self.refuse_unless_open()
        return len(self.kept) + len(self.new)

    def refuse_unless_open(self) -> None:
        """Raises `UnitClosed` outside the unit of work."""
        if not self.is_open:
            raise UnitClosed()


_SnapshotKey = tuple[CompanyId, str, date]


@attrs.define
class _Kept:
    """Everything a store holds between units of work."""

    aggregates: dict[str, dict[str, Any]]
    decisions: dict[DecisionId, RateDecision] = attrs.field(factory=dict)
    entries: dict[EntryId, Entry] = attrs.field(factory=dict)
    snapshots: dict[_SnapshotKey, TranslationSnapshot] = attrs.field(factory=dict)
    numbers: dict[tuple[CompanyId, str], int] = attrs.field(factory=dict)
    commands: dict[str, tuple[str, str]] = attrs.field(factory=dict)
    events: dict[int, RecordedEvent] = attrs.field(factory=dict)

    def records(self) -> Iterator[tuple[str, object]]:
        """Everything as pairs of kind and value, for the fingerprint."""
        for kind, table in self.aggregates.items():
            yield from ((kind, one) for one in table.values())
        yield from (("rate decision", one) for one in self.decisions.values())
        yield from (("entry", numbered) for numbered in enumerate(self.entries.values(), 1))
        yield from (("translation snapshot", one) for one in self.snapshots.values())
        yield from (("number", (*key, last)) for key, last in self.numbers.items())
        yield from (("command", (key, *noted)) for key, noted in self.commands.items())
        yield from (("event", one) for one in self.events.values())


_KINDS = (
    "company",
    "customer",
    "enquiry",
    "deal",
    "quote",
    "rate lock",
    "order",
    "invoice",
    "payment",
    "case",
    "open item",
)


class _Events:
    """What happened, in order."""

    def __init__(self, shelf: _Shelf[int, RecordedEvent], origin: _Origin) -> None:
        self._shelf = shelf
        self._origin = origin

    def after(self, sequence: int) -> Iterator[RecordedEvent]:
        return iter([one for one in self._shelf.values() if one.sequence > sequence])

    def refuse_unless_open(self) -> None:
        """Raises `UnitClosed` outside the unit of work."""
        self._shelf.refuse_unless_open()

    def record(self, events: Iterable[Event]) -> None:
        """Note what the saved aggregate brought along."""
        for event in events:
            sequence = self._shelf.size() + 1
            self._shelf.put(sequence, self._origin.of(sequence, event))


@attrs.frozen
class _Origin:
    """Who works, when, under which idempotency key."""

    actor: str
    at: datetime | None
    key: str

    def of(self, sequence: int, event: Event) -> RecordedEvent:
        """An event with its place and origin."""
        return RecordedEvent(sequence, self.at, self.actor, self.key, event)


class _Decisions:
    """Rate decisions: added, never changed."""

    def __init__(self, shelf: _Shelf[DecisionId, RateDecision], registry: CurrencyRegistry) -> None:
        self._shelf = shelf
        self._registry = registry

    def find(self, key: DecisionId) -> RateDecision | None:
        return self._shelf.find(key)

    def get(self, key: DecisionId) -> RateDecision:
        return _there(self.find(key), "rate decision", key)

    def record(self, decision: RateDecision) -> RateDecision:
        if self.find(decision.id) is not None:
            raise AlreadyThere(kind="rate decision", id=decision.id)
        self.expect(decision.replaces)
        encode(decision, self._registry)
        self._shelf.put(decision.id, decision)
        return decision

    def all(self) -> Iterator[RateDecision]:
        return iter(sorted(self._shelf.values(), key=lambda one: one.id))

    def expect(self, *named: RateDecision | DecisionId | None) -> None:
        """Raises `NotFound` for a decision that was not recorded, `AlreadyThere` for another."""
        for one in named:
            if isinstance(one, RateDecision) and self.get(one.id) != one:
                raise AlreadyThere(kind="rate decision", id=one.id)
            if isinstance(one, str):
                self.get(one)


def _there(found: V | None, kind: str, key: str) -> V:
    if found is None:
        raise NotFound(kind=kind, id=key)
    return found


def _own_company(aggregate: Any) -> CompanyId:
    company: CompanyId = aggregate.company
    return company


class _Aggregates(Generic[V]):
    """The aggregates of one kind."""

    def __init__(
        self,
        kind: str,
        unit: MemoryUnit,
        company_of: Callable[[Any], CompanyId | None] = _own_company,
        carried: tuple[str, ...] = (),
    ) -> None:
        self._kind = kind
        self._shelf: _Shelf[str, Any] = unit.aggregates[kind]
        self._events = unit.events
        self._decisions = unit.decisions
        self._registry = unit.registry
        self._company_of = company_of
        self._carried = carried

    def find(self, key: str) -> V | None:
        return self._shelf.find(key)

    def get(self, key: str) -> V:
        return _there(self.find(key), self._kind, key)

    def add(self, aggregate: V) -> V:
        key = _any(aggregate).id
        if self.find(key) is not None:
            raise AlreadyThere(kind=self._kind, id=key)
        return self._keep(aggregate, 1)

    def save(self, aggregate: V) -> V:
        key, version = _any(aggregate).id, _any(aggregate).version
        if getattr(self.find(key), "version", None) != version:
            raise VersionConflict(kind=self._kind, id=key, expected=version)
        return self._keep(aggregate, version + 1)

    def of_company(self, company: CompanyId) -> Iterator[V]:
        return iter([one for one in self.all() if self._company_of(one) == company])

    def all(self) -> Iterator[V]:
        return iter(sorted(self._shelf.values(), key=lambda one: str(one.id)))

    def _keep(self, aggregate: V, version: int) -> V:
        pending = getattr(aggregate, "events", ())
        drained = {"events": ()} if pending else {}
        kept = attrs.evolve(_any(aggregate), version=version, **drained)
        self._decisions.expect(*(getattr(kept, name) for name in self._carried))
        encode((kept, pending), self._registry)
        for event in pending:
            texts_json(event.details)
        self._events.record(pending)
        self._shelf.put(kept.id, kept)
        return kept  # type: ignore[no-any-return]


def _any(aggregate: object) -> Any:
    """An aggregate of whatever kind; all of them have ``id`` and ``version``."""
    return aggregate


class _Items(_Aggregates[OpenItem]):
    """Open items, settled ones included."""

    def unsettled(self, company: CompanyId) -> Iterator[OpenItem]:
        return iter([one for one in self.of_company(company) if not one.is_settled])


class _Journal:
    """The entries: appended, never changed."""

    def __init__(self, shelf: _Shelf[EntryId, Entry], unit: MemoryUnit) -> None:
        self._shelf = shelf
        self._decisions = unit.decisions
        self._registry = unit.registry

    def append(self, entry: Entry) -> Entry:
        if self.find(entry.id) is not None:
            raise AlreadyThere(kind="entry", id=entry.id)
        self._decisions.expect(*(one.decision for one in entry.postings))
        encode(entry, self._registry)
        self._shelf.put(entry.id, entry)
        return entry

    def find(self, key: EntryId) -> Entry | None:
        return self._shelf.find(key)

    def entries(self, company: CompanyId) -> Iterator[Entry]:
        return iter([one for one in self._shelf.values() if one.company == company])

    def balances(self, company: CompanyId, through: date) -> Iterator[Balance]:
        sums: dict[tuple[str, str, str], Balance] = {}
        for line in self.lines(company, None, through):
            one = line.posting
            codes = (one.account, one.amount.currency.code, one.functional.currency.code)
            before = sums.get(codes)
            sums[codes] = Balance(
                one.account,
                one.amount + (before.amount if before else 0),
                one.functional + (before.functional if before else 0),
            )
        return iter([sums[codes] for codes in sorted(sums)])

    def lines(self, company: CompanyId, after: date | None, through: date) -> Iterator[JournalLine]:
        within = [
            entry
            for entry in self.entries(company)
            if entry.on <= through and (after is None or entry.on > after)
        ]
        by_day = sorted(within, key=lambda entry: entry.on)  # stable: the order of appending stays
        return iter([JournalLine(e.id, e.on, e.kind, one) for e in by_day for one in e.postings])


class _Snapshots:
    """Translations as they were made."""

    def __init__(self, shelf: _Shelf[_SnapshotKey, TranslationSnapshot], unit: MemoryUnit) -> None:
        self._shelf = shelf
        self._decisions = unit.decisions
        self._registry = unit.registry

    def latest(
        self, company: CompanyId, presentation: Currency, before: date
    ) -> TranslationSnapshot | None:
        earlier = [
            one
            for one in self._shelf.values()
            if one.company == company and one.presentation is presentation and one.as_of < before
        ]
        return max(earlier, key=lambda one: one.as_of, default=None)

    def find(
        self, company: CompanyId, presentation: Currency, as_of: date
    ) -> TranslationSnapshot | None:
        return self._shelf.find((company, presentation.code, as_of))

    def record(self, snapshot: TranslationSnapshot) -> None:
        key = (snapshot.company, snapshot.presentation.code, snapshot.as_of)
        if self._shelf.find(key) is not None:
            raise AlreadyThere(kind="translation snapshot", id="/".join(map(str, key)))
        self._decisions.expect(snapshot.closing)
        encode(snapshot, self._registry)
        self._shelf.put(key, snapshot)


class _Numbers:
    """Numbers without gaps."""

    def __init__(self, shelf: _Shelf[tuple[CompanyId, str], int]) -> None:
        self._shelf = shelf

    def next(self, company: CompanyId, series: str) -> int:
        key = (CompanyId(checked_text(company)), checked_text(series))
        number = (self._shelf.find(key) or 0) + 1
        self._shelf.put(key, number)
        return number


class _Commands:
    """Which commands were carried out."""

    def __init__(self, shelf: _Shelf[str, tuple[str, str]]) -> None:
        self._shelf = shelf

    def answer(self, key: str, content: str) -> str | None:
        noted = self._shelf.find(key)
        if noted is None:
            return None
        if noted[0] != _hashed(content):
            raise KeyReused(key=key)
        return noted[1]

    def record(self, key: str, content: str, answer: str) -> None:
        if self._shelf.find(key) is not None:
            raise KeyReused(key=key)
        self._shelf.put(checked_text(key), (_hashed(content), checked_text(answer)))


def _hashed(content: str) -> str:
    return sha256(checked_text(content).encode()).hexdigest()


class MemoryUnit:
    """One unit of work on a `MemoryStore`: ``with store.begin() as unit``."""

    def __init__(self, store: MemoryStore, kept: _Kept, origin: _Origin) -> None:
        self._store = store
        self._entered = False
        self.registry = store.registry
        self.aggregates: dict[str, _Shelf[str, Any]] = {
            kind: _Shelf(table) for kind, table in kept.aggregates.items()
        }
        entries, snapshots = _Shelf(kept.entries), _Shelf(kept.snapshots)
        decisions, events = _Shelf(kept.decisions), _Shelf(kept.events)
        numbers, commands = _Shelf(kept.numbers), _Shelf(kept.commands)
        own = (entries, snapshots, decisions, events, numbers, commands)
        self._shelves: tuple[_Shelf[Any, Any], ...] = (*self.aggregates.values(), *own)
        self.events = _Events(events, origin)
        self.decisions = _Decisions(decisions, self.registry)
        self.journal = _Journal(entries, self)
        self.snapshots = _Snapshots(snapshots, self)
        self.numbers = _Numbers(numbers)
        self.commands = _Commands(commands)
        self._bind_trade()

    def _bind_trade(self) -> None:
        self.companies: Repository[Company, CompanyId] = _Aggregates(
            "company", self, lambda company: company.id
        )
        self.customers: Repository[Customer, CustomerId] = _Aggregates("customer", self)
        self.enquiries: Repository[Enquiry, EnquiryId] = _Aggregates("enquiry", self)
        self.deals: Repository[Deal, DealId] = _Aggregates("deal", self)
        self.quotes: Repository[Quote, QuoteId] = _Aggregates("quote", self, carried=("rate",))
        self.locks: Repository[RateLock, LockId] = _Aggregates(
            "rate lock", self, self._company_of_lock, ("locked", "spot")
        )
        self.orders: Repository[Order, OrderId] = _Aggregates("order", self)
        self.invoices: Repository[Invoice, InvoiceId] = _Aggregates("invoice", self)
        self.payments: Repository[Payment, PaymentId] = _Aggregates("payment", self)
        self.cases: Repository[ServiceCase, CaseId] = _Aggregates("case", self)
        self.items: OpenItems = _Items("open item", self, carried=("decision",))

    def _company_of_lock(self, lock: RateLock) -> CompanyId | None:
        owner = self.quotes.find(lock.owner)
        return owner.company if owner else None

    def commit(self) -> None:
        """Lay everything over what is kept. Raises `UnitClosed`."""
        self.events.refuse_unless_open()
        self._store.lay_over(self._shelves)
        self._close()

    def __enter__(self) -> Self:
        if self._entered:
            raise UnitClosed()
        self._store.wait_for_turn()
        self._entered = True
        for shelf in self._shelves:
            shelf.is_open = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shelves[0].is_open:
            self._close()

    def _close(self) -> None:
        for shelf in self._shelves:
            shelf.is_open = False
        self._store.give_turn_away()


class MemoryStore:
    """Keeps everything in this process. ``registry`` knows the currencies that may be kept.

    A second unit of work waits ``busy_seconds`` for the first, then raises `StoreBusy`.
    """

    def __init__(self, *, registry: CurrencyRegistry = ISO, busy_seconds: int = 5) -> None:
        self.registry = registry
        self._busy_seconds = busy_seconds
        self._kept = _Kept({kind: {} for kind in _KINDS})
        self._turn = Lock()
        self._laying = Lock()
        self._is_closed = False

    def begin(self, *, actor: str = "", at: datetime | None = None, key: str = "") -> MemoryUnit:
        """A unit of work; its origin is noted on the events it records. Raises `NaiveInstant`."""
        origin = _Origin(checked_text(actor), at and checked_instant(at), checked_text(key))
        return MemoryUnit(self, self._kept, origin)

    def digest(self) -> str:
        """A sha256 over everything that was committed."""
        with self._laying:
            return fingerprint(self._kept.records(), self.registry)

    def close(self) -> None:
        """No unit of work can be entered any more."""
        self._is_closed = True

    def wait_for_turn(self) -> None:
        """Wait until no other unit is open. Raises `StoreBusy`; `StoreBroken` once closed."""
        if self._is_closed:
            raise StoreBroken(reason="it was closed")
        if not self._turn.acquire(timeout=self._busy_seconds):
            raise StoreBusy(seconds=self._busy_seconds)

    def give_turn_away(self) -> None:
        """Let the next unit in."""
        self._turn.release()

    def lay_over(self, shelves: Iterable[_Shelf[Any, Any]]) -> None:
        """Keep what a unit wrote, all of it at once for whoever reads the digest."""
        with self._laying:
            for shelf in shelves:
                shelf.kept.update(shelf.new)
