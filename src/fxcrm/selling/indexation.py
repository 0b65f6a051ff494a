"""Indexation: a price that follows an exchange rate, within bounds that were agreed.

The clause follows the price of one unit of the *reference* currency in the currency of the
contract. Which way round a rate is quoted makes no difference: 1 EUR = 1.0850 USD and its
inverse say the same of a contract in US dollars that follows the euro.

``movement``  price of the reference now / at the base decision - 1; above zero: it became dearer
``counted``   what of the movement counts, by the band (`Band`); within the band nothing does
``change``    the counted part times the share passed on, held between ``floor`` and ``cap``
the amount    agreed amount x (1 + change), exact, rounded once, half-even (M9)

Percentages are decimals or text, "3" is 3 %. With no band, all passed on and no bounds, the amount
is what the agreed one was worth in the reference currency, at today's rate.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

import attrs

from fxcrm._decimals import exact_decimal, padded
from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError, InputRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.fixings import percent, rounded_significant
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.selling.instalments import MOST_DAYS

NOTHING: Final = Decimal(0)
WHOLE: Final = Decimal(100)
_SHOWN_DIGITS: Final = 10


class Band(Enum):
    """What becomes of a movement that leaves the band; one at its edge is still within it."""

    THRESHOLD = "threshold"  # all of it counts, from nought
    DEDUCTIBLE = "deductible"  # only what lies beyond the edge counts


class IndexationRefused(InputRefused):
    """Terms of a clause that make no sense."""

    term: str
    percent: Decimal
    reason: str
    template = "{term:plain} of {percent} %: {reason:plain}"


class WrongIndexRate(CallError):
    """A rate of other currencies than the clause follows."""

    pair: str
    reference: str
    currency: str
    template = (
        "the clause follows {reference:plain} in {currency:plain}; "
        "a rate of {pair:plain} says nothing of it"
    )


def _bound(number: str | int | Decimal | None) -> Decimal | None:
    return None if number is None else exact_decimal(number)


@attrs.frozen
class Indexation:
    """The clause: what it follows, and how far.

    ``reference``   the currency whose price in the contract's currency is followed
    ``band``        percent; movements up to it, either way, change nothing
    ``beyond``      what counts of a movement that leaves the band
    ``passed_on``   percent of the counted movement that reach the price, above 0, up to 100
    ``cap``         percent by which the price rises at the most, None: no bound
    ``floor``       percent, zero or below, by which it falls at the most, None: no bound
    ``lead``        days from the fixing of the rate to the day the instalment is due

    Raises `IndexationRefused`.
    """

    reference: Currency
    band: Decimal = attrs.field(default=NOTHING, converter=exact_decimal)
    beyond: Band = Band.THRESHOLD
    passed_on: Decimal = attrs.field(default=WHOLE, converter=exact_decimal)
    cap: Decimal | None = attrs.field(default=None, converter=_bound)
    floor: Decimal | None = attrs.field(default=None, converter=_bound)
    lead: int = 0

    def __attrs_post_init__(self) -> None:
        if self.band < 0:
            self._refuse("a band", self.band, "it is not below zero")
        if not 0 < self.passed_on <= WHOLE:
            self._refuse("a share", self.passed_on, "above 0, and 100 at the most, is passed on")
        if self.cap is not None and self.cap < 0:
            self._refuse("a cap", self.cap, "the most that a price rises is not below zero")
        if self.floor is not None and not -WHOLE < self.floor <= 0:
            self._refuse("a floor", self.floor, "it is zero or below, and above -100")
        if self.lead < 0:
            self._refuse("a lead", Decimal(self.lead), "days before are counted from zero up")
        if self.lead > MOST_DAYS:
            self._refuse("a lead", Decimal(self.lead), f"it is {MOST_DAYS} days at the most")

    def _refuse(self, term: str, given: Decimal, reason: str) -> None:
        raise IndexationRefused(term=term, percent=given, reason=reason)

    def price(self, currency: Currency, decision: RateDecision) -> Fraction:
        """Units of the contract's currency for one of the reference. Raises `WrongIndexRate`."""
        pair, ratio = decision.pair, decision.rate.ratio
        if pair.base is self.reference and pair.counter is currency:
            return Fraction(ratio)
        if pair.counter is self.reference and pair.base is currency:
            return 1 / Fraction(ratio)
        told = {"reference": self.reference.code, "currency": currency.code}
        raise WrongIndexRate(pair=str(pair), **told)

    def change(self, movement: Fraction) -> Fraction:
        """The change of the price for a movement of the rate, both as shares: 0.05 is 5 %."""
        change = self._counted(movement) * _share(self.passed_on)
        if self.cap is not None:
            change = min(change, _share(self.cap))
        return change if self.floor is None else max(change, _share(self.floor))

    def _counted(self, movement: Fraction) -> Fraction:
        edge = _share(self.band)
        if abs(movement) <= edge:
            return Fraction()
        if self.beyond is Band.THRESHOLD:
            return movement
        return movement - edge if movement > 0 else movement + edge

    def figure(self, label: str, agreed: Figure, base: RateDecision, now: RateDecision) -> Figure:
        """The agreed amount at today's rate, with everything that led to it.

        Raises `WrongIndexRate`.
        """
        currency = agreed.value.currency
        before, today = self.price(currency, base), self.price(currency, now)
        movement = today / before - 1
        change = self.change(movement)
        exact = RationalMoney(agreed.exact_value * (1 + change), currency)
        value = exact.rounded(Rounding.HALF_EVEN)
        told = tuple(self._told(currency, before, today, movement))
        rule = f"{agreed.value} x (1 + {percent(change)} %), rounded half even"
        return Figure(label, value, rule, (agreed, *told, base, now), exact.value)

    def _told(
        self, currency: Currency, before: Fraction, today: Fraction, movement: Fraction
    ) -> tuple[Evidence, ...]:
        prices = f"{_shown(before)} {currency} at the base, {_shown(today)} {currency} now"
        return (
            Evidence("price of", f"1 {self.reference}", prices),
            Evidence("movement", f"{percent(movement)} %", self._in_band(movement)),
            Evidence("change", f"{percent(self.change(movement))} %", self._in_bounds(movement)),
        )

    def _in_band(self, movement: Fraction) -> str:
        band = f"the band of {_plain(self.band)} %"
        if abs(movement) <= _share(self.band):
            return f"within {band}, nothing counts"
        if self.beyond is Band.THRESHOLD:
            return f"beyond {band}, all of it counts"
        return f"beyond {band}, {percent(self._counted(movement))} % count"

    def _in_bounds(self, movement: Fraction) -> str:
        bare = self._counted(movement) * _share(self.passed_on)
        passed = f"{_plain(self.passed_on)} % are passed on"
        if self.cap is not None and bare > _share(self.cap):
            return f"{passed}, which would be {percent(bare)} %; held at the cap"
        if self.floor is not None and bare < _share(self.floor):
            return f"{passed}, which would be {percent(bare)} %; held at the floor"
        return f"{passed}, within the bounds"


def _share(hundredths: Decimal) -> Fraction:
    return Fraction(hundredths) / 100


def _plain(number: Decimal) -> str:
    return padded(number, 0)


def _shown(price: Fraction) -> str:
    return _plain(rounded_significant(price, _SHOWN_DIGITS))


def agreed(label: str, amount: Money, *evidence: Evidence) -> Figure:
    """An amount as the contract states it."""
    return Figure.stated(label, amount, *evidence, rule="as agreed")
