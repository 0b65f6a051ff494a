"""Credit notes: what is taken back of an invoice, in its currency."""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.billing.orders import DocumentLine, owed, taxed_with
from fxcrm.currencies import Currency
from fxcrm.events import Event
from fxcrm.ids import CompanyId, CreditNoteId, CustomerId, InvoiceId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

CREDIT_NOTE_LIFECYCLE = Lifecycle(
    "credit note", "issued", FrozenMap({("issued", "cancel"): "cancelled"})
)


@attrs.frozen
class CreditNote:
    """What a customer need not pay, or gets back, of one invoice; lines are positive."""

    id: CreditNoteId
    number: str
    company: CompanyId
    customer: CustomerId
    invoice: InvoiceId
    currency: Currency
    lines: tuple[DocumentLine, ...]
    issued_on: date
    reason: str
    state: str = CREDIT_NOTE_LIFECYCLE.start
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @property
    def total(self) -> Money:
        """The sum of the lines with their taxes."""
        return owed(self.lines, self.currency)

    @property
    def tax(self) -> Money:
        """All taxes in the total."""
        return taxed_with(self.lines, self.currency)

    @property
    def is_cancelled(self) -> bool:
        """Whether it was taken back."""
        return self.state != CREDIT_NOTE_LIFECYCLE.start

    def cancelled(self, on: date) -> CreditNote:
        """Taken back. Raises `TransitionRefused`."""
        state = CREDIT_NOTE_LIFECYCLE.after(self.state, "cancel")
        event = Event("credit note cancelled", self.id, on)
        return attrs.evolve(self, state=state, events=(*self.events, event))
