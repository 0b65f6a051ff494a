"""``fxcrm activity`` and ``fxcrm reminders``: noted, found, and reminded of once."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from json import loads
from pathlib import Path

import pytest

from fxcrm.bootstrap import open_store
from fxcrm.cli import main
from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.usecases import Desk, register_company, register_customer
from tests.ledger.notation import instant
from tests.usecases.office import RATES

DAY = date(2026, 3, 2)


@pytest.fixture
def db(tmp_path: Path) -> str:
    """A database with one company and one customer."""
    path = str(tmp_path / "sales.sqlite3")
    nordwind, euro = CompanyId("nordwind"), Currency("EUR")
    with closing(open_store(path)) as store, store.begin() as unit:
        desk = Desk(unit, RATES, instant(DAY), "ada")
        register_company(desk, nordwind, name="Nordwind", functional=euro, on=DAY)
        acme = CustomerId("acme")
        register_customer(
            desk, acme, company=nordwind, name="Acme", country="US", currency=euro, on=DAY
        )
        unit.commit()
    return path


def test_a_task_is_noted_reminded_of_once_and_done(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A task past its day raises one reminder at whatever instant; bad input is one line."""
    rules = tmp_path / "rules.toml"
    rules.write_text('[reminders.task]\nwatch = "overdue task"\n')

    def run(*words: str) -> tuple[int, str]:
        code = main([*words[:2], "--db", db, "--on", "2026-03-02", *words[2:]])
        captured = capsys.readouterr()
        return code, captured.out or captured.err

    task = ("activity", "add", "A-1", "--customer", "acme", "--kind", "task", "--subject", "Offer")
    assert run(*task)[0] == 2
    amount = ("--due", "2026-03-09", "--amount", "USD 5000.00", "--owner", "ada")
    assert run(*task, *amount) == (0, "task A-1 is to be done\n")
    for wrong in (("--kind", "fax"), ("--about", "deal"), ("--amount", "lots")):
        code, told = run(*task, *wrong)
        assert (code, len(told.splitlines())) == (2, 1)
    look = ("reminders", "raise", "nordwind", "--rules", str(rules), "--json", "--at")
    counts = [len(loads(run(*look, f"2026-03-{day}T00:00")[1])) for day in ("09", "11", "10", "20")]
    assert counts == [0, 1, 0, 0]
    [row] = loads(run("reminders", "list", "--owner", "ada", "--json")[1])
    assert row["what"] == "activity A-1: it was due on 2026-03-09"
    assert run("reminders", "done", row["reminder"])[0] == 0
    assert run("activity", "done", "A-1") == (0, "activity A-1 is done\n")
    assert run("activity", "done", "A-1")[0] == 2
    [row] = loads(run("activity", "list", "--customer", "acme", "--state", "done", "--json")[1])
    assert (row["about"], row["owner"], row["due"]) == ("", "ada", "2026-03-09")
