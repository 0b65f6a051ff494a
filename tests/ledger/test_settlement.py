"""Settlement: signs, splits, fees, other currencies, against clerks' arithmetic in fractions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fxcrm.decisions import Purpose, WrongDecision
from fxcrm.figures import Figure
from fxcrm.ids import EntryId
from fxcrm.ledger import OpenItem, Receipt, Settlement, settle, trading_chart
from fxcrm.ledger.open_items import SettlementRefused
from fxcrm.money import CurrencyMismatch, Money, SubMinorAmount
from tests.ledger.notation import DAY, chosen, half_even, money, receivable, value, written

CHART = trading_chart()
APRIL = date(2026, 4, 28)
SPOT = chosen("EUR/USD", "1.1010", APRIL)


def _settled(item: OpenItem, receipt: Receipt) -> Settlement:
    return settle(item, receipt, entry=EntryId("payment:P-1"), chart=CHART)


def _receipt(settled: str, received: str, fee: str = "", **spots: str) -> Receipt:
    """Spots are given as ``spot="EUR/USD 1.1010"`` and ``item_spot=...``."""
    got = money(received)
    kept = money(fee) if fee else Money.zero(got.currency)
    decided = {
        name: chosen(pair, rate, APRIL)
        for name, (pair, rate) in ((name, text.split()) for name, text in spots.items())
    }
    spot, item_spot = decided.get("spot"), decided.get("item_spot")
    return Receipt(money(settled), got, kept, APRIL, "P-1", spot, item_spot)


# ---------------------------------------------------------------- worked examples


def test_the_invoice_of_the_rules_paid_in_dollars() -> None:
    """Booked EUR 993.59, paid at 1.1010: Dr Bank 985.47, Dr FX loss 8.12, Cr Receivables 993.59."""
    item = receivable("USD 1085.00", "EUR 993.59")
    paid = Receipt.direct(item.open, on=APRIL, reference="P-1", spot=SPOT)
    found = _settled(item, paid)
    assert written(found.entry) == [
        ("1000", "USD 1085.00", "EUR 985.47"),
        ("1100", "USD -1085.00", "EUR -993.59"),
        ("7000", "USD 0.00", "EUR 8.12"),
    ]
    assert found.realised_fx.value == money("EUR -8.12")
    assert found.item.is_settled
    assert found.item.carrying.is_zero
    assert (found.entry.on, found.entry.kind, found.entry.id) == (
        APRIL,
        "settlement",
        "payment:P-1",
    )


def test_the_worked_example_of_d7a_paid_in_euros() -> None:
    """USD 1,085.00 paid by EUR 985.47: bank, two clearing lines, receivable, loss; no others."""
    receipt = _receipt("USD 1085.00", "EUR 985.47", item_spot="EUR/USD 1.1010")
    found = _settled(receivable("USD 1085.00", "EUR 993.59"), receipt)
    assert written(found.entry) == [
        ("1000", "EUR 985.47", "EUR 985.47"),
        ("1900", "EUR -985.47", "EUR -985.47"),
        ("1900", "USD 1085.00", "EUR 985.47"),
        ("1100", "USD -1085.00", "EUR -993.59"),
        ("7000", "USD 0.00", "EUR 8.12"),
    ]


def test_a_functional_item_paid_in_foreign_money() -> None:
    """EUR 100.00 paid by USD 110.00 at 1.1010: worth EUR 99.91, a loss of EUR 0.09."""
    receipt = _receipt("EUR 100.00", "USD 110.00", spot="EUR/USD 1.1010")
    found = _settled(receivable("EUR 100.00", "EUR 100.00"), receipt)
    assert written(found.entry) == [
        ("1000", "USD 110.00", "EUR 99.91"),
        ("1900", "USD -110.00", "EUR -99.91"),
        ("1900", "EUR 99.91", "EUR 99.91"),
        ("1100", "EUR -100.00", "EUR -100.00"),
        ("7000", "EUR 0.09", "EUR 0.09"),
    ]


def test_a_rate_that_is_handed_along_is_not_used_at_home() -> None:
    """Euros for a euro item are what they are, whatever decision came with them."""
    item = receivable("EUR 100.00", "EUR 100.00")
    receipt = _receipt("EUR 40.00", "EUR 39.00", "EUR 1.00", spot="EUR/USD 1.1010")
    assert written(_settled(item, receipt).entry) == [
        ("1000", "EUR 39.00", "EUR 39.00"),
        ("5300", "EUR 1.00", "EUR 1.00"),
        ("1100", "EUR -40.00", "EUR -40.00"),
    ]


def test_a_third_currency_with_a_fee() -> None:
    """A USD item paid in GBP in the books of a EUR company: cash at the pound's spot (D10)."""
    spots = {"spot": "EUR/GBP 0.8500", "item_spot": "EUR/USD 1.1010"}
    receipt = _receipt("USD 1085.00", "GBP 820.00", "GBP 12.00", **spots)
    found = _settled(receivable("USD 1085.00", "EUR 993.59"), receipt)
    assert written(found.entry) == [
        ("1000", "GBP 820.00", "EUR 964.71"),
        ("5300", "GBP 12.00", "EUR 14.12"),
        ("7900", "GBP 0.00", "EUR -0.01"),
        ("1900", "GBP -832.00", "EUR -978.82"),
        ("1900", "USD 1085.00", "EUR 978.82"),
        ("1100", "USD -1085.00", "EUR -993.59"),
        ("7000", "USD 0.00", "EUR 14.77"),
    ]
    assert found.cash.value == money("EUR 978.82")
    assert (found.fee.value, found.rounding) == (money("EUR 14.12"), money("EUR -0.01"))


