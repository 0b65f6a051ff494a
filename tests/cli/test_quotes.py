"""``fxcrm quote``: drafted with taxes, approved by rule, locked, accepted, and quoted again."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from json import loads
from pathlib import Path

import pytest

from fxcrm.adapters.sql import open_sqlite
from fxcrm.cli import main
from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId, CustomerId, DealId, EnquiryId
from fxcrm.money import Money
from fxcrm.rates import RateTable
from fxcrm.usecases import Desk, qualify_enquiry, receive_enquiry, register_company
from fxcrm.usecases import register_customer as register
from tests.ledger.notation import instant

RULES = """
[approvals.roles]
head = ["H. Brandt"]

[[approvals.rules]]
name = "large discount"
discount_above = "5"
roles = ["head"]

[taxes]
[[taxes.rates]]
goods = "standard"
name = "VAT"
percent = "19"
since = 2021-01-01
"""
FEED = "Date,USD,GBP,\n2026-03-02,1.0850,0.8420,\n2026-04-10,1.1000,0.8500,\n"
DAY = date(2026, 3, 2)
PUMPS = ("--line", "Pump; 3; EUR 99.99; discount=10 %; tax=standard")


@pytest.fixture(name="shop")
def _shop(tmp_path: Path) -> tuple[str, ...]:
    """A company with a customer and a deal, rates of two days and rules of its own."""
    rules, rates, db = (tmp_path / name for name in ("rules.toml", "rates.csv", "q.sqlite3"))
    rules.write_text(RULES)
    rates.write_text(FEED)
    with closing(open_sqlite(db)) as store, store.begin(actor="ada", at=instant(DAY)) as unit:
        desk = Desk(unit, RateTable.from_fixings(()), instant(DAY), "ada")
        home = Currency("EUR")
        register_company(desk, CompanyId("nw"), name="Nordwind", functional=home, on=DAY)
        register(
            desk, CustomerId("acme"), company=CompanyId("nw"), name="Acme", country="US",
            currency=Currency("USD"), also=(Currency("GBP"), home), on=DAY,
        )  # fmt: skip
        receive_enquiry(
            desk, EnquiryId("E"), customer=CustomerId("acme"), subject="?", channel="", on=DAY
        )
        value = Money("1.00", "EUR")
        qualify_enquiry(desk, EnquiryId("E"), deal=DealId("D"), value=value, on=DAY)
        unit.commit()
    return ("--db", str(db), "--rules", str(rules), "--rates", str(rates), "--actor", "ada")


def _run(shop: tuple[str, ...], name: str, *words: str, day: str = "2026-03-02") -> int:
    return main(["quote", name, *shop, "--at", f"{day}T17:00:00Z", *words])


def test_a_quote_from_draft_to_requote(
    shop: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Net 292.92, tax 55.65; approved by the head; lapsed, and quoted again at another rate."""
    draft = ("Q-1", "--deal", "D", "--currency", "usd", "--priced-in", "eur")
    assert _run(shop, "draft", *draft, "--valid-until", "2026-04-01", *PUMPS) == 0
    assert "draft, USD 348.57, of which tax USD 55.65" in capsys.readouterr().out
    assert _run(shop, "approve", "Q-1", "--by", "ada") != 0
    assert "large discount (a discount above 5 %): head, not an author" in capsys.readouterr().err
    lock = ("Q-1", "--lock", "L-1", "--until", "2026-03-20", "--spread", "0.5")
    assert _run(shop, "lock", *lock) == 0
    assert "lock L-1 covers EUR 269.97 of EUR 269.97, and ends before" in capsys.readouterr().out
    assert _run(shop, "approve", "Q-1", "--by", "H. Brandt", "--role", "head") == 0
    assert "is released" in capsys.readouterr().out
    assert _run(shop, "show", "Q-1", "--in", "gbp", "--json") == 0
    rows = {row["what"]: row for row in loads(capsys.readouterr().out)}
    assert rows["VAT 19 %"]["amount"] == {"amount": "55.93", "currency": "USD"}
    assert "display:GBP/USD:2026-03-02:1" in rows["in GBP"]["how"]
    assert "known 2026-03-02 17:00 UTC" in rows["in GBP"]["how"]
    assert _run(shop, "accept", "Q-1", day="2026-04-10") != 0
    assert "'Q-1' is valid until 2026-04-01" in capsys.readouterr().err
    assert _run(shop, "lapse", "Q-1", day="2026-04-10") == 0
    again = ("Q-1", "--as", "Q-2", "--valid-until", "2026-05-01", "--price", "1=EUR 110.00")
    assert _run(shop, "requote", *again, day="2026-04-10") == 0
    said = capsys.readouterr().out
    for cause in ("price effect", "rate effect", "lock effect", "tax", "rounding", "difference"):
        assert cause in said
    assert _run(shop, "list", "--state", "requoted", "--json") == 0
    assert [row["quote"] for row in loads(capsys.readouterr().out)] == ["Q-1"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--line", "Pump"), 'write "Pump; 3; EUR 99.99"'),
        (("--line", "Pump; 3; EUR 9.99; size=XL"), "discount, tax, product"),
        (("--line", "Pump; 3; EUR 9.99; tax=luxury"), "no tax rate of 'luxury' is known for US"),
        (("--line", "Pump; 0; EUR 9.99"), "a quantity is above zero"),
        (("--line", "Pump; 1; USD 9.99"), "needs one currency"),
    ],
)
def test_a_line_that_can_not_be_offered_is_refused_in_one_line(
    shop: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    told: str,
) -> None:
    """Nothing is kept; the exit code says so, and the message what to write."""
    draft = ("Q-1", "--deal", "D", "--currency", "usd", "--priced-in", "eur")
    assert _run(shop, "draft", *draft, "--valid-until", "2026-04-01", *words) != 0
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_a_version_in_another_currency_is_shown_without_its_causes(
    shop: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Dollars became pounds: the lines are shown, and why the difference is not."""
    draft = ("Q-1", "--deal", "D", "--currency", "usd", "--priced-in", "eur")
    assert _run(shop, "draft", *draft, "--valid-until", "2026-04-01", "--line", "P; 1; EUR 1") == 0
    assert _run(shop, "approve", "Q-1", "--by", "ben") == 0
    assert _run(shop, "revise", "Q-1", "--as", "Q-2") == 0
    assert _run(shop, "convert", "Q-2", "--currency", "gbp") == 0
    capsys.readouterr()
    assert _run(shop, "show", "Q-2") == 0
    assert "EUR in USD is not EUR in GBP" in capsys.readouterr().out


def test_a_line_number_beyond_reason_is_refused(
    shop: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Five thousand digits are told to be no line, and not read."""
    price = f"{'9' * 5000}=EUR 1"
    again = ("Q-1", "--as", "Q-2", "--valid-until", "2026-05-01", "--price", price)
    assert _run(shop, "requote", *again) != 0
    assert "--price is a whole number" in capsys.readouterr().err
