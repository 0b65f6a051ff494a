"""Published fixings in tables: a row for each, read and written a series at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, func, select

from fxcrm.adapters.sql import tables
from fxcrm.adapters.sql.decisions import SqlDecisions, unreadable
from fxcrm.adapters.sql.log import SqlLog
from fxcrm.adapters.sql.statements import Statement, inserted, inserted_new, limited
from fxcrm.adapters.sql.transaction import Transaction
from fxcrm.encoding import checked_text
from fxcrm.rates import Fixing, RateSeries, RateTable
from fxcrm.records.columns import Values
from fxcrm.records.fixings import (
    KIND,
    Columns,
    FixingRow,
    SeriesKey,
    SeriesRows,
    Span,
    batch_id,
    batch_row,
    by_batch,
    in_order,
    last_of,
    news,
)
from fxcrm.records.trail import noted

_series: Final = tables.rate_series
_fixings: Final = tables.fixings
_SOURCE: Final[BindParameter[str]] = bindparam("of")
_NUMBER: Final[BindParameter[int]] = bindparam("series")
_NEWEST_READ: Final = 16  # the first rows looked at for one that holds

_EVERY_SERIES: Final = Statement(select(_series).order_by(_series.c.number))
_SERIES: Final = Statement(select(_series).where(_series.c.source == _SOURCE))
_SOURCES: Final = Statement(select(_series.c.source).distinct().order_by(_series.c.source))
_NEW_SERIES: Final = inserted_new(_series, without="number")
_BATCH: Final = Statement(
    select(func.max(_fixings.c.batch).label("last")).where(_fixings.c.series == _NUMBER)
)
_ADD: Final = inserted(_fixings)
_EVERY: Final = Statement(
    select(_fixings).order_by(_fixings.c.series, _fixings.c.day, _fixings.c.known_at)
)
_ROWS: Final = select(_fixings.c.day, _fixings.c.known_at, _fixings.c.value).where(
    _fixings.c.series == _NUMBER,
    _fixings.c.day >= bindparam("since"),
    _fixings.c.day <= bindparam("until"),
    _fixings.c.known_at <= bindparam("known_at"),
)
_SPAN: Final = Statement(_ROWS.order_by(_fixings.c.day, _fixings.c.known_at))
_NEWEST: Final = Statement(
    limited(_ROWS.order_by(_fixings.c.day.desc(), _fixings.c.known_at.desc()), "most")
)


class SqlRates:
    """Published fixings: added, never overwritten."""

    def __init__(self, transaction: Transaction, decisions: SqlDecisions, log: SqlLog) -> None:
        self._transaction = transaction
        self._reading = decisions.reading
        self._writing = decisions.writing
        self._log = log

    def add(self, series: Iterable[RateSeries]) -> int:
        """Keep the fixings that are not kept yet; how many they were."""
        asked = list(series)
        for source in sorted({one.source for one in asked}):
            self.claim(source)
        known = self._known({one.source for one in asked})

        def kept(one: SeriesRows) -> list[FixingRow]:
            number = known.get(one.key)
            return self._between(number, one.rows) if number is not None and one.rows else []

        found = news(asked, self._writing, known, kept)
        return sum(self._keep(key, known.get(key), rows) for key, rows in found.items())

    def _keep(self, key: SeriesKey, number: int | None, rows: list[FixingRow]) -> int:
        if number is None:
            number = self._transaction.rows(_NEW_SERIES, **key._asdict())[0].number
        last: int | None = self._transaction.rows(_BATCH, series=number)[0].last
        batch = (last or 0) + 1
        values = [{**row._asdict(), "series": number, "batch": batch} for row in rows]
        self._transaction.run_many(_ADD, values)
        self._log.writes.append(noted(KIND, batch_id(key, batch), 1, batch_row(key, rows)))
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
        span, columns = Span.of(since, until, known_at), Columns(self._reading)
        known = self._known({source})
        return RateTable(
            _made(columns, key, self._read(_SPAN, known[key], span)) for key in in_order(known)
        )

    def sources(self) -> tuple[str, ...]:
        """The sources of which anything is kept."""
        return tuple(row.source for row in self._transaction.rows(_SOURCES))

    def last(self, source: str, known_at: datetime | None = None) -> tuple[Fixing, ...]:
        """The last fixing that holds of each pair and side."""
        span, known = Span.of(None, None, known_at), self._known({source})
        found = (self._last(key, known[key], span) for key in in_order(known))
        return tuple(one for one in found if one is not None)

    def _last(self, key: SeriesKey, number: int, span: Span) -> Fixing | None:
        columns, most = Columns(self._reading), _NEWEST_READ
        while True:
            rows = self._read(_NEWEST, number, span, most=most)
            found = last_of(_made(columns, key, rows[::-1]))
            if found is not None or len(rows) < most:
                return found
            most *= _NEWEST_READ

    def claim(self, source: str) -> None:
        """Keep others from adding to a source until this unit of work ends."""
        self._transaction.hold(f"rate source {checked_text(source)}", alone=True)

    def rows(self) -> Iterator[tuple[str, Values]]:
        """The batches as they are kept: each id with the row that is sealed."""
        found: dict[int, list[Any]] = {}
        for row in self._transaction.rows(_EVERY):
            found.setdefault(row.series, []).append(row)
        for one in self._transaction.rows(_EVERY_SERIES):
            key = SeriesKey(*one[1:])
            rows = ((row.batch, FixingRow(*row[1:4])) for row in found.pop(one.number, []))
            # A series without fixings is one that nobody added.
            for batch, held in by_batch(rows).items() or {0: []}.items():
                yield batch_id(key, batch), batch_row(key, held)
        for number in found:
            yield f"of series {number}", {"series": number}

    def _known(self, sources: Iterable[str]) -> dict[SeriesKey, int]:
        found = (self._transaction.rows(_SERIES, of=one) for one in sources)
        return {SeriesKey(*row[1:]): row.number for rows in found for row in rows}

    def _between(self, number: int, rows: tuple[FixingRow, ...]) -> list[FixingRow]:
        span = Span(rows[0].day, rows[-1].day, Span.of(None, None, None).known_at)
        return self._read(_SPAN, number, span)

    def _read(self, statement: Statement, number: int, span: Span, **more: int) -> list[FixingRow]:
        asked = {"since": span.since, "until": span.until, "known_at": span.known_at}
        found: list[FixingRow] = self._transaction.rows(statement, series=number, **asked, **more)
        return found


def _made(columns: Columns, key: SeriesKey, rows: list[FixingRow]) -> RateSeries:
    try:
        return columns.series(key, rows)
    except (LookupError, ValueError, TypeError) as failure:
        unreadable("fixings of", str(key), failure)
