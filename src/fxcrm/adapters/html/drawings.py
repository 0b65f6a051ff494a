"""From the overview to its charts: what is drawn, and what is said about it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs
from markupsafe import Markup

from fxcrm.adapters.html.ageing import BUCKETS, PAYABLE, side_of
from fxcrm.adapters.html.amounts import Writer, kind
from fxcrm.adapters.html.charts import Bar, Gap, Point, RateLine, Span, bar_chart, rate_chart
from fxcrm.figures import decimal_text
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money, canonical

if TYPE_CHECKING:
    from datetime import date

    from fxcrm.adapters.html.statement import GroupStatement
    from fxcrm.decisions import RateDecision
    from fxcrm.pipeline import StageTotal
    from fxcrm.ratelocks import RateLock
    from fxcrm.rates import ExchangeRate
    from fxcrm.usecases.reporting import LockReport, OpenReport, Overview

_NOTHING = Fraction(0)
_ENDED: Final = FrozenMap(
    {"expired": "expired", "cancelled": "given up, was until", "broken": "given up, was until"}
)


@attrs.frozen
class Drawing:
    """A chart under a heading."""

    heading: str
    chart: Markup


def measured_at(report: LockReport) -> RateDecision | None:
    """The spot that the lock was measured against; None while it was not used."""
    if report.result is None:
        return None
    decisions = (one for one in report.result.decisions() if one.id != report.lock.locked.id)
    return next(decisions, None)


def lock_drawing(id: str, report: LockReport, as_of: date, writer: Writer) -> Markup:
    """The rate against the lock, from the first fixing known to the end of the lock."""
    lock, used = report.lock, measured_at(report)
    known = [along(one, lock) for one in report.fixings if one.on <= as_of]
    points = [Point(one.on, one.ratio, writer.short_day(one.on)) for one in known]
    locked_on, last = lock.locked_at.date(), lock.last_day
    market = rate_text(along(lock.spot.rate, lock))
    ended = _ENDED.get(lock.state, "holds until")
    line = RateLine(
        points,
        lock.locked.rate.ratio,
        rate_text(lock.locked.rate),
        Point(locked_on, along(lock.spot.rate, lock).ratio, ""),
        (locked_on, last),
        (
            f"locked {writer.short_day(locked_on)}, market {market}",
            f"{ended} {writer.short_day(last)}",
        ),
        _gap(report.result.value, lock, used, writer) if report.result and used else None,
    )
    pair = lock.locked.pair
    title = f"{pair} against the locked rate of quote {report.quote.number}"
    return rate_chart(id, title, _told(report, used, as_of, writer), line)


def _told(report: LockReport, used: RateDecision | None, as_of: date, writer: Writer) -> str:
    """The chart in a sentence or two."""
    lock = report.lock
    text = (
        f"Locked on {lock.locked_at.date()} at {lock.locked.rate}, with the market at "
        f"{rate_text(along(lock.spot.rate, lock))}; the lock ends on {lock.last_day} "
        f"and is {lock.state} at {as_of}."
    )
    if used is None or report.result is None:
        return text
    market, outcome = rate_text(along(used.rate, lock)), writer.signed(report.result.value)
    return f"{text} On {used.valid_on} the market stood at {market}: {outcome}."


def rate_text(rate: ExchangeRate) -> str:
    """A rate as it is read, without its pair."""
    return canonical(rate.rounded_value())


def along(rate: ExchangeRate, lock: RateLock) -> ExchangeRate:
    """A rate of the lock's two currencies in the direction in which the lock was promised."""
    return rate if rate.pair == lock.locked.pair else rate.inverse


def _gap(result: Money, lock: RateLock, used: RateDecision, writer: Writer) -> Gap:
    locked, market = lock.locked.rate.ratio, along(used.rate, lock).ratio
    return Gap(used.valid_on, locked, market, writer.signed(result), kind(result))


def pipeline_drawings(overview: Overview, writer: Writer) -> Iterator[Drawing]:
    """One chart for each currency, each on a scale of its own: currencies never share an axis."""
    currencies = sorted({one.currency for one in overview.pipeline}, key=lambda one: one.code)
    for currency in currencies:
        stages = [one for one in overview.pipeline if one.currency is currency]
        bars = [_stage_bar(one, writer) for one in stages]
        told = "; ".join(f"{one.label}: {one.text}" for one in bars)
        title = f"Deals in {currency.code} by stage"
        yield Drawing(currency.code, bar_chart(f"pipeline-{currency.code}", title, told, bars))


