"""A source whose answers are set by the test, and what a table comes to when it is written out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from fxcrm.bulletins import Bulletin
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import CurrencyPair, Fixing, RateTable, Side

MONDAY = date(2026, 3, 2)
Row = tuple[str, str, date, datetime | None, str, int, str]


def day(count: int) -> date:
    """The day that comes so many days after the Monday."""
    return MONDAY + timedelta(days=count)


def fixing(
    pair: str, value: str, on: date = MONDAY, side: Side = Side.MID, unit: int = 1
) -> Fixing:
    """One price."""
    return Fixing(CurrencyPair.parse(pair), Decimal(value), on, unit=unit, side=side)


class Told:
    """A `RateSource` that tells its ``fixings`` unless it is ``broken``; it notes who asks."""

    def __init__(self, name: str, *fixings: Fixing) -> None:
        self.name = name
        self.fixings = list(fixings)
        self.broken = ""
        self.asked: list[tuple[date | None, date | None]] = []
        self.before: Callable[[], object] = lambda: None

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """Its fixings of the span."""
        self.asked.append((since, until))
        self.before()
        if self.broken:
            raise RateSourceBroken(source=self.name, reason=self.broken)
        named = (
            Fixing(one.pair, one.value, one.on, self.name, one.unit, one.side, one.known_at)
            for one in self.fixings
        )
        return Bulletin(RateTable.from_fixings(named).within(since, until), self.name)


def broken(name: str, reason: str = "504") -> Told:
    """A source that can not answer."""
    source = Told(name)
    source.broken = reason
    return source


def rows(table: RateTable) -> set[Row]:
    """Everything in a table."""
    return {
        (str(one.pair), one.side.value, on, known, value, one.unit, one.source)
        for one in table.series
        for on, value, known in zip(
            one.days, one.values, one.known or (None,) * len(one.days), strict=True
        )
    }


def prices(table: RateTable) -> set[tuple[str, str, date, str]]:
    """Everything in a table but who published it."""
    return {(pair, side, on, value) for pair, side, on, _, value, _, _ in rows(table)}
