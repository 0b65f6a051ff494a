"""Money: an exact amount in one currency, and its exact rational companion.

``Money`` holds a decimal of at most 60 digits. Nothing in it rounds unless the call names a
``rounding`` (M10), nothing depends on the caller's decimal context (M1), and no float gets
in (M3). ``RationalMoney`` carries a long calculation as a fraction and is rounded once, at
its end. The two lead to each other (``exact``, ``rounded``), so they stand in one module.

=====================  ====================================================================
exact, may not round   ``+  -  *``, comparison, ``total``, ``minor``, ``ratio``, ``divmod``
names its rounding     ``times``, ``divide``, ``percent``, ``mean``, ``rounded``,
                       ``cash_rounded``
shares whole units     ``split``, ``allocate``
text and records       ``str``, ``parse``, ``format``, ``to_json``, ``to_units_nanos``
=====================  ====================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from numbers import Number
from operator import attrgetter
from typing import Any, ClassVar, Final, Literal, NoReturn, final

from fxcrm._decimals import (
    EXACT,
    LONGEST_NUMBER,
    MOST_DECIMALS,
    QUANTA,
    WIDE,
    ZERO,
    AmountOutOfRange,
    DividedByZero,
    NumberRefused,
    NumberTypeRefused,
    Rounding,
    RoundingExpected,
    canonical,
    decimal_of,
    exact_decimal,
    exact_ratio,
    padded,
    parse_decimal,
    round_ratio,
)
from fxcrm.allocation import Spare, Weight, WeightsRefused, equal_shares, shares, whole_weights
from fxcrm.currencies import ISO, Currency, CurrencyRegistry, NoMinorUnit
from fxcrm.errors import CallError, InputRefused, NotThere

__all__ = [
    "CASH_STEPS",
    "AmountOutOfRange",
    "BareNumberRefused",
    "CashStepUnknown",
    "CurrencyMismatch",
    "DividedByZero",
    "InexactResult",
    "Money",
    "MoneyRefused",
    "NumberRefused",
    "NumberTypeRefused",
    "RationalMoney",
    "Rounding",
    "RoundingExpected",
    "Spare",
    "SubMinorAmount",
    "WeightsRefused",
    "canonical",
    "parse_decimal",
    "round_ratio",
]

Factor = str | int | Decimal | Fraction

_add = EXACT.add
_subtract = EXACT.subtract
_minus = EXACT.minus
_fma = EXACT.fma
_wide_multiply = WIDE.multiply
_wide_scaleb = WIDE.scaleb
_amount_of = attrgetter("amount")
_currency_of = attrgetter("currency")


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

    number: str
    operation: str
    currency: str
    template: ClassVar[str] = (
        "{operation:plain} of {currency:plain} and the bare number {number:plain}; say which "
        'currency it is, Money("5.00", "{currency:plain}"); to ask for a sign use is_positive'
    )


class SubMinorAmount(InputRefused):
    """The amount is no whole number of minor units."""

    amount: object
    template: ClassVar[str] = (
        "{amount} is no whole number of minor units; round it first: "
        ".rounded(Rounding.HALF_EVEN), or take .minor_and_rest()"
    )


class InexactResult(CallError):
    """The result does not fit the digits asked for, and no rounding was named (M10)."""

    operation: str
    operand: object
    digits: object
    template: ClassVar[str] = (
        "{operation:plain} of {operand} is not exact at {digits} decimals; name the rounding, "
        "rounding=Rounding.HALF_EVEN, or go on exactly with .exact() and round once"
    )


class CashStepUnknown(NotThere):
    """No smallest coin is on the table for this currency; it is not guessed."""

    currency: str
    template: ClassVar[str] = (
        'no cash step is known for {currency:plain}; name the smallest coin, step="0.05"'
    )


class MoneyRefused(InputRefused):
    """A text or record from outside is not in the one form that is accepted."""

    given: str
    reason: str
    template: ClassVar[str] = "{given} is refused: {reason:plain}"


# Smallest coin in use where it is larger than the minor unit of ISO 4217. Where countries of
# one currency differ (EUR: 0.05 in some) the caller passes step=.
CASH_STEPS: Final[Mapping[str, Decimal]] = {}


class _Slots:
    """The storage of ``Money`` while it is being filled; see ``_made``."""

    __slots__ = ("amount", "currency")

    amount: Decimal
    currency: Currency


@final
class Money(_Slots):
    """An exact amount of one currency, positive or negative. Immutable and hashable.

    ``amount``    text ("19.99"), int or Decimal in whole units of the currency (not cents);
                  it may have more decimals than the currency (M10)
    ``currency``  an ISO code or a ``Currency``; own ones come from their registry (M11)

    Raises ``NumberRefused``, ``NumberTypeRefused``, ``AmountOutOfRange``, ``UnknownCurrency``.

    >>> Money("19.99", "USD") * 3
    Money('59.97', 'USD')
    """

    __slots__ = ()
    __match_args__ = ("amount", "currency")

    def __new__(cls, amount: str | int | Decimal, currency: str | Currency) -> Money:
        """See the class."""
        if currency.__class__ is not Currency:
            currency = Currency(currency)  # type: ignore[arg-type]
        if amount.__class__ is str:
            return _made(parse_decimal(amount), currency)  # type: ignore[arg-type]
        return _made(exact_decimal(amount), currency)  # type: ignore[arg-type]

    @classmethod
    def from_minor(cls, units: int, currency: str | Currency) -> Money:
        """``units`` counted in minor units: ``from_minor(1999, "EUR")`` is EUR 19.99."""
        known = currency if isinstance(currency, Currency) else Currency(currency)
        if type(units) is not int:
            raise NumberTypeRefused(kind=type(units).__name__, hint="minor units are an int")
        return _made(decimal_of(units, _digits(known)), known)

    @classmethod
    def zero(cls, currency: str | Currency) -> Money:
        """Nothing, in this currency."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, registry: CurrencyRegistry = ISO) -> Money:
        """What ``str`` wrote: "EUR 19.99", "JPY -500". Raises ``MoneyRefused`` and others."""
        code, space, number = text[: 2 * LONGEST_NUMBER].partition(" ")
        if not space or len(text) > 2 * LONGEST_NUMBER:
            raise MoneyRefused(given=text[:LONGEST_NUMBER], reason='write it like "EUR 19.99"')
        return _made(parse_decimal(number), registry.currency(code))

    @classmethod
    def total(cls, items: Iterable[Money], currency: str | Currency | None = None) -> Money:
        """The sum; ``currency`` covers the empty case and must match otherwise."""
        moneys = tuple(items)
        found = _one_currency(moneys, currency, "total")
        try:
            with localcontext(EXACT):
                return _made(sum(map(_amount_of, moneys), ZERO), found)
        except ArithmeticError:
            raise AmountOutOfRange(operation="total") from None

    @property
    def minor(self) -> int:
        """The amount counted in minor units. Raises ``SubMinorAmount``, ``NoMinorUnit``."""
        units, rest = self.minor_and_rest()
        if rest:
            raise SubMinorAmount(amount=self)
        return units

    def minor_and_rest(self) -> tuple[int, Money]:
        """Whole minor units, cut towards zero, and what was cut off, of the same sign."""
        digits = _digits(self.currency)
        units = int(_wide_scaleb(self.amount, digits))
        return units, _made(_subtract(self.amount, decimal_of(units, digits)), self.currency)

    def __add__(self, other: Money | Literal[0]) -> Money:
        if other.__class__ is not Money:
            return self if _is_zero_int(other) else _foreign(self, other, "the sum")
        if other.currency is not self.currency:
            raise CurrencyMismatch(left=self, right=other, operation="the sum")
        try:
            return _made(_add(self.amount, other.amount), self.currency)
        except ArithmeticError:
            raise AmountOutOfRange(operation="the sum") from None

    def __radd__(self, other: Literal[0]) -> Money:
        return self if _is_zero_int(other) else _foreign(self, other, "the sum")

    def __sub__(self, other: Money) -> Money:
        if other.__class__ is not Money:
            return _foreign(self, other, "the difference")
        if other.currency is not self.currency:
            raise CurrencyMismatch(left=self, right=other, operation="the difference")
        try:
            return _made(_subtract(self.amount, other.amount), self.currency)
        except ArithmeticError:
            raise AmountOutOfRange(operation="the difference") from None

    def __rsub__(self, other: object) -> Money:
        return _foreign(self, other, "the difference")

    def __neg__(self) -> Money:
        return _made(_minus(self.amount), self.currency)

    def __pos__(self) -> Money:
        return self

    def __abs__(self) -> Money:
        return self if self.amount >= 0 else -self

    def __mul__(self, factor: int | Decimal) -> Money:
        """Exact; a product of more than 60 digits raises ``AmountOutOfRange``."""
        if factor.__class__ is not int and factor.__class__ is not Decimal:
            factor = _factor(factor)
        try:
            return _made(_fma(self.amount, exact_decimal(factor), ZERO), self.currency)
        except ArithmeticError:
            raise AmountOutOfRange(operation="the product") from None

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> NoReturn:
        raise BareNumberRefused(number=str(other), operation="/", currency=self.currency.code)

    def __divmod__(self, divisor: int | Money) -> tuple[Any, Money]:
        """Quotient cut towards zero, and the rest, which has the sign of this amount."""
        raise NotImplementedError

    def times(self, factor: Factor, rounding: Rounding | None = None) -> Money:
        """The product in minor units, rounded once. Raises ``InexactResult`` without rounding."""
        numerator, denominator = exact_ratio(factor)
        return RationalMoney(Fraction(self.amount) * Fraction(numerator, denominator), self.currency).rounded(rounding)

    def divide(self, divisor: Factor, rounding: Rounding | None = None) -> Money:
        """The quotient in minor units, rounded once. Raises ``InexactResult``, ``DividedByZero``."""
        numerator, denominator = exact_ratio(divisor)
        if not numerator:
            raise DividedByZero(operation="divide")
        return RationalMoney(Fraction(self.amount) / Fraction(numerator, denominator), self.currency).rounded(rounding)

    def percent(self, percent: Factor, rounding: Rounding | None = None) -> Money:
        """That many hundredths, in minor units, rounded once."""
        numerator, denominator = exact_ratio(percent)
        return self.times(Fraction(numerator, denominator * 100), rounding)

    def ratio(self, other: Money) -> Fraction:
        """How many times ``other`` this is, exactly. Raises ``DividedByZero``."""
        if other.currency is not self.currency:
            raise CurrencyMismatch(left=self, right=other, operation="the ratio")
        if not other.amount:
            raise DividedByZero(operation="ratio")
        return Fraction(self.amount) / Fraction(other.amount)

    def rounded(self, rounding: Rounding | None = None, digits: int | None = None) -> Money:
        """To minor units, or to ``digits`` decimals. Without rounding it must be exact already."""
        return self.exact().rounded(rounding, digits)

    def split(self, parts: int, spare: Spare = Spare.FIRST) -> tuple[Money, ...]:
        """Equal shares that add up; see ``fxcrm.allocation``."""
        return self.allocate((1,) * parts, spare)

    def allocate(self, weights: Iterable[Weight], spare: Spare = Spare.FIRST) -> tuple[Money, ...]:
        """Shares by weight that add up; see ``fxcrm.allocation``."""
        units = shares(self.minor, whole_weights(weights), spare)
        return tuple(Money.from_minor(unit, self.currency) for unit in units)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is Money:
            return self.currency is other.currency and self.amount == other.amount  # type: ignore[attr-defined]
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.amount)

    def __lt__(self, other: Money) -> bool:
        if other.__class__ is Money and other.currency is self.currency:
            return self.amount < other.amount
        return _no_order(self, other)

    def __le__(self, other: Money) -> bool:
        if other.__class__ is Money and other.currency is self.currency:
            return self.amount <= other.amount
        return _no_order(self, other)

    def __gt__(self, other: Money) -> bool:
        if other.__class__ is Money and other.currency is self.currency:
            return self.amount > other.amount
        return _no_order(self, other)

    def __ge__(self, other: Money) -> bool:
        if other.__class__ is Money and other.currency is self.currency:
            return self.amount >= other.amount
        return _no_order(self, other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    @property
    def is_zero(self) -> bool:
        """True for an amount of exactly zero."""
        return not self.amount

    @property
    def is_positive(self) -> bool:
        """True above zero."""
        return self.amount > 0

    @property
    def is_negative(self) -> bool:
        """True below zero."""
        return self.amount < 0

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return (self.amount > 0) - (self.amount < 0)

    def exact(self) -> RationalMoney:
        """The same amount as an exact rational, for a calculation that is rounded at its end."""
        return RationalMoney(Fraction(self.amount), self.currency)

    def to_json(self) -> dict[str, str]:
        """``{"amount": "19.99", "currency": "EUR"}``; the amount is text, never a number."""
        return {"amount": _number(self), "currency": self.currency.code}

    @classmethod
    def from_json(cls, record: Mapping[str, str], registry: CurrencyRegistry = ISO) -> Money:
        """What ``to_json`` made. Raises ``MoneyRefused``, ``NumberRefused``, ``UnknownCurrency``."""
        if not isinstance(record, Mapping) or set(record) != {"amount", "currency"}:
            raise MoneyRefused(given=str(type(record)), reason='pass {"amount": "19.99", "currency": "EUR"}')
        return _made(parse_decimal(record["amount"]), registry.currency(record["currency"]))

    def __str__(self) -> str:
        return f"{self.currency.code} {_number(self)}"

    def __repr__(self) -> str:
        iso = self.currency.registry == ISO.name
        return f"Money({_number(self)!r}, {self.currency.code if iso else self.currency!r})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Money is immutable; {name} can not be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Money is immutable; {name} can not be deleted")

    def __copy__(self) -> Money:
        return self

    def __deepcopy__(self, memo: object) -> Money:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Money, (self.amount, self.currency)


