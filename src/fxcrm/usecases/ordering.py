"""Ordering: an accepted quote becomes an order that inherits its lock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from fxcrm.billing import DocumentLine, LineRate, LineTax, Order
from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused, RuleRefused
from fxcrm.events import Event
from fxcrm.ids import CustomerId, OrderId, QuoteId
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.selling import LinePart, Quote, QuoteLine
from fxcrm.usecases.deciding import Desk, document_number
from fxcrm.usecases.trading import agreed_with


class QuoteNotAccepted(RuleRefused):
    """Only what the customer accepted can be ordered."""

    quote: QuoteId
    state: str
    template = "quote {quote} is {state:plain}; it must be accepted before it is ordered"


class OrderRefused(InputRefused):
    """An order of nothing, or of less."""

    order: OrderId
    reason: str
    template = "order {order}: {reason:plain}"


def order_from(quote: Quote, *, id: OrderId, number: str, on: date) -> Order:
    """The order of an accepted quote, amounts unchanged. Raises `QuoteNotAccepted`."""
    if quote.state != "accepted":
        raise QuoteNotAccepted(quote=quote.id, state=quote.state)
    rows = zip(quote.lines, quote.amounts, quote.parts, _taxes(quote), strict=True)
    basis = quote.tax_policy.basis
    lines = tuple(
        DocumentLine(
            line.description, line.quantity, amount, tuple(map(_rate, parts)), taxes, basis
        )
        for line, amount, parts, taxes in rows
    )
    event = Event("order confirmed", id, on, {"quote": quote.id})
    return Order(
        id,
        number,
        quote.company,
        quote.customer,
        quote.id,
        quote.currency,
        lines,
        on,
        quote.lock,
        events=(event,),
    )


def _taxes(quote: Quote) -> tuple[tuple[LineTax, ...], ...]:
    """What each line bears, as the quote computed it: nothing is taxed again."""
    if quote.taxed is None:
        return tuple(() for _ in quote.lines)
    return tuple(
        tuple(
            LineTax(tax.name, tax.percent, amount)
            for tax, amount in zip(one.line.taxes, one.taxes, strict=True)
        )
        for one in quote.taxed.lines
    )


def _rate(part: LinePart) -> LineRate:
    return LineRate(part.priced, part.decision.id)


def take_order(
    desk: Desk,
    id: OrderId,
    *,
    customer: CustomerId,
    currency: Currency,
    lines: Iterable[tuple[str, Decimal, Money]],
    on: date,
) -> Order:
    """Confirm an order without a quote, priced in the currency it is billed in.

    A line is a description, a quantity and a unit price; each is rounded, and the total is the
    sum of the lines (M9). Raises `OrderRefused`, `CurrencyMismatch`.
    """
    buyer = agreed_with(desk, customer, currency)
    priced = tuple(_priced(id, QuoteLine(*line), currency) for line in lines)
    if not priced:
        raise OrderRefused(order=id, reason="it has no lines; say what is ordered")
    number = document_number(desk, buyer.company, "O")
    event = Event("order confirmed", id, on)
    order = Order(
        id, number, buyer.company, customer, None, currency, priced, on, events=(event,)
    )  # fmt: skip
    return desk.uow.orders.add(order)


def _priced(order: OrderId, line: QuoteLine, currency: Currency) -> DocumentLine:
    if line.unit_price.currency is not currency:
        bare = Money.zero(currency)
        raise CurrencyMismatch(left=line.unit_price, right=bare, operation="order")
    if not (line.quantity > 0 and line.amount.is_positive):
        reason = f"{line.quantity} times {line.unit_price} orders nothing"
        raise OrderRefused(order=order, reason=reason)
    return DocumentLine(line.description, line.quantity, line.amount)


def place_order(desk: Desk, id: OrderId, *, quote: QuoteId, on: date) -> Order:
    """Confirm the order of an accepted quote, which can be ordered once."""
    accepted = desk.uow.quotes.get(quote)
    number = document_number(desk, accepted.company, "O")
    order = order_from(accepted, id=id, number=number, on=on)
    desk.uow.quotes.save(accepted.order(on))
    return desk.uow.orders.add(order)


def ship_order(desk: Desk, id: OrderId, *, on: date) -> Order:
    """The goods left."""
    return desk.uow.orders.save(desk.uow.orders.get(id).ship(on))


def cancel_order(desk: Desk, id: OrderId, *, reason: str, on: date) -> Order:
    """The order is called off before anything left."""
    return desk.uow.orders.save(desk.uow.orders.get(id).cancel(reason, on))
