"""Where aggregates, entries and decisions are kept.

A `Store` opens units of work. A unit of work is one transaction: ``commit()`` writes
everything in it (rows, and the events of what was saved) or nothing; leaving it without a
commit writes nothing. Implementations raise the errors declared here, and those by which
`fxcrm.encoding` refuses what can not be kept unchanged. After `StoreBusy` or `StoreBroken`
the unit is over; after any other refusal nothing of the refused call is kept, and the unit
goes on.

A rate decision is recorded before whatever names or carries it: `NotFound` names one that
was not, `AlreadyThere` one that differs from what was recorded under its id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self, TypeVar

from fxcrm.audit import Head, Verification
from fxcrm.billing import CreditNote, Invoice, Order, Payment, ServiceCase
from fxcrm.currencies import Currency
from fxcrm.customers import Activity, Customer, TradedCurrency
from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError, EnvironmentFailed, NotThere, RuleRefused
from fxcrm.events import Event, RecordedEvent
from fxcrm.heldrates import HeldRate
from fxcrm.ids import (
    ActivityId,
    CaseId,
    CompanyId,
    ContractId,
    CreditNoteId,
    CustomerId,
    DealId,
    DecisionId,
    EnquiryId,
    EntryId,
    GroupId,
    HeldRateId,
    InvoiceId,
    LockId,
    OpenItemId,
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
from fxcrm.ledger.journal import Entry
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.snapshots import GroupSnapshot, TranslationSnapshot
from fxcrm.ledger.trial_balance import Balance, JournalLine
from fxcrm.ledger.vouchers import Voucher
from fxcrm.pipeline import Deal, Enquiry
from fxcrm.ports.ratelog import RateLog as RateLog
from fxcrm.ports.trail import AuditLog as AuditLog
from fxcrm.ports.trail import Outbox as Outbox
from fxcrm.prospects import Prospect
from fxcrm.queries import Filter, Page
from fxcrm.ratelocks import RateLock
from fxcrm.reminders import Reminder
from fxcrm.selling import Contract, Quote
from fxcrm.selling.pricelists import PriceList
from fxcrm.selling.products import Product
from fxcrm.targets import Target

T = TypeVar("T")
K_contra = TypeVar("K_contra", contravariant=True)


class NotFound(NotThere):
    """Nothing is kept under this id."""

    kind: str
    id: str
    template = "there is no {kind:plain} {id}"


class AlreadyThere(RuleRefused):
    """Something else is kept under this id."""

    kind: str
    id: str
    template = "{kind:plain} {id} exists already; choose another id or change the existing one"


class VersionConflict(RuleRefused):
    """The aggregate was changed since it was read; read it again and repeat the command."""

    kind: str
    id: str
    expected: int
    template = "{kind:plain} {id} is no longer at version {expected}; read it again and repeat"


class KeyReused(RuleRefused):
    """An idempotency key came back with other content (F11)."""

    key: str
    template = "key {key} was used for something else; use a new key for new content"


class UnitClosed(CallError):
    """A unit of work was used before it was entered, after its commit, or after it was left."""

    template = (
        "this unit of work is not open; work inside `with store.begin(...) as unit:` "
        "and begin another one after commit()"
    )


class ReadingUnit(CallError):
    """A unit of work that was begun for reading was to be committed."""

    template = "this unit of work was begun for reading; begin it without reading=True to commit"


class StoreBusy(EnvironmentFailed):
    """Another writer held the store longer than the time allowed; nothing was written."""

    seconds: int
    template = "the store was busy for {seconds} seconds; nothing was written, try again"


class Overtaken(StoreBusy):
    """Another unit of work was faster; nothing was written. `perform` tries again by itself."""

    template = (
        "another unit of work was faster, after {seconds} seconds; nothing was written, repeat"
    )


class StoreBroken(EnvironmentFailed):
    """The store could not do its part; nothing was half-written."""

    reason: str
    template = "the store failed: {reason:plain}"


class StoreNewer(EnvironmentFailed):
    """The store was written by a newer version of the library."""

    found: str
    known: str
    template = "the store has schema {found:plain}, this version knows {known:plain}; update fxcrm"


class Repository(Protocol[T, K_contra]):
    """The aggregates of one kind."""

    def find(self, key: K_contra, /) -> T | None:
        """The aggregate, or None."""
        ...

    def get(self, key: K_contra, /) -> T:
        """The aggregate. Raises `NotFound`."""
        ...

    def add(self, aggregate: T) -> T:
        """Keep a new aggregate; returns it at version 1, without events.

        Raises `AlreadyThere`, and `NotStorable` for a blank id.
        """
        ...

    def save(self, aggregate: T) -> T:
        """Keep a changed one; returns it one version on, drained. Raises `VersionConflict`."""
        ...

    def of_company(self, company: CompanyId) -> Iterator[T]:
        """The aggregates of a company, ordered by id. For companies themselves: that one.

        None for a kind that belongs to no company, as held rates do.
        """
        ...

    def all(self) -> Iterator[T]:
        """Every aggregate, ordered by id."""
        ...

    def claim(self, key: K_contra, /) -> T:
        """The same as ``get``, and until this unit ends nobody else claims or saves it.

        Where units of work run side by side, who decides by more than the aggregate itself
        claims it first: closing a period does, for entries are not part of a company.
        """
        ...

    def page(self, where: Filter = ..., *, after: str | None = None, limit: int = 100) -> Page[T]:
        """Some of the aggregates, ordered by id: those after an id, or the first ones.

        Raises `FilterRefused`.
        """
        ...

    def count(self, where: Filter = ...) -> int:
        """How many there are. Raises `FilterRefused`."""
        ...


class DecisionLog(Protocol):
    """Rate decisions: added, never changed."""

    def find(self, key: DecisionId, /) -> RateDecision | None:
        """The decision, or None."""
        ...

    def get(self, key: DecisionId, /) -> RateDecision:
        """The decision. Raises `NotFound`."""
        ...

    def among(self, keys: Collection[DecisionId], /) -> dict[DecisionId, RateDecision]:
        """Those of the decisions that were recorded, asked for at once."""
        ...

    def record(self, decision: RateDecision) -> RateDecision:
        """Keep a decision. Raises `AlreadyThere`."""
        ...

    def all(self) -> Iterator[RateDecision]:
        """Every decision, ordered by id."""
        ...


class Journal(Protocol):
    """The entries: appended, never changed. Amounts are debit positive.

    With ``known_at`` an answer is what it was at that instant: of entries that were booked by
    then, whatever their day. One without an instant was always known. Raises `NaiveInstant`.
    """

    def append(self, entry: Entry) -> Entry:
        """Keep an entry. Raises `AlreadyThere` if its id, the key of its fact, was posted."""
        ...

    def find(self, key: EntryId, /) -> Entry | None:
        """The entry, or None."""
        ...

    def entries(self, company: CompanyId, known_at: datetime | None = None) -> Iterator[Entry]:
        """The entries of a company in the order in which they were appended."""
        ...

    def balances(
        self, company: CompanyId, through: date, known_at: datetime | None = None
    ) -> Iterator[Balance]:
        """Sums per account and document currency up to and including a day."""
        ...

    def lines(
        self,
        company: CompanyId,
        after: date | None,
        through: date,
        known_at: datetime | None = None,
    ) -> Iterator[JournalLine]:
        """Postings later than ``after`` (None: from the beginning), up to ``through``, by day."""
        ...

    def item_lines(self, item: OpenItemId) -> Iterator[JournalLine]:
        """The postings of one open item, by day."""
        ...


class Deals(Repository[Deal, DealId], Protocol):
    """Deals."""

    def prospects(self, company: CompanyId) -> Iterator[Prospect]:
        """The deals of a company as a forecast sees them, ordered by id; quicker than all of it."""
        ...


class OpenItems(Repository[OpenItem, OpenItemId], Protocol):
    """Open items, settled ones included."""

    def unsettled(self, company: CompanyId) -> Iterator[OpenItem]:
        """The items with something open, ordered by id."""
        ...


class Snapshots(Protocol):
    """Translations as they were made."""

    def latest(
        self, company: CompanyId, presentation: Currency, before: date
    ) -> TranslationSnapshot | None:
        """The last one strictly before a day, or None."""
        ...

    def find(
        self, company: CompanyId, presentation: Currency, as_of: date
    ) -> TranslationSnapshot | None:
        """That of a day, or None."""
        ...

    def since(self, company: CompanyId, first: date) -> Iterator[TranslationSnapshot]:
        """Those of a day or later, in any currency, by day and then by currency."""
        ...

    def record(self, snapshot: TranslationSnapshot) -> None:
        """Keep one. Raises `AlreadyThere`."""
        ...


class GroupSnapshots(Protocol):
    """Consolidations as they were made."""

    def latest(self, group: GroupId, before: date) -> GroupSnapshot | None:
        """The last one of a group strictly before a day, or None."""
        ...

    def find(self, group: GroupId, as_of: date) -> GroupSnapshot | None:
        """That of a day, or None."""
        ...

    def since(self, first: date) -> Iterator[GroupSnapshot]:
        """Those of all groups of a day or later, by day and then by group."""
        ...

    def record(self, snapshot: GroupSnapshot) -> None:
        """Keep one. Raises `AlreadyThere`; `NotFound` for a rate that was not recorded."""
        ...


class DocumentNumbers(Protocol):
    """Numbers without gaps, per company and series."""

    def next(self, company: CompanyId, series: str) -> int:
        """The next whole number of a series, from 1; given back if the unit is not committed."""
        ...


class CommandLog(Protocol):
    """Which commands were carried out, by idempotency key."""

    def answer(self, key: str, content: str) -> str | None:
        """The recorded answer, or None for a new key. Raises `KeyReused` for other content."""
        ...

    def record(self, key: str, content: str, answer: str) -> None:
        """Note that the command was carried out."""
        ...


class EventLog(Protocol):
    """What happened, in order: written by the unit of work from the events of what it saved."""

    def note(self, *events: Event) -> None:
        """Write facts that belong to no aggregate: a source that broke. Raises `NotStorable`."""
        ...

    def after(self, sequence: int) -> Iterator[RecordedEvent]:
        """The events with a higher sequence, in order."""
        ...


class UnitOfWork(Protocol):
    """One transaction over everything that is kept."""

    companies: Repository[Company, CompanyId]
    customers: Repository[Customer, CustomerId]
    enquiries: Repository[Enquiry, EnquiryId]
    deals: Deals
    products: Repository[Product, ProductId]
    price_lists: Repository[PriceList, PriceListId]
    quotes: Repository[Quote, QuoteId]
    locks: Repository[RateLock, LockId]
    held_rates: Repository[HeldRate, HeldRateId]
    orders: Repository[Order, OrderId]
    invoices: Repository[Invoice, InvoiceId]
    payments: Repository[Payment, PaymentId]
    credit_notes: Repository[CreditNote, CreditNoteId]
    cases: Repository[ServiceCase, CaseId]
    vouchers: Repository[Voucher, VoucherId]
    contracts: Repository[Contract, ContractId]
    targets: Repository[Target, TargetId]
    activities: Repository[Activity, ActivityId]
    reminders: Repository[Reminder, ReminderId]
    traded_currencies: Repository[TradedCurrency, TradedCurrencyId]
    items: OpenItems
    decisions: DecisionLog
    journal: Journal
    snapshots: Snapshots
    group_snapshots: GroupSnapshots
    numbers: DocumentNumbers
    commands: CommandLog
    rates: RateLog
    events: EventLog
    outbox: Outbox
    audit: AuditLog

    def commit(self) -> None:
        """Write everything, or raise and write nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Store(Protocol):
    """A place that keeps everything, one unit of work at a time."""

    def begin(
        self,
        *,
        actor: str = "",
        at: datetime | None = None,
        key: str = "",
        reading: bool = False,
    ) -> UnitOfWork:
        """A unit of work. ``actor``, ``at`` and ``key`` are noted in its events and audit record.

        One for ``reading`` sees the store as it is at one moment, and can not be committed.
        Raises `NaiveInstant`, `NotStorable`.
        """
        ...

    def digest(self) -> str:
        """A hash over everything kept: two stores with one digest hold the same."""
        ...

    def verify(self, outside: Head | None = None) -> Verification:
        """Hold everything kept against the audit trail, and the trail against a head."""
        ...

    def export(self) -> Iterator[str]:
        """Everything committed, as lines that `fxcrm.records.exporting.verify_export` checks."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
