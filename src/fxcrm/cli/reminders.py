"""``fxcrm reminders``: what the rules ask somebody to look at, each cause once."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from fxcrm.cli.selling import carried, listed, selling_desk, told
from fxcrm.ids import CompanyId
from fxcrm.mappings import FrozenMap
from fxcrm.queries import Filter, every
from fxcrm.references import Reference
from fxcrm.reminders import Reminder
from fxcrm.usecases.resolving import resolved

_HEADER: Final = ("reminder", "rule", "due at", "what", "customer", "owner", "state")


def _raise(arguments: Arguments) -> int:
    made: Any = carried(arguments, "raise reminders", company=arguments.company).result
    return _shown(arguments, made or ())


def _list(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        where = Filter(
            company=CompanyId(arguments.company) if arguments.company else None,
            customer=resolved(desk, arguments.customer).id if arguments.customer else None,
            document=Reference.parse(arguments.about) if arguments.about else None,
            owner=arguments.owner,
            state=arguments.state,
        )
        found = tuple(every(desk.uow.reminders.page, where))
    return _shown(arguments, found)


def _shown(arguments: Arguments, reminders: Iterable[Reminder]) -> int:
    rows = [
        (
            one.id,
            one.rule,
            one.due_at.isoformat(),
            one.text,
            one.customer or "",
            one.owner,
            one.state,
        )
        for one in reminders
    ]
    return listed(arguments, _HEADER, rows)


def _moved(do: str, done: str, arguments: Arguments) -> int:
    carried(arguments, do, id=arguments.id)
    return told(f"reminder {arguments.id} is {done}")


def run(arguments: Arguments) -> int:
    """Carry out the subcommand."""
    return COMMANDS[arguments.command](arguments)


COMMANDS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {
        "raise": _raise,
        "list": _list,
        "done": partial(_moved, "do reminder", "done"),
        "dismiss": partial(_moved, "dismiss reminder", "dismissed"),
    }
)
