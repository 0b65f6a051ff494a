"""Converting much: the quick way for one amount, the integer kernel for columns of them.

Both give what `ExchangeRate.convert` gives, to the last minor unit. A `Route` knows for one
pair and policy which published value answers on each day; a quotient is computed to four digits
more than an amount may have and its last digit kept away from 0 and 5 where it is not exact, so
that the one rounding that follows sees on which side of a tie the exact value lies. The kernel
works on integers of minor units, with one reduced ratio for each currency and day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction

import attrs

from fxcrm._decimals import EXACT, MOST_DIGITS, QUANTA, WIDE, ZERO
from fxcrm.currencies import Currency
from fxcrm.fixings import ExchangeRate
from fxcrm.money import Money, NumberTypeRefused, Rounding, _made, round_ratio
from fxcrm.rational import expected_rounding

_multiply = WIDE.multiply
_divide = Context(
    MOST_DIGITS + 4, "ROUND_05UP", traps=[InvalidOperation, Overflow, DivisionByZero]
).divide
_share = EXACT.divide

Answers = Mapping[date, Decimal]
Groups = Mapping[Currency, Mapping[date, ExchangeRate]]


@attrs.frozen(eq=False)
class Route:
    """How amounts of one currency become another's: the values to multiply and to divide by.

    Raises ``KeyError`` for a day on which it has no answer, and ``ArithmeticError`` for an
    amount it can not take: then `RateTable.rate` answers, or says why not.
    """

    factors: tuple[Answers, ...]
    divisors: tuple[Answers, ...]
    quantum: Decimal
    currency: Currency

    def convert(self, amount: Decimal, on: date, rounding: Rounding) -> Money:
        """The amount on a day, rounded once to minor units."""
        for answers in self.factors:
            amount = _multiply(amount, answers[on])
        if self.divisors:
            first, *others = self.divisors
            divisor = first[on]
            for answers in others:
                divisor = _multiply(divisor, answers[on])
            amount = _divide(amount, divisor)
        return _made(rounding.to_quantum(amount, self.quantum) or ZERO, self.currency)


def route(legs: Iterable[tuple[Answers, int, bool]], to: Currency) -> Route:
    """The route over legs of answers, unit and whether it is walked the other way round.

    It has no answers where a price per unit has no end as a decimal (per 7), or ``to`` no
    minor unit.
    """
    if to.digits is None:
        return no_route(to)
    factors: list[Answers] = []
    divisors: list[Answers] = []
    for answers, unit, inverted in legs:
        try:
            (divisors if inverted else factors).append(_per_one(answers, unit))
        except ArithmeticError:
            return no_route(to)
    return Route(tuple(factors), tuple(divisors), QUANTA[to.digits], to)


def no_route(to: Currency) -> Route:
    """A route that has no answer for any day."""
    return Route(({},), (), QUANTA[0], to)


def _per_one(answers: Answers, unit: int) -> Answers:
    """The same prices for one unit."""
    return answers if unit == 1 else {day: _share(value, unit) for day, value in answers.items()}


@attrs.frozen(eq=False)
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


class _Kernels(dict[date, tuple[int, int, int]]):
    """For one currency: the reduced ratio of minor units for each day, found when first asked."""

    def __init__(self, found: Callable[[date], Fraction]) -> None:
        super().__init__()
        self._found = found

    def __missing__(self, on: date) -> tuple[int, int, int]:
        ratio = self._found(on)
        kernel = self[on] = ratio.numerator, ratio.denominator, ratio.denominator // 2
        return kernel


def convert_minor(
    amounts: Iterable[tuple[int, Currency, date]],
    to: Currency,
    found: Callable[[Currency, date], ExchangeRate],
    rounding: Rounding = Rounding.HALF_EVEN,
) -> Converted:
    """Amounts of minor units with currency and day, each at the rate ``found`` for its group.

    ``found`` is asked once for each currency and day. Raises what it raises, `NoMinorUnit`,
    `RoundingExpected`; `NumberTypeRefused` for units that are no int.
    """
    expected_rounding(rounding)
    rates: dict[Currency, dict[date, ExchangeRate]] = {}

    def ratio_of(currency: Currency) -> Callable[[date], Fraction]:
        scale = Fraction(to.minor_units, currency.minor_units)
        if currency is to:
            return lambda _: scale
        held = rates.setdefault(currency, {})

        def ratio(on: date) -> Fraction:
            held[on] = found(currency, on)
            return held[on].ratio * scale

        return ratio

    kernels = _ByCurrency(lambda currency: _Kernels(ratio_of(currency)))
    nearest = _half_even if rounding is Rounding.HALF_EVEN else _rounded
    return Converted(nearest(amounts, kernels, rounding), to, rates, rounding)


class _ByCurrency(dict[Currency, _Kernels]):
    def __init__(self, made: Callable[[Currency], _Kernels]) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, currency: Currency) -> _Kernels:
        made = self[currency] = self._made(currency)
        return made


def _half_even(
    amounts: Iterable[tuple[int, Currency, date]], kernels: _ByCurrency, _: Rounding
) -> list[int]:
    """Adding half the divisor and cutting rounds half up; a tie that came out odd goes back."""
    minor: list[int] = []
    append = minor.append
    for units, currency, on in amounts:
        if units.__class__ is not int:
            raise _uncounted(units)
        numerator, denominator, half = kernels[currency][on]
        scaled = units * numerator + half
        nearest = scaled // denominator
        if nearest & 1 and not denominator & 1 and nearest * denominator == scaled:
            nearest -= 1
        append(nearest)
    return minor


def _rounded(
    amounts: Iterable[tuple[int, Currency, date]], kernels: _ByCurrency, rounding: Rounding
) -> list[int]:
    minor = []
    for units, currency, on in amounts:
        if units.__class__ is not int:
            raise _uncounted(units)
        numerator, denominator, _ = kernels[currency][on]
        minor.append(round_ratio(units * numerator, denominator, rounding))
    return minor


def _uncounted(units: object) -> NumberTypeRefused:
    return NumberTypeRefused(kind=type(units).__name__, hint="minor units are counted in an int")
