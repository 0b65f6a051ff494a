"""Statements, built once from the tables and turned into a database's own text once.

They are run on the driver's cursor: running them through SQLAlchemy's connection costs twice
the time of the driver itself (docs/decisions/0010).
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any, Final

import attrs
from sqlalchemy import (
    Dialect,
    Executable,
    Select,
    Table,
    UpdateBase,
    bindparam,
    literal_column,
)
from sqlalchemy.dialects.postgresql import insert as insert
from sqlalchemy.dialects.postgresql.psycopg import dialect as postgresql
from sqlalchemy.dialects.sqlite.pysqlite import dialect as sqlite

from fxcrm.mappings import FrozenMap

# Both take their values by name.
_DIALECTS: Final[Mapping[str, Callable[[], Dialect]]] = FrozenMap(
    {"sqlite": partial(sqlite, paramstyle="named"), "postgresql": postgresql}
)


@attrs.frozen(eq=False)
class Statement:
    """A statement of SQLAlchemy Core; ``columns`` are those that an insert or update names."""

    core: Executable
    columns: tuple[str, ...] | None = None


def inserted(table: Table) -> Statement:
    """Insert whole rows whose keys are known to be free."""
    return Statement(insert(table), _names(table))


def inserted_new(table: Table, *, without: str = "") -> Statement:
    """Insert a whole row; where its key is taken nothing happens, and no row is counted.

    ``without`` names a column that the database numbers; then its number is returned.
    """
    core: Any = insert(table).on_conflict_do_nothing()
    returning = core.returning(table.c[without]) if without else core
    return Statement(returning, tuple(one for one in _names(table) if one != without))


def limited(core: Select[Any], most: str | int) -> Select[Any]:
    """The first so many rows; ``most`` is a number, or the name of a value given later."""
    number: Any = bindparam(most) if isinstance(most, str) else literal_column(str(most))
    # Without an offset the text for SQLite would hold a value of its own for it.
    return core.limit(number).offset(literal_column("0"))


def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


@attrs.frozen
class Prepared:
    """The text of a statement for one database, and what makes its rows."""

    text: str
    made: Callable[[Iterable[Any]], Any] | None


@cache
def prepared(statement: Statement, database: str) -> Prepared:
    """The statement for one kind of database: ``sqlite`` or ``postgresql``."""
    core: Any = statement.core
    compiled = core.compile(dialect=_dialect(database), column_keys=statement.columns)
    returns = isinstance(core, Select | UpdateBase)
    names = [str(column.key) for column in core.exported_columns] if returns else []
    row: Any = namedtuple("Row", names)  # type: ignore[misc]
    return Prepared(str(compiled), partial(tuple.__new__, row) if names else None)


@cache
def _dialect(database: str) -> Dialect:
    return _DIALECTS[database]()
