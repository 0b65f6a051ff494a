"""The feeds as their publishers would serve them: sources, documents, and what these state."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import attrs

from fxcrm.adapters.feeds.bankofcanada import BankOfCanada
from fxcrm.adapters.feeds.cnb import CzechNationalBank
from fxcrm.adapters.feeds.documents import Documents
from fxcrm.adapters.feeds.ecb import EcbFeed, EcbFile
from fxcrm.adapters.feeds.nbp import NationalBankOfPoland, NbpTable
from fxcrm.adapters.feeds.openexchangerates import OpenExchangeRates
from fxcrm.ports.ratesource import RateSource
from fxcrm.rates import Side
from tests.rate_server import Talk, content, no_data, status

DATA = Path(__file__).parent / "data"
BROKEN = "/broken"
FIRST_OF_NBP = "2026-03-02"
_HISTORICAL = re.compile(r"/historical/([0-9-]{10})\.json")
_STRETCH = re.compile(r"/[AC]/([0-9-]{10})/([0-9-]{10})/")
KEY = "0123456789abcdef0123456789abcdef"
JSON, XML, ZIP = "application/json; charset=utf-8", "text/xml", "application/zip"


@attrs.frozen
class Now:
    """A clock that stands."""

    at: datetime = datetime(2026, 3, 16, 17, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The instant it stands at."""
        return self.at


NOW = Now()


@attrs.frozen
class Feed:
    """One feed: how to make it, what its server sends, and a rate that is in it."""

    make: Callable[[Documents, str], RateSource]
    path: str
    body: bytes
    kind: str
    pair: str
    on: date
    value: str
    unit: int = 1
    side: Side = Side.MID

    def served(self, talk: Talk) -> None:
        """The document at its address, spans as its publisher serves them, nothing elsewhere."""
        asked = talk.asked
        if asked.path.startswith(BROKEN):
            status(500)(talk)
        elif asked.path == self.path:
            content(self.body, self.kind)(talk)
        elif asked.path == "/daily-year":
            theirs = asked.query["year"] == str(self.on.year)
            content(data("cnb-daily-year.json") if theirs else b'{"rates":[]}', self.kind)(talk)
        elif day := _HISTORICAL.fullmatch(asked.path):
            content(oxr_of(date.fromisoformat(day[1])), self.kind)(talk)
        elif span := _STRETCH.fullmatch(asked.path):
            within = span[1] <= str(self.on) and span[2] >= FIRST_OF_NBP
            (content(self.body, self.kind) if within else no_data())(talk)
        else:
            status(404)(talk)


class Handed:
    """Documents that are at hand, without a server: the same bytes whatever is asked for."""

    def __init__(self, body: bytes | str) -> None:
        self.body = body if isinstance(body, bytes) else body.encode()

    def errand(self, source: str) -> Handed:
        """Itself."""
        del source
        return self

    def __enter__(self) -> Handed:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, *_: object, **__: object) -> bytes:
        """The bytes."""
        return self.body


def data(name: str) -> bytes:
    """A document as it was published."""
    return (DATA / name).read_bytes()


def oxr_of(on: date) -> bytes:
    """The end of a day; of the one that is published as the latest, what is."""
    latest = data("oxr-latest.json")
    if on == FRIDAY:
        return latest
    end = datetime(on.year, on.month, on.day, 23, 59, 59, tzinfo=UTC)
    seconds = (end - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    return latest.replace(b"1772802000", str(seconds).encode())


def zipped(text: str) -> bytes:
    """The table as the bank packs it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref-hist.csv", text)
    return buffer.getvalue()


HISTORY = zipped(
    "Date,USD,JPY,CYP,CZK,\n"
    "2026-03-06,1.1561,182.57,N/A,24.419,\n"
    "2026-03-05,1.1618,183.03,N/A,24.396,\n"
    "1999-01-04,1.1789,133.73,0.58231,35.107,\n"
)
FRIDAY = date(2026, 3, 6)
FEEDS = {
    "ecb": Feed(
        lambda documents, address: EcbFeed(documents, NOW, address=address),
        "/eurofxref-daily.xml",
        data("eurofxref-daily.xml"),
        XML,
        "EUR/USD",
        FRIDAY,
        "1.1561",
    ),
    "ecb-90d": Feed(
        lambda documents, address: EcbFeed(documents, NOW, EcbFile.NINETY_DAYS, address),
        "/eurofxref-hist-90d.xml",
        data("eurofxref-hist-90d.xml"),
        XML,
        "EUR/JPY",
        date(2026, 3, 2),
        "184.19",
    ),
    "ecb-history": Feed(
        lambda documents, address: EcbFeed(documents, NOW, EcbFile.HISTORY, address),
        "/eurofxref-hist.zip",
        HISTORY,
        ZIP,
        "EUR/USD",
        date(1999, 1, 4),
        "1.1789",
    ),
    "boc": Feed(
        lambda documents, address: BankOfCanada(documents, NOW, address),
        "/observations/group/FX_RATES_DAILY/json",
        data("valet.json"),
        JSON,
        "USD/CAD",
        date(2026, 3, 13),
        "1.3716",
    ),
    "cnb": Feed(
        lambda documents, address: CzechNationalBank(documents, NOW, address),
        "/daily",
        data("cnb-daily.json"),
        "application/json",
        "HUF/CZK",
        FRIDAY,
        "6.214",
        unit=100,
    ),
    "nbp": Feed(
        lambda documents, address: NationalBankOfPoland(documents, NOW, address=address),
        "/A/",
        data("nbp-a.json"),
        JSON,
        "USD/PLN",
        date(2026, 3, 3),
        "3.6820",
    ),
    "nbp-c": Feed(
        lambda documents, address: NationalBankOfPoland(documents, NOW, NbpTable.C, address),
        "/C/",
        data("nbp-c.json"),
        JSON,
        "USD/PLN",
        date(2026, 3, 4),
        "3.7136",
        side=Side.ASK,
    ),
    "oxr": Feed(
        lambda documents, address: OpenExchangeRates(documents, NOW, KEY, address=address),
        "/latest.json",
        data("oxr-latest.json"),
        JSON,
        "USD/EUR",
        FRIDAY,
        "0.865",
    ),
}
