"""Margins: what is left of a net price over its cost, in the functional currency.

Price and cost are converted each at its own decision and rounded once (M10); the margin is the
difference of the two, so that what is shown adds up, and its share of the price is exact.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError, RuleRefused
from fxcrm.figures import Figure, decimal_text
from fxcrm.money import Money

_SHOWN_PLACES = 4


class MarginHasNoRate(CallError):
    """An amount that is not in the functional currency, without its decision."""

    amount: Money
    currency: str
    template = "a margin in {currency:plain} needs a rate decision for {amount}"


class SoldBelowFloor(RuleRefused):
    """A price that leaves less than the company wants to earn; ``by`` is who gave it."""

    what: str
    by: str
    share: str
    floor: str
    template = (
        "{what:plain}: {by:plain} leaves a margin of {share:plain}, the floor is {floor:plain}; "
        "raise the price, or have it approved"
    )


@attrs.frozen
class Margin:
    """``amount`` is ``net`` less ``cost``, negative for a loss; all in one currency.

    ``share`` is the margin over the net price; None on a price of zero, of which nothing is a
    share, and ``reason`` says so.
    """

    net: Figure
    cost: Figure
    amount: Figure

    @property
    def share(self) -> Fraction | None:
        """The margin as an exact share of the net price; 0.2 is a fifth."""
        return None if self.net.value.is_zero else self.amount.value.ratio(self.net.value)

    @property
    def reason(self) -> str:
        """Why there is no share, or nothing."""
        return "a price of zero has no share to earn" if self.share is None else ""

    def is_below(self, floor: Fraction) -> bool:
        """Whether less is earned than the floor; a price of zero is, unless it costs nothing."""
        if self.share is None:
            return self.amount.value.is_negative
        return self.share < floor

    def held_to(self, floor: Fraction | None, *, what: str, by: str) -> Margin:
        """The margin itself, once it is known to reach the floor. Raises `SoldBelowFloor`."""
        if floor is not None and self.is_below(floor):
            raise SoldBelowFloor(what=what, by=by, share=self.text, floor=share_text(floor))
        return self

    @property
    def text(self) -> str:
        """The share for a reader, or why there is none."""
        return self.reason or share_text(self.share or Fraction(0))


def share_text(share: Fraction) -> str:
    """A share in percent: ``37.5 %``, with dots where more digits follow."""
    return f"{decimal_text(share * 100, _SHOWN_PLACES)} %"


def margin(
    net: Figure,
    cost: Figure,
    home: Currency,
    net_rate: RateDecision | None = None,
    cost_rate: RateDecision | None = None,
) -> Margin:
    """The margin of a net price over a cost, in the functional currency ``home``.

    A rate is needed for what is in another currency. Raises `MarginHasNoRate`.
    """
    price = _at_home(net, home, net_rate)
    spent = _at_home(cost, home, cost_rate)
    amount = Figure.difference("Margin", price, spent, "net price less cost")
    return Margin(price, spent, amount)


def _at_home(figure: Figure, home: Currency, rate: RateDecision | None) -> Figure:
    if figure.value.currency is home:
        return figure
    if rate is None or {rate.pair.base, rate.pair.counter} != {figure.value.currency, home}:
        raise MarginHasNoRate(amount=figure.value, currency=home.code)
    return Figure.converted(f"{figure.label} in {home}", figure, rate)
