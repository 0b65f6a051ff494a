"""A year of a company's own books, in its functional currency, from its journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from fxcrm.currencies import Currency
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import Chart
from fxcrm.ledger.companies import Company
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.reports.postings import booked_sum
from fxcrm.reports.statements.cash import cash_moves
from fxcrm.reports.statements.layouts import Layout
from fxcrm.reports.statements.views import YearLine, YearView

Key = tuple[AccountCode, CompanyId | None]


def year_of_books(
    company: Company, lines: Iterable[JournalLine], as_of: date, *, chart: Chart, layout: Layout
) -> YearView:
    """The financial year that a day belongs to, up to that day, as booked.

    ``lines`` are those from the beginning of the books; what is later than the day is left away.
    """
    begun = company.last_year_end(as_of)
    known = [one for one in lines if one.on <= as_of]
    held: dict[Key, list[JournalLine]] = {}
    for line in known:
        held.setdefault((line.posting.account, line.posting.partner), []).append(line)
    made = tuple(
        _line(key, held[key], chart, begun, company.functional)
        for key in sorted(held, key=lambda one: (one[0], one[1] or ""))
    )
    moves = cash_moves((one for one in known if one.on > begun), layout)
    flows = tuple(one.booked() for one in moves)
    return YearView(company.id, company.functional, first_day(company, as_of), as_of, made, flows)


def first_day(company: Company, as_of: date) -> date:
    """The first day of the financial year, or the day the books begin where that is later."""
    return max(company.last_year_end(as_of) + timedelta(days=1), company.founded_on)


def _line(
    key: Key, lines: list[JournalLine], chart: Chart, begun: date, functional: Currency
) -> YearLine:
    account = chart.account(key[0])
    label = f"{account.name} with {key[1]}" if key[1] else account.name
    before = [one for one in lines if one.on <= begun]
    during = [one for one in lines if one.on > begun]
    return YearLine(
        account,
        key[1],
        booked_sum(f"{label}, until {begun}", before, functional),
        booked_sum(f"{label}, this year", during, functional),
    )
