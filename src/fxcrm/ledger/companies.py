"""Companies: whose books these are, when their years end, and which days are shut."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import attrs

from fxcrm.currencies import Currency
from fxcrm.encoding import day_text
from fxcrm.errors import InputRefused, RuleRefused
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


class HyperinflationRefused(RuleRefused):
    """Books that have to be restated before they are translated (IAS 21.42, D22)."""

    company: CompanyId
    currency: Currency
    template = (
        "{company} keeps its books in {currency}, the currency of a hyperinflationary economy; "
        "restate them by a price index first (IAS 29) and translate those books as a company of "
        "their own, or leave it out of the group"
    )


class YearEndRefused(InputRefused):
    """A financial year that does not end with a month."""

    company: CompanyId
    month: int
    template = "the year of {company} can not end with month {month}; name one from 1 to 12"


def _checked_month(company: Company, _: object, month: int) -> None:
    if type(month) is not int or not 1 <= month <= 12:
        raise YearEndRefused(company=company.id, month=month)


@attrs.frozen
class Company:
    """A company with its functional currency and the day through which its books are closed.

    ``parallels`` names the books that are kept beside these in other currencies. Each of them is
    a company to the ledger, with a functional currency of its own, and ``parallel_to`` says
    whose books it keeps; it takes no documents. A financial year ends with the last day of the
    month ``year_ends``. ``hyperinflation`` marks a currency whose books are to be restated first
    (IAS 29); they are not translated (D22). Raises `YearEndRefused`.
    """

    id: CompanyId
    name: str
    functional: Currency
    founded_on: date
    closed_through: date | None = None
    parallel_to: CompanyId | None = None
    parallels: tuple[CompanyId, ...] = ()
    year_ends: int = attrs.field(default=12, validator=_checked_month)
    hyperinflation: bool = False
    version: int = 0
    events: tuple[Event, ...] = attrs.field(default=(), eq=False, repr=False)

    def year_end(self, day: date) -> date:
        """The last day of the financial year that a day belongs to."""
        year = day.year + (day.month > self.year_ends)
        return date(year, self.year_ends, monthrange(year, self.year_ends)[1])

    def last_year_end(self, day: date) -> date:
        """The last day of the financial year before the one that a day belongs to."""
        year = self.year_end(day).year - 1
        return date(year, self.year_ends, monthrange(year, self.year_ends)[1])

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

    def translatable(self) -> Company:
        """The company itself, once its books are known to need no restatement (D22).

        Raises `HyperinflationRefused`.
        """
        if self.hyperinflation:
            raise HyperinflationRefused(company=self.id, currency=self.functional)
        return self

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
