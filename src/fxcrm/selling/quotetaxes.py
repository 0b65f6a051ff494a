"""The taxes of a quote, computed on its lines as they stand in the document currency.

A line is converted and rounded once, whatever it bears; its tax comes from that amount, so that
net, taxes and total add up in the currency that is owed (M9). Per unit, one unit is taxed: at its
price where that is in the document currency and nothing is discounted, else as the quantity-th
part of the line, exactly.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from fxcrm.money import Money, RationalMoney
from fxcrm.selling.lines import Parts, QuoteLine
from fxcrm.taxes import TaxableLine, TaxedDocument, tax_document

if TYPE_CHECKING:
    from fxcrm.selling.offers import Offer


def taxed(quote: Offer) -> TaxedDocument | None:
    """The lines with their taxes; None where no line bears one."""
    if not any(line.taxes for line in quote.lines):
        return None
    policy = quote.tax_policy
    taxable = map(_taxable, quote.lines, quote.amounts, quote.parts)
    return tax_document(taxable, basis=policy.basis, rounding=policy.rounding, per=policy.per)


def _taxable(line: QuoteLine, amount: Money, parts: Parts) -> TaxableLine:
    unit: Money | RationalMoney = line.unit_price
    if parts or line.discount is not None:
        unit = RationalMoney(Fraction(amount.amount) / Fraction(line.quantity), amount.currency)
    return TaxableLine(line.quantity, unit, line.taxes, amount)
