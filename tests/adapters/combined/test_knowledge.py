"""A composition over what was known at an instant knows nothing later either (R2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import attrs
import pytest

from fxcrm.adapters.combined import CachedRates, ChainedRates, OverridingRates, RatesWithMargin
from fxcrm.bulletins import Bulletin
from fxcrm.ports.ratesource import RateSource
from fxcrm.rates import RatePolicy, RateTable, Side
from fxcrm.testing.clocks import SettableClock
from tests.adapters.combined.told import MONDAY, Told, day, fixing

NIGHT, NOON = datetime(2026, 3, 2, 22, tzinfo=UTC), datetime(2026, 3, 3, 12, tzinfo=UTC)
FIRST = attrs.evolve(fixing("EUR/USD", "1.1698"), known_at=NIGHT - timedelta(hours=6))
CORRECTED = attrs.evolve(FIRST, value=Decimal("1.1689"), known_at=NOON)


class AsOf(Told):
    """A source of what was known on Monday night."""

    known_at = NIGHT

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """Its fixings, the correction of Tuesday among them, seen from that night."""
        told = super().fetch(since, until)
        return attrs.evolve(told, table=told.table.as_known(self.known_at))


def cached(source: RateSource) -> CachedRates:
    """A cache that asks each time."""
    return CachedRates(source, clock=SettableClock(NOON), lifetime=timedelta(0))


def middle(table: RateTable, policy: RatePolicy = RatePolicy()) -> Decimal:
    """The rate of Monday."""
    return table.rate("EUR", "USD", MONDAY, policy).legs[0].fixing.value


OTHER = Told("other", fixing("EUR/GBP", "0.8730"))
COMPOSED = {
    "alone": lambda source: source,
    "chained": lambda source: ChainedRates(OTHER, source, wanted=["EUR/USD"]),
    "chained first": lambda source: ChainedRates(source, OTHER, wanted=["EUR/GBP"]),
    "cached": cached,
    "overridden": lambda source: OverridingRates(OTHER, source),
    "overriding": lambda source: OverridingRates(source, OTHER),
}


@pytest.mark.parametrize("composed", COMPOSED.values(), ids=COMPOSED)
def test_what_was_not_known_yet_does_not_answer(composed: object) -> None:
    """The correction of Tuesday changes nothing that is seen from Monday night."""
    source = AsOf("bank", FIRST, CORRECTED)
    both: RateSource = composed(source)  # type: ignore[operator]
    for _ in range(2):
        assert middle(both.fetch().table) == Decimal("1.1698")
    source.known_at = NOON
    assert middle(both.fetch().table) == Decimal("1.1689")


def test_nor_with_a_margin() -> None:
    """Bid and ask of what was known."""
    moved = RatesWithMargin(AsOf("bank", FIRST, CORRECTED), "0").fetch().table
    assert middle(moved, RatePolicy(side=Side.BID)) == Decimal("1.1698")


def test_nor_when_it_is_kept() -> None:
    """The last good answer, also for another span, is one of Monday night."""
    source = AsOf("bank", FIRST, CORRECTED)
    cache = cached(source)
    cache.fetch()
    source.broken = "timed out"
    for span in ((None, None), (MONDAY, day(1))):
        assert middle(cache.fetch(*span).table) == Decimal("1.1698")
