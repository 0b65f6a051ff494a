"""Taxing: a line as it is wished for becomes one of a quote, with the taxes that it bears."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import attrs

from fxcrm.customers import Customer
from fxcrm.ids import ProductId
from fxcrm.money import Money
from fxcrm.selling import QuoteLine
from fxcrm.selling.discounts import Discount
from fxcrm.taxes import Tax
from fxcrm.usecases.deciding import Desk


@attrs.frozen
class LineWish:
    """What is to stand on a line. ``tax`` names a kind of goods in the tax rates of the rules.

    A ``product`` brings the names of its own taxes, and its name where there is no description.
    """

    description: str
    quantity: Decimal
    unit_price: Money
    product: ProductId | None = None
    discount: Discount | None = None
    tax: str = ""


Wishes = Iterable[LineWish | tuple[str, Decimal, Money]]


def lines_of(
    desk: Desk, buyer: Customer, wishes: Wishes, on: date
) -> tuple[QuoteLine | tuple[str, Decimal, Money], ...]:
    """The lines of a quote to a customer, with the taxes of his country on a day.

    Raises `TaxMissing`, `ProductInactive`, `NotFound`.
    """
    return tuple(
        _line(desk, buyer, one, on) if isinstance(one, LineWish) else one for one in wishes
    )


def _line(desk: Desk, buyer: Customer, wish: LineWish, on: date) -> QuoteLine:
    product = desk.uow.products.get(wish.product).sold() if wish.product else None
    named = dict.fromkeys((*(product.taxes if product else ()), wish.tax))
    taxes = dict.fromkeys(one for goods in named for one in _taxes(desk, goods, buyer, on))
    text = wish.description or (product.name if product else "")
    return QuoteLine(
        text, wish.quantity, wish.unit_price, wish.product, wish.discount, tuple(taxes)
    )


def _taxes(desk: Desk, goods: str, buyer: Customer, on: date) -> tuple[Tax, ...]:
    return desk.selling.taxes.taxes_on(goods, buyer.country, on)
