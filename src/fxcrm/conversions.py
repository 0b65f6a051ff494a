"""Converting much: the quick way for one amount, the integer kernel for columns of them.

Both give what `ExchangeRate.convert` gives, to the last minor unit. The quick way keeps what one
unit is worth on a day to so many digits that the one rounding of a product with it sees on which
side of a tie the exact value lies (`DayPrices`). The kernel works on integers of minor units,
with one reduced ratio for each currency and day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from fractions import Fraction
from typing import Any, Final, NamedTuple

from fxcrm._decimals import MOST_DIGITS
from fxcrm.currencies import Currency
from fxcrm.fixings import ExchangeRate
from fxcrm.frozen import frozen
from fxcrm.money import Money, NumberTypeRefused, Rounding, round_ratio
from fxcrm.rational import expected_rounding

# What one unit is worth is kept to one digit more than a product with it, so an exact result of
# fewer digits comes out exactly: steps and ties among them. Any other result is told from those.
# Counted in the digit that is rounded to, the exact one is x / d in lowest terms, so the nearest
# step or tie lies 1 / (2 * d) away or more; the product is off by less than 0.6 * 10**-121 times
# x / d. Amount, factor, divisor and what comes out have 60 digits each at the most, so x has 120:
# those of the amount and the factor, or, where their decimals are too few, of result and divisor.
_PRODUCT_DIGITS: Final = 2 * MOST_DIGITS + 2
_TRAPS: Final[list[Any]] = [InvalidOperation, Overflow, DivisionByZero]
multiply = Context(_PRODUCT_DIGITS, ROUND_HALF_EVEN, traps=_TRAPS).multiply
_divide = Context(_PRODUCT_DIGITS + 1, ROUND_HALF_EVEN, traps=_TRAPS).divide
# So many prices a table keeps at the most, some 15 MB; then it forgets them and begins anew.
MOST_KEPT: Final = 2**16
_ONE: Final = Decimal(1)

# The price of one unit on each day, the first of them being that of a given ordinal.
Answers = Sequence[Decimal | None]
Groups = Mapping[Currency, Mapping[date, ExchangeRate]]
# What a route raises where the long way has to answer, or to say why there is no answer.
NO_ANSWER: Final = (LookupError, ArithmeticError, TypeError, AttributeError)


class Route(NamedTuple):
    """What an amount is multiplied by and then divided by, day for day; None for neither.

    ``first`` is the ordinal with which both rows begin.
    """

    factor: Answers | None
    divisor: Answers | None
    first: int


# A route that has no answer for any day.
NO_ROUTE: Final = Route((), None, 1)


def ratio_on(route: Route, on: date) -> Fraction | None:
    """The exact ratio of a route on a day; None where it has no answer."""
    place = on.toordinal() - route.first
    if place < 0 or (route.factor is None and route.divisor is None):
        return None
    numerator = denominator = 1
    try:
        if route.factor is not None:
            numerator, denominator = route.factor[place].as_integer_ratio()  # type: ignore[union-attr]
        if route.divisor is not None:
            over, under = route.divisor[place].as_integer_ratio()  # type: ignore[union-attr]
            numerator, denominator = numerator * under, denominator * over
    except NO_ANSWER:
        return None
    return Fraction(numerator, denominator)


class DayPrices(dict[date, Decimal]):
    """What one unit is worth on each day that was asked for, by one route.

    A day is found when it is first asked for; `NO_ANSWER` where the route has none. ``kept`` has an
    entry for each price of all routes of a table.
    """

    __slots__ = ("_kept", "_route")

    def __init__(self, route: Route, kept: list[DayPrices]) -> None:
        super().__init__()
        self._route = route
        self._kept = kept

    def __missing__(self, on: date) -> Decimal:
        """The price of a day that is not kept."""
        factors, divisors, first = self._route
        place = on.toordinal() - first
        if place < 0 or type(on) is not date:
            raise KeyError(on)
        factor = _ONE if factors is None else factors[place]
        divisor = _ONE if divisors is None else divisors[place]
        if factor is None or divisor is None:
            raise KeyError(on)
        price = _divide(factor, divisor)
        # Kept before it is counted, so that no thread leaves one that nobody counts.
        self[on] = price
        self._kept.append(self)
        if len(self._kept) > MOST_KEPT:
            self._forget()
        return price

    def _forget(self) -> None:
        """What all routes keep, one price after the other, whoever else does so or adds some."""
        while self._kept:
            try:
                self._kept.pop().clear()
            except IndexError:  # another thread took the last
                return

    def ratio(self, on: date) -> Fraction | None:
        """The exact ratio; None where the route has no answer."""
        return ratio_on(self._route, on)


class RatesOf(Mapping[Currency, Mapping[date, ExchangeRate]]):
    """The one rate of each currency and day, made when one of them is first asked for.

    For to make them takes as long as to convert some hundred amounts for each.
    """

    __slots__ = ("_days", "_found", "_made")

    def __init__(
        self,
        days: Mapping[Currency, Sequence[date]],
        found: Callable[[Currency, date], ExchangeRate],
    ) -> None:
        self._days = days
        self._found = found
        self._made: dict[Currency, dict[date, ExchangeRate]] = {}

    def __getitem__(self, currency: Currency) -> Mapping[date, ExchangeRate]:
        made = self._made.get(currency)
        if made is None:
            made = {on: self._found(currency, on) for on in self._days[currency]}
            self._made[currency] = made
        return made

    def __iter__(self) -> Iterator[Currency]:
        return iter(self._days)

    def __len__(self) -> int:
        return len(self._days)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[object, ...]:
        return dict, (dict(self),)


@frozen(eq=False)
class Converted:
    """Many amounts in one currency: minor units in the order given, and the rates they rest on.

    ``rates`` has the one rate of each currency and day, none of ``currency`` itself; each result
    is rounded once by ``rounding``.
    """

    minor: list[int]
    currency: Currency
    rates: Groups
    rounding: Rounding

    @property
    def total(self) -> Money:
        """The sum of the rounded amounts."""
        return Money.from_minor(sum(self.minor), self.currency)


class Kernels:
    """The reduced ratio of minor units for each currency and day, found when first asked for.

    With it goes half the divisor, and the remainder that an amount of a tie has: none for an
    odd divisor, and for an even one half of it, because an odd numerator does not change it.
    """

    def __init__(self, to: Currency, ratio: Callable[[Currency, date], Fraction]) -> None:
        self._to = to
        self._minor_units = to.minor_units
        self._ratio = ratio
        self.days: dict[Currency, list[date]] = {}
        self.held: dict[str | Currency, dict[date, tuple[int, int, int, int]]] = {}

    def missing(self, currency: str | Currency, on: date) -> tuple[int, int, int, int]:
        """The kernel of a currency, or its code, and day that was not asked for before."""
        known = currency if isinstance(currency, Currency) else Currency(currency)
        ratio = Fraction(self._minor_units, known.minor_units)
        if known is not self._to:
            ratio *= self._ratio(known, on)
            self.days.setdefault(known, []).append(on)
        half, odd = divmod(ratio.denominator, 2)
        kernel = ratio.numerator, ratio.denominator, half, -1 if odd else half
        self.held.setdefault(currency, {})[on] = kernel
        return kernel


def convert_minor(
    amounts: Iterable[tuple[int, str | Currency, date]],
    to: Currency,
    ratio: Callable[[Currency, date], Fraction],
    found: Callable[[Currency, date], ExchangeRate],
    rounding: Rounding = Rounding.HALF_EVEN,
) -> Converted:
    """Amounts of minor units with currency and day, each at the ``ratio`` of its group.

    It is asked once for each currency and day, and is that of the rate ``found``. Raises what it
    raises, `NoMinorUnit`, `RoundingExpected`; `NumberTypeRefused` for units that are no int.
    """
    expected_rounding(rounding)
    kernels = Kernels(to, ratio)
    nearest = _half_even if rounding is Rounding.HALF_EVEN else _rounded
    minor = nearest(amounts, kernels, rounding)
    return Converted(minor, to, RatesOf(kernels.days, found), rounding)


def _half_even(
    amounts: Iterable[tuple[int, str | Currency, date]], kernels: Kernels, _: Rounding
) -> list[int]:
    """Adding half the divisor and cutting rounds half up; a tie that came out odd goes back."""
    minor: list[int] = []
    append, held = minor.append, kernels.held
    for units, currency, on in amounts:
        if type(units) is not int:
            raise uncounted(units)
        try:
            numerator, denominator, half, tie = held[currency][on]
        except KeyError:
            numerator, denominator, half, tie = kernels.missing(currency, on)
        nearest = (units * numerator + half) // denominator
        if nearest & 1 and units % denominator == tie:
            nearest -= 1
        append(nearest)
    return minor


def _rounded(
    amounts: Iterable[tuple[int, str | Currency, date]], kernels: Kernels, rounding: Rounding
) -> list[int]:
    minor: list[int] = []
    for units, currency, on in amounts:
        if type(units) is not int:
            raise uncounted(units)
        try:
            numerator, denominator, _, _ = kernels.held[currency][on]
        except KeyError:
            numerator, denominator, _, _ = kernels.missing(currency, on)
        minor.append(round_ratio(units * numerator, denominator, rounding))
    return minor


def uncounted(units: object) -> NumberTypeRefused:
    """The error about units that are no int."""
    return NumberTypeRefused(kind=type(units).__name__, hint="minor units are counted in an int")
