"""Enquiries and deals as rows."""

from __future__ import annotations

from datetime import date

from fxcrm.encoding import day_text
from fxcrm.pipeline import Deal, Enquiry
from fxcrm.records.columns import Read, Reading, Values, Writing


def enquiry_row(enquiry: Enquiry, to: Writing) -> Values:
    """An enquiry as a row."""
    return {
        "id": enquiry.id,
        "company": enquiry.company,
        "customer": enquiry.customer,
        "subject": enquiry.subject,
        "channel": enquiry.channel,
        "received_on": day_text(enquiry.received_on),
        "state": enquiry.state,
        "extras": to.extras(enquiry.extras),
    }


def enquiry_of(row: Read, by: Reading) -> Enquiry:
    """The enquiry of a row."""
    return Enquiry(
        id=row.id,
        company=row.company,
        customer=row.customer,
        subject=row.subject,
        channel=row.channel,
        received_on=date.fromisoformat(row.received_on),
        state=row.state,
        extras=by.extras(row.extras),
        version=row.version,
    )


def deal_row(deal: Deal, to: Writing) -> Values:
    """A deal as a row."""
    return {
        "id": deal.id,
        "company": deal.company,
        "customer": deal.customer,
        "enquiry": deal.enquiry,
        "title": deal.title,
        **to.money(value=deal.value),
        "opened_on": day_text(deal.opened_on),
        "stage": deal.stage,
        "extras": to.extras(deal.extras),
    }


def deal_of(row: Read, by: Reading) -> Deal:
    """The deal of a row."""
    return Deal(
        id=row.id,
        company=row.company,
        customer=row.customer,
        enquiry=row.enquiry,
        title=row.title,
        value=by.money(row.value, row.value_currency),
        opened_on=date.fromisoformat(row.opened_on),
        stage=row.stage,
        extras=by.extras(row.extras),
        version=row.version,
    )
