"""Month end: revalued once, closed once, and closed for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.decisions import Purpose
from fxcrm.ids import (
    AccountCode,
    CompanyId,
    CreditNoteId,
    EntryId,
    InvoiceId,
    OpenItemId,
    OrderId,
    PaymentId,
    QuoteId,
)
from fxcrm.ledger import CreditRate, Entry, OpenItem, PeriodClosed, Revaluation
from fxcrm.ledger.companies import BooksNotBegun
from fxcrm.ledger.revaluation import ValueWithoutAmount
from fxcrm.money import Money
from fxcrm.rates import RateTooOld
from fxcrm.usecases import (
    Desk,
    charge_member,
    close_period,
    credit_invoice,
    decided,
    invest,
    invoice_order,
    items_as_of,
    pay_costs,
    pay_in_capital,
    place_order,
    realise_balance,
    receive_payment,
    register_company,
    revalue,
    ship_order,
    trial_balance,
)
from fxcrm.usecases.closing import BooksNotReady, NothingToRealise
from fxcrm.usecases.settling import ItemRevalued
from tests.ledger.notation import half_even, line, money, value
from tests.usecases.office import (
    EUR,
    FEBRUARY,
    FIRST,
    JANUARY,
    MARCH,
    NORDWIND,
    RUB,
    USD,
    Office,
)

DAY = date(2026, 1, 10)
SISTER = CompanyId("westwind")


def _revalue(office: Office, day: date) -> Revaluation:
    return office.at(day, lambda desk: revalue(desk, NORDWIND, day))


def _close(office: Office, day: date) -> None:
    office.at(day, lambda desk: close_period(desk, NORDWIND, day))


def _items(office: Office, day: date) -> list[OpenItem]:
    return office.at(MARCH, lambda desk: list(items_as_of(desk, NORDWIND, day)))


def _rate(day: date) -> Fraction:
    """1 EUR in USD on a day, by the office's own step."""
    return Fraction("1.08") + Fraction((day - FIRST).days, 10_000)


# ---------------------------------------------------------------- revaluation


def test_month_end_adjusts_and_the_next_day_takes_back() -> None:
    """USD 1,080.90 booked at 1,000.00: at 1.0830 worth 998.06, a loss of 1.94 until tomorrow."""
    office = Office().open()
    office.invoice(1, "USD 1080.90", DAY)
    _revalue(office, JANUARY)
    assert office.balances(JANUARY)["7100"] == money("EUR 1.94")
    assert office.balances(JANUARY)["1100"] == money("EUR 998.06")
    after = office.balances(JANUARY + timedelta(days=1))
    assert after == {"1100": money("EUR 1000.00"), "4000": money("EUR -1000.00")}


def test_a_second_run_writes_nothing_at_all() -> None:
    """Same day, same rate: neither entry nor decision nor anything else (D15)."""
    office = Office().open()
    office.invoice(1, "USD 1080.90", DAY)
    office.at(DAY, lambda desk: pay_in_capital(desk, NORDWIND, "cap", money("USD 500.00"), DAY))
    _revalue(office, JANUARY)
    digest = office.store.digest()
    assert _revalue(office, JANUARY).entries == ()
    assert office.store.digest() == digest


def test_a_late_invoice_is_revalued_by_the_next_version() -> None:
    """The first run and its reversal are withdrawn, the second one holds both items (D15)."""
    office = Office().open()
    office.invoice(1, "USD 1080.90", DAY)
    first = _revalue(office, JANUARY)
    office.invoice(2, "USD 2000.00", DAY)
    second = _revalue(office, JANUARY)
    run = "revaluation:nordwind:2026-01-31:items"
    assert [one.id for one in first.entries] == [f"{run}:1", f"{run}:1:reversal"]
    assert [(one.id, one.reverses) for one in second.entries] == [
        (f"{run}:1:withdrawn", f"{run}:1"),
        (f"{run}:1:reversal:withdrawn", f"{run}:1:reversal"),
        (f"{run}:2", None),
        (f"{run}:2:reversal", f"{run}:2"),
    ]
    assert [one.item for one in second.entries[2].postings if one.item] == [
        "item:nordwind:nordwind-INV-0001",
        "item:nordwind:nordwind-INV-0002",
    ]
    worth = half_even(Fraction("1080.90") / _rate(JANUARY)) + half_even(2000 / _rate(JANUARY))
    assert value(office.balances(JANUARY)["1100"]) == worth
    assert _revalue(office, JANUARY).entries == ()


