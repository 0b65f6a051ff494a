"""Values for the tests of the codec: samples of every schema, and how arbitrary ones are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

import attrs
from hypothesis import strategies as st

from fxcrm import audit
from fxcrm.adapters.codec import SCHEMAS, Schema
from fxcrm.adapters.codec.converting import types_of
from fxcrm.billing import StatementLine, statement
from fxcrm.currencies import Currency
from fxcrm.customers import Address, Contact, TaxId
from fxcrm.decisions import RateDecision
from fxcrm.events import RecordedEvent
from fxcrm.extras import Extras
from fxcrm.ids import CustomerId
from fxcrm.leads import Enquiry
from fxcrm.ledger.companies import Company
from fxcrm.ledger.journal import Entry
from fxcrm.ledger.open_items import OpenItem
from fxcrm.money import Money
from fxcrm.moneybag import MoneyBag
from fxcrm.ratelocks import RateLock
from fxcrm.rates import ExchangeRate, Fixing
from fxcrm.selling import Contract, Quote
from fxcrm.targets import Target
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.consolidations import consolidated
from fxcrm.testing.strategies import bags, money

DAY = date(2026, 3, 2)
PRICES = (Money("1.005", "EUR"), Money("-0.00", "JPY"), Money(10**60 - 1, "BHD"))


def values() -> Iterator[Any]:
    """At least one value of every schema, those of the store's contract kit among them."""
    for kind in samples.kinds():
        yield from (*kind.aggregates, kind.changed)
    for decision in samples.decisions():
        yield from (decision, decision.rate, *(leg.fixing for leg in decision.rate.legs))
    yield from PRICES
    yield from (MoneyBag(), MoneyBag.of(*PRICES, Money("-1.5", "USD")))
    yield samples.entry("E-1", Money("1085", "USD"), Money("1000", "EUR"))
    yield samples.entry("E-2", Money("0.01", "EUR"), Money("0.01", "EUR")).reversal(DAY)
    home = Money("1.00", "EUR")
    yield samples.entry("E-3", home, home, booked_at=samples.AT)
    yield from (samples.snapshot(DAY), attrs.evolve(samples.snapshot(DAY), closing=None))
    yield consolidated(DAY)
    yield samples.event("C-1")
    yield RecordedEvent(7, samples.AT, "„me“", "key", samples.event("C-1"))
    yield RecordedEvent(2**63 - 1, None, "", "", samples.event("C-2"))
    trail = [audit.Write("customer", "C-1", 0, "ab" * 32), audit.Write("entry", "„E“", 7, "")]
    first = audit.chained(audit.EMPTY, at=samples.AT, actor="me", key="key", writes=trail)
    yield from (first, audit.chained(audit.EMPTY, at=None, actor="", key="", writes=()))
    yield from (audit.EMPTY, audit.Head(first.sequence, first.hash))
    yield statement(CustomerId("C-1"), Currency("USD"), DAY, DAY, _owed())


def _owed() -> list[StatementLine]:
    before, paid = Money("1085.00", "USD"), Money("-85.00", "USD")
    return [
        StatementLine(date(2026, 2, 1), "invoice", "R-1", before),
        StatementLine(DAY, "payment", "P-1", paid),
    ]


def by_schema() -> Mapping[str, list[Any]]:
    """The values by the name of their schema."""
    names = {one.kind: one.name for one in SCHEMAS}
    found: dict[str, list[Any]] = {one.name: [] for one in SCHEMAS}
    for value in values():
        found[names[type(value)]].append(value)
    return found


# ---- arbitrary values, drawn from the types of the fields

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WHOLE = st.integers(-(2**63) + 1, 2**63 - 1)
DECIMALS = st.decimals(-(10**20), 10**20, places=9)
# Zones without summer time: Python calls an hour that comes twice unequal to every other zone's.
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda by: timezone(timedelta(minutes=by)))
INSTANTS = st.datetimes(timezones=ZONES).filter(lambda at: 1 < at.year < 9999)
CODES = st.sampled_from(["EUR", "USD", "JPY", "BHD", "CHF"])
EXTRAS = st.dictionaries(
    TEXTS, st.one_of(TEXTS, WHOLE, DECIMALS, st.booleans(), st.dates(), money(extra_digits=4))
)
RATES = st.builds(
    ExchangeRate.of,
    st.just("EUR"),
    st.sampled_from(["USD", "JPY"]),
    st.decimals("0.000001", "99999", places=6),
    on=st.dates(),
    source=TEXTS,
    unit=st.integers(1, 1_000_000),
)


def _cross(one: ExchangeRate, other: ExchangeRate) -> ExchangeRate:
    """Through EUR, or the first alone where both lead to the same currency."""
    same = one.pair.counter is other.pair.counter
    return one if same else one.inverse.cross(other)


