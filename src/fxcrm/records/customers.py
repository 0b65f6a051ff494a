"""Customers and the currencies that companies trade in, as rows.

A column that came later is empty where it says what held before it was there: rows that were
written then stay as they were sealed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

from fxcrm.customers import (
    CUSTOMER_LIFECYCLE,
    Address,
    Contact,
    CurrencyMode,
    Customer,
    Preference,
    TaxId,
    TradedCurrency,
)
from fxcrm.encoding import day_text, decoded
from fxcrm.records.columns import Read, Reading, Values, Writing

T = TypeVar("T")
_LISTS: Final = ("preferences", "contacts", "addresses", "tax_ids", "tags", "groups")


def customer_row(customer: Customer, to: Writing) -> Values:
    """A customer as a row."""
    is_usual = customer.mode is CurrencyMode.AGREED
    lists = {name: getattr(customer, name) for name in _LISTS}
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
        "mode": None if is_usual else customer.mode.value,
        **{name: to.json(held) if held else None for name, held in lists.items()},
        "tier": customer.tier or None,
        "state": None if customer.state == CUSTOMER_LIFECYCLE.start else customer.state,
        "merged_into": customer.merged_into,
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
        mode=CurrencyMode.AGREED if row.mode is None else CurrencyMode(row.mode),
        preferences=_each(row.preferences, lambda one: _preference(one, by)),
        contacts=_each(row.contacts, lambda one: Contact(**one)),
        addresses=_each(row.addresses, lambda one: Address(**one)),
        tax_ids=_each(row.tax_ids, lambda one: TaxId(**one)),
        tags=_each(row.tags, str),
        groups=_each(row.groups, str),
        tier=row.tier or "",
        state=row.state or CUSTOMER_LIFECYCLE.start,
        merged_into=row.merged_into,
        version=row.version,
    )


def _each(text: str | None, made: Callable[[Any], T]) -> tuple[T, ...]:
    return () if text is None else tuple(map(made, decoded(text)))


def _preference(held: Any, by: Reading) -> Preference:
    since = date.fromisoformat(held["since"])
    return Preference(by.currency(held["currency"]), since, held["by"])


def traded_currency_row(traded: TradedCurrency, to: Writing) -> Values:
    """What a company decided on a currency, as a row."""
    return {
        "id": traded.id,
        "company": traded.company,
        "currency": to.code(traded.currency),
        "since": day_text(traded.since),
        "reason": traded.reason,
        "state": traded.state,
    }


def traded_currency_of(row: Read, by: Reading) -> TradedCurrency:
    """The decision of a row."""
    return TradedCurrency(
        id=row.id,
        company=row.company,
        currency=by.currency(row.currency),
        since=date.fromisoformat(row.since),
        reason=row.reason,
        state=row.state,
        version=row.version,
    )
