"""The contract of rate sources on ours, and on sources that are wrong in one place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from itertools import count
from typing import Any

import attrs
import pytest

from fxcrm.adapters.ecb import EcbHistory
from fxcrm.adapters.fixedrates import FixedRates, FixedSpanRefused
from fxcrm.bulletins import Bulletin
from fxcrm.currencies import Currency
from fxcrm.ports.ratesource import RateSource
from fxcrm.rates import (
    CurrencyPair,
    ExchangeRate,
    Fixing,
    RateMissing,
    RateRefused,
    RateTable,
    rounded_decimal,
)
from fxcrm.testing.contracts import PromiseBroken, RateSourceContract

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 31)
PRICES = {"EUR/USD": "1.0850", "EUR/GBP": "0.8420", "USD/JPY": "148.20"}


class TestEcbHistory(RateSourceContract):
    """The European Central Bank's published history."""

    known = (
        ("EUR/USD", date(1999, 1, 4), "1.1789"),
        ("EUR/JPY", date(2008, 10, 27), "115.75"),
        ("EUR/GBP", date(2020, 3, 19), "0.92985"),
    )

    def open_source(self) -> RateSource:
        """The one that comes with the extra."""
        return EcbHistory()

    def broken_source(self) -> RateSource:
        """A file that is not there."""
        return EcbHistory("no-such-folder/eurofxref-hist.csv")


class TestFixedRates(RateSourceContract):
    """Rates that somebody fixed."""

    known = (("USD/JPY", LAST, "148.20"), ("EUR/USD", FIRST, "1.0850"))

    def open_source(self) -> RateSource:
        """A month of them."""
        return FixedRates(PRICES, since=FIRST, until=LAST)


class _Source:
    """A source that tells what it is given."""

    name = "house bank"

    def __init__(self, table: Callable[[], RateTable]) -> None:
        self._table = table

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """What it is given, within the days asked for."""
        return Bulletin(self._table().within(since, until), self.name)


def fixings(source: str = _Source.name) -> list[Fixing]:
    """A week of one rate."""
    pair, days = CurrencyPair.of("EUR", "USD"), (FIRST + timedelta(days=one) for one in range(7))
    return [Fixing(pair, rounded_decimal(Fraction(1085, 1000), 4), day, source) for day in days]


def right() -> Any:
    """Breaks no promise."""
    return _Source(lambda: RateTable.from_fixings(fixings()))


def swallows_its_failure() -> Any:
    """Answers with an empty table where it could not read."""
    return _Source(lambda: RateTable.from_fixings([]))


def names_another() -> Any:
    """Passes on what it got under the name of its supplier."""
    return _Source(lambda: RateTable.from_fixings(fixings("some website")))


def inverts() -> Any:
    """Turns what was published round, and rounds it."""
    pair, value = CurrencyPair.of("USD", "EUR"), rounded_decimal(Fraction(1000, 1085), 6)
    turned = [attrs.evolve(one, pair=pair, value=value) for one in fixings()]
    return _Source(lambda: RateTable.from_fixings(turned))


def drifts() -> Any:
    """Tells another value each time it is asked."""
    times = count(1085)

    def table() -> RateTable:
        value = rounded_decimal(Fraction(next(times), 1000), 4)
        return RateTable.from_fixings(attrs.evolve(one, value=value) for one in fixings())

    return _Source(table)


def nameless() -> Any:
    """Does not say who it is."""
    source = right()
    source.name = ""
    return source


class _Table(RateTable):
    """A table that is wrong in its answers."""

    def rate(self, *asked: Any, **how: Any) -> ExchangeRate:
        """Quotes each direction at the price of the other; before history it is always 1."""
        try:
            return super().rate(*asked, **how)
        except RateMissing:
            base, counter, on, *_ = asked
            return ExchangeRate.of(base, counter, "1", on=on, source=_Source.name)


def makes_rates_up() -> Any:
    """Answers 1 where it knows nothing."""
    return _Source(lambda: _Table.from_fixings(fixings()))


class _Lopsided(RateTable):
    """A table that rounds one direction."""

    def rate(self, base: Any, counter: Any, *how: Any, **more: Any) -> ExchangeRate:
        """To four decimals, as a screen shows it."""
        rate = super().rate(base, counter, *how, **more)
        if base != Currency("USD"):
            return rate
        shown = rounded_decimal(rate.ratio, 4)
        return ExchangeRate.of(base, counter, shown, on=rate.on, source=_Source.name)


def rounds_the_inverse() -> Any:
    """Keeps a rounded rate for each direction (R3)."""
    return _Source(lambda: _Lopsided.from_fixings(fixings()))


def kit(wrong: Callable[[], Any]) -> Any:
    """The kit on a wrong source."""

    class Kit(RateSourceContract):
        known = (("EUR/USD", FIRST, "1.085"),)

        def open_source(self) -> RateSource:
            source: RateSource = wrong()
            return source

        def broken_source(self) -> RateSource:
            source: RateSource = wrong()
            return source

    return Kit


@pytest.mark.parametrize(
    ("wrong", "test", "promise"),
    [
        (swallows_its_failure, "test_something_is_published", "something is published"),
        (swallows_its_failure, "test_a_broken_source_is_not_empty", "a broken source raises"),
        (nameless, "test_the_source_has_a_name", "a name of 1 to 80 characters"),
        (makes_rates_up, "test_no_rate_is_made_up", "has no rate before the first"),
        (rounds_the_inverse, "test_both_directions_give_one_outcome", "times its inverse is 1"),
        (names_another, "test_every_rate_names_its_source", "EUR/USD names its source"),
        (inverts, "test_values_are_those_that_were_published", "a value is what was published"),
        (drifts, "test_a_second_reading_agrees", "EUR/USD of 2026-03-08 does not change"),
    ],
)
def test_a_wrong_source_is_found_out(wrong: Any, test: str, promise: str) -> None:
    """The kit fails on a wrong source and names the promise that it broke."""
    if test != "test_a_broken_source_is_not_empty":
        getattr(kit(right)(), test)()
    with pytest.raises(PromiseBroken, match=promise):
        getattr(kit(wrong)(), test)()


def test_nothing_is_fixed_outside_of_the_span() -> None:
    """The rate holds on every day of the span, on its first and last, and on none before it."""
    table = FixedRates(PRICES, since=FIRST, until=LAST).fetch().table
    for day in (FIRST, LAST):
        assert table.rate("EUR", "USD", day).on == day
    with pytest.raises(RateMissing):
        table.rate("EUR", "USD", FIRST - timedelta(days=1))
    with pytest.raises(RateMissing):
        table.rate("EUR", "USD", LAST + timedelta(days=8))


def test_what_can_not_be_fixed_is_refused() -> None:
    """No rate of zero, no span that ends before it begins or lasts for ever."""
    with pytest.raises(RateRefused):
        FixedRates({"EUR/USD": "0"}, since=FIRST, until=LAST)
    for since, until in ((LAST, FIRST), (date.min, date.max)):
        with pytest.raises(FixedSpanRefused):
            FixedRates(PRICES, since=since, until=until)
