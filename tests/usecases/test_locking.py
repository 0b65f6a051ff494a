"""Locks at a desk: offers, fees, breaks, edits beyond the cover, and the cost at each step."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.billing import Invoice
from fxcrm.decisions import Purpose
from fxcrm.ids import InvoiceId, LockId, OrderId, PaymentId, QuoteId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import CurrencyMismatch, Money, NumberRefused, NumberTypeRefused
from fxcrm.ratelocks import (
    LockCoverExceeded,
    LockTermsRefused,
    Promise,
    RateLock,
    RateLockExpired,
)
from fxcrm.selling import Quote
from fxcrm.selling.quoteerrors import LockFeeStays, QuoteLineMissing, QuoteOutOfTime, WrongLock
from fxcrm.usecases import (
    Desk,
    Excess,
    accept_quote,
    approve_quote,
    break_lock,
    cancel_lock,
    decline_quote,
    draw_lock,
    edit_quote,
    expire_lock,
    expire_locks,
    invoice_order,
    line_figures,
    lock_rate,
    lock_steps,
    perform,
    place_order,
    receive_payment,
    ship_order,
    take_up_lock,
    totals_in,
    undo_payment,
    withdraw_quote,
    write_off_invoice,
)
from tests.ledger.notation import chosen, half_even, instant, money, value
from tests.usecases.office import ACME, EUR, GBP, MARCH, NORDWIND, RATES, USD, Office

DAY = date(2026, 1, 10)  # 1 EUR = 1.0809 USD
LATER = date(2026, 1, 15)  # 1.0814
UNTIL = date(2026, 1, 20)
Q1, L1 = QuoteId("Q-1"), LockId("L-1")


def _locked(office: Office, fee: str = "", promise: Promise = Promise.HELD) -> Quote:
    office.quote(1, "EUR 1000.00", DAY, "USD")

    def command(desk: Desk) -> Quote:
        return lock_rate(
            desk, L1, quote=Q1, on=DAY, until=UNTIL, zone="UTC",
            fee=money(fee) if fee else None, promise=promise,
        )  # fmt: skip

    return office.at(DAY, command)


def _lock(office: Office) -> RateLock:
    with office.store.begin() as unit:
        return unit.locks.get(L1)


def _lines(*amounts: str) -> list[tuple[str, Decimal, Money]]:
    return [(f"Item {number}", Decimal(1), money(one)) for number, one in enumerate(amounts, 1)]


def _edited(office: Office, *amounts: str, excess: Excess = Excess.REFUSED) -> Quote:
    return office.at(
        LATER,
        lambda desk: edit_quote(desk, Q1, lines=_lines(*amounts), on=LATER, excess=excess),
    )


# ---------------------------------------------------------------- edits


def test_a_lock_survives_the_edits_of_its_quote() -> None:
    """Other lines within the cover are at the locked rate; the lock is the one it was."""
    office = Office().open()
    _locked(office)
    quote = _edited(office, "EUR 400.00", "EUR 600.00")
    assert (quote.lock, quote.total) == (L1, money("USD 1080.90"))
    assert _edited(office, "EUR 250.00").total == money("USD 270.22")
    assert _lock(office).covers == money("EUR 1000.00")
    office.accept(1, LATER)
    lock = _lock(office)
    assert (lock.state, lock.remaining) == ("drawn", money("EUR 750.00"))


def test_what_exceeds_the_cover_is_refused_and_nothing_is_written() -> None:
    """A cent too much: the error names the cover, and the draft is as it was."""
    office = Office().open()
    _locked(office)
    digest = office.store.digest()
    with pytest.raises(LockCoverExceeded) as caught:
        _edited(office, "EUR 400.00", "EUR 600.01")
    assert caught.value.excess == money("EUR 0.01")
    assert "needs a new decision" in str(caught.value)
    assert office.store.digest() == digest


def test_an_excess_gets_a_new_decision_and_the_cover_stays_locked() -> None:
    """1,000 at 1.0809 and 200 at 1.0814: the line between is split, rounded once, explained."""
    office = Office().open()
    _locked(office)
    quote = _edited(office, "EUR 900.00", "EUR 300.00", excess=Excess.DECIDED)
    assert quote.amounts == (money("USD 972.81"), money("USD 324.37"))  # 108.09 + 216.28
    assert quote.total == money("USD 1297.18")
    _, second = quote.figures()
    assert [one.purpose for one in second.decisions()] == [Purpose.LOCK, Purpose.QUOTE]
    assert "quote:EUR/USD:2026-01-15:1" in second.explain()
    office.accept(1, LATER)
    assert _lock(office).state == "consumed"
    order = office.at(LATER, lambda desk: place_order(desk, OrderId("O-1"), quote=Q1, on=LATER))
    assert [len(line.rates) for line in order.lines] == [1, 2]
    assert order.lines[1].rates[0].priced == money("EUR 100.00")


def test_an_excess_that_is_gone_takes_its_decision_along() -> None:
    """Shrunk below the cover and grown again: the growth needs a decision once more."""
    office = Office().open()
    _locked(office)
    _edited(office, "EUR 1200.00", excess=Excess.DECIDED)
    shrunk = _edited(office, "EUR 1100.00")  # less of an excess than was decided
    assert shrunk.total == money("USD 1189.04")  # 1,080.90 and 108.14
    with pytest.raises(LockCoverExceeded):
        _edited(office, "EUR 1100.01")
    assert _edited(office, "EUR 1000.00").excess_rate is None
    with pytest.raises(LockCoverExceeded):
        _edited(office, "EUR 1000.01")


def test_a_quote_asks_for_the_decision_before_its_total() -> None:
    """Lines beyond the cover without a rate for them have no total and are not released."""
    office = Office().open()
    quote = _locked(office).add("More", quantity=1, unit_price=money("EUR 1.00"))
    for ask in (lambda: quote.total, quote.figures, lambda: quote.approve("ada", DAY)):
        with pytest.raises(LockCoverExceeded):
            ask()
    with pytest.raises(WrongLock):
        quote.remove(2).at_excess_rate(chosen("EUR/USD", "1.1"))
    assert quote.remove(2).total == money("USD 1080.90")
    with pytest.raises(QuoteLineMissing):
        quote.change(3, quantity=1)
    with pytest.raises(QuoteLineMissing):
        quote.remove(0)


@given(
    st.lists(st.integers(-50_000, 100_000), min_size=1, max_size=6),
    st.integers(1, 200_000),
)
def test_a_cover_is_shared_out_to_the_cent(cents: list[int], covered: int) -> None:
    """The parts of every line add up to it, those at the locked rate to the cover or the total."""
    locked, beyond = chosen("EUR/USD", "1.0850"), chosen("EUR/USD", "1.1234")
    quote = Quote.draft(
        Q1, number="Q", company=NORDWIND, customer=ACME, currency="USD", priced_in="EUR",
        on=DAY, valid_until=UNTIL,
    )  # fmt: skip
    for one in cents:
        quote = quote.add("Item", quantity=1, unit_price=Money.from_minor(one, "EUR"))
    cover = Money.from_minor(covered, "EUR")
    quote = attrs.evolve(quote, rate=locked, lock=L1, covered=cover, excess_rate=beyond)
    at_lock, total = Fraction(0), Fraction(0)
    for parts, one, amount in zip(quote.parts, cents, quote.amounts, strict=True):
        assert sum(value(part.priced) for part in parts) == Fraction(one, 100)
        at_lock += sum(value(p.priced) for p in parts if p.decision is locked)
        exact = sum((value(p.priced) * p.decision.rate.ratio for p in parts), Fraction())
        assert value(amount) == half_even(exact)
        total += value(amount)
    assert at_lock == min(Fraction(covered, 100), Fraction(sum(cents), 100))
    assert value(quote.total) == total
    assert [one.value for one in quote.figures()] == list(quote.amounts)


# ---------------------------------------------------------------- terms


def test_a_fee_is_a_line_of_its_own() -> None:
    """EUR 12.00 for the promise: on the quote, in the cover, at the rate that was locked."""
    office = Office().open()
    quote = _locked(office, fee="EUR 12.00")
    assert [line.description for line in quote.lines] == ["Pumps", "Rate lock L-1"]
    assert quote.total == money("USD 1080.90") + money("USD 12.97")
    lock = _lock(office)
    assert lock.spread == 0
    assert (lock.fee, lock.covers) == (
        money("EUR 12.00"),
        money("EUR 1012.00"),
    )


def test_the_fee_stays_whatever_is_edited() -> None:
    """It was promised with the lock: other lines go before it, and it is neither taken nor cut."""
    office = Office().open()
    _locked(office, fee="EUR 12.00")
    edited = _edited(office, "EUR 700.00")
    assert [line.description for line in edited.lines] == ["Item 1", "Rate lock L-1"]
    with pytest.raises(LockFeeStays, match="line 2 of quote 'Q-1' is the fee of rate lock"):
        edited.remove(2)
    with pytest.raises(LockFeeStays):
        edited.change(2, quantity="0.5")
    assert edited.remove(1).lines == edited.lines[1:]


@pytest.mark.parametrize(
    ("spread", "refusal"),
    [(0.3, NumberTypeRefused), (True, NumberTypeRefused), ("NaN", NumberRefused),
     (Decimal("NaN"), NumberRefused), (None, NumberTypeRefused), ("100", LockTermsRefused)],
)  # fmt: skip
def test_a_spread_is_an_exact_number(spread: Any, refusal: type[Exception]) -> None:
    """Floats, booleans and what is no number are refused by type, and no lock is made (M3)."""
    office = Office().open()
    office.quote(1, "EUR 1000.00", DAY, "USD")
    digest = office.store.digest()
    with pytest.raises(refusal):
        office.at(
            DAY,
            lambda desk: lock_rate(
                desk, L1, quote=Q1, on=DAY, until=UNTIL, zone="UTC", spread=spread
            ),
        )
    assert office.store.digest() == digest


@pytest.mark.parametrize(
    ("fee", "spread", "refusal"),
    [
        ("EUR 12.00", "0.3", LockTermsRefused),
        ("EUR 0.00", "0", LockTermsRefused),
        ("EUR -1.00", "0", LockTermsRefused),
        ("USD 12.00", "0", CurrencyMismatch),
    ],
)
def test_terms_that_do_not_fit_are_refused(fee: str, spread: str, refusal: type[Exception]) -> None:
    """A fee and a spread, a fee of nothing, a fee in another currency: no lock is made."""
    office = Office().open()
    office.quote(1, "EUR 1000.00", DAY, "USD")
    digest = office.store.digest()
    with pytest.raises(refusal):
        office.at(
            DAY,
            lambda desk: lock_rate(
                desk, L1, quote=Q1, on=DAY, until=UNTIL, zone="UTC",
                spread=Decimal(spread), fee=money(fee),
            ),
        )  # fmt: skip
    assert office.store.digest() == digest


def test_an_offered_lock_is_taken_up_before_the_quote_is_accepted() -> None:
    """It binds nobody: accepting on it is refused whole; taken up, it is drawn."""
    office = Office().open()
    _locked(office, promise=Promise.OFFERED)
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ada", on=DAY))
    digest = office.store.digest()
    with pytest.raises(TransitionRefused):
        office.at(DAY, lambda desk: accept_quote(desk, Q1, on=DAY))
    assert office.store.digest() == digest
    assert office.at(DAY, lambda desk: take_up_lock(desk, L1)).state == "held"
    assert office.at(DAY, lambda desk: accept_quote(desk, Q1, on=DAY)).state == "accepted"


def test_a_lock_may_end_within_the_day() -> None:
    """Promised until 18:00, it holds at 17:00 and lapses by the sweep of the next day."""
    office = Office().open()
    office.quote(1, "EUR 1000.00", DAY, "USD")
    ends = datetime(2026, 1, 10, 18, tzinfo=UTC)
    office.at(DAY, lambda desk: lock_rate(desk, L1, quote=Q1, on=DAY, until=ends, zone="UTC"))
    assert office.at(DAY, expire_locks) == ()
    [expired] = office.at(DAY + timedelta(days=1), expire_locks)
    assert (expired.id, expired.state) == (L1, "expired")
    assert office.at(DAY + timedelta(days=1), expire_locks) == ()


# ---------------------------------------------------------------- giving up


def test_a_part_is_drawn_for_something_else_and_the_rest_is_broken() -> None:
    """EUR 400 called off; EUR 600 given up: USD 648.54 promised are worth EUR 599.45 at 1.0819."""
    office = Office().open()
    _locked(office)
    drawn = office.at(DAY, lambda desk: draw_lock(desk, L1, amount=money("EUR 400.00")))
    assert drawn.state == "drawn"
    with pytest.raises(TransitionRefused):
        office.at(DAY, lambda desk: cancel_lock(desk, L1))
    late = MARCH - timedelta(days=70)
    broken = office.at(late, lambda desk: break_lock(desk, L1, reason="no need", on=late))
    assert broken.break_cost is not None
    assert broken.break_cost.value == money("EUR -0.55")
    with office.store.begin() as unit:
        assert unit.locks.get(L1).break_cost == broken.break_cost


def test_a_quote_that_comes_to_nothing_breaks_a_lock_that_was_drawn() -> None:
    """Declined after a call-off: the rest is given up at the market of that day."""
    office = Office().open()
    _locked(office)
    office.at(DAY, lambda desk: draw_lock(desk, L1, amount=money("EUR 400.00")))
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ada", on=DAY))
    office.at(LATER, lambda desk: decline_quote(desk, Q1, reason="too dear", on=LATER))
    assert _lock(office).state == "broken"


def test_a_lock_that_has_lapsed_does_not_hinder_its_quote() -> None:
    """Withdrawn after its lock expired, or after its end: the lock is expired, the quote free."""
    late = UNTIL + timedelta(days=1)
    for swept in (True, False):
        office = Office().open()
        _locked(office)
        if swept:
            office.at(late, lambda desk: expire_lock(desk, L1))
        office.at(late, lambda desk: withdraw_quote(desk, Q1, reason="over", on=late))
        assert _lock(office).state == "expired"


def test_what_was_drawn_elsewhere_is_not_accepted() -> None:
    """A cent called off, and the quote that needs the whole cover is refused."""
    office = Office().open()
    _locked(office)
    office.at(DAY, lambda desk: draw_lock(desk, L1, amount=money("EUR 0.01")))
    with pytest.raises(LockCoverExceeded):
        office.accept(1, DAY)


# ---------------------------------------------------------------- lateness


def _performed(office: Office, key: str, day: date) -> None:
    perform(
        office.store, RATES, key=key, content=key, at=instant(day), actor="ada",
        command=lambda desk: accept_quote(desk, Q1, on=day),
    )  # fmt: skip


def test_too_late_stays_too_late_when_the_clock_goes_back() -> None:
    """A refused acceptance leaves the lock expired, so the day before does not help (F7)."""
    office = Office().open()
    _locked(office)
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ada", on=DAY))
    with pytest.raises(RateLockExpired):
        _performed(office, "late", UNTIL + timedelta(days=1))
    assert _lock(office).state == "expired"
    with pytest.raises(RateLockExpired):
        _performed(office, "back again", UNTIL)


def test_an_offer_that_was_too_late_stays_so_without_a_lock() -> None:
    """The quote notes the late answer; it is not changed otherwise, and lapses as ever."""
    office = Office().open()
    office.quote(1, "EUR 1000.00", DAY, "USD")
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ada", on=DAY))
    with pytest.raises(QuoteOutOfTime):
        _performed(office, "late", DAY + timedelta(days=31))
    with pytest.raises(QuoteOutOfTime):
        _performed(office, "back again", DAY + timedelta(days=30))
    with office.store.begin() as unit:
        quote = unit.quotes.get(Q1)
    assert (quote.state, quote.last_seen_at) == ("approved", instant(DAY + timedelta(days=31)))


# ---------------------------------------------------------------- down to the lock, and what it did


def _billed(office: Office, *amounts: str) -> Invoice:
    _locked(office)
    if amounts:
        _edited(office, *amounts, excess=Excess.DECIDED)
    office.accept(1, LATER)
    office.at(LATER, lambda desk: place_order(desk, OrderId("O-1"), quote=Q1, on=LATER))
    with office.desk(MARCH) as desk:  # 1 EUR = 1.0889 USD
        ship_order(desk, OrderId("O-1"), on=MARCH)
        return invoice_order(desk, InvoiceId("I-1"), order=OrderId("O-1"), on=MARCH, days=30)


def test_an_invoice_line_is_explained_down_to_the_lock() -> None:
    """The line names its price and the locked decision, and so does the order's."""
    office = Office().open()
    invoice = _billed(office)
    with office.desk(MARCH) as desk:
        [line] = line_figures(desk, invoice)
        [ordered] = line_figures(desk, desk.uow.orders.get(OrderId("O-1")))
    assert line.value == invoice.lines[0].amount == ordered.value
    assert [one.purpose for one in line.decisions()] == [Purpose.LOCK]
    assert line.explain().splitlines()[:-2] == [
        "Pumps: USD 1080.90",
        "  rule: EUR 1000.00 at 1 EUR = 1.0809 USD on 2026-01-10, rounded half even",
        "  exact 1080.9, rounding 0",
        "  Priced: EUR 1000.00",
        "    rule: quantity times unit price",
        "    invoice line nordwind-INV-0001/1: Pumps, quantity 1: EUR 1000.00",
    ]
    assert "rate decision lock:EUR/USD:2026-01-10:L-1" in line.explain()


