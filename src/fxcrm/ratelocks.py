"""A rate lock: one rate, promised for an amount, until an instant.

The lock covers an amount in the currency the goods are priced in and fixes the *document*
amount. It is never a measurement rate in the books (D3): they use the spot of the day, and
the gap between the two is a figure, the lock's result.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import InputRefused, RuleRefused, shown
from fxcrm.events import Event, checked_instant
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import LockId, QuoteId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

LOCK_LIFECYCLE = Lifecycle(
    "rate lock",
    "offered",
    FrozenMap(
        {
            ("offered", "take up"): "held",
            ("offered", "expire"): "expired",
            ("offered", "cancel"): "cancelled",
            ("held", "draw"): "drawn",
            ("held", "consume"): "consumed",
            ("held", "expire"): "expired",
            ("held", "cancel"): "cancelled",
            ("held", "break"): "broken",
            ("drawn", "draw"): "drawn",
            ("drawn", "consume"): "consumed",
            ("drawn", "expire"): "expired",
            ("drawn", "break"): "broken",
        }
    ),
)


NO_DETAILS: Final[Mapping[str, str]] = FrozenMap({})


class Promise(Enum):
    """How a lock begins: as a promise, or as an offer that binds nobody until it is taken up."""

    HELD = "held"
    OFFERED = "offered"


class RateLockExpired(RuleRefused):
    """The lock was asked to cover something after its last instant."""

    lock: LockId
    expired_at: datetime
    asked_at: datetime
    template = (
        "rate lock {lock} ended at {expired_at}, asked for at {asked_at}; quote again at a new rate"
    )


class RateLockNotBegun(RuleRefused):
    """The lock was asked to cover something before it was given: a clock went back (F7)."""

    lock: LockId
    locked_at: datetime
    asked_at: datetime
    template = "rate lock {lock} holds from {locked_at}, asked for at {asked_at}; check the clock"


class RateLockNotExpired(RuleRefused):
    """The lock still holds; it can not lapse before its time."""

    lock: LockId
    expires_at: datetime
    asked_at: datetime
    template = "rate lock {lock} holds until {expires_at}; it can not expire at {asked_at}"


class LockCoverExceeded(RuleRefused):
    """More was asked for than the lock still covers."""

    lock: LockId
    asked: Money
    covered: Money
    template = (
        "rate lock {lock} still covers {covered}, not {asked}; what exceeds it needs a new decision"
    )

    @property
    def excess(self) -> Money:
        """What needs a new decision."""
        return self.asked - self.covered


class LockTermsRefused(InputRefused):
    """Terms under which no lock can be held."""

    reason: str
    template = "a rate lock can not be held: {reason:plain}"


def end_of_day(day: date, zone: str) -> datetime:
    """The instant at which ``day`` is over in the named zone, in UTC. Raises `LockTermsRefused`."""
    try:
        following = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))
        return following.astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reason = f"there is no time zone {shown(zone)}; name one such as Europe/Berlin"
        raise LockTermsRefused(reason=reason) from None
    except OverflowError:
        raise LockTermsRefused(reason=f"no day follows {day}") from None


def end_of(until: date | datetime, zone: str) -> datetime:
    """When a promise ends: at a named instant, or when a day is over in the named zone.

    Raises `LockTermsRefused`, `NaiveInstant`.
    """
    if isinstance(until, datetime):
        ends = _utc(until)
        end_of_day(ends.date(), zone)  # which refuses a zone that is not there
        return ends
    return end_of_day(until, zone)


def _utc(instant: datetime) -> datetime:
    """The instant in UTC: in a zone of its own an hour that comes twice can not be compared."""
    try:
        return checked_instant(instant).astimezone(UTC)
    except OverflowError:
        raise LockTermsRefused(reason=f"there is no {instant} in UTC") from None


@attrs.frozen
class RateLock:
    """A locked rate with its owner, its cover and its end.

    ``locked`` is the decision promised to the customer, ``spot`` the market at that instant;
    between them lies the spread. A promise that is paid for by a ``fee`` has that as a line of
    its own on the quote. ``covers`` and ``drawn`` are in the currency the goods are priced in.

    The lock holds from ``locked_at`` up to, not including, ``expires_at``; ``zone`` names the
    time zone in which its last day was meant. ``last_seen_at`` is the latest instant that any of
    its commands was given: a clock that goes back behind it does not count, so that what has
    ended does not begin again (F7). ``broken_at`` is the market at which the rest was given up.
    """

    id: LockId
    owner: QuoteId
    locked: RateDecision
    spot: RateDecision
    covers: Money
    locked_at: datetime = attrs.field(converter=_utc)
    expires_at: datetime = attrs.field(converter=_utc)
    zone: str = "UTC"
    drawn: Money = attrs.field()
    state: str = Promise.HELD.value
    fee: Money | None = None
    broken_at: RateDecision | None = None
    last_seen_at: datetime = attrs.field(converter=_utc)
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @drawn.default
    def _nothing(self) -> Money:
        return Money.zero(self.covers.currency)

    @last_seen_at.default
    def _made(self) -> datetime:
        return self.locked_at

    def __attrs_post_init__(self) -> None:
        if self.expires_at <= self.locked_at:
            reason = f"it would end at {self.expires_at}, before it begins at {self.locked_at}"
            raise LockTermsRefused(reason=reason)
        if not self.covers.is_positive:
            raise LockTermsRefused(reason=f"it covers {self.covers}; there is nothing to promise")

    @property
    def last_day(self) -> date:
        """The last day on which the lock holds, in its own zone."""
        last = self.expires_at - timedelta(microseconds=1)
        return last.astimezone(ZoneInfo(self.zone)).date()

    @property
    def currency(self) -> Currency:
        """The currency of the document that the rate was locked for."""
        pair = self.locked.pair
        return pair.counter if pair.base is self.covers.currency else pair.base

    @property
    def remaining(self) -> Money:
        """What the lock still covers."""
        return self.covers - self.drawn

    @property
    def is_open(self) -> bool:
        """Whether anything can still become of the lock; if not, its state is final."""
        return bool(LOCK_LIFECYCLE.commands(self.state))

    @property
    def spread(self) -> Fraction:
        """What the customer pays more than the market, as a share of it: 0.003 is 0.3 %."""
        locked, market = (
            one.convert_exactly(self.covers).value for one in (self.locked, self.spot)
        )
        return locked / market - 1

    def is_over(self, at: datetime) -> bool:
        """Whether the lock's end has come, by this clock or by one that it has seen before."""
        return self._latest(at) >= self.expires_at

    def take_up(self, at: datetime) -> RateLock:
        """Turn an offer into a promise. Raises `RateLockExpired` after its end."""
        return self._moved("take up", self._within(at))

    def passed_to(self, owner: QuoteId, at: datetime) -> RateLock:
        """The same promise for the next version of its quote. Raises `RateLockExpired`."""
        now = self._within(at)
        event = Event("rate lock passed on", self.id, now.date(), {"owner": owner})
        return attrs.evolve(self, owner=owner, last_seen_at=now, events=(*self.events, event))

    def draw(self, amount: Money, at: datetime) -> RateLock:
        """Use the lock, in part or whole. Raises `RateLockExpired`, `LockCoverExceeded`."""
        now = self._within(at)
        if amount > self.remaining or not amount.is_positive:
            raise LockCoverExceeded(lock=self.id, asked=amount, covered=self.remaining)
        command = "consume" if amount == self.remaining else "draw"
        return self._moved(command, now, {"amount": str(amount)}, drawn=self.drawn + amount)

    def expire(self, at: datetime) -> RateLock:
        """Let the lock lapse. Raises `RateLockNotExpired` before its time."""
        now = self._latest(at)
        if now < self.expires_at:
            raise RateLockNotExpired(lock=self.id, expires_at=self.expires_at, asked_at=now)
        return self._moved("expire", now)

    def cancel(self, at: datetime) -> RateLock:
        """Give the lock up before anything was drawn, at no cost. Raises `RateLockExpired`."""
        cancelled = self._moved("cancel", self._latest(at))
        self._not_over(at)
        return cancelled

    def break_off(self, market: RateDecision, at: datetime, reason: str) -> RateLock:
        """Give up what is left of a promise, at the market of that day; see `break_cost`.

        Raises `RateLockExpired` where nothing is promised any more, `CurrencyMismatch` for a rate
        of another pair, `LockTermsRefused` for one of a day before the lock began.
        """
        cost = self._cost_at(market)
        details = {"reason": reason, "cost": str(cost.value), "decision": market.id}
        broken = self._moved("break", self._latest(at), details, broken_at=market)
        self._not_over(at)
        if market.valid_on < self.locked_at.date():
            before = f"a market of {market.valid_on} lies before its beginning, {self.locked_at}"
            raise LockTermsRefused(reason=before)
        return broken

    @property
    def break_cost(self) -> Figure | None:
        """What giving up cost (positive) or saved, in the priced currency; None if nobody did.

        What was promised in the document currency, bought at the market of that day, less what
        it was promised for. It stands beside the books, as the result does (D3).
        """
        return None if self.broken_at is None else self._cost_at(self.broken_at)

    def _cost_at(self, market: RateDecision) -> Figure:
        rest = Figure.stated("Cover not drawn", self.remaining, Evidence("rate lock", self.id))
        promised = Figure.converted("Promised for it", rest, self.locked)
        worth = Figure.converted("Promised, at the market of the day", promised, market)
        rule = "value at the market less the cover that was not drawn"
        return Figure.difference(f"Break cost of rate lock {self.id}", worth, rest, rule)

    def _latest(self, at: datetime) -> datetime:
        return max(_utc(at), self.last_seen_at)

    def _within(self, at: datetime) -> datetime:
        """The instant that counts, once it is known to lie between beginning and end."""
        if _utc(at) < self.locked_at:
            raise RateLockNotBegun(lock=self.id, locked_at=self.locked_at, asked_at=at)
        return self._not_over(at)

    def _not_over(self, at: datetime) -> datetime:
        """The instant that counts, once it is known to lie before the end."""
        now = self._latest(at)
        if now >= self.expires_at:
            raise RateLockExpired(lock=self.id, expired_at=self.expires_at, asked_at=now)
        return now

    def _moved(
        self, command: str, at: datetime, details: Mapping[str, str] = NO_DETAILS, **changes: Any
    ) -> RateLock:
        state = LOCK_LIFECYCLE.after(self.state, command)
        event = Event(f"rate lock {state}", self.id, at.date(), details)
        return attrs.evolve(
            self, state=state, last_seen_at=at, events=(*self.events, event), **changes
        )

    def premium(self) -> Figure:
        """What the spread adds to the price of the whole cover, in the document currency."""
        cover = Figure.stated("Covered", self.covers, Evidence("rate lock", self.id))
        return Figure.difference(
            f"Spread of rate lock {self.id}",
            Figure.converted("Cover at the locked rate", cover, self.locked),
            Figure.converted("Cover at the market when it was locked", cover, self.spot),
            "value at the locked rate less value at the market",
        )

    def result(self, document: Money, spot: RateDecision) -> Figure:
        """What the lock brought (positive) or cost (negative) against a later spot.

        The document amount at that spot, less the amount it was locked for; in the currency
        the goods are priced in. It stands beside the books, not in them (D3).
        """
        billed = Figure.stated("Document amount", document, Evidence("rate lock", self.id))
        at_spot = Figure.converted("Document amount at spot", billed, spot)
        locked = Figure.converted("Document amount at the locked rate", billed, self.locked)
        return Figure.difference(
            f"Result of rate lock {self.id}",
            at_spot,
            locked,
            "value at spot less value at the locked rate",
        )
