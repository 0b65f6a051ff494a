"""Owing: the sub-balances of a customer, one for each currency, and their total at home."""

from __future__ import annotations

from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.customers import Customer
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CustomerId
from fxcrm.ledger import OpenItem
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.finding import owed_items
from fxcrm.usecases.resolving import resolved


@attrs.frozen
class SubBalance:
    """What a customer owes in one currency, and what that is carried at; credits are negative."""

    currency: Currency
    open: Figure
    carried: Figure


@attrs.frozen
class CustomerBalance:
    """The sub-balances by code at the end of a day; ``total`` is what all are carried at.

    Carrying amounts are the ledger's, added and never converted again (M9).
    """

    customer: Customer
    as_of: date
    parts: tuple[SubBalance, ...]
    total: Figure


def balance_of(desk: Desk, id: CustomerId, as_of: date) -> CustomerBalance:
    """What a customer owes at the end of a day, from its open items.

    For one that was merged it is what the survivor owes. Raises `NotFound`.
    """
    customer = resolved(desk, id)
    id = customer.id
    home = desk.uow.companies.get(customer.company).functional
    held: dict[Currency, list[OpenItem]] = {}
    for item in owed_items(desk, customer.company, as_of):
        if item.party == id:
            held.setdefault(item.open.currency, []).append(item)
    parts = tuple(_part(id, one, held[one], home) for one in sorted(held, key=lambda c: c.code))
    carried = (one.carried for one in parts)
    total = Figure.total(f"Customer {id} owes, as carried", carried, home, "sum of the currencies")
    return CustomerBalance(customer, as_of, parts, total)


def _part(id: CustomerId, currency: Currency, items: list[OpenItem], home: Currency) -> SubBalance:
    label = f"Customer {id} owes in {currency}"
    open_ = (_stated(one, "open", one.open.currency) for one in items)
    carried = (_stated(one, "carrying", home) for one in items)
    return SubBalance(
        currency,
        Figure.total(label, open_, currency, "sum of the open items"),
        Figure.total(f"{label}, as carried", carried, home, "sum of the open items"),
    )


def _stated(item: OpenItem, part: str, currency: Currency) -> Figure:
    value = item.open if part == "open" else item.carrying
    return Figure.stated(f"{item.reference} in {currency}", value, Evidence("open item", item.id))