CROSSED = st.one_of(RATES, RATES.map(lambda rate: rate.inverse), st.builds(_cross, RATES, RATES))


def drawn(schema: Schema) -> st.SearchStrategy[Any]:
    """Any value of a schema: every field drawn by its type."""
    return _of(schema.kind)


def _entries() -> st.SearchStrategy[Entry]:
    whole = money("USD", low=-(10**12), high=10**12)
    home = money("EUR", low=-(10**12), high=10**12)
    made = st.builds(samples.entry, TEXTS, whole, home, on=st.dates(), company=TEXTS)
    return st.builds(attrs.evolve, made, booked_at=st.none() | INSTANTS)


def _companies() -> st.SearchStrategy[Company]:
    free = {name: _of(one) for name, one in types_of(Company).items() if name != "year_ends"}
    return st.builds(Company, year_ends=st.integers(1, 12), **free)


def _enquiries() -> st.SearchStrategy[Enquiry]:
    free = {name: _of(one) for name, one in types_of(Enquiry).items() if name != "prospect"}
    return st.builds(Enquiry, prospect=FILLED, **free)


def _items() -> st.SearchStrategy[OpenItem]:
    made = st.builds(samples.item, TEXTS, money("USD", high="-0.01"), money("EUR"))
    adjusted, monetary = money("EUR"), st.none() | st.booleans()
    return st.builds(attrs.evolve, made, adjusted=adjusted, monetary=monetary)


def _locks() -> st.SearchStrategy[RateLock]:
    kind = next(kind for kind in samples.kinds() if kind.name == "rate lock")
    decisions = _of(RateDecision)
    covers = money("EUR", low="0.01", high=10**9)
    return st.builds(
        attrs.evolve, st.sampled_from(kind.aggregates), covers=covers, locked=decisions, state=TEXTS
    )


def _varied(kind: type[Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The samples of a kind whose parts have to fit together, with other texts and fields."""
    held = [one for found in samples.kinds() for one in found.aggregates if type(one) is kind]
    return st.builds(attrs.evolve, st.sampled_from(held), **fields)


def _quotes() -> st.SearchStrategy[Quote]:
    seen = st.none() | INSTANTS
    return _varied(Quote, number=TEXTS, customer=TEXTS, extras=EXTRAS, last_seen_at=seen)


def _contracts() -> st.SearchStrategy[Contract]:
    return _varied(Contract, number=TEXTS, customer=TEXTS, title=FILLED)


def _targets() -> st.SearchStrategy[Target]:
    return _varied(Target, company=TEXTS)


# What has a rule of its own: a text that is there, a country, an address for mail.
FILLED = TEXTS.filter(lambda text: bool(text.strip()))
COUNTRIES = st.sampled_from(["DE", "JP", "US"])


def _contacts() -> st.SearchStrategy[Contact]:
    return st.builds(Contact, FILLED, TEXTS, st.sampled_from(["", "a@b.example"]), TEXTS, TEXTS)


def _addresses() -> st.SearchStrategy[Address]:
    return st.builds(Address, COUNTRIES, *[TEXTS] * 4, FILLED, TEXTS, TEXTS)


def _tax_ids() -> st.SearchStrategy[TaxId]:
    return st.builds(TaxId, COUNTRIES, FILLED)


_SPECIAL: Mapping[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: WHOLE,
    bool: st.booleans(),
    date: st.dates(),
    datetime: INSTANTS,
    Decimal: DECIMALS,
    Currency: CODES.map(Currency),
    Money: money(),
    MoneyBag: bags(),
    Extras: EXTRAS,
    Mapping[str, str]: st.dictionaries(TEXTS, TEXTS),
    ExchangeRate: CROSSED,
    Fixing: RATES.map(lambda rate: rate.legs[0].fixing),
}


def _of(kind: Any) -> st.SearchStrategy[Any]:
    made: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
        Company: _companies,
        Enquiry: _enquiries,
        Entry: _entries,
        OpenItem: _items,
        Quote: _quotes,
        Contract: _contracts,
        Target: _targets,
        RateLock: _locks,
        Contact: _contacts,
        Address: _addresses,
        TaxId: _tax_ids,
    }
    if kind in made:
        return made[kind]()
    known = _SPECIAL.get(getattr(kind, "__supertype__", kind))
    if known is not None:
        return known
    if get_origin(kind) is tuple:
        return st.lists(_of(get_args(kind)[0]), max_size=3).map(tuple)
    if get_origin(kind) is UnionType or get_origin(kind) is not None:
        return st.one_of(*(st.none() if o is NoneType else _of(o) for o in get_args(kind)))
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return st.builds(kind, **{name: _of(one) for name, one in types_of(kind).items()})
