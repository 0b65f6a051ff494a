"""Presenting: the statements of a company, at any day, beside those of the year before.

Nothing is written: rates that were never decided are taken for the statements alone, unless the
desk is committed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import Company, JournalLine, Translation, TranslationRule, roll_forward
from fxcrm.reports.statements import (
    AtOneRate,
    Layout,
    Standing,
    Statements,
    YearView,
    drawn_up,
    translated_flows,
    year_at_rate,
    year_of_books,
    year_of_translation,
)
from fxcrm.reports.statements.cash import cash_moves
from fxcrm.restatement import AsBooked, AtAverage, AtDay, Basis, Constant
from fxcrm.usecases.deciding import Desk, decided_average, spot
from fxcrm.usecases.restating import DeskDecider
from fxcrm.usecases.translating import translate_company, translate_onwards, with_decisions

_UNRECORDED = "No translation into {} is on record: each year was translated now, as a whole."


class YearEndNotTranslated(RuleRefused):
    """Books that were translated on other days, but not at the end of a financial year (D20)."""

    company: CompanyId
    on: date
    presentation: Currency
    template = (
        "{company} was not translated into {presentation} at its year end {on}, so the year has no "
        "opening; close that month with its translation, or present another currency"
    )


def constant_rate(books: Company, as_of: date) -> AtAverage:
    """The basis that makes two years comparable: the average of the year before, for both."""
    until = books.last_year_end(as_of)
    since = books.last_year_end(until) + timedelta(days=1)
    return AtAverage(since, until, f"at constant rate: the average of {since} to {until}")


def current_rate(as_of: date) -> AtDay:
    """The basis that shows both years at the rate of the day."""
    return AtDay(as_of, f"at current rate: that of {as_of}")


def present_company(
    desk: Desk,
    company: CompanyId,
    as_of: date,
    *,
    presentation: Currency | None = None,
    basis: Basis | None = None,
    layout: Layout | None = None,
) -> Statements:
    """The statements of the financial year that a day belongs to, beside the year before.

    ``presentation`` None takes the functional currency. ``basis`` is `AsBooked`, for books as they
    were translated then (D17, D20), or a `Constant`: one rate for all amounts of a currency, in
    both years. ``layout`` says where accounts stand; None takes what follows from the chart.
    Raises `YearEndNotTranslated`, `YearsDiffer`, and what translation raises.
    """
    books = desk.uow.companies.get(company)
    chosen, to = layout or Layout.usual(desk.chart), presentation or books.functional
    lines = tuple(with_decisions(desk, desk.uow.journal.lines(company, None, as_of)))
    held = basis or AsBooked()
    notes: tuple[str, ...] = ()
    year: Callable[[date], YearView]
    if isinstance(held, Constant):
        at = AtOneRate(to, OneRate(desk, to, held).of)
        year = _Constant(desk, books, lines, chosen, at).year
        notes = (f"Every amount of both years {held.name}.",)
    elif to is books.functional:
        year = _Booked(desk, books, lines, chosen).year
    else:
        source = _Translated.through(desk, books, lines, chosen, to, as_of)
        year, notes = source.year, source.notes
    last = books.last_year_end(as_of)
    before = year(last) if last >= books.founded_on else None
    return drawn_up(
        year(as_of), before,
        chart=desk.chart, layout=chosen, title=books.name, basis=held, notes=notes,
    )  # fmt: skip


@attrs.frozen(eq=False)
class _Booked:
    """Years in functional currency."""

    desk: Desk
    books: Company
    lines: tuple[JournalLine, ...]
    layout: Layout

    def year(self, as_of: date) -> YearView:
        chart = self.desk.chart
        return year_of_books(self.books, self.lines, as_of, chart=chart, layout=self.layout)


@attrs.frozen(eq=False)
class OneRate:
    """The decision of a basis for each currency into one, taken once."""

    desk: Desk
    to: Currency
    basis: Constant
    taken: dict[Currency, RateDecision | None] = attrs.field(factory=dict)

    def of(self, currency: Currency) -> RateDecision | None:
        """None where it is that currency. Raises `RateMissing`."""
        if currency not in self.taken:
            decided = None
            if currency is not self.to:
                decided = self.basis.decided(DeskDecider(self.desk), currency, self.to)
            self.taken[currency] = decided
        return self.taken[currency]


@attrs.frozen(eq=False)
class _Constant:
    """Years at one rate for each currency."""

    desk: Desk
    books: Company
    lines: tuple[JournalLine, ...]
    layout: Layout
    at: AtOneRate

    def year(self, as_of: date) -> YearView:
        return year_at_rate(
            self.books, self.lines, as_of, chart=self.desk.chart, layout=self.layout, at=self.at
        )


@attrs.frozen(eq=False)
class _Translated:
    """Years as they were translated; ``standings`` are those on record, and that of the day."""

    desk: Desk
    books: Company
    lines: tuple[JournalLine, ...]
    layout: Layout
    to: Currency
    standings: Mapping[date, Standing]
    notes: tuple[str, ...]

    @classmethod
    def through(
        cls, desk: Desk, books: Company, lines: tuple[JournalLine, ...], layout: Layout,
        to: Currency, as_of: date,
    ) -> _Translated:  # fmt: skip
        """Every translation on record up to the day, each continuing the one before."""
        days = _recorded(desk, books, to, as_of)
        if days or desk.uow.snapshots.find(books.id, to, as_of):
            made = _as_recorded(desk, books, to, [*days, as_of])
            notes: tuple[str, ...] = ()
        else:
            made = _year_by_year(desk, books, to, as_of)
            notes = (_UNRECORDED.format(to),) if len(made) > 1 else ()
        return cls(desk, books, lines, layout, to, made, notes)

    def year(self, as_of: date) -> YearView:
        begun = self.books.last_year_end(as_of)
        during = (one for one in self.lines if begun < one.on <= as_of)
        return year_of_translation(
            self.books, self._at(as_of), self._opening(begun),
            chart=self.desk.chart, layout=self.layout,
            flows=translated_flows(cash_moves(during, self.layout), self.rate),
            reserve=roll_forward(self._runs(begun, as_of)),
        )  # fmt: skip

    def _runs(self, begun: date, as_of: date) -> Iterator[Translation]:
        """The translations of a year, one after the other."""
        for day, standing in self.standings.items():
            if begun < day <= as_of and standing.translation is not None:
                yield standing.translation

    def _opening(self, day: date) -> Standing | None:
        return self._at(day) if day >= self.books.founded_on else None

    def _at(self, day: date) -> Standing:
        if day not in self.standings:
            raise YearEndNotTranslated(company=self.books.id, on=day, presentation=self.to)
        return self.standings[day]

    def rate(self, account: AccountCode, on: date) -> RateDecision:
        """The rate of cash against an account: of the day, or the average that income goes at."""
        pair = (self.books.functional, self.to)
        if self.desk.chart.account(account).translation is TranslationRule.DATED:
            return spot(self.desk, Purpose.BOOKING, *pair, on)
        days = sorted(self.standings)
        at = bisect_left(days, on)
        since = days[at - 1] + timedelta(days=1) if at else self.books.founded_on
        return decided_average(self.desk, *pair, since, days[at])


def _recorded(desk: Desk, books: Company, to: Currency, as_of: date) -> list[date]:
    """The days before one on which the books were translated, in order."""
    found: list[date] = []
    last = desk.uow.snapshots.latest(books.id, to, as_of)
    while last is not None:
        found.append(last.as_of)
        last = desk.uow.snapshots.latest(books.id, to, last.as_of)
    return found[::-1]


def _as_recorded(
    desk: Desk, books: Company, to: Currency, days: list[date]
) -> dict[date, Standing]:
    """Each translation, explained by the one before it; those on record as they are recorded."""
    made: dict[date, Standing] = {}
    earlier: Translation | None = None
    for day in days:
        earlier = translate_company(desk, books.id, day, to, earlier)
        recorded = desk.uow.snapshots.find(books.id, to, day)
        made[day] = Standing(recorded or earlier.snapshot(), earlier)
    return made


def _year_by_year(desk: Desk, books: Company, to: Currency, as_of: date) -> dict[date, Standing]:
    """Translations of books that never were: one at each year end, then that of the day."""
    ends = [as_of]
    while (last := books.last_year_end(ends[-1])) >= books.founded_on:
        ends.append(last)
    made: dict[date, Standing] = {}
    earlier: Translation | None = None
    for day in reversed(ends):
        opening = earlier.snapshot() if earlier else None
        earlier = translate_onwards(desk, books.id, day, to, opening, earlier)
        made[day] = Standing.of(earlier)
    return made
