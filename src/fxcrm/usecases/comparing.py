"""Comparing what a source published with what is known of it: what is new, and what is doubted.

Nothing is read or written here. A fixing is held against the one before it that is believed; a
doubted one is not, so that what follows a wrong rate is doubted too until a person has decided.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

import attrs

from fxcrm._decimals import WIDE, canonical
from fxcrm.fixings import day_begins
from fxcrm.ratechecks import (
    Doubt,
    Inversion,
    RateChecks,
    Suspicion,
    distance,
    doubts,
    inversion,
    moved,
)
from fxcrm.rates import CurrencyPair, Fixing, RateSeries
from fxcrm.rateseries import WITHDRAWN

_ONE: Final = Decimal(1)
_LONGEST_PAUSE: Final = 31  # days, after which a price may have gone anywhere
_SKEW: Final = timedelta(minutes=15)  # two clocks may differ by that; more lies ahead
Cross = Callable[[Fixing], Fraction | None]
Beside = Callable[[Fixing], Fixing | None]


class Learned(Enum):
    """Since when a pair that nothing was known of counts as known.

    ``WHEN_FETCHED``: since the fetch. ``WHEN_PUBLISHED``: each fixing since its own day, for a
    history that is loaded once, on which decisions of those days are to rest. Corrections count
    from the fetch in either case.
    """

    WHEN_FETCHED = "when fetched"
    WHEN_PUBLISHED = "when published"


@attrs.frozen
class Correction:
    """A fixing that takes the place of another value for its day."""

    fixing: Fixing
    replaced: Fixing


@attrs.frozen
class Move:
    """A fixing that lies notably far from the one before it; ``share`` as `moved` counts."""

    fixing: Fixing
    last: Fixing
    share: Fraction


@attrs.frozen
class Doubted:
    """A fixing, and what speaks against it."""

    fixing: Fixing
    suspicions: tuple[Suspicion, ...]


@attrs.frozen(eq=False)
class Compared:
    """What is new of one series, and what is to be told of it."""

    pair: CurrencyPair
    news: RateSeries
    corrections: tuple[Correction, ...]
    moves: tuple[Move, ...]
    doubted: tuple[Doubted, ...]
    ahead: tuple[Fixing, ...]
    is_first: bool
    tells_inversion: bool


@attrs.frozen
class Terms:
    """By which rules series are compared, when, and since when what is new counts as known."""

    checks: RateChecks
    at: datetime
    learned: Learned = Learned.WHEN_FETCHED

    @property
    def today(self) -> date:
        """The day of the instant, UTC."""
        return self.at.astimezone(UTC).date()

    def lies_ahead(self, instant: datetime | None) -> bool:
        """Whether a source tells an instant later than two clocks differ."""
        return instant is not None and instant - self.at > _SKEW

    def last_word(self, series: RateSeries, day: date) -> Fixing | None:
        """What a source says of a day by now; None where it says nothing."""
        return next(series.between(day, day, max(self.at + _SKEW, day_begins(day))), None)


def compare(
    published: RateSeries,
    kept: RateSeries | None,
    terms: Terms,
    *,
    undecided: Collection[tuple[date, Decimal]] = (),
    cross: Cross | None = None,
    beside: Beside | None = None,
) -> Compared:
    """What is new of a series. Raises what refuses a number that can be no rate.

    ``undecided`` are the values of days that wait for a person, or that one has rejected; they
    are neither new nor doubted once more. ``cross`` gives the cross of a fixing, if there is one;
    ``beside`` what others answer for its pair and day, against which a first fixing is held.
    """
    comparing = _Comparing(published, kept, terms, frozenset(undecided), cross, beside)
    for index in range(len(published.days)):
        comparing.look_at(index)
    return comparing.result()


class _Known:
    """The last word on each day, in order of the days; grows by what is believed."""

    def __init__(self, kept: RateSeries) -> None:
        self.kept = kept
        self.words = {day: index for index, day in enumerate(kept.days)}
        self.days = [day for day, index in self.words.items() if kept.values[index] != WITHDRAWN]
        self.rows = frozenset(zip(kept.days, kept.known or (), kept.values, strict=False))
        self.last: Fixing | None = None  # of what is believed now, whose days ascend

    def word(self, day: date) -> str | None:
        """The value that holds for a day, as text; None where nothing was known of it."""
        index = self.words.get(day)
        return None if index is None else self.kept.values[index]

    def fixing(self, day: date) -> Fixing:
        """The fixing that holds for a day."""
        return self.kept.at(self.words[day])

    def took_back(self, fixing: Fixing) -> bool:
        """Whether this very value of its day was withdrawn."""
        if self.word(fixing.on) != WITHDRAWN:
            return False
        rows = range(bisect_left(self.kept.days, fixing.on), self.words[fixing.on])
        return any(self.kept.at(row).value == fixing.value for row in rows if self.kept.values[row])

    def before(self, day: date) -> Fixing | None:
        """The last fixing before a day that is believed; where there is none, the next after."""
        position = bisect_left(self.days, day)
        earlier = self.days[position - 1] if position else None
        if self.last is not None and (earlier is None or self.last.on > earlier):
            return self.last
        if earlier is not None:
            return self.fixing(earlier)
        position = bisect_right(self.days, day)
        return self.fixing(self.days[position]) if position < len(self.days) else None

    def standing(self, fixing: Fixing) -> int:
        """How many fixings in a row have its value, itself included, as far as they are kept."""
        count, position = 1, bisect_left(self.days, fixing.on)
        if self.last is not None and self.last.on < fixing.on:
            count = 1 if self.last.ratio != fixing.ratio else 2
        for day in reversed(self.days[:position]):
            if self.fixing(day).ratio != fixing.ratio:
                break
            count += 1
        return count


class _Comparing:
    """One series on its way through the rules."""

    def __init__(
        self,
        published: RateSeries,
        kept: RateSeries | None,
        terms: Terms,
        undecided: frozenset[tuple[date, Decimal]],
        cross: Cross | None,
        beside: Beside | None,
    ) -> None:
        self._published, self._terms, self._cross = published, terms, cross
        self._beside = beside
        self._undecided = undecided
        nothing = attrs.evolve(published, days=(), values=(), known=None)
        self._known = _Known(nothing if kept is None else kept)
        self._is_first = not self._known.words
        nearest = min(terms.checks.noticed_move, terms.checks.largest_move)
        self._factor = WIDE.add(_ONE, nearest)
        self._news: list[Fixing] = []
        self._corrections: list[Correction] = []
        self._moves: list[Move] = []
        self._doubted: list[Doubted] = []
        self._ahead: list[Fixing] = []
        self._tells_inversion = True

    def look_at(self, index: int) -> None:
        """Take one row up, unless it says what is known."""
        series = self._published
        day, value = series.days[index], series.values[index]
        word = self._known.word(day)
        told = series.known[index] if series.known is not None else None
        if word == value or self._is_replaced(index, word):
            return
        if value == WITHDRAWN:
            return  # a source that takes a day back is asked about it; nothing is taken by itself
        fixing = series.at(index)
        if word and self._known.fixing(day).value == fixing.value:
            return
        if told is not None and (day, told, canonical(fixing.value)) in self._known.rows:
            return  # an answer of before its last word
        if day > self._terms.today or self._terms.lies_ahead(told):
            self._ahead.append(fixing)
        elif (day, fixing.value) not in self._undecided and not self._known.took_back(fixing):
            self._judge(index, fixing, self._known.before(day), word)

    def _is_replaced(self, index: int, word: str | None) -> bool:
        """Whether a later row of its day counts from the same instant, or from before it."""
        known = self._published.known
        if known is None or not self._is_followed(index):
            return False
        if word is not None:
            return True  # all it tells of a day that is kept counts from now on
        day = self._published.days[index]
        since, then = (self._since(day, known[row]) for row in (index, index + 1))
        begins = day_begins(day)
        return (then or begins) <= (since or begins)

    def _is_followed(self, index: int) -> bool:
        """Whether its source told another row of its day by now."""
        days, known, later = self._published.days, self._published.known, index + 1
        if known is None or later == len(days) or days[later] != days[index]:
            return False
        return not self._terms.lies_ahead(known[later])

    def _judge(self, index: int, fixing: Fixing, last: Fixing | None, word: str | None) -> None:
        if last is None and word:
            last = self._known.fixing(fixing.on)  # a correction of the only one there is
        if last is None and self._beside is not None:
            last = self._beside(fixing)  # nothing is known of the pair but by others
        checks = self._terms.checks
        is_plain = last is None or self._is_plain(fixing, last)
        if last and not is_plain and inversion(fixing, last, checks) is Inversion.NOT_DETECTABLE:
            self._tells_inversion = False
        found = self._doubts(fixing, last)
        if found and not self._is_confirmed(index, fixing, last, found):
            if not self._is_followed(index):  # else its source said something else since
                self._doubted.append(Doubted(self._stamped(fixing), found))
            return
        if word:
            replaced = self._known.fixing(fixing.on)
            self._corrections.append(Correction(self._stamped(fixing), replaced))
        if last and not is_plain and (share := moved(fixing, last)) > checks.noticed_move:
            self._moves.append(Move(fixing, last, share))
        self._news.append(self._stamped(fixing))
        self._known.last = fixing

    def _is_plain(self, fixing: Fixing, last: Fixing) -> bool:
        """Whether a fixing is near the last one, on its side of 1: what most of them are."""
        if fixing.unit != last.unit:
            return False
        low, high = sorted((fixing.value, last.value))
        is_across = low < fixing.unit < high
        return not is_across and high <= WIDE.multiply(low, self._factor)

    def _doubts(self, fixing: Fixing, last: Fixing | None) -> tuple[Suspicion, ...]:
        checks = self._terms.checks
        cross = self._cross(fixing) if self._cross is not None else None
        standing = self._known.standing(fixing) if checks.longest_standstill else 1
        if cross is None and standing == 1 and last is not None and self._is_plain(fixing, last):
            return ()
        return doubts(fixing, last, checks, cross=cross, standing=standing)

    def _is_confirmed(
        self, index: int, fixing: Fixing, last: Fixing | None, found: tuple[Suspicion, ...]
    ) -> bool:
        """Whether a history that is loaded for the first time stays where it jumped to.

        A crisis moves a rate and it stays there; a slip of the pen is back the next day. In what
        comes day by day nothing follows yet, and nothing is taken for confirmed.
        """
        series, checks = self._published, self._terms.checks
        if not self._is_first or last is None or index + 1 >= len(series.days):
            return False
        if last.source != fixing.source:
            return False  # a source does not vouch for itself against the others
        if any(one.doubt is not Doubt.MOVED for one in found):
            return False
        is_bounded = moved(fixing, last) <= checks.largest_confirmed
        was_suspended = (fixing.on - last.on).days > _LONGEST_PAUSE
        following = series.at(index + 1)
        stays = distance(following.ratio, fixing.ratio) <= checks.largest_move
        return stays and (is_bounded or was_suspended)

    def _stamped(self, fixing: Fixing) -> Fixing:
        return attrs.evolve(fixing, known_at=self._since(fixing.on, fixing.known_at))

    def _since(self, day: date, told: datetime | None) -> datetime | None:
        """From when on a row counts: a correction from now on, whatever its source tells."""
        if self._known.word(day) is not None:
            return self._terms.at
        if told is not None:
            return min(told, self._terms.at)
        is_history = self._is_first and self._terms.learned is Learned.WHEN_PUBLISHED
        return None if is_history else self._terms.at

    def result(self) -> Compared:
        """Everything that was found."""
        return Compared(
            self._published.pair,
            self._series(),
            tuple(self._corrections),
            tuple(self._moves),
            tuple(self._doubted),
            tuple(self._ahead),
            self._is_first,
            self._tells_inversion,
        )

    def _series(self) -> RateSeries:
        news = self._news
        known = tuple(one.known_at for one in news)
        return attrs.evolve(
            self._published,
            days=tuple(one.on for one in news),
            values=tuple(canonical(one.value) for one in news),
            known=known if any(known) else None,
        )
