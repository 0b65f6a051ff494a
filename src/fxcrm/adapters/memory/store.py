"""The store in memory and its unit of work."""

from __future__ import annotations

from datetime import datetime
from threading import Lock
from types import TracebackType
from typing import Any, Self

from fxcrm.adapters.memory.books import (
    MemoryCommands,
    MemoryJournal,
    MemoryNumbers,
    MemorySnapshots,
)
from fxcrm.adapters.memory.repositories import (
    MemoryDecisions,
    MemoryEvents,
    MemoryItems,
    MemoryRepository,
)
from fxcrm.adapters.memory.shelves import Kept, Origin, Shelves
from fxcrm.billing import Invoice, Order, Payment, ServiceCase
from fxcrm.currencies import ISO, CurrencyRegistry
from fxcrm.customers import Customer
from fxcrm.encoding import checked_text, fingerprint
from fxcrm.events import checked_instant
from fxcrm.ids import (
    CaseId,
    CompanyId,
    CustomerId,
    DealId,
    EnquiryId,
    InvoiceId,
    LockId,
    OrderId,
    PaymentId,
    QuoteId,
)
from fxcrm.ledger.companies import Company
from fxcrm.pipeline import Deal, Enquiry
from fxcrm.ports.storage import (
    CommandLog,
    DecisionLog,
    DocumentNumbers,
    EventLog,
    Journal,
    OpenItems,
    Repository,
    Snapshots,
    StoreBroken,
    StoreBusy,
    UnitClosed,
    UnitOfWork,
)
from fxcrm.ratelocks import RateLock
from fxcrm.selling import Quote


class MemoryUnit:
    """One unit of work on a `MemoryStore`: ``with store.begin() as unit``."""

    def __init__(self, store: MemoryStore, shelves: Shelves, origin: Origin) -> None:
        self._store = store
        self._shelves = shelves
        self._was_entered = False
        known = MemoryDecisions(shelves.decisions, store.registry)
        events = MemoryEvents(shelves.events, origin)

        def kept(kind: str, **options: Any) -> MemoryRepository[Any, Any]:
            return MemoryRepository(kind, shelves.aggregates[kind], known, events, **options)

        self.decisions: DecisionLog = known
        self.events: EventLog = events
        self.journal: Journal = MemoryJournal(shelves.entries, known)
        self.snapshots: Snapshots = MemorySnapshots(shelves.snapshots, known)
        self.numbers: DocumentNumbers = MemoryNumbers(shelves.numbers)
        self.commands: CommandLog = MemoryCommands(shelves.commands)
        self.companies: Repository[Company, CompanyId] = kept("company", company_of=_itself)
        self.customers: Repository[Customer, CustomerId] = kept("customer")
        self.enquiries: Repository[Enquiry, EnquiryId] = kept("enquiry")
        self.deals: Repository[Deal, DealId] = kept("deal")
        self.quotes: Repository[Quote, QuoteId] = kept("quote", decisions=("rate",))
        self.locks: Repository[RateLock, LockId] = kept(
            "rate lock", company_of=self._company_of_lock, decisions=("locked", "spot")
        )
        self.orders: Repository[Order, OrderId] = kept("order")
        self.invoices: Repository[Invoice, InvoiceId] = kept("invoice")
        self.payments: Repository[Payment, PaymentId] = kept("payment")
        self.cases: Repository[ServiceCase, CaseId] = kept("case")
        self.items: OpenItems = MemoryItems(
            "open item", shelves.aggregates["open item"], known, events, decisions=("decision",)
        )

    def commit(self) -> None:
        """Lay everything over what is kept. Raises `UnitClosed`."""
        self._shelves.events.refuse_unless_open()
        self._store.lay_over(self._shelves)
        self._close()

    def __enter__(self) -> Self:
        if self._was_entered:
            raise UnitClosed()
        self._store.wait_for_turn()
        self._was_entered = True
        for shelf in self._shelves:
            shelf.is_open = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shelves.events.is_open:
            self._close()

    def _close(self) -> None:
        for shelf in self._shelves:
            shelf.is_open = False
        self._store.give_turn_away()

    def _company_of_lock(self, lock: RateLock) -> CompanyId | None:
        """A lock belongs to the company of the quote that owns it."""
        owner = self.quotes.find(lock.owner)
        return owner.company if owner else None


def _itself(company: Company) -> CompanyId:
    return company.id


class MemoryStore:
    """Keeps everything in this process. ``registry`` knows the currencies that may be kept.

    A second unit of work waits ``busy_seconds`` for the first, then raises `StoreBusy`.
    """

    def __init__(self, *, registry: CurrencyRegistry = ISO, busy_seconds: int = 5) -> None:
        self.registry = registry
        self._busy_seconds = busy_seconds
        self._kept = Kept()
        self._turn = Lock()
        self._laying = Lock()
        self._is_closed = False

    def begin(self, *, actor: str = "", at: datetime | None = None, key: str = "") -> UnitOfWork:
        """A unit of work; its origin is noted on the events it records. Raises `NaiveInstant`."""
        origin = Origin(checked_text(actor), at and checked_instant(at), checked_text(key))
        return MemoryUnit(self, Shelves.over(self._kept), origin)

    def digest(self) -> str:
        """A sha256 over everything that was committed; does not wait for who writes."""
        self._refuse_if_closed()
        with self._laying:
            return fingerprint(self._kept.records(), self.registry)

    def close(self) -> None:
        """No unit of work can be entered any more."""
        self._is_closed = True

    def wait_for_turn(self) -> None:
        """Wait until no other unit is open. Raises `StoreBusy`; `StoreBroken` once closed."""
        self._refuse_if_closed()
        if not self._turn.acquire(timeout=self._busy_seconds):
            raise StoreBusy(seconds=self._busy_seconds)

    def give_turn_away(self) -> None:
        """Let the next unit in."""
        self._turn.release()

    def lay_over(self, shelves: Shelves) -> None:
        """Keep what a unit wrote; whoever reads the digest sees all of it or nothing."""
        with self._laying:
            for shelf in shelves:
                shelf.kept.update(shelf.new)

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            raise StoreBroken(reason="it was closed")
