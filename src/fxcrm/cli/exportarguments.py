"""The arguments of ``fxcrm export``; what they do stands in ``exports``, which loads it all."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fxcrm.cli.booksarguments import Run, add_reader

if TYPE_CHECKING:
    from fxcrm.cli.booksarguments import Subcommands

# As the library has them; a test compares.
TABLES: Final = ("csv", "xlsx")
JOURNALS: Final = (*TABLES, "hledger", "beancount")


def add_export(exports: argparse.ArgumentParser, run: Run) -> None:
    """The subcommands and their arguments; ``run`` carries out the one of a name."""
    exports.description = (
        "Write the books of a company for other programs: the journal for hledger or Beancount, "
        "which check it, and tables for spreadsheets. A text goes to standard output unless "
        "--output names a file."
    )
    exports.set_defaults(run=lambda arguments: run(arguments.command, arguments))
    under = exports.add_subparsers(required=True, metavar="command")
    journal = _added(under, "journal", "every posting of a span, with what it rests on", JOURNALS)
    journal.add_argument("--since", metavar="DAY", help="first day; what was before is carried")
    _added(under, "trial-balance", "every account in each of its currencies", TABLES)
    _added(under, "items", "what is open, in document currency and as carried", TABLES)


def _added(
    under: Subcommands,
    name: str,
    told: str,
    formats: tuple[str, ...],
) -> argparse.ArgumentParser:
    parser = add_reader(under, name, told)
    parser.add_argument("--format", choices=formats, default="csv", help="(%(default)s)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file")
    return parser
