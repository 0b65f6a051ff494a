"""``fxcrm close``, ``translate`` and ``consolidate`` as a user runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from fxcrm.bootstrap import open_store
from fxcrm.cli import main
from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId
from fxcrm.rates import RateTable
from fxcrm.usecases import Desk, invest, pay_in_capital, register_company
from tests.ledger.notation import money

BOOKS = "books.sqlite3"
ACME, NORDWIND = CompanyId("acme"), CompanyId("nordwind")
FIRST, LAST = date(2026, 1, 5), date(2026, 1, 31)
GROUP = """
parent = "acme"
presentation = "EUR"
stakes = [{ company = "nordwind", owned = "0.80" }]
"""
Run = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Run:
    """A parent that owns four fifths of USD 1,000; the dollar goes from 0.80 to 1 euro."""
    monkeypatch.chdir(tmp_path)
    Path("ecb.csv").write_text("Date,USD,\n2026-01-30,1.00,\n2026-01-05,1.25,\n")
    Path("group.toml").write_text(GROUP)
    at = datetime(2026, 1, 5, 17, tzinfo=UTC)
    store = open_store(BOOKS)
    with store.begin(actor="ada", at=at) as unit:
        desk = Desk(unit, RateTable.of("EUR", on=FIRST, USD="1.25"), at, "ada")
        for id, code in ((ACME, "EUR"), (NORDWIND, "USD")):
            register_company(desk, id, name=id.title(), functional=Currency(code), on=FIRST)
        pay_in_capital(desk, ACME, "founding", money("EUR 5000.00"), FIRST)
        pay_in_capital(desk, NORDWIND, "founding", money("USD 1000.00"), FIRST)
        invest(desk, ACME, NORDWIND, "founding", money("EUR 640.00"), FIRST)
        unit.commit()
    store.close()

    def ran(name: str, *more: str) -> tuple[int, list[str], str]:
        where = ("--rates", "ecb.csv", "--at", "2026-01-31T17:00")
        code = main([name, BOOKS, *where, *more])
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return ran


def _digest() -> str:
    store = open_store(BOOKS)
    try:
        return store.digest()
    finally:
        store.close()


def _squeezed(lines: list[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines]


def test_a_company_is_shown_in_another_currency(run: Run) -> None:
    """The bank at the closing rate, capital at that of its day, the reserve between them."""
    before = _digest()
    code, lines, _ = run("translate", "--company", "nordwind", "--in", "eur")
    assert code == 0
    assert lines[0] == (
        "nordwind at 2026-01-31 in EUR, closing rate 1 EUR = 1.00 USD on 2026-01-30"
    )
    assert _squeezed(lines[2:6]) == [
        "1 1000 Bank 1,000.00 1,000.00 closing 1 EUR = 1.00 USD on 2026-01-30",
        "2 3000 Share capital -1,000.00 -800.00 booking 1 EUR = 1.25 USD on 2026-01-05",
        "3 Translation reserve -200.00",
        "4 Rounding 0.00",
    ]
    assert _squeezed(lines[6:7]) == ["5 in all 0.00"]
    assert lines[-2:] == [
        "what is left over: EUR 200.00",
        "rounding of this run: EUR 0.00, at most EUR 0.015",
    ]
    assert _digest() == before


def test_a_group_is_shown_as_one_company(run: Run) -> None:
    """4,360 + 1,000 euros: capital 5,000, a reserve of 160, and 200 of others."""
    before = _digest()
    code, lines, _ = run("consolidate", "--group", "group.toml", "--as-of", "2026-01-31")
    squeezed = _squeezed(lines)
    assert (code, lines[0]) == (0, "group acme at 2026-01-31 in EUR")
    for line in (
        "1000 nordwind EUR 1,000.00 Bank of nordwind",
        "3800 nordwind EUR -200.00 Translation reserve of nordwind",
        "net assets: EUR 5360.00",
        "translation reserve: EUR 160.00",
        "minority interest: EUR 200.00",
        "2 nordwind 2026-01-31 200.00 200.00 0.00 EUR 0.015",
    ):
        assert line in squeezed, line
    assert any(line.endswith("in all 0.00") for line in squeezed)
    assert _digest() == before


def test_the_same_as_json(run: Run) -> None:
    """Amounts are text; every entry of the worksheet sums to zero."""
    told = json.loads("\n".join(run("consolidate", "--group", "group.toml", "--format", "json")[1]))
    assert (told["group"], told["as_of"], told["currency"]) == ("acme", "2026-01-31", "EUR")
    assert told["totals"]["minority interest"] == "EUR 200.00"
    for entry in told["entries"]:
        cents = [int(line["amount"].split()[1].replace(".", "")) for line in entry["lines"]]
        assert sum(cents) == 0, entry["text"]
    alone = json.loads(
        "\n".join(run("translate", "--company", "nordwind", "--in", "EUR", "--format", "json")[1])
    )
    assert (alone["reserve"], alone["plug"], alone["bound"]) == (
        "EUR 200.00", "EUR 200.00", "EUR 0.015",
    )  # fmt: skip
    assert alone["lines"][0]["presentation"] == {"amount": "1000.00", "currency": "EUR"}


@pytest.mark.parametrize(
    "command",
    [
        ("translate", "--company", "nordwind", "--in", "EUR"),
        ("consolidate", "--group", "group.toml"),
    ],
    ids=["translate", "consolidate"],
)
def test_figures_are_explained_down_to_postings(run: Run, command: tuple[str, ...]) -> None:
    """By a part of their label, whatever its case."""
    code, lines, _ = run(*command, "--explain", "SHARE CAPITAL of nordwind")
    assert code == 0
    assert any("capital:nordwind:founding" in line for line in lines)
    assert any("1 EUR = 1.25 USD on 2026-01-05" in line for line in lines)


def test_closing_is_a_trial_unless_it_is_told_to_post(run: Run) -> None:
    """Then every member is shut and recorded, once; the day comes out as it did."""
    before = _digest()
    asked = ("close", "--group", "group.toml", "--through", "2026-01-31")
    code, lines, _ = run(*asked)
    assert (code, lines[0]) == (0, "acme: revalued by 0 entries, shut through 2026-01-31")
    assert lines[-1] == "a trial: --post would keep this"
    assert _digest() == before
    shown = run("consolidate", "--group", "group.toml")[1]
    code, lines, _ = run(*asked, "--post")
    assert (code, lines[-1]) == (0, "done and recorded")
    assert "translation reserve: EUR 160.00" in lines
    assert run("consolidate", "--group", "group.toml")[1] == shown


def test_a_company_is_closed_alone(run: Run) -> None:
    """And a group goes on where one of its members is shut already."""
    told = run("close", "--company", "nordwind", "--through", "2026-01-31", "--post")
    assert told[1] == [
        "nordwind: revalued by 0 entries, shut through 2026-01-31",
        "done and recorded",
    ]
    asked = ("close", "--group", "group.toml", "--through", "2026-01-31", "--format", "json")
    made = json.loads("\n".join(run(*asked)[1]))
    assert [one["entries"] for one in made["companies"]] == [0, None]
    assert (made["posted"], made["group"]["totals"]["net assets"]) == (False, "EUR 5360.00")
    code, lines, error = run("close", "--company", "nordwind", "--through", "2026-01-31", "--post")
    assert (code, lines) == (2, [])
    assert error.startswith("fxcrm: PeriodClosed: ")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("translate --in EUR", "CompanyNotNamed"),
        ("translate --company nobody --in EUR", "NotFound"),
        ("translate --company acme --in EURO", "UnknownCurrency"),
        ("translate --company nordwind --in EUR --as-of soon", "ArgumentRefused"),
        ("translate --company nordwind --in JPY", "RateMissing"),
        ("translate --company nordwind --in EUR --explain nothing", "FigureMissing"),
        ("consolidate --group none.toml", "GroupFileRefused"),
        ("consolidate --group cut.toml", "GroupFileRefused"),
        ("consolidate --group wrong.toml", "GroupTableRefused"),
        ("consolidate --group stranger.toml", "NotFound"),
        ("close --through 2026-01-31 --post", "CompanyNotNamed"),
        ("close --company acme --through never --post", "ArgumentRefused"),
        ("close --group group.toml --bookkeeping none.toml --through 2026-01-31 --post",
         "BookkeepingRefused"),
        ("close --group group.toml --through 2025-01-31 --post", "BooksNotBegun"),
    ],
)  # fmt: skip
def test_what_is_refused_is_one_line(run: Run, command: str, says: str) -> None:
    """Exit code 2, nothing on the standard output, nothing written."""
    Path("cut.toml").write_text("parent = ")
    Path("wrong.toml").write_text(GROUP.replace("0.80", "eighty percent"))
    Path("stranger.toml").write_text(GROUP.replace("nordwind", "stranger"))
    before = _digest()
    code, lines, error = run(*command.split())
    assert (code, lines) == (2, [])
    assert error.startswith(f"fxcrm: {says}: ")
    assert error.count("\n") == 1
    assert _digest() == before


def test_a_story_says_the_group_too(run: Run) -> None:
    """A file with a table ``[group]``, as a story has it."""
    Path("story.toml").write_text("[group]" + GROUP)
    assert "net assets: EUR 5360.00" in run("consolidate", "--group", "story.toml")[1]
