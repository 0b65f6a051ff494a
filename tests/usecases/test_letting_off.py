"""Advances, credits, refunds, bills, undoing, and the same in a parallel book."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from fractions import Fraction
from typing import Any

import attrs
import pytest

from fxcrm.billing import PaymentKind
from fxcrm.bookkeeping import Bookkeeping, BookRules
from fxcrm.encoding import NotStorable
from fxcrm.ids import AccountCode, CompanyId, InvoiceId, OpenItemId, PaymentId
from fxcrm.ledger import Account, AccountType, OpenItem, SettlementRefused, trading_chart
from fxcrm.ledger.revaluation import Style
from fxcrm.ledger.undoing import UndoRefused
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import Money
from fxcrm.ports.storage import NotFound
from fxcrm.postingrules import EntrySide, FactKind, PostingLine, PostingRule, PostingRules
from fxcrm.usecases import (
    apply_credit,
    close_period,
    collect,
    credit_bill,
    customer_statement,
    enter_bill,
    examine_ageing,
    items_as_of,
    offset_bill,
    open_parallel_book,
    pay_advance,
    pay_bill,
    pay_costs,
    receive_advance,
    receive_payment,
    reconcile,
    refund_credit,
    register_company,
    revalue,
    trial_balance,
    undo_bill_payment,
    undo_payment,
)
from fxcrm.usecases.booking import TermRefused
from fxcrm.usecases.buying import CreditExceedsBill, NoBill, NothingToCollect
from fxcrm.usecases.paralleling import ParallelRefused
from fxcrm.usecases.settling import CreditOfAnother, ItemReopened, ItemRevalued
from tests.ledger.notation import money, value
from tests.usecases.office import (
    ACME,
    EUR,
    FEBRUARY,
    FIRST,
    GBP,
    JANUARY,
    MARCH,
    NORDWIND,
    USD,
    Office,
)

DAY, LATER = date(2026, 1, 10), date(2026, 2, 10)
BESIDE = CompanyId("nordwind:USD")


def _item(office: Office, id: str, company: str = "nordwind") -> OpenItem:
    with office.store.begin() as unit:
        return unit.items.get(OpenItemId(f"item:{company}:{id}"))


def _state(office: Office, number: int = 1) -> str:
    with office.store.begin() as unit:
        return unit.invoices.get(InvoiceId(f"I-{number}")).state


def _paid(office: Office, id: str, amounts: dict[str, str], day: date, number: int = 1) -> None:
    given = {name: money(text) for name, text in amounts.items()}
    with office.desk(day) as desk:
        receive_payment(
            desk,
            PaymentId(id),
            invoice=InvoiceId(f"I-{number}"),
            method="wire",
            on=day,
            **given,
        )


def _owed(office: Office, day: date, *codes: str) -> list[Money]:
    """What the statement closes at, reconciled with the open items."""
    found = []
    for code in codes:
        with office.desk(day) as desk:
            currency = money(f"{code} 1").currency
            made = customer_statement(desk, ACME, currency, FIRST, day)
            found.append(reconcile(desk, made).closing.value)
    return found


def test_a_payment_with_everything_and_what_stays_to_the_credit() -> None:
    """Discount, write-off, fee and an excess: the invoice is paid, USD 20.00 are owed back."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    amounts = {
        "settled": "USD 1000.00",
        "received": "USD 985.00",
        "fee": "USD 5.00",
        "discount": "USD 29.50",
        "write_off": "USD 0.50",
        "excess": "USD 20.00",
    }
    _paid(office, "P-1", amounts, LATER)
    assert _state(office) == "paid"
    assert _item(office, "P-1:credit").open == money("USD -20.00")
    assert _owed(office, LATER, "USD") == [money("USD -20.00")]
    assert {"5300", "5400", "5500", "7000", "2100"} <= office.balances(LATER).keys()


