"""``fxcrm export`` as a user runs it: what it writes, for whom, as of when, and what it refuses."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from openpyxl import load_workbook

from fxcrm.bootstrap import PLAIN_FORMATS, TABLE_FORMATS, open_store
from fxcrm.cli import exportarguments, main
from fxcrm.cli.exports import LISTINGS
from fxcrm.usecases import pay_costs, revalue
from tests.ledger.notation import money
from tests.plain_tools import hledger, loaded, needs_hledger
from tests.usecases.office import JANUARY, NORDWIND, Office

Run = Callable[..., tuple[int, str, str]]
PAGE = Path(__file__).parents[2] / "docs/how-to/check-the-books-with-other-programs.md"
SHELL = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
DAY = ("--as-of", "2026-01-31")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nordwind's January: an invoice, half of it paid, a month end; costs of the day after."""
    path = tmp_path_factory.mktemp("books") / "books.sqlite3"
    store = open_store(path)
    office = Office(cast("Any", store)).open()
    office.invoice(1, "USD 1080.90", date(2026, 1, 10))
    office.pay("P-1", 1, "USD 540.45", date(2026, 1, 20))
    office.at(JANUARY, lambda desk: revalue(desk, NORDWIND, JANUARY))
    later = JANUARY + timedelta(1)
    office.at(later, lambda desk: pay_costs(desk, NORDWIND, "rent", money("EUR 7.00"), later))
    store.close()
    return path


@pytest.fixture
def run(database: Path, capsysbinary: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on the database: its exit code, what it writes, and what it complains of."""
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: str, db: str = "") -> tuple[int, str, str]:
        code = main(["export", *arguments, "--db", db or str(database), "--at", "2026-02-06T12:00"])
        told = capsysbinary.readouterr()
        return code, told.out.decode(), told.err.decode()

    return ran


def table(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(text)))


def test_a_journal_is_a_table_unless_it_is_said_otherwise(run: Run) -> None:
    """Every posting up to the day, by day, amounts as numbers."""
    code, text, _ = run("journal", *DAY)
    rows = table(text)
    assert code == 0
    assert rows[0]["day"] <= rows[-1]["day"] == "2026-01-31"
    [sold] = [one for one in rows if one["account"] == "4000"]
    assert (sold["amount"], sold["amount, currency"]) == ("-1080.90", "USD")
    assert not any("rent" in one["entry"] for one in rows)
    assert any("rent" in one["entry"] for one in table(run("journal")[1]))


@needs_hledger
def test_hledger_takes_the_journal(run: Run) -> None:
    """Strictly, from standard output."""
    code, text, _ = run("journal", *DAY, "--format", "hledger")
    assert code == 0
    assert hledger(text, "check", "--strict") == ""
    assert "-1080.90 USD" in hledger(text, "balance", "4000")


def test_beancount_takes_the_journal(run: Run) -> None:
    """Of a span: what was before is carried forward."""
    since = ("--since", "2026-01-15")
    code, text, _ = run("journal", *DAY, *since, "--format", "beancount")
    assert code == 0
    transactions, _ = loaded(text)
    assert transactions[0].narration == "Carried forward to 2026-01-15"
    assert transactions[0].date == date(2026, 1, 14)


def test_a_trial_balance_and_open_items(run: Run) -> None:
    """As of the day: the tables of the reports, amounts split into number and currency."""
    code, text, _ = run("trial-balance", *DAY)
    assert code == 0
    assert "1100" in text
    code, text, _ = run("items", *DAY)
    [item] = table(text)
    assert code == 0
    assert (item["original"], item["open"], item["open, currency"]) == ("1080.90", "540.45", "USD")
    assert (item["carried, currency"], item["account name"]) == ("EUR", "Trade receivables")


@pytest.mark.parametrize("name", LISTINGS)
def test_a_workbook_is_written_to_a_file(run: Run, name: str) -> None:
    """And nowhere else, for it is no text."""
    code, text, _ = run(name, *DAY, "--format", "xlsx", "--output", "books.xlsx")
    assert (code, text) == (0, "wrote books.xlsx\n")
    book = load_workbook("books.xlsx")
    assert book.sheetnames == [name]
    assert len(table(run(name, *DAY)[1])) == book.active.max_row - 1
    code, text, said = run(name, "--format", "xlsx")
    assert (code, text) == (2, "")
    assert "--output is needed for a workbook" in said


def test_as_known_at_an_instant(run: Run) -> None:
    """Before anything was booked there is nothing to export."""
    code, text, _ = run("items", *DAY, "--known-at", "2000-01-01T00:00")
    assert code == 0
    assert table(text) == []
    assert table(run("items", *DAY)[1])


def test_what_is_refused(run: Run, tmp_path: Path) -> None:
    """No database, no such company, a day that is none, a place that can not be written."""
    assert "BooksMissing" in run("journal", db=str(tmp_path / "none.sqlite3"))[2]
    assert not (tmp_path / "none.sqlite3").exists()
    assert "there is no company 'nobody'" in run("journal", "--company", "nobody")[2]
    assert "--as-of is such as 2026-03-31" in run("journal", "--as-of", "January")[2]
    assert "SpanRefused" in run("journal", *DAY, "--since", "2026-02-01")[2]
    code, text, said = run("journal", "--output", str(tmp_path / "no" / "where.csv"))
    assert (code, text) == (2, "")
    assert "ExportNotWritten" in said
    open_store(tmp_path / "empty.sqlite3").close()
    assert "there is none" in run("journal", db=str(tmp_path / "empty.sqlite3"))[2]


@needs_hledger
def test_what_the_how_to_page_types_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """Each line of its shell blocks, in their order, succeeds; the checks say nothing."""
    monkeypatch.chdir(tmp_path)
    lines = [
        line for block in SHELL.findall(PAGE.read_text("utf-8")) for line in block.splitlines()
    ]
    assert [line.split()[0] for line in lines] == [
        "fxcrm", "fxcrm", "fxcrm", "hledger", "bean-check", "hledger", "hledger", "hledger",
    ]  # fmt: skip
    for program, *arguments in map(shlex.split, lines):
        if program == "fxcrm":
            assert main(arguments) == 0
            continue
        found = shutil.which(program, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        assert found is not None
        done = subprocess.run(
            [found, *arguments],
            capture_output=True,
            check=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        assert bool(done.stdout) == ("balance" in arguments)
    capsys.readouterr()


def test_formats_are_those_of_the_library() -> None:
    """The arguments do not load it to know."""
    assert exportarguments.TABLES == TABLE_FORMATS
    assert sorted(exportarguments.JOURNALS) == sorted((*TABLE_FORMATS, *PLAIN_FORMATS))
