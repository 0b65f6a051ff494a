"""The arguments of ``fxcrm forecast``, ``fxcrm sales`` and ``fxcrm target``."""

from __future__ import annotations

import argparse
from typing import Final

from fxcrm.cli.sellingarguments import add_seller, add_shared

_BY: Final = ("stage", "month", "owner", "team", "customer", "pipeline", "currency", "all")
_MEASURES: Final = ("won", "quoted", "follow-ups")


def add_forecast(parser: argparse.ArgumentParser) -> None:
    """What deals may bring."""
    add_shared(parser)
    parser.add_argument("--company", metavar="ID", help="whose deals (the only company)")
    parser.add_argument("--by", choices=_BY, default="stage", help="the rows (%(default)s)")
    parser.add_argument("--in", dest="to", metavar="CODE", help="the currency (the functional one)")
    parser.add_argument(
        "--constant", metavar="DAY", help="the day of the constant rate (31 December before)"
    )
    parser.add_argument("--today", metavar="DAY", help="the day of today's rate (that of --on)")
    parser.add_argument(
        "--where", default="", help='such as "amount > USD 5,000, stage = quoted or won"'
    )
    parser.add_argument(
        "--weighted", action="store_true", help="each deal times the probability of its stage"
    )
    parser.add_argument(
        "--roll-up", action="store_true", help="teams with those that belong to them: emea/dach"
    )
    parser.add_argument("--trend", action="store_true", help="per month: opened, won and lost")
    parser.add_argument(
        "--leave-out", action="store_true", help="show deals without a rate apart; else refuse"
    )
    parser.add_argument("--explain", metavar="ROW", type=int, help="a row, from 1, in full")
    parser.set_defaults(command="forecast")


def add_sales(parser: argparse.ArgumentParser) -> None:
    """What salespeople and teams brought about."""
    add_shared(parser)
    parser.add_argument("--company", metavar="ID", help="whose (the only company)")
    parser.add_argument("--by", choices=("owner", "team", "customer"), default="owner")
    parser.add_argument("--since", required=True, metavar="DAY", help="the first day")
    parser.add_argument("--until", required=True, metavar="DAY", help="the last day")
    parser.add_argument("--in", dest="to", metavar="CODE", help="the currency (the functional one)")
    parser.add_argument("--explain", metavar="ROW", type=int, help="a row, from 1, in full")
    parser.set_defaults(command="sales")


def add_targets(targets: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm target``."""
    under = targets.add_subparsers(required=True, metavar="command")
    one = add_seller(under, "add", "set a target for a salesperson or a team")
    one.add_argument("id", help="by which everything names it")
    one.add_argument("--company", metavar="ID", help="whose (the only company)")
    one.add_argument("--owner", metavar="NAME", help="the salesperson")
    one.add_argument("--team", metavar="NAME", help="or the team, with those that belong to it")
    one.add_argument("--since", required=True, metavar="DAY", help="the first day")
    one.add_argument("--until", required=True, metavar="DAY", help="the last day")
    one.add_argument("--measure", choices=_MEASURES, default="won", help="what (%(default)s)")
    one.add_argument("--amount", help='such as "EUR 90,000.00", in any currency')
    one.add_argument("--count", type=int, help="or a number")
    one = add_seller(under, "revise", "change what is to be reached")
    one.add_argument("id")
    one.add_argument("--amount")
    one.add_argument("--count", type=int)
    one = add_seller(under, "list", "every target, and how much of it was reached")
    one.add_argument("--company", metavar="ID", help="whose (the only company)")
