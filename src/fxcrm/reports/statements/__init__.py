"""Statements: balance sheet, income, cash movements and changes in equity, made once for all.

Read in this order: ``views`` is what they are made from, ``layouts`` says as data where accounts
stand, ``sheets`` what a statement is; then one module for each statement, and one for each source
of a view.
"""

from fxcrm.reports.statements.bookyears import year_of_books
from fxcrm.reports.statements.drawing import drawn_up
from fxcrm.reports.statements.layouts import Activity, Block, Component, Layout
from fxcrm.reports.statements.sheets import (
    LineMissing,
    RowKind,
    Statement,
    StatementRow,
    Statements,
)
from fxcrm.reports.statements.views import (
    Basis,
    CashFlow,
    Cause,
    Change,
    OpeningsDiffer,
    StatementsOffBalance,
    YearLine,
    YearView,
)

__all__ = [
    "Activity",
    "Basis",
    "Block",
    "CashFlow",
    "Cause",
    "Change",
    "Component",
    "Layout",
    "LineMissing",
    "OpeningsDiffer",
    "RowKind",
    "Statement",
    "StatementRow",
    "Statements",
    "StatementsOffBalance",
    "YearLine",
    "YearView",
    "drawn_up",
    "year_of_books",
]
