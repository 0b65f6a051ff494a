"""Comma separated values: what is refused, what comes back, and how much it costs (F14)."""

from __future__ import annotations

import io
import random
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.adapters.csvfiles import CellRefused, CsvFormatUnknown, CsvRows, write_csv
from fxcrm.money import Money
from fxcrm.ports.rows import RowSourceBroken, RowsRefused
from fxcrm.rows import LimitRefused, RowLimits

GOOD = (
    'id,name,amount\r\nC-1,"Nordwind, Handel",10.00\r\nC-2,"The ""Acme""",-5.00\r\n'
    'C-3,"two\nlines",7\r\nC-4,Ünicode,\'=1+1\r\nC-5,,0\r\n'
).encode()

# Equals, plus, minus, at, tab and line ends, and the full-width forms of the first four.
DANGEROUS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

Cells = list[list[str]]


def read(sent: bytes, **options: Any) -> Cells:
    """Header and rows as lists."""
    rows = list(CsvRows(io.BytesIO(sent), **options).rows())
    return [list(rows[0].cells), *([*row.cells.values()] for row in rows)] if rows else []


def problem(sent: bytes, **options: Any) -> tuple[int, str]:
    """Row and reason of the refusal."""
    with pytest.raises(RowsRefused) as refusal:
        read(sent, **options)
    return refusal.value.row, refusal.value.reason


def oracle(sent: bytes) -> Cells | None:
    """RFC 4180 as a machine with four states, written apart from the adapter; None: refused."""
    try:
        text = sent.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        return None
    records = None if "\0" in text else _records(text)
    if not records or records[0] == [""]:
        return None
    header, *body = [row for number, row in enumerate(records) if number == 0 or row != [""]]
    names = [name.strip() for name in header]
    if "" in names or len({name.casefold() for name in names}) < len(names):
        return None
    if any(len(row) != len(header) for row in body) or not body:
        return None if body else []
    return [names, *([_unguarded(cell) for cell in row] for row in body)]


def _records(text: str) -> Cells | None:
    rows: Cells = []
    row: list[str] = []
    cell, state = "", "start"
    for place, one in enumerate(text):
        if state == "quoted":
            cell, state = (cell, "closed") if one == '"' else (cell + one, "quoted")
        elif one == '"' and state in ("start", "closed"):
            cell, state = (cell + '"' if state == "closed" else cell), "quoted"
        elif one == ",":
            row, cell, state = [*row, cell], "", "start"
        elif one == "\n":
            rows, row, cell, state = [*rows, [*row, cell]], [], "", "start"
        elif one == "\r":
            if text[place:].lstrip("\r")[:1] not in ("\n", ""):
                return None
            state = "closed"
        elif one == '"' or state == "closed":
            return None
        else:
            cell, state = cell + one, "bare"
    if state == "quoted":
        return None
    return [*rows, [*row, cell]] if row or cell or state != "start" else rows


def _unguarded(cell: str) -> str:
    bare = cell.lstrip("'")
    return cell[1:] if bare != cell and bare[:1] in DANGEROUS else cell


FAULTS = [
    *(b"\0", b'"', b",", b"\r", b"\n", b"\xef\xbb\xbf", b"\xfc", b"\xff\xfe", b"=", b"'", b'"x'),
    *(b"," * 5_000, b"x" * 2_000, "\uff0d".encode()),
]


def mutated(seed: int) -> bytes:
    """The good file with one to three faults in it; the same seed gives the same faults."""
    chance, sent = random.Random(seed), bytearray(GOOD)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(sent) + 1)
        fault = chance.choice(FAULTS)
        match chance.randrange(4):
            case 0:
                del sent[place:]
            case 1:
                del sent[place : place + chance.randint(1, 12)]
            case 2:
                sent[place:place] = fault
            case 3:
                sent[place : place + 1] = fault
    return bytes(sent)


def test_a_thousand_mutated_files_are_read_as_the_oracle_reads_them() -> None:
    """1,000 spoiled files: none is taken in another way than an independent parser takes it."""
    accepted = 0
    for seed in range(1_000):
        sent = mutated(seed)
        wanted, got = oracle(sent), None
        with suppress(RowsRefused):
            got = read(sent)
        assert got == wanted, (seed, sent)
        accepted += got is not None
    assert 100 < accepted < 900, "spoiling must neither do nothing nor ruin every file"


