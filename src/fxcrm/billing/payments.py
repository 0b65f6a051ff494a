"""Payments: what came in for an invoice, and what the provider kept of it."""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.events import Event
from fxcrm.ids import CompanyId, CustomerId, InvoiceId, PaymentId
from fxcrm.money import Money


@attrs.frozen
class Payment:
    """``settled`` of the invoice is paid; ``received`` reached the bank; ``fee`` did not.

    ``settled`` is in the invoice's currency, the others are in that of the bank account, which
    need not be the same. All are positive; the fee may be zero.
    """

    id: PaymentId
    company: CompanyId
    customer: CustomerId
    invoice: InvoiceId
    settled: Money
    received: Money
    fee: Money
    method: str
    on: date
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)
