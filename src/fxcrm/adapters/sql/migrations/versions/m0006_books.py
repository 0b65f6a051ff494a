"""Parallel books, adjustments, instants of booking; payments of all kinds; two more documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0006"
down_revision = "0005"

_WHOLE = BigInteger().with_variant(Integer(), "sqlite")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")

_PAYMENT: Final = (
    "id",
    "version",
    "company",
    "customer",
    "invoice",
    "settled",
    "settled_currency",
    "received",
    "received_currency",
    "fee",
    "fee_currency",
    "method",
    "on",
)
_AMOUNTS: Final = ("discount", "write_off", "excess")


def _text(name: str) -> Column[str]:
    return Column(name, _TEXT, nullable=False)


def _maybe(name: str) -> Column[str]:
    return Column(name, _TEXT)


def _whole(name: str) -> Column[int]:
    return Column(name, _WHOLE, nullable=False)


def upgrade() -> None:
    """Add tables, and columns that are empty in every row there is: old seals stay right."""
    for name in ("parallel_to", "parallels"):
        op.add_column("companies", _maybe(name))
    for column in (*_amount("adjusted"), Column("monetary", _WHOLE)):
        op.add_column("open_items", column)
    op.add_column("entries", _maybe("booked_at"))
    _widen_payments()
    for name in ("payments", "cases"):
        op.create_index(f"{name}_of_invoice", name, ["invoice", "id"])
    _add_credit_notes()
    _add_vouchers()


def _amount(name: str) -> tuple[Column[int], Column[str]]:
    return Column(name, _WHOLE), _maybe(f"{name}_currency")


def _new_of_payments() -> list[Column[str] | Column[int]]:
    amounts = [column for name in _AMOUNTS for column in _amount(name)]
    return [*amounts, *map(_maybe, ("kind", "credit", "state"))]


def _widen_payments() -> None:
    """Payments of no invoice. SQLite takes a NOT NULL back only with a new table."""
    if op.get_bind().dialect.name == "sqlite":
        _copy_payments()
        return
    op.alter_column("payments", "invoice", existing_type=_TEXT, nullable=True)
    for column in _new_of_payments():
        op.add_column("payments", column)


def _copy_payments() -> None:
    """Rows are copied as they are. Nothing links to payments, and they link to nothing."""
    whole = dict.fromkeys(("version", "settled", "received", "fee"), _whole)
    made: dict[str, Callable[[str], Column[Any]]] = dict.fromkeys(_PAYMENT[1:], _text)
    made |= {**whole, "invoice": _maybe}
    op.create_table(
        "payments_of_0006",
        Column("id", _TEXT, primary_key=True),
        *(make(name) for name, make in made.items()),
        *_new_of_payments(),
        sqlite_strict=True,
    )
    names = ", ".join(f'"{name}"' for name in _PAYMENT)
    op.execute(f"INSERT INTO payments_of_0006 ({names}) SELECT {names} FROM payments")  # noqa: S608
    op.drop_table("payments")
    op.rename_table("payments_of_0006", "payments")
    for owner in ("company", "customer"):
        op.create_index(f"payments_of_{owner}", "payments", [owner, "id"])


def _add_credit_notes() -> None:
    names = ("number", "customer", "invoice", "currency", "lines", "issued_on", "reason", "state")
    _add("credit_notes", *names)
    for owner in ("customer", "invoice"):
        op.create_index(f"credit_notes_of_{owner}", "credit_notes", [owner, "id"])


def _add_vouchers() -> None:
    _add("vouchers", "on", "text", "lines", "state")


def _add(table: str, *names: str) -> None:
    key = (Column("id", _TEXT, primary_key=True), _whole("version"), _text("company"))
    op.create_table(table, *key, *map(_text, names), sqlite_strict=True)
    op.create_index(f"{table}_of_company", table, ["company", "id"])
