"""When the years of a company end, hyperinflation; consolidations as they were made."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0007"
down_revision = "0006"

_WHOLE = BigInteger().with_variant(Integer(), "sqlite")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add a table, and columns that are empty in every row there is: old seals stay right."""
    for name in ("year_ends", "hyperinflation"):
        op.add_column("companies", Column(name, _WHOLE))
    op.add_column("snapshot_balances", Column("estimates", _TEXT))
    keys = (Column(name, _TEXT, primary_key=True) for name in ("group", "as_of"))
    names = ("presentation", "balances", "books", "uplifts", "goodwill")
    texts = (Column(name, _TEXT, nullable=False) for name in names)
    op.create_table("group_snapshots", *keys, *texts, sqlite_strict=True)
