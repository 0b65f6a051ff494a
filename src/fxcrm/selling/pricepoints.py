"""Price points: which prices a market is used to, as data, and how a price comes to one.

A row of points is ``step`` apart and begins at ``ending``: step 1 with ending 0.99 is 0.99, 1.99,
2.99 and so on; step 5 with ending 0 is 5, 10, 15. A price above zero never comes to zero, so the
first point is the least there is. A price always comes to a point within one step of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import pairwise

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.errors import InputRefused
from fxcrm.money import Money, RationalMoney, Rounding, canonical, round_ratio


class Direction(Enum):
    """To which point a price goes; of two that are equally near, ``NEAREST`` takes the upper."""

    UP = "up"
    DOWN = "down"
    NEAREST = "nearest"


_MODES = {
    Direction.UP: Rounding.CEILING,
    Direction.DOWN: Rounding.FLOOR,
    Direction.NEAREST: Rounding.HALF_UP,
}


class PricePointRefused(InputRefused):
    """A row of price points that leads nowhere."""

    reason: str
    template = "these are no price points: {reason:plain}"


@attrs.frozen
class PricePoint:
    """Points ``step`` apart from ``ending`` on, for prices ``under`` an amount (None: for all).

    All three are whole units of the currency: text, int or Decimal. Raises `PricePointRefused`.
    """

    step: Decimal = attrs.field(converter=exact_decimal)
    ending: Decimal = attrs.field(default=Decimal(0), converter=exact_decimal)
    direction: Direction = Direction.NEAREST
    under: Decimal | None = attrs.field(
        default=None, converter=attrs.converters.optional(exact_decimal)
    )

    def __attrs_post_init__(self) -> None:
        if self.step <= 0:
            raise PricePointRefused(reason=f"a step is above zero, not {canonical(self.step)}")
        if not 0 <= self.ending < self.step:
            reason = f"the ending {canonical(self.ending)} is not from 0 up to the step"
            raise PricePointRefused(reason=f"{reason} {canonical(self.step)}")
        if self.under is not None and self.under <= 0:
            raise PricePointRefused(reason=f"under {canonical(self.under)} there is no price")

    def of(self, price: RationalMoney) -> Money:
        """The point that a price of zero or more comes to; zero stays zero."""
        if not price:
            return Money.zero(price.currency)
        ratio = (price.value - Fraction(self.ending)) / Fraction(self.step)
        mode = _MODES[self.direction]
        steps = round_ratio(ratio.numerator, ratio.denominator, mode)
        lowest = 0 if self.ending else 1
        return Money(self.step, price.currency) * max(steps, lowest) + Money(
            self.ending, price.currency
        )

    def __str__(self) -> str:
        said = f"{self.direction.value} to a multiple of {canonical(self.step)}"
        return f"{said} and {canonical(self.ending)}" if self.ending else said


def _points(points: Iterable[PricePoint]) -> tuple[PricePoint, ...]:
    return tuple(points)


@attrs.frozen
class PricePoints:
    """The points of one currency by magnitude: the first row that a price is under counts.

    Rows stand in rising order, and only the last may be for all prices; above the last row a
    price is rounded to minor units, as it is where a currency has no points at all.
    """

    rows: tuple[PricePoint, ...] = attrs.field(default=(), converter=_points)

    def __attrs_post_init__(self) -> None:
        limits = [one.under for one in self.rows]
        if any(limit is None for limit in limits[:-1]):
            raise PricePointRefused(reason="only the last row has no limit")
        known = [limit for limit in limits if limit is not None]
        if any(one >= two for one, two in pairwise(known)):
            raise PricePointRefused(reason="the limits rise from row to row")

    def row(self, price: RationalMoney) -> PricePoint | None:
        """The row for a price, by its exact value."""
        fitting = (one for one in self.rows if one.under is None or price.value < one.under)
        return next(fitting, None)

    def applied(self, price: RationalMoney, digits: int | None = None) -> tuple[Money, str]:
        """A price at its point, and the rule in words; ``digits`` are kept where there is none."""
        row = self.row(price)
        if row is None:
            return price.rounded(Rounding.HALF_EVEN, digits), "rounded half even"
        return row.of(price), f"rounded {row}"


NO_POINTS = PricePoints()
