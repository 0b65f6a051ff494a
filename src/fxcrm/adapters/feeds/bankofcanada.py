"""The Bank of Canada's daily averages, from its Valet service.

``1 foreign = v CAD``: the series ``FXUSDCAD`` states ``{"v": "1.3716"}``, a text. A holiday stands
as an observation without a value. History from 2017-01-03. The bank calls its rates indicative.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from fxcrm.adapters.feeds.documents import (
    Documents,
    day,
    fields,
    json_document,
    number,
    part,
    parts,
)
from fxcrm.adapters.feeds.published import Price, Span, broken_unless_fit, bulletin
from fxcrm.bulletins import Bulletin
from fxcrm.ports.clock import Clock

ADDRESS: Final = "https://www.bankofcanada.ca/valet"
LARGEST: Final = 4 * 2**20  # bytes; nine years have two million
_SERIES: Final = re.compile(r"FX([A-Z]{3})CAD")
_PATH: Final = "/observations/group/FX_RATES_DAILY/json"


class BankOfCanada:
    """A `RateSource`; without a span it answers with the newest day."""

    name = "Bank of Canada"

    def __init__(self, documents: Documents, clock: Clock, address: str = ADDRESS) -> None:
        self._documents, self._clock, self._address = documents, clock, address

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """The rates of the days asked for. Raises `RateSourceBroken`."""
        span = Span(since, until)
        if span.is_empty:
            return bulletin(self.name, (), span, self._clock.now().date())
        with broken_unless_fit(self.name), self._documents.errand(self.name) as get:
            content = get(f"{self._address}{_PATH}", most=LARGEST, query=_query(span))
            return bulletin(self.name, _prices(content), span, self._clock.now().date())


def _query(span: Span) -> dict[str, str]:
    if span == Span():
        return {"recent": "1"}
    asked = {"start_date": span.since, "end_date": span.until}
    return {name: on.isoformat() for name, on in asked.items() if on is not None}


def _prices(content: bytes | None) -> Iterator[Price]:
    observations = parts(part(json_document(content or b""), "observations"), "observations")
    for observation in observations:
        on = day(part(observation, "d"))
        for series, stated in fields(observation, "observation").items():
            if (found := _SERIES.fullmatch(series)) and _has_value(stated):
                yield Price(found[1], "CAD", number(part(stated, "v")), on)


def _has_value(stated: object) -> bool:
    """False on a holiday, where the bank says why: ``{"e": -64}``, or an empty text."""
    return fields(stated, "series").get("v", "") != ""
