"""Locking: a rate is promised, taken up, drawn, and given up or run out, each in its own command.

Every command reads the lock, moves it, and saves it in one unit of work. Two that meet have one
winner: the other gets a `VersionConflict`, or finds the lock as the first one left it (F5).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from fxcrm._decimals import exact_decimal
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, decision_id
from fxcrm.errors import FxcrmError
from fxcrm.ids import LockId, QuoteId
from fxcrm.money import Money
from fxcrm.queries import Filter, every
from fxcrm.ratelocks import LOCK_LIFECYCLE, LockTermsRefused, Promise, RateLock, RateLockExpired
from fxcrm.rates import ExchangeRate, rounded_significant
from fxcrm.selling import Quote
from fxcrm.selling.quoteerrors import QuoteOutOfTime
from fxcrm.usecases.deciding import Desk, decided, spot

_WHOLE = 100  # percent
LOCKED_DIGITS = 7  # significant ones, as many as the published rates have
_EXPIRES = tuple(at for at, command in LOCK_LIFECYCLE.table if command == "expire")


def lock_rate(
    desk: Desk,
    id: LockId,
    *,
    quote: QuoteId,
    on: date,
    until: date | datetime,
    zone: str,
    spread: Decimal = Decimal(0),
    fee: Money | None = None,
    promise: Promise = Promise.HELD,
) -> Quote:
    """Promise a rate for the whole quote until a day is over in the named zone, or an instant.

    What the promise costs the customer is either a ``spread``, in percent of the rate, which
    raises the document amount, or a ``fee`` in the currency the goods are priced in, which is a
    line of its own; whoever sets one is an author of the quote. A spread below zero is in favour
    of the customer, and counts as a discount for the approval rules. The lock is held from the
    desk's instant, or offered. Raises `LockTermsRefused`.
    """
    draft = desk.uow.quotes.get(quote)
    market = decided(desk, Purpose.QUOTE, draft.priced_in, draft.currency, on)
    if market is None:
        raise LockTermsRefused(
            reason=f"quote {quote} is priced in its own currency, there is no rate"
        )
    spread = exact_decimal(spread)
    if not -_WHOLE < spread < _WHOLE:
        raise LockTermsRefused(reason=f"a spread of {spread} % is not between -100 and 100")
    if spread and fee is not None:
        raise LockTermsRefused(reason=f"it is paid for by a spread or by the fee of {fee}")
    locked = desk.uow.decisions.record(_locked(desk, id, draft, market, on, spread))
    quote_locked, lock = draft.lock_rate(
        locked, id=id, at=desk.now, until=until, zone=zone, spot=market, fee=fee, promise=promise
    )
    desk.uow.locks.add(lock)
    written = quote_locked.written_by(desk.actor) if spread or fee is not None else quote_locked
    return desk.uow.quotes.save(written)


def _locked(
    desk: Desk, id: LockId, draft: Quote, market: RateDecision, on: date, spread: Decimal
) -> RateDecision:
    rate, reason = market.rate, "locked at spot"
    if spread:
        rate = _widened(rate, draft.priced_in, spread)
        reason = f"spot {market.id} with a spread of {spread} %"
    key = decision_id(Purpose.LOCK, rate.pair, on, id)
    return RateDecision(
        key, Purpose.LOCK, rate, market.policy, on, desk.now, desk.actor, reason=reason
    )


def _widened(rate: ExchangeRate, priced_in: Currency, spread: Decimal) -> ExchangeRate:
    """A rate of our own, in the direction quoted: the customer pays ``spread`` percent more."""
    factor = 1 + Fraction(spread) / 100
    ratio = rate.ratio * factor if rate.pair.base is priced_in else rate.ratio / factor
    value = rounded_significant(ratio, LOCKED_DIGITS)
    source = f"{rate.path}, {spread} % spread"
    return ExchangeRate.of(rate.pair.base, rate.pair.counter, value, on=rate.on, source=source)


def take_up_lock(desk: Desk, id: LockId) -> RateLock:
    """The offer of a rate becomes a promise. Raises `RateLockExpired`."""
    return desk.uow.locks.save(desk.uow.locks.get(id).take_up(desk.now))


def draw_lock(desk: Desk, id: LockId, *, amount: Money) -> RateLock:
    """Use a part of a lock for something else than its quote: a call-off, a document of one's own.

    Raises `LockCoverExceeded`, `RateLockExpired`.
    """
    return desk.uow.locks.save(desk.uow.locks.get(id).draw(amount, desk.now))


def cancel_lock(desk: Desk, id: LockId) -> RateLock:
    """Give a lock up of which nothing was drawn, at no cost."""
    return desk.uow.locks.save(desk.uow.locks.get(id).cancel(desk.now))


def break_lock(desk: Desk, id: LockId, *, reason: str, on: date) -> RateLock:
    """Give up what is left of a promise, at the market of a day; ``break_cost`` says what it cost.

    Raises a `RateMissing` where the market of that day is not known.
    """
    return desk.uow.locks.save(_broken(desk, desk.uow.locks.get(id), reason, on))


def _broken(desk: Desk, lock: RateLock, reason: str, on: date) -> RateLock:
    market = spot(desk, Purpose.BOOKING, lock.covers.currency, lock.currency, on)
    return lock.break_off(market, desk.now, reason)


def expire_lock(desk: Desk, id: LockId) -> RateLock:
    """Let a lock lapse whose end has come. Raises `RateLockNotExpired`."""
    return desk.uow.locks.save(desk.uow.locks.get(id).expire(desk.now))


def expire_locks(desk: Desk) -> tuple[RateLock, ...]:
    """Let every lock lapse whose end has come: to be run now and then, say every night."""
    over = [one for one in _open_locks(desk) if one.is_over(desk.now)]
    return tuple(desk.uow.locks.save(one.expire(desk.now)) for one in over)


def _open_locks(desk: Desk) -> Iterator[RateLock]:
    for state in _EXPIRES:
        yield from every(desk.uow.locks.page, Filter(state=state))


def release_lock(desk: Desk, quote: Quote, reason: str, on: date) -> None:
    """The quote came to nothing: what its lock still holds lapses, is cancelled, or broken."""
    if quote.lock is None:
        return
    lock = desk.uow.locks.get(quote.lock)
    if not lock.is_open:
        return
    if lock.is_over(desk.now):  # a lock may be promised for longer than the quote, or shorter
        released = lock.expire(desk.now)
    elif lock.drawn.is_zero:
        released = lock.cancel(desk.now)
    else:
        released = _broken(desk, lock, reason, on)
    desk.uow.locks.save(released)


def note_lateness(desk: Desk, refusal: FxcrmError) -> None:
    """What was refused because it came too late stays too late, if a clock goes back (F7).

    The lock is expired; the quote notes the instant.
    """
    if isinstance(refusal, RateLockExpired):
        lock = desk.uow.locks.find(refusal.lock)
        if lock is not None and lock.is_open and lock.is_over(desk.now):
            desk.uow.locks.save(lock.expire(desk.now))
    elif isinstance(refusal, QuoteOutOfTime):
        quote = desk.uow.quotes.find(refusal.quote)
        if quote is not None and quote.state == "approved" and refusal.on > quote.valid_until:
            desk.uow.quotes.save(quote.seen(desk.now))
