"""From quote to order: locks drawn, released and expired; each quote used once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fxcrm.billing import Order
from fxcrm.customers import CurrencyNotAgreed
from fxcrm.errors import RuleRefused
from fxcrm.ids import DealId, InvoiceId, LockId, OrderId, QuoteId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import Money
from fxcrm.ratelocks import LockTermsRefused, RateLock, RateLockExpired, RateLockNotExpired
from fxcrm.selling import Quote
from fxcrm.selling.quoteerrors import QuoteOutOfTime, WrongLock
from fxcrm.usecases import (
    Desk,
    accept_quote,
    approve_quote,
    cancel_order,
    decline_quote,
    draft_quote,
    home_value,
    invoice_order,
    lapse_quote,
    lock_rate,
    lock_result,
    place_order,
    ship_order,
    withdraw_quote,
)
from fxcrm.usecases.ordering import QuoteNotAccepted
from tests.ledger.notation import money
from tests.usecases.office import MARCH, Office

DAY = date(2026, 1, 10)  # 1 EUR = 1.0809 USD
UNTIL = date(2026, 1, 20)
Q1, L1 = QuoteId("Q-1"), LockId("L-1")


def _locked(office: Office, spread: str = "0", until: date = UNTIL) -> Quote:
    office.quote(1, "EUR 1000.00", DAY, "USD")

    def command(desk: Desk) -> Quote:
        return lock_rate(
            desk, L1, quote=Q1, on=DAY, until=until, zone="Europe/Berlin", spread=Decimal(spread)
        )

    return office.at(DAY, command)


def _lock(office: Office) -> RateLock:
    with office.store.begin() as unit:
        return unit.locks.get(L1)


def _stage(office: Office) -> str:
    with office.store.begin() as unit:
        return unit.deals.all().__next__().stage


def _order(office: Office, id: str = "O-1", day: date = DAY) -> Order:
    return office.at(day, lambda desk: place_order(desk, OrderId(id), quote=Q1, on=day))


def test_a_draft_is_priced_at_the_day_s_rate() -> None:
    """EUR 1,000.00 at 1.0809 is USD 1,080.90; its value at home is decided with it."""
    office = Office().open()
    quote = office.quote(1, "EUR 1000.00", DAY, "USD")
    assert quote.total == money("USD 1080.90")
    assert quote.number == "nordwind-Q-0001"
    before = office.store.digest()
    home = office.at(DAY, lambda desk: home_value(desk, quote))
    assert home.value == money("EUR 1000.00")
    assert office.store.digest() == before  # what a report asks was recorded already


def test_a_currency_must_have_been_agreed() -> None:
    """A quote in yen for a customer who agreed on none is refused."""
    office = Office().open()
    digest = office.store.digest()
    with pytest.raises(CurrencyNotAgreed):
        office.quote(1, "EUR 1000.00", DAY, "JPY")
    assert office.store.digest() == digest


@pytest.mark.parametrize(
    ("spread", "locked", "total"),
    [
        ("0", "1.0809", "USD 1080.90"),
        ("0.5", "1.086304", "USD 1086.30"),  # 1.0863045, half-even at seven digits
        ("-0.5", "1.075496", "USD 1075.50"),  # 1.0754955: a better rate than spot
        ("99.99", "2.161692", "USD 2161.69"),  # 2.16169191
    ],
)
def test_a_spread_raises_what_the_customer_pays(spread: str, locked: str, total: str) -> None:
    """In percent of the rate, in the direction quoted, to seven digits; spot stays beside it."""
    office = Office().open()
    quote = _locked(office, spread)
    assert quote.total == money(total)
    lock = _lock(office)
    assert lock.locked.rate.rounded_value() == Decimal(locked)
    assert lock.spot.rate.rounded_value() == Decimal("1.0809")
    assert lock.last_day == UNTIL
    assert lock.expires_at.isoformat() == "2026-01-20T23:00:00+00:00"


@pytest.mark.parametrize("spread", ["-100", "100", "1000000"])
def test_a_spread_is_less_than_the_whole(spread: str) -> None:
    """Neither for nothing nor at twice the price; no lock is left behind."""
    office = Office().open()
    office.quote(1, "EUR 1000.00", DAY, "USD")
    digest = office.store.digest()
    with pytest.raises(LockTermsRefused):
        office.at(
            DAY,
            lambda desk: lock_rate(
                desk, L1, quote=Q1, on=DAY, until=UNTIL, zone="UTC", spread=Decimal(spread)
            ),
        )
    assert office.store.digest() == digest


def test_one_currency_has_no_rate_to_lock() -> None:
    """Priced and billed in dollars: a lock would promise nothing."""
    office = Office().open()
    office.quote(1, "USD 1000.00", DAY)
    with pytest.raises(LockTermsRefused):
        office.at(DAY, lambda desk: lock_rate(desk, L1, quote=Q1, on=DAY, until=UNTIL, zone="UTC"))


def test_a_quote_has_one_lock() -> None:
    """A second one would leave the first held by nobody: refused, and nothing is written."""
    office = Office().open()
    _locked(office)
    digest = office.store.digest()
    with pytest.raises(WrongLock):
        office.at(
            DAY,
            lambda desk: lock_rate(desk, LockId("L-2"), quote=Q1, on=DAY, until=UNTIL, zone="UTC"),
        )
    assert office.store.digest() == digest


def test_a_spread_on_goods_priced_in_the_counter_currency() -> None:
    """Priced in USD, billed in EUR: half a percent more euros, the pair still EUR/USD."""
    office = Office().open()
    office.quote(1, "USD 1000.00", DAY, "EUR")
    spread = Decimal("0.5")
    quote = office.at(
        DAY,
        lambda desk: lock_rate(desk, L1, quote=Q1, on=DAY, until=UNTIL, zone="UTC", spread=spread),
    )
    assert str(_lock(office).locked.pair) == "EUR/USD"
    assert quote.total == money("EUR 929.78")  # 1000 / (1.0809 / 1.005)


def test_accepting_draws_the_lock_and_wins_the_deal() -> None:
    """Quote, lock and deal move together; the order inherits amounts and lock."""
    office = Office().open()
    _locked(office)
    office.accept(1, UNTIL)
    assert (_lock(office).state, _stage(office)) == ("consumed", "won")
    order = _order(office, day=UNTIL)
    assert (order.total, order.lock) == (money("USD 1080.90"), L1)


def test_after_the_lock_the_acceptance_is_refused_whole() -> None:
    """A day later nothing has moved: neither quote nor lock nor deal."""
    office = Office().open()
    _locked(office)
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ada", on=DAY))
    late = UNTIL + timedelta(days=1)
    digest = office.store.digest()
    with pytest.raises(RateLockExpired):
        office.at(late, lambda desk: accept_quote(desk, Q1, on=late))
    assert office.store.digest() == digest


def test_two_acceptances_have_one_winner() -> None:
    """The second finds the quote accepted already (F5)."""
    office = Office().open()
    _locked(office)
    office.accept(1, DAY)
    digest = office.store.digest()
    with pytest.raises(TransitionRefused):
        office.at(DAY, lambda desk: accept_quote(desk, Q1, on=DAY))
    assert office.store.digest() == digest


def test_a_quote_is_ordered_once() -> None:
    """Not before it is accepted, and not twice under another id (F5: double use of a quote)."""
    office = Office().open()
    _locked(office)
    with pytest.raises(QuoteNotAccepted):
        _order(office)
    office.accept(1, DAY)
    _order(office)
    digest = office.store.digest()
    with pytest.raises(RuleRefused):
        _order(office, "O-2")
    assert office.store.digest() == digest


def test_a_declined_quote_gives_its_lock_up() -> None:
    """The customer says no: lock cancelled, deal lost."""
    office = Office().open()
    _locked(office)
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ada", on=DAY))
    office.at(DAY, lambda desk: decline_quote(desk, Q1, reason="too dear", on=DAY))
    assert (_lock(office).state, _stage(office)) == ("cancelled", "lost")


def test_a_withdrawn_quote_gives_its_lock_up_and_keeps_the_deal() -> None:
    """The company takes it back; another quote for the deal may follow."""
    office = Office().open()
    _locked(office)
    office.at(DAY, lambda desk: withdraw_quote(desk, Q1, reason="mistake", on=DAY))
    assert (_lock(office).state, _stage(office)) == ("cancelled", "qualified")


def test_a_deal_follows_the_last_quote_that_is_open() -> None:
    """Of two quotes one is declined: the deal stays; the other is declined too: it is lost."""
    office = Office().open()
    office.quote(1, "EUR 1000.00", DAY, "USD")
    second = QuoteId("Q-2")
    with office.desk(DAY) as desk:
        price = money("EUR 900.00")
        draft_quote(
            desk,
            second,
            deal=DealId("D-1"),
            currency=price.currency,
            priced_in=price.currency,
            lines=[("Pumps", Decimal(1), price)],
            on=DAY,
            valid_until=UNTIL,
        )
        for quote in (Q1, second):
            approve_quote(desk, quote, by="ada", on=DAY)
    stages = []
    for quote in (Q1, second):
        with office.desk(DAY) as desk:
            decline_quote(desk, quote, reason="too dear", on=DAY)
        stages.append(_stage(office))
    assert stages == ["quoted", "lost"]


def test_a_deal_keeps_its_currency_whatever_is_quoted() -> None:
    """Worth dollars, quoted in euros: converted by a decision of the day, and won at that (M8).

    EUR 900.00 at 1.0809 is USD 972.81. A rival quote that is accepted later changes nothing.
    """
    office = Office().open()
    office.quote(1, "USD 1000.00", DAY)
    with office.desk(DAY) as desk:
        price = money("EUR 900.00")
        draft_quote(
            desk,
            QuoteId("Q-2"),
            deal=DealId("D-1"),
            currency=price.currency,
            priced_in=price.currency,
            lines=[("Pumps", Decimal(1), price)],
            on=DAY,
            valid_until=UNTIL,
        )
    seen = []
    for command in (approve_quote, accept_quote):
        for quote in ("Q-2", "Q-1"):
            with office.desk(DAY) as desk:
                who = {"by": "ada"} if command is approve_quote else {}
                command(desk, QuoteId(quote), on=DAY, **who)
                deal = desk.uow.deals.get(DealId("D-1"))
            seen.append((deal.stage, str(deal.value)))
    assert seen == [
        ("quoted", "USD 972.81"),
        ("quoted", "USD 1000.00"),
        ("won", "USD 972.81"),
        ("won", "USD 972.81"),
    ]


def test_a_lock_that_outlives_its_quote_is_given_up_with_it() -> None:
    """The offer ends in February, the lock in March: the lapse cancels what still holds."""
    office = Office().open()
    _locked(office, until=MARCH)
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ada", on=DAY))
    later = DAY + timedelta(days=31)
    office.at(later, lambda desk: lapse_quote(desk, Q1, on=later))
    assert _lock(office).state == "cancelled"


def test_an_offer_lapses_with_its_lock() -> None:
    """Not before its last day; afterwards quote, lock and deal end together."""
    office = Office().open()
    _locked(office)
    office.at(DAY, lambda desk: approve_quote(desk, Q1, by="ada", on=DAY))
    with pytest.raises((QuoteOutOfTime, RateLockNotExpired)):
        office.at(DAY, lambda desk: lapse_quote(desk, Q1, on=DAY))
    later = DAY + timedelta(days=31)
    lapsed = office.at(later, lambda desk: lapse_quote(desk, Q1, on=later))
    assert (lapsed.state, _lock(office).state, _stage(office)) == ("lapsed", "expired", "lost")


def test_an_order_is_called_off_before_it_ships() -> None:
    """A cancelled order is not billed."""
    office = Office().open()
    _locked(office)
    office.accept(1, DAY)
    _order(office)
    cancelled = office.at(
        DAY, lambda desk: cancel_order(desk, OrderId("O-1"), reason="called off", on=DAY)
    )
    assert cancelled.state == "cancelled"
    with pytest.raises(TransitionRefused):
        office.at(
            DAY,
            lambda desk: invoice_order(
                desk, InvoiceId("I-1"), order=OrderId("O-1"), on=DAY, days=30
            ),
        )


def test_a_failed_command_gives_its_number_back() -> None:
    """Numbers have no gaps: what was refused did not use one."""
    office = Office().open()
    office.invoice(1, "EUR 10.00", DAY)
    office.quote(2, "EUR 10.00", DAY)
    office.accept(2, DAY)
    office.at(DAY, lambda desk: place_order(desk, OrderId("O-2"), quote=QuoteId("Q-2"), on=DAY))
    with pytest.raises(TransitionRefused):  # it was not shipped
        office.at(
            DAY,
            lambda desk: invoice_order(
                desk, InvoiceId("I-2"), order=OrderId("O-2"), on=DAY, days=30
            ),
        )
    assert office.invoice(3, "EUR 10.00", DAY).number == "nordwind-INV-0002"


def test_the_lock_s_result_stands_beside_the_books() -> None:
    """Booked at the spot of the invoice's day, whatever was locked; the gap is named (D3)."""
    office = Office().open()
    _locked(office)
    office.accept(1, UNTIL)
    _order(office, day=UNTIL)
    with office.desk(MARCH) as desk:  # 1 EUR = 1.0889 USD
        ship_order(desk, OrderId("O-1"), on=MARCH)
        invoice = invoice_order(desk, InvoiceId("I-1"), order=OrderId("O-1"), on=MARCH, days=30)
        result = lock_result(desk, invoice)
    assert result is not None
    assert result.value == money("EUR -7.35")  # 992.65 less 1,000.00
    assert office.balances(MARCH)["1100"] == money("EUR 992.65")
    assert Money.total(office.balances(MARCH).values()).is_zero
