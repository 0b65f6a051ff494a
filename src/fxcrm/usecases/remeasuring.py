"""Remeasuring: books that are not kept in the functional currency, by the temporal method (D21)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.ids import CompanyId
from fxcrm.ledger import Account, Company, JournalLine, TranslationRule
from fxcrm.ledger.remeasurement import (
    TRADING_RULES,
    BooksInFunctionalCurrency,
    Remeasurement,
    RemeasurementRates,
    RemeasurementRules,
    remeasure,
)
from fxcrm.usecases.deciding import Desk, decided_average, spot


def remeasure_company(
    desk: Desk,
    company: CompanyId,
    as_of: date,
    functional: Currency,
    rules: RemeasurementRules = TRADING_RULES,
) -> Remeasurement:
    """Measure the books of a company in its functional currency, where they are kept in another.

    The books' own currency is ``Company.functional``: they balance in it, and were revalued in it.
    Income and expense go at the average of each month. Nothing is recorded but the rate decisions.
    Raises what `remeasure` raises, and `RateMissing` for a day without rate.
    """
    books = desk.uow.companies.get(company)
    if books.functional is functional:
        raise BooksInFunctionalCurrency(company=company, currency=functional)
    lines = tuple(desk.uow.journal.lines(company, None, as_of))
    return remeasure(
        company,
        as_of,
        lines,
        chart=desk.chart,
        kept_in=books.functional,
        functional=functional,
        rates=_rates(desk, books, as_of, functional, lines),
        rules=rules,
    )


def _rates(
    desk: Desk, books: Company, as_of: date, functional: Currency, lines: tuple[JournalLine, ...]
) -> RemeasurementRates:
    """Closing, the average of each month in which something was earned or spent, single days."""
    pair = (books.functional, functional)
    posted = [(line.on, desk.chart.account(line.posting.account)) for line in lines]
    earned = {day for day, account in posted if _at_average(account)}
    dated = {day for day, account in posted if not account.monetary and not _at_average(account)}
    averages = dict[date, RateDecision]()
    for since, until in _months(books.founded_on, as_of):
        if any(since <= day <= until for day in earned):
            averages[until] = decided_average(desk, *pair, since, until)
    return RemeasurementRates(
        spot(desk, Purpose.CLOSING, *pair, as_of),
        averages,
        {day: spot(desk, Purpose.BOOKING, *pair, day) for day in sorted(dated)},
    )


def _at_average(account: Account) -> bool:
    return account.translation is TranslationRule.AVERAGE


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The months from one day to another, the first and the last as far as they reach."""
    while first <= last:
        end = first.replace(day=monthrange(first.year, first.month)[1])
        yield first, min(end, last)
        first = end + timedelta(days=1)
