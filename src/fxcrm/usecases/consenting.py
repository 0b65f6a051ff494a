"""Consenting: a quote is released once everybody has approved it whom the rules ask for."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.ids import QuoteId
from fxcrm.money import Money
from fxcrm.selling import Quote
from fxcrm.selling.approvals import ApprovalRule, OfferFacts
from fxcrm.selling.quoteerrors import ApprovalMissing
from fxcrm.stages import QuoteTurn
from fxcrm.usecases.dealmoving import move_deal
from fxcrm.usecases.deciding import Desk, decided


def approve_quote(desk: Desk, id: QuoteId, *, by: str, on: date, role: str = "") -> Quote:
    """Consent to an offer in a role, and release it once every rule that fires on it is met.

    Where nothing fires it is released at once. While a consent is missing it stays a draft. The
    deal is quoted then, and worth the net total if that is in its currency. Raises
    `ApprovalMissing` without a role, `NotEntitled` where role or person serves no rule.
    """
    draft = desk.uow.quotes.claim(id)
    rules = rules_on(desk, draft)
    missing = draft.unmet(rules)
    if missing and not role:
        raise ApprovalMissing(quote=id, rules="; ".join(map(str, missing)))
    if missing:
        draft = draft.consented(missing, by=by, role=role, at=desk.now)
    if draft.unmet(rules):
        return desk.uow.quotes.save(draft)
    quote = desk.uow.quotes.save(draft.approve(by, on, rules))
    move_deal(desk, quote, QuoteTurn.APPROVED, on, draft.net)
    return quote


def rules_on(desk: Desk, quote: Quote) -> tuple[ApprovalRule, ...]:
    """The rules that fire on a quote as it is now."""
    rules = desk.selling.approvals
    return rules.firing(facts_of(desk, quote)) if rules.rules and quote.lines else ()


def facts_of(desk: Desk, quote: Quote) -> OfferFacts:
    """What the rules look at, valued at the rates of the day that the quote is dated."""
    limits = desk.selling.approvals.currencies
    worth = {currency: _worth(desk, quote, quote.net, currency) for currency in limits}
    discount = max((line.discounted_by for line in quote.lines), default=Fraction(0))
    return OfferFacts(quote.currency, worth, discount, _margin(desk, quote))


def _worth(desk: Desk, quote: Quote, amount: Money, currency: Currency) -> Money:
    decision = decided(desk, Purpose.QUOTE, currency, amount.currency, quote.drafted_on)
    return amount if decision is None else decision.convert(amount)


def _margin(desk: Desk, quote: Quote) -> Fraction | None:
    """What is earned of the net total at home, as a share; None where a cost is not known."""
    home = desk.uow.companies.get(quote.company).functional
    net, cost = _exact(desk, quote, quote.net, home), Fraction(0)
    for line in quote.lines:
        if quote.is_fee(line):
            continue
        product = desk.uow.products.get(line.product) if line.product else None
        if product is None or product.cost is None:
            return None
        cost += _exact(desk, quote, product.cost * line.quantity, home)
    return (net - cost) / net if net > 0 else None


def _exact(desk: Desk, quote: Quote, amount: Money, home: Currency) -> Fraction:
    decision = decided(desk, Purpose.QUOTE, home, amount.currency, quote.drafted_on)
    if decision is None:
        return Fraction(amount.amount)
    return decision.convert_exactly(amount).value
