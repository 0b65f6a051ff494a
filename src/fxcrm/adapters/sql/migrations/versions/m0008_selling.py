"""The selling side: what is known of customers, deals, quotes; prices, activities, contracts."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text

revision = "0008"
down_revision = "0007"

_WHOLE = BigInteger().with_variant(Integer(), "sqlite")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add tables, and columns that are empty in every row there is: old seals stay right."""
    _customers()
    _activities()
    _pipeline()
    _targets()
    _prices()
    _quotes()
    _contracts()


def _customers() -> None:
    names = ("mode", "preferences", "contacts", "addresses", "tax_ids", "tags", "groups")
    for name in (*names, "tier", "state", "merged_into"):
        op.add_column("customers", Column(name, _TEXT))
    key = (Column("id", _TEXT, primary_key=True), Column("version", _WHOLE, nullable=False))
    texts = (
        Column(name, _TEXT, nullable=False)
        for name in ("company", "currency", "since", "reason", "state")
    )
    op.create_table("traded_currencies", *key, *texts, sqlite_strict=True)
    op.create_index("traded_currencies_of_company", "traded_currencies", ["company", "id"])


def _activities() -> None:
    noted = map(_text, ("customer", "kind", "subject", "on", "text"))
    about = (_maybe("direction"), _text("contact"), _maybe("document"))
    amount = (Column("amount", _WHOLE), _maybe("amount_currency"))
    days = (_maybe("due_on"), _maybe("done_on"))
    _add("activities", *noted, *about, *amount, _text("owner"), *days, _text("state"))
    op.create_index("activities_of_document", "activities", ["document", "id"])
    raised = map(_text, ("rule", "watch", "document", "fact", "due_at"))
    _add("reminders", *raised, _maybe("customer"), _text("owner"), _text("state"))
    op.create_index("reminders_by_state", "reminders", ["company", "state", "id"])


def _pipeline() -> None:
    _widen("enquiries", "source", "owner", "prospect", "reason")
    _widen("deals", "pipeline", "owner", "team", "expected_on", "closed_on")
    _link("deals", "closing")
    _widen("deals", "parent", "reason", "approvals")
    op.create_index("deals_of_parent", "deals", ["parent", "id"])


def _targets() -> None:
    goal: tuple[Column[Any], ...] = (_maybe("amount_currency"), _whole("count"))
    goal = (Column("amount", _WHOLE), *goal)
    _add("targets", *map(_text, ("owner", "team", "since", "until", "measure")), *goal)


def _prices() -> None:
    _add(
        "products",
        *map(_text, ("name", "unit", "added_on")),
        _maybe("cost"),
        *map(_text, ("taxes", "category", "group_names", "state", "extras")),
    )
    _add(
        "price_lists",
        *map(_text, ("name", "currency", "since")),
        _maybe("until"),
        _text("group_names"),
        _whole("priority"),
        *map(_text, ("entries", "state")),
        _maybe("base"),
        _decision("rate"),
    )


def _quotes() -> None:
    op.add_column("quotes", Column("revision", _WHOLE))
    texts = ("supersedes", "tax_policy", "terms", "delivery", "contact", "notes")
    for name in (*texts, "authors", "approvals"):
        op.add_column("quotes", Column(name, _TEXT))


def _contracts() -> None:
    price = (_whole("price"), _text("price_currency"))
    first = map(_text, ("number", "customer", "title"))
    days = map(_text, ("per", "billed", "anchor", "since", "until"))
    terms = map(_text, ("due", "notice", "renewal"))
    rate = _decision("base_rate")
    links = map(_maybe, ("quote", "renews", "renewed_by"))
    last = map(_text, ("bills", "state", "extras"))
    columns: tuple[Column[Any], ...] = (
        *first,
        *price,
        *days,
        _whole("months"),
        *terms,
        _maybe("indexation"),
        rate,
    )
    _add("contracts", *columns, *links, *last)


def _text(name: str) -> Column[str]:
    return Column(name, _TEXT, nullable=False)


def _maybe(name: str) -> Column[str]:
    return Column(name, _TEXT)


def _whole(name: str) -> Column[int]:
    return Column(name, _WHOLE, nullable=False)


def _decision(name: str) -> Column[str]:
    return Column(name, _TEXT, ForeignKey("decisions.id"))


def _add(table: str, *columns: Column[Any]) -> None:
    """A table of aggregates of a company, found by those of these that are among its columns."""
    key = (Column("id", _TEXT, primary_key=True), _whole("version"), _text("company"))
    op.create_table(table, *key, *columns, sqlite_strict=True)
    named = {one.name for one in columns}
    for owner in ("company", *(one for one in ("customer", "invoice") if one in named)):
        op.create_index(f"{table}_of_{owner}", table, [owner, "id"])


def _widen(table: str, *names: str) -> None:
    """Texts that are empty in every row there is."""
    for name in names:
        op.add_column(table, Column(name, _TEXT))


def _link(table: str, decision: str) -> None:
    # Alembic would add the link as a constraint by itself, which SQLite can not do.
    kind = _TEXT.compile(op.get_bind().dialect)
    op.execute(f"ALTER TABLE {table} ADD COLUMN {decision} {kind} REFERENCES decisions (id)")
