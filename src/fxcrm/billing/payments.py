"""Payments: money that came in, went back, or was set against what is owed."""

from __future__ import annotations

from datetime import date
from enum import Enum

import attrs

from fxcrm.events import Event
from fxcrm.ids import CompanyId, CustomerId, InvoiceId, OpenItemId, PaymentId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

PAYMENT_LIFECYCLE = Lifecycle("payment", "booked", FrozenMap({("booked", "undo"): "undone"}))


class PaymentKind(Enum):
    """What a payment is for: `RECEIPT` is money for an invoice, the usual case.

    An `ADVANCE` comes before there is an invoice (D11). A `REFUND` gives back what a credit
    still holds; its amounts left the bank. An `OFFSET` sets a credit against an invoice, and a
    `WRITE_OFF` gives an invoice up: neither moves money.
    """

    RECEIPT = "receipt"
    ADVANCE = "advance"
    REFUND = "refund"
    OFFSET = "offset"
    WRITE_OFF = "write-off"


@attrs.frozen
class Payment:
    """``settled`` of the invoice is paid; ``received`` reached the bank; ``fee`` did not.

    ``settled`` is in the invoice's currency and includes ``discount`` and ``write_off``, what
    was let off of it; the others are in the currency of the bank account, which need not be the
    same. ``excess`` of what was received pays nothing yet and stays to the customer's credit.
    All are positive; those that are not given are None, the fee may be zero. ``credit`` names the
    open item that an advance made, or that a refund or an offset took from.
    """

    id: PaymentId
    company: CompanyId
    customer: CustomerId
    invoice: InvoiceId | None
    settled: Money
    received: Money
    fee: Money
    method: str
    on: date
    discount: Money | None = None
    write_off: Money | None = None
    excess: Money | None = None
    kind: PaymentKind = PaymentKind.RECEIPT
    credit: OpenItemId | None = None
    state: str = PAYMENT_LIFECYCLE.start
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @property
    def is_undone(self) -> bool:
        """Whether it was taken back."""
        return self.state != PAYMENT_LIFECYCLE.start

    @property
    def paid(self) -> Money:
        """What was paid of the invoice, in its currency: not what was let off or written off."""
        let_off = [one for one in (self.discount, self.write_off) if one is not None]
        if self.kind is PaymentKind.WRITE_OFF:
            let_off = [self.settled]
        return self.settled - Money.total(let_off, currency=self.settled.currency)

    def undone(self, on: date) -> Payment:
        """Taken back: it was an error, or it bounced. Raises `TransitionRefused`."""
        state = PAYMENT_LIFECYCLE.after(self.state, "undo")
        event = Event("payment undone", self.id, on)
        return attrs.evolve(self, state=state, events=(*self.events, event))
