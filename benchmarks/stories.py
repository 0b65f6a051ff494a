"""The story that the storage benchmark tells: a customer from its registration to its payment.

Eleven commands, each through `fxcrm.usecases.perform` in a transaction of its own, with an
idempotency key: registered, enquiry, deal, quote, lock, approved, accepted, ordered, shipped,
invoiced, paid by a bank of another currency. Every story is another customer, so nothing is
found in a cache because it was asked for just now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from fxcrm.currencies import Currency
from fxcrm.ids import (
    CompanyId,
    CustomerId,
    DealId,
    EnquiryId,
    InvoiceId,
    LockId,
    OrderId,
    PaymentId,
    QuoteId,
)
from fxcrm.money import Money, Rounding
from fxcrm.ports import Store
from fxcrm.rates import CurrencyPair, Fixing, RateTable
from fxcrm.usecases import (
    Desk,
    accept_quote,
    approve_quote,
    draft_quote,
    invoice_order,
    lock_rate,
    perform,
    place_order,
    qualify_enquiry,
    receive_enquiry,
    receive_payment,
    register_company,
    register_customer,
    ship_order,
)

FIRST: Final = date(2026, 1, 5)
DAYS: Final = 20  # stories are spread over so many days, each with rates of its own
HOME: Final = CompanyId("nordwind")
EUR, USD = Currency("EUR"), Currency("USD")

Command = Callable[[Desk], object]


def rates() -> RateTable:
    """Daily fixings of EUR/USD, which rise by a hundredth of a cent a day."""
    days = [FIRST + timedelta(days=count) for count in range(-7, DAYS + 40)]
    pair = CurrencyPair.of("EUR", "USD")
    return RateTable.from_fixings(
        Fixing(pair, Decimal("1.0800") + Decimal(day.toordinal() % 400).scaleb(-4), day, "mint")
        for day in days
    )


def day_of(number: int) -> date:
    """The day on which a story happens."""
    return FIRST + timedelta(days=number % DAYS)


def at(on: date) -> datetime:
    """Five in the afternoon of a day, when its rates are known."""
    return datetime.combine(on, time(17, 0), tzinfo=UTC)


def opened(store: Store, table: RateTable) -> None:
    """The company whose customers the stories are about."""

    def register(desk: Desk) -> object:
        return register_company(desk, HOME, name="Nordwind", functional=EUR, on=FIRST)

    done(store, table, "company", FIRST, register)


def done(store: Store, table: RateTable, key: str, on: date, command: Command) -> object:
    """One command in its own transaction, at five in the afternoon."""
    return perform(store, table, key=key, content=key, at=at(on), actor="ada", command=command)


def tell(store: Store, table: RateTable, number: int) -> None:
    """One story from beginning to end."""
    on = day_of(number)
    for name, command in story(number, on):
        later = timedelta(days=9) if name == "payment" else timedelta()
        done(store, table, f"{name}:{number}", on + later, command)


def story(number: int, on: date) -> Iterator[tuple[str, Command]]:
    """The commands of a story with their names, in order."""
    yield from _offer(number, on)
    yield from _delivery(number, on)


def _offer(number: int, on: date) -> Iterator[tuple[str, Command]]:
    customer, enquiry, deal = (
        CustomerId(f"C{number}"),
        EnquiryId(f"E{number}"),
        DealId(f"D{number}"),
    )
    quote, until = QuoteId(f"Q{number}"), on + timedelta(days=30)
    price = Money(Decimal(1000 + number % 977), "EUR")
    lines = [("Pumps", Decimal(4), price), ("Valves", Decimal("12.5"), Money("18.40", "EUR"))]
    yield (
        "customer",
        lambda desk: register_customer(
            desk,
            customer,
            company=HOME,
            name=f"Acme {number}",
            country="US",
            currency=USD,
            also=(EUR,),
            on=on,
        ),
    )
    yield (
        "enquiry",
        lambda desk: receive_enquiry(
            desk, enquiry, customer=customer, subject="Pumps", channel="mail", on=on
        ),
    )
    yield (
        "deal",
        lambda desk: qualify_enquiry(desk, enquiry, deal=deal, value=Money("5000", "USD"), on=on),
    )
    yield (
        "quote",
        lambda desk: draft_quote(
            desk,
            quote,
            deal=deal,
            currency=USD,
            priced_in=EUR,
            lines=lines,
            on=on,
            valid_until=until,
        ),
    )
    yield (
        "lock",
        lambda desk: lock_rate(
            desk, LockId(f"L{number}"), quote=quote, on=on, until=until, zone="Europe/Berlin"
        ),
    )
    yield "approve", lambda desk: approve_quote(desk, quote, by="ada", on=on)
    yield "accept", lambda desk: accept_quote(desk, quote, on=on)


def _delivery(number: int, on: date) -> Iterator[tuple[str, Command]]:
    order, invoice = OrderId(f"O{number}"), InvoiceId(f"I{number}")
    yield "order", lambda desk: place_order(desk, order, quote=QuoteId(f"Q{number}"), on=on)
    yield "ship", lambda desk: ship_order(desk, order, on=on)
    yield "invoice", lambda desk: invoice_order(desk, invoice, order=order, on=on, days=30)
    yield "payment", lambda desk: _paid(desk, number, invoice, on + timedelta(days=9))


def _paid(desk: Desk, number: int, invoice: InvoiceId, on: date) -> object:
    """Dollars are settled by euros on the bank, less what the bank kept."""
    total = desk.uow.invoices.get(invoice).total
    received = Money("0.92", "EUR") * total.amount
    return receive_payment(
        desk,
        PaymentId(f"P{number}"),
        invoice=invoice,
        settled=total,
        received=received.rounded(rounding=Rounding.HALF_EVEN),
        fee=Money("2.50", "EUR"),
        method="wire",
        on=on,
    )