def test_a_provider_s_fee_is_a_cost_and_no_exchange_difference() -> None:
    """USD 1,085.00 arrives as 1,063.30: the fee is booked by itself, the loss stays 8.12."""
    receipt = _receipt("USD 1085.00", "USD 1063.30", "USD 21.70", spot="EUR/USD 1.1010")
    found = _settled(receivable("USD 1085.00", "EUR 993.59"), receipt)
    assert found.realised_fx.value == money("EUR -8.12")
    assert found.fee.value == money("EUR 19.71")
    assert ("5300", "USD 21.70", "EUR 19.71") in written(found.entry)


def test_a_payable_with_a_fee_takes_more_from_the_bank() -> None:
    """What left the bank is the debt and the fee; the fee is a cost, the rest settles."""
    receipt = _receipt("USD 1085.00", "USD 1100.00", "USD 15.00", spot="EUR/USD 1.1010")
    found = _settled(receivable("USD -1085.00", "EUR -993.59", account="2200"), receipt)
    assert written(found.entry) == [
        ("1000", "USD -1100.00", "EUR -999.09"),
        ("5300", "USD 15.00", "EUR 13.62"),
        ("2200", "USD 1085.00", "EUR 993.59"),
        ("7000", "USD 0.00", "EUR -8.12"),
    ]


# ---------------------------------------------------------------- signs, by D8


@pytest.mark.parametrize(
    ("sign", "rate", "gain"),
    [
        (1, "1.0000", "EUR 85.00"),  # asset, dollar up: gain
        (1, "1.2500", "EUR -132.00"),  # asset, dollar down: loss
        (-1, "1.0000", "EUR -85.00"),  # liability, dollar up: loss
        (-1, "1.2500", "EUR 132.00"),  # liability, dollar down: gain
    ],
)
def test_the_sign_of_a_difference(sign: int, rate: str, gain: str) -> None:
    """Asset up is a gain, liability up is a loss: all four, and the posting is its mirror (D8)."""
    item = receivable(f"USD {sign * 1085}.00", f"EUR {sign * 1000}.00")
    paid = _receipt("USD 1085.00", "USD 1085.00", spot=f"EUR/USD {rate}")
    found = _settled(item, paid)
    assert found.realised_fx.value == money(gain)
    (fx,) = (one for one in found.entry.postings if one.account == "7000")
    assert fx.functional == -money(gain)
    assert fx.amount.is_zero


# ---------------------------------------------------------------- laws

spots = st.builds(lambda units: Decimal(units).scaleb(-6), st.integers(100_000, 9_000_000))
cents = st.integers(1, 10**8)


@st.composite
def splits(draw: st.DrawFn) -> tuple[int, list[int]]:
    """An amount in cents and parts of it, each above zero, that add up to it."""
    whole = draw(st.integers(1, 10**7))
    cuts = draw(st.lists(st.integers(1, whole), max_size=6, unique=True))
    edges = sorted({0, whole, *cuts})
    return whole, [right - left for left, right in pairwise(edges)]