def test_an_advance_keeps_its_rate_until_it_is_applied() -> None:
    """USD 600.00 in January are not revalued; with the invoice the revenue takes their rate."""
    office = Office().open()
    with office.desk(DAY) as desk:
        made = receive_advance(
            desk, PaymentId("A-1"), company=NORDWIND, customer=ACME,
            received=money("USD 600.00"), method="wire", on=DAY,
        )  # fmt: skip
    with office.desk(JANUARY) as desk:
        proposals = revalue(desk, NORDWIND, JANUARY).proposals
        assert [one.account for one in proposals] == ["1000"]  # the bank holds the dollars
        close_period(desk, NORDWIND, JANUARY)
    office.invoice(1, "USD 1000.00", LATER)
    with office.desk(LATER) as desk:
        done = apply_credit(
            desk, PaymentId("S-1"), invoice=InvoiceId("I-1"), credit=made.item.id,
            settled=money("USD 600.00"), on=LATER,
        )  # fmt: skip
    assert done.against.is_settled
    assert done.realised_fx.value.is_zero
    invoiced = Fraction(1000) / Fraction("1.0840")
    sales = value(office.balances(LATER)["4000"])
    assert sales == -(Fraction(round(invoiced * 100), 100) + value(done.revenue.value))
    assert _state(office) == "partly paid"
    assert _owed(office, LATER, "USD") == [money("USD 400.00")]


def test_a_credit_of_another_currency_meets_an_invoice() -> None:
    """GBP paid too much settle dollars at the agreed cross rate; the statements follow."""
    office = Office().open()
    office.invoice(1, "USD 100.00", DAY)
    office.invoice(2, "USD 50.00", DAY)
    amounts = {"settled": "USD 100.00", "received": "GBP 120.00", "excess": "GBP 40.00"}
    _paid(office, "P-1", amounts, LATER)
    assert _owed(office, LATER, "USD", "GBP") == [money("USD 50.00"), money("GBP -40.00")]
    with office.desk(LATER) as desk:
        apply_credit(
            desk, PaymentId("S-1"), invoice=InvoiceId("I-2"),
            credit=OpenItemId("item:nordwind:P-1:credit"),
            settled=money("USD 50.00"), used=money("GBP 39.00"), on=LATER,
        )  # fmt: skip
    assert _owed(office, LATER, "USD", "GBP") == [money("USD 0.00"), money("GBP -1.00")]
    with office.desk(MARCH) as desk:
        refund_credit(
            desk, PaymentId("R-1"), credit=OpenItemId("item:nordwind:P-1:credit"),
            refunded=money("GBP 1.00"), method="wire", on=MARCH,
        )  # fmt: skip
    assert _owed(office, MARCH, "USD", "GBP") == [money("USD 0.00"), money("GBP 0.00")]
    with office.store.begin() as unit:
        kinds = [one.kind for one in unit.payments.of_company(NORDWIND)]
    assert kinds == [PaymentKind.RECEIPT, PaymentKind.REFUND, PaymentKind.OFFSET]
    assert "2100" not in office.balances(MARCH)


def test_a_refund_pays_a_credit_and_nothing_else() -> None:
    """What a customer owes can not be paid back to them, nor more than is to their credit."""
    office = Office().open()
    invoice = office.invoice(1, "USD 100.00", DAY)
    for credit, error in (
        (f"item:nordwind:{invoice.number}", CreditOfAnother),
        ("item:nordwind:P-1:credit", SettlementRefused),
    ):
        if error is SettlementRefused:
            amounts = {"settled": "USD 100.00", "received": "USD 105.00", "excess": "USD 5.00"}
            _paid(office, "P-1", amounts, DAY)
        before = office.store.digest()
        with pytest.raises(error), office.desk(DAY) as desk:
            refund_credit(
                desk, PaymentId("R-1"), credit=OpenItemId(credit),
                refunded=money("USD 5.01"), method="wire", on=DAY,
            )  # fmt: skip
        assert office.store.digest() == before


