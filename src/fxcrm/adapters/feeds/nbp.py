"""The National Bank of Poland's tables: A, middle rates, and C, what banks pay and ask.

``1 foreign = mid PLN``. Table C is traded the day before it takes effect; ``effectiveDate`` is
the day of both. One request covers 93 days at the most; for a span without a working day the bank
answers 404 and says "no data", which is no rate and no failure (R4). History from 2002-01-02.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum
from typing import Final

from fxcrm.adapters.feeds.documents import (
    Documents,
    Get,
    Unfit,
    day,
    json_document,
    number,
    part,
    parts,
)
from fxcrm.adapters.feeds.published import Price, Span, broken_unless_fit, bulletin, code
from fxcrm.bulletins import Bulletin
from fxcrm.ports.clock import Clock
from fxcrm.rates import Side

ADDRESS: Final = "https://api.nbp.pl/api/exchangerates/tables"
LARGEST: Final = 2**20  # bytes; 93 days have a quarter of it
FIRST_DAY: Final = date(2002, 1, 2)
MOST_DAYS: Final = 93
_LONGEST: Final = timedelta(days=MOST_DAYS - 1)  # from the first day to the last
_NOTHING: Final = b"Brak danych"  # "no data", the bank's words for it


class NbpTable(Enum):
    """Which table, and the sides that it states."""

    A = "A"
    C = "C"

    @property
    def sides(self) -> dict[str, Side]:
        """The names of the prices in an entry, and the side that each of them is."""
        return {"mid": Side.MID} if self is NbpTable.A else {"bid": Side.BID, "ask": Side.ASK}


class NationalBankOfPoland:
    """A `RateSource`; without a span it answers with the current table.

    Every 93 days of a span are a request; a span without a beginning is 93 days long.
    """

    def __init__(
        self,
        documents: Documents,
        clock: Clock,
        table: NbpTable = NbpTable.A,
        address: str = ADDRESS,
    ) -> None:
        self._documents, self._clock = documents, clock
        self._table, self._address = table, f"{address}/{table.value}"

    @property
    def name(self) -> str:
        """The bank and its table."""
        return f"National Bank of Poland, table {self._table.value}"

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """The rates of the days asked for. Raises `RateSourceBroken`."""
        span, today = Span(since, until), self._clock.now().date()
        with broken_unless_fit(self.name), self._documents.errand(self.name) as get:
            return bulletin(self.name, self._prices(get, span, today), span, today)

    def _prices(self, get: Get, span: Span, today: date) -> Iterator[Price]:
        json = {"format": "json"}
        if span == Span():
            yield from self._read(get(f"{self._address}/", most=LARGEST, query=json))
            return
        for first, last in _stretches(span, today):
            path = f"{self._address}/{first}/{last}/"
            content = get(path, most=LARGEST, query=json, absent=_NOTHING)
            yield from self._read(content) if content is not None else ()

    def _read(self, content: bytes | None) -> Iterator[Price]:
        for table in parts(json_document(content or b""), "answer"):
            if part(table, "table") != self._table.value:
                raise Unfit("it is another table than the one asked for")
            on = day(part(table, "effectiveDate"))
            for entry in parts(part(table, "rates"), "rates"):
                for name, side in self._table.sides.items():
                    value = number(part(entry, name))
                    yield Price(code(part(entry, "code")), "PLN", value, on, side=side)


def _stretches(span: Span, today: date) -> Iterator[tuple[date, date]]:
    """The span in parts that one request may cover; days to come are left out."""
    end = min(span.until or today, today)
    first = max(span.since or max(end, FIRST_DAY) - _LONGEST, FIRST_DAY)
    while first <= end:
        last = min(first + _LONGEST, end)
        yield first, last
        first = last + timedelta(days=1)
