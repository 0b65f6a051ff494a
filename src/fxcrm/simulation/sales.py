"""Sales: orders with and without a quote, and what is billed for them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.money import Money, Rounding
from fxcrm.rates import ExchangeRate
from fxcrm.simulation.agenda import Agenda
from fxcrm.simulation.parties import Buyer
from fxcrm.simulation.receipts import Credit, Receipts, Sale
from fxcrm.usecases.wording import Plain

_GOODS: Final = ("Bearings", "Seals", "Valves", "Filters", "Cables", "Hoses", "Gauges", "Springs")
_TERMS: Final = (0, 14, 30, 30, 30, 60)  # days
_LIKELY_IN_ADVANCE: Final = 5  # percent
_PRICED_IN: Final = Currency("EUR")  # the size of a price; it is billed in any currency


@attrs.frozen(eq=False)
class Sales:
    """How goods are sold in a generated year."""

    agenda: Agenda
    receipts: Receipts

    def order(self, buyer: Buyer, on: date) -> None:
        """A customer orders without a quote; most of it leaves within the week."""
        agenda, chance = self.agenda, self.agenda.chance
        currency = buyer.also if buyer.also and chance.falls(30) else buyer.currency
        id, lines = agenda.number("O"), self._lines(currency, on)
        total = _total(lines)
        rows: list[Plain] = [_row(*line) for line in lines]
        agenda.do(
            "take order", on, id=id, customer=buyer.id, currency=currency.code, lines=rows
        )  # fmt: skip
        advance = None
        if chance.falls(_LIKELY_IN_ADVANCE):
            amount = agenda.share(total, 200, 600)
            advance = self.receipts.advance(buyer, amount, on)
        agenda.after(on, 0, 6, lambda day: self._deliver(buyer, id, total, day, advance))

    def offer(self, buyer: Buyer, on: date) -> None:
        """A customer asks, and is offered goods priced at home, at a rate that is locked."""
        agenda, home = self.agenda, buyer.member.functional
        if buyer.currency is home:
            self.order(buyer, on)
            return
        id, lines = agenda.number("Q"), self._lines(home, on)
        goods = lines[0][0]
        about = agenda.worth(_total(lines), buyer.currency, on)
        agenda.do(
            "receive enquiry", on, id=f"E-{id}", customer=buyer.id, subject=goods, channel="e-mail"
        )
        agenda.do("qualify enquiry", on, id=f"E-{id}", deal=f"D-{id}", value=str(about))
        until = on + timedelta(days=agenda.chance.between(20, 40))
        terms: dict[str, Plain] = {
            "currency": buyer.currency.code,
            "priced_in": home.code,
            "valid_until": until,
        }
        rows: list[Plain] = [_row(*line) for line in lines]
        agenda.do("draft quote", on, id=id, deal=f"D-{id}", lines=rows, **terms)
        agenda.do("lock rate", on, id=f"L-{id}", quote=id, until=until)
        agenda.do("approve quote", on, id=id, by="sales")
        rate = agenda.rates.rate(home, buyer.currency, on)
        total = _total(lines, rate)
        answer = agenda.chance.weighted(
            [(6, self._accept), (2, self._decline), (1, self._lapse)],
        )
        answer(buyer, id, total, on, until)

    def _accept(self, buyer: Buyer, quote: str, total: Money, on: date, until: date) -> None:
        def accepted(day: date) -> None:
            order = agenda.number("O")
            agenda.do("accept quote", day, id=quote)
            agenda.do("place order", day, id=order, quote=quote)
            agenda.after(day, 0, 10, lambda then: self._deliver(buyer, order, total, then))

        agenda = self.agenda
        agenda.after(on, 1, (until - on).days - 3, accepted)

    def _decline(self, _: Buyer, quote: str, __: Money, on: date, until: date) -> None:
        agenda = self.agenda
        decline = partial(agenda.do, "decline quote", id=quote, reason="bought elsewhere")
        agenda.after(on, 1, (until - on).days - 3, decline)

    def _lapse(self, _: Buyer, quote: str, __: Money, ___: date, until: date) -> None:
        lapse = partial(self.agenda.do, "lapse quote", id=quote)
        self.agenda.plan(until + timedelta(days=1), lapse)

    def _deliver(
        self, buyer: Buyer, order: str, total: Money, on: date, advance: Credit | None = None
    ) -> None:
        self.agenda.do("ship order", on, id=order)
        self.agenda.after(on, 0, 2, lambda day: self._bill(buyer, order, total, day, advance))

    def _bill(
        self, buyer: Buyer, order: str, total: Money, on: date, advance: Credit | None
    ) -> None:
        agenda = self.agenda
        days, id = agenda.chance.one_of(_TERMS), agenda.number("I")
        agenda.do("invoice order", on, id=id, order=order, days=days)
        sale = Sale(id, buyer, total, on + timedelta(days=days))
        self.receipts.expect(sale, on)
        if advance is not None:
            self.receipts.apply(advance, sale, on)
            if not advance.left.is_zero:
                self.receipts.use_later(advance, on)

    def _lines(self, currency: Currency, on: date) -> list[tuple[str, int, Money]]:
        """One to three lines: goods, how many of them, and the unit price."""
        chance = self.agenda.chance
        lines = []
        for _ in range(chance.weighted([(5, 1), (3, 2), (1, 3)])):
            size = chance.weighted([(2, 900), (5, 9_000), (2, 60_000)])
            price = Money.from_minor(chance.between(size // 9, size), _PRICED_IN)
            worth = self.agenda.worth(price, currency, on)
            unit = max(worth, Money.from_minor(1, currency))
            lines.append((chance.one_of(_GOODS), chance.between(1, 40), unit))
        return lines


def _row(goods: str, quantity: int, price: Money) -> dict[str, Plain]:
    return {"description": goods, "quantity": str(quantity), "unit_price": str(price)}


def _total(lines: list[tuple[str, int, Money]], rate: ExchangeRate | None = None) -> Money:
    """What a document comes to: every line rounded, and added (M9)."""
    exact = (price * quantity for _, quantity, price in lines)
    if rate is None:
        return Money.total(one.rounded(Rounding.HALF_EVEN) for one in exact)
    return Money.total(map(rate.convert, exact))
