"""The arguments of ``fxcrm statements``; ``presenting`` does it, which loads it all."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

# As the library has them; a test compares.
BASES: Final = ("booked", "constant", "current")
FORMATS: Final = ("text", "json", "xlsx", "html")


def add_statements(
    statements: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]
) -> None:
    """What may be asked for; ``run`` carries it out."""
    statements.description = (
        "Balance sheet, income, cash movements and changes in equity of a company or a group, "
        "beside those of the year before. Every figure explains itself, down to postings and rate "
        "decisions."
    )
    statements.add_argument("db", metavar="FILE", help="SQLite file or postgresql:// address")
    whose = statements.add_mutually_exclusive_group()
    whose.add_argument("--company", metavar="ID", help="whose; needed if there are several")
    whose.add_argument("--group", type=Path, metavar="FILE", help="of a group (TOML)")
    statements.add_argument("--as-of", metavar="DAY", help="the last day that counts (today)")
    statements.add_argument("--in", metavar="CODE", help="the currency to show it in (its own)")
    statements.add_argument(
        "--basis",
        choices=BASES,
        default="booked",
        help="as booked, at the average rate of the year before, or at the rate of the day "
        "(%(default)s)",
    )
    statements.add_argument(
        "--rates", help="a feed or an ECB history file (the rates that the database keeps)"
    )
    statements.add_argument("--at", metavar="INSTANT", help="the instant that counts as now, UTC")
    statements.add_argument("--output", type=Path, metavar="FILE", help="write to a file")
    shown = statements.add_mutually_exclusive_group()
    shown.add_argument("--format", choices=FORMATS, default="text", help="(%(default)s)")
    shown.add_argument(
        "--explain", metavar="LABEL", help="explain the lines whose label holds it, then stop"
    )
    statements.set_defaults(run=run)
