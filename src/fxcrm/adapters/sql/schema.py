"""The schema's version: made at once where nothing is, migrated by Alembic where it is older."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs
from sqlalchemy import Column, Connection, MetaData, Table, Text, insert, select

from fxcrm.adapters.sql import tables
from fxcrm.adapters.sql.decisions import Shared
from fxcrm.adapters.sql.log import first_row
from fxcrm.adapters.sql.transaction import Database, Mode, Transaction
from fxcrm.adapters.sql.unit import SqlUnit
from fxcrm.currencies import CurrencyRegistry
from fxcrm.ports.storage import StoreNewer
from fxcrm.records.trail import Origin

HEAD: Final = "0008"
VERSION_TABLE: Final = "fxcrm_schema"
_MIGRATIONS: Final = Path(__file__).parent / "migrations"

# As Alembic makes it; a database of one's own may have an ``alembic_version`` besides.
_version: Final = Table(VERSION_TABLE, MetaData(), Column("version_num", Text, primary_key=True))


@attrs.frozen
class Found:
    """The version of the schema that a database has, or None for an empty one."""

    version: str | None

    @property
    def is_ready(self) -> bool:
        """Whether it is the one that this code works with."""
        return self.version == HEAD

    @classmethod
    def checked(cls, version: str) -> Found:
        """Raises `StoreNewer` for a version that this code does not know (F16)."""
        if version > HEAD:
            raise StoreNewer(found=version, known=HEAD)
        return cls(version)

    @staticmethod
    def noted(connection: Connection) -> str:
        """The version that the database says it has."""
        return str(connection.execute(select(_version.c.version_num)).scalar_one())


@contextmanager
def begun(database: Database, mode: Mode) -> Iterator[Connection]:
    """A connection of SQLAlchemy in a transaction of ours, which is rolled back at the end."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql(database.begin[mode])
        yield connection


def prepare(
    database: Database, connection: Connection, found: Found, registry: CurrencyRegistry
) -> None:
    """Make the tables, or bring older ones up to date, in the transaction that is begun."""
    if found.version is None:
        tables.metadata.create_all(connection)
        _version.create(connection)
        connection.execute(insert(_version).values(version_num=HEAD))
        connection.execute(insert(tables.trail).values(first_row()))
        return
    if found.version == "0001":  # from before Alembic noted versions
        _version.create(connection)
        connection.execute(insert(_version).values(version_num=found.version))
    _migrate(connection, found.version)
    if found.version == "0001":
        _seal_all(database, connection, registry)


def _migrate(connection: Connection, version: str) -> None:
    """Run the steps of Alembic from a version to the last one."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(_MIGRATIONS))
    config = Config()

    def steps(_: object, __: object) -> list[object]:
        return list(scripts._upgrade_revs(HEAD, version))

    with EnvironmentContext(config, scripts, fn=steps, destination_rev=HEAD) as environment:
        environment.configure(connection=connection, version_table=VERSION_TABLE)
        environment.run_migrations()


def _seal_all(database: Database, connection: Connection, registry: CurrencyRegistry) -> None:
    """The first record of a trail: everything as it was found when the trail began."""
    transaction = Transaction(database, Mode.WRITE)
    transaction.join(connection.connection)
    unit = SqlUnit(transaction, Shared(registry), Origin("schema 0002"))
    unit.seal_all()
