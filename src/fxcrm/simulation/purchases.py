"""Purchases: what suppliers bill, how it is paid, and what they take back or are paid before."""

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
from fxcrm.simulation.receipts import met
from fxcrm.usecases.wording import Plain

_SUPPLIERS: Final = 40
_LIKELY_IN_ADVANCE: Final = 10  # percent of what is bought
_LIKELY_TO_BE_CREDITED: Final = 10  # percent of the bills
_PRICED_IN: Final = Currency("EUR")


@attrs.define(eq=False)
class Bill:
    """What a supplier billed, and what is open of it."""

    item: str
    member: Member
    supplier: str
    total: Money
    open: Money = attrs.field()

    @open.default
    def _all(self) -> Money:
        return self.total


@attrs.define(eq=False)
class Deposit:
    """What a supplier owes, in goods or money: the open item, and what is left of it."""

    item: str
    left: Money


Pay = Callable[[Bill, date], None]


@attrs.frozen(eq=False)
class Purchases:
    """How companies buy in a generated year."""

    agenda: Agenda
    currencies: tuple[Currency, ...]

    def bill(self, member: Member, on: date) -> None:
        """A supplier bills goods in any currency; it is paid within two months, mostly."""
        chance = self.agenda.chance
        supplier = f"supplier-{chance.between(1, _SUPPLIERS):02d}"
        if chance.falls(_LIKELY_IN_ADVANCE):
            self._pay_advance(member, supplier, on)
            return
        bill = self._enter(member, supplier, self._price(on), on)
        self._pay_later(bill, on)
        if chance.falls(_LIKELY_TO_BE_CREDITED):
            self.agenda.after(on, 3, 70, lambda day: self._take_back(bill, day))

    def _price(self, on: date) -> Money:
        chance = self.agenda.chance
        size = chance.weighted([(2, 20_000), (5, 200_000), (2, 900_000)])
        price = Money.from_minor(chance.between(size // 9, size), _PRICED_IN)
        return self.agenda.worth(price, chance.one_of(self.currencies), on)

    def _enter(self, member: Member, supplier: str, amount: Money, on: date) -> Bill:
        id = self.agenda.number("B")
        self.agenda.do(
            "enter bill",
            on,
            id=id,
            company=member.id,
            supplier=supplier,
            amount=str(amount),
            days=self.agenda.chance.one_of((14, 30, 45)),
        )
        return Bill(_item(member, id), member, supplier, amount)

    def _pay_later(self, bill: Bill, on: date) -> None:
        way: Pay = self.agenda.chance.weighted(
            [
                (10, self._pay),
                (4, self._pay_in_parts),
                (4, self._pay_from_home),
                (2, self._pay_with_discount),
                (1, self._pay_by_mistake),
            ]
        )

        def pay(day: date) -> None:
            if not bill.open.is_zero:  # a credit may have met it meanwhile
                way(bill, day)

        self.agenda.after(on, 3, 60, pay)

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

    def _pay_by_mistake(self, bill: Bill, on: date) -> None:
        """What is open, twice, or from the wrong account; it is taken back and paid again."""
        settled = bill.open
        id = self._settle(bill, settled, on)

        def undo(day: date) -> None:
            self.agenda.do("undo bill payment", day, id=id, company=bill.member.id)
            bill.open += settled
            self._pay_later(bill, day)

        self.agenda.after(on, 2, 12, undo)

    def _settle(self, bill: Bill, settled: Money, on: date, **given: Plain) -> str:
        id = self.agenda.number("BP")
        self.agenda.do("pay bill", on, id=id, item=bill.item, settled=str(settled), **given)
        bill.open -= settled
        return id

    # ---- advances, and what suppliers take back

    def _pay_advance(self, member: Member, supplier: str, on: date) -> None:
        """A part of the price is paid before there is a bill, which it meets later."""
        id, price = self.agenda.number("A"), self._price(on)
        part = self.agenda.share(price, 200, 600)
        self.agenda.do(
            "pay advance", on, id=id, company=member.id, supplier=supplier, paid=str(part)
        )
        deposit = Deposit(_item(member, id), part)

        def enter(day: date) -> None:
            abroad = self.agenda.chance.falls(20)  # billed in another currency than was agreed
            price_then = self._price(day) if abroad else price
            bill = self._enter(member, supplier, price_then, day)
            self._offset(bill, deposit, day)
            self._pay_later(bill, day)
            self._collect_later(deposit, day)

        self.agenda.after(on, 5, 40, enter)

    def _take_back(self, bill: Bill, on: date) -> None:
        """The supplier credits a part, or all; what is paid already is owed back."""
        agenda = self.agenda
        whole = agenda.chance.falls(20)
        amount = bill.total if whole else agenda.share(bill.total, 50, 600)
        id, taken = agenda.number("BC"), min(amount, bill.open)
        agenda.do("credit bill", on, id=id, item=bill.item, amount=str(amount))
        bill.open -= taken
        deposit = Deposit(_item(bill.member, id), amount - taken)
        if not deposit.left.is_zero and agenda.chance.falls(30):
            other = self._enter(bill.member, bill.supplier, self._price(on), on)
            self._offset(other, deposit, on)
            self._pay_later(other, on)
        self._collect_later(deposit, on)

    def _offset(self, bill: Bill, deposit: Deposit, on: date) -> None:
        """Set what a supplier owes against a bill, in one currency or between two."""
        settled, used = met(self.agenda, deposit.left, bill.open, on)
        if settled.is_zero or used.is_zero:
            return
        given: dict[str, Plain] = {}
        if used.currency is not settled.currency:
            given["used"] = str(used)
        self.agenda.do(
            "offset bill",
            on,
            id=self.agenda.number("BO"),
            item=bill.item,
            against=deposit.item,
            settled=str(settled),
            **given,
        )
        bill.open -= settled
        deposit.left -= used

    def _collect_later(self, deposit: Deposit, on: date) -> None:
        """What is left of it comes back in money; now and then the bank keeps a fee."""

        def collect(day: date) -> None:
            fee = self.agenda.share(deposit.left, 1, 8)
            kept = self.agenda.chance.falls(30) and fee < deposit.left
            given: dict[str, Plain] = {"fee": str(fee)} if kept else {}
            id, settled = self.agenda.number("C"), str(deposit.left)
            self.agenda.do("collect", day, id=id, item=deposit.item, settled=settled, **given)

        if not deposit.left.is_zero:
            self.agenda.after(on, 10, 50, collect)


def _item(member: Member, key: str) -> str:
    return item_id(CompanyId(member.id), key)
