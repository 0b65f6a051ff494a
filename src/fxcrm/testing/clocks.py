"""A clock whose hands are moved by the test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fxcrm.events import checked_instant


class SettableClock:
    """A `Clock` that stands still until it is set.

    >>> clock = SettableClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    >>> clock.advance(timedelta(days=1))
    >>> print(clock.now())
    2026-03-03 09:00:00+00:00
    """

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def now(self) -> datetime:
        """The instant it was set to, in UTC."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move the hands, also backwards (F7). Raises `NaiveInstant`."""
        self._at = checked_instant(at).astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move the hands by a span; a negative one goes back."""
        self.set(self._at + by)
