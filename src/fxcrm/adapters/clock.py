"""The machine's clock, and a guard for clocks that are set back."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock

from fxcrm.events import checked_instant
from fxcrm.ports.clock import Clock


class SystemClock:
    """A `Clock` that reads the machine's time; where that may be set back, guard it."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class SteadyClock:
    """A `Clock` over another one that may be set back: it waits, and never goes back (F7).

    Set back by an hour, it tells the last instant again for that hour, so that nothing that has
    expired comes to life. Threads may share it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=UTC)
        self._turn = Lock()

    def now(self) -> datetime:
        """The present instant in UTC. Raises `NaiveInstant` where the clock below has no zone."""
        told = checked_instant(self._clock.now()).astimezone(UTC)
        with self._turn:
            self._last = max(self._last, told)
            return self._last
