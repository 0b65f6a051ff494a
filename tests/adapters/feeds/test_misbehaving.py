"""Every feed against a provider that misbehaves in every way (F9): nothing is accepted."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest

from fxcrm.adapters.feeds.http import HttpDocuments, HttpLimits
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import CurrencyPair, RatePolicy, RateTooOld
from tests import rate_server
from tests.adapters.feeds.feeds import FEEDS, KEY, Feed, Handed
from tests.rate_server import content
from tests.rate_server import rate_server as serving

SECONDS, MARGIN = 1, 2.0  # what a busy machine may add
ROOM = 64 * 2**20  # bytes
LIMITS = HttpLimits(seconds=SECONDS, pause=0)
NAMES = list(rate_server.misbehaviours(b"{}", "text/plain"))


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    """One for all, so that what one provider did would show with the next."""
    with httpx2.Client() as client:
        yield client


@pytest.fixture
def documents(client: httpx2.Client) -> HttpDocuments:
    """In a hurry."""
    return HttpDocuments(LIMITS, client=client)


@pytest.fixture
def patient(client: httpx2.Client) -> HttpDocuments:
    """With time for a busy machine."""
    return HttpDocuments(HttpLimits(seconds=30, pause=0), client=client)


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_misbehaving_provider_changes_nothing(
    feed: Feed, name: str, documents: HttpDocuments
) -> None:
    """One typed error, within the seconds and within 64 MiB; no rate, no secret, no address."""
    answer = rate_server.misbehaviours(feed.body, feed.kind)[name]
    with serving(answer) as server:
        source = feed.make(documents, server.address)
        tracemalloc.start()
        began = time.monotonic()
        with pytest.raises(RateSourceBroken) as caught:
            source.fetch()
        took = time.monotonic() - began
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert caught.value.source == source.name
    assert 5 < len(caught.value.reason) < 160
    assert KEY not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)
    assert took < SECONDS + MARGIN
    assert peak < ROOM


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_the_same_provider_well_behaved_is_believed(feed: Feed, patient: HttpDocuments) -> None:
    """The counter-proof: whole, packed or in pieces, each feed reads what its document states."""
    whole = content(feed.body, feed.kind)
    for answer in (whole, rate_server.packed(feed.body), rate_server.chunked(feed.kind, feed.body)):
        with serving(answer) as server:
            table = feed.make(patient, server.address).fetch().table
            assert table.pairs
            assert server.asked[0].path == feed.path


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_a_rate_older_than_the_policy_allows_does_not_answer(
    feed: Feed, patient: HttpDocuments
) -> None:
    """A provider repeats last week's document for ever: its rates age, and none answers."""
    pair = CurrencyPair.parse(feed.pair)
    with serving(feed.served) as server:
        table = feed.make(patient, server.address).fetch().table
    newest = max(day for one in table.series for day in one.days)
    policy = RatePolicy(max_age=7, max_legs=1, side=feed.side)
    last = max(day for one in table.series if one.pair == pair for day in one.days)
    assert table.rate(pair.base, pair.counter, last + timedelta(days=7), policy).on == last
    with pytest.raises(RateTooOld):
        table.rate(pair.base, pair.counter, newest + timedelta(days=8), policy)


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_a_document_cut_anywhere_is_refused(feed: Feed) -> None:
    """Cut at 40 places, and at each of the last: never a shorter table."""
    size = len(feed.body.rstrip())
    for cut in {*range(1, size, max(size // 40, 1)), *range(size - 20, size)}:
        source = feed.make(Handed(feed.body[:cut]), "http://rates.example")
        with pytest.raises(RateSourceBroken):
            source.fetch()
