"""Published fixings as rows: one for each day and instant of knowledge, sealed by the batch.

All rows that one call adds to a series are one batch: one value in the audit trail. Its seal is
that of one row which holds the columns as JSON, so that 220,000 fixings are sealed as 41 rows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from json import JSONEncoder
from operator import attrgetter
from typing import Any, Final, NamedTuple

import attrs

from fxcrm._decimals import canonical
from fxcrm.decisions import RateNotYetKnown
from fxcrm.encoding import checked_text, day_text, decoded, instant_from, instant_text
from fxcrm.fixings import day_begins
from fxcrm.money import parse_decimal
from fxcrm.rates import (
    ConflictingRate,
    CurrencyPair,
    Fixing,
    RateSeries,
    Side,
    SourcesMixed,
)
from fxcrm.rateseries import WITHDRAWN
from fxcrm.records.columns import Reading, Values, Writing, checked_key

KIND: Final = "fixings"
SINCE_ITS_DAY: Final = ""  # known since the day began, which sorts before every later instant
_AFTER_ALL: Final = "9999-12-31T23:59:59.999999+00:00"
_WRITER: Final = JSONEncoder(separators=(",", ":"), ensure_ascii=False)


class SeriesKey(NamedTuple):
    """What tells series apart: source, codes of the pair, side, and the unit that is priced."""

    source: str
    base: str
    counter: str
    side: str
    unit: int

    def __str__(self) -> str:
        return f"{self.base}/{self.counter} per {self.unit} {self.side} of {self.source}"


class FixingRow(NamedTuple):
    """One fixing as it is kept: the day, since when it is known, and the value as text."""

    day: str
    known_at: str
    value: str


@attrs.frozen
class SeriesRows:
    """The rows of a series that was found to be storable, by day and instant of knowledge."""

    key: SeriesKey
    rows: tuple[FixingRow, ...]


def series_rows(series: RateSeries, to: Writing) -> SeriesRows:
    """A series as rows, each value held against the rules of a rate (F8).

    Raises `RateRefused`, `NumberRefused`, `RateNotYetKnown`, `UnknownCurrency`, `NotStorable`.
    """
    Fixing(series.pair, Decimal(1), date.min, unit=series.unit)  # refuses what no price can have
    source = checked_key(checked_text(series.source))
    base, counter = to.code(series.pair.base), to.code(series.pair.counter)
    key = SeriesKey(source, base, counter, series.side.value, series.unit)
    days = [day_text(day) for day in series.days]
    rows = map(FixingRow, days, _known_texts(series), _value_texts(series))
    return SeriesRows(key, tuple(rows))


def _known_texts(series: RateSeries) -> Sequence[str]:
    if series.known is None:
        return [SINCE_ITS_DAY] * len(series.days)
    texts: dict[datetime, str] = {}
    found = []
    for day, at in zip(series.days, series.known, strict=True):
        text = SINCE_ITS_DAY
        if at is not None:
            text = texts.get(at) or texts.setdefault(at, instant_text(at))
            text = _as_kept(series, day, at, text)
        found.append(text)
    return found


def _as_kept(series: RateSeries, day: date, at: datetime, text: str) -> str:
    """One text for one instant: that at which the day begins is the one that is left out."""
    known_on = text[:10]
    if known_on < day.isoformat():
        raise RateNotYetKnown(pair=str(series.pair), on=day, known_at=at)
    return SINCE_ITS_DAY if instant_from(text) == day_begins(day) else text


def _value_texts(series: RateSeries) -> list[str]:
    """The values in canonical text; each that is met for the first time is built as a fixing."""
    met: dict[str, str] = {}
    found = []
    for index, value in enumerate(series.values):
        text = met.get(value) if type(value) is str else None
        if text is None:
            text = met[value] = _value_text(series, index, value)
        found.append(text)
    return found


def _value_text(series: RateSeries, index: int, value: str) -> str:
    if value == WITHDRAWN and series.known is not None:
        return WITHDRAWN
    text = canonical(series.at(index).value)
    parse_decimal(text)  # ".5" of the longest kind is a character longer as "0.5"
    return text


def refuse_mixed(key: SeriesKey, kept: Iterable[SeriesKey]) -> None:
    """Raises `SourcesMixed` where the source quotes the pair mirrored, or per another unit (R3)."""
    mirrored = key.counter, key.base, Side(key.side).across.value
    for other in kept:
        if other.source != key.source or other == key:
            continue
        if (other.base, other.counter, other.side) in (mirrored, key[1:4]):
            pair = f"{key.base}/{key.counter}"
            raise SourcesMixed(pair=pair, first=str(other), second=str(key))


def new_rows(asked: SeriesRows, kept: Iterable[FixingRow]) -> tuple[FixingRow, ...]:
    """The rows that are not kept yet. Raises `ConflictingRate` for another value of one key."""
    held = {(row.day, row.known_at): row.value for row in kept}
    found = []
    for row in asked.rows:
        value = held.get((row.day, row.known_at))
        if value is None:
            found.append(row)
        elif not _same(value, row.value):
            raise ConflictingRate(
                pair=f"{asked.key.base}/{asked.key.counter}",
                on=date.fromisoformat(row.day),
                first=value or "withdrawn",
                second=row.value or "withdrawn",
            )
    return tuple(found)


def _same(first: str, second: str) -> bool:
    """Whether two canonical texts state one number: 1.10 and 1.1."""
    return first == second or (bool(first and second) and _bare(first) == _bare(second))


def _bare(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def news(
    series: Iterable[RateSeries],
    to: Writing,
    known: Iterable[SeriesKey],
    kept: Callable[[SeriesRows], Iterable[FixingRow]],
) -> Mapping[SeriesKey, list[FixingRow]]:
    """What is new of some series, by series and in order; whatever can be refused is refused.

    ``known`` are the series of the sources asked for, ``kept`` gives the rows that are kept of
    one, at least those of the days asked for.
    """
    keys, found = dict.fromkeys(known), dict[SeriesKey, list[FixingRow]]()
    for asked in [series_rows(one, to) for one in series]:
        refuse_mixed(asked.key, keys)
        before = found.get(asked.key, [])
        rows = new_rows(asked, chain(kept(asked) if asked.key in keys else (), before))
        if rows:
            found[asked.key] = sorted([*before, *rows])
        keys[asked.key] = None
    return found


def batch_id(key: SeriesKey, batch: int) -> str:
    """What a batch is called in the audit trail."""
    return _WRITER.encode([*key, batch])


def batch_row(key: SeriesKey, rows: Sequence[FixingRow]) -> Values:
    """A batch as the one row that is sealed; its columns are JSON, which no value runs out of."""
    names = FixingRow._fields
    columns = {f"{name}s": _WRITER.encode([getattr(row, name) for row in rows]) for name in names}
    return {**key._asdict(), **columns}


def fixings_of(row: Mapping[str, Any]) -> tuple[SeriesKey, list[FixingRow]]:
    """What ``batch_row`` made a row of: the series, and the rows of the batch."""
    columns = [decoded(row[f"{name}s"]) for name in FixingRow._fields]
    key = SeriesKey(*(row[name] for name in SeriesKey._fields))
    return key, [FixingRow(*one) for one in zip(*columns, strict=True)]


@attrs.frozen
class Span:
    """Which rows are asked for: days, both included, and what was known by an instant."""

    since: str
    until: str
    known_at: str

    @classmethod
    def of(cls, since: date | None, until: date | None, known_at: datetime | None) -> Span:
        """The span in texts that sort as rows do. Raises `NaiveInstant`."""
        known = _AFTER_ALL if known_at is None else instant_text(known_at)
        # What is known since its day began is known when the day has begun.
        last = min(known[:10], "9999-12-31" if until is None else until.isoformat())
        return cls("" if since is None else since.isoformat(), last, known)

    def among(self, rows: Sequence[FixingRow]) -> list[FixingRow]:
        """Those of ordered rows that lie within."""
        day = attrgetter("day")
        first = bisect_left(rows, self.since, key=day)
        last = bisect_right(rows, self.until, key=day)
        return [row for row in rows[first:last] if row.known_at <= self.known_at]


class _Days(dict[str, date]):
    """Days by their texts; one that was met before costs a look-up and no call of ours."""

    def __missing__(self, text: str) -> date:
        return self.setdefault(text, date.fromisoformat(text))


class _Instants(dict[str, datetime | None]):
    """Instants by their texts."""

    def __missing__(self, text: str) -> datetime | None:
        return self.setdefault(text, None if text == SINCE_ITS_DAY else instant_from(text))


@attrs.frozen
class Columns:
    """Turns rows into series; days and instants that were met before are not read again."""

    by: Reading
    days: _Days = attrs.field(factory=_Days)
    instants: _Instants = attrs.field(factory=_Instants)

    def series(self, key: SeriesKey, rows: Sequence[FixingRow]) -> RateSeries:
        """The series of some ordered rows. Raises what a row that was tampered with raises."""
        pair = CurrencyPair(self.by.currency(key.base), self.by.currency(key.counter))
        days, known, values = zip(*rows, strict=True) if rows else ((), (), ())
        return RateSeries(
            pair,
            key.source,
            tuple(map(self.days.__getitem__, days)),
            values,
            key.unit,
            Side(key.side),
            tuple(map(self.instants.__getitem__, known)) if any(known) else None,
        )


def last_of(series: RateSeries) -> Fixing | None:
    """The last fixing of a series that holds: the last word on its day, and no withdrawal."""
    withdrawn: date | None = None
    for index in range(len(series.days) - 1, -1, -1):
        if series.days[index] == withdrawn:
            continue
        if series.values[index] != WITHDRAWN:
            return series.at(index)
        withdrawn = series.days[index]
    return None


def in_order(keys: Iterable[SeriesKey]) -> list[SeriesKey]:
    """Keys by pair and side, the order in which series are handed out."""
    return sorted(keys, key=lambda key: (key.base, key.counter, key.side, key.unit))


def by_batch(rows: Iterable[tuple[int, FixingRow]]) -> Mapping[int, list[FixingRow]]:
    """Rows in order, put to their batches."""
    found: dict[int, list[FixingRow]] = {}
    for batch, row in rows:
        found.setdefault(batch, []).append(row)
    return found
