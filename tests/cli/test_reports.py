"""``fxcrm report`` as a user runs it: what it shows, as of when, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from json import loads
from pathlib import Path
from typing import Any, cast

import attrs
import pytest

from fxcrm.bootstrap import open_store
from fxcrm.cli import main, reportarguments
from fxcrm.cli.reports import REPORTS
from fxcrm.ids import FieldId
from fxcrm.mappings import FrozenMap
from fxcrm.reports import AgeingBy, Grouping
from fxcrm.usecases import Desk, open_parallel_book, pay_costs, revalue
from tests.ledger.notation import money
from tests.usecases.office import ACME, FIRST, JANUARY, NORDWIND, USD, Office

Run = Callable[..., tuple[int, list[str], str]]
LATER = date(2026, 2, 5)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nordwind's January: an invoice, half of it paid, a month end; costs that were booked late."""
    path = tmp_path_factory.mktemp("books") / "books.sqlite3"
    store = open_store(path)
    office = Office(cast("Any", store)).open()
    office.invoice(1, "USD 1080.90", date(2026, 1, 10))
    office.pay("P-1", 1, "USD 540.45", date(2026, 1, 20))
    office.at(JANUARY, lambda desk: revalue(desk, NORDWIND, JANUARY))
    office.at(
        LATER, lambda desk: pay_costs(desk, NORDWIND, "rent", money("EUR 7.00"), date(2026, 1, 5))
    )
    store.close()
    return path


@pytest.fixture
def run(database: Path, capsys: Any) -> Run:
    """The command on the database: its exit code, its lines, and what it complains of."""

    def ran(*arguments: str, db: str = "") -> tuple[int, list[str], str]:
        named = ("--db", db or str(database), "--at", "2026-02-06T12:00")
        code = main(["report", *arguments, *named])
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return ran


def test_a_trial_balance_is_printed_as_a_table(run: Run) -> None:
    """Rows have numbers, a column in one currency says so once, and everything sums to zero."""
    code, lines, _ = run("trial-balance", "--as-of", "2026-01-31")
    assert code == 0
    assert [" ".join(line.split()) for line in lines] == [
        "nordwind: trial-balance, as of 2026-01-31, in EUR",
        "row account name currency balance functional EUR",
        "1 1000 Bank EUR EUR -7.00 -7.00",
        "2 1000 Bank USD USD 540.45 499.03",
        "3 1100 Trade receivables USD USD 540.45 499.03",
        "4 4000 Sales USD USD -1,080.90 -1,000.00",
        "5 5000 Operating costs EUR EUR 7.00 7.00",
        "6 7000 Realised exchange differences USD USD 0.00 0.46",
        "7 7100 Unrealised exchange differences USD USD 0.00 1.48",
        "8 all accounts EUR EUR 0.00 0.00",
        "9 all accounts USD USD 0.00 0.00",
        "10 all accounts 0.00",
    ]
    assert len({len(line) for line in lines[1:]}) == 1  # numbers end in one column


def test_the_books_are_shown_as_they_were_known(run: Run) -> None:
    """The late costs are not there at the end of January, and say when that is."""
    _, lines, _ = run(
        "trial-balance", "--as-of", "2026-01-31", "--known-at", "2026-01-31T23:00", "--json"
    )
    told = loads("\n".join(lines))
    assert told["known_at"] == "2026-01-31T23:00:00+00:00"
    assert "5000" not in {row["account"] for row in told["rows"]}
    assert told["rows"][0] == {
        "account": "1000",
        "name": "Bank",
        "currency": "USD",
        "balance": {"amount": "540.45", "currency": "USD"},
        "functional": {"amount": "499.03", "currency": "EUR"},
    }
    heading = run("results", "--known-at", "2026-01-31T23:00")[1][0]
    known = "as known at 2026-01-31 23:00:00 UTC"
    assert heading == f"nordwind: results, as of 2026-02-06, {known}, in EUR"


