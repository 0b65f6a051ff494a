"""The kinds of aggregates: how each is named, kept and found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeVar

import attrs

from fxcrm.billing import CreditNote, Invoice, Order, Payment, ServiceCase
from fxcrm.customers import CUSTOMER_LIFECYCLE, Activity, Customer, TradedCurrency
from fxcrm.heldrates import HeldRate
from fxcrm.ledger.companies import Company
from fxcrm.ledger.open_items import OpenItem
from fxcrm.ledger.vouchers import Voucher
from fxcrm.mappings import FrozenMap
from fxcrm.pipeline import Deal, Enquiry
from fxcrm.ratelocks import RateLock
from fxcrm.records import (
    activities,
    contracts,
    customers,
    ledger,
    pipeline,
    prices,
    quotes,
    rates,
    targets,
    trade,
)
from fxcrm.records.columns import Read, Reading, Values, Writing
from fxcrm.reminders import Reminder
from fxcrm.selling import Contract, Quote
from fxcrm.selling.pricelists import PriceList
from fxcrm.selling.products import Product
from fxcrm.targets import Target

T = TypeVar("T")


@attrs.frozen(eq=False)
class Shape(Generic[T]):
    """How one kind of aggregate is kept.

    ``collection`` names the attribute of a unit of work and the table. ``decisions`` names the
    columns that link to a rate decision; the attribute of the same name holds the decision or
    its id. ``columns`` says where the things that a filter names are found; a column that is empty
    in a row from before it was there stands for its value in ``absent``. ``labels`` names the
    attributes that hold several texts, each of which an aggregate is found by.
    """

    kind: str
    collection: str
    row: Callable[[T, Writing], Values]
    aggregate: Callable[[Read, Reading], T]
    columns: Mapping[str, str]
    decisions: tuple[str, ...] = ()
    absent: Mapping[str, str] = FrozenMap({})
    labels: tuple[str, ...] = ()


def _found_by(*same: str, **others: str) -> Mapping[str, str]:
    return FrozenMap({**{name: name for name in same}, **others})


_OF_CUSTOMER: Final = ("company", "customer", "state")


COMPANY: Final = Shape[Company](
    "company",
    "companies",
    ledger.company_row,
    ledger.company_of,
    _found_by(company="id", currency="functional", day="founded_on"),
)
CUSTOMER: Final = Shape[Customer](
    "customer",
    "customers",
    customers.customer_row,
    customers.customer_of,
    _found_by(
        "company",
        "currency",
        "state",
        "country",
        "tier",
        agreed="currencies",
        tag="tags",
        group="groups",
        day="registered_on",
        fields="extras",
    ),
    absent=FrozenMap({"state": CUSTOMER_LIFECYCLE.start, "tier": ""}),
    labels=("tags", "groups"),
)
TRADED_CURRENCY: Final = Shape[TradedCurrency](
    "traded currency",
    "traded_currencies",
    customers.traded_currency_row,
    customers.traded_currency_of,
    _found_by("company", "currency", "state", day="since"),
)
ENQUIRY: Final = Shape[Enquiry](
    "enquiry",
    "enquiries",
    pipeline.enquiry_row,
    pipeline.enquiry_of,
    _found_by(*_OF_CUSTOMER, day="received_on", fields="extras"),
)
DEAL: Final = Shape[Deal](
    "deal",
    "deals",
    pipeline.deal_row,
    pipeline.deal_of,
    _found_by(
        "company",
        "customer",
        "parent",
        state="stage",
        currency="value_currency",
        day="opened_on",
        fields="extras",
    ),
    ("closing",),
)
QUOTE: Final = Shape[Quote](
    "quote",
    "quotes",
    quotes.quote_row,
    quotes.quote_of,
    _found_by(*_OF_CUSTOMER, "currency", day="drafted_on", fields="extras"),
    ("rate", "excess_rate"),
)
LOCK: Final = Shape[RateLock](
    "rate lock",
    "locks",
    rates.lock_row,
    rates.lock_of,
    _found_by("state", currency="covers_currency"),
    ("locked", "spot", "broken_at"),
)
# Held rates belong to no company: all of them work with the same rates.
HELD_RATE: Final = Shape[HeldRate](
    "held rate", "held_rates", rates.held_row, rates.held_of, _found_by("state")
)
ORDER: Final = Shape[Order](
    "order",
    "orders",
    trade.order_row,
    trade.order_of,
    _found_by(*_OF_CUSTOMER, "currency", day="confirmed_on", fields="extras"),
)
INVOICE: Final = Shape[Invoice](
    "invoice",
    "invoices",
    trade.invoice_row,
    trade.invoice_of,
    _found_by(*_OF_CUSTOMER, "currency", day="issued_on", fields="extras"),
)
PAYMENT: Final = Shape[Payment](
    "payment",
    "payments",
    trade.payment_row,
    trade.payment_of,
    _found_by("company", "customer", "invoice", currency="settled_currency", day="on"),
)
CREDIT_NOTE: Final = Shape[CreditNote](
    "credit note",
    "credit_notes",
    trade.credit_note_row,
    trade.credit_note_of,
    _found_by(*_OF_CUSTOMER, "currency", "invoice", day="issued_on"),
)
CASE: Final = Shape[ServiceCase](
    "case",
    "cases",
    trade.case_row,
    trade.case_of,
    _found_by(
        *_OF_CUSTOMER, "invoice", currency="claimed_currency", day="opened_on", fields="extras"
    ),
)
ITEM: Final = Shape[OpenItem](
    "open item",
    "items",
    ledger.item_row,
    ledger.item_of,
    _found_by("company", customer="party", currency="original_currency", day="arose_on"),
    ("decision",),
)
VOUCHER: Final = Shape[Voucher](
    "voucher",
    "vouchers",
    ledger.voucher_row,
    ledger.voucher_of,
    _found_by("company", "state", day="on"),
)
TARGET: Final = Shape[Target](
    "target",
    "targets",
    targets.target_row,
    targets.target_of,
    _found_by("company", day="since"),
)
CONTRACT: Final = Shape[Contract](
    "contract",
    "contracts",
    contracts.contract_row,
    contracts.contract_of,
    _found_by(*_OF_CUSTOMER, currency="price_currency", day="since", fields="extras"),
    ("base_rate",),
)
PRODUCT: Final = Shape[Product](
    "product",
    "products",
    prices.product_row,
    prices.product_of,
    _found_by("company", "state", day="added_on", fields="extras"),
)
PRICE_LIST: Final = Shape[PriceList](
    "price list",
    "price_lists",
    prices.price_list_row,
    prices.price_list_of,
    _found_by("company", "state", "currency", day="since"),
    ("rate",),
)

ACTIVITY: Final = Shape[Activity](
    "activity",
    "activities",
    activities.activity_row,
    activities.activity_of,
    _found_by(*_OF_CUSTOMER, "owner", "document", currency="amount_currency", day="on"),
)
REMINDER: Final = Shape[Reminder](
    "reminder",
    "reminders",
    activities.reminder_row,
    activities.reminder_of,
    _found_by(*_OF_CUSTOMER, "owner", "document"),
)

SHAPES: Final[tuple[Shape[Any], ...]] = (
    COMPANY,
    CUSTOMER,
    ENQUIRY,
    DEAL,
    QUOTE,
    LOCK,
    ORDER,
    INVOICE,
    PAYMENT,
    CASE,
    ITEM,
    HELD_RATE,
    CREDIT_NOTE,
    VOUCHER,
    ACTIVITY,
    REMINDER,
    TARGET,
    CONTRACT,
    PRODUCT,
    PRICE_LIST,
    TRADED_CURRENCY,
)
