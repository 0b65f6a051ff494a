"""Whose books a report reads, which days of them, and as known when."""

from __future__ import annotations

from datetime import date, datetime

import attrs

from fxcrm.currencies import Currency
from fxcrm.encoding import day_text
from fxcrm.ids import CompanyId
from fxcrm.ledger.daybook import SpanRefused


@attrs.frozen
class Scope:
    """One company's books, from ``since`` (None: from their beginning) to the end of ``until``.

    ``known_at`` is the instant by which an entry must have been booked to count; None is now.
    Raises `SpanRefused`, and `NotStorable` for an instant in place of a day.
    """

    company: CompanyId
    functional: Currency
    until: date
    since: date | None = None
    known_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        for day in (self.until, self.since):
            if day is not None:
                day_text(day)
        if self.since is not None and self.since > self.until:
            raise SpanRefused(since=self.since, until=self.until)

    def before(self, on: date) -> bool:
        """Whether a day lies before the span."""
        return self.since is not None and on < self.since
