"""A published rate that is not believed yet: it waits for a person, and answers nothing (R8)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import attrs

from fxcrm.errors import CallError
from fxcrm.events import Event, checked_instant
from fxcrm.ids import HeldRateId
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.ratechecks import Doubt, Suspicion
from fxcrm.rates import Fixing

HELD_RATE_LIFECYCLE = Lifecycle(
    "held rate",
    "held",
    FrozenMap({("held", "approve"): "approved", ("held", "reject"): "rejected"}),
)


class NobodyDecided(CallError):
    """A held rate was to be approved or rejected by nobody, or for no reason."""

    rate: HeldRateId
    template = "held rate {rate} is approved or rejected by somebody, for a reason; name both"


def _checked(_: HeldRate, __: attrs.Attribute[Any], instant: datetime) -> None:
    checked_instant(instant)


@attrs.frozen
class HeldRate:
    """A fixing with the doubts about it, and what a person made of them.

    ``held_at`` is the instant at which it was met; ``decided_by``, ``decided_at`` and ``reason``
    are those of the decision, empty until then. The fixing answers for its day from the instant
    of its approval on, if at all.
    """

    id: HeldRateId
    fixing: Fixing
    suspicions: tuple[Suspicion, ...]
    held_at: datetime = attrs.field(validator=_checked)
    state: str = HELD_RATE_LIFECYCLE.start
    decided_by: str = ""
    decided_at: datetime | None = attrs.field(
        default=None, validator=attrs.validators.optional(_checked)
    )
    reason: str = ""
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def met(
        cls, fixing: Fixing, suspicions: tuple[Suspicion, ...], at: datetime, n: int
    ) -> HeldRate:
        """A fixing that was met at an instant and is held; the ``n``-th of its day and series."""
        held = cls(held_rate_id(fixing, n), fixing, suspicions, at)
        details = {"rate": str(fixing), "doubts": "; ".join(map(str, suspicions))}
        return attrs.evolve(held, events=(Event("rate held", held.id, _day(at), details),))

    @property
    def looks_inverted(self) -> bool:
        """Whether one of the doubts is that the rate is the wrong way round."""
        return any(one.doubt is Doubt.INVERTED for one in self.suspicions)

    def approve(self, by: str, at: datetime, reason: str) -> HeldRate:
        """Believe it. Raises `TransitionRefused`, `NobodyDecided`."""
        return self._decided("approve", by, at, reason)

    def reject(self, by: str, at: datetime, reason: str) -> HeldRate:
        """Do not. Raises `TransitionRefused`, `NobodyDecided`."""
        return self._decided("reject", by, at, reason)

    def _decided(self, command: str, by: str, at: datetime, reason: str) -> HeldRate:
        state = HELD_RATE_LIFECYCLE.after(self.state, command)
        if not (by.strip() and reason.strip()):
            raise NobodyDecided(rate=self.id)
        details = {"rate": str(self.fixing), "by": by, "reason": reason}
        event = Event(f"rate {state}", self.id, _day(at), details)
        return attrs.evolve(
            self,
            state=state,
            decided_by=by,
            decided_at=at,
            reason=reason,
            events=(*self.events, event),
        )

    def __str__(self) -> str:
        return f"{self.fixing} is {self.state}"


def held_rate_id(fixing: Fixing, n: int) -> HeldRateId:
    """The readable id: ``ECB:EUR/USD:mid:2026-03-31:1``, with the value's place in line."""
    return HeldRateId(f"{fixing.source}:{fixing.pair}:{fixing.side.value}:{fixing.on}:{n}")


def _day(at: datetime) -> date:
    return checked_instant(at).astimezone(UTC).date()
