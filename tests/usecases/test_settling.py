"""Invoicing and settling: document and item in step, in parts, with fees, in other money."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.billing import Invoice, ServiceCase, Statement
from fxcrm.ids import CaseId, CompanyId, InvoiceId, OpenItemId, PaymentId
from fxcrm.ledger import Chart, OpenItem, Settlement, trading_chart
from fxcrm.ledger.accounts import AccountCurrencyRefused
from fxcrm.ledger.open_items import SettlementRefused
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.ports.storage import NotFound
from fxcrm.usecases import (
    Desk,
    charge_member,
    customer_statement,
    open_case,
    receive_payment,
    reconcile,
    resolve_case,
    weekly_statements,
)
from fxcrm.usecases.invoicing import ChargedItself
from fxcrm.usecases.stating import StatementOffLedger, week_of
from tests.ledger.notation import half_even, money, value
from tests.usecases.office import ACME, EUR, FEBRUARY, JANUARY, MARCH, NORDWIND, USD, Office

DAY = date(2026, 1, 10)


def _invoice(office: Office, number: int = 1) -> Invoice:
    with office.store.begin() as unit:
        return unit.invoices.get(InvoiceId(f"I-{number}"))


def _item(office: Office, number: int = 1) -> OpenItem:
    with office.store.begin() as unit:
        return unit.items.get(OpenItemId(f"item:nordwind:nordwind-INV-{number:04d}"))


def test_an_invoice_is_numbered_booked_and_open() -> None:
    """USD 1,080.90 at 1.0809 is EUR 1,000.00; the item waits for it until the due day."""
    office = Office().open()
    invoice = office.invoice(1, "USD 1080.90", DAY)
    assert (invoice.number, invoice.due_on) == ("nordwind-INV-0001", DAY + timedelta(days=30))
    assert office.balances(DAY) == {"1100": money("EUR 1000.00"), "4000": money("EUR -1000.00")}
    item = _item(office)
    assert (item.open, item.carrying) == (money("USD 1080.90"), money("EUR 1000.00"))
    assert item.decision == "booking:EUR/USD:2026-01-10:1"


def test_parts_pay_the_invoice_and_the_item_together() -> None:
    """Partly paid, partly paid, paid; at the end document amount and carrying amount are zero."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    states, gains = [], Fraction(0)
    for number, (amount, day) in enumerate(
        [("USD 333.33", JANUARY), ("USD 333.33", FEBRUARY), ("USD 333.34", MARCH)]
    ):
        settled = office.pay(f"P-{number}", 1, amount, day)
        states.append(_invoice(office).state)
        gains += value(settled.realised_fx.value)
    assert states == ["partly paid", "partly paid", "paid"]
    assert _item(office).is_settled
    assert _item(office).carrying.is_zero
    booked = half_even(Fraction(1000) / Fraction("1.0809"))
    bank = value(office.balances(MARCH)["1000"])
    assert gains == bank - booked
    assert office.balances(MARCH)["7000"] == -_money(gains)
    assert "1100" not in office.balances(MARCH)


def _money(amount: Fraction) -> Money:
    return Money.from_minor(int(amount * 100), "EUR")


def test_an_overpayment_leaves_everything_as_it_was() -> None:
    """Refused whole: no payment, no entry, no state (D11)."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    digest = office.store.digest()
    with pytest.raises(SettlementRefused):
        office.pay("P-1", 1, "USD 1000.01", JANUARY)
    with pytest.raises(CurrencyMismatch):
        office.pay("P-1", 1, "EUR 10.00", JANUARY)
    with pytest.raises(NotFound):
        office.pay("P-1", 9, "USD 10.00", JANUARY)
    assert office.store.digest() == digest


def test_a_paid_invoice_takes_no_more() -> None:
    """Neither another payment nor the same one again."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    office.pay("P-1", 1, "USD 1000.00", JANUARY)
    digest = office.store.digest()
    for payment in ("P-1", "P-2"):
        with pytest.raises((SettlementRefused, TransitionRefused)):
            office.pay(payment, 1, "USD 0.01", FEBRUARY)
    assert office.store.digest() == digest


