"""Ordering: an accepted quote becomes an order that inherits its lock."""

from __future__ import annotations

from datetime import date

from fxcrm.billing import DocumentLine, LineRate, Order
from fxcrm.errors import RuleRefused
from fxcrm.events import Event
from fxcrm.ids import OrderId, QuoteId
from fxcrm.selling import LinePart, Quote
from fxcrm.usecases.deciding import Desk, document_number


class QuoteNotAccepted(RuleRefused):
    """Only what the customer accepted can be ordered."""

    quote: QuoteId
    state: str
    template = "quote {quote} is {state:plain}; it must be accepted before it is ordered"


def order_from(quote: Quote, *, id: OrderId, number: str, on: date) -> Order:
    """The order of an accepted quote, amounts unchanged. Raises `QuoteNotAccepted`."""
    if quote.state != "accepted":
        raise QuoteNotAccepted(quote=quote.id, state=quote.state)
    lines = tuple(
        DocumentLine(line.description, line.quantity, amount, tuple(map(_rate, parts)))
        for line, amount, parts in zip(quote.lines, quote.amounts, quote.parts, strict=True)
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


def _rate(part: LinePart) -> LineRate:
    return LineRate(part.priced, part.decision.id)


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
