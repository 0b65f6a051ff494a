"""What a rate is: a published price, the legs of a path, and the exact ratio that follows.

One formula stands everywhere: ``1 base = rate x counter``. A `Fixing` is a price as its
source published it (perhaps per 100 units). An `ExchangeRate` is a path of fixings with the
exact ratio that follows from them; inverse and cross are ratios, never rounded (R1).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from fxcrm._decimals import padded
from fxcrm.currencies import Currency
from fxcrm.errors import CallError, InputRefused, shown
from fxcrm.events import checked_instant
from fxcrm.frozen import field, frozen
from fxcrm.money import (
    CurrencyMismatch,
    Money,
    RationalMoney,
    Rounding,
    canonical,
    parse_decimal,
    round_ratio,
)
from fxcrm.rational import expected_rounding

_MOST_DIGITS: Final = 40
_MAGNITUDES: Final = range(-_MOST_DIGITS, _MOST_DIGITS)
_LARGEST_UNIT: Final = 1_000_000
_PERCENT_DECIMALS: Final = 6
_SHOWN_DIGITS: Final = 7  # significant ones, as many as the European Central Bank publishes


class RateRefused(InputRefused):
    """A number that can not be a rate (F8)."""

    pair: str
    value: str
    reason: str
    template = "rate {value:plain} of {pair:plain} is refused: {reason:plain}"


class BrokenPath(CallError):
    """Legs that do not lead from base to counter, or lead round to something else than 1."""

    pair: str
    path: str
    template = "the legs {path:plain} do not lead along {pair:plain}"


class Side(Enum):
    """Which price of the source: what it pays, the middle, or what it asks."""

    BID = "bid"
    MID = "mid"
    ASK = "ask"

    __hash__ = object.__hash__  # each member is one object; Enum's own way is four times as slow

    @property
    def across(self) -> Side:
        """The side of the inverse pair: who bids for one currency asks for the other."""
        if self is Side.MID:
            return self
        return Side.ASK if self is Side.BID else Side.BID


@frozen
class CurrencyPair:
    """``base/counter``: ``1 base = rate x counter``."""

    base: Currency
    counter: Currency

    @classmethod
    def of(cls, base: str | Currency, counter: str | Currency) -> CurrencyPair:
        """The pair of two currencies, given as codes or as currencies."""
        return cls(_currency(base), _currency(counter))

    @classmethod
    def parse(cls, text: str) -> CurrencyPair:
        """The pair written ``EUR/USD``, the inverse of ``str(pair)``."""
        base, _, counter = text.partition("/")
        return cls.of(base, counter)

    @property
    def inverse(self) -> CurrencyPair:
        """``counter/base``."""
        return CurrencyPair(self.counter, self.base)

    def __str__(self) -> str:
        return f"{self.base.code}/{self.counter.code}"


def _currency(currency: str | Currency) -> Currency:
    return Currency(currency) if isinstance(currency, str) else currency


def _checked_value(fixing: Fixing, _: object, value: Decimal) -> None:
    reason = _why_not_a_rate(fixing, value)
    if reason:
        raise RateRefused(pair=str(fixing.pair), value=shown(value), reason=reason)


def _why_not_a_rate(fixing: Fixing, value: Decimal) -> str:
    if not isinstance(value, Decimal):
        return _mistyped(value, "a Decimal")
    if not value.is_finite() or value <= 0:
        return "a rate is finite and above zero"
    if value.adjusted() not in _MAGNITUDES or len(value.as_tuple().digits) > _MOST_DIGITS:
        return f"a rate has at most {_MOST_DIGITS} digits before and after the point"
    if fixing.pair.base is fixing.pair.counter:
        return "a currency has no rate against itself, it is 1"
    if not isinstance(fixing.on, date) or isinstance(fixing.on, datetime):
        return f"its day is a datetime.date, not a {type(fixing.on).__name__}"
    return "" if isinstance(fixing.side, Side) else "its side is a member of fxcrm.Side"


def _mistyped(value: object, wanted: str) -> str:
    inexact = ", a float is not exact" if isinstance(value, float) else ""
    return f"its type is {type(value).__name__}; pass {wanted}{inexact}"


def _checked_unit(fixing: Fixing, _: object, unit: int) -> None:
    if isinstance(unit, bool) or not isinstance(unit, int) or not 1 <= unit <= _LARGEST_UNIT:
        reason = f"the unit is a whole number from 1 to {_LARGEST_UNIT}"
        raise RateRefused(pair=str(fixing.pair), value=shown(unit), reason=reason)


def _checked_knowledge(_: Fixing, __: object, instant: datetime | None) -> None:
    if instant is not None:
        checked_instant(instant)


def day_begins(day: date) -> datetime:
    """The first instant of a day, UTC."""
    return datetime.combine(day, time.min, UTC)


@frozen
class Fixing:
    """One published price: ``unit base = value counter`` on a day, as its source quotes it.

    ``known_at`` is the instant at which it became known, and for a price of an instant that
    instant; None stands for a price known since its day began. A correction is another fixing
    of the same day with a later ``known_at``. Raises `RateRefused`, `NaiveInstant`.
    """

    pair: CurrencyPair
    value: Decimal = field(validator=_checked_value)
    on: date
    source: str = "given"
    unit: int = field(default=1, validator=_checked_unit)
    side: Side = Side.MID
    known_at: datetime | None = field(default=None, validator=_checked_knowledge)

    @property
    def known_from(self) -> datetime:
        """The instant from which it may be used: ``known_at``, or the beginning of its day, UTC."""
        return self.known_at or day_begins(self.on)

    @property
    def identifier(self) -> str:
        """Source, pair, side and day in one text: which published price this is.

        A correction adds the instant at which it became known.
        """
        known = f":{self.known_at.astimezone(UTC).isoformat()}" if self.known_at else ""
        return f"{self.source}:{self.pair}:{self.side.value}:{self.on}{known}"

    @property
    def ratio(self) -> Fraction:
        """Exact counter units for one base unit."""
        return Fraction(self.value) / self.unit

    def __str__(self) -> str:
        per = f" per {self.unit}" if self.unit != 1 else ""
        return f"{self.pair} {canonical(self.value)}{per} ({self.source} {self.on})"


@frozen
class Leg:
    """A fixing on a path, walked as published or the other way round."""

    fixing: Fixing
    inverted: bool = False

    @property
    def pair(self) -> CurrencyPair:
        """The pair in the direction walked."""
        return self.fixing.pair.inverse if self.inverted else self.fixing.pair

    @property
    def ratio(self) -> Fraction:
        """Exact ratio in the direction walked."""
        return 1 / self.fixing.ratio if self.inverted else self.fixing.ratio

    @property
    def reversed(self) -> Leg:
        """The same fixing, walked the other way."""
        return Leg(self.fixing, not self.inverted)

    def __str__(self) -> str:
        return f"1 / {self.fixing}" if self.inverted else str(self.fixing)


def _checked_path(rate: ExchangeRate, _: object, legs: tuple[Leg, ...]) -> None:
    at = rate.pair.base
    for leg in legs:
        if leg.pair.base is not at:
            raise BrokenPath(pair=str(rate.pair), path=rate.path)
        at = leg.pair.counter
    if at is not rate.pair.counter:
        raise BrokenPath(pair=str(rate.pair), path=rate.path)
    if at is rate.pair.base and _product(legs) != 1:
        raise BrokenPath(pair=str(rate.pair), path=rate.path)


def _product(legs: Iterable[Leg]) -> Fraction:
    numerator = denominator = 1
    for leg in legs:  # in integers, and reduced once
        over, under = leg.fixing.value.as_integer_ratio()
        under *= leg.fixing.unit
        if leg.inverted:
            over, under = under, over
        numerator *= over
        denominator *= under
    return Fraction(numerator, denominator)


@frozen
class ExchangeRate:
    """``1 base = ratio x counter``, with the published legs it follows from.

    ``on`` is the effective date: that of the oldest leg. ``rule`` says how the rate was
    found. The exact ``ratio`` is derived from the legs and never stored (R1).
    """

    pair: CurrencyPair
    legs: tuple[Leg, ...] = field(validator=_checked_path)
    on: date
    rule: str = "given"
    ratio: Fraction = field(init=False, eq=False, repr=False)

    @ratio.default
    def _ratio(self) -> Fraction:
        return _product(self.legs)

    @classmethod
    def of(
        cls,
        base: str | Currency,
        counter: str | Currency,
        value: str | Decimal,
        *,
        on: date,
        source: str = "given",
        unit: int = 1,
    ) -> ExchangeRate:
        """The rate ``unit base = value counter``. Raises `RateRefused`, `NumberRefused`."""
        pair = CurrencyPair.of(base, counter)
        if not isinstance(value, str | Decimal):
            reason = _mistyped(value, "text or a Decimal")
            raise RateRefused(pair=str(pair), value=shown(value), reason=reason)
        number = parse_decimal(value) if isinstance(value, str) else value
        fixing = Fixing(pair, number, on, source, unit)
        return cls(fixing.pair, (Leg(fixing),), on)

    @classmethod
    def identity(cls, currency: str | Currency, *, on: date) -> ExchangeRate:
        """The rate of a currency against itself: exactly 1, no legs."""
        return cls(CurrencyPair.of(currency, currency), (), on, "the same currency")

    @property
    def inverse(self) -> ExchangeRate:
        """The exact inverse: the same legs, walked back."""
        legs = tuple(leg.reversed for leg in reversed(self.legs))
        return ExchangeRate(self.pair.inverse, legs, self.on, self.rule)

    def cross(self, other: ExchangeRate) -> ExchangeRate:
        """``base/x`` crossed with ``x/counter``: exactly ``base/counter``."""
        pair = CurrencyPair(self.pair.base, other.pair.counter)
        rule = self.rule if self.rule == other.rule else f"{self.rule}; {other.rule}"
        return ExchangeRate(pair, self.legs + other.legs, min(self.on, other.on), rule)

    def convert(self, money: Money, rounding: Rounding = Rounding.HALF_EVEN) -> Money:
        """Base to counter, or counter to base; rounded once, to minor units (M10).

        Raises `CurrencyMismatch` for a third currency, `NoMinorUnit`, `RoundingExpected`.
        """
        expected_rounding(rounding)
        units, counted, to = self._ratio_of(money)
        return Money.from_minor(round_ratio(units * to.minor_units, counted, rounding), to)

    def convert_exactly(self, money: Money) -> RationalMoney:
        """The same without any rounding. Raises `CurrencyMismatch` for a third currency."""
        units, counted, to = self._ratio_of(money)
        return RationalMoney(Fraction(units, counted), to)

    def _ratio_of(self, money: Money) -> tuple[int, int, Currency]:
        """The converted amount as numerator, denominator and currency; integers are quick."""
        units, counted = money.amount.as_integer_ratio()
        pair, ratio = self.pair, self.ratio
        if money.currency is pair.base:
            return units * ratio.numerator, counted * ratio.denominator, pair.counter
        if money.currency is pair.counter:
            return units * ratio.denominator, counted * ratio.numerator, pair.base
        raise CurrencyMismatch(left=money, right=pair, operation="convert")

    def explain(self, money: Money, rounding: Rounding = Rounding.HALF_EVEN) -> Conversion:
        """The same conversion with all that it rests on. Raises as `convert` does."""
        return Conversion(
            money,
            self if money.currency is self.pair.base else self.inverse,
            self.convert_exactly(money),
            self.convert(money, rounding),
            rounding,
        )

    def rounded_value(self, digits: int = _SHOWN_DIGITS) -> Decimal:
        """The ratio for a reader's eye, to significant digits; one published leg keeps its own."""
        if len(self.legs) == 1 and not self.legs[0].inverted and self.legs[0].fixing.unit == 1:
            return self.legs[0].fixing.value
        return rounded_significant(self.ratio, digits)

    @property
    def known_from(self) -> datetime:
        """The instant from which every leg is known."""
        return max((leg.fixing.known_from for leg in self.legs), default=day_begins(self.on))

    @property
    def identifier(self) -> str:
        """The identifiers of its fixings, those walked the other way round marked ``1/``."""
        legs = (f"{'1/' * leg.inverted}{leg.fixing.identifier}" for leg in self.legs)
        return " x ".join(legs) or f"{self.pair}:{self.on}"

    @property
    def path(self) -> str:
        """The legs in words, each with source and date."""
        return (
            " x ".join(map(str, self.legs)) or f"{self.pair.base.code} is {self.pair.counter.code}"
        )

    def __str__(self) -> str:
        value = canonical(self.rounded_value())
        return f"1 {self.pair.base} = {value} {self.pair.counter} on {self.on}"


