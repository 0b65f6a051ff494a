"""Columns of amounts converted at once, in NumPy's integers of 64 bits (extra ``columns``).

The same figures as one amount after the other: a rate for each currency and day, one reduced ratio
of minor units, every amount rounded once (M10). What could leave 64 bits is calculated in Python's
integers, which have no end, so that nothing wraps around.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fxcrm.conversions import Groups, Kernels, RatesOf, uncounted
from fxcrm.currencies import Currency, DateExpected
from fxcrm.errors import CallError
from fxcrm.frozen import frozen
from fxcrm.money import Money, NumberTypeRefused, Rounding, round_ratio
from fxcrm.ratepolicies import RatePolicy
from fxcrm.rates import USUAL, RateTable
from fxcrm.rational import expected_rounding

__all__ = ["ColumnRefused", "ColumnsDiffer", "ConvertedColumn", "convert_columns"]

Integers = npt.NDArray[np.int64]
Currencies = Sequence[str | Currency] | npt.NDArray[Any]
Days = Sequence[date] | npt.NDArray[np.datetime64]
# Adds one to each floor whose rest of the divisor is rounded up.
_RoundUp = Callable[[Integers, Integers, Integers], None]

_WHOLE: Final = "minor units are counted in whole numbers"
_LARGEST: Final = 2**63 - 1
# So many rows at a time: what is calculated of them stays in a processor's own memory.
_ROWS: Final = 2**16
# More than the ordinal of any day, so that currency and day make one number.
_MOST_DAYS: Final = 2**22
_DAY_ZERO: Final = date(1970, 1, 1).toordinal()


class ColumnRefused(CallError):
    """What is no column of one value in each row."""

    column: str
    reason: str
    template = "the column of {column:plain}: {reason:plain}"


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
    rates: Groups
    rounding: Rounding

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
    policy: RatePolicy = USUAL,
    rounding: Rounding = Rounding.HALF_EVEN,
) -> ConvertedColumn:
    """As `RateTable.convert_minor`, with a column each for minor units, currencies and days.

    In any order. A column is a list, an array of one dimension, or what becomes one by
    ``to_numpy()``, as of dataframes: units are integers, days are dates, or ``datetime64`` without
    a time. Raises what `RateTable.rate` raises, naming the pair and day, `NoMinorUnit`,
    `RoundingExpected`; `NumberTypeRefused` for units that are no integers, `DateExpected`,
    `ColumnRefused`, `ColumnsDiffer`. Then nothing was converted.
    """
    expected_rounding(rounding)
    units, currencies = _column("units", units), _column("currencies", currencies)
    days = _dated(_column("days", days))
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
    rates = RatesOf(kernels.days, lambda base, on: table.rate(base, target, on, policy))
    return ConvertedColumn(_with(minor, longer), target, rates, rounding)


def _column(name: str, given: Any) -> Any:
    """The column as a list, a tuple or an array."""
    if hasattr(given, "to_numpy"):
        given = given.to_numpy()
    if isinstance(given, np.ma.MaskedArray):
        raise ColumnRefused(column=name, reason="masked rows have no value; leave them out")
    if isinstance(given, np.ndarray):
        if given.ndim != 1:
            raise ColumnRefused(column=name, reason=f"{given.ndim} dimensions, one is needed")
        return given
    if isinstance(given, (list, tuple)):
        return given
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes, Set, Mapping)):
        return list(given)
    raise ColumnRefused(column=name, reason=f"a {type(given).__name__} is no list of rows")


def _dated(days: Any) -> Any:
    """The days themselves, and those of an array in whole days."""
    if not isinstance(days, np.ndarray) or days.dtype.kind != "M":
        return days
    if np.datetime_data(days.dtype)[0] in ("Y", "M", "W", "generic"):
        raise ColumnRefused(column="days", reason=f"{days.dtype} names no days")
    whole = days.astype("datetime64[D]")
    if (whole.astype(days.dtype) != days).any():  # NaT is not even what it is
        raise ColumnRefused(
            column="days", reason='a time, or no day, in some; .astype("datetime64[D]") cuts times'
        )
    return whole


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
        try:
            numbers = np.fromiter(map(self._currencies.__getitem__, listed), np.int64, len(listed))
        except TypeError:
            reason = "what is no code or currency can not be looked up"
            raise ColumnRefused(column="currencies", reason=reason) from None
        return numbers * _MOST_DAYS + _ordinals(days)

    def ratio(self, key: int) -> tuple[int, int, int]:
        """Numerator, denominator, and the most units whose product with it has 64 bits."""
        known = self._ratios.get(key)
        if known is None:
            number, day = divmod(key, _MOST_DAYS)
            currency = next(islice(self._currencies, number, None))
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
            raise NumberTypeRefused(kind=str(units.dtype), hint=_WHOLE)
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
        ordinals: Integers = days.astype(np.int64) + _DAY_ZERO
        if ((ordinals < 1) | (ordinals > date.max.toordinal())).any():
            raise ColumnRefused(column="days", reason="days are those of the years 1 to 9999")
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
