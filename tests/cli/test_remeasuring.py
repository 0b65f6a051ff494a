"""``fxcrm remeasure`` as a user runs it (D21)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from fxcrm.bootstrap import open_store
from fxcrm.cli import main
from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId
from fxcrm.rates import RateTable
from fxcrm.usecases import Desk, pay_in_capital, register_company
from tests.ledger.notation import money

FIRST = date(2026, 1, 5)
COMMAND = ("remeasure", "books.sqlite3", "--rates", "ecb.csv", "--at", "2026-01-31T17:00")


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """USD 1,000 of capital; the dollar goes from 0.80 to 1 euro."""
    monkeypatch.chdir(tmp_path)
    Path("ecb.csv").write_text("Date,USD,\n2026-01-30,1.00,\n2026-01-05,1.25,\n")
    at = datetime(2026, 1, 5, 17, tzinfo=UTC)
    store = open_store("books.sqlite3")
    with store.begin(actor="ada", at=at) as unit:
        desk = Desk(unit, RateTable.of("EUR", on=FIRST, USD="1.25"), at, "ada")
        id = CompanyId("nordwind")
        register_company(desk, id, name="Nordwind", functional=Currency("USD"), on=FIRST)
        pay_in_capital(desk, id, "founding", money("USD 1000.00"), FIRST)
        unit.commit()
    store.close()


@pytest.mark.usefixtures("books")
def test_a_company_is_measured_in_its_functional_currency(capsys: Any) -> None:
    """Cash at closing, capital at its day, a gain of 200; as text, JSON, explained, refused."""
    assert main([*COMMAND, "--in", "eur"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "nordwind at 2026-01-31, remeasured in EUR (temporal method)"
    assert "1 1000 Bank 1,000.00 1,000.00" in lines
    assert "2 3000 Share capital -1,000.00 -800.00" in lines
    assert lines[-4:] == [
        "gain by what moved: EUR 200.00",
        "gain by what is left over: EUR 200.00",
        "rounding: EUR 0.00, at most EUR 0.015",
        "profit with the gain, since the beginning: EUR 200.00",
    ]
    assert main([*COMMAND, "--in", "EUR", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["functional"], told["gain"], len(told["lines"])) == ("EUR", "EUR 200.00", 2)
    assert main([*COMMAND, "--in", "EUR", "--explain", "gain"]) == 0
    assert "rate decision closing:EUR/USD:2026-01-31:1" in capsys.readouterr().out
    assert main([*COMMAND, "--in", "USD"]) == 2
    assert "keeps its books in USD already" in capsys.readouterr().err
