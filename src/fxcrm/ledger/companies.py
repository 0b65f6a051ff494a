"""Companies and groups: whose books these are, and who owns whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

import attrs

from fxcrm._decimals import exact_fraction
from fxcrm.currencies import Currency
from fxcrm.encoding import day_text
from fxcrm.errors import InputRefused, RuleRefused, shown
from fxcrm.events import Event
from fxcrm.ids import CompanyId


class BooksNotBegun(RuleRefused):
    """A posting before the books begin."""

    company: CompanyId
    on: date
    founded_on: date
    template = "the books of {company} begin on {founded_on}; {on} takes no posting"


class PeriodClosed(RuleRefused):
    """A posting into a period that is closed."""

    company: CompanyId
    on: date
    closed_through: date
    template = "the books of {company} are closed through {closed_through}; {on} takes no posting"


class ReopeningRefused(RuleRefused):
    """Books that can not be opened again."""

    company: CompanyId
    since: date
    reason: str
    template = "the books of {company} can not be opened again from {since} on: {reason:plain}"


class GroupRefused(InputRefused):
    """A group that can not be consolidated as given."""

    parent: CompanyId
    reason: str
    template = "the group of {parent}: {reason:plain}"


@attrs.frozen
class Company:
    """A company with its functional currency and the day through which its books are closed.

    ``parallels`` names the books that are kept beside these in other currencies. Each of them is
    a company to the ledger, with a functional currency of its own, and ``parallel_to`` says
    whose books it keeps; it takes no documents.
    """

    id: CompanyId
    name: str
    functional: Currency
    founded_on: date
    closed_through: date | None = None
    parallel_to: CompanyId | None = None
    parallels: tuple[CompanyId, ...] = ()
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    def open_on(self, on: date) -> date:
        """The day itself, once it is known to be open.

        Raises `PeriodClosed`, `BooksNotBegun`, and `NotStorable` for an instant, whose day is
        another one elsewhere.
        """
        day_text(on)
        if on < self.founded_on:
            raise BooksNotBegun(company=self.id, on=on, founded_on=self.founded_on)
        if self.closed_through is not None and on <= self.closed_through:
            raise PeriodClosed(company=self.id, on=on, closed_through=self.closed_through)
        return on

    def close(self, through: date) -> Company:
        """Close the books through a day. Raises `PeriodClosed` if they already are."""
        self.open_on(through)
        event = Event("period closed", self.id, through)
        return attrs.evolve(self, closed_through=through, events=(*self.events, event))

    def reopen(self, since: date, reason: str) -> Company:
        """Open the books again from a day on, for a reason that stays on record.

        Raises `ReopeningRefused` where no reason is given, or nothing from that day on is closed.
        """
        closed = self.closed_through
        if closed is None or since > closed:
            self._refuse_reopening(since, "nothing is closed from that day on")
        if not reason.strip():
            self._refuse_reopening(since, "say why, for it is kept on record")
        through = since - timedelta(days=1) if since > self.founded_on else None
        told = {"reason": reason, "was closed through": str(closed)}
        event = Event("period reopened", self.id, since, told)
        return attrs.evolve(self, closed_through=through, events=(*self.events, event))

    def _refuse_reopening(self, since: date, reason: str) -> None:
        raise ReopeningRefused(company=self.id, since=since, reason=reason)


def _checked_share(part: Subsidiary, _: attrs.Attribute[Fraction], owned: Fraction) -> None:
    if not 0 < owned <= 1:
        reason = f"a share of {shown(owned)} in {part.company} is not above 0 and up to 1"
        raise GroupRefused(parent=part.company, reason=reason)


@attrs.frozen
class Subsidiary:
    """A company that the parent controls, and the share it owns: above 0, up to 1."""

    company: CompanyId
    owned: Fraction = attrs.field(converter=exact_fraction, validator=_checked_share)


def _held(subsidiaries: Iterable[Subsidiary]) -> tuple[Subsidiary, ...]:
    return tuple(subsidiaries)


@attrs.frozen
class Group:
    """A parent, its subsidiaries, and the currency the group reports in. Raises `GroupRefused`."""

    parent: CompanyId
    subsidiaries: tuple[Subsidiary, ...] = attrs.field(converter=_held)
    presentation: Currency

    def __attrs_post_init__(self) -> None:
        if len(set(self.members)) != len(self.members):
            raise GroupRefused(parent=self.parent, reason="a company stands in it twice")

    @property
    def members(self) -> tuple[CompanyId, ...]:
        """The parent first, then the subsidiaries."""
        return (self.parent, *(one.company for one in self.subsidiaries))
