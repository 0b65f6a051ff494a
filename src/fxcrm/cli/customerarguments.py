"""The arguments of ``fxcrm customer``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from fxcrm.cli.duplicatearguments import add_duplicates
from fxcrm.cli.sellingarguments import add_seller

if TYPE_CHECKING:
    from fxcrm.cli.booksarguments import Subcommands

_MODES: Final = ("home", "one", "agreed", "any")


def add_customers(customers: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm customer``."""
    under = customers.add_subparsers(required=True, metavar="command")
    one = _add_one(under, "add", "enter a customer with its currencies")
    one.add_argument("--company", required=True, metavar="ID")
    one.add_argument("--currency", required=True, help="the preferred one")
    one.add_argument("--also", action="append", metavar="CODE", help="one more that is agreed")
    one.add_argument("--mode", choices=_MODES, help="in which currencies it may be billed")
    _add_details(one)
    _add_details(_add_one(under, "change", "other details; what is left out stays"))
    _add_one(under, "show", "all that is known of a customer")
    one = _add_one(under, "label", "an address as the post of its country wants it")
    one.add_argument("--purpose", default="billing", help="which one (%(default)s)")
    _add_one(under, "balance", "what it owes per currency, and in total at home")
    for name, told in (
        ("prefer", "from --on it prefers another currency"),
        ("agree", "it may be billed in one more currency"),
        ("withdraw", "it is billed in a currency no more"),
    ):
        _add_one(under, name, told).add_argument("currency", help="its code")
    _add_one(under, "mode", "in which currencies it may be billed at all").add_argument(
        "mode", choices=_MODES
    )
    _add_one(under, "deactivate", "no new records").add_argument("--reason", required=True)
    _add_one(under, "reactivate", "new records again")
    _add_list(under)
    _add_currencies(under)
    add_duplicates(under)
    one = add_seller(under, "rate", "put every customer of a company into its tier")
    one.add_argument("company", metavar="COMPANY", help="whose customers")
    one.add_argument("--explain", metavar="ID", help="why one is in its tier; changes nothing")


def _add_one(under: Subcommands, name: str, told: str) -> argparse.ArgumentParser:
    parser = add_seller(under, name, told)
    parser.add_argument("id", help="by which everything names the customer")
    return parser


def _add_details(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name")
    parser.add_argument("--country", help="its code, as in DE")
    parser.add_argument("--language", help="a locale, as in de_DE")
    pairs = 'a list of NAME=TEXT with semicolons: "name=Ada; phone=030 123456"'
    parser.add_argument("--contact", action="append", metavar="PAIRS", help=pairs)
    parser.add_argument("--address", action="append", metavar="PAIRS", help="in the same way")
    parser.add_argument("--tax-id", action="append", metavar="CC:NUMBER", help="as in DE:136695976")
    parser.add_argument("--tag", action="append", help="one of its tags")
    parser.add_argument("--group", action="append", help="one of its price groups")
    parser.add_argument(
        "--unchecked", action="store_true", help="take them without the rules of their countries"
    )


def _add_list(under: Subcommands) -> None:
    parser = add_seller(under, "list", "the customers that meet all that is named")
    for name, told in (
        ("company", "of this one"),
        ("country", "its code"),
        ("currency", "the preferred one"),
        ("agreed", "one that it may be billed in"),
        ("tag", "one of its tags"),
        ("group", "one of its price groups"),
        ("tier", "its tier"),
        ("state", "active, inactive or merged"),
        ("name", "a part of its name"),
    ):
        parser.add_argument(f"--{name}", help=told)
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--owes", metavar="AMOUNT", help='more than that, as in "USD 5,000"')
    amount.add_argument("--bought", metavar="AMOUNT", help="invoices less credit notes")
    parser.add_argument("--since", metavar="DAY", help="what was bought since then")
    parser.add_argument(
        "--leave-out", action="store_true", help="say which amounts have no rate, and go on"
    )


def _add_currencies(under: Subcommands) -> None:
    parser = add_seller(under, "currencies", "those that a company takes for new records")
    parser.add_argument("company", metavar="COMPANY", help="whose currencies")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--deactivate", metavar="CODE", help="take no new records in it")
    change.add_argument("--reactivate", metavar="CODE", help="take new records in it again")
    parser.add_argument("--reason", default="", help="why, for whoever asks later")
