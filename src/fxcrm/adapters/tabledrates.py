"""Rates in a table of one's own: a CSV file, a sheet, whatever a `RowSource` reads.

The caller says which column holds what; nothing is guessed from names or values. A table is
taken whole or not at all: a cell that can not be read makes the source broken, and each problem
names its row and column, never what stands there (F14).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from re import compile as pattern
from typing import Final

import attrs

from fxcrm._decimals import NumberRefused, canonical, parse_decimal
from fxcrm.bulletins import Bulletin
from fxcrm.currencies import ISO, Currency, CurrencyRegistry, UnknownCurrency
from fxcrm.errors import CallError
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.ports.rows import RowSource, RowSourceBroken, RowsRefused
from fxcrm.rates import CurrencyPair, Fixing, RateRefused, RateSeries, RateTable, Side
from fxcrm.rows import MOST_PROBLEMS, Row, RowProblem


class ColumnsRefused(CallError):
    """Columns that do not say which pair a price is for, or say it twice."""

    price: str
    template = "column {price}: name the column of the pair, or those of base and counter"


class DayOrder(Enum):
    """How a table writes its days; one way for all of it."""

    YEAR_FIRST = "2026-03-31"
    DAY_FIRST = "31.03.2026"
    MONTH_FIRST = "03/31/2026"


class DecimalMark(Enum):
    """What stands before the decimals of a number; thousands are not separated."""

    POINT = "."
    COMMA = ","


_SHAPES: Final = {
    DayOrder.YEAR_FIRST: (pattern(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"), (1, 2, 3)),
    DayOrder.DAY_FIRST: (pattern(r"([0-9]{2})[./-]([0-9]{2})[./-]([0-9]{4})"), (3, 2, 1)),
    DayOrder.MONTH_FIRST: (pattern(r"([0-9]{2})[./-]([0-9]{2})[./-]([0-9]{4})"), (3, 1, 2)),
}


@attrs.frozen
class Quoted:
    """One price in a row. A text names a column; a value holds for every row.

    ``Quoted("Rate", pair="Pair")`` reads "EUR/USD" from a column, ``Quoted("Rate", base="From",
    counter="To")`` two codes, and ``Quoted("USD", pair=CurrencyPair.of("EUR", "USD"))`` is the
    dollar's column of a table with one for each currency. ``unit`` is how many of the base the
    price is for. Raises `ColumnsRefused`.
    """

    price: str
    pair: str | CurrencyPair | None = None
    base: str | Currency | None = None
    counter: str | Currency | None = None
    unit: str | int = 1
    side: str | Side = Side.MID

    def __attrs_post_init__(self) -> None:
        both, neither = (self.base, self.counter), (None, None)
        if (self.pair is None) == (both == neither) or (None in both and both != neither):
            raise ColumnsRefused(price=self.price)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it needs."""
        named = (self.price, self.pair, self.base, self.counter, self.unit, self.side)
        return tuple(one for one in named if isinstance(one, str))


class _Unfit(Exception):
    """Why a row can not be taken."""


class TabledRates:
    """A `RateSource` over rows: ``TabledRates(CsvRows("rates.csv"), Quoted("Rate", pair="Pair"))``.

    ``day`` names the column of days, ``order`` says how they are written. ``nothing`` holds the
    texts that stand where nothing was published. The same price twice is one; another price for
    the same pair, side and day, or a pair quoted in a second direction or unit, is a problem.
    """

    def __init__(
        self,
        rows: RowSource,
        *quoted: Quoted,
        day: str = "Date",
        order: DayOrder = DayOrder.YEAR_FIRST,
        mark: DecimalMark = DecimalMark.POINT,
        nothing: Collection[str] = ("",),
        registry: CurrencyRegistry = ISO,
        name: str | None = None,
    ) -> None:
        self._rows = rows
        self._quoted = quoted
        self._name = rows.name if name is None else name
        self._day = day
        self._nothing = frozenset(nothing)
        self._cells = _Cells(order, mark, registry)

    @property
    def name(self) -> str:
        """The name of the rows, unless another one was given; how each rate names its source."""
        return self._name

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """The rates of the span, once the whole table was read. Raises `RateSourceBroken`."""
        needed = (self._day, *(column for one in self._quoted for column in one.columns))
        reading = _Reading(self._name)
        try:
            for row in self._rows.rows(needed):
                self._read(row, reading)
            reading.refuse_problems()
        except RowsRefused as refused:
            more = len(refused.problems) - 1
            also = f", and {more} more" if more else ""
            reason = f"row {refused.row}: {refused.reason}{also}"
            raise RateSourceBroken(source=self._name, reason=reason) from refused
        except RowSourceBroken as broken:
            raise RateSourceBroken(source=self._name, reason=broken.reason) from broken
        return Bulletin(reading.table().within(since, until), self._name)

    def _read(self, row: Row, reading: _Reading) -> None:
        for quoted in self._quoted:
            if row[quoted.price] in self._nothing:
                continue  # nothing was published
            try:
                reading.take(row.number, self._fixing(row, quoted))
            except _Unfit as unfit:
                reading.note(row.number, str(unfit))

    def _fixing(self, row: Row, quoted: Quoted) -> Fixing:
        cells = self._cells
        value = cells.number(row, quoted.price)
        day = cells.day(row, self._day)
        unit, side = cells.unit(row, quoted.unit), cells.side(row, quoted.side)
        try:
            return Fixing(cells.pair(row, quoted), value, day, self._name, unit, side)
        except RateRefused as refused:
            raise _Unfit(f"column {quoted.price}: {refused.reason}") from None


