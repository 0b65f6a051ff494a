"""Cash movements: what came in and went out against which account, and what rates did to the rest.

An entry that moves cash says why by its other postings. The exchange difference of a settlement is
no movement of cash: it goes with the item that was settled, so that what was received stands there
as it was received. What re-measures cash itself is no movement either; it is what exchange rates
did (IAS 7.28).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby

import attrs

from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import Account, Chart
from fxcrm.ledger.translation import posted
from fxcrm.ledger.trial_balance import JournalLine
from fxcrm.money import Money
from fxcrm.reports.statements.layouts import Activity, Layout
from fxcrm.reports.statements.sheets import Drawing, RowKind, Statement
from fxcrm.reports.statements.views import CashFlow, YearView, debit

CASH_STATEMENT = "cash movements"
OPENING, CLOSING = "Cash at the beginning", "Cash at the end"
WITHIN = "Under way between members, and the rates of both sides"


@attrs.frozen
class CashMove:
    """What moved cash in one entry against one account: its postings, which cash is opposite to."""

    counter: AccountCode
    partner: CompanyId | None
    on: date
    lines: tuple[JournalLine, ...]

    def booked(self) -> CashFlow:
        """In functional currency, as posted; what came in is positive."""
        parts = tuple(map(posted, self.lines))
        currency = self.lines[0].posting.functional.currency
        value = -Money.total((one.value for one in parts), currency=currency)
        label = f"Cash moved by {self.lines[0].entry}"
        figure = Figure(label, value, "the other side of these postings", parts)
        return CashFlow(self.counter, self.partner, self.on, figure)


def cash_moves(lines: Iterable[JournalLine], layout: Layout) -> Iterator[CashMove]:
    """What moved cash, entry by entry."""
    ordered = sorted(lines, key=lambda one: one.entry)
    for _, held in groupby(ordered, key=lambda one: one.entry):
        entry = list(held)
        if any(one.posting.account in layout.cash for one in entry):
            yield from _moves(entry, layout)


def _moves(entry: Sequence[JournalLine], layout: Layout) -> Iterator[CashMove]:
    """By counter-account: its postings, and with the largest the differences of the entry."""
    grouped: dict[tuple[AccountCode, str], list[JournalLine]] = {}
    differences = []
    for line in entry:
        posting = line.posting
        if layout.is_difference(posting.account) or _adjusts_cash(line, layout):
            differences.append(line)
        elif posting.account not in layout.cash:
            grouped.setdefault((posting.account, posting.partner or ""), []).append(line)
    if not grouped:  # money under way between two accounts of one's own has no other reason
        under_way = [one for one in differences if one.posting.account == layout.duties.clearing]
        if _worth(under_way):
            grouped = {(layout.duties.clearing, ""): []}
    principal = max(grouped, key=lambda key: (_worth(grouped[key]), key), default=None)
    for key, lines in grouped.items():
        own = [*lines, *differences] if key == principal else lines
        yield CashMove(key[0], own[0].posting.partner, own[0].on, tuple(own))


def _worth(lines: Sequence[JournalLine]) -> int:
    return abs(sum(one.posting.functional.minor for one in lines))


def _adjusts_cash(line: JournalLine, layout: Layout) -> bool:
    """Whether a posting re-measures cash: it has a value and no amount (D7a)."""
    return line.posting.account in layout.cash and not line.posting.amount


def cash_statement(views: Sequence[YearView], layout: Layout, chart: Chart) -> Statement:
    """Opening, what moved cash by activity, what rates did, closing; what came in is positive."""
    sheet = Drawing(views)
    opening = sheet.sum(OPENING, [tuple(_held(one, layout, "opening") for one in views)])
    moved = [_activity(sheet, one, layout, chart) for one in Activity]
    closing = tuple(_held(one, layout, "closing") for one in views)
    moved.append(sheet.line(WITHIN, _within))
    effects = tuple(
        _effect(views[0].cash_left, begin, end, parts)
        for begin, end, parts in zip(opening, closing, zip(*moved, strict=True), strict=True)
    )
    sheet.kept(views[0].cash_left, effects)
    sheet.sum(CLOSING, [opening, *moved, effects], RowKind.TOTAL)
    columns = tuple(f"{view.since} to {view.until}" for view in views)
    return Statement(CASH_STATEMENT, views[0].currency, columns, tuple(sheet.rows))


def _within(view: YearView) -> Figure:
    """What one member paid another, which received it on another day or at another rate."""
    return debit(WITHIN, (one.figure for one in view.flows if one.within), view.currency)


def _held(view: YearView, layout: Layout, at: str) -> Figure:
    lines = view.chosen(lambda line: line.account.code in layout.cash)
    return debit(f"Cash, {at}", (getattr(one, at) for one in lines), view.currency)


def _effect(label: str, opening: Figure, closing: Figure, moved: Sequence[Figure]) -> Figure:
    """What is not explained by any movement: rates alone changed it (IAS 7.28)."""
    explained = Figure.total("opening and movements", (opening, *moved), opening.value.currency)
    return Figure.difference(label, closing, explained, "closing less opening and movements")


def _activity(
    sheet: Drawing, activity: Activity, layout: Layout, chart: Chart
) -> tuple[Figure, ...]:
    def row(account: Account) -> tuple[Figure, ...]:
        def pick(view: YearView) -> Figure:
            own = (one for one in view.flows if one.counter == account.code and not one.within)
            found = (one.figure for one in own)
            return debit(account.name, found, view.currency)

        return sheet.line(account.name, pick, account.code)

    codes = {flow.counter for view in sheet.views for flow in view.flows if not flow.within}
    accounts = [chart.account(code) for code in sorted(codes)]
    rows = [partial(row, one) for one in accounts if layout.activity(one) is activity]
    return sheet.block(activity.value, f"From {activity.value.lower()}", rows)
