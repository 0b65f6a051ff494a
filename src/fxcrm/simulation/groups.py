"""A generated group: five companies on three levels, in four currencies, over some years.

The parent founds two subsidiaries, one of them with other holders. They found or buy the two below
them. All trade as the companies of any generated year do, and with one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import attrs

from fxcrm.ids import CompanyId
from fxcrm.ledger import Group, Stake
from fxcrm.money import Money
from fxcrm.rates import RateTable
from fxcrm.simulation.charges import Charges
from fxcrm.simulation.parties import Member, member
from fxcrm.simulation.plans import PlanRefused, YearPlan
from fxcrm.simulation.years import RULES, Course
from fxcrm.usecases.telling import Story

PARENT: Final = member("Nordwind", "EUR")
ALBION: Final = member("Albion", "GBP")
CALDER: Final = member("Calder", "USD")
DUNMORE: Final = member("Dunmore", "JPY")
EASTMARK: Final = member("Eastmark", "USD")
_FIRMS: Final = (PARENT, ALBION, CALDER, DUNMORE, EASTMARK)
_SHARES: Final[Mapping[Member, str]] = {
    ALBION: "1",
    CALDER: "0.80",
    DUNMORE: "0.75",
    EASTMARK: "0.60",
}
_CHARGES: Final = ((PARENT, ALBION), (PARENT, CALDER), (ALBION, CALDER), (CALDER, DUNMORE))
FIRMS_OF_A_GROUP: Final = len(_FIRMS)
_CURRENCIES: Final = len({one.functional for one in _FIRMS})
_PARTS: Final = 20  # a share of so many parts is of whole minor units
_FOR_EACH: Final = 6  # the parent's capital is so many times that of another
_CONSOLIDATED_AFTER: Final = 8  # days, when all members are closed


def generated_group(plan: YearPlan, rates: RateTable) -> Story:
    """The commands of a group over the years of a plan; the same plan gives the same ones.

    ``plan.companies`` is 5, ``plan.currencies`` 4 or more, and each year ends with a consolidation
    that is recorded. Raises `PlanRefused`.
    """
    _refuse_other_sizes(plan)
    course = Course.of(plan, rates, _FIRMS)
    group = _group()
    _found(course, group)
    for end in plan.year_ends[:-1]:
        course.agenda.plan(end + timedelta(days=_CONSOLIDATED_AFTER), _Closing(course, end))
    Charges(course.agenda, _CHARGES).plan(plan.closings)
    course.trade()
    course.shut()
    last = plan.last_day
    _Closing(course, last)(last + timedelta(days=_CONSOLIDATED_AFTER))
    return Story(f"{plan.title}, as a group", group, course.steps, RULES)


def _refuse_other_sizes(plan: YearPlan) -> None:
    for name, least, most in (
        ("companies", FIRMS_OF_A_GROUP, FIRMS_OF_A_GROUP),
        ("currencies", _CURRENCIES, len(plan.chosen)),
    ):
        if not least <= getattr(plan, name) <= most:
            raise PlanRefused(name=name, least=least, most=most, given=getattr(plan, name))


def _group() -> Group:
    stakes = [Stake(CompanyId(one.id), Fraction(share)) for one, share in _SHARES.items()]
    return Group(CompanyId(PARENT.id), stakes, PARENT.functional)


def _found(course: Course, group: Group) -> None:
    """Open all books; owners pay their shares in, and others the rest."""
    for firm in course.firms:
        course.open_books(firm)
    for paid in course.capital(PARENT):
        course.pay_in(PARENT, paid * _FOR_EACH)
    for stake in group.stakes:
        firm = next(one for one in course.firms if one.id == stake.company)
        for paid in course.capital(firm):
            whole = Money.from_minor(paid.minor - paid.minor % _PARTS, paid.currency)
            share = Money.from_minor(int(whole.minor * stake.owned), paid.currency)
            course.pay_in(firm, whole)
            course.agenda.do(
                "invest",
                course.plan.first_day,
                id=f"stake-{firm.id}-{paid.currency}",
                company=group.owner_of(stake),
                subsidiary=firm.id,
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
