"""Bounding: what rounding left in a company's books, by reason, and what it may be (D30)."""

from __future__ import annotations

from datetime import date, timedelta

from fxcrm.ids import CompanyId
from fxcrm.ledger.daybook import SpanRefused
from fxcrm.ledger.rounding import RoundingSum, rounding_sums
from fxcrm.usecases.deciding import Desk


def rounding_of(
    desk: Desk, company: CompanyId, since: date, until: date
) -> tuple[RoundingSum, ...]:
    """What stands on the rounding account for each reason, from a day to another, both included.

    Raises `SpanRefused`. What a translation rounds is not in these books; it is bounded by the
    translation itself (D19).
    """
    if until < since:
        raise SpanRefused(since=since, until=until)
    books = desk.uow.companies.get(company)
    after = None if since == date.min else since - timedelta(days=1)
    lines = desk.uow.journal.lines(company, after, until)
    return rounding_sums(lines, desk.chart.duties.rounding, books.functional)


def why_unbounded(desk: Desk, company: CompanyId, since: date, until: date) -> str:
    """Which entry has more rounding than its lines explain, or none of the reasons, in words."""
    for one in rounding_of(desk, company, since, until):
        if one.exceeding:
            reason = one.reason.value if one.reason else "no reason"
            named = ", ".join(one.exceeding)
            return (
                f"the rounding account holds {one.total} for {reason}, "
                f"more than its lines explain in {named}; reverse it (D30)"
            )
    return ""
