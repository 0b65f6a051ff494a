"""Lines of a quote, and how a promised cover is shared out among them.

The cover is used up in the order of the lines. What lies beyond it has a rate of its own, so a
line may have two parts; it is rounded once all the same (M9).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.figures import Evidence, Figure
from fxcrm.money import Money, Rounding

# How the price of a line came about: whole, or the part of it that one decision converts.
WHOLE_LINE: Final = "quantity times unit price"
PART_OF_LINE: Final = f"part of {WHOLE_LINE}, by what the lock covers"


@attrs.frozen
class QuoteLine:
    """``quantity`` times ``unit_price``, the price in the currency the goods are priced in."""

    description: str
    quantity: Decimal
    unit_price: Money

    @property
    def exact(self) -> Money:
        """The line in the priced currency, not rounded."""
        return self.unit_price * self.quantity

    @property
    def amount(self) -> Money:
        """The line in the priced currency, rounded half-even to minor units (M9)."""
        return self.exact.rounded(Rounding.HALF_EVEN)


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


def figure(label: str, source: Evidence, parts: Parts, currency: Currency) -> Figure:
    """A line as a figure in the document currency that names its decisions."""
    if len(parts) == 1:
        return Figure.converted(label, _priced(source, parts[0].priced), parts[0].decision)
    pieces = (
        Figure.converted(f"{label}, at {part.decision.id}", _part(source, part), part.decision)
        for part in parts
    )
    return Figure.blended(label, pieces, currency)


def _priced(source: Evidence, amount: Money) -> Figure:
    return Figure.stated("Priced", amount, source, rule=WHOLE_LINE)


def _part(source: Evidence, part: LinePart) -> Figure:
    return Figure.stated("Priced", part.priced, source, rule=PART_OF_LINE)
