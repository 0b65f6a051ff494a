"""Apportioning: what a part of an order's line comes to, so that all parts make the whole.

A part is what lies between two quantities. Each is taken from the beginning of the line and rounded
once; the part is their difference, so that nothing is lost whatever the parts are (as D9 does for
payments). What a lock covers is billed before what exceeds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Final

import attrs

from fxcrm._decimals import exact_add, exact_subtract
from fxcrm.billing import DocumentLine, LineRate, LineTax, Order
from fxcrm.currencies import Currency
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.usecases.deciding import Desk

_DEEPEST: Final = 60  # decimals of a price, before it is taken for endless


def parts_of(
    desk: Desk, order: Order, quantities: Mapping[int, Decimal]
) -> tuple[DocumentLine, ...]:
    """The lines of a part of an order: so much of the lines at these positions, from 1."""
    return tuple(
        _part(desk, order.lines[at], done, exact_add(done, quantities[at + 1]))
        for at, done in enumerate(order.quantities_billed)
        if at + 1 in quantities
    )


def rest_of(order: Order) -> Mapping[int, Decimal]:
    """What was not billed yet, by position."""
    rests = zip(order.lines, order.quantities_billed, strict=True)
    numbered = enumerate((exact_subtract(line.quantity, done) for line, done in rests), 1)
    return {position: rest for position, rest in numbered if rest}


def _part(desk: Desk, line: DocumentLine, since: Decimal, until: Decimal) -> DocumentLine:
    amount = _amount(desk, line, until) - _amount(desk, line, since)
    rates = tuple(_between(line, since, until))
    taxes = tuple(_tax(line, one, since, until) for one in line.taxes)
    quantity = exact_subtract(until, since)
    return DocumentLine(line.description, quantity, amount, rates, taxes, line.basis)


def _tax(line: DocumentLine, tax: LineTax, since: Decimal, until: Decimal) -> LineTax:
    """The tax of a part of a line: the shares of the whole tax add up to it."""
    first, both = (Fraction(one) / Fraction(line.quantity) for one in (since, until))
    until_then, before = (
        tax.amount.times(one, rounding=Rounding.HALF_EVEN) for one in (both, first)
    )
    return attrs.evolve(tax, amount=until_then - before)


def _amount(desk: Desk, line: DocumentLine, quantity: Decimal) -> Money:
    """The first so many of a line, rounded once to minor units."""
    share = Fraction(quantity) / Fraction(line.quantity)
    if not line.rates:
        return line.amount.times(share, rounding=Rounding.HALF_EVEN)
    exact = RationalMoney(0, line.amount.currency)
    for rate, priced in zip(line.rates, _priced(line, quantity), strict=True):
        exact += desk.uow.decisions.get(rate.decision).convert_exactly(priced)
    return exact.rounded(Rounding.HALF_EVEN)


def _between(line: DocumentLine, since: Decimal, until: Decimal) -> Iterator[LineRate]:
    for rate, before, after in zip(
        line.rates, _priced(line, since), _priced(line, until), strict=True
    ):
        if before != after:
            yield LineRate(after - before, rate.decision)


def _exactly(value: Fraction, currency: Currency) -> Money:
    """A price of a whole quantity times another one: it has an end as a decimal."""
    digits = count(currency.digits or 0)
    needed = next(one for one in digits if 10**one % value.denominator == 0 or one > _DEEPEST)
    return RationalMoney(value, currency).rounded(digits=needed)


def _priced(line: DocumentLine, quantity: Decimal) -> Iterator[Money]:
    """The price of the first so many at each rate, exact: one rate is used up before the next."""
    currency = line.rates[0].priced.currency
    total = sum((rate.priced for rate in line.rates), Money.zero(currency))
    left = _exactly(Fraction(total.amount) * Fraction(quantity) / Fraction(line.quantity), currency)
    for rate in line.rates:
        used = min(left, rate.priced, key=abs)
        left -= used
        yield used