def test_a_payment_does_not_slip_in_before_a_revaluation() -> None:
    """Paid on the closing day after the run: refused, for the item was closed at a rate (D16)."""
    office = Office().open()
    office.invoice(1, "USD 1080.90", DAY)
    _revalue(office, JANUARY)
    with pytest.raises(ItemRevalued) as caught:
        office.pay("P-1", 1, "USD 1080.90", JANUARY)
    assert (caught.value.on, caught.value.revalued_at) == (JANUARY, JANUARY)
    settled = office.pay("P-1", 1, "USD 1080.90", JANUARY + timedelta(days=1))
    assert settled.item.is_settled
    assert [one.carried for one in _items(office, JANUARY)] == [money("EUR 998.06")]


def test_rates_are_needed_only_for_what_is_open() -> None:
    """Roubles end in January; what was settled in them does not stop the months after."""
    office = Office().open()
    office.invoice(1, "RUB 9000.00", DAY)
    office.pay("P-1", 1, "RUB 9000.00", JANUARY, "EUR 100.00")
    assert _revalue(office, MARCH).entries == ()
    office.invoice(2, "RUB 9000.00", JANUARY)
    with pytest.raises(RateTooOld):
        _revalue(office, MARCH)


def test_a_spent_balance_is_realised_by_a_command_of_its_own() -> None:
    """Not cleared silently (D15): refused with its account, then realised, then quiet."""
    office = Office().open()
    bank = AccountCode("1000")
    office.at(DAY, lambda desk: pay_in_capital(desk, NORDWIND, "cap", money("USD 500.00"), DAY))
    office.at(
        FEBRUARY, lambda desk: pay_costs(desk, NORDWIND, "rent", money("USD 500.00"), FEBRUARY)
    )
    with pytest.raises(ValueWithoutAmount):
        _revalue(office, FEBRUARY)
    left = office.balances(FEBRUARY)["1000"]
    assert value(left) == half_even(500 / _rate(DAY)) - half_even(500 / _rate(FEBRUARY))
    office.at(FEBRUARY, lambda desk: realise_balance(desk, NORDWIND, bank, USD, FEBRUARY))
    assert office.balances(FEBRUARY)["7000"] == left
    assert "1000" not in office.balances(FEBRUARY)
    with pytest.raises(NothingToRealise):
        office.at(MARCH, lambda desk: realise_balance(desk, NORDWIND, bank, USD, MARCH))
    assert _revalue(office, FEBRUARY).entries == ()


def test_realising_takes_the_unrealised_part_along() -> None:
    """In at 1.0809, revalued in January, spent in February: all of it ends as realised (D16)."""
    office = Office().open()
    bank = AccountCode("1000")
    office.at(DAY, lambda desk: pay_in_capital(desk, NORDWIND, "cap", money("USD 500.00"), DAY))
    _revalue(office, JANUARY)
    assert "7100" in office.balances(JANUARY)
    office.at(
        FEBRUARY, lambda desk: pay_costs(desk, NORDWIND, "rent", money("USD 500.00"), FEBRUARY)
    )
    office.at(FEBRUARY, lambda desk: realise_balance(desk, NORDWIND, bank, USD, FEBRUARY))
    balances = office.balances(FEBRUARY)
    lost = half_even(500 / _rate(DAY)) - half_even(500 / _rate(FEBRUARY))
    assert value(balances["7000"]) == lost
    assert "7100" not in balances
    assert "1000" not in balances


@pytest.mark.parametrize("account", ["4000", "7100", "1100"])
def test_only_what_is_measured_by_its_balance_is_realised(account: str) -> None:
    """Sold at one rate and credited at another: what is left on sales is sales (D4, D13)."""
    office = Office().open()
    office.invoice(1, "USD 1000.00", DAY)
    with office.desk(FEBRUARY) as desk:
        credit_invoice(
            desk, CreditNoteId("C-1"), invoice=InvoiceId("I-1"), amount=money("USD 1000.00"),
            on=FEBRUARY, reason="damaged", at=CreditRate.SPOT,
        )  # fmt: skip
    assert office.balances(FEBRUARY)["4000"]
    code = AccountCode(account)
    with pytest.raises(NothingToRealise):
        office.at(FEBRUARY, lambda desk: realise_balance(desk, NORDWIND, code, USD, FEBRUARY))


def test_a_balance_that_is_held_is_not_realised() -> None:
    """While there are dollars in the bank the difference is unrealised."""
    office = Office().open()
    office.at(DAY, lambda desk: pay_in_capital(desk, NORDWIND, "cap", money("USD 500.00"), DAY))
    with pytest.raises(NothingToRealise):
        office.at(DAY, lambda desk: realise_balance(desk, NORDWIND, AccountCode("1000"), USD, DAY))


steps = st.lists(
    st.tuples(st.sampled_from([JANUARY, FEBRUARY, MARCH]), st.integers(1, 99)), max_size=3
).map(sorted)


