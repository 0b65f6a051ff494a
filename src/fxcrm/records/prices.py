"""Products and price lists as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fxcrm.encoding import day_text, decimal_from, decoded
from fxcrm.records.columns import (
    Read,
    Reading,
    Values,
    Writing,
    maybe_day_from,
    maybe_day_text,
)
from fxcrm.selling.pricelists import BreakMode, PriceBreak, PriceEntry, PriceList
from fxcrm.selling.products import Product


def product_row(product: Product, to: Writing) -> Values:
    """A product as a row; its cost may be finer than a minor unit (M10), so it is a text."""
    return {
        "id": product.id,
        "company": product.company,
        "name": product.name,
        "unit": product.unit,
        "added_on": day_text(product.added_on),
        "cost": None if product.cost is None else to.money_json(product.cost),
        "taxes": to.json(product.taxes),
        "category": product.category,
        "group_names": to.json(product.groups),
        "state": product.state,
        "extras": to.extras(product.extras),
    }


def product_of(row: Read, by: Reading) -> Product:
    """The product of a row."""
    return Product(
        id=row.id,
        company=row.company,
        name=row.name,
        unit=row.unit,
        added_on=date.fromisoformat(row.added_on),
        cost=None if row.cost is None else by.exact(decoded(row.cost)),
        taxes=decoded(row.taxes),
        category=row.category,
        groups=decoded(row.group_names),
        state=row.state,
        extras=by.extras(row.extras),
        version=row.version,
    )


def price_list_row(prices: PriceList, to: Writing) -> Values:
    """A price list as a row, its entries as one text."""
    return {
        "id": prices.id,
        "company": prices.company,
        "name": prices.name,
        "currency": to.code(prices.currency),
        "since": day_text(prices.since),
        "until": maybe_day_text(prices.until),
        "group_names": to.json(prices.groups),
        "priority": prices.priority,
        "entries": to.json(prices.entries),
        "state": prices.state,
        "base": prices.base,
        "rate": prices.rate.id if prices.rate else None,
    }


def price_list_of(row: Read, by: Reading) -> PriceList:
    """The price list of a row."""
    return PriceList(
        id=row.id,
        company=row.company,
        name=row.name,
        currency=by.currency(row.currency),
        since=date.fromisoformat(row.since),
        until=maybe_day_from(row.until),
        groups=decoded(row.group_names),
        priority=row.priority,
        entries=tuple(_entry(one, by) for one in decoded(row.entries)),
        state=row.state,
        base=row.base,
        rate=by.decision(row.rate),
        version=row.version,
    )


def _entry(entry: Mapping[str, Any], by: Reading) -> PriceEntry:
    breaks = (
        PriceBreak(decimal_from(one["start"]), by.exact(one["unit_price"]))
        for one in entry["breaks"]
    )
    return PriceEntry(entry["product"], tuple(breaks), BreakMode(entry["mode"]))
