"""Presenting: the statements of a company, at any day, beside those of the year before.

Nothing is written: rates that were never decided are taken for the statements alone, unless the
desk is committed.
"""

from __future__ import annotations

from datetime import date

from fxcrm.ids import CompanyId
from fxcrm.ledger import JournalLine
from fxcrm.ledger.companies import Company
from fxcrm.reports.statements import Layout, Statements, YearView, drawn_up, year_of_books
from fxcrm.usecases.consolidating import with_decisions
from fxcrm.usecases.deciding import Desk


def present_company(
    desk: Desk, company: CompanyId, as_of: date, *, layout: Layout | None = None
) -> Statements:
    """The statements of the financial year that a day belongs to, as booked.

    ``layout`` says where accounts stand; None takes what follows from the chart.
    """
    books = desk.uow.companies.get(company)
    chosen = layout or Layout.usual(desk.chart)
    lines = tuple(with_decisions(desk, desk.uow.journal.lines(company, None, as_of)))
    view = _booked(desk, books, lines, as_of, chosen)
    last = books.last_year_end(as_of)
    before = _booked(desk, books, lines, last, chosen) if last >= books.founded_on else None
    return drawn_up(view, before, chart=desk.chart, layout=chosen, title=books.name)


def _booked(
    desk: Desk, books: Company, lines: tuple[JournalLine, ...], as_of: date, layout: Layout
) -> YearView:
    return year_of_books(books, lines, as_of, chart=desk.chart, layout=layout)
