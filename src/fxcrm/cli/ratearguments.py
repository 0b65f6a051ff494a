"""The arguments of ``fxcrm rates``; what they do stands in ``rates``, which loads the library."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

DATABASE: Final = "fxcrm-rates.sqlite3"
KEY: Final = "FXCRM_RATES_KEY"
# As the library has them; a test compares.
FEEDS: Final = ("boc", "cnb", "ecb", "ecb-90d", "ecb-history", "nbp", "nbp-c", "oxr")
Run = Callable[[str, argparse.Namespace], int]
SIDES: Final = ("bid", "mid", "ask")


def add_rates(rates: argparse.ArgumentParser, run: Run) -> None:
    """The subcommands and their arguments; ``run`` carries out the one of a name."""
    rates.description = (
        "Keep published exchange rates in a database: fetch what is new, hold what is doubtful, "
        "show which rate answers for a day and why."
    )
    rates.set_defaults(run=lambda arguments: run(arguments.command, arguments))
    under = rates.add_subparsers(required=True, metavar="command")
    _add_sync(_added(under, "sync", "fetch what is new, record it, tell what is doubtful"))
    for name, told in (
        ("show", "the rate that answers for a day, with its path, source and rule"),
        ("gaps", "the days of a span on which no rate answers"),
        ("chart", "the fixings of a span, in the terminal or as an SVG file"),
    ):
        parser = _added(under, name, told)
        parser.add_argument("pair", help="the pair, such as EUR/USD: 1 EUR = rate x USD")
        _add_reading(parser)
        if name != "chart":  # which shows what was published, not what answers
            _add_policy(parser)
            parser.add_argument("--before", action="store_true", help="strictly before the day")
    shown, drawn = under.choices["show"], under.choices["chart"]
    shown.add_argument("day", nargs="?", help="the day, such as 2026-03-31 (today)")
    for parser in (under.choices["gaps"], drawn):
        _add_span(parser)
    drawn.add_argument("--svg", type=Path, metavar="FILE", help="write an SVG file")
    _added(under, "held", "what is held for approval, and why")
    for name, told in (
        ("approve", "believe a held rate: it answers from now on"),
        ("reject", "do not believe it: its value is not taken again"),
    ):
        parser = _added(under, name, told)
        parser.add_argument("id", help="as `fxcrm rates held` shows it")
        parser.add_argument("--by", required=True, metavar="NAME", help="who decides")
        parser.add_argument("--reason", required=True, help="why")


def _added(
    under: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    told: str,
) -> argparse.ArgumentParser:
    parser = under.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.")
    parser.add_argument(
        "--db", default=DATABASE, help="SQLite file or postgresql:// address (%(default)s)"
    )
    parser.add_argument("--at", metavar="INSTANT", help="the instant that counts as now, in UTC")
    parser.set_defaults(command=name)
    return parser


def _add_sync(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        nargs="?",
        help=f"one of {', '.join(FEEDS)}; or an ECB history file (csv or zip); without it the "
        f"history of the extra ecb-history. A key is read from {KEY}",
    )
    _add_span(parser)
    parser.add_argument("--by", default="fxcrm rates sync", metavar="NAME", help="who syncs")
    parser.add_argument(
        "--as-published",
        action="store_true",
        help="let a pair that is new here count as known since its fixings were published",
    )
    parser.add_argument(
        "--hold-from", metavar="PERCENT", default="10", help="hold larger moves (%(default)s)"
    )
    _add_policy(parser)


def _add_span(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="DAY", help="first day")
    parser.add_argument("--until", metavar="DAY", help="last day")


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--source", action="append", default=[], help="of this source; may be repeated"
    )
    parser.add_argument("--known-at", metavar="INSTANT", help="as it was known at an instant")
    parser.add_argument("--legs", metavar="NUMBER", default="2", help="longest path (%(default)s)")
    parser.add_argument("--side", choices=SIDES, default="mid")


def _add_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-age", metavar="DAYS", default="7", help="oldest fixing that counts (%(default)s)"
    )
    parser.add_argument(
        "--weekdays", action="store_true", help="leave weekends out when counting the age"
    )
