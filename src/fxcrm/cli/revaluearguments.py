"""The arguments of ``fxcrm revalue``; what it does stands in ``revaluing``, which loads it all."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

Run = Callable[[argparse.Namespace], int]


def add_revalue(parser: argparse.ArgumentParser, run: Run) -> None:
    """The arguments; ``run`` carries the command out."""
    parser.description = (
        "Measure what is foreign and monetary at the closing rate of a day, and show the trial "
        "sheet. Nothing is posted unless --post is given; a second run for the same day and rates "
        "finds nothing to post."
    )
    parser.add_argument("company", help="the company, or a parallel book of it (nordwind:USD)")
    parser.add_argument("day", nargs="?", help="the closing day, such as 2026-03-31 (today)")
    parser.add_argument("--db", required=True, help="SQLite file or postgresql:// address")
    parser.add_argument(
        "--rates",
        help="a feed, an ECB history file, or `store` for the rates that the database keeps; "
        "without it the history of the extra ecb-history",
    )
    parser.add_argument(
        "--adjust",
        action="append",
        default=[],
        metavar="CODE=RATE",
        help="the company's own rate: USD=7.12 is the price of one dollar, EUR/USD=1.09 says its "
        "direction; may be repeated",
    )
    _add_verdicts(parser)
    parser.add_argument("--reverse-on", metavar="DAY", help="take back on this day (the next one)")
    parser.add_argument(
        "--bookkeeping", type=Path, metavar="FILE", help="the rules of the books (TOML)"
    )
    parser.add_argument("--at", metavar="INSTANT", help="the instant that counts as now, in UTC")
    parser.add_argument("--by", default="fxcrm revalue", metavar="NAME", help="who revalues")
    parser.add_argument("--post", action="store_true", help="book it; without it nothing is kept")
    parser.add_argument("--json", action="store_true", help="JSON in place of a table")
    parser.set_defaults(run=run)


def _add_verdicts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accept",
        action="append",
        metavar="ID",
        help="book this proposal and leave the others open (all but those refused); may be "
        "repeated",
    )
    parser.add_argument(
        "--refuse", action="append", default=[], metavar="ID", help="leave it; may be repeated"
    )
    parser.add_argument("--reason", default="", metavar="TEXT", help="why it is refused, or named")