def test_undoing_restores_item_and_document_and_can_be_done_once() -> None:
    """Two parts paid, the first undone, then the second: open again, as if never paid."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    number = "nordwind-INV-0001"
    fresh = _item(office, number)
    office.pay("P-1", 1, "USD 300.00", LATER)
    between = _item(office, number)
    office.pay("P-2", 1, "USD 700.00", LATER)
    assert _state(office) == "paid"
    with office.desk(LATER) as desk:
        undo_payment(desk, PaymentId("P-2"), on=LATER, reason="bounced")
    again = _item(office, number)
    assert (again.open, again.carrying) == (between.open, between.carrying)
    assert _state(office) == "partly paid"
    with pytest.raises(TransitionRefused), office.desk(LATER) as desk:
        undo_payment(desk, PaymentId("P-2"), on=LATER)
    with office.desk(FEBRUARY) as desk:
        undo_payment(desk, PaymentId("P-1"), on=FEBRUARY)
    last = _item(office, number)
    assert (last.open, last.carrying) == (fresh.open, fresh.carrying)
    assert _state(office) == "issued"
    with office.desk(LATER) as desk:  # P-1 still stood that day
        made = customer_statement(desk, ACME, USD, FIRST, LATER)
    assert made.closing.value == money("USD 700.00")
    assert _owed(office, FEBRUARY, "USD") == [money("USD 1000.00")]
    assert office.balances(FEBRUARY).keys() == {"1100", "4000"}
    office.pay("P-3", 1, "USD 1000.00", FEBRUARY)
    assert _state(office) == "paid"


def test_what_was_built_on_is_undone_last() -> None:
    """A payment whose excess was paid back stays until the refund is undone."""
    office = Office().open()
    office.invoice(1, "USD 100.00", DAY)
    amounts = {"settled": "USD 100.00", "received": "USD 105.00", "excess": "USD 5.00"}
    _paid(office, "P-1", amounts, DAY)
    with office.desk(DAY) as desk:
        refund_credit(
            desk, PaymentId("R-1"), credit=OpenItemId("item:nordwind:P-1:credit"),
            refunded=money("USD 5.00"), method="wire", on=DAY,
        )  # fmt: skip
    before = office.store.digest()
    with pytest.raises(UndoRefused), office.desk(DAY) as desk:
        undo_payment(desk, PaymentId("P-1"), on=DAY)
    assert office.store.digest() == before
    for id in ("R-1", "P-1"):
        with office.desk(DAY) as desk:
            undo_payment(desk, PaymentId(id), on=DAY)
    assert _item(office, "P-1:credit").is_settled
    assert _owed(office, DAY, "USD") == [money("USD 100.00")]


def test_nothing_is_undone_on_a_day_that_was_measured() -> None:
    """The item was revalued at the end of January; a January payment of it stays."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    office.pay("P-1", 1, "USD 300.00", DAY)
    with office.desk(JANUARY) as desk:
        revalue(desk, NORDWIND, JANUARY)
    with pytest.raises(ItemRevalued), office.desk(JANUARY) as desk:
        undo_payment(desk, PaymentId("P-1"), on=JANUARY)
    with office.desk(LATER) as desk:
        undo_payment(desk, PaymentId("P-1"), on=LATER)
    assert _item(office, "nordwind-INV-0001").open == money("USD 1000.00")


def test_nothing_is_settled_before_the_day_on_which_something_went_back() -> None:
    """A half was paid in January and undone in February; another half is no January payment.

    At the end of January both would be paid, and a cent of the odd carrying amount left over.
    """
    office = Office().open()
    office.invoice(1, "USD 1000.00", FIRST)
    assert _item(office, "nordwind-INV-0001").carrying == money("EUR 925.93")
    office.pay("P-1", 1, "USD 500.00", DAY)
    with office.desk(LATER) as desk:
        undo_payment(desk, PaymentId("P-1"), on=LATER)
    before = office.store.digest()
    with pytest.raises(ItemReopened) as caught:
        office.pay("P-2", 1, "USD 500.00", JANUARY)
    assert (caught.value.on, caught.value.reopened_on) == (JANUARY, LATER)
    assert office.store.digest() == before
    office.pay("P-2", 1, "USD 500.00", LATER)
    office.pay("P-3", 1, "USD 500.00", LATER)
    for day in (JANUARY, FEBRUARY):
        with office.desk(day) as desk:
            revalue(desk, NORDWIND, day)
            close_period(desk, NORDWIND, day)


def test_a_credit_is_not_used_before_the_day_on_which_it_came_back() -> None:
    """A refund is undone on the tenth of February; a second one is not dated before."""
    office = Office().open()
    office.invoice(1, "USD 100.00", FIRST)
    amounts = {"settled": "USD 100.00", "received": "USD 150.00", "excess": "USD 50.00"}
    _paid(office, "P-1", amounts, FIRST)
    credit, whole = OpenItemId("item:nordwind:P-1:credit"), money("USD 50.00")

    def refund(id: str, day: date) -> None:
        with office.desk(day) as desk:
            refund_credit(desk, PaymentId(id), credit=credit, refunded=whole, method="wire", on=day)

    refund("R-1", DAY)
    with office.desk(LATER) as desk:
        undo_payment(desk, PaymentId("R-1"), on=LATER)
    with pytest.raises(ItemReopened):
        refund("R-2", JANUARY)
    refund("R-2", LATER)
    with pytest.raises(ItemReopened), office.desk(LATER) as desk:
        undo_payment(desk, PaymentId("R-2"), on=JANUARY)


