"""Quoting: an offer in the customer's currency, its value at home, and the rate it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, timedelta
from enum import Enum

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.figures import Figure
from fxcrm.ids import DealId, QuoteId
from fxcrm.money import Money
from fxcrm.selling import Quote
from fxcrm.selling.covers import Cover, cover_of
from fxcrm.selling.quoteerrors import AnswerDayRefused
from fxcrm.selling.quotes import NO_TEXTS
from fxcrm.stages import QuoteTurn
from fxcrm.usecases.dealmoving import move_deal
from fxcrm.usecases.deciding import Desk, decided, document_number, spot
from fxcrm.usecases.locking import release_lock
from fxcrm.usecases.taxing import Wishes, lines_of, taxed_on
from fxcrm.usecases.trading import agreed_with

_FURTHEST_ZONE = timedelta(hours=14)  # so early a day begins where it begins first


def draft_quote(
    desk: Desk,
    id: QuoteId,
    *,
    deal: DealId,
    currency: Currency,
    priced_in: Currency,
    lines: Wishes,
    on: date,
    valid_until: date,
    texts: Mapping[str, str] = NO_TEXTS,
    by: str = "",
) -> Quote:
    """Draft an offer for a deal; at the rate of the day where two currencies meet.

    Its lines bear the taxes that the rules name for them; ``texts`` are terms, delivery, contact
    and notes. Who drafts it is the desk's actor, or ``by``.
    """
    opened = desk.uow.deals.get(deal)
    buyer = agreed_with(desk, opened.customer, currency)
    number = document_number(desk, opened.company, "Q")
    empty = Quote.draft(
        id,
        number=number,
        company=opened.company,
        customer=opened.customer,
        currency=currency,
        priced_in=priced_in,
        on=on,
        valid_until=valid_until,
        deal=deal,
        tax_policy=desk.selling.taxes.policy,
        by=by or desk.actor,
    )
    quote = empty.with_lines(lines_of(desk, buyer, lines, on, priced_in)).with_terms(texts=texts)
    decision = decided(desk, Purpose.QUOTE, priced_in, currency, on)
    quote = quote.at_rate(decision) if decision else quote
    home = home_decision(desk, quote)  # recorded now, and not by a later report
    if home is not None:
        home.convert(quote.total)  # what can not be valued at home is not offered
    return desk.uow.quotes.add(quote)


class Excess(Enum):
    """What becomes of an edited quote that exceeds what its lock covers."""

    REFUSED = "refused"
    DECIDED = "decided"  # a new decision of the day is taken for what exceeds it


def edit_quote(
    desk: Desk,
    id: QuoteId,
    *,
    lines: Wishes | None = None,
    on: date,
    excess: Excess = Excess.REFUSED,
    dated: date | None = None,
    valid_until: date | None = None,
    texts: Mapping[str, str] = NO_TEXTS,
    by: str = "",
) -> Quote:
    """Give a draft other lines, days or texts; its lock stays, and covers as much as it did.

    What exceeds the cover is refused with `LockCoverExceeded`, or gets a new decision: the whole
    excess is converted at the rate of this day, whatever was decided for it before. Lines of
    another date bear the taxes of that. Consents to what it said before are void. `quote_cover`
    says what the lock is good for then.
    """
    held = desk.uow.quotes.claim(id)
    quote = held.with_terms(dated=dated, valid_until=valid_until, texts=texts)
    buyer, day = desk.uow.customers.get(held.customer), quote.drafted_on
    if lines is not None:
        quote = quote.with_lines(lines_of(desk, buyer, lines, day, quote.priced_in))
    elif day != held.drafted_on:
        goods = (one for one in quote.lines if not quote.is_fee(one))
        quote = quote.with_lines([taxed_on(desk, one, buyer, day) for one in goods])
    if quote.excess and excess is Excess.DECIDED:
        quote = quote.at_excess_rate(spot(desk, Purpose.QUOTE, quote.priced_in, quote.currency, on))
    elif quote.excess > held.excess:
        raise quote.exceeded()
    home_decision(desk, quote)  # so that its decision is recorded now, and not by a later report
    return desk.uow.quotes.save(quote.written_by(by or desk.actor))


def quote_cover(desk: Desk, id: QuoteId) -> Cover | None:
    """What the lock of a quote covers of it as it is now, and for how long; None without one."""
    quote = desk.uow.quotes.get(id)
    return cover_of(quote, desk.uow.locks.get(quote.lock) if quote.lock else None)


def home_value(desk: Desk, quote: Quote) -> Figure:
    """What the quote is worth in the company's functional currency at the day it was drafted."""
    total = quote.total_figure()
    decision = home_decision(desk, quote)
    if decision is None:
        return total
    return Figure.converted(f"Quote {quote.number} at home", total, decision)


def home_decision(desk: Desk, quote: Quote) -> RateDecision | None:
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
    return tuple(one.figure for one in alternative_totals(desk, quote, currencies, on))


@attrs.frozen
class AlternativeTotal:
    """A quote's total in another currency: it binds nobody.

    ``decision`` is the rate it was converted at, with its id and the instant at which it was
    known; None where the quote is in that currency.
    """

    figure: Figure
    decision: RateDecision | None

    @property
    def amount(self) -> Money:
        """The total, rounded once (M10)."""
        return self.figure.value


def alternative_totals(
    desk: Desk, quote: Quote, currencies: Iterable[Currency], on: date
) -> tuple[AlternativeTotal, ...]:
    """The same, each beside its decision, to be shown with its id and its time."""
    total = quote.total_figure()
    return tuple(_shown_in(desk, total, currency, on) for currency in currencies)


def _shown_in(desk: Desk, total: Figure, currency: Currency, on: date) -> AlternativeTotal:
    decision = decided(desk, Purpose.DISPLAY, total.value.currency, currency, on)
    if decision is None:
        return AlternativeTotal(total, None)
    label = f"{total.label} in {currency}"
    return AlternativeTotal(Figure.converted(label, total, decision), decision)


def accept_quote(desk: Desk, id: QuoteId, *, on: date) -> Quote:
    """The customer accepts: the lock is drawn, the deal is won at the net total.

    A deal that was won before keeps its value. Raises `RateLockExpired`, `QuoteOutOfTime`,
    `AnswerDayRefused`, and what moving the deal raises.
    """
    quote = desk.uow.quotes.claim(id)  # so that its lock is seen as it was left with it
    _refuse_other_days(desk, quote, "be accepted", on)
    lock = desk.uow.locks.get(quote.lock) if quote.lock else None
    accepted, drawn = quote.accept(desk.now, lock)
    if drawn is not None:
        desk.uow.locks.save(drawn)
    move_deal(desk, quote, QuoteTurn.ACCEPTED, on, accepted.net)
    return desk.uow.quotes.save(accepted)


def _refuse_other_days(desk: Desk, quote: Quote, command: str, on: date) -> None:
    """An answer is given since the offer was made, and not on a day that is still to come."""
    today = (desk.now.astimezone(UTC) + _FURTHEST_ZONE).date()
    if not quote.drafted_on <= on <= today:
        raise AnswerDayRefused(
            quote=quote.id, command=command, on=on, drafted_on=quote.drafted_on, today=today
        )


def lapse_quote(desk: Desk, id: QuoteId, *, on: date) -> Quote:
    """The offer ran out: its lock expires, the deal is lost.

    Raises `QuoteOutOfTime` while it is valid, `AnswerDayRefused` for a day still to come.
    """
    quote = desk.uow.quotes.get(id)
    _refuse_other_days(desk, quote, "lapse", on)
    lapsed = quote.lapse(on)
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
