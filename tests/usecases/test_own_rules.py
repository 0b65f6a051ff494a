"""Own rules at work: what the documents of a company are booked on, by its file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fxcrm.bookkeeping import BookkeepingRefused
from fxcrm.bootstrap import read_bookkeeping
from fxcrm.ids import CompanyId, CreditNoteId, InvoiceId
from fxcrm.ledger import trading_chart
from fxcrm.money import Money
from fxcrm.usecases import (
    credit_bill,
    credit_invoice,
    enter_bill,
    pay_costs,
    pay_in_capital,
    realise_balance,
    register_company,
    repay_loan,
    take_loan,
)
from tests.ledger.notation import money, written
from tests.usecases.office import EUR, FIRST, NORDWIND, USD, Office

DAY = date(2026, 1, 10)
SISTER = CompanyId("westwind")
FILE = """
[companies.nordwind.posting]
invoice = [
    { side = "debit", duty = "receivables", item = true },
    { side = "credit", account = "5450" },
]
"credit note" = [
    { side = "debit", account = "5400", component = "net" },
    { side = "debit", duty = "taxes", component = "tax" },
    { side = "credit", duty = "receivables", item = true },
]
bill = [
    { side = "debit", account = "5300" },
    { side = "credit", duty = "payables", item = true },
]
costs = [
    { side = "debit", account = "5500" },
    { side = "credit", duty = "bank" },
]
capital = [
    { side = "debit", duty = "bank" },
    { side = "credit", duty = "loans" },
]
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Nordwind by its own rules, Westwind as everybody."""
    path = tmp_path / "books.toml"
    path.write_text(FILE, encoding="utf-8")
    return Office(bookkeeping=read_bookkeeping(path)).open()


def test_every_document_is_booked_by_the_company_s_own_rules(office: Office) -> None:
    """Invoice, credit note, bill, a supplier's credit, costs, capital: each on its own account."""
    office.invoice(1, "EUR 100.00", DAY)
    with office.desk(DAY) as desk:
        note, taken = CreditNoteId("C-1"), money("EUR 30.00")
        credit_invoice(desk, note, invoice=InvoiceId("I-1"), amount=taken, on=DAY, reason="late")
        bill = enter_bill(
            desk, "B-1", company=NORDWIND, supplier="smith", amount=money("EUR 50.00"), on=DAY,
            days=10,
        )  # fmt: skip
        credit_bill(desk, "S-1", item=bill.id, amount=money("EUR 5.00"), on=DAY)
        pay_costs(desk, NORDWIND, "rent", money("EUR 7.00"), DAY)
        pay_in_capital(desk, NORDWIND, "cash", money("EUR 90.00"), DAY)
    assert office.balances(DAY) == {
        "1000": money("EUR 83.00"),
        "1100": money("EUR 70.00"),
        "2000": money("EUR -45.00"),
        "2500": money("EUR -90.00"),
        "5300": money("EUR 45.00"),
        "5400": money("EUR 30.00"),
        "5450": money("EUR -100.00"),
        "5500": money("EUR 7.00"),
    }


def test_another_company_is_booked_as_usual(office: Office) -> None:
    """Rules are a company's, not the store's."""
    with office.desk(DAY) as desk:
        register_company(desk, SISTER, name="Westwind", functional=EUR, on=FIRST)
        pay_costs(desk, SISTER, "rent", Money("7.00", EUR), DAY)
        held = {one.account for one in desk.uow.journal.balances(SISTER, DAY)}
    assert held == {"1000", "5000"}


@pytest.mark.parametrize("text", ["default = 7", "[default", 'drafts = "refuse"'])
def test_a_file_that_holds_no_rules_is_refused(tmp_path: Path, text: str) -> None:
    """No TOML, no table, a name that is not known: nothing is taken from it."""
    path = tmp_path / "books.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BookkeepingRefused):
        read_bookkeeping(path)
    with pytest.raises(BookkeepingRefused):
        read_bookkeeping(tmp_path / "none.toml")


def test_a_loan_is_taken_and_paid_back_at_the_rate_of_each_day() -> None:
    """What it cost to pay it back is left on the loan, and realised (D8, D15)."""
    office = Office().open()
    later = date(2026, 3, 20)
    office.at(DAY, lambda desk: take_loan(desk, NORDWIND, "L", money("USD 1000.00"), DAY))
    assert office.balances(DAY) == {"1000": money("EUR 925.15"), "2500": money("EUR -925.15")}
    office.at(later, lambda desk: repay_loan(desk, NORDWIND, "L", money("USD 1000.00"), later))
    loans = trading_chart().duties.loans
    done = office.at(later, lambda desk: realise_balance(desk, NORDWIND, loans, USD, later))
    assert written(done) == [
        ("2500", "USD 0.00", "EUR 5.86"),
        ("7000", "USD 0.00", "EUR -5.86"),
    ]
