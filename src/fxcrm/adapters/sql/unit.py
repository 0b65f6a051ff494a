"""One unit of work: every repository on one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from fxcrm.adapters.sql.books import SqlCommands, SqlJournal, SqlNumbers, SqlSnapshots
from fxcrm.adapters.sql.decisions import Shared, SqlDecisions
from fxcrm.adapters.sql.groups import SqlGroupSnapshots
from fxcrm.adapters.sql.log import SqlLog
from fxcrm.adapters.sql.outbox import SqlOutbox
from fxcrm.adapters.sql.ratelog import SqlRates
from fxcrm.adapters.sql.repositories import SqlDeals, SqlItems, SqlRepository
from fxcrm.adapters.sql.transaction import Mode, Transaction
from fxcrm.audit import Head, write_text
from fxcrm.billing import CreditNote, Invoice, Order, Payment, ServiceCase
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
)
from fxcrm.ratelocks import RateLock
from fxcrm.records.exporting import Kept
from fxcrm.records.fixings import KIND
from fxcrm.records.shapes import (
    ACTIVITY,
    CASE,
    COMPANY,
    CONTRACT,
    CREDIT_NOTE,
    CUSTOMER,
    ENQUIRY,
    HELD_RATE,
    INVOICE,
    LOCK,
    ORDER,
    PAYMENT,
    PRICE_LIST,
    PRODUCT,
    QUOTE,
    REMINDER,
    SHAPES,
    TARGET,
    TRADED_CURRENCY,
    VOUCHER,
    Shape,
)
from fxcrm.records.trail import Origin, number_key
from fxcrm.reminders import Reminder
from fxcrm.selling import Contract, Quote
from fxcrm.selling.pricelists import PriceList
from fxcrm.selling.products import Product
from fxcrm.targets import Target

_COLLECTIONS: Final = tuple(one.collection for one in SHAPES)


class _Part:
    """A part of a unit of work, made when it is first asked for; a unit needs few of them."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, unit: SqlUnit, _: type) -> Any:
        """Make the part; from then on the unit finds it in its own dictionary."""
        made = self._make(unit._transaction, unit._known, unit._log)
        unit.__dict__[self._name] = made
        return made


def _of(shape: Shape[Any]) -> Any:
    return _Part(partial(SqlRepository, shape))


def _log(make: Callable[..., Any]) -> Any:
    return _Part(make)


def _rows(log: Any) -> Any:
    """Everything that a log of ours keeps, as rows."""
    return log.rows()


class SqlUnit:
    """One unit of work on a `SqlStore`: ``with store.begin() as unit``."""

    companies: Repository[Company, CompanyId] = _of(COMPANY)
    customers: Repository[Customer, CustomerId] = _of(CUSTOMER)
    enquiries: Repository[Enquiry, EnquiryId] = _of(ENQUIRY)
    deals: Deals = _log(SqlDeals)
    products: Repository[Product, ProductId] = _of(PRODUCT)
    price_lists: Repository[PriceList, PriceListId] = _of(PRICE_LIST)
    quotes: Repository[Quote, QuoteId] = _of(QUOTE)
    locks: Repository[RateLock, LockId] = _of(LOCK)
    held_rates: Repository[HeldRate, HeldRateId] = _of(HELD_RATE)
    orders: Repository[Order, OrderId] = _of(ORDER)
    invoices: Repository[Invoice, InvoiceId] = _of(INVOICE)
    payments: Repository[Payment, PaymentId] = _of(PAYMENT)
    credit_notes: Repository[CreditNote, CreditNoteId] = _of(CREDIT_NOTE)
    cases: Repository[ServiceCase, CaseId] = _of(CASE)
    vouchers: Repository[Voucher, VoucherId] = _of(VOUCHER)
    contracts: Repository[Contract, ContractId] = _of(CONTRACT)
    targets: Repository[Target, TargetId] = _of(TARGET)
    activities: Repository[Activity, ActivityId] = _of(ACTIVITY)
    reminders: Repository[Reminder, ReminderId] = _of(REMINDER)
    traded_currencies: Repository[TradedCurrency, TradedCurrencyId] = _of(TRADED_CURRENCY)
    items: OpenItems = _log(SqlItems)
    journal: Journal = _log(SqlJournal)
    snapshots: Snapshots = _log(SqlSnapshots)
    group_snapshots: GroupSnapshots = _log(SqlGroupSnapshots)
    numbers: DocumentNumbers = _log(SqlNumbers)
    commands: CommandLog = _log(SqlCommands)
    rates: RateLog = _log(SqlRates)
    outbox: Outbox = _log(SqlOutbox)

    def __init__(self, transaction: Transaction, shared: Shared, origin: Origin) -> None:
        self._transaction = transaction
        self._log = log = SqlLog(transaction, origin)
        self._known = known = SqlDecisions(transaction, log, shared)
        self.decisions: DecisionLog = known
        self.events: EventLog = log
        self.audit: AuditLog = log

    def _repositories(self) -> Iterator[SqlRepository[Any, Any]]:
        return (getattr(self, name) for name in _COLLECTIONS)

    def commit(self) -> None:
        """Write everything, or raise and write nothing. Raises `ReadingUnit`."""
        if self._transaction.mode is not Mode.WRITE:
            raise ReadingUnit()
        self._log.close()
        self._transaction.commit()

    def __enter__(self) -> Self:
        self._transaction.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._transaction.close()

    def end(self) -> tuple[Head, int]:
        """The head of what was committed, and the number of its last event."""
        return self._log.end()

    def kept(self) -> Iterator[Kept]:
        """Everything that is kept, as it is now."""
        for repository in self._repositories():
            for row in repository.rows():
                yield Kept(repository.kind, row.id, row.version, (row._asdict(),))
        yield from self._books()
        for row in _rows(self.numbers):
            series = number_key(row.company, row.series)
            yield Kept("number", series, row.last, (row._asdict(),))
        for row in _rows(self.commands):
            yield Kept("command", row.key, 1, (row._asdict(),))
        for id, row in _rows(self.rates):
            yield Kept(KIND, id, 1, (row,))
        for event in self._log.every():
            yield Kept("event", str(event["sequence"]), 1, (event,))

    def _books(self) -> Iterator[Kept]:
        for row in self._known.rows():
            yield Kept("rate decision", row.id, 1, (row._asdict(),))
        for id, rows in _rows(self.journal):
            yield Kept("entry", id, 1, tuple(rows))
        for id, rows in _rows(self.snapshots):
            yield Kept("translation snapshot", id, 1, tuple(rows))
        for id, row in _rows(self.group_snapshots):
            yield Kept("group snapshot", id, 1, (row,))

    def seal_all(self) -> None:
        """Begin the trail of a database that had none: one record for all that is kept."""
        for repository in self._repositories():
            repository.index_all()
        sealed = (one.sealed() for one in self.kept())  # and not refused, whatever older code took
        self._log.writes += [write_text(one.kind, one.id, one.version, one.seal) for one in sealed]
        self._log.close()
