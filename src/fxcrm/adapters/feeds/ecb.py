"""The European Central Bank's euro reference rates, as it publishes them on its web site.

``1 EUR = rate x currency``. Three files: the day and ninety days as XML, the history since 1999 as
a zipped table, read by `fxcrm.adapters.ecb`. The bank publishes them around 16:00 in Frankfurt,
for information only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Final

from fxcrm.adapters.ecb import history_table
from fxcrm.adapters.feeds.documents import Documents, Element, Unfit, day, number, xml_document
from fxcrm.adapters.feeds.published import Price, Span, broken_unless_fit, bulletin, code, tabled
from fxcrm.bulletins import Bulletin
from fxcrm.ports.clock import Clock

ADDRESS: Final = "https://www.ecb.europa.eu/stats/eurofxref"
_GESMES: Final = "http://www.gesmes.org/xml/2002-08-01 "
_EUROFXREF: Final = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref "
_ENVELOPE: Final = (f"{_GESMES}Envelope",)
_OUTER: Final = (*_ENVELOPE, f"{_EUROFXREF}Cube")
_DAY: Final = (*_OUTER, f"{_EUROFXREF}Cube")
_RATE: Final = (*_DAY, f"{_EUROFXREF}Cube")
_SENDER: Final = (*_ENVELOPE, f"{_GESMES}Sender")
_ABOUT: Final = ((*_ENVELOPE, f"{_GESMES}subject"), _SENDER, (*_SENDER, f"{_GESMES}name"))


class EcbFile(Enum):
    """Which of the files: its name, and the most bytes of it, as sent and as unpacked."""

    DAILY = ("eurofxref-daily.xml", 2**20)
    NINETY_DAYS = ("eurofxref-hist-90d.xml", 2**20)
    HISTORY = ("eurofxref-hist.zip", 4 * 2**20)


class EcbFeed:
    """A `RateSource` over one of the bank's files; a span is taken out of what the file holds."""

    name = "European Central Bank"

    def __init__(
        self,
        documents: Documents,
        clock: Clock,
        file: EcbFile = EcbFile.DAILY,
        address: str = ADDRESS,
    ) -> None:
        self._documents, self._clock = documents, clock
        self._file, self._address = file, address

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """The rates of the file that lie in the span. Raises `RateSourceBroken`."""
        file, most = self._file.value
        with broken_unless_fit(self.name), self._documents.errand(self.name) as get:
            content = get(f"{self._address}/{file}", most=most) or b""
            span, today = Span(since, until), self._clock.now().date()
            if self._file is EcbFile.HISTORY:
                table = history_table(content, self.name, most)
                return tabled(self.name, table, span, today)
            return bulletin(self.name, _prices(content), span, today)


def _prices(content: bytes) -> Iterator[Price]:
    elements = xml_document(content, deepest=len(_RATE))
    if not elements or elements[0].path != _ENVELOPE:
        raise Unfit("it is no document of reference rates")
    on: date | None = None
    rates = 0
    for element in elements[1:]:
        if element.path == _DAY:
            on = day(element.attributes.get("time"))
        elif element.path == _RATE and on is not None:
            rates += 1
            yield _price(element, on)
        elif element.path != _OUTER and element.path not in _ABOUT:
            raise Unfit("it holds an element that does not belong there")
    if not rates:
        raise Unfit("it has no rates")


def _price(element: Element, on: date) -> Price:
    value = number(element.attributes.get("rate"))
    return Price("EUR", code(element.attributes.get("currency")), value, on)
