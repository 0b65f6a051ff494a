"""Rates kept for a while, and longer where the source brings nothing new (R5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Final

import attrs

from fxcrm.adapters.combined.kept import KeptRates
from fxcrm.adapters.combined.names import publishers
from fxcrm.bulletins import Bulletin
from fxcrm.errors import CallError, EnvironmentFailed
from fxcrm.ports.clock import Clock
from fxcrm.ports.ratesource import RateSource, RateSourceBroken

MOST_FIXINGS: Final = 500_000  # the European Central Bank has published some 300,000 since 1999
MOST_QUESTIONS: Final = 1_000

_Span = tuple[date | None, date | None]


class CacheRefused(CallError):
    """A cache that would keep nothing, or for a negative time."""

    lifetime: timedelta
    most: int
    template = "a cache keeps 1 fixing or more, for no negative time: {most} for {lifetime}"


@attrs.frozen
class _Told:
    """A question that was answered: when, from which day on, by whom, and what failed before."""

    at: datetime
    first: date
    source: str
    failures: tuple[EnvironmentFailed, ...] = ()


class CachedRates:
    """A `RateSource` that keeps what another one told.

    A span that was told less than ``lifetime`` ago, by ``clock``, is told again without asking,
    and so is a part of it. After that the source is asked anew. Rates are kept by pair, day,
    side and source. Those that the source does not tell again, or all of them where it is
    broken, stay as they were last told; the bulletin then has ``kept_since``, the instant at
    which the oldest of them was told, and the failure (R5). A source that is broken before it
    told anything raises `RateSourceBroken`.

    ``most`` bounds how many fixings are kept; the oldest days go first, and what has more is
    passed on as it comes. Threads may share it: one of them asks, and those that need the answer
    wait for it. Raises `CacheRefused`.
    """

    def __init__(
        self,
        source: RateSource,
        *,
        clock: Clock,
        lifetime: timedelta,
        most: int = MOST_FIXINGS,
    ) -> None:
        if lifetime < timedelta(0) or most < 1:
            raise CacheRefused(lifetime=lifetime, most=most)
        self._source = source
        self._clock = clock
        self._lifetime = lifetime
        self._kept = KeptRates(most)
        self._answered: dict[_Span, _Told] = {}
        self._asking = Lock()
        self._turn = Lock()

    @property
    def name(self) -> str:
        """The source's name: what is kept is still its own."""
        return self._source.name

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """What the source tells, or told not long ago. Raises `RateSourceBroken`."""
        fresh = self._fresh((since, until))
        if fresh is not None:
            return fresh
        with self._asking:
            return self._fresh((since, until)) or self._asked((since, until))

    def _fresh(self, span: _Span) -> Bulletin | None:
        now = self._clock.now()
        with self._turn:
            for told in self._covering(span):
                if timedelta(0) <= now - told.at < self._lifetime:
                    return self._answer(span, told)
        return None

    def _covering(self, span: _Span) -> Iterator[_Told]:
        """The question itself, then wider ones; a source's usual span may be any, so it is none."""
        since, until = span
        if span in self._answered:
            yield self._answered[span]
        for (first, last), told in self._answered.items():
            begins = first is not None and since is not None and first <= since
            ends = last is None or (until is not None and until <= last)
            if begins and ends:
                yield told

    def _answer(self, span: _Span, told: _Told) -> Bulletin:
        """What is kept of a span; ``kept_since`` where a part of it was told before."""
        table, oldest = self._kept.told(span[0] or told.first, span[1] or date.max)
        kept_since = oldest if oldest is not None and oldest < told.at else None
        source = told.source if kept_since is None else publishers(table, told.source)
        return Bulletin(table, source, told.failures, kept_since)

    def _asked(self, span: _Span) -> Bulletin:
        now = self._clock.now()
        try:
            bulletin = self._source.fetch(*span)
        except RateSourceBroken as error:
            with self._turn:
                return self._last_good(span, error)
        with self._turn:
            return self._learned(span, now, bulletin)

    def _learned(self, span: _Span, now: datetime, bulletin: Bulletin) -> Bulletin:
        series = bulletin.table.series
        first = min((one.days[0] for one in series), default=self._first(span))
        self._kept.learn(series, bulletin.kept_since or now)
        told = _Told(now, first if span[0] is None else span[0], bulletin.source, bulletin.failures)
        self._answered.pop(span, None)
        self._answered[span] = told
        answer = self._answer(span, told)
        self._shrink()
        return answer

    def _last_good(self, span: _Span, error: RateSourceBroken) -> Bulletin:
        table, oldest = self._kept.told(self._first(span), span[1] or date.max)
        if oldest is None:
            raise error
        return Bulletin(table, publishers(table, self.name), (error,), oldest)

    def _first(self, span: _Span) -> date:
        """Where the answer begins; what a source's usual span was is known from the last time."""
        before = self._answered.get(span)
        return span[0] or (before.first if before else date.min)

    def _shrink(self) -> None:
        """Keep the bounds; what was dropped is no longer told by heart."""
        dropped = self._kept.shrink()
        while len(self._answered) > MOST_QUESTIONS:
            del self._answered[next(iter(self._answered))]
        if dropped is not None:
            kept = {span: told for span, told in self._answered.items() if told.first > dropped}
            self._answered = kept
