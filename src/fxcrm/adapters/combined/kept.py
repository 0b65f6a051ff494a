"""What a cache holds: rows by pair, day, side and source, and when each was last told (R5)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from operator import itemgetter

import attrs

from fxcrm.currencies import Currency
from fxcrm.rates import CurrencyPair, RateSeries, RateTable, Side

_Row = tuple[date, str, datetime | None, datetime]  # day, value, known at, told at
_day = itemgetter(0)


@attrs.frozen
class _Key:
    """Whose price of what a row is; the day comes on top (R5)."""

    pair: CurrencyPair
    source: str
    unit: int
    side: Side

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


class KeptRates:
    """Rows of many series, ``most`` of them after each `shrink`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rows: dict[_Key, list[_Row]] = {}

    def learn(self, series: Iterable[RateSeries], at: datetime) -> None:
        """Keep the rows of these series in place of those of their days; other days stay."""
        for one in series:
            held = self._rows.setdefault(_Key(one.pair, one.source, one.unit, one.side), [])
            start = bisect_left(held, one.days[0], key=_day)
            end = bisect_right(held, one.days[-1], key=_day)
            again = set(one.days)
            stay = [row for row in held[start:end] if row[0] not in again]
            # The sort is stable, so what is known of one day stays in its order.
            held[start:end] = sorted([*stay, *_rows(one, at)], key=_day)

    def told(self, first: date, last: date) -> tuple[RateTable, datetime | None]:
        """What is kept of a span, and since when the oldest part of it is kept.

        Of several sources for one pair the one that told it last answers for all of it.
        """
        spans = {key: _between(rows, first, last) for key, rows in self._rows.items()}
        told = {key: {row[3] for row in rows} for key, rows in spans.items() if rows}
        by_whom: dict[object, str] = {}
        chosen: dict[object, _Key] = {}
        for key in sorted(told, key=lambda key: max(told[key]), reverse=True):
            if by_whom.setdefault(key.quoted, key.source) == key.source:
                chosen.setdefault(key.place, key)
        taken = set(chosen.values())
        table = RateTable(_series(key, spans[key]) for key in told if key in taken)
        return table, min((min(told[key]) for key in taken), default=None)

    def shrink(self) -> date | None:
        """Forget the oldest days until ``most`` rows are left; returns the last day dropped."""
        over = sum(map(len, self._rows.values())) - self._most
        if over <= 0:
            return None
        days = Counter(row[0] for rows in self._rows.values() for row in rows)
        ordered = iter(sorted(days))
        while over > 0:
            last = next(ordered)
            over -= days[last]
        for rows in self._rows.values():
            del rows[: bisect_right(rows, last, key=_day)]
        self._rows = {key: rows for key, rows in self._rows.items() if rows}
        return last


def _rows(series: RateSeries, at: datetime) -> Iterator[_Row]:
    known = series.known if series.known is not None else (None,) * len(series.days)
    for day, value, instant in zip(series.days, series.values, known, strict=True):
        yield day, value, instant, at


def _between(rows: list[_Row], first: date, last: date) -> list[_Row]:
    return rows[bisect_left(rows, first, key=_day) : bisect_right(rows, last, key=_day)]


def _series(key: _Key, rows: list[_Row]) -> RateSeries:
    days, values, known, _ = zip(*rows, strict=True)
    instants = known if any(known) else None
    return RateSeries(key.pair, key.source, days, values, key.unit, key.side, instants)