def test_an_advance_is_of_a_customer_of_the_company() -> None:
    """Acme is a customer of Nordwind; no other company owes it on its account there."""
    office = Office().open()
    other = CompanyId("other")
    with office.desk(FIRST) as desk:
        register_company(desk, other, name="Other", functional=EUR, on=FIRST)
    before = office.store.digest()
    with pytest.raises(NotFound), office.desk(DAY) as desk:
        receive_advance(
            desk, PaymentId("A-1"), company=other, customer=ACME, received=money("EUR 5.00"),
            method="wire", on=DAY,
        )  # fmt: skip
    assert office.store.digest() == before


def test_a_bill_payment_is_undone_in_the_books_that_have_it() -> None:
    """Under another company there is no such payment, and no book of either is changed."""
    office = Office().open()
    other = CompanyId("other")
    with office.desk(DAY) as desk:
        register_company(desk, other, name="Other", functional=EUR, on=FIRST)
        bill = enter_bill(
            desk, "B-1", company=NORDWIND, supplier="Mill Ltd", amount=money("GBP 50.00"),
            on=DAY, days=30,
        )  # fmt: skip
        pay_bill(desk, "BP-1", item=bill.id, settled=money("GBP 50.00"), on=DAY)
    before = office.store.digest()
    with pytest.raises(NotFound), office.desk(LATER) as desk:
        undo_bill_payment(desk, "BP-1", company=other, on=LATER)
    assert office.store.digest() == before


def test_what_a_buyer_is_owed_as_a_supplier_is_another_account() -> None:
    """Acme sells too: its bill and its advance are on no statement, and no bill is a credit."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    with office.desk(DAY) as desk:
        bill = enter_bill(
            desk, "B-1", company=NORDWIND, supplier=ACME, amount=money("USD 300.00"),
            on=DAY, days=30,
        )  # fmt: skip
        pay_advance(desk, "A", company=NORDWIND, supplier=ACME, paid=money("USD 9.00"), on=DAY)
    assert _owed(office, DAY, "USD") == [money("USD 1000.00")]
    before = office.store.digest()
    with pytest.raises(CreditOfAnother), office.desk(DAY) as desk:
        apply_credit(
            desk, PaymentId("S-1"), invoice=InvoiceId("I-1"), credit=bill.id,
            settled=money("USD 300.00"), on=DAY,
        )  # fmt: skip
    owed = OpenItemId("item:nordwind:nordwind-INV-0001")
    with pytest.raises(CreditOfAnother), office.desk(DAY) as desk:
        offset_bill(desk, "S", item=bill.id, against=owed, settled=money("USD 9.00"), on=DAY)
    assert office.store.digest() == before


def test_a_bill_on_an_account_of_its_own_is_paid() -> None:
    """The rules of the books put bills on 2010; that makes them no less bills."""
    own, usual = AccountCode("2010"), trading_chart()
    abroad = Account(own, "Payables abroad", AccountType.LIABILITY, monetary=True, by_item=True)
    chart = attrs.evolve(usual, accounts=(*usual.accounts, abroad))
    lines = [
        PostingLine(EntrySide.DEBIT, "costs", "net"),
        PostingLine(EntrySide.DEBIT, "taxes", "tax"),
        PostingLine(EntrySide.CREDIT, account=own, item=True),
    ]
    rules = Bookkeeping(BookRules(posting=PostingRules([PostingRule(FactKind.BILL, lines)])))
    office = Office().open()
    with office.desk(DAY) as plain:
        desk = attrs.evolve(plain, chart=chart, bookkeeping=rules)
        bill = enter_bill(
            desk, "B-1", company=NORDWIND, supplier="Mill Ltd", amount=money("USD 300.00"),
            on=DAY, days=30,
        )  # fmt: skip
        assert bill.account == own
        paid = pay_bill(desk, "BP-1", item=bill.id, settled=money("USD 300.00"), on=DAY)
    assert paid.item.is_settled


@pytest.mark.parametrize("zone", [None, UTC])
def test_an_instant_is_no_day(zone: tzinfo | None) -> None:
    """To Python an instant is a date; in the books it would be a day of some zone."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    before, noon = office.store.digest(), datetime(2026, 1, 20, 12, tzinfo=zone)
    with pytest.raises(NotStorable, match="calendar day"):
        office.pay("P-1", 1, "USD 5.00", noon)
    with pytest.raises(NotStorable, match="calendar day"), office.desk(DAY) as desk:
        close_period(desk, NORDWIND, noon)
    with pytest.raises(NotStorable, match="calendar day"), office.desk(DAY) as desk:
        examine_ageing(desk, NORDWIND, noon)
    assert office.store.digest() == before


