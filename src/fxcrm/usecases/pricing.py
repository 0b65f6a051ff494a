"""Pricing: products and price lists, the price of a quantity, a list in another currency."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import FxcrmError
from fxcrm.extras import NO_EXTRAS, Extras
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CompanyId, CustomerId, PriceListId, ProductId
from fxcrm.money import Money
from fxcrm.ports.rows import RowSource, RowsRefused
from fxcrm.rows import MOST_PROBLEMS, Row, RowProblem
from fxcrm.selling.margins import Margin, margin
from fxcrm.selling.pricefinding import Price, PriceHasNoRate, PriceQuery, find_price, pointed
from fxcrm.selling.pricelists import BreakMode, PriceBreak, PriceEntry, PriceList
from fxcrm.selling.products import Product
from fxcrm.usecases.deciding import Desk, decided, spot
from fxcrm.usecases.trading import taken

PRICE_COLUMNS = ("product", "from", "price")  # of a file of prices; "mode" may be there too


def add_product(
    desk: Desk,
    id: ProductId,
    *,
    company: CompanyId,
    name: str,
    unit: str,
    on: date,
    cost: Money | None = None,
    taxes: Iterable[str] = (),
    category: str = "",
    groups: Iterable[str] = (),
    extras: Extras = NO_EXTRAS,
) -> Product:
    """List a new product. Raises `ProductRefused`."""
    desk.uow.companies.get(company)
    made = Product.add(
        id, company=company, name=name, unit=unit, on=on, cost=cost, taxes=taxes,
        category=category, groups=groups, extras=extras,
    )  # fmt: skip
    return desk.uow.products.add(made)


def set_cost(desk: Desk, id: ProductId, cost: Money | None, *, on: date) -> Product:
    """What a product costs from now on; None where nobody knows."""
    return desk.uow.products.save(desk.uow.products.get(id).costing(cost, on))


def deactivate_product(desk: Desk, id: ProductId, *, on: date) -> Product:
    """Offer a product no longer."""
    return desk.uow.products.save(desk.uow.products.get(id).deactivate(on))


def activate_product(desk: Desk, id: ProductId, *, on: date) -> Product:
    """Offer it again."""
    return desk.uow.products.save(desk.uow.products.get(id).activate(on))


def add_price_list(
    desk: Desk,
    id: PriceListId,
    *,
    company: CompanyId,
    name: str,
    currency: Currency,
    since: date,
    until: date | None = None,
    groups: Iterable[str] = (),
    priority: int = 0,
    entries: Iterable[PriceEntry] = (),
) -> PriceList:
    """A new list of prices, all of them for products that are there.

    Raises `PriceListRefused`, and `CurrencyInactive` for a currency that is no longer taken.
    """
    desk.uow.companies.get(company)
    taken(desk, company, currency)
    made = PriceList.of(
        id, company=company, name=name, currency=currency, since=since, until=until,
        groups=groups, priority=priority, entries=entries,
    )  # fmt: skip
    return desk.uow.price_lists.add(_with_products(desk, made))


def set_prices(
    desk: Desk, id: PriceListId, entries: Iterable[PriceEntry], *, on: date
) -> PriceList:
    """Other prices in place of all that a list has."""
    held = desk.uow.price_lists.claim(id)
    return desk.uow.price_lists.save(_with_products(desk, held.with_entries(entries, on)))


def set_price(desk: Desk, id: PriceListId, entry: PriceEntry, *, on: date) -> PriceList:
    """Another price of one product; the others stay."""
    desk.uow.products.get(entry.product)
    held = desk.uow.price_lists.claim(id)
    return desk.uow.price_lists.save(held.with_entry(entry, on))


def deactivate_price_list(desk: Desk, id: PriceListId, *, on: date) -> PriceList:
    """Find no price on a list any more."""
    return desk.uow.price_lists.save(desk.uow.price_lists.get(id).deactivate(on))


def import_prices(desk: Desk, id: PriceListId, source: RowSource, *, on: date) -> PriceList:
    """The prices of a file in place of all that a list has, or none of them (F14).

    Its columns are product, from, price (``USD 7.00``) and, if it likes, mode. The rows of one
    product are its breaks. Raises `RowsRefused`, which names every row that can not be read.
    """
    breaks: dict[ProductId, list[PriceBreak]] = {}
    modes: dict[ProductId, BreakMode] = {}
    problems: list[RowProblem] = []
    for row in source.rows(PRICE_COLUMNS):
        try:
            product = ProductId(row["product"])
            desk.uow.products.get(product)
            breaks.setdefault(product, []).append(_break(row))
            modes[product] = BreakMode(row.cells.get("mode") or BreakMode.VOLUME.value)
        except (FxcrmError, ValueError) as refused:
            problems.append(RowProblem(row.number, f"no price: {type(refused).__name__}"))
    if problems:
        first = problems[0]
        raise RowsRefused(
            source=source.name,
            row=first.row,
            reason=first.reason,
            problems=tuple(problems[:MOST_PROBLEMS]),
        )
    entries = (PriceEntry(product, tuple(each), modes[product]) for product, each in breaks.items())
    return set_prices(desk, id, entries, on=on)


def _break(row: Row) -> PriceBreak:
    return PriceBreak(exact_decimal(row["from"]), Money.parse(row["price"]))


def _with_products(desk: Desk, prices: PriceList) -> PriceList:
    """The list, once every product on it is known. Raises `NotFound`."""
    for entry in prices.entries:
        desk.uow.products.get(entry.product)
    return prices


# ---------------------------------------------------------------- finding


@attrs.frozen
class Priced:
    """A price that was found, and the margin it leaves; None where the cost is not known."""

    price: Price
    margin: Margin | None


def price_of(
    desk: Desk,
    product: ProductId,
    *,
    currency: Currency,
    on: date,
    quantity: str | int | Decimal = 1,
    customer: CustomerId | None = None,
    groups: Iterable[str] = (),
) -> Priced:
    """What so many units of a product cost a customer, in a currency, on a day.

    The customer's price groups count, and those that are named. Where no list is in the currency,
    the base list of the rules is converted at the rate of the day. Raises `PriceNotFound`,
    `ProductInactive`, and a `RateMissing` where there is no rate.
    """
    held = desk.uow.products.get(product).sold()
    of_customer = desk.uow.customers.get(customer).groups if customer else ()
    query = PriceQuery(product, currency, on, quantity, (*of_customer, *groups))
    (price,) = found_prices(desk, held.company, [query])
    net = price.figure()
    return Priced(price, margin_of(desk, held, net, query.quantity, on))


def found_prices(
    desk: Desk, company: CompanyId, queries: Iterable[PriceQuery]
) -> tuple[Price, ...]:
    """Prices on the lists of a company, converted only where its rules have a base list."""
    lists = tuple(desk.uow.price_lists.of_company(company))
    return tuple(_found_price(desk, lists, query) for query in queries)


def _found_price(desk: Desk, lists: tuple[PriceList, ...], query: PriceQuery) -> Price:
    rules = desk.selling.prices
    choosing = rules.choosing
    try:
        conversion = rules.conversion(query.currency, None)
        return find_price(query, lists, choosing=choosing, conversion=conversion)
    except PriceHasNoRate as lacking:
        base = next(one for one in lists if one.id == lacking.list)
        rate = spot(desk, Purpose.QUOTE, base.currency, query.currency, query.on)
        conversion = rules.conversion(query.currency, rate)
        return find_price(query, lists, choosing=choosing, conversion=conversion)


def margin_of(
    desk: Desk, product: Product, net: Figure, quantity: Decimal, on: date
) -> Margin | None:
    """What a net price of a quantity leaves over its cost, in the company's functional currency.

    Price and cost are each converted at the rate of the day; None where nobody knows the cost.
    """
    if product.cost is None:
        return None
    home = desk.uow.companies.get(product.company).functional
    source = Evidence("product", product.id, "cost of one", product.cost)
    cost = Figure.stated(f"Cost of {product.id}", product.cost * quantity, source)
    return margin(
        net,
        cost,
        home,
        _at_home(desk, home, net.value.currency, on),
        _at_home(desk, home, product.cost.currency, on),
    )


def _at_home(desk: Desk, home: Currency, currency: Currency, on: date) -> RateDecision | None:
    return decided(desk, Purpose.QUOTE, home, currency, on)


# ---------------------------------------------------------------- deriving


class BelowFloor(Enum):
    """What becomes of a derived price that leaves less than the floor of the rules."""

    REFUSED = "refused"
    ACCEPTED = "accepted"  # and named in the preview


@attrs.frozen
class DerivedPrice:
    """One break of a derived list: the price it came from, the new one, what it leaves."""

    product: ProductId
    start: Decimal
    figure: Figure
    margin: Margin | None
    is_below: bool


@attrs.frozen
class Derived:
    """A list that was derived, and how each of its prices came about."""

    list: PriceList
    prices: tuple[DerivedPrice, ...]


def derived_list(
    desk: Desk,
    id: PriceListId,
    *,
    base: PriceListId,
    currency: Currency,
    on: date,
    name: str = "",
    since: date | None = None,
) -> Derived:
    """What a list would be in another currency, by the rate of a day and the rules; not kept.

    Every price is converted once and comes to a price point of its currency; the margin is looked
    at after that.
    """
    held = desk.uow.price_lists.get(base)
    taken(desk, held.company, currency)
    rate = spot(desk, Purpose.QUOTE, held.currency, currency, on)
    prices = [_derived(desk, held, entry, one, rate, on) for entry, one in _breaks_of(held)]
    found = {(one.product, one.start): one.figure.value for one in prices}
    entries = (
        attrs.evolve(
            entry,
            breaks=[PriceBreak(one.start, found[entry.product, one.start]) for one in entry.breaks],
        )
        for entry in held.entries
    )
    made = PriceList.of(
        id, company=held.company, name=name or f"{held.name} in {currency}", currency=currency,
        since=since or on, until=held.until, groups=held.groups, priority=held.priority,
        entries=entries, base=base, rate=rate,
    )  # fmt: skip
    return Derived(made, tuple(prices))


def _breaks_of(prices: PriceList) -> Iterable[tuple[PriceEntry, PriceBreak]]:
    return ((entry, one) for entry in prices.entries for one in entry.breaks)


def _derived(
    desk: Desk, base: PriceList, entry: PriceEntry, one: PriceBreak, rate: RateDecision, on: date
) -> DerivedPrice:
    rules = desk.selling.prices
    source = Evidence("price list", base.id, f"{entry.product} from {one.start}", one.unit_price)
    listed = Figure.stated(f"Price on {base.id}", one.unit_price, source)
    currency = rate.convert_exactly(one.unit_price).currency
    figure = pointed(listed, rate, rules.points_of(currency))
    left = margin_of(desk, desk.uow.products.get(entry.product), figure, Decimal(1), on)
    is_below = left is not None and rules.floor is not None and left.is_below(rules.floor)
    return DerivedPrice(entry.product, one.start, figure, left, is_below)


def derive_price_list(
    desk: Desk,
    id: PriceListId,
    *,
    base: PriceListId,
    currency: Currency,
    on: date,
    name: str = "",
    since: date | None = None,
    below_floor: BelowFloor = BelowFloor.REFUSED,
) -> PriceList:
    """Copy a list into another currency, and keep it. Raises `SoldBelowFloor`."""
    made = derived_list(desk, id, base=base, currency=currency, on=on, name=name, since=since)
    if below_floor is BelowFloor.REFUSED:
        for one in made.prices:
            if one.margin is not None:
                what = f"{one.product} on {id}"
                one.margin.held_to(desk.selling.prices.floor, what=what, by=desk.actor)
    return desk.uow.price_lists.add(made.list)


def products_of(desk: Desk, company: CompanyId) -> tuple[Product, ...]:
    """The products of a company, by id, the inactive ones too."""
    desk.uow.companies.get(company)
    return tuple(desk.uow.products.of_company(company))


def price_lists_of(
    desk: Desk, company: CompanyId, currency: Currency | None = None
) -> tuple[PriceList, ...]:
    """The price lists of a company, by id; those in one currency, if one is named."""
    desk.uow.companies.get(company)
    lists = desk.uow.price_lists.of_company(company)
    return tuple(one for one in lists if currency is None or one.currency is currency)