@given(splits(), cents, st.sampled_from([1, -1]), st.data())
def test_any_split_removes_exactly_what_was_booked(
    split: tuple[int, list[int]], booked: int, sign: int, data: st.DataObject
) -> None:
    """Parts take their share, the last takes the rest; the life adds up to cash (D9, D14).

    The oracle is a clerk with whole cents: removed = round(carrying x part / open).
    """
    whole, parts = split
    item = receivable(str(Money.from_minor(sign * whole, "USD")), str(_euros(sign * booked)))
    carrying, opened, cash, gains = booked * sign, whole * sign, Fraction(0), Fraction(0)
    for part in parts:
        rate = data.draw(spots)
        paid = Receipt.direct(
            Money.from_minor(part, "USD"),
            on=APRIL,
            reference="P",
            spot=chosen("EUR/USD", rate, APRIL),
        )
        found = _settled(item, paid)
        removed = round(Fraction(carrying * part * sign, opened))
        assert found.removed.value.minor == removed
        assert value(found.cash.value) == half_even(Fraction(part * sign, 100) / Fraction(rate))
        assert value(found.realised_fx.value) == value(found.cash.value) - Fraction(removed, 100)
        carrying, opened = carrying - removed, opened - part * sign
        assert (found.item.open.minor, found.item.carrying.minor) == (opened, carrying)
        cash, gains = cash + value(found.cash.value), gains + value(found.realised_fx.value)
        item = found.item
    assert item.is_settled
    assert item.carrying.is_zero
    assert gains == cash - Fraction(booked * sign, 100)


def test_half_a_cent_goes_to_the_even_cent() -> None:
    """EUR 0.05 carried by USD 0.02: a half takes 0.02, of 0.15 by 0.02 it takes 0.08 (M9)."""
    for booked, removed in (("EUR 0.05", "EUR 0.02"), ("EUR 0.15", "EUR 0.08")):
        part = Receipt.direct(money("USD 0.01"), on=APRIL, reference="P", spot=SPOT)
        found = _settled(receivable("USD 0.02", booked), part)
        assert found.removed.value == money(removed)
        assert found.removed.exact == value(money(booked)) / 2


def test_the_last_payment_takes_the_remainder() -> None:
    """EUR 0.10 by USD 0.03: thirds of 0.03, then of 0.07 a half to the even cent, then the rest."""
    item, removed = receivable("USD 0.03", "EUR 0.10"), []
    for _ in range(3):
        part = Receipt.direct(money("USD 0.01"), on=APRIL, reference="P", spot=SPOT)
        found = _settled(item, part)
        item = found.item
        removed.append(str(found.removed.value))
    assert removed == ["EUR 0.03", "EUR 0.04", "EUR 0.03"]
    assert item.carrying.is_zero


def _euros(units: int) -> Money:
    return Money.from_minor(units, "EUR")


@given(
    cents,
    cents,
    st.integers(0, 10**6),
    st.sampled_from([1, -1]),
    st.sampled_from(["USD", "EUR", "GBP"]),
    st.sampled_from(["USD", "EUR"]),
    spots,
    spots,
    st.data(),
)
def test_every_way_of_paying_balances_and_keeps_the_five_lines_apart(
    owed: int,
    received: int,
    fee: int,
    sign: int,
    bank: str,
    currency: str,
    bank_rate: Decimal,
    item_rate: Decimal,
    data: st.DataObject,
) -> None:
    """Item and bank in any of three currencies, in part or whole, with a fee (D7a, D8, D10)."""
    booked = owed if currency == "EUR" else data.draw(cents)
    item = receivable(str(Money.from_minor(sign * owed, currency)), str(_euros(sign * booked)))
    settled = data.draw(st.integers(1, owed))
    if bank == currency:
        fee = min(fee, settled - 1) if sign > 0 else fee
        received = settled - fee * sign
    elif sign < 0:
        fee = min(fee, received - 1)  # what left the bank is more than its fee
    rates = {"USD": item_rate, "GBP": bank_rate}
    decisions = {code: chosen(f"EUR/{code}", rate, APRIL) for code, rate in rates.items()}
    receipt = Receipt(
        Money.from_minor(settled, currency),
        Money.from_minor(received, bank),
        Money.from_minor(fee, bank),
        APRIL,
        "P-1",
        decisions.get(bank),
        decisions.get(currency),
    )
    found = _settled(item, receipt)  # an entry that did not balance would not exist
    paid = Fraction(received * sign + fee, 100)
    rate = Fraction(rates[bank]) if bank != "EUR" else Fraction(1)
    assert value(found.cash.value) == half_even(paid / rate)
    assert value(found.realised_fx.value) == value(found.cash.value) - value(found.removed.value)
    assert value(found.fee.value) == half_even(Fraction(fee, 100) / rate)
    assert abs(found.rounding.minor) <= 1
    _expect_lines(found, receipt)


