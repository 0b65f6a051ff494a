"""``fxcrm statements`` as a user runs it: what it shows, explains and refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from json import loads
from pathlib import Path
from typing import Any, cast

import pytest

from fxcrm.bootstrap import open_store
from fxcrm.cli import main, presenting, statementarguments
from fxcrm.usecases import revalue
from tests.usecases.office import JANUARY, NORDWIND, Office

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nordwind's January: an invoice, half of it paid into dollars, a month end."""
    path = tmp_path_factory.mktemp("books") / "books.sqlite3"
    store = open_store(path)
    office = Office(cast("Any", store)).open()
    office.invoice(1, "USD 1080.90", date(2026, 1, 10))
    office.pay("P-1", 1, "USD 540.45", date(2026, 1, 20))
    office.at(JANUARY, lambda desk: revalue(desk, NORDWIND, JANUARY))
    store.close()
    return path


@pytest.fixture
def run(database: Path, capsys: Any) -> Run:
    """The command on the database: its exit code, what it prints, what it complains of."""

    def ran(*arguments: str) -> tuple[int, str, str]:
        code = main(["statements", str(database), "--as-of", "2026-01-31", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return ran


def test_statements_are_printed_one_below_the_other(run: Run) -> None:
    """What was invoiced is the result; half of it came in, and rates moved what is left."""
    code, out, _ = run()
    assert code == 0
    lines = [" ".join(one.split()) for one in out.splitlines()]
    assert lines[0] == "Nordwind: statements of 2026-01-31, in EUR, as booked"
    for expected in (
        "BALANCE SHEET",
        "2 1000 Bank 499.03",
        "5 Total assets 998.06",
        "2 4000 Sales 1,000.00",
        "5 Operating result 998.06",
        "3 1100 Trade receivables 499.54",
        "5 Effect of exchange rates on cash -0.51",
        "6 Cash at the end 499.03",
        "3 Closing 998.06 998.06",
    ):
        assert expected in lines, out


def test_json_says_the_same(run: Run) -> None:
    """Amounts are text and code, every row under the names of its columns."""
    code, out, _ = run("--format", "json")
    told = loads(out)
    asked = tuple(told[one] for one in ("of", "currency", "basis"))
    assert (code, asked) == (0, ("nordwind", "EUR", "as booked"))
    total = next(one for one in told["statements"]["balance sheet"] if one["kind"] == "total")
    assert total["2026-01-31"] == {"amount": "998.06", "currency": "EUR"}
    assert total["line"] == "Total assets"


def test_a_line_explains_itself_down_to_postings_and_rates(run: Run) -> None:
    """The label is enough, in any case of letters."""
    code, out, _ = run("--explain", "trade recei")
    assert code == 0
    assert "entry payment:P-1: 2026-01-20 settlement, USD -540.45 on account 1100" in out
    assert "rate decision booking:EUR/USD:2026-01-10:1: 1 EUR = 1.0809 USD on 2026-01-10" in out


def test_a_label_that_is_nowhere_is_refused_with_those_there_are(run: Run) -> None:
    """One line, exit code 2."""
    code, _, err = run("--explain", "goodwill")
    assert code == 2
    assert err.startswith("fxcrm: LineMissing: no line holds 'goodwill'; there are ")


def test_the_arguments_name_what_the_library_has() -> None:
    """The parser loads no library, so its lists are copies."""
    assert tuple(presenting.BASES) == statementarguments.BASES
