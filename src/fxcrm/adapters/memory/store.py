"""The store in memory and its unit of work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from threading import Lock
from types import TracebackType
from typing import Any, Self

from fxcrm.adapters.memory.books import (
    MemoryCommands,
    MemoryGroupSnapshots,
    MemoryJournal,
    MemoryNumbers,
    MemorySnapshots,
)
from fxcrm.adapters.memory.ratelog import MemoryRates
from fxcrm.adapters.memory.repositories import (
    MemoryDeals,
    MemoryDecisions,
    MemoryItems,
    MemoryRepository,
)
from fxcrm.adapters.memory.shelves import Shelves
from fxcrm.adapters.memory.trail import MemoryLog, MemoryOutbox
from fxcrm.audit import Head, Verification, digest, verify
from fxcrm.billing import CreditNote, Invoice, Order, Payment, ServiceCase
from fxcrm.currencies import ISO, CurrencyRegistry
from fxcrm.customers import Activity, Customer, TradedCurrency
from fxcrm.heldrates import HeldRate
from fxcrm.ids import (
    ActivityId,
    CaseId,
    CompanyId,
    ContractId,
    CreditNoteId,
    CustomerId,
    EnquiryId,
    HeldRateId,
    InvoiceId,
    LockId,
    OrderId,
    PaymentId,
    PriceListId,
    ProductId,
    QuoteId,
    ReminderId,
    TargetId,
    TradedCurrencyId,
    VoucherId,
)
from fxcrm.ledger.companies import Company
from fxcrm.ledger.vouchers import Voucher
from fxcrm.pipeline import Enquiry
from fxcrm.ports.storage import (
    AuditLog,
    CommandLog,
    Deals,
    DecisionLog,
    DocumentNumbers,
    EventLog,
    GroupSnapshots,
    Journal,
    OpenItems,
    Outbox,
    RateLog,
    ReadingUnit,
    Repository,
    Snapshots,
    StoreBroken,
    StoreBusy,
    UnitClosed,
    UnitOfWork,
)
from fxcrm.ratelocks import RateLock
from fxcrm.records import shapes
from fxcrm.records.exporting import exported
from fxcrm.records.trail import Origin, Writes
from fxcrm.reminders import Reminder
from fxcrm.selling import Contract, Quote
from fxcrm.selling.pricelists import PriceList
from fxcrm.selling.products import Product
from fxcrm.targets import Target


class MemoryUnit:
    """One unit of work on a `MemoryStore`: ``with store.begin() as unit``."""

    def __init__(
        self, store: MemoryStore, shelves: Shelves, origin: Origin, *, reading: bool
    ) -> None:
        self._store = store
        self._shelves = shelves
        self._reading = reading
        self._was_entered = False
        writes = Writes(origin)
        self._log = log = MemoryLog(shelves, writes)
        self._known = known = MemoryDecisions(shelves.decisions, store.registry, log)
        self.decisions: DecisionLog = known
        self.events: EventLog = log
        self.audit: AuditLog = log
        self.outbox: Outbox = MemoryOutbox(shelves)
        self.journal: Journal = MemoryJournal(shelves.entries, known, writes)
        self.snapshots: Snapshots = MemorySnapshots(shelves.snapshots, known, writes)
        self.group_snapshots: GroupSnapshots = MemoryGroupSnapshots(shelves.groups, known, writes)
        self.numbers: DocumentNumbers = MemoryNumbers(shelves.numbers, writes)
        self.commands: CommandLog = MemoryCommands(shelves.commands, writes)
        self.rates: RateLog = MemoryRates(shelves.rates, known, log)
        self.companies: Repository[Company, CompanyId] = self._kept(shapes.COMPANY, _itself)
        self.customers: Repository[Customer, CustomerId] = self._kept(shapes.CUSTOMER)
        self.enquiries: Repository[Enquiry, EnquiryId] = self._kept(shapes.ENQUIRY)
        self.deals: Deals = MemoryDeals(
            shapes.DEAL, shelves.aggregates[shapes.DEAL.kind], known, log
        )
        self.products: Repository[Product, ProductId] = self._kept(shapes.PRODUCT)
        self.price_lists: Repository[PriceList, PriceListId] = self._kept(shapes.PRICE_LIST)
        self.quotes: Repository[Quote, QuoteId] = self._kept(shapes.QUOTE)
        self.locks: Repository[RateLock, LockId] = self._kept(shapes.LOCK, self._company_of_lock)
        self.held_rates: Repository[HeldRate, HeldRateId] = self._kept(shapes.HELD_RATE)
        self.orders: Repository[Order, OrderId] = self._kept(shapes.ORDER)
        self.invoices: Repository[Invoice, InvoiceId] = self._kept(shapes.INVOICE)
        self.payments: Repository[Payment, PaymentId] = self._kept(shapes.PAYMENT)
        self.credit_notes: Repository[CreditNote, CreditNoteId] = self._kept(shapes.CREDIT_NOTE)
        self.cases: Repository[ServiceCase, CaseId] = self._kept(shapes.CASE)
        self.vouchers: Repository[Voucher, VoucherId] = self._kept(shapes.VOUCHER)
        self.contracts: Repository[Contract, ContractId] = self._kept(shapes.CONTRACT)
        self.targets: Repository[Target, TargetId] = self._kept(shapes.TARGET)
        self.activities: Repository[Activity, ActivityId] = self._kept(shapes.ACTIVITY)
        self.reminders: Repository[Reminder, ReminderId] = self._kept(shapes.REMINDER)
        self.traded_currencies: Repository[TradedCurrency, TradedCurrencyId] = self._kept(
            shapes.TRADED_CURRENCY
        )
        self.items: OpenItems = MemoryItems(
            shapes.ITEM, shelves.aggregates[shapes.ITEM.kind], known, log
        )

    def _kept(self, shape: shapes.Shape[Any], *company_of: Any) -> MemoryRepository[Any, Any]:
        shelf = self._shelves.aggregates[shape.kind]
        return MemoryRepository(shape, shelf, self._known, self._log, *company_of)

    def commit(self) -> None:
        """Lay everything over what is kept. Raises `UnitClosed`, `ReadingUnit`."""
        self._shelves.events.refuse_unless_open()
        if self._reading:
            raise ReadingUnit()
        self._log.close()
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
        self._kept = Shelves()
        self._turn = Lock()
        self._laying = Lock()
        self._is_closed = False

    def begin(
        self,
        *,
        actor: str = "",
        at: datetime | None = None,
        key: str = "",
        reading: bool = False,
    ) -> UnitOfWork:
        """A unit of work; its origin is noted in what it writes. Raises `NaiveInstant`."""
        return MemoryUnit(self, Shelves(self._kept), Origin(actor, at, key), reading=reading)

    def digest(self) -> str:
        """A sha256 over everything that was committed; does not wait for who writes."""
        self._refuse_if_closed()
        with self._laying:
            return digest(self._kept.writes(), self._kept.head())

    def verify(self, outside: Head | None = None) -> Verification:
        """Hold every row against the audit trail, and the trail against a head kept outside."""
        self._refuse_if_closed()
        with self._laying:
            return verify(self._kept.audit.kept.values(), self._kept.writes(), outside)

    def export(self) -> Iterator[str]:
        """Everything that was committed, as lines of JSON."""
        self._refuse_if_closed()
        with self._laying:
            kept = self._kept
            return iter([*exported(list(kept.audit.kept.values()), kept.everything(), kept.head())])

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
