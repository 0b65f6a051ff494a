"""How a company prices, as data: the base list, price points, discounts, the margin it wants.

::

    [prices]
    base = "standard"               # the list that is converted where a currency has none
    choosing = "narrowest"          # or "lowest"
    floor = "0.2"                   # the least margin, as a share of the net price

    [prices.discounts]
    stacking = "compounding"        # or "additive"
    below_zero = "refused"          # or "capped", "allowed"
    rounding = "half even"

    [[prices.points.USD]]
    under = "100"                   # left out in the last row
    step = "1"
    ending = "0.99"
    direction = "nearest"           # or "up", "down"
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import attrs

from fxcrm._decimals import exact_fraction
from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import FxcrmError
from fxcrm.ids import PriceListId
from fxcrm.mappings import FrozenMap
from fxcrm.money import Rounding
from fxcrm.plaindata import PlainTable
from fxcrm.selling.discounts import BelowZero, DiscountPolicy, Stacking
from fxcrm.selling.pricefinding import Choosing, Conversion
from fxcrm.selling.pricepoints import NO_POINTS, Direction, PricePoint, PricePoints

_USUAL = DiscountPolicy()


def _mapped(points: Mapping[str, PricePoints]) -> FrozenMap[str, PricePoints]:
    return FrozenMap(points)


@attrs.frozen
class PriceRules:
    """The choices of one company about its prices; ``points`` by the code of the currency.

    Without a ``base`` no price is ever converted; without a ``floor`` no margin is too small.
    """

    base: PriceListId | None = None
    choosing: Choosing = Choosing.NARROWEST
    points: Mapping[str, PricePoints] = attrs.field(factory=FrozenMap, converter=_mapped)
    discounts: DiscountPolicy = _USUAL
    floor: Fraction | None = attrs.field(
        default=None, converter=attrs.converters.optional(exact_fraction)
    )

    def points_of(self, currency: Currency) -> PricePoints:
        """The points of a currency; none where nothing is said of it."""
        return self.points.get(currency.code, NO_POINTS)

    def conversion(self, to: Currency, rate: RateDecision | None) -> Conversion | None:
        """How a price comes about in a currency that has none, if there is a base list."""
        return None if self.base is None else Conversion(self.base, rate, self.points_of(to))

    @classmethod
    def read(cls, data: PlainTable) -> PriceRules:
        """From plain data. Raises `RulesRefused`, which names the place."""
        table = PlainTable.of(data.values, data.place, "base choosing floor discounts points")
        base = table.maybe_text("base")
        return cls(
            None if base is None else PriceListId(base),
            table.member(Choosing, "choosing", Choosing.NARROWEST),
            {name: _points(table, name) for name in table.table("points").values},
            _discounts(table.table("discounts", "stacking below_zero rounding")),
            _share(table) if "floor" in table else None,
        )


def _share(table: PlainTable) -> Fraction:
    share = Fraction(table.decimal("floor"))
    if not -1 <= share < 1:
        raise table.refused("it is a share below 1; a fifth is 0.2", "floor")
    return share


def _discounts(table: PlainTable) -> DiscountPolicy:
    modes = {one.name.lower().replace("_", " "): one for one in Rounding}
    mode = table.text("rounding", "half even")
    if mode not in modes:
        raise table.refused(f"it is none of {', '.join(modes)}", "rounding")
    return DiscountPolicy(
        table.member(Stacking, "stacking", _USUAL.stacking),
        table.member(BelowZero, "below_zero", _USUAL.below_zero),
        modes[mode],
    )


def _points(table: PlainTable, code: str) -> PricePoints:
    points = table.table("points")
    try:
        Currency(code)
        return PricePoints(map(_point, points.tables(code, "step ending direction under")))
    except FxcrmError as refused:
        if hasattr(refused, "place"):
            raise
        raise points.refused(str(refused), code) from None


def _point(row: PlainTable) -> PricePoint:
    return PricePoint(
        row.decimal("step"),
        row.decimal("ending", "0"),
        row.member(Direction, "direction", Direction.NEAREST),
        row.decimal("under") if "under" in row else None,
    )
