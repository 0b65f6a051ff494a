"""The arguments of ``fxcrm contract``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from fxcrm.cli.sellingarguments import add_seller

if TYPE_CHECKING:
    from fxcrm.cli.booksarguments import Subcommands

_CYCLES: Final = ("monthly", "quarterly", "half-yearly", "yearly")


def add_contracts(contracts: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm contract``."""
    under = contracts.add_subparsers(required=True, metavar="command")
    _add_draft(under)
    _add_command(under, "activate", "both have signed; instalments fall due")
    _add_command(under, "withdraw", "a draft comes to nothing").add_argument("--reason", default="")
    one = _add_command(under, "terminate", "give notice, which ends it with its term")
    one.add_argument("--reason", default="")
    one = _add_command(under, "renew", "make the contract of the next term, once")
    one.add_argument("--as", dest="successor", required=True, metavar="ID", help="its id")
    _add_command(under, "expire", "close one whose term is over and that nothing follows")
    _add_command(under, "bill", "take an order for each instalment that is due by --on")
    one = add_seller(under, "due", "every instalment due by --on, with what it comes to")
    one.add_argument("--contract", metavar="ID", help="of this one, explained")
    one = add_seller(under, "list", "every contract, or those in a state")
    one.add_argument("--state")


def _add_command(under: Subcommands, name: str, told: str) -> argparse.ArgumentParser:
    parser = add_seller(under, name, told)
    parser.add_argument("id")
    return parser


def _add_draft(under: Subcommands) -> None:
    parser = add_seller(under, "add", "draft a contract, of its own or of an accepted quote")
    parser.add_argument("id", help="by which everything names it")
    parser.add_argument("--customer", help="who pays; that of the quote")
    parser.add_argument("--price", help='such as "USD 300.00"; the total of the quote')
    parser.add_argument("--quote", help="an accepted quote, in place of customer and price")
    parser.add_argument("--title", required=True, help="what is delivered")
    parser.add_argument("--since", required=True, metavar="DAY", help="the first day")
    parser.add_argument("--months", required=True, type=int, help="how long the term is")
    parser.add_argument("--per", choices=_CYCLES, help="how long the price lasts (monthly)")
    parser.add_argument("--billed", choices=_CYCLES, help="how often it is billed (monthly)")
    parser.add_argument("--due", choices=("in advance", "in arrears"))
    parser.add_argument("--notice-months", type=int, metavar="N")
    parser.add_argument("--notice-days", type=int, metavar="N")
    _add_renewal(parser)
    _add_clause(parser)


def _add_renewal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--renewal", choices=("none", "automatic", "by agreement"))
    parser.add_argument("--renewal-months", type=int, metavar="N", help="how long the next term is")
    parser.add_argument("--reprice", choices=("unchanged", "uplift", "indexed"))
    parser.add_argument("--uplift", metavar="PERCENT", help="by which the next price is higher")


def _add_clause(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--indexed-to", metavar="CODE", help="the currency whose price is followed (none: fixed)"
    )
    parser.add_argument("--band", metavar="PERCENT", help="movements up to it change nothing")
    parser.add_argument(
        "--beyond", choices=("threshold", "deductible"), help="what counts once it is left"
    )
    parser.add_argument("--passed-on", metavar="PERCENT", help="of what counts (100)")
    parser.add_argument("--cap", metavar="PERCENT", help="by which the price rises at the most")
    parser.add_argument("--floor", metavar="PERCENT", help="by which it falls, such as -5")
    parser.add_argument("--lead", type=int, metavar="DAYS", help="from the fixing to the due day")
    parser.add_argument("--base-on", metavar="DAY", help="whose rate the clause starts from (--on)")
