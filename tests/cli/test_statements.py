"""``fxcrm statements`` as a user runs it: what it shows, explains and refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from json import loads
from pathlib import Path
from typing import Any, cast

import pytest
from openpyxl import load_workbook

from fxcrm.adapters.html.statementpages import MOST_INPUTS, Known
from fxcrm.bootstrap import open_store
from fxcrm.cli import main, presenting, statementarguments
from fxcrm.figures import Evidence, Figure
from fxcrm.usecases import revalue
from tests.ledger.notation import money
from tests.usecases.office import EUR, JANUARY, NORDWIND, Office

Run = Callable[..., tuple[int, str, str]]


class Page(HTMLParser):
    """A page read back: its ids and links, and the amounts of its tables row by row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.within, self.cell = "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what is linked and named, and where a row or a cell begins."""
        held = dict(attributes)
        self.ids.append(held.get("id") or "")
        if (held.get("href") or "").startswith("#"):
            self.links.append((held["href"] or "")[1:])
        if tag == "table":
            self.within = held.get("class") or ""
            if self.within.startswith("figures"):
                self.tables.append([])
        elif tag == "tr" and (held.get("class") or "").startswith("row-"):
            self.tables[-1].append([])
        self.cell = held.get("class") == "num" and self.within.startswith("figures")

    def handle_endtag(self, tag: str) -> None:
        """Outside of a table nothing is a cell."""
        self.within = "" if tag == "table" else self.within
        self.cell = False

    def handle_data(self, data: str) -> None:
        """The text of a cell that holds an amount."""
        if self.cell:
            self.tables[-1][-1].append(data)


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
def run(database: Path, capsysbinary: Any) -> Run:
    """The command on the database: its exit code, what it prints, what it complains of."""

    def ran(*arguments: str) -> tuple[int, str, str]:
        code = main(["statements", str(database), "--as-of", "2026-01-31", *arguments])
        told = capsysbinary.readouterr()
        return code, told.out.decode(), told.err.decode()

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


def test_every_format_says_the_same_figures(run: Run, tmp_path: Path) -> None:
    """Figure by figure: what JSON says stands in the text, in the workbook and on the page."""
    told = loads(run("--format", "json")[1])["statements"]
    workbook, page = tmp_path / "made.xlsx", tmp_path / "made.html"
    assert run("--format", "xlsx", "--output", str(workbook))[:2] == (0, f"wrote {workbook}\n")
    assert run("--format", "html", "--output", str(page))[0] == 0
    text, book = run()[1], load_workbook(workbook)
    cells = Page(page.read_text(encoding="utf-8")).tables
    assert book.sheetnames == ["about", *told]
    for (name, rows), table in zip(told.items(), cells, strict=True):
        amounts = [
            [Decimal(cell["amount"]) for cell in row.values() if isinstance(cell, dict)]
            for row in rows
        ]
        sheet = [row[3:] for row in book[name].iter_rows(min_row=2, values_only=True)]
        assert [[Decimal(str(x)) for x in row if x is not None] for row in sheet] == amounts
        assert [[Decimal(x.replace(",", "")) for x in row] for row in table] == amounts
        for row in amounts:
            for one in row:
                assert f"{one:,.2f}" in text


def test_a_page_explains_every_amount_and_draws_it_with_words(run: Run) -> None:
    """Every link leads somewhere on the page; every chart has a title, and its figures as text."""
    made = run("--format", "html")[1]
    page = Page(made)
    assert set(page.links) <= set(page.ids)
    assert made.count("<svg") == made.count("<desc") == 3
    assert "Cash at the end: EUR\N{NO-BREAK SPACE}499.03" in made
    assert "invoice:nordwind:nordwind-INV-0001" in made


def test_a_figure_of_very_many_inputs_is_cut_short_and_says_so() -> None:
    """A page has readers; the command explains the rest."""
    cent = Figure.stated("A posting", money("EUR 0.01"), Evidence("entry", "e"))
    whole = Figure.total("Sales", [cent] * (MOST_INPUTS + 2), EUR)
    cut = Known().short(Figure.total("Result", [whole], EUR)).inputs[0]
    assert isinstance(cut, Figure)
    assert cut.value == whole.value
    assert len(cut.inputs) == MOST_INPUTS + 1
    assert str(cut.inputs[-1]) == "not shown here 2 more: fxcrm statements --explain"


def test_a_group_is_read_from_its_file(run: Run, tmp_path: Path) -> None:
    """A parent alone is a group too; its statements are those of the company."""
    path = tmp_path / "group.toml"
    path.write_text('parent = "nordwind"\npresentation = "EUR"\nstakes = []\n', encoding="utf-8")
    code, out, _ = run("--group", str(path), "--basis", "booked")
    assert code == 0
    assert out.startswith("Nordwind and its group: statements of 2026-01-31, in EUR, as booked")
    company = run()[1].splitlines()
    assert next(one for one in out.splitlines() if "Total assets" in one) in company


def test_a_workbook_is_no_text(run: Run) -> None:
    """It wants a file."""
    assert run("--format", "xlsx")[0] == 2


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
