"""Statements: balance sheet, income, cash movements and changes in equity, made once for all.

Read in this order: ``views`` is what they are made from, ``layouts`` says as data where accounts
stand, ``sheets`` what a statement is; then one module for each statement, and one for each source
of a view.
"""

from fxcrm.reports.statements.bookyears import year_of_books
from fxcrm.reports.statements.drawing import drawn_up
from fxcrm.reports.statements.groupyears import GroupStanding, GroupYear
from fxcrm.reports.statements.layouts import Activity, Block, Component, Layout
from fxcrm.reports.statements.rateyears import AtOneRate, year_at_rate
from fxcrm.reports.statements.sheets import (
    LineMissing,
    RowKind,
    Statement,
    StatementRow,
    Statements,
)
from fxcrm.reports.statements.translatedyears import (
    Standing,
    translated_flows,
    year_of_translation,
)
from fxcrm.reports.statements.views import (
    CashFlow,
    Cause,
    Change,
    StatementsOffBalance,
    YearLine,
    YearsDiffer,
    YearView,
)

__all__ = [
    "Activity",
    "AtOneRate",
    "Block",
    "CashFlow",
    "Cause",
    "Change",
    "Component",
    "GroupStanding",
    "GroupYear",
    "Layout",
    "LineMissing",
    "RowKind",
    "Standing",
    "Statement",
    "StatementRow",
    "Statements",
    "StatementsOffBalance",
    "YearLine",
    "YearView",
    "YearsDiffer",
    "drawn_up",
    "translated_flows",
    "year_at_rate",
    "year_of_books",
    "year_of_translation",
]
