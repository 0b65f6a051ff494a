"""Order and repetition: what may come in any order, and a journal that is told a second time."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from fxcrm.adapters.memory import MemoryStore
from fxcrm.ids import CompanyId, EntryId, OpenItemId
from fxcrm.ledger import Credit, credit, settle, trading_chart
from fxcrm.ledger.settlement import Receipt
from fxcrm.money import Money
from fxcrm.ports import UnitOfWork
from tests.ledger.driving import Episode, Kept
from tests.ledger.notation import chosen, receivable

APRIL = date(2026, 4, 20)
CHART = trading_chart()
Step = tuple[bool, int, Decimal]  # whether it is paid (or credited), how much, and the day's rate

rates = st.builds(lambda units: Decimal(units).scaleb(-4), st.integers(5_000, 20_000))
steps = st.tuples(st.booleans(), st.integers(1, 10**5), rates)


def _lifetime(booked: int, sign: int, order: list[Step]) -> tuple[int, int]:
    """The exchange result of an item's life in minor units, and the cash that came."""
    whole = sum(units for _, units, _ in order) * sign
    item = receivable(str(Money.from_minor(whole, "USD")), str(Money.from_minor(booked, "EUR")))
    gain = cash = 0
    for is_paid, units, rate in order:
        amount, spot = Money.from_minor(units, "USD"), chosen("EUR/USD", rate, APRIL)
        if is_paid:
            receipt = Receipt.direct(amount, on=APRIL, reference="P", spot=spot)
            paid = settle(item, receipt, entry=EntryId("payment"), chart=CHART)
            item, gain = paid.item, gain + paid.realised_fx.value.minor
            cash += paid.cash.value.minor
        else:
            taken = Credit(amount, APRIL, "C", spot)
            noted = credit(item, taken, entry=EntryId("note"), chart=CHART)
            item, gain = noted.item, gain + noted.realised_fx.value.minor
    assert item.is_settled
    return gain, cash


@given(
    st.lists(steps, min_size=2, max_size=6),
    st.integers(1, 10**6),
    st.sampled_from([1, -1]),
    st.data(),
)
def test_payments_in_any_order_have_one_lifetime_result(
    order: list[Step], booked: int, sign: int, data: st.DataObject
) -> None:
    """At rates of their own: the result is cash less what was booked, whatever came first (D14)."""
    paid = [(True, units, rate) for _, units, rate in order]
    gain, cash = _lifetime(booked * sign, sign, paid)
    assert gain == cash - booked * sign
    assert _lifetime(booked * sign, sign, data.draw(st.permutations(paid))) == (gain, cash)


@given(
    st.lists(steps, min_size=2, max_size=6),
    st.integers(1, 10**6),
    st.sampled_from([1, -1]),
    st.data(),
)
def test_credit_notes_in_between_move_the_result_by_a_unit_a_step_at_most(
    order: list[Step], booked: int, sign: int, data: st.DataObject
) -> None:
    """A note goes off at the carrying rate of its moment, which is rounded once a step (D12)."""
    first, cash = _lifetime(booked * sign, sign, order)
    again, same = _lifetime(booked * sign, sign, data.draw(st.permutations(order)))
    assert cash == same
    assert abs(first - again) <= len(order)
    whole = sum(units for _, units, _ in order)
    noted = sum(units for is_paid, units, _ in order if not is_paid)
    exact = cash - Fraction(booked * sign * (whole - noted), whole)
    assert abs(first - exact) <= len(order)


def test_a_journal_that_is_told_again_gives_the_same_books() -> None:
    """All entries of one store, appended to a fresh one: balances and items are the same."""
    store = MemoryStore()
    episode = Episode(17, [Kept("memory", store)])
    for _ in range(60):
        episode.step()
    fresh = MemoryStore()
    with store.begin(reading=True) as told, fresh.begin() as unit:
        companies = [one.id for one in told.companies.all()]
        for company in companies:
            unit.companies.add(told.companies.get(company))
        for decision in told.decisions.all():
            unit.decisions.record(decision)
        for company in companies:
            for entry in told.journal.entries(company):
                unit.journal.append(entry)
        unit.commit()
    with store.begin(reading=True) as told, fresh.begin(reading=True) as again:
        for company in companies:
            assert _balances(told, company) == _balances(again, company)
            assert _from_lines(again, company) == _from_items(told, company)


def _balances(unit: UnitOfWork, company: CompanyId) -> list[object]:
    return list(unit.journal.balances(company, date.max))


def _from_items(unit: UnitOfWork, company: CompanyId) -> dict[OpenItemId, tuple[int, int]]:
    return {one.id: (one.open.minor, one.carried.minor) for one in unit.items.of_company(company)}


def _from_lines(unit: UnitOfWork, company: CompanyId) -> dict[OpenItemId, tuple[int, int]]:
    sums: dict[OpenItemId, list[int]] = defaultdict(lambda: [0, 0])
    for line in unit.journal.lines(company, None, date.max):
        if line.posting.item is not None:
            sums[line.posting.item][0] += line.posting.amount.minor
            sums[line.posting.item][1] += line.posting.functional.minor
    return {id: (units, value) for id, (units, value) in sums.items()}
