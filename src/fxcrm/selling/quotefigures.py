"""A quote as figures: each line and each tax down to what it was made from."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from fxcrm.figures import Evidence, Figure
from fxcrm.selling.lines import Parts, QuoteLine, figure, priced_rule
from fxcrm.taxes import PriceBasis, TaxTotal

if TYPE_CHECKING:
    from fxcrm.selling.offers import Offer


def line_figures(quote: Offer) -> tuple[Figure, ...]:
    """Each line in the document currency, naming the rate decisions."""
    numbered = enumerate(zip(quote.lines, quote.parts, strict=True), 1)
    return tuple(_line(quote, position, *line) for position, line in numbered)


def _line(quote: Offer, position: int, line: QuoteLine, parts: Parts) -> Figure:
    source = Evidence("quote line", f"{quote.number}/{position}", line.description, line.unit_price)
    rule = priced_rule(line)
    if parts:
        return figure(line.description, source, parts, quote.currency, rule)
    return Figure.rounded(line.description, Figure.stated("Priced", line.exact, source, rule=rule))


def tax_figures(quote: Offer) -> tuple[Figure, ...]:
    """Each tax of a quote, from the net amount it is on."""
    return tuple(_tax(quote, one) for one in quote.taxes)


def _tax(quote: Offer, total: TaxTotal) -> Figure:
    base = Figure.stated(
        f"Net amount under {total.tax}", total.base, Evidence("quote", quote.number)
    )
    policy = quote.tax_policy
    rounding = policy.rounding.name.lower().replace("_", " ")
    within = "in" if policy.basis is PriceBasis.GROSS else "on"
    rule = f"{total.tax} {within} the prices, rounded {rounding} {policy.per.value} (M9)"
    exact = Fraction(total.base.amount) * Fraction(total.tax.percent) / 100
    return Figure(str(total.tax), total.amount, rule, (base,), exact)


def total_figure(quote: Offer) -> Figure:
    """The total: the sum of the lines, and of the taxes that come on top of them."""
    label, parts = f"Quote {quote.number}", line_figures(quote)
    if quote.tax_policy.basis is PriceBasis.NET:
        parts = (*parts, *tax_figures(quote))
    return Figure.total(label, parts, quote.currency)
