"""Invoices: they own document amounts and nothing else.

What an invoice is worth in the books is the business of the ledger's open item.
"""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.billing.orders import DocumentLine, Order, owed, taxed_with
from fxcrm.currencies import Currency
from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.ids import CompanyId, CustomerId, InvoiceId, LockId, OrderId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

INVOICE_LIFECYCLE = Lifecycle(
    "invoice",
    "issued",
    FrozenMap(
        {
            ("issued", "pay in part"): "partly paid",
            ("issued", "pay"): "paid",
            ("partly paid", "pay in part"): "partly paid",
            ("partly paid", "pay"): "paid",
            ("issued", "credit"): "credited",
            ("partly paid", "credit"): "credited",
            ("partly paid", "reopen"): "issued",
            ("partly paid", "reopen in part"): "partly paid",
            ("paid", "reopen"): "issued",
            ("paid", "reopen in part"): "partly paid",
            ("credited", "reopen"): "issued",
            ("credited", "reopen in part"): "partly paid",
        }
    ),
)


@attrs.frozen
class Invoice:
    """A bill in the document currency, due on a day."""

    id: InvoiceId
    number: str
    company: CompanyId
    customer: CustomerId
    order: OrderId | None
    currency: Currency
    lines: tuple[DocumentLine, ...]
    issued_on: date
    due_on: date
    lock: LockId | None = None
    state: str = INVOICE_LIFECYCLE.start
    extras: Extras = NO_EXTRAS
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def of_order(
        cls,
        order: Order,
        *,
        id: InvoiceId,
        number: str,
        on: date,
        due_on: date,
        lines: tuple[DocumentLine, ...] | None = None,
    ) -> Invoice:
        """The bill of an order: the same lines, the same currency, the same lock.

        ``lines`` are those of a part of it.
        """
        billed = order.lines if lines is None else lines
        total = owed(billed, order.currency)
        event = Event("invoice issued", id, on, {"total": str(total)})
        return cls(
            id,
            number,
            order.company,
            order.customer,
            order.id,
            order.currency,
            billed,
            on,
            due_on,
            order.lock,
            events=(event,),
        )

    @property
    def total(self) -> Money:
        """The sum of the lines with their taxes."""
        return owed(self.lines, self.currency)

    @property
    def tax(self) -> Money:
        """All taxes in the total."""
        return taxed_with(self.lines, self.currency)

    def paid(self, on: date, *, in_full: bool) -> Invoice:
        """Note a payment; whether it closes the invoice is known to the open item."""
        return self._moved("pay" if in_full else "pay in part", on)

    def credited(self, on: date) -> Invoice:
        """Nothing is left to pay, because a credit note took the rest."""
        return self._moved("credit", on)

    def reopened(self, on: date, *, in_full: bool) -> Invoice:
        """A payment was undone; ``in_full`` where nothing is paid any more."""
        return self._moved("reopen" if in_full else "reopen in part", on)

    def _moved(self, command: str, on: date) -> Invoice:
        state = INVOICE_LIFECYCLE.after(self.state, command)
        event = Event(f"invoice {state}", self.id, on)
        return attrs.evolve(self, state=state, events=(*self.events, event))
