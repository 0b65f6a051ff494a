"""The contracts of clocks, ids and rows notice: a wrong adapter fails by the promise it broke."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import count
from typing import Any

import pytest

from fxcrm.adapters.csvfiles import CsvRows
from fxcrm.adapters.identifiers import CountingIds, RandomIds
from fxcrm.ports.rows import RowsRefused
from fxcrm.rows import Row, RowLimits, RowProblem
from fxcrm.testing.clocks import SettableClock
from fxcrm.testing.contracts import (
    ClockContract,
    IdSourceContract,
    Outcome,
    PromiseBroken,
    RowSourceContract,
    proved,
)
from fxcrm.testing.contracts.rows import Table, as_csv

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class _Clock:
    """A clock that tells what it is given."""

    def __init__(self, tell: Callable[[], Any]) -> None:
        self.now = tell


def naive() -> Any:
    """Leaves the zone out."""
    return _Clock(lambda: NOON.replace(tzinfo=None))


def local() -> Any:
    """Tells the hour of Berlin."""
    return _Clock(lambda: NOON.astimezone(timezone(timedelta(hours=1))))


def a_day() -> Any:
    """Tells the day only."""
    return _Clock(lambda: date(2026, 3, 2))


def set_back() -> Any:
    """Is set back by an hour, once."""
    readings = iter([NOON, NOON - timedelta(hours=1)])
    return _Clock(lambda: next(readings, NOON))


class _WrongIds:
    """A source that gives what it is told."""

    def __init__(self, give: Callable[[str], Any]) -> None:
        self.new = give


def repeats_after_a_while() -> Any:
    """Draws from too few numbers."""
    numbers = count()
    return _WrongIds(lambda kind: f"{RandomIds().new(kind)[:2]}{next(numbers) % 5000}")


def counts_each_kind() -> Any:
    """Counts each kind for itself and leaves the kind out."""
    numbers: dict[str, int] = {}

    def give(kind: str) -> str:
        RandomIds().new(kind)
        numbers[kind] = numbers.get(kind, 0) + 1
        return str(numbers[kind])

    return _WrongIds(give)


def takes_any_kind() -> Any:
    """Does not look at what an id is for."""
    numbers = count()
    return _WrongIds(lambda _: f"id-{next(numbers)}")


def with_spaces() -> Any:
    """Gives ids for reading aloud."""
    ids = CountingIds()
    return _WrongIds(lambda kind: ids.new(kind).replace("-", " "))


def counts_each_thread() -> Any:
    """Counts anew in each thread."""
    held = threading.local()

    def give(kind: str) -> str:
        CountingIds().new(kind)
        held.count = getattr(held, "count", 0) + 1
        return f"{kind}-{held.count}"

    return _WrongIds(give)


class _WrongRows:
    """A source that reads as a script would: with the csv module and nothing else."""

    name = "a script"

    def __init__(self, table: Table) -> None:
        self._file = as_csv(table).decode()

    def _read(self) -> Iterator[list[str]]:
        return csv.reader(io.StringIO(self._file, newline=""))

    def rows(self, needed: Iterable[str] = ()) -> Iterator[Row]:  # noqa: ARG002 - like a script
        """What `csv.DictReader` makes of it: the last of two columns, None for what is short."""
        reader = self._read()
        header = next(reader, [])
        for number, cells in enumerate(reader, 2):
            yield Row(number, dict(zip(header, cells, strict=False)))


class _Checked(CsvRows):
    """A good source to be spoiled in one place."""

    def __init__(self, table: Table, limits: RowLimits) -> None:
        super().__init__(io.BytesIO(as_csv(table)), limits=limits)


class _Streaming(_WrongRows):
    """Notices a short row when it comes to it."""

    def rows(self, needed: Iterable[str] = ()) -> Iterator[Row]:
        """Rows until one is short."""
        columns = len(next(self._read()))
        for row, cells in zip(super().rows(needed), list(self._read())[1:], strict=True):
            if len(cells) != columns:
                problem = RowProblem(row.number, "short")
                raise RowsRefused(
                    source=self.name, row=row.number, reason="short", problems=(problem,)
                )
            yield row


class _Trimming(_Checked):
    """Tidies cells up."""

    def rows(self, needed: Iterable[str] = ()) -> Iterator[Row]:
        """Cells without the spaces around them."""
        for row in super().rows(needed):
            yield Row(row.number, {name: cell.strip() for name, cell in row.cells.items()})


class _CountingFromZero(_Checked):
    """Numbers rows as lists do."""

    def rows(self, needed: Iterable[str] = ()) -> Iterator[Row]:
        """The first row has number 0."""
        return (Row(row.number - 2, row.cells) for row in super().rows(needed))


class _Generous(_Checked):
    """Takes one row more than it may."""

    def __init__(self, table: Table, limits: RowLimits) -> None:
        super().__init__(table, RowLimits(limits.columns, limits.cell, limits.rows + 1))


class _ReadOnce(_Checked):
    """Gives its rows away once."""

    def rows(self, needed: Iterable[str] = ()) -> Iterator[Row]:
        """An iterator that is shared."""
        self.__dict__.setdefault("shared", super().rows(needed))
        shared: Iterator[Row] = self.__dict__["shared"]
        return shared


class _Empty(_Checked):
    """Takes a table without rows for one that is not there."""

    def rows(self, needed: Iterable[str] = ()) -> Iterator[Row]:
        """At least one row."""
        rows = list(super().rows(needed))
        return iter([rows[0], *rows[1:]])


class _Endless(_Checked):
    """Names every problem there is."""

    def rows(self, needed: Iterable[str] = ()) -> Iterator[Row]:
        """All of them."""
        try:
            return super().rows(needed)
        except RowsRefused as error:
            raise RowsRefused(
                source=error.source,
                row=error.row,
                reason=error.reason,
                problems=error.problems * 2,
            ) from error


class _Talking(_Checked):
    """Shows the row in its refusal."""

    def rows(self, needed: Iterable[str] = ()) -> Iterator[Row]:
        """Says what stands there."""
        try:
            return super().rows(needed)
        except RowsRefused as error:
            file = (self._sent or b"").decode()
            raise RowsRefused(
                source=error.source, row=error.row, reason=file[-150:], problems=error.problems
            ) from error


def clock_kit(wrong: Callable[[], Any]) -> Any:
    """The kit of clocks on a wrong one."""

    class Kit(ClockContract):
        def open_clock(self) -> Any:
            return wrong()

    return Kit


def id_kit(wrong: Callable[[], Any]) -> Any:
    """The kit of ids on a wrong source."""

    class Kit(IdSourceContract):
        def open_source(self) -> Any:
            return wrong()

    return Kit


def row_kit(wrong: Callable[..., Any]) -> Any:
    """The kit of rows on a wrong source."""

    class Kit(RowSourceContract):
        def open_source(self, table: Table, limits: RowLimits) -> Any:
            return wrong(table) if issubclass(wrong, _WrongRows) else wrong(table, limits)  # type: ignore[arg-type]

    return Kit


class restarted_kit(IdSourceContract):  # noqa: N801 - it stands where the others are called
    """Counts from one again after a restart."""

    def open_source(self) -> Any:
        """From one on."""
        return CountingIds()

    def reopened(self, source: Any) -> Any:
        """From one on."""
        return type(source)()


class unreadable_kit(RowSourceContract):  # noqa: N801
    """Lets the error of the operating system through."""

    def open_source(self, table: Table, limits: RowLimits) -> Any:
        """A good one."""
        return _Checked(table, limits)

    def broken_source(self) -> Any:
        """One that leaks."""

        class Leaking(_WrongRows):
            def rows(self, needed: Iterable[str] = ()) -> Iterator[Row]:
                del needed
                raise FileNotFoundError

        return Leaking([])


@pytest.mark.parametrize(
    ("kit", "test", "promise"),
    [
        (clock_kit(naive), "test_the_present_has_a_zone", "carries its time zone"),
        (clock_kit(local), "test_the_present_is_told_in_utc", "the zone is UTC"),
        (clock_kit(a_day), "test_the_present_is_an_instant", "tells a datetime"),
        (clock_kit(set_back), "test_the_clock_does_not_go_back", "never before the one"),
        (id_kit(repeats_after_a_while), "test_no_id_is_given_twice", "no id is given twice"),
        (id_kit(counts_each_kind), "test_no_id_is_given_twice", "no id is given twice"),
        (id_kit(takes_any_kind), "test_only_kinds_get_an_id", "'' is refused as a kind"),
        (id_kit(with_spaces), "test_an_id_is_short_plain_text", "visible ASCII"),
        (id_kit(counts_each_thread), "test_threads_get_ids_of_their_own", "never get the same id"),
        (restarted_kit, "test_a_restart_gives_no_id_again", "a restart gives no id again"),
        (row_kit(_Empty), "test_no_rows_are_no_rows", "A header alone gives no rows"),
        (row_kit(_Endless), "test_problems_are_bounded", "a hundred problems at most"),
        (unreadable_kit, "test_what_can_not_be_read_is_broken", "FileNotFoundError"),
        (row_kit(_WrongRows), "test_short_and_long_rows_are_named", "short and long rows"),
        (row_kit(_WrongRows), "test_a_header_names_each_column_once", "is refused"),
        (row_kit(_WrongRows), "test_a_needed_column_must_be_there", "a needed column"),
        (row_kit(_Streaming), "test_nothing_is_handed_out_of_a_bad_source", "not one row"),
        (row_kit(_Trimming), "test_cells_are_text_unchanged", "the text that was put in"),
        (row_kit(_CountingFromZero), "test_rows_come_in_order_with_their_numbers", "numbers"),
        (row_kit(_Generous), "test_limits_are_kept_exactly", "one row more is refused"),
        (row_kit(_ReadOnce), "test_a_source_is_read_again_from_the_start", "a second reading"),
        (row_kit(_Talking), "test_a_refusal_shows_no_cell", "shows no cell"),
    ],
)
def test_a_wrong_adapter_is_found_out(kit: Any, test: str, promise: str) -> None:
    """The kit fails on a wrong adapter and names the promise that it broke."""
    with pytest.raises(PromiseBroken, match=promise):
        getattr(kit(), test)()
    report = proved(kit)
    assert not report.holds
    assert test in [one.test for one in report.of(Outcome.BROKEN)]


def test_the_good_ones_are_let_through() -> None:
    """What the wrong adapters were made of passes the same kits."""

    class Rows(RowSourceContract):
        def open_source(self, table: Table, limits: RowLimits) -> Any:
            return _Checked(table, limits)

    kits = [clock_kit(lambda: SettableClock(NOON)), id_kit(CountingIds), id_kit(RandomIds), Rows]
    assert [str(proved(kit)) for kit in kits if not proved(kit).holds] == []
