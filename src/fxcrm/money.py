"""Money: an exact amount in one currency.

A ``Money`` holds a decimal of at most 60 digits. Nothing in it rounds unless the call names
a ``rounding`` (M10), nothing depends on the caller's decimal context (M1), and no float gets
in (M3). ``RationalMoney`` (``exact()``) carries a long calculation as a fraction.

==========================  ================================================================
exact, never rounds         ``+ - *``, comparison, ``total``, ``minor``, ``ratio``, ``divmod``
rounds as the call says     ``times divide percent mean rounded cash_rounded``
shares whole minor units    ``split allocate``, by the modes of ``fxcrm.allocation``
text and records            ``str parse format to_json ...``, from ``fxcrm.interchange``
==========================  ================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, Inexact, localcontext
from fractions import Fraction
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal, NoReturn, final, overload

from fxcrm._decimals import (
    EXACT,
    LONGEST_NUMBER,
    QUANTA,
    SCALES,
    WIDE,
    ZERO,
    decimal_of,
    exact_decimal,
    text_refused,
)
from fxcrm._decimals import AmountOutOfRange as AmountOutOfRange
from fxcrm._decimals import DividedByZero as DividedByZero
from fxcrm._decimals import NumberRefused as NumberRefused
from fxcrm._decimals import NumberTypeRefused as NumberTypeRefused
from fxcrm._decimals import Rounding as Rounding
from fxcrm._decimals import RoundingExpected as RoundingExpected
from fxcrm._decimals import canonical as canonical
from fxcrm._decimals import parse_decimal as parse_decimal
from fxcrm._decimals import round_ratio as round_ratio
from fxcrm.allocation import Spare as Spare
from fxcrm.allocation import (
    Weight,
    checked_parts,
    equal_shares,
    shares,
    whole_weights,
)
from fxcrm.allocation import WeightsRefused as WeightsRefused
from fxcrm.currencies import KNOWN, Currency
from fxcrm.errors import CallError, InputRefused, NotThere
from fxcrm.interchange import Written
from fxcrm.rational import BareNumberRefused as BareNumberRefused
from fxcrm.rational import CurrencyMismatch as CurrencyMismatch
from fxcrm.rational import Factor, expected_rounding, foreign, is_zero_int, places_of
from fxcrm.rational import InexactResult as InexactResult
from fxcrm.rational import RationalMoney as RationalMoney

# The smallest coin of everyday use. Where countries of one currency differ (EUR 0.05 in
# some) or custom changes, the caller passes step=.
CASH_STEPS: Final[Mapping[str, Decimal]] = MappingProxyType(
    {
        code: Decimal(step)
        for step, codes in {
            "0.01": "EUR GBP PLN USD",
            "0.05": "AUD BND CAD CHF MYR SGD",
            "0.10": "HKD ILS NZD ZAR",
            "0.50": "DKK",
            "1": "CZK JPY NOK SEK TWD",
            "5": "HUF",
            "10": "CLP",
        }.items()
        for code in codes.split()
    }
)

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
_whole = WIDE.to_integral_exact

# Most factors are few: a product with a Decimal takes two thirds of that with an int.
_FEW: Final = 1_001
_SMALL: Final = tuple(map(Decimal, range(_FEW)))


class SubMinorAmount(InputRefused):
    """The amount is no whole number of minor units."""

    amount: object
    template: ClassVar[str] = (
        "{amount} is no whole number of minor units; round it first, "
        ".rounded(Rounding.HALF_EVEN), or take .minor_and_rest()"
    )


class CashStepUnknown(NotThere):
    """No smallest coin is on the table for this currency; it is not guessed."""

    currency: str
    template: ClassVar[str] = (
        'no cash step is known for {currency:plain}; name the smallest coin, step="0.05"'
    )


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
class Money(_Slots, Written):
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
        except TypeError:
            new.currency = Currency(currency)  # type: ignore[arg-type]  # which refuses a list
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
        """``units`` counted in ``10**-digits``: ``from_scaled(10005, 4, "EUR")`` is EUR 1.0005."""
        known = _known(currency)
        if type(units) is not int:
            raise NumberTypeRefused(kind=type(units).__name__, hint="units are counted in an int")
        return _made(decimal_of(units, places_of(known, digits)), known)

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

    def cash_rounded(
        self, rounding: Rounding | None = None, step: str | int | Decimal | None = None
    ) -> Money:
        """To what can be paid in coins, once, from the exact value (M5): CHF -1.78 is -1.80.

        ``step`` is the smallest coin, by default that of ``CASH_STEPS``. Raises
        ``CashStepUnknown``, and ``InexactResult`` without rounding.
        """
        coin = CASH_STEPS.get(self.currency.code) if step is None else exact_decimal(step)
        if coin is None:
            raise CashStepUnknown(currency=self.currency.code)
        return self._to_step(coin, rounding)

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

    def _to_step(
        self, step: Decimal, rounding: Rounding | None, digits: int | None = None
    ) -> Money:
        if step <= ZERO or digits is not None:
            reason = "a step is above zero, and stands without digits="
            raise NumberRefused(given=canonical(step), reason=reason)
        steps = self.ratio(_made(step, self.currency))
        if rounding is None and steps.denominator != 1:
            unit = f"steps of {canonical(step)}"
            raise InexactResult(operation="rounded", operand=self, unit=unit)
        mode = Rounding.HALF_EVEN if rounding is None else expected_rounding(rounding)
        return _made(step, self.currency) * round_ratio(steps.numerator, steps.denominator, mode)

    @property
    def minor(self) -> int:
        """The amount counted in minor units. Raises ``SubMinorAmount``, ``NoMinorUnit``."""
        try:
            scaled = _wide_multiply(self.amount, SCALES[places_of(self.currency, None)])
            return int(_whole(scaled))
        except Inexact:
            raise SubMinorAmount(amount=self) from None

    def minor_and_rest(self) -> tuple[int, Money]:
        """Whole minor units, cut towards zero, and what was cut off, of the same sign."""
        digits = places_of(self.currency, None)
        units = int(_wide_scaleb(self.amount, digits))
        return units, self - _made(decimal_of(units, digits), self.currency)

    def split(self, parts: int, spare: Spare = Spare.FIRST) -> tuple[Money, ...]:
        """``parts`` equal shares in minor units that add up to this amount (M6).

        The units left over go to the first shares, one each. ``Spare.SEPARATE`` gives them
        back as one more, last share, with what is below a minor unit; in the other modes
        such an amount raises ``SubMinorAmount``. Raises ``WeightsRefused``.

        >>> Money("100.00", "EUR").split(3)
        (Money('33.34', 'EUR'), Money('33.33', 'EUR'), Money('33.33', 'EUR'))
        """
        checked_parts(parts)
        if spare is Spare.SEPARATE:
            return self.allocate((1,) * parts, spare)
        share, larger = equal_shares(self.minor, parts)
        digits = places_of(self.currency, None)
        small = _made(decimal_of(share, digits), self.currency)
        if not larger:
            return (small,) * parts
        step = 1 if larger > 0 else -1
        large = _made(decimal_of(share + step, digits), self.currency)
        return (large,) * abs(larger) + (small,) * (parts - abs(larger))

    def allocate(self, weights: Iterable[Weight], spare: Spare = Spare.FIRST) -> tuple[Money, ...]:
        """Shares in the proportion of ``weights`` that add up to this amount (M6).

        One share for each weight, in their order; ``spare`` as in ``split``. Weights are
        ints, texts, Decimals or Fractions, none negative and not all zero: ``WeightsRefused``.
        """
        separate = spare is Spare.SEPARATE
        units, rest = self.minor_and_rest() if separate else (self.minor, None)
        parts = shares(units, whole_weights(weights), spare)
        digits = places_of(self.currency, None)
        moneys = tuple(_made(decimal_of(part, digits), self.currency) for part in parts)
        return moneys if rest is None else (*moneys[:-1], moneys[-1] + rest)

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
