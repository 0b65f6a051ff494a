"""Resolving: the customer that an id stands for today, and whom a paper was written to before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from fxcrm.billing import Invoice
from fxcrm.customers import Customer
from fxcrm.customers.merging import TAKEN_OVER
from fxcrm.ids import CustomerId
from fxcrm.mappings import FrozenMap
from fxcrm.queries import Filter
from fxcrm.selling import Contract, Quote
from fxcrm.usecases.deciding import Desk

# By what a merge calls them: the fact with which papers of a kind went out.
_SENT: Final[Mapping[str, str]] = FrozenMap(
    {
        "quotes": "quote approved",
        "contracts": "contract activated",
        "invoices": "invoice issued",
    }
)


def resolved(desk: Desk, id: CustomerId) -> Customer:
    """The customer, or the survivor that it was merged into, however often. Raises `NotFound`."""
    found = desk.uow.customers.get(id)
    while found.merged_into is not None:
        found = desk.uow.customers.get(found.merged_into)
    return found


def held(desk: Desk, id: CustomerId) -> Customer:
    """The same, and until this unit ends nobody merges it: for whoever adds a record to it.

    Raises `NotFound`.
    """
    found = desk.uow.customers.claim(id)
    while found.merged_into is not None:
        found = desk.uow.customers.claim(found.merged_into)
    return found


def addressed(desk: Desk, kind: str, document: Quote | Contract | Invoice) -> Customer:
    """Whom a paper went to: its customer, or the one of before a merge, as the tombstone is.

    ``kind`` is what the unit of work calls them. A draft goes to the survivor.
    """
    holder = document.customer
    merged = Filter(company=document.company, state="merged")
    if getattr(document, "state", "") == "draft" or not desk.uow.customers.count(merged):
        return desk.uow.customers.get(holder)
    for event in (one.event for one in reversed(list(desk.uow.events.after(0)))):
        if event.name == _SENT[kind] and event.subject == document.id:
            break
        moved = event.details.get(kind, "[]") if event.name == TAKEN_OVER else "[]"
        if event.subject == holder and document.id in json.loads(moved):
            holder = CustomerId(event.details["from"])
    return desk.uow.customers.get(holder)
