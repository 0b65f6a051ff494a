"""What the tables are made of: columns of whole numbers and of text, and nothing else."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text

# STRICT tables know INTEGER only, which holds 64 bits; other databases say BIGINT.
WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")
# Texts sort by their bytes on every database, whatever language a server was set up for.
TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")

metadata: Final = MetaData()


def text(name: str, **options: Any) -> Column[Any]:
    """A text that is there."""
    return Column(name, TEXT, nullable=False, **options)


def maybe(name: str) -> Column[Any]:
    """A text that may be absent."""
    return Column(name, TEXT)


def whole(name: str, **options: Any) -> Column[Any]:
    """A whole number that is there."""
    return Column(name, WHOLE, nullable=False, **options)


def sequence() -> Column[Any]:
    """A number that the database gives."""
    return Column("sequence", WHOLE, primary_key=True)


def numbered(name: str) -> Column[Any]:
    """A number that the unit of work gives, without gaps."""
    return Column(name, WHOLE, primary_key=True, autoincrement=False)


def decision(name: str) -> Column[Any]:
    """A link to a recorded rate; the database refuses one that was not recorded."""
    return Column(name, TEXT, ForeignKey("decisions.id"))


def money(name: str) -> tuple[Column[Any], Column[Any]]:
    """An amount: minor units, and the code of the currency."""
    return whole(name), text(f"{name}_currency")


def maybe_money(name: str) -> tuple[Column[Any], Column[Any]]:
    """An amount that may be absent."""
    return Column(name, WHOLE), maybe(f"{name}_currency")


def table(name: str, *items: Any, **options: Any) -> Table:
    """A table that takes integers and text only."""
    return Table(name, metadata, *items, sqlite_strict=True, **options)


def aggregate(name: str, *items: Any) -> Table:
    """A table of aggregates of a company, found by id, company, customer, invoice and parent."""
    key = (Column("id", TEXT, primary_key=True), whole("version"), text("company"))
    indexes = [Index(f"{name}_of_company", "company", "id")]
    named = {one.name for one in items}
    indexes += [
        Index(f"{name}_of_{owner}", owner, "id")
        for owner in ("customer", "invoice", "parent")
        if owner in named
    ]
    return table(name, *key, *items, *indexes)
