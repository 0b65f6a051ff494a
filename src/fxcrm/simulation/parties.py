"""Who takes part: companies with their books, and customers with the currencies they prefer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.simulation.chance import Chance
from fxcrm.simulation.plans import YearPlan

# All of them are made up.
_COMPANIES: Final = (
    *("Nordwind", "Albion", "Calder", "Dunmore", "Eastmark", "Fjordgate"),
    *("Greyfell", "Halden", "Istria", "Juniper", "Kestrel", "Lomond"),
)
_FIRST: Final = ("Amber", "Birch", "Cobalt", "Delta", "Ember", "Fallow", "Granite", "Harbour")
_LAST: Final = ("Tools", "Mills", "Optics", "Foods", "Yards", "Papers", "Pumps", "Looms", "Bikes")
_EURO_COUNTRIES: Final = ("DE", "FR", "IT", "NL", "AT", "FI")
_LIKELY_IN_HOME_CURRENCY = 25  # percent of the customers


@attrs.frozen
class Member:
    """A company of the year; ``parallel`` is the currency of a second set of books."""

    id: str
    name: str
    functional: Currency
    parallel: Currency | None = None

    @property
    def books(self) -> dict[str, Currency]:
        """Its books by their id, its own first."""
        own = {self.id: self.functional}
        return own if self.parallel is None else own | {f"{self.id}:{self.parallel}": self.parallel}


def member(name: str, functional: str) -> Member:
    """A company by its name, with books in a currency."""
    return Member(name.lower(), name, Currency(functional))


@attrs.frozen
class Buyer:
    """A customer; ``also`` is a second currency it may be billed in."""

    id: str
    member: Member
    name: str
    country: str
    currency: Currency
    also: Currency | None = None


def members(plan: YearPlan) -> tuple[Member, ...]:
    """The companies; no two in a row keep their books in one currency."""
    return tuple(
        _member(name, plan.chosen[number % plan.currencies], plan.parallel)
        for number, name in enumerate(_COMPANIES[: plan.companies])
    )


def _member(name: str, functional: Currency, parallel: Currency | None) -> Member:
    beside = None if parallel is functional else parallel
    return Member(name.lower(), name, functional, beside)


def buyers(plan: YearPlan, of: tuple[Member, ...], chance: Chance) -> Iterator[Buyer]:
    """The customers, shared out among the companies in turn."""
    for number in range(1, plan.customers + 1):
        member = of[(number - 1) % len(of)]
        # Every currency is somebody's, as far as there are customers for it.
        foreign = plan.chosen[number // len(of) % plan.currencies]
        at_home = chance.falls(_LIKELY_IN_HOME_CURRENCY)
        currency = member.functional if at_home else foreign
        also = chance.one_of(plan.chosen) if chance.falls(20) else None
        name = f"{chance.one_of(_FIRST)} {chance.one_of(_LAST)} {number}"
        country = _country(currency, chance)
        yield Buyer(f"customer-{number:04d}", member, name, country, currency, also)


def _country(currency: Currency, chance: Chance) -> str:
    """A currency's code begins with that of its country, the euro's apart."""
    return chance.one_of(_EURO_COUNTRIES) if currency.code == "EUR" else currency.code[:2]
