"""Changes in equity: why each part of it moved. Rows and columns add up exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter

import attrs

from fxcrm.figures import Figure
from fxcrm.ids import AccountCode
from fxcrm.ledger.accounts import Account
from fxcrm.reports.statements.layouts import Block, Component, Layout
from fxcrm.reports.statements.sheets import Drawing, RowKind, Statement, StatementRow
from fxcrm.reports.statements.views import Cause, Change, YearLine, YearView, credit, debit

EQUITY_STATEMENT = "changes in equity"
RESERVE_STATEMENT = "translation reserve"
OPENING, CLOSING = "Opening", "Closing"


@attrs.frozen
class Move:
    """What moved a part of equity, and why; an increase is positive."""

    component: Component
    change: Change
    figure: Figure


def moves(view: YearView, layout: Layout) -> Iterator[Move]:
    """Every movement of equity. What an account moved by for known causes is taken off the rest."""
    known = (*view.causes, *_causes(view, layout))
    for account, lines in _by_account(view, layout):
        component = layout.component(account)
        own = [one for one in known if one.account == account.code]
        for cause in own:
            yield Move(component, cause.change, cause.figure)
        moved = credit(account.name, (one.moved for one in lines), view.currency)
        rest = _less(moved, [one.figure for one in own]) if own else moved
        if rest.value or rest.inputs:
            yield Move(component, _usual(account, layout), rest)


def _by_account(view: YearView, layout: Layout) -> Iterator[tuple[Account, list[YearLine]]]:
    known: dict[AccountCode, list[YearLine]] = {}
    for line in view.lines:
        if layout.block(line.account) is Block.EQUITY:
            known.setdefault(line.account.code, []).append(line)
    return ((known[code][0].account, known[code]) for code in sorted(known))


def _usual(account: Account, layout: Layout) -> Change:
    """Why an account moves where nothing else is known of it."""
    group = layout.group
    known = {
        layout.duties.dividends: Change.DIVIDENDS,
        group.reserve: Change.EXCHANGE,
        group.minority: Change.EXCHANGE,
        group.rounding: Change.ROUNDING,
        group.ownership_changes: Change.OWNERSHIP,
    }
    usual = Change.PROFIT if layout.is_profit(account) else Change.CONTRIBUTIONS
    return known.get(account.code, usual)


def _less(moved: Figure, parts: Sequence[Figure]) -> Figure:
    taken = Figure.total("known causes", parts, moved.value.currency)
    return Figure.difference(moved.label, moved, taken, "what moved less the known causes")


def _causes(view: YearView, layout: Layout) -> Iterator[Cause]:
    """What other lines say: the minority's part of the result, and what left the reserve for it."""
    group = layout.group
    yield from _cause(view, group.minority_result, group.minority, Change.PROFIT)
    yield from _cause(view, group.recycled, group.reserve, Change.RECYCLED)


def _cause(
    view: YearView, source: AccountCode, account: AccountCode, change: Change
) -> Iterator[Cause]:
    """A debit on one account is a credit on the other."""
    parts = [one.moved for one in view.lines if one.account.code == source]
    total = debit(change.value, parts, view.currency)
    if total.value:
        yield Cause(account, change, total)


def equity_statement(view: YearView, layout: Layout, name: str = EQUITY_STATEMENT) -> Statement:
    """Opening, why each part of equity moved, closing; an increase is positive."""
    known = tuple(moves(view, layout))
    parts = [one for one in Component if _is_used(one, known, view, layout)]
    opening = _standing(OPENING, view, layout, parts, attrgetter("opening"))
    rows = [opening]
    for change in Change:
        found = [_sum(change.value, view, known, (one,), change) for one in parts]
        found.append(_sum(change.value, view, known, parts, change))
        if any(one.value for one in found):
            rows.append(StatementRow(change.value, RowKind.LINE, tuple(found)))
    closing = tuple(
        Figure.total(CLOSING, (one for one in column if one), view.currency, "sum of the column")
        for column in zip(*(row.figures for row in rows), strict=True)
    )
    rows.append(StatementRow(CLOSING, RowKind.TOTAL, closing))
    columns = (*(one.value for one in parts), "total")
    return Statement(name, view.currency, columns, tuple(rows))


def _is_used(component: Component, known: Iterable[Move], view: YearView, layout: Layout) -> bool:
    """Whether a column says anything: it held something, or moved."""
    held = (
        one.opening.value
        for one in view.lines
        if layout.block(one.account) is Block.EQUITY and layout.component(one.account) is component
    )
    return any(held) or any(one.component is component and one.figure.value for one in known)


def _sum(
    label: str,
    view: YearView,
    known: Iterable[Move],
    parts: Sequence[Component],
    change: Change,
) -> Figure:
    found = (one.figure for one in known if one.component in parts and one.change is change)
    return debit(label, found, view.currency)


def _standing(
    label: str,
    view: YearView,
    layout: Layout,
    parts: Sequence[Component],
    at: Callable[[YearLine], Figure],
) -> StatementRow:
    """What stood in each column, and in all of them."""

    def held(chosen: Sequence[Component]) -> Figure:
        lines = (
            at(line)
            for line in view.lines
            if layout.block(line.account) is Block.EQUITY
            and layout.component(line.account) in chosen
        )
        return credit(label, lines, view.currency)

    figures = (*(held((one,)) for one in parts), held(parts))
    return StatementRow(label, RowKind.SUBTOTAL, figures)


def reserve_statement(views: Sequence[YearView], layout: Layout) -> Statement:
    """The translation reserve from opening to closing, by what moved it (D19); a gain is positive.

    What the causes leave over is the rounding of this statement's lines.
    """
    sheet = Drawing(views)
    opening = sheet.sum(OPENING, [tuple(_reserve(one, layout, "opening") for one in views)])
    closing = tuple(_reserve(one, layout, "closing") for one in views)
    labels = dict.fromkeys(move.label for view in views for move in view.reserve)
    rows = [opening, *(sheet.line(one, partial(_moved, label=one)) for one in labels)]
    left = tuple(
        Figure.difference(
            Change.ROUNDING.value,
            end,
            Figure.total("opening and causes", parts, end.value.currency),
            "closing less opening and causes",
        )
        for end, parts in zip(closing, zip(*rows, strict=True), strict=True)
    )
    sheet.kept(Change.ROUNDING.value, left)
    sheet.sum(CLOSING, [*rows, left], RowKind.TOTAL)
    columns = tuple(f"{view.since} to {view.until}" for view in views)
    return Statement(RESERVE_STATEMENT, views[0].currency, columns, tuple(sheet.rows))


def _reserve(view: YearView, layout: Layout, at: str) -> Figure:
    lines = view.chosen(lambda line: line.account.code == layout.group.reserve)
    return credit("Translation reserve", (getattr(one, at) for one in lines), view.currency)


def _moved(view: YearView, label: str) -> Figure:
    return debit(label, (one.figure for one in view.reserve if one.label == label), view.currency)
