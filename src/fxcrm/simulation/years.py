"""A generated year: who takes part, what they do, and the ends of its months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import attrs

from fxcrm.bookkeeping import Bookkeeping, BookRules
from fxcrm.ids import CompanyId
from fxcrm.ledger import Group, Stake
from fxcrm.money import Money
from fxcrm.rates import RateTable
from fxcrm.simulation.agenda import Agenda
from fxcrm.simulation.chance import Chance
from fxcrm.simulation.loans import Loans
from fxcrm.simulation.parties import Buyer, Member, buyers, members
from fxcrm.simulation.plans import YearPlan
from fxcrm.simulation.purchases import Purchases
from fxcrm.simulation.receipts import Receipts
from fxcrm.simulation.sales import Sales
from fxcrm.simulation.vouchers import LARGEST_DEVIATION, Vouchers
from fxcrm.usecases.telling import Story
from fxcrm.usecases.wording import Step

RULES: Final = Bookkeeping(BookRules(largest_deviation=LARGEST_DEVIATION))
_CAPITAL: Final = Money("250000.00", "EUR")
_TILL: Final = Money("20000.00", "EUR")  # in each foreign currency, so that no account is empty
_REGULARS: Final = 5  # of so many customers, one orders half the time


def generated_year(plan: YearPlan, rates: RateTable) -> Story:
    """The commands of a year, in the order of their days. The same plan gives the same ones.

    ``rates`` are those of the year and of some days before it. Raises a `RateMissing` where they
    leave a currency of the plan out.
    """
    course = Course.of(plan, rates, members(plan))
    for firm in course.firms:
        course.found(firm)
    course.trade()
    course.shut()
    parent, *others = course.firms
    stakes = tuple(Stake(CompanyId(one.id), 1) for one in others)
    group = Group(CompanyId(parent.id), stakes, parent.functional)
    return Story(plan.title, group, course.steps, RULES)


@attrs.frozen(eq=False)
class Course:
    """Years in the making: who takes part in them, and what they do."""

    plan: YearPlan
    agenda: Agenda
    firms: tuple[Member, ...]
    known: tuple[Buyer, ...]
    sales: Sales
    purchases: Purchases

    @classmethod
    def of(cls, plan: YearPlan, rates: RateTable, firms: tuple[Member, ...]) -> Course:
        """Years that nothing has happened in yet."""
        agenda = Agenda(Chance(plan.seed), rates, plan.last_day)
        known = tuple(buyers(plan, firms, agenda.chance))
        sales = Sales(agenda, Receipts(agenda))
        return cls(plan, agenda, firms, known, sales, Purchases(agenda, plan.chosen))

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was done so far."""
        return tuple(self.agenda.steps)

    def trade(self) -> None:
        """Spread what begins over the years, and let it take its course."""
        for buyer in self.known:
            self._register(buyer)
        for _ in range(self.plan.documents):
            self.agenda.plan(self._some_day(), self._begin)
        for last in self.plan.closings:
            for firm in self.firms:
                self._plan_end(firm, last)
        for firm in self.firms:
            loans = Loans(self.agenda, firm, self.plan.chosen)
            self.agenda.after(self.plan.first_day, 5, 20, loans.take)
        self.agenda.play()

    def shut(self) -> None:
        """Close the last December, when the new year has begun."""
        for firm in self.firms:
            self._close(firm, self.plan.last_day, self.plan.last_day + timedelta(days=2))

    def found(self, firm: Member) -> None:
        """Open a company's books, and have its owners pay in."""
        self.open_books(firm)
        for paid in self.capital(firm):
            self.pay_in(firm, paid)

    def open_books(self, firm: Member) -> None:
        """Register a company on the first day, with its second set of books."""
        do, on = self.agenda.do, self.plan.first_day
        do("register company", on, id=firm.id, name=firm.name, functional=firm.functional.code)
        if firm.parallel is not None:
            id, code = f"{firm.id}:{firm.parallel}", firm.parallel.code
            do("open parallel book", on, id=id, company=firm.id, currency=code)

    def capital(self, firm: Member) -> Iterator[Money]:
        """What the owners of a company pay in, in each currency of the years."""
        for currency in self.plan.chosen:
            size = _CAPITAL if currency is firm.functional else _TILL
            yield self.agenda.worth(size, currency, self.plan.first_day)

    def pay_in(self, firm: Member, paid: Money) -> None:
        """Owners pay capital in on the first day."""
        id, on = f"capital-{firm.id}-{paid.currency}", self.plan.first_day
        self.agenda.do("pay in capital", on, id=id, company=firm.id, amount=str(paid))

    def _register(self, buyer: Buyer) -> None:
        also = {"also": buyer.also.code} if buyer.also else {}
        self.agenda.do(
            "register customer",
            self.plan.first_day,
            id=buyer.id,
            company=buyer.member.id,
            name=buyer.name,
            country=buyer.country,
            currency=buyer.currency.code,
            **also,
        )

    def _some_day(self) -> date:
        days = (self.plan.last_day - self.plan.first_day).days
        day = self.plan.first_day + timedelta(days=self.agenda.chance.between(1, days))
        return min(self.agenda.working(day), self.plan.last_day)

    def _begin(self, on: date) -> None:
        """Something new begins: mostly an order, sometimes an offer or a supplier's bill."""
        kind = self.agenda.chance.weighted([(78, "order"), (7, "offer"), (15, "bill")])
        if kind == "bill":
            self.purchases.bill(self.agenda.chance.one_of(self.firms), on)
        elif kind == "offer":
            self.sales.offer(self._buyer(), on)
        else:
            self.sales.order(self._buyer(), on)

    def _buyer(self) -> Buyer:
        """A customer; some order often."""
        regulars = self.known[: -(-len(self.known) // _REGULARS)]
        return self.agenda.chance.one_of(regulars if self.agenda.chance.falls(50) else self.known)

    def _plan_end(self, firm: Member, last: date) -> None:
        """A month is closed some days into the next one, while that goes on."""
        pay = _Costs(self.agenda, firm, self.plan).pay
        self.agenda.plan(last, pay)
        Vouchers(self.agenda, firm, self.plan.chosen).plan_month(last)
        self.agenda.after(last, 2, 4, lambda day: self._close(firm, last, day))

    def _close(self, firm: Member, through: date, on: date) -> None:
        for books in firm.books:
            id = f"{books}-{through:%Y-%m}"
            self.agenda.do("close books", on, id=id, company=books, through=through)


@attrs.frozen(eq=False)
class _Costs:
    """What a company pays every month: at home, and in one foreign currency."""

    agenda: Agenda
    firm: Member
    plan: YearPlan

    def pay(self, on: date) -> None:
        """Pay them."""
        foreign = self.agenda.chance.one_of(self.plan.chosen)
        for kind, currency, most in (
            ("rent", self.firm.functional, "4000.00"),
            ("services", foreign, "300.00"),
        ):
            worth = self.agenda.worth(Money(most, "EUR"), currency, on)
            amount = self.agenda.share(worth, 600, 1000)
            id = f"{kind}-{self.firm.id}-{on:%Y-%m}"
            self.agenda.do("pay costs", on, id=id, company=self.firm.id, amount=str(amount))
