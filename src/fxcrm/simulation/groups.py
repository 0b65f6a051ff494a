"""A generated group: five companies on three levels, in four currencies, over some years.

Its structure stands in `structures`. All members trade as the companies of any generated year do,
and with one another.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import attrs

from fxcrm.ids import CompanyId
from fxcrm.ledger import Group, Stake
from fxcrm.money import Money
from fxcrm.rates import RateTable
from fxcrm.simulation.charges import Charges
from fxcrm.simulation.dealings import Dealings
from fxcrm.simulation.plans import PlanRefused, YearPlan
from fxcrm.simulation.structures import (
    ALBION,
    CALDER,
    DUNMORE,
    MEMBERS,
    PARENT,
    structure,
)
from fxcrm.simulation.years import RULES, Course
from fxcrm.usecases.telling import Story

FIRMS_OF_A_GROUP: Final = len(MEMBERS)
_CHARGES: Final = ((PARENT, ALBION), (PARENT, CALDER), (ALBION, CALDER), (CALDER, DUNMORE))
_CURRENCIES: Final = len({one.functional for one in MEMBERS})
_YEARS: Final = 2  # one that closes, and one that opens with it
_PARTS: Final = 20  # a share of so many parts is of whole minor units
_TIMES: Final = {PARENT: 6, CALDER: 2}  # the capital of any other one: they hold those below
_CONSOLIDATED_AFTER: Final = 8  # days, when all members are closed


def generated_group(plan: YearPlan, rates: RateTable) -> Story:
    """The commands of a group over the years of a plan; the same plan gives the same ones.

    ``plan.companies`` is 5, ``plan.currencies`` 4 or more, ``plan.years`` 2 or more, and each year
    ends with a consolidation that is recorded. Raises `PlanRefused`.
    """
    _refuse_other_sizes(plan)
    course, group = Course.of(plan, rates, MEMBERS), structure()
    _found(course, group)
    for end in plan.year_ends[:-1]:
        course.agenda.plan(end + timedelta(days=_CONSOLIDATED_AFTER), _Closing(course, end))
    Charges(course.agenda, _CHARGES).plan(plan.closings)
    Dealings(course.agenda).plan(plan.year)
    course.trade()
    course.shut()
    last = plan.last_day
    _Closing(course, last)(last + timedelta(days=_CONSOLIDATED_AFTER))
    return Story(f"{plan.title}, as a group", group, course.steps, RULES)


def _refuse_other_sizes(plan: YearPlan) -> None:
    for name, least, most in (
        ("companies", FIRMS_OF_A_GROUP, FIRMS_OF_A_GROUP),
        ("currencies", _CURRENCIES, len(plan.chosen)),
        ("years", _YEARS, plan.years),
    ):
        if not least <= (given := getattr(plan, name)) <= most:
            raise PlanRefused(name=name, least=least, most=max(least, most), given=given)


def _found(course: Course, group: Group) -> None:
    """Open all books; owners pay their shares in, and others the rest."""
    for firm in course.firms:
        course.open_books(firm)
    for firm in course.firms:
        for paid in course.capital(firm):
            whole = (paid - Money.from_minor(paid.minor % _PARTS, paid.currency)) * _TIMES.get(
                firm, 1
            )
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
