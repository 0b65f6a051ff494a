"""A rate lock: one rate, promised for an amount, until an instant.

The lock covers an amount in the currency the goods are priced in and fixes the *document*
amount. It is never a measurement rate in the books (D3): they use the spot of the day, and
the gap between the two is a figure, the lock's result.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

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
    "held",
    FrozenMap(
        {
            ("held", "draw"): "drawn",
            ("held", "consume"): "consumed",
            ("held", "expire"): "expired",
            ("held", "cancel"): "cancelled",
            ("drawn", "draw"): "drawn",
            ("drawn", "consume"): "consumed",
            ("drawn", "expire"): "expired",
        }
    ),
)


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


def _checked(_: RateLock, __: attrs.Attribute[Any], instant: datetime) -> None:
    checked_instant(instant)


@attrs.frozen
class RateLock:
    """A locked rate with its owner, its cover and its end.

    ``locked`` is the decision promised to the customer, ``spot`` the market at that instant;
    between them lies the spread. ``covers`` and ``drawn`` are in the currency the goods are
    priced in. The lock holds from ``locked_at`` up to, not including, ``expires_at``; ``zone``
    names the time zone in which its last day was meant.
    """

    id: LockId
    owner: QuoteId
    locked: RateDecision
    spot: RateDecision
    covers: Money
    locked_at: datetime = attrs.field(validator=_checked)
    expires_at: datetime = attrs.field(validator=_checked)
    zone: str = "UTC"
    drawn: Money = attrs.field()
    state: str = LOCK_LIFECYCLE.start
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @drawn.default
    def _nothing(self) -> Money:
        return Money.zero(self.covers.currency)

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
    def remaining(self) -> Money:
        """What the lock still covers."""
        return self.covers - self.drawn

    def draw(self, amount: Money, at: datetime) -> RateLock:
        """Use the lock, in part or whole. Raises `RateLockExpired`, `LockCoverExceeded`."""
        self._refuse_outside(at)
        if amount > self.remaining or not amount.is_positive:
            raise LockCoverExceeded(lock=self.id, asked=amount, covered=self.remaining)
        command = "consume" if amount == self.remaining else "draw"
        return self._moved(command, at, drawn=self.drawn + amount)

    def expire(self, at: datetime) -> RateLock:
        """Let the lock lapse. Raises `RateLockNotExpired` before its time."""
        if checked_instant(at) < self.expires_at:
            raise RateLockNotExpired(lock=self.id, expires_at=self.expires_at, asked_at=at)
        return self._moved("expire", at)

    def cancel(self, at: datetime) -> RateLock:
        """Give the lock up before anything was drawn."""
        return self._moved("cancel", checked_instant(at))

    def _refuse_outside(self, at: datetime) -> None:
        if checked_instant(at) < self.locked_at:
            raise RateLockNotBegun(lock=self.id, locked_at=self.locked_at, asked_at=at)
        if at >= self.expires_at:
            raise RateLockExpired(lock=self.id, expired_at=self.expires_at, asked_at=at)

    def _moved(self, command: str, at: datetime, **changes: Any) -> RateLock:
        state = LOCK_LIFECYCLE.after(self.state, command)
        event = Event(f"rate lock {state}", self.id, at.date())
        return attrs.evolve(self, state=state, events=(*self.events, event), **changes)

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
