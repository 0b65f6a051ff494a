"""The arguments of ``fxcrm customer duplicates`` and ``fxcrm customer merge``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fxcrm.cli.sellingarguments import add_seller

if TYPE_CHECKING:
    from fxcrm.cli.booksarguments import Subcommands


def add_duplicates(under: Subcommands) -> None:
    """Two more subcommands of ``fxcrm customer``."""
    found = add_seller(under, "duplicates", "which customers of a company may be one, and why")
    found.add_argument("company", metavar="COMPANY")
    merge = add_seller(under, "merge", "make one of two, with all documents and open items")
    merge.add_argument("id", help="the one that goes")
    merge.add_argument("--into", required=True, metavar="ID", help="the one that survives")
    merge.add_argument("--mode", help="the survivor's currency mode: home, one, agreed or any")
