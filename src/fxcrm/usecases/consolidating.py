"""Consolidating: each member in the group's currency, then the group as one company."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.errors import RuleRefused
from fxcrm.ids import CompanyId
from fxcrm.ledger import (
    Company,
    Consolidation,
    Group,
    JournalLine,
    Translation,
    TranslationRule,
    TranslationSnapshot,
    consolidate,
    translate,
)
from fxcrm.ledger.translation import TranslationRates
from fxcrm.usecases.closing import close_period
from fxcrm.usecases.deciding import Desk, decided_average, spot
from fxcrm.usecases.revaluing import revalue


class TranslationChanged(RuleRefused):
    """Translating a day again gave other figures than were recorded (D20)."""

    company: CompanyId
    as_of: date
    template = "{company} at {as_of} now translates to other figures than recorded; books closed?"


def translate_company(
    desk: Desk,
    company: CompanyId,
    as_of: date,
    presentation: Currency,
    earlier: Translation | None = None,
) -> Translation:
    """Translate a company's books; a day that was recorded must come out as it did then (D20).

    Raises `TranslationUnproved`, `TranslationChanged`, and `RateMissing` for a day without rate.
    """
    books = desk.uow.companies.get(company)
    lines = tuple(with_decisions(desk, desk.uow.journal.lines(company, None, as_of)))
    opening = desk.uow.snapshots.latest(company, presentation, as_of)
    rates = None
    if books.functional is not presentation:
        rates = _rates(desk, books, as_of, presentation, lines, opening)
    made = translate(
        company,
        as_of,
        lines,
        chart=desk.chart,
        functional=books.functional,
        presentation=presentation,
        rates=rates,
        opening=opening,
        earlier=earlier,
    )
    recorded = desk.uow.snapshots.find(company, presentation, as_of)
    if recorded is not None and recorded != made.snapshot():
        raise TranslationChanged(company=company, as_of=as_of)
    return made


def _rates(
    desk: Desk,
    books: Company,
    as_of: date,
    presentation: Currency,
    lines: tuple[JournalLine, ...],
    opening: TranslationSnapshot | None,
) -> TranslationRates:
    """Closing, average since the opening, and the days of capital and group dealings."""
    since = opening.as_of + timedelta(days=1) if opening else books.founded_on
    pair = (books.functional, presentation)
    days = {
        line.on
        for line in lines
        if line.on >= since
        and desk.chart.account(line.posting.account).translation is TranslationRule.DATED
    }
    closing = spot(desk, Purpose.CLOSING, *pair, as_of)
    average = decided_average(desk, *pair, since, as_of)
    dated = {day: spot(desk, Purpose.BOOKING, *pair, day) for day in sorted(days)}
    last = desk.uow.decisions.get(opening.closing) if opening and opening.closing else None
    return TranslationRates(closing, average, dated, last)


def explained_translation(
    desk: Desk, company: CompanyId, as_of: date, presentation: Currency
) -> Translation:
    """The translation of a day with those before it, so that every figure opens to its postings.

    It goes through the books once for each translation; closing a month does without.
    """
    opening = desk.uow.snapshots.latest(company, presentation, as_of)
    earlier = explained_translation(desk, company, opening.as_of, presentation) if opening else None
    return translate_company(desk, company, as_of, presentation, earlier)


def with_decisions(desk: Desk, lines: Iterable[JournalLine]) -> Iterator[JournalLine]:
    """The lines, each with the rate decision that its posting names."""
    for line in lines:
        id = line.posting.decision
        yield attrs.evolve(line, decision=desk.uow.decisions.get(id)) if id else line


def consolidate_group(
    desk: Desk,
    group: Group,
    as_of: date,
    translated: Callable[..., Translation] = translate_company,
) -> Consolidation:
    """Translate every member and consolidate. Raises what the steps raise.

    ``translated`` is `translate_company`, or `explained_translation` for figures that open
    further.
    """
    translations = {
        company: translated(desk, company, as_of, group.presentation) for company in group.members
    }
    return consolidate(group, as_of, translations, chart=desk.chart)


def close_month(desk: Desk, group: Group, on: date) -> Consolidation:
    """Revalue each member, translate and consolidate, shut the month and record it (D23, D20)."""
    for company in group.members:
        revalue(desk, company, on)
    consolidation = consolidate_group(desk, group, on)
    for company in group.members:
        close_period(desk, company, on)
    for made in consolidation.translations:
        desk.uow.snapshots.record(made.snapshot())
    return consolidation
