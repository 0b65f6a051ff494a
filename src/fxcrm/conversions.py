"""Converting much: the quick way for one amount, the integer kernel for columns of them.

Both give what `ExchangeRate.convert` gives, to the last minor unit. A route knows for one pair
and policy which published value answers on each day; a quotient is computed to four digits
more than an amount may have and its last digit kept away from 0 and 5 where it is not exact, so
that the one rounding that follows sees on which side of a tie the exact value lies. The kernel
works on integers of minor units, with one reduced ratio for each currency and day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction
from typing import Final, NamedTuple

from fxcrm._decimals import MOST_DIGITS, WIDE, ZERO
from fxcrm.currencies import Currency
from fxcrm.fixings import ExchangeRate
from fxcrm.frozen import frozen
from fxcrm.money import Money, NumberTypeRefused, Rounding, round_ratio
from fxcrm.rational import expected_rounding

multiply = WIDE.multiply


def _quotients(digits: int) -> Callable[[Decimal, Decimal], Decimal]:
    return Context(digits, "ROUND_05UP", traps=[InvalidOperation, Overflow, DivisionByZero]).divide


divide = _quotients(MOST_DIGITS + 4)
# The same for what people pay: up to 32 digits, which take two machine words instead of four.
_USUAL_DIGITS: Final = 32
divide_usual = _quotients(_USUAL_DIGITS + 4)
half_even_usual = Context(
    _USUAL_DIGITS, "ROUND_HALF_EVEN", traps=[InvalidOperation, Overflow, DivisionByZero]
).quantize

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
    quantum: Decimal
    currency: Currency


def no_route(to: Currency) -> Route:
    """A route that has no answer for any day."""
    return Route((), None, 1, ZERO, to)


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


@frozen(eq=False)
class Converted:
    """Many amounts in one currency: minor units in the order given, and the rates they rest on.

    ``rates`` has the one rate of each currency and day; each result is rounded once by
    ``rounding``. ``rates`` has no entry for amounts that were in ``currency`` already.
    """

    minor: list[int]
    currency: Currency
    rates: Groups
    rounding: Rounding

    @property
    def total(self) -> Money:
        """The sum of the rounded amounts."""
        return Money.from_minor(sum(self.minor), self.currency)


class _Kernels:
    """The reduced ratio of minor units for each currency and day, found when first asked for.

    With it goes half the divisor, and the remainder that an amount of a tie has: none for an
    odd divisor, and for an even one half of it, because an odd numerator does not change it.
    """

    def __init__(self, to: Currency, found: Callable[[Currency, date], ExchangeRate]) -> None:
        self._to = to
        self._found = found
        self.rates: dict[Currency, dict[date, ExchangeRate]] = {}
        self.held: dict[str | Currency, dict[date, tuple[int, int, int, int]]] = {}

    def missing(self, currency: str | Currency, on: date) -> tuple[int, int, int, int]:
        """The kernel of a currency, or its code, and day that was not asked for before."""
        known = currency if isinstance(currency, Currency) else Currency(currency)
        ratio = Fraction(self._to.minor_units, known.minor_units)
        if known is not self._to:
            rate = self._found(known, on)
            self.rates.setdefault(known, {})[on] = rate
            ratio *= rate.ratio
        half, odd = divmod(ratio.denominator, 2)
        kernel = ratio.numerator, ratio.denominator, half, -1 if odd else half
        self.held.setdefault(currency, {})[on] = kernel
        return kernel


def convert_minor(
    amounts: Iterable[tuple[int, str | Currency, date]],
    to: Currency,
    found: Callable[[Currency, date], ExchangeRate],
    rounding: Rounding = Rounding.HALF_EVEN,
) -> Converted:
    """Amounts of minor units with currency and day, each at the rate ``found`` for its group.

    ``found`` is asked once for each currency and day. Raises what it raises, `NoMinorUnit`,
    `RoundingExpected`; `NumberTypeRefused` for units that are no int.
    """
    expected_rounding(rounding)
    kernels = _Kernels(to, found)
    nearest = _half_even if rounding is Rounding.HALF_EVEN else _rounded
    return Converted(nearest(amounts, kernels, rounding), to, kernels.rates, rounding)


def _half_even(
    amounts: Iterable[tuple[int, str | Currency, date]], kernels: _Kernels, _: Rounding
) -> list[int]:
    """Adding half the divisor and cutting rounds half up; a tie that came out odd goes back."""
    minor: list[int] = []
    append, held = minor.append, kernels.held
    for units, currency, on in amounts:
        if type(units) is not int:
            raise _uncounted(units)
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
    amounts: Iterable[tuple[int, str | Currency, date]], kernels: _Kernels, rounding: Rounding
) -> list[int]:
    minor: list[int] = []
    for units, currency, on in amounts:
        if type(units) is not int:
            raise _uncounted(units)
        try:
            numerator, denominator, _, _ = kernels.held[currency][on]
        except KeyError:
            numerator, denominator, _, _ = kernels.missing(currency, on)
        minor.append(round_ratio(units * numerator, denominator, rounding))
    return minor


def _uncounted(units: object) -> NumberTypeRefused:
    return NumberTypeRefused(kind=type(units).__name__, hint="minor units are counted in an int")
