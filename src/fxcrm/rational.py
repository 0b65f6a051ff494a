"""The exact rational amount: a long calculation in one currency, rounded once at its end.

It is never stored and equal to nothing but its own kind. ``Money.exact()`` leads here and
``rounded`` leads back; sums and differences with ``Money`` are exact and stay here (M7).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from numbers import Number
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NoReturn, final

from fxcrm._decimals import (
    MOST_DECIMALS,
    DividedByZero,
    FractionOutOfRange,
    Rounding,
    RoundingExpected,
    exact_ratio,
    round_ratio,
)
from fxcrm.currencies import Currency, NoMinorUnit
from fxcrm.errors import CallError
from fxcrm.interchange import currency_text

if TYPE_CHECKING:
    from fxcrm.money import Money

Factor = str | int | Decimal | Fraction

_MOST_BITS: Final = 10_000


class CurrencyMismatch(CallError):
    """Amounts of two currencies met where one is needed (M8)."""

    left: object
    right: object
    operation: str
    template: ClassVar[str] = (
        "{operation:plain} needs one currency, got {left} and {right}; "
        "convert one of them at a rate, or keep both in a MoneyBag"
    )


class BareNumberRefused(CallError):
    """A number without currency met an amount (M2, M3). Only the integer 0 may be added."""

    kind: str
    operation: str
    currency: str
    template: ClassVar[str] = (
        "{operation:plain} of {currency:plain} with a bare {kind:plain}; say which currency it "
        'is, Money("5.00", "{currency:plain}"); a sign is asked with is_positive or is_negative'
    )


class InexactResult(CallError):
    """The result does not fit what was asked for, and no rounding was named (M10).

    The call is to blame, and not the amount: whether a program rounds must not depend on the
    amounts that happen to come along, so the call names the rounding or is exact for all.
    """

    operation: str
    operand: object
    unit: str
    template: ClassVar[str] = (
        "{operation:plain}: {operand} does not come out exactly in {unit:plain}; name the "
        "rounding, rounding=Rounding.HALF_EVEN, or go on with .exact() and round once"
    )


class DigitsRefused(CallError):
    """Digits are a count of decimals."""

    kind: str
    template: ClassVar[str] = "digits= takes an int from 0 to 59, not this {kind:plain}"


@final
class RationalMoney:
    """An exact fraction of one currency, positive or negative. Immutable and hashable.

    ``value``     Fraction, int, Decimal or text, in whole units of the currency (not cents)
    ``currency``  an ISO code or a ``Currency``

    ``+ -`` take its own kind and ``Money``; ``* /`` take int, Decimal, Fraction and text. A
    numerator or denominator beyond 10,000 bits raises ``FractionOutOfRange``.

    >>> RationalMoney("100", "EUR") / 3
    RationalMoney(Fraction(100, 3), 'EUR')
    >>> (RationalMoney("100", "EUR") / 3 * 3).rounded()
    Money('100.00', 'EUR')
    """

    __slots__ = ("currency", "value")
    __match_args__ = ("value", "currency")

    value: Fraction
    currency: Currency

    def __init__(self, value: Factor, currency: str | Currency) -> None:
        known = currency if isinstance(currency, Currency) else Currency(currency)
        exact = value if isinstance(value, Fraction) else Fraction(*exact_ratio(value))
        if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > _MOST_BITS:
            raise FractionOutOfRange(operation="a rational amount", bits=_MOST_BITS)
        object.__setattr__(self, "value", exact)
        object.__setattr__(self, "currency", known)

    def rounded(self, rounding: Rounding | None = None, digits: int | None = None) -> Money:
        """This amount in minor units, or to ``digits`` decimals, rounded once.

        Without ``rounding`` it must come out exactly, else ``InexactResult``. Raises
        ``NoMinorUnit`` for metals without ``digits``.
        """
        # Money stands above this module in the layers; only the way back needs it.
        from fxcrm.money import Money  # noqa: PLC0415

        places = places_of(self.currency, digits)
        numerator = self.value.numerator * 10**places
        if rounding is None and numerator % self.value.denominator:
            raise InexactResult(operation="rounded", operand=self, unit=f"{places} decimals")
        mode = Rounding.HALF_EVEN if rounding is None else expected_rounding(rounding)
        units = round_ratio(numerator, self.value.denominator, mode)
        return Money.from_scaled(units, places, self.currency)

    def __add__(self, other: RationalMoney | Literal[0]) -> RationalMoney:
        if other.__class__ is not RationalMoney:
            return self if is_zero_int(other) else self._foreign(other, "the sum")
        return RationalMoney(self.value + self._beside(other, "the sum"), self.currency)

    def __radd__(self, other: int) -> RationalMoney:
        return self if is_zero_int(other) else self._foreign(other, "the sum")

    def __sub__(self, other: RationalMoney) -> RationalMoney:
        if other.__class__ is not RationalMoney:
            return self._foreign(other, "the difference")
        return RationalMoney(self.value - self._beside(other, "the difference"), self.currency)

    def __rsub__(self, other: object) -> RationalMoney:
        return self._foreign(other, "the difference")  # type: ignore[no-any-return]

    def __neg__(self) -> RationalMoney:
        return RationalMoney(-self.value, self.currency)

    def __pos__(self) -> RationalMoney:
        return self

    def __abs__(self) -> RationalMoney:
        return RationalMoney(abs(self.value), self.currency)

    def __mul__(self, factor: Factor) -> RationalMoney:
        return RationalMoney(self.value * Fraction(*exact_ratio(factor)), self.currency)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Factor) -> RationalMoney:
        numerator, denominator = exact_ratio(divisor)
        if not numerator:
            raise DividedByZero(operation="the quotient")
        return RationalMoney(self.value * Fraction(denominator, numerator), self.currency)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RationalMoney):
            return NotImplemented
        return self.currency is other.currency and self.value == other.value

    def __hash__(self) -> int:
        return hash((RationalMoney, self.value))

    def __lt__(self, other: RationalMoney) -> bool:
        return self._ordered(other, Fraction.__lt__)

    def __le__(self, other: RationalMoney) -> bool:
        return self._ordered(other, Fraction.__le__)

    def __gt__(self, other: RationalMoney) -> bool:
        return self._ordered(other, Fraction.__gt__)

    def __ge__(self, other: RationalMoney) -> bool:
        return self._ordered(other, Fraction.__ge__)

    def _ordered(self, other: RationalMoney, order: Callable[[Fraction, Fraction], bool]) -> bool:
        if other.__class__ is not RationalMoney:
            return self._foreign(other, "the order")
        return order(self.value, self._beside(other, "the order"))

    def _beside(self, other: RationalMoney, operation: str) -> Fraction:
        if other.currency is not self.currency:
            raise CurrencyMismatch(left=self, right=other, operation=operation)
        return other.value

    def _foreign(self, other: object, operation: str) -> Any:
        return foreign(other, operation, self.currency)

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return (self.value > 0) - (self.value < 0)

    def __str__(self) -> str:
        return f"{self.currency.code} {self.value}"

    def __repr__(self) -> str:
        return f"RationalMoney({self.value!r}, {currency_text(self.currency)})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"RationalMoney is immutable; {name} can not be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"RationalMoney is immutable; {name} can not be deleted")

    def __copy__(self) -> RationalMoney:
        return self

    def __deepcopy__(self, memo: object) -> RationalMoney:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return RationalMoney, (self.value, self.currency)


def places_of(currency: Currency, digits: int | None) -> int:
    """The decimals asked for, else those of the minor unit. Raises ``NoMinorUnit``."""
    if digits is None:
        if currency.digits is None:
            raise NoMinorUnit(code=currency.code)
        return currency.digits
    return counted(digits)


def counted(digits: int) -> int:
    """The digits themselves, if they are a count of decimals. Raises ``DigitsRefused``."""
    if type(digits) is not int or not 0 <= digits <= MOST_DECIMALS:
        raise DigitsRefused(kind=type(digits).__name__)
    return digits


def expected_rounding(rounding: Rounding) -> Rounding:
    """The mode itself. Raises ``RoundingExpected`` for a text such as "ROUND_UP"."""
    if type(rounding) is not Rounding:
        raise RoundingExpected(given=type(rounding).__name__)
    return rounding


def is_zero_int(value: object) -> bool:
    """True for the one bare number that may be added: the integer 0, where ``sum`` starts (M3)."""
    return type(value) is int and value == 0


def foreign(other: object, operation: str, currency: object) -> Any:
    """Bare numbers are refused with a hint; every other type gets its own say."""
    if isinstance(other, Number):
        raise BareNumberRefused(
            kind=type(other).__name__, operation=operation, currency=str(currency)
        )
    return NotImplemented
