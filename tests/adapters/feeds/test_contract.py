"""The contract of rate sources, on each feed over HTTP from a server on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import httpx2
import pytest

from fxcrm.adapters.feeds.http import HttpDocuments, HttpLimits
from fxcrm.ports.ratesource import RateSource
from fxcrm.testing.contracts import RateSourceContract
from tests import rate_server
from tests.adapters.feeds.feeds import BROKEN, FEEDS, NOW


class _OverHttp(RateSourceContract):
    """The kit on the feed that a subclass names."""

    latest = NOW.now().date()
    feed: ClassVar[str]
    documents: ClassVar[HttpDocuments]
    address: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """What its document is known to state."""
        one = FEEDS[cls.feed]
        cls.known = ((one.pair, one.on, one.value, one.unit, one.side),)

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _served(cls) -> Iterator[None]:
        with rate_server.rate_server(FEEDS[cls.feed].served) as server, httpx2.Client() as client:
            cls.documents = HttpDocuments(HttpLimits(seconds=30, attempts=1), client=client)
            cls.address = server.address
            yield

    def open_source(self) -> RateSource:
        """The publisher, behaving well."""
        return FEEDS[self.feed].make(self.documents, self.address)

    def broken_sources(self) -> Sequence[RateSource]:
        """An address at which everything fails, and one at which nobody listens."""
        make = FEEDS[self.feed].make
        return (
            make(self.documents, f"{self.address}{BROKEN}"),
            make(self.documents, "http://127.0.0.1:9"),
        )


class TestEcb(_OverHttp):
    """The European Central Bank's day."""

    feed = "ecb"


class TestEcbNinetyDays(_OverHttp):
    """Its last ninety days."""

    feed = "ecb-90d"


class TestEcbHistory(_OverHttp):
    """All of it."""

    feed = "ecb-history"


class TestBankOfCanada(_OverHttp):
    """Canadian money for one foreign."""

    feed = "boc"


class TestCzechNationalBank(_OverHttp):
    """Per 1, 100 and 1000 units."""

    feed = "cnb"


class TestNationalBankOfPoland(_OverHttp):
    """Middle rates."""

    feed = "nbp"


class TestNationalBankOfPolandC(_OverHttp):
    """What banks pay and ask."""

    feed = "nbp-c"


class TestOpenExchangeRates(_OverHttp):
    """With a key."""

    feed = "oxr"
