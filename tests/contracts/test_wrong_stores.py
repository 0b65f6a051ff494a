"""The storage contract notices: each deliberately wrong store fails with the promise it broke."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.ports.storage import Store, UnitOfWork
from fxcrm.testing.contracts import StoreContract
from fxcrm.testing.contracts.promises import PromiseBroken

Spoil = Callable[[Any], None]


class _WrongStore(MemoryStore):
    """A store whose units of work are spoiled in one place."""

    def __init__(self, spoil: Spoil) -> None:
        super().__init__()
        self._spoil = spoil

    def begin(
        self,
        *,
        actor: str = "",
        at: datetime | None = None,
        key: str = "",
        reading: bool = False,
    ) -> UnitOfWork:
        """A spoiled unit."""
        unit = super().begin(actor=actor, at=at, key=key, reading=reading)
        self._spoil(unit)
        return unit


class _Kit(StoreContract):
    """The kit on a wrong store."""

    def __init__(self, spoil: Spoil) -> None:
        self._wrong = spoil

    def open_store(self) -> Store:
        """A wrong one."""
        return _WrongStore(self._wrong)


def commits_on_leaving(unit: Any) -> None:
    """Keeps what nobody committed."""
    close = unit._close

    def keep_and_close() -> None:
        unit._store.lay_over(unit._shelves)
        close()

    unit._close = keep_and_close


def forgets_versions(unit: Any) -> None:
    """Lets the last writer win."""
    deals, save = unit.deals, unit.deals.save
    deals.save = lambda one: save(_at_stored_version(deals, one))


def _at_stored_version(repository: Any, one: Any) -> Any:
    found = repository.find(one.id)
    return attrs.evolve(one, version=found.version) if found else one


def overwrites(unit: Any) -> None:
    """Takes an addition under an id that is there for a change."""
    cases, add = unit.cases, unit.cases.add

    def add_or_save(one: Any) -> Any:
        return cases.save(_at_stored_version(cases, one)) if cases.find(one.id) else add(one)

    cases.add = add_or_save


def records_twice(unit: Any) -> None:
    """Notes each event two times."""
    record = unit.events.record
    unit.events.record = lambda rows: record([dict(one) for one in (*rows, *rows)])


def forgets_the_order(unit: Any) -> None:
    """Lists in the order of adding."""
    customers = unit.customers
    customers.all = lambda: iter([held.value for held in customers._shelf.values()])


def mixes_companies(unit: Any) -> None:
    """Shows one company the invoices of another."""
    unit.invoices.of_company = lambda _: unit.invoices.all()


def leaves_gaps(unit: Any) -> None:
    """Counts numbers that were given back."""
    taken = unit._store.__dict__.setdefault("taken", {})

    def take(company: str, series: str) -> int:
        taken[company, series] = taken.get((company, series), 0) + 1
        number: int = taken[company, series]
        return number

    unit.numbers = SimpleNamespace(next=take)


def posts_twice(unit: Any) -> None:
    """Takes the second entry of a fact for the first."""
    journal, append = unit.journal, unit.journal.append
    journal.append = lambda one: journal.find(one.id) or append(one)


def cuts_the_last_day(unit: Any) -> None:
    """Ends balances a day too early."""
    balances = unit.journal.balances
    unit.journal.balances = lambda company, through: balances(company, through - timedelta(days=1))


def answers_anything(unit: Any) -> None:
    """Gives a recorded answer whatever the content."""
    commands = unit.commands
    commands.answer = lambda key, _: (commands._shelf.find(key) or (None, None))[1]


def loses_a_field(unit: Any) -> None:
    """Forgets the custom fields of an order."""
    add = unit.orders.add
    unit.orders.add = lambda one: add(attrs.evolve(one, extras={}))


def trusts_any_rate(unit: Any) -> None:
    """Posts at rates that were not recorded."""
    unit.decisions.expect = lambda _: None


@pytest.mark.parametrize(
    ("spoil", "test", "promise"),
    [
        (
            commits_on_leaving,
            "test_leaving_without_commit_writes_nothing",
            "leaving without commit",
        ),
        (forgets_versions, "test_a_stale_version_is_refused", "a stale version is refused"),
        (overwrites, "test_an_id_is_taken_once", "an id is taken once"),
        (records_twice, "test_events_are_recorded_once_and_in_order", "its own events"),
        (forgets_the_order, "test_lists_are_ordered_by_id", "ordered by id"),
        (mixes_companies, "test_companies_are_kept_apart", "each invoice has one company"),
        (leaves_gaps, "test_numbers_have_no_gaps", "numbers follow one another"),
        (posts_twice, "test_a_fact_is_posted_once", "a fact is posted once"),
        (cuts_the_last_day, "test_balances_equal_a_sum_in_fractions", "balances are exact"),
        (answers_anything, "test_a_key_has_one_answer", "other content is refused"),
        (loses_a_field, "test_every_kind_comes_back_equal", "a order comes back equal"),
        (
            trusts_any_rate,
            "test_an_entry_is_posted_whole_or_not_at_all",
            "a rate is recorded first",
        ),
    ],
)
def test_a_wrong_store_is_found_out(spoil: Spoil, test: str, promise: str) -> None:
    """The kit fails on a wrong store and names the promise; on a right one it does not."""
    getattr(_Kit(lambda _: None), test)()
    with pytest.raises(PromiseBroken, match=promise):
        getattr(_Kit(spoil), test)()
