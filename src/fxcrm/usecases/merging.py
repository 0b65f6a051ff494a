"""Merging: two records of one customer become one, with every document and open item.

Everything that names the other customer names the survivor from then on, in one unit of work:
what it is worth, when it arose and who owes it stay, so statements, ageing and results of the
survivor are the sum of both. What was sent out is not written again: the paper named the customer
as it was then, and the tombstone still does. ``docs/decisions`` says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import attrs

from fxcrm.customers import (
    CurrencyMode,
    Customer,
    MergeRefused,
    merged,
    taken_over,
)
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.ledger import Group
from fxcrm.mappings import FrozenMap
from fxcrm.ports.storage import UnitOfWork
from fxcrm.queries import Filter, every
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.paralleling import books_of
from fxcrm.usecases.settling import is_of_buyer
from fxcrm.usecases.wording import Command, Step

MOST_MOVED: Final = 100_000  # documents of one customer, all together (F18)
# What names its customer, by the name that a unit of work has for it.
MOVED: Final = (
    *("enquiries", "deals", "quotes", "contracts", "orders", "invoices", "credit_notes"),
    *("payments", "cases", "activities", "reminders"),
)
ITEMS: Final = "items"


@attrs.frozen
class Merger:
    """What a merge did: the survivor, the tombstone, and the ids of what moved, by kind."""

    survivor: Customer
    tombstone: Customer
    moved: Mapping[str, tuple[str, ...]]

    @property
    def count(self) -> int:
        """How many documents, activities and open items moved."""
        return sum(map(len, self.moved.values()))


def merge_customers(
    desk: Desk,
    survivor: CustomerId,
    other: CustomerId,
    *,
    on: date,
    mode: CurrencyMode | None = None,
) -> Merger:
    """Merge ``other`` into ``survivor``: all of it moves there, or nothing.

    The rules of selling say which custom field stays where both have one. Both are claimed, and
    so is each document, so that nobody writes to them meanwhile. Raises `MergeRefused`,
    `ModeRefused`, `CustomerNotActive`, `TransitionRefused`, `DetailRefused`, `NotFound`.
    """
    company = desk.uow.companies.get(desk.uow.customers.get(survivor).company)
    kept, gone = _claimed(desk.uow, survivor, other)
    made = merged(
        kept, gone, on, home=company.functional, mode=mode, keep=desk.selling.duplicates.keep
    )
    moved = FrozenMap(dict(_moved(desk, made.survivor, made.tombstone)))
    told = {kind: json.dumps(ids, ensure_ascii=False) for kind, ids in moved.items()}
    tombstone = desk.uow.customers.save(made.tombstone)
    return Merger(desk.uow.customers.save(taken_over(made, on, told)), tombstone, moved)


def _claimed(uow: UnitOfWork, survivor: CustomerId, other: CustomerId) -> tuple[Customer, Customer]:
    """Both, claimed in the order of their ids, so that two merges never wait for each other."""
    held = {id: uow.customers.claim(id) for id in sorted({survivor, other})}
    return held[survivor], held[other]


def _moved(desk: Desk, kept: Customer, gone: Customer) -> Iterator[tuple[str, tuple[str, ...]]]:
    room = MOST_MOVED
    for kind in MOVED:
        found = _ids(getattr(desk.uow, kind), Filter(company=gone.company, customer=gone.id))
        room = _room(kept, gone, room - len(found))
        _repoint(getattr(desk.uow, kind), found, "customer", kept.id)
        if found:
            yield kind, found
    items = tuple(
        id for books in books_of(desk, gone.company) for id in _items(desk, books.id, gone.id)
    )
    _room(kept, gone, room - len(items))
    _repoint(desk.uow.items, items, "party", str(kept.id))
    if items:
        yield ITEMS, items


def _ids(repository: Any, where: Filter) -> tuple[str, ...]:
    return tuple(one.id for one in every(repository.page, where))


def _items(desk: Desk, books: CompanyId, party: CustomerId) -> Iterator[str]:
    """The open items of a buyer; a supplier or a member of the group of its id is another."""
    for item in every(desk.uow.items.page, Filter(company=books, customer=party)):
        if item.partner is None and is_of_buyer(item, desk.chart.duties):
            yield item.id


def _room(kept: Customer, gone: Customer, room: int) -> int:
    if room < 0:
        reason = f"it has more than {MOST_MOVED} documents"
        raise MergeRefused(survivor=kept.id, other=gone.id, reason=reason)
    return room


def _repoint(repository: Any, ids: tuple[str, ...], field: str, to: str) -> None:
    """Claim each first: what somebody else changed meanwhile is not overwritten (F5)."""
    for id in ids:
        repository.save(attrs.evolve(repository.claim(id), **{field: to}))


def _merge(desk: Desk, step: Step, _: Group) -> object:
    return merge_customers(
        desk,
        CustomerId(step.text("into")),
        CustomerId(step.text("id")),
        on=step.on,
        mode=_mode(step),
    )


def _mode(step: Step) -> CurrencyMode | None:
    given = step.some_text("mode")
    return CurrencyMode.parse(given) if given else None


MERGERS: Final[Mapping[str, Command]] = FrozenMap(
    {"merge customers": Command.of("id into mode", _merge)}
)
