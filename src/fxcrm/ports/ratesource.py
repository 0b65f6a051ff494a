"""Where published rates come from."""

from __future__ import annotations

from typing import Protocol

from fxcrm.errors import EnvironmentFailed
from fxcrm.rates import RateTable


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

    def table(self) -> RateTable:
        """Everything the source publishes. Raises `RateSourceBroken`."""
        ...
