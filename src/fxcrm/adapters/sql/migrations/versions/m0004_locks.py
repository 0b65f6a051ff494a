"""Locks with a fee, a break and a guard against clocks; quotes with a cover and an excess."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0004"
down_revision = "0003"

_WHOLE = BigInteger().with_variant(Integer(), "sqlite")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add columns that are empty in every row there is, so that old seals stay right."""
    _add("quotes", "covered", "excess_rate")
    _add("locks", "fee", "broken_at")


def _add(table: str, amount: str, decision: str) -> None:
    op.add_column(table, Column(amount, _WHOLE))
    op.add_column(table, Column(f"{amount}_currency", _TEXT))
    # Alembic would add the link as a constraint by itself, which SQLite can not do.
    kind = _TEXT.compile(op.get_bind().dialect)
    op.execute(f"ALTER TABLE {table} ADD COLUMN {decision} {kind} REFERENCES decisions (id)")
    op.add_column(table, Column("last_seen_at", _TEXT))
