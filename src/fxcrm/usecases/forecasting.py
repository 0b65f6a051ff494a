"""Forecasting: what a company's deals may bring, in three views, and how that moved.

Reports look and keep nothing: their rate decisions are for display, those that were recorded
before serve again, and the others are taken from the desk's rates when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.errors import InputRefused
from fxcrm.forecast import (
    By,
    DayRates,
    DealFilter,
    Forecast,
    LeftOutDeals,
    Measure,
    Outlook,
    Trend,
    counted,
    days_asked,
    three_views,
    total_value,
)
from fxcrm.ids import CompanyId, DealId
from fxcrm.prospects import Prospect
from fxcrm.restatement import (
    AsBooked,
    AtDay,
    Basis,
    Constant,
    MissingRates,
    Restatement,
    TableDecider,
    Variance,
    compare,
    restate,
)
from fxcrm.stages import StageKind
from fxcrm.usecases.deciding import Desk, recorded_spots
from fxcrm.usecases.restating import DeskDecider


class NoYearBefore(InputRefused):
    """A day in the first year, whose constant rate would be one of the year before."""

    today: date
    template = "there is no year before {today}, whose last rate is the constant one; name another"


_ALL_DEALS: Final = DealFilter()


# No rate that answers is older, and where one should be, the whole table is asked.
_LONGEST_AGE: Final = timedelta(days=400)


@attrs.frozen
class Asked:
    """What a forecast is asked for: its grouping, measure, currency, rates, and which deals.

    ``to`` is the currency it is shown in, None for the functional one; ``constant`` the basis of
    the middle view, None for the rate of the last day of the year before.
    """

    by: By = By.STAGE
    measure: Measure = Measure.VALUE
    to: Currency | None = None
    constant: Constant | None = None
    where: DealFilter = _ALL_DEALS
    missing: MissingRates = MissingRates.REFUSE


USUAL = Asked()


def outlook_of(desk: Desk) -> Outlook:
    """The probability of every stage of the company's pipelines."""
    return Outlook.along(desk.selling.pipelines.held.values())


def forecast_for(desk: Desk, company: CompanyId, today: date, asked: Asked = USUAL) -> Forecast:
    """What the deals of a company may bring: as booked, at a constant rate, at today's.

    A deal that has parts counts through them. Amounts of the filter compare at today's rate (R7).
    Raises `RateMissing`, unless deals without a rate shall be left out, in plain sight (R6);
    `NoYearBefore` in the year 1 without a constant rate.
    """
    seen = _seen(desk, company, today, asked)
    constant = asked.constant or _year_end_before(today)
    return Forecast.of(
        seen.prospects,
        seen.outlook,
        seen.rates,
        three_views(constant, AtDay(today)),
        by=asked.by,
        measure=asked.measure,
        standings=asked.where.standings,
        decider=DeskDecider(desk),
        missing=asked.missing,
        outlines=seen.outlines,
        left_out=seen.left_out,
    )


def _year_end_before(today: date) -> AtDay:
    if today.year == date.min.year:
        raise NoYearBefore(today=today)
    return AtDay(date(today.year - 1, 12, 31))


def trend_for(desk: Desk, company: CompanyId, today: date, asked: Asked = USUAL) -> Trend:
    """Per month what was opened, won and lost, as booked: the same deals, by the same rule."""
    seen = _seen(desk, company, today, asked)

    def sums(by: By, *standings: StageKind) -> Forecast:
        return Forecast.of(
            seen.prospects, seen.outlook, seen.rates, [AsBooked()], by=by, measure=Measure.VALUE,
            standings=standings, missing=asked.missing, left_out=seen.left_out,
        )  # fmt: skip

    return Trend(
        sums(By.OPENED, *StageKind), sums(By.CLOSED, StageKind.WON), sums(By.CLOSED, StageKind.LOST)
    )


def parts_of(
    desk: Desk, company: CompanyId, parent: DealId, bases: Iterable[Basis] = (AsBooked(),)
) -> Restatement:
    """The parts of a deal in its own currency; those that are in it need no rate at all.

    The others are converted straight into it. Raises `NotFound`, `RateMissing`.
    """
    to = desk.uow.deals.get(parent).value.currency
    held = counted(desk.uow.deals.of_company(company))
    below = {parent}
    rates, outlook = day_rates(desk, held.prospects, to), outlook_of(desk)
    for _ in held.outlines:  # parts may have parts; each round goes one level down
        below |= {one.id for one in held.outlines if one.parent in below}
    parts = [one for one in held.prospects if one.parent in below]
    shown = Forecast.of(parts, outlook, rates, [AsBooked()], standings=StageKind)
    return restate(shown.amounts(), to, tuple(bases), rates)


def compare_forecasts(
    old: Forecast, new: Forecast, *, old_at: Basis, new_at: Basis, newcomers: Basis | None = None
) -> Variance:
    """What moved since the last forecast: volume at the old rate, and rates on the new volume.

    Both are of one currency and measure. Raises as `fxcrm.restatement.compare` does.
    """
    return compare(
        old.amounts(),
        new.amounts(),
        new.to,
        new.rates,
        old_at=old_at,
        new_at=new_at,
        newcomers=newcomers,
    )


def day_rates(desk: Desk, prospects: Iterable[Prospect], to: Currency) -> DayRates:
    """The rates of the days that some deals ask for; what was decided before serves again."""
    table = TableDecider(desk.rates, desk.now, desk.actor, desk.policy)
    days = days_asked(prospects, to)
    held = recorded_spots(desk, Purpose.DISPLAY, to, days)
    first = min((on for _, on in days), default=date.max)
    since = first - _LONGEST_AGE if first > date.min + _LONGEST_AGE else first
    return DayRates(table, to, held, desk.rates.within(since=since))


@attrs.frozen
class _Seen:
    """The deals that are meant, and what they are valued with."""

    prospects: tuple[Prospect, ...]
    outlines: tuple[Prospect, ...]
    left_out: tuple[LeftOutDeals, ...]
    outlook: Outlook
    rates: DayRates


def _seen(desk: Desk, company: CompanyId, today: date, asked: Asked) -> _Seen:
    to = asked.to or desk.uow.companies.get(company).functional
    outlook = outlook_of(desk)
    held = counted(desk.uow.deals.prospects(company))
    chosen = asked.where.choose(held.prospects, outlook, DeskDecider(desk), today, asked.missing)
    left = tuple(
        LeftOutDeals("", total_value(one.deals, one.currency), one.deals, one.reason)
        for one in chosen.left_out
    )
    outlines = asked.where.choose(
        held.outlines, outlook, DeskDecider(desk), today, MissingRates.LEAVE_OUT
    ).prospects
    return _Seen(chosen.prospects, outlines, left, outlook, day_rates(desk, chosen.prospects, to))
