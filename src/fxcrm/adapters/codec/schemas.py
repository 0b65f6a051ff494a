"""The closed list of what can be a document: a name, a class, and how old versions become new.

A schema is at version 1 plus the number of its upgrades, so there is no new version without
a way to it. An upgrade is a plain function on the JSON data of one version; it may change
the data it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs

from fxcrm.audit import AuditRecord, Head
from fxcrm.billing import CreditNote, Invoice, Order, Payment, ServiceCase, Statement
from fxcrm.customers import Activity, Customer, TradedCurrency
from fxcrm.decisions import RateDecision
from fxcrm.events import Event, RecordedEvent
from fxcrm.heldrates import HeldRate
from fxcrm.ledger.companies import Company
from fxcrm.ledger.journal import Entry
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.snapshots import GroupSnapshot, TranslationSnapshot
from fxcrm.ledger.vouchers import Voucher
from fxcrm.money import Money
from fxcrm.moneybag import MoneyBag
from fxcrm.pipeline import Deal, Enquiry
from fxcrm.ratelocks import RateLock
from fxcrm.rates import ExchangeRate, Fixing
from fxcrm.reminders import Reminder
from fxcrm.selling import Contract, Quote
from fxcrm.selling.pricelists import PriceList
from fxcrm.selling.products import Product
from fxcrm.targets import Target

Data = dict[str, Any]
Upgrade = Callable[[Data], Data]


@attrs.frozen
class Schema:
    """One kind of document. ``upgrades[0]`` makes version 2 of version 1, and so on."""

    name: str
    kind: type[Any]
    upgrades: tuple[Upgrade, ...] = ()

    @property
    def version(self) -> int:
        """The newest version, the one that is written."""
        return len(self.upgrades) + 1


_FIXING: Final = frozenset({"pair", "value", "on", "source", "unit", "side"})


def with_knowledge(data: Data) -> Data:
    """Version 2: a fixing says when it became known; before, each was known from its day on."""
    if data.keys() == _FIXING:
        return {**data, "known_at": None}
    return {name: _within(value) for name, value in data.items()}


def _within(value: Any) -> Any:
    if isinstance(value, list):
        return [_within(one) for one in value]
    return with_knowledge(value) if isinstance(value, dict) else value


def with_line_rates(data: Data) -> Data:
    """Lines of orders and invoices name their rates; before, none was noted."""
    lines = [{**line, "rates": []} for line in data["lines"]]
    return {**data, "lines": lines}


def with_billed(data: Data) -> Data:
    """An order notes what was billed of each line; before, it was billed whole or not at all."""
    whole = data["state"] == "invoiced"
    return {**data, "billed": [line["quantity"] for line in data["lines"]] if whole else []}


def with_line_taxes(data: Data) -> Data:
    """Lines of orders, invoices and credit notes name their taxes; before, they bore none."""
    return {**data, "lines": [{**one, "taxes": [], "basis": "net"} for one in data["lines"]]}


def with_offer(data: Data) -> Data:
    """A quote has taxes and discounts, versions, terms and approvals; before, it had none."""
    bare: Data = {"product": None, "discount": None, "taxes": []}
    usual = {"basis": "net", "per": "per line", "rounding": "ROUND_HALF_UP"}
    texts = dict.fromkeys(("terms", "delivery", "contact", "notes"), "")
    return {
        **data,
        **texts,
        "lines": [{**one, **bare} for one in data["lines"]],
        "tax_policy": usual,
        "revision": 1,
        "supersedes": None,
        "authors": [],
        "approvals": [],
    }


def with_sources(data: Data) -> Data:
    """A line of a quote says its kinds of goods and where its price is from; before, it did not."""
    bare: Data = {"goods": [], "source": ""}
    return {**data, "lines": [{**one, **bare} for one in data["lines"]]}


def with_cover(data: Data) -> Data:
    """A quote names what its lock covers; before, the lock alone did."""
    return {**data, "covered": None, "excess_rate": None, "last_seen_at": None}


def with_guard(data: Data) -> Data:
    """A lock may have a fee, be broken, and notes when it was last seen."""
    return {**data, "fee": None, "broken_at": None, "last_seen_at": data["locked_at"]}


def with_parallels(data: Data) -> Data:
    """Books may be kept beside a company's in other currencies; before, there were none."""
    return {**data, "parallel_to": None, "parallels": []}


