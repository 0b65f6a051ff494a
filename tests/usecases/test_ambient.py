"""The whole trade under the caller's decimal context: not a digit depends on it (M1)."""

from __future__ import annotations

import decimal
from datetime import date, timedelta
from decimal import Decimal

import pytest

from fxcrm.ids import CompanyId, InvoiceId, LockId, OrderId, QuoteId
from fxcrm.ledger import Group, Stake
from fxcrm.usecases import (
    charge_member,
    close_period,
    consolidate_group,
    invest,
    invoice_order,
    lock_rate,
    pay_in_capital,
    place_order,
    register_company,
    revalue,
    ship_order,
)
from tests.ledger.notation import money
from tests.usecases.office import EUR, FIRST, JANUARY, NORDWIND, USD, Office

DAY = date(2026, 1, 10)
SISTER = CompanyId("westwind")


def _quarter() -> str:
    """A lock with a spread, payments in parts, a group, a month end; what is kept and told."""
    office = Office().open()
    with office.desk(FIRST) as desk:
        register_company(desk, SISTER, name="Westwind", functional=USD, on=FIRST)
        pay_in_capital(desk, NORDWIND, "cap", money("EUR 123456.78"), FIRST)
        pay_in_capital(desk, SISTER, "cap", money("USD 98765.40"), FIRST)
        invest(desk, NORDWIND, SISTER, "share", money("USD 74074.05"), FIRST)
    office.quote(1, "EUR 1234.567", DAY, "USD")
    with office.desk(DAY) as desk:
        until, spread = DAY + timedelta(days=9), Decimal("0.375")
        lock_rate(
            desk,
            LockId("L-1"),
            quote=QuoteId("Q-1"),
            on=DAY,
            until=until,
            zone="UTC",
            spread=spread,
        )
    office.accept(1, DAY)
    with office.desk(DAY) as desk:
        place_order(desk, OrderId("O-1"), quote=QuoteId("Q-1"), on=DAY)
        ship_order(desk, OrderId("O-1"), on=DAY)
        invoice_order(desk, InvoiceId("I-1"), order=OrderId("O-1"), on=DAY, days=30)
    office.invoice(2, "GBP 4321.09", DAY)
    office.pay("P-1", 1, "USD 444.44", DAY + timedelta(days=5))
    office.pay("P-2", 2, "GBP 1234.56", DAY + timedelta(days=6), "USD 1600.17")
    with office.desk(DAY) as desk:
        amount = money("GBP 777.77")
        charge_member(desk, "fee", creditor=NORDWIND, debtor=SISTER, amount=amount, on=DAY, days=30)
    with office.desk(JANUARY) as desk:
        for company in (NORDWIND, SISTER):
            revalue(desk, company, JANUARY)
        found = consolidate_group(desk, Group(NORDWIND, (Stake(SISTER, "0.75"),), EUR), JANUARY)
        for company in (NORDWIND, SISTER):
            close_period(desk, company, JANUARY)
        told = "".join(line.figure.explain() for line in found.lines)
    return f"{office.store.digest()} {told}"


@pytest.fixture(scope="module")
def calm() -> str:
    """What the quarter leaves behind under Python's own context."""
    return _quarter()


@pytest.mark.parametrize(
    "context",
    [
        decimal.Context(prec=3, rounding=decimal.ROUND_UP, traps=[]),
        decimal.Context(prec=1, rounding=decimal.ROUND_FLOOR, Emin=0, Emax=0, traps=[]),
        decimal.Context(prec=3, traps=[decimal.Inexact, decimal.Rounded, decimal.Subnormal]),
        decimal.Context(prec=200, rounding=decimal.ROUND_05UP, traps=[decimal.FloatOperation]),
    ],
    ids=["short and up", "one digit", "every trap", "long"],
)
def test_the_books_are_the_same_in_any_context(calm: str, context: decimal.Context) -> None:
    """Digest, figures and explanations are equal to the last character."""
    with decimal.localcontext(context):
        assert _quarter() == calm
