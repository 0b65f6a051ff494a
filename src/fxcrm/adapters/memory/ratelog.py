"""Published fixings on the shelves of a unit of work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from fxcrm.adapters.memory.repositories import MemoryDecisions
from fxcrm.adapters.memory.shelves import KeptSeries, Shelf
from fxcrm.adapters.memory.trail import MemoryLog
from fxcrm.encoding import checked_text
from fxcrm.rates import Fixing, RateSeries, RateTable
from fxcrm.records.columns import Reading
from fxcrm.records.fixings import (
    KIND,
    Columns,
    FixingRow,
    SeriesKey,
    Span,
    batch_id,
    batch_row,
    in_order,
    last_of,
    news,
)


class MemoryRates:
    """Published fixings: added, never overwritten."""

    def __init__(
        self, shelf: Shelf[SeriesKey, KeptSeries], known: MemoryDecisions, log: MemoryLog
    ) -> None:
        self._shelf = shelf
        self._writing = known.writing
        self._log = log

    def add(self, series: Iterable[RateSeries]) -> int:
        """Keep the fixings that are not kept yet; how many they were."""
        found = news(series, self._writing, self._keys(), lambda one: self._kept(one.key).rows)
        return sum(self._keep(key, rows) for key, rows in found.items())

    def _keep(self, key: SeriesKey, rows: list[FixingRow]) -> int:
        kept = self._kept(key).with_batch(rows)
        self._shelf.put(key, kept)
        id = batch_id(key, len(kept.batches))
        self._log.writes.note(KIND, id, 1, batch_row(key, rows))
        return len(rows)

    def table(
        self,
        source: str,
        *,
        since: date | None = None,
        until: date | None = None,
        known_at: datetime | None = None,
    ) -> RateTable:
        """What a source published, in the span asked for."""
        return RateTable(self._series(source, Span.of(since, until, known_at)))

    def sources(self) -> tuple[str, ...]:
        """The sources of which anything is kept."""
        return tuple(sorted({key.source for key in self._keys()}))

    def last(self, source: str, known_at: datetime | None = None) -> tuple[Fixing, ...]:
        """The last fixing that holds of each pair and side."""
        found = map(last_of, self._series(source, Span.of(None, None, known_at)))
        return tuple(one for one in found if one is not None)

    def claim(self, source: str) -> None:
        """One unit of work is open at a time, so nobody else adds anything."""
        self._shelf.refuse_unless_open()
        checked_text(source)

    def _series(self, source: str, span: Span) -> list[RateSeries]:
        checked_text(source)
        columns = Columns(Reading(self._writing.registry, {}))
        keys = in_order(key for key in self._keys() if key.source == source)
        return [columns.series(key, span.among(self._kept(key).rows)) for key in keys]

    def _keys(self) -> list[SeriesKey]:
        self._shelf.refuse_unless_open()
        return list({**self._shelf.kept, **self._shelf.new})

    def _kept(self, key: SeriesKey) -> KeptSeries:
        return self._shelf.find(key) or KeptSeries()
