"""A table that takes the quick way of converting at once, as after many conversions."""

from __future__ import annotations

from collections import defaultdict

from fxcrm.rates import RateTable


def laid_out(table: RateTable) -> RateTable:
    """The table itself; from its next conversion on, the days of each pair are laid out."""
    table._asked = defaultdict(lambda: 1_000_000)
    return table
