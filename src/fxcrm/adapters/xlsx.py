"""Tables as a workbook for spreadsheets (extra ``xlsx``).

A number in a spreadsheet is a binary fraction of 64 bits, which keeps every decimal number of up to
15 significant digits and changes others. So a number of up to 15 digits is written as a number,
and a longer one as a text, in plain digits: it can not be added up there, and it can not be wrong.

Text is marked as such in the file, so none is ever run as a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import BinaryIO, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from fxcrm._decimals import canonical, exact_decimal
from fxcrm.errors import FxcrmError
from fxcrm.money import Money
from fxcrm.tables import Cell, CellRefused, SheetTable

MOST_DIGITS: Final = 15  # which every program keeps, DBL_DIG
MOST_ROWS: Final = 2**20  # with the header
MOST_COLUMNS: Final = 2**14
LONGEST_CELL: Final = 32_767
LONGEST_NAME: Final = 31

_DAY_NONE: Final = date(1899, 12, 30)  # counted from, for days after the leap day that never was
_FIRST_DAY: Final = date(1900, 3, 1)
_NO_CLOCK: Final = datetime(1980, 1, 1, tzinfo=UTC)  # the same table gives the same bytes
_PLAIN: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_NOT_IN_NAMES: Final = str.maketrans("[]:*?/\\", "-------")


def write_xlsx(
    file: BinaryIO,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    sheet: str = "Table",
) -> int:
    """Write a header and rows as the only sheet of a workbook; returns how many rows there were.

    Days become days (texts before March 1900, which no spreadsheet counts alike), Money a text
    such as "EUR 12.50" (`fxcrm.tables.divided` makes numbers of it), None an empty cell. Nothing is
    written if a cell is refused. Raises `CellRefused`, also for floats.
    """
    return write_workbook(file, [SheetTable(sheet, columns, rows)])


def write_workbook(file: BinaryIO, sheets: Iterable[SheetTable]) -> int:
    """Write each table as a sheet of one workbook; returns how many rows there were in all.

    Cells are written as `write_xlsx` does. Names that two sheets would share get a number. Nothing
    is written if a cell is refused. Raises `CellRefused`.
    """
    made, count = io.BytesIO(), 0
    with Workbook(made, _PLAIN) as book:
        book.set_properties({"created": _NO_CLOCK})
        names: set[str] = set()
        for one in sheets:
            name = _free_name(_sheet_name(one.name), names)
            count += _Sheet(book, book.add_worksheet(name)).fill(one.columns, one.rows)
    file.write(made.getvalue())
    return count


class _Sheet:
    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self._book, self._sheet = book, sheet
        self._formats: dict[str, Format] = {}

    def fill(self, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
        bold = self._book.add_format({"bold": True})
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(columns):
            self._sheet.write_string(0, column, _text(name, 1, column + 1), bold)
        count = 0
        for count, cells in enumerate(rows, 1):
            self._row(count + 1, cells, len(columns))
        return count

    def _row(self, row: int, cells: Sequence[Cell], columns: int) -> None:
        if len(cells) != columns:
            reason = f"the row has {len(cells)} cells, the header {columns}"
            raise CellRefused(row=row, column=min(len(cells), columns) + 1, reason=reason)
        if row > MOST_ROWS or columns > MOST_COLUMNS:
            reason = f"a sheet has {MOST_ROWS} rows and {MOST_COLUMNS} columns"
            raise CellRefused(row=row, column=columns, reason=reason)
        for column, cell in enumerate(cells, 1):
            self._cell(row, column, cell)

    def _cell(self, row: int, column: int, cell: Cell) -> None:
        at = row - 1, column - 1
        match cell:
            case None | "":
                return
            case str() | Money():
                self._sheet.write_string(*at, _text(str(cell), row, column))
            case date() if not isinstance(cell, datetime) and cell >= _FIRST_DAY:
                serial = (cell - _DAY_NONE).days
                self._sheet.write_number(*at, serial, self._format("yyyy-mm-dd"))
            case date():
                self._sheet.write_string(*at, cell.isoformat())
            case _:
                self._number(at, _exact(cell, row, column))

    def _number(self, at: tuple[int, int], number: Decimal) -> None:
        text = canonical(number)
        decimals = len(text.partition(".")[2])
        if len(text.lstrip("-").replace(".", "").strip("0")) > MOST_DIGITS:
            self._sheet.write_string(*at, text)
        else:
            shown = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
            # As a Decimal: it writes the digits, where a float would write its nearest fraction.
            self._sheet.write_number(*at, number, self._format(shown))

    def _format(self, shown: str) -> Format:
        if shown not in self._formats:
            self._formats[shown] = self._book.add_format({"num_format": shown})
        return self._formats[shown]


def _exact(cell: int | Decimal, row: int, column: int) -> Decimal:
    try:
        return exact_decimal(cell)
    except FxcrmError as error:
        raise CellRefused(row=row, column=column, reason=str(error)) from error


def _text(text: str, row: int, column: int) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CellRefused(row=row, column=column, reason="it is no text of Unicode") from None
    if len(text) > LONGEST_CELL:
        reason = f"a cell has {LONGEST_CELL} characters at most"
        raise CellRefused(row=row, column=column, reason=reason)
    if "\0" in text:
        raise CellRefused(row=row, column=column, reason="it holds a NUL character")
    return text


def _sheet_name(name: str) -> str:
    """The name as a workbook takes it: 31 characters, a few of them never, and not "History"."""
    good = name.translate(_NOT_IN_NAMES)
    known = "".join(one for one in good if one.isprintable())[:LONGEST_NAME].strip(" '")
    return known if known and known.casefold() != "history" else "Table"


def _free_name(name: str, taken: set[str]) -> str:
    """The name, or the first with a number behind it; a workbook does not tell cases apart."""
    free, number = name, 2
    while free.casefold() in taken:
        free = f"{name[: LONGEST_NAME - len(f' {number}')]} {number}"
        number += 1
    taken.add(free.casefold())
    return free
