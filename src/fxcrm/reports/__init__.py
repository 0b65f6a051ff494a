"""Reports on the books, of a span of days and as known at an instant; every figure explains itself.

Pure values, made from the postings of a journal and the open items beside it: `fxcrm.usecases`
reads both from a store. Nothing is converted anew: reports add what was posted (M9). The one
exception is `Exposure`, an estimate at a named rate, rounded once on its total.

Read in this order: ``listing`` says what a report looks like as a table, ``scope`` whose books
and which days, ``positions`` how items stood on a day and in which bucket they are; the reports
follow.
"""

from fxcrm.reports.accountsheets import AccountSheet, SheetLine
from fxcrm.reports.ageing import AgedItem, Ageing, AgeingBy, Grouping
from fxcrm.reports.balances import BalanceRow, TrialBalanceReport
from fxcrm.reports.exposure import Exposure, ExposureRow, NetExposure
from fxcrm.reports.journals import items_listing, journal_listing, trial_sheet_listing
from fxcrm.reports.listing import Cell, Listing, Report
from fxcrm.reports.positions import AgeBuckets, Position
from fxcrm.reports.results import Attribution, ResultColumn, ResultRow, Results
from fxcrm.reports.scope import Scope

__all__ = [
    "AccountSheet",
    "AgeBuckets",
    "AgedItem",
    "Ageing",
    "AgeingBy",
    "Attribution",
    "BalanceRow",
    "Cell",
    "Exposure",
    "ExposureRow",
    "Grouping",
    "Listing",
    "NetExposure",
    "Position",
    "Report",
    "ResultColumn",
    "ResultRow",
    "Results",
    "Scope",
    "SheetLine",
    "TrialBalanceReport",
    "items_listing",
    "journal_listing",
    "trial_sheet_listing",
]
