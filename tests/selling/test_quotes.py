"""Quotes: lines, one rounding each, the rate they rest on, the lock, the life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.events import NaiveInstant
from fxcrm.ids import CompanyId, CustomerId, LockId, QuoteId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import CurrencyMismatch, Money, NumberRefused, NumberTypeRefused
from fxcrm.ratelocks import LockCoverExceeded, LockTermsRefused, RateLock, RateLockExpired
from fxcrm.selling import QUOTE_LIFECYCLE, Quote, QuoteHasNoRate
from fxcrm.selling.quoteerrors import (
    QuoteEmpty,
    QuoteIsFixed,
    QuoteLineRefused,
    QuoteOutOfTime,
    WrongLock,
    WrongRate,
)
from fxcrm.testing.strategies import money, refused_numbers
from tests.ledger.notation import chosen, half_even, instant, value

DAY = date(2026, 3, 2)
VALID = date(2026, 4, 1)
RATE = chosen("EUR/USD", "1.0850")


def _draft(currency: str = "USD") -> Quote:
    return Quote.draft(
        QuoteId("Q-1"),
        number="Q-0001",
        company=CompanyId("nordwind"),
        customer=CustomerId("acme"),
        currency=currency,
        priced_in="EUR",
        on=DAY,
        valid_until=VALID,
    )


def _filled(currency: str = "USD") -> Quote:
    return _draft(currency).add("Licence", quantity=10, unit_price=Money("100.00", "EUR"))


def _locked(until: date = VALID) -> tuple[Quote, RateLock]:
    return _filled().lock_rate(RATE, id=LockId("L-1"), at=instant(DAY), until=until)


# ---------------------------------------------------------------- lines and totals


def test_a_quote_is_priced_in_one_currency_and_offered_in_another() -> None:
    """EUR 1,000.00 at 1.0850 is USD 1,085.00, and each line names the decision."""
    quote = _filled().at_rate(RATE)
    assert quote.priced_total == Money("1000.00", "EUR")
    assert quote.total == Money("1085.00", "USD")
    assert [one.decisions()[0].id for one in quote.figures()] == [RATE.id]
    assert quote.at_rate(attrs.evolve(RATE, rate=RATE.rate.inverse)).total == quote.total


amounts = money("EUR", low="-99999.999", high="99999.999", extra_digits=1)
quantities = st.builds(lambda units: Decimal(units).scaleb(-3), st.integers(1, 10**6))
rates = st.builds(lambda units: Decimal(units).scaleb(-6), st.integers(1, 2 * 10**8))


@given(st.lists(st.tuples(quantities, amounts), min_size=1, max_size=6), rates)
def test_each_line_is_rounded_once_and_the_total_is_their_sum(
    lines: list[tuple[Decimal, Money]], rate: Decimal
) -> None:
    """Quantity x unit price x rate in fractions, half-even per line, added up (M9)."""
    quote = _draft()
    for quantity, price in lines:
        quote = quote.add("Line", quantity=quantity, unit_price=price)
    quote = quote.at_rate(chosen("EUR/USD", rate))
    exact = [Fraction(quantity) * value(price) for quantity, price in lines]
    assert [value(one) for one in quote.amounts] == [
        half_even(one * Fraction(rate)) for one in exact
    ]
    assert value(quote.total) == sum(
        (half_even(one * Fraction(rate)) for one in exact), Fraction(0)
    )
    assert value(quote.priced_total) == sum(map(half_even, exact), Fraction(0))


@given(st.lists(st.tuples(quantities, amounts), min_size=1, max_size=6))
def test_a_quote_in_its_own_currency_needs_no_rate(lines: list[tuple[Decimal, Money]]) -> None:
    """Priced and offered in one currency, both totals are one and the same."""
    quote = _draft("EUR")
    for quantity, price in lines:
        quote = quote.add("Line", quantity=quantity, unit_price=price)
    assert quote.total == quote.priced_total
    assert value(quote.total) == sum(
        (half_even(Fraction(quantity) * value(price)) for quantity, price in lines), Fraction(0)
    )


def test_a_line_says_what_rounding_did_to_it() -> None:
    """37.5 x 62.4052 is 2,340.195: the figure keeps the exact value (RULES section 0)."""
    quote = _draft("EUR").add("Hours", quantity="37.5", unit_price=Money("62.4052", "EUR"))
    (line,) = quote.figures()
    assert "quote line Q-0001/1: Hours" in line.explain()
    assert line.value == Money("2340.20", "EUR")
    assert line.exact == Fraction("2340.195")


def test_a_line_is_priced_in_the_price_list_s_currency() -> None:
    """A dollar price on a euro list is refused; it would be relabelled (M8)."""
    with pytest.raises(CurrencyMismatch):
        _draft().add("Licence", quantity=1, unit_price=Money("1.00", "USD"))


@pytest.mark.parametrize("quantity", [1.5, True, None, Fraction(1, 2)])
def test_a_quantity_is_an_exact_number(quantity: object) -> None:
    """Floats, booleans and None are no quantities (M3)."""
    with pytest.raises(NumberTypeRefused):
        _draft().add("Licence", quantity=quantity, unit_price=Money("1.00", "EUR"))  # type: ignore[arg-type]


@given(refused_numbers())
def test_a_quantity_from_outside_goes_through_the_parser(text: str) -> None:
    """Exponents, NaN and other scripts are refused in texts and in Decimals (section 4)."""
    with pytest.raises(NumberRefused):
        _draft().add("Licence", quantity=text, unit_price=Money("1.00", "EUR"))
    for odd in ("NaN", "Infinity", "sNaN"):
        with pytest.raises(NumberRefused):
            _draft().add("Licence", quantity=Decimal(odd), unit_price=Money("1.00", "EUR"))


@pytest.mark.parametrize("quantity", [0, -1, "0.000", Decimal("-0.5")])
def test_a_quantity_is_above_zero(quantity: int | str | Decimal) -> None:
    """A return is another document."""
    with pytest.raises(QuoteLineRefused):
        _draft().add("Licence", quantity=quantity, unit_price=Money("1.00", "EUR"))


# ---------------------------------------------------------------- rate and lock


def test_a_total_in_another_currency_needs_a_rate() -> None:
    """Neither 1 nor 0 stands in for it, and the offer is not released without."""
    with pytest.raises(QuoteHasNoRate) as caught:
        _ = _filled().total
    assert caught.value.pair == "EUR/USD"
    with pytest.raises(QuoteHasNoRate):
        _filled().approve("ada", DAY)


def test_a_rate_of_another_pair_is_refused() -> None:
    """EUR/GBP does not make dollars, at a rate or in a lock."""
    with pytest.raises(WrongRate) as caught:
        _filled().at_rate(chosen("EUR/GBP", "0.84"))
    assert (caught.value.pair, caught.value.needed) == ("EUR/GBP", "EUR/USD")
    with pytest.raises(WrongRate):
        _filled().lock_rate(
            chosen("EUR/GBP", "0.84"), id=LockId("L-1"), at=instant(DAY), until=VALID
        )


def test_a_lock_covers_the_quote_and_fixes_its_rate() -> None:
    """It is owned by the quote, covers the priced total, and ends with its last day."""
    quote, lock = _locked()
    assert (quote.lock, quote.rate, lock.owner) == ("L-1", RATE, "Q-1")
    assert lock.covers == Money("1000.00", "EUR")
    assert lock.expires_at == datetime(2026, 4, 2, tzinfo=UTC)
    assert lock.spot == lock.locked == RATE
    with pytest.raises(WrongLock):
        quote.at_rate(chosen("EUR/USD", "1.2000"))


def test_a_lock_that_has_ended_or_covers_nothing_is_not_made() -> None:
    """Yesterday's promise and a promise for nothing are refused when they are made."""
    with pytest.raises(LockTermsRefused):
        _locked(until=date(2026, 3, 1))
    with pytest.raises(LockTermsRefused):
        _draft().lock_rate(RATE, id=LockId("L-1"), at=instant(DAY), until=VALID)


