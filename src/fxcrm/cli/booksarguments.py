"""The arguments of a subcommand that reads the books: which books, of which day, known when."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

Run = Callable[[str, argparse.Namespace], int]
if TYPE_CHECKING:
    Subcommands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_reader(under: Subcommands, name: str, told: str) -> argparse.ArgumentParser:
    """A subcommand with these arguments; `fxcrm.cli.books.reading_desk` reads them."""
    parser = under.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.")
    parser.add_argument("--db", required=True, help="SQLite file or postgresql:// address")
    parser.add_argument("--company", metavar="ID", help="whose books; needed if there are several")
    parser.add_argument("--as-of", metavar="DAY", help="the last day that counts (today)")
    parser.add_argument(
        "--known-at", metavar="INSTANT", help="leave out what was booked after it, in UTC"
    )
    parser.add_argument("--at", metavar="INSTANT", help="the instant that counts as now, in UTC")
    parser.set_defaults(command=name)
    return parser
