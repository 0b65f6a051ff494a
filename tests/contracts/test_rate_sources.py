"""The contract of rate sources on ours, and on each composition of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import attrs
import pytest

from fxcrm.adapters.combined import CachedRates, ChainedRates, OverridingRates, RatesWithMargin
from fxcrm.adapters.csvfiles import CsvRows
from fxcrm.adapters.ecb import EcbHistory
from fxcrm.adapters.fixedrates import FixedRates, FixedSpanRefused
from fxcrm.adapters.givenrates import GivenRates
from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.peggedrates import CONVERSION, PeggedRates, fixed_conversions
from fxcrm.adapters.storedrates import StoredRates
from fxcrm.adapters.tabledrates import DayOrder, DecimalMark, Quoted, TabledRates
from fxcrm.ports.ratesource import RateSource
from fxcrm.rates import CurrencyPair, Fixing, RateMissing, RateRefused, Side, SourcesMixed
from fxcrm.testing.clocks import SettableClock
from fxcrm.testing.contracts import RateSourceContract

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 31)
PRICES = {"EUR/USD": "1.0850", "EUR/GBP": "0.8420", "USD/JPY": "148.20"}


NOON, HOUR = datetime(2026, 3, 31, 12, tzinfo=UTC), timedelta(hours=1)
GONE = EcbHistory("no-such-folder/a.csv")
GIVEN = (
    Fixing(CurrencyPair.of("EUR", "USD"), Decimal("1.0850"), FIRST),
    Fixing(CurrencyPair.of("EUR", "CHF"), Decimal("0.9100"), LAST),
    Fixing(CurrencyPair.of("JPY", "EUR"), Decimal("0.6100"), LAST, unit=100, side=Side.ASK),
)
FILE = (
    b"Tag;Paar;Kurs;je;Seite\r\n"
    b"31.03.2026;JPY/EUR;0,6100;100;ask\r\n"
    b"02.03.2026;EUR/USD;1,0850;1;mid\r\n"
    b"03.03.2026;EUR/USD;;1;mid\r\n"
)
QUOTED = (Quoted("Kurs", pair="Paar", unit="je", side="Seite"),)


def tabled(file: bytes) -> TabledRates:
    """The source over a file like `FILE`."""
    rows = CsvRows(io.BytesIO(file), name="kurse.csv", delimiter=";")
    return TabledRates(rows, *QUOTED, day="Tag", order=DayOrder.DAY_FIRST, mark=DecimalMark.COMMA)


def cached(source: RateSource) -> CachedRates:
    """A cache that was asked once."""
    cache = CachedRates(source, clock=SettableClock(NOON), lifetime=HOUR)
    cache.fetch()
    return cache


class TestEcbHistory(RateSourceContract):
    """The European Central Bank's published history."""

    known = (
        ("EUR/USD", date(1999, 1, 4), "1.1789"),
        ("EUR/JPY", date(2008, 10, 27), "115.75"),
        ("EUR/GBP", date(2020, 3, 19), "0.92985"),
    )
    latest = date(2099, 12, 31)  # the file is newer than this test

    def open_source(self) -> RateSource:
        """The one that comes with the extra."""
        return EcbHistory()

    def broken_source(self) -> RateSource:
        """A file that is not there."""
        return EcbHistory("no-such-folder/eurofxref-hist.csv")


class TestFixedRates(RateSourceContract):
    """Rates that somebody fixed."""

    known = (("USD/JPY", LAST, "148.20"), ("EUR/USD", FIRST, "1.0850"))
    latest = LAST

    def open_source(self) -> RateSource:
        """A month of them."""
        return FixedRates(PRICES, since=FIRST, until=LAST)


class TestGivenRates(RateSourceContract):
    """Fixings in hand."""

    known = (("EUR/USD", FIRST, "1.0850"), ("JPY/EUR", LAST, "0.6100", 100, Side.ASK))
    latest = LAST

    def open_source(self) -> RateSource:
        """Some that a treasurer typed in."""
        return GivenRates(GIVEN, name="treasury")


class TestPeggedRates(RateSourceContract):
    """The fixed conversions of withdrawn currencies."""

    known = (("EUR/HRK", LAST, "7.53450"), ("EUR/DEM", date(1999, 1, 1), "1.95583"))
    publishers = (CONVERSION,)
    latest = LAST

    def open_source(self) -> RateSource:
        """As they hold at the end of the month."""
        return PeggedRates(fixed_conversions(), clock=SettableClock(NOON))


class TestTabledRates(RateSourceContract):
    """A table of one's own, in a file as spreadsheets of some countries write it."""

    known = (("EUR/USD", FIRST, "1.0850"), ("JPY/EUR", LAST, "0.6100", 100, Side.ASK))
    latest = LAST

    def open_source(self) -> RateSource:
        """Semicolons, decimal commas, the day first."""
        return tabled(FILE)

    def broken_sources(self) -> Sequence[RateSource]:
        """A file that is gone, one cut short, one with a price that is none, and a page."""
        gone = CsvRows("no-such-folder/kurse.csv", delimiter=";")
        files = (FILE[:-8], FILE.replace(b"1,0850", b"1.0850"), b"<html>come back later</html>")
        return (TabledRates(gone, *QUOTED, day="Tag"), *map(tabled, files))


