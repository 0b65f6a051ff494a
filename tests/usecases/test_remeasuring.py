"""Remeasuring at a desk: months at their averages, the rest at its day (D21)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from fxcrm.ids import CompanyId, DecisionId
from fxcrm.ledger.remeasurement import BooksInFunctionalCurrency
from fxcrm.usecases import pay_costs, pay_in_capital, register_company, remeasure_company
from tests.ledger.notation import half_even, money, value
from tests.usecases.office import EUR, FEBRUARY, FIRST, RATES, USD, Office

US, MIDDLE = CompanyId("westwind"), date(2026, 3, 16)


def test_books_in_dollars_of_a_company_that_thinks_in_euros() -> None:
    """Capital at its day, costs at the mean of each month, cash at closing; nothing is booked."""
    office = Office()
    with office.desk(FIRST) as desk:
        register_company(desk, US, name="Westwind", functional=USD, on=FIRST)
        pay_in_capital(desk, US, "cap", money("USD 10000.00"), FIRST)
    for number, day in enumerate((FEBRUARY, MIDDLE)):
        with office.desk(day) as desk:
            pay_costs(desk, US, f"rent-{number}", money("USD 300.00"), day)
    with office.desk(MIDDLE) as desk:
        before = len(list(desk.uow.journal.lines(US, None, MIDDLE)))
        found = remeasure_company(desk, US, MIDDLE, EUR)
        assert len(list(desk.uow.journal.lines(US, None, MIDDLE))) == before
        with pytest.raises(BooksInFunctionalCurrency):
            remeasure_company(desk, US, MIDDLE, USD)
    shown: dict[str, Fraction] = {
        one.account.code: value(one.measured.value) for one in found.lines
    }
    capital = 10_000 / RATES.rate("EUR", "USD", FIRST).ratio
    assert shown["3000"] == -half_even(capital)
    costs = [
        300 / RATES.average("EUR", "USD", since, until).ratio
        for since, until in ((date(2026, 2, 1), FEBRUARY), (date(2026, 3, 1), MIDDLE))
    ]
    assert shown["5000"] == half_even(sum(costs, Fraction(0)))
    cash = 9_400 / RATES.rate("EUR", "USD", MIDDLE).ratio
    assert shown["1000"] == half_even(cash)
    assert value(found.gain.value) == half_even(cash - capital + sum(costs))
    assert found.gain.value.is_negative  # the dollar fell


def test_a_quiet_month_needs_no_average() -> None:
    """Rates of a month in which nothing was earned are not asked for."""
    office = Office()
    with office.desk(FIRST) as desk:
        register_company(desk, US, name="Westwind", functional=USD, on=FIRST)
        pay_in_capital(desk, US, "cap", money("USD 10000.00"), FIRST)
        remeasure_company(desk, US, FIRST, EUR)
    with office.desk(FIRST + timedelta(days=40)) as desk:
        remeasure_company(desk, US, desk.now.date(), EUR)
        id = DecisionId("average:EUR/USD:2026-01-01..2026-01-31:1")
        assert not desk.uow.decisions.among([id])
