"""The composition root: the only place that pairs ports with adapters."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import attrs

from fxcrm.errors import EnvironmentFailed
from fxcrm.ports import RateSource, Store
from fxcrm.rates import RateTable
from fxcrm.usecases.reporting import Overview


class ExtraMissing(EnvironmentFailed):
    """An optional part is not installed."""

    part: str
    extra: str
    template = (
        "{part:plain} is an optional part; install it with: pip install 'fxcrm[{extra:plain}]'"
    )


@attrs.frozen
class Application:
    """A store and the rates it works with; close it, or use it in a ``with`` block."""

    store: Store
    rates: RateTable
    source: str

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_application(
    database: str | Path | None, rates: str | Path | RateSource | None = None
) -> Application:
    """The usual pairing: SQLite in one file, or PostgreSQL (None: in memory), and ECB rates.

    ``rates`` names an ECB history file (csv or zip), or is a source of one's own; None takes the
    history that the extra ``ecb-history`` brings. Raises `ExtraMissing`, `RateSourceBroken`, and
    a store's errors.
    """
    source = rate_source(rates) if rates is None or isinstance(rates, str | Path) else rates
    table = source.fetch().table  # before the store, so that a broken source leaves no file behind
    return Application(open_store(database), table, source.name)


def rate_source(path: str | Path | None) -> RateSource:
    """ECB rates from a file of one's own, or from the extra ``ecb-history``."""
    from fxcrm.adapters.ecb import EcbHistory

    return EcbHistory(path)


def open_store(path: str | Path | None) -> Store:
    """A store in one SQLite file, or at a ``postgresql://`` address; None keeps it in memory.

    File, tables or schema are made if they are not there. Raises `ExtraMissing`, and the
    store's errors.
    """
    if path is None:
        from fxcrm.adapters.memory import MemoryStore

        return MemoryStore()
    if isinstance(path, str) and path.startswith(("postgresql:", "postgres:", "postgresql+")):
        return _open_server(path)
    try:
        from fxcrm.adapters.sql import open_sqlite
    except ModuleNotFoundError:
        raise ExtraMissing(part="the SQLite store", extra="sql") from None
    return open_sqlite(path)


def _open_server(url: str) -> Store:
    try:
        from fxcrm.adapters.sql.postgresql import open_postgresql
    except ModuleNotFoundError:
        raise ExtraMissing(part="the PostgreSQL store", extra="postgresql") from None
    return open_postgresql(url)


def html_report(seen: Overview, *, title: str, source: str) -> str:
    """The overview as one self-contained HTML page. Raises `ExtraMissing`."""
    try:
        from fxcrm.adapters.html import render
    except ModuleNotFoundError:
        raise ExtraMissing(part="the HTML report", extra="html") from None
    return render(seen, title=title, source=source)
