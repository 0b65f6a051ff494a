"""Offering: how the commands of products and price lists are understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from fxcrm.ids import CompanyId, PriceListId, ProductId
from fxcrm.ledger import Group
from fxcrm.mappings import FrozenMap
from fxcrm.selling.pricelists import BreakMode, PriceBreak, PriceEntry
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.pricing import (
    BelowFloor,
    activate_product,
    add_price_list,
    add_product,
    deactivate_price_list,
    deactivate_product,
    derive_price_list,
    set_cost,
    set_price,
    set_prices,
)
from fxcrm.usecases.wording import Command, Step

_ROW: Final = "product from price mode"


def _add_product(desk: Desk, step: Step, _: Group) -> object:
    return add_product(
        desk,
        ProductId(step.text("id")),
        company=CompanyId(step.text("company")),
        name=step.text("name"),
        unit=step.text("unit"),
        cost=step.some_money("cost"),
        taxes=step.texts("taxes"),
        category=step.text("category", ""),
        groups=step.texts("groups"),
        on=step.on,
    )


def _set_cost(desk: Desk, step: Step, _: Group) -> object:
    return set_cost(desk, ProductId(step.text("id")), step.some_money("cost"), on=step.on)


def _add_price_list(desk: Desk, step: Step, _: Group) -> object:
    return add_price_list(
        desk,
        PriceListId(step.text("id")),
        company=CompanyId(step.text("company")),
        name=step.text("name"),
        currency=step.currency("currency"),
        since=step.day("since", step.on),
        until=step.some_day("until"),
        groups=step.texts("groups"),
        priority=step.whole("priority", 0),
        entries=_entries(step.rows("prices", _ROW)),
    )


def _entries(rows: Iterable[Step]) -> list[PriceEntry]:
    """Rows of one product are its breaks; what the first of them says of the mode counts."""
    found: dict[str, list[Step]] = {}
    for row in rows:
        found.setdefault(row.text("product"), []).append(row)
    return [_entry(ProductId(product), rows) for product, rows in found.items()]


def _entry(product: ProductId, rows: list[Step]) -> PriceEntry:
    breaks = tuple(PriceBreak(row.number("from", "0"), row.money("price")) for row in rows)
    mode = rows[0].member("mode", BreakMode, BreakMode.VOLUME) if rows else BreakMode.VOLUME
    return PriceEntry(product, breaks, mode)


def _set_prices(desk: Desk, step: Step, _: Group) -> object:
    id, rows = PriceListId(step.text("id")), step.rows("prices", _ROW)
    return set_prices(desk, id, _entries(rows), on=step.on)


def _set_price(desk: Desk, step: Step, _: Group) -> object:
    id, product = PriceListId(step.text("id")), ProductId(step.text("product"))
    entry = _entry(product, step.rows("prices", "from price mode"))
    return set_price(desk, id, entry, on=step.on)


def _derive_price_list(desk: Desk, step: Step, _: Group) -> object:
    return derive_price_list(
        desk,
        PriceListId(step.text("id")),
        base=PriceListId(step.text("base")),
        currency=step.currency("currency"),
        name=step.text("name", ""),
        since=step.day("since", step.on),
        below_floor=step.member("below_floor", BelowFloor, BelowFloor.REFUSED),
        on=step.on,
    )


OFFERS: Final[Mapping[str, Command]] = FrozenMap(
    {
        "add product": Command.of("id company name unit cost taxes category groups", _add_product),
        "set cost": Command.of("id cost", _set_cost),
        "deactivate product": Command.of(
            "id",
            lambda desk, step, _: deactivate_product(desk, ProductId(step.text("id")), on=step.on),
        ),
        "activate product": Command.of(
            "id",
            lambda desk, step, _: activate_product(desk, ProductId(step.text("id")), on=step.on),
        ),
        "add price list": Command.of(
            "id company name currency since until groups priority prices", _add_price_list
        ),
        "set prices": Command.of("id prices", _set_prices),
        "set price": Command.of("id product prices", _set_price),
        "deactivate price list": Command.of(
            "id",
            lambda desk, step, _: deactivate_price_list(
                desk, PriceListId(step.text("id")), on=step.on
            ),
        ),
        "derive price list": Command.of(
            "id base currency name since below_floor", _derive_price_list
        ),
    }
)
