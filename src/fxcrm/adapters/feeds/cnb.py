"""The Czech National Bank's daily fixing.

``amount foreign = rate CZK``: per 1, 100 or 1000 units, as each entry says. ``validFor`` is the
day. Without a span the last fixing is asked for, else every year that the span touches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
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

ADDRESS: Final = "https://api.cnb.cz/cnbapi/exrates"
LARGEST: Final = 4 * 2**20  # bytes; a year has a million
FIRST_YEAR: Final = 1991
_LARGEST_AMOUNT: Final = 1_000_000


class CzechNationalBank:
    """A `RateSource`; without a span it answers with the last fixing.

    Each year of a span is a request; a span without a beginning begins with the year of its end.
    """

    name = "Czech National Bank"

    def __init__(self, documents: Documents, clock: Clock, address: str = ADDRESS) -> None:
        self._documents, self._clock, self._address = documents, clock, address

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """The rates of the days asked for. Raises `RateSourceBroken`."""
        span, today = Span(since, until), self._clock.now().date()
        with broken_unless_fit(self.name), self._documents.errand(self.name) as get:
            return bulletin(self.name, self._prices(get, span, today), span, today)

    def _prices(self, get: Get, span: Span, today: date) -> Iterator[Price]:
        if span == Span():
            yield from _read(get(f"{self._address}/daily", most=LARGEST, query={"lang": "EN"}))
            return
        for year in _years(span, today):
            query = {"lang": "EN", "year": str(year)}
            yield from _read(get(f"{self._address}/daily-year", most=LARGEST, query=query))


def _years(span: Span, today: date) -> Iterable[int]:
    last = min(span.until or today, today).year
    first = max(span.since.year if span.since else last, FIRST_YEAR)
    return range(first, last + 1)


def _read(content: bytes | None) -> Iterator[Price]:
    for entry in parts(part(json_document(content or b""), "rates"), "rates"):
        yield Price(
            code(part(entry, "currencyCode")),
            "CZK",
            number(part(entry, "rate")),
            day(part(entry, "validFor")),
            _amount(part(entry, "amount")),
        )


def _amount(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LARGEST_AMOUNT:
        raise Unfit("an amount in it is no count of units")
    return value
