"""``fxcrm activity``: what is done with customers, and what is still to be done."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from fxcrm.cli.selling import carried, listed, selling_desk, told
from fxcrm.cli.words import day_of
from fxcrm.customers import Activity
from fxcrm.ids import CustomerId
from fxcrm.mappings import FrozenMap
from fxcrm.references import Reference
from fxcrm.reports import Cell
from fxcrm.usecases.following import activities_of

_HEADER: Final = (
    *("activity", "day", "kind", "customer", "about", "subject", "amount", "owner", "due"),
    "state",
)


def _add(arguments: Arguments) -> int:
    plain = {name: getattr(arguments, name) for name in _SAME}
    due_on = day_of("--due", arguments.due)
    carried(arguments, "note activity", document=arguments.about, due_on=due_on, **plain)
    state = "is to be done" if due_on else "is noted"
    return told(f"{arguments.kind} {arguments.id} {state}")


def _moved(do: str, done: str, arguments: Arguments) -> int:
    carried(arguments, do, id=arguments.id)
    return told(f"activity {arguments.id} {done}")


def _due_again(do: str, arguments: Arguments) -> int:
    due_on = day_of("--due", arguments.due)
    carried(arguments, do, id=arguments.id, due_on=due_on)
    return told(f"activity {arguments.id} is due on {due_on}")


def _list(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        found = activities_of(
            desk,
            customer=CustomerId(arguments.customer) if arguments.customer else None,
            document=Reference.parse(arguments.about) if arguments.about else None,
            owner=arguments.owner,
            state=arguments.state,
            since=day_of("--since", arguments.since),
            until=day_of("--until", arguments.until),
        )
        rows = [_row(one) for one in found]
    return listed(arguments, _HEADER, rows)


def _row(one: Activity) -> tuple[Cell, ...]:
    about = str(one.document) if one.document else ""
    what = (one.id, one.on, one.kind.value, one.customer, about, one.subject)
    return (*what, one.amount or "", one.owner, one.due_on or "", one.state)


def run(arguments: Arguments) -> int:
    """Carry out the subcommand."""
    return COMMANDS[arguments.command](arguments)


_SAME: Final = (
    *("id", "customer", "kind", "subject", "text", "direction", "contact", "amount", "owner"),
)
COMMANDS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {
        "add": _add,
        "done": partial(_moved, "do activity", "is done"),
        "cancel": partial(_moved, "cancel activity", "is cancelled"),
        "postpone": partial(_due_again, "postpone activity"),
        "reopen": partial(_due_again, "reopen activity"),
        "list": _list,
    }
)
