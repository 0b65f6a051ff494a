"""The books of whole stories, read by hledger and by Beancount: they and we say the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fxcrm.bootstrap import open_store
from fxcrm.ledger.daybook import Daybook
from fxcrm.usecases.exporting import daybook
from tests.plain_tools import (
    Books,
    needs_hledger,
    seen_by_beancount,
    seen_by_hledger,
    seen_by_us,
)
from tests.stories.told import Told, World
from tests.stories.varied import DRAFTS, Draft, plain, story

pytestmark = needs_hledger


def kept(told: Told, since: int | None, back: int) -> Iterator[tuple[Daybook, Books]]:
    """The daybook of each company some days before the last one, and what the store says of it."""
    through = told.last_day - timedelta(back)
    first = None if since is None else through - timedelta(since)
    with told.desk() as desk:
        for company in told.world.story.group.members:
            found = daybook(desk, company, since=first, through=through)
            held = desk.uow.journal.balances(company, through)
            yield found, seen_by_us(found, held, desk.uow.decisions.all())


@pytest.mark.parametrize(("since", "back"), [(None, 0), (31, 0), (None, 40), (20, 13), (0, 0)])
def test_both_programs_agree_with_the_books_of_a_story(
    both: tuple[Told, Told], since: int | None, back: int
) -> None:
    """Whole books, a month of them, and books of an earlier day: amounts, carried, valued."""
    told, _ = both
    for found, ours in kept(told, since, back):
        assert seen_by_hledger(found) == ours
        assert seen_by_beancount(found) == ours


@settings(max_examples=6)
@given(draft=DRAFTS, since=st.none() | st.integers(0, 60), back=st.integers(0, 40))
def test_both_programs_agree_with_the_books_of_any_story(
    worlds: dict[str, World], draft: Draft, since: int | None, back: int
) -> None:
    """Currencies, prices, fees and months drawn by chance, on real rates."""
    held = worlds["demo"]
    whole = plain(story(draft, held.fixings))
    told = Told(World(whole, held.file, held.rates, held.fixings), open_store(None))
    assert all(told.world.tell(told.store))
    for found, ours in kept(told, since, back):
        assert seen_by_hledger(found) == ours
        assert seen_by_beancount(found) == ours


def test_after_a_month_end_the_value_at_the_closing_rate_is_what_is_carried(
    both: tuple[Told, Told],
) -> None:
    """What is monetary is worth what it is carried at: hledger says both, from our journal."""
    told, _ = both
    for found, _ in kept(told, None, 0):
        seen = seen_by_hledger(found)
        bank = "Assets:1000-Bank"
        currencies = sum(name == bank for name, _ in seen.amounts)
        off = abs(seen.functional[bank] - seen.valued[bank]) * found.company.functional.minor_units
        assert off * 2 <= currencies
