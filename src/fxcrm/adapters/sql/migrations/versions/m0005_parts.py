"""Orders that are billed in parts."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0005"
down_revision = "0004"

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add a column that is empty in every row there is, so that old seals stay right."""
    op.add_column("orders", Column("billed", _TEXT))
