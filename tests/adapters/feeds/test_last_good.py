"""A provider that breaks takes nothing away: its last good rates stay, and the next one answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import httpx2
import pytest

from fxcrm.adapters.combined.cached import CachedRates
from fxcrm.adapters.combined.chained import ChainedRates, NobodyAnswered
from fxcrm.adapters.feeds.http import HttpDocuments, HttpLimits
from fxcrm.rates import RateTable
from tests import rate_server
from tests.adapters.feeds.feeds import FEEDS, NOW, Feed
from tests.rate_server import RateServer, content

NEXT = FEEDS["cnb"]
NAMES = list(rate_server.misbehaviours(b"{}", "text/plain"))


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    """One for all."""
    with httpx2.Client() as client:
        yield client


@pytest.fixture(scope="module")
def other() -> Iterator[RateServer]:
    """A provider that always answers."""
    with rate_server.rate_server(NEXT.served) as server:
        yield server


def rows(table: RateTable) -> set[tuple[str, date, str]]:
    """All rates."""
    return {
        (str(one.pair), on, value)
        for one in table.series
        for on, value in zip(one.days, one.values, strict=True)
    }


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("feed", [FEEDS["ecb"], FEEDS["boc"]], ids=["ecb", "boc"])
def test_what_was_kept_stays_and_the_next_provider_answers(
    feed: Feed, name: str, client: httpx2.Client, other: RateServer
) -> None:
    """After a good answer each kind of bad one: no rate changes, the age is told, and the failure.

    Without anything kept, the chain goes on to the next provider and says who failed (F9, R4, R5).
    """
    patient = HttpDocuments(HttpLimits(seconds=30, pause=0), client=client)
    hurried = HttpDocuments(HttpLimits(seconds=1, pause=0), client=client)
    with rate_server.rate_server(content(feed.body, feed.kind)) as server:
        before = feed.make(patient, server.address).fetch().table
        source = feed.make(patient, server.address)
        cached = CachedRates(source, clock=NOW, lifetime=timedelta(0))
        assert cached.fetch().kept_since is None
        source._documents = hurried  # type: ignore[attr-defined]
        server.answer = rate_server.misbehaviours(feed.body, feed.kind)[name]
        kept = cached.fetch()
        assert rows(kept.table) == rows(before)
        assert kept.kept_since == NOW.now()
        assert [one.source for one in kept.failures] == [source.name]  # type: ignore[attr-defined]

        chain = ChainedRates(source, NEXT.make(patient, other.address))
        answer = chain.fetch()
        assert answer.source == "Czech National Bank"
        assert {str(pair) for pair in answer.table.pairs} == {
            f"{code}/CZK" for code in ("EUR", "HUF", "IDR", "TRY", "USD")
        }
        assert [one.source for one in answer.failures] == [source.name]  # type: ignore[attr-defined]


def test_where_nobody_answers_every_cause_is_told(client: httpx2.Client) -> None:
    """Each provider fails in its own way, and all reasons are there (R4)."""
    hurried = HttpDocuments(HttpLimits(seconds=1, attempts=1), client=client)
    with (
        rate_server.rate_server(rate_server.status(503)) as first,
        rate_server.rate_server(content(rate_server.PAGE, "text/html")) as second,
    ):
        chain = ChainedRates(
            FEEDS["ecb"].make(hurried, first.address), FEEDS["boc"].make(hurried, second.address)
        )
        with pytest.raises(NobodyAnswered) as caught:
            chain.fetch()
    assert [(one.source, one.reason) for one in caught.value.causes] == [
        ("European Central Bank", "it answers with status 503"),
        ("Bank of Canada", "it sent a web page instead of rates"),
    ]