@attrs.frozen
class _Cells:
    """Reads cells as what their column holds; each reason names the column, never the cell."""

    order: DayOrder
    mark: DecimalMark
    registry: CurrencyRegistry

    def day(self, row: Row, column: str) -> date:
        shape, (year, month, day) = _SHAPES[self.order]
        found = shape.fullmatch(row[column])
        try:
            if found is not None:
                return date(int(found[year]), int(found[month]), int(found[day]))
        except ValueError:
            pass
        raise _Unfit(f"column {column} holds no day such as {self.order.value}")

    def number(self, row: Row, column: str) -> Decimal:
        text = row[column]
        if self.mark is DecimalMark.COMMA:
            text = "" if "." in text else text.replace(",", ".")
        try:
            return parse_decimal(text)
        except NumberRefused:
            reason = f"column {column} holds no number in plain digits with a decimal "
            raise _Unfit(reason + self.mark.name.lower()) from None

    def pair(self, row: Row, quoted: Quoted) -> CurrencyPair:
        if isinstance(quoted.pair, CurrencyPair):
            return quoted.pair
        if quoted.pair is not None:
            base, slash, counter = row[quoted.pair].partition("/")
            if not slash:
                raise _Unfit(f"column {quoted.pair} holds no pair such as EUR/USD")
            codes = ((quoted.pair, base), (quoted.pair, counter))
            return CurrencyPair(*(self._known(*one) for one in codes))
        return CurrencyPair(self._currency(row, quoted.base), self._currency(row, quoted.counter))

    def _currency(self, row: Row, one: str | Currency | None) -> Currency:
        return one if isinstance(one, Currency) else self._known(str(one), row[str(one)])

    def _known(self, column: str, code: str) -> Currency:
        try:
            return self.registry.currency(code)
        except UnknownCurrency:
            raise _Unfit(f"column {column} holds no currency of {self.registry.name}") from None

    def unit(self, row: Row, unit: str | int) -> int:
        if isinstance(unit, int):
            return unit
        text = row[unit]
        if text.isascii() and text.isdecimal() and len(text) <= 7:
            return int(text)
        raise _Unfit(f"column {unit} holds no whole number")

    def side(self, row: Row, side: str | Side) -> Side:
        if isinstance(side, Side):
            return side
        try:
            return Side(row[side].lower())
        except ValueError:
            raise _Unfit(f"column {side} holds none of bid, mid, ask") from None


class _Reading:
    """What the rows came to so far, and what is wrong in them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._quotations: dict[frozenset[Currency], tuple[CurrencyPair, int, int]] = {}
        self._prices: dict[tuple[CurrencyPair, Side], dict[date, tuple[Decimal, int]]] = {}
        self._problems: list[RowProblem] = []

    def take(self, number: int, fixing: Fixing) -> None:
        """One price. Raises `_Unfit` where it does not go with those of earlier rows."""
        quoted = frozenset((fixing.pair.base, fixing.pair.counter))
        mine = (fixing.pair, fixing.unit, number)
        pair, unit, row = self._quotations.setdefault(quoted, mine)
        if (pair, unit) != (fixing.pair, fixing.unit):
            raise _Unfit(
                f"it quotes {fixing.pair} per {fixing.unit}, and row {row} {pair} per {unit}"
            )
        days = self._prices.setdefault((pair, fixing.side), {})
        value, row = days.setdefault(fixing.on, (fixing.value, number))
        if value != fixing.value:
            side = fixing.side.value
            raise _Unfit(f"{pair} {side} of {fixing.on} has another value in row {row}")

    def note(self, number: int, reason: str) -> None:
        """One problem; where there are too many, no more rows are looked at."""
        self._problems.append(RowProblem(number, reason))
        if len(self._problems) >= MOST_PROBLEMS:
            self.refuse_problems()

    def refuse_problems(self) -> None:
        """Raises `RowsRefused` if any row had one."""
        if self._problems:
            first = self._problems[0]
            raise RowsRefused(
                source=self._name,
                row=first.row,
                reason=first.reason,
                problems=tuple(self._problems),
            )

    def table(self) -> RateTable:
        """All prices."""
        return RateTable(self._series())

    def _series(self) -> Iterator[RateSeries]:
        for (pair, side), days in self._prices.items():
            ordered = sorted(days)
            values = tuple(canonical(days[day][0]) for day in ordered)
            _, unit, _ = self._quotations[frozenset((pair.base, pair.counter))]
            yield RateSeries(pair, self._name, tuple(ordered), values, unit, side)
