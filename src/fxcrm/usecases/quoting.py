"""Quoting: an offer in the customer's currency, its value at home, and the rate it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.figures import Figure
from fxcrm.ids import DealId, QuoteId
from fxcrm.money import Money
from fxcrm.selling import Quote
from fxcrm.stages import QuoteTurn
from fxcrm.usecases.dealmoving import move_deal
from fxcrm.usecases.deciding import Desk, decided, document_number, spot
from fxcrm.usecases.locking import release_lock
from fxcrm.usecases.trading import agreed_with

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
    agreed_with(desk, opened.customer, currency)
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


class Excess(Enum):
    """What becomes of an edited quote that exceeds what its lock covers."""

    REFUSED = "refused"
    DECIDED = "decided"  # a new decision of the day is taken for what exceeds it


def edit_quote(
    desk: Desk, id: QuoteId, *, lines: Lines, on: date, excess: Excess = Excess.REFUSED
) -> Quote:
    """Give a draft other lines; its lock stays, and covers as much as it did.

    What exceeds the cover is refused with `LockCoverExceeded`, or gets a new decision: the whole
    excess is converted at the rate of this day, whatever was decided for it before.
    """
    held = desk.uow.quotes.get(id)
    quote = held.with_lines(lines)
    if quote.excess and excess is Excess.DECIDED:
        quote = quote.at_excess_rate(spot(desk, Purpose.QUOTE, quote.priced_in, quote.currency, on))
    elif quote.excess > held.excess:
        raise quote.exceeded()
    _home_decision(desk, quote)  # so that its decision is recorded now, and not by a later report
    return desk.uow.quotes.save(quote)


def home_value(desk: Desk, quote: Quote) -> Figure:
    """What the quote is worth in the company's functional currency at the day it was drafted."""
    total = quote.total_figure()
    decision = _home_decision(desk, quote)
    if decision is None:
        return total
    return Figure.converted(f"Quote {quote.number} at home", total, decision)


def _home_decision(desk: Desk, quote: Quote) -> RateDecision | None:
    """The rate between the quote and the company's functional currency, None where it is one."""
    company = desk.uow.companies.get(quote.company)
    return decided(desk, Purpose.QUOTE, company.functional, quote.currency, quote.drafted_on)


def totals_in(
    desk: Desk, quote: Quote, currencies: Iterable[Currency], on: date
) -> tuple[Figure, ...]:
    """What a quote comes to in other currencies on a day, each by a decision for display.

    Each figure names its decision, with the instant at which the rate was known. They bind
    nobody: the quote is owed in its own currency. Commit the desk to keep the decisions.
    """
    total = quote.total_figure()
    return tuple(_shown_in(desk, total, currency, on) for currency in currencies)


def _shown_in(desk: Desk, total: Figure, currency: Currency, on: date) -> Figure:
    decision = decided(desk, Purpose.DISPLAY, total.value.currency, currency, on)
    label = f"{total.label} in {currency}"
    return Figure.converted(label, total, decision) if decision else total


def approve_quote(desk: Desk, id: QuoteId, *, by: str, on: date) -> Quote:
    """Release the offer; the deal is quoted, and worth the total if that is in its currency."""
    draft = desk.uow.quotes.get(id)
    quote = desk.uow.quotes.save(draft.approve(by, on))
    move_deal(desk, quote, QuoteTurn.APPROVED, on, draft.total)
    return quote


def accept_quote(desk: Desk, id: QuoteId, *, on: date) -> Quote:
    """The customer accepts: the lock is drawn, the deal is won. Raises `RateLockExpired`."""
    quote = desk.uow.quotes.claim(id)  # so that its lock is seen as it was left with it
    lock = desk.uow.locks.get(quote.lock) if quote.lock else None
    accepted, drawn = quote.accept(desk.now, lock)
    if drawn is not None:
        desk.uow.locks.save(drawn)
    move_deal(desk, quote, QuoteTurn.ACCEPTED, on)
    return desk.uow.quotes.save(accepted)


def lapse_quote(desk: Desk, id: QuoteId, *, on: date) -> Quote:
    """The offer ran out: its lock expires, the deal is lost."""
    lapsed = desk.uow.quotes.get(id).lapse(on)
    release_lock(desk, lapsed, "the quote lapsed", on)
    kept = desk.uow.quotes.save(lapsed)
    move_deal(desk, lapsed, QuoteTurn.LAPSED, on)
    return kept


def decline_quote(desk: Desk, id: QuoteId, *, reason: str, on: date) -> Quote:
    """The customer says no: the lock is given up, the deal is lost."""
    declined = desk.uow.quotes.get(id).decline(reason, on)
    release_lock(desk, declined, reason, on)
    kept = desk.uow.quotes.save(declined)
    move_deal(desk, declined, QuoteTurn.DECLINED, on, reason=reason)
    return kept


def withdraw_quote(desk: Desk, id: QuoteId, *, reason: str, on: date) -> Quote:
    """The company takes the offer back: the lock is given up, the deal stays open."""
    withdrawn = desk.uow.quotes.get(id).withdraw(reason, on)
    release_lock(desk, withdrawn, reason, on)
    return desk.uow.quotes.save(withdrawn)
