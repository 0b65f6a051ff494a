"""The arguments of ``fxcrm document``."""

from __future__ import annotations

import argparse
from typing import Final

from fxcrm.cli.sellingarguments import add_seller

_TOLD: Final = {
    "quote": "write a quote in the customer's language",
    "contract": "write a contract in the customer's language",
    "invoice": "write an invoice in the customer's language",
}


def add_documents(documents: argparse.ArgumentParser) -> None:
    """The subcommands of ``fxcrm document``."""
    under = documents.add_subparsers(required=True, metavar="command")
    for name, told in _TOLD.items():
        parser = add_seller(under, name, told)
        parser.add_argument("id")
        parser.add_argument("--language", metavar="LOCALE", help="such as de_DE (the customer's)")
        parser.add_argument("--format", choices=("html", "pdf", "text"), default="html")
        parser.add_argument("--output", metavar="FILE", help="the file (a name of its own)")
        parser.add_argument(
            "--seller", metavar="LINE", action="append", default=[],
            help="a line below the company's name, such as its street; may be repeated",
        )  # fmt: skip
        if name == "quote":
            parser.add_argument("--also", metavar="CODES", help='other totals, such as "EUR JPY"')
