"""Tiers by rule: in which tier a customer is, from what it bought, where it is, how it is tagged.

The rules are data, asked in their order, and the first one that holds decides; all that a rule
names must hold. Amounts are in one currency, so that tiers can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import attrs
from dateutil.relativedelta import relativedelta

from fxcrm.countries import is_country
from fxcrm.currencies import Currency
from fxcrm.customers.details import LONGEST_LABEL
from fxcrm.customers.register import Customer
from fxcrm.errors import InputRefused
from fxcrm.figures import Evidence, Figure
from fxcrm.money import Money
from fxcrm.plaindata import PlainTable

LONGEST_PERIOD: Final = 120  # months
NO_TIER: Final = "no tier"


class RatedTooEarly(InputRefused):
    """A day before which the calendar does not go back as far as the tiers look."""

    months: int
    on: date
    template = "no period of {months} months ends on {on}; rate customers on a later day"


@attrs.frozen
class TierRule:
    """What makes a tier: everything named must hold, and a rule that names nothing always holds.

    ``turnover`` is the least that was bought in the period, ``orders`` the least number of orders;
    ``countries`` and ``tags`` name those of which one is enough.
    """

    tier: str
    turnover: Money | None = None
    orders: int = 0
    countries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def reasons(
        self, customer: Customer, turnover: Money, orders: int
    ) -> Iterator[tuple[str, bool]]:
        """Each condition in words, and whether it holds."""
        if self.turnover is not None:
            yield f"bought {turnover}, at least {self.turnover}", turnover >= self.turnover
        if self.orders:
            yield f"ordered {orders} times, at least {self.orders}", orders >= self.orders
        if self.countries:
            listed = " or ".join(self.countries)
            yield f"country {customer.country}, {listed}", customer.country in self.countries
        if self.tags:
            shared = [one for one in self.tags if one in customer.tags]
            yield f"tagged {' or '.join(self.tags)}", bool(shared)


@attrs.frozen
class Tiers:
    """The rules in their order; turnover and orders are those of the last ``months`` months."""

    currency: Currency | None = None
    months: int = 12
    rules: tuple[TierRule, ...] = ()

    def since(self, on: date) -> date:
        """The first day of the period that ends with a day. Raises `RatedTooEarly`."""
        try:
            return on + relativedelta(months=-self.months, days=1)
        except (OverflowError, ValueError):
            raise RatedTooEarly(months=self.months, on=on) from None

    def rate(self, customer: Customer, turnover: Figure, orders: int) -> tuple[str, Figure]:
        """The tier, and why: a figure of what was bought with each rule that was asked."""
        asked: list[Evidence] = []
        for number, rule in enumerate(self.rules, 1):
            reasons = list(rule.reasons(customer, turnover.value, orders))
            holds = all(held for _, held in reasons)
            told = "; ".join(f"{text}: {'yes' if held else 'no'}" for text, held in reasons)
            asked.append(Evidence("rule", f"{number} ({rule.tier})", told or "always"))
            if holds:
                return rule.tier, _told(customer, rule.tier, number, turnover, asked)
        return "", _told(customer, "", 0, turnover, asked)

    @classmethod
    def read(cls, data: PlainTable) -> Tiers:
        """Rules from plain data. Raises `RulesRefused`, which names the place.

        ``{currency = "USD", months = 12, rules = [{tier = "gold", turnover = "100000.00",
        orders = 5, countries = ["DE"], tags = ["partner"]}]}``; amounts are in that currency.
        """
        given = PlainTable.of(data.values, data.place, "currency months rules")
        currency = given.currency("currency") if "currency" in given else None
        months = given.whole("months", 12)
        if not 1 <= months <= LONGEST_PERIOD:
            raise given.refused(f"a period is 1 to {LONGEST_PERIOD} months", "months")
        tables = given.tables("rules", "tier turnover orders countries tags")
        return cls(currency, months, tuple(_rule(one, currency) for one in tables))


def _rule(given: PlainTable, currency: Currency | None) -> TierRule:
    tier, countries, orders = given.text("tier"), given.texts("countries"), given.whole("orders", 0)
    if len(tier) > LONGEST_LABEL:
        raise given.refused(f"it is longer than {LONGEST_LABEL} characters", "tier")
    if orders < 0:
        raise given.refused("a number of orders is not negative", "orders")
    for number, code in enumerate(countries, 1):
        if not is_country(code):
            raise given.refused("a country is a code such as DE", f"countries[{number}]")
    turnover = None
    if "turnover" in given:
        if currency is None:
            raise given.refused("name the currency of amounts beside the rules", "turnover")
        turnover = Money(given.decimal("turnover"), currency)
    return TierRule(tier, turnover, orders, countries, given.texts("tags"))


def _told(
    customer: Customer, tier: str, number: int, turnover: Figure, asked: list[Evidence]
) -> Figure:
    rule = f"rule {number} of the tiers holds first" if number else "no rule of the tiers holds"
    label = f"Tier of customer {customer.id}: {tier or NO_TIER}"
    return Figure(label, turnover.value, rule, (turnover, *asked))
