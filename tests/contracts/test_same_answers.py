"""The same commands on every store: the same answers, the same refusals, the same digest (F12)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.errors import FxcrmError
from fxcrm.ids import CompanyId, OpenItemId
from fxcrm.money import Money
from fxcrm.ports.storage import Store, UnitOfWork
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.samples import ACME, AT, DAY, entry

Command = Callable[[UnitOfWork], Any]

_KINDS = samples.kinds()
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


def _postings() -> st.SearchStrategy[Command]:
    def post(id: str, code: str, minor: int, functional: int, company: CompanyId) -> Command:
        def append(unit: UnitOfWork) -> Any:
            value = Money.from_minor(functional, "EUR")
            amount = value if code == "EUR" else Money.from_minor(minor, code)
            return unit.journal.append(entry(id, amount, value, company=company))

        return append

    codes = st.sampled_from(["EUR", "USD", "JPY", "BHD"])
    return st.builds(post, _NAMES, codes, _MINOR, _MINOR, _COMPANIES)


def _others() -> st.SearchStrategy[Command]:
    def number(company: CompanyId, series: str) -> Command:
        return lambda unit: unit.numbers.next(company, series)

    def answer(key: str, content: str) -> Command:
        return lambda unit: unit.commands.answer(key, content)

    def note(key: str, content: str) -> Command:
        return lambda unit: unit.commands.record(key, content, "answer")

    def decide(place: int, reason: str) -> Command:
        decision = attrs.evolve(samples.decisions()[place], reason=reason)
        return lambda unit: unit.decisions.record(decision)

    def translate(days: int, company: CompanyId) -> Command:
        one = samples.snapshot(DAY + timedelta(days=days), company=company)
        return lambda unit: unit.snapshots.record(one)

    return st.one_of(
        st.builds(number, _COMPANIES, _NAMES),
        st.builds(answer, _NAMES, _NAMES),
        st.builds(note, _NAMES, _NAMES),
        st.builds(decide, st.integers(0, 6), st.sampled_from(["", "because"])),
        st.builds(translate, st.integers(0, 2), _COMPANIES),
    )


def _reads(unit: UnitOfWork) -> list[Any]:
    """Everything that can be asked."""
    answers: list[Any] = [list(getattr(unit, kind.repository).all()) for kind in _KINDS]
    answers += [list(unit.decisions.all()), list(unit.events.after(0)), list(unit.events.after(2))]
    for company in (ACME, samples.NORDWIND):
        answers += [list(getattr(unit, kind.repository).of_company(company)) for kind in _KINDS]
        answers += [list(unit.journal.entries(company)), list(unit.items.unsettled(company))]
        answers += [list(unit.journal.balances(company, DAY))]
        answers += [list(unit.journal.lines(company, None, DAY))]
        answers += [list(unit.journal.item_lines(OpenItemId("R-1")))]
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


_COMMANDS = st.lists(st.one_of(_changes(), _changes(), _postings(), _others()), max_size=8)
_UNITS = st.lists(st.tuples(_COMMANDS, st.booleans()), max_size=4)


@given(_UNITS, st.booleans())
def test_stores_give_the_same_answers(units: list[tuple[list[Command], bool]], rates: bool) -> None:  # noqa: FBT001
    """Whatever is done, in whatever order: answers, refusals, lists and digests do not differ."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        stores: list[Store] = [MemoryStore(), open_sqlite(Path(folder) / "books.sqlite")]
        for store in stores:
            stack.callback(store.close)
        if rates:
            units = [([_record_all], True), *units]
        for commands, commit in units:
            memory, sqlite = (_carried_out(one, commands, commit=commit) for one in stores)
            assert memory == sqlite
        memory, sqlite = (_carried_out(one, [_reads], commit=False) for one in stores)
        assert memory == sqlite


def _record_all(unit: UnitOfWork) -> None:
    for decision in samples.decisions():
        unit.decisions.record(decision)
