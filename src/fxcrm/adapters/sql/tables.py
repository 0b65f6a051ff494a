"""The tables: integers and text, nothing else (STRICT on SQLite).

Amounts are whole minor units beside their currency's code, rates and quantities exact text,
days and instants ISO text that sorts as they do. Document lines, custom fields and the legs
of a rate are one JSON column each; the ledger is relational throughout.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text

from fxcrm.mappings import FrozenMap

# STRICT tables know INTEGER only, which holds 64 bits; other databases say BIGINT.
_WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")
# Texts sort by their bytes on every database, whatever language a server was set up for.
_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")

metadata: Final = MetaData()


def _text(name: str, **options: Any) -> Column[Any]:
    return Column(name, _TEXT, nullable=False, **options)


def _maybe(name: str) -> Column[Any]:
    return Column(name, _TEXT)


def _whole(name: str, **options: Any) -> Column[Any]:
    return Column(name, _WHOLE, nullable=False, **options)


def _sequence() -> Column[Any]:
    return Column("sequence", _WHOLE, primary_key=True)


def _numbered(name: str) -> Column[Any]:
    """A number that the unit of work gives, without gaps."""
    return Column(name, _WHOLE, primary_key=True, autoincrement=False)


def _decision(name: str) -> Column[Any]:
    """A link to a recorded rate; the database refuses one that was not recorded."""
    return Column(name, _TEXT, ForeignKey("decisions.id"))


def _money(name: str) -> tuple[Column[Any], Column[Any]]:
    return _whole(name), _text(f"{name}_currency")


def _maybe_money(name: str) -> tuple[Column[Any], Column[Any]]:
    return Column(name, _WHOLE), _maybe(f"{name}_currency")


def _table(name: str, *items: Any, **options: Any) -> Table:
    return Table(name, metadata, *items, sqlite_strict=True, **options)


def _aggregate(name: str, *items: Any) -> Table:
    """A table of aggregates of a company, found by id, company, customer and invoice."""
    key = (Column("id", _TEXT, primary_key=True), _whole("version"), _text("company"))
    indexes = [Index(f"{name}_of_company", "company", "id")]
    named = {one.name for one in items}
    indexes += [
        Index(f"{name}_of_{owner}", owner, "id")
        for owner in ("customer", "invoice")
        if owner in named
    ]
    return _table(name, *key, *items, *indexes)


decisions: Final = _table(
    "decisions",
    Column("id", _TEXT, primary_key=True),
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
    Column("id", _TEXT, primary_key=True),
    _whole("version"),
    _text("name"),
    _text("functional"),
    _text("founded_on"),
    _maybe("closed_through"),
    _maybe("parallel_to"),
    _maybe("parallels"),
    Column("year_ends", _WHOLE),
    Column("hyperinflation", _WHOLE),
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
    *_maybe_money("covered"),
    _decision("excess_rate"),
    _maybe("last_seen_at"),
)

locks: Final = _table(
    "locks",
    Column("id", _TEXT, primary_key=True),
    _whole("version"),
    _text("owner"),
    Column("locked", _TEXT, ForeignKey("decisions.id"), nullable=False),
    Column("spot", _TEXT, ForeignKey("decisions.id"), nullable=False),
    *_money("covers"),
    _text("locked_at"),
    _text("expires_at"),
    _text("zone"),
    *_money("drawn"),
    _text("state"),
    *_maybe_money("fee"),
    _decision("broken_at"),
    _maybe("last_seen_at"),
    Index("locks_of_quote", "owner"),
)

held_rates: Final = _table(
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
    Index("held_rates_by_state", "state", "id"),
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
    _maybe("billed"),
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
    _maybe("invoice"),
    *_money("settled"),
    *_money("received"),
    *_money("fee"),
    _text("method"),
    _text("on"),
    *_maybe_money("discount"),
    *_maybe_money("write_off"),
    *_maybe_money("excess"),
    _maybe("kind"),
    _maybe("credit"),
    _maybe("state"),
)

credit_notes: Final = _aggregate(
    "credit_notes",
    _text("number"),
    _text("customer"),
    _text("invoice"),
    _text("currency"),
    _text("lines"),
    _text("issued_on"),
    _text("reason"),
    _text("state"),
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
    *_maybe_money("adjusted"),
    Column("monetary", _WHOLE),
)

vouchers: Final = _aggregate("vouchers", _text("on"), _text("text"), _text("lines"), _text("state"))

entries: Final = _table(
    "entries",
    _sequence(),
    _text("id", unique=True),
    _text("company"),
    _text("on"),
    _text("kind"),
    _text("text"),
    _maybe("reverses"),
    _maybe("booked_at"),
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
    Column("company", _TEXT, primary_key=True),
    Column("presentation", _TEXT, primary_key=True),
    Column("as_of", _TEXT, primary_key=True),
    _decision("closing"),
    *_money("reserve"),
    *_money("rounding"),
    _whole("rounded"),
)

snapshot_balances: Final = _table(
    "snapshot_balances",
    Column("company", _TEXT, primary_key=True),
    Column("presentation_code", _TEXT, primary_key=True),
    Column("as_of", _TEXT, primary_key=True),
    Column("position", _WHOLE, primary_key=True, autoincrement=False),
    _text("account"),
    _maybe("partner"),
    *_money("functional"),
    *_money("presentation"),
    _maybe("estimates"),
)

# A consolidation is read whole or not at all: what it is made of is one JSON column each.
group_snapshots: Final = _table(
    "group_snapshots",
    Column("group", _TEXT, primary_key=True),
    Column("as_of", _TEXT, primary_key=True),
    _text("presentation"),
    _text("balances"),
    _text("books"),
    _text("uplifts"),
    _text("goodwill"),
)

# A series of published rates: one pair and side of one source, quoted per so many units.
rate_series: Final = _table(
    "rate_series",
    Column("number", _WHOLE, primary_key=True),
    _text("source"),
    _text("base"),
    _text("counter"),
    _text("side"),
    _whole("unit"),
    Index("rate_series_of_source", "source", "base", "counter", "side", "unit", unique=True),
)

# Since when a fixing is known is empty where that is the beginning of its day; the value is
# empty where the day was withdrawn. What one call added to a series is one batch.
fixings: Final = _table(
    "fixings",
    Column(
        "series", _WHOLE, ForeignKey("rate_series.number"), primary_key=True, autoincrement=False
    ),
    Column("day", _TEXT, primary_key=True),
    Column("known_at", _TEXT, primary_key=True),
    _text("value"),
    _whole("batch"),
    sqlite_with_rowid=False,
)

numbers: Final = _table(
    "numbers",
    Column("company", _TEXT, primary_key=True),
    Column("series", _TEXT, primary_key=True),
    _whole("last"),
)

commands: Final = _table(
    "commands",
    Column("key", _TEXT, primary_key=True),
    _text("content"),
    _text("answer"),
)

event_log: Final = _table(
    "event_log",
    _numbered("sequence"),
    _maybe("at"),
    _text("actor"),
    _text("key"),
    _text("name"),
    _text("subject"),
    _text("on"),
    _text("details"),
)

audit: Final = _table(
    "audit",
    _numbered("sequence"),
    _maybe("at"),
    _text("actor"),
    _text("key"),
    _text("writes"),
    _text("hash"),
)

# One row: how long the audit trail and the event log are. Whoever writes locks it last.
trail: Final = _table("trail", _numbered("id"), _whole("count"), _text("hash"), _whole("events"))

consumers: Final = _table(
    "consumers", Column("consumer", _TEXT, primary_key=True), _whole("position")
)

parked: Final = _table(
    "parked",
    Column("consumer", _TEXT, primary_key=True),
    _numbered("sequence"),
    _text("subject"),
    _text("reason"),
    _whole("attempts"),
)

custom_fields: Final = _table(
    "custom_fields",
    Column("kind", _TEXT, primary_key=True),
    Column("id", _TEXT, primary_key=True),
    Column("field", _TEXT, primary_key=True),
    _text("value"),
    Index("custom_fields_by_value", "kind", "field", "value", "id"),
    sqlite_with_rowid=False,
)

# The tables of aggregates, by the name that a unit of work has for them.
OF: Final[Mapping[str, Table]] = FrozenMap(
    {
        "companies": companies,
        "customers": customers,
        "enquiries": enquiries,
        "deals": deals,
        "quotes": quotes,
        "locks": locks,
        "held_rates": held_rates,
        "orders": orders,
        "invoices": invoices,
        "payments": payments,
        "cases": cases,
        "items": open_items,
        "credit_notes": credit_notes,
        "vouchers": vouchers,
    }
)
