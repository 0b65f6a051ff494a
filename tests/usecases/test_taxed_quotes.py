"""Taxed quotes to the ledger: gross, net and tax reach order, invoice and books unchanged."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fxcrm.billing import Invoice
from fxcrm.bookkeeping import Bookkeeping, BookRules
from fxcrm.currencies import Currency
from fxcrm.ids import (
    ContractId,
    CreditNoteId,
    DealId,
    EnquiryId,
    InvoiceId,
    OrderId,
    PaymentId,
    QuoteId,
)
from fxcrm.ledger import CreditRate
from fxcrm.ledger.accounts import trading_chart
from fxcrm.money import Money
from fxcrm.plaindata import PlainTable
from fxcrm.posting import TaxHasNoAccount
from fxcrm.postingrules import EntrySide, FactKind, PostingLine, PostingRule, PostingRules
from fxcrm.selling.discounts import Discount
from fxcrm.selling.taxrates import TaxMissing, TaxRates
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases import (
    Desk,
    LineWish,
    accept_quote,
    approve_quote,
    credit_invoice,
    draft_quote,
    invoice_order,
    invoice_part,
    place_order,
    qualify_enquiry,
    receive_enquiry,
    receive_payment,
    ship_order,
)
from fxcrm.usecases.contracting import QuoteBearsTax, Terms, contract_quote
from tests.ledger.notation import money
from tests.usecases.office import ACME, NORDWIND, Office

DAY = date(2026, 1, 10)  # 1 EUR = 1.0809 USD
SINCE = date(2021, 1, 1)
RULES = {
    "rates": [
        {"goods": "standard", "name": "VAT", "percent": "19", "since": SINCE},
        {"goods": "standard", "name": "Levy", "percent": "2.5", "since": SINCE},
        {"goods": "books", "name": "VAT", "percent": "7", "since": SINCE},
    ],
}
SELLING = SellingRules(taxes=TaxRates.read(PlainTable.of(RULES, "taxes")))
WISHES = [
    LineWish("Pump", Decimal(3), money("EUR 99.99"), None, Discount.parse("10 %"), "standard"),
    LineWish("Manual", Decimal(7), money("EUR 3.33"), tax="books"),
]


def _selling(desk: Desk) -> Desk:
    return attrs.evolve(desk, selling=SELLING)


def sold(office: Office, currency: str = "USD") -> Office:
    """A taxed quote, accepted, ordered and shipped within a day."""
    one = money(f"{currency} 1.00")
    with office.desk(DAY) as plain:
        desk = _selling(plain)
        receive_enquiry(desk, EnquiryId("E"), customer=ACME, subject="?", channel="mail", on=DAY)
        qualify_enquiry(desk, EnquiryId("E"), deal=DealId("D"), value=one, on=DAY)
        draft_quote(
            desk, QuoteId("Q"), deal=DealId("D"), currency=one.currency,
            priced_in=money("EUR 1.00").currency, lines=WISHES, on=DAY,
            valid_until=date(2026, 3, 31),
        )  # fmt: skip
        approve_quote(desk, QuoteId("Q"), by="ada", on=DAY)
        accept_quote(desk, QuoteId("Q"), on=DAY)
        place_order(desk, OrderId("O"), quote=QuoteId("Q"), on=DAY)
        ship_order(desk, OrderId("O"), on=DAY)
    return office


def _invoice(office: Office) -> Invoice:
    return office.at(
        DAY, lambda desk: invoice_order(desk, InvoiceId("I"), order=OrderId("O"), on=DAY, days=30)
    )


def test_gross_net_and_tax_reach_the_books() -> None:
    """Net USD 317.01, tax 64.50, total 381.51: receivable, sales and tax owed, at the spot."""
    office = sold(Office().open())
    with office.store.begin() as unit:
        quote, order = unit.quotes.get(QuoteId("Q")), unit.orders.get(OrderId("O"))
    found = (quote.net, quote.tax, quote.total)
    assert found == tuple(map(money, ("USD 317.01", "USD 64.50", "USD 381.51")))
    invoice = _invoice(office)
    assert (order.total, order.tax) == (invoice.total, invoice.tax) == (quote.total, quote.tax)
    books = office.balances(DAY)
    assert books["1100"] == money("EUR 352.96")  # 381.51 / 1.0809
    assert books["4000"] == money("EUR -293.28")  # 317.01
    assert books["2400"] == money("EUR -59.67")  # 64.50
    assert Money.total(books.values()).is_zero


def test_parts_bear_the_tax_of_the_whole() -> None:
    """Three invoices of one pump each: their taxes add up to that of the order, to the cent."""
    office = sold(Office().open())
    with office.desk(DAY) as desk:
        made = [
            invoice_part(
                desk, InvoiceId(f"I-{one}"), order=OrderId("O"), quantities={1: 1}, on=DAY, days=30
            )
            for one in (1, 2, 3)
        ]
        rest = invoice_order(desk, InvoiceId("I-4"), order=OrderId("O"), on=DAY, days=30)
        order = desk.uow.orders.get(OrderId("O"))
    every = [*made, rest]
    assert Money.total(one.tax for one in every) == order.tax
    assert Money.total(one.total for one in every) == order.total
    assert Money.total(office.balances(DAY).values()).is_zero


def test_credit_notes_give_the_tax_back() -> None:
    """A hundred dollars, then the rest: sales and tax end at zero, the tax to the cent."""
    office = sold(Office().open("USD"))
    invoice = _invoice(office)
    parts = (money("USD 100.00"), invoice.total - money("USD 100.00"))
    with office.desk(DAY) as desk:
        notes = [
            credit_invoice(
                desk, CreditNoteId(f"N-{at}"), invoice=InvoiceId("I"), amount=amount, on=DAY,
                reason="broken",
            )
            for at, amount in enumerate(parts)
        ]  # fmt: skip
    assert [(one.total, one.tax) for one in notes] == [
        (money("USD 100.00"), money("USD 16.90")),
        (money("USD 281.51"), money("USD 47.60")),
    ]
    assert {code for code, one in office.balances(DAY).items() if one} == set()


CREDITED = st.tuples(
    st.integers(1, 38150),  # minor units of the note, as far as there are so many
    st.integers(0, 30),  # days since the invoice
    st.integers(0, 9000),  # minor units that are paid before it
    st.sampled_from(CreditRate),
)


@settings(max_examples=15)
@given(st.lists(CREDITED, max_size=4))
@example([(10000, 0, 0, CreditRate.CARRYING), (10000, 0, 0, CreditRate.CARRYING)])
@example([(10000, 9, 9000, CreditRate.CARRYING), (25000, 20, 9000, CreditRate.SPOT)])
def test_the_tax_goes_off_at_what_it_is_carried_at(
    chain: list[tuple[int, int, int, CreditRate]],
) -> None:
    """Any notes of a whole foreign invoice: 2400 ends at zero in both currencies (D9)."""
    office = sold(Office().open())
    left = unpaid = _invoice(office).total.minor
    ends = (left, 30, 0, CreditRate.CARRYING)
    for at, (most, days, cash, rate) in enumerate((*sorted(chain, key=itemgetter(1)), ends)):
        on, paid, amount = DAY + timedelta(days), min(cash, unpaid), min(most, left)
        if paid:
            _paid(office, f"P-{at}", paid, on)
        if amount:
            with office.desk(on) as desk:
                credit_invoice(
                    desk, CreditNoteId(f"N-{at}"), invoice=InvoiceId("I"), on=on, reason="broken",
                    amount=Money.from_minor(amount, "USD"), at=rate,
                )  # fmt: skip
        left, unpaid = left - amount, max(unpaid - paid - amount, 0)
    with office.store.begin() as unit:
        books = list(unit.journal.balances(NORDWIND, date.max))
    [tax] = [one for one in books if one.account == "2400"]
    assert (tax.amount.is_zero, tax.functional.is_zero) == (True, True)
    assert Money.total(one.functional for one in books).is_zero
    if all(rate is CreditRate.CARRYING and not cash for _, _, cash, rate in chain):
        of = {str(one.account): one.functional for one in books}
        assert (of["1100"], of["4000"]) == (money("EUR 0.00"), money("EUR 0.01"))  # as rounded then


def _paid(office: Office, payment: str, cents: int, on: date) -> None:
    amount = Money.from_minor(cents, "USD")
    with office.desk(on) as desk:
        receive_payment(
            desk, PaymentId(payment), invoice=InvoiceId("I"), settled=amount, received=amount,
            method="wire", on=on,
        )  # fmt: skip


def test_a_rule_that_would_book_the_tax_as_sales_is_refused() -> None:
    """A company's own rule without a line for tax: the invoice is not issued, nothing is lost."""
    rule = PostingRule(
        FactKind.INVOICE,
        [
            PostingLine(EntrySide.DEBIT, "receivables", item=True),
            PostingLine(EntrySide.CREDIT, "sales"),
        ],
    ).fitting(trading_chart())
    kept = Bookkeeping(BookRules(posting=PostingRules([rule])))
    office = sold(Office(bookkeeping=kept).open())
    digest = office.store.digest()
    with pytest.raises(TaxHasNoAccount):
        _invoice(office)
    assert office.store.digest() == digest


def test_a_taxed_quote_is_no_price_of_a_contract() -> None:
    """Its instalments would bill the tax as price: refused, and the quote stays accepted."""
    office = sold(Office().open())
    terms = Terms("Pumps", DAY, 12)
    with office.desk(DAY) as desk:
        taxed = desk.uow.quotes.get(QuoteId("Q"))
        desk.uow.quotes.save(attrs.evolve(taxed, state="accepted"))
    with pytest.raises(QuoteBearsTax), office.desk(DAY) as desk:
        contract_quote(desk, ContractId("C"), terms, quote=QuoteId("Q"), on=DAY)


def test_goods_without_a_known_rate_are_not_offered() -> None:
    """A kind of goods that is in no table: the quote is refused, not taken for tax-free."""
    office = Office().open()
    office.quote(1, "EUR 1.00", DAY)
    wish = LineWish("Pump", Decimal(1), money("EUR 1.00"), tax="reduced")
    with pytest.raises(TaxMissing), office.desk(DAY) as desk:
        draft_quote(
            _selling(desk), QuoteId("Q"), deal=DealId("D-1"), currency=Currency("EUR"),
            priced_in=Currency("EUR"), lines=[wish], on=DAY, valid_until=DAY,
        )  # fmt: skip
