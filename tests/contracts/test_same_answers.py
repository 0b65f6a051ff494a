"""The same commands on every store: the same answers, the same refusals, the same digest (F12)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.adapters.sql.postgresql import open_postgresql
from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError
from fxcrm.ids import CompanyId, CustomerId, FieldId, GroupId, InvoiceId, OpenItemId
from fxcrm.money import Money
from fxcrm.ports.storage import Store, UnitOfWork
from fxcrm.queries import Filter
from fxcrm.rates import CurrencyPair, RateSeries, RateTable
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.consolidations import consolidated
from fxcrm.testing.contracts.samples import ACME, AT, DAY, entry
from fxcrm.testing.contracts.trails import one_of_everything

Command = Callable[[UnitOfWork], Any]

_KINDS = samples.kinds()
# Making a schema takes a while, and a smaller example would take hundreds of them.
_NO_SEARCH = (Phase.explicit, Phase.reuse, Phase.generate)
_MINOR = st.integers(-(2**64), 2**64)
_COMPANIES = st.sampled_from([ACME, samples.NORDWIND])
_NAMES = st.sampled_from(["a", "b", samples.HOSTILE, "", "\ud800", "株\0"])


def _changes() -> st.SearchStrategy[Command]:
    """Add or save any sample at any version, with an event or without."""

    def change(kind: int, at: int, version: int, verb: str, eventful: bool) -> Command:  # noqa: FBT001
        one = ((*_KINDS[kind].aggregates, _KINDS[kind].changed) * 4)[at]
        one = attrs.evolve(one, version=version)
        if eventful and hasattr(one, "events"):
            one = attrs.evolve(one, events=(samples.event(one.id),))
        return lambda unit: getattr(getattr(unit, _KINDS[kind].repository), verb)(one)

    kinds, places = st.integers(0, len(_KINDS) - 1), st.integers(0, 3)
    verbs = st.sampled_from(["add", "save"])
    return st.builds(change, kinds, places, st.integers(0, 2), verbs, st.booleans())


def _questions() -> st.SearchStrategy[Command]:
    """Claim, count, or ask for a page, by filters that a kind has or has not."""

    def claim(kind: int, at: int) -> Command:
        key = (*_KINDS[kind].aggregates, *_KINDS[kind].aggregates)[at % 3].id
        return lambda unit: getattr(unit, _KINDS[kind].repository).claim(key)

    def ask(kind: int, where: Filter, after: str | None, limit: int) -> Command:
        def found(unit: UnitOfWork) -> Any:
            repository = getattr(unit, _KINDS[kind].repository)
            return repository.count(where), repository.page(where, after=after, limit=limit)

        return found

    kinds = st.integers(0, len(_KINDS) - 1)
    days = st.sampled_from([None, None, DAY, DAY + timedelta(days=1)])
    fields = st.sampled_from(
        [
            {},
            {},
            {FieldId("text"): "\ud800"},
            *({FieldId(n): v} for n, v in samples.extras().items()),
        ]
    )
    filters = st.builds(
        Filter,
        company=st.one_of(st.none(), _COMPANIES),
        state=st.sampled_from([None, None, "open", "\ud800", samples.HOSTILE]),
        currency=st.sampled_from([None, None, Currency("EUR"), Currency("JPY")]),
        since=days,
        until=days,
        fields=fields,
        invoice=st.sampled_from([None, None, InvoiceId("I-1"), InvoiceId("\ud800")]),
    )
    after = st.sampled_from([None, "", "D-1", samples.HOSTILE, "\ud800", "x\0"])
    return st.one_of(
        st.builds(claim, kinds, st.integers(0, 2)),
        st.builds(ask, kinds, filters, after, st.sampled_from([0, 1, 2, 1000, 1001])),
    )


def _postings() -> st.SearchStrategy[Command]:
    def post(
        id: str,
        code: str,
        minor: int,
        functional: int,
        company: CompanyId,
        hours: int | None,
    ) -> Command:
        at = None if hours is None else AT + timedelta(hours=hours)

        def append(unit: UnitOfWork) -> Any:
            value = Money.from_minor(functional, "EUR")
            amount = value if code == "EUR" else Money.from_minor(minor, code)
            return unit.journal.append(entry(id, amount, value, company=company, booked_at=at))

        return append

    codes = st.sampled_from(["EUR", "USD", "JPY", "BHD"])
    hours = st.none() | st.integers(-1, 1)
    return st.builds(post, _NAMES, codes, _MINOR, _MINOR, _COMPANIES, hours)


def _others() -> st.SearchStrategy[Command]:
    def number(company: CompanyId, series: str) -> Command:
        return lambda unit: unit.numbers.next(company, series)

    def answer(key: str, content: str) -> Command:
        return lambda unit: unit.commands.answer(key, content)

    def keep(key: str, content: str) -> Command:
        return lambda unit: unit.commands.record(key, content, "answer")

    def decide(place: int, reason: str) -> Command:
        decision = attrs.evolve(samples.decisions()[place], reason=reason)
        return lambda unit: unit.decisions.record(decision)

    def translate(days: int, company: CompanyId) -> Command:
        one = samples.snapshot(DAY + timedelta(days=days), company=company)
        return lambda unit: unit.snapshots.record(one)

    def deliver(verb: str, sequence: int, consumer: str) -> Command:
        if verb == "park":
            return lambda unit: unit.outbox.park(consumer, sequence, "because")
        if verb == "pending":
            return lambda unit: unit.outbox.pending(consumer, sequence + 1)
        return lambda unit: unit.outbox.acknowledge(consumer, sequence)

    verbs = st.sampled_from(["park", "pending", "acknowledge"])
    return st.one_of(
        st.builds(deliver, verbs, st.integers(0, 3), st.sampled_from(["mail", samples.HOSTILE])),
        st.builds(number, _COMPANIES, _NAMES),
        st.builds(answer, _NAMES, _NAMES),
        st.builds(keep, _NAMES, _NAMES),
        st.builds(decide, st.integers(0, 6), st.sampled_from(["", "because"])),
        st.builds(translate, st.integers(0, 2), _COMPANIES),
        st.builds(_consolidate, st.integers(0, 2), _NAMES),
    )


def _consolidate(days: int, name: str) -> Command:
    one = consolidated(DAY + timedelta(days=days), GroupId(name))

    def record(unit: UnitOfWork) -> Any:
        unit.group_snapshots.record(one)
        return unit.group_snapshots.latest(one.group, one.as_of)

    return record


def _rates() -> st.SearchStrategy[Command]:
    """Add rates, ask for them, note facts."""

    def publish(code: str, days: int, hours: int | None, value: str) -> Command:
        on, pair = DAY + timedelta(days=days), CurrencyPair.of("EUR", code)
        known = None if hours is None else AT + timedelta(hours=hours)
        one = RateSeries(pair, "kit", (on,), (value,), known=(known,))
        return lambda unit: unit.rates.add([one, attrs.evolve(one, source="other")])

    def look(since: int, hours: int | None) -> Command:
        known = None if hours is None else AT + timedelta(hours=hours)

        def found(unit: UnitOfWork) -> Any:
            table = unit.rates.table("kit", since=DAY + timedelta(days=since), known_at=known)
            return unit.rates.sources(), unit.rates.last("kit", known), _plain(table)

        return found

    def note(subject: str) -> Command:
        return lambda unit: unit.events.note(samples.event(subject))

    hours = st.none() | st.integers(0, 50)
    values = st.sampled_from(["1.0850", "1.085", "2", "", "0"])
    codes = st.sampled_from(["USD", "JPY"])
    return st.one_of(
        st.builds(publish, codes, st.integers(0, 2), hours, values),
        st.builds(look, st.integers(0, 2), hours),
        st.builds(note, _NAMES),
    )


def _plain(table: RateTable) -> list[Any]:
    return [(str(one), one.days, one.values, one.known) for one in table.series]


def _reads(unit: UnitOfWork) -> list[Any]:
    """Everything that can be asked."""
    answers: list[Any] = [list(getattr(unit, kind.repository).all()) for kind in _KINDS]
    answers += [unit.rates.sources(), unit.rates.last("kit"), _plain(unit.rates.table("kit"))]
    answers += [unit.audit.head(), list(unit.audit.records())]
    answers += [unit.outbox.pending("mail"), unit.outbox.parked("mail")]
    answers += [getattr(unit, kind.repository).page(limit=2) for kind in _KINDS]
    answers += [list(unit.decisions.all()), list(unit.events.after(0)), list(unit.events.after(2))]
    answers += [list(unit.group_snapshots.since(DAY))]
    for company in (ACME, samples.NORDWIND):
        answers += [list(getattr(unit, kind.repository).of_company(company)) for kind in _KINDS]
        answers += [list(unit.journal.entries(company)), list(unit.items.unsettled(company))]
        answers += [list(unit.journal.balances(company, DAY))]
        answers += [list(unit.journal.balances(company, DAY, AT))]
        answers += [list(unit.journal.lines(company, None, DAY, AT))]
        answers += [list(unit.journal.entries(company, AT))]
        answers += [list(unit.journal.lines(company, None, DAY))]
        answers += [list(unit.journal.item_lines(OpenItemId("R-1")))]
        answers += [unit.customers.count(Filter(company=company))]
        answers += [unit.snapshots.latest(company, Money.zero("EUR").currency, DAY)]
    return answers


def _answer(command: Command, unit: UnitOfWork) -> Any:
    try:
        return command(unit)
    except FxcrmError as refusal:
        return type(refusal), str(refusal)


def _carried_out(store: Store, commands: list[Command], *, commit: bool) -> list[Any]:
    with store.begin(actor="kit", at=AT, key="k") as unit:
        answers = [_answer(command, unit) for command in commands]
        if commit:
            unit.commit()
    return [*answers, store.digest()]


_COMMANDS = st.lists(
    st.one_of(_changes(), _changes(), _postings(), _others(), _rates(), _questions()), max_size=8
)
_UNITS = st.lists(st.tuples(_COMMANDS, st.booleans()), max_size=4)


def _told_alike(stores: list[Store], units: list[tuple[list[Command], bool]]) -> None:
    """Whatever the first store answers, the others answer; and their trails are one trail."""
    for commands, commit in units:
        first, *others = (_carried_out(one, commands, commit=commit) for one in stores)
        assert all(other == first for other in others)
    first, *others = (_carried_out(one, [_reads], commit=False) for one in stores)
    assert all(other == first for other in others)
    assert {one.verify().findings for one in stores} == {()}


def _with_rates(units: list[tuple[list[Command], bool]], rates: bool) -> list[Any]:  # noqa: FBT001
    return [([_record_all], True), *units] if rates else units


@given(_UNITS, st.booleans())
def test_stores_give_the_same_answers(units: list[tuple[list[Command], bool]], rates: bool) -> None:  # noqa: FBT001
    """Whatever is done, in whatever order: answers, refusals, lists and digests do not differ."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        stores: list[Store] = [MemoryStore(), open_sqlite(Path(folder) / "books.sqlite")]
        for store in stores:
            stack.callback(store.close)
        _told_alike(stores, _with_rates(units, rates))


