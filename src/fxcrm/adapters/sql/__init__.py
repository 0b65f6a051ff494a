"""Stores in SQL: one SQLite file, or a PostgreSQL database.

Reading order: ``tables`` (what is kept), ``statements`` and ``transaction`` (how, and where driver
errors become ours), ``decisions``, ``repositories``, ``books``, ``log`` and ``outbox`` (the ports),
``unit`` and ``store``, then ``sqlite``, ``postgresql`` and ``schema`` (versions). Rows are those of
`fxcrm.records`.
"""

from fxcrm.adapters.sql.sqlite import (
    BackupRefused,
    Durability,
    SqliteStore,
    open_sqlite,
    restore_sqlite,
)
from fxcrm.adapters.sql.store import SqlStore

__all__ = [
    "BackupRefused",
    "Durability",
    "SqlStore",
    "SqliteStore",
    "open_sqlite",
    "restore_sqlite",
]
