"""Purchases: what suppliers bill, and how it is paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId
from fxcrm.money import Money
from fxcrm.posting import item_id
from fxcrm.simulation.agenda import Agenda
from fxcrm.simulation.parties import Member
from fxcrm.usecases.wording import Plain

_SUPPLIERS: Final = 40
_PRICED_IN: Final = Currency("EUR")


@attrs.define(eq=False)
class Bill:
    """What a supplier billed, and what is open of it."""

    item: str
    member: Member
    open: Money


Pay = Callable[[Bill, date], None]


@attrs.frozen(eq=False)
class Purchases:
    """How companies buy in a generated year."""

    agenda: Agenda
    currencies: tuple[Currency, ...]

    def bill(self, member: Member, on: date) -> None:
        """A supplier bills goods in any currency; it is paid within two months, mostly."""
        agenda, chance = self.agenda, self.agenda.chance
        size = chance.weighted([(2, 20_000), (5, 200_000), (2, 900_000)])
        price = Money.from_minor(chance.between(size // 9, size), _PRICED_IN)
        amount = agenda.worth(price, chance.one_of(self.currencies), on)
        id = agenda.number("B")
        supplier = f"supplier-{chance.between(1, _SUPPLIERS):02d}"
        agenda.do(
            "enter bill",
            on,
            id=id,
            company=member.id,
            supplier=supplier,
            amount=str(amount),
            days=chance.one_of((14, 30, 45)),
        )
        self._pay_later(Bill(item_id(CompanyId(member.id), id), member, amount), on)

    def _pay_later(self, bill: Bill, on: date) -> None:
        pay: Pay = self.agenda.chance.weighted(
            [
                (6, self._pay),
                (2, self._pay_in_parts),
                (2, self._pay_from_home),
                (1, self._pay_with_discount),
            ]
        )
        self.agenda.after(on, 3, 60, lambda day: pay(bill, day))

    def _pay(self, bill: Bill, on: date) -> None:
        """What is open; now and then the bank wants a fee."""
        fee = (
            {"fee": str(self.agenda.share(bill.open, 1, 8))} if self.agenda.chance.falls(30) else {}
        )
        self._settle(bill, bill.open, on, **fee)

    def _pay_in_parts(self, bill: Bill, on: date) -> None:
        """A part now, the rest later."""
        self._settle(bill, self.agenda.share(bill.open, 300, 700), on)
        if not bill.open.is_zero:
            self._pay_later(bill, on)

    def _pay_from_home(self, bill: Bill, on: date) -> None:
        """What is open, from the account at home, at a rate of the bank's own."""
        home = bill.member.functional
        if bill.open.currency is home:
            self._pay(bill, on)
            return
        worth = self.agenda.worth(bill.open, home, on)
        self._settle(bill, bill.open, on, paid=str(self.agenda.share(worth, 995, 1020)))

    def _pay_with_discount(self, bill: Bill, on: date) -> None:
        """Two or three percent less, as agreed for paying soon."""
        discount = self.agenda.share(bill.open, 20, 30)
        given = {} if discount == bill.open else {"discount": str(discount)}
        self._settle(bill, bill.open, on, **given)

    def _settle(self, bill: Bill, settled: Money, on: date, **given: Plain) -> None:
        id = self.agenda.number("BP")
        self.agenda.do("pay bill", on, id=id, item=bill.item, settled=str(settled), **given)
        bill.open -= settled