def test_a_lock_is_measured_at_every_step() -> None:
    """Against the spot of each day: nothing when quoted, more and more as the dollar falls."""
    office = Office().open()
    _billed(office)
    office.pay("P-1", 1, "USD 580.90", MARCH, "EUR 533.47")
    office.pay("P-2", 1, "USD 500.00", MARCH + timedelta(days=3), "EUR 459.05")
    with office.desk(MARCH + timedelta(days=4)) as desk:
        steps = lock_steps(desk, L1)
    assert [(one.name, one.document, one.result.value) for one in steps] == [
        ("quoted", "Q-1", money("EUR 0.00")),
        ("ordered", "O-1", money("EUR -0.46")),  # 1,080.90 / 1.0814
        ("invoiced", "I-1", money("EUR -7.35")),  # 1,080.90 / 1.0889
        ("paid", "P-1", money("EUR -3.95")),
        ("paid", "P-2", money("EUR -3.53")),
    ]
    assert all(one.result.decisions() for one in steps)


def test_what_was_undone_or_let_off_was_not_paid() -> None:
    """Of two payments one stands, and of that one the discount is no money either."""
    office = Office().open()
    _billed(office)
    office.pay("P-1", 1, "USD 580.90", MARCH, "EUR 533.47")
    with office.desk(MARCH) as desk:
        undo_payment(desk, PaymentId("P-1"), on=MARCH)
        receive_payment(
            desk, PaymentId("P-2"), invoice=InvoiceId("I-1"), settled=money("USD 600.90"),
            discount=money("USD 20.00"), received=money("USD 580.90"), method="wire", on=MARCH,
        )  # fmt: skip
        write_off_invoice(desk, PaymentId("W-1"), invoice=InvoiceId("I-1"), on=MARCH)
        paid = [one for one in lock_steps(desk, L1) if one.name == "paid"]
    assert [(one.document, one.result.value) for one in paid] == [("P-2", money("EUR -3.95"))]


