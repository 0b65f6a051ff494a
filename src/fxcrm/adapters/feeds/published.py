"""Prices as a document states them: checked together, and taken whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from operator import itemgetter
from typing import Final

import attrs

from fxcrm._decimals import EXACT
from fxcrm.adapters.feeds.documents import Unfit, number
from fxcrm.bulletins import Bulletin
from fxcrm.currencies import UnknownCurrency
from fxcrm.errors import InputRefused
from fxcrm.money import canonical, parse_decimal
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import CurrencyPair, RateSeries, RateTable, Side

MOST_PRICES: Final = 200_000  # of one answer; twenty years of thirty currencies have as many
# A document of reference rates holds nothing beyond: what is, is a slip of a column or worse.
_SMALLEST: Final = Decimal("0.000000000001")
_LARGEST: Final = Decimal(1000000000000)
_CODE: Final = re.compile(r"[A-Z]{3}")
_AHEAD: Final = timedelta(days=1)  # east of Greenwich a day begins earlier


@attrs.frozen
class Price:
    """``unit base = value counter``, as published; the currencies as their codes (R1)."""

    base: str
    counter: str
    value: Decimal
    on: date
    unit: int = 1
    side: Side = Side.MID
    known_at: datetime | None = None


@attrs.frozen
class Span:
    """The days that were asked for, both included; None: no limit on that side."""

    since: date | None = None
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it ends before it begins."""
        return self.since is not None and self.until is not None and self.until < self.since


@contextmanager
def broken_unless_fit(source: str) -> Iterator[None]:
    """What does not fit is a broken source, which is another thing than having no rate (R4)."""
    try:
        yield
    except RateSourceBroken:
        raise
    except Unfit as unfit:
        reason = unfit.reason
    except InputRefused as refused:
        reason = f"a rate in it is refused ({type(refused).__name__})"
    else:
        return
    raise RateSourceBroken(source=source, reason=reason)


def bulletin(source: str, prices: Iterable[Price], span: Span, today: date) -> Bulletin:
    """The prices of the span as a table, once all of them have been checked. Raises `Unfit`.

    Currencies that nobody here knows are left out. Refused are the same price twice, a price of
    zero or below, one beyond all reason, and one of a day that is still to come (F8).
    """
    columns: dict[tuple[str, str, Side], _Column] = {}
    for count, price in enumerate(prices, 1):
        if count > MOST_PRICES:
            raise Unfit(f"these are more than {MOST_PRICES} rates; ask for fewer days")
        _check(price, today + _AHEAD)
        columns.setdefault((price.base, price.counter, price.side), _Column()).add(price)
    series = [one for key, column in columns.items() for one in column.series(key, source)]
    return Bulletin(RateTable(series).within(span.since, span.until), source)


def tabled(source: str, table: RateTable, span: Span, today: date) -> Bulletin:
    """The same for a table of many days, whose values are still text. Raises `Unfit`."""
    for series in table.series:
        base, counter = series.pair.base.code, series.pair.counter.code
        for value, on in zip(map(number, series.values), series.days, strict=True):
            if on > today + _AHEAD or not _SMALLEST <= value <= _LARGEST:
                _check(Price(base, counter, value, on), today + _AHEAD)
    return Bulletin(table.within(span.since, span.until), source)


def _check(price: Price, latest: date) -> None:
    if price.on > latest:
        raise Unfit(f"{_named(price)} is of a day still to come")
    if not _SMALLEST <= price.value <= _LARGEST:
        raise Unfit(f"{_named(price)} is zero, negative, or beyond all reason")


def _named(price: Price) -> str:
    return f"the rate of {price.base}/{price.counter} on {price.on}"


def code(value: object) -> str:
    """Three capital letters, known or not. Raises `Unfit`."""
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise Unfit("a currency in it is not written in three capital letters")
    return value


_Row = tuple[date, str, int, datetime | None]


class _Column:
    """The prices of one pair and side: day, value as text, unit, and since when it is known."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []

    def add(self, price: Price) -> None:
        """One more, in any order."""
        self._rows.append((price.on, canonical(price.value), price.unit, price.known_at))

    def series(self, key: tuple[str, str, Side], source: str) -> Iterator[RateSeries]:
        """Them in the order of their days, where both currencies are known. Raises `Unfit`."""
        base, counter, side = key
        rows = sorted(self._rows, key=itemgetter(0))
        for (earlier, *_), (later, *_) in pairwise(rows):
            if earlier == later:
                raise Unfit(f"the rate of {base}/{counter} on {later} stands twice")
        if (pair := _pair(base, counter)) is None:
            return
        days, values, units, known = zip(*rows, strict=True)
        unit = max(units)
        if unit != min(units):
            values = tuple(_per(unit, row) for row in rows)
        yield RateSeries(pair, source, days, values, unit, side, known if any(known) else None)


def _pair(base: str, counter: str) -> CurrencyPair | None:
    try:
        return CurrencyPair.of(base, counter)
    except UnknownCurrency:
        return None


def _per(unit: int, row: _Row) -> str:
    """A bank went from 1 to 100 units: the earlier days are told for 100 too, which is exact."""
    _, value, own, _ = row
    if unit % own:
        raise Unfit("it changes the unit of a currency to no multiple of it")
    return canonical(EXACT.multiply(parse_decimal(value), Decimal(unit // own)))