def test_a_bill_is_paid_in_part_with_a_discount_and_undone() -> None:
    """A supplier's bill in pounds: costs and payable, paid in two parts, one undone."""
    office = Office().open()
    with office.desk(DAY) as desk:
        bill = enter_bill(
            desk, "B-1", company=NORDWIND, supplier="Mill Ltd", amount=money("GBP 500.00"),
            on=DAY, days=30,
        )  # fmt: skip
    assert bill.open == money("GBP -500.00")
    with office.desk(LATER) as desk:
        pay_bill(desk, "BP-1", item=bill.id, settled=money("GBP 200.00"), on=LATER)
        pay_bill(
            desk, "BP-2", item=bill.id, settled=money("GBP 300.00"), discount=money("GBP 6.00"),
            on=LATER,
        )  # fmt: skip
    assert _item(office, "B-1").is_settled
    assert "2000" not in office.balances(LATER)
    assert office.balances(LATER)["5450"].is_negative
    with office.desk(LATER) as desk:
        undo_bill_payment(desk, "BP-1", company=NORDWIND, on=LATER)
    assert _item(office, "B-1").open == money("GBP -200.00")
    with office.desk(LATER) as desk:
        made = credit_bill(desk, "BC-1", item=bill.id, amount=money("GBP 250.00"), on=LATER)
    assert made.credit is not None
    assert (made.credit.account, made.credit.open) == ("1300", money("GBP 50.00"))
    with office.desk(LATER) as desk:
        paid = pay_advance(
            desk, "BA-1", company=NORDWIND, supplier="Mill Ltd", paid=money("GBP 10.00"), on=LATER
        )
    assert paid.item.account == "1400"


def test_only_bills_are_paid_as_bills_and_only_credits_are_refunded() -> None:
    """What a customer owes is no bill; a supplier's bill is no credit of a customer."""
    office = Office().open()
    owed = OpenItemId(f"item:nordwind:{office.invoice(1, 'USD 100.00', DAY).number}")
    with office.desk(DAY) as desk:
        bill = enter_bill(
            desk, "B-1", company=NORDWIND, supplier="Mill Ltd", amount=money("GBP 50.00"),
            on=DAY, days=30,
        )  # fmt: skip
    before, part = office.store.digest(), money("GBP 5.00")
    with pytest.raises(NoBill), office.desk(DAY) as desk:
        pay_bill(desk, "BP-1", item=owed, settled=money("USD 5.00"), on=DAY)
    with pytest.raises(NoBill), office.desk(DAY) as desk:
        credit_bill(desk, "BC-1", item=owed, amount=money("USD 5.00"), on=DAY)
    with pytest.raises(CreditOfAnother), office.desk(DAY) as desk:
        refund_credit(desk, PaymentId("R"), credit=bill.id, refunded=part, method="wire", on=DAY)
    with pytest.raises(SettlementRefused), office.desk(DAY) as desk:
        pay_bill(desk, "BP-2", item=bill.id, settled=part, paid=money("USD 0.00"), on=DAY)
    assert office.store.digest() == before


