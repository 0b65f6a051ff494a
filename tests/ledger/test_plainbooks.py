"""Names and lines for plain text accounting: safe, distinct, and carrying both amounts."""

from __future__ import annotations

import re

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.ids import AccountCode
from fxcrm.ledger import Account, AccountType, Chart, Entry, Posting, trading_chart
from fxcrm.ledger.accounts import AccountMissing
from fxcrm.ledger.plainbooks import LONGEST_WORDS, PlainBooks, account_names, details, symbols
from tests.ledger.notation import entry, line, money
from tests.ledger.test_daybook import book

PLAIN = PlainBooks(book())


def chart(*named: tuple[str, str]) -> Chart:
    """The usual chart with more asset accounts, by code and name."""
    usual = trading_chart()
    more = (Account(AccountCode(code), name, AccountType.ASSET) for code, name in named)
    return attrs.evolve(usual, accounts=(*usual.accounts, *more))


def named(*accounts: tuple[str, str]) -> list[str]:
    """What these accounts are called, in their order."""
    found = account_names(chart(*accounts))
    return [found[AccountCode(code)] for code, _ in accounts]


def plain(posting: Posting) -> list[tuple[str, str, str]]:
    """The lines of a posting, as text."""
    return [
        (one.account, str(one.amount), "" if one.cost is None else str(one.cost))
        for one in PLAIN.lines([posting])
    ]


def _entries(amount: str, functional: str) -> tuple[Entry, ...]:
    """One entry that puts this on the bank, against sales."""
    held, value = money(amount), money(functional)
    other = line("4000", str(-held), str(-value))
    return (entry(line("1000", amount, functional), other),)


def test_names_by_example() -> None:
    """Letters and digits of any script stay, colons and the rest become hyphens."""
    assert named(
        ("1010", "Bank: USD; \"main\""),
        ("1020", "Übrige Erträge"),
        ("a-30", "lower"),
        ("é", "é"),
        ("", ""),
        ("1040", "::\n"),
        ("1050", "現金 — ½"),
    ) == [
        "Assets:1010-Bank-USD-main",
        "Assets:1020-Übrige-Erträge",
        "Assets:Xa-30-lower",
        "Assets:Xé-é",
        "Assets:X",
        "Assets:1040",
        "Assets:1050-現金",
    ]  # fmt: skip


def test_names_that_come_out_alike_are_numbered() -> None:
    """Three codes that differ in a sign alone are three accounts still."""
    alike = [("9.1", "x"), ("9-1", "x"), ("9 1-x", "2"), ("9/1", "x")]
    found = named(*alike)
    assert found == ["Assets:9-1-x", "Assets:9-1-x-2", "Assets:9-1-x-2-2", "Assets:9-1-x-3"]


@given(st.lists(st.text(max_size=90), min_size=1, max_size=5, unique=True), st.text(max_size=90))
def test_any_name_is_safe_and_distinct(codes: list[str], name: str) -> None:
    """What Beancount asks of a component, for any text whatever."""
    fresh = [(code, name) for code in codes if not code.isdecimal()]
    found = named(*fresh)
    assert len(set(found)) == len(found)
    for one in found:
        root, own = one.split(":")
        assert root == "Assets"
        assert re.fullmatch(r"[A-Z0-9][^\W_]*(-[^\W_]+)*", own)
        assert len(own) <= 2 * LONGEST_WORDS + len("X--99")


def test_a_currency_of_ones_own_keeps_its_code_unless_another_has_it() -> None:
    """Two registries may define one code."""
    points, other = (
        CurrencyRegistry(one).define("PTS", 0, name="Points") for one in ("shop", "club")
    )
    first, second = points.currency("PTS"), other.currency("PTS")
    found = symbols([Currency("EUR"), first, second])
    assert list(found.values()) == ["EUR", "PTS", "PTS-2"]


def test_an_amount_carries_its_value_as_total_cost() -> None:
    """The sign is that of the amount; what is in functional currency costs itself."""
    bank = "Assets:1000-Bank"
    assert plain(line("1000", "USD -10.00", "EUR -9.00")) == [(bank, "USD -10.00", "EUR 9.00")]
    assert plain(line("1000", "USD 0.01", "EUR 0.00")) == [(bank, "USD 0.01", "EUR 0.00")]
    assert plain(line("1000", "EUR -3.00")) == [(bank, "EUR -3.00", "")]
    assert plain(line("1000", "EUR 0.00")) == [(bank, "EUR 0.00", "")]


def test_a_change_of_value_stands_below_its_account() -> None:
    """Amount zero, or an amount and a value of opposite signs (D7a)."""
    books = PlainBooks(book(*_entries("USD 0.00", "EUR -8.12")))
    below = "Assets:1000-Bank:1000-Value-of-USD"
    [first, *_] = books.daybook.entries
    [change] = books.lines(first.postings[:1])
    assert (change.account, str(change.amount), change.cost) == (below, "EUR -8.12", None)
    books = PlainBooks(book(*_entries("USD 5.00", "EUR -8.12")))
    [first, *_] = books.daybook.entries
    whole, change = books.lines(first.postings[:1])
    assert (str(whole.amount), str(whole.cost)) == ("USD 5.00", "EUR 0.00")
    assert (change.account, str(change.amount)) == (below, "EUR -8.12")


def test_parents_are_named_though_only_their_change_of_value_was_booked() -> None:
    """An account with nothing but a change of value is opened with what is below it."""
    books = PlainBooks(book(*_entries("USD 0.00", "EUR -8.12")))
    assert list(books.used())[:2] == ["Assets:1000-Bank", "Assets:1000-Bank:1000-Value-of-USD"]


def test_details_are_what_a_posting_names() -> None:
    """Nothing is told where nothing is named."""
    posting = attrs.evolve(line("1000", "USD 1.00", "EUR 0.90", "item:1"), text="t")
    assert dict(details(posting)) == {"item": "item:1", "decision": "noted", "text": "t"}


def test_an_account_outside_the_chart_is_refused() -> None:
    """There is no name to be guessed."""
    with pytest.raises(AccountMissing, match="'1234'"):
        plain(line("1234", "EUR 1.00"))
