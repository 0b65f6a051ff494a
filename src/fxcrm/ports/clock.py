"""Where the present comes from: the domain is told the time, it never asks."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant. `ClockContract` proves one."""

    def now(self) -> datetime:
        """The present as a timezone-aware UTC instant, never before one told earlier (F7)."""
        ...
