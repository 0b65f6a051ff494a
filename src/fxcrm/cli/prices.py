"""``fxcrm product`` and ``fxcrm price``: what is sold, and for how much."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from fxcrm.adapters.csvfiles import CsvRows
from fxcrm.cli.selling import carried, listed, selling_desk, told
from fxcrm.cli.visible import plain
from fxcrm.cli.words import day_of
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.figures import Figure, decimal_text
from fxcrm.ids import CompanyId, CustomerId, PriceListId, ProductId
from fxcrm.mappings import FrozenMap
from fxcrm.money import canonical
from fxcrm.reports import Cell
from fxcrm.selling.discounts import Discount, chained
from fxcrm.selling.margins import Margin, share_text
from fxcrm.selling.pricelists import PriceList
from fxcrm.usecases.deciding import Desk, decided
from fxcrm.usecases.pricing import (
    PRICE_COLUMNS,
    Priced,
    derived_list,
    margin_of,
    price_lists_of,
    price_of,
    products_of,
)

_PLACES: Final = 6  # of an exact price, for a reader
_ENTRIES: Final = ("product", "from", "price", "mode")
_DERIVED: Final = ("product", "from", "listed", "exact", "price", "margin", "share")


def _add_product(arguments: Arguments) -> int:
    carried(
        arguments,
        "add product",
        id=arguments.id,
        company=arguments.company,
        name=arguments.name,
        unit=arguments.unit,
        cost=arguments.cost,
        taxes=arguments.tax,
        category=arguments.category,
        groups=arguments.group,
    )
    return told(f"product {arguments.id} is listed")


def _set_cost(arguments: Arguments) -> int:
    carried(arguments, "set cost", id=arguments.id, cost=arguments.cost)
    return told(f"product {arguments.id} costs {arguments.cost or 'nobody knows what'}")


def _products(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        rows = [
            (one.id, one.name, one.unit, str(one.cost or ""), ", ".join(one.taxes), one.state)
            for one in products_of(desk, CompanyId(arguments.company))
        ]
    return listed(arguments, ("product", "name", "unit", "cost", "taxes", "state"), rows)


def _move(do: str) -> Callable[[Arguments], int]:
    def run(arguments: Arguments) -> int:
        carried(arguments, do, id=arguments.id)
        kind = "price list" if do.endswith("list") else "product"
        return told(f"{kind} {arguments.id} is {do.split(maxsplit=1)[0]}d")

    return run


def run_products(arguments: Arguments) -> int:
    """Carry out a subcommand of ``fxcrm product``."""
    return PRODUCTS[arguments.command](arguments)


PRODUCTS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {
        "add": _add_product,
        "cost": _set_cost,
        "activate": _move("activate product"),
        "deactivate": _move("deactivate product"),
        "list": _products,
    }
)


def _add_list(arguments: Arguments) -> int:
    carried(
        arguments,
        "add price list",
        id=arguments.id,
        company=arguments.company,
        name=arguments.name or arguments.id,
        currency=arguments.currency.upper(),
        since=day_of("--since", arguments.since),
        until=day_of("--until", arguments.until),
        groups=arguments.group,
        priority=arguments.priority,
    )
    return told(f"price list {arguments.id} begins, in {arguments.currency.upper()}")


def _set(arguments: Arguments) -> int:
    rows: Any = [_row(text) for text in arguments.prices]
    if arguments.mode:
        rows = [{**row, "mode": arguments.mode} for row in rows]
    carried(arguments, "set price", id=arguments.list, product=arguments.product, prices=rows)
    return told(f"{arguments.product} on {arguments.list}: {', '.join(arguments.prices)}")


def _row(text: str) -> dict[str, str]:
    """``EUR 6.50 from 6`` as a row of a command."""
    price, _, start = text.partition(" from ")
    return {"price": price, "from": start or "0"}


def _import(arguments: Arguments) -> int:
    rows: Any = [
        {name: cell for name, cell in row.cells.items() if name in _ENTRIES and cell}
        for row in CsvRows(arguments.file).rows(PRICE_COLUMNS)
    ]
    carried(arguments, "set prices", id=arguments.list, prices=rows)
    return told(f"price list {arguments.list} has {len(rows)} prices now")


def _lists(arguments: Arguments) -> int:
    currency = Currency(arguments.currency.upper()) if arguments.currency else None
    with selling_desk(arguments) as desk:
        lists = price_lists_of(desk, CompanyId(arguments.company), currency)
    if arguments.list is None:
        rows = [_list_row(one) for one in lists]
        header = ("list", "currency", "for", "since", "until", "priority", "products", "state")
        return listed(arguments, header, rows)
    held = [one for one in lists if one.id == arguments.list]
    prices = [
        (entry.product, canonical(one.start), str(one.unit_price), entry.mode.value)
        for each in held
        for entry in each.entries
        for one in entry.breaks
    ]
    return listed(arguments, _ENTRIES, prices)


def _list_row(prices: PriceList) -> tuple[Cell, ...]:
    return (
        prices.id,
        prices.currency.code,
        ", ".join(prices.groups) or "everyone",
        prices.since,
        prices.until or "",
        prices.priority,
        len(prices.entries),
        prices.state,
    )


def _find(arguments: Arguments) -> int:
    currency = Currency(arguments.currency.upper())
    with selling_desk(arguments) as desk:
        on = _day(arguments, desk)
        found = price_of(
            desk,
            ProductId(arguments.product),
            currency=currency,
            on=on,
            quantity=arguments.quantity,
            customer=CustomerId(arguments.customer) if arguments.customer else None,
            groups=arguments.group or (),
        )
        net, left = _net(arguments, desk, found, on)
        floor = desk.selling.prices.floor
    if arguments.json:
        return listed(arguments, _FOUND, [_found(found, net, left)])
    print("\n".join(map(plain, net.explain().splitlines())))
    for one in found.price.looked_at:
        print(plain(f"looked at {one}"))
    if left is not None:
        is_below = floor is not None and left.is_below(floor)
        told_of = f", below the floor of {share_text(floor or Fraction(0))}" if is_below else ""
        print(plain(f"margin {left.amount.value}, {left.text}{told_of}"))
    return 0


_FOUND: Final = ("product", "quantity", "list", "rule", "price", "net", "margin", "share")


def _found(found: Priced, net: Figure, left: Margin | None) -> tuple[Cell, ...]:
    query = found.price.query
    return (
        query.product,
        canonical(query.quantity),
        found.price.list,
        found.price.rule,
        str(found.price.total),
        str(net.value),
        *_margin(left),
    )


def _margin(left: Margin | None) -> tuple[Cell, Cell]:
    return ("", "") if left is None else (left.amount.value, left.text)


def _net(arguments: Arguments, desk: Desk, found: Priced, on: date) -> tuple[Figure, Margin | None]:
    """The price less the discounts that are asked for, and the margin it leaves then."""
    if not arguments.discount:
        return found.price.figure(), found.margin
    discounts = [Discount.parse(text) for text in arguments.discount]
    policy, total = desk.selling.prices.discounts, found.price.total
    chain = chained(total, discounts, policy, _rate(desk, discounts, total.currency, on))
    net = chain.figure("Net", found.price.figure())
    product = desk.uow.products.get(found.price.query.product)
    return net, margin_of(desk, product, net, found.price.query.quantity, on)


def _rate(
    desk: Desk, discounts: list[Discount], currency: Currency, on: date
) -> RateDecision | None:
    """The rate of the day for the first discount that is in another currency."""
    for one in discounts:
        if one.amount is not None and one.amount.currency is not currency:
            return decided(desk, Purpose.QUOTE, one.amount.currency, currency, on)
    return None


def _day(arguments: Arguments, desk: Desk) -> date:
    return day_of("--on", arguments.on) or desk.now.date()


def _derive(arguments: Arguments) -> int:
    told_ = {"base": arguments.base, "currency": arguments.currency.upper(), "name": arguments.name}
    since = day_of("--since", arguments.since)
    if not arguments.dry_run:
        below = arguments.below_floor
        carried(
            arguments,
            "derive price list",
            id=arguments.id,
            since=since,
            below_floor=below,
            **told_,
        )
        return told(f"price list {arguments.id} is derived from {arguments.base}")
    with selling_desk(arguments) as desk:
        made = derived_list(
            desk,
            PriceListId(arguments.id),
            base=PriceListId(arguments.base),
            currency=Currency(told_["currency"]),
            on=_day(arguments, desk),
            since=since,
        )
    rows: list[tuple[Cell, ...]] = []
    for one in made.prices:
        amount, share = _margin(one.margin)
        mark = f"{share} BELOW THE FLOOR" if one.is_below else share
        exact = decimal_text(one.figure.exact_value, _PLACES)
        rows.append(
            (one.product, canonical(one.start), _listed(one.figure), exact, str(one.figure.value),
             amount, mark)
        )  # fmt: skip
    rate = str(made.list.rate)
    return listed(arguments, _DERIVED, rows, f"{arguments.id} from {arguments.base} at {rate}")


def _listed(figure: Figure) -> str:
    source = figure.inputs[0]
    return str(source.value) if isinstance(source, Figure) else ""


def run(arguments: Arguments) -> int:
    """Carry out a subcommand of ``fxcrm price``."""
    return PRICES[arguments.command](arguments)


PRICES: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {
        "add": _add_list,
        "set": _set,
        "import": _import,
        "find": _find,
        "derive": _derive,
        "deactivate": _move("deactivate price list"),
        "list": _lists,
    }
)
