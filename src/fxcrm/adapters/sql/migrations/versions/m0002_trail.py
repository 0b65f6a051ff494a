"""The audit trail, the outbox, custom fields by value, and documents by customer."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text, column, func, insert, select, table

revision = "0002"
down_revision = "0001"

_WHOLE = BigInteger().with_variant(Integer(), "sqlite")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _key(name: str) -> Column[str]:
    return Column(name, _TEXT, primary_key=True)


def _numbered(name: str) -> Column[int]:
    return Column(name, _WHOLE, primary_key=True, autoincrement=False)


def _text(name: str) -> Column[str]:
    return Column(name, _TEXT, nullable=False)


def _whole(name: str) -> Column[int]:
    return Column(name, _WHOLE, nullable=False)


def upgrade() -> None:
    """Add tables and indexes; nothing that is there is changed."""
    op.create_table(
        "audit",
        _numbered("sequence"),
        Column("at", _TEXT),
        _text("actor"),
        _text("key"),
        _text("writes"),
        _text("hash"),
        sqlite_strict=True,
    )
    op.create_table(
        "trail",
        _numbered("id"),
        _whole("count"),
        _text("hash"),
        _whole("events"),
        sqlite_strict=True,
    )
    op.create_table("consumers", _key("consumer"), _whole("position"), sqlite_strict=True)
    op.create_table(
        "parked",
        _key("consumer"),
        _numbered("sequence"),
        _text("subject"),
        _text("reason"),
        _whole("attempts"),
        sqlite_strict=True,
    )
    op.create_table(
        "custom_fields",
        _key("kind"),
        _key("id"),
        _key("field"),
        _text("value"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("custom_fields_by_value", "custom_fields", ["kind", "field", "value", "id"])
    for name in ("enquiries", "deals", "quotes", "orders", "invoices", "payments", "cases"):
        op.create_index(f"{name}_of_customer", name, ["customer", "id"])
    _begin_trail()


def _begin_trail() -> None:
    log = table("event_log", column("sequence"))
    trail = table("trail", column("id"), column("count"), column("hash"), column("events"))
    events = op.get_bind().execute(select(func.max(log.c.sequence))).scalar() or 0
    op.execute(insert(trail).values(id=1, count=0, hash="", events=events))
