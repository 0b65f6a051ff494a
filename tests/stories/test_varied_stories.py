"""Any story, not only the two that were written: chance draws it, the oracle computes it too."""

from __future__ import annotations

from bisect import bisect_right
from copy import deepcopy
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from fxcrm.bootstrap import open_store
from fxcrm.decisions import Purpose
from fxcrm.rates import Averaging, RateMissing, RatePolicy, RateSeries, RateTable
from fxcrm.usecases.consolidating import close_month
from fxcrm.usecases.reporting import overview
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


@pytest.mark.parametrize("name", ["demo", "another"])
def test_a_report_is_right_on_any_day(worlds: dict[str, World], name: str) -> None:
    """Told as far as some day in the middle of a month: the open days are revalued for it (D23)."""
    world = worlds[name]
    for count in range(12, len(world.plain["steps"]), 13):
        part = world.plain | {"steps": world.plain["steps"][:count]}
        told = attrs.evolve(world, plain=part).told_on(None)
        assert shown(told.overview) == expected(told.oracle, told.last_day), count


def years(count: int) -> dict[str, Any]:
    """A British daughter of a European parent, charged in dollars every month of some years."""
    founded = {"on": date(2015, 1, 5)}
    rows: list[dict[str, Any]] = [
        {"do": "register company", "id": "p", "name": "P", "functional": "EUR"} | founded,
        {"do": "register company", "id": "d", "name": "D", "functional": "GBP"} | founded,
        {"do": "pay in capital", "id": "p", "company": "p", "amount": "EUR 99999.99"} | founded,
        {"do": "pay in capital", "id": "d", "company": "d", "amount": "GBP 50000.00"} | founded,
        {"do": "invest", "id": "i", "company": "p", "subsidiary": "d", "amount": "GBP 33500.00"}
        | founded,
    ]
    for month in range(12 * count):
        first = date(2015 + month // 12, month % 12 + 1, 1)
        charge = {"do": "charge member", "on": first + timedelta(14), "id": f"charge {month}"}
        sides = {
            "creditor": "p",
            "debtor": "d",
            "amount": f"USD {1000 + 37 * month}.35",
            "days": 60,
        }
        cost = {"do": "pay costs", "on": first + timedelta(19), "id": f"cost {month}"}
        paid = {"company": "d", "amount": f"GBP {100 + 7 * month}.33"}
        end = (first + timedelta(31)).replace(day=1) - timedelta(1)
        rows += [charge | sides, cost | paid, {"do": "close month", "on": end}]
    group = {"parent": "p", "presentation": "EUR"}
    return {
        "title": "Years",
        "group": group | {"subsidiaries": [{"company": "d", "owned": "0.67"}]},
        "steps": rows,
    }


def test_rounding_that_gathers_over_years_never_stops_a_group(worlds: dict[str, World]) -> None:
    """Two years of monthly charges: every month closes, and the last one is exact (D19, D30)."""
    told = World(years(2), None, worlds["demo"].rates, worlds["demo"].fixings).told_on(None)
    assert shown(told.overview) == expected(told.oracle, told.last_day)


@given(
    draft=DRAFTS,
    rates=st.sampled_from(["demo", "powers of two"]),
    untold=st.just(0) | st.integers(0, 20),
)
def test_any_story_comes_out_as_the_rules_say(
    worlds: dict[str, World], draft: Draft, rates: str, untold: int
) -> None:
    """Currencies, days, prices, fees and shares at will; on real rates and on ones full of ties."""
    held = worlds[rates]
    text = story(draft, held.fixings)
    note(text)
    whole = plain(text)
    steps = whole["steps"][: len(whole["steps"]) - untold]
    world = World(whole | {"steps": steps}, held.file, held.rates, held.fixings)
    told = Told(world, open_store(None))
    assert all(told.world.tell(told.store))
    assert shown(told.overview) == expected(told.oracle, told.last_day)


def closed_on_saturday(worlds: dict[str, World]) -> Told:
    """The demo story until its first close, a Saturday, and one payment of costs the day after."""
    world = worlds["demo"]
    steps = world.plain["steps"]
    closed = next(at for at, step in enumerate(steps) if step["do"] == "close month")
    sunday = {"do": "pay costs", "on": date(2026, 2, 1), "id": "sunday", "company": "acme"}
    told = attrs.evolve(
        world,
        plain=world.plain | {"steps": [*steps[: closed + 1], sunday | {"amount": "USD 77.77"}]},
    )
    return told.told_on(None)


def test_a_day_after_a_close_is_reported_before_anything_is_published(
    worlds: dict[str, World],
) -> None:
    """Sunday's costs are at Friday's rate, which still answers; the decision says how (D17, R1)."""
    told = closed_on_saturday(worlds)
    assert shown(told.overview) == expected(told.oracle, told.last_day)
    [average] = (
        one
        for one in told.overview.decisions
        if one.purpose is Purpose.AVERAGE and one.valid_on == told.last_day
    )
    assert average.policy.endswith("averaged: published, every day where nothing was")
    assert "mean of 1 day from 2026-02-01" in average.rate.path
    friday = told.world.fixings.by_code["USD"][date(2026, 1, 30)]
    assert average.rate.ratio == Fraction(friday)


def test_a_period_without_a_fixing_is_refused_unless_the_policy_averages_otherwise(
    worlds: dict[str, World],
) -> None:
    """The usual policy has no average for it, neither to report nor to close with (D17)."""
    told = closed_on_saturday(worlds)
    group, sunday = told.world.story.group, told.last_day
    with told.desk() as desk:
        usual = attrs.evolve(desk, policy=RatePolicy())
        with pytest.raises(RateMissing, match="average from 2026-02-01"):
            overview(usual, group, sunday)
        with pytest.raises(RateMissing, match="average from 2026-02-01"):
            close_month(usual, group, sunday)


def test_a_month_without_any_rate_is_refused_under_every_policy(worlds: dict[str, World]) -> None:
    """What stands for a weekend does not stand for a month: the rates grow too old (D17, R2)."""
    told = closed_on_saturday(worlds)
    day = date(2026, 2, 28)
    silent = RateTable(
        RateSeries(one.pair, one.source, one.days[:end], one.values[:end], one.unit, one.side)
        for one in told.world.rates.series
        if (end := bisect_right(one.days, date(2026, 1, 30)))
    )
    with told.desk(silent) as desk:
        for averaging in Averaging:
            policy = RatePolicy(averaging=averaging)
            late = attrs.evolve(desk, policy=policy, now=desk.now + timedelta(28))
            with pytest.raises(RateMissing):
                close_month(late, told.world.story.group, day)