class TestChainedRates(RateSourceContract):
    """A chain whose first source is broken and whose second one has nothing."""

    known = TestFixedRates.known
    publishers = ("fixed rates", "treasury")
    latest = LAST

    def open_source(self) -> RateSource:
        """The last two share the pairs that are wanted."""
        fixed = FixedRates(PRICES, since=FIRST, until=LAST)
        given = GivenRates(GIVEN, name="treasury")
        wanted = ("USD/JPY", "GBP/CHF")
        return ChainedRates(GONE, GivenRates(()), fixed, given, wanted=wanted, name="chain")

    def broken_source(self) -> RateSource:
        """Nobody answers."""
        return ChainedRates(GONE, EcbHistory("no-such-folder/b.csv"))


class TestCachedRates(RateSourceContract):
    """A cache over rates that somebody fixed."""

    known = TestFixedRates.known
    latest = LAST

    def open_source(self) -> RateSource:
        """It has been asked once, and keeps that."""
        return cached(FixedRates(PRICES, since=FIRST, until=LAST))

    def broken_source(self) -> RateSource:
        """It never had anything to keep."""
        return CachedRates(GONE, clock=SettableClock(NOON), lifetime=HOUR)


class TestCachedRatesOfAnotherDay(TestCachedRates):
    """The same, in parts, and the source is asked again for each."""

    def open_source(self) -> RateSource:
        """It keeps nothing long."""
        cache = CachedRates(
            FixedRates(PRICES, since=FIRST, until=LAST),
            clock=SettableClock(NOON),
            lifetime=timedelta(0),
        )
        cache.fetch(FIRST, FIRST)
        return cache


class TestRatesWithMargin(RateSourceContract):
    """A margin around the middle."""

    known = (
        ("EUR/USD", FIRST, "1.05788", 1, Side.BID),
        ("EUR/USD", FIRST, "1.11212", 1, Side.ASK),
        ("JPY/EUR", LAST, "0.625250", 100, Side.ASK),
    )
    publishers = ("treasury with 2.5 % margin",)
    latest = LAST

    def open_source(self) -> RateSource:
        """Two and a half percent to each side."""
        return RatesWithMargin(GivenRates(GIVEN, name="treasury"), "2.5")

    def broken_source(self) -> RateSource:
        """What it leans on is broken."""
        return RatesWithMargin(GONE, "2.5")


class TestOverridingRates(RateSourceContract):
    """One's own rates over those that somebody fixed."""

    known = (("EUR/USD", FIRST, "1.0850"), ("EUR/USD", LAST, "1.0999"), ("USD/JPY", LAST, "148.20"))
    latest = LAST

    def open_source(self) -> RateSource:
        """The last day's dollar is the treasury's."""
        own = GivenRates(
            [attrs.evolve(GIVEN[0], on=LAST, value=Decimal("1.0999"))], name="treasury"
        )
        return OverridingRates(own, FixedRates(PRICES, since=FIRST, until=LAST))

    def broken_sources(self) -> Sequence[RateSource]:
        """Either is broken, or they quote in different directions."""
        fixed = FixedRates(PRICES, since=FIRST, until=LAST)
        turned = FixedRates({"USD/EUR": "0.92"}, since=FIRST, until=LAST)
        return (
            OverridingRates(GONE, fixed),
            OverridingRates(fixed, GONE),
            OverridingRates(turned, fixed),
        )


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
    with pytest.raises(SourcesMixed):
        FixedRates({"EUR/USD": "1.0850", "USD/EUR": "0.9217"}, since=FIRST, until=LAST)
    for since, until in ((LAST, FIRST), (date.min, date.max)):
        with pytest.raises(FixedSpanRefused):
            FixedRates(PRICES, since=since, until=until)


class TestStoredRates(RateSourceContract):
    """The rates that a store keeps."""

    known = (
        ("EUR/USD", FIRST, "1.0850"),
        ("JPY/EUR", LAST, "0.6100", 100, Side.ASK),
    )
    publishers = ("mint",)
    latest = LAST

    def open_source(self) -> RateSource:
        """A store with rates of another source in it."""
        store = MemoryStore()
        with store.begin() as unit:
            unit.rates.add(GivenRates(GIVEN, name="mint").fetch().table.series)
            unit.commit()
        return StoredRates(store)

    def broken_source(self) -> RateSource:
        """One whose store was closed."""
        store = MemoryStore()
        store.close()
        return StoredRates(store)


def test_stored_rates_come_from_the_first_source_that_has_a_pair() -> None:
    """The order of the sources is the caller's; without one it is that of their names."""
    store = MemoryStore()
    usd = CurrencyPair.of("EUR", "USD")
    with store.begin() as unit:
        for name, value in (("a", "1.0850"), ("b", "1.0900")):
            fixings = [Fixing(usd, Decimal(value), FIRST), *GIVEN[1:]]
            unit.rates.add(GivenRates(fixings, name=name).fetch().table.series)
        unit.commit()
    for asked, expected in ((("b", "a"), "b"), ((), "a"), (("b",), "b")):
        table = StoredRates(store, *asked).fetch().table
        assert {one.source for one in table.series} == {expected}
    assert StoredRates(store, "nobody").fetch().table.pairs == ()
