"""Lines of a quote, and how a promised cover is shared out among them.

The cover is used up in the order of the lines. What lies beyond it has a rate of its own, so a
line may have two parts; it is rounded once all the same (M9).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

import attrs

from fxcrm._decimals import exact_subtract
from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import ProductId
from fxcrm.money import CurrencyMismatch, Money, Rounding
from fxcrm.selling.discounts import Discount, DiscountExceedsPrice
from fxcrm.taxes import Tax, TaxableLine

# How the price of a line came about: whole, or the part of it that one decision converts.
WHOLE_LINE: Final = "quantity times unit price"
PART_OF_LINE: Final = f"part of {WHOLE_LINE}, by what the lock covers"
_HUNDREDTH: Final = Decimal("0.01")
_WHOLE: Final = Decimal(100)  # percent


@attrs.frozen
class QuoteLine:
    """``quantity`` times ``unit_price``, the price in the currency the goods are priced in.

    ``discount`` comes off the whole line: a percentage of it, or an amount in that currency.
    ``taxes`` are those that the line bears; ``goods`` are the kinds of goods that they were found
    for, so that they can be found for another day. ``source`` says where the unit price is from.
    """

    description: str
    quantity: Decimal
    unit_price: Money
    product: ProductId | None = None
    discount: Discount | None = None
    taxes: tuple[Tax, ...] = ()
    goods: tuple[str, ...] = ()
    source: str = ""

    @property
    def before_discount(self) -> Money:
        """The line at its unit price, not rounded."""
        return self.unit_price * self.quantity

    @property
    def exact(self) -> Money:
        """The line in the priced currency, less its discount, not rounded."""
        if self.discount is None:
            return self.unit_price * self.quantity
        if self.discount.amount is not None:
            return self.before_discount - self.discount.amount
        left = exact_subtract(_WHOLE, self.discount.percent or Decimal(0))
        return self.before_discount * left * _HUNDREDTH

    @property
    def amount(self) -> Money:
        """The line in the priced currency, rounded half-even to minor units (M9)."""
        return self.exact.rounded(Rounding.HALF_EVEN)

    @property
    def discounted_by(self) -> Fraction:
        """What the discount takes of the price, as a share: 0.1 is 10 %; zero for no price."""
        before = self.before_discount
        if self.discount is None or before.is_zero:
            return Fraction(0)
        return 1 - self.exact.ratio(before)

    def fitting(self, currency: Currency) -> QuoteLine:
        """The line itself, once all of it is known to be in a currency, and its discount to fit.

        Raises `CurrencyMismatch`, `DiscountExceedsPrice`, `TaxRepeated`.
        """
        off = self.discount.amount if self.discount else None
        for amount in (self.unit_price, off):
            if amount is not None and amount.currency is not currency:
                zero = Money.zero(currency)
                raise CurrencyMismatch(left=amount, right=zero, operation="add a line to a quote")
        if off is not None and off > self.before_discount:
            raise DiscountExceedsPrice(price=self.before_discount, discount=str(self.discount))
        TaxableLine(self.quantity, self.unit_price, self.taxes)  # which bears each tax once
        return self


@attrs.frozen
class LinePart:
    """A part of a line in the priced currency, exact, and the decision that converts it."""

    priced: Money
    decision: RateDecision


Parts = tuple[LinePart, ...]


def at_one_rate(lines: tuple[QuoteLine, ...], rate: RateDecision) -> tuple[Parts, ...]:
    """Every line whole, at one decision."""
    return tuple((LinePart(line.exact, rate),) for line in lines)


def shared_out(
    lines: tuple[QuoteLine, ...], cover: Money, rate: RateDecision, beyond: RateDecision
) -> Iterator[Parts]:
    """Every line in its parts: within the cover at ``rate``, the rest at ``beyond``.

    The parts at ``rate`` add up to the cover, exactly, where the lines reach it.
    """
    total = Money.zero(cover.currency)
    for line in lines:
        before, total = total, total + line.amount
        covered = min(total, cover) - min(before, cover)
        if covered == line.amount:
            yield (LinePart(line.exact, rate),)
        elif covered.is_zero:
            yield (LinePart(line.exact, beyond),)
        else:
            yield LinePart(covered, rate), LinePart(line.exact - covered, beyond)


def converted(parts: Parts) -> Money:
    """A line in the document currency, rounded once: the value of `figure`."""
    if len(parts) == 1:
        return parts[0].decision.convert(parts[0].priced)
    first, *rest = (part.decision.convert_exactly(part.priced) for part in parts)
    return sum(rest, first).rounded(Rounding.HALF_EVEN)


def priced_rule(line: QuoteLine) -> str:
    """How the price of a whole line came about."""
    rule = WHOLE_LINE if line.discount is None else f"{WHOLE_LINE}, less {line.discount}"
    return f"{rule}; {line.source}" if line.source else rule


def figure(
    label: str, source: Evidence, parts: Parts, currency: Currency, rule: str = WHOLE_LINE
) -> Figure:
    """A line as a figure in the document currency that names its decisions."""
    if len(parts) == 1:
        return Figure.converted(label, _priced(source, parts[0].priced, rule), parts[0].decision)
    pieces = (
        Figure.converted(f"{label}, at {part.decision.id}", _part(source, part), part.decision)
        for part in parts
    )
    return Figure.blended(label, pieces, currency)


def _priced(source: Evidence, amount: Money, rule: str) -> Figure:
    return Figure.stated("Priced", amount, source, rule=rule)


def _part(source: Evidence, part: LinePart) -> Figure:
    return Figure.stated("Priced", part.priced, source, rule=PART_OF_LINE)
