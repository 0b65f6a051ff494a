"""An office for tests: a store in memory, rates of known numbers, and short commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

import attrs

from fxcrm.adapters.memory import MemoryStore
from fxcrm.billing import Invoice
from fxcrm.bookkeeping import Bookkeeping
from fxcrm.currencies import Currency
from fxcrm.ids import (
    CompanyId,
    CustomerId,
    DealId,
    EnquiryId,
    InvoiceId,
    OrderId,
    PaymentId,
    QuoteId,
)
from fxcrm.ledger import Settlement
from fxcrm.money import Money
from fxcrm.rates import CurrencyPair, Fixing, RatePolicy, RateTable, Side
from fxcrm.selling import Quote
from fxcrm.usecases import (
    Desk,
    accept_quote,
    approve_quote,
    draft_quote,
    invoice_order,
    place_order,
    qualify_enquiry,
    receive_enquiry,
    receive_payment,
    register_company,
    register_customer,
    ship_order,
)
from tests.ledger.notation import instant, money

T = TypeVar("T")
FIRST = date(2026, 1, 1)
JANUARY, FEBRUARY, MARCH = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
NORDWIND, ACME = CompanyId("nordwind"), CustomerId("acme")
EUR, USD, GBP, RUB = map(Currency, ("EUR", "USD", "GBP", "RUB"))


def _fixings() -> Iterator[Fixing]:
    """Daily rates that rise by a known step; roubles end in January."""
    for count in range(120):
        day = FIRST + timedelta(days=count)
        yield Fixing(_pair("USD"), Decimal("1.0800") + Decimal(count).scaleb(-4), day, "mint")
        yield Fixing(_pair("GBP"), Decimal("0.8400") + Decimal(count).scaleb(-4), day, "mint")
        for side, value in ((Side.BID, "1.0790"), (Side.ASK, "1.0810")):
            yield Fixing(_pair("USD"), Decimal(value), day, "dealer", side=side)
        if count < 31:
            yield Fixing(_pair("RUB"), Decimal("90.0000"), day, "mint")


def _pair(code: str) -> CurrencyPair:
    return CurrencyPair.of("EUR", code)


RATES = RateTable.from_fixings(_fixings())


@attrs.define
class Office:
    """A store and its commands; each call of ``at`` is a unit of work that is committed."""

    store: MemoryStore = attrs.field(factory=MemoryStore)
    policy: RatePolicy = RatePolicy()
    bookkeeping: Bookkeeping = Bookkeeping()

    @contextmanager
    def desk(self, day: date) -> Iterator[Desk]:
        """A desk at 17:00 UTC of a day; committed unless something is raised."""
        with self.store.begin(actor="ada", at=instant(day)) as unit:
            kept = self.bookkeeping
            yield Desk(unit, RATES, instant(day), "ada", self.policy, bookkeeping=kept)
            unit.commit()

    def at(self, day: date, command: Callable[[Desk], T]) -> T:
        """One command in a unit of work of its own."""
        with self.desk(day) as desk:
            return command(desk)

    def open(self, functional: str = "EUR") -> Office:
        """Found Nordwind with one customer who pays in any currency."""
        home = Currency(functional)
        also = (EUR, USD, GBP, RUB)
        with self.desk(FIRST) as desk:
            register_company(desk, NORDWIND, name="Nordwind", functional=home, on=FIRST)
            register_customer(
                desk,
                ACME,
                company=NORDWIND,
                name="Acme",
                country="US",
                currency=home,
                also=also,
                on=FIRST,
            )
        return self

    def quote(self, number: int, price: str, day: date, currency: str = "") -> Quote:
        """A draft of one line, priced in its own currency, offered for thirty days."""
        amount = money(price)
        offered = Currency(currency or amount.currency.code)
        enquiry, deal = EnquiryId(f"E-{number}"), DealId(f"D-{number}")
        with self.desk(day) as desk:
            receive_enquiry(desk, enquiry, customer=ACME, subject="Pumps", channel="mail", on=day)
            qualify_enquiry(desk, enquiry, deal=deal, value=Money("1.00", offered), on=day)
            return draft_quote(
                desk,
                QuoteId(f"Q-{number}"),
                deal=deal,
                currency=offered,
                priced_in=amount.currency,
                lines=[("Pumps", Decimal(1), amount)],
                on=day,
                valid_until=day + timedelta(days=30),
            )

    def accept(self, number: int, day: date) -> Quote:
        """Approve and accept."""
        with self.desk(day) as desk:
            approve_quote(desk, QuoteId(f"Q-{number}"), by="ada", on=day)
            return accept_quote(desk, QuoteId(f"Q-{number}"), on=day)

    def invoice(self, number: int, price: str, day: date, currency: str = "") -> Invoice:
        """The whole way from enquiry to invoice within a day, due after thirty."""
        self.quote(number, price, day, currency)
        self.accept(number, day)
        order = OrderId(f"O-{number}")
        with self.desk(day) as desk:
            place_order(desk, order, quote=QuoteId(f"Q-{number}"), on=day)
            ship_order(desk, order, on=day)
            return invoice_order(desk, InvoiceId(f"I-{number}"), order=order, on=day, days=30)

    def pay(self, payment: str, number: int, amount: str, day: date, bank: str = "") -> Settlement:
        """Pay off ``amount`` of an invoice by ``bank`` (the same amount where left out)."""
        with self.desk(day) as desk:
            return receive_payment(
                desk,
                PaymentId(payment),
                invoice=InvoiceId(f"I-{number}"),
                settled=money(amount),
                received=money(bank or amount),
                method="wire",
                on=day,
            )

    def balances(self, day: date) -> dict[str, Money]:
        """Functional balance by account, debit positive, zeros left out."""
        with self.store.begin() as unit:
            found: dict[str, Money] = {}
            for one in unit.journal.balances(NORDWIND, day):
                before = found.get(one.account, Money.zero(one.functional.currency))
                found[one.account] = before + one.functional
        return {account: amount for account, amount in found.items() if amount}