@frozen
class Conversion:
    """One conversion, told in full; ``str`` writes it as lines.

    ``rate`` runs from the currency of ``original`` to that of ``result``; ``exact`` is the value
    before it was rounded, once, by ``rounding``.
    """

    original: Money
    rate: ExchangeRate
    exact: RationalMoney
    result: Money
    rounding: Rounding

    @property
    def rounding_difference(self) -> RationalMoney:
        """The result less the exact value: what the rounding added."""
        return self.result.exact() - self.exact

    def __str__(self) -> str:
        added = f"{self.rounding_difference.value} {self.result.currency}"
        return "\n".join(
            (
                f"{self.original} is {self.result}",
                f"rate: {self.rate}",
                f"path: {self.rate.path}",
                f"rule: {self.rate.rule}",
                f"rounding: {self.rounding.name}, which added {added}",
            )
        )


def rounded_decimal(value: Fraction, decimals: int) -> Decimal:
    """``value`` as a decimal with that many places, half-even."""
    scaled = value * 10**decimals
    units = round_ratio(scaled.numerator, scaled.denominator, Rounding.HALF_EVEN)
    return Decimal(f"{units}E-{decimals}")  # from text, so that no ambient context rounds it (M1)


def percent(share: Fraction) -> str:
    """A share in percent, half-even to six decimals, as short as it can be written: "1.5"."""
    return padded(rounded_decimal(share * 100, _PERCENT_DECIMALS), 0)


def rounded_significant(value: Fraction, digits: int) -> Decimal:
    """A positive ``value`` to that many significant digits, half-even; never as an exponent."""
    whole = value.numerator // value.denominator
    places = digits - len(str(whole)) if whole else digits + _leading_zeros(value)
    return rounded_decimal(value, max(places, 0))


def _leading_zeros(value: Fraction) -> int:
    """How many zeros follow the point before the first digit of a value below 1."""
    zeros = 0
    while value * 10 ** (zeros + 1) < 1:
        zeros += 1
    return zeros