def _expect_lines(found: Settlement, receipt: Receipt) -> None:
    """Each account holds its own thing, and clearing holds nothing in the end."""
    sums = {code: Money.zero("EUR") for code in ("1000", "1100", "1900", "5300", "7000", "7900")}
    for one in found.entry.postings:
        sums[one.account] += one.functional
    assert sums["1100"] == -found.removed.value
    assert sums["5300"] == found.fee.value
    assert sums["7000"] == -found.realised_fx.value
    assert sums["7900"] == found.rounding
    assert sums["1900"].is_zero
    assert sums["1000"] == found.cash.value - found.fee.value - found.rounding
    uses_clearing = any(one.account == "1900" for one in found.entry.postings)
    assert uses_clearing <= receipt.is_exchange


@given(splits(), cents, spots)
def test_the_order_of_equal_terms_does_not_matter_in_the_end(
    split: tuple[int, list[int]], booked: int, rate: Decimal
) -> None:
    """Forwards or backwards, the parts remove the same sum: all that was booked."""
    whole, parts = split
    assume(len(parts) > 1)
    for order in (parts, parts[::-1]):
        item, removed = receivable(str(Money.from_minor(whole, "USD")), str(_euros(booked))), 0
        for part in order:
            amount = Money.from_minor(part, "USD")
            spot = chosen("EUR/USD", rate, APRIL)
            paid = Receipt.direct(amount, on=APRIL, reference="P", spot=spot)
            found = _settled(item, paid)
            item, removed = found.item, removed + found.removed.value.minor
        assert removed == booked


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("settled", "received", "fee", "word"),
    [
        ("USD 1085.01", "USD 1085.01", "USD 0.00", "more than is open"),
        ("USD 0.00", "USD 0.00", "USD 0.00", "positive"),
        ("USD -5.00", "USD -5.00", "USD 0.00", "positive"),
        ("USD 100.00", "USD 101.00", "USD -1.00", "positive"),
        ("USD 100.00", "USD -1.00", "USD 101.00", "positive"),
        ("USD 100.00", "USD 99.00", "USD 0.99", "add up"),
        ("USD 100.00", "USD 100.00", "USD 0.01", "add up"),
        ("USD 100.00", "USD 99.99", "USD 0.00", "add up"),
    ],
)
def test_money_that_does_not_add_up_is_refused(
    settled: str, received: str, fee: str, word: str
) -> None:
    """Too much, nothing, negative amounts, a missing cent: each names item and reason."""
    item = receivable("USD 1085.00", "EUR 993.59")
    with pytest.raises(SettlementRefused, match=word) as caught:
        _settled(item, _receipt(settled, received, fee, spot="EUR/USD 1.1010"))
    assert (caught.value.item, caught.value.open) == (item.id, money("USD 1085.00"))


def test_nothing_is_no_payment_in_another_currency_either() -> None:
    """EUR 0.00 for USD 1,085.00 would be a write-off dressed as an exchange loss (D12)."""
    receipt = _receipt("USD 1085.00", "EUR 0.00", item_spot="EUR/USD 1.1010")
    with pytest.raises(SettlementRefused):
        _settled(receivable("USD 1085.00", "EUR 993.59"), receipt)


def test_what_is_settled_is_settled() -> None:
    """A second full payment finds nothing open, for a receivable and for a payable."""
    for original, booked in (("USD 10.00", "EUR 9.00"), ("USD -10.00", "EUR -9.00")):
        item = receivable(original, booked)
        paid = _receipt("USD 10.00", "USD 10.00", spot="EUR/USD 1.1010")
        after = _settled(item, paid).item
        with pytest.raises(SettlementRefused):
            _settled(after, paid)


