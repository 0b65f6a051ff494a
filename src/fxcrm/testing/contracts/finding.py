"""What a store promises about finding some of many: filters, pages and counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date, timedelta
from operator import attrgetter
from typing import Any, Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.ids import CustomerId, DealId, FieldId, InvoiceId, PaymentId
from fxcrm.mappings import FrozenMap
from fxcrm.ports.storage import Store
from fxcrm.queries import LARGEST_PAGE, Filter, FilterRefused
from fxcrm.references import DocumentKind, Reference
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import AggregateContract, kept, of, record_all
from fxcrm.testing.contracts.promises import expect, refused
from fxcrm.testing.contracts.samples import ACME, AT, DAY, Kind

_NAMES: Final = (
    *("company", "customer", "state", "currency", "day", "fields", "invoice", "parent"),
    *("country", "tier", "agreed", "tag", "group"),
)
_PLAINLY: Final = (
    "company",
    "customer",
    "state",
    "currency",
    "invoice",
    "owner",
    "document",
    "parent",
    "country",
    "tier",
)
_AMONG: Final[Mapping[str, str]] = FrozenMap(
    {"agreed": "currencies", "tag": "tags", "group": "groups"}
)
# Where an aggregate has what a filter names; the oracle's own list.
_AT: Final[Mapping[str, Mapping[str, str]]] = FrozenMap(
    {
        "company": {"company": "id", "currency": "functional", "day": "founded_on"},
        "customer": {
            "currency": "currency",
            "state": "state",
            "day": "registered_on",
            "country": "country",
            "tier": "tier",
            **_AMONG,
        },
        "enquiry": {"customer": "customer", "state": "state", "day": "received_on"},
        "deal": {
            "customer": "customer",
            "state": "stage",
            "currency": "value.currency",
            "day": "opened_on",
            "parent": "parent",
        },
        "quote": {"customer": "customer", "state": "state", "day": "drafted_on"},
        "rate lock": {"state": "state", "currency": "covers.currency"},
        "held rate": {"state": "state"},
        "order": {"customer": "customer", "state": "state", "day": "confirmed_on"},
        "invoice": {"customer": "customer", "state": "state", "day": "issued_on"},
        "payment": {
            "customer": "customer",
            "invoice": "invoice",
            "currency": "settled.currency",
            "day": "on",
        },
        "credit note": {
            "customer": "customer",
            "invoice": "invoice",
            "state": "state",
            "day": "issued_on",
        },
        "case": {
            "customer": "customer",
            "invoice": "invoice",
            "state": "state",
            "currency": "claimed.currency",
            "day": "opened_on",
        },
        "open item": {
            "customer": "party",
            "currency": "original.currency",
            "day": "arose_on",
        },
        "voucher": {"state": "state", "day": "on"},
        "activity": {
            "customer": "customer",
            "state": "state",
            "owner": "owner",
            "document": "document",
            "currency": "amount.currency",
            "day": "on",
        },
        "reminder": {
            "customer": "customer",
            "state": "state",
            "owner": "owner",
            "document": "about",
        },
        "target": {"day": "since"},
        "contract": {
            "customer": "customer",
            "state": "state",
            "currency": "price.currency",
            "day": "since",
        },
        "product": {"state": "state", "day": "added_on"},
        "price list": {"state": "state", "day": "since"},
        "traded currency": {"currency": "currency", "state": "state", "day": "since"},
    }
)
# Their currency is called currency.
_PLAIN: Final = frozenset({"quote", "order", "invoice", "credit note", "price list"})
_ODD_IDS: Final = (
    "b",
    "a",
    "B",
    "é",
    "10",
    "9",
    "!",
    "a b",
    "株",
    "🙂",
    "Z",
    "\uffff",
    "a\x01",
    "'",
)


def _places(kind: Kind) -> Mapping[str, str]:
    """The names by which a kind is filtered, with the attribute that holds each."""
    places = {"company": "company", **_AT[kind.name]}
    if kind.name == "rate lock" or not kind.in_company:
        del places["company"]
    if kind.name in _PLAIN:
        places["currency"] = "currency"
    if hasattr(kind.changed, "extras"):
        places["fields"] = "extras"
    return places


def _matching(kind: Kind, every: Iterable[Any], where: Filter) -> list[Any]:
    """The oracle: one after the other, by comparing values."""
    places = _places(kind)

    def matches(one: Any) -> bool:
        day: Any = attrgetter(places["day"])(one) if "day" in places else None
        wanted = [
            attrgetter(places[name])(one) == getattr(where, name)
            for name in _PLAINLY
            if getattr(where, name) is not None
        ]
        wanted += [
            getattr(where, name) in getattr(one, held)
            for name, held in _AMONG.items()
            if getattr(where, name) is not None
        ]
        wanted += [where.since is None or day >= where.since]
        wanted += [where.until is None or day <= where.until]
        wanted += [one.extras.get(name) == value for name, value in where.fields.items()]
        return all(wanted)

    return sorted((one for one in every if matches(one)), key=lambda one: str(one.id))


def _varied(kind: Kind) -> list[Any]:
    """The samples of a kind, and one more: of a day later, where its day is its own to set."""
    first, *others = kind.aggregates
    day = _places(kind).get("day")
    later: dict[str, Any] = {"id": f"{first.id}+"}
    if day in attrs.fields_dict(type(first)):
        later[day] = attrgetter(day)(first) + timedelta(days=1)
    return [kept(one) for one in (first, *others, attrs.evolve(first, **later))]


def _filters(kind: Kind, every: Iterable[Any]) -> Iterator[Filter]:
    """By each name for each value that there is, by one that there is not, and by all at once."""
    places, every = _places(kind), list(every)
    nobody: Mapping[str, Any] = {
        "company": "nobody",
        "customer": "",  # as little as "?": a prospect is nobody's
        "state": "",
        "currency": "GBP",
        "invoice": "?",
        "owner": "?",
        "document": Reference(DocumentKind.CASE, "?"),
        "parent": "?",
        "country": "FR",
        "tier": "none",
    }
    yield Filter()
    for name in _PLAINLY:
        if name in places:
            there = {attrgetter(places[name])(one) for one in every}
            absent = Currency(nobody[name]) if name == "currency" else nobody[name]
            yield from (Filter(**{name: value}) for value in (*there, absent))
    for name in _AMONG.keys() & places:
        there = {label for one in every for label in getattr(one, _AMONG[name])}
        absent = Currency("GBP") if name == "agreed" else ","
        yield from (Filter(**{name: value}) for value in (*there, absent))
    if "day" in places:
        days = sorted({attrgetter(places["day"])(one) for one in every})
        yield from _spans((days[0] - timedelta(days=1), *days, days[-1] + timedelta(days=1)))
    first = every[0]
    exact = {
        name: attrgetter(at)(first)
        for name, at in places.items()
        if name not in ("day", "fields", *_AMONG)
    }
    yield Filter(**exact)


def _spans(days: Iterable[date]) -> Iterator[Filter]:
    days = list(days)
    for since in (None, *days):
        yield from (Filter(since=since, until=until) for until in (None, *days))


def _paged(repository: Any, where: Filter, limit: int) -> list[Any]:
    """Everything that a filter finds, page by page; no page but the last one is short."""
    found: list[Any] = []
    after = None
    while True:
        page = repository.page(where, after=after, limit=limit)
        found += page.items
        if page.after is None:
            return found
        expect("a page that is not the last one is full", len(page.items), limit)
        expect("a page ends with the id that begins the next", page.items[-1].id, page.after)
        after = page.after


def _ids(aggregates: Iterable[Any]) -> list[str]:
    return [one.id for one in aggregates]


def _add_customers(store: Store, ids: Iterable[str]) -> None:
    customer = attrs.evolve(samples.kinds()[1].aggregates[0], events=())
    with store.begin(actor="kit", at=AT) as unit:
        for id in ids:
            unit.customers.add(attrs.evolve(customer, id=CustomerId(id)))
        unit.commit()


class FindingContract(AggregateContract):
    """Filters, pages and counts of every kind."""

    def test_filters_find_what_a_loop_finds(self) -> None:
        """Every filter of every kind gives what comparing one after the other gives."""
        store = self.open_store()
        with store.begin() as unit:
            record_all(unit)
            for kind in samples.kinds():
                for one in _varied(kind):
                    of(unit, kind).add(one)
            unit.commit()
        with closing(self.reopened(store)) as again, again.begin(reading=True) as unit:
            for kind in samples.kinds():
                every = _varied(kind)
                for where in _filters(kind, every):
                    wanted, repository = _matching(kind, every, where), of(unit, kind)
                    named = f"{kind.name} filtered by {_asked(where)}"
                    expect(f"{named} are found", _paged(repository, where, 2), wanted)
                    expect(f"{named} are counted", repository.count(where), len(wanted))

    def test_a_filter_that_a_kind_has_not_is_refused(self) -> None:
        """The refusal names the kind, the filter, and those that are known."""
        one = {
            "company": Filter(company=ACME),
            "customer": Filter(customer=CustomerId("C-1")),
            "state": Filter(state="open"),
            "currency": Filter(currency=Currency("EUR")),
            "day": Filter(since=DAY),
            "fields": Filter(fields={FieldId("text"): "x"}),
            "invoice": Filter(invoice=InvoiceId("I-1")),
            "parent": Filter(parent=DealId("D-1")),
            "country": Filter(country="DE"),
            "tier": Filter(tier=""),
            "agreed": Filter(agreed=Currency("EUR")),
            "tag": Filter(tag="a"),
            "group": Filter(group="a"),
        }
        with closing(self.open_store()) as store, store.begin(reading=True) as unit:
            for kind in samples.kinds():
                unknown = [name for name in _NAMES if name not in _places(kind)]
                for name in unknown:
                    for ask in (of(unit, kind).page, of(unit, kind).count):
                        with refused("an unknown filter is refused", FilterRefused) as refusal:
                            ask(one[name])
                        named = refusal.operands("kind", "name")
                        expect("the refusal names kind and filter", named, (kind.name, name))
                        known = [word for word in _NAMES if word in _places(kind)]
                        told = [word for word in known if word in str(refusal.error)]
                        expect("the refusal tells what is known", told, known)

    def test_pages_hold_everything_once(self) -> None:
        """Whatever the limit, the pages together are the list; ids sort by code points."""
        with closing(self.open_store()) as store:
            _add_customers(store, _ODD_IDS)
            with store.begin(reading=True) as unit:
                for limit in (*range(1, len(_ODD_IDS) + 2), LARGEST_PAGE):
                    found = _ids(_paged(unit.customers, Filter(), limit))
                    expect(f"pages of {limit} hold everything once", found, sorted(_ODD_IDS))
                empty = unit.customers.page(after="\U0010ffff")
                expect("behind the last one is nothing", (empty.items, empty.after), ((), None))

    def test_pages_hold_while_others_write(self) -> None:
        """What was there all the time is neither doubled nor lost by additions between pages."""
        first, late = (
            [f"{n:03}" for n in range(0, 40, 4)],
            iter([f"{n:03}" for n in range(1, 60, 3)]),
        )
        seen: list[str] = []
        after: str | None = None
        with closing(self.open_store()) as store:
            _add_customers(store, first)
            while True:
                with store.begin(reading=True) as unit:
                    page = unit.customers.page(after=after, limit=3)
                seen += _ids(page.items)
                if page.after is None:
                    break
                after = page.after
                _add_customers(store, [id for id in (next(late), next(late)) if id not in first])
        expect("pages ascend, so nothing is doubled", seen, sorted(set(seen)))
        expect("nothing that was there is lost", [id for id in seen if id in first], first)

    def test_a_page_has_a_limit(self) -> None:
        """1 to 1,000 are allowed; fewer or more are refused, and nothing is cut silently (F18)."""
        with closing(self.open_store()) as store:
            payment = samples.kinds()[8].aggregates[0]
            with store.begin() as unit:
                for number in range(LARGEST_PAGE + 1):
                    unit.payments.add(attrs.evolve(payment, id=PaymentId(f"{number:04}")))
                for limit in (0, -1, LARGEST_PAGE + 1, 2**70):
                    with refused("a limit out of bounds is refused", FilterRefused) as refusal:
                        unit.payments.page(limit=limit)
                    named = refusal.operands("kind", "name")
                    expect("the refusal names the limit", named, ("payment", "limit"))
                for limit in (1, LARGEST_PAGE):
                    page = unit.payments.page(limit=limit)
                    expect("a page holds its limit", len(page.items), limit)
                    expect("and says there is more", page.after, page.items[-1].id)
                expect("all are counted", unit.payments.count(), LARGEST_PAGE + 1)


def _asked(where: Filter) -> str:
    """A filter in words that show no more than what it asks."""
    named = attrs.asdict(where, filter=lambda _, value: value not in (None, {}), recurse=False)
    return ", ".join(f"{name} {value}" for name, value in named.items()) or "nothing"
