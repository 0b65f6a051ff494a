"""Consenting: a quote is released once everybody has approved it whom the rules ask for."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.ids import QuoteId
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.selling import Quote
from fxcrm.selling.approvals import ApprovalRule, OfferFacts
from fxcrm.selling.quoteerrors import ApprovalMissing, ApproverUnnamed
from fxcrm.stages import QuoteTurn
from fxcrm.taxes import PriceBasis
from fxcrm.usecases.dealmoving import move_deal
from fxcrm.usecases.deciding import Desk, decided


def approve_quote(desk: Desk, id: QuoteId, *, by: str, on: date, role: str = "") -> Quote:
    """Consent to an offer in a role, and release it once every rule that fires on it is met.

    Where nothing fires it is released at once. While a consent is missing it stays a draft. The
    deal is quoted then, and worth the net total, converted into its currency. Raises
    `ApproverUnnamed`, `ApprovalMissing` without a role, `NotEntitled` where role or person serves
    no rule, and a `RateMissing` where the offer can not be valued on the day.
    """
    if not by.strip():
        raise ApproverUnnamed(quote=id)
    draft = desk.uow.quotes.claim(id)
    rules = rules_on(desk, draft, on)
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


def rules_on(desk: Desk, quote: Quote, on: date) -> tuple[ApprovalRule, ...]:
    """The rules that fire on a quote as it is now, for who approves it on a day."""
    rules = desk.selling.approvals
    return rules.firing(facts_of(desk, quote, on)) if rules.rules and quote.lines else ()


def facts_of(desk: Desk, quote: Quote, on: date) -> OfferFacts:
    """What the rules look at, valued at the rates of a day that nobody edits: that of approval.

    The amount is what is asked for, or what the goods are worth at that day's market where that is
    more: a low promised rate makes no offer a small one. The discount is the largest of a line, or
    what all prices above zero lose to discounts and to lines below zero; a rate promised below
    the market is a discount on top of it. What a lock costs is no part of the goods.
    """
    limits = desk.selling.approvals.currencies
    amounts = (quote.net, _priced_net(quote))
    worth = {
        currency: max(_worth(desk, one, currency, on) for one in amounts) for currency in limits
    }
    return OfferFacts(quote.currency, worth, _discount(desk, quote), _margin(desk, quote, on))


def _priced_net(quote: Quote) -> Money:
    """The goods in the currency they are priced in, without the taxes that their prices hold."""
    priced = quote.priced_total
    if quote.tax_policy.basis is PriceBasis.NET or quote.total.is_zero:
        return priced
    net = Fraction(priced.amount) * quote.net.ratio(quote.total)
    return RationalMoney(net, priced.currency).rounded(Rounding.HALF_EVEN)


def _worth(desk: Desk, amount: Money, currency: Currency, on: date) -> Money:
    decision = decided(desk, Purpose.QUOTE, currency, amount.currency, on)
    return amount if decision is None else decision.convert(amount)


def _discount(desk: Desk, quote: Quote) -> Fraction:
    """What is given away of the price at the market, as a share."""
    goods = [line for line in quote.lines if not quote.is_fee(line)]
    prices = (Fraction(line.before_discount.amount) for line in goods)
    whole = sum((one for one in prices if one > 0), Fraction(0))
    left = sum((Fraction(line.exact.amount) for line in goods), Fraction(0))
    shares = [line.discounted_by for line in goods]
    given = max([1 - left / whole, *shares] if whole else shares, default=Fraction(0))
    lock = desk.uow.locks.get(quote.lock) if quote.lock else None
    promised = Fraction(1) if lock is None else min(1 + lock.spread, Fraction(1))
    return 1 - (1 - given) * promised


def _margin(desk: Desk, quote: Quote, on: date) -> Fraction | None:
    """What is earned of the net total at home, as a share; None where a cost is not known."""
    home = desk.uow.companies.get(quote.company).functional
    net, cost = _exact(desk, quote.net, home, on), Fraction(0)
    for line in quote.lines:
        if quote.is_fee(line):
            continue
        product = desk.uow.products.get(line.product) if line.product else None
        if product is None or product.cost is None:
            return None
        cost += _exact(desk, product.cost * line.quantity, home, on)
    return (net - cost) / net if net > 0 else None


def _exact(desk: Desk, amount: Money, home: Currency, on: date) -> Fraction:
    decision = decided(desk, Purpose.QUOTE, home, amount.currency, on)
    if decision is None:
        return Fraction(amount.amount)
    return decision.convert_exactly(amount).value
