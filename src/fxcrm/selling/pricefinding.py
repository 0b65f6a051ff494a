"""Finding a price: which list counts, at which break, and why; the same for any order of lists.

A list fits that is active, of the currency asked for, in force on the day, for everyone or for a
group of the customer, and that has a price for the product in that quantity. Of those that fit:

==============  ==========================================================================
``NARROWEST``   a list for a group goes before one for everyone; then the higher priority;
                then the later first day; then the lesser total; then the id
``LOWEST``      the lesser total of the quantity first; then as above
==============  ==========================================================================

A price in the currency itself always goes before a conversion. Where there is none, the price of
one named base list is converted by a decision that is given, and comes to a price point (M10). No
decision, or no price at all, is an error that names what was looked at; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import InputRefused, NotThere
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import PriceListId, ProductId
from fxcrm.money import Money, canonical
from fxcrm.selling.pricelists import PriceEntry, PriceList, Slice
from fxcrm.selling.pricepoints import NO_POINTS, PricePoints

_MOST_NAMED: Final = 20


class Choosing(Enum):
    """Which of several lists that fit counts."""

    NARROWEST = "narrowest"
    LOWEST = "lowest"


class PriceNotFound(NotThere):
    """No list has a price; ``looked_at`` says of each list why not."""

    product: ProductId
    currency: str
    on: date
    looked_at: str
    template = (
        "there is no price of {product} in {currency:plain} on {on}; looked at: {looked_at:plain}"
    )


class PriceHasNoRate(NotThere):
    """There is a price in another currency, and no decision to convert it with."""

    product: ProductId
    list: PriceListId
    pair: str
    template = (
        "product {product} has no price in the currency asked for; that of list {list} needs a "
        "rate decision for {pair:plain}"
    )


class QuantityRefused(InputRefused):
    """A price is asked for more than nothing."""

    product: ProductId
    quantity: Decimal
    template = "a price of {product} is asked for a quantity above zero, not {quantity}"


def _groups(groups: Iterable[str]) -> frozenset[str]:
    return frozenset(groups)


@attrs.frozen
class PriceQuery:
    """What is asked: so many units of a product, in a currency, on a day, for these groups.

    Raises `QuantityRefused`.
    """

    product: ProductId
    currency: Currency
    on: date
    quantity: Decimal = attrs.field(default=Decimal(1), converter=exact_decimal)
    groups: frozenset[str] = attrs.field(default=frozenset(), converter=_groups)

    def __attrs_post_init__(self) -> None:
        if self.quantity <= 0:
            raise QuantityRefused(product=self.product, quantity=self.quantity)


@attrs.frozen
class Conversion:
    """How a price comes about in a currency that has none: from ``base``, at ``rate``."""

    base: PriceListId
    rate: RateDecision | None = None
    points: PricePoints = NO_POINTS


@attrs.frozen
class Price:
    """A price that was found: the list, the rule that decided, and what it was converted at.

    ``slices`` are the units by what one of them costs; a volume price has one. ``looked_at`` has
    every other list with the reason why it did not count.
    """

    query: PriceQuery
    list: PriceListId
    slices: tuple[Slice, ...]
    rule: str
    looked_at: tuple[str, ...]
    figures: tuple[Figure, ...]
    rate: RateDecision | None = None

    @property
    def total(self) -> Money:
        """The whole quantity, exact; a document rounds its lines itself (M9)."""
        return Money.total((one.total for one in self.slices), self.query.currency)

    def figure(self) -> Figure:
        """The total as a figure, over the price of each slice, its list and its decision."""
        label = f"{canonical(self.query.quantity)} x {self.query.product}"
        rule = " + ".join(f"{canonical(one.quantity)} x {one.unit_price}" for one in self.slices)
        return Figure(label, self.total, f"{rule}; {self.rule}", self.figures)

    def explain(self) -> str:
        """The figure as text, and below it what else was looked at."""
        others = (f"looked at {one}" for one in self.looked_at)
        return "\n".join((self.figure().explain(), *others))


def find_price(
    query: PriceQuery,
    lists: Iterable[PriceList],
    *,
    choosing: Choosing = Choosing.NARROWEST,
    conversion: Conversion | None = None,
) -> Price:
    """The price of a quantity. Raises `PriceNotFound`, `PriceHasNoRate`."""
    ordered = sorted(lists, key=lambda one: one.id)
    found, looked_at = _own(query, ordered, choosing)
    if found is not None:
        return found
    if conversion is not None:
        return _converted(query, ordered, conversion, looked_at)
    raise _missing(query, looked_at)


def _missing(query: PriceQuery, looked_at: tuple[str, ...]) -> PriceNotFound:
    named = "; ".join(looked_at[:_MOST_NAMED]) or "no list at all"
    if len(looked_at) > _MOST_NAMED:
        named = f"{named}; and {len(looked_at) - _MOST_NAMED} more"
    return PriceNotFound(
        product=query.product, currency=query.currency.code, on=query.on, looked_at=named
    )


@attrs.frozen
class _Fitting:
    """A list that fits, its entry, and the quantity by its prices."""

    list: PriceList
    entry: PriceEntry
    slices: tuple[Slice, ...]

    @property
    def total(self) -> Money:
        return Money.total(one.total for one in self.slices)


def _own(
    query: PriceQuery, lists: Iterable[PriceList], choosing: Choosing
) -> tuple[Price | None, tuple[str, ...]]:
    """The best list in the currency itself, and the others with the reason why they are not."""
    fitting: list[_Fitting] = []
    misfits: list[str] = []
    for one in lists:
        reason = _misfit(query, one)
        if reason:
            misfits.append(f"{one.id} ({reason})")
        else:
            entry = one.by_product[query.product]
            fitting.append(_Fitting(one, entry, entry.slices(query.quantity)))
    if not fitting:
        return None, tuple(misfits)
    best, *others = sorted(fitting, key=lambda one: [key for _, key in _keys(one, choosing)])
    rule = _why(best, others[0], choosing) if others else "the only list that fits"
    beaten = (f"{one.list.id} ({_why(best, one, choosing)})" for one in others)
    figures = tuple(_listed(best.list, best.entry, one) for one in best.slices)
    looked_at = (*beaten, *misfits)
    return Price(query, best.list.id, best.slices, rule, looked_at, figures), looked_at


def _misfit(query: PriceQuery, one: PriceList) -> str:
    """Why a list does not count, or nothing."""
    if one.currency is not query.currency:
        return f"in {one.currency}"
    return _not_in_force(query, one)


def _not_in_force(query: PriceQuery, one: PriceList) -> str:
    if one.state != "active":
        return "inactive"
    if query.on < one.since:
        return f"from {one.since} on"
    if one.until is not None and query.on > one.until:
        return f"until {one.until}"
    if one.groups and not query.groups.intersection(one.groups):
        return f"for {', '.join(one.groups)}"
    entry = one.by_product.get(query.product)
    if entry is None:
        return "without the product"
    if not entry.slices(query.quantity):
        return f"from a quantity of {canonical(entry.breaks[0].start)} on"
    return ""


def _keys(one: _Fitting, choosing: Choosing) -> Iterator[tuple[str, Any]]:
    """What decides, in its order, with the words for it; the least key counts."""
    if choosing is Choosing.LOWEST:
        yield "the lower total", one.total
    yield "the list for a group before the one for everyone", not one.list.groups
    yield "the higher priority", -one.list.priority
    yield "the later first day", -one.list.since.toordinal()
    if choosing is Choosing.NARROWEST:
        yield "the lower total of lists alike", one.total
    yield "the id, of lists alike in everything", one.list.id


def _why(best: _Fitting, other: _Fitting, choosing: Choosing) -> str:
    """The first key in which the two differ: the rule that fired."""
    pairs = zip(_keys(best, choosing), _keys(other, choosing), strict=True)
    words = next(words for (words, mine), (_, theirs) in pairs if mine != theirs)
    return f"{best.list.id} goes before {other.list.id}: {words}"


def _listed(one: PriceList, entry: PriceEntry, part: Slice) -> Figure:
    """What one unit of a slice costs on a list, as evidence."""
    text = f"{entry.product} from {canonical(part.start)}, {entry.mode.value}"
    source = Evidence("price list", one.id, text, part.unit_price)
    return Figure.stated(f"Price on {one.id}", part.unit_price, source)


def _converted(
    query: PriceQuery, lists: list[PriceList], conversion: Conversion, looked_at: tuple[str, ...]
) -> Price:
    """The price of the base list, converted at the decision, each at its price point."""
    base = next((one for one in lists if one.id == conversion.base), None)
    reason = "which is not there" if base is None else _not_in_force(query, base)
    if base is None or reason:
        raise _missing(query, (*looked_at, f"the base list {conversion.base} ({reason})"))
    rate = needed_rate(query.product, base, query.currency, conversion.rate)
    entry = base.by_product[query.product]
    figures, slices = [], []
    for part in entry.slices(query.quantity):
        figure = pointed(_listed(base, entry, part), rate, conversion.points)
        figures.append(figure)
        slices.append(attrs.evolve(part, unit_price=figure.value))
    rule = f"no list in {query.currency}, so {base.id} in {base.currency} was converted"
    others = tuple(one for one in looked_at if not one.startswith(f"{base.id} ("))
    return Price(query, base.id, tuple(slices), rule, others, tuple(figures), rate)


def needed_rate(
    product: ProductId, base: PriceList, to: Currency, rate: RateDecision | None
) -> RateDecision:
    """The decision itself, once it is known to be for the two currencies.

    Raises `PriceHasNoRate`.
    """
    if rate is None or {rate.pair.base, rate.pair.counter} != {base.currency, to}:
        raise PriceHasNoRate(product=product, list=base.id, pair=f"{base.currency}/{to}")
    return rate


def pointed(listed: Figure, rate: RateDecision, points: PricePoints) -> Figure:
    """A price in another currency, at a price point; the figure shows the exact one.

    Where there are no points it is rounded half-even to minor units, or to as many digits as the
    listed price has, if those are more.
    """
    exact = rate.convert_exactly(listed.value)
    held = -int(listed.value.amount.as_tuple().exponent)
    digits = max(held, exact.currency.digits or 0)
    value, rule = points.applied(exact, digits)
    said = f"{listed.value} at {rate.rate}, {rule}"
    return Figure(f"{listed.label} in {exact.currency}", value, said, (listed, rate), exact.value)
