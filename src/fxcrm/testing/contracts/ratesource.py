"""The contract of `fxcrm.ports.ratesource`: subclass it and override ``open_source``.

Name some rates in ``known`` as (pair, day, value as published) where you know what it published.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, Final

from fxcrm.ports.ratesource import RateSource, RateSourceBroken
from fxcrm.rates import (
    CurrencyPair,
    ExchangeRate,
    RateBeforeHistory,
    RateMissing,
    RatePolicy,
    RateTable,
    Side,
)
from fxcrm.testing.contracts.promises import Contract, NotShown, expect, holds, refused

_ANY_AGE: Final = 10**7  # days
_LATELY: Final = timedelta(days=60)
_LONGEST_NAME: Final = 80


class RateSourceContract(Contract):
    """All promises of a rate source. Override ``open_source``, and name what you know."""

    known: ClassVar[tuple[tuple[str, date, str], ...]] = ()

    def open_source(self) -> RateSource:
        """A source that has published something. Override this."""
        raise NotImplementedError

    def broken_source(self) -> RateSource | None:
        """A source that can not answer, such as one whose file is gone; None: there is none."""
        return None

    def test_the_source_has_a_name(self) -> None:
        """A short name is told, the same each time, because it stands on every document."""
        source = self.open_source()
        name = source.name
        held = isinstance(name, str) and 1 <= len(name) <= _LONGEST_NAME and name.isprintable()
        holds("a source has a name of 1 to 80 characters", held, name)
        expect("the name stays", source.name, name)

    def test_something_is_published(self) -> None:
        """An answer holds rates; a source that has none is broken, not empty (R4)."""
        holds("something is published", self.open_source().fetch().table.pairs, "an empty table")

    def test_every_rate_names_its_source(self) -> None:
        """Each published rate carries the name of the source and is positive."""
        source = self.open_source()
        for rate in _lately(source.fetch().table):
            names = {leg.fixing.source for leg in rate.legs}
            expect(f"{rate.pair} names its source", names, {source.name})
            holds(f"{rate.pair} is positive", rate.ratio > 0, rate.ratio)

    def test_both_directions_give_one_outcome(self) -> None:
        """A pair and its inverse are answered by one fixing, and their product is 1 (R3)."""
        table = self.open_source().fetch().table
        for rate in _lately(table):
            pair, policy = rate.pair, RatePolicy(max_age=0, max_legs=1, side=_side(rate).across)
            back = table.rate(pair.counter, pair.base, rate.on, policy)
            expect(f"{pair} times its inverse is 1", back.ratio * rate.ratio, 1)

    def test_values_are_those_that_were_published(self) -> None:
        """A known rate has the value and the direction in which it was published (R1)."""
        if not self.known:
            raise NotShown("name rates in `known` to show it")
        table = self.open_source().fetch().table
        for text, on, value in self.known:
            pair = CurrencyPair.parse(text)
            [leg] = table.rate(pair.base, pair.counter, on, RatePolicy(max_age=0)).legs
            got = (str(leg.fixing.pair), leg.fixing.value, leg.fixing.on)
            expect("a value is what was published", got, (text, Decimal(value), on))

    def test_no_rate_is_made_up(self) -> None:
        """Before the first day there is no rate: not 1, not 0, not that of a later day (F8)."""
        table = self.open_source().fetch().table
        for pair in table.pairs:
            for side in Side:
                policy = RatePolicy(max_age=_ANY_AGE, max_legs=1, side=side)
                with refused(f"{pair} has no rate before the first", RateMissing):
                    first = _first(table, pair, policy)
                    table.rate(pair.base, pair.counter, first - timedelta(days=1), policy)

    def test_a_second_reading_agrees(self) -> None:
        """Read again, the source tells the same; what was published does not change."""
        source = self.open_source()
        before, after = source.fetch().table, source.fetch().table
        expect("the pairs are the same", set(after.pairs) >= set(before.pairs), True)
        for rate in _lately(before):
            policy = RatePolicy(max_age=0, max_legs=1, side=_side(rate))
            again = after.rate(rate.pair.base, rate.pair.counter, rate.on, policy)
            expect(f"{rate.pair} of {rate.on} does not change", again.ratio, rate.ratio)

    def test_a_broken_source_is_not_empty(self) -> None:
        """A source that can not answer raises, and names itself and the reason (R4)."""
        source = self.broken_source()
        if source is None:
            raise NotShown("override broken_source() to show it")
        with refused("a broken source raises", RateSourceBroken) as refusal:
            source.fetch()
        expect("it names itself", refusal.operands("source"), (source.name,))
        holds("it gives a reason", refusal.error.reason, refusal.error)


def _lately(table: RateTable) -> Iterator[ExchangeRate]:
    """What was published in the last sixty days of each pair."""
    for pair in table.pairs:
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
