"""A generated group: two years of five companies, consolidated at each year end, on every store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import attrs
import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.bootstrap import year_rates
from fxcrm.ledger import Consolidation
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.simulation import PlanRefused, Rhythm, YearPlan, generated_group
from fxcrm.usecases.consolidating import MemberOpen, close_group
from fxcrm.usecases.performing import reading
from fxcrm.usecases.proving import prove
from fxcrm.usecases.simulating import simulate
from fxcrm.usecases.telling import Story

SMALL = YearPlan(
    2024, years=2, companies=5, customers=8, currencies=4, documents=8, closed=Rhythm.HALF_YEARS
)
ENDS = (date(2024, 12, 31), date(2025, 12, 31))


@pytest.fixture(scope="module")
def rates() -> RateTable:
    """The rates that the package carries."""
    return year_rates(2024, 2).fetch().table


@pytest.fixture(scope="module")
def story(rates: RateTable) -> Story:
    """A small group over two years."""
    return generated_group(SMALL, rates)


def told(store: Store, rates: RateTable, story: Story) -> list[Consolidation]:
    """The year ends of a group, as they were consolidated when it was told."""
    done = [one.result for _, one in simulate(store, rates, story, actor="test")]
    return [one for one in done if isinstance(one, Consolidation)]


@pytest.fixture(scope="module")
def kept(rates: RateTable, story: Story) -> Iterator[tuple[Store, list[Consolidation]]]:
    """The small group in memory, with its year ends."""
    with closing(MemoryStore()) as store:
        yield store, told(store, rates, story)


def test_a_group_of_another_size_is_refused(rates: RateTable) -> None:
    """It has five companies, and is in four currencies at least."""
    with pytest.raises(PlanRefused, match="companies lie between 5 and 5, not 2"):
        generated_group(attrs.evolve(SMALL, companies=2), rates)
    with pytest.raises(PlanRefused, match="currencies lie between 4 and"):
        generated_group(attrs.evolve(SMALL, currencies=3), rates)


def test_each_year_end_is_recorded(
    kept: tuple[Store, list[Consolidation]], rates: RateTable, story: Story
) -> None:
    """Five companies in four currencies, at two year ends, in books that keep every promise."""
    store, ends = kept
    assert [one.as_of for one in ends] == [*ENDS]
    with (
        reading(store, rates, at=story.steps[-1].at) as desk,
        closing(MemoryStore()) as replica,
    ):
        companies = tuple(desk.uow.companies.all())
        proofs = list(prove(store, desk, replica))
    assert [one.promise for one in proofs if not one.holds] == []
    assert len(companies) == 5
    assert {one.functional.code for one in companies} == {"EUR", "GBP", "USD", "JPY"}


def test_another_store_and_another_run_change_nothing(
    kept: tuple[Store, list[Consolidation]], rates: RateTable, story: Story, tmp_path: Path
) -> None:
    """SQLite holds what memory holds, to the digest; a second run finds everything done."""
    with closing(open_sqlite(tmp_path / "group.sqlite3")) as store:
        assert [one.lines for one in told(store, rates, story)] == [one.lines for one in kept[1]]
        assert store.digest() == kept[0].digest()
        again = [one.fresh for _, one in simulate(store, rates, story, actor="test")]
        assert not any(again)
        assert store.digest() == kept[0].digest()


def test_a_group_waits_for_its_members(
    kept: tuple[Store, list[Consolidation]], rates: RateTable, story: Story
) -> None:
    """While a member's books take postings, what it is translated to may change."""
    with (
        reading(kept[0], rates, at=story.steps[-1].at) as desk,
        pytest.raises(MemberOpen, match="'nordwind' is not closed through 2026-03-31"),
    ):
        close_group(desk, story.group, date(2026, 3, 31))
