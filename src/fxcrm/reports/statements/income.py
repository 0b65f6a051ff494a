"""The income statement with other comprehensive income: what a year earned, and for whom.

Results stand in the categories of IFRS 18. The differences that translation leaves are no result:
they stand below it, as other comprehensive income (IAS 21.39(c)), until they are recycled.
"""

from __future__ import annotations

from collections.abc import Sequence

from fxcrm.figures import Figure
from fxcrm.ledger.accounts import Account
from fxcrm.ledger.grouppolicies import ResultCategory
from fxcrm.reports.statements.balance import accounts_of
from fxcrm.reports.statements.changes import moves
from fxcrm.reports.statements.layouts import Component, Layout
from fxcrm.reports.statements.sheets import Drawing, RowKind, Statement
from fxcrm.reports.statements.views import Change, YearLine, YearView, credit, debit

INCOME_STATEMENT = "income statement"
PROFIT = "Result of the year"
COMPREHENSIVE = "Total comprehensive income"
_SUBTOTALS = {
    ResultCategory.OPERATING: "Operating result",
    ResultCategory.INVESTING: "Result before financing",
}


def income_statement(views: Sequence[YearView], layout: Layout) -> Statement:
    """Income is positive, a cost negative; a line of no category of its own is operating."""
    sheet = Drawing(views)
    lines: list[tuple[Figure, ...]] = []
    for category in ResultCategory:
        lines += _category(sheet, category, layout)
        if category in _SUBTOTALS:
            sheet.sum(_SUBTOTALS[category], lines)
    profit = sheet.sum(PROFIT, lines, RowKind.TOTAL)
    other = _other_comprehensive(sheet, layout)
    total = sheet.sum(COMPREHENSIVE, [profit, *other], RowKind.TOTAL)
    _attribution(sheet, layout, profit, total)
    columns = tuple(f"{view.since} to {view.until}" for view in views)
    return Statement(INCOME_STATEMENT, views[0].currency, columns, tuple(sheet.rows))


def category_of(line: YearLine, view: YearView, layout: Layout) -> ResultCategory:
    """Where a result stands; differences on dealings in the group where the group chose (D24)."""
    if line.partner is not None and line.account.code in layout.differences:
        return view.policies.intragroup_differences
    return layout.categories.get(line.account.code, ResultCategory.OPERATING)


def _category(sheet: Drawing, category: ResultCategory, layout: Layout) -> list[tuple[Figure, ...]]:
    def row(account: Account) -> tuple[Figure, ...]:
        def pick(view: YearView) -> Figure:
            held = view.chosen(
                lambda line: (
                    line.account.code == account.code
                    and category_of(line, view, layout) is category
                )
            )
            return credit(account.name, (one.moved for one in held), view.currency)

        return sheet.line(account.name, pick, account.code)

    at = len(sheet.rows)
    made = [row(one) for one in accounts_of(sheet.views) if one.type.is_result]
    if len(sheet.rows) > at:
        sheet.heading(f"{category.value.title()} category", at)
    return made


def _other_comprehensive(sheet: Drawing, layout: Layout) -> list[tuple[Figure, ...]]:
    """What moved the reserve, the minority's part included; recycled amounts leave it."""

    def pick(change: Change, label: str) -> tuple[Figure, ...]:
        def found(view: YearView) -> Figure:
            parts = (one.figure for one in moves(view, layout) if one.change is change)
            return debit(label, parts, view.currency)

        return sheet.line(label, found)

    return [pick(Change.EXCHANGE, Change.EXCHANGE.value), pick(Change.RECYCLED, _RECYCLED)]


_RECYCLED = "Exchange differences recycled to the result"


def _attribution(
    sheet: Drawing, layout: Layout, profit: tuple[Figure, ...], total: tuple[Figure, ...]
) -> None:
    """Whose result it is, where others than the parent's owners have a part of it (IAS 1.81B)."""
    code = layout.group.minority_result
    if not any(line.account.code == code for view in sheet.views for line in view.lines):
        return
    _parted(sheet, layout, "result", profit, (Change.PROFIT,))
    _parted(sheet, layout, "comprehensive income", total, _INCOME)


_INCOME = (Change.PROFIT, Change.EXCHANGE, Change.RECYCLED)


def _parted(
    sheet: Drawing,
    layout: Layout,
    what: str,
    whole: tuple[Figure, ...],
    changes: tuple[Change, ...],
) -> None:
    others = f"Minority interest, {what}"

    def theirs(view: YearView) -> Figure:
        parts = (
            one.figure
            for one in moves(view, layout)
            if one.component is Component.MINORITY and one.change in changes
        )
        return debit(others, parts, view.currency)

    minority = tuple(map(theirs, sheet.views))
    label, rule = f"Owners of the parent, {what}", "the whole less the minority"
    owners = tuple(
        Figure.difference(label, all_, part, rule)
        for all_, part in zip(whole, minority, strict=True)
    )
    sheet.heading(f"{what.capitalize()} attributable to")
    sheet.kept(label, owners)
    sheet.kept(others, minority, layout.group.minority)
