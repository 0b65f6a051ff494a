"""Rates kept for a while, and longer where the source brings nothing new (R5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Lock
from typing import Final

from fxcrm.adapters.combined.kept import Kept
from fxcrm.adapters.combined.knowledge import as_known_by
from fxcrm.bulletins import Bulletin
from fxcrm.errors import CallError
from fxcrm.ports.clock import Clock
from fxcrm.ports.ratesource import RateSource, RateSourceBroken
from fxcrm.rates import RateTable

MOST_FIXINGS: Final = 500_000  # the European Central Bank has published some 220,000 since 1999
MOST_ANSWERS: Final = 1_000

_Span = tuple[date | None, date | None]


class CacheRefused(CallError):
    """A cache that would keep nothing, or for a negative time."""

    lifetime: timedelta
    most: int
    template = "a cache keeps 1 fixing or more, for no negative time: {most} for {lifetime}"


class CachedRates:
    """A `RateSource` that keeps what another one told.

    What was asked less than ``lifetime`` ago, by ``clock``, is answered as it was then. After
    that the source is asked anew, and its answer taken by pair, day, side and source: what it
    does not tell again stays as it was last told. Where it is broken, all stays, and a span that
    was never asked is answered with what is kept of its days. In both cases the bulletin has
    ``kept_since``, the instant at which the oldest of these rates was told, and the failure, if
    there was one (R5). A source that is broken before it told anything raises `RateSourceBroken`.

    ``most`` bounds how many fixings are kept; the answers told longest ago go first, and a
    larger one is passed on and not kept. Threads may share it: one of them asks at a time, and
    what needs no asking does not wait. Raises `CacheRefused`.
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
        self._most = most
        self._answers: dict[_Span, Kept] = {}  # the one told longest ago comes first
        self._asking = Lock()
        self._turn = Lock()

    @property
    def name(self) -> str:
        """The source's name: what is kept is still its own."""
        return self._source.name

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """What the source tells, or told not long ago. Raises `RateSourceBroken`."""
        span = since, until
        fresh = self._fresh(span)
        if fresh is not None:
            return fresh
        with self._asking:
            return self._fresh(span) or self._asked(span)

    def _fresh(self, span: _Span) -> Bulletin | None:
        now = self._clock.now()
        with self._turn:
            kept = self._answers.get(span)
        # A clock that was set back is before the answer: that makes nothing last longer (F7).
        if kept is not None and timedelta(0) <= now - kept.asked < self._lifetime:
            return kept.bulletin()
        return None

    def _asked(self, span: _Span) -> Bulletin:
        now = self._clock.now()
        try:
            told = self._source.fetch(*span)
        except RateSourceBroken as error:
            return self._last_good(span, error)
        with self._turn:
            before = self._answers.get(span)
        kept = _renewed(told, now, span, before)
        self._keep(span, kept)
        return kept.bulletin()

    def _keep(self, span: _Span, kept: Kept) -> None:
        with self._turn:
            self._answers.pop(span, None)
            if kept.size <= self._most:
                self._answers[span] = kept
            size = sum(one.size for one in self._answers.values())
            while size > self._most or len(self._answers) > MOST_ANSWERS:
                size -= self._answers.pop(next(iter(self._answers))).size

    def _last_good(self, span: _Span, error: RateSourceBroken) -> Bulletin:
        with self._turn:
            kept = self._answers.get(span)
            others = list(self._answers.values())
        if kept is None:
            now = self._clock.now()
            nothing = as_known_by(RateTable(()), *(one.table for one in others[-1:]))
            kept = Kept(nothing, now, now, self.name)
            for one in reversed(others):
                kept = kept.with_those_of(one, one.table.within(*span))
        if not kept.table.series:
            raise error
        return kept.last_good((error,))


def _renewed(told: Bulletin, now: datetime, span: _Span, before: Kept | None) -> Kept:
    """What the source told now, and what it told before and not again."""
    at = now if told.kept_since is None else told.kept_since
    new = Kept(told.table, now, at, told.source, told.failures)
    if before is None:
        return new
    since, until = span
    # A usual span moves on: what lies before it now is no longer a part of the answer.
    begins = min((one.days[0] for one in new.table.series), default=None)
    return new.with_those_of(before, before.table.within(since or begins, until))
