"""Customers as rows."""

from __future__ import annotations

from datetime import date

from fxcrm.customers import Customer
from fxcrm.encoding import day_text, decoded
from fxcrm.records.columns import Read, Reading, Values, Writing


def customer_row(customer: Customer, to: Writing) -> Values:
    """A customer as a row."""
    return {
        "id": customer.id,
        "company": customer.company,
        "name": customer.name,
        "country": customer.country,
        "currency": to.code(customer.currency),
        "currencies": to.json(customer.currencies),
        "registered_on": day_text(customer.registered_on),
        "language": customer.language,
        "extras": to.extras(customer.extras),
    }


def customer_of(row: Read, by: Reading) -> Customer:
    """The customer of a row."""
    return Customer(
        id=row.id,
        company=row.company,
        name=row.name,
        country=row.country,
        currency=by.currency(row.currency),
        currencies=tuple(map(by.currency, decoded(row.currencies))),
        registered_on=date.fromisoformat(row.registered_on),
        language=row.language,
        extras=by.extras(row.extras),
        version=row.version,
    )
