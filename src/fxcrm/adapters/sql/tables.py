"""The tables: integers and text, nothing else (STRICT on SQLite).

Amounts are whole minor units beside their currency's code, rates and quantities exact text,
days and instants ISO text that sorts as they do. Document lines, custom fields and the legs
of a rate are one JSON column each; the ledger is relational throughout.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text

SCHEMA: Final = 1  # what PRAGMA user_version says of a file written by this version

# STRICT tables know INTEGER only, which holds 64 bits; other databases say BIGINT.
_WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")

metadata: Final = MetaData()


def _text(name: str, **options: Any) -> Column[Any]:
    return Column(name, Text, nullable=False, **options)


def _maybe(name: str) -> Column[Any]:
    return Column(name, Text)


def _whole(name: str, **options: Any) -> Column[Any]:
    return Column(name, _WHOLE, nullable=False, **options)


def _sequence() -> Column[Any]:
    return Column("sequence", _WHOLE, primary_key=True)


def _decision(name: str) -> Column[Any]:
    """A link to a recorded rate; the database refuses one that was not recorded."""
    return Column(name, Text, ForeignKey("decisions.id"))


def _money(name: str) -> tuple[Column[Any], Column[Any]]:
    return _whole(name), _text(f"{name}_currency")


def _table(name: str, *items: Any, **options: Any) -> Table:
    return Table(name, metadata, *items, sqlite_strict=True, **options)


def _aggregate(name: str, *items: Any) -> Table:
    """A table of aggregates that belong to a company, found by id and by company."""
    key = (Column("id", Text, primary_key=True), _whole("version"), _text("company"))
    return _table(name, *key, *items, Index(f"{name}_of_company", "company", "id"))


decisions: Final = _table(
    "decisions",
    Column("id", Text, primary_key=True),
    _text("purpose"),
    _text("base"),
    _text("counter"),
    _text("legs"),
    _text("fixed_on"),
    _text("rule"),
    _text("policy"),
    _text("valid_on"),
    _text("known_at"),
    _text("decided_by"),
    _decision("replaces"),
    _text("reason"),
)

companies: Final = _table(
    "companies",
    Column("id", Text, primary_key=True),
    _whole("version"),
    _text("name"),
    _text("functional"),
    _text("founded_on"),
    _maybe("closed_through"),
)

customers: Final = _aggregate(
    "customers",
    _text("name"),
    _text("country"),
    _text("currency"),
    _text("currencies"),
    _text("registered_on"),
    _text("language"),
    _text("extras"),
)

enquiries: Final = _aggregate(
    "enquiries",
    _text("customer"),
    _text("subject"),
    _text("channel"),
    _text("received_on"),
    _text("state"),
    _text("extras"),
)

deals: Final = _aggregate(
    "deals",
    _text("customer"),
    _maybe("enquiry"),
    _text("title"),
    *_money("value"),
    _text("opened_on"),
    _text("stage"),
    _text("extras"),
)

quotes: Final = _aggregate(
    "quotes",
    _text("number"),
    _text("customer"),
    _maybe("deal"),
    _text("currency"),
    _text("priced_in"),
    _text("drafted_on"),
    _text("valid_until"),
    _text("lines"),
    _decision("rate"),
    _maybe("lock"),
    _text("state"),
    _text("extras"),
)

locks: Final = _table(
    "locks",
    Column("id", Text, primary_key=True),
    _whole("version"),
    _text("owner"),
    Column("locked", Text, ForeignKey("decisions.id"), nullable=False),
    Column("spot", Text, ForeignKey("decisions.id"), nullable=False),
    *_money("covers"),
    _text("locked_at"),
    _text("expires_at"),
    _text("zone"),
    *_money("drawn"),
    _text("state"),
    Index("locks_of_quote", "owner"),
)

orders: Final = _aggregate(
    "orders",
    _text("number"),
    _text("customer"),
    _maybe("quote"),
    _text("currency"),
    _text("lines"),
    _text("confirmed_on"),
    _maybe("lock"),
    _maybe("shipped_on"),
    _text("state"),
    _text("extras"),
)

invoices: Final = _aggregate(
    "invoices",
    _text("number"),
    _text("customer"),
    _maybe("order"),
    _text("currency"),
    _text("lines"),
    _text("issued_on"),
    _text("due_on"),
    _maybe("lock"),
    _text("state"),
    _text("extras"),
)

payments: Final = _aggregate(
    "payments",
    _text("customer"),
    _text("invoice"),
    *_money("settled"),
    *_money("received"),
    *_money("fee"),
    _text("method"),
    _text("on"),
)

cases: Final = _aggregate(
    "cases",
    _text("number"),
    _text("customer"),
    _text("invoice"),
    _text("subject"),
    *_money("claimed"),
    _text("opened_on"),
    _text("resolution"),
    _text("state"),
    _text("extras"),
)

open_items: Final = _aggregate(
    "open_items",
    _text("account"),
    _text("party"),
    _text("reference"),
    _text("arose_on"),
    _text("due_on"),
    *_money("original"),
    *_money("booked"),
    *_money("open"),
    *_money("carrying"),
    _decision("decision"),
    _maybe("partner"),
)

entries: Final = _table(
    "entries",
    _sequence(),
    _text("id", unique=True),
    _text("company"),
    _text("on"),
    _text("kind"),
    _text("text"),
    _maybe("reverses"),
    Index("entries_of_company", "company", "sequence"),
)

postings: Final = _table(
    "postings",
    Column("entry", _WHOLE, ForeignKey("entries.sequence"), primary_key=True, autoincrement=False),
    Column("position", _WHOLE, primary_key=True, autoincrement=False),
    _text("company"),
    _text("on"),
    _text("account"),
    *_money("amount"),
    *_money("functional"),
    _decision("decision"),
    _maybe("item"),
    _maybe("partner"),
    _text("text"),
    Index("postings_by_day", "company", "on", "entry", "position"),
    Index("postings_of_item", "item", "on", "entry", "position"),
    sqlite_with_rowid=False,
)

# Holds everything that balances add up, so that they are read from the index alone.
Index(
    "postings_by_account",
    postings.c.company,
    postings.c.account,
    postings.c.amount_currency,
    postings.c.functional_currency,
    postings.c.on,
    postings.c.amount,
    postings.c.functional,
)

snapshots: Final = _table(
    "snapshots",
    Column("company", Text, primary_key=True),
    Column("presentation", Text, primary_key=True),
    Column("as_of", Text, primary_key=True),
    _decision("closing"),
    *_money("reserve"),
    *_money("rounding"),
    _whole("rounded"),
)

snapshot_balances: Final = _table(
    "snapshot_balances",
    Column("company", Text, primary_key=True),
    Column("presentation_code", Text, primary_key=True),
    Column("as_of", Text, primary_key=True),
    Column("position", _WHOLE, primary_key=True, autoincrement=False),
    _text("account"),
    _maybe("partner"),
    *_money("functional"),
    *_money("presentation"),
)

numbers: Final = _table(
    "numbers",
    Column("company", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    _whole("last"),
)

commands: Final = _table(
    "commands",
    Column("key", Text, primary_key=True),
    _text("content"),
    _text("answer"),
)

event_log: Final = _table(
    "event_log",
    _sequence(),
    _maybe("at"),
    _text("actor"),
    _text("key"),
    _text("name"),
    _text("subject"),
    _text("on"),
    _text("details"),
)
