"""Chains and caches over providers that misbehave in every way: no rate is changed by them (F9)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest

from fxcrm.adapters.combined import CachedRates, ChainedRates, NobodyAnswered
from fxcrm.adapters.feeds.http import HttpDocuments, HttpLimits
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.testing.clocks import SettableClock
from tests import rate_server
from tests.adapters.combined.told import rows
from tests.adapters.feeds.feeds import FEEDS, NOW
from tests.rate_server import content, in_turn

SECONDS, MARGIN = 1, 1.0
LIMITS = HttpLimits(seconds=SECONDS, pause=0)
FEED, NEXT = FEEDS["ecb"], FEEDS["cnb"]
GOOD = content(FEED.body, FEED.kind)
WRONG = rate_server.misbehaviours(FEED.body, FEED.kind)


@pytest.fixture(scope="module")
def documents() -> Iterator[HttpDocuments]:
    """One client for all."""
    with httpx2.Client() as client:
        yield HttpDocuments(LIMITS, client=client)


@pytest.mark.parametrize("name", WRONG)
def test_the_last_good_rates_stay_with_their_age(name: str, documents: HttpDocuments) -> None:
    """A good answer, then bad ones: the same rates, since when they are kept, and what failed."""
    clock = SettableClock(NOW.at)
    with rate_server.rate_server(in_turn(GOOD, WRONG[name])) as server:
        source = FEED.make(documents, server.address)
        cache = CachedRates(source, clock=clock, lifetime=timedelta(hours=1))
        good = cache.fetch()
        clock.advance(timedelta(hours=2))
        began = time.monotonic()
        kept = cache.fetch()
        assert time.monotonic() - began < SECONDS + MARGIN
    assert rows(kept.table) == rows(good.table)
    assert (good.kept_since, kept.kept_since) == (None, NOW.at)
    [failure] = kept.failures
    assert isinstance(failure, RateSourceBroken)
    assert failure.source == source.name


@pytest.mark.parametrize("name", WRONG)
def test_the_next_provider_answers_and_the_result_says_which(
    name: str, documents: HttpDocuments
) -> None:
    """The rates are all the next one's, and the failure of the first is kept beside them."""
    with (
        rate_server.rate_server(WRONG[name]) as bad,
        rate_server.rate_server(NEXT.served) as good,
    ):
        first, second = FEED.make(documents, bad.address), NEXT.make(documents, good.address)
        began = time.monotonic()
        told = ChainedRates(first, second).fetch()
        assert time.monotonic() - began < SECONDS + MARGIN
        assert rows(told.table) == rows(second.fetch().table)
    assert told.source == second.name
    [failure] = told.failures
    assert isinstance(failure, RateSourceBroken)
    assert failure.source == first.name


def test_nobody_answers_within_the_seconds_of_each(documents: HttpDocuments) -> None:
    """Silence, a page and a reset: every cause is told, by who gave it and why."""
    names = ("no answer", "an empty body", "a reset")
    with (
        rate_server.rate_server(WRONG[names[0]]) as a,
        rate_server.rate_server(WRONG[names[1]]) as b,
        rate_server.rate_server(WRONG[names[2]]) as c,
    ):
        links = [FEED.make(documents, one.address) for one in (a, b, c)]
        began = time.monotonic()
        with pytest.raises(NobodyAnswered) as caught:
            ChainedRates(*links, name="all of them").fetch()
        assert time.monotonic() - began < 3 * (SECONDS + MARGIN)
    assert [one.source for one in caught.value.causes] == [one.name for one in links]
    assert len({one.reason for one in caught.value.causes}) == 3
