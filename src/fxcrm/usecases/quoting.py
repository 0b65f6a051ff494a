"""Quoting: an offer in the customer's currency, its value at home, and the rate it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, decision_id
from fxcrm.figures import Figure
from fxcrm.ids import DealId, LockId, QuoteId
from fxcrm.money import Money
from fxcrm.ratelocks import LockTermsRefused
from fxcrm.rates import ExchangeRate, rounded_significant
from fxcrm.selling import Quote
from fxcrm.usecases.deciding import Desk, decided, document_number

_WHOLE = 100  # percent
LOCKED_DIGITS = 7  # significant ones, as many as the published rates have
Lines = Iterable[tuple[str, Decimal, Money]]  # description, quantity, unit price


def draft_quote(
    desk: Desk,
    id: QuoteId,
    *,
    deal: DealId,
    currency: Currency,
    priced_in: Currency,
    lines: Lines,
    on: date,
    valid_until: date,
) -> Quote:
    """Draft an offer for a deal; at the rate of the day where two currencies meet."""
    opened = desk.uow.deals.get(deal)
    desk.uow.customers.get(opened.customer).agreed(currency)
    number = document_number(desk, opened.company, "Q")
    quote = Quote.draft(
        id,
        number=number,
        company=opened.company,
        customer=opened.customer,
        currency=currency,
        priced_in=priced_in,
        on=on,
        valid_until=valid_until,
        deal=deal,
    )
    for description, quantity, unit_price in lines:
        quote = quote.add(description, quantity=quantity, unit_price=unit_price)
    decision = decided(desk, Purpose.QUOTE, priced_in, currency, on)
    quote = quote.at_rate(decision) if decision else quote
    home = _home_decision(desk, quote)  # recorded now, and not by a later report
    if home is not None:
        home.convert(quote.total)  # what can not be valued at home is not offered
    return desk.uow.quotes.add(quote)


def lock_rate(
    desk: Desk,
    id: LockId,
    *,
    quote: QuoteId,
    on: date,
    until: date,
    zone: str,
    spread: Decimal = Decimal(0),
) -> Quote:
    """Promise a rate for the whole quote until a day is over in the named zone.

    ``spread`` is what the promise costs the customer, in percent of the rate: it raises the
    document amount. The lock is held from the desk's instant. Raises `LockTermsRefused`.
    """
    draft = desk.uow.quotes.get(quote)
    spot = decided(desk, Purpose.QUOTE, draft.priced_in, draft.currency, on)
    if spot is None:
        raise LockTermsRefused(
            reason=f"quote {quote} is priced in its own currency, there is no rate"
        )
    if abs(spread) >= _WHOLE:
        raise LockTermsRefused(reason=f"a spread of {spread} % is not between -100 and 100")
    locked = desk.uow.decisions.record(_locked(desk, id, draft, spot, on, spread))
    quote_locked, lock = draft.lock_rate(
        locked, id=id, at=desk.now, until=until, zone=zone, spot=spot
    )
    desk.uow.locks.add(lock)
    return desk.uow.quotes.save(quote_locked)


def _locked(
    desk: Desk, id: LockId, draft: Quote, spot: RateDecision, on: date, spread: Decimal
) -> RateDecision:
    rate, reason = spot.rate, "locked at spot"
    if spread:
        rate = _widened(rate, draft.priced_in, spread)
        reason = f"spot {spot.id} with a spread of {spread} %"
    key = decision_id(Purpose.LOCK, rate.pair, on, id)
    return RateDecision(
        key, Purpose.LOCK, rate, spot.policy, on, desk.now, desk.actor, reason=reason
    )


def _widened(rate: ExchangeRate, priced_in: Currency, spread: Decimal) -> ExchangeRate:
    """A rate of our own, in the direction quoted: the customer pays ``spread`` percent more."""
    factor = 1 + Fraction(spread) / 100
    ratio = rate.ratio * factor if rate.pair.base is priced_in else rate.ratio / factor
    value = rounded_significant(ratio, LOCKED_DIGITS)
    source = f"{rate.path}, {spread} % spread"
    return ExchangeRate.of(rate.pair.base, rate.pair.counter, value, on=rate.on, source=source)


def home_value(desk: Desk, quote: Quote) -> Figure:
    """What the quote is worth in the company's functional currency at the day it was drafted."""
    total = Figure.total(f"Quote {quote.number}", quote.figures(), quote.currency)
    decision = _home_decision(desk, quote)
    if decision is None:
        return total
    return Figure.converted(f"Quote {quote.number} at home", total, decision)


