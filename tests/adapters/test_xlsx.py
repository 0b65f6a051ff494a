"""Workbooks: read back by another library, every number and every text is what was written."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from fxcrm.adapters.xlsx import LONGEST_CELL, MOST_COLUMNS, write_xlsx
from fxcrm.money import Money
from fxcrm.tables import Cell, CellRefused

NUMBERS = re.compile(r'<c r="[A-Z]+2"[^>]*><v>([^<]*)</v></c>')


def book(*cells: Any, sheet: str = "Table") -> Any:
    """A workbook of one row, as openpyxl reads it."""
    file = io.BytesIO()
    assert write_xlsx(file, [f"c{at}" for at in range(len(cells))], [cells], sheet=sheet) == 1
    return load_workbook(file)


def back(*cells: Any) -> list[tuple[Any, str]]:
    """The cells of the only row: value and kind (n number, s text, d day, f formula)."""
    [row] = book(*cells).active.iter_rows(min_row=2)
    return [(one.value, one.data_type) for one in row]


def refused(*cells: Any) -> str:
    """Why a row of these cells is refused; nothing is written then."""
    file = io.BytesIO()
    with pytest.raises(CellRefused) as caught:
        write_xlsx(file, [f"c{at}" for at in range(len(cells))], [cells])
    assert file.getvalue() == b""
    return str(caught.value)


def exactly(value: object) -> Decimal:
    """What a program shows of a number that it read, which is at most 15 digits of it."""
    return Decimal(str(value))


@given(st.integers(-(10**20), 10**20), st.integers(0, 18))
@example(999_999_999_999_999, 2)
@example(1_000_000_000_000_001, 2)
@example(-(2**63), 2)
@example(10**20, 0)
def test_a_number_is_never_changed(units: int, digits: int) -> None:
    """Up to 15 significant digits it is a number, and the very same one; beyond, it is a text."""
    number = Decimal(units).scaleb(-digits)
    number = Decimal(f"{number:f}")
    [(value, kind)] = back(number)
    assert exactly(value) == number
    assert kind == ("n" if len(str(abs(units)).strip("0")) <= 15 else "s")
    if kind == "n":
        assert Decimal(f"{Decimal(value):.15g}") == number


def test_the_file_holds_decimal_digits() -> None:
    """Not those of the nearest binary fraction."""
    file = io.BytesIO()
    write_xlsx(file, ["a", "b", "c"], [[Decimal("0.10"), Decimal("-1234567890123.45"), 7]])
    sheet = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
    assert NUMBERS.findall(sheet) == ["0.10", "-1234567890123.45", "7"]


def test_what_a_cell_becomes() -> None:
    """Days are days, amounts without `divided` are texts, nothing is nothing."""
    assert back(date(2026, 3, 2), Money("12.5", "EUR"), None, "", 0) == [
        (datetime(2026, 3, 2), "d"),  # noqa: DTZ001 - as the library gives days
        ("EUR 12.50", "s"),
        (None, "n"),
        (None, "n"),
        (0, "n"),
    ]
    assert back(date(1900, 2, 28), date(1900, 3, 1), datetime(2026, 3, 2, 17, tzinfo=UTC)) == [
        ("1900-02-28", "s"),
        (datetime(1900, 3, 1), "d"),  # noqa: DTZ001
        ("2026-03-02T17:00:00+00:00", "s"),
    ]


def test_decimals_are_shown() -> None:
    """EUR 12.50 is shown with both, JPY 7 with none."""
    [row] = book(Decimal("12.50"), Decimal(7), date(2026, 3, 2)).active.iter_rows(min_row=2)
    assert [one.number_format for one in row] == ["#,##0.00", "#,##0", "yyyy-mm-dd"]


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
@example("=1+1")
@example("+1")
@example("-1")
@example("@SUM(A1)")
@example("\t=1")
@example("{=1}")
@example("https://example.org")
@example("123")
@example("_x0041_")
@example("\x01\x1f\r\n\r")
@example("\ufffe\uffff")
@example("' leading")
@example("\uff1d1+1")
def test_a_text_comes_back_as_a_text(text: str) -> None:
    """Never a formula, a link or a number."""
    [(value, kind)] = back(text)
    assert kind == "s"
    assert _read(value) == text


def _read(value: str) -> str:
    """With the escapes of the format undone as a spreadsheet does it.

    openpyxl has undone the escape of an escape (`_x005F_`) by then, so what looks like one is
    taken for one: texts that hold such a thing are met by an example alone.
    """
    return value if value == "_x0041_" else str(unescape(value))


def test_what_can_not_be_written_is_refused_with_its_place() -> None:
    """Floats, booleans, halves of characters, NUL, what is too long, rows of another length."""
    assert "column 2" in refused("x", 1.5)
    assert "float" in refused(1.5)
    assert "bool" in refused(True)
    assert "no text of Unicode" in refused("\ud800")
    assert "NUL" in refused("a\0b")
    assert "32767" in refused("x" * (LONGEST_CELL + 1))
    assert back("x" * LONGEST_CELL) == [("x" * LONGEST_CELL, "s")]
    with pytest.raises(CellRefused, match=r"row 2, column 2 .* the row has 1 cells, the header 2"):
        write_xlsx(io.BytesIO(), ["a", "b"], [["x"]])
    with pytest.raises(CellRefused, match="16384 columns"):
        write_xlsx(io.BytesIO(), ["x"] * (MOST_COLUMNS + 1), [["x"] * (MOST_COLUMNS + 1)])


def test_a_sheet_has_only_so_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is refused, and not left out."""
    monkeypatch.setattr("fxcrm.adapters.xlsx.MOST_ROWS", 3)
    rows: list[list[Cell]] = [["x"]] * 2
    assert write_xlsx(io.BytesIO(), ["a"], rows) == 2
    with pytest.raises(CellRefused, match="row 4"):
        write_xlsx(io.BytesIO(), ["a"], [*rows, ["x"]])


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Journal", "Journal"),
        ("a/b:c*d?[e]\\f", "a-b-c-d--e--f"),
        ("x" * 40, "x" * 31),
        ("'quoted'", "quoted"),
        ("History", "Table"),
        ("", "Table"),
        ("\n\t", "Table"),
        ("Übersicht 現金", "Übersicht 現金"),
    ],
)
def test_a_sheet_has_a_name_that_is_allowed(name: str, kept: str) -> None:
    """Whatever it is to be called."""
    assert book("x", sheet=name).sheetnames == [kept]


def test_the_same_table_gives_the_same_bytes() -> None:
    """No clock in the file."""
    first, second = io.BytesIO(), io.BytesIO()
    for file in (first, second):
        write_xlsx(file, ["a"], [[Decimal("1.10")], ["x"]])
    assert first.getvalue() == second.getvalue()
    assert load_workbook(first).active.freeze_panes == "A2"
