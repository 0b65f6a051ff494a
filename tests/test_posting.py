"""Posting: facts of the trade become entries that balance, at the spot of their day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.billing import DocumentLine, Invoice, Payment
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, WrongDecision
from fxcrm.ids import CompanyId, CustomerId, InvoiceId, PaymentId
from fxcrm.ledger import Company, Entry, trading_chart
from fxcrm.money import Money
from fxcrm.posting import (
    Fact,
    FactRefused,
    ItemExpected,
    PartnerNeeded,
    PartsRefused,
    SpotNeeded,
    capital_paid_in,
    charged_by_member,
    costs_paid,
    invested,
    invoice_issued,
    measured,
    member_charged,
    posted,
    posted_with_item,
    receipt_of,
    supplier_billed,
)
from fxcrm.postingrules import EntrySide, FactKind, PostingLine, PostingRule, PostingRules
from tests.ledger.notation import DAY, chosen, half_even, money, value, written

CHART = trading_chart()
EUR_COMPANY = Company(CompanyId("nordwind"), "Nordwind", Currency("EUR"), date(2026, 1, 5))
PARTNER = CompanyId("westwind")
DUE = date(2026, 4, 1)
SPOT = chosen("EUR/USD", "1.0920")


TAXED = PostingRules(
    [
        PostingRule(
            FactKind.BILL,
            (
                PostingLine(EntrySide.DEBIT, "costs", "net"),
                PostingLine(EntrySide.DEBIT, "taxes", "tax"),
                PostingLine(EntrySide.CREDIT, "payables", item=True),
            ),
        )
    ]
)


def _fact(amount: str, spot: RateDecision | None = None) -> Fact:
    return Fact(EUR_COMPANY, "K-1", money(amount), DAY, spot)


def _invoice(total: str) -> Invoice:
    amount = money(total)
    return Invoice(
        InvoiceId("I-1"),
        "INV-1",
        EUR_COMPANY.id,
        CustomerId("acme"),
        None,
        amount.currency,
        (DocumentLine("Pumps", Decimal(1), amount),),
        DAY,
        DUE,
    )


def test_an_invoice_is_a_receivable_and_a_sale_at_the_spot_of_its_day() -> None:
    """USD 1,085.00 at 1.0920 is EUR 993.59, whatever was locked (D1, D3); each line names it."""
    entry, item = invoice_issued(_invoice("USD 1085.00"), EUR_COMPANY, SPOT, CHART)
    assert written(entry) == [
        ("1100", "USD 1085.00", "EUR 993.59"),
        ("4000", "USD -1085.00", "EUR -993.59"),
    ]
    assert {one.decision for one in entry.postings} == {SPOT.id}
    assert (entry.id, entry.kind, entry.on) == ("invoice:nordwind:INV-1", "invoice", DAY)
    assert (item.original, item.booked) == (money("USD 1085.00"), money("EUR 993.59"))
    assert (item.account, item.party, item.due_on) == ("1100", "acme", DUE)
    assert entry.postings[0].item == item.id
    assert item.decision == SPOT.id


def test_an_invoice_at_home_needs_no_rate() -> None:
    """One currency, no decision, and a rate handed along is not used."""
    for spot in (None, SPOT):
        entry, item = invoice_issued(_invoice("EUR 50.00"), EUR_COMPANY, spot, CHART)
        assert written(entry) == [
            ("1100", "EUR 50.00", "EUR 50.00"),
            ("4000", "EUR -50.00", "EUR -50.00"),
        ]
        assert {one.decision for one in entry.postings} == {None}
        assert item.decision is None


@pytest.mark.parametrize("spot", [None, chosen("USD/GBP", "0.78"), chosen("EUR/GBP", "0.84")])
def test_a_foreign_amount_is_never_booked_one_to_one(spot: RateDecision | None) -> None:
    """Without a rate, or with one of another pair, nothing is measured (D1, F8)."""
    with pytest.raises(SpotNeeded) as caught:
        invoice_issued(_invoice("USD 1085.00"), EUR_COMPANY, spot, CHART)
    assert (caught.value.amount, caught.value.functional) == (money("USD 1085.00"), "EUR")
    for fact in (capital_paid_in, costs_paid):
        with pytest.raises(SpotNeeded):
            fact(_fact("USD 5.00", spot), CHART)
    with pytest.raises(SpotNeeded):
        invested(_fact("USD 5.00", spot), PARTNER, CHART)
    with pytest.raises(SpotNeeded):
        member_charged(_fact("USD 5.00", spot), PARTNER, DUE, CHART)


@pytest.mark.parametrize(
    "spot",
    [
        chosen("EUR/USD", "1.0920", date(2026, 1, 31)),
        chosen("EUR/USD", "1.0920", DAY, Purpose.LOCK),
        chosen("EUR/USD", "1.0920", DAY, Purpose.CLOSING),
    ],
    ids=["another day", "a lock", "a closing rate"],
)
def test_the_books_measure_at_the_spot_of_the_day_alone(spot: RateDecision) -> None:
    """Neither yesterday's rate nor a promise nor the month's end is the day's spot (D1, D3)."""
    with pytest.raises(WrongDecision) as caught:
        invoice_issued(_invoice("USD 1085.00"), EUR_COMPANY, spot, CHART)
    assert (caught.value.decision, caught.value.on) == (spot.id, DAY)
    with pytest.raises(WrongDecision):
        costs_paid(_fact("USD 5.00", spot), CHART)


