"""Dealings: goods, dividends, a loan and shares, between the members of a generated group."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

import attrs

from fxcrm.ids import CompanyId
from fxcrm.money import Money
from fxcrm.posting import item_id
from fxcrm.simulation.agenda import Agenda
from fxcrm.simulation.parties import Member
from fxcrm.simulation.structures import (
    CALDER,
    PARENT,
    Dividend,
    Goods,
    Purchase,
    dividends,
    goods,
    second_purchase,
)

_DAYS: Final = 45  # until what is owed is due
_LENT: Final = Money("80000.00", "USD")


@attrs.frozen(eq=False)
class Dealings:
    """What members do with one another besides the services that they bill."""

    agenda: Agenda

    def plan(self, year: int, first: Purchase) -> None:
        """Everything on its day, from the first year on; ``first`` is how control is obtained."""
        plan = self.agenda.plan
        plan(date(year, 3, 15), self._lend)
        for purchase in (first, second_purchase(year)):
            plan(purchase.on, partial(self._buy, purchase))
        for sold in goods(year):
            plan(sold.on, partial(self._sell, sold))
        for declared in dividends(year):
            plan(declared.on, partial(self._distribute, declared))

    def _lend(self, on: date) -> None:
        """Nobody means to pay it back: it is a part of the net investment (IAS 21.15)."""
        given = {"lender": PARENT.id, "borrower": CALDER.id, "amount": str(_LENT)}
        self.agenda.do("lend net investment", on, id="net-investment-1", **given)

    def _buy(self, purchase: Purchase, on: date) -> None:
        self.agenda.do(
            "invest",
            on,
            id=purchase.id,
            company=purchase.owner.id,
            subsidiary=purchase.company.id,
            amount=str(purchase.price),
        )

    def _sell(self, sold: Goods, on: date) -> None:
        """They are in stock at their price at the rate of the day, until they are gone."""
        self.agenda.do(
            "sell to member",
            on,
            id=sold.id,
            seller=sold.seller.id,
            buyer=sold.buyer.id,
            amount=str(sold.price),
            days=_DAYS,
        )
        pay = partial(settle, self.agenda, sold.id, sold.buyer, sold.seller, sold.price)
        self.agenda.after(on, 20, 60, pay)
        value, used = self.agenda.worth(sold.price, sold.buyer.functional, on), 0
        for number, gone in enumerate(sold.gone, 1):
            so_far = int(value.minor * gone.share)
            part = Money.from_minor(so_far - used, value.currency)
            used = so_far
            use = partial(self._use, f"{sold.id}-used-{number}", sold.buyer, part)
            self.agenda.plan(gone.on, use)

    def _use(self, id: str, buyer: Member, cost: Money, on: date) -> None:
        self.agenda.do("use stock", on, id=id, company=buyer.id, cost=str(cost))

    def _distribute(self, declared: Dividend, on: date) -> None:
        """It is owed from that day on, to the owner and to others, and paid some weeks later."""
        company, amount = declared.company, declared.amount
        given = {"company": company.id, "amount": str(amount)}
        self.agenda.do("declare dividend", on, id=declared.id, **given, days=_DAYS)

        def pay(day: date) -> None:
            settle(self.agenda, declared.id, company, declared.owner, declared.to_owner, day)
            rest = amount - declared.to_owner
            if not rest.is_zero:
                id = f"{declared.id}:others"
                owed = item_id(CompanyId(company.id), id)
                self.agenda.do("pay bill", day, id=f"{id}-paid", item=owed, settled=str(rest))

        self.agenda.after(on, 35, 55, pay)


def settle(
    agenda: Agenda, id: str, debtor: Member, creditor: Member, amount: Money, on: date
) -> None:
    """What is owed leaves one bank and reaches the other on the same day."""
    owed, due = (item_id(CompanyId(one.id), id) for one in (debtor, creditor))
    agenda.do("pay bill", on, id=f"{id}-paid", item=owed, settled=str(amount))
    agenda.do("collect", on, id=f"{id}-received", item=due, settled=str(amount))
