"""What is let off, paid too much, credited, paid in advance, set off and undone.

The running example is the rules' own: USD 1,085.00 booked at 1.0920, which is EUR 993.59.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.decisions import WrongDecision
from fxcrm.ids import AccountCode, CompanyId, EntryId, OpenItemId
from fxcrm.ledger import (
    Advance,
    Advancing,
    Credit,
    Crediting,
    CreditRate,
    Entry,
    Offset,
    Offsetting,
    OpenItem,
    Receipt,
    Settlement,
    SettlementRefused,
    advance,
    credit,
    offset,
    settle,
    trading_chart,
    undo,
    write_off,
)
from fxcrm.ledger.advances import AdvanceRefused
from fxcrm.ledger.offsetting import OffsetRefused
from fxcrm.ledger.undoing import UndoRefused
from fxcrm.money import CurrencyMismatch, Money
from tests.ledger.notation import (
    DAY,
    NORDWIND,
    chosen,
    entry,
    half_even,
    line,
    money,
    receivable,
    value,
    written,
)

CHART = trading_chart()
APRIL = date(2026, 4, 28)
SPOT = chosen("EUR/USD", "1.1010", APRIL)
POUND = chosen("EUR/GBP", "0.8500", APRIL)
CREDIT = OpenItemId("item:nordwind:P-1:credit")
EXAMPLE = ("USD 1085.00", "EUR 993.59")


def _receipt(settled: str, received: str, **more: str) -> Receipt:
    """Amounts as text; the rates of the day are there for the asking."""
    got = money(received)
    given = {name: money(text) for name, text in more.items()}
    fee = given.pop("fee", Money.zero(got.currency))
    spot = {"USD": SPOT, "GBP": POUND}.get(got.currency.code)
    whole = Receipt(money(settled), got, fee, APRIL, "P-1", spot, SPOT, credit=CREDIT)
    return attrs.evolve(whole, **given)  # type: ignore[arg-type]


def _settled(item: OpenItem, receipt: Receipt) -> Settlement:
    return settle(item, receipt, entry=EntryId("payment:P-1"), chart=CHART)


def _credited(item: OpenItem, given: Credit) -> Crediting:
    return credit(item, given, entry=EntryId("credit note:CN-1"), chart=CHART)


def _given(amount: str, at: CreditRate = CreditRate.CARRYING) -> Credit:
    return Credit(money(amount), APRIL, "CN-1", SPOT, CREDIT, at)


def _advanced(received: str, rate: str = "1.0850", day: date = DAY, **more: str) -> Advancing:
    got = money(received)
    fee = money(more["fee"]) if "fee" in more else Money.zero(got.currency)
    spot = None if got.currency.code == "EUR" else chosen(f"EUR/{got.currency}", rate, day)
    given = Advance(NORDWIND, "acme", got, fee, day, "Advance A-1", spot, "is_paid" in more)
    home = money("EUR 1.00").currency
    id = OpenItemId("item:nordwind:A-1")
    return advance(given, id=id, entry=EntryId("payment:A-1"), functional=home, chart=CHART)


def _offset(item: OpenItem, against: OpenItem, settled: str, used: str = "") -> Offsetting:
    taken = money(used or settled)
    spot = {"USD": SPOT, "GBP": POUND}.get(taken.currency.code)
    made = Offset(money(settled), taken, APRIL, "Offset", spot, SPOT)
    return offset(item, against, made, entry=EntryId("payment:O-1"), chart=CHART)


# ---------------------------------------------------------------- five different lines


def test_five_different_lines() -> None:
    """Discount, write-off, fee, rounding and exchange difference, each on an account of its own.

    Of USD 1,085.00 a discount of 21.70 and a write-off of 0.30 are let off; 1,063.00 are paid in
    pounds, 820.00 and a fee of 12.00, worth EUR 978.82. Let off is at the carrying rate: 19.87
    and 0.27. Removed by cash is 973.45, so the gain is 5.37.
    """
    receipt = _receipt(
        "USD 1085.00", "GBP 820.00", fee="GBP 12.00", discount="USD 21.70", write_off="USD 0.30"
    )
    found = _settled(receivable(*EXAMPLE), receipt)
    assert written(found.entry) == [
        ("1000", "GBP 820.00", "EUR 964.71"),
        ("5300", "GBP 12.00", "EUR 14.12"),
        ("7900", "GBP 0.00", "EUR -0.01"),
        ("1900", "GBP -832.00", "EUR -978.82"),
        ("1900", "USD 1063.00", "EUR 978.82"),
        ("1100", "USD -1085.00", "EUR -993.59"),
        ("5400", "USD 21.70", "EUR 19.87"),
        ("5500", "USD 0.30", "EUR 0.27"),
        ("7000", "USD 0.00", "EUR -5.37"),
    ]
    assert found.realised_fx.value == money("EUR 5.37")
    assert (found.discount.value, found.write_off.value) == (money("EUR 19.87"), money("EUR 0.27"))
    assert found.discount.exact == Fraction("993.59") * Fraction("21.70") / 1085
    assert "D12" in found.discount.explain()
    assert found.item.is_settled


def test_a_discount_received_is_income() -> None:
    """A payable of the same amount: the discount is a credit, on an account of its own."""
    item = receivable("USD -1085.00", "EUR -993.59", account="2000")
    found = _settled(item, _receipt("USD 1085.00", "USD 1063.30", discount="USD 21.70"))
    assert written(found.entry) == [
        ("1000", "USD -1063.30", "EUR -965.76"),
        ("2000", "USD 1085.00", "EUR 993.59"),
        ("5450", "USD -21.70", "EUR -19.87"),
        ("7000", "USD 0.00", "EUR -7.96"),
    ]


# ---------------------------------------------------------------- paid too much (D11)


def test_an_excess_is_a_liability_at_its_own_rate() -> None:
    """USD 1,100.00 for 1,085.00: the other 15.00 are owed back, worth EUR 13.62 that day."""
    found = _settled(
        receivable(*EXAMPLE), _receipt("USD 1085.00", "USD 1100.00", excess="USD 15.00")
    )
    assert written(found.entry) == [
        ("1000", "USD 1100.00", "EUR 999.09"),
        ("2100", "USD -15.00", "EUR -13.62"),
        ("1100", "USD -1085.00", "EUR -993.59"),
        ("7000", "USD 0.00", "EUR 8.12"),
    ]
    made = found.credit
    assert made is not None
    assert (made.id, made.account, made.party) == (CREDIT, "2100", "acme")
    assert (made.open, made.carrying) == (money("USD -15.00"), money("EUR -13.62"))
    assert (made.arose_on, made.decision) == (APRIL, SPOT.id)


def test_an_excess_of_another_currency_stays_in_it() -> None:
    """GBP 850.00 for USD 1,085.00 agreed at GBP 832.00: GBP 18.00 are owed back, in pounds."""
    found = _settled(
        receivable(*EXAMPLE), _receipt("USD 1085.00", "GBP 850.00", excess="GBP 18.00")
    )
    assert found.credit is not None
    assert found.credit.open == money("GBP -18.00")
    assert found.cash.value == money("EUR 978.82")  # of GBP 832.00
    assert found.realised_fx.value == money("EUR -14.77")


@pytest.mark.parametrize(
    ("receipt", "word"),
    [
        (_receipt("USD 1085.00", "USD 1100.00"), "do not add up"),
        (_receipt("USD 1085.00", "USD 1100.00", excess="USD 14.99"), "do not add up"),
        (_receipt("USD 1100.00", "USD 1100.00"), "more than is open"),
        (_receipt("USD 1085.00", "USD 1085.00", excess="USD 0.00"), "above zero"),
        (_receipt("USD 1085.00", "USD 1085.00", discount="USD 0.00"), "above zero"),
        (_receipt("USD 1085.00", "USD 1090.00", discount="USD -5.00"), "above zero"),
        (_receipt("USD 1085.00", "USD 5.00", discount="USD 1085.00"), "nothing was paid"),
        (_receipt("USD 10.00", "USD 2.00", discount="USD 6.00", write_off="USD 5.00"), "nothing"),
        (_receipt("USD 10.00", "GBP 8.00", excess="GBP 8.00"), "nothing to settle"),
        (_receipt("USD 10.00", "GBP 8.00", excess="USD 1.00"), "bank's currency"),
        (attrs.evolve(_receipt("USD 9.00", "USD 10.00", excess="USD 1.00"), credit=None), "the id"),
    ],
)
def test_what_is_let_off_or_too_much_adds_up(receipt: Receipt, word: str) -> None:
    """Every cent that came is named; nothing is settled by what is let off alone."""
    with pytest.raises(SettlementRefused, match=word):
        _settled(receivable(*EXAMPLE), receipt)


def test_a_discount_is_in_the_currency_of_the_item() -> None:
    """EUR 5.00 let off a dollar item is a mismatch, not a guess."""
    with pytest.raises(CurrencyMismatch):
        _settled(receivable(*EXAMPLE), _receipt("USD 100.00", "USD 95.00", discount="EUR 5.00"))


# ---------------------------------------------------------------- credit notes and write-offs


def test_a_credit_note_leaves_at_the_carrying_rate() -> None:
    """USD 85.00 of the example: EUR 77.84 off both accounts, no exchange difference (D12)."""
    found = _credited(receivable(*EXAMPLE), _given("USD 85.00"))
    assert written(found.entry) == [
        ("4000", "USD 85.00", "EUR 77.84"),
        ("1100", "USD -85.00", "EUR -77.84"),
    ]
    assert (found.realised_fx.value, found.credit) == (money("EUR 0.00"), None)
    assert (found.item.open, found.item.carrying) == (money("USD 1000.00"), money("EUR 915.75"))


def test_a_credit_note_at_the_spot_of_its_day() -> None:
    """By policy it is measured again: EUR 77.20 at 1.1010, and a loss of EUR 0.64 (D12)."""
    found = _credited(receivable(*EXAMPLE), _given("USD 85.00", CreditRate.SPOT))
    assert written(found.entry) == [
        ("4000", "USD 85.00", "EUR 77.20"),
        ("1100", "USD -85.00", "EUR -77.84"),
        ("7000", "USD 0.00", "EUR 0.64"),
    ]
    assert found.realised_fx.value == money("EUR -0.64")


def test_a_credit_note_beyond_what_is_open_is_owed_back() -> None:
    """USD 85.00 with 50.00 open: 35.00 are owed back, at the spot of the day (D4, D11)."""
    item = attrs.evolve(receivable(*EXAMPLE), open=money("USD 50.00"), carrying=money("EUR 45.79"))
    found = _credited(item, _given("USD 85.00"))
    assert written(found.entry) == [
        ("4000", "USD 50.00", "EUR 45.79"),
        ("1100", "USD -50.00", "EUR -45.79"),
        ("4000", "USD 35.00", "EUR 31.79"),
        ("2100", "USD -35.00", "EUR -31.79"),
    ]
    assert found.credit is not None
    assert (found.credit.open, found.credit.decision) == (money("USD -35.00"), SPOT.id)
    assert found.value.value == money("EUR 77.58")
    paid = attrs.evolve(item, open=money("USD 0.00"), carrying=money("EUR 0.00"))
    whole = _credited(paid, _given("USD 85.00"))
    assert whole.credit is not None
    assert whole.credit.open == money("USD -85.00")
    assert whole.item == paid


def test_a_write_off_costs_what_was_carried() -> None:
    """The whole example is given up: EUR 993.59, whatever the dollar is worth by now (D12)."""
    item = receivable(*EXAMPLE)
    found = write_off(item, item.open, on=APRIL, reference="W-1", entry=EntryId("w"), chart=CHART)
    assert written(found.entry) == [
        ("5500", "USD 1085.00", "EUR 993.59"),
        ("1100", "USD -1085.00", "EUR -993.59"),
    ]
    assert found.entry.kind == "write-off"
    assert found.item.is_settled


def test_a_payable_given_up_is_income() -> None:
    """A supplier never asks for it: EUR 993.59 are written back, on an account of their own."""
    item = receivable("USD -1085.00", "EUR -993.59", account="2000")
    amount = money("USD 1085.00")
    found = write_off(item, amount, on=APRIL, reference="W", entry=EntryId("w"), chart=CHART)
    assert written(found.entry) == [
        ("5550", "USD -1085.00", "EUR -993.59"),
        ("2000", "USD 1085.00", "EUR 993.59"),
    ]


def test_a_member_of_the_group_is_owed_back_by_a_charge() -> None:
    """An excess would stand on an account that no elimination looks at (D23)."""
    item = attrs.evolve(receivable(*EXAMPLE, account="1200"), partner=CompanyId("albion"))
    with pytest.raises(SettlementRefused, match="albion is owed back"):
        _settled(item, _receipt("USD 1085.00", "USD 1100.00", excess="USD 15.00"))
    paid = attrs.evolve(item, open=money("USD 5.00"), carrying=money("EUR 4.58"))
    with pytest.raises(SettlementRefused, match="albion is owed back"):
        _credited(paid, _given("USD 6.00"))


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (_given("USD 0.00"), "above zero"),
        (_given("USD -1.00"), "above zero"),
        (attrs.evolve(_given("USD 5.00"), on=date(2026, 3, 1), spot=None), "before it arose"),
        (attrs.evolve(_given("USD 100.01"), credit=None), "the id of the item"),
        (attrs.evolve(_given("USD 100.01"), spot=None), "needs the rate"),
        (_given("USD 1085.01"), "USD 1085.00 to begin with"),
        (attrs.evolve(_given("USD 5.00", CreditRate.SPOT), spot=None), "needs the rate"),
    ],
)
def test_credits_that_can_not_be(given: Credit, word: str) -> None:
    """Nothing, more than there ever was, too early, without the rate or the id that it needs."""
    with pytest.raises(SettlementRefused, match=word):
        _credited(_partly_paid(), given)


def _partly_paid() -> OpenItem:
    """The example, with USD 100.00 open still."""
    item = receivable(*EXAMPLE)
    return attrs.evolve(item, open=money("USD 100.00"), carrying=money("EUR 91.58"))


def test_a_credit_is_in_the_currency_of_its_item_and_at_the_rate_of_its_day() -> None:
    """EUR off dollars is a mismatch; the spot of another day is no measure."""
    with pytest.raises(CurrencyMismatch):
        _credited(receivable(*EXAMPLE), _given("EUR 5.00"))
    late = attrs.evolve(_given("USD 1000.00"), spot=chosen("EUR/USD", "1.0920", DAY))
    with pytest.raises(WrongDecision):
        _credited(_partly_paid(), late)


# ---------------------------------------------------------------- advances and offsets


def test_an_advance_is_booked_at_its_day_with_its_fee() -> None:
    """USD 1,063.30 and a fee of 21.70 came before the invoice: EUR 1,000.00 at 1.0850."""
    made = _advanced("USD 1063.30", fee="USD 21.70")
    assert written(made.entry) == [
        ("1000", "USD 1063.30", "EUR 980.00"),
        ("5300", "USD 21.70", "EUR 20.00"),
        ("2300", "USD -1085.00", "EUR -1000.00"),
    ]
    assert (made.item.open, made.item.carrying) == (money("USD -1085.00"), money("EUR -1000.00"))
    assert made.item.account == "2300"


def test_revenue_stays_at_the_rate_of_the_advance() -> None:
    """The example was paid in advance at 1.0850: EUR 1,000.00 are earned, not 993.59 (IFRIC 22)."""
    found = _offset(receivable(*EXAMPLE), _advanced("USD 1085.00").item, "USD 1085.00")
    assert written(found.entry) == [
        ("2300", "USD 1085.00", "EUR 1000.00"),
        ("1100", "USD -1085.00", "EUR -993.59"),
        ("4000", "USD 0.00", "EUR -6.41"),
    ]
    assert found.revenue.value == money("EUR 6.41")
    assert found.realised_fx.value.is_zero
    assert found.item.is_settled
    assert found.against.is_settled


def test_an_advance_paid_sets_the_cost() -> None:
    """The other way round: what was paid in advance is the cost of the part it paid."""
    bill = receivable("USD -1085.00", "EUR -993.59", account="2000")
    made = _advanced("USD 1085.00", is_paid="yes")
    assert written(made.entry) == [
        ("1000", "USD -1085.00", "EUR -1000.00"),
        ("1400", "USD 1085.00", "EUR 1000.00"),
    ]
    found = _offset(bill, made.item, "USD 1085.00")
    assert written(found.entry)[-1] == ("5000", "USD 0.00", "EUR 6.41")
    assert found.revenue.value == money("EUR -6.41")


def _owed_back(original: str, booked: str) -> OpenItem:
    return attrs.evolve(
        receivable(original, booked, account="2100"), id=OpenItemId("item:2"), reference="C-1"
    )


def test_a_credit_set_off_realises_what_lies_between() -> None:
    """USD 500.00 owed at EUR 460.00 and owed back at EUR 455.00: EUR 5.00 were lost between."""
    found = _offset(
        receivable("USD 500.00", "EUR 460.00"),
        _owed_back("USD -500.00", "EUR -455.00"),
        "USD 500.00",
    )
    assert written(found.entry) == [
        ("2100", "USD 500.00", "EUR 455.00"),
        ("1100", "USD -500.00", "EUR -460.00"),
        ("7000", "USD 0.00", "EUR 5.00"),
    ]
    assert found.realised_fx.value == money("EUR -5.00")
    assert found.revenue.value.is_zero


def test_a_credit_of_another_currency_passes_the_clearing_account() -> None:
    """GBP 400.00 meet USD 520.00: at 0.8500 worth EUR 470.59; each side realises its own."""
    found = _offset(
        receivable("USD 520.00", "EUR 478.00"),
        _owed_back("GBP -400.00", "EUR -465.00"),
        "USD 520.00",
        "GBP 400.00",
    )
    assert written(found.entry) == [
        ("2100", "GBP 400.00", "EUR 465.00"),
        ("1100", "USD -520.00", "EUR -478.00"),
        ("1900", "GBP -400.00", "EUR -470.59"),
        ("1900", "USD 520.00", "EUR 470.59"),
        ("7000", "GBP 0.00", "EUR 5.59"),
        ("7000", "USD 0.00", "EUR 7.41"),
    ]
    assert found.realised_fx.value == money("EUR -13.00")


@pytest.mark.parametrize(
    ("item", "against", "settled", "used", "word"),
    [
        (receivable(*EXAMPLE), receivable(*EXAMPLE), "USD 1.00", "USD 1.00", "same way"),
        (
            receivable(*EXAMPLE),
            attrs.evolve(_owed_back("USD -5.00", "EUR -4.00"), party="other"),
            "USD 1.00",
            "USD 1.00",
            "two parties",
        ),
        (
            receivable(*EXAMPLE),
            _owed_back("USD -5.00", "EUR -4.00"),
            "USD 1.00",
            "USD 1.01",
            "the same",
        ),
        (
            receivable(*EXAMPLE),
            attrs.evolve(_owed_back("USD -5.00", "EUR -4.00"), arose_on=date(2026, 5, 1)),
            "USD 1.00",
            "USD 1.00",
            "before one of them arose",
        ),
    ],
)
def test_offsets_that_can_not_be(
    item: OpenItem, against: OpenItem, settled: str, used: str, word: str
) -> None:
    """Two of one side, two parties, two amounts, or too early."""
    with pytest.raises(OffsetRefused, match=word):
        _offset(item, against, settled, used)


def test_an_offset_takes_no_more_than_is_open_of_either() -> None:
    """USD 6.00 of a credit of 5.00, or of an item of 5.00, are refused by the item."""
    small, large = "USD 5.00", "USD 50.00"
    with pytest.raises(SettlementRefused):
        _offset(receivable(large, "EUR 45.00"), _owed_back("USD -5.00", "EUR -4.50"), "USD 6.00")
    with pytest.raises(SettlementRefused):
        _offset(receivable(small, "EUR 4.50"), _owed_back("USD -50.00", "EUR -45.00"), "USD 6.00")


@pytest.mark.parametrize("text", ["USD 0.00", "USD -5.00"])
def test_no_advance_of_nothing(text: str) -> None:
    """An advance is above zero, and a foreign one has its rate."""
    with pytest.raises(AdvanceRefused):
        _advanced(text)
    home = money("EUR 1.00").currency
    bare = Advance(NORDWIND, "acme", money("USD 5.00"), money("USD 0.00"), DAY, "A")
    with pytest.raises(AdvanceRefused, match="needs the rate"):
        advance(bare, id=OpenItemId("i"), entry=EntryId("e"), functional=home, chart=CHART)


# ---------------------------------------------------------------- the second style, taken back


def _adjusted(item: OpenItem, by: str) -> OpenItem:
    return attrs.evolve(item, adjusted=money(by))


def test_what_month_ends_adjusted_is_reclassified_with_its_share() -> None:
    """90 booked, 95 at period end, 97 received: realised +7, unrealised -5, in all 7 (D16)."""
    item = _adjusted(receivable("USD 100.00", "EUR 90.00"), "EUR 5.00")
    spot = chosen("USD/EUR", "0.97", APRIL)
    found = _settled(item, Receipt.direct(item.open, on=APRIL, reference="P-1", spot=spot))
    assert written(found.entry) == [
        ("1000", "USD 100.00", "EUR 97.00"),
        ("1100", "USD -100.00", "EUR -90.00"),
        ("1100", "USD 0.00", "EUR -5.00"),
        ("7100", "USD 0.00", "EUR 5.00"),
        ("7000", "USD 0.00", "EUR -7.00"),
    ]
    assert found.taken_back == money("EUR 5.00")
    assert found.item.carried.is_zero
    part = item.share(money("USD 30.00"))
    assert (part.removed.value, part.taken_back) == (money("EUR 27.00"), money("EUR 1.50"))


# ---------------------------------------------------------------- laws

cents = st.integers(1, 10**6)
rates = st.builds(lambda units: Decimal(units).scaleb(-4), st.integers(2_000, 90_000))
signs = st.sampled_from([1, -1])


@st.composite
def lives(draw: st.DrawFn) -> tuple[OpenItem, list[Entry], list[OpenItem], Fraction, Fraction]:
    """An item's life until nothing is open: its entries, states, functional cash, let off.

    Parts are paid with discounts and write-offs, credited at either rate, or given up, in both
    styles: what was adjusted is there from the start.
    """
    owed, booked, sign = draw(cents), draw(cents), draw(signs)
    account = "1100" if sign > 0 else "2000"
    whole = receivable(
        str(Money.from_minor(owed * sign, "USD")),
        str(Money.from_minor(booked * sign, "EUR")),
        account=account,
    )
    first = _adjusted(whole, str(Money.from_minor(draw(st.integers(-(10**4), 10**4)), "EUR")))
    item, states, cash, cost = first, [first], Fraction(0), Fraction(0)
    entries: list[Entry] = []
    while not item.is_settled:
        left = abs(item.open.minor)
        units = draw(st.integers(1, left)) if len(entries) < 5 else left
        amount, rate = Money.from_minor(units, "USD"), draw(rates)
        spot, id = chosen("EUR/USD", rate, APRIL), EntryId(f"payment:{len(entries)}")
        how = draw(st.sampled_from(["pay", "pay", "credit", "credit at spot", "write off"]))
        made: Settlement | Crediting
        if how == "pay":
            off = draw(st.integers(0, units - 1))
            given_up = draw(st.integers(0, off))
            discount, rest = (
                Money.from_minor(one, "USD") if one else None for one in (off - given_up, given_up)
            )
            paid = Money.from_minor(units - off, "USD")
            none = Money.zero("USD")
            receipt = Receipt(amount, paid, none, APRIL, "P", spot, None, discount, rest)
            made = settle(item, receipt, entry=id, chart=CHART)
            assert made.rounding.is_zero
            cash += value(made.cash.value)
            cost += value(made.discount.value) + value(made.write_off.value)
        elif how == "write off":
            made = write_off(item, amount, on=APRIL, reference="W", entry=id, chart=CHART)
            cost += value(made.value.value)
        else:
            at = CreditRate.SPOT if how == "credit at spot" else CreditRate.CARRYING
            made = credit(item, Credit(amount, APRIL, "C", spot, None, at), entry=id, chart=CHART)
            cost += value(made.value.value)
        item = made.item
        entries.append(made.entry)
        states.append(item)
    return first, entries, states, cash, cost


def _on(entries: list[Entry], account: str) -> Fraction:
    postings = [one for entry in entries for one in entry.postings]
    return sum((value(one.functional) for one in postings if one.account == account), Fraction(0))


@given(lives())
def test_a_life_leaves_nothing_and_loses_nothing(
    life: tuple[OpenItem, list[Entry], list[OpenItem], Fraction, Fraction],
) -> None:
    """Realised difference = cash and cost - booked amount, exactly, in both styles (D8, D14)."""
    first, entries, states, cash, cost = life
    last = states[-1]
    assert (last.open.minor, last.carrying.minor, last.adjusted.minor) == (0, 0, 0)
    assert -_on(entries, "7000") == cash + cost - value(first.booked)
    assert _on(entries, "7100") == value(first.adjusted)
    control = first.account
    assert _on(entries, control) == -value(first.carried)


@given(lives(), st.data())
def test_undoing_restores_both_residuals_exactly(
    life: tuple[OpenItem, list[Entry], list[OpenItem], Fraction, Fraction], data: st.DataObject
) -> None:
    """The last step undone is the state before it; all undone in any order is the first state."""
    first, entries, states, _, _ = life
    (last,) = undo(entries[-1], [states[-1]], on=APRIL, chart=CHART).items
    assert last == states[-2]
    item = states[-1]
    for one in data.draw(st.permutations(entries)):
        undone = undo(one, [item], on=APRIL, chart=CHART)
        assert undone.entry.reverses == one.id
        (item,) = undone.items
    assert item == first


@given(cents, cents, cents, rates, st.data())
def test_what_is_split_off_cash_rounds_by_two_units_at_most(
    owed: int, excess: int, booked: int, rate: Decimal, data: st.DataObject
) -> None:
    """Bank, fee and excess are rounded each by itself; what they miss is the rounding line."""
    fee = data.draw(st.integers(0, owed))
    settled, received, kept, more = (
        Money.from_minor(one, "USD") for one in (owed, owed + excess - fee, fee, excess)
    )
    spot = chosen("EUR/USD", rate, APRIL)
    receipt = Receipt(settled, received, kept, APRIL, "P", spot, None, excess=more, credit=CREDIT)
    item = receivable(str(settled), str(Money.from_minor(booked, "EUR")))
    found = _settled(item, receipt)
    assert found.credit is not None
    assert abs(found.rounding.minor) <= 2
    cash, owed_back, bank, cost = (
        half_even(Fraction(one, 100) / Fraction(rate))
        for one in (owed, excess, owed + excess - fee, fee)
    )
    assert value(found.credit.booked) == -owed_back
    assert value(found.rounding) == cash + owed_back - bank - cost


# ---------------------------------------------------------------- what can not be undone


def test_an_excess_that_was_used_is_undone_first() -> None:
    """The payment can not be taken back while its excess has settled something else."""
    item = receivable(*EXAMPLE)
    paid = _settled(item, _receipt("USD 1085.00", "USD 1100.00", excess="USD 15.00"))
    assert paid.credit is not None
    both = [paid.item, paid.credit]
    restored = undo(paid.entry, both, on=APRIL, chart=CHART).items
    assert restored[1] == item
    assert (restored[0].open.minor, restored[0].carrying.minor) == (0, 0)
    used = paid.credit.less(paid.credit.share(money("USD 5.00")))
    with pytest.raises(UndoRefused, match="undo first"):
        undo(paid.entry, [paid.item, used], on=APRIL, chart=CHART)
    with pytest.raises(UndoRefused, match="not handed over"):
        undo(paid.entry, [paid.item], on=APRIL, chart=CHART)
    with pytest.raises(UndoRefused, match="before its day"):
        undo(paid.entry, both, on=DAY, chart=CHART)


def test_other_entries_are_not_undone() -> None:
    """An invoice is credited, an entry by hand is reversed; neither is a settlement."""
    other = entry(line("1000", "EUR 5.00"), line("4000", "EUR -5.00"))
    with pytest.raises(UndoRefused, match="it is a test"):
        undo(other, [], on=APRIL, chart=CHART)


def test_an_item_says_which_way_it_is_owed() -> None:
    """1 for an asset, -1 for a liability (D8)."""
    assert (receivable(*EXAMPLE).sign, _owed_back("USD -5.00", "EUR -4.00").sign) == (1, -1)
    assert AccountCode("2100") == _owed_back("USD -5.00", "EUR -4.00").account