@pytest.mark.parametrize("amount", ["EUR 0.00", "EUR -0.01", "USD -5.00"])
def test_a_fact_has_an_amount_above_zero(amount: str) -> None:
    """What goes the other way is another fact."""
    with pytest.raises(FactRefused):
        _fact(amount, SPOT)


def test_capital_and_costs_move_the_bank() -> None:
    """Capital is a credit against the bank, costs a debit."""
    assert written(capital_paid_in(_fact("EUR 100.00"), CHART)) == [
        ("1000", "EUR 100.00", "EUR 100.00"),
        ("3000", "EUR -100.00", "EUR -100.00"),
    ]
    assert written(costs_paid(_fact("USD 100.00", SPOT), CHART)) == [
        ("5000", "USD 100.00", "EUR 91.58"),
        ("1000", "USD -100.00", "EUR -91.58"),
    ]


def test_an_investment_is_bought_through_clearing() -> None:
    """Foreign shares are paid with functional money; clearing ends at zero in value (D7a)."""
    entry = invested(_fact("USD 100.00", SPOT), PARTNER, CHART)
    assert written(entry) == [
        ("1500", "USD 100.00", "EUR 91.58"),
        ("1900", "USD -100.00", "EUR -91.58"),
        ("1900", "EUR 91.58", "EUR 91.58"),
        ("1000", "EUR -91.58", "EUR -91.58"),
    ]
    assert entry.postings[0].partner == PARTNER
    assert written(invested(_fact("EUR 7.00"), PARTNER, CHART)) == [
        ("1500", "EUR 7.00", "EUR 7.00"),
        ("1000", "EUR -7.00", "EUR -7.00"),
    ]


def test_a_charge_is_mirrored_in_the_other_member_s_books() -> None:
    """Receivable and income here, expense and payable there; partners name each other (D23)."""
    creditor, claim = member_charged(_fact("USD 80.00", SPOT), PARTNER, DUE, CHART)
    debtor, debt = charged_by_member(_fact("USD 80.00", SPOT), PARTNER, DUE, CHART)
    assert written(creditor) == [
        ("1200", "USD 80.00", "EUR 73.26"),
        ("4200", "USD -80.00", "EUR -73.26"),
    ]
    assert written(debtor) == [
        ("5200", "USD 80.00", "EUR 73.26"),
        ("2200", "USD -80.00", "EUR -73.26"),
    ]
    assert {one.partner for one in (*creditor.postings, *debtor.postings)} == {PARTNER}
    assert (claim.original, debt.original) == (money("USD 80.00"), money("USD -80.00"))
    assert (claim.booked, debt.booked) == (money("EUR 73.26"), money("EUR -73.26"))
    assert claim.partner == debt.partner == PARTNER


