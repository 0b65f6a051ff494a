"""The arguments of ``fxcrm report``; what they do stands in ``reports``, which loads it all."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from fxcrm.cli.booksarguments import Run, add_reader

if TYPE_CHECKING:
    from fxcrm.cli.booksarguments import Subcommands

# As the library has them; a test compares.
AGEING_BY: Final = ("due date", "document date")
GROUPINGS: Final = ("item", "party", "currency")


def add_reports(reports: argparse.ArgumentParser, run: Run) -> None:
    """The subcommands and their arguments; ``run`` carries out the one of a name."""
    reports.description = (
        "Show the books of a company as of any day, as known now or at an instant before: a table, "
        "or JSON. Every row explains itself, down to postings and rate decisions."
    )
    reports.set_defaults(run=lambda arguments: run(arguments.command, arguments))
    under = reports.add_subparsers(required=True, metavar="command")
    _added(under, "trial-balance", "every account in each of its currencies, summing to zero")
    _add_account(_added(under, "account", "one account: opening, every posting, closing"))
    _add_ageing(_added(under, "ageing", "what is open, by days overdue or days old"))
    _add_exposure(_added(under, "exposure", "what rates can move, by currency and due date"))
    _add_results(_added(under, "results", "profit and what made it, by customer or currency"))


def _added(under: Subcommands, name: str, told: str) -> argparse.ArgumentParser:
    parser = add_reader(under, name, told)
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="JSON in place of a table")
    shown.add_argument("--explain", metavar="ROW", help="explain the figures of a row, then stop")
    return parser


def _add_account(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", help="the code of the account, such as 1100")
    _add_since(parser)
    parser.add_argument("--currency", metavar="CODE", help="postings in this currency alone")


def _add_since(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="DAY", help="first day (the beginning of the books)")


def _add_ageing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--by", choices=AGEING_BY, default="due date", help="where days begin (%(default)s)"
    )
    parser.add_argument(
        "--group", choices=GROUPINGS, default="item", help="what makes a row (%(default)s)"
    )
    parser.add_argument(
        "--edges", metavar="DAYS", help="last days of the buckets, such as 0,30,60,90"
    )
    parser.add_argument(
        "--account", action="append", default=[], metavar="CODE", help="this one; may be repeated"
    )


def _add_exposure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rate-of", metavar="DAY", help="value at the rate of this day (the closing rate)"
    )
    parser.add_argument(
        "--rates", help="a feed or an ECB history file (the rates that the database keeps)"
    )
    parser.add_argument(
        "--leave-out", action="store_true", help="leave currencies without a rate out of the total"
    )


def _add_results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--by",
        default="customer",
        metavar="FIELD",
        help="customer, currency, or a custom field of invoice or customer (%(default)s)",
    )
    _add_since(parser)
