"""Exporting: the books of a company, put together for other programs."""

from __future__ import annotations

from datetime import date, datetime

from fxcrm.ids import CompanyId
from fxcrm.ledger.daybook import Daybook
from fxcrm.usecases.deciding import Desk


def daybook(
    desk: Desk,
    company: CompanyId,
    *,
    through: date,
    since: date | None = None,
    known_at: datetime | None = None,
) -> Daybook:
    """The journal of a company over a span, as known at an instant (None: now).

    Raises `NotFound`, `SpanRefused`.
    """
    return Daybook.of(
        desk.uow.companies.get(company),
        desk.chart,
        desk.uow.journal.entries(company, known_at),
        desk.uow.decisions.all(),
        through=through,
        since=since,
        known_at=known_at,
    )