def test_the_good_file_is_read() -> None:
    """Quotes, doubled quotes, line ends in a cell, and the apostrophe are all understood."""
    wanted = oracle(GOOD)
    assert read(GOOD) == wanted
    assert wanted is not None
    assert wanted[4] == ["C-4", "Ünicode", "=1+1"]


@pytest.mark.parametrize(
    ("sent", "row", "reason"),
    [
        (b"", 1, "no header"),
        (b"\r\n", 1, "no header"),
        (b"a,b\r\n1,2\r\n3,4\x00\r\n", 3, "NUL"),
        (b"a,b\r\n1,2\r\n\xfc,4\r\n", 3, "not written in utf-8"),
        (b'a,b\r\n1,2\r\n3,"4\r\n5,6\r\n', 3, "left open"),
        (b'a,b\r\n1,2\r\n"3"x,4\r\n', 3, "follows a closing quotation mark"),
        (b'a,b\r\n1,2\r\n3,4"5"\r\n', 3, "inside of a cell"),
        (b'a,b\r\n1, "2"\r\n', 2, "inside of a cell"),
        (b"a,b\r1,2\r", 1, "bare carriage return"),
        (b"a,b\n1,2\n3\n", 3, "1 cells, the header has 2"),
        (b"a,b\n\n1,2,3\n", 3, "3 cells, the header has 2"),
        (b"a,A\n1,2\n", 1, "one name"),
        (b"a, \n1,2\n", 1, "column 2 has no name"),
        ("a,b\n1,2\n".encode("utf-16"), 1, "UTF-16"),
        (b"a" + b"," * 1_000_000 + b"\n", 1, "columns"),
        (b"a\n" + b"x" * 2_000_000 + b"\n", 2, "longer than"),
        (b'a\n1\n"' + b"x\n" * 1_000_000, 3, "left open"),
        (b"a\n" + b"x" * 40_000 + b"\n", 2, "more than 32767 characters"),
    ],
)
def test_each_fault_is_named_with_its_row(sent: bytes, row: int, reason: str) -> None:
    """What is wrong is said in words, with the row in which a spreadsheet would show it."""
    found = problem(sent)
    assert found[0] == row
    assert reason in found[1]


def test_faults_of_several_rows_are_told_at_once() -> None:
    """Whoever mends the file learns of every row that has to be mended."""
    sent = b'a,b\n1\n1,2\n\xfc,2\n1,2"\n1,\x00\n1,2,3\n'
    with pytest.raises(RowsRefused) as refusal:
        read(sent)
    assert [one.row for one in refusal.value.problems] == [2, 4, 5, 6, 7]
    assert str(refusal.value) == "the file is refused whole, for row 2: 1 cells, the header has 2"


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    """The mark that spreadsheets write is taken away at the start, and only there."""
    rows = read("\ufeffid,b\n\ufeff,2\n".encode())
    assert rows == [["id", "b"], ["\ufeff", "2"]]
    assert rows == read("\ufeffid,b\n\ufeff,2\n".encode(), encoding="utf-8-sig")


def test_other_encodings_and_delimiters_are_named_by_the_caller() -> None:
    """Nothing is guessed: encoding and delimiter are arguments."""
    sent = "id;name\n1;Müller\n".encode("cp1252")
    assert read(sent, delimiter=";", encoding="cp1252") == [["id", "name"], ["1", "Müller"]]
    marked = "\ufeffid\n1\n".encode()
    assert problem(marked, encoding="cp1252") == (1, "it is written in UTF-8, not in cp1252")
    for encoding in ("utf-16", "utf-7", "no-such", "base64", "cp037"):
        with pytest.raises(CsvFormatUnknown):
            CsvRows(io.BytesIO(b""), encoding=encoding)
    with pytest.raises(CsvFormatUnknown):
        CsvRows(io.BytesIO(b""), delimiter="'")


def test_the_file_has_a_largest_size() -> None:
    """As many bytes as are allowed are read; one more is refused."""
    sent = b"a\n1234567\n"
    assert read(sent, limits=RowLimits(bytes=len(sent)))
    assert problem(sent, limits=RowLimits(bytes=len(sent) - 1)) == (
        2,
        "the file is larger than 9 bytes",
    )
    with pytest.raises(LimitRefused):
        RowLimits(rows=0)