def test_a_payment_is_told_to_settlement_as_it_came() -> None:
    """Amounts, day and reference are passed on; rates come from the outside."""
    payment = Payment(
        PaymentId("P-1"),
        EUR_COMPANY.id,
        CustomerId("acme"),
        InvoiceId("I-1"),
        money("USD 10.00"),
        money("EUR 8.90"),
        money("EUR 0.10"),
        "wire",
        DAY,
    )
    receipt = receipt_of(payment, None, SPOT)
    assert (receipt.settled, receipt.received) == (money("USD 10.00"), money("EUR 8.90"))
    assert (receipt.fee, receipt.on) == (money("EUR 0.10"), DAY)
    assert (receipt.reference, receipt.spot, receipt.item_spot) == ("Payment P-1", None, SPOT)


@given(
    st.integers(10, 10**9),  # what is worth nothing at home is not bought there
    st.builds(lambda units: Decimal(units).scaleb(-6), st.integers(100_000, 9_000_000)),
)
def test_every_fact_is_measured_once_half_even(cents: int, rate: Decimal) -> None:
    """The same amount has the same value in every kind of entry, against plain fractions (M9)."""
    spot = chosen("EUR/USD", rate)
    amount = Money.from_minor(cents, "USD")
    fact = Fact(EUR_COMPANY, "K-1", amount, DAY, spot)
    expected = half_even(Fraction(cents, 100) / Fraction(rate))
    assert value(measured("K-1", amount, EUR_COMPANY, spot, spot.valid_on).value) == expected
    entries: list[Entry] = [
        capital_paid_in(fact, CHART),
        costs_paid(fact, CHART),
        invested(fact, PARTNER, CHART),
        member_charged(fact, PARTNER, DUE, CHART)[0],
        charged_by_member(fact, PARTNER, DUE, CHART)[0],
    ]
    assert all(abs(value(one.functional)) == expected for each in entries for one in each.postings)
    assert len({one.id for one in entries}) == 4  # both sides of a charge have books of their own


def _bill(net: Money, tax: Money, spot: RateDecision | None) -> Fact:
    parts = {"net": net, "tax": tax}
    return Fact(EUR_COMPANY, "B-1", net + tax, DAY, spot, parts=parts)


def test_a_rule_of_one_s_own_names_accounts_and_components() -> None:
    """Net and tax stand apart, each measured once; the cent they leave is rounding (D30, M9)."""
    spot = chosen("EUR/USD", "1.2500")
    fact = _bill(money("USD 1.03"), money("USD 0.22"), spot)  # EUR 0.824, 0.176; 1.00 together
    entry, item = supplier_billed(fact, "smith", DUE, CHART, TAXED)
    assert written(entry) == [
        ("5000", "USD 1.03", "EUR 0.82"),
        ("2400", "USD 0.22", "EUR 0.18"),
        ("2000", "USD -1.25", "EUR -1.00"),
    ]
    fact = _bill(money("USD 1.07"), money("USD 0.22"), spot)  # EUR 0.856, 0.176; 1.032 together
    entry, item = supplier_billed(fact, "smith", DUE, CHART, TAXED)
    assert written(entry) == [
        ("5000", "USD 1.07", "EUR 0.86"),
        ("2400", "USD 0.22", "EUR 0.18"),
        ("2000", "USD -1.29", "EUR -1.03"),
        ("7900", "USD 0.00", "EUR -0.01"),
    ]
    assert [one.text for one in entry.postings] == ["B-1", "B-1", "B-1", "rounding: line"]
    assert (entry.id, entry.kind) == ("bill:nordwind:B-1", "bill")
    assert (item.account, item.party, item.due_on) == ("2000", "smith", DUE)
    assert (item.original, item.booked) == (money("USD -1.29"), money("EUR -1.03"))


