"""Columns of amounts converted at once, in NumPy's integers of 64 bits (extra ``columns``).

The same figures as one amount after the other: a rate for each currency and day, one reduced ratio
of minor units, every amount rounded once (M10). What could leave 64 bits is calculated in Python's
integers, which have no end, so that nothing wraps around.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fxcrm.conversions import Grouped, Groups, Kernels, uncounted
from fxcrm.currencies import Currency, DateExpected
from fxcrm.errors import CallError
from fxcrm.frozen import frozen
from fxcrm.money import Money, Rounding, round_ratio
from fxcrm.ratepolicies import RatePolicy
from fxcrm.rates import RateTable
from fxcrm.rational import expected_rounding

__all__ = ["ColumnsDiffer", "ConvertedColumn", "convert_columns"]

Integers = npt.NDArray[np.int64]
Currencies = Sequence[str | Currency] | npt.NDArray[Any]
Days = Sequence[date] | npt.NDArray[np.datetime64]
# Adds one to each floor whose rest of the divisor is rounded up.
_RoundUp = Callable[[Integers, Integers, Integers], None]

_LARGEST: Final = 2**63 - 1
_USUAL: Final = RatePolicy()
# So many rows at a time: what is calculated of them stays in a processor's own memory.
_ROWS: Final = 2**16
# More than the ordinal of any day, so that currency and day make one number.
_MOST_DAYS: Final = 2**22
_DAY_ZERO: Final = date(1970, 1, 1).toordinal()


class ColumnsDiffer(CallError):
    """Columns of one table have as many rows as each other."""

    units: int
    currencies: int
    days: int
    template = (
        "columns of {units} units, {currencies} currencies and {days} days: each row needs "
        "one of each"
    )


@frozen(eq=False)
class ConvertedColumn:
    """As `fxcrm.rates.Converted`, with a NumPy array of minor units.

    It is of 64 bits; of Python's integers where one result needs more.
    """

    minor: npt.NDArray[Any]
    currency: Currency
    grouped: Grouped
    rounding: Rounding

    @property
    def rates(self) -> Groups:
        """The one rate of each currency and day; none of ``currency`` itself."""
        return self.grouped.rates

    @property
    def total(self) -> Money:
        """The sum of the rounded amounts."""
        return Money.from_minor(sum(self.minor.tolist()), self.currency)


def convert_columns(
    table: RateTable,
    units: Sequence[int] | Integers,
    currencies: Currencies,
    days: Days,
    to: str | Currency,
    policy: RatePolicy = _USUAL,
    rounding: Rounding = Rounding.HALF_EVEN,
) -> ConvertedColumn:
    """As `RateTable.convert_minor`, with a column each for minor units, currencies and days.

    In any order. Units are ints or an array of integers, days are dates or an array of
    ``datetime64[D]``. Raises what `RateTable.rate` raises, naming the pair and day, `NoMinorUnit`,
    `RoundingExpected`; `NumberTypeRefused` for units that are no integers, `DateExpected` for
    days that are none, `ColumnsDiffer`. Then nothing was converted.
    """
    expected_rounding(rounding)
    if not len(units) == len(currencies) == len(days):
        raise ColumnsDiffer(units=len(units), currencies=len(currencies), days=len(days))
    target = to if isinstance(to, Currency) else Currency(to)
    kernels = Kernels(target, lambda base, on: table.ratio(base, target, on, policy))
    groups, round_up = _Groups(kernels), _upwards(rounding)
    minor = np.empty(len(units), dtype=np.int64)
    longer: dict[int, int] = {}
    for start in range(0, len(units), _ROWS):
        rows = slice(start, start + _ROWS)
        some = _integers(units[rows])
        found, places = np.unique(groups.keys(currencies[rows], days[rows]), return_inverse=True)
        ratios = list(map(groups.ratio, found.tolist()))
        undone: Sequence[int] = range(len(some))
        if not isinstance(some, list):
            minor[rows], undone = _converted(some, places, ratios, round_up)
        for row in undone:
            numerator, denominator, _ = ratios[places[row]]
            longer[start + row] = round_ratio(int(some[row]) * numerator, denominator, rounding)
    grouped = Grouped(kernels.days, lambda base, on: table.rate(base, target, on, policy))
    return ConvertedColumn(_with(minor, longer), target, grouped, rounding)


class _Numbers(dict[Any, int]):
    """A number for each value, in the order in which they come."""

    def __missing__(self, value: object) -> int:
        return self.setdefault(value, len(self))


class _Groups:
    """The currency and day of each row as one number, and the ratio that goes with it."""

    def __init__(self, kernels: Kernels) -> None:
        self._kernels = kernels
        self._currencies = _Numbers()
        self._ratios: dict[int, tuple[int, int, int]] = {}

    def keys(self, currencies: Currencies, days: Days) -> Integers:
        """The number of each row."""
        listed = currencies.tolist() if isinstance(currencies, np.ndarray) else currencies
        numbers = map(self._currencies.__getitem__, listed)
        return np.fromiter(numbers, np.int64, len(currencies)) * _MOST_DAYS + _ordinals(days)

    def ratio(self, key: int) -> tuple[int, int, int]:
        """Numerator, denominator, and the most units whose product with it has 64 bits."""
        known = self._ratios.get(key)
        if known is None:
            number, day = divmod(key, _MOST_DAYS)
            currency = list(self._currencies)[number]
            numerator, denominator, _, _ = self._kernels.missing(currency, date.fromordinal(day))
            known = numerator, denominator, _most(numerator, denominator)
            self._ratios[key] = known
        return known


def _most(numerator: int, denominator: int) -> int:
    is_short = numerator <= _LARGEST and 2 * denominator <= _LARGEST
    return _LARGEST // numerator if is_short else -1


def _integers(units: Sequence[int] | Integers) -> Integers | list[int]:
    """The units in 64 bits each; as they are where one needs more."""
    if isinstance(units, np.ndarray):
        if units.dtype.kind == "i":
            return units.astype(np.int64, copy=False)
        if units.dtype.kind not in "uO":
            raise uncounted(units.dtype.type())
        units = units.tolist()
    if not set(map(type, units)) <= {int}:
        raise uncounted(next(each for each in units if type(each) is not int))
    try:
        return np.array(units, dtype=np.int64)
    except OverflowError:
        return list(units)


def _ordinals(days: Days) -> Integers:
    """The number of each day, as `date.toordinal` counts."""
    if not isinstance(days, np.ndarray):
        listed = days
    elif days.dtype.kind != "M":
        listed = days.tolist()
    else:
        if np.datetime_data(days.dtype) != ("D", 1):
            raise DateExpected(given=str(days.dtype))
        ordinals: Integers = days.astype(np.int64) + _DAY_ZERO
        if ((ordinals < 1) | (ordinals > date.max.toordinal())).any():  # so is no day, NaT
            raise DateExpected(given="datetime64 of no day between the years 1 and 9999")
        return ordinals
    for kind in set(map(type, listed)) - {date}:
        if not issubclass(kind, date) or issubclass(kind, datetime):
            raise DateExpected(given=kind.__name__)
    return np.fromiter(map(date.toordinal, listed), np.int64, len(listed))


def _converted(
    units: Integers,
    places: npt.NDArray[np.intp],
    ratios: list[tuple[int, int, int]],
    round_up: _RoundUp,
) -> tuple[Integers, Sequence[int]]:
    """Each amount times its ratio, rounded; and the rows that 64 bits may not do for."""
    bounded = np.array([ratio if ratio[2] >= 0 else (0, 1, -1) for ratio in ratios], dtype=np.int64)
    numerator, divisor, limit = (column[places] for column in bounded.T)
    product = units * numerator
    floor = product // divisor
    round_up(floor, product - floor * divisor, divisor)
    return floor, np.flatnonzero((units > limit) | (units < -limit)).tolist()


def _with(minor: Integers, longer: dict[int, int]) -> npt.NDArray[Any]:
    """The column with these rows put in; of Python's integers where one has more than 64 bits."""
    is_wide = any(not -_LARGEST <= each <= _LARGEST for each in longer.values())
    column: npt.NDArray[Any] = minor.astype(object) if is_wide else minor
    for row, each in longer.items():
        column[row] = each
    return column


def _upwards(rounding: Rounding) -> _RoundUp:
    """How a mode rounds up.

    It asks for no more of a floor than its sign and its last digit, so twenty answers do.
    """
    answers = [rounding.goes_up(floor, 0) for floor in (*range(10), *range(-10, 0))]
    up = np.array(answers, dtype=np.int64)
    is_nearest = rounding.goes_up(0, 1) is not rounding.goes_up(0, -1)

    def add(floor: Integers, rest: Integers, divisor: Integers) -> None:
        if is_nearest:
            twice = rest + rest
            floor += twice > divisor
            undecided = np.flatnonzero(twice == divisor)
        else:
            undecided = np.flatnonzero(rest)
        below = floor[undecided]
        last = below % 10
        floor[undecided] = below + up[np.where(below < 0, last - 10, last)]

    return add
