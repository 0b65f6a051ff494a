"""A cache asks once in its lifetime and keeps the last good rate with its age (R5)."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from fxcrm.adapters.combined import CachedRates, CacheRefused, ChainedRates
from fxcrm.bulletins import Bulletin
from fxcrm.frozen import evolve
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import RateTable, Side
from fxcrm.testing.clocks import SettableClock
from tests.adapters.combined.told import MONDAY, Told, broken, day, fixing, prices, rows

NINE = datetime(2026, 3, 12, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = [fixing("EUR/USD", f"1.16{count:02}", day(count)) for count in range(7)]


def opened(source: Told, most: int = 1_000) -> tuple[CachedRates, SettableClock]:
    """A cache of an hour, and its clock at nine."""
    clock = SettableClock(NINE)
    return CachedRates(source, clock=clock, lifetime=HOUR, most=most), clock


def test_inside_its_lifetime_nobody_is_asked() -> None:
    """The answer is the same to the last microsecond; at the hour the source is asked anew."""
    source = Told("bank", *WEEK)
    cache, clock = opened(source)
    first = cache.fetch()
    clock.advance(HOUR - timedelta(microseconds=1))
    again = cache.fetch()
    assert rows(first.table) == rows(again.table) == rows(Told("bank", *WEEK).fetch().table)
    assert (first.source, first.kept_since, len(source.asked)) == ("bank", None, 1)
    clock.advance(timedelta(microseconds=1))
    assert cache.fetch().kept_since is None
    assert len(source.asked) == 2


def test_another_span_is_another_question() -> None:
    """What a source has for a part is its own to say: a chain may have it from somebody else."""
    first, second = Told("a", fixing("EUR/USD", "1.1")), Told("b", fixing("EUR/USD", "1.2", day(1)))
    cache = CachedRates(ChainedRates(first, second), clock=SettableClock(NINE), lifetime=HOUR)
    assert cache.fetch(day(0), day(1)).source == "a"
    for _ in range(2):
        assert prices(cache.fetch(day(1), day(1)).table) == {("EUR/USD", "mid", day(1), "1.2")}
        assert prices(cache.fetch(day(0), day(1)).table) == {("EUR/USD", "mid", day(0), "1.1")}
    assert first.asked == [(day(0), day(1)), (day(1), day(1))]


def test_a_source_that_breaks_leaves_its_last_good_rates() -> None:
    """They say since when they are kept, and what failed."""
    source = Told("bank", *WEEK)
    cache, clock = opened(source)
    cache.fetch()
    source.broken = "timed out"
    clock.advance(5 * HOUR)
    kept = cache.fetch()
    assert prices(kept.table) == prices(Told("bank", *WEEK).fetch().table)
    assert (kept.source, kept.kept_since) == ("bank", NINE)
    [failure] = kept.failures
    assert isinstance(failure, RateSourceBroken)
    assert failure.reason == "timed out"
    clock.advance(HOUR)
    assert cache.fetch().kept_since == NINE
    source.broken = ""
    assert (cache.fetch().kept_since, cache.fetch().failures) == (None, ())


def test_kept_rates_answer_other_spans_too() -> None:
    """Yesterday's question was for other days; what is held of today's is told."""
    source = Told("bank", *WEEK)
    cache, clock = opened(source)
    cache.fetch(day(0), day(4))
    clock.advance(2 * HOUR)
    source.broken = "timed out"
    kept = cache.fetch(day(3), day(6))
    assert {row[2] for row in prices(kept.table)} == {day(3), day(4)}
    assert kept.kept_since == NINE
    with pytest.raises(RateSourceBroken):
        cache.fetch(day(5), day(6))


def test_a_source_that_brings_nothing_leaves_them_too() -> None:
    """An empty answer to a question that had one is no reason to forget it."""
    source = Told("bank", *WEEK)
    cache, clock = opened(source)
    cache.fetch()
    source.fixings = []
    clock.advance(HOUR)
    kept = cache.fetch()
    assert (len(prices(kept.table)), kept.kept_since, kept.failures) == (7, NINE, ())
    assert len(source.asked) == 2
    assert rows(cache.fetch().table) == rows(kept.table)
    assert len(source.asked) == 2


def test_what_is_not_told_again_is_kept_beside_what_is() -> None:
    """By pair, day and side: the new ones are new, the age is that of the oldest."""
    bid, ask = fixing("EUR/GBP", "0.87", side=Side.BID), fixing("EUR/GBP", "0.88", side=Side.ASK)
    source = Told("bank", *WEEK, bid, ask)
    cache, clock = opened(source)
    cache.fetch()
    source.fixings = [*WEEK[:3], fixing("EUR/USD", "1.2000", day(7)), ask]
    clock.advance(HOUR)
    told = cache.fetch()
    assert len(prices(told.table)) == 10
    assert told.kept_since == NINE
    assert ("EUR/GBP", "bid", MONDAY, "0.87") in prices(told.table)
    source.fixings += [*WEEK, bid]
    clock.advance(HOUR)
    assert (len(prices(cache.fetch().table)), cache.fetch().kept_since) == (10, None)


def test_a_changed_rate_takes_the_place_of_the_old_one() -> None:
    """Also where the source adds a correction to a day."""
    source = Told("bank", *WEEK)
    cache, clock = opened(source)
    cache.fetch()
    source.fixings = [fixing("EUR/USD", "9.9999", day(2)), *WEEK[:2], *WEEK[3:]]
    clock.advance(HOUR)
    told = cache.fetch()
    assert ("EUR/USD", "mid", day(2), "9.9999") in prices(told.table)
    assert (len(prices(told.table)), told.kept_since) == (7, None)


def test_of_a_view_no_more_is_kept_than_it_knew() -> None:
    """A correction after its instant was never told, and does not answer later either."""
    first = fixing("EUR/USD", "1.1")
    later = evolve(first, value=Decimal("1.2"), known_at=NINE)
    views = [
        RateTable.from_fixings([first, later]).as_known(NINE - HOUR),
        RateTable.from_fixings([fixing("EUR/USD", "1.15", day(1))]),
    ]
    source = Told("bank")
    source.fetch = lambda *_: Bulletin(views.pop(0), "bank")  # type: ignore[method-assign]
    cache, clock = opened(source)
    cache.fetch(MONDAY, day(3))
    clock.advance(HOUR)
    told = cache.fetch(MONDAY, day(3)).table
    assert told.rate("EUR", "USD", MONDAY).ratio == Fraction("1.1")
    assert told.rate("EUR", "USD", day(1)).ratio == Fraction("1.15")


def test_a_usual_span_may_move_on() -> None:
    """A source that always tells its last days is not said to have kept those before."""
    source = Told("bank", *WEEK[:5])
    cache, clock = opened(source)
    cache.fetch()
    source.fixings = WEEK[2:]
    clock.advance(HOUR)
    told = cache.fetch()
    assert ({row[2] for row in prices(told.table)}, told.kept_since) == (
        {day(count) for count in range(2, 7)},
        None,
    )
    source.broken = "timed out"
    clock.advance(HOUR)
    assert {row[2] for row in prices(cache.fetch().table)} == {day(c) for c in range(2, 7)}


def test_what_another_source_told_is_kept_apart() -> None:
    """A chain that falls back tells the pair anew; what only the first one had is kept (R5)."""
    first = Told("first", *WEEK, fixing("EUR/GBP", "0.87"))
    second = Told("second", fixing("EUR/USD", "1.5", day(1)))
    clock = SettableClock(NINE)
    chain = ChainedRates(first, second)
    cache = CachedRates(chain, clock=clock, lifetime=HOUR)
    assert cache.fetch(day(0), day(6)).source == "first"
    first.broken = "timed out"
    clock.advance(HOUR)
    told = cache.fetch(day(0), day(6))
    assert {(row[0], row[2], row[-1]) for row in rows(told.table)} == {
        ("EUR/USD", day(1), "second"),
        ("EUR/GBP", MONDAY, "first"),
    }
    assert (told.kept_since, [str(one) for one in told.failures]) == (
        NINE,
        ["rate source first is broken: timed out"],
    )
    assert told.source == "second, first"


def test_a_side_of_one_source_is_not_kept_beside_another_source() -> None:
    """The bid that the first one told does not stand next to the second one's middle."""
    first = Told("first", fixing("EUR/USD", "1.16", side=Side.BID))
    second = Told("second", fixing("EUR/USD", "1.20"))
    clock = SettableClock(NINE)
    cache = CachedRates(ChainedRates(first, second), clock=clock, lifetime=HOUR)
    cache.fetch()
    first.broken = "timed out"
    clock.advance(HOUR)
    assert prices(cache.fetch().table) == {("EUR/USD", "mid", MONDAY, "1.20")}
    assert cache.fetch().kept_since is None


