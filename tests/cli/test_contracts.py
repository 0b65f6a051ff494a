"""``fxcrm contract`` and ``fxcrm document``: from an agreement to a renewal, and to a file."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime
from json import loads
from pathlib import Path

import pytest

from fxcrm import Currency
from fxcrm.bootstrap import open_store
from fxcrm.cli import main
from fxcrm.ids import CompanyId, CustomerId
from fxcrm.rates import RateTable
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.registering import register_company, register_customer

START = date(2026, 1, 5)
AT = datetime(2026, 1, 5, 17, tzinfo=UTC)
CLAUSE = ("--indexed-to", "EUR", "--band", "0", "--passed-on", "50", "--cap", "8", "--floor", "-5")
RENEWAL = ("--renewal", "automatic", "--renewal-months", "12", "--notice-months", "3")


@pytest.fixture
def db(tmp_path: Path) -> str:
    """A database with a company and a German customer who pays in US dollars."""
    path = str(tmp_path / "acme.sqlite3")
    with closing(open_store(path)) as store, store.begin(at=AT, actor="ada") as uow:
        desk = Desk(uow, RateTable(()), AT, "ada")
        euro, dollar = Currency("EUR"), Currency("USD")
        register_company(desk, CompanyId("acme"), name="Acme", functional=euro, on=START)
        register_customer(
            desk,
            CustomerId("nordwind"),
            company=CompanyId("acme"),
            name="Nordwind",
            country="DE",
            currency=dollar,
            language="de_DE",
            on=START,
        )
        uow.commit()
    return path


def test_a_contract_is_agreed_billed_renewed_and_written(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each step says what became of it in one line; what is refused says why, with exit code 2."""
    history = tmp_path / "rates.csv"
    history.write_text(
        "Date,USD,\n2026-10-05,1.2500,\n2026-04-02,1.1000,\n2026-01-05,1.0000,\n", encoding="utf-8"
    )

    def run(command: str, *words: str, on: str) -> tuple[int, str]:
        given = (*command.split(), "--db", db, "--rates", str(history), "--on", on, *words)
        code = main([*given, "--at", f"{on}T17:00"])
        told = capsys.readouterr()
        return code, told.out + told.err

    terms = ("--since", "2026-01-05", "--months", "12", "--billed", "quarterly", *CLAUSE, *RENEWAL)
    price = ("--price", "USD 300.00", "--per", "quarterly", "--title", "Support")
    made = run("contract add K-1", "--customer", "nordwind", *price, *terms, on="2026-01-05")
    assert made == (
        0,
        (
            "contract K-1 is drafted: USD 300.00 quarterly, 2026-01-05 to 2027-01-04, "
            "notice until 2026-10-04\n"
        ),
    )
    assert run("contract activate K-1", on="2026-01-05")[0] == 0
    code, due = run("contract due", "--json", on="2026-04-05")
    assert (code, [one["to pay"]["amount"] for one in loads(due)]) == (0, ["300.00", "315.00"])
    assert "movement 10 %" in run("contract due", "--contract", "K-1", on="2026-04-05")[1]
    assert len(loads(run("contract bill K-1", "--json", on="2026-04-05")[1])) == 2
    assert run("contract due", "--json", on="2026-04-05") == (0, "[]\n")
    code, late = run("contract terminate K-1", on="2026-10-05")
    assert code == 2
    assert "the last day for it was 2026-10-04" in late
    assert run("contract renew K-1", "--as", "K-2", on="2026-10-05")[0] == 0
    states = loads(run("contract list", "--json", on="2026-10-05")[1])
    assert [(one["contract"], one["state"]) for one in states] == [
        ("K-1", "renewed"), ("K-2", "active"),
    ]  # fmt: skip
    page = tmp_path / "vertrag.html"
    text = run("document contract K-1", "--output", str(page), on="2026-10-05")[1]
    assert text.endswith("in de_DE\n")
    assert "Währungsklausel" in page.read_text(encoding="utf-8")
    wrong = run("document contract K-9", "--output", str(page), on="2026-10-05")
    assert wrong[0] == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--notice-months", "99999"), "1200 months and 3660 days"),
        (("--notice-days", "99999999999"), "1200 months and 3660 days"),
        (("--months", "99999"), "1200 months at the most"),
        (("--since", "9999-06-01"), "lie between 1000-01-01 and 9998-12-31"),
        (("--renewal", "automatic", "--renewal-months", "119988"), "1200 months at the most"),
        (("--indexed-to", "EUR", "--lead", "999999999"), "3660 days at the most"),
        (("--renewal", "automatic", "--renewal-months", "1", "--notice-months", "3"), "shorten it"),
        (("--cap", "5"), "argument 'cap': name the currency that is followed (indexed_to)"),
        (("--lead", "0"), "argument 'lead': name the currency that is followed (indexed_to)"),
        (("--at", "9999-12-31T23:59-12:00"), "--at is such as"),
        (("--at", "0001-01-01T00:00+14:00"), "--at is such as"),
    ],
)
def test_what_no_contract_has_is_one_line_and_stores_nothing(
    db: str, words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With exit code 2, and the list is there as before."""
    given = ("--customer", "nordwind", "--price", "USD 10.00", "--title", "Support")
    terms = ("--since", "2026-01-05", "--months", "12", "--on", "2026-01-05")
    assert main(["contract", "add", "K-1", "--db", db, *given, *terms, *words]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert len(error.splitlines()) == 1
    assert main(["contract", "list", "--db", db, "--json"]) == 0
    assert capsys.readouterr().out == "[]\n"


def test_a_place_that_can_not_be_written_is_one_line(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that is not there, and one that is."""
    given = ("--customer", "nordwind", "--price", "USD 10.00", "--title", "Support")
    terms = ("--since", "2026-01-05", "--months", "12", "--on", "2026-01-05")
    assert main(["contract", "add", "K-1", "--db", db, *given, *terms]) == 0
    capsys.readouterr()
    for place in (tmp_path / "none" / "page.html", tmp_path):
        assert main(["document", "contract", "K-1", "--db", db, "--output", str(place)]) == 2
        error = capsys.readouterr().err
        assert error.startswith("fxcrm: ExportNotWritten: nothing can be written to ")
        assert len(error.splitlines()) == 1
