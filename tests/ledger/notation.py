"""Short notation for tests: amounts, rates, decisions, entries, as one would write them down."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction

from fxcrm.decisions import Purpose, RateDecision, decision_id
from fxcrm.ids import AccountCode, CompanyId, DecisionId, EntryId, OpenItemId
from fxcrm.ledger import Entry, JournalLine, OpenItem, Posting
from fxcrm.money import Money
from fxcrm.rates import ExchangeRate

DAY = date(2026, 3, 2)
NORDWIND = CompanyId("nordwind")


def instant(day: date, hour: int = 17) -> datetime:
    """An hour of a day, in UTC."""
    return datetime.combine(day, time(hour), tzinfo=UTC)


def chosen(
    pair: str,
    value: str | Decimal,
    on: date = DAY,
    purpose: Purpose = Purpose.BOOKING,
) -> RateDecision:
    """A decision written as quoted: ``chosen("EUR/USD", "1.0850")`` is 1 EUR = 1.0850 USD."""
    base, counter = pair.split("/")
    rate = ExchangeRate.of(base, counter, value, on=on)
    id = decision_id(purpose, rate.pair, on)
    return RateDecision(id, purpose, rate, "as given", on, instant(on), "tester")


def money(text: str) -> Money:
    """``money("EUR 19.99")``."""
    return Money.parse(text)


def line(account: str, amount: str, functional: str = "", item: str = "") -> Posting:
    """``line("1000", "USD 108.50", "EUR 100.00")``; debit positive."""
    held, value = money(amount), money(functional or amount)
    decision = None if held.currency is value.currency else DecisionId("noted")
    named = OpenItemId(item) if item else None
    return Posting(AccountCode(account), held, value, decision, named)


def entry(*postings: Posting, on: date = DAY, id: str = "entry:1") -> Entry:
    """An entry of Nordwind."""
    return Entry(EntryId(id), NORDWIND, on, "test", "written by a test", postings)


def journal(*entries: Entry) -> tuple[JournalLine, ...]:
    """The postings of entries as a journal lists them."""
    return tuple(
        JournalLine(one.id, one.on, one.kind, posting)
        for one in entries
        for posting in one.postings
    )


def written(found: Entry) -> list[tuple[str, str, str]]:
    """The postings of an entry as one writes them: account, document amount, functional amount."""
    return [(one.account, str(one.amount), str(one.functional)) for one in found.postings]


def receivable(original: str, booked: str, *, account: str = "1100", on: date = DAY) -> OpenItem:
    """An open item of Nordwind; negative amounts make it a payable."""
    amount, value = money(original), money(booked)
    decision = None if amount.currency is value.currency else DecisionId("noted")
    return OpenItem(
        OpenItemId("item:1"),
        NORDWIND,
        AccountCode(account),
        "acme",
        "INV-1",
        on,
        on,
        amount,
        value,
        decision=decision,
    )


def value(amount: Money) -> Fraction:
    """The amount as an exact fraction of its currency."""
    return Fraction(amount.amount)


def half_even(exact: Fraction, digits: int = 2) -> Fraction:
    """The oracle's rounding, by Python's own ``round``, which is half-even for fractions."""
    return Fraction(round(exact * 10**digits), 10**digits)
