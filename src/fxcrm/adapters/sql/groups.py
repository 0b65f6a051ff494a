"""Consolidations as they were made, one row each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select

from fxcrm.adapters.sql import tables
from fxcrm.adapters.sql.decisions import SqlDecisions, unreadable
from fxcrm.adapters.sql.log import SqlLog
from fxcrm.adapters.sql.statements import Statement, inserted_new, limited
from fxcrm.adapters.sql.transaction import Transaction
from fxcrm.ids import GroupId
from fxcrm.ledger.snapshots import GroupSnapshot
from fxcrm.ports.storage import AlreadyThere
from fxcrm.records.columns import Values
from fxcrm.records.groups import closings, group_of, group_row
from fxcrm.records.trail import noted

_groups: Final = tables.group_snapshots
_OF: Final = _groups.c.group == bindparam("of")
_FOUND: Final = Statement(select(_groups).where(_OF, _groups.c.as_of == bindparam("day")))
_LATEST: Final = Statement(
    limited(
        select(_groups)
        .where(_OF, _groups.c.as_of < bindparam("before"))
        .order_by(_groups.c.as_of.desc()),
        1,
    )
)
_BY_DAY: Final = select(_groups).order_by(_groups.c.as_of, _groups.c.group)
_SINCE: Final = Statement(_BY_DAY.where(_groups.c.as_of >= bindparam("first")))
_EVERY: Final = Statement(_BY_DAY)
_RECORD: Final = inserted_new(_groups)


class SqlGroupSnapshots:
    """Consolidations as they were made."""

    def __init__(self, transaction: Transaction, decisions: SqlDecisions, log: SqlLog) -> None:
        self._transaction = transaction
        self._decisions = decisions
        self._log = log

    def latest(self, group: GroupId, before: date) -> GroupSnapshot | None:
        """The last one of a group strictly before a day, or None."""
        return self._first(self._transaction.rows(_LATEST, of=group, before=before.isoformat()))

    def find(self, group: GroupId, as_of: date) -> GroupSnapshot | None:
        """That of a day, or None."""
        return self._first(self._transaction.rows(_FOUND, of=group, day=as_of.isoformat()))

    def since(self, first: date) -> Iterator[GroupSnapshot]:
        """Those of all groups of a day or later, by day and then by group."""
        return map(self._made, self._transaction.rows(_SINCE, first=first.isoformat()))

    def record(self, snapshot: GroupSnapshot) -> None:
        """Keep one. Raises `AlreadyThere`; `NotFound` for a rate not recorded."""
        self._decisions.expect(closings(snapshot))
        row = group_row(snapshot, self._decisions.writing)
        key = f"{row['group']}/{row['as_of']}"
        write = noted("group snapshot", key, 1, row)
        if not self._transaction.run(_RECORD, row):
            raise AlreadyThere(kind="group snapshot", id=key)
        self._log.writes.append(write)

    def rows(self) -> Iterator[tuple[str, Values]]:
        """The consolidations as they are kept: each key with its row."""
        for row in self._transaction.rows(_EVERY):
            yield f"{row.group}/{row.as_of}", row._asdict()

    def _first(self, rows: Any) -> GroupSnapshot | None:
        return self._made(rows[0]) if rows else None

    def _made(self, row: Any) -> GroupSnapshot:
        try:
            return group_of(row, self._decisions.reading)
        except (LookupError, ValueError, TypeError) as failure:
            unreadable("group snapshot", row.group, failure)
