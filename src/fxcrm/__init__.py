"""Multi-currency CRM domain library: one rate decision, carried from quote to ledger.

Reading order, language first, then the trade, then the rim:

1. ``errors``                    what can fail, by who is to blame
2. ``currencies``, ``money``     exact amounts; ``moneybag`` for several currencies at once
3. ``rates``                     pair, rate, table, the look-up as a named policy
4. ``decisions``, ``figures``    the recorded choice of a rate; values that explain themselves
5. ``ratelocks``                 a price held until a date
6. ``customers`` ... ``billing`` the trade, sub-domains that know each other by id only
7. ``ledger``                    entries, open items, revaluation, translation, consolidation
8. ``posting``                   what happened in the trade, told to the ledger
9. ``ports``, ``usecases``       what the outside must offer; what a user does
10. ``adapters``, ``bootstrap``  the technologies, and the one place that plugs them in

The names below are loaded when first used (PEP 562): who needs Money does not pay for the ledger.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the same names once more, for type checkers; a test compares the two
    from fxcrm.audit import Head as Head
    from fxcrm.audit import Verification as Verification
    from fxcrm.billing import Invoice as Invoice
    from fxcrm.billing import Order as Order
    from fxcrm.billing import Payment as Payment
    from fxcrm.billing import ServiceCase as ServiceCase
    from fxcrm.billing import Statement as Statement
    from fxcrm.bootstrap import template as template
    from fxcrm.bulletins import Bulletin as Bulletin
    from fxcrm.currencies import Currency as Currency
    from fxcrm.currencies import CurrencyRegistry as CurrencyRegistry
    from fxcrm.customers import Customer as Customer
    from fxcrm.decisions import Purpose as Purpose
    from fxcrm.decisions import RateDecision as RateDecision
    from fxcrm.decisions import decide as decide
    from fxcrm.errors import CallError as CallError
    from fxcrm.errors import EnvironmentFailed as EnvironmentFailed
    from fxcrm.errors import FxcrmError as FxcrmError
    from fxcrm.errors import InputRefused as InputRefused
    from fxcrm.errors import NotThere as NotThere
    from fxcrm.errors import RuleRefused as RuleRefused
    from fxcrm.extras import ExtrasSchema as ExtrasSchema
    from fxcrm.extras import FieldKind as FieldKind
    from fxcrm.extras import FieldSchema as FieldSchema
    from fxcrm.figures import Evidence as Evidence
    from fxcrm.figures import Figure as Figure
    from fxcrm.fixings import CurrencyPair as CurrencyPair
    from fxcrm.fixings import ExchangeRate as ExchangeRate
    from fxcrm.fixings import Fixing as Fixing
    from fxcrm.fixings import Side as Side
    from fxcrm.formatting import format_money as format_money
    from fxcrm.formatting import parse_money as parse_money
    from fxcrm.heldrates import HeldRate as HeldRate
    from fxcrm.ledger import Chart as Chart
    from fxcrm.ledger import Company as Company
    from fxcrm.ledger import Entry as Entry
    from fxcrm.ledger import Group as Group
    from fxcrm.ledger import OpenItem as OpenItem
    from fxcrm.ledger import Posting as Posting
    from fxcrm.ledger import consolidate as consolidate
    from fxcrm.ledger import settle as settle
    from fxcrm.ledger import translate as translate
    from fxcrm.money import Money as Money
    from fxcrm.money import RationalMoney as RationalMoney
    from fxcrm.money import Rounding as Rounding
    from fxcrm.money import Spare as Spare
    from fxcrm.moneybag import MoneyBag as MoneyBag
    from fxcrm.pipeline import Deal as Deal
    from fxcrm.pipeline import Enquiry as Enquiry
    from fxcrm.pipeline import Pipeline as Pipeline
    from fxcrm.queries import Filter as Filter
    from fxcrm.queries import Page as Page
    from fxcrm.ratechecks import RateChecks as RateChecks
    from fxcrm.ratelocks import RateLock as RateLock
    from fxcrm.ratepolicies import Averaging as Averaging
    from fxcrm.ratepolicies import BusinessCalendar as BusinessCalendar
    from fxcrm.ratepolicies import ClosedDays as ClosedDays
    from fxcrm.ratepolicies import LookUp as LookUp
    from fxcrm.ratepolicies import Peg as Peg
    from fxcrm.ratepolicies import RatePolicy as RatePolicy
    from fxcrm.rates import RateTable as RateTable
    from fxcrm.rateseries import RateSeries as RateSeries
    from fxcrm.selling import Quote as Quote

_NAMES = {
    "errors": "CallError EnvironmentFailed FxcrmError InputRefused NotThere RuleRefused",
    "currencies": "Currency CurrencyRegistry",
    "money": "Money RationalMoney Rounding Spare",
    "moneybag": "MoneyBag",
    "formatting": "format_money parse_money",
    "fixings": "CurrencyPair ExchangeRate Fixing Side",
    "ratepolicies": "Averaging BusinessCalendar ClosedDays LookUp Peg RatePolicy",
    "rateseries": "RateSeries",
    "rates": "RateTable",
    "bulletins": "Bulletin",
    "decisions": "Purpose RateDecision decide",
    "figures": "Evidence Figure",
    "ratechecks": "RateChecks",
    "heldrates": "HeldRate",
    "ratelocks": "RateLock",
    "audit": "Head Verification",
    "queries": "Filter Page",
    "extras": "ExtrasSchema FieldKind FieldSchema",
    "customers": "Customer",
    "pipeline": "Deal Enquiry Pipeline",
    "selling": "Quote",
    "billing": "Invoice Order Payment ServiceCase Statement",
    "bootstrap": "template",
    "ledger": "Chart Company Entry Group OpenItem Posting consolidate settle translate",
}
_HOME = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'fxcrm' has no attribute {name!r}")
    value: object = getattr(import_module(f"fxcrm.{_HOME[name]}"), name)
    globals()[name] = value  # found once, an ordinary attribute from then on
    return value


def __dir__() -> list[str]:
    return sorted(_HOME)
