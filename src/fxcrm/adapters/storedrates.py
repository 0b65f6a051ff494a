"""Rates that a store keeps, as a source: what was synced, with what was known when."""

from __future__ import annotations

from datetime import date
from functools import reduce
from typing import Final

from fxcrm.bulletins import Bulletin
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.ports.storage import Store, StoreBroken, StoreBusy
from fxcrm.rates import RateTable

STORE: Final = "store"


class StoredRates:
    """A `RateSource` over the rates that a store keeps.

    ``sources`` are those that are taken, in this order: a pair comes from the first that quotes
    it. Without any, all of them are taken, in the order of their names. Corrections come with the
    instant at which each became known.
    """

    def __init__(self, store: Store, *sources: str, name: str = STORE) -> None:
        self._store, self._sources = store, sources
        self._name = name

    @property
    def name(self) -> str:
        """What was given; each rate bears the name of the source that published it."""
        return self._name

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """What is kept of the days. Raises `RateSourceBroken` where the store is."""
        try:
            with self._store.begin(reading=True) as unit:
                sources = self._sources or unit.rates.sources()
                tables = [unit.rates.table(one, since=since, until=until) for one in sources]
        except (StoreBroken, StoreBusy) as failure:
            raise RateSourceBroken(source=self._name, reason=str(failure)) from failure
        return Bulletin(reduce(RateTable.backed_by, tables, RateTable(())), self._name)
