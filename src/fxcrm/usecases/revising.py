"""Revising: the next version of a quote, the same offer in another currency, a lapsed one anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum

import attrs

from fxcrm.currencies import Currency
from fxcrm.deals import Deal
from fxcrm.decisions import Purpose
from fxcrm.ids import DealId, QuoteId
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.ratelocks import RateLock
from fxcrm.selling import Quote, QuoteLine
from fxcrm.selling.quoteerrors import QuoteLineMissing
from fxcrm.selling.requotes import QuoteDifference, difference, requoted, revised
from fxcrm.stages import StageKind
from fxcrm.usecases.dealmoving import pipeline_of
from fxcrm.usecases.deciding import Desk, decided, document_number
from fxcrm.usecases.locking import release_lock
from fxcrm.usecases.quoting import home_decision
from fxcrm.usecases.taxing import taxed_on
from fxcrm.usecases.trading import agreed_with

NO_PRICES: Mapping[int, Money] = FrozenMap({})


def revise_quote(desk: Desk, id: QuoteId, *, quote: QuoteId, on: date, by: str = "") -> Quote:
    """Draft the next version of a released quote; the old one can not be accepted any more.

    Number, lines, rate and terms stay as they were, and a lock that still holds goes over to the
    new version. One that has ended is left behind with its fee: then the rate is that of the day.
    """
    held = desk.uow.quotes.claim(quote)
    old, new = revised(held, id, on=on, by=by or desk.actor)
    lock = desk.uow.locks.get(held.lock) if held.lock else None
    if lock is not None and lock.is_open and not lock.is_over(desk.now):
        desk.uow.locks.save(lock.passed_to(id, desk.now))
    elif lock is not None:
        release_lock(desk, held, "a newer version was drafted", on)
        new = _at_rate_of(desk, new.without_lock(), on)
    desk.uow.quotes.save(old)
    return desk.uow.quotes.add(new)


class LockChoice(Enum):
    """What becomes of a lock that was promised for another currency."""

    REFUSED = "refused"
    GIVEN_UP = "given up"


def change_currency(
    desk: Desk,
    id: QuoteId,
    *,
    currency: Currency,
    on: date,
    lock: LockChoice = LockChoice.REFUSED,
    by: str = "",
) -> Quote:
    """Offer a draft in another currency: converted at the rate of the day, never relabelled (M8).

    A lock was promised for the old currency: it refuses the change, or is given up with its fee.
    Raises `WrongLock`, `CurrencyNotAgreed`, and a `RateMissing` where there is no rate.
    """
    held = desk.uow.quotes.claim(id)
    agreed_with(desk, held.customer, currency)
    if held.lock is not None and lock is LockChoice.GIVEN_UP:
        freed = held.without_lock()
        release_lock(desk, held, f"the quote is offered in {currency}", on)
        held = freed
    decision = decided(desk, Purpose.QUOTE, held.priced_in, currency, on)
    changed = held.in_currency(currency, decision)
    home_decision(desk, changed)  # recorded now, and not by a later report
    return desk.uow.quotes.save(changed.written_by(by or desk.actor))


def requote_quote(
    desk: Desk,
    id: QuoteId,
    *,
    quote: QuoteId,
    on: date,
    valid_until: date,
    prices: Mapping[int, Money] = NO_PRICES,
    deal: DealId | None = None,
    by: str = "",
) -> Quote:
    """Quote a lapsed offer again, once: under a new number, at today's prices, taxes and rate.

    ``prices`` are the unit prices that changed, by position, counted among the goods. Where the
    deal was lost, ``deal`` is the id of a new one for the rest; without it the quote has none.
    `quote_difference` says what the change comes to.
    """
    lapsed = desk.uow.quotes.claim(quote)
    buyer = agreed_with(desk, lapsed.customer, lapsed.currency)
    goods = tuple(line for line in lapsed.lines if not lapsed.is_fee(line))
    for position in prices:
        if not 1 <= position <= len(goods):
            raise QuoteLineMissing(quote=quote, position=position, lines=len(goods))
    old, new = requoted(
        lapsed,
        id,
        number=document_number(desk, lapsed.company, "Q"),
        on=on,
        valid_until=valid_until,
        lines=tuple(
            taxed_on(desk, _priced(line, prices.get(at)), buyer, on)
            for at, line in enumerate(goods, 1)
        ),
        rate=decided(desk, Purpose.QUOTE, lapsed.priced_in, lapsed.currency, on),
        by=by or desk.actor,
    )
    new = attrs.evolve(new, deal=_deal_for(desk, lapsed, deal, on))
    home_decision(desk, new)
    desk.uow.quotes.save(old)
    return desk.uow.quotes.add(new)


def _priced(line: QuoteLine, price: Money | None) -> QuoteLine:
    return line if price is None else attrs.evolve(line, unit_price=price, source="")


def _deal_for(desk: Desk, lapsed: Quote, new: DealId | None, on: date) -> DealId | None:
    """The deal of a new quote: the old one while it is open, else one that begins for it."""
    if lapsed.deal is None:
        return None
    old = desk.uow.deals.get(lapsed.deal)
    along = pipeline_of(desk, old)
    if along.stage(old.stage).kind is StageKind.OPEN:
        return old.id
    if new is None:
        return None
    begun = Deal.begun(
        new,
        company=old.company,
        customer=old.customer,
        title=old.title,
        value=old.value,
        on=on,
        along=along,
        owner=old.owner,
        team=old.team,
        expected_on=old.expected_on,
    )
    return desk.uow.deals.add(begun).id


def quote_difference(desk: Desk, id: QuoteId) -> QuoteDifference | None:
    """What a quote comes to more than the one it stands in for, by causes; None if for none."""
    new = desk.uow.quotes.get(id)
    if new.supersedes is None:
        return None
    old = desk.uow.quotes.get(new.supersedes)
    return difference(old, new, _lock_of(desk, old), _lock_of(desk, new))


def _lock_of(desk: Desk, quote: Quote) -> RateLock | None:
    return desk.uow.locks.get(quote.lock) if quote.lock else None


def versions_of(desk: Desk, id: QuoteId) -> tuple[Quote, ...]:
    """A quote and all that it stands in for, the newest first."""
    return tuple(_backwards(desk, id))


def _backwards(desk: Desk, id: QuoteId) -> Iterator[Quote]:
    following: QuoteId | None = id
    while following is not None:
        quote = desk.uow.quotes.get(following)
        yield quote
        following = quote.supersedes


def _at_rate_of(desk: Desk, quote: Quote, on: date) -> Quote:
    decision = decided(desk, Purpose.QUOTE, quote.priced_in, quote.currency, on)
    return quote if decision is None else quote.at_rate(decision)
