"""Leads: who asked for what, through which channel, and whether a deal became of it.

A lead may come before there is a customer: then it has the name of a prospect instead.
"""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.deals import Deal
from fxcrm.errors import InputRefused, RuleRefused
from fxcrm.events import Event
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.ids import CompanyId, CustomerId, DealId, EnquiryId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.stages import CROSS_BORDER_TRADE, Pipeline

ENQUIRY_LIFECYCLE = Lifecycle(
    "enquiry",
    "open",
    FrozenMap(
        {
            ("open", "qualify"): "qualified",
            ("open", "close"): "closed",
            ("open", "nurture"): "nurtured",
            ("nurtured", "resume"): "open",
            ("nurtured", "qualify"): "qualified",
            ("nurtured", "close"): "closed",
        }
    ),
)


class LeadRefused(InputRefused):
    """A lead that nobody could follow up."""

    enquiry: EnquiryId
    reason: str
    template = "enquiry {enquiry}: {reason:plain}"


class LeadHasNoCustomer(RuleRefused):
    """A deal is made with a customer, so a prospect is registered first."""

    enquiry: EnquiryId
    template = "enquiry {enquiry} has no customer yet; register its prospect when it is qualified"


@attrs.frozen
class Enquiry:
    """Somebody asked for something, through a channel, on a day: a lead.

    ``source`` says what brought them (a fair, a campaign), ``channel`` how they asked. There is a
    ``customer``, or the name of a ``prospect``. ``reason`` is why it was closed.
    """

    id: EnquiryId
    company: CompanyId
    customer: CustomerId | None
    subject: str
    channel: str
    received_on: date
    state: str = ENQUIRY_LIFECYCLE.start
    extras: Extras = NO_EXTRAS
    source: str = ""
    owner: str = ""
    prospect: str = ""
    reason: str = ""
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.customer is None and not self.prospect.strip():
            reason = "it needs a customer, or the name of a prospect"
            raise LeadRefused(enquiry=self.id, reason=reason)

    def qualify(
        self,
        deal: DealId,
        value: Money,
        on: date,
        *,
        customer: CustomerId | None = None,
        along: Pipeline = CROSS_BORDER_TRADE,
        team: str = "",
        expected_on: date | None = None,
    ) -> tuple[Enquiry, Deal]:
        """The enquiry becomes a deal worth ``value`` in the currency the customer asked in.

        ``customer`` is whom the prospect was registered as. The deal has the enquiry's owner.
        Raises `LeadHasNoCustomer`.
        """
        buyer = self.customer or customer
        if buyer is None:
            raise LeadHasNoCustomer(enquiry=self.id)
        event = Event("enquiry qualified", self.id, on, {"deal": deal})
        state = ENQUIRY_LIFECYCLE.after(self.state, "qualify")
        new = Deal.begun(
            deal,
            company=self.company,
            customer=buyer,
            enquiry=self.id,
            title=self.subject,
            value=value,
            on=on,
            along=along,
            owner=self.owner,
            team=team,
            expected_on=expected_on,
        )
        return attrs.evolve(self, state=state, customer=buyer, events=(*self.events, event)), new

    def close(self, reason: str, on: date) -> Enquiry:
        """The enquiry ends without a deal, for a reason. Raises `LeadRefused` without one."""
        if not reason.strip():
            raise LeadRefused(enquiry=self.id, reason="say why it is closed")
        event = Event("enquiry closed", self.id, on, {"reason": reason})
        closed = attrs.evolve(self, reason=reason)
        return closed._moved("close", event)

    def nurture(self, on: date) -> Enquiry:
        """Not now, but perhaps later: the enquiry is kept in mind."""
        return self._moved("nurture", Event("enquiry nurtured", self.id, on))

    def resume(self, on: date) -> Enquiry:
        """What was kept in mind is followed up again."""
        return self._moved("resume", Event("enquiry resumed", self.id, on))

    def assign(self, owner: str, on: date) -> Enquiry:
        """Somebody follows the enquiry up from now on. Raises `LeadRefused` once it ended."""
        if not ENQUIRY_LIFECYCLE.commands(self.state):
            raise LeadRefused(enquiry=self.id, reason=f"it is {self.state}, nobody follows it up")
        event = Event("enquiry assigned", self.id, on)
        return attrs.evolve(self, owner=owner, events=(*self.events, event))

    def _moved(self, command: str, event: Event) -> Enquiry:
        state = ENQUIRY_LIFECYCLE.after(self.state, command)
        return attrs.evolve(self, state=state, events=(*self.events, event))
