"""Tracing: what the lines of a document rest on, and what a lock brought or cost at each step.

Results stand beside the books (D3). A decision that a step needs is recorded if the desk is
committed; from a desk that only reads, the figures are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Final

import attrs

from fxcrm.billing import DocumentLine, Invoice, LineRate, Order, Payment
from fxcrm.billing.orders import as_priced
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CustomerId, LockId
from fxcrm.money import Money, RationalMoney, Rounding, canonical
from fxcrm.queries import Filter, every
from fxcrm.ratelocks import RateLock
from fxcrm.selling.lines import PART_OF_LINE, WHOLE_LINE
from fxcrm.usecases.deciding import Desk, spot

_MOST_PRICE_DECIMALS: Final = 30  # a price with more of them is not shown


@attrs.frozen
class LockStep:
    """One step on which a lock was measured against the spot of its day.

    ``name`` is quoted, ordered, invoiced or paid; ``document`` the id of what was written then.
    The result is positive where the lock brought something, in the priced currency.
    """

    name: str
    document: str
    on: date
    result: Figure


def line_figures(desk: Desk, document: Order | Invoice) -> tuple[Figure, ...]:
    """Each line of an order or invoice, down to the price and the decisions that converted it."""
    kind = "order" if isinstance(document, Order) else "invoice"
    return tuple(
        _line(desk, line, _evidence(line, f"{kind} line", f"{document.number}/{position}"))
        for position, line in enumerate(document.lines, 1)
    )


def _evidence(line: DocumentLine, kind: str, reference: str) -> Evidence:
    text = f"{line.description}, quantity {canonical(line.quantity)}"
    return Evidence(kind, reference, text, _unit_price(line))


def _unit_price(line: DocumentLine) -> Money | None:
    """The price of one; None where nothing was converted, because the amount is rounded then."""
    if not line.rates or not line.quantity:
        return None
    currency = line.rates[0].priced.currency
    priced = Money.total((rate.priced for rate in line.rates), currency=currency)
    price = Fraction(priced.amount) / Fraction(line.quantity)
    for digits in range(currency.digits or 0, _MOST_PRICE_DECIMALS + 1):
        if 10**digits % price.denominator == 0:
            return RationalMoney(price, currency).rounded(digits=digits)
    return None


def _line(desk: Desk, line: DocumentLine, source: Evidence) -> Figure:
    if not line.rates:
        return Figure.stated(line.description, line.amount, source)
    if len(line.rates) == 1:
        [rate] = line.rates
        made = _converted(desk, rate, line.description, source, WHOLE_LINE)
    else:
        parts = [
            _converted(desk, rate, f"{line.description}, at {rate.decision}", source, PART_OF_LINE)
            for rate in line.rates
        ]
        made = Figure.blended(line.description, parts, line.amount.currency)
    if made.value == line.amount:
        return made
    rule = f"{made.rule}, so that the parts of the order add up"
    return attrs.evolve(made, value=line.amount, rule=rule)


def _converted(desk: Desk, rate: LineRate, label: str, source: Evidence, rule: str) -> Figure:
    priced = Figure.stated("Priced", rate.priced, source, rule=rule)
    return Figure.converted(label, priced, desk.uow.decisions.get(rate.decision))


def locked_amount(lines: Iterable[DocumentLine], lock: RateLock, total: Money) -> Money:
    """How much of a document's prices rests on a lock: all but what exceeds the cover.

    Lines from before their rates were noted rest on it whole.
    """
    beyond = Money.zero(total.currency)
    for line in lines:
        others = [rate for rate in line.rates if rate.decision != lock.locked.id]
        locked = [rate for rate in line.rates if rate.decision == lock.locked.id]
        if others:
            beyond += line.amount
        if others and locked:
            beyond -= Money.total(
                (lock.locked.convert(rate.priced) for rate in locked), currency=total.currency
            )
    return total - beyond


def lock_result(desk: Desk, document: Order | Invoice) -> Figure | None:
    """What the lock behind a document brought or cost at the spot of the document's day (D3)."""
    market = lock_spot(desk, document)
    if document.lock is None or market is None:
        return None
    lock = desk.uow.locks.get(document.lock)
    priced = as_priced(document.lines, document.currency)  # a rate converts prices, not taxes
    return lock.result(locked_amount(document.lines, lock, priced), market)


def lock_spot(desk: Desk, document: Order | Invoice) -> RateDecision | None:
    """The spot of a document's day that its lock is held against; None where there is no lock."""
    if document.lock is None:
        return None
    on = document.confirmed_on if isinstance(document, Order) else document.issued_on
    return _market(desk, desk.uow.locks.get(document.lock), on)


def _market(desk: Desk, lock: RateLock, on: date) -> RateDecision:
    return spot(desk, Purpose.BOOKING, lock.covers.currency, lock.currency, on)


def lock_steps(desk: Desk, id: LockId) -> tuple[LockStep, ...]:
    """What a lock brought or cost, against the spot of each day: quote, order, invoices, payments.

    The first step shows the spread alone: the market is that of the instant of locking.
    """
    lock = desk.uow.locks.get(id)
    quote = desk.uow.quotes.get(lock.owner)
    promised = lock.locked.convert(quote.priced_total - quote.excess)
    first = lock.result(promised, lock.spot)
    return (
        LockStep("quoted", quote.id, lock.spot.valid_on, first),
        *_later_steps(desk, lock, quote.customer),
    )


def _later_steps(desk: Desk, lock: RateLock, customer: CustomerId) -> Iterator[LockStep]:
    of_customer = Filter(customer=customer)
    for order in every(desk.uow.orders.page, of_customer):
        if order.lock == lock.id and (result := lock_result(desk, order)):
            yield LockStep("ordered", order.id, order.confirmed_on, result)
    payments = tuple(every(desk.uow.payments.page, of_customer))
    for invoice in every(desk.uow.invoices.page, of_customer):
        if invoice.lock == lock.id and (result := lock_result(desk, invoice)):
            yield LockStep("invoiced", invoice.id, invoice.issued_on, result)
            yield from _paid(desk, lock, invoice, payments)


def _paid(
    desk: Desk, lock: RateLock, invoice: Invoice, payments: Iterable[Payment]
) -> Iterator[LockStep]:
    locked = locked_amount(invoice.lines, lock, as_priced(invoice.lines, invoice.currency))
    share = Fraction(locked.amount) / Fraction(invoice.total.amount)
    for payment in payments:
        if payment.invoice == invoice.id and payment.paid and not payment.is_undone:
            amount = payment.paid.times(share, rounding=Rounding.HALF_EVEN)
            result = lock.result(amount, _market(desk, lock, payment.on))
            yield LockStep("paid", payment.id, payment.on, result)
