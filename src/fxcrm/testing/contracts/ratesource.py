"""The contract of `fxcrm.ports.ratesource`: subclass it and override ``open_source``.

What only you know goes into class attributes: ``known`` for prices that you know it published,
``publishers`` where rates bear other names than the source's own, ``latest`` for the last day
on which it may have a rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar, Final

from fxcrm._decimals import NumberRefused, parse_decimal
from fxcrm.bulletins import Bulletin
from fxcrm.ports.ratesource import RateSource, RateSourceBroken
from fxcrm.rates import (
    CurrencyPair,
    ExchangeRate,
    Fixing,
    RateBeforeHistory,
    RateMissing,
    RatePolicy,
    RateTable,
    Side,
)
from fxcrm.testing.contracts.promises import Contract, NotShown, expect, holds, refused

Known = tuple[str, date, str] | tuple[str, date, str, int] | tuple[str, date, str, int, Side]
_Row = tuple[CurrencyPair, Side, date, datetime | None]
_Knowledge = tuple[date, datetime | None]

_ANY_AGE: Final = 10**7  # days
_LATELY: Final = timedelta(days=60)
_LONGEST_NAME: Final = 80
_LONGEST_SOURCE: Final = 500
_MOST_DIGITS: Final = 15  # significant ones; a price with more of them was calculated, or a float
_LONG_AGO: Final = (date(1000, 1, 1), date(1000, 1, 31))


class RateSourceContract(Contract):
    """All promises of a rate source. Override ``open_source``, and name what you know.

    ``known`` holds prices as (pair, day, value), and where they are not for one unit or not the
    middle (pair, day, value, unit) or (pair, day, value, unit, side), each as published.
    """

    known: ClassVar[tuple[Known, ...]] = ()
    publishers: ClassVar[tuple[str, ...]] = ()
    latest: ClassVar[date | None] = None

    def open_source(self) -> RateSource:
        """A source that has published something. Override this."""
        raise NotImplementedError

    def broken_source(self) -> RateSource | None:
        """A source that can not answer, such as one whose file is gone; None: there is none."""
        return None

    def broken_sources(self) -> Sequence[RateSource]:
        """Sources that can not answer, one for each way to break; override it for several."""
        broken = self.broken_source()
        return () if broken is None else (broken,)

    def test_the_source_has_a_name(self) -> None:
        """A short name is told, the same each time, because it stands on every document."""
        source = self.open_source()
        name = source.name
        holds("a source has a name of 1 to 80 characters", _is_text(name, _LONGEST_NAME), name)
        expect("the name stays", source.name, name)

    def test_an_answer_tells_where_it_comes_from(self) -> None:
        """A bulletin names who answered, who failed before, and since when it is kept (R4, R5)."""
        source = self.open_source()
        told = source.fetch()
        expect("an answer is a bulletin", type(told), Bulletin)
        holds("a bulletin says who answered", _is_text(told.source, _LONGEST_SOURCE), told.source)
        if not self.publishers:
            expect("the source itself answered", told.source, source.name)
        wrong = [one for one in told.failures if not isinstance(one, RateSourceBroken)]
        expect("who failed before is a broken source", wrong, [])
        if told.kept_since is not None:
            _expect_zone("the instant since when an answer is kept", told.kept_since)

    def test_something_is_published(self) -> None:
        """An answer holds rates; a source that has none is broken, not empty (R4)."""
        holds("something is published", self.open_source().fetch().table.pairs, "an empty table")

    def test_every_rate_names_its_source(self) -> None:
        """Each published rate carries the name of who published it."""
        source = self.open_source()
        publishers = self.publishers or (source.name,)
        for one in source.fetch().table.series:
            holds(f"{one.pair} names its source", one.source in publishers, one.source)

    def test_both_directions_give_one_outcome(self) -> None:
        """A pair and its inverse are answered by one fixing, and their product is 1 (R3)."""
        table = self.open_source().fetch().table
        for rate in _lately(table):
            pair, policy = rate.pair, RatePolicy(max_age=0, max_legs=1, side=_side(rate).across)
            back = table.rate(pair.counter, pair.base, rate.on, policy)
            expect(f"{pair} times its inverse is 1", back.ratio * rate.ratio, 1)

    def test_values_are_those_that_were_published(self) -> None:
        """A known rate has the value and the direction in which it was published (R1)."""
        for asked, found in self._known():
            got = (str(found.pair), found.value, found.on)
            published = (str(asked.pair), asked.value, asked.on)
            expect("a value is what was published", got, published)

    def test_units_are_kept(self) -> None:
        """A price for 100 or 1,000 units stays one, and is not divided (R1)."""
        for asked, found in self._known():
            expect("a unit is what was published", found.unit, asked.unit)

    def test_sides_are_kept(self) -> None:
        """A bid stays a bid and a middle a middle; no side stands in for another one (R2)."""
        for asked, found in self._known():
            expect("a side is what was published", found.side, asked.side)

    def _known(self) -> Iterator[tuple[Fixing, Fixing]]:
        """Each known price, and what the source has on its day for the pair, of whatever side."""
        if not self.known:
            raise NotShown("name rates in `known` to show it")
        table = self.open_source().fetch().table
        for asked in map(_stated, self.known):
            yield asked, _found(table, asked)

    def test_no_rate_is_made_up(self) -> None:
        """Before the first day there is no rate: not 1, not 0, not that of a later day (F8)."""
        table = self.open_source().fetch().table
        for pair in dict.fromkeys(table.pairs):
            for side in Side:
                policy = RatePolicy(max_age=_ANY_AGE, max_legs=1, side=side)
                with refused(f"{pair} has no rate before the first", RateMissing):
                    first = _first(table, pair, policy)
                    table.rate(pair.base, pair.counter, first - timedelta(days=1), policy)

    def test_nothing_is_of_the_future(self) -> None:
        """No day lies after the latest one on which the source may have a rate (R2)."""
        if self.latest is None:
            raise NotShown("name the last day in `latest` to show it")
        for one in self.open_source().fetch().table.series:
            last = max(one.days)
            holds(f"{one.pair} is not of the future", last <= self.latest, last)

    def test_days_ascend(self) -> None:
        """The days of a pair ascend; a second price of a day is a correction known later."""
        for one in self.open_source().fetch().table.series:
            rows = zip(one.days, one.known or (None,) * len(one.days), strict=True)
            for row, following in pairwise(rows):
                ascends = row[0] < following[0] or _is_corrected(row, following)
                holds(f"the days of {one.pair} ascend", ascends, (row, following))

    def test_instants_of_knowledge_have_a_zone(self) -> None:
        """Where the source says when a price became known, the instant carries its zone (F7)."""
        for one in self.open_source().fetch().table.series:
            for at in one.known or ():
                if at is not None:
                    _expect_zone(f"the instant at which {one.pair} became known", at)

    def test_numbers_are_exact(self) -> None:
        """Prices are plain digits, above zero, at most 15 of them: no float, nothing calculated."""
        for one in self.open_source().fetch().table.series:
            expect(f"the unit of {one.pair} is a whole number", type(one.unit), int)
            for value in one.values:
                promise = f"a price of {one.pair} is exact, of at most {_MOST_DIGITS} digits"
                holds(promise, value == "" or _is_price(value), value)

    def test_a_second_reading_agrees(self) -> None:
        """Asked the same again, the source tells the same; what was published does not change."""
        source = self.open_source()
        before, after = _rows(_end(source.fetch().table)), _rows(_end(source.fetch().table))
        for row, value in before.items():
            expect(f"{_named(row)} does not change", after.get(row), value)

    def test_a_span_is_honoured(self) -> None:
        """Asked for some days it tells those days and no others, with the same prices."""
        source = self.open_source()
        table = _end(source.fetch().table)
        for since, until in _spans(table):
            asked, told = f"asked for {since} to {until}", source.fetch(since, until).table
            for one in told.series:
                for day in one.days:
                    within = (since or day) <= day <= (until or day)
                    holds(f"{asked}, {one.pair} keeps to the span", within, day)
            _expect_alike(asked, table.within(since, until), told, since, until)

    def test_an_empty_span_is_no_error(self) -> None:
        """Days without a rate are an empty answer; nothing is moved there from elsewhere (R4)."""
        told = self.open_source().fetch(*_LONG_AGO)
        expect("days of long ago are an empty answer", told.table.pairs, ())
        holds("an empty answer says whose it is", _is_text(told.source, _LONGEST_SOURCE), told)

    def test_a_broken_source_is_not_empty(self) -> None:
        """A source that can not answer raises, and names itself and the reason (R4)."""
        broken = self.broken_sources()
        if not broken:
            raise NotShown("override broken_source() to show it")
        for source in broken:
            for span in ((None, None), (date(2026, 3, 2), date(2026, 3, 31))):
                with refused("a broken source raises", RateSourceBroken) as refusal:
                    source.fetch(*span)
                expect("it names itself", refusal.operands("source"), (source.name,))
                holds("it gives a reason", refusal.error.reason, refusal.error)


def _is_text(text: object, longest: int) -> bool:
    return isinstance(text, str) and 1 <= len(text) <= longest and text.isprintable()


def _expect_zone(what: str, instant: datetime) -> None:
    holds(f"{what} has a zone", instant.utcoffset() is not None, instant)


def _is_corrected(row: _Knowledge, following: _Knowledge) -> bool:
    """Whether the second row is of the same day, and became known later."""
    (day, at), (same, later) = row, following
    begins = datetime.combine(day, time.min, UTC)
    return day == same and (at or begins) < (later or begins)


def _is_price(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        number = parse_decimal(value)
    except NumberRefused:
        return False
    return number > 0 and len(number.as_tuple().digits) <= _MOST_DIGITS


def _stated(known: Known) -> Fixing:
    """A known price as a fixing."""
    pair, on, value = known[:3]
    unit = known[3] if len(known) > 3 else 1
    side = known[4] if len(known) > 4 else Side.MID
    return Fixing(CurrencyPair.parse(pair), Decimal(value), on, unit=unit, side=side)


def _found(table: RateTable, asked: Fixing) -> Fixing:
    """What the table has for pair and day: of the side asked for, or else of any."""
    for side in sorted(Side, key=lambda side: side is not asked.side):
        policy = RatePolicy(max_age=0, max_legs=1, side=side)
        try:
            [leg] = table.rate(asked.pair.base, asked.pair.counter, asked.on, policy).legs
        except RateMissing:
            continue
        return leg.fixing
    raise RateMissing(pair=str(asked.pair), on=asked.on, policy="as it was published")


def _rows(table: RateTable) -> dict[_Row, tuple[str, int, str]]:
    """Everything in the table: value, unit and source by pair, side, day and knowledge."""
    return {
        (one.pair, one.side, day, at): (value, one.unit, one.source)
        for one in table.series
        for day, value, at in zip(
            one.days, one.values, one.known or (None,) * len(one.days), strict=True
        )
    }


def _named(row: _Row) -> str:
    pair, side, day, _ = row
    return f"{pair} {side.value} of {day}"


def _expect_alike(
    asked: str, whole: RateTable, told: RateTable, since: date | None, until: date | None
) -> None:
    """A span has the prices of the whole; all of them where both of its ends are named."""
    expected, got = _rows(whole), _rows(told)
    for row in expected:
        if row in got or (since is not None and until is not None):
            expect(f"{asked}, {_named(row)} is the same", got.get(row), expected[row])


def _spans(table: RateTable) -> Iterator[tuple[date | None, date | None]]:
    """Spans within what was published: a day, some days, and those with an open end."""
    days = sorted({day for one in table.series for day in one.days})
    middle = days[len(days) // 2]
    yield from ((middle, middle), (days[-1], days[-1]), (days[0], middle), (middle, days[-1]))
    yield from ((middle, None), (None, middle))


def _end(table: RateTable) -> RateTable:
    """The last sixty days."""
    last = max((max(one.days) for one in table.series), default=date.max)
    return table.within(last - _LATELY, None)


def _lately(table: RateTable) -> Iterator[ExchangeRate]:
    """What was published in the last sixty days of each pair."""
    for pair in dict.fromkeys(table.pairs):
        for side in Side:
            policy = RatePolicy(max_age=_ANY_AGE, max_legs=1, side=side)
            try:
                last = table.rate(pair.base, pair.counter, date.max, policy).on
            except RateMissing:
                continue
            yield from _between(table, pair, last, side)


def _between(
    table: RateTable, pair: CurrencyPair, last: date, side: Side
) -> Iterator[ExchangeRate]:
    policy = RatePolicy(max_age=0, max_legs=1, side=side)
    for age in range(min(_LATELY.days, (last - date.min).days)):
        try:
            yield table.rate(pair.base, pair.counter, last - timedelta(days=age), policy)
        except RateMissing:
            continue  # a day on which nothing was published


def _first(table: RateTable, pair: CurrencyPair, policy: RatePolicy) -> date:
    """The first day of a pair. Raises `RateMissing` where this side was never published."""
    try:
        table.rate(pair.base, pair.counter, date.min, policy)
    except RateBeforeHistory as missing:
        return missing.first
    return date.min + timedelta(days=1)


def _side(rate: ExchangeRate) -> Side:
    return rate.legs[0].fixing.side