@settings(max_examples=8, suppress_health_check=list(HealthCheck), phases=_NO_SEARCH)
@given(units=_UNITS, rates=st.booleans())
def test_a_server_gives_the_same_answers(
    postgresql_url: str,
    units: list[tuple[list[Command], bool]],
    rates: bool,  # noqa: FBT001
) -> None:
    """PostgreSQL answers as memory does, and keeps the same trail; each example in a schema."""
    with ExitStack() as stack:
        there = open_postgresql(postgresql_url, schema=f"books {token_hex(4)}")
        stores: list[Store] = [MemoryStore(), there]
        for store in stores:
            stack.callback(store.close)
        _told_alike(stores, _with_rates(units, rates))


def test_three_stores_keep_one_trail(tmp_path: Path, postgresql_url: str) -> None:
    """The same work in five units gives one digest, and audit records equal in every field."""
    subjects = "abacab"
    with ExitStack() as stack:
        found = []
        for store in (
            MemoryStore(),
            open_sqlite(tmp_path / "books.sqlite"),
            open_postgresql(postgresql_url),
        ):
            stack.callback(store.close)
            _commit(store, one_of_everything)
            for subject in subjects:
                _commit(store, partial(_added_once, subject + samples.HOSTILE))
            with store.begin(reading=True) as unit:
                found.append((store.digest(), unit.audit.head(), list(unit.audit.records())))
        assert found[0] == found[1] == found[2]
        assert found[0][1].count == 1 + len(set(subjects))


def _added_once(id: str, unit: UnitOfWork) -> None:
    one = attrs.evolve(_KINDS[1].aggregates[0], id=CustomerId(id), events=(samples.event(id),))
    if unit.customers.find(one.id) is None:
        unit.customers.add(one)


def _commit(store: Store, command: Command) -> None:
    with store.begin(actor="kit", at=AT, key="k") as unit:
        command(unit)
        unit.commit()


def _record_all(unit: UnitOfWork) -> None:
    for decision in samples.decisions():
        unit.decisions.record(decision)
