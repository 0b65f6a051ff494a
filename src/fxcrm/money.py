"""Money: an exact amount in one currency.

A ``Money`` holds a decimal of at most 60 digits. Nothing in it rounds unless the call names
a ``rounding`` (M10), nothing depends on the caller's decimal context (M1), and no float gets
in (M3). ``RationalMoney`` (``exact()``) carries a long calculation as a fraction.

==========================  ================================================================
exact, never rounds         ``+ - *``, comparison, ``total``, ``ratio``, ``divmod``
rounds as the call says     ``times divide percent mean rounded``
what can be paid of it      ``minor cash_rounded split allocate``, from ``fxcrm.payable``
text and records            ``str parse format to_json ...``, from ``fxcrm.interchange``
==========================  ================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, Inexact, localcontext
from fractions import Fraction
from typing import Any, ClassVar, Final, Literal, NoReturn, final, overload

from fxcrm._decimals import (
    EXACT,
    LONGEST_NUMBER,
    QUANTA,
    WIDE,
    ZERO,
    decimal_of,
    exact_decimal,
    text_refused,
)
from fxcrm._decimals import AmountOutOfRange as AmountOutOfRange
from fxcrm._decimals import DividedByZero as DividedByZero
from fxcrm._decimals import FractionOutOfRange as FractionOutOfRange
from fxcrm._decimals import NumberRefused as NumberRefused
from fxcrm._decimals import NumberTypeRefused as NumberTypeRefused
from fxcrm._decimals import Rounding as Rounding
from fxcrm._decimals import RoundingExpected as RoundingExpected
from fxcrm._decimals import canonical as canonical
from fxcrm._decimals import parse_decimal as parse_decimal
from fxcrm._decimals import round_ratio as round_ratio
from fxcrm.allocation import Spare as Spare
from fxcrm.allocation import WeightsRefused as WeightsRefused
from fxcrm.currencies import KNOWN, Currency, known
from fxcrm.errors import CallError
from fxcrm.interchange import Written
from fxcrm.payable import CASH_STEPS as CASH_STEPS
from fxcrm.payable import CashStepUnknown as CashStepUnknown
from fxcrm.payable import Payable
from fxcrm.payable import SubMinorAmount as SubMinorAmount
from fxcrm.rational import BareNumberRefused as BareNumberRefused
from fxcrm.rational import CurrencyMismatch as CurrencyMismatch
from fxcrm.rational import Factor, counted, expected_rounding, foreign, is_zero_int, places_of
from fxcrm.rational import InexactResult as InexactResult
from fxcrm.rational import RationalMoney as RationalMoney

# Bound once: looking a method up on its context costs more than the operation itself.
_read = EXACT.create_decimal
_add = EXACT.add
_subtract = EXACT.subtract
_multiply = EXACT.multiply
_plus = EXACT.plus
_minus = EXACT.minus
_abs = EXACT.abs
_wide_scaleb = WIDE.scaleb
_wide_multiply = WIDE.multiply

# Most factors are few: a product with a Decimal takes two thirds of that with an int.
_FEW: Final = 1_001
_SMALL: Final = tuple(map(Decimal, range(_FEW)))


class CurrencyNeeded(CallError):
    """There is no amount, so nobody knows in which currency the answer is."""

    operation: str
    template: ClassVar[str] = "{operation:plain} of no amounts: say of which currency, currency="


class UnroundedDivision(CallError):
    """``/`` can not name a rounding, and a quotient of money hardly ever comes out."""

    currency: str
    template: ClassVar[str] = (
        "an amount of {currency:plain} is not divided by /; use divide(n, rounding=...), "
        "split(n) to share out, ratio(other), or exact() / n"
    )


class _Slots:
    """The storage of ``Money``, and what one is while it is being filled; see ``_made``."""

    __slots__ = ("amount", "currency")

    amount: Decimal
    currency: Currency


@final
class Money(_Slots, Written, Payable):
    """An exact amount of one currency, positive or negative. Immutable and hashable.

    ``amount``    text ("19.99"), int or Decimal, in whole units of the currency (not cents);
                  it may have more decimals than the currency has (M10)
    ``currency``  an ISO code or a ``Currency``; own ones come from their registry (M11)

    Raises ``NumberRefused``, ``NumberTypeRefused``, ``AmountOutOfRange``, ``UnknownCurrency``.

    >>> Money("19.99", "USD") * 3
    Money('59.97', 'USD')
    """

    __slots__ = ()
    __match_args__ = ("amount", "currency")

    def __new__(cls, amount: str | int | Decimal, currency: str | Currency) -> Money:
        """See the class."""
        new = _Slots()
        try:
            new.currency = KNOWN[currency]
        except (KeyError, TypeError):
            new.currency = known(currency)
        try:
            # `exact_decimal` in line, because its calls alone take a tenth of the time.
            if type(amount) is str and len(amount) <= LONGEST_NUMBER and amount.isascii():
                value = _read(amount)
                if "E" in amount or "e" in amount or not value.is_finite():
                    raise text_refused(amount)
                new.amount = value or _plus(value)
            elif type(amount) is Decimal and amount.is_finite():
                new.amount = _plus(amount)
            elif type(amount) is int and -1_000_000_000 < amount < 1_000_000_000:
                new.amount = _read(amount)
            else:
                new.amount = exact_decimal(amount)
        except ArithmeticError:
            if type(amount) is str:
                raise text_refused(amount) from None
            raise AmountOutOfRange(operation="a new amount") from None
        new.__class__ = Money
        return new  # type: ignore[return-value]

    @classmethod
    def zero(cls, currency: str | Currency) -> Money:
        """Nothing, in this currency."""
        return cls(0, currency)

    @classmethod
    def from_minor(cls, units: int, currency: str | Currency) -> Money:
        """``units`` counted in minor units: ``from_minor(1999, "EUR")`` is EUR 19.99."""
        known = _known(currency)
        return cls.from_scaled(units, places_of(known, None), known)

    @classmethod
    def from_scaled(cls, units: int, digits: int, currency: str | Currency) -> Money:
        """``units`` counted in ``10**-digits``: ``from_scaled(10005, 4, "EUR")`` is EUR 1.0005.

        Raises ``DigitsRefused``, also without digits: they are never taken from the currency.
        """
        known = _known(currency)
        if type(units) is not int:
            raise NumberTypeRefused(kind=type(units).__name__, hint="units are counted in an int")
        return _made(decimal_of(units, counted(digits)), known)

    @overload
    def __add__(self, other: Money | Literal[0]) -> Money: ...
    @overload
    def __add__(self, other: RationalMoney) -> RationalMoney: ...
    def __add__(self, other: Any) -> Any:
        if other.__class__ is not Money:
            return self._sum_with(other)
        if other.currency is not self.currency:
            raise CurrencyMismatch(left=self, right=other, operation="the sum")
        try:
            # What money is used for most, here and in four more places, has the stores of
            # `_made` in line, because its call alone takes a tenth of the time.
            new = _Slots()
            new.amount = _add(self.amount, other.amount)
            new.currency = self.currency
            new.__class__ = Money
        except ArithmeticError:
            raise AmountOutOfRange(operation="the sum") from None
        return new

    @overload
    def __radd__(self, other: int) -> Money: ...
    @overload
    def __radd__(self, other: RationalMoney) -> RationalMoney: ...
    def __radd__(self, other: Any) -> Any:
        return self._sum_with(other)

    def _sum_with(self, other: Any) -> Any:
        if is_zero_int(other):
            return self
        if other.__class__ is RationalMoney:
            return self.exact() + other
        return foreign(other, "the sum", self.currency)

    @overload
    def __sub__(self, other: Money) -> Money: ...
    @overload
    def __sub__(self, other: RationalMoney) -> RationalMoney: ...
    def __sub__(self, other: Any) -> Any:
        if other.__class__ is not Money:
            if other.__class__ is RationalMoney:
                return self.exact() - other
            return foreign(other, "the difference", self.currency)
        if other.currency is not self.currency:
            raise CurrencyMismatch(left=self, right=other, operation="the difference")
        try:
            new = _Slots()
            new.amount = _subtract(self.amount, other.amount)
            new.currency = self.currency
            new.__class__ = Money
        except ArithmeticError:
            raise AmountOutOfRange(operation="the difference") from None
        return new

    def __rsub__(self, other: RationalMoney) -> RationalMoney:
        if other.__class__ is RationalMoney:
            return other - self.exact()
        return foreign(other, "the difference", self.currency)

    def __neg__(self) -> Money:
        return _made(_minus(self.amount), self.currency)

    def __pos__(self) -> Money:
        return self

    def __abs__(self) -> Money:
        return _made(_abs(self.amount), self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        """Exact; a product of more than 60 digits raises ``AmountOutOfRange``."""
        if factor.__class__ is Decimal:
            if not factor.is_finite():
                exact_decimal(factor)  # which refuses it
        elif factor.__class__ is int and -1 < factor < _FEW:
            factor = _SMALL[factor]
        else:
            factor = exact_decimal(factor)  # which bounds an int before it is converted
        try:
            new = _Slots()
            new.amount = _multiply(self.amount, factor) or ZERO
            new.currency = self.currency
            new.__class__ = Money
        except ArithmeticError:
            raise AmountOutOfRange(operation="the product") from None
        return new  # type: ignore[return-value]

    __rmul__ = __mul__

    def __truediv__(self, divisor: object) -> NoReturn:
        raise UnroundedDivision(currency=self.currency.code)

    @overload
    def __divmod__(self, divisor: int) -> tuple[Money, Money]: ...
    @overload
    def __divmod__(self, divisor: Money) -> tuple[int, Money]: ...
    def __divmod__(self, divisor: Any) -> Any:
        """The quotient cut towards zero, and the exact rest, of the sign of this amount.

        By an int, whole minor units: ``divmod(EUR 10.00, 3)`` is EUR 3.33 and EUR 0.01.
        By another amount, how many times it fits: an int.
        """
        if isinstance(divisor, Money):
            times = _cut(self.ratio(divisor))
            return times, self - divisor * times
        if type(divisor) is not int:
            return foreign(divisor, "divmod", self.currency)
        unit = Money.from_minor(1, self.currency)
        if not divisor:
            raise DividedByZero(operation="divmod")
        share = unit * _cut(self.ratio(unit) / divisor)
        return share, self - share * divisor

    def times(self, factor: Factor, rounding: Rounding | None = None) -> Money:
        """The product in minor units, rounded once. ``factor``: text, int, Decimal or Fraction.

        Raises ``InexactResult`` where a rounding is needed and none is named (M10).
        """
        if isinstance(factor, Fraction):
            return (self.exact() * factor).rounded(rounding)
        product = _wide_multiply(self.amount, exact_decimal(factor))
        return self._to_digits(product, places_of(self.currency, None), rounding, "times")

    def divide(self, divisor: Factor, rounding: Rounding | None = None) -> Money:
        """The quotient in minor units, rounded once. To share out use ``split``.

        Raises ``InexactResult`` as ``times`` does, and ``DividedByZero``.
        """
        return (self.exact() / divisor).rounded(rounding)

    def percent(self, percent: Factor, rounding: Rounding | None = None) -> Money:
        """So many hundredths of this, in minor units, rounded once: ``percent("19")``."""
        if isinstance(percent, Fraction):
            return self.times(percent / 100, rounding)
        return self.times(_wide_scaleb(exact_decimal(percent), -2), rounding)

    def ratio(self, other: Money) -> Fraction:
        """How many times ``other`` this is, exactly. Raises ``DividedByZero``."""
        if other.__class__ is not Money or other.currency is not self.currency:
            raise CurrencyMismatch(left=self, right=other, operation="the ratio")
        if not other.amount:
            raise DividedByZero(operation="the ratio")
        return Fraction(self.amount) / Fraction(other.amount)

    @classmethod
    def total(cls, items: Iterable[Money], currency: str | Currency | None = None) -> Money:
        """The sum. ``currency`` covers the empty case (M3) and must be that of every item.

        Raises ``CurrencyMismatch``, ``CurrencyNeeded``, ``BareNumberRefused``.
        """
        moneys = tuple(items)  # taken before, so that a generator never runs in our context
        found = _first(moneys, "the total") if currency is None else _known(currency)
        amount = ZERO
        try:
            with localcontext(EXACT):
                for one in moneys:
                    if one.__class__ is not Money or one.currency is not found:
                        raise _misfit(one, found, "the total")
                    amount += one.amount
        except ArithmeticError:
            raise AmountOutOfRange(operation="the total") from None
        return _made(amount, found)

    @classmethod
    def mean(cls, items: Iterable[Money], rounding: Rounding | None = None) -> Money:
        """The total divided by how many there are, in minor units, rounded once."""
        moneys = tuple(items)
        return cls.total(moneys).divide(len(moneys), rounding)

    def rounded(
        self,
        rounding: Rounding | None = None,
        digits: int | None = None,
        step: str | int | Decimal | None = None,
    ) -> Money:
        """To minor units, to ``digits`` decimals, or to a multiple of ``step`` ("0.05").

        Without ``rounding`` it must be one already, else ``InexactResult``.
        """
        if (
            step is None
            and rounding is not None
            and (digits is None or (digits.__class__ is int and digits >= 0))
        ):
            try:
                new = _Slots()
                new.currency = self.currency
                quantum = QUANTA[self.currency.digits if digits is None else digits]  # type: ignore[index]
                new.amount = rounding.to_quantum(self.amount, quantum) or ZERO
                new.__class__ = Money
                return new  # type: ignore[return-value]
            except (ArithmeticError, AttributeError, LookupError, TypeError):
                pass  # no mode, no minor unit, or too many digits: what follows says which
        if step is not None:
            return self._to_step(exact_decimal(step), rounding, digits)
        return self._to_digits(self.amount, places_of(self.currency, digits), rounding, "rounded")

    def _to_digits(
        self, value: Decimal, digits: int, rounding: Rounding | None, operation: str
    ) -> Money:
        quantize = EXACT.quantize if rounding is None else expected_rounding(rounding).to_quantum
        try:
            return _made(quantize(value, QUANTA[digits]) or ZERO, self.currency)
        except Inexact:
            unit = f"{digits} decimals"
            raise InexactResult(operation=operation, operand=self, unit=unit) from None
        except ArithmeticError:
            raise AmountOutOfRange(operation=operation) from None

    def __eq__(self, other: Any) -> bool:
        if other.__class__ is Money:
            return self.currency is other.currency and self.amount == other.amount
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.amount)

    def __lt__(self, other: Money) -> bool:
        if other.__class__ is Money and other.currency is self.currency:
            return self.amount < other.amount
        return self._unordered(other)

    def __le__(self, other: Money) -> bool:
        if other.__class__ is Money and other.currency is self.currency:
            return self.amount <= other.amount
        return self._unordered(other)

    def __gt__(self, other: Money) -> bool:
        if other.__class__ is Money and other.currency is self.currency:
            return self.amount > other.amount
        return self._unordered(other)

    def __ge__(self, other: Money) -> bool:
        if other.__class__ is Money and other.currency is self.currency:
            return self.amount >= other.amount
        return self._unordered(other)

    def _unordered(self, other: object) -> bool:
        if isinstance(other, Money):
            raise CurrencyMismatch(left=self, right=other, operation="the order")
        return foreign(other, "the order", self.currency)  # type: ignore[no-any-return]

    def __bool__(self) -> bool:
        return bool(self.amount)

    @property
    def is_zero(self) -> bool:
        """True for an amount of exactly zero."""
        return not self.amount

    @property
    def is_positive(self) -> bool:
        """True above zero."""
        return self.amount > ZERO

    @property
    def is_negative(self) -> bool:
        """True below zero."""
        return self.amount < ZERO

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return self.is_positive - self.is_negative

    def exact(self) -> RationalMoney:
        """The same amount as an exact rational, for a calculation that is rounded at its end."""
        return RationalMoney(Fraction(self.amount), self.currency)

    def _with(self, amount: Decimal) -> Money:
        return _made(amount, self.currency)

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
    """A Money of an amount that is known to be sound.

    Plain slot stores on the unfrozen storage, and then the class becomes the frozen one:
    CPython allows that because ``Money`` adds no slot of its own. It takes half the time of
    writing past ``__setattr__``. A test pins that what comes out is frozen.
    """
    new = _Slots()
    new.amount = amount
    new.currency = currency
    new.__class__ = Money
    return new  # type: ignore[return-value]


def _cut(value: Fraction) -> int:
    """Towards zero."""
    return round_ratio(value.numerator, value.denominator, Rounding.DOWN)


def _known(currency: str | Currency) -> Currency:
    return currency if isinstance(currency, Currency) else Currency(currency)


def _first(moneys: tuple[Money, ...], operation: str) -> Currency:
    """The currency that all of them must have."""
    if not moneys:
        raise CurrencyNeeded(operation=operation)
    if type(moneys[0]) is not Money:
        raise _misfit(moneys[0], None, operation)
    return moneys[0].currency


def _misfit(one: Any, found: Currency | None, operation: str) -> CallError:
    """The error about an item that is no Money or has another currency than the one found."""
    if type(one) is not Money:
        hint = f"{operation} is of Money alone"
        return NumberTypeRefused(kind=type(one).__name__, hint=hint)
    return CurrencyMismatch(left=str(found), right=one.currency.code, operation=operation)
