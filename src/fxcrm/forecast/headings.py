"""Under which heading a deal is shown: its stage, its month, who sells it, to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Final

from fxcrm.forecast.outlook import Outlook
from fxcrm.prospects import Prospect

NO_MONTH: Final = "no day"
TEAMS: Final = "/"  # parts the name of a team from that of the team it belongs to


class By(Enum):
    """How a forecast is grouped."""

    ALL = "all"
    STAGE = "stage"
    MONTH = "month"
    OPENED = "opened"
    CLOSED = "closed"
    OWNER = "owner"
    TEAM = "team"
    CUSTOMER = "customer"
    PIPELINE = "pipeline"
    CURRENCY = "currency"

    @property
    def key(self) -> Callable[[Prospect], str]:
        """What answers with the heading of a deal."""
        return _KEYS[self]

    def order(self, outlook: Outlook) -> Callable[[str], object]:
        """How headings are sorted: stages as they follow, all others by their text."""
        if self is not By.STAGE:
            return str
        places = {stage: at for at, (_, stage) in enumerate(outlook.weights)}
        return lambda stage: places.get(stage, len(places))


def closes_on(prospect: Prospect) -> date | None:
    """The day a deal was closed on, else the day that is expected of it."""
    return prospect.closed_on or prospect.expected_on


def month_of(day: date | None) -> str:
    """A month as ``2026-03``."""
    return NO_MONTH if day is None else f"{day.year:04}-{day.month:02}"


def levels(team: str) -> tuple[str, ...]:
    """A team and those it belongs to, the largest first: ``emea``, ``emea/dach``."""
    parts = team.split(TEAMS)
    return tuple(TEAMS.join(parts[:at]) for at in range(1, len(parts) + 1))


_KEYS: Final[dict[By, Callable[[Prospect], str]]] = {
    By.ALL: lambda _: "",
    By.STAGE: lambda one: one.stage,
    By.MONTH: lambda one: month_of(closes_on(one)),
    By.OPENED: lambda one: month_of(one.opened_on),
    By.CLOSED: lambda one: month_of(one.closed_on),
    By.OWNER: lambda one: one.owner,
    By.TEAM: lambda one: one.team,
    By.CUSTOMER: lambda one: one.customer,
    By.PIPELINE: lambda one: one.pipeline,
    By.CURRENCY: lambda one: one.value.currency.code,
}
