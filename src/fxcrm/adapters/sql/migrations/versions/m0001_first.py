"""The first schema: SQLite files that bear user_version 1. Nothing leads to it any more."""

from __future__ import annotations

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The tables are there."""
