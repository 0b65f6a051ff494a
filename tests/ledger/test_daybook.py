"""The daybook: which entries, which prices, what was carried forward."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.ids import DecisionId, EntryId
from fxcrm.ledger import Balance, Company, Entry, trading_chart
from fxcrm.ledger.daybook import Daybook, Price, SpanRefused, summed
from fxcrm.rates import ExchangeRate
from tests.ledger.notation import DAY, NORDWIND, chosen, entry, instant, line, money

COMPANY = Company(NORDWIND, "Nordwind Handel GmbH", Currency("EUR"), date(2026, 1, 2))
LATER = DAY + timedelta(1)
BOOKED = entry(line("1000", "USD 10.00", "EUR 9.00"), line("4000", "USD -10.00", "EUR -9.00"))


def book(*entries: Entry, **options: object) -> Daybook:
    """A daybook through the day after the usual one, unless it is said otherwise."""
    usual = {"through": LATER, "decisions": ()}
    return Daybook.of(COMPANY, trading_chart(), entries, **{**usual, **options})  # type: ignore[arg-type]


def price(*decisions: RateDecision, **options: object) -> list[tuple[date, str]]:
    """The prices of books in dollars, as day and direction with value."""
    found = book(BOOKED, decisions=decisions, **options).prices
    return [(one.on, f"{one.base} {one.value} {one.counter}") for one in found]


def test_entries_are_by_day_and_within_a_day_as_they_were_booked() -> None:
    """What was booked late for an early day stands on its day."""
    late = attrs.evolve(BOOKED, id=EntryId("late"), on=DAY - timedelta(1))
    second = attrs.evolve(BOOKED, id=EntryId("a second"))
    assert [one.id for one in book(BOOKED, second, late).entries] == ["late", "entry:1", "a second"]


def test_what_lies_before_the_span_is_carried_forward() -> None:
    """Openings hold both amounts for each account and currency; what lies after is left out."""
    after = attrs.evolve(BOOKED, id=EntryId("after"), on=LATER + timedelta(1))
    found = book(BOOKED, after, since=LATER)
    assert found.entries == ()
    assert found.opening == (
        Balance(BOOKED.postings[0].account, money("USD 10.00"), money("EUR 9.00")),
        Balance(BOOKED.postings[1].account, money("USD -10.00"), money("EUR -9.00")),
    )
    assert found.closing == found.opening
    assert [str(one) for one in found.currencies] == ["EUR", "USD"]


def test_books_as_they_were_known() -> None:
    """An entry that was booked after the instant is not there, whatever its day."""
    early = attrs.evolve(BOOKED, booked_at=instant(DAY))
    late = attrs.evolve(BOOKED, id=EntryId("late"), booked_at=instant(LATER))
    assert [one.id for one in book(early, late, known_at=instant(DAY)).entries] == ["entry:1"]
    assert len(book(early, late, known_at=instant(LATER)).entries) == 2
    assert len(book(early, late).entries) == 2


def test_a_span_ends_on_its_last_day_or_later() -> None:
    """One day is a span, less than a day is none."""
    assert book(BOOKED, since=LATER).since == LATER
    with pytest.raises(SpanRefused, match="ends before it begins"):
        book(BOOKED, since=LATER + timedelta(1))


def test_one_price_for_each_day_and_currency() -> None:
    """Closing before booking, what the books name before what they do not, later before earlier."""
    booking, closing = chosen("EUR/USD", "1.10"), chosen("EUR/USD", "1.12", purpose=Purpose.CLOSING)
    assert price(closing, booking) == [(DAY, "EUR 1.12 USD")]
    again = attrs.evolve(chosen("EUR/USD", "1.11"), id=DecisionId("z"), known_at=instant(DAY, 18))
    assert price(again, booking) == [(DAY, "EUR 1.11 USD")]
    named = attrs.evolve(booking, id=DecisionId("noted"))
    assert price(again, named) == [(DAY, "EUR 1.10 USD")]
    assert price(again, booking, known_at=instant(DAY)) == [(DAY, "EUR 1.10 USD")]


def test_only_what_measures_the_currencies_of_the_books_is_a_price() -> None:
    """No promise, no average, no third currency, nothing of later days."""
    others = [chosen("EUR/USD", "1.1", purpose=one) for one in (Purpose.LOCK, Purpose.AVERAGE)]
    third, cross = chosen("EUR/GBP", "0.85"), chosen("GBP/USD", "1.3")
    assert price(*others, third, cross, chosen("EUR/USD", "1.1", LATER + timedelta(1))) == []


def test_a_price_is_quoted_as_its_fixing() -> None:
    """The inverse keeps the direction and the digits that were published (R1)."""
    decision = chosen("EUR/USD", "1.0850")
    turned = attrs.evolve(decision, rate=decision.rate.inverse)
    assert Price.of(turned) == Price(
        DAY, Currency("EUR"), Currency("USD"), Decimal("1.0850"), True, turned
    )


def test_a_price_of_a_hundred_is_the_exact_price_of_one() -> None:
    """100 JPY = 4.4231 PLN is 0.044231 for one."""
    rate = ExchangeRate.of("JPY", "PLN", "4.4231", on=DAY, unit=100)
    found = Price.of(attrs.evolve(chosen("JPY/PLN", "1"), rate=rate))
    assert (str(found.value), found.exact) == ("0.044231", True)


def test_a_cross_rate_has_28_digits() -> None:
    """1.085 / 0.84 has no end: it is rounded half even, and says so."""
    euro = ExchangeRate.of("EUR", "USD", "1.0850", on=DAY)
    rate = ExchangeRate.of("EUR", "GBP", "0.8400", on=DAY).inverse.cross(euro)
    found = Price.of(attrs.evolve(chosen("GBP/USD", "1"), rate=rate))
    assert (str(found.value), found.exact) == ("1.291666666666666666666666667", False)


def test_sums_are_by_account_and_document_currency() -> None:
    """A change of value without an amount counts for the value."""
    lines = line("1000", "USD 10.00", "EUR 9.00"), line("1000", "USD 0.00", "EUR -0.25")
    assert summed([*lines, line("1000", "EUR 1.00")]) == (
        Balance(lines[0].account, money("USD 10.00"), money("EUR 8.75")),
        Balance(lines[0].account, money("EUR 1.00"), money("EUR 1.00")),
    )
