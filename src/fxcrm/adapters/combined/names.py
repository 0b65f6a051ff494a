"""How a composition is named, and how its answer names those who gave it."""

from __future__ import annotations

from typing import Final

from fxcrm.errors import InputRefused
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import RateTable

LONGEST_NAME: Final = 80


class SourceNameRefused(InputRefused):
    """A name that does not fit on a document, such as one put together of many."""

    name: str
    template = (
        "a rate source has a name of 1 to 80 printable characters, not {name}; pass one as name="
    )


def checked_name(given: str | None, derived: str) -> str:
    """The name that was given, or the derived one. Raises `SourceNameRefused`."""
    name = derived if given is None else given
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise SourceNameRefused(name=name)
    return name


def publishers(table: RateTable, otherwise: str) -> str:
    """Everyone whose fixings the table holds, as one text; ``otherwise`` for an empty table."""
    return ", ".join(dict.fromkeys(one.source for one in table.series)) or otherwise


def passed_on(error: RateSourceBroken, name: str) -> RateSourceBroken:
    """The failure of a source below, told by the composition that leans on it."""
    return RateSourceBroken(source=name, reason=f"{error.source}: {error.reason}")