def test_a_fee_is_kept_apart() -> None:
    """The provider keeps USD 10.00 of 1,000.00: invoice paid, fee booked by itself."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)

    def command(desk: Desk) -> Settlement:
        return receive_payment(
            desk,
            PaymentId("P-1"),
            invoice=InvoiceId("I-1"),
            settled=money("USD 1000.00"),
            received=money("USD 990.00"),
            fee=money("USD 10.00"),
            method="card",
            on=JANUARY,
        )

    settled = office.at(JANUARY, command)
    assert _invoice(office).state == "paid"
    assert office.balances(JANUARY)["5300"] == settled.fee.value == money("EUR 9.23")
    with office.store.begin() as unit:
        payment = unit.payments.get(PaymentId("P-1"))
    assert (payment.settled, payment.received) == (money("USD 1000.00"), money("USD 990.00"))
    assert (payment.fee, payment.customer) == (money("USD 10.00"), ACME)


invoices = st.lists(
    st.tuples(
        st.sampled_from(["EUR", "USD", "GBP"]),
        st.integers(1, 10**7),
        st.sampled_from(["EUR", "USD", "GBP"]),
        st.integers(1, 100),
    ),
    min_size=1,
    max_size=4,
)


@given(invoices)
def test_any_currency_pays_any_other_and_the_books_stay_in_balance(
    told: list[tuple[str, int, str, int]],
) -> None:
    """Invoices in three currencies, paid in three: FX result = bank - booked (D8, D10, D14)."""
    office = Office().open()
    for number, (currency, units, bank, percent) in enumerate(told, 1):
        office.invoice(number, str(Money.from_minor(units, currency)), DAY)
        part = Money.from_minor(max(1, units * percent // 100), currency)
        received = part if bank == currency else Money.from_minor(part.minor, bank)
        office.pay(f"P-{number}", number, str(part), MARCH, str(received))
        item = _item(office, number)
        assert item.open == Money.from_minor(units, currency) - part
        assert item.is_settled == (_invoice(office, number).state == "paid")
    balances = office.balances(MARCH)
    assert Money.total(balances.values()).is_zero
    assert "1900" not in balances  # clearing is empty
    carried = sum(value(_item(office, number).carrying) for number in range(1, len(told) + 1))
    assert value(balances.get("1100", money("EUR 0.00"))) == carried


# ---------------------------------------------------------------- statements and cases


def _statement(office: Office, start: date, end: date) -> Statement:
    return office.at(end, lambda desk: customer_statement(desk, ACME, USD, start, end))


def test_a_week_runs_from_monday_to_sunday() -> None:
    """Both days included, whichever day of the week is asked."""
    for day in range(9, 16):
        found = week_of(date(2026, 3, day))
        assert found == (date(2026, 3, 9), date(2026, 3, 15))


def test_a_statement_agrees_with_the_open_items() -> None:
    """What is owed in dollars is what the ledger says is open in dollars."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    office.invoice(2, "EUR 50.00", DAY)
    office.pay("P-1", 1, "USD 400.00", JANUARY)
    made = _statement(office, DAY, JANUARY)
    assert [(one.kind, str(one.amount)) for one in made.lines] == [
        ("invoice", "USD 1000.00"),
        ("payment", "USD -400.00"),
    ]
    assert made.closing.value == money("USD 600.00")
    assert office.at(JANUARY, lambda desk: reconcile(desk, made)) == made
    early = _statement(office, DAY, DAY)
    with pytest.raises(StatementOffLedger) as caught:
        office.at(JANUARY, lambda desk: reconcile(desk, early))
    assert (caught.value.statement, caught.value.ledger) == (
        money("USD 1000.00"),
        money("USD 600.00"),
    )


def test_every_currency_has_a_statement_of_its_own() -> None:
    """Weekly, per customer and currency, in the order of the codes."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    office.invoice(2, "EUR 50.00", DAY)
    made = office.at(DAY, lambda desk: weekly_statements(desk, NORDWIND, DAY))
    assert [(one.currency.code, str(one.closing.value)) for one in made] == [
        ("EUR", "EUR 50.00"),
        ("USD", "USD 1000.00"),
    ]


def test_a_case_claims_in_the_currency_of_its_invoice() -> None:
    """Dollars for a dollar invoice; it is opened, resolved, and numbered."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)

    def claim(desk: Desk, amount: str) -> ServiceCase:
        return open_case(
            desk,
            CaseId("C-1"),
            invoice=InvoiceId("I-1"),
            subject="Leak",
            claimed=money(amount),
            on=JANUARY,
        )

    with pytest.raises(CurrencyMismatch):
        office.at(JANUARY, lambda desk: claim(desk, "EUR 100.00"))
    case = office.at(JANUARY, lambda desk: claim(desk, "USD 100.00"))
    assert (case.number, case.customer, case.state) == ("nordwind-C-0001", ACME, "open")
    solved = office.at(
        JANUARY, lambda desk: resolve_case(desk, CaseId("C-1"), resolution="replaced", on=JANUARY)
    )
    assert (solved.state, solved.resolution) == ("resolved", "replaced")


def test_nobody_charges_itself() -> None:
    """Creditor and debtor are two companies."""
    office = Office().open()
    with pytest.raises(ChargedItself):
        office.at(
            DAY,
            lambda desk: charge_member(
                desk,
                "K-1",
                creditor=NORDWIND,
                debtor=CompanyId("nordwind"),
                amount=money("USD 1.00"),
                on=DAY,
                days=30,
            ),
        )


def test_a_bank_account_of_one_currency_takes_no_other() -> None:
    """The bank holds euros alone: a payment in dollars is refused, and nothing is kept."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    usual = trading_chart()
    only = [
        attrs.evolve(one, currency=EUR) if one.code == usual.duties.bank else one for one in usual
    ]
    before = office.store.digest()

    def paid(bank: str) -> None:
        with office.desk(DAY) as desk:
            receive_payment(
                attrs.evolve(desk, chart=Chart(tuple(only), usual.duties)),
                PaymentId("P-1"),
                invoice=InvoiceId("I-1"),
                settled=money("USD 1000.00"),
                received=money(bank),
                method="wire",
                on=DAY,
            )

    with pytest.raises(AccountCurrencyRefused, match="holds EUR"):
        paid("USD 1000.00")
    assert office.store.digest() == before
    paid("EUR 925.00")
    assert _item(office).is_settled
