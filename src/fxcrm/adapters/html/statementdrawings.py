"""Statements as charts: the blocks of the balance sheet, and what led from opening to closing."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from fxcrm.adapters.html.amounts import Writer
from fxcrm.adapters.html.charts import Bar, Span, bar_chart
from fxcrm.reports.statements import RowKind
from fxcrm.reports.statements.balance import BALANCE_SHEET
from fxcrm.reports.statements.cash import CASH_STATEMENT
from fxcrm.reports.statements.changes import EQUITY_STATEMENT, RESERVE_STATEMENT
from fxcrm.reports.statements.layouts import Block

if TYPE_CHECKING:
    from fxcrm.figures import Figure
    from fxcrm.money import Money
    from fxcrm.reports.statements import Statement, StatementRow

_STYLES: Final = {
    Block.NON_CURRENT_ASSETS: "asset",
    Block.CURRENT_ASSETS: "asset",
    Block.EQUITY: "equity",
    Block.NON_CURRENT_LIABILITIES: "payable",
    Block.CURRENT_LIABILITIES: "payable",
}


def statement_drawing(id: str, statement: Statement, writer: Writer) -> Markup | None:
    """The chart of a statement; None for those that are read as a table alone."""
    if statement.name == BALANCE_SHEET:
        return _drawn(id, "What there is, and whose it is", _blocks(statement, writer))
    if statement.name == CASH_STATEMENT:
        rows = [one for one in statement.rows if one.kind is not RowKind.LINE or not one.code]
        return _drawn(id, "From opening to closing cash", _steps(rows, 0, writer))
    if statement.name == RESERVE_STATEMENT:
        rows = list(statement.rows)
        return _drawn(id, "What moved the translation reserve", _steps(rows, 0, writer))
    if statement.name.startswith(EQUITY_STATEMENT):
        return _drawn(id, "What moved equity", _steps(list(statement.rows), -1, writer))
    return None


def _drawn(id: str, title: str, bars: Iterator[Bar]) -> Markup:
    known = list(bars)
    told = "; ".join(f"{one.label}: {one.text}" for one in known)
    return bar_chart(id, title, told, known)


def _blocks(statement: Statement, writer: Writer) -> Iterator[Bar]:
    """The sum of each block, year by year; the year before is drawn paler."""
    sums = {row.label: row for row in statement.rows if row.kind is RowKind.SUBTOTAL}
    for block, style in _STYLES.items():
        row = sums.get(f"Total {block.value.lower()}")
        for at, (column, figure) in enumerate(_columns(statement, row)):
            label = block.value if len(statement.columns) == 1 else f"{block.value}, {column}"
            shade = f"{style} before" if at else style
            yield _bar(label, figure.value, shade, writer)


def _columns(statement: Statement, row: StatementRow | None) -> Iterator[tuple[str, Figure]]:
    if row is not None:
        for column, figure in zip(statement.columns, row.figures, strict=True):
            if figure is not None:
                yield column, figure


def _steps(rows: list[StatementRow], column: int, writer: Writer) -> Iterator[Bar]:
    """A waterfall: each step begins where the last one ended; the ends stand on zero."""
    shown = [(row, figure) for row in rows if row.figures and (figure := row.figures[column])]
    at = Fraction()
    for place, (row, figure) in enumerate(shown):
        value = figure.value
        if place in (0, len(shown) - 1):
            yield _bar(row.label, value, "sum", writer)
            at = Fraction(value.amount)
        elif value:
            after = at + Fraction(value.amount)
            style = "income" if value.is_positive else "cost"
            yield Bar(row.label, writer.signed(value), (Span(at, after, style),))
            at = after


def _bar(label: str, value: Money, style: str, writer: Writer) -> Bar:
    return Bar(label, writer.code(value), (Span(Fraction(), Fraction(value.amount), style),))
