"""Apportioning: what a part of an order's line comes to, so that all parts make the whole.

A part is what lies between two quantities. Each is taken from the beginning of the line and rounded
once; the part is their difference, so that nothing is lost whatever the parts are (as D9 does for
payments). What a lock covers is billed before what exceeds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

import attrs

from fxcrm._decimals import exact_add, exact_subtract
from fxcrm.billing import DocumentLine, LineRate, LineTax, Order
from fxcrm.currencies import Currency
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.usecases.deciding import Desk

_DEEPEST: Final = 59  # decimals of a price, before it is taken for endless
_NOTED: Final = 18  # decimals of an endless one


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
    if not line.rates:
        share = Fraction(quantity) / Fraction(line.quantity)
        return line.amount.times(share, rounding=Rounding.HALF_EVEN)
    exact = RationalMoney(0, line.amount.currency)
    for rate, priced in zip(line.rates, _priced(line, quantity), strict=True):
        one = Money(1, rate.priced.currency)
        exact += desk.uow.decisions.get(rate.decision).convert_exactly(one) * priced
    return exact.rounded(Rounding.HALF_EVEN)


def _between(line: DocumentLine, since: Decimal, until: Decimal) -> Iterator[LineRate]:
    prices = zip(line.rates, _priced(line, since), _priced(line, until), strict=True)
    for rate, *ends in prices:
        before, after = (_noted(one, rate.priced.currency) for one in ends)
        if before != after:
            yield LineRate(after - before, rate.decision)


def _noted(value: Fraction, currency: Currency) -> Money:
    """A price as a line notes it: exact where it ends as a decimal, as that of a discount may not.

    An endless one is noted to `_NOTED` decimals; what is billed is converted from the exact one.
    """
    digits = range(currency.digits or 0, _DEEPEST + 1)
    needed = next((one for one in digits if 10**one % value.denominator == 0), _NOTED)
    return RationalMoney(value, currency).rounded(Rounding.HALF_EVEN, needed)


def _priced(line: DocumentLine, quantity: Decimal) -> Iterator[Fraction]:
    """The price of the first so many at each rate, exact: one rate is used up before the next."""
    whole = [Fraction(rate.priced.amount) for rate in line.rates]
    left = sum(whole, Fraction(0)) * Fraction(quantity) / Fraction(line.quantity)
    for priced in whole:
        used = min(left, priced, key=abs)
        left -= used
        yield used
