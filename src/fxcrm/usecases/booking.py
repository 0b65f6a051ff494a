"""Booking: the one way into the journal, for every use case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import attrs

from fxcrm.errors import InputRefused, shown
from fxcrm.ledger import Entry
from fxcrm.usecases.deciding import Desk

_LONGEST_TERM: Final = 36_500


class TermRefused(InputRefused):
    """Days to pay that are no whole number, below zero, or beyond a hundred years."""

    given: str
    template = "{given:plain} is no term; give the days to pay as a whole number from 0 to 36,500"


def due_after(on: date, days: int) -> date:
    """The day on which something is due, so many days after ``on``. Raises `TermRefused`."""
    if type(days) is not int or not 0 <= days <= min(_LONGEST_TERM, (date.max - on).days):
        raise TermRefused(given=shown(days))
    return on + timedelta(days=days)


def book(desk: Desk, entry: Entry) -> Entry:
    """Append an entry of an open day, on accounts of the chart; it is known from now on (D31).

    Raises `PeriodClosed`, `BooksNotBegun`, `AccountMissing`, `AccountCurrencyRefused`,
    and `AlreadyThere` for a fact that is posted already.
    """
    desk.uow.companies.get(entry.company).open_on(entry.on)
    for posting in entry.postings:
        desk.chart.account(posting.account).taking(posting.amount)
    return desk.uow.journal.append(attrs.evolve(entry, booked_at=desk.now))