def test_what_is_quoted_the_other_way_round_now_is_not_kept_beside_it() -> None:
    """A bid for euros is an ask for dollars: the same side, told anew (R3)."""
    source = Told("bank", fixing("EUR/USD", "1.16", side=Side.BID))
    cache, clock = opened(source)
    cache.fetch(MONDAY, day(6))
    source.fixings = [fixing("USD/EUR", "0.87", day(1), side=Side.ASK)]
    clock.advance(HOUR)
    assert prices(cache.fetch(MONDAY, day(6)).table) == {("USD/EUR", "ask", day(1), "0.87")}
    source.fixings = [fixing("EUR/USD", "115", day(2), side=Side.BID, unit=100)]
    clock.advance(HOUR)
    assert prices(cache.fetch(MONDAY, day(6)).table) == {("EUR/USD", "bid", day(2), "115")}


def test_a_source_that_never_told_anything_is_broken() -> None:
    """There is nothing to keep, and its own error says why."""
    cache, _ = opened(broken("bank"))
    for _ in range(2):
        with pytest.raises(RateSourceBroken, match="504"):
            cache.fetch()


def test_an_empty_answer_is_an_answer() -> None:
    """It is kept as long as any other."""
    source = Told("bank")
    cache, _ = opened(source)
    for _ in range(3):
        told = cache.fetch()
        assert (told.table.pairs, told.source, told.kept_since) == ((), "bank", None)
    assert len(source.asked) == 1


