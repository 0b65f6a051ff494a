"""Books in plain text: every text comes back, every minor unit counts, hostile names are safe."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import attrs
import pytest
from beancount.core.data import Transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fxcrm.adapters.beancount import beancount_ledger
from fxcrm.adapters.hledger import hledger_journal
from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.decisions import RateDecision
from fxcrm.ids import AccountCode, CompanyId, DecisionId, EntryId, OpenItemId
from fxcrm.ledger import Account, AccountType, Company, Entry, Posting, trading_chart
from fxcrm.ledger.daybook import Daybook, summed
from fxcrm.money import Money
from fxcrm.rates import ExchangeRate
from tests.ledger.notation import DAY, chosen, entry, instant, line
from tests.plain_tools import (
    JournalNotTaken,
    hledger,
    loaded,
    needs_hledger,
    seen_by_beancount,
    seen_by_hledger,
    seen_by_us,
    text,
)

SHOP = (
    CurrencyRegistry("shop").define("PTS2", 0, name="Points").define("FINE", 18, name="A fine unit")
)
CLUB = CurrencyRegistry("club").define("PTS2", 3, name="Other points")
COMPANY = Company(CompanyId("nordwind"), "Nordwind Handel GmbH", Currency("EUR"), DAY)
HOSTILE = [
    "", " ", "  two  ", "a\nb", "a\r\nb", "\t", ";", "a ; b", "a, b:c", "date:2020-01-01",
    "[2020-01-01]", "[=2020-01-01]", "x, date:2020-01-01", '"', '\\"', "\\", "\\n", "%0A", "100 %",
    "(code) text", ") text", "* done", "! pending", "payee | note", "= 5 EUR", "@@ 1 EUR",
    "2026-01-01 * fake\n  Assets:1000-Bank  1 EUR\n", "#tag ^link", "{{1 EUR}}", "é日本🙂",
    "\u2028", "\u0085", "\u202e", "\ufeff", "\x07", "\x1a", "option \"title\" \"x\"",
    "include /etc/hostname", "comment\n", "end comment", "alias a = b",
    "'=1+1", "=1+1", "\u00a0", "x" * 3000,
]  # fmt: skip


def book(*entries: Entry, company: Company = COMPANY, **options: Any) -> Daybook:
    """A daybook of these entries through the next day."""
    usual: dict[str, Any] = {"through": DAY + timedelta(1), "chart": trading_chart()}
    usual |= {"decisions": ()} | options
    return Daybook.of(company, usual.pop("chart"), entries, usual.pop("decisions"), **usual)


def told(words: str) -> Daybook:
    """Books in which every text that somebody wrote is this one."""
    first = Posting(
        AccountCode("1000"), Money("10.00", "USD"), Money("9.00", "EUR"), DecisionId(words or "d"),
        OpenItemId(words), CompanyId(words), words,
    )  # fmt: skip
    other = attrs.evolve(first.reversed, account=AccountCode("X" + words))
    made = Entry(
        EntryId(words), COMPANY.id, DAY, words, words, (first, other), EntryId(words), instant(DAY)
    )
    usual = trading_chart()
    more = Account(AccountCode("X" + words), words, AccountType.INCOME)
    chart = attrs.evolve(usual, accounts=(*usual.accounts, more))
    decision = attrs.evolve(chosen("EUR/USD", "1.1"), id=DecisionId(words))
    company = attrs.evolve(COMPANY, name=words)
    return book(made, company=company, chart=chart, decisions=(decision,))


def texts(words: str) -> dict[str, str]:
    """What is told of a posting whose every text is this one."""
    named = {"item": words, "decision": words or "d", "partner": words, "text": words}
    return {name: value for name, value in named.items() if value}


@needs_hledger
@pytest.mark.parametrize("words", HOSTILE)
def test_hledger_gives_every_text_back(words: str) -> None:
    """Codes, descriptions and tags, unquoted, are what was written; no day moves."""
    journal = text(hledger_journal(told(words)))
    first, closing = json.loads(hledger(journal, "print", "-x", "-O", "json"))
    assert (first["tdate"], first["tdate2"], first["tstatus"]) == (str(DAY), None, "Cleared")
    assert unquote(first["tcode"]) == words
    assert unquote(first["tdescription"]) == words
    assert closing["tcode"] == "closing"
    for posting in first["tpostings"]:
        assert (posting["pdate"], posting["pdate2"]) == (None, None)
        own = {name: unquote(value) for name, value in posting["ptags"]}
        assert {name: own[name] for name in texts(words)} == texts(words)


@pytest.mark.parametrize("words", HOSTILE)
def test_beancount_gives_every_text_back(words: str) -> None:
    """Narrations and metadata are what was written."""
    [found], _ = loaded(text(beancount_ledger(told(words))))
    assert (found.date, found.narration, found.payee, found.flag) == (DAY, words, None, "*")
    assert (found.tags, found.links) == (frozenset(), frozenset())
    assert found.meta["entry"] == words
    assert found.meta["kind"] == words
    assert all(texts(words).items() <= (one.meta or {}).items() for one in found.postings)


@settings(max_examples=15)
@needs_hledger
@given(st.text(max_size=40))
@example("\x00")
def test_any_text_is_taken(words: str) -> None:
    """The books stay the same books, whatever is written into them."""
    found = told(words)
    ours = seen_by_us(found, found.closing, [one.decision for one in found.prices])
    assert seen_by_hledger(found) == ours
    assert seen_by_beancount(found) == ours


def test_what_is_no_text_is_shown_as_such() -> None:
    """Half a surrogate pair can not be kept in UTF-8: hledger gets its bytes, Beancount a mark."""
    assert "%ED%A0%80" in text(hledger_journal(told("\ud800")))
    assert '"\ufffd"' in text(beancount_ledger(told("\ud800")))
    for lines in (hledger_journal, beancount_ledger):
        text(lines(told("\ud800"))).encode()


def odd(registry: CurrencyRegistry, code: str, amount: str, value: str) -> Posting:
    """A posting in a currency of one's own."""
    functional = Money(value, "EUR")
    decision = DecisionId("noted")
    return Posting(AccountCode("1000"), registry.money(amount, code), functional, decision)


