"""Positions: items as they stood on a day, from the postings of that time; and their buckets."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import attrs

from fxcrm.errors import InputRefused
from fxcrm.figures import Figure
from fxcrm.ids import OpenItemId
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.reports.postings import booked_sum, document_sum
from fxcrm.reports.scope import Scope


class BucketsRefused(InputRefused):
    """Edges of buckets that do not rise, or none at all."""

    edges: str
    template = "the edges of buckets are days that rise, such as 30, 60, 90; not {edges:plain}"


def _rising(_: AgeBuckets, __: attrs.Attribute[Any], edges: tuple[int, ...]) -> None:
    if not edges or any(low >= high for low, high in pairwise(edges)):
        raise BucketsRefused(edges=", ".join(map(str, edges)))


@attrs.frozen
class AgeBuckets:
    """Spans of days, told by their edges: an edge belongs to the bucket on its left (D32).

    ``first`` is what the first bucket is called, where ``up to 30 days`` will not do. Raises
    `BucketsRefused`.
    """

    edges: tuple[int, ...] = attrs.field(validator=_rising)
    first: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What the buckets are called, one more than there are edges."""
        between = (f"{low + 1} to {high} days" for low, high in pairwise(self.edges))
        first = self.first or f"up to {self.edges[0]} days"
        return (first, *between, f"over {self.edges[-1]} days")

    def place(self, days: int) -> int:
        """The bucket of a number of days, from 0."""
        return bisect_left(self.edges, days)


@attrs.frozen
class Position:
    """An item as it stood: what was open in document currency, and what it was carried at.

    ``carried`` holds what month ends added, so that revaluation sits with its invoice (D32).
    """

    item: OpenItem
    open: Figure
    carried: Figure


def positions(
    scope: Scope, items: Iterable[OpenItem], lines: Iterable[JournalLine]
) -> tuple[Position, ...]:
    """The items that held something at the end of the scope, by account, party, due day and id."""
    found: dict[OpenItemId, list[JournalLine]] = {}
    for line in lines:
        if line.posting.item is not None:
            found.setdefault(line.posting.item, []).append(line)
    ordered = sorted(items, key=lambda one: (one.account, one.party, one.due_on, one.id))
    return tuple(_standing(scope, ordered, found))


def _standing(
    scope: Scope, items: Iterable[OpenItem], found: dict[OpenItemId, list[JournalLine]]
) -> Iterator[Position]:
    for item in items:
        own = [one for one in found.get(item.id, ()) if one.posting.account == item.account]
        open_ = document_sum(f"Open on {item.reference}", own, item.original.currency)
        carried = booked_sum(f"Carrying amount of {item.reference}", own, scope.functional)
        if open_.value or carried.value:
            yield Position(item, open_, carried)
