"""The arguments of ``fxcrm deal`` and ``fxcrm lead``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from fxcrm.cli.sellingarguments import add_seller

if TYPE_CHECKING:
    from fxcrm.cli.booksarguments import Subcommands

_TEMPLATES: Final = ("cross_border_trade", "services", "saas")


def add_deals(deals: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm deal``."""
    under = deals.add_subparsers(required=True, metavar="command")
    one = _add_one(under, "add", "open a deal, in any currency agreed with the customer")
    one.add_argument("--customer", required=True)
    one.add_argument("--pipeline", help="one of the rules (cross_border_trade)")
    one.add_argument("--parent", metavar="ID", help="the deal it is a part of")
    _add_particulars(one)
    _add_particulars(_add_one(under, "change", "give a deal other particulars, in its currency"))
    one = _add_one(under, "move", "take a step of its pipeline")
    one.add_argument("step", help="a command of the pipeline, such as win")
    one.add_argument("--value", metavar="AMOUNT", help="what it is worth from then on")
    one.add_argument("--reason", help="why it is lost")
    one = _add_one(under, "approve", "consent to a step of the deal as it is now")
    one.add_argument("step", help="the command that is consented to")
    one.add_argument("--role", required=True)
    one.add_argument("--by", required=True, metavar="NAME", help="who approves; not its owner")
    one = _add_one(under, "exchange", "convert it into another currency, at the rate of the day")
    one.add_argument("currency")
    one = _add_one(under, "attach", "make it a part of another deal, or of none")
    one.add_argument("--to", dest="parent", metavar="ID")
    _add_one(under, "show", "a deal with its parts, approvals and the rate it ended at")
    one = add_seller(under, "list", "the deals of a company, with the totals of each currency")
    one.add_argument("--company", metavar="ID", help="needed if there are several")
    one.add_argument("--owner", help="of this salesperson")
    one.add_argument("--stage", help="in this stage")
    one = under.add_parser("template", help="write ready rules of selling, to begin with")
    one.add_argument("name", choices=_TEMPLATES)
    one.set_defaults(command="template")


def add_leads(leads: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm lead``."""
    under = leads.add_subparsers(required=True, metavar="command")
    one = _add_one(under, "add", "note who asked for what, and through which channel")
    one.add_argument("--subject", required=True)
    one.add_argument("--channel", required=True, help="such as mail, phone, shop")
    one.add_argument("--source", help="what brought them, such as a fair")
    one.add_argument("--owner", help="who follows it up")
    one.add_argument("--customer", help="who asked; without one, --company and --prospect")
    one.add_argument("--company", help="who was asked")
    one.add_argument("--prospect", metavar="NAME", help="who asked and is no customer yet")
    one = _add_one(under, "assign", "let somebody follow it up")
    one.add_argument("--owner", required=True)
    _add_one(under, "nurture", "not now, but perhaps later")
    _add_one(under, "resume", "follow it up again")
    _add_qualify(under)
    one = _add_one(under, "close", "end it without a deal")
    one.add_argument("--reason", required=True)
    one = add_seller(under, "list", "the leads of a company")
    one.add_argument("--company", metavar="ID", help="needed if there are several")
    one.add_argument("--state")
    one = add_seller(under, "figures", "how many came, and what became of them")
    one.add_argument("--company", metavar="ID", help="needed if there are several")
    one.add_argument("--by", choices=("channel", "source"), default="channel")


def _add_one(under: Subcommands, name: str, told: str) -> argparse.ArgumentParser:
    parser = add_seller(under, name, told)
    parser.add_argument("id", help="by which everything names it")
    return parser


def _add_particulars(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--title")
    parser.add_argument("--value", metavar="AMOUNT", help='such as "USD 5000.00"')
    parser.add_argument("--owner", help="the salesperson")
    parser.add_argument("--team")
    parser.add_argument("--expected-on", metavar="DAY")
    parser.add_argument(
        "--field", action="append", metavar="NAME=TEXT", help="a custom field; again for more"
    )


def _add_qualify(under: Subcommands) -> None:
    one = _add_one(under, "qualify", "make a deal of it")
    one.add_argument("--deal", required=True, metavar="ID")
    one.add_argument("--value", required=True, metavar="AMOUNT")
    one.add_argument("--pipeline")
    one.add_argument("--team")
    one.add_argument("--expected-on", metavar="DAY")
    one.add_argument("--register", dest="customer", metavar="ID", help="enter the prospect so")
    one.add_argument("--country", help="of the prospect, such as DE")
    one.add_argument("--currency", help="preferred by the prospect (that of --value)")
    one.add_argument("--also", metavar="CODES", help="agreed with the prospect too")
