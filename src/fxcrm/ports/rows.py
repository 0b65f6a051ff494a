"""Where rows to be imported come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from fxcrm.errors import EnvironmentFailed, InputRefused
from fxcrm.rows import Row, RowProblem


class RowsRefused(InputRefused):
    """The rows can not be taken, all of them or none (F14).

    ``row`` and ``reason`` are those of the first problem; ``problems`` holds what was found, in
    the order of the rows, a hundred at most.
    """

    source: str
    row: int
    reason: str
    problems: tuple[RowProblem, ...]
    template = "{source:plain} is refused whole, for row {row}: {reason:plain}"


class RowSourceBroken(EnvironmentFailed):
    """The source could not be read, which is another thing than holding what is refused."""

    source: str
    reason: str
    template = "{source:plain} can not be read: {reason:plain}"


class RowSource(Protocol):
    """A table of text with a header: a file, a sheet, a query. `RowSourceContract` proves one."""

    @property
    def name(self) -> str:
        """How the source is named in refusals."""
        ...

    def rows(self, needed: Iterable[str] = ()) -> Iterator[Row]:
        """The rows in order, each with its number and with a cell for every column.

        The whole source is checked before the first row is handed out; called again, it reads
        again. ``needed`` names the columns that must be there; others may be. Raises
        `RowsRefused`, `RowSourceBroken`.
        """
        ...
