"""A generated group: five companies on three levels, in four currencies, over some years.

Its structure stands in `structures`. All members trade as the companies of any generated year do,
and with one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Final

import attrs

from fxcrm.ids import CompanyId
from fxcrm.ledger import Group, Stake
from fxcrm.money import Money, Rounding
from fxcrm.rates import RateTable
from fxcrm.simulation.charges import Charges
from fxcrm.simulation.dealings import Dealings
from fxcrm.simulation.parties import Member
from fxcrm.simulation.plans import GroupUnplanned, PlanRefused, YearPlan
from fxcrm.simulation.structures import (
    ALBION,
    CALDER,
    DUNMORE,
    MEMBERS,
    PARENT,
    first_purchase,
    group_of,
)
from fxcrm.simulation.years import RULES, Course
from fxcrm.usecases.telling import Story

FIRMS_OF_A_GROUP: Final = len(MEMBERS)
_CHARGES: Final = ((PARENT, ALBION), (PARENT, CALDER), (ALBION, CALDER))
_CURRENCIES: Final = len({one.functional for one in MEMBERS})
_YEARS: Final = 2  # one that closes, and one that opens with it
_PARTS: Final = 20  # a share of so many parts is of whole minor units
_CONTROL: Final = Fraction(7, 8)  # of what a company is worth: more than the share that it buys
_EARNED: Final = Money("2000.00", "EUR")  # on a document, about
_GOOD_NAME: Final = Money("50000.00", "EUR")
_CONSOLIDATED_AFTER: Final = 8  # days, when all members are closed


def generated_group(plan: YearPlan, rates: RateTable) -> Story:
    """The commands of a group over the years of a plan; the same plan gives the same ones.

    ``plan.companies`` is 5, ``plan.currencies`` 4 or more, ``plan.years`` 2 or more, and each year
    ends with a consolidation that is recorded. Raises `PlanRefused`,
    `GroupUnplanned`.
    """
    _refuse_other_sizes(plan)
    course = Course.of(plan, rates, MEMBERS)
    price = _price(course)
    group, first = group_of(plan.year, price), first_purchase(plan.year, price)
    _found(course, group, _times(course, price))
    for end in plan.year_ends[:-1]:
        course.agenda.plan(end + timedelta(days=_CONSOLIDATED_AFTER), _Closing(course, end))
    Charges(course.agenda, _CHARGES).plan(plan.closings)
    held = [one for one in plan.closings if one > first.on]
    Charges(course.agenda, ((CALDER, DUNMORE),)).plan(held)
    Dealings(course.agenda).plan(plan.year, first)
    course.trade()
    course.shut()
    last = plan.last_day
    _Closing(course, last)(last + timedelta(days=_CONSOLIDATED_AFTER))
    return Story(f"{plan.title}, as a group", group, course.steps, RULES)


def _price(course: Course) -> Money:
    """What control of Dunmore costs: for its capital, for half a year's trade, for its name."""
    plan, worth = course.plan, partial(course.agenda.worth, on=course.plan.first_day)
    paid_in = Money.total(worth(one, PARENT.functional) for one in course.capital(DUNMORE))
    earned = _EARNED * (plan.documents // (2 * plan.years * plan.companies))
    price = (paid_in + earned).times(_CONTROL, rounding=Rounding.DOWN) + _GOOD_NAME
    return worth(price, CALDER.functional)


def _times(course: Course, price: Money) -> Mapping[Member, int]:
    """How many times the usual capital the owners of others have, so that they can pay."""
    usual = next(one for one in course.capital(CALDER) if one.currency is price.currency)
    bought = 2 + price.minor // usual.minor
    return {CALDER: bought, PARENT: 3 + bought}


def _refuse_other_sizes(plan: YearPlan) -> None:
    if plan.parallel is not None:
        raise GroupUnplanned(parallel=plan.parallel)
    for name, least, most in (
        ("companies", FIRMS_OF_A_GROUP, FIRMS_OF_A_GROUP),
        ("currencies", _CURRENCIES, len(plan.chosen)),
        ("years", _YEARS, plan.years),
    ):
        if not least <= (given := getattr(plan, name)) <= most:
            raise PlanRefused(name=name, least=least, most=max(least, most), given=given)


def _found(course: Course, group: Group, times: Mapping[Member, int]) -> None:
    """Open all books; owners pay their shares in, and others the rest."""
    for firm in course.firms:
        course.open_books(firm)
    for firm in course.firms:
        for paid in course.capital(firm):
            spare = Money.from_minor(paid.minor % _PARTS, paid.currency)
            whole = (paid - spare) * times.get(firm, 1)
            course.pay_in(firm, whole)
            if firm is not PARENT:
                _hold(course, group, group.stake(CompanyId(firm.id)), whole)


def _hold(course: Course, group: Group, stake: Stake, capital: Money) -> None:
    """The owner in the group pays its share of the capital, where it is a founder."""
    if stake.acquired is None:
        share = Money.from_minor(int(capital.minor * stake.owned), capital.currency)
        course.agenda.do(
            "invest",
            course.plan.first_day,
            id=f"stake-{stake.company}-{capital.currency}",
            company=group.owner_of(stake),
            subsidiary=stake.company,
            amount=str(share),
        )


@attrs.frozen(eq=False)
class _Closing:
    """The group's closing of a year."""

    course: Course
    through: date

    def __call__(self, on: date) -> None:
        """Consolidate and record, some days into the new year."""
        id = f"group-{self.through}"
        self.course.agenda.do("close group", on, id=id, through=self.through)