def _made(amount: Decimal, currency: Currency) -> Money:
    new = _Slots()
    new.amount = amount
    new.currency = currency
    new.__class__ = Money  # type: ignore[assignment]
    return new  # type: ignore[return-value]


@final
class RationalMoney:
    """An exact fraction of a currency; equal to nothing but its own kind. Immutable.

    ``value``     Fraction, int, Decimal or text, in whole units of the currency
    ``currency``  an ISO code or a ``Currency``
    """

    __slots__ = ("currency", "value")

    value: Fraction
    currency: Currency

    def __init__(self, value: Factor, currency: str | Currency) -> None:
        known = currency if isinstance(currency, Currency) else Currency(currency)
        object.__setattr__(self, "value", value if isinstance(value, Fraction) else Fraction(*exact_ratio(value)))
        object.__setattr__(self, "currency", known)

    def rounded(self, rounding: Rounding | None = None, digits: int | None = None) -> Money:
        """To minor units, or to ``digits`` decimals, once. Without rounding it must be exact."""
        places = _digits(self.currency) if digits is None else digits
        scaled = self.value * 10**places
        if rounding is None and scaled.denominator != 1:
            raise InexactResult(operation="rounded", operand=self, digits=places)
        units = round_ratio(scaled.numerator, scaled.denominator, rounding or Rounding.HALF_EVEN)
        return _made(decimal_of(units, places), self.currency)

    def _other(self, other: object, operation: str) -> Fraction:
        if isinstance(other, (Money, RationalMoney)):
            if other.currency is not self.currency:
                raise CurrencyMismatch(left=self, right=other, operation=operation)
            return other.value if isinstance(other, RationalMoney) else Fraction(other.amount)
        raise BareNumberRefused(number=str(other), operation=operation, currency=self.currency.code)

    def __add__(self, other: Money | RationalMoney | Literal[0]) -> RationalMoney:
        if _is_zero_int(other):
            return self
        return RationalMoney(self.value + self._other(other, "the sum"), self.currency)

    __radd__ = __add__

    def __sub__(self, other: Money | RationalMoney) -> RationalMoney:
        return RationalMoney(self.value - self._other(other, "the difference"), self.currency)

    def __rsub__(self, other: Money) -> RationalMoney:
        return RationalMoney(self._other(other, "the difference") - self.value, self.currency)

    def __neg__(self) -> RationalMoney:
        return RationalMoney(-self.value, self.currency)

    def __mul__(self, factor: Factor) -> RationalMoney:
        return RationalMoney(self.value * Fraction(*exact_ratio(factor)), self.currency)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Factor) -> RationalMoney:
        numerator, denominator = exact_ratio(divisor)
        if not numerator:
            raise DividedByZero(operation="division")
        return RationalMoney(self.value * Fraction(denominator, numerator), self.currency)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is RationalMoney:
            return self.currency is other.currency and self.value == other.value  # type: ignore[attr-defined]
        return NotImplemented

    def __hash__(self) -> int:
        return hash((RationalMoney, self.value, self.currency))

    def __str__(self) -> str:
        return f"{self.currency.code} {self.value}"

    def __repr__(self) -> str:
        return f"RationalMoney({self.value!r}, {self.currency.code!r})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"RationalMoney is immutable; {name} can not be set")

    def __reduce__(self) -> tuple[Any, ...]:
        return RationalMoney, (self.value, self.currency)