def test_accepting_draws_the_lock_in_the_same_step() -> None:
    """Quote accepted, lock consumed, and the goods' price is what was drawn."""
    quote, lock = _locked()
    accepted, drawn = quote.approve("ada", DAY).accept(instant(date(2026, 3, 20)), lock)
    assert accepted.state == "accepted"
    assert drawn is not None
    assert (drawn.state, drawn.drawn) == ("consumed", Money("1000.00", "EUR"))
    assert accepted.events[-1].details == {"total": "USD 1085.00"}


def test_after_the_lock_nobody_accepts() -> None:
    """The lock ends on 20 March, the offer on 1 April: on the 21st there is no rate any more."""
    quote, lock = _locked(until=date(2026, 3, 20))
    approved = quote.approve("ada", DAY)
    assert approved.accept(datetime(2026, 3, 20, 23, 59, 59, tzinfo=UTC), lock)
    with pytest.raises(RateLockExpired):
        approved.accept(datetime(2026, 3, 21, tzinfo=UTC), lock)


def test_what_was_added_after_the_lock_is_not_covered() -> None:
    """The lock survives the edit; the excess is refused when it would be drawn."""
    quote, lock = _locked()
    more = quote.add("Extra", quantity=1, unit_price=Money("0.01", "EUR"))
    assert more.lock == "L-1"
    with pytest.raises(LockCoverExceeded):
        more.approve("ada", DAY).accept(instant(DAY), lock)


