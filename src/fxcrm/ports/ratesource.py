"""Where published rates come from."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from fxcrm.bulletins import Bulletin
from fxcrm.errors import EnvironmentFailed


class RateSourceBroken(EnvironmentFailed):
    """The source could not answer, which is another thing than having no rate (R4)."""

    source: str
    reason: str
    template = "rate source {source:plain} is broken: {reason:plain}"


class RateSource(Protocol):
    """A publisher of exchange rates."""

    @property
    def name(self) -> str:
        """How the source is named on each rate, decision and report."""
        ...

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """What it published for the days from ``since`` to ``until``, both included.

        None leaves that end open: everything, or what the source gives when nothing is said,
        such as its latest day. Each fixing carries the value, unit, side and direction in which
        it was published (R1). Raises `RateSourceBroken`; having nothing is no error (R4).
        """
        ...