def _home_decision(desk: Desk, quote: Quote) -> RateDecision | None:
    """The rate between the quote and the company's functional currency, None where it is one."""
    company = desk.uow.companies.get(quote.company)
    return decided(desk, Purpose.QUOTE, company.functional, quote.currency, quote.drafted_on)


def approve_quote(desk: Desk, id: QuoteId, *, by: str, on: date) -> Quote:
    """Release the offer; the deal is quoted, and worth the total if that is in its currency."""
    quote = desk.uow.quotes.save(desk.uow.quotes.get(id).approve(by, on))
    _move_deal(desk, quote, "quote", on, quote.total)
    return quote


def accept_quote(desk: Desk, id: QuoteId, *, on: date) -> Quote:
    """The customer accepts: the lock is drawn, the deal is won. Raises `RateLockExpired`."""
    quote = desk.uow.quotes.get(id)
    lock = desk.uow.locks.get(quote.lock) if quote.lock else None
    accepted, drawn = quote.accept(desk.now, lock)
    if drawn is not None:
        desk.uow.locks.save(drawn)
    _move_deal(desk, quote, "win", on)
    return desk.uow.quotes.save(accepted)


def lapse_quote(desk: Desk, id: QuoteId, *, on: date) -> Quote:
    """The offer ran out: its lock expires, the deal is lost."""
    lapsed = desk.uow.quotes.get(id).lapse(on)
    if lapsed.lock is not None:
        lock = desk.uow.locks.get(lapsed.lock)
        is_over = desk.now >= lock.expires_at  # a lock may be promised for longer than the quote
        desk.uow.locks.save(lock.expire(desk.now) if is_over else lock.cancel(desk.now))
    kept = desk.uow.quotes.save(lapsed)
    _move_deal(desk, lapsed, "lose", on)
    return kept


def decline_quote(desk: Desk, id: QuoteId, *, reason: str, on: date) -> Quote:
    """The customer says no: the lock is given up, the deal is lost."""
    declined = desk.uow.quotes.get(id).decline(reason, on)
    _release(desk, declined)
    kept = desk.uow.quotes.save(declined)
    _move_deal(desk, declined, "lose", on)
    return kept


def withdraw_quote(desk: Desk, id: QuoteId, *, reason: str, on: date) -> Quote:
    """The company takes the offer back: the lock is given up, the deal stays open."""
    withdrawn = desk.uow.quotes.get(id).withdraw(reason, on)
    _release(desk, withdrawn)
    return desk.uow.quotes.save(withdrawn)


def _release(desk: Desk, quote: Quote) -> None:
    if quote.lock is not None:
        desk.uow.locks.save(desk.uow.locks.get(quote.lock).cancel(desk.now))


def _move_deal(
    desk: Desk, quote: Quote, command: str, on: date, value: Money | None = None
) -> None:
    """Move the deal with its quote, unless it is won already, or another quote may still win it."""
    if quote.deal is None:
        return
    deal = desk.uow.deals.get(quote.deal)
    if deal.stage == "won" or (command == "lose" and _has_rivals(desk, quote)):
        return
    comparable = value is not None and value.currency is deal.value.currency
    desk.uow.deals.save(deal.move(command, on, value if comparable else None))


def _has_rivals(desk: Desk, quote: Quote) -> bool:
    """Whether another quote may still win the deal."""
    return any(
        one.deal == quote.deal and one.id != quote.id and one.state in ("draft", "approved")
        for one in desk.uow.quotes.of_company(quote.company)
    )
