"""Enquiring: what somebody asked for, and the deal it becomes."""

from __future__ import annotations

from datetime import date

from fxcrm.ids import CustomerId, DealId, EnquiryId
from fxcrm.money import Money
from fxcrm.pipeline import Deal, Enquiry
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.trading import agreed_with


def receive_enquiry(
    desk: Desk, id: EnquiryId, *, customer: CustomerId, subject: str, channel: str, on: date
) -> Enquiry:
    """Note what a customer asked for."""
    company = desk.uow.customers.get(customer).active().company
    return desk.uow.enquiries.add(Enquiry(id, company, customer, subject, channel, on))


def qualify_enquiry(desk: Desk, id: EnquiryId, *, deal: DealId, value: Money, on: date) -> Deal:
    """The enquiry becomes a deal in a currency agreed with the customer."""
    enquiry = desk.uow.enquiries.get(id)
    if enquiry.customer is not None:
        agreed_with(desk, enquiry.customer, value.currency)
    qualified, opened = enquiry.qualify(deal, value, on)
    desk.uow.enquiries.save(qualified)
    return desk.uow.deals.add(opened)