@given(st.integers(1, 10**7), steps, st.sampled_from(["revalued", "left alone"]))
def test_revaluing_month_after_month_changes_no_lifetime_result(
    cents: int,
    payments: list[tuple[date, int]],
    month_ends: str,
) -> None:
    """With or without month ends: FX = cash - booked, and unrealised ends at zero (D14)."""
    office = Office().open()
    total = Money.from_minor(cents, "USD")
    office.invoice(1, str(total), DAY)
    left, cash = cents, Fraction(0)
    months: list[tuple[date, int]] = [*payments, (date(2026, 4, 15), 100)]
    for number, (month_end, percent) in enumerate(months):
        if month_ends == "revalued":
            for day in (JANUARY, FEBRUARY, MARCH):
                if day <= month_end:
                    _revalue(office, day)
        part = left * percent // 100
        if part:
            day = month_end + timedelta(days=1)
            received = half_even(Fraction(part, 100) / _rate(day))
            bank = Money.from_minor(int(received * 100), "EUR")
            office.pay(f"P-{number}", 1, str(Money.from_minor(part, "USD")), day, str(bank))
            cash, left = cash + received, left - part
    end = date(2026, 4, 30)
    balances = office.balances(end)
    assert "1100" not in balances
    assert "7100" not in balances
    booked = half_even(value(total) / _rate(DAY))
    assert -value(balances.get("7000", money("EUR 0.00"))) == cash - booked
    assert value(balances.get("1000", money("EUR 0.00"))) == cash


# ---------------------------------------------------------------- items as of a day


def test_items_are_seen_as_they_stood() -> None:
    """Before, between and after two payments, whatever came later."""
    office = Office().open()
    office.invoice(1, "USD 1080.90", DAY)
    office.pay("P-1", 1, "USD 80.90", JANUARY)
    office.pay("P-2", 1, "USD 1000.00", MARCH)
    seen = {
        day: [(str(one.open), str(one.carrying)) for one in _items(office, day)]
        for day in (date(2026, 1, 9), DAY, JANUARY, FEBRUARY, MARCH)
    }
    assert seen[date(2026, 1, 9)] == []
    assert seen[DAY] == [("USD 1080.90", "EUR 1000.00")]
    assert seen[JANUARY] == seen[FEBRUARY] == [("USD 1000.00", "EUR 925.15")]
    assert seen[MARCH] == [("USD 0.00", "EUR 0.00")]


def test_the_items_of_a_day_add_up_to_their_control_account() -> None:
    """Sub-ledger = control account, revaluation included (D32)."""
    office = Office().open()
    for number, (amount, day) in enumerate(
        [("USD 1080.90", DAY), ("GBP 77.77", JANUARY), ("EUR 5.55", FEBRUARY)], 1
    ):
        office.invoice(number, amount, day)
    office.pay("P-1", 1, "USD 80.90", JANUARY)
    _revalue(office, JANUARY)
    _revalue(office, FEBRUARY)
    for day in (DAY, JANUARY, JANUARY + timedelta(days=1), FEBRUARY, MARCH):
        total = Money.total((one.carried for one in _items(office, day)), currency=EUR)
        assert total == office.balances(day)["1100"]


# ---------------------------------------------------------------- closed periods


def _booked(office: Office) -> None:
    """Something to be refused: a shipped order, an open invoice, a sister company."""
    office.invoice(1, "USD 1080.90", DAY)
    office.quote(2, "USD 10.00", DAY)
    office.accept(2, DAY)
    with office.desk(DAY) as desk:
        place_order(desk, OrderId("O-2"), quote=QuoteId("Q-2"), on=DAY)
        ship_order(desk, OrderId("O-2"), on=DAY)
        register_company(desk, SISTER, name="Westwind", functional=USD, on=FIRST)


def _charge(desk: Desk, day: date, creditor: CompanyId, debtor: CompanyId) -> None:
    amount = money("EUR 5.00")
    charge_member(desk, "k", creditor=creditor, debtor=debtor, amount=amount, on=day, days=30)


POSTINGS: dict[str, Callable[[Desk, date], object]] = {
    "invoice": lambda desk, day: invoice_order(
        desk, InvoiceId("I-2"), order=OrderId("O-2"), on=day, days=30
    ),
    "payment": lambda desk, day: receive_payment(
        desk,
        PaymentId("P-1"),
        invoice=InvoiceId("I-1"),
        settled=money("USD 5.00"),
        received=money("USD 5.00"),
        method="wire",
        on=day,
    ),
    "capital": lambda desk, day: pay_in_capital(desk, NORDWIND, "k", money("EUR 5.00"), day),
    "costs": lambda desk, day: pay_costs(desk, NORDWIND, "k", money("EUR 5.00"), day),
    "investment": lambda desk, day: invest(desk, NORDWIND, SISTER, "k", money("EUR 5.00"), day),
    "charge": lambda desk, day: _charge(desk, day, NORDWIND, SISTER),
    "charge of another": lambda desk, day: _charge(desk, day, SISTER, NORDWIND),
}


