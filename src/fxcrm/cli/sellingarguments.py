"""The arguments that the commands of the selling side share."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fxcrm.cli.booksarguments import Subcommands


def add_seller(under: Subcommands, name: str, told: str) -> argparse.ArgumentParser:
    """A subcommand with these arguments; `fxcrm.cli.selling` reads them."""
    parser = under.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.")
    add_shared(parser)
    parser.set_defaults(command=name)
    return parser


def add_shared(parser: argparse.ArgumentParser) -> None:
    """The arguments that `fxcrm.cli.selling` reads."""
    parser.add_argument("--db", required=True, help="SQLite file or postgresql:// address")
    parser.add_argument(
        "--rates", help="a feed, an ECB file, or bundled (the database's own rates)"
    )
    parser.add_argument("--rules", metavar="FILE", help="how the company sells, as TOML")
    parser.add_argument("--on", metavar="DAY", help="the day it happened (that of --at)")
    parser.add_argument("--at", metavar="INSTANT", help="the instant that counts as now, in UTC")
    parser.add_argument("--key", help="carry it out once, however often it is sent under this key")
    parser.add_argument("--actor", metavar="NAME", help="who acts")
    parser.add_argument("--json", action="store_true", help="JSON in place of a table")


def add_companies(companies: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm company``."""
    under = companies.add_subparsers(required=True, metavar="command")
    parser = add_seller(under, "add", "open the books of a company; makes the database")
    parser.add_argument("id", help="by which everything names it")
    parser.add_argument("--name", required=True)
    parser.add_argument("--currency", required=True, help="the functional one")
    parser.set_defaults(creates=True)
    add_seller(under, "list", "every company with its functional currency")