def test_undoing_takes_back_what_a_month_end_kept_on_a_credit_that_ends() -> None:
    """An excess was re-measured for good (second style of D14); its payment bounces."""
    style = {AccountCode("2100"): Style.CUMULATIVE, AccountCode("1100"): Style.CUMULATIVE}
    rules = Bookkeeping(BookRules(styles=style))
    office = Office(bookkeeping=rules).open()
    office.invoice(1, "USD 1000.00", DAY)
    amounts = {"settled": "USD 1000.00", "received": "USD 1700.00", "excess": "USD 700.00"}
    _paid(office, "P-1", amounts, DAY)
    with office.desk(JANUARY) as desk:
        revalue(desk, NORDWIND, JANUARY)
    assert _item(office, "P-1:credit").adjusted
    with office.desk(LATER) as desk:
        undo_payment(desk, PaymentId("P-1"), on=LATER)
    ended = _item(office, "P-1:credit")
    assert [ended.open, ended.carrying, ended.adjusted] == [
        money("USD 0.00"),
        money("EUR 0.00"),
        money("EUR 0.00"),
    ]
    balances = office.balances(LATER)
    assert "2100" not in balances
    assert balances["7100"] == -office.balances(JANUARY)["1000"] + office.balances(DAY)["1000"]


def test_advances_and_credits_with_a_supplier_meet_its_bills_or_come_back() -> None:
    """An advance pays a bill at its own rate, a credit another, the rest is collected (D11)."""
    office = Office().open()

    def billed(key: str, day: date) -> OpenItemId:
        with office.desk(day) as desk:
            return enter_bill(
                desk, key, company=NORDWIND, supplier="Mill", amount=money("GBP 100.00"),
                on=day, days=30,
            ).id  # fmt: skip

    with office.desk(DAY) as desk:
        advance = pay_advance(
            desk, "A-1", company=NORDWIND, supplier="Mill", paid=money("GBP 60.00"), on=DAY
        ).item
    first = billed("B-1", LATER)
    with office.desk(LATER) as desk:
        made = offset_bill(
            desk, "O-1", item=first, against=advance.id, settled=money("GBP 60.00"), on=LATER
        )
        assert made.realised_fx.value.is_zero
        settled = desk.uow.items.get(first)
        assert made.revenue.value == -(made.against.booked + settled.booked - settled.carrying)
        given = credit_bill(desk, "C-1", item=first, amount=money("GBP 75.00"), on=LATER).credit
    assert given is not None
    assert given.open == money("GBP 35.00")
    second = billed("B-2", LATER)
    with office.desk(FEBRUARY) as desk:
        offset_bill(
            desk, "O-2", item=second, against=given.id, settled=money("GBP 30.00"), on=FEBRUARY
        )
        paid = collect(desk, "K-1", item=given.id, settled=money("GBP 5.00"), on=FEBRUARY)
    assert paid.item.is_settled
    assert _item(office, "B-2").open == money("GBP -70.00")
    for item, error in ((second, NothingToCollect), (given.id, SettlementRefused)):
        with pytest.raises(error), office.desk(FEBRUARY) as desk:
            collect(desk, "K-2", item=item, settled=money("GBP 5.00"), on=FEBRUARY)
    with pytest.raises(NoBill), office.desk(FEBRUARY) as desk:
        offset_bill(
            desk, "O-3", item=given.id, against=second, settled=money("GBP 5.00"), on=FEBRUARY
        )


def test_no_more_of_a_bill_comes_back_than_was_billed() -> None:
    """Credited in full and never paid, the supplier owes nothing: a second credit is refused."""
    office = Office().open()
    with office.desk(DAY) as desk:
        bill = enter_bill(
            desk, "B-1", company=NORDWIND, supplier="Mill", amount=money("USD 300.00"),
            on=DAY, days=30,
        )  # fmt: skip
        credit_bill(desk, "C-1", item=bill.id, amount=money("USD 300.00"), on=DAY)
    before = office.store.digest()
    for amount in ("USD 0.01", "USD 300.00"):
        with pytest.raises(CreditExceedsBill), office.desk(DAY) as desk:
            credit_bill(desk, "C-2", item=bill.id, amount=money(amount), on=DAY)
    assert office.store.digest() == before
    with office.desk(DAY) as desk:
        paid = enter_bill(
            desk, "B-2", company=NORDWIND, supplier="Mill", amount=money("USD 300.00"),
            on=DAY, days=30,
        )  # fmt: skip
        pay_bill(desk, "P-1", item=paid.id, settled=money("USD 300.00"), on=DAY)
        credit_bill(desk, "C-3", item=paid.id, amount=money("USD 200.00"), on=DAY)
        credit_bill(desk, "C-4", item=paid.id, amount=money("USD 100.00"), on=DAY)
    with pytest.raises(CreditExceedsBill), office.desk(DAY) as desk:
        credit_bill(desk, "C-5", item=paid.id, amount=money("USD 0.01"), on=DAY)