def test_only_what_is_locked_is_measured() -> None:
    """EUR 1,000 of 1,200 rest on the lock: the excess, at a rate of its own, is not its doing."""
    office = Office().open()
    invoice = _billed(office, "EUR 900.00", "EUR 300.00")
    office.pay("P-1", 1, str(invoice.total), MARCH, "EUR 1191.28")
    with office.desk(MARCH) as desk:
        steps = {one.name: one.result.value for one in lock_steps(desk, L1)}
    assert steps["invoiced"] == money("EUR -7.35")
    assert steps["paid"] == money("EUR -7.35")


def test_a_total_in_three_other_currencies() -> None:
    """Each for display, with the decision's id and the instant at which it was known."""
    office = Office().open()
    quote = _locked(office)
    with office.desk(DAY) as desk:
        figures = totals_in(desk, quote, (EUR, GBP, USD), DAY)
    euros, pounds, dollars = figures
    assert (euros.value, pounds.value) == (money("EUR 1000.00"), money("GBP 840.90"))
    assert dollars == quote.total_figure()
    for one in (euros, pounds):
        shown = next(d for d in one.decisions() if d.purpose is Purpose.DISPLAY)
        assert shown.known_at == instant(DAY)
        assert f"rate decision {shown.id}" in one.explain()
    with office.store.begin() as unit:
        assert unit.decisions.find(shown.id) == shown
