"""One unit of work: every repository on one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import bindparam, select

from fxcrm.adapters.sql import ledger_rows, rate_rows, tables, trade_rows
from fxcrm.adapters.sql.books import SqlCommands, SqlJournal, SqlNumbers, SqlSnapshots
from fxcrm.adapters.sql.eventlog import Origin, SqlEvents
from fxcrm.adapters.sql.repositories import Shape, SqlDecisions, SqlItems, SqlRepository
from fxcrm.adapters.sql.transaction import Transaction
from fxcrm.billing import Invoice, Order, Payment, ServiceCase
from fxcrm.currencies import CurrencyRegistry
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
from fxcrm.ledger.open_items import OpenItem
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
)
from fxcrm.ratelocks import RateLock
from fxcrm.selling import Quote

_companies: Final = tables.companies
_locks: Final = tables.locks

_COMPANY: Final = Shape[Company](
    "company",
    _companies,
    ledger_rows.company_row,
    ledger_rows.company_of,
    of_company=select(_companies).where(_companies.c.id == bindparam("key")),
)
_CUSTOMER: Final = Shape[Customer](
    "customer", tables.customers, trade_rows.customer_row, trade_rows.customer_of
)
_ENQUIRY: Final = Shape[Enquiry](
    "enquiry", tables.enquiries, trade_rows.enquiry_row, trade_rows.enquiry_of
)
_DEAL: Final = Shape[Deal]("deal", tables.deals, trade_rows.deal_row, trade_rows.deal_of)
_QUOTE: Final = Shape[Quote](
    "quote", tables.quotes, trade_rows.quote_row, trade_rows.quote_of, ("rate",)
)
_LOCK: Final = Shape[RateLock](
    "rate lock",
    _locks,
    rate_rows.lock_row,
    rate_rows.lock_of,
    ("locked", "spot"),
    # A lock belongs to the company of the quote that owns it.
    of_company=select(_locks)
    .join(tables.quotes, tables.quotes.c.id == _locks.c.owner)
    .where(tables.quotes.c.company == bindparam("key"))
    .order_by(_locks.c.id),
)
_ORDER: Final = Shape[Order]("order", tables.orders, trade_rows.order_row, trade_rows.order_of)
_INVOICE: Final = Shape[Invoice](
    "invoice", tables.invoices, trade_rows.invoice_row, trade_rows.invoice_of
)
_PAYMENT: Final = Shape[Payment](
    "payment", tables.payments, trade_rows.payment_row, trade_rows.payment_of
)
_CASE: Final = Shape[ServiceCase]("case", tables.cases, trade_rows.case_row, trade_rows.case_of)
_ITEM: Final = Shape[OpenItem](
    "open item", tables.open_items, ledger_rows.item_row, ledger_rows.item_of, ("decision",)
)


class SqlUnit:
    """One unit of work on a `SqlStore`: ``with store.begin() as unit``."""

    def __init__(
        self, transaction: Transaction, registry: CurrencyRegistry, origin: Origin
    ) -> None:
        self._transaction = transaction
        known, events = SqlDecisions(transaction, registry), SqlEvents(transaction, origin)
        self._journal, self._snapshots = (
            SqlJournal(transaction, known),
            SqlSnapshots(transaction, known),
        )
        self._numbers, self._commands = SqlNumbers(transaction), SqlCommands(transaction)
        self.decisions: DecisionLog = known
        self.events: EventLog = events
        self.journal: Journal = self._journal
        self.snapshots: Snapshots = self._snapshots
        self.numbers: DocumentNumbers = self._numbers
        self.commands: CommandLog = self._commands
        shared = (transaction, known, events)
        self.companies: Repository[Company, CompanyId] = SqlRepository(_COMPANY, *shared)
        self.customers: Repository[Customer, CustomerId] = SqlRepository(_CUSTOMER, *shared)
        self.enquiries: Repository[Enquiry, EnquiryId] = SqlRepository(_ENQUIRY, *shared)
        self.deals: Repository[Deal, DealId] = SqlRepository(_DEAL, *shared)
        self.quotes: Repository[Quote, QuoteId] = SqlRepository(_QUOTE, *shared)
        self.locks: Repository[RateLock, LockId] = SqlRepository(_LOCK, *shared)
        self.orders: Repository[Order, OrderId] = SqlRepository(_ORDER, *shared)
        self.invoices: Repository[Invoice, InvoiceId] = SqlRepository(_INVOICE, *shared)
        self.payments: Repository[Payment, PaymentId] = SqlRepository(_PAYMENT, *shared)
        self.cases: Repository[ServiceCase, CaseId] = SqlRepository(_CASE, *shared)
        self.items: OpenItems = SqlItems(_ITEM, *shared)

    def commit(self) -> None:
        """Write everything, or raise and write nothing."""
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

    def records(self) -> Iterator[tuple[str, object]]:
        """Everything that is kept, as pairs of kind and value, for the fingerprint."""
        for kind, repository in self._repositories():
            yield from ((kind, one) for one in repository.all())
        yield from (("rate decision", one) for one in self.decisions.all())
        yield from (("entry", numbered) for numbered in enumerate(self._journal.every(), 1))
        yield from (("translation snapshot", one) for one in self._snapshots.every())
        yield from (("number", one) for one in self._numbers.every())
        yield from (("command", one) for one in self._commands.every())
        yield from (("event", one) for one in self.events.after(0))

    def _repositories(self) -> tuple[tuple[str, Repository[Any, Any]], ...]:
        return (
            (_COMPANY.kind, self.companies),
            (_CUSTOMER.kind, self.customers),
            (_ENQUIRY.kind, self.enquiries),
            (_DEAL.kind, self.deals),
            (_QUOTE.kind, self.quotes),
            (_LOCK.kind, self.locks),
            (_ORDER.kind, self.orders),
            (_INVOICE.kind, self.invoices),
            (_PAYMENT.kind, self.payments),
            (_CASE.kind, self.cases),
            (_ITEM.kind, self.items),
        )