def against(*postings: Posting) -> Entry:
    """These postings, and their other side on sales."""
    others = (attrs.evolve(one.reversed, account=AccountCode("4000")) for one in postings)
    return entry(*postings, *others)


def fixed(registry: CurrencyRegistry, code: str, value: str) -> RateDecision:
    """A booking rate of one's own currency: 1 of it = value EUR."""
    rate = ExchangeRate.of(registry.currency(code), Currency("EUR"), value, on=DAY)
    return attrs.evolve(chosen("EUR/USD", "1"), rate=rate, id=DecisionId(f"{registry.name}:{code}"))


LARGEST = 2**63 - 1
ODD = {
    "two currencies of one code": against(
        odd(SHOP, "PTS2", "7", "0.07"), odd(CLUB, "PTS2", "-7.123", "-7.00")
    ),
    "eighteen decimals": against(odd(SHOP, "FINE", "9.223372036854775807", "1.00")),
    "the largest amounts": against(
        Posting(
            AccountCode("1000"), Money.from_minor(LARGEST, "USD"), Money.from_minor(LARGEST, "EUR"),
            DecisionId("noted"),
        )
    ),
    "a value of opposite sign": against(line("1000", "USD 5.00", "EUR -8.12")),
    "an amount worth nothing": against(line("1000", "USD 0.01", "EUR 0.00")),
    "nothing at all": against(line("1000", "EUR 0.00")),
    "nothing of a foreign currency": against(line("1000", "USD 0.00", "EUR 0.00")),
    "a change of value alone": against(line("1000", "USD 0.00", "EUR 0.01")),
    "sevenths and thirds": entry(
        line("1000", "USD 7.00", "EUR 1.00"),
        line("1100", "USD -3.00", "EUR -1.00"),
        line("4000", "USD -4.00", "EUR 0.00"),
    ),
    "a tie": against(line("1000", "USD 0.03", "EUR 0.01")),
}  # fmt: skip
DECISIONS = [
    chosen("EUR/USD", "6"),
    fixed(SHOP, "PTS2", "0.01"),
    fixed(CLUB, "PTS2", "0.98765"),
    fixed(SHOP, "FINE", "0.3"),
]


@needs_hledger
@pytest.mark.parametrize("name", ODD)
def test_both_programs_agree_on_odd_books(name: str) -> None:
    """Own currencies, the largest and the smallest, and everything that is no plain exchange."""
    found = book(ODD[name], decisions=DECISIONS)
    ours = seen_by_us(found, summed(ODD[name].postings), DECISIONS)
    assert seen_by_beancount(found) == ours
    assert seen_by_hledger(found) == ours


SOLD = entry(
    line("1000", "USD 7.00", "EUR 1.00"),
    line("1100", "USD -3.00", "EUR -1.00"),
    line("4000", "USD -4.00", "EUR 0.00"),
    line("5000", "EUR 1.00"),
    line("4000", "EUR -1.00"),
)
WRONG = {
    "a cost": ("7.00 USD @@ 1.00 EUR", "7.00 USD @@ 1.01 EUR"),
    "an amount without cost": ("  1.00 EUR", "  1.01 EUR"),
    "a balance": ("{}-3.00", "{}-3.01"),
}


@needs_hledger
@pytest.mark.parametrize("name", WRONG)
def test_hledger_refuses_a_minor_unit(name: str) -> None:
    """Nothing is within a tolerance: what is off by 0.01 is not taken."""
    right, wrong = (one.format("0.00 USD = ") for one in WRONG[name])
    journal = text(hledger_journal(book(SOLD)))
    hledger(journal, "check")
    assert right in journal
    with pytest.raises(JournalNotTaken, match=r"balance"):
        hledger(journal.replace(right, wrong, 1), "check")


@pytest.mark.parametrize("name", WRONG)
def test_beancount_refuses_a_minor_unit(name: str) -> None:
    """The tolerance is a thousandth of it, for the noise of dividing costs; balances have none."""
    right, wrong = (one.format("Assets:1100-Trade-receivables  ") for one in WRONG[name])
    ledger = text(beancount_ledger(book(SOLD)))
    at = ledger.rindex(right) if name == "a balance" else ledger.index(right)
    loaded(ledger)
    with pytest.raises(JournalNotTaken, match=r"[Bb]alance"):
        loaded(ledger[:at] + ledger[at:].replace(right, wrong, 1))


def test_the_last_day_there_is_has_no_day_after() -> None:
    """Books through the end of time are written without balances of the day after."""
    found = book(SOLD, through=date.max)
    [one], _ = loaded(text(beancount_ledger(found)))
    assert isinstance(one, Transaction)


@needs_hledger
def test_reversals_and_days_of_knowledge_are_told() -> None:
    """Which entry takes which one back, and since when it is known."""
    back = attrs.evolve(SOLD.reversal(DAY), booked_at=instant(DAY))
    journal = text(hledger_journal(book(SOLD, back)))
    assert "; kind:reversal, reverses:entry:1, booked:2026-03-02T17:00:00+00:00" in journal
    [_, found], _ = loaded(text(beancount_ledger(book(SOLD, back))))
    assert found.meta["reverses"] == "entry:1"
