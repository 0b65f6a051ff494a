"""What a rate source answers."""

from __future__ import annotations

from datetime import datetime

from fxcrm.errors import EnvironmentFailed
from fxcrm.frozen import frozen
from fxcrm.rates import RateTable


@frozen(eq=False)
class Bulletin:
    """What a source published: an empty table where that is nothing (R4).

    ``source`` is who answered, and ``failures`` are those who were asked before and could not.
    ``kept_since`` is given where the source did not answer now: these are its last good rates,
    kept since that instant (R5).
    """

    table: RateTable
    source: str
    failures: tuple[EnvironmentFailed, ...] = ()
    kept_since: datetime | None = None