def test_a_payment_names_the_rates_it_needs() -> None:
    """A foreign bank or a foreign item without its decision is refused; it is never 1 (F8)."""
    item = receivable("USD 1085.00", "EUR 993.59")
    without = Receipt.direct(money("USD 5.00"), on=APRIL, reference="P", spot=None)
    with pytest.raises(SettlementRefused, match="USD needs the rate"):
        _settled(item, without)
    with pytest.raises(SettlementRefused, match="USD needs the rate"):
        _settled(item, _receipt("USD 5.00", "EUR 4.50"))
    with pytest.raises(SettlementRefused, match="GBP needs the rate"):
        _settled(item, _receipt("USD 5.00", "GBP 4.50", item_spot="EUR/USD 1.1010"))


def test_a_rate_of_another_pair_measures_nothing() -> None:
    """A USD/GBP decision in the books of a EUR company is a mismatch, not a booking (F8)."""
    receipt = _receipt("USD 5.00", "USD 5.00", spot="USD/GBP 0.7800")
    with pytest.raises(CurrencyMismatch):
        _settled(receivable("USD 1085.00", "EUR 993.59"), receipt)


def test_a_payment_is_measured_at_the_spot_of_its_day() -> None:
    """Neither the rate of the invoice's day nor a lock measures what was paid (D3, D8)."""
    item = receivable("USD 1085.00", "EUR 993.59")
    for spot in (
        chosen("EUR/USD", "1.0920", DAY),
        chosen("EUR/USD", "1.1010", APRIL, Purpose.LOCK),
    ):
        with pytest.raises(WrongDecision):
            _settled(item, Receipt.direct(item.open, on=APRIL, reference="P", spot=spot))
        receipt = attrs.evolve(_receipt("USD 5.00", "EUR 4.50"), item_spot=spot)
        with pytest.raises(WrongDecision):
            _settled(item, receipt)


def test_an_item_is_settled_in_its_own_currency() -> None:
    """Allocation is in document currency: a euro amount does not settle dollars (D9)."""
    with pytest.raises(CurrencyMismatch):
        _settled(receivable("USD 1085.00", "EUR 993.59"), _receipt("EUR 5.00", "EUR 5.00"))
    odd = attrs.evolve(
        _receipt("USD 5.00", "USD 4.00", spot="EUR/USD 1.1010"), fee=money("EUR 1.00")
    )
    with pytest.raises(CurrencyMismatch):
        _settled(receivable("USD 1085.00", "EUR 993.59"), odd)


def test_parts_of_a_cent_do_not_settle() -> None:
    """USD 0.001 is no amount of the journal."""
    receipt = _receipt("USD 0.001", "USD 0.001", spot="EUR/USD 1.1010")
    with pytest.raises(SubMinorAmount):
        _settled(receivable("USD 1085.00", "EUR 993.59"), receipt)


def test_nobody_pays_before_the_item_arose() -> None:
    """A payment of the day before the invoice is refused; one of the day itself is taken."""
    item = receivable("USD 1085.00", "EUR 993.59", on=DAY)
    paid = Receipt.direct(item.open, on=DAY, reference="P", spot=chosen("EUR/USD", "1.1010", DAY))
    assert _settled(item, paid).item.is_settled
    with pytest.raises(SettlementRefused):
        _settled(item, attrs.evolve(paid, on=date(2026, 3, 1)))


def test_figures_explain_themselves_down_to_the_decision() -> None:
    """The realised difference names both its sides, their exact values, and the rate (D2)."""
    item = receivable("USD 1085.00", "EUR 993.59")
    found = _settled(item, Receipt.direct(item.open, on=APRIL, reference="P-1", spot=SPOT))
    cash, removed = (one for one in found.realised_fx.inputs if isinstance(one, Figure))
    assert cash.exact == Fraction(1085) / Fraction("1.1010")
    assert removed.exact == Fraction("993.59")
    assert [one.id for one in found.realised_fx.decisions()] == [SPOT.id]
    fx = found.entry.postings[-1]
    assert fx.decision == SPOT.id