def test_a_row_is_explained_down_to_the_rate(run: Run) -> None:
    """Which entries, at which decisions; the number is the one that the table shows."""
    code, lines, _ = run("ageing", "--as-of", "2026-01-31", "--explain", "1")
    assert code == 0
    assert lines[0] == "Open on nordwind-INV-0001: USD 540.45"
    assert any("rate decision closing:EUR/USD:2026-01-31:1" in line for line in lines)
    assert any("entry invoice:nordwind:nordwind-INV-0001" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("account", "1100", "--since", "2026-02-01"), "  1  2026-02-01"),
        (("account", "1000", "--currency", "usd"), "  1              "),
        (("ageing", "--group", "party"), "  1  1100     acme"),
        (("ageing", "--group", "currency", "--by", "document date"), "  1  1100     USD"),
        (("ageing", "--edges", "0,10", "--account", "1100"), "  1  1100     acme"),
        (("exposure", "--as-of", "2026-01-31"), "  1  USD       1000     Bank"),
        (("results", "--by", "currency", "--since", "2026-01-01"), "  1  EUR"),
    ],
)
def test_every_report_has_a_table(run: Run, arguments: tuple[str, ...], line: str) -> None:
    """The first row under heading and names, for every way to ask."""
    code, lines, error = run(*arguments)
    assert (code, error) == (0, "")
    assert lines[2].startswith(line)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("trial-balance", "--as-of", "yesterday"), "ArgumentRefused: --as-of is such as"),
        (("trial-balance", "--known-at", "noon"), "ArgumentRefused: --known-at is such as"),
        (("trial-balance", "--company", "nobody"), "NotFound: there is no company 'nobody'"),
        (("trial-balance", "--explain", "99"), "RowMissing: there is no row 99; the report has"),
        (("account", "9999"), "AccountMissing: there is no account '9999'"),
        (("account", "1000", "--currency", "XXY"), "UnknownCurrency: "),
        (("account", "1000", "--since", "2027-01-01"), "SpanRefused: the span from 2027-01-01"),
        (("ageing", "--edges", "30,x"), "ArgumentRefused: --edges is a whole number, not 'x'"),
        (("ageing", "--edges", "30,10"), "BucketsRefused: the edges of buckets are days"),
        (("exposure", "--as-of", "2026-02-06"), "RateMissing: no rate for EUR/USD on 2026-02-06"),
        (("results", "--by", "shoe size"), "FieldUnknown: no invoice or customer has a field"),
    ],
)
def test_what_can_not_be_shown_is_one_clear_line(
    run: Run, arguments: tuple[str, ...], complaint: str
) -> None:
    """Exit code 2, nothing on standard output, one line that names the place."""
    code, lines, error = run(*arguments)
    assert (code, lines) == (2, [])
    assert error.startswith(f"fxcrm: {complaint}"), error
    assert error.count("\n") == 1


def test_a_database_that_is_not_there_is_not_made(run: Run, tmp_path: Path) -> None:
    """A slip in its name leaves no empty file behind."""
    missing = tmp_path / "none.sqlite3"
    code, _, error = run("ageing", db=str(missing))
    assert code == 2
    assert "BooksMissing: there is no database" in error
    assert not missing.exists()


def test_a_parallel_book_goes_by_the_fields_of_its_company(run: Run, tmp_path: Path) -> None:
    """It has no customers and invoices of its own."""
    path = tmp_path / "books.sqlite3"
    store = open_store(path)
    office = Office(cast("Any", store)).open()

    def opened(desk: Desk) -> None:
        open_parallel_book(desk, NORDWIND, currency=USD)
        acme = desk.uow.customers.get(ACME)
        desk.uow.customers.save(attrs.evolve(acme, extras=FrozenMap({FieldId("region"): "north"})))

    office.at(FIRST, opened)
    office.invoice(1, "USD 1080.90", date(2026, 1, 10))
    store.close()
    code, lines, _ = run("results", "--by", "region", "--company", "nordwind:USD", db=str(path))
    assert code == 0
    assert lines[2].split()[:3] == ["1", "north", "1,080.90"]


def test_several_books_are_to_be_named(run: Run, tmp_path: Path) -> None:
    """Empty books say that there are none."""
    path = tmp_path / "empty.sqlite3"
    open_store(path).close()
    code, _, error = run("ageing", db=str(path))
    assert code == 2
    assert error == "fxcrm: CompanyNotNamed: name one of these with --company: there is none\n"


def test_arguments_are_those_of_the_library() -> None:
    """They are written down once more, so that --help does not load it."""
    assert tuple(one.value for one in AgeingBy) == reportarguments.AGEING_BY
    assert tuple(one.value for one in Grouping) == reportarguments.GROUPINGS
    assert list(REPORTS) == ["trial-balance", "account", "ageing", "exposure", "results"]
