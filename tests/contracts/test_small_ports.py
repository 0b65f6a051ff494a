"""The contracts of clocks, ids and rows on every adapter of ours."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from fxcrm.adapters.clock import SteadyClock, SystemClock
from fxcrm.adapters.csvfiles import CsvRows
from fxcrm.adapters.identifiers import CountingIds, RandomIds
from fxcrm.ports.clock import Clock
from fxcrm.ports.identifiers import IdSource
from fxcrm.ports.rows import RowSource
from fxcrm.rows import RowLimits
from fxcrm.testing.clocks import SettableClock
from fxcrm.testing.contracts import ClockContract, IdSourceContract, RowSourceContract
from fxcrm.testing.contracts.rows import as_csv


class TestSystemClock(ClockContract):
    """The machine's clock."""

    def open_clock(self) -> Clock:
        """The one there is."""
        return SystemClock()


class TestSteadyClock(ClockContract):
    """The guarded clock."""

    def open_clock(self) -> Clock:
        """Over the machine's."""
        return SteadyClock(SystemClock())


class TestSettableClock(ClockContract):
    """The clock for tests."""

    def open_clock(self) -> Clock:
        """One that stands."""
        return SettableClock(datetime(2026, 3, 2, 9, tzinfo=UTC))


class TestRandomIds(IdSourceContract):
    """Ids by chance; another process is another object."""

    def open_source(self) -> IdSource:
        """A new one."""
        return RandomIds()

    def reopened(self, source: IdSource) -> IdSource:  # noqa: ARG002 - nothing is carried over
        """Knows nothing of the first one."""
        return RandomIds()


class TestCountingIds(IdSourceContract):
    """Ids by counting; after a restart they are told where they were."""

    def open_source(self) -> IdSource:
        """From one on."""
        return CountingIds()

    def reopened(self, source: IdSource) -> IdSource:
        """Told the last number given."""
        return CountingIds(after=int(source.new("last").partition("-")[2]))


class TestCsvRows(RowSourceContract):
    """Comma separated values that were sent."""

    def open_source(self, table: Sequence[Sequence[str]], limits: RowLimits) -> RowSource:
        """Over their bytes."""
        return CsvRows(io.BytesIO(as_csv(table)), limits=limits)

    def broken_source(self) -> RowSource:
        """A file that is not there."""
        return CsvRows(Path("no-such-folder") / "gone.csv")