def test_a_clock_set_back_makes_nothing_last_longer() -> None:
    """What was told in the future of the clock is asked for again (F7)."""
    source = Told("bank", *WEEK)
    cache, clock = opened(source)
    cache.fetch()
    clock.advance(-timedelta(seconds=1))
    cache.fetch()
    assert len(source.asked) == 2


def test_a_cache_of_a_cache_passes_the_age_on() -> None:
    """What the inner one kept is as old for the outer one."""
    source = Told("bank", *WEEK)
    inner, clock = opened(source)
    outer = CachedRates(inner, clock=clock, lifetime=HOUR)
    outer.fetch()
    source.broken = "timed out"
    clock.advance(3 * HOUR)
    assert outer.fetch().kept_since == NINE
    clock.advance(HOUR / 2)
    assert outer.fetch().kept_since == NINE


@pytest.mark.parametrize(("most", "asked"), [(8, 1), (7, 1), (6, 3)])
def test_as_many_as_allowed_are_kept(most: int, asked: int) -> None:
    """Seven rows in a cache of seven are told again; with six places they are passed on (F18)."""
    source = Told("bank", *WEEK)
    cache, clock = opened(source, most)
    for _ in range(3):
        assert len(prices(cache.fetch().table)) == 7
    assert len(source.asked) == asked
    source.broken = "timed out"
    clock.advance(HOUR)
    if asked == 1:
        assert len(prices(cache.fetch().table)) == 7
        return
    with pytest.raises(RateSourceBroken):
        cache.fetch()


def test_the_answer_told_longest_ago_goes_first() -> None:
    """Not the one that was asked for first, if it was told anew since."""
    source = Told("bank", *WEEK)
    cache, clock = opened(source, 7)
    cache.fetch(day(0), day(2))
    cache.fetch(day(3), day(5))
    clock.advance(HOUR)
    cache.fetch(day(0), day(2))
    cache.fetch(day(4), day(6))
    assert len(source.asked) == 4
    cache.fetch(day(0), day(2))
    assert len(source.asked) == 4
    source.broken = "timed out"
    assert {row[2] for row in prices(cache.fetch(day(3), day(5)).table)} == {day(4), day(5)}


