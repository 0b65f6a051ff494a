"""The content of a quote as one short text, the same for the same offer and for no other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING

from fxcrm.decisions import RateDecision
from fxcrm.money import Money
from fxcrm.selling.lines import QuoteLine

if TYPE_CHECKING:
    from fxcrm.selling.offers import Offer


def content_of(quote: Offer) -> str:
    """A digest of all that is offered, each text with its length before it.

    What is not offered is not in it: the state, consents, and who wrote the quote.
    """
    digest = sha256(b"fxcrm.quote.content.1")
    for text in _texts(quote):
        encoded = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(encoded) + encoded)
    return digest.hexdigest()


def _texts(quote: Offer) -> Iterator[str]:
    policy = quote.tax_policy
    yield from (quote.id, quote.number, str(quote.revision), quote.company, quote.customer)
    yield from (quote.currency.code, quote.priced_in.code)
    yield from (quote.drafted_on.isoformat(), quote.valid_until.isoformat())
    yield from (
        _rate(quote.rate),
        _rate(quote.excess_rate),
        quote.lock or "",
        _money(quote.covered),
    )
    yield from (policy.basis.value, policy.per.value, policy.rounding.name)
    yield from (quote.terms, quote.delivery, quote.contact, quote.notes)
    yield str(len(quote.lines))
    for line in quote.lines:
        yield from _line(line)


def _line(line: QuoteLine) -> Iterator[str]:
    discount = line.discount
    yield from (line.description, _number(line.quantity), _money(line.unit_price))
    yield line.product or ""
    yield "" if discount is None else _number(discount.percent)
    yield "" if discount is None else _money(discount.amount)
    yield str(len(line.taxes))
    for tax in line.taxes:
        yield from (tax.name, _number(tax.percent))


def _rate(decision: RateDecision | None) -> str:
    return "" if decision is None else f"{decision.id} {decision.rate.ratio}"


def _money(amount: Money | None) -> str:
    return "" if amount is None else f"{amount.currency.code} {_number(amount.amount)}"


def _number(number: Decimal | None) -> str:
    return "" if number is None else str(Fraction(number))  # 1.0 and 1.00 are one number (M2)
