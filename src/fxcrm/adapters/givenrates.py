"""Fixings in hand: those that somebody typed in, or got by telephone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from fxcrm.bulletins import Bulletin
from fxcrm.rates import Fixing, RateTable


class GivenRates:
    """A `RateSource` of some fixings, each of which gets ``name`` as its source.

    Raises `ConflictingRate` for two values of one day, and `SourcesMixed` for a pair that is
    quoted in both directions or units (R3).
    """

    def __init__(self, fixings: Iterable[Fixing], *, name: str = "given rates") -> None:
        self._name = name
        self._table = RateTable.from_fixings(attrs.evolve(one, source=name) for one in fixings)

    @property
    def name(self) -> str:
        """How each rate names its source."""
        return self._name

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """Those of the span."""
        return Bulletin(self._table.within(since, until), self._name)
