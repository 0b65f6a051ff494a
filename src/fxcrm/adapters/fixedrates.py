"""Rates that somebody fixed: a peg by law, a rate agreed for a year, a budget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from fxcrm._decimals import canonical, exact_decimal
from fxcrm.bulletins import Bulletin
from fxcrm.errors import InputRefused
from fxcrm.rates import CurrencyPair, Fixing, RateSeries, RateTable

MOST_DAYS: Final = 36_525  # a hundred years


class FixedSpanRefused(InputRefused):
    """A span in which nothing is fixed, or one that nobody means."""

    since: date
    until: date
    template = (
        "rates are fixed from a day to a later one, a hundred years at most: {since}, {until}"
    )


class FixedRates:
    """A `RateSource` of the same rates on every day from ``since`` to ``until``, both included.

    ``rates`` has pairs as "EUR/USD", each with the price of 1 EUR in USD, in the direction in
    which it was fixed (R1). Before and after the span there is no rate. Raises `RateRefused`,
    `UnknownCurrency`, `NumberRefused`, `FixedSpanRefused`, and `SourcesMixed` where a pair is fixed
    in both directions.

    >>> peg = FixedRates({"EUR/BGN": "1.95583"}, since=date(2025, 1, 1), until=date(2025, 12, 31))
    >>> print(peg.fetch().table.rate("BGN", "EUR", date(2025, 7, 1)).path)
    1 / EUR/BGN 1.95583 (fixed rates 2025-07-01)
    """

    def __init__(
        self,
        rates: Mapping[str, str | Decimal],
        *,
        since: date,
        until: date,
        name: str = "fixed rates",
    ) -> None:
        count = (until - since).days + 1
        if not 0 < count <= MOST_DAYS:
            raise FixedSpanRefused(since=since, until=until)
        self._name = name
        days = tuple(since + timedelta(days=day) for day in range(count))
        fixed = [
            Fixing(CurrencyPair.parse(pair), exact_decimal(value), since, name)
            for pair, value in rates.items()
        ]
        self._table = RateTable(
            RateSeries(one.pair, name, days, (canonical(one.value),) * count) for one in fixed
        )

    @property
    def name(self) -> str:
        """How each rate names its source."""
        return self._name

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """A fixing for each day."""
        return Bulletin(self._table.within(since, until), self._name)
