"""The feeds as their publishers would serve them: sources, documents, and what these state."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import attrs

from fxcrm.adapters.feeds.bankofcanada import BankOfCanada
from fxcrm.adapters.feeds.cnb import CzechNationalBank
from fxcrm.adapters.feeds.documents import Documents
from fxcrm.adapters.feeds.ecb import EcbFeed, EcbFile
from fxcrm.adapters.feeds.nbp import NationalBankOfPoland, NbpTable
from fxcrm.adapters.feeds.openexchangerates import OpenExchangeRates
from fxcrm.ports.ratesource import RateSource
from tests import rate_server

DATA = Path(__file__).parent / "data"
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

    @property
    def served(self) -> rate_server.Answer:
        """The document at its address, and nothing anywhere else."""
        return rate_server.by_path({self.path: rate_server.content(self.body, self.kind)})


def data(name: str) -> bytes:
    """A document as it was published."""
    return (DATA / name).read_bytes()


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
        "",
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
