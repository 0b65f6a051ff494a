"""The tables of the selling side: customers, what they ask for, and what they are offered."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index

from fxcrm.adapters.sql.columntypes import (
    WHOLE,
    aggregate,
    decision,
    maybe,
    maybe_money,
    money,
    text,
    whole,
)

customers: Final = aggregate(
    "customers",
    text("name"),
    text("country"),
    text("currency"),
    text("currencies"),
    text("registered_on"),
    text("language"),
    text("extras"),
    *map(maybe, ("mode", "preferences", "contacts", "addresses", "tax_ids", "tags", "groups")),
    *map(maybe, ("tier", "state", "merged_into")),
)

traded_currencies: Final = aggregate(
    "traded_currencies",
    text("currency"),
    text("since"),
    text("reason"),
    text("state"),
)

enquiries: Final = aggregate(
    "enquiries",
    text("customer"),
    text("subject"),
    text("channel"),
    text("received_on"),
    text("state"),
    text("extras"),
    maybe("source"),
    maybe("owner"),
    maybe("prospect"),
    maybe("reason"),
)

deals: Final = aggregate(
    "deals",
    text("customer"),
    maybe("enquiry"),
    text("title"),
    *money("value"),
    text("opened_on"),
    text("stage"),
    text("extras"),
    maybe("pipeline"),
    maybe("owner"),
    maybe("team"),
    maybe("expected_on"),
    maybe("closed_on"),
    decision("closing"),
    maybe("parent"),
    maybe("reason"),
    maybe("approvals"),
)

quotes: Final = aggregate(
    "quotes",
    text("number"),
    text("customer"),
    maybe("deal"),
    text("currency"),
    text("priced_in"),
    text("drafted_on"),
    text("valid_until"),
    text("lines"),
    decision("rate"),
    maybe("lock"),
    text("state"),
    text("extras"),
    *maybe_money("covered"),
    decision("excess_rate"),
    maybe("last_seen_at"),
    Column("revision", WHOLE),
    *(maybe(name) for name in ("supersedes", "tax_policy", "terms", "delivery", "contact")),
    *(maybe(name) for name in ("notes", "authors", "approvals")),
)

contracts: Final = aggregate(
    "contracts",
    text("number"),
    text("customer"),
    text("title"),
    *money("price"),
    text("per"),
    text("billed"),
    text("anchor"),
    text("since"),
    text("until"),
    whole("months"),
    text("due"),
    text("notice"),
    text("renewal"),
    maybe("indexation"),
    decision("base_rate"),
    maybe("quote"),
    maybe("renews"),
    maybe("renewed_by"),
    text("bills"),
    text("state"),
    text("extras"),
)

activities: Final = aggregate(
    "activities",
    text("customer"),
    text("kind"),
    text("subject"),
    text("on"),
    text("text"),
    maybe("direction"),
    text("contact"),
    maybe("document"),
    *maybe_money("amount"),
    text("owner"),
    maybe("due_on"),
    maybe("done_on"),
    text("state"),
    Index("activities_of_document", "document", "id"),
)

reminders: Final = aggregate(
    "reminders",
    text("rule"),
    text("watch"),
    text("document"),
    text("fact"),
    text("due_at"),
    maybe("customer"),
    text("owner"),
    text("state"),
    Index("reminders_by_state", "company", "state", "id"),
)

products: Final = aggregate(
    "products",
    text("name"),
    text("unit"),
    text("added_on"),
    maybe("cost"),
    text("taxes"),
    text("category"),
    text("group_names"),
    text("state"),
    text("extras"),
)

price_lists: Final = aggregate(
    "price_lists",
    text("name"),
    text("currency"),
    text("since"),
    maybe("until"),
    text("group_names"),
    whole("priority"),
    text("entries"),
    text("state"),
    maybe("base"),
    decision("rate"),
)

targets: Final = aggregate(
    "targets",
    text("owner"),
    text("team"),
    text("since"),
    text("until"),
    text("measure"),
    *maybe_money("amount"),
    whole("count"),
)
