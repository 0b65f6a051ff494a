"""Taxing: a line as it is wished for becomes one of a quote, with the taxes that it bears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import attrs

from fxcrm.currencies import Currency
from fxcrm.customers import Customer
from fxcrm.errors import InputRefused
from fxcrm.ids import ProductId
from fxcrm.money import Money
from fxcrm.selling import QuoteLine
from fxcrm.selling.discounts import Discount
from fxcrm.selling.pricefinding import Price, PriceQuery
from fxcrm.selling.products import ProductRefused
from fxcrm.taxes import Tax, TaxRepeated
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.pricing import found_prices


@attrs.frozen
class LineWish:
    """What is to stand on a line. ``tax`` names a kind of goods in the tax rates of the rules.

    Without one a ``product`` brings the names of its own taxes; it brings its name where there is
    no description, and where there is no ``unit_price`` what the price lists say: a line for each
    slice of it.
    """

    description: str
    quantity: Decimal
    unit_price: Money | None
    product: ProductId | None = None
    discount: Discount | None = None
    tax: str = ""


Wishes = Iterable[LineWish | tuple[str, Decimal, Money]]


class PriceNeeded(InputRefused):
    """A line that has no price, and none that could be looked up."""

    reason: str
    template = "a line has no unit price, and {reason:plain}"


def lines_of(
    desk: Desk, buyer: Customer, wishes: Wishes, on: date, priced_in: Currency
) -> tuple[QuoteLine | tuple[str, Decimal, Money], ...]:
    """The lines of a quote to a customer, with the taxes of his country on a day.

    Raises `TaxMissing`, `ProductInactive`, `ProductRefused` for one of another company,
    `NotFound`, `PriceNeeded`, and `PriceNotFound` where a
    price is looked up in vain.
    """
    wished = tuple(wishes)
    lacking = [one for one in wished if isinstance(one, LineWish) and one.unit_price is None]
    queries = [_query(one, buyer, on, priced_in) for one in lacking]
    prices = found_prices(desk, buyer.company, queries) if queries else ()
    found = {id(one): price for one, price in zip(lacking, prices, strict=True)}
    return tuple(
        line
        for one in wished
        for line in (
            _lines(desk, buyer, one, on, found.get(id(one))) if isinstance(one, LineWish) else [one]
        )
    )


def _query(wish: LineWish, buyer: Customer, on: date, priced_in: Currency) -> PriceQuery:
    if wish.product is None:
        raise PriceNeeded(reason="it names no product that is on a list")
    return PriceQuery(wish.product, priced_in, on, wish.quantity, buyer.groups)


def _lines(
    desk: Desk, buyer: Customer, wish: LineWish, on: date, price: Price | None
) -> Iterator[QuoteLine]:
    """One line, or one for each slice of the price that was found."""
    if price is None:
        if wish.unit_price is not None:
            yield _line(desk, buyer, wish, wish.unit_price, on, "")
        return
    if len(price.slices) > 1 and wish.discount is not None and wish.discount.amount is not None:
        raise PriceNeeded(reason="an amount off would count for each slice; name the price")
    for part in price.slices:
        of_slice = attrs.evolve(wish, quantity=part.quantity)
        yield _line(desk, buyer, of_slice, part.unit_price, on, _source(price))


def _source(price: Price) -> str:
    """Where a unit price is from: its list, and the decision that it was converted at."""
    rate = "" if price.rate is None else f", converted at {price.rate.id}: {price.rate.rate}"
    return f"price list {price.list}{rate}"


def _line(
    desk: Desk, buyer: Customer, wish: LineWish, unit_price: Money, on: date, source: str
) -> QuoteLine:
    product = desk.uow.products.get(wish.product).sold() if wish.product else None
    if product and product.company != buyer.company:
        reason = f"it is sold by {product.company}, and the customer is one of {buyer.company}"
        raise ProductRefused(product=product.id, reason=f"{reason}; name a product of that")
    named = (wish.tax,) if wish.tax else (product.taxes if product else ())
    goods = tuple(dict.fromkeys(named))
    taxes = _taxes(desk, goods, buyer, on)
    text = wish.description or (product.name if product else "")
    return QuoteLine(
        text, wish.quantity, unit_price, wish.product, wish.discount, taxes, goods, source
    )


def _taxes(desk: Desk, goods: Iterable[str], buyer: Customer, on: date) -> tuple[Tax, ...]:
    """Those on all these kinds of goods, each once. Raises `TaxMissing`, `TaxRepeated`."""
    found = (desk.selling.taxes.taxes_on(one, buyer.country, on) for one in goods)
    taxes = tuple(dict.fromkeys(tax for of_goods in found for tax in of_goods))
    if len({one.name for one in taxes}) < len(taxes):
        raise TaxRepeated(taxes=", ".join(map(str, taxes)))
    return taxes


def taxed_on(desk: Desk, line: QuoteLine, buyer: Customer, on: date) -> QuoteLine:
    """The line with the taxes of another day; those that name no kind of goods stay.

    Raises `TaxMissing`.
    """
    if not line.goods:
        return line
    return attrs.evolve(line, taxes=_taxes(desk, line.goods, buyer, on))
