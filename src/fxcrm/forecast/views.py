"""Views: at which rates a forecast is shown, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.forecast.dayrates import ratio_of
from fxcrm.forecast.tallies import Tally
from fxcrm.rates import RateMissing
from fxcrm.restatement import AsBooked, AtDay, Basis, Constant, Decider

AT_TODAYS_RATE = "at today's rate"


@attrs.frozen
class OpenAt(Basis):
    """Open deals at one rate for each currency; what is closed keeps the rate it was closed at."""

    basis: Constant
    name: str = AT_TODAYS_RATE


def three_views(constant: Constant, today: AtDay) -> tuple[Basis, ...]:
    """As booked, at a constant rate, and at the rate of today, which closed deals never follow."""
    return AsBooked(), constant, OpenAt(today)


@attrs.frozen
class Fixed(Constant):
    """A basis whose decisions are taken: one for each currency, or why there is none."""

    name: str
    decisions: Mapping[Currency, RateDecision]

    def decided(self, _: Decider, base: Currency, __: Currency) -> RateDecision:
        """The one decision for a currency."""
        return self.decisions[base]


@attrs.frozen
class View:
    """A basis with its decisions taken, one for each currency (none as booked)."""

    basis: Basis
    constant: Fixed | None
    _ratios: dict[Currency, Fraction] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    @classmethod
    def of(
        cls,
        basis: Basis,
        currencies: Iterable[Currency],
        to: Currency,
        decider: Decider,
        lacking: dict[Currency, str] | None = None,
    ) -> View:
        """Take the decisions. Raises `RateMissing`, unless it is told who ``lacking`` one is."""
        rule = basis.basis if isinstance(basis, OpenAt) else basis
        if not isinstance(rule, Constant):
            return cls(basis, None)
        taken: dict[Currency, RateDecision] = {}
        for one in currencies:
            try:
                if one is not to:
                    taken[one] = rule.decided(decider, one, to)
            except RateMissing as failure:
                if lacking is None:
                    raise
                lacking[one] = str(failure)
        return cls(basis, Fixed(basis.name, taken))

    @property
    def name(self) -> str:
        """What the column is called."""
        return self.basis.name

    def worth(self, tally: Tally, to: Currency) -> Fraction:
        """The exact value of a tally."""
        if self.constant is None:
            return tally.booked
        if not isinstance(self.basis, OpenAt):
            return self._moved(tally.document, tally.currency, to)
        return self._moved(tally.open, tally.currency, to) + tally.booked_closed

    def _moved(self, amount: Fraction, currency: Currency, to: Currency) -> Fraction:
        """An amount at the rate of the view; nothing needs none, nobody may quote it any more."""
        return amount * self._ratio(currency) if amount and currency is not to else amount

    def _ratio(self, currency: Currency) -> Fraction:
        found = self._ratios.get(currency)
        if found is None and self.constant is not None:
            found = ratio_of(self.constant.decisions[currency], currency)
            self._ratios[currency] = found
        return found or Fraction(0)

    def bases(self) -> tuple[Basis, Basis]:
        """At which basis `restate` shows what is open, and what is closed."""
        if self.constant is None:
            return self.basis, self.basis
        keeps = isinstance(self.basis, OpenAt)
        return self.constant, AsBooked(self.name) if keeps else self.constant
