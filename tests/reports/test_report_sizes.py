"""Reports grow with the postings and not faster: counted, so that no clock decides."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from fxcrm.ids import AccountCode
from fxcrm.ledger import trading_chart
from fxcrm.reports import (
    AccountSheet,
    Ageing,
    Attribution,
    Exposure,
    Grouping,
    Report,
    Results,
    TrialBalanceReport,
)
from tests.reports.ledgers import RECEIVABLE, SALES, Books, Fact, Raw, Thing, scope
from tests.reports.test_report_laws import RATES

CHART = trading_chart()
UNTIL = 365


def year(invoices: int) -> Books:
    """So many invoices, and so many items, over a year; two postings each."""
    books = Books([], [])
    for number in range(invoices):
        day, amount = number % UNTIL, 100 + number
        books.things.append(Thing(RECEIVABLE, f"party-{number % 200}", "USD", day, day + 30))
        debit = Raw(RECEIVABLE, "USD", amount, amount - 1, number)
        credit = Raw(SALES, "USD", -amount, 1 - amount, of=number)
        books.facts.append(Fact(day, "invoice", (debit, credit), f"invoice:{number}"))
    return books


def _sheet(books: Books) -> Report:
    account = CHART.account(AccountCode(RECEIVABLE))
    return AccountSheet.of(scope(UNTIL), account, books.lines(), parties={})


MADE: dict[str, Callable[[Books], Report]] = {
    "trial balance": lambda books: TrialBalanceReport.of(scope(UNTIL), books.lines(), CHART),
    "account": _sheet,
    "ageing": lambda books: Ageing.of(
        scope(UNTIL), books.items(), books.lines(), CHART, grouping=Grouping.PARTY
    ),
    "exposure": lambda books: Exposure.of(
        scope(UNTIL), books.items(), books.lines(), CHART,
        rate=lambda currency: RATES[currency.code], rate_name="rate",
    ),
    "results": lambda books: Results.of(
        scope(UNTIL), books.items(), books.lines(), CHART,
        Attribution("customer", lambda item: item.party),
    ),
}  # fmt: skip


def calls(work: Callable[[], Any]) -> int:
    """How many calls of Python functions it takes."""
    count = 0

    def counting(_frame: object, event: str, _of: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", MADE)
def test_twice_the_postings_take_twice_the_work(name: str) -> None:
    """Made and shown; a square would be four times."""
    make = MADE[name]
    small, large = year(300), year(600)
    assert calls(lambda: make(large).rows()) < 2.3 * calls(lambda: make(small).rows())


@pytest.mark.parametrize("name", MADE)
def test_ten_thousand_postings_are_reported_and_explained(name: str) -> None:
    """No depth grows with the postings: the last row explains itself."""
    made = MADE[name](year(5_000))
    rows = made.rows().cells
    assert rows
    assert all(figure.explain() for figure in made.figures(len(rows)))
    if isinstance(made, AccountSheet):
        assert made.running(4_999)[0].explain().count("Posting of") == 5_000
