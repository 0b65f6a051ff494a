"""Translating: a company's books in the currency of its group, as of a day (D17 to D22)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import NotThere, RuleRefused
from fxcrm.ids import CompanyId, DecisionId
from fxcrm.ledger import (
    Company,
    JournalLine,
    TranslatedYear,
    Translation,
    TranslationRates,
    TranslationRule,
    TranslationSnapshot,
    acquired,
    translate,
    translated_year,
)
from fxcrm.usecases.deciding import Desk, decided, decided_average, spot

_WHOLE: Final = Fraction(1)


class TranslationChanged(RuleRefused):
    """Translating a day again gave other figures than were recorded (D20)."""

    company: CompanyId
    as_of: date
    template = "{company} at {as_of} now translates to other figures than recorded; books closed?"


class YearEndMissing(NotThere):
    """A year that is to be told from a year end that was never translated (D20)."""

    company: CompanyId
    as_of: date
    template = "{company} has no recorded translation of its year end {as_of}; close that month"


def translate_company(
    desk: Desk,
    company: CompanyId,
    as_of: date,
    presentation: Currency,
    earlier: Translation | None = None,
) -> Translation:
    """Translate a company's books; a day that was recorded must come out as it did then (D20).

    Raises `TranslationUnproved`, `TranslationChanged`, `HyperinflationRefused` (D22), and
    `RateMissing` for a day without rate.
    """
    opening = desk.uow.snapshots.latest(company, presentation, as_of)
    made = translate_onwards(desk, company, as_of, presentation, opening, earlier)
    recorded = desk.uow.snapshots.find(company, presentation, as_of)
    if recorded is not None and recorded != made.snapshot():
        raise TranslationChanged(company=company, as_of=as_of)
    return made


def translate_onwards(
    desk: Desk,
    company: CompanyId,
    as_of: date,
    presentation: Currency,
    opening: TranslationSnapshot | None,
    earlier: Translation | None = None,
    share: Fraction = _WHOLE,
) -> Translation:
    """Translate a company's books on from an opening of one's own, as a group does (D20, D28).

    That of a company that was acquired begins with `translate_acquired`. Raises what
    `translate_company` raises, but for `TranslationChanged`.
    """
    books, lines = _books(desk, company), _lines(desk, company, as_of)
    rates = None
    if books.functional is not presentation:
        rates = _rates(desk, books, as_of, presentation, lines, opening)
    return translate(
        company,
        as_of,
        lines,
        chart=desk.chart,
        functional=books.functional,
        presentation=presentation,
        rates=rates,
        opening=opening,
        earlier=earlier,
        share=share,
    )


def translate_acquired(
    desk: Desk,
    company: CompanyId,
    on: date,
    presentation: Currency,
    share: Fraction = _WHOLE,
) -> Translation:
    """Books as they were acquired at the end of a day, every line at the spot of the day.

    Raises `TranslationUnproved`, `HyperinflationRefused`, and `RateMissing`.
    """
    books = _books(desk, company)
    return acquired(
        company,
        on,
        _lines(desk, company, on),
        chart=desk.chart,
        functional=books.functional,
        presentation=presentation,
        rate=decided(desk, Purpose.CLOSING, books.functional, presentation, on),
        share=share,
    )


def _books(desk: Desk, company: CompanyId) -> Company:
    return desk.uow.companies.get(company).translatable()


def _lines(desk: Desk, company: CompanyId, as_of: date) -> tuple[JournalLine, ...]:
    return tuple(with_decisions(desk, desk.uow.journal.lines(company, None, as_of)))


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
    return TranslationRates(closing, average, dated, last, carried_estimates(desk, opening))


def carried_estimates(
    desk: Desk, opening: TranslationSnapshot | None
) -> Mapping[DecisionId, RateDecision]:
    """The estimated rates that an opening was translated at, which stay disclosed (D7)."""
    named = {id for one in (opening.balances if opening else ()) for id in one.estimates}
    return {id: desk.uow.decisions.get(id) for id in sorted(named)}


def translate_year(
    desk: Desk, company: CompanyId, as_of: date, presentation: Currency
) -> TranslatedYear:
    """The financial year so far: opening as it was translated then, and what is of the year.

    Raises `YearEndMissing` and what `translate_company` raises.
    """
    books = desk.uow.companies.get(company)
    ended = books.last_year_end(as_of)
    opening = desk.uow.snapshots.find(company, presentation, ended)
    if opening is None and ended >= books.founded_on:
        raise YearEndMissing(company=company, as_of=ended)
    made = translate_company(desk, company, as_of, presentation)
    return translated_year(made, opening, desk.chart.duties)


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
