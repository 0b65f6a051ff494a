"""Receipts: how invoices are paid, well and badly, and what becomes of what was paid too much."""

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
from fxcrm.simulation.parties import Buyer
from fxcrm.usecases.wording import Plain

_LIKELY_TO_BE_CREDITED: Final = 5  # percent of the invoices
_METHODS: Final = ("bank transfer", "direct debit", "cheque")


@attrs.define(eq=False)
class Sale:
    """An invoice, what is open of it, and what nobody will pay, which is not credited either."""

    invoice: str
    buyer: Buyer
    total: Money
    due_on: date
    open: Money = attrs.field()
    let_off: Money = attrs.field()

    @open.default
    def _all(self) -> Money:
        return self.total

    @let_off.default
    def _nothing(self) -> Money:
        return Money.zero(self.total.currency)


@attrs.define(eq=False)
class Credit:
    """What a customer has to their credit: the open item, and what is left of it."""

    item: str
    buyer: Buyer
    left: Money


Pay = Callable[[Sale, date], None]


@attrs.frozen(eq=False)
class Receipts:
    """How customers pay in a generated year."""

    agenda: Agenda
    _owed: dict[str, list[Sale]] = attrs.field(factory=dict)  # by customer, oldest first

    def expect(self, sale: Sale, on: date) -> None:
        """An invoice went out on a day; it is paid in one way or another, or not this year."""
        self._owed.setdefault(sale.buyer.id, []).append(sale)
        self._some_day(sale, on, 1, 75)
        if self.agenda.chance.falls(_LIKELY_TO_BE_CREDITED):
            self.agenda.after(on, 3, 60, lambda day: self._take_back(sale, day))

    def _some_day(self, sale: Sale, on: date, least: int, most: int) -> None:
        way: Pay = self.agenda.chance.weighted(self._ways)

        def pay(day: date) -> None:
            if not sale.open.is_zero:  # a credit may have met it meanwhile
                way(sale, day)

        self.agenda.after(on, least, most, pay)

    @property
    def _ways(self) -> list[tuple[int, Pay]]:
        """How often it is paid in which way."""
        return [
            (46, self._pay),
            (12, self._pay_through_provider),
            (14, self._pay_in_parts),
            (10, self._pay_in_third_currency),
            (6, self._pay_too_much),
            (5, self._pay_with_discount),
            (4, self._pay_short),
            (3, self._bounce),
            (2, self._give_up),
        ]

    def _pay(self, sale: Sale, on: date) -> None:
        """What is open, by bank transfer."""
        self._receive(sale, sale.open, on)

    def _pay_through_provider(self, sale: Sale, on: date) -> None:
        """What is open; the provider keeps a fee."""
        fee = self.agenda.share(sale.open, 5, 30)
        if fee == sale.open:
            self._pay(sale, on)
            return
        given: dict[str, Plain] = {"received": str(sale.open - fee), "fee": str(fee)}
        self._receive(sale, sale.open, on, method="card", **given)

    def _pay_in_parts(self, sale: Sale, on: date) -> None:
        """A part now, the rest later, and maybe in parts again."""
        part = self.agenda.share(sale.open, 200, 700)
        self._receive(sale, part, on)
        if not sale.open.is_zero:
            self._some_day(sale, on, 3, 40)

    def _pay_in_third_currency(self, sale: Sale, on: date) -> None:
        """What is open, into an account of another currency, at a rate of the bank's own (D10)."""
        agenda = self.agenda
        others = [one for one in _accounts(sale.buyer) if one is not sale.open.currency]
        worth = agenda.worth(sale.open, agenda.chance.one_of(others), on)
        self._receive(sale, sale.open, on, received=str(agenda.share(worth, 985, 1005)))

    def _pay_too_much(self, sale: Sale, on: date) -> None:
        """More than is open; the excess is to the customer's credit for a while (D11)."""
        excess = self.agenda.share(sale.open, 20, 300)
        given: dict[str, Plain] = {"received": str(sale.open + excess), "excess": str(excess)}
        id = self._receive(sale, sale.open, on, **given)
        self.use_later(self.credit(sale.buyer, f"{id}:credit", excess), on)

    def _pay_with_discount(self, sale: Sale, on: date) -> None:
        """Two or three percent less, as agreed for paying soon."""
        self._let_off(sale, "discount", self.agenda.share(sale.open, 20, 30), on)

    def _pay_short(self, sale: Sale, on: date) -> None:
        """A little less than is open, which is not worth a letter."""
        self._let_off(sale, "write_off", self.agenda.share(sale.open, 1, 5), on)

    def _let_off(self, sale: Sale, name: str, part: Money, on: date) -> None:
        if part == sale.open:
            self._pay(sale, on)
            return
        given: dict[str, Plain] = {"received": str(sale.open - part), name: str(part)}
        sale.let_off += part
        self._receive(sale, sale.open, on, **given)

    def _bounce(self, sale: Sale, on: date) -> None:
        """A payment in full that is taken back within days; it is paid again later."""
        agenda, settled = self.agenda, sale.open
        id = self._receive(sale, settled, on, method="direct debit")

        def undo(day: date) -> None:
            agenda.do("undo payment", day, id=id, reason="returned by the bank")
            sale.open = settled
            self._owed.setdefault(sale.buyer.id, []).append(sale)
            self._some_day(sale, day, 5, 30)

        agenda.after(on, 2, 12, undo)

    def _give_up(self, sale: Sale, on: date) -> None:
        """Nothing comes; after some months what is open is written off (D12)."""

        def write_off(day: date) -> None:
            if sale.open.is_zero:
                return
            id = self.agenda.number("P")
            self.agenda.do("write off invoice", day, id=id, invoice=sale.invoice)
            sale.let_off += sale.open
            self._settled(sale, sale.open)

        self.agenda.after(on, 60, 120, write_off)

    def _receive(self, sale: Sale, settled: Money, on: date, **given: Plain) -> str:
        agenda = self.agenda
        id, method = agenda.number("P"), agenda.chance.one_of(_METHODS)
        given = {"received": str(settled), "method": method, **given}
        agenda.do(
            "receive payment",
            on,
            id=id,
            invoice=sale.invoice,
            settled=str(settled),
            **given,
        )
        self._settled(sale, settled)
        return id

    def _settled(self, sale: Sale, settled: Money) -> None:
        sale.open -= settled
        if sale.open.is_zero:
            self._owed[sale.buyer.id].remove(sale)

    # ---- credit notes, advances and credits

    def _take_back(self, sale: Sale, on: date) -> None:
        """Goods come back: a credit note over a part, or all, of the invoice, paid or not."""
        agenda = self.agenda
        whole = agenda.chance.falls(20)
        rest = sale.total - sale.let_off
        amount = rest if whole else min(rest, agenda.share(sale.total, 50, 600))
        if amount.is_zero:
            return
        taken = min(amount, sale.open)
        id, number = agenda.number("CN"), agenda.number(f"{sale.buyer.member.id}-CN")
        agenda.do(
            "credit invoice",
            on,
            id=id,
            invoice=sale.invoice,
            amount=str(amount),
            reason="goods returned",
        )
        if taken.is_positive:
            self._settled(sale, taken)
        if amount > taken:  # what was paid already is owed back
            company, _, position = number.rpartition("-CN")
            key = f"{company}-CN-{int(position):04d}"
            self.use_later(self.credit(sale.buyer, key, amount - taken), on)
        elif agenda.chance.falls(10):
            agenda.after(on, 2, 20, lambda day: self._cancel(id, sale, taken, day))

    def _cancel(self, note: str, sale: Sale, taken: Money, on: date) -> None:
        """The goods did not come back after all."""
        self.agenda.do("cancel credit note", on, id=note)
        if sale.open.is_zero:
            self._owed.setdefault(sale.buyer.id, []).append(sale)
            self._some_day(sale, on, 5, 30)
        sale.open += taken

    def advance(self, buyer: Buyer, amount: Money, on: date) -> Credit:
        """A part of an order, paid before there is an invoice."""
        agenda = self.agenda
        id, fee = agenda.number("P"), agenda.share(amount, 5, 30)
        kept = agenda.chance.falls(30) and fee < amount
        given: dict[str, Plain] = {"fee": str(fee)} if kept else {}
        agenda.do(
            "receive advance",
            on,
            id=id,
            company=buyer.member.id,
            customer=buyer.id,
            received=str(amount - fee if kept else amount),
            method="card" if kept else "bank transfer",
            **given,
        )
        return self.credit(buyer, id, amount)

    def credit(self, buyer: Buyer, key: str, amount: Money) -> Credit:
        """The credit that something gave rise to."""
        return Credit(item_id(CompanyId(buyer.member.id), key), buyer, amount)

    def use_later(self, credit: Credit, on: date) -> None:
        """A credit meets an invoice that is open some weeks later, or is paid back."""

        def use(day: date) -> None:
            owed = self._owed.get(credit.buyer.id, [])
            if owed and self.agenda.chance.falls(60):
                self.apply(credit, self.agenda.chance.one_of(owed), day)
            if not credit.left.is_zero:
                self._refund(credit, day)

        self.agenda.after(on, 5, 60, use)

    def apply(self, credit: Credit, sale: Sale, on: date) -> None:
        """Set a credit against an invoice, in one currency or between two."""
        agenda = self.agenda
        settled, used = met(agenda, credit.left, sale.open, on)
        if settled.is_zero or used.is_zero:
            return
        exchange: dict[str, Plain] = {}
        if used.currency is not settled.currency:
            exchange["used"] = str(used)
        id = agenda.number("P")
        agenda.do(
            "apply credit",
            on,
            id=id,
            invoice=sale.invoice,
            credit=credit.item,
            settled=str(settled),
            **exchange,
        )
        credit.left -= used
        self._settled(sale, settled)

    def _refund(self, credit: Credit, on: date) -> None:
        """Pay a credit back, now and then from an account of another currency."""
        agenda = self.agenda
        others = [one for one in _accounts(credit.buyer) if one is not credit.left.currency]
        given: dict[str, Plain] = {}
        if agenda.chance.falls(20):
            worth = agenda.worth(credit.left, agenda.chance.one_of(others), on)
            given["paid"] = str(agenda.share(worth, 995, 1015))
        agenda.do(
            "refund credit",
            on,
            id=agenda.number("P"),
            credit=credit.item,
            refunded=str(credit.left),
            method="bank transfer",
            **given,
        )
        credit.left = Money.zero(credit.left.currency)


def met(agenda: Agenda, left: Money, owed: Money, on: date) -> tuple[Money, Money]:
    """What a credit settles of an invoice, and what is used for it."""
    worth = agenda.worth(left, owed.currency, on)
    if worth <= owed:
        return worth, left
    return owed, min(agenda.worth(owed, left.currency, on), left)


def _accounts(buyer: Buyer) -> tuple[Currency, ...]:
    """The currencies of the accounts into which a customer may pay."""
    usual = (buyer.member.functional, Currency("EUR"), Currency("USD"))
    return tuple(dict.fromkeys(usual))
