"""One unit of work: every repository on one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

from fxcrm.adapters.sql.books import SqlCommands, SqlJournal, SqlNumbers, SqlSnapshots
from fxcrm.adapters.sql.log import SqlLog
from fxcrm.adapters.sql.outbox import SqlOutbox
from fxcrm.adapters.sql.repositories import Shared, SqlDecisions, SqlItems, SqlRepository
from fxcrm.adapters.sql.transaction import Mode, Transaction
from fxcrm.audit import Write, sealed
from fxcrm.billing import Invoice, Order, Payment, ServiceCase
from fxcrm.customers import Customer
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
    AuditLog,
    CommandLog,
    DecisionLog,
    DocumentNumbers,
    EventLog,
    Journal,
    OpenItems,
    Outbox,
    ReadingUnit,
    Repository,
    Snapshots,
)
from fxcrm.ratelocks import RateLock
from fxcrm.records import shapes
from fxcrm.records.columns import Values
from fxcrm.records.trail import Origin, Writes, number_key
from fxcrm.selling import Quote

T = TypeVar("T")


class SqlUnit:
    """One unit of work on a `SqlStore`: ``with store.begin() as unit``."""

    def __init__(self, transaction: Transaction, shared: Shared, origin: Origin) -> None:
        self._transaction = transaction
        self._log = log = SqlLog(transaction, Writes(origin))
        self._known = known = SqlDecisions(transaction, log, shared)
        self._journal = SqlJournal(transaction, known, log)
        self._snapshots = SqlSnapshots(transaction, known, log)
        self._numbers, self._commands = SqlNumbers(transaction, log), SqlCommands(transaction, log)
        self._repositories: list[SqlRepository[Any, Any]] = []
        self.decisions: DecisionLog = known
        self.events: EventLog = log
        self.audit: AuditLog = log
        self.outbox: Outbox = SqlOutbox(transaction, log)
        self.journal: Journal = self._journal
        self.snapshots: Snapshots = self._snapshots
        self.numbers: DocumentNumbers = self._numbers
        self.commands: CommandLog = self._commands
        self.companies: Repository[Company, CompanyId] = self._kept(shapes.COMPANY)
        self.customers: Repository[Customer, CustomerId] = self._kept(shapes.CUSTOMER)
        self.enquiries: Repository[Enquiry, EnquiryId] = self._kept(shapes.ENQUIRY)
        self.deals: Repository[Deal, DealId] = self._kept(shapes.DEAL)
        self.quotes: Repository[Quote, QuoteId] = self._kept(shapes.QUOTE)
        self.locks: Repository[RateLock, LockId] = self._kept(shapes.LOCK)
        self.orders: Repository[Order, OrderId] = self._kept(shapes.ORDER)
        self.invoices: Repository[Invoice, InvoiceId] = self._kept(shapes.INVOICE)
        self.payments: Repository[Payment, PaymentId] = self._kept(shapes.PAYMENT)
        self.cases: Repository[ServiceCase, CaseId] = self._kept(shapes.CASE)
        items = SqlItems(transaction, known, log)
        self._repositories.append(items)
        self.items: OpenItems = items

    def _kept(self, shape: shapes.Shape[T]) -> SqlRepository[T, Any]:
        repository: SqlRepository[T, Any] = SqlRepository(
            shape, self._transaction, self._known, self._log
        )
        self._repositories.append(repository)
        return repository

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

    def kept(self) -> Iterator[Write]:
        """Everything that is kept, sealed as it is now."""
        for repository in self._repositories:
            kind = repository.kind
            for row in repository.rows():
                yield _sealed(kind, row.id, [row._asdict()], row.version)
        for row in self._known.rows():
            yield _sealed("rate decision", row.id, [row._asdict()])
        for id, rows in self._journal.rows():
            yield _sealed("entry", id, rows)
        for id, rows in self._snapshots.rows():
            yield _sealed("translation snapshot", id, rows)
        for row in self._numbers.rows():
            yield _sealed("number", number_key(row.company, row.series), [row._asdict()], row.last)
        for row in self._commands.rows():
            yield _sealed("command", row.key, [row._asdict()])
        for event in self._log.every():
            yield _sealed("event", str(event["sequence"]), [event])

    def seal_all(self) -> None:
        """Begin the trail of a database that had none: one record for all that is kept."""
        for repository in self._repositories:
            repository.index_all()
        self._log.writes.noted += self.kept()
        self._log.close()


def _sealed(kind: str, id: str, rows: list[Values], version: int = 1) -> Write:
    return Write(kind, id, version, sealed(kind, id, rows))
