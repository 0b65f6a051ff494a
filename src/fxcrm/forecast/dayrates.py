"""The rates of many days at once: ratios to calculate with, decisions for those who ask why.

A decision that was recorded serves again. Else the ratio is looked up the quick way, and its
decision is taken from the same table when somebody asks for it: both say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.money import Money
from fxcrm.rates import RateTable
from fxcrm.restatement import AtBudget, TableDecider

Asked = tuple[Currency, date]  # what is converted, and the day
Ratio = Callable[[date], Fraction | None]


def ratio_of(decision: RateDecision, currency: Currency) -> Fraction:
    """What one unit of a currency is at a decision, exactly."""
    return decision.convert_exactly(Money(1, currency)).value


@attrs.frozen
class DayRates:
    """The rates of days, into the currency ``to``; ``recorded`` are those decided before.

    ``quick`` is the part of the decider's table with the days that are asked for, if it is known:
    then no other days are laid out.
    It is a `fxcrm.restatement.Decider` that takes its decisions from the table alone.
    """

    decider: TableDecider
    to: Currency
    recorded: Mapping[Asked, RateDecision] = attrs.field(factory=dict)
    quick: RateTable | None = None
    _routes: dict[Currency, Ratio] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    def ratio(self, currency: Currency, on: date) -> Fraction:
        """What one unit of a currency was on a day. Raises what `decide` raises."""
        if currency is self.to:
            return Fraction(1)
        if (currency, on) not in self.recorded:
            route = self._routes.get(currency) or self._laid(currency)
            found = route(on)
            if found is not None:
                return found
        return ratio_of(self.dated(currency, self.to, on), currency)

    def _laid(self, currency: Currency) -> Ratio:
        """The days of a currency; the table keeps them laid out for the next forecast."""
        own = self.decider
        route = (self.quick or own.table).ratios(currency, self.to, own.policy, own.known_at)
        self._routes[currency] = route
        return route

    def dated(self, base: Currency, counter: Currency, on: date) -> RateDecision:
        """The decision of a day, the recorded one if there is one."""
        held = self.recorded.get((base, on)) if counter is self.to else None
        return held or self.decider.dated(base, counter, on)

    def average(self, base: Currency, counter: Currency, since: date, until: date) -> RateDecision:
        """The mean of a period."""
        return self.decider.average(base, counter, since, until)

    def budgeted(self, budget: AtBudget, base: Currency, counter: Currency) -> RateDecision:
        """The rate of a budget."""
        return self.decider.budgeted(budget, base, counter)
