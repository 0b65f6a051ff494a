"""Published rates, each with the instant since which it is known, and those that are held."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text

revision = "0003"
down_revision = "0002"

_WHOLE = BigInteger().with_variant(Integer(), "sqlite")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _text(name: str) -> Column[str]:
    return Column(name, _TEXT, nullable=False)


def _whole(name: str) -> Column[int]:
    return Column(name, _WHOLE, nullable=False)


def _maybe(name: str) -> Column[str]:
    return Column(name, _TEXT)


def upgrade() -> None:
    """Add tables; nothing that is there is changed."""
    _add_log()
    _add_held()


def _add_log() -> None:
    op.create_table(
        "rate_series",
        Column("number", _WHOLE, primary_key=True),
        _text("source"),
        _text("base"),
        _text("counter"),
        _text("side"),
        _whole("unit"),
        sqlite_strict=True,
    )
    names = ["source", "base", "counter", "side", "unit"]
    op.create_index("rate_series_of_source", "rate_series", names, unique=True)
    op.create_table(
        "fixings",
        Column(
            "series",
            _WHOLE,
            ForeignKey("rate_series.number"),
            primary_key=True,
            autoincrement=False,
        ),
        Column("day", _TEXT, primary_key=True),
        Column("known_at", _TEXT, primary_key=True),
        _text("value"),
        _whole("batch"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _add_held() -> None:
    op.create_table(
        "held_rates",
        Column("id", _TEXT, primary_key=True),
        _whole("version"),
        _text("source"),
        _text("base"),
        _text("counter"),
        _text("side"),
        _whole("unit"),
        _text("on"),
        _text("value"),
        _maybe("known_at"),
        _text("suspicions"),
        _text("held_at"),
        _text("state"),
        _text("decided_by"),
        _maybe("decided_at"),
        _text("reason"),
        sqlite_strict=True,
    )
    op.create_index("held_rates_by_state", "held_rates", ["state", "id"])
