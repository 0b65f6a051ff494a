"""Statements in another currency: the year before as it was translated then, and at one rate."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.currencies import Currency
from fxcrm.ledger import Company, trading_chart
from fxcrm.rates import CurrencyPair, Fixing, RateTable
from fxcrm.reports.statements import Layout, Statements, YearsDiffer, year_of_books
from fxcrm.restatement import Basis
from fxcrm.usecases import (
    Desk,
    close_period,
    pay_costs,
    pay_in_capital,
    present_company,
    translate_company,
)
from fxcrm.usecases.presenting import YearEndNotTranslated, constant_rate, current_rate
from tests.ledger.notation import instant, money
from tests.usecases.office import EUR, FEBRUARY, FIRST, GBP, JANUARY, NORDWIND, RATES, USD

BOOKS = Company(NORDWIND, "Nordwind", EUR, FIRST, year_ends=1)  # its year ends with January
LATER = RateTable.from_fixings(
    Fixing(
        CurrencyPair.of("EUR", code),
        Decimal(start) + Decimal(count * steps).scaleb(-4),
        FIRST + timedelta(days=count),
        "mint",
    )
    for code, start in (("USD", "1.0800"), ("GBP", "0.8400"))
    for count in range(120)
    for steps in (1 if count < 31 else 9,)  # as ever in January, and quite others after it
)


def told(rates: RateTable = RATES, *, recorded: bool = True) -> MemoryStore:
    """EUR 1,000 of capital and costs of 100 in January, which is closed; costs of 200 after it."""
    store = MemoryStore()
    for on, amount in ((date(2026, 1, 10), "EUR 100.00"), (date(2026, 2, 10), "EUR 200.00")):
        with store.begin(actor="ada", at=instant(on)) as unit:
            desk = Desk(unit, rates, instant(on), "ada")
            if unit.companies.find(NORDWIND) is None:
                unit.companies.add(BOOKS)
                pay_in_capital(desk, NORDWIND, "first", money("EUR 1000.00"), date(2026, 1, 5))
            pay_costs(desk, NORDWIND, f"rent of {on}", money(amount), on)
            unit.commit()
        if on < JANUARY and recorded:
            with store.begin(actor="ada", at=instant(JANUARY)) as unit:
                desk = Desk(unit, rates, instant(JANUARY), "ada")
                close_period(desk, NORDWIND, JANUARY)
                unit.snapshots.record(translate_company(desk, NORDWIND, JANUARY, USD).snapshot())
                unit.commit()
    return store


def shown(
    store: MemoryStore,
    rates: RateTable = RATES,
    *,
    presentation: Currency = USD,
    basis: Basis | None = None,
) -> Statements:
    """The statements at the end of February, in dollars unless asked otherwise."""
    with store.begin(actor="ada", at=instant(FEBRUARY)) as unit:
        desk = Desk(unit, rates, instant(FEBRUARY), "ada")
        return present_company(desk, NORDWIND, FEBRUARY, presentation=presentation, basis=basis)


def column(made: Statements, statement: str, at: int) -> dict[str, str]:
    """The amounts of a column by the labels of their lines, without what is zero in it."""
    rows = made.named(statement).rows
    found = ((row.label, row.figures[at]) for row in rows if row.figures)
    return {label: str(figure) for label, figure in found if figure and figure.value}


def test_a_year_is_worked_by_hand() -> None:
    """EUR 1,000 and -100 in the year to January, -200 in February; each figure is told beside it.

    January closes at 1.0830 with a mean of 1.0815, February at 1.0858 with one of 1.08445; the
    capital came in at 1.0804.
    """
    made = shown(told())
    assert column(made, "balance sheet", 0) == {
        "Bank": "USD 760.06",  # 700 x 1.0858
        "Total current assets": "USD 760.06",
        "Total assets": "USD 760.06",
        "Capital": "USD 1080.40",  # 1,000 x 1.0804
        "Retained earnings": "USD -108.15",  # -100 x 1.0815, as it was then
        "Result of the year": "USD -216.89",  # -200 x 1.08445
        "Translation reserve": "USD 4.70",  # 2.45, and of February 2.25
        "Total equity": "USD 760.06",
        "Total equity and liabilities": "USD 760.06",
    }
    assert column(made, "cash movements", 0) == {
        "Cash at the beginning": "USD 974.70",  # 900 x 1.0830
        "Operating costs": "USD -216.89",
        "From operating activities": "USD -216.89",
        "Effect of exchange rates on cash": "USD 2.25",  # 900 x 0.0028 - 200 x 0.00135
        "Cash at the end": "USD 760.06",
    }
    assert column(made, "translation reserve", 0) == {
        "Opening": "USD 2.45",
        "Effect on opening net assets": "USD 2.52",
        "Effect on income and expense": "USD -0.27",
        "Closing": "USD 4.70",
    }
    income = column(made, "income statement", 0)
    assert income["Total comprehensive income"] == "USD -214.64"
    assert column(made, "changes in equity", -1)["Closing"] == "USD 760.06"
    assert column(made, "changes in equity, the year before", -1)["Closing"] == "USD 974.70"


def test_the_year_before_stays_as_it_was_translated() -> None:
    """Whatever rates this year brings, every figure of January is the one that was recorded."""
    one, other = shown(told()), shown(told(LATER), LATER)
    assert column(one, "balance sheet", 0) != column(other, "balance sheet", 0)
    for name in ("balance sheet", "income statement", "cash movements", "translation reserve"):
        assert column(one, name, 1) == column(other, name, 1)
    before = "changes in equity, the year before"
    assert one.named(before).listing() == other.named(before).listing()


def test_a_snapshot_is_what_comparatives_rest_on() -> None:
    """They say of when they are, and open down to the entries of then."""
    explained = shown(told()).named("balance sheet").figure("Capital", 1).explain()
    assert "as translated at 2026-01-31 (D20)" in explained
    assert "entry capital:nordwind:first" in explained


def test_books_that_were_never_translated_are_translated_year_by_year() -> None:
    """In another currency: nothing is recorded, and a note says so."""
    made = shown(told(), presentation=GBP)
    assert made.notes == (
        "No translation into GBP is on record: each year was translated now, as a whole.",
    )
    assert str(made.named("balance sheet").figure("Total assets", 1)) == "GBP 758.70"


def test_a_year_end_that_was_not_translated_is_refused() -> None:
    """A translation of another day is no opening (D20)."""
    store = told(recorded=False)
    with store.begin(actor="ada", at=instant(date(2026, 2, 15))) as unit:
        on = date(2026, 2, 15)
        desk = Desk(unit, RATES, instant(on), "ada")
        unit.snapshots.record(translate_company(desk, NORDWIND, on, USD).snapshot())
        unit.commit()
    with pytest.raises(YearEndNotTranslated, match="at its year end 2026-01-31"):
        shown(store)


def test_at_one_rate_two_years_differ_by_volume_alone() -> None:
    """No reserve, nothing that rates did to cash: the same rate for every amount of both years."""
    made = shown(told(), basis=current_rate(FEBRUARY))
    assert made.basis == "at current rate: that of 2026-02-28"
    assert str(made.named("income statement").figure("Operating costs")) == "USD -217.16"
    assert str(made.named("income statement").figure("Operating costs", 1)) == "USD -108.58"
    assert "Translation reserve" not in column(made, "balance sheet", 0)
    assert "Effect of exchange rates on cash" not in column(made, "cash movements", 0)


def test_a_constant_rate_is_the_average_of_the_year_before() -> None:
    """By the days of the company's own year."""
    basis = constant_rate(BOOKS, FEBRUARY)
    assert (basis.since, basis.until) == (date(2025, 2, 1), JANUARY)


def test_a_year_opens_with_what_the_year_before_closed_with() -> None:
    """Line by line, or the statements are refused (D20)."""
    chart = trading_chart()
    with told().begin(actor="ada", at=instant(FEBRUARY)) as unit:
        lines = tuple(unit.journal.lines(NORDWIND, None, FEBRUARY))
    this = year_of_books(BOOKS, lines, FEBRUARY, chart=chart, layout=Layout.usual(chart))
    with pytest.raises(YearsDiffer, match=r"account '1000' of 'nordwind' closed at EUR 700\.00"):
        this.continuing(this)