def _stage_bar(stage: StageTotal, writer: Writer) -> Bar:
    weighted, whole = stage.weighted.exact_value, stage.value.exact_value
    deals = "1 deal" if stage.count == 1 else f"{stage.count} deals"
    spans = (Span(_NOTHING, whole, f"whole {stage.stage}"), Span(_NOTHING, weighted, "weighted"))
    return Bar(f"{stage.stage}, {deals}", writer.code(stage.value.value), spans)


def ageing_drawings(overview: Overview, writer: Writer) -> Iterator[Drawing]:
    """One chart for each company: carrying amounts by age; what it owes lies left of zero."""
    for company in dict.fromkeys(one.company.id for one in overview.open_items):
        held = [one for one in overview.open_items if one.company.id == company]
        bars = list(_ageing_bars(held, writer))
        told = "; ".join(f"{one.label}: {one.text}" for one in bars)
        name = held[0].company.name
        heading = f"{name}, carrying amounts in {held[0].carrying.value.currency.code}"
        chart = bar_chart(f"ageing-{company}", f"Open items of {name} by age", told, bars)
        yield Drawing(heading, chart)


def _ageing_bars(held: list[OpenReport], writer: Writer) -> Iterator[Bar]:
    currency = held[0].carrying.value.currency
    for side in dict.fromkeys(map(side_of, held)):
        for bucket in BUCKETS:
            within = [
                one.carrying.value for one in held if (side_of(one), one.bucket) == (side, bucket)
            ]
            if within:
                total = Money.total(within, currency=currency)
                style = "payable" if side == PAYABLE else "receivable"
                spans = (Span(_NOTHING, Fraction(total.amount), style),)
                yield Bar(f"{side}, {bucket}", writer.code(total), spans)


def result_drawing(statement: GroupStatement, writer: Writer) -> Markup:
    """From income through each cost to the profit, each bar beginning where the last one ended."""
    bars = list(_steps(statement, writer))
    told = "; ".join(f"{one.label}: {one.text}" for one in bars)
    return bar_chart("result", "From sales to profit", told, bars)


def _steps(statement: GroupStatement, writer: Writer) -> Iterator[Bar]:
    at = _NOTHING
    for row in (*statement.income.rows, *statement.expense.rows):
        moved = row.figure.value if row in statement.income.rows else -row.figure.value
        if not moved.is_zero:
            after = at + Fraction(moved.amount)
            style = "income" if moved.is_positive else "cost"
            yield Bar(row.name, writer.signed(moved), (Span(at, after, style),))
            at = after
    yield _bar(statement.profit.label, statement.profit.value, "sum", writer)
    if not statement.minority_profit.value.is_zero:
        yield _bar(
            "of which for minority holders", statement.minority_profit.value, "minority", writer
        )
        yield _bar("of which for the parent", statement.parent_profit.value, "sum", writer)


def _bar(label: str, value: Money, style: str, writer: Writer, sign: int = 1) -> Bar:
    """A bar from zero; ``sign`` -1 draws it on the other side than its text says."""
    return Bar(label, writer.code(value), (Span(_NOTHING, Fraction(value.amount) * sign, style),))


def worth_drawing(statement: GroupStatement, writer: Writer) -> Markup:
    """What stands behind the net assets: assets and liabilities, then who they belong to."""
    blocks = (
        (statement.assets, "asset", 1),
        (statement.liabilities, "cost", -1),
        (statement.equity, "equity", 1),
    )
    bars = [
        _bar(row.name, row.figure.value, style, writer, sign)
        for block, style, sign in blocks
        for row in block.rows
        if not row.figure.value.is_zero
    ]
    told = "; ".join(f"{one.label}: {one.text}" for one in bars)
    return bar_chart("worth-chart", "What the group has, and whose it is", told, bars)


def ratio_text(value: Fraction) -> str:
    """A share as a percentage."""
    return f"{decimal_text(value * 100, 4)} %"
