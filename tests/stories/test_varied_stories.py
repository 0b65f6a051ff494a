"""Any story, not only the two that were written: chance draws it, the oracle computes it too."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, note

from fxcrm.bootstrap import open_store
from tests.stories.comparing import expected, shown
from tests.stories.told import Told, World
from tests.stories.varied import DRAFTS, Draft, plain, story


@pytest.mark.parametrize("presentation", ["CHF", "BHD", "EUR", "JPY"])
def test_a_group_may_report_in_any_currency(worlds: dict[str, World], presentation: str) -> None:
    """Every member is translated, the parent too; coarser and finer units than its own included."""
    other = deepcopy(worlds["another"].plain)
    other["group"]["presentation"] = presentation
    told = World(other, None, worlds["another"].rates, worlds["another"].fixings).told_on(None)
    assert shown(told.overview) == expected(told.oracle, told.last_day)


@given(draft=DRAFTS)
def test_any_story_comes_out_as_the_rules_say(worlds: dict[str, World], draft: Draft) -> None:
    """Currencies, days, prices, spreads, fees and shares at will, on two decades of real rates."""
    demo = worlds["demo"]
    text = story(draft, demo.fixings)
    note(text)
    world = World(plain(text), None, demo.rates, demo.fixings)
    told = Told(world, open_store(None))
    assert all(world.tell(told.store))
    assert shown(told.overview) == expected(told.oracle, told.last_day)