def test_a_part_of_nothing_has_no_line() -> None:
    """A fact without parts is all net; a tax of zero is not written."""
    for fact in (_fact("EUR 9.00"), _bill(money("EUR 9.00"), money("EUR 0.00"), None)):
        entry, _ = supplier_billed(fact, "smith", DUE, CHART, TAXED)
        assert written(entry) == [
            ("5000", "EUR 9.00", "EUR 9.00"),
            ("2000", "EUR -9.00", "EUR -9.00"),
        ]


def test_parts_must_be_those_of_the_kind_and_add_up() -> None:
    """Another name, another sum, or less than nothing is refused, and names the fact."""
    amount, more = money("EUR 9.00"), money("EUR 10.00")
    for parts in ({"net": more}, {"net": more, "tax": money("EUR -1.00")}):
        with pytest.raises(PartsRefused) as caught:
            Fact(EUR_COMPANY, "B-1", amount, DAY, parts=parts)
        assert (caught.value.key, caught.value.amount) == ("B-1", amount)
    with pytest.raises(PartsRefused, match="net is none of total"):
        capital_paid_in(Fact(EUR_COMPANY, "K-1", amount, DAY, parts={"net": amount}), CHART)


def test_dealings_in_the_group_name_the_other_member() -> None:
    """Without it they could never be eliminated (D23)."""
    for kind in (FactKind.INVESTMENT, FactKind.CHARGE_TO_MEMBER, FactKind.CHARGE_BY_MEMBER):
        with pytest.raises(PartnerNeeded):
            posted(kind, _fact("EUR 9.00"), CHART)


def test_only_what_leaves_an_item_open_gives_one() -> None:
    """Costs that were paid leave none."""
    with pytest.raises(ItemExpected):
        posted_with_item(FactKind.COSTS, _fact("EUR 9.00"), CHART, party="smith", due_on=DUE)


@pytest.mark.parametrize(
    ("kind", "debit", "credit"),
    [
        (FactKind.LOAN_TAKEN, "1000", "2500"),
        (FactKind.LOAN_REPAID, "2500", "1000"),
        (FactKind.CREDIT_NOTE, "4000", "1100"),
        (FactKind.BILL, "5000", "2000"),
    ],
)
def test_the_usual_accounts_of_a_kind(kind: FactKind, debit: str, credit: str) -> None:
    """Two lines, measured at the spot of the day."""
    assert written(posted(kind, _fact("USD 100.00", SPOT), CHART)) == [
        (debit, "USD 100.00", "EUR 91.58"),
        (credit, "USD -100.00", "EUR -91.58"),
    ]


@given(
    st.integers(100, 10**9),
    st.integers(0, 10**9),
    st.builds(lambda units: Decimal(units).scaleb(-6), st.integers(100_000, 9_000_000)),
)
def test_parts_are_measured_once_and_the_rest_is_rounding(
    net: int, tax: int, rate: Decimal
) -> None:
    """Each line against plain fractions; what is left is what the lines were rounded by (D30)."""
    spot = chosen("EUR/USD", rate)
    fact = _bill(Money.from_minor(net, "USD"), Money.from_minor(tax, "USD"), spot)
    entry, item = supplier_billed(fact, "smith", DUE, CHART, TAXED)
    measured_apart = [
        half_even(Fraction(cents, 100) / Fraction(rate)) for cents in (net, tax, -net - tax)
    ]
    lines = {one.account: value(one.functional) for one in entry.postings}
    expected = dict(zip(("5000", "2400", "2000", "7900"), measured_apart, strict=False))
    expected["7900"] = -sum(measured_apart, Fraction())
    named = {code: amount for code, amount in expected.items() if code in lines}
    assert lines == named
    assert all(code == "2400" or amount == 0 for code, amount in expected.items() - lines.items())
    assert abs(expected["7900"]) <= Fraction(3, 200)
    assert value(item.booked) == measured_apart[2]
