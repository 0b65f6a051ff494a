"""One's own rates in place of those published, by pair and day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import compress

import attrs

from fxcrm.adapters.combined.knowledge import as_known_by
from fxcrm.adapters.combined.names import checked_name, passed_on
from fxcrm.bulletins import Bulletin
from fxcrm.currencies import Currency
from fxcrm.ports.ratesource import RateSource, RateSourceBroken
from fxcrm.rates import RateSeries, RateTable, Side

_Place = tuple[Currency, Currency, Side]


class OverridingRates:
    """A `RateSource` in which ``own`` rates win over those of ``source``, per pair, side and day.

    Every rate is named "own over source", so that nobody takes it for what was published, and
    the same whatever span it is asked in. An own rate is quoted as the source quotes its pair, in
    direction and unit: otherwise, and where one of the two is broken, it raises
    `RateSourceBroken`. With a newer file as ``own`` it joins that to a history. Raises
    `SourceNameRefused`.
    """

    def __init__(self, own: RateSource, source: RateSource, *, name: str | None = None) -> None:
        self._own = own
        self._source = source
        self._name = checked_name(name, f"{own.name} over {source.name}")

    @property
    def name(self) -> str:
        """Both names, unless another one was given; how each rate names its source."""
        return self._name

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """The rates of both. Raises `RateSourceBroken`."""
        try:
            own = self._own.fetch(since, until)
            published = self._source.fetch(since, until)
        except RateSourceBroken as error:
            raise passed_on(error, self.name) from error
        merged = self._over(own.table, published.table)
        table = RateTable(attrs.evolve(one, source=self.name) for one in merged)
        table = as_known_by(table, own.table, published.table)
        kept = [one.kept_since for one in (own, published) if one.kept_since is not None]
        failures = own.failures + published.failures
        return Bulletin(table, self.name, failures, min(kept, default=None))

    def _over(self, own: RateTable, published: RateTable) -> Iterator[RateSeries]:
        left = {_place(one): one for one in published.series}
        for one in own.series:
            below = left.pop(_place(one), None)
            if below is None:
                yield one
            elif (below.pair, below.unit) == (one.pair, one.unit):
                yield _merged(one, below)
            else:
                reason = f"{one} can not stand in for {below}; quote it in that direction and unit"
                raise RateSourceBroken(source=self.name, reason=reason)
        yield from left.values()


def _place(series: RateSeries) -> _Place:
    """Where a series stands in a table; one quoted the other way round stands there too (R3)."""
    base, counter, side = series.pair.base, series.pair.counter, series.side
    if base.code < counter.code:
        return base, counter, side
    return counter, base, side.across


def _merged(own: RateSeries, below: RateSeries) -> RateSeries:
    """The rows of both by day; all that was published of a day gives way to the own rate."""
    theirs = set(own.days)
    left = [day not in theirs for day in below.days]
    rows = sorted(
        [*_rows(own), *compress(_rows(below), left)], key=lambda row: row[0]
    )  # stable: what is known of one day stays in its order
    known = tuple(at for _, _, at in rows)
    return attrs.evolve(
        own,
        days=tuple(day for day, _, _ in rows),
        values=tuple(value for _, value, _ in rows),
        known=known if any(known) else None,
    )


def _rows(series: RateSeries) -> Iterator[tuple[date, str, datetime | None]]:
    known = series.known if series.known is not None else (None,) * len(series.days)
    return zip(series.days, series.values, known, strict=True)
