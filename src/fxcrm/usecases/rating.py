"""Rating: the tier of each customer, by the rules of the desk and one rate for each pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

import attrs

from fxcrm.customers import Customer
from fxcrm.errors import RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.money import Money
from fxcrm.queries import Filter, every
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.finding import Above, Measure, amounts_of
from fxcrm.usecases.wording import Command


class NoTiers(RuleRefused):
    """Customers were to be rated, and no rules say how."""

    company: CompanyId
    template = "no rules say how customers of {company} are rated; state tiers in the rules"


@attrs.frozen
class Rated:
    """A customer with its tier, and the figure that says why."""

    customer: Customer
    tier: str
    why: Figure


def ratings(desk: Desk, company: CompanyId, on: date) -> Iterator[Rated]:
    """The tier of every active customer at the end of a day; nothing is changed.

    What was bought in each currency is converted at the rate of that day, by one decision.
    Raises `NoTiers`, `RatedTooEarly`, and a `RateMissing`.
    """
    tiers = desk.selling.tiers
    if not tiers.rules:
        raise NoTiers(company=company)
    currency = tiers.currency or desk.uow.companies.get(company).functional
    since = tiers.since(on)
    above = Above(Measure.BOUGHT, Money.zero(currency), on, since)
    bought, _ = amounts_of(desk, company, above)
    orders = _orders(desk, company, since, on)
    for customer in every(desk.uow.customers.page, Filter(company=company, state="active")):
        nothing = Figure.stated(f"Customer {customer.id}, bought", Money.zero(currency))
        turnover = bought.get(customer.id, nothing)
        yield Rated(customer, *tiers.rate(customer, turnover, orders[customer.id]))


def rate_customers(desk: Desk, company: CompanyId, *, on: date) -> list[Rated]:
    """Put every active customer into its tier; only those whose tier changed are saved."""
    return [_kept(desk, one, on) for one in list(ratings(desk, company, on))]


def _kept(desk: Desk, rated: Rated, on: date) -> Rated:
    after = rated.customer.rated(rated.tier, on)
    if after is rated.customer:
        return rated
    return attrs.evolve(rated, customer=desk.uow.customers.save(after))


def _orders(desk: Desk, company: CompanyId, since: date, on: date) -> Counter[CustomerId]:
    where = Filter(company=company, since=since, until=on)
    found = every(desk.uow.orders.page, where)
    return Counter(one.customer for one in found if one.state != "cancelled")


RATINGS: Mapping[str, Command] = MappingProxyType(
    {
        "rate customers": Command.of(
            "id company",
            lambda desk, step, _: rate_customers(desk, CompanyId(step.text("company")), on=step.on),
        )
    }
)
