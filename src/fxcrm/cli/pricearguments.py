"""The arguments of ``fxcrm product`` and ``fxcrm price``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from fxcrm.cli.sellingarguments import add_seller

if TYPE_CHECKING:
    from fxcrm.cli.booksarguments import Subcommands


def add_products(products: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm product``."""
    under = products.add_subparsers(required=True, metavar="command")
    parser = add_seller(under, "add", "list a product, with what one unit of it costs")
    parser.add_argument("id", help="by which everything names it")
    parser.add_argument("--company", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--unit", default="piece", help="piece, hour, licence (piece)")
    parser.add_argument("--cost", metavar="AMOUNT", help='such as "CNY 58.50"')
    parser.add_argument("--tax", action="append", metavar="NAME", help="a tax that it bears")
    parser.add_argument("--category", default="")
    parser.add_argument("--group", action="append", metavar="NAME", help="what rules sort it by")
    parser = add_seller(under, "cost", "change what a product costs from now on")
    parser.add_argument("id")
    parser.add_argument("cost", nargs="?", metavar="AMOUNT", help="nothing: nobody knows")
    for name, told in (
        ("deactivate", "offer a product no longer"),
        ("activate", "offer it again"),
    ):
        add_seller(under, name, told).add_argument("id")
    _of_company(add_seller(under, "list", "the products of a company"))


def add_prices(prices: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm price``."""
    under = prices.add_subparsers(required=True, metavar="command")
    parser = add_seller(under, "add", "begin a price list in one currency")
    parser.add_argument("id", help="by which everything names it")
    parser.add_argument("--company", required=True)
    parser.add_argument("--name", help="what it is called (its id)")
    parser.add_argument("--currency", required=True)
    parser.add_argument("--since", metavar="DAY", help="its first day (that of --on)")
    parser.add_argument("--until", metavar="DAY", help="its last day (none)")
    parser.add_argument("--group", action="append", metavar="NAME", help="for this customer group")
    parser.add_argument("--priority", type=int, help="of two lists alike the higher counts (0)")
    _add_set(under)
    parser = add_seller(under, "import", "take all prices of a list from a CSV file, or none")
    parser.add_argument("list", metavar="LIST")
    parser.add_argument("file", help="columns product, from, price and perhaps mode")
    _add_find(under)
    _add_derive(under)
    add_seller(under, "deactivate", "find no price on a list any more").add_argument("id")
    parser = _of_company(add_seller(under, "list", "the price lists of a company, or one of them"))
    parser.add_argument("--list", metavar="ID", help="every price of this one")
    parser.add_argument("--currency", help="in this currency")


def _of_company(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--company", required=True)
    return parser


def _add_set(under: Subcommands) -> None:
    parser = add_seller(under, "set", "say what a product costs on a list, from which quantity on")
    parser.add_argument("list", metavar="LIST")
    parser.add_argument("product")
    parser.add_argument(
        "prices", nargs="+", metavar="PRICE", help='"EUR 7.00", or "EUR 6.50 from 6"'
    )
    parser.add_argument("--mode", choices=("volume", "graduated"), help="what breaks mean (volume)")


def _add_find(under: Subcommands) -> None:
    parser = add_seller(under, "find", "the price of a quantity, with the rule that decided")
    parser.add_argument("product")
    parser.add_argument("--currency", required=True)
    parser.add_argument("--quantity", default="1", metavar="N")
    parser.add_argument("--customer", metavar="ID", help="whose price groups count")
    parser.add_argument(
        "--group", action="append", metavar="NAME", help="a price group that counts"
    )
    parser.add_argument(
        "--discount", action="append", metavar="D", help='"10 %%" or "EUR 5.00"; again for more'
    )


def _add_derive(under: Subcommands) -> None:
    parser = add_seller(under, "derive", "copy a list into another currency, by rate and rules")
    parser.add_argument("id", help="of the new list")
    parser.add_argument("--base", required=True, metavar="LIST", help="the list that is copied")
    parser.add_argument("--currency", required=True)
    parser.add_argument("--name")
    parser.add_argument("--since", metavar="DAY", help="its first day (that of --on)")
    parser.add_argument("--dry-run", action="store_true", help="show the prices, keep nothing")
    parser.add_argument(
        "--below-floor", choices=("refused", "accepted"), help="margins under the floor (refused)"
    )
