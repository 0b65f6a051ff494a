"""Where published rates are kept, with what was known when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from fxcrm.rates import Fixing, RateSeries, RateTable


class RateLog(Protocol):
    """Fixings by source, pair, side, day and the instant they became known: never overwritten.

    A correction is a later row beside the first one, so the same question as known at an
    earlier instant has the earlier answer. A row without an instant is known since its day
    began (UTC); a value of no text withdraws its day.
    """

    def add(self, series: Iterable[RateSeries]) -> int:
        """Keep the fixings that are not kept yet; how many they were.

        Raises `ConflictingRate` for another value under the same day and instant, `SourcesMixed`
        for a pair that its source quotes the other way round or per another unit,
        `RateNotYetKnown` for a day that had not begun when it is said to be known, and what
        refuses a number that can be no rate: `RateRefused`, `NumberRefused`; also
        `UnknownCurrency`, `NotStorable`. Then nothing of the call is kept.
        """
        ...

    def table(
        self,
        source: str,
        *,
        since: date | None = None,
        until: date | None = None,
        known_at: datetime | None = None,
    ) -> RateTable:
        """What a source published from ``since`` to ``until``, both included.

        With ``known_at``, nothing that became known later. An unknown source has an empty table.
        """
        ...

    def sources(self) -> tuple[str, ...]:
        """The sources of which anything is kept, in order."""
        ...

    def last(self, source: str, known_at: datetime | None = None) -> tuple[Fixing, ...]:
        """The last fixing that holds of each pair and side, ordered by pair and side."""
        ...

    def claim(self, source: str) -> None:
        """Keep others from adding to a source until this unit of work ends.

        Who compares with what is kept, and adds what is new, claims the source first.
        """
        ...
