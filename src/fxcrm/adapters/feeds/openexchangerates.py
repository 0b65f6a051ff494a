"""Open Exchange Rates: one commercial feed, blended from several, with a key.

``1 USD = rate foreign`` (other bases are paid for). ``timestamp`` is the instant the prices are of:
its day in UTC is the day of the rate, and the rate is known from that instant on. The key goes into
a header, never into an address, an error, a log or a representation.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from fxcrm.adapters.feeds.documents import (
    Documents,
    Get,
    Unfit,
    fields,
    json_document,
    number,
    part,
)
from fxcrm.adapters.feeds.published import Price, Span, broken_unless_fit, bulletin, code
from fxcrm.bulletins import Bulletin
from fxcrm.ports.clock import Clock

ADDRESS: Final = "https://openexchangerates.org/api"
LARGEST: Final = 2**20  # bytes; a day has a few thousand
FIRST_DAY: Final = date(1999, 1, 1)
MOST_DAYS: Final = 31  # each of them is a request that counts against one's plan
_LAST_INSTANT: Final = 253_402_300_799  # of the year 9999, in seconds since 1970


class OpenExchangeRates:
    """A `RateSource`; without a span it answers with the latest prices.

    Each day of a span is a request, 31 at the most; a span without a beginning is its last day.
    ``app_id`` is the key. ``base`` is the currency that the prices are of.
    """

    name = "Open Exchange Rates"

    def __init__(
        self,
        documents: Documents,
        clock: Clock,
        app_id: str,
        base: str = "USD",
        address: str = ADDRESS,
    ) -> None:
        self._documents, self._clock, self._address = documents, clock, address
        self._app_id, self._base = app_id, base

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """The rates of the days asked for. Raises `RateSourceBroken`."""
        span, today = Span(since, until), self._clock.now().date()
        with broken_unless_fit(self.name), self._documents.errand(self.name) as get:
            return bulletin(self.name, self._prices(get, span, today), span, today)

    def _prices(self, get: Get, span: Span, today: date) -> Iterator[Price]:
        if span == Span():
            yield from self._read(self._got(get, "latest"))
            return
        for on in _days(span, today):
            for price in self._read(self._got(get, f"historical/{on}")):
                if price.on != on:
                    raise Unfit("it is of another day than the one asked for")
                yield price

    def _got(self, get: Get, what: str) -> bytes | None:
        address = f"{self._address}/{what}.json"
        return get(address, most=LARGEST, query={"base": self._base}, token=self._app_id)

    def _read(self, content: bytes | None) -> Iterator[Price]:
        document = json_document(content or b"")
        if part(document, "base") != self._base:
            raise Unfit("its prices are of another base than the one asked for")
        at = _instant(part(document, "timestamp"))
        rates = fields(part(document, "rates"), "rates")
        if not rates:
            raise Unfit("it has no rates")
        for counter, value in rates.items():
            if counter != self._base:
                yield Price(self._base, code(counter), number(value), at.date(), known_at=at)
            elif number(value) != 1:
                raise Unfit("its base costs something else than 1 of itself")


def _instant(value: object) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _LAST_INSTANT:
        raise Unfit("its timestamp is no instant")
    return datetime.fromtimestamp(value, UTC)


def _days(span: Span, today: date) -> Iterator[date]:
    last = min(span.until or today, today)
    first = max(span.since or last, FIRST_DAY)
    count = (last - first).days + 1
    if count > MOST_DAYS:
        raise Unfit(f"it takes a request for each day, and {count} days are more than {MOST_DAYS}")
    return (first + timedelta(days=one) for one in range(count))
