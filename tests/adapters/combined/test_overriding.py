"""One's own rates win per pair, side and day, and every rate says that they may have."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import attrs
import pytest

from fxcrm.adapters.combined import OverridingRates, SourceNameRefused
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import Side
from tests.adapters.combined.told import MONDAY, Told, broken, day, fixing, prices, rows

PUBLISHED = [
    fixing("EUR/USD", "1.1698", day(0)),
    fixing("EUR/USD", "1.1606", day(1)),
    fixing("EUR/USD", "1.1649", day(2)),
    fixing("EUR/GBP", "0.8730", day(1)),
]


def test_an_own_rate_wins_on_its_day_and_no_other() -> None:
    """The days around it, and other pairs, are those published."""
    own = Told("treasury", fixing("EUR/USD", "1.1500", day(1)))
    told = OverridingRates(own, Told("ECB", *PUBLISHED)).fetch()
    assert prices(told.table) == {
        ("EUR/USD", "mid", day(0), "1.1698"),
        ("EUR/USD", "mid", day(1), "1.1500"),
        ("EUR/USD", "mid", day(2), "1.1649"),
        ("EUR/GBP", "mid", day(1), "0.8730"),
    }
    assert told.source == "treasury over ECB"
    path = told.table.rate("USD", "EUR", day(1)).path
    assert path == "1 / EUR/USD 1.1500 (treasury over ECB 2026-03-03)"


def test_own_pairs_and_days_are_added() -> None:
    """A day after the last one published, and a pair that nobody publishes."""
    own = Told("own", fixing("EUR/USD", "1.17", day(9)), fixing("EUR/XAU", "0.00022", day(9)))
    told = prices(OverridingRates(own, Told("ECB", *PUBLISHED)).fetch().table)
    assert told - prices(Told("x", *PUBLISHED).fetch().table) == {
        ("EUR/USD", "mid", day(9), "1.17"),
        ("EUR/XAU", "mid", day(9), "0.00022"),
    }


def test_a_rate_has_one_name_whatever_span_is_asked() -> None:
    """Else the same fixing, stored twice, would be two."""
    own = Told("own", fixing("EUR/USD", "1.15", day(1)))
    both = OverridingRates(own, Told("ECB", *PUBLISHED))
    whole = rows(both.fetch().table)
    for count in range(4):
        some = rows(both.fetch(day(count), day(count)).table)
        assert some == {row for row in whole if row[2] == day(count)}
    assert {row[-1] for row in whole} == {both.name}


def test_all_that_was_known_of_a_day_gives_way() -> None:
    """A correction of the source does not come back over the own rate."""
    late = datetime(2026, 3, 3, 18, tzinfo=UTC)
    correction = attrs.evolve(PUBLISHED[1], value=Decimal("1.1607"), known_at=late)
    later = attrs.evolve(PUBLISHED[2], value=Decimal("1.1650"), known_at=late)
    own = Told("own", fixing("EUR/USD", "1.15", day(1)))
    told = OverridingRates(own, Told("ECB", *PUBLISHED, correction, later)).fetch().table
    assert {row[2:5] for row in rows(told) if row[0] == "EUR/USD"} == {
        (day(0), None, "1.1698"),
        (day(1), None, "1.15"),
        (day(2), None, "1.1649"),
        (day(2), late, "1.1650"),
    }


def test_sides_are_apart() -> None:
    """An own bid leaves the middle and the ask of that day alone."""
    sides = [fixing("EUR/USD", "1.1690", side=Side.BID), fixing("EUR/USD", "1.1702", side=Side.ASK)]
    own = Told("own", fixing("EUR/USD", "1.1600", side=Side.BID))
    told = OverridingRates(own, Told("bank", PUBLISHED[0], *sides)).fetch().table
    assert {row[1::2] for row in prices(told)} == {
        ("bid", "1.1600"),
        ("mid", "1.1698"),
        ("ask", "1.1702"),
    }


@pytest.mark.parametrize(
    "own",
    [
        fixing("USD/EUR", "0.86", day(1)),
        fixing("EUR/USD", "115.00", day(1), unit=100),
        fixing("USD/EUR", "0.86", day(7)),
    ],
)
def test_an_own_rate_is_quoted_as_the_source_quotes(own: object) -> None:
    """In another direction or unit it is refused with both quotations, never turned round (R1)."""
    with pytest.raises(RateSourceBroken, match="quote it in that direction and unit") as caught:
        OverridingRates(Told("own", own), Told("ECB", *PUBLISHED)).fetch()  # type: ignore[arg-type]
    assert caught.value.source == "own over ECB"


@pytest.mark.parametrize(
    ("own", "source", "reason"),
    [
        (broken("own"), Told("ECB", *PUBLISHED), "own: 504"),
        (Told("own"), broken("ECB"), "ECB: 504"),
    ],
)
def test_either_broken_is_broken(own: Told, source: Told, reason: str) -> None:
    """Own rates that can not be read are not left out in silence (R4)."""
    with pytest.raises(RateSourceBroken) as caught:
        OverridingRates(own, source).fetch()
    assert caught.value.reason == reason


def test_a_newer_file_is_joined_to_a_history() -> None:
    """Under one name, where they quote alike: the days of both."""
    history, latest = Told("history", *PUBLISHED), Told("latest", fixing("EUR/USD", "1.2", day(3)))
    told = OverridingRates(latest, history, name="ECB").fetch().table
    assert told.rate("EUR", "USD", day(3)).ratio == Decimal("1.2")
    assert told.rate("EUR", "USD", day(2)).path == "EUR/USD 1.1649 (ECB 2026-03-04)"


def test_the_span_goes_to_both() -> None:
    """Nothing more is asked than is wanted."""
    own, source = Told("own"), Told("ECB", *PUBLISHED)
    OverridingRates(own, source).fetch(MONDAY, day(1))
    assert own.asked == source.asked == [(MONDAY, day(1))]


def test_a_name_that_does_not_fit_is_refused() -> None:
    """Two names of 60 characters make none of 80."""
    with pytest.raises(SourceNameRefused):
        OverridingRates(Told("x" * 60), Told("y" * 60))
