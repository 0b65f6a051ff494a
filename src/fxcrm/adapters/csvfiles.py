"""Comma separated values: read for imports, written for spreadsheets.

Reading takes what RFC 4180 describes and nothing else: where two programs could read a file in
two ways, it is refused whole, and each problem names its row (F14). The file is read twice, once
to check it and once to hand its rows out, a row at a time.

In a spreadsheet a text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end may be
run as a formula. Such texts are written with an apostrophe before them, and one apostrophe is
taken away on reading, so every text comes back as it was. Numbers get none.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

from fxcrm._decimals import (
    AmountOutOfRange,
    NumberRefused,
    NumberTypeRefused,
    canonical,
    exact_decimal,
)
from fxcrm.errors import CallError
from fxcrm.money import Money
from fxcrm.ports.rows import RowSourceBroken, RowsRefused
from fxcrm.rows import MOST_PROBLEMS, Row, RowLimits, RowProblem, tabled
from fxcrm.tables import Cell as Cell
from fxcrm.tables import CellRefused as CellRefused

LONGEST_ROW: Final = 2**20  # bytes; no more of one row is ever held

_DELIMITERS: Final = (",", ";", "\t", "|")
# The last four are the full-width forms, which some spreadsheets take for the others.
_FORMULA: Final = re.compile("'*+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_UTF8: Final = ("utf-8", "utf-8-sig")  # as a codec, the second one eats marks in mid-file too
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SHAPE: Final = r'(?:"(?:[^"]++|"")*+"|[^"{0}\r\n]*+)'
_SHAPES: Final = {
    one: re.compile(rf"{_SHAPE}(?:{{1}}{_SHAPE})*+[\r\n]*+".format(one, re.escape(one)))
    for one in _DELIMITERS
}


class CsvFormatUnknown(CallError):
    """A delimiter or an encoding that is not one of those files are written with."""

    what: str
    given: object
    template = "{given} is no {what:plain} of such a file"


class CsvRows:
    """A `RowSource` over a file, or over bytes that were sent.

    ``file`` is a path or a binary stream; a stream is read to its end once, up to the limit.
    Raises `CsvFormatUnknown`.
    """

    def __init__(
        self,
        file: str | Path | BinaryIO,
        *,
        name: str = "",
        delimiter: str = ",",
        encoding: str = "utf-8",
        limits: RowLimits = RowLimits(),
    ) -> None:
        self._file = Path(file) if isinstance(file, str) else file
        self._name = name or (self._file.name if isinstance(self._file, Path) else "the file")
        self._delimiter = _known_delimiter(delimiter)
        known = _known_encoding(encoding)
        self._encoding = "utf-8" if codecs.lookup(known).name in _UTF8 else known
        self._limits = limits
        self._sent: bytes | None = None

    @property
    def name(self) -> str:
        """The file's name without its folders, unless another one was given."""
        return self._name

    def rows(self, needed: Iterable[str] = ()) -> Iterator[Row]:
        """The rows, each with all columns. Raises `RowsRefused`, `RowSourceBroken`."""
        try:
            with self._opened() as file:
                before = _stamp(file)
                self._check(_Reading(self, file), tuple(needed))
        except OSError as error:
            raise self._broken(type(error).__name__) from error
        return self._handed_out(before)

    def _opened(self) -> BinaryIO:
        if isinstance(self._file, Path):
            return self._file.open("rb")
        if self._sent is None:
            self._sent = self._file.read(self._limits.bytes + 1)
        return io.BytesIO(self._sent)

    def _check(self, reading: _Reading, needed: Sequence[str]) -> None:
        for row in reading.rows(needed):
            del row  # what is looked for are the problems
        if problems := tuple(reading.problems[:MOST_PROBLEMS]):
            first = problems[0]
            raise RowsRefused(
                source=self.name, row=first.row, reason=first.reason, problems=problems
            )

    def _handed_out(self, before: object) -> Iterator[Row]:
        try:
            with self._opened() as file:
                reading = _Reading(self, file)
                if _stamp(file) == before:
                    yield from reading.rows(())
                if reading.problems or _stamp(file) != before:
                    raise self._broken("it was changed while it was read")
        except RowSourceBroken:
            raise
        except OSError as error:
            raise self._broken(type(error).__name__) from error

    def _broken(self, reason: str) -> RowSourceBroken:
        return RowSourceBroken(source=self.name, reason=reason)


class _Unreadable(Exception):
    """Why nothing after this place can be read."""


