"""A store in SQL: SQLAlchemy Core tables, SQLite today.

Reading order: ``tables`` (what is kept), ``columns`` and the ``*_rows`` modules (two plain
functions for each aggregate), ``transaction`` (where driver errors become ours),
``repositories``, ``books`` and ``eventlog`` (the ports), ``unit`` and ``store``.
"""

from fxcrm.adapters.sql.store import SqlStore, open_sqlite

__all__ = ["SqlStore", "open_sqlite"]
