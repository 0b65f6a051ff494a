"""Pegs as a source, and the conversions that the law has fixed for withdrawn currencies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from fxcrm.adapters.givenrates import GivenRates
from fxcrm.adapters.peggedrates import PeggedRates, fixed_conversions
from fxcrm.currencies import Currency, UnknownCurrency
from fxcrm.rates import (
    ConflictingRate,
    CurrencyPair,
    Fixing,
    Peg,
    PolicyRefused,
    RateBeforeHistory,
    RateMissing,
    RatePolicy,
    RateTable,
    SourcesMixed,
)
from fxcrm.testing.clocks import SettableClock

TODAY = date(2026, 3, 31)
# Irrevocably fixed conversion rates to the euro, as the European Central Bank lists them.
EURO = {
    "ATS": ("13.7603", 1999),
    "BEF": ("40.3399", 1999),
    "BGN": ("1.95583", 2026),
    "CYP": ("0.585274", 2008),
    "DEM": ("1.95583", 1999),
    "EEK": ("15.6466", 2011),
    "ESP": ("166.386", 1999),
    "FIM": ("5.94573", 1999),
    "FRF": ("6.55957", 1999),
    "GRD": ("340.750", 2001),
    "HRK": ("7.53450", 2023),
    "IEP": ("0.787564", 1999),
    "ITL": ("1936.27", 1999),
    "LTL": ("3.45280", 2015),
    "LUF": ("40.3399", 1999),
    "LVL": ("0.702804", 2014),
    "MTL": ("0.429300", 2008),
    "NLG": ("2.20371", 1999),
    "PTE": ("200.482", 1999),
    "SIT": ("239.640", 2007),
    "SKK": ("30.1260", 2009),
}


def pegged(*pegs: Peg, on: date = TODAY) -> PeggedRates:
    """A source of pegs, asked at noon of a day."""
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    return PeggedRates(pegs, clock=SettableClock(noon))


def test_the_conversions_of_the_euro_are_those_of_the_law() -> None:
    """All of them, with the digits that were fixed and the day from which they hold."""
    found = {peg.pair.counter.code: peg for peg in fixed_conversions()}
    listed = {code: (str(found[code].value), found[code].since.year) for code in EURO}
    assert listed == EURO
    assert {(peg.since.month, peg.since.day) for peg in found.values()} == {(1, 1)}
    assert {peg.until for peg in found.values()} == {None}
    assert set(found) - set(EURO) <= {"MCF", "SML", "VAL", "XEU", "ADP"}


def test_other_successors_have_conversions_too() -> None:
    """A thousand leva of 1962 were one of 1999."""
    [lev] = [peg for peg in fixed_conversions("BGN") if peg.pair.counter is Currency("BGL")]
    assert (str(lev.pair), lev.value, lev.since) == ("BGN/BGL", Decimal(1000), date(1999, 7, 5))
    with pytest.raises(UnknownCurrency):
        fixed_conversions("euro")


def test_a_withdrawn_currency_converts_on_every_day_since() -> None:
    """Kuna on the first day of the euro, and today; not on the day before (R2)."""
    table = pegged(*fixed_conversions()).fetch().table
    for on in (date(2023, 1, 1), date(2024, 2, 29), TODAY):
        rate = table.rate("HRK", "EUR", on, RatePolicy(max_age=0))
        assert rate.ratio == 1 / Fraction("7.53450")
    with pytest.raises(RateBeforeHistory):
        table.rate("HRK", "EUR", date(2022, 12, 31))


def test_two_withdrawn_currencies_convert_through_the_euro() -> None:
    """Marks in francs: both fixed, exactly."""
    table = pegged(*fixed_conversions()).fetch().table
    assert table.rate("DEM", "FRF", TODAY).ratio == Fraction("6.55957") / Fraction("1.95583")


def test_nothing_is_pegged_for_days_to_come() -> None:
    """A peg may be lifted tomorrow; what is asked for later days ends today."""
    peg = Peg.of("USD/AED", "3.6725", since=date(2026, 3, 1))
    [series] = pegged(peg).fetch(None, date(2027, 1, 1)).table.series
    assert (series.days[0], series.days[-1], len(series.days)) == (date(2026, 3, 1), TODAY, 31)
    later = Peg.of("USD/AED", "3.6725", since=TODAY + timedelta(days=1))
    assert pegged(later).fetch().table.pairs == ()
    assert pegged().fetch().table.pairs == ()


def test_a_peg_ends_on_its_last_day() -> None:
    """Both ends of its span count, and no day beyond."""
    peg = Peg.of("EUR/DKK", "7.46", since=date(2026, 3, 2), until=date(2026, 3, 4), source="treaty")
    [series] = pegged(peg).fetch().table.series
    assert series.days == tuple(date(2026, 3, day) for day in (2, 3, 4))
    table = pegged(peg).fetch().table
    assert table.rate("EUR", "DKK", date(2026, 3, 4)).path == "EUR/DKK 7.46 (treaty 2026-03-04)"
    assert pegged(peg).fetch(date(2026, 3, 5)).table.pairs == ()


def test_pegs_of_a_pair_follow_each_other() -> None:
    """A devaluation: one rate up to a day, another one from the next."""
    first = Peg.of("USD/EGP", "30.90", since=date(2026, 3, 1), until=date(2026, 3, 5))
    second = Peg.of("USD/EGP", "47.50", since=date(2026, 3, 6))
    table = pegged(second, first).fetch().table
    assert [str(table.rate("USD", "EGP", date(2026, 3, day)).ratio) for day in (5, 6)] == [
        "309/10",
        "95/2",
    ]


def test_pegs_that_contradict_each_other_are_refused() -> None:
    """Two at the same time, two directions, two laws."""
    since, until = date(2026, 3, 1), date(2026, 3, 5)
    one = Peg.of("USD/AED", "3.6725", since=since, until=until)
    with pytest.raises(PolicyRefused, match="pegged twice"):
        pegged(one, Peg.of("USD/AED", "3.6700", since=until))
    with pytest.raises(SourcesMixed):
        pegged(one, Peg.of("AED/USD", "0.2723", since=until + timedelta(days=1)))
    with pytest.raises(SourcesMixed):
        pegged(one, Peg.of("USD/AED", "3.67", since=until + timedelta(days=1), source="law"))


def test_the_day_is_that_of_utc() -> None:
    """Late in Honolulu it is tomorrow there already."""
    peg = Peg.of("USD/AED", "3.6725", since=date(2026, 3, 1))
    late = datetime.fromisoformat("2026-03-09T20:00:00-10:00")
    [series] = PeggedRates([peg], clock=SettableClock(late)).fetch().table.series
    assert series.days[-1] == date(2026, 3, 10)


# ---------------------------------------------------------------- fixings in hand


def test_given_fixings_get_the_name_of_their_source() -> None:
    """Whatever they were called before."""
    pair = CurrencyPair.of("EUR", "USD")
    source = GivenRates([Fixing(pair, Decimal("1.15"), TODAY, "phone")], name="treasury")
    told = source.fetch()
    assert told.table.rate("EUR", "USD", TODAY).path == "EUR/USD 1.15 (treasury 2026-03-31)"
    assert isinstance(told.table, RateTable)
    with pytest.raises(RateMissing):
        source.fetch(None, date(2026, 3, 30)).table.rate("EUR", "USD", TODAY)


def test_given_fixings_that_conflict_are_refused_at_once() -> None:
    """Two values of a day, or two directions: before anybody asks (F8)."""
    pair = CurrencyPair.of("EUR", "USD")
    one = Fixing(pair, Decimal("1.15"), TODAY)
    with pytest.raises(ConflictingRate):
        GivenRates([one, Fixing(pair, Decimal("1.16"), TODAY)])
    with pytest.raises(SourcesMixed):
        GivenRates([one, Fixing(pair.inverse, Decimal("0.87"), TODAY)])