class _Reading:
    """One way through the file; problems are noted, and reading goes on where that is safe."""

    def __init__(self, source: CsvRows, file: BinaryIO) -> None:
        self._file, self._limits = file, source._limits
        self._delimiter, self._encoding = source._delimiter, source._encoding
        self._shape = _SHAPES[source._delimiter]
        self._size = 0
        self._lines: list[str] = []  # of the row in progress
        self._row = 1
        self.problems: list[RowProblem] = []

    def rows(self, needed: Sequence[str]) -> Iterator[Row]:
        """The rows that are good, as far as there are not too many problems."""
        try:
            for one in tabled(self._records(), self._limits, needed):
                if isinstance(one, Row):
                    yield one
                else:
                    self.problems.append(one)
                if len(self.problems) >= MOST_PROBLEMS:
                    return
        except _Unreadable as reason:
            self._note(str(reason))
        except csv.Error as error:
            self._note(_explained(str(error)))

    def _note(self, reason: str) -> None:
        self.problems.append(RowProblem(self._row, reason))

    def _records(self) -> Iterator[list[str]]:
        """Cells, a list for each row; `_row` is its number while it is looked at."""
        for cells in csv.reader(self._text(), delimiter=self._delimiter, strict=True):
            written = "".join(self._lines)
            self._lines.clear()
            self._look_at(written)
            yield [_bare(cell) for cell in cells] if "'" in written else cells
            self._row += 1

    def _text(self) -> Iterator[str]:
        held = 0
        while raw := self._file.readline(LONGEST_ROW + 1):
            self._size += len(raw)
            held = held + len(raw) if self._lines else len(raw)
            if self._size > self._limits.bytes:
                raise _Unreadable(f"the file is larger than {self._limits.bytes} bytes")
            if held > LONGEST_ROW:
                raise _Unreadable(f"it is longer than {LONGEST_ROW} bytes; is a quote left open?")
            self._lines.append(self._decoded(raw))
            yield self._lines[-1]

    def _decoded(self, raw: bytes) -> str:
        if self._size == len(raw):
            raw = self._without_mark(raw)
        if b"\0" in raw:
            self._note("it holds a NUL character")
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError:
            self._note(f"it is not written in {self._encoding}; was it pasted from elsewhere?")
            return raw.decode(self._encoding, "replace")

    def _without_mark(self, raw: bytes) -> bytes:
        """The first line without the mark that says how it was written, if that is true."""
        if raw.startswith(_UTF16):
            raise _Unreadable("it is written in UTF-16; save it as UTF-8")
        if raw.startswith(codecs.BOM_UTF8) and self._encoding != "utf-8":
            raise _Unreadable(f"it is written in UTF-8, not in {self._encoding}")
        return raw.removeprefix(codecs.BOM_UTF8)

    def _look_at(self, written: str) -> None:
        """A quote amid an unquoted cell means one thing to one program and another to the next."""
        if '"' in written and not self._shape.fullmatch(written):
            self._note("a quotation mark stands inside of a cell without quotation marks")


def _explained(error: str) -> str:
    if "unexpected end" in error or "field larger" in error:
        return "a cell is too long, or a quotation mark is left open"
    if "new-line" in error:
        return "a line ends with a bare carriage return; save it with line feeds"
    return "text follows a closing quotation mark"


def _bare(cell: str) -> str:
    """The cell without the apostrophe that keeps a text from being a formula."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def _stamp(file: BinaryIO) -> object:
    """What changes when somebody writes to the file; nothing for bytes of our own."""
    if isinstance(file, io.BytesIO):
        return None
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _known_delimiter(delimiter: str) -> str:
    if delimiter not in _DELIMITERS:
        raise CsvFormatUnknown(what="delimiter", given=delimiter)
    return delimiter


def _known_encoding(encoding: str) -> str:
    """The encoding, once it is known to write line ends and delimiters as ASCII does."""
    sample = 'a,;\t|"+\r\n'
    try:
        if sample.encode(encoding) in (sample.encode(), codecs.BOM_UTF8 + sample.encode()):
            return encoding
    except (LookupError, UnicodeError):
        pass
    raise CsvFormatUnknown(what="encoding", given=encoding)


def write_csv(
    file: BinaryIO,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> int:
    """Write a header and rows into a binary stream; returns how many rows there were.

    Text is kept from being a formula; numbers are written in plain digits, days as 2026-03-31,
    money as "EUR 12.50", None as an empty cell. ``encoding="utf-8-sig"`` writes the mark by which
    spreadsheets know UTF-8. Raises `CellRefused`, also for floats, and `CsvFormatUnknown`.
    """
    text = io.TextIOWrapper(file, _known_encoding(encoding), newline="")
    try:
        writer = csv.writer(text, delimiter=_known_delimiter(delimiter))
        number = 0
        for number, cells in enumerate(chain([columns], rows), 1):
            writer.writerow(_written_row(number, cells, len(columns), encoding))
        text.flush()
        return number - 1
    finally:
        text.detach()


def _written_row(row: int, cells: Sequence[Cell], columns: int, encoding: str) -> list[str]:
    if len(cells) != columns:
        reason = f"the row has {len(cells)} cells, the header {columns}"
        raise CellRefused(row=row, column=min(len(cells), columns) + 1, reason=reason)
    return [_written(cell, row, column, encoding) for column, cell in enumerate(cells, 1)]


def _written(cell: Cell, row: int, column: int, encoding: str) -> str:
    if isinstance(cell, str) and cell.isascii() and cell[:1].isalnum() and "\0" not in cell:
        return cell  # nearly all text
    try:
        text = _text_of(cell)
        if "\0" in text:
            raise CellRefused(row=row, column=column, reason="it holds a NUL character")
        text.encode(encoding)
    except UnicodeEncodeError:
        reason = f"{encoding} has no such character"
        raise CellRefused(row=row, column=column, reason=reason) from None
    except (NumberRefused, NumberTypeRefused, AmountOutOfRange) as error:
        raise CellRefused(row=row, column=column, reason=str(error)) from error
    return text


def _text_of(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return f"'{cell}" if _FORMULA.match(cell) else cell
        case date():
            return cell.isoformat()
        case Money():
            return str(cell)
    return canonical(exact_decimal(cell))
