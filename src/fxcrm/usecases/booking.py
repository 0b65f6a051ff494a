"""Booking: the one way into the journal, for every use case."""

from __future__ import annotations

import attrs

from fxcrm.ledger import Entry
from fxcrm.usecases.deciding import Desk


def book(desk: Desk, entry: Entry) -> Entry:
    """Append an entry of an open day, on accounts of the chart; it is known from now on (D31).

    Raises `PeriodClosed`, `BooksNotBegun`, `AccountMissing`, `AccountCurrencyRefused`,
    and `AlreadyThere` for a fact that is posted already.
    """
    desk.uow.companies.get(entry.company).open_on(entry.on)
    for posting in entry.postings:
        desk.chart.account(posting.account).taking(posting.amount)
    return desk.uow.journal.append(attrs.evolve(entry, booked_at=desk.now))
