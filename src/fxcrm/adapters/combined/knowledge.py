"""A composition knows no more than what it is made of."""

from __future__ import annotations

from fxcrm.rates import RateTable


def as_known_by(table: RateTable, *below: RateTable) -> RateTable:
    """The table as it was known at the earliest instant that bounds one of those ``below``."""
    instants = [one.known_at for one in below if one.known_at is not None]
    return table.as_known(min(instants)) if instants else table
