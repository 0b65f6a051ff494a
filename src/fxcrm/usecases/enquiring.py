"""Enquiring: what somebody asked for, and the deal it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId, CustomerId, DealId, EnquiryId
from fxcrm.leads import LeadRefused
from fxcrm.ledger import Group
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.pipeline import CROSS_BORDER_TRADE, Deal, Enquiry
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.registering import register_customer
from fxcrm.usecases.trading import agreed_with
from fxcrm.usecases.wording import Command, Step


def receive_enquiry(
    desk: Desk,
    id: EnquiryId,
    *,
    customer: CustomerId | None = None,
    subject: str,
    channel: str,
    on: date,
    company: CompanyId | None = None,
    prospect: str = "",
    source: str = "",
    owner: str = "",
) -> Enquiry:
    """Note what a customer asked a company for, or somebody who is no customer yet.

    A prospect has a name and asks a ``company``. Raises `LeadRefused`, `CustomerNotActive`.
    """
    asked = company
    if customer is not None:
        asked = desk.uow.customers.claim(customer).active().company
        if company not in (None, asked):
            raise _of_another(id, customer, asked, company)
    lead = Enquiry(
        id, asked or CompanyId(""), customer, subject, channel, on,
        source=source, owner=owner, prospect=prospect,
    )  # fmt: skip
    desk.uow.companies.get(lead.company)
    return desk.uow.enquiries.add(lead)


def qualify_enquiry(
    desk: Desk,
    id: EnquiryId,
    *,
    deal: DealId,
    value: Money,
    on: date,
    customer: CustomerId | None = None,
    pipeline: str = CROSS_BORDER_TRADE.name,
    team: str = "",
    expected_on: date | None = None,
) -> Deal:
    """The enquiry becomes a deal in a currency agreed with the customer.

    ``customer`` is whom a prospect is registered as; `register_prospect` does that in the same
    unit of work. Raises `LeadHasNoCustomer`, `CurrencyNotAgreed`, and `LeadRefused` for a
    customer of another company, or another one than who asked.
    """
    enquiry = desk.uow.enquiries.get(id)
    if (asking := enquiry.customer or customer) is not None:
        buyer = agreed_with(desk, asking, value.currency)
        if customer not in (None, asking):
            raise LeadRefused(enquiry=id, reason=f"{asking} asked, and not {customer}; name that")
        if buyer.company != enquiry.company:
            raise _of_another(id, asking, buyer.company, enquiry.company)
    qualified, opened = enquiry.qualify(
        deal,
        value,
        on,
        customer=customer,
        along=desk.selling.pipelines.of(pipeline),
        team=team,
        expected_on=expected_on,
    )
    desk.uow.enquiries.save(qualified)
    return desk.uow.deals.add(opened)


def _of_another(
    id: EnquiryId, customer: CustomerId, company: CompanyId, asked: CompanyId | None
) -> LeadRefused:
    """A customer of one company, and the enquiry of another one."""
    reason = f"customer {customer} is one of {company}, and the enquiry is to {asked}"
    return LeadRefused(enquiry=id, reason=f"{reason}; name a customer of {asked}")


def register_prospect(
    desk: Desk,
    id: EnquiryId,
    customer: CustomerId,
    *,
    country: str,
    currency: Currency,
    also: tuple[Currency, ...] = (),
    language: str = "en",
    on: date,
) -> CustomerId:
    """Enter the prospect of an enquiry as a customer, under its name."""
    enquiry = desk.uow.enquiries.get(id)
    made = register_customer(
        desk, customer, company=enquiry.company, name=enquiry.prospect, country=country,
        currency=currency, also=also, language=language, on=on,
    )  # fmt: skip
    return made.id


def close_enquiry(desk: Desk, id: EnquiryId, *, reason: str, on: date) -> Enquiry:
    """The enquiry ends without a deal. Raises `LeadRefused`, `TransitionRefused`."""
    return desk.uow.enquiries.save(desk.uow.enquiries.get(id).close(reason, on))


def assign_enquiry(desk: Desk, id: EnquiryId, *, owner: str, on: date) -> Enquiry:
    """Somebody follows the enquiry up from now on. Raises `LeadRefused` once it ended."""
    return desk.uow.enquiries.save(desk.uow.enquiries.get(id).assign(owner, on))


def nurture_enquiry(desk: Desk, id: EnquiryId, *, on: date) -> Enquiry:
    """Not now, but perhaps later. Raises `TransitionRefused`."""
    return desk.uow.enquiries.save(desk.uow.enquiries.get(id).nurture(on))


def resume_enquiry(desk: Desk, id: EnquiryId, *, on: date) -> Enquiry:
    """What was kept in mind is followed up again. Raises `TransitionRefused`."""
    return desk.uow.enquiries.save(desk.uow.enquiries.get(id).resume(on))


def _receive(desk: Desk, step: Step, _: Group) -> object:
    customer, company = step.text("customer", ""), step.text("company", "")
    return receive_enquiry(
        desk,
        EnquiryId(step.text("id")),
        customer=CustomerId(customer) if customer else None,
        subject=step.text("subject"),
        channel=step.text("channel"),
        on=step.on,
        company=CompanyId(company) if company else None,
        prospect=step.text("prospect", ""),
        source=step.text("source", ""),
        owner=step.text("owner", ""),
    )


def _qualify(desk: Desk, step: Step, _: Group) -> object:
    """Qualify, with the prospect registered first where the step names who it becomes."""
    id, customer = EnquiryId(step.text("id")), step.some_text("customer")
    deal, value, buyer = DealId(step.text("deal")), step.money("value"), None
    pipeline = step.text("pipeline", CROSS_BORDER_TRADE.name)
    team, expected_on = step.text("team", ""), step.some_day("expected_on")
    if customer is not None:
        buyer = _registered(desk, step, CustomerId(customer), value.currency)
    return qualify_enquiry(
        desk, id, deal=deal, value=value, on=step.on, customer=buyer, pipeline=pipeline,
        team=team, expected_on=expected_on,
    )  # fmt: skip


def _registered(desk: Desk, step: Step, customer: CustomerId, asked_in: Currency) -> CustomerId:
    return register_prospect(
        desk,
        EnquiryId(step.text("id")),
        customer,
        country=step.text("country", ""),
        currency=step.some_currency("currency") or asked_in,
        also=tuple(map(Currency, step.text("also", "").split())),
        language=step.text("language", "en"),
        on=step.on,
    )


LEADS: Final[Mapping[str, Command]] = FrozenMap(
    {
        "receive enquiry": Command.of(
            "id customer subject channel company prospect source owner", _receive
        ),
        "qualify enquiry": Command.of(
            "id deal value customer country currency also language pipeline team expected_on",
            _qualify,
        ),
        "close enquiry": Command.of(
            "id reason",
            lambda desk, step, _: close_enquiry(
                desk, EnquiryId(step.text("id")), reason=step.text("reason"), on=step.on
            ),
        ),
        "assign enquiry": Command.of(
            "id owner",
            lambda desk, step, _: assign_enquiry(
                desk, EnquiryId(step.text("id")), owner=step.text("owner"), on=step.on
            ),
        ),
        "nurture enquiry": Command.of(
            "id",
            lambda desk, step, _: nurture_enquiry(desk, EnquiryId(step.text("id")), on=step.on),
        ),
        "resume enquiry": Command.of(
            "id",
            lambda desk, step, _: resume_enquiry(desk, EnquiryId(step.text("id")), on=step.on),
        ),
    }
)
