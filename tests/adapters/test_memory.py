"""What the store in memory does beyond the contract."""

from __future__ import annotations

from contextlib import closing
from threading import Thread

import attrs
import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.currencies import CurrencyRegistry, UnknownCurrency
from fxcrm.ports.storage import StoreBusy
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.samples import ACME


def test_a_second_unit_waits_and_then_says_so() -> None:
    """One unit is open at a time; the second one gets `StoreBusy` after the seconds allowed."""
    with closing(MemoryStore(busy_seconds=0)) as store:
        with store.begin() as first:
            with pytest.raises(StoreBusy) as refusal, store.begin():
                pytest.fail("entered while another is open")
            assert refusal.value.seconds == 0
            assert first.numbers.next(ACME, "invoice") == 1
            first.commit()
        with store.begin() as later:
            assert later.numbers.next(ACME, "invoice") == 2


def test_a_unit_that_is_left_lets_the_next_one_in() -> None:
    """Threads take turns: no number is lost and none is given twice."""
    taken: list[int] = []
    store = MemoryStore(busy_seconds=60)

    def work() -> None:
        for _ in range(50):
            with store.begin() as unit:
                taken.append(unit.numbers.next(ACME, "invoice"))
                unit.commit()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == list(range(1, 201))


def test_own_currencies_need_their_registry() -> None:
    """A currency unknown to the store's registry is refused, as in a file (M11)."""
    coins = CurrencyRegistry("house coins").define("HCN", digits=8, name="House coin")
    deal = attrs.evolve(samples.kinds()[3].aggregates[0], value=coins.money("0.00000001", "HCN"))
    with closing(MemoryStore()) as store, store.begin() as unit, pytest.raises(UnknownCurrency):
        unit.deals.add(deal)
    with closing(MemoryStore(registry=coins)) as store, store.begin() as unit:
        assert unit.deals.add(deal).value == deal.value
