"""``fxcrm company``: the companies whose customers, prices and books are kept."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Mapping
from typing import Final

from fxcrm.cli.selling import carried, listed, selling_desk, told
from fxcrm.mappings import FrozenMap


def _add(arguments: Arguments) -> int:
    carried(
        arguments,
        "register company",
        id=arguments.id,
        name=arguments.name,
        functional=arguments.currency.upper(),
    )
    return told(f"company {arguments.id} is registered, in {arguments.currency.upper()}")


def _list(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        rows = [
            (one.id, one.name, one.functional.code, one.founded_on)
            for one in desk.uow.companies.all()
        ]
    return listed(arguments, ("company", "name", "functional", "since"), rows)


def run(arguments: Arguments) -> int:
    """Carry out the subcommand."""
    return COMMANDS[arguments.command](arguments)


COMMANDS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap({"add": _add, "list": _list})
