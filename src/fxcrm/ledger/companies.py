"""Companies and groups: whose books these are, and who owns whom."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused, RuleRefused
from fxcrm.events import Event
from fxcrm.ids import CompanyId


class PeriodClosed(RuleRefused):
    """A posting into a period that is closed, or before the books begin."""

    company: CompanyId
    on: date
    closed_through: date
    template = "the books of {company} are closed through {closed_through}; {on} takes no posting"


class GroupRefused(InputRefused):
    """A group that can not be consolidated as given."""

    parent: CompanyId
    reason: str
    template = "the group of {parent}: {reason:plain}"


@attrs.frozen
class Company:
    """A company with its functional currency and the day through which its books are closed."""

    id: CompanyId
    name: str
    functional: Currency
    founded_on: date
    closed_through: date | None = None
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    def open_on(self, on: date) -> date:
        """The day itself, once it is known to be open. Raises `PeriodClosed`."""
        if self.closed_through is not None and on <= self.closed_through:
            raise PeriodClosed(company=self.id, on=on, closed_through=self.closed_through)
        return on

    def close(self, through: date) -> Company:
        """Close the books through a day. Raises `PeriodClosed` if they already are."""
        self.open_on(through)
        event = Event("period closed", self.id, through)
        return attrs.evolve(self, closed_through=through, events=(*self.events, event))


def _checked_share(group: Subsidiary, _: attrs.Attribute[Fraction], owned: Fraction) -> None:
    if not (isinstance(owned, Fraction) and 0 < owned <= 1):
        raise GroupRefused(
            parent=group.company, reason=f"a share of {owned} is not above 0 and up to 1"
        )


@attrs.frozen
class Subsidiary:
    """A company that the parent controls, and the share it owns (above 0, up to 1)."""

    company: CompanyId
    owned: Fraction = attrs.field(converter=Fraction, validator=_checked_share)


@attrs.frozen
class Group:
    """A parent, its subsidiaries, and the currency the group reports in."""

    parent: CompanyId
    subsidiaries: tuple[Subsidiary, ...]
    presentation: Currency

    @property
    def members(self) -> tuple[CompanyId, ...]:
        """The parent first, then the subsidiaries."""
        return (self.parent, *(one.company for one in self.subsidiaries))
