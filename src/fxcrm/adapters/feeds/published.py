"""Prices as a document states them: checked together, and taken whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

import attrs

from fxcrm._decimals import EXACT
from fxcrm.adapters.feeds.documents import Unfit, number
from fxcrm.bulletins import Bulletin
from fxcrm.currencies import UnknownCurrency
from fxcrm.errors import InputRefused
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import CurrencyPair, Fixing, RateTable, Side

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

    def holds(self, on: date) -> bool:
        """Whether a day lies within."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


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
    checked = list(_checked(source, prices, today + _AHEAD))
    asked = [one for one in checked if span.holds(one.on)]
    return Bulletin(RateTable.from_fixings(_in_one_unit(asked)), source)


def tabled(source: str, table: RateTable, span: Span, today: date) -> Bulletin:
    """The same for a table of many days, whose values are still text. Raises `Unfit`."""
    for series in table.series:
        for value, on in zip(map(number, series.values), series.days, strict=True):
            if on > today + _AHEAD or not _SMALLEST <= value <= _LARGEST:
                base, counter = series.pair.base.code, series.pair.counter.code
                _check(Price(base, counter, value, on), today + _AHEAD)
    return Bulletin(table.within(span.since, span.until), source)


def _check(price: Price, latest: date) -> None:
    if price.on > latest:
        raise Unfit(f"{_named(price)} is of a day still to come")
    if not _SMALLEST <= price.value <= _LARGEST:
        raise Unfit(f"{_named(price)} is zero, negative, or beyond all reason")


def _checked(source: str, prices: Iterable[Price], latest: date) -> Iterator[Fixing]:
    seen: set[tuple[str, str, date, Side]] = set()
    for price in prices:
        key = (price.base, price.counter, price.on, price.side)
        if key in seen:
            raise Unfit(f"{_named(price)} stands twice")
        seen.add(key)
        _check(price, latest)
        if pair := _pair(price):
            yield Fixing(
                pair,
                price.value,
                price.on,
                source,
                price.unit,
                price.side,
                price.known_at,
            )


def _named(price: Price) -> str:
    return f"the rate of {price.base}/{price.counter} on {price.on}"


def code(value: object) -> str:
    """Three capital letters, known or not. Raises `Unfit`."""
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise Unfit("a currency in it is not written in three capital letters")
    return value


def _pair(price: Price) -> CurrencyPair | None:
    try:
        return CurrencyPair.of(price.base, price.counter)
    except UnknownCurrency:
        return None


def _in_one_unit(fixings: list[Fixing]) -> Iterator[Fixing]:
    """Where a bank went from 1 to 100 units, all days are told for 100: exact, the point moves."""
    largest: dict[tuple[CurrencyPair, Side], int] = {}
    for one in fixings:
        key = (one.pair, one.side)
        largest[key] = max(one.unit, largest.get(key, 1))
    for one in fixings:
        unit = largest[one.pair, one.side]
        yield one if one.unit == unit else _per(one, unit)


def _per(fixing: Fixing, unit: int) -> Fixing:
    if unit % fixing.unit:
        raise Unfit("it changes the unit of a currency to no multiple of it")
    value = EXACT.multiply(fixing.value, Decimal(unit // fixing.unit))
    return attrs.evolve(fixing, value=value, unit=unit)