def with_years(data: Data) -> Data:
    """A company says when its years end; before, every year ended with December."""
    return {**data, "year_ends": 12, "hyperinflation": False}


def with_estimates(data: Data) -> Data:
    """A translated line names the estimated rates it rests on; before, none was noted."""
    return {**data, "balances": [{**one, "estimates": []} for one in data["balances"]]}


def with_instant(data: Data) -> Data:
    """An entry notes when it was booked; before, only its day was noted."""
    return {**data, "booked_at": None}


def with_adjustment(data: Data) -> Data:
    """An item holds what was adjusted and not reversed; before, all of it was reversed."""
    nothing = {"amount": "0", "currency": data["booked"]["currency"]}
    return {**data, "adjusted": nothing, "monetary": None}


def with_kind(data: Data) -> Data:
    """A payment may be other than a receipt, let something off, and be undone."""
    absent = dict.fromkeys(("discount", "write_off", "excess", "credit"))
    return {**data, **absent, "kind": "receipt", "state": "booked"}


def with_details(data: Data) -> Data:
    """A customer has contacts, labels, a currency mode and a state; before, none was noted."""
    lists = ("preferences", "contacts", "addresses", "tax_ids", "tags", "groups")
    empty: Data = {name: [] for name in lists}
    return {
        **data,
        **empty,
        "mode": "those agreed",
        "tier": "",
        "state": "active",
        "merged_into": None,
    }


def with_closing(data: Data) -> Data:
    """A deal names its pipeline, who works on it, and how it ended; before, there was one."""
    texts = dict.fromkeys(("owner", "team", "reason"), "")
    absent = dict.fromkeys(("expected_on", "closed_on", "closing", "parent"))
    return {**data, **texts, **absent, "pipeline": "cross_border_trade", "approvals": []}


def with_prospect(data: Data) -> Data:
    """An enquiry may come before there is a customer; it has a source, an owner, a reason."""
    return {**data, **dict.fromkeys(("source", "owner", "prospect", "reason"), "")}


SCHEMAS: Final = (
    Schema("fxcrm.activity", Activity),
    Schema("fxcrm.audit-head", Head),
    Schema("fxcrm.audit-record", AuditRecord),
    Schema("fxcrm.case", ServiceCase),
    Schema("fxcrm.company", Company, (with_parallels, with_years)),
    Schema("fxcrm.contract", Contract),
    Schema("fxcrm.target", Target),
    Schema("fxcrm.credit-note", CreditNote, (with_line_taxes,)),
    Schema("fxcrm.customer", Customer, (with_details,)),
    Schema("fxcrm.deal", Deal, (with_closing,)),
    Schema("fxcrm.enquiry", Enquiry, (with_prospect,)),
    Schema("fxcrm.entry", Entry, (with_instant,)),
    Schema("fxcrm.event", Event),
    Schema("fxcrm.exchange-rate", ExchangeRate, (with_knowledge,)),
    Schema("fxcrm.fixing", Fixing, (with_knowledge,)),
    Schema("fxcrm.group-snapshot", GroupSnapshot),
    Schema("fxcrm.held-rate", HeldRate),
    Schema("fxcrm.invoice", Invoice, (with_line_rates, with_line_taxes)),
    Schema("fxcrm.money", Money),
    Schema("fxcrm.money-bag", MoneyBag),
    Schema("fxcrm.open-item", OpenItem, (with_adjustment,)),
    Schema("fxcrm.order", Order, (with_line_rates, with_billed, with_line_taxes)),
    Schema("fxcrm.payment", Payment, (with_kind,)),
    Schema("fxcrm.price-list", PriceList),
    Schema("fxcrm.product", Product),
    Schema("fxcrm.quote", Quote, (with_knowledge, with_cover, with_offer, with_sources)),
    Schema("fxcrm.rate-decision", RateDecision, (with_knowledge,)),
    Schema("fxcrm.rate-lock", RateLock, (with_knowledge, with_guard)),
    Schema("fxcrm.recorded-event", RecordedEvent),
    Schema("fxcrm.reminder", Reminder),
    Schema("fxcrm.statement", Statement),
    Schema("fxcrm.traded-currency", TradedCurrency),
    Schema("fxcrm.translation-snapshot", TranslationSnapshot, (with_estimates,)),
    Schema("fxcrm.voucher", Voucher),
)
