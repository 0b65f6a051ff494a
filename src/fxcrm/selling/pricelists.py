"""Price lists: what a product costs in one currency, for whom, from when on, in which quantity.

==============  ============================================================================
``VOLUME``      the whole quantity at the price of the last break that it reaches
``GRADUATED``   each unit at the price of its own break: with breaks from 1, 6 and 11, units 1
                to 5 at the first, 6 to 10 at the second, and the rest at the third
==============  ============================================================================

A break says *from* which quantity it counts. The n-th unit is what lies above n - 1 and up to n,
so half an hour after the fifth belongs to the sixth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property
from itertools import pairwise
from typing import Final

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import InputRefused
from fxcrm.events import Event
from fxcrm.ids import CompanyId, PriceListId, ProductId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money, canonical

# Bounds of one list (F18); a larger catalogue is kept in several lists.
MOST_ENTRIES: Final = 10_000
MOST_BREAKS: Final = 100
MOST_GROUPS: Final = 50
MOST_PRIORITY: Final = 1_000_000  # above and below zero

PRICE_LIST_LIFECYCLE = Lifecycle(
    "price list",
    "active",
    FrozenMap({("active", "deactivate"): "inactive", ("inactive", "activate"): "active"}),
)


class BreakMode(Enum):
    """How the breaks of one entry share out a quantity."""

    VOLUME = "volume"
    GRADUATED = "graduated"


class PriceListRefused(InputRefused):
    """A price list, or an entry of it, that nobody could follow; ``place`` says which."""

    list: PriceListId
    place: str
    reason: str
    template = "price list {list}, {place:plain}: {reason:plain}"


@attrs.frozen
class PriceBreak:
    """From ``start`` units on (text, int or Decimal; 0 for any quantity) one is ``unit_price``.

    The price may hold more digits than its currency has (M10).
    """

    start: Decimal = attrs.field(converter=exact_decimal)
    unit_price: Money

    def __str__(self) -> str:
        return f"{self.unit_price} from {canonical(self.start)}"


@attrs.frozen
class Slice:
    """So many units at the price of the break that begins at ``start``."""

    quantity: Decimal
    unit_price: Money
    start: Decimal

    @property
    def total(self) -> Money:
        """Quantity times price, exact."""
        return self.unit_price * self.quantity


def _breaks(breaks: Iterable[PriceBreak]) -> tuple[PriceBreak, ...]:
    return tuple(sorted(breaks, key=lambda one: one.start))


@attrs.frozen
class PriceEntry:
    """What one product costs on a list: its breaks, by quantity, and how they are meant."""

    product: ProductId
    breaks: tuple[PriceBreak, ...] = attrs.field(converter=_breaks)
    mode: BreakMode = BreakMode.VOLUME

    @classmethod
    def of(cls, product: ProductId, price: Money) -> PriceEntry:
        """One price for any quantity."""
        return cls(product, (PriceBreak(0, price),))

    def slices(self, quantity: Decimal) -> tuple[Slice, ...]:
        """The quantity by the prices it is sold at; none where it is below the first break."""
        reached = [one for one in self.breaks if one.start <= quantity]
        if self.mode is BreakMode.VOLUME:
            return (Slice(quantity, reached[-1].unit_price, reached[-1].start),) if reached else ()
        return tuple(self._graduated(quantity))

    def _graduated(self, quantity: Decimal) -> Iterator[Slice]:
        starts = [max(one.start - 1, Decimal(0)) for one in self.breaks]
        ends = [*starts[1:], quantity]
        for one, begin, end in zip(self.breaks, starts, ends, strict=True):
            units = min(end, quantity) - begin
            if units > 0:
                yield Slice(units, one.unit_price, one.start)

    def flaw(self, currency: Currency) -> str:
        """What is wrong with it on a list in that currency, or nothing."""
        if not 1 <= len(self.breaks) <= MOST_BREAKS:
            return f"an entry has 1 to {MOST_BREAKS} breaks"
        if any(one.unit_price.currency is not currency for one in self.breaks):
            return f"its prices are in {currency}; a price is converted, not relabelled"
        if any(one.unit_price.is_negative or one.start < 0 for one in self.breaks):
            return "neither a price nor a quantity is below zero"
        if any(one.start == two.start for one, two in pairwise(self.breaks)):
            return "two breaks begin at one quantity"
        if self.mode is BreakMode.GRADUATED and self.breaks[0].start > 1:
            return "graduated prices begin with the first unit"
        return ""


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _entries(entries: Iterable[PriceEntry]) -> tuple[PriceEntry, ...]:
    return tuple(sorted(entries, key=lambda one: one.product))


@attrs.frozen
class PriceList:
    """The prices of one company in one currency, from ``since`` to ``until``, both included.

    ``groups`` are the customer groups it is for; none is everyone. Of two lists that fit alike
    the higher ``priority`` counts. A list that was derived knows its ``base`` and the decision
    its prices were converted at. Raises `PriceListRefused`.
    """

    id: PriceListId
    company: CompanyId
    name: str
    currency: Currency
    since: date
    until: date | None = None
    groups: tuple[str, ...] = attrs.field(default=(), converter=_names)
    priority: int = 0
    entries: tuple[PriceEntry, ...] = attrs.field(default=(), converter=_entries)
    state: str = PRICE_LIST_LIFECYCLE.start
    base: PriceListId | None = None
    rate: RateDecision | None = None
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def of(
        cls,
        id: PriceListId,
        *,
        company: CompanyId,
        name: str,
        currency: str | Currency,
        since: date,
        until: date | None = None,
        groups: Iterable[str] = (),
        priority: int = 0,
        entries: Iterable[PriceEntry] = (),
        base: PriceListId | None = None,
        rate: RateDecision | None = None,
    ) -> PriceList:
        """A new list, active from its first day on. Raises `PriceListRefused`."""
        known = currency if isinstance(currency, Currency) else Currency(currency)
        event = Event("price list added", id, since, {"currency": known.code})
        made = cls(
            id, company, name.strip(), known, since, until, groups, priority, entries,
            base=base, rate=rate, events=(event,),
        )  # fmt: skip
        return made._checked(made.entries)

    @cached_property
    def by_product(self) -> Mapping[ProductId, PriceEntry]:
        """The entries by their product."""
        return {one.product: one for one in self.entries}

    def with_entries(self, entries: Iterable[PriceEntry], on: date) -> PriceList:
        """With these entries in place of all it had. Raises `PriceListRefused`."""
        event = Event("price list replaced", self.id, on)
        made = attrs.evolve(self, entries=entries, events=(*self.events, event))
        return made._checked(made.entries)

    def with_entry(self, entry: PriceEntry, on: date) -> PriceList:
        """With another entry for one product; the others stay. Raises `PriceListRefused`."""
        event = Event("price set", self.id, on, {"product": entry.product})
        others = (one for one in self.entries if one.product != entry.product)
        made = attrs.evolve(self, entries=(*others, entry), events=(*self.events, event))
        return made._checked((entry,))

    def deactivate(self, on: date) -> PriceList:
        """No price is found on it any more; what was quoted from it stays."""
        return self._moved("deactivate", on)

    def activate(self, on: date) -> PriceList:
        """Its prices count again."""
        return self._moved("activate", on)

    def _moved(self, command: str, on: date) -> PriceList:
        state = PRICE_LIST_LIFECYCLE.after(self.state, command)
        event = Event(f"price list {command}d", self.id, on)
        return attrs.evolve(self, state=state, events=(*self.events, event))

    def _checked(self, entries: Iterable[PriceEntry]) -> PriceList:
        """The list itself, once these entries and its terms are known to be sound."""
        for wrong, place, reason in (
            (not self.name, "name", "it is empty"),
            (self.until is not None and self.until < self.since, "until", "it lies before since"),
            (abs(self.priority) > MOST_PRIORITY, "priority", f"it is beyond {MOST_PRIORITY}"),
            (len(self.groups) > MOST_GROUPS, "groups", f"there are more than {MOST_GROUPS}"),
            (len(self.entries) > MOST_ENTRIES, "entries", f"there are more than {MOST_ENTRIES}"),
            (len(self.by_product) < len(self.entries), "entries", "a product is listed twice"),
        ):
            if wrong:
                raise PriceListRefused(list=self.id, place=place, reason=reason)
        for one in entries:
            if flaw := one.flaw(self.currency):
                raise PriceListRefused(list=self.id, place=f"product {one.product}", reason=flaw)
        return self
