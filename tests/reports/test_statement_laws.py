"""Statements against sums of integers, over random books whose years end in any month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fxcrm.ledger import Company, trading_chart
from fxcrm.reports.statements import (
    Layout,
    RowKind,
    Statement,
    Statements,
    drawn_up,
    year_of_books,
)
from fxcrm.reports.statements.balance import BALANCE_SHEET, TOTAL_ASSETS, TOTAL_CLAIMS
from fxcrm.reports.statements.cash import CASH_STATEMENT, CLOSING
from fxcrm.reports.statements.changes import EQUITY_STATEMENT
from fxcrm.reports.statements.income import INCOME_STATEMENT, PROFIT
from fxcrm.reports.statements.views import EFFECT
from fxcrm.restatement import AsBooked
from tests.reports.ledgers import BANK, EUR, FIRST, NORDWIND, RESULTS, Books, books, day

CHART = trading_chart()
LAYOUT = Layout.usual(CHART)
ASSETS = ("1000", "1100")


def drawn(of: Books, as_of: date, year_ends: int) -> tuple[Company, Statements]:
    """The company with a year that ends in a month, and its statements at a day."""
    company = Company(NORDWIND, "Nordwind", EUR, FIRST, year_ends=year_ends)
    lines, last = of.lines(), company.last_year_end(as_of)
    view = year_of_books(company, lines, as_of, chart=CHART, layout=LAYOUT)
    before = None
    if last >= FIRST:
        before = year_of_books(company, lines, last, chart=CHART, layout=LAYOUT)
    return company, drawn_up(
        view, before, chart=CHART, layout=LAYOUT, title="Nordwind", basis=AsBooked()
    )


def minor(statement: Statement, label: str, column: int = 0) -> int:
    """A figure of a line, zero where it is left away."""
    labels = [row.label for row in statement.rows]
    return statement.figure(label, column).value.minor if label in labels else 0


def moved(of: Books, accounts: tuple[str, ...], after: date, through: date) -> int:
    """What some accounts moved by on the days after one, in cents; debit positive."""
    return sum(
        line.value
        for fact, line in of.raw()
        if line.account in accounts and after < day(fact.day) <= through
    )


@given(books(), st.integers(0, 200), st.integers(1, 6))
def test_statements_are_sums_of_postings(of: Books, until: int, year_ends: int) -> None:
    """Each statement says what integers say, and what one of them says the others say too."""
    as_of = day(until)
    company, made = drawn(of, as_of, year_ends)
    balance, income = made.named(BALANCE_SHEET), made.named(INCOME_STATEMENT)
    cash, equity = made.named(CASH_STATEMENT), made.named(EQUITY_STATEMENT)
    end = as_of
    for column in range(len(balance.columns)):
        begun = company.last_year_end(end)
        assets, claims = minor(balance, TOTAL_ASSETS, column), minor(balance, TOTAL_CLAIMS, column)
        assert assets == claims == moved(of, ASSETS, date.min, end)
        result = -moved(of, RESULTS, begun, end)
        assert minor(income, PROFIT, column) == minor(balance, PROFIT, column) == result
        kept = -moved(of, RESULTS, date.min, begun)
        assert minor(balance, "Retained earnings", column) == kept
        assert minor(cash, CLOSING, column) == moved(of, (BANK,), date.min, end)
        measured = sum(
            line.value
            for fact, line in of.raw()
            if line.account == BANK and not line.amount and begun < day(fact.day) <= end
        )
        assert minor(cash, EFFECT, column) == measured
        end = begun
    assert equity.figure("Closing", -1).value == balance.figure("Total equity").value


@given(books(), st.integers(0, 200), st.integers(1, 6))
def test_rows_and_columns_add_up(of: Books, until: int, year_ends: int) -> None:
    """Every sum is the sum of what it shows; a year opens with what the one before closed with."""
    _, made = drawn(of, day(until), year_ends)
    for one in made:
        if one.name.startswith(EQUITY_STATEMENT):
            _equity_adds_up(one)
    years = [one for one in made if one.name.startswith(EQUITY_STATEMENT)]
    if len(years) > 1:
        this, before = years
        assert minor(this, "Opening", -1) == minor(before, "Closing", -1)


def _equity_adds_up(statement: Statement) -> None:
    table: list[list[Any]] = [
        [figure.value.minor for figure in row.figures if figure] for row in statement.rows
    ]
    for row in table:
        assert sum(row[:-1]) == row[-1]
    for column in zip(*table, strict=True):
        assert sum(column[:-1]) == column[-1]
    assert statement.rows[-1].kind is RowKind.TOTAL


def test_a_year_ends_with_its_month() -> None:
    """The first day of a year is the one after the last year end."""
    company = Company(NORDWIND, "Nordwind", EUR, FIRST, year_ends=3)
    view = year_of_books(company, (), date(2026, 4, 1), chart=CHART, layout=LAYOUT)
    assert view.since == company.last_year_end(view.until) + timedelta(days=1) == date(2026, 4, 1)
