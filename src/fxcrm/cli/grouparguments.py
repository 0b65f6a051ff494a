"""The arguments of ``fxcrm close``, ``translate``, ``remeasure`` and ``consolidate``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

Run = Callable[[argparse.Namespace], int]
FORMATS: Final = ("text", "json")


def add_close(parser: argparse.ArgumentParser, run: Run) -> None:
    """Shut the books; ``run`` carries it out."""
    parser.description = (
        "Revalue a company at the end of a day and shut its books through it; with --group every "
        "member, and then consolidate and record the group. Nothing is kept unless --post is given."
    )
    _add_place(parser, "fxcrm close")
    parser.add_argument("--through", required=True, metavar="DAY", help="the last day to be shut")
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--company", metavar="ID", help="whose; needed if there are several")
    whose.add_argument("--group", type=Path, metavar="FILE", help="every member of it (TOML)")
    parser.add_argument(
        "--bookkeeping", type=Path, metavar="FILE", help="the rules of the books (TOML)"
    )
    parser.add_argument("--post", action="store_true", help="do it; without it nothing is kept")
    parser.add_argument("--format", choices=FORMATS, default="text", help="(%(default)s)")
    parser.set_defaults(run=run)


def add_translate(parser: argparse.ArgumentParser, run: Run) -> None:
    """Show a company in another currency; ``run`` carries it out."""
    parser.description = (
        "Show the books of a company in another currency, line by line, with the translation "
        "reserve by what moved it and by what is left over, and rounding beside its bound. "
        "Nothing is kept."
    )
    _add_place(parser, "fxcrm translate")
    parser.add_argument("--company", metavar="ID", help="whose; needed if there are several")
    parser.add_argument("--in", required=True, metavar="CODE", help="the currency to show it in")
    _add_shown(parser)
    parser.set_defaults(run=run)


def add_remeasure(parser: argparse.ArgumentParser, run: Run) -> None:
    """Measure books that are kept in another currency; ``run`` carries it out."""
    parser.description = (
        "Measure a company in its functional currency, where its books are kept in another one "
        "(the temporal method): monetary items at the closing rate, the rest at the rate of its "
        "day, the difference as a gain or loss. Nothing is kept."
    )
    _add_place(parser, "fxcrm remeasure")
    parser.add_argument("--company", metavar="ID", help="whose; needed if there are several")
    parser.add_argument("--in", required=True, metavar="CODE", help="its functional currency")
    _add_shown(parser)
    parser.set_defaults(run=run)


def add_consolidate(parser: argparse.ArgumentParser, run: Run) -> None:
    """Show a group; ``run`` carries it out."""
    parser.description = (
        "Show a group as one company: its lines, every step of the worksheet behind them, what "
        "belongs to minority holders, and each member's translation reserve, proved. Nothing is "
        "kept; `fxcrm close --group` records it."
    )
    _add_place(parser, "fxcrm consolidate")
    parser.add_argument(
        "--group", type=Path, required=True, metavar="FILE", help="the group (TOML)"
    )
    _add_shown(parser)
    parser.set_defaults(run=run)


def _add_place(parser: argparse.ArgumentParser, actor: str) -> None:
    parser.add_argument("db", metavar="FILE", help="SQLite file or postgresql:// address")
    parser.add_argument(
        "--rates",
        help="a feed, an ECB history file, or `store` for the rates that the database keeps; "
        "without it the history of the extra ecb-history",
    )
    parser.add_argument("--at", metavar="INSTANT", help="the instant that counts as now, in UTC")
    parser.add_argument("--by", default=actor, metavar="NAME", help="who asks for it")


def _add_shown(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", metavar="DAY", help="the last day that counts (today)")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--format", choices=FORMATS, default="text", help="(%(default)s)")
    shown.add_argument(
        "--explain", metavar="LABEL", help="explain the figures whose label holds it, then stop"
    )