def test_a_file_is_named_without_its_folders(tmp_path: Path) -> None:
    """A refusal names the file and not where it lies."""
    path = tmp_path / "customers.csv"
    path.write_bytes(b"a\n1,2\n")
    with pytest.raises(RowsRefused, match=r"^customers\.csv is refused"):
        CsvRows(path).rows()
    with pytest.raises(RowSourceBroken, match=r"^gone\.csv can not be read: FileNotFoundError"):
        CsvRows(str(tmp_path / "gone.csv")).rows()
    with pytest.raises(RowSourceBroken, match="IsADirectoryError"):
        CsvRows(tmp_path).rows()


def test_a_file_that_changes_while_it_is_read_is_broken(tmp_path: Path) -> None:
    """What was checked must be what is handed out; otherwise the import fails."""
    path = tmp_path / "customers.csv"
    path.write_bytes(b"a\n" + b"1\n" * 100_000)
    rows = CsvRows(path).rows()
    next(rows)
    with path.open("ab") as file:
        file.write(b"2\n")
    with pytest.raises(RowSourceBroken, match="changed while it was read"):
        list(rows)


def test_one_row_is_held_at_a_time(tmp_path: Path) -> None:
    """A file of 10 MB passes through 2 MiB of memory, and so does one of any size."""
    path = tmp_path / "many.csv"
    with path.open("wb") as file:
        write_csv(file, ["text"], [["Nordwind Handel " * 64]] * 10_000)
    assert path.stat().st_size > 10**7
    tracemalloc.start()
    count = sum(1 for _ in CsvRows(path).rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 2 * 2**20


def written(rows: list[list[Any]], **options: Any) -> bytes:
    """Rows of two columns as bytes."""
    file = io.BytesIO()
    write_csv(file, ["a", "b"], rows, **options)
    return file.getvalue()


@pytest.mark.parametrize("first", DANGEROUS)
def test_a_formula_is_written_as_text(first: str) -> None:
    """What a spreadsheet would run gets an apostrophe, which is taken away on reading."""
    text = f"{first}HYPERLINK(1)"
    sent = written([[text, "x"]])
    assert f"'{text}" in sent.decode()
    assert read(sent)[1] == [text, "x"]


def test_numbers_are_written_as_numbers() -> None:
    """A negative number is no formula; days and money are plain, and floats are refused."""
    row = [Decimal("-1234.50"), date(2026, 3, 31)], [-7, Money("-12.5", "EUR")], [None, Decimal(0)]
    assert written([*row]) == b"a,b\r\n-1234.50,2026-03-31\r\n-7,EUR -12.50\r\n,0\r\n"
    for wrong in (1.5, True, Decimal("NaN"), 10**100, "\ud800", "nul\0"):
        with pytest.raises(CellRefused, match="row 2, column 2"):
            written([["fits", wrong]])
    with pytest.raises(CellRefused, match="the row has 1 cells"):
        written([["short"]])
    with pytest.raises(CellRefused, match="cp1252 has no such character"):
        written([["株", ""]], encoding="cp1252")


_TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=9)
_RISKY = st.text(st.sampled_from("'=+-@\t\r\n,;\"\uff1da "), max_size=6)
_TABLES = st.lists(st.tuples(_TEXTS | _RISKY, _TEXTS | _RISKY), min_size=1, max_size=6)


@given(_TABLES, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_every_text_comes_back(table: list[tuple[str, str]], delimiter: str, encoding: str) -> None:
    """Whatever text is written is read again, apostrophes, quotes and line ends included."""
    sent = written([*map(list, table)], delimiter=delimiter, encoding=encoding)
    assert read(sent, delimiter=delimiter)[1:] == [*map(list, table)]
    for line in sent.decode("utf-8-sig").replace(delimiter, "\n").splitlines():
        assert not line.startswith(("=", "+", "-", "@")) or '"' in sent.decode()


def test_the_stream_stays_open() -> None:
    """Whoever opened the stream closes it."""
    file = io.BytesIO()
    write_csv(file, ["a"], [["1"]])
    assert not file.closed


@pytest.mark.parametrize("break_it", [lambda: iter([["1", "2"], ["3"]])])
def test_a_refused_export_says_where(break_it: Callable[[], Any]) -> None:
    """A row that does not fit the header is named by its number."""
    with pytest.raises(CellRefused, match="row 3, column 2"):
        write_csv(io.BytesIO(), ["a", "b"], break_it())
