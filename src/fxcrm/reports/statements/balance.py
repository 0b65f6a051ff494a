"""The balance sheet: what is owned, and whose it is, at the end of a year and of the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from fxcrm.figures import Figure
from fxcrm.ledger.accounts import Account
from fxcrm.reports.statements.layouts import Block, Component, Layout
from fxcrm.reports.statements.sheets import Drawing, RowKind, Statement
from fxcrm.reports.statements.views import YearLine, YearView, credit, debit

BALANCE_SHEET = "balance sheet"
TOTAL_ASSETS = "Total assets"
TOTAL_CLAIMS = "Total equity and liabilities"
_ASSETS = (Block.NON_CURRENT_ASSETS, Block.CURRENT_ASSETS)
_LIABILITIES = (Block.NON_CURRENT_LIABILITIES, Block.CURRENT_LIABILITIES)
_LABELS = {
    Component.CAPITAL: "Capital",
    Component.RESERVE: "Translation reserve",
    Component.OWNERSHIP: "Changes in ownership",
    Component.ROUNDING: "Rounding",
    Component.MINORITY: "Minority interest",
}


def balance_sheet(views: Sequence[YearView], layout: Layout) -> Statement:
    """Assets are positive; equity and liabilities are positive where they are credits."""
    sheet = Drawing(views)
    assets = [_block(sheet, block, layout) for block in _ASSETS]
    sheet.sum(TOTAL_ASSETS, assets, RowKind.TOTAL)
    claims = [_equity(sheet, layout), *(_block(sheet, block, layout) for block in _LIABILITIES)]
    sheet.sum(TOTAL_CLAIMS, claims, RowKind.TOTAL)
    columns = tuple(f"{view.until}" for view in views)
    return Statement(BALANCE_SHEET, views[0].currency, columns, tuple(sheet.rows))


def accounts_of(views: Sequence[YearView]) -> Iterator[Account]:
    """Every account of some years once, by code."""
    known = {line.account.code: line.account for view in views for line in view.lines}
    return (known[code] for code in sorted(known))


def _block(sheet: Drawing, block: Block, layout: Layout) -> tuple[Figure, ...]:
    added = debit if block in _ASSETS else credit

    def row(account: Account) -> tuple[Figure, ...]:
        def pick(view: YearView) -> Figure:
            held = view.chosen(lambda line: line.account.code == account.code)
            return added(account.name, (one.closing for one in held), view.currency)

        return sheet.line(account.name, pick, account.code)

    own = [one for one in accounts_of(sheet.views) if layout.block(one) is block]
    rows = [partial(row, one) for one in own]
    return sheet.block(block.value, f"Total {block.value.lower()}", rows)


def _equity(sheet: Drawing, layout: Layout) -> tuple[Figure, ...]:
    sheet.heading(Block.EQUITY.value)

    def of(component: Component, line: YearLine) -> bool:
        is_equity = layout.block(line.account) is Block.EQUITY
        return is_equity and layout.component(line.account) is component

    def closing(component: Component, label: str) -> tuple[Figure, ...]:
        def pick(view: YearView) -> Figure:
            held = view.chosen(lambda line: of(component, line))
            return credit(label, (one.closing for one in held), view.currency)

        return sheet.line(label, pick)

    def kept(view: YearView) -> Figure:
        held = view.chosen(lambda line: of(Component.RETAINED, line))
        parts = (x for line in held for x in _brought(line, layout))
        return credit("Retained earnings", parts, view.currency)

    def earned(view: YearView) -> Figure:
        held = view.chosen(lambda line: layout.is_profit(line.account))
        return credit("Result of the year", (one.moved for one in held), view.currency)

    others = (one for one in Component if one not in (Component.CAPITAL, Component.RETAINED))
    rows = [closing(Component.CAPITAL, _LABELS[Component.CAPITAL])]
    rows += [sheet.line("Retained earnings", kept), sheet.line("Result of the year", earned)]
    rows += [closing(one, _LABELS[one]) for one in others]
    return sheet.sum("Total equity", rows)


def _brought(line: YearLine, layout: Layout) -> Iterator[Figure]:
    """What an account of retained earnings brings from earlier years; results only what is past."""
    yield line.opening
    if not layout.is_profit(line.account):
        yield line.moved