@pytest.mark.parametrize("days", [-1, 36_501, 1.5, True, "30"])
def test_a_term_is_a_whole_number_of_days(days: Any) -> None:
    """Nothing is due before it was billed, after a hundred years, or at half a day."""
    office = Office().open()
    with pytest.raises(TermRefused), office.desk(DAY) as desk:
        enter_bill(
            desk, "B", company=NORDWIND, supplier="Mill", amount=money("USD 1.00"), on=DAY,
            days=days,
        )  # fmt: skip


# ---------------------------------------------------------------- the parallel book


def _beside() -> Office:
    office = Office().open()
    with office.desk(FIRST) as desk:
        open_parallel_book(desk, NORDWIND, currency=USD)
    return office


def test_a_parallel_book_keeps_its_own_carrying_amounts() -> None:
    """Euros are foreign there and dollars are not: each book has the differences of its own."""
    office = _beside()
    office.invoice(1, "USD 1080.90", DAY)
    office.invoice(2, "EUR 1000.00", DAY)
    assert _item(office, "nordwind-INV-0001", BESIDE).carrying == money("USD 1080.90")
    assert _item(office, "nordwind-INV-0002", BESIDE).carrying == money("USD 1080.90")
    office.pay("P-1", 1, "USD 1080.90", LATER)
    amounts = {"settled": "EUR 1000.00", "received": "EUR 1010.00", "excess": "EUR 10.00"}
    _paid(office, "P-2", amounts, LATER, number=2)
    with office.desk(LATER) as desk:
        own, beside = (trial_balance(desk, one, LATER) for one in (NORDWIND, BESIDE))
    assert not own.functional_of(desk.chart.duties.realised_fx).is_zero
    assert beside.functional_of(desk.chart.duties.realised_fx) == money("USD -3.10")
    amounts_of = [
        {(one.account, one.amount) for one in trial.balances if one.amount}
        for trial in (own, beside)
    ]
    # The same document amounts, but for differences, which have one in functional currency only.
    assert amounts_of[0] ^ amounts_of[1] <= {
        one for trial in amounts_of for one in trial if one[0] in {"7000", "7900"}
    }
    with office.desk(LATER) as desk:
        undo_payment(desk, PaymentId("P-2"), on=LATER)
    assert _item(office, "nordwind-INV-0002", BESIDE).open == money("EUR 1000.00")
    assert _item(office, "P-2:credit", BESIDE).is_settled


def test_a_parallel_book_is_revalued_and_closed_by_itself() -> None:
    """Its closing day is its own; the items of both are the same, the adjustments are not."""
    office = _beside()
    office.invoice(1, "GBP 500.00", DAY)
    for book in (NORDWIND, BESIDE):
        with office.desk(JANUARY) as desk:
            (one,) = revalue(desk, book, JANUARY).proposals
            assert one.amount == money("GBP 500.00")
            assert one.gain.value.currency is (EUR if book == NORDWIND else USD)
            close_period(desk, book, JANUARY)
            assert len(list(items_as_of(desk, book, JANUARY))) == 1


def test_a_parallel_book_is_opened_first_and_takes_no_document() -> None:
    """Not in the same currency, not after an entry, not beside a parallel one."""
    office = _beside()
    for company, currency, word in (
        (NORDWIND, EUR, "kept in EUR already"),
        (BESIDE, GBP, "parallel book"),
    ):
        with pytest.raises(ParallelRefused, match=word), office.desk(DAY) as desk:
            open_parallel_book(desk, company, currency=currency)
    with pytest.raises(ParallelRefused, match="takes no document"), office.desk(DAY) as desk:
        pay_costs(desk, BESIDE, "C-1", money("EUR 5.00"), DAY)
    with office.desk(DAY) as desk:
        pay_costs(desk, NORDWIND, "C-1", money("EUR 5.00"), DAY)
    with pytest.raises(ParallelRefused, match="something is booked"), office.desk(DAY) as desk:
        open_parallel_book(desk, NORDWIND, currency=GBP)
