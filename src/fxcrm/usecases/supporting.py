"""Supporting: cases after the sale."""

from __future__ import annotations

from datetime import date

from fxcrm.billing import ServiceCase
from fxcrm.events import Event
from fxcrm.ids import CaseId, InvoiceId
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.usecases.deciding import Desk, document_number
from fxcrm.usecases.resolving import held


def open_case(
    desk: Desk, id: CaseId, *, invoice: InvoiceId, subject: str, claimed: Money, on: date
) -> ServiceCase:
    """A customer complains about an invoice; the claim is in the invoice's currency."""
    billed = desk.uow.invoices.get(invoice)
    if claimed.currency is not billed.currency:
        raise CurrencyMismatch(left=claimed, right=billed.total, operation="claim")
    number = document_number(desk, billed.company, "C")
    event = Event("case opened", id, on, {"claimed": str(claimed)})
    return desk.uow.cases.add(
        ServiceCase(
            id,
            number,
            billed.company,
            held(desk, billed.customer).id,
            invoice,
            subject,
            claimed,
            on,
            events=(event,),
        )
    )


def resolve_case(desk: Desk, id: CaseId, *, resolution: str, on: date) -> ServiceCase:
    """Close a case with what was agreed."""
    return desk.uow.cases.save(desk.uow.cases.get(id).resolve(resolution, on))
