"""``fxcrm customer duplicates`` and ``merge``: who may be one, and making one of two."""

from __future__ import annotations

from argparse import Namespace as Arguments
from collections.abc import Callable, Mapping
from typing import Any, Final

from fxcrm.cli.selling import carried, listed, selling_desk, told
from fxcrm.customers import duplicates
from fxcrm.ids import CompanyId
from fxcrm.mappings import FrozenMap

_HEADER: Final = ("customer", "may be", "points", "because")


def _duplicates(arguments: Arguments) -> int:
    with selling_desk(arguments) as desk:
        company = desk.uow.companies.get(CompanyId(arguments.company))
        customers = desk.uow.customers.of_company(company.id)
        found = duplicates(customers, desk.selling.duplicates)
    rows = [
        (
            pair.one,
            pair.other,
            pair.score,
            ", ".join(f"{one.what} {one.points} ({one.both})" for one in pair.reasons),
        )
        for pair in found
    ]
    return listed(arguments, _HEADER, rows)


def _merge(arguments: Arguments) -> int:
    into, mode = arguments.into, arguments.mode
    made: Any = carried(arguments, "merge customers", id=arguments.id, into=into, mode=mode).result
    if made is None:
        return told(f"{arguments.id} was merged into {into} before")
    return told(f"{arguments.id} is merged into {into}, with {made.count} documents and items")


DUPLICATES: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {"duplicates": _duplicates, "merge": _merge}
)
