"""Resolving: the customer that an id stands for today, whoever it was merged into."""

from __future__ import annotations

from fxcrm.customers import Customer
from fxcrm.ids import CustomerId
from fxcrm.usecases.deciding import Desk


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