def test_what_is_too_large_costs_the_others_nothing() -> None:
    """It is passed on, and what was kept before it still is."""
    source = Told("bank", *WEEK)
    cache, _ = opened(source, 6)
    cache.fetch(day(0), day(2))
    assert len(prices(cache.fetch().table)) == 7
    cache.fetch(day(0), day(2))
    assert len(source.asked) == 2


def test_answers_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers without a rate take no place, and are not kept without end either."""
    monkeypatch.setattr("fxcrm.adapters.combined.cached.MOST_ANSWERS", 3)
    source = Told("bank")
    cache, _ = opened(source)
    for count in range(4):
        cache.fetch(day(count), day(count))
    cache.fetch(day(1), day(1))
    assert len(source.asked) == 4
    cache.fetch(day(0), day(0))
    assert len(source.asked) == 5


def test_the_newest_of_several_answers_is_kept() -> None:
    """Two spans told the same day at different times, and differently; then the source breaks."""
    source = Told("bank", *WEEK)
    cache, clock = opened(source)
    cache.fetch(day(0), day(4))
    source.fixings = [fixing("EUR/USD", "9.9999", day(4))]
    clock.advance(HOUR)
    cache.fetch(day(4), day(5))
    source.broken = "timed out"
    kept = cache.fetch(day(3), day(6))
    assert prices(kept.table) == {
        ("EUR/USD", "mid", day(3), "1.1603"),
        ("EUR/USD", "mid", day(4), "9.9999"),
    }
    assert kept.kept_since == NINE


@pytest.mark.parametrize(("lifetime", "most"), [(-timedelta(microseconds=1), 1), (HOUR, 0)])
def test_a_cache_that_keeps_nothing_is_refused(lifetime: timedelta, most: int) -> None:
    """No negative time, no place for nothing."""
    with pytest.raises(CacheRefused):
        CachedRates(Told("bank"), clock=SettableClock(NINE), lifetime=lifetime, most=most)


def test_many_threads_ask_once() -> None:
    """Sixteen at the same instant: one of them asks, all have the same answer."""
    source, begun = Told("bank", *WEEK), threading.Barrier(16)
    source.before = lambda: threading.Event().wait(0.05)
    cache, _ = opened(source)
    answers: list[object] = []

    def ask() -> None:
        begun.wait()
        answers.append(rows(cache.fetch().table))

    run([threading.Thread(target=ask) for _ in range(16)])
    assert len(source.asked) == 1
    assert all(answer == answers[0] for answer in answers)
    assert len(answers) == 16


def run(threads: list[threading.Thread]) -> None:
    """Start them all and wait for all."""
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)


def test_what_is_fresh_does_not_wait_for_what_is_asked() -> None:
    """While the source takes its time over one span, another one is told."""
    source, slow, asked = Told("bank", *WEEK), threading.Event(), threading.Event()
    cache, _ = opened(source)
    cache.fetch(day(0), day(1))

    def wait() -> None:
        asked.set()
        slow.wait(30)

    source.before = wait
    worker = threading.Thread(target=cache.fetch, args=(day(2), day(3)))
    worker.start()
    assert asked.wait(30)
    assert len(prices(cache.fetch(day(0), day(1)).table)) == 2
    assert worker.is_alive()
    slow.set()
    worker.join(30)
    assert len(source.asked) == 2


def test_threads_that_ask_and_refresh_see_whole_answers() -> None:
    """Each answer is one state of the source: all its rows of one generation or of the next."""
    source = Told("bank", *WEEK)
    cache = CachedRates(source, clock=SettableClock(NINE), lifetime=timedelta(0))
    torn: list[set[str]] = []

    def ask() -> None:
        for _ in range(150):
            values = {row[3][0] for row in prices(cache.fetch(MONDAY, day(6)).table)}
            torn.extend([values] if len(values) != 1 else [])

    def change() -> None:
        for generation in range(300):
            source.fixings = [
                fixing("EUR/USD", f"{1 + generation % 9}.5", date(2026, 3, 2) + timedelta(days=one))
                for one in range(7)
            ]

    run([*(threading.Thread(target=ask) for _ in range(4)), threading.Thread(target=change)])
    assert torn == []
