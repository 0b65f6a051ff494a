"""What a cache holds of an answer: its rates by pair, day, side and source, and their age (R5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import compress
from operator import itemgetter

import attrs

from fxcrm.adapters.combined.knowledge import as_known_by
from fxcrm.adapters.combined.names import publishers
from fxcrm.bulletins import Bulletin
from fxcrm.currencies import Currency
from fxcrm.errors import EnvironmentFailed
from fxcrm.mappings import FrozenMap
from fxcrm.rates import CurrencyPair, RateSeries, RateTable, Side


@attrs.frozen
class Key:
    """Whose price of what a row is; its day comes on top (R5)."""

    pair: CurrencyPair
    source: str
    unit: int
    side: Side

    @classmethod
    def of(cls, series: RateSeries) -> Key:
        """What all rows of a series have in common."""
        return cls(series.pair, series.source, series.unit, series.side)

    @property
    def quoted(self) -> frozenset[Currency]:
        """The pair and its inverse alike."""
        return frozenset((self.pair.base, self.pair.counter))

    @property
    def place(self) -> tuple[Currency, Currency, Side]:
        """Where it stands in a table; the inverse pair's other side stands there too (R3)."""
        base, counter = self.pair.base, self.pair.counter
        straight = base.code < counter.code
        return (base, counter, self.side) if straight else (counter, base, self.side.across)


@attrs.frozen(eq=False)
class Kept:
    """An answer: ``asked`` for at an instant, and all of it told ``at`` one, but for ``earlier``.

    ``earlier`` has the days that were told before that and not again, by what they are prices of.
    """

    table: RateTable
    asked: datetime
    at: datetime
    source: str
    failures: tuple[EnvironmentFailed, ...] = ()
    earlier: Mapping[Key, Mapping[date, datetime]] = FrozenMap({})

    @property
    def size(self) -> int:
        """How many fixings it holds."""
        return sum(len(one.days) for one in self.table.series)

    @property
    def oldest(self) -> datetime:
        """When the rate that was told longest ago was told."""
        return min((at for days in self.earlier.values() for at in days.values()), default=self.at)

    def bulletin(self) -> Bulletin:
        """The answer as the source's; where a part of it was told earlier, it says since when."""
        if not self.earlier and self.at == self.asked:
            return Bulletin(self.table, self.source, self.failures)
        return self.last_good(self.failures)

    def last_good(self, failures: tuple[EnvironmentFailed, ...]) -> Bulletin:
        """The answer where the source has none now."""
        source = publishers(self.table, self.source)
        return Bulletin(self.table, source, failures, self.oldest)

    def with_those_of(self, older: Kept, table: RateTable) -> Kept:
        """This answer, and the rates of an older one's table that it lacks.

        A pair that another source tells now, or that is quoted otherwise now, is not lacking.
        """
        held = {Key.of(one): one for one in self.table.series}
        sources = {key.quoted: key.source for key in held}
        places = {key.place for key in held}
        earlier = dict(self.earlier)
        for one in _known(table):
            key = Key.of(one)
            is_other = sources.get(key.quoted, key.source) != key.source
            if is_other or (key not in held and key.place in places):
                continue
            lacking = _lacking(held.get(key), one.days)
            if lacking:
                held[key] = _merged(held.get(key), one, lacking)
                told = {day: older.told_at(key, day) for day in lacking}
                earlier[key] = {**earlier.get(key, {}), **told}
        merged = as_known_by(RateTable(held.values()), self.table)
        return attrs.evolve(self, table=merged, earlier=earlier)

    def told_at(self, key: Key, day: date) -> datetime:
        """When the rates of a day were told."""
        return self.earlier.get(key, {}).get(day, self.at)


def _known(table: RateTable) -> Iterable[RateSeries]:
    """Its series; those of a view hold no more than it knew."""
    if table.known_at is None:
        return table.series
    return [one.known_by(table.known_at) for one in table.series]


def _lacking(held: RateSeries | None, days: Iterable[date]) -> set[date]:
    return set(days).difference(held.days if held is not None else ())


def _merged(held: RateSeries | None, older: RateSeries, lacking: set[date]) -> RateSeries:
    """The rows held, and those of the older series on the days that are lacking."""
    wanted = [day in lacking for day in older.days]
    rows = list(compress(_rows(older), wanted))
    if held is not None:
        rows = sorted([*_rows(held), *rows], key=itemgetter(0))  # one day's rows are all of one
    days, values, known = zip(*rows, strict=True)
    return attrs.evolve(older, days=days, values=values, known=known if any(known) else None)


def _rows(series: RateSeries) -> Iterable[tuple[date, str, datetime | None]]:
    known = series.known if series.known is not None else (None,) * len(series.days)
    return zip(series.days, series.values, known, strict=True)
