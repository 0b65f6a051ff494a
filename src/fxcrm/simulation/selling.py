"""A generated book of deals: who sells what to whom over two years, in all stages.

From a seed and a table of published rates, the same on every Python. Deals that ended keep the
rate of their day, one decision for each currency and day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.customers import Customer
from fxcrm.deals import Deal
from fxcrm.decisions import Purpose, RateDecision, decide
from fxcrm.errors import InputRefused
from fxcrm.ids import CompanyId, CustomerId, DealId
from fxcrm.money import Money
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.simulation.chance import Chance
from fxcrm.simulation.parties import Buyer, buyers, member
from fxcrm.simulation.plans import YearPlan
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.registering import register_company
from fxcrm.usecases.wording import WORKING_HOUR

HOME: Final = member("Nordwind", "EUR")
_TEAMS: Final = (
    *("emea/dach", "emea/nordics", "emea/south", "americas/north", "americas/latin", "apac"),
)
_SELLERS: Final = (
    *("ada", "bela", "carl", "dora", "emil", "fria", "gus", "hana", "ivo", "jule"),
    *("kaja", "lars", "mira", "nils", "oda", "pal", "quin", "rosa", "sven", "tove"),
)
_REASONS: Final = ("price", "delivery", "no budget", "another supplier")
_MOST_DEALS: Final = 500_000
_LONGEST: Final = 150  # days from the first talk to the end
_PARTS: Final = 2  # percent of the deals are a part of the one before


class BookRefused(InputRefused):
    """A book of deals of a size that can not be generated."""

    deals: int
    template = f"a book has 1 to {_MOST_DEALS} deals, not {{deals}}"


@attrs.frozen
class SellingPlan:
    """The size of a book, and the seed it follows from. ``year`` is the last of ``years``.

    Raises `BookRefused`, `PlanRefused`.
    """

    year: int = 2025
    years: int = 2
    customers: int = 2_000
    currencies: int = 12
    deals: int = 20_000
    seed: int = 1

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.deals <= _MOST_DEALS:
            raise BookRefused(deals=self.deals)

    @property
    def parties(self) -> YearPlan:
        """The plan that customers and currencies are drawn by."""
        first = self.year - self.years + 1
        return YearPlan(first, 1, self.customers, self.currencies, seed=self.seed, years=self.years)

    @property
    def title(self) -> str:
        """The plan in words."""
        return (
            f"a book of {self.deals} deals from seed {self.seed}: {self.customers} customers, "
            f"{self.currencies} currencies, {self.years} years to {self.year}"
        )


@attrs.frozen
class SellingBook:
    """A generated book: the customers and the deals, with the decisions that they keep."""

    plan: SellingPlan
    customers: tuple[Customer, ...]
    deals: tuple[Deal, ...]
    decisions: tuple[RateDecision, ...]

    @property
    def today(self) -> date:
        """The last day of the book."""
        return self.plan.parties.last_day

    @property
    def at(self) -> datetime:
        """The instant it is complete."""
        return datetime.combine(self.today, WORKING_HOUR)


def generated_book(plan: SellingPlan, rates: RateTable) -> SellingBook:
    """The book of a plan. The same plan gives the same one. Raises a `RateMissing`."""
    return _Drawing(plan, rates, Chance(plan.seed)).book()


def keep_book(store: Store, book: SellingBook, rates: RateTable, actor: str) -> None:
    """Put a book into an empty store, in one transaction. Raises `AlreadyThere`."""
    with store.begin(actor=actor, at=book.at, key=book.plan.title) as unit:
        desk = Desk(unit, rates, book.at, actor)
        first = book.plan.parties.first_day
        register_company(
            desk, CompanyId(HOME.id), name=HOME.name, functional=HOME.functional, on=first
        )
        for decision in book.decisions:
            unit.decisions.record(decision)
        for customer in book.customers:
            unit.customers.add(customer)
        for deal in book.deals:
            unit.deals.add(deal)
        unit.commit()


@attrs.frozen(eq=False)
class _Drawing:
    """A book in the making."""

    plan: SellingPlan
    rates: RateTable
    chance: Chance
    decisions: dict[tuple[Currency, date], RateDecision] = attrs.field(factory=dict)

    def book(self) -> SellingBook:
        """Draw customers, then deals one after the other."""
        known = tuple(buyers(self.plan.parties, (HOME,), self.chance))
        first = self.plan.parties.first_day
        customers = tuple(_registered(one, first) for one in known)
        deals = tuple(self._deals(known))
        return SellingBook(self.plan, customers, deals, tuple(self.decisions.values()))

    def _deals(self, known: tuple[Buyer, ...]) -> Iterator[Deal]:
        before: Deal | None = None
        for number in range(1, self.plan.deals + 1):
            deal = self._deal(number, self.chance.one_of(known))
            if before is not None and before.parent is None and self.chance.falls(_PARTS):
                deal = attrs.evolve(deal, parent=before.id)
            before = deal
            yield deal

    def _deal(self, number: int, buyer: Buyer) -> Deal:
        seller = self.chance.between(0, len(_SELLERS) - 1)
        opened = self._some_day()
        takes = timedelta(days=self.chance.between(10, _LONGEST))
        made = Deal(
            DealId(f"D-{number:06d}"),
            CompanyId(HOME.id),
            CustomerId(buyer.id),
            None,
            f"Order {number}",
            self._value(buyer, opened),
            opened,
            owner=_SELLERS[seller],
            team=_TEAMS[seller % len(_TEAMS)],
            expected_on=opened + takes,
        )
        if opened + takes > self.plan.parties.last_day:
            stage = "quoted" if self.chance.falls(50) else made.stage
            return attrs.evolve(made, stage=stage)
        return self._ended(made, opened + takes)

    def _ended(self, deal: Deal, on: date) -> Deal:
        """Won or lost, at the rate of the day."""
        rate = self._rate(deal.value.currency, on)
        if self.chance.falls(45):
            return attrs.evolve(deal, stage="won", closed_on=on, closing=rate)
        reason = self.chance.one_of(_REASONS)
        return attrs.evolve(deal, stage="lost", closed_on=on, closing=rate, reason=reason)

    def _some_day(self) -> date:
        parties = self.plan.parties
        days = (parties.last_day - parties.first_day).days
        return parties.first_day + timedelta(days=self.chance.between(1, days))

    def _value(self, buyer: Buyer, on: date) -> Money:
        """Between some hundred and a hundred thousand euros, in tens of a currency's units."""
        likely = ((5, 10), (5, 100), (2, 1_000))
        euros = Money(self.chance.between(20, 99) * self.chance.weighted(likely), "EUR")
        use_other = buyer.also is not None and self.chance.falls(25)
        currency = buyer.also if use_other and buyer.also is not None else buyer.currency
        if currency is euros.currency:
            return euros
        worth = self.rates.convert(euros, currency, on)
        tens = 10 * currency.minor_units
        return Money.from_minor(max(worth.minor // tens, 1) * tens, currency)

    def _rate(self, currency: Currency, on: date) -> RateDecision | None:
        if currency is HOME.functional:
            return None
        if (currency, on) not in self.decisions:
            self.decisions[currency, on] = decide(
                self.rates,
                HOME.functional,
                currency,
                purpose=Purpose.QUOTE,
                on=on,
                known_at=datetime.combine(on, WORKING_HOUR),
                decided_by="simulation",
            )
        return self.decisions[currency, on]


def _registered(buyer: Buyer, on: date) -> Customer:
    currencies = (buyer.currency, buyer.also) if buyer.also else (buyer.currency,)
    return Customer(
        CustomerId(buyer.id),
        CompanyId(HOME.id),
        buyer.name,
        buyer.country,
        buyer.currency,
        tuple(dict.fromkeys(currencies)),
        on,
    )
