"""The tables: integers and text, nothing else (STRICT on SQLite).

Amounts are whole minor units beside their currency's code, rates and quantities exact text,
days and instants ISO text that sorts as they do. Document lines, custom fields and the legs
of a rate are one JSON column each; the ledger is relational throughout.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Table

from fxcrm.adapters.sql.columntypes import (
    TEXT,
    WHOLE,
    aggregate,
    decision,
    maybe,
    maybe_money,
    money,
    numbered,
    sequence,
    table,
    text,
    whole,
)
from fxcrm.adapters.sql.columntypes import metadata as metadata
from fxcrm.adapters.sql.sellingtables import (
    activities,
    contracts,
    customers,
    deals,
    enquiries,
    price_lists,
    products,
    quotes,
    reminders,
    targets,
    traded_currencies,
)
from fxcrm.mappings import FrozenMap

decisions: Final = table(
    "decisions",
    Column("id", TEXT, primary_key=True),
    text("purpose"),
    text("base"),
    text("counter"),
    text("legs"),
    text("fixed_on"),
    text("rule"),
    text("policy"),
    text("valid_on"),
    text("known_at"),
    text("decided_by"),
    decision("replaces"),
    text("reason"),
)

companies: Final = table(
    "companies",
    Column("id", TEXT, primary_key=True),
    whole("version"),
    text("name"),
    text("functional"),
    text("founded_on"),
    maybe("closed_through"),
    maybe("parallel_to"),
    maybe("parallels"),
    Column("year_ends", WHOLE),
    Column("hyperinflation", WHOLE),
)

locks: Final = table(
    "locks",
    Column("id", TEXT, primary_key=True),
    whole("version"),
    text("owner"),
    Column("locked", TEXT, ForeignKey("decisions.id"), nullable=False),
    Column("spot", TEXT, ForeignKey("decisions.id"), nullable=False),
    *money("covers"),
    text("locked_at"),
    text("expires_at"),
    text("zone"),
    *money("drawn"),
    text("state"),
    *maybe_money("fee"),
    decision("broken_at"),
    maybe("last_seen_at"),
    Index("locks_of_quote", "owner"),
)

held_rates: Final = table(
    "held_rates",
    Column("id", TEXT, primary_key=True),
    whole("version"),
    text("source"),
    text("base"),
    text("counter"),
    text("side"),
    whole("unit"),
    text("on"),
    text("value"),
    maybe("known_at"),
    text("suspicions"),
    text("held_at"),
    text("state"),
    text("decided_by"),
    maybe("decided_at"),
    text("reason"),
    Index("held_rates_by_state", "state", "id"),
)

orders: Final = aggregate(
    "orders",
    text("number"),
    text("customer"),
    maybe("quote"),
    text("currency"),
    text("lines"),
    text("confirmed_on"),
    maybe("lock"),
    maybe("shipped_on"),
    text("state"),
    text("extras"),
    maybe("billed"),
)

invoices: Final = aggregate(
    "invoices",
    text("number"),
    text("customer"),
    maybe("order"),
    text("currency"),
    text("lines"),
    text("issued_on"),
    text("due_on"),
    maybe("lock"),
    text("state"),
    text("extras"),
)

payments: Final = aggregate(
    "payments",
    text("customer"),
    maybe("invoice"),
    *money("settled"),
    *money("received"),
    *money("fee"),
    text("method"),
    text("on"),
    *maybe_money("discount"),
    *maybe_money("write_off"),
    *maybe_money("excess"),
    maybe("kind"),
    maybe("credit"),
    maybe("state"),
)

credit_notes: Final = aggregate(
    "credit_notes",
    text("number"),
    text("customer"),
    text("invoice"),
    text("currency"),
    text("lines"),
    text("issued_on"),
    text("reason"),
    text("state"),
)

cases: Final = aggregate(
    "cases",
    text("number"),
    text("customer"),
    text("invoice"),
    text("subject"),
    *money("claimed"),
    text("opened_on"),
    text("resolution"),
    text("state"),
    text("extras"),
)

open_items: Final = aggregate(
    "open_items",
    text("account"),
    text("party"),
    text("reference"),
    text("arose_on"),
    text("due_on"),
    *money("original"),
    *money("booked"),
    *money("open"),
    *money("carrying"),
    decision("decision"),
    maybe("partner"),
    *maybe_money("adjusted"),
    Column("monetary", WHOLE),
)

vouchers: Final = aggregate("vouchers", text("on"), text("text"), text("lines"), text("state"))

entries: Final = table(
    "entries",
    sequence(),
    text("id", unique=True),
    text("company"),
    text("on"),
    text("kind"),
    text("text"),
    maybe("reverses"),
    maybe("booked_at"),
    Index("entries_of_company", "company", "sequence"),
)

postings: Final = table(
    "postings",
    Column("entry", WHOLE, ForeignKey("entries.sequence"), primary_key=True, autoincrement=False),
    Column("position", WHOLE, primary_key=True, autoincrement=False),
    text("company"),
    text("on"),
    text("account"),
    *money("amount"),
    *money("functional"),
    decision("decision"),
    maybe("item"),
    maybe("partner"),
    text("text"),
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

snapshots: Final = table(
    "snapshots",
    Column("company", TEXT, primary_key=True),
    Column("presentation", TEXT, primary_key=True),
    Column("as_of", TEXT, primary_key=True),
    decision("closing"),
    *money("reserve"),
    *money("rounding"),
    whole("rounded"),
)

snapshot_balances: Final = table(
    "snapshot_balances",
    Column("company", TEXT, primary_key=True),
    Column("presentation_code", TEXT, primary_key=True),
    Column("as_of", TEXT, primary_key=True),
    Column("position", WHOLE, primary_key=True, autoincrement=False),
    text("account"),
    maybe("partner"),
    *money("functional"),
    *money("presentation"),
    maybe("estimates"),
)

# A consolidation is read whole or not at all: what it is made of is one JSON column each.
group_snapshots: Final = table(
    "group_snapshots",
    Column("group", TEXT, primary_key=True),
    Column("as_of", TEXT, primary_key=True),
    text("presentation"),
    text("balances"),
    text("books"),
    text("uplifts"),
    text("goodwill"),
)

# A series of published rates: one pair and side of one source, quoted per so many units.
rate_series: Final = table(
    "rate_series",
    Column("number", WHOLE, primary_key=True),
    text("source"),
    text("base"),
    text("counter"),
    text("side"),
    whole("unit"),
    Index("rate_series_of_source", "source", "base", "counter", "side", "unit", unique=True),
)

# Since when a fixing is known is empty where that is the beginning of its day; the value is
# empty where the day was withdrawn. What one call added to a series is one batch.
fixings: Final = table(
    "fixings",
    Column(
        "series", WHOLE, ForeignKey("rate_series.number"), primary_key=True, autoincrement=False
    ),
    Column("day", TEXT, primary_key=True),
    Column("known_at", TEXT, primary_key=True),
    text("value"),
    whole("batch"),
    sqlite_with_rowid=False,
)

numbers: Final = table(
    "numbers",
    Column("company", TEXT, primary_key=True),
    Column("series", TEXT, primary_key=True),
    whole("last"),
)

commands: Final = table(
    "commands",
    Column("key", TEXT, primary_key=True),
    text("content"),
    text("answer"),
)

event_log: Final = table(
    "event_log",
    numbered("sequence"),
    maybe("at"),
    text("actor"),
    text("key"),
    text("name"),
    text("subject"),
    text("on"),
    text("details"),
)

audit: Final = table(
    "audit",
    numbered("sequence"),
    maybe("at"),
    text("actor"),
    text("key"),
    text("writes"),
    text("hash"),
)

# One row: how long the audit trail and the event log are. Whoever writes locks it last.
trail: Final = table("trail", numbered("id"), whole("count"), text("hash"), whole("events"))

consumers: Final = table("consumers", Column("consumer", TEXT, primary_key=True), whole("position"))

parked: Final = table(
    "parked",
    Column("consumer", TEXT, primary_key=True),
    numbered("sequence"),
    text("subject"),
    text("reason"),
    whole("attempts"),
)

custom_fields: Final = table(
    "custom_fields",
    Column("kind", TEXT, primary_key=True),
    Column("id", TEXT, primary_key=True),
    Column("field", TEXT, primary_key=True),
    text("value"),
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
        "activities": activities,
        "targets": targets,
        "reminders": reminders,
        "contracts": contracts,
        "products": products,
        "price_lists": price_lists,
        "traded_currencies": traded_currencies,
    }
)
