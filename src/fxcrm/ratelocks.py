"""A rate lock: one rate, promised for an amount, until an instant.

The lock covers an amount in the currency the goods are priced in and fixes the *document*
amount. It is never a measurement rate in the books (D3): they use the spot of the day, and
the gap between the two is a figure, the lock's result.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from fxcrm.decisions import RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.events import Event, checked_instant
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import LockId, QuoteId
from fxcrm.lifecycles import Lifecycle
from fxcrm.money import Money

LOCK_LIFECYCLE = Lifecycle(
    "rate lock",
    "held",
    MappingProxyType(
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


def end_of_day(day: date, zone: str) -> datetime:
    """The instant at which ``day`` is over in the named zone, in UTC."""
    following = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))
    return following.astimezone(ZoneInfo("UTC"))


def _checked(_: RateLock, __: attrs.Attribute[Any], instant: datetime) -> None:
    checked_instant(instant)


@attrs.frozen
class RateLock:
    """A locked rate with its owner, its cover and its end.

    ``locked`` is the decision promised to the customer, ``spot`` the market at that instant;
    between them lies the spread. ``covers`` and ``drawn`` are in the currency the goods are
    priced in. The lock holds from ``locked_at`` up to, not including, ``expires_at``.
    """

    id: LockId
    owner: QuoteId
    locked: RateDecision
    spot: RateDecision
    covers: Money
    locked_at: datetime = attrs.field(validator=_checked)
    expires_at: datetime = attrs.field(validator=_checked)
    drawn: Money = attrs.field()
    state: str = LOCK_LIFECYCLE.start
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @drawn.default
    def _nothing(self) -> Money:
        return Money.zero(self.covers.currency)

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
        if not self.locked_at <= checked_instant(at) < self.expires_at:
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
