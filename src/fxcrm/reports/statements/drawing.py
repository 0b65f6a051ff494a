"""All statements of a year, beside those of the year before."""

from __future__ import annotations

from fxcrm.ledger.accounts import Chart
from fxcrm.reports.statements.balance import balance_sheet
from fxcrm.reports.statements.cash import cash_statement
from fxcrm.reports.statements.changes import EQUITY_STATEMENT, equity_statement, reserve_statement
from fxcrm.reports.statements.income import income_statement
from fxcrm.reports.statements.layouts import Layout
from fxcrm.reports.statements.sheets import Statements
from fxcrm.reports.statements.views import YearView
from fxcrm.restatement import Basis


def drawn_up(
    view: YearView,
    before: YearView | None,
    *,
    chart: Chart,
    layout: Layout,
    title: str,
    basis: Basis,
    notes: tuple[str, ...] = (),
) -> Statements:
    """The statements; ``before`` None where there was no year before.

    The year must open with what the year before closed with, line by line (D20). Raises
    `YearsDiffer`.
    """
    years = [view] if before is None else [view.continuing(before), before]
    equity = [equity_statement(view, layout)]
    if before is not None:
        name = f"{EQUITY_STATEMENT}, the year before"
        equity.append(equity_statement(before, layout, name))
    reserve = [reserve_statement(years, layout)] if any(one.reserve for one in years) else []
    made = (
        balance_sheet(years, layout),
        income_statement(years, layout),
        cash_statement(years, layout, chart),
        *equity,
        *reserve,
    )
    return Statements(view.of, title, view.until, view.currency, basis.name, made, notes)