def _number(money: Money) -> str:
    return padded(money.amount, money.currency.digits or 0)


def _digits(currency: Currency) -> int:
    if currency.digits is None:
        raise NoMinorUnit(code=currency.code)
    return currency.digits


def _is_zero_int(value: object) -> bool:
    return type(value) is int and value == 0


def _factor(value: object) -> Any:
    return exact_decimal(value)  # type: ignore[arg-type]


def _foreign(money: Money, other: object, operation: str) -> Any:
    """Bare numbers are refused with a hint; anything else gets its own say."""
    if isinstance(other, Number):
        raise BareNumberRefused(number=str(other), operation=operation, currency=money.currency.code)
    return NotImplemented


def _no_order(money: Money, other: object) -> Any:
    if isinstance(other, Money):
        raise CurrencyMismatch(left=money, right=other, operation="the order")
    return _foreign(money, other, "the order")


def _one_currency(
    moneys: tuple[Money, ...], currency: str | Currency | None, operation: str
) -> Currency:
    found = set(map(_currency_of, moneys))
    if currency is not None:
        found.add(currency if isinstance(currency, Currency) else Currency(currency))
    if len(found) != 1:
        left, right = [*sorted(map(str, found))[:2], "none", "none"][:2]
        raise CurrencyMismatch(left=left, right=right, operation=operation)
    return found.pop()
