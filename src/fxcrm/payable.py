"""What can be paid of an amount: whole minor units, coins, and shares that add up.

Nothing here makes an amount larger or finer than the currency can be paid in; what does not fit
is rounded as the call says, refused, or handed back as a rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, Inexact
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final, Self

from fxcrm._decimals import (
    EXACT,
    SCALES,
    WIDE,
    ZERO,
    NumberRefused,
    Rounding,
    canonical,
    decimal_of,
    exact_decimal,
    round_ratio,
)
from fxcrm.allocation import Spare, Weight, checked_parts, equal_shares, shares, whole_weights
from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused, NotThere
from fxcrm.rational import InexactResult, expected_rounding, places_of

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

_add = EXACT.add
_subtract = EXACT.subtract
_scaleb = WIDE.scaleb
_multiply = WIDE.multiply
_whole = WIDE.to_integral_exact


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


class Payable:
    """The payable side of ``Money``, which lends its amount and currency."""

    __slots__ = ()

    amount: Decimal
    currency: Currency

    if TYPE_CHECKING:

        def _with(self, amount: Decimal) -> Self: ...
        def __mul__(self, factor: int) -> Self: ...
        def ratio(self, other: Self) -> Fraction:  # noqa: D102
            ...

    def cash_rounded(
        self, rounding: Rounding | None = None, step: str | int | Decimal | None = None
    ) -> Self:
        """To what can be paid in coins, once, from the exact value (M5): CHF -1.78 is -1.80.

        ``step`` is the smallest coin, by default that of ``CASH_STEPS``. Raises
        ``CashStepUnknown``, and ``InexactResult`` without rounding.
        """
        coin = CASH_STEPS.get(self.currency.code) if step is None else exact_decimal(step)
        if coin is None:
            raise CashStepUnknown(currency=self.currency.code)
        return self._to_step(coin, rounding)

    def _to_step(self, step: Decimal, rounding: Rounding | None, digits: int | None = None) -> Self:
        if step <= ZERO or digits is not None:
            reason = "a step is above zero, and stands without digits="
            raise NumberRefused(given=canonical(step), reason=reason)
        steps = self.ratio(self._with(step))
        if rounding is None and steps.denominator != 1:
            unit = f"steps of {canonical(step)}"
            raise InexactResult(operation="rounded", operand=self, unit=unit)
        mode = Rounding.HALF_EVEN if rounding is None else expected_rounding(rounding)
        return self._with(step) * round_ratio(steps.numerator, steps.denominator, mode)

    @property
    def minor(self) -> int:
        """The amount counted in minor units. Raises ``SubMinorAmount``, ``NoMinorUnit``."""
        try:
            scaled = _multiply(self.amount, SCALES[places_of(self.currency, None)])
            return int(_whole(scaled))
        except Inexact:
            raise SubMinorAmount(amount=self) from None

    def minor_and_rest(self) -> tuple[int, Self]:
        """Whole minor units, cut towards zero, and what was cut off, of the same sign."""
        digits = places_of(self.currency, None)
        units = int(_scaleb(self.amount, digits))
        return units, self._with(_subtract(self.amount, decimal_of(units, digits)))

    def split(self, parts: int, spare: Spare = Spare.FIRST) -> tuple[Self, ...]:
        """``parts`` equal shares in minor units that add up to this amount (M6).

        The units left over go to the first shares, one each. ``Spare.SEPARATE`` gives them
        back as one more, last share, with what is below a minor unit; in the other modes
        such an amount raises ``SubMinorAmount``. Raises ``WeightsRefused``.

        >>> from fxcrm.money import Money
        >>> Money("100.00", "EUR").split(3)
        (Money('33.34', 'EUR'), Money('33.33', 'EUR'), Money('33.33', 'EUR'))
        """
        checked_parts(parts)
        if spare is Spare.SEPARATE:
            return self.allocate((1,) * parts, spare)
        share, larger = equal_shares(self.minor, parts)
        digits = places_of(self.currency, None)
        small = self._with(decimal_of(share, digits))
        if not larger:
            return (small,) * parts
        step = 1 if larger > 0 else -1
        large = self._with(decimal_of(share + step, digits))
        return (large,) * abs(larger) + (small,) * (parts - abs(larger))

    def allocate(self, weights: Iterable[Weight], spare: Spare = Spare.FIRST) -> tuple[Self, ...]:
        """Shares in the proportion of ``weights`` that add up to this amount (M6).

        One share for each weight, in their order; ``spare`` as in ``split``. Weights are
        ints, texts, Decimals or Fractions, none negative and not all zero: ``WeightsRefused``.
        """
        separate = spare is Spare.SEPARATE
        units, rest = self.minor_and_rest() if separate else (self.minor, None)
        parts = shares(units, whole_weights(weights), spare)
        digits = places_of(self.currency, None)
        moneys = tuple(self._with(decimal_of(part, digits)) for part in parts)
        return (
            moneys
            if rest is None
            else (*moneys[:-1], self._with(_add(moneys[-1].amount, rest.amount)))
        )
