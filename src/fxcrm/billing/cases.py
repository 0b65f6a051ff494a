"""Cases after the sale: a complaint or a question that carries its currency."""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CaseId, CompanyId, CustomerId, InvoiceId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

CASE_LIFECYCLE = Lifecycle(
    "case",
    "open",
    FrozenMap({("open", "resolve"): "resolved", ("resolved", "reopen"): "open"}),
)


@attrs.frozen
class ServiceCase:
    """What a customer claims about an invoice. ``claimed`` is in the invoice's currency."""

    id: CaseId
    number: str
    company: CompanyId
    customer: CustomerId
    invoice: InvoiceId
    subject: str
    claimed: Money
    opened_on: date
    resolution: str = ""
    state: str = CASE_LIFECYCLE.start
    extras: Extras = NO_EXTRAS
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    def figure(self) -> Figure:
        """What is claimed, with the invoice it is about."""
        evidence = Evidence("invoice", self.invoice, self.subject)
        return Figure.stated(f"Claim of case {self.number}", self.claimed, evidence)

    def resolve(self, resolution: str, on: date) -> ServiceCase:
        """Close the case with what was agreed."""
        return self._moved("resolve", on, resolution)

    def reopen(self, on: date) -> ServiceCase:
        """The customer came back."""
        return self._moved("reopen", on, "")

    def _moved(self, command: str, on: date, resolution: str) -> ServiceCase:
        state = CASE_LIFECYCLE.after(self.state, command)
        event = Event(f"case {state}", self.id, on)
        return attrs.evolve(self, state=state, resolution=resolution, events=(*self.events, event))
