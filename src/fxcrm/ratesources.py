"""Which of several sources gives a pair its rates: a series comes from one of them, whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import reduce

from fxcrm.rates import CurrencyPair, RateSeries, RateTable

_Worth = Callable[[RateSeries], tuple[int, int]]


def by_newest(tables: Iterable[RateTable]) -> RateTable:
    """Each pair from the table with its newest fixing; of equals, from the first."""
    return _preferred(tables, lambda one: (_last(one), 0))


def by_coverage(tables: Iterable[RateTable], since: date, until: date) -> RateTable:
    """Each pair from the table with the most fixings of a span; of equals, as `by_newest`."""
    return _preferred(tables, lambda one: (_count(one, since, until), _last(one)))


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


def _last(series: RateSeries) -> int:
    """The day of the last fixing that holds, as a number; 0 where there is none."""
    if not series.days:
        return 0
    fixings = series.positions(series.days[0], series.days[-1])
    return max((series.days[one].toordinal() for one in fixings), default=0)


def _count(series: RateSeries, since: date, until: date) -> int:
    return sum(1 for _ in series.positions(since, until))
