"""What a customer pays: a source's rates with a margin on both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from operator import ge, le
from typing import Final

import attrs

from fxcrm._decimals import canonical, exact_decimal, parse_decimal, round_ratio
from fxcrm.adapters.combined.knowledge import as_known_by
from fxcrm.adapters.combined.names import checked_name, passed_on, publishers
from fxcrm.bulletins import Bulletin
from fxcrm.errors import InputRefused
from fxcrm.ports.ratesource import RateSource, RateSourceBroken
from fxcrm.rates import CurrencyPair, RateSeries, RateTable, Side

MOST_DIGITS: Final = 15
_WHOLE: Final = 100  # percent
_PERCENT_PLACES: Final = 2


class MarginRefused(InputRefused):
    """A margin that leaves no rate, or digits that no rate is quoted with."""

    percent: Decimal
    digits: int
    template = (
        "a margin is from 0 to below 100 percent, rounded to 1 to 15 significant digits: "
        "{percent} percent, {digits} digits"
    )


class RatesWithMargin:
    """A `RateSource` that bids ``percent`` less and asks ``percent`` more than another one.

    Around the middle, or where the source has a bid or an ask itself, outwards from that. It
    has these two sides and no middle, so that nobody converts without the margin by mistake.
    Direction, unit and day stay as quoted. A price is rounded half-even to ``digits``
    significant digits, never past the price it came from; a margin of 0 changes none. Each rate
    names the margin in its source. Raises `MarginRefused`, `NumberRefused`, `SourceNameRefused`.
    """

    def __init__(
        self,
        source: RateSource,
        percent: str | Decimal,
        *,
        digits: int = 6,
        name: str | None = None,
    ) -> None:
        margin = exact_decimal(percent)
        if not 0 <= margin < _WHOLE or not 1 <= digits <= MOST_DIGITS:
            raise MarginRefused(percent=margin, digits=digits)
        self._source = source
        self._margin = _counted(canonical(margin))
        self._digits = digits
        self._mark = f"with {canonical(margin)} % margin"
        self._name = checked_name(name, f"{source.name} {self._mark}")

    @property
    def name(self) -> str:
        """The source's name and the margin, unless another one was given."""
        return self._name

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """Bid and ask of what the source has. Raises `RateSourceBroken`."""
        try:
            told = self._source.fetch(since, until)
        except RateSourceBroken as error:
            raise passed_on(error, self.name) from error
        table = as_known_by(RateTable(self._sides(told.table)), told.table)
        source = publishers(table, f"{told.source} {self._mark}")
        return attrs.evolve(told, table=table, source=source)

    def _sides(self, table: RateTable) -> Iterator[RateSeries]:
        by_pair: dict[CurrencyPair, dict[Side, RateSeries]] = {}
        for one in table.series:
            by_pair.setdefault(one.pair, {})[one.side] = one
        for pair, sides in by_pair.items():
            for side in (Side.BID, Side.ASK):
                published = sides.get(side) or _middle(pair, side, by_pair)
                if published is not None:
                    yield self._moved(published, side)

    def _moved(self, published: RateSeries, side: Side) -> RateSeries:
        price = self._price(side)
        return attrs.evolve(
            published,
            source=f"{published.source} {self._mark}",
            values=tuple(map(price, published.values)),
            side=side,
        )

    def _price(self, side: Side) -> Callable[[str], str]:
        """What becomes of a value; what is no rate is left for the look-up to refuse.

        All of it in integers: a quotation has many thousand days.
        """
        margin, places = self._margin
        whole = _WHOLE * 10**places
        further, factor = (ge, whole - margin) if side is Side.BID else (le, whole + margin)
        places += _PERCENT_PLACES

        def moved(text: str) -> str:
            if not margin or not _is_rate(text):
                return text
            units, decimals = _counted(text)
            rounded = _significant(units * factor, self._digits)
            if further(rounded, units * whole):
                return text  # rounded past the price it came from
            return _written(rounded, decimals + places, self._digits)

        return moved


def _is_rate(text: str) -> bool:
    try:
        return parse_decimal(text) > 0
    except InputRefused:
        return False


def _counted(text: str) -> tuple[int, int]:
    """A plain number as units and decimals: 1.0850 is 10850 with 4."""
    whole, _, decimals = text.partition(".")
    return int(whole + decimals), len(decimals)


def _significant(units: int, digits: int) -> int:
    """Half-even to so many digits, the others zero; unchanged where there are no more."""
    spare = max(len(str(units)) - digits, 0)
    step = int("1" + "0" * spare)
    return round_ratio(units, step) * step


def _written(units: int, decimals: int, digits: int) -> str:
    """Plain decimal text without the places that rounding to ``digits`` has emptied."""
    text = str(units).rjust(decimals + 1, "0")
    whole, places = text[: len(text) - decimals], text[len(text) - decimals :]
    spare = min(decimals, max(len(str(units)) - digits, 0))
    places = places[: decimals - spare]
    return f"{whole}.{places}" if places else whole


def _middle(
    pair: CurrencyPair, side: Side, by_pair: dict[CurrencyPair, dict[Side, RateSeries]]
) -> RateSeries | None:
    """The middle of a pair, unless the price of this side is quoted the other way round."""
    if side.across in by_pair.get(pair.inverse, {}):
        return None
    return by_pair[pair].get(Side.MID)
