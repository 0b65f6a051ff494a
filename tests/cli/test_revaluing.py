"""``fxcrm revalue`` as a user runs it: a trial unless it is told to post, and what it refuses."""

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
from fxcrm.usecases import Desk, enter_bill, pay_in_capital, register_company
from tests.ledger.notation import money

BOOKS = "books.sqlite3"
COMPANY = CompanyId("jadewind")
BILL = "item:jadewind:B-1"
Run = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Run:
    """The command on books in renminbi with a bill and a bank account in dollars."""
    monkeypatch.chdir(tmp_path)
    Path("ecb.csv").write_text("Date,USD,CNY,\n2026-01-30,1.25,8.75,\n2026-01-05,1.25,8.70,\n")
    rates = RateTable.of("EUR", on=date(2026, 1, 5), USD="1.25", CNY="8.70")
    at = datetime(2026, 1, 5, 17, tzinfo=UTC)
    store = open_store(BOOKS)
    with store.begin(actor="wang", at=at) as unit:
        desk = Desk(unit, rates, at, "wang")
        on, home = at.date(), Currency("CNY")
        register_company(desk, COMPANY, name="Jadewind", functional=home, on=on)
        pay_in_capital(desk, COMPANY, "founding", money("USD 5000.00"), on)
        bill = {"supplier": "acme", "amount": money("USD 1200.00"), "on": on, "days": 30}
        enter_bill(desk, "B-1", company=COMPANY, **bill)  # type: ignore[arg-type]
        unit.commit()
    store.close()

    def ran(*more: str) -> tuple[int, list[str], str]:
        where = ("--db", BOOKS, "--rates", "ecb.csv", "--at", "2026-01-31T17:00")
        code = main(["revalue", COMPANY, "2026-01-31", *where, *more])
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return ran


def _digest() -> str:
    store = open_store(BOOKS)
    try:
        return store.digest()
    finally:
        store.close()


def test_a_trial_shows_the_sheet_and_writes_nothing(run: Run) -> None:
    """From 6.96 to 7.00 on 3,800 dollars: the sheet, the ids, the entries it would book."""
    before = _digest()
    code, lines, _ = run()
    assert code == 0
    assert lines[0] == "jadewind at 2026-01-31, in CNY"
    rate = "1 CNY = 0.1428571 USD on 2026-01-30"
    assert [" ".join(line.split()) for line in lines[1:7]] == [
        "account item document balance carried adjusting rate value at it difference verdict",
        f"1000 USD 5000.00 CNY 34800.00 {rate} CNY 35000.00 CNY 200.00 to be booked",
        "1000 in all CNY 34800.00 CNY 35000.00 CNY 200.00",
        f"2000 B-1 USD -1200.00 CNY -8352.00 {rate} CNY -8400.00 CNY -48.00 to be booked",
        "2000 in all CNY -8352.00 CNY -8400.00 CNY -48.00",
        "in all CNY 26448.00 CNY 26600.00 CNY 152.00",
    ]
    assert lines[7:9] == ["id        1000/USD", f"id        {BILL}"]
    assert lines[-1] == "a trial: --post would book 3 entries"
    assert _digest() == before


def test_it_is_posted_when_it_is_told_to_and_once(run: Run) -> None:
    """The second run finds the books as the first one left them (D15)."""
    assert run("--post")[1][-1] == "posted 3 entries"
    digest = _digest()
    assert run("--post")[1][-1] == "nothing to post: the books hold this run already"
    assert _digest() == digest


def test_a_rate_is_named_and_a_proposal_refused(run: Run) -> None:
    """Both with a reason; JSON says what became of each row."""
    code, lines, _ = run(
        "--adjust", "USD=6.98", "--refuse", BILL, "--reason", "in dispute", "--post", "--json"
    )
    told = json.loads("\n".join(lines))
    assert (code, told["posted"], told["functional"]) == (0, True, "CNY")
    bank, bill = told["rows"]
    assert (bank["value"], bank["verdict"], bank["decision"]) == (
        "CNY 34900.00",
        "booked",
        "closing:USD/CNY:2026-01-31:jadewind.1",
    )
    assert (bill["verdict"], bill["reason"]) == ("refused", "in dispute")
    assert [one["id"] for one in told["entries"]] == ["revaluation:jadewind:2026-01-31:balances:1"]
    assert told["totals"][-1]["difference"] == "CNY 76.00"


def test_a_pair_says_its_own_direction(run: Run) -> None:
    """1 CNY = 0.125 USD: a dollar costs eight."""
    lines = run("--adjust", "CNY/USD=0.125", "--accept", "1000/USD")[1]
    assert "CNY 40000.00" in lines[2]
    assert lines[4].endswith("open")


def test_styles_come_from_the_rules_of_the_books(run: Run) -> None:
    """A payable that keeps its adjustment has no reversal."""
    Path("books.toml").write_text('[default.styles]\n2000 = "cumulative"\n')
    entries = [line for line in run("--bookkeeping", "books.toml")[1] if line[:5] == "entry"]
    assert [line.rpartition("2026-01-31:")[2] for line in entries] == [
        "items-cumulative:1",
        "balances:1",
    ]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--adjust", "USD"), "ArgumentRefused"),
        (("--adjust", "USD=seven"), "NumberRefused"),
        (("--adjust", "USD=0.14"), "AdjustingRateInverted"),
        (("--adjust", "EUR/GBP=0.85"), "AdjustingRateUnfit"),
        (("--refuse", BILL), "RefusalRefused"),
        (("--refuse", "B-1", "--reason", "no"), "ProposalMissing"),
        (("--reverse-on", "2026-01-31"), "ReversalRefused"),
        (("--bookkeeping", "none.toml"), "BookkeepingRefused"),
        (("--db", "none.sqlite3"), "BooksMissing"),
    ],
)
def test_what_is_refused_is_one_line(run: Run, more: tuple[str, ...], says: str) -> None:
    """Exit code 2, nothing on the standard output, nothing written."""
    before = _digest()
    code, lines, error = run(*more, "--post")
    assert (code, lines) == (2, [])
    assert error.startswith(f"fxcrm: {says}: ")
    assert _digest() == before