@pytest.mark.parametrize("name", POSTINGS)
def test_a_closed_period_takes_no_posting(name: str) -> None:
    """On the last closed day it is refused and nothing is written; on the next it is taken (F6)."""
    office = Office().open()
    _booked(office)
    _revalue(office, JANUARY)
    _close(office, JANUARY)
    digest = office.store.digest()
    with pytest.raises(PeriodClosed) as caught:
        office.at(JANUARY, lambda desk: POSTINGS[name](desk, JANUARY))
    assert (caught.value.company, caught.value.closed_through) == (NORDWIND, JANUARY)
    assert office.store.digest() == digest
    following = JANUARY + timedelta(days=1)
    office.at(following, lambda desk: POSTINGS[name](desk, following))


@pytest.mark.parametrize("name", ["capital", "costs", "investment", "charge"])
def test_books_begin_when_the_company_does(name: str) -> None:
    """The day before its foundation a company has no books."""
    office = Office().open()
    _booked(office)
    before = FIRST - timedelta(days=1)
    with pytest.raises(BooksNotBegun) as caught:
        office.at(DAY, lambda desk: POSTINGS[name](desk, before))
    assert (caught.value.on, caught.value.founded_on) == (before, FIRST)
    office.at(DAY, lambda desk: POSTINGS[name](desk, FIRST))


def test_a_month_is_closed_once() -> None:
    """Again, or an earlier day: refused, and the store is as it was."""
    office = Office().open()
    office.invoice(1, "USD 1080.90", DAY)
    _revalue(office, FEBRUARY)
    _close(office, FEBRUARY)
    digest = office.store.digest()
    for day in (FEBRUARY, JANUARY):
        with pytest.raises(PeriodClosed):
            _close(office, day)
    assert office.store.digest() == digest
    _revalue(office, MARCH)
    _close(office, MARCH)


def test_a_month_is_closed_when_its_balances_are_at_the_closing_rate() -> None:
    """Before the revaluation the closing is refused, and the store is as it was (D23)."""
    office = Office().open()
    office.invoice(1, "USD 1080.90", DAY)
    digest = office.store.digest()
    with pytest.raises(BooksNotReady) as caught:
        _close(office, FEBRUARY)
    assert "revalue first" in str(caught.value)
    assert office.store.digest() == digest
    _revalue(office, FEBRUARY)
    _close(office, FEBRUARY)


def _written(office: Office, debit: str, credit: str) -> None:
    """An entry that a program wrote past the use cases."""
    lines = (line(debit, "EUR 5.00"), line(credit, "EUR -5.00"))
    odd = Entry(EntryId("odd"), NORDWIND, DAY, "test", "written by hand", lines)
    office.at(DAY, lambda desk: desk.uow.journal.append(odd))


@pytest.mark.parametrize(
    ("debit", "says"),
    [("1900", "clearing account holds value"), ("1100", "not the sum of its open items")],
)
def test_a_month_is_closed_when_its_accounts_agree(debit: str, says: str) -> None:
    """Clearing is empty (D7a), and a control account is the sum of its items (D32)."""
    office = Office().open()
    office.invoice(1, "EUR 10.00", DAY)
    _written(office, debit, "3000")
    digest = office.store.digest()
    with pytest.raises(BooksNotReady, match=says):
        _close(office, JANUARY)
    assert office.store.digest() == digest


def test_a_trial_balance_of_any_day_sums_to_zero() -> None:
    """In every currency and in value, before and after every step (D31)."""
    office = Office().open()
    office.invoice(1, "USD 1080.90", DAY)
    office.pay("P-1", 1, "USD 80.90", JANUARY, "EUR 75.00")
    _revalue(office, JANUARY)
    for day in (FIRST, DAY, JANUARY, FEBRUARY):
        with office.desk(MARCH) as desk:
            found = trial_balance(desk, NORDWIND, day)
        assert Money.total((one.functional for one in found.balances), currency=EUR).is_zero


def test_a_revaluation_names_recorded_decisions() -> None:
    """Every posting of a run names a decision that is on record (D2)."""
    office = Office().open()
    office.invoice(1, "USD 1080.90", DAY)
    run = _revalue(office, JANUARY)
    with office.desk(JANUARY) as desk:
        closing = decided(desk, Purpose.CLOSING, EUR, USD, JANUARY)
    assert closing is not None
    assert {one.decision for entry in run.entries for one in entry.postings} == {closing.id}
    assert _items(office, JANUARY)[0].id == OpenItemId("item:nordwind:nordwind-INV-0001")
    assert RUB not in {one.open.currency for one in _items(office, JANUARY)}
