"""Asking for some of many: a filter, and pages that stay right while others write.

Pages go by id: each one begins after the last id of the page before, so nothing that was there
all the time is left out or shown twice, whatever is added meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, Generic, TypeVar

import attrs

from fxcrm.currencies import Currency
from fxcrm.encoding import checked_text, day_text
from fxcrm.errors import CallError
from fxcrm.extras import Value
from fxcrm.ids import CompanyId, CustomerId, DealId, FieldId, InvoiceId
from fxcrm.mappings import FrozenMap
from fxcrm.references import Reference

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

LARGEST_PAGE: Final = 1_000
HOLDS: Final = "holds"
LABELLED: Final = "labelled"


class FilterRefused(CallError):
    """A kind can not be asked for like this."""

    kind: str
    name: str
    reason: str
    template = "{kind:plain} can not be filtered by {name}: {reason:plain}"


@attrs.frozen
class Filter:
    """What to find: everything that is named must hold; None asks for nothing.

    ``since`` and ``until`` are days, both included, and mean the day on which a kind arose:
    drafted, issued, registered and so on. ``fields`` names custom fields with the value that
    they must have; 1.0 and 1.00 are one value. ``invoice`` is the one that a payment, a credit
    note or a case belongs to, ``owner`` the salesperson, ``parent`` the deal that a deal is a part
    of, and ``document`` what an activity or a reminder is about. ``agreed`` is one of the
    currencies agreed with a customer, as ``currency`` is the preferred one; ``tag`` and ``group``
    are one of its tags and price groups.
    """

    company: CompanyId | None = None
    customer: CustomerId | None = None
    state: str | None = None
    currency: Currency | None = None
    since: date | None = None
    until: date | None = None
    fields: Mapping[FieldId, Value] = FrozenMap({})
    invoice: InvoiceId | None = None
    owner: str | None = None
    document: Reference | None = None
    parent: DealId | None = None
    country: str | None = None
    tier: str | None = None
    agreed: Currency | None = None
    tag: str | None = None
    group: str | None = None


EVERYTHING: Final = Filter()


@attrs.frozen
class Condition:
    """A column of a row, how it is compared, and with which text.

    Either ``=``, ``<>``, ``>=`` or ``<=``; or `HOLDS`: the column is the JSON of a list, and the
    text that of a member; or `LABELLED`: the text is one of the labels that the column is called
    after.
    """

    column: str
    operator: str
    value: str


def conditions(kind: str, columns: Mapping[str, str], where: Filter) -> tuple[Condition, ...]:
    """A filter in terms of a kind's columns, custom fields aside.

    Raises `FilterRefused`, `NotStorable`.
    """
    asked: tuple[tuple[str, str, str | None], ...] = (
        ("company", "=", where.company),
        ("customer", "=", where.customer),
        ("customer", "<>", "" if where.customer == "" else None),  # a prospect is nobody's
        ("state", "=", where.state),
        ("currency", "=", None if where.currency is None else where.currency.code),
        ("day", ">=", None if where.since is None else day_text(where.since)),
        ("day", "<=", None if where.until is None else day_text(where.until)),
        ("fields", "", None if not where.fields else ""),
        ("invoice", "=", where.invoice),
        ("owner", "=", where.owner),
        ("document", "=", None if where.document is None else str(where.document)),
        ("parent", "=", where.parent),
        ("country", "=", where.country),
        ("tier", "=", where.tier),
        ("agreed", HOLDS, None if where.agreed is None else f'"{where.agreed.code}"'),
        ("tag", LABELLED, where.tag),
        ("group", LABELLED, where.group),
    )
    named = [(name, operator, value) for name, operator, value in asked if value is not None]
    for name, _, _ in named:
        if name not in columns:
            raise FilterRefused(kind=kind, name=name, reason=f"known are {', '.join(columns)}")
    return tuple(
        Condition(columns[name], operator, checked_text(value))
        for name, operator, value in named
        if operator
    )


@attrs.frozen
class Page(Generic[T_co]):
    """Some of what was found, by ascending id; ``after`` begins the next page, None ends."""

    items: tuple[T_co, ...]
    after: str | None


def every(page: Callable[..., Page[T]], where: Filter = EVERYTHING) -> Iterator[T]:
    """All that a filter finds, page after page, by ascending id: ``every(unit.locks.page)``."""
    after: str | None = None
    while True:
        found = page(where, after=after, limit=LARGEST_PAGE)
        yield from found.items
        if (after := found.after) is None:
            return


def checked_limit(kind: str, limit: int) -> int:
    """The limit of a page, 1 to 1,000 (F18). Raises `FilterRefused`."""
    if not 1 <= limit <= LARGEST_PAGE:
        reason = f"a page holds 1 to {LARGEST_PAGE}, not {limit}"
        raise FilterRefused(kind=kind, name="limit", reason=reason)
    return limit