def test_a_quote_is_accepted_with_its_own_lock_only() -> None:
    """Without it, with another one, or with one where there is none: refused."""
    quote, lock = _locked()
    approved = quote.approve("ada", DAY)
    with pytest.raises(WrongLock):
        approved.accept(instant(DAY))
    with pytest.raises(WrongLock):
        approved.accept(instant(DAY), attrs.evolve(lock, id=LockId("L-2")))
    with pytest.raises(WrongLock):
        _filled().at_rate(RATE).approve("ada", DAY).accept(instant(DAY), lock)


# ---------------------------------------------------------------- life


COMMANDS: dict[str, Callable[[Quote], Any]] = {
    "approve": lambda one: one.approve("ada", DAY),
    "accept": lambda one: one.accept(instant(DAY)),
    "lapse": lambda one: one.lapse(date(2026, 4, 2)),
    "decline": lambda one: one.decline("too dear", DAY),
    "withdraw": lambda one: one.withdraw("mistake", DAY),
    "order": lambda one: one.order(DAY),
    "supersede": lambda one: one.supersede(QuoteId("Q-2"), DAY),
    "requote": lambda one: one.requote(QuoteId("Q-2"), DAY),
}


def test_every_command_of_the_table_can_be_given() -> None:
    """No row waits for a command that nobody wrote."""
    assert {command for _, command in QUOTE_LIFECYCLE.table} == set(COMMANDS)


@pytest.mark.parametrize("state", QUOTE_LIFECYCLE.states())
@pytest.mark.parametrize("command", COMMANDS)
def test_a_quote_moves_as_its_table_says(state: str, command: str) -> None:
    """Every state with every command: the next state with an event, or a refusal."""
    quote = attrs.evolve(_filled().at_rate(RATE), state=state)
    expected = QUOTE_LIFECYCLE.table.get((state, command))
    if expected is None:
        with pytest.raises(TransitionRefused) as caught:
            COMMANDS[command](quote)
        assert (caught.value.state, caught.value.command) == (state, command)
        return
    answer = COMMANDS[command](quote)
    moved = answer[0] if isinstance(answer, tuple) else answer
    assert moved.state == expected
    assert moved.events[-1].name == f"quote {expected}"


@pytest.mark.parametrize("state", [one for one in QUOTE_LIFECYCLE.states() if one != "draft"])
def test_only_a_draft_is_edited(state: str) -> None:
    """Lines, rate and lock are fixed once the offer has left."""
    quote = attrs.evolve(_filled().at_rate(RATE), state=state)
    with pytest.raises(QuoteIsFixed):
        quote.add("Extra", quantity=1, unit_price=Money("1.00", "EUR"))
    with pytest.raises(QuoteIsFixed):
        quote.at_rate(RATE)
    with pytest.raises(QuoteIsFixed):
        quote.lock_rate(RATE, id=LockId("L-1"), at=instant(DAY), until=VALID)


def test_an_empty_quote_is_not_released() -> None:
    """There must be something to offer."""
    with pytest.raises(QuoteEmpty):
        _draft().at_rate(RATE).approve("ada", DAY)


def test_an_offer_lives_through_its_last_day() -> None:
    """Accepted on the last day, not on the next; lapsed on the next, not before (F7)."""
    approved = _filled().at_rate(RATE).approve("ada", DAY)
    assert approved.accept(datetime(2026, 4, 1, 23, 59, tzinfo=UTC))[0].state == "accepted"
    with pytest.raises(QuoteOutOfTime) as late:
        approved.accept(datetime(2026, 4, 2, tzinfo=UTC))
    assert late.value.valid_until == VALID
    with pytest.raises(QuoteOutOfTime):
        approved.lapse(VALID)
    assert approved.lapse(date(2026, 4, 2)).state == "lapsed"


def test_a_naive_instant_does_not_accept() -> None:
    """With or without a lock, the instant has a time zone (F7)."""
    approved = _filled().at_rate(RATE).approve("ada", DAY)
    with pytest.raises(NaiveInstant):
        approved.accept(datetime(2026, 3, 20, 12))  # noqa: DTZ001


@given(st.sampled_from(["GBP", "JPY"]))
def test_a_quote_can_not_be_relabelled(code: str) -> None:
    """Another currency on the same rate is refused when the total is asked (M8)."""
    quote = attrs.evolve(_filled().at_rate(RATE), currency=Currency(code))
    with pytest.raises(CurrencyMismatch):
        _ = quote.total
