"""Which of several sources gives a pair its rates: a series comes from one of them, whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import reduce

from fxcrm.rates import CurrencyPair, RateSeries, RateTable

_Worth = Callable[[RateSeries], tuple[int, int]]


def by_newest(
    tables: Iterable[RateTable], until: date = date.max, known_at: datetime | None = None
) -> RateTable:
    """Each pair from the table with its newest fixing; of equals, from the first.

    ``until`` is the last day that counts, and with ``known_at`` only what was known then.
    """
    return _preferred(tables, lambda one: (_last(one, until, known_at), 0))


def by_coverage(
    tables: Iterable[RateTable], since: date, until: date, known_at: datetime | None = None
) -> RateTable:
    """Each pair from the table with the most fixings of a span; of equals, as `by_newest`."""
    return _preferred(
        tables,
        lambda one: (_count(one, since, until, known_at), _last(one, until, known_at)),
    )


def _preferred(tables: Iterable[RateTable], worth: _Worth) -> RateTable:
    """A table of the most worth series of each pair, whichever way round it is quoted."""
    best: dict[frozenset[str], tuple[tuple[int, int], RateTable]] = {}
    for table in tables:
        for pair, several in _by_pair(table).items():
            most = max(map(worth, several))
            if pair not in best or most > best[pair][0]:
                best[pair] = most, RateTable(several)
    return reduce(RateTable.backed_by, (table for _, table in best.values()), RateTable(()))


def _by_pair(table: RateTable) -> dict[frozenset[str], list[RateSeries]]:
    """The series of a table by their two currencies: its sides stay together."""
    found: dict[frozenset[str], list[RateSeries]] = {}
    for one in table.series:
        found.setdefault(_key(one.pair), []).append(one)
    return found


def _key(pair: CurrencyPair) -> frozenset[str]:
    return frozenset((pair.base.code, pair.counter.code))


def _last(series: RateSeries, until: date, known_at: datetime | None) -> int:
    """The day of the last fixing that holds, as a number; 0 where there is none."""
    fixings = series.positions(date.min, until, known_at)
    return max((series.days[one].toordinal() for one in fixings), default=0)


def _count(series: RateSeries, since: date, until: date, known_at: datetime | None) -> int:
    return sum(1 for _ in series.positions(since, until, known_at))
