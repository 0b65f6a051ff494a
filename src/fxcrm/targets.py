"""Targets: what a salesperson or a team is to reach in a period, as an amount or a number."""

from __future__ import annotations

from datetime import date
from enum import Enum

import attrs

from fxcrm.encoding import day_text
from fxcrm.errors import InputRefused
from fxcrm.events import Event
from fxcrm.ids import CompanyId, TargetId
from fxcrm.money import CurrencyMismatch, Money


class TargetMeasure(Enum):
    """What is measured: deals won, quotes sent (both amounts or numbers), follow-ups (a number)."""

    WON = "won"
    QUOTED = "quoted"
    FOLLOW_UPS = "follow-ups"


class TargetRefused(InputRefused):
    """A target that nobody could measure."""

    target: TargetId
    reason: str
    template = "target {target} can not be set: {reason:plain}"


@attrs.frozen
class Target:
    """What is to be reached from ``since`` to ``until``, both days included.

    It is that of one salesperson (``owner``) or of one ``team``, with those that belong to it;
    and an ``amount``, or a ``count`` (0 where it is an amount). Raises `TargetRefused`.
    """

    id: TargetId
    company: CompanyId
    owner: str
    team: str
    since: date
    until: date
    measure: TargetMeasure
    amount: Money | None = None
    count: int = 0
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        for day in (self.since, self.until):
            day_text(day)
        reason = self._flaw()
        if reason:
            raise TargetRefused(target=self.id, reason=reason)

    def _flaw(self) -> str:
        if bool(self.owner) is bool(self.team):
            return "it is that of a salesperson, or of a team"
        if self.since > self.until:
            return f"its period ends on {self.until}, before {self.since}"
        if (self.amount is None) is (self.count == 0):
            return "it is an amount, or a number"
        if self.count < 0 or (self.amount is not None and not self.amount.is_positive):
            return "it is above zero"
        if self.measure is TargetMeasure.FOLLOW_UPS and self.amount is not None:
            return "follow-ups are counted"
        return ""

    @property
    def whose(self) -> str:
        """The salesperson, or the team."""
        return self.owner or self.team

    def set(self, on: date) -> Target:
        """The target with the event that it was set."""
        event = Event("target set", self.id, on, {"goal": str(self.amount or self.count)})
        return attrs.evolve(self, events=(*self.events, event))

    def revise(self, on: date, amount: Money | None = None, count: int = 0) -> Target:
        """Another amount or number for the same. Raises `TargetRefused`, `CurrencyMismatch`."""
        if amount and self.amount and amount.currency is not self.amount.currency:
            raise CurrencyMismatch(left=self.amount, right=amount, operation="revise a target")
        event = Event("target revised", self.id, on, {"goal": str(amount or count)})
        return attrs.evolve(self, amount=amount, count=count, events=(*self.events, event))
