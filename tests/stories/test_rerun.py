"""Every rate of the story is explained to its source, and found again as it was known (R2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction

import attrs
import pytest

from fxcrm.decisions import Purpose, RateDecision, decide, decide_average
from fxcrm.fixings import rounded_decimal
from fxcrm.rates import RateTable
from fxcrm.usecases.reporting import figures, overview
from tests.stories.told import ACTOR, Told

A_MOMENT = timedelta(microseconds=1)


def looked_up(told: Told) -> Iterator[RateDecision]:
    """The decisions that came from the table; a lock with a spread is a rate of its own."""
    with told.desk() as desk:
        for one in desk.uow.decisions.all():
            if "spread" not in one.reason:
                yield one


def again(one: RateDecision, table: RateTable, known_at: datetime) -> RateDecision:
    """The same question, asked of a table at an instant."""
    base, counter = one.pair.base, one.pair.counter
    if one.purpose is Purpose.AVERAGE:
        [since] = re.findall(r"([0-9-]{10})\.\.", one.id)
        return decide_average(
            table,
            base,
            counter,
            since=date.fromisoformat(since),
            on=one.valid_on,
            known_at=known_at,
            decided_by=ACTOR,
        )
    return decide(
        table,
        base,
        counter,
        purpose=one.purpose,
        on=one.valid_on,
        known_at=known_at,
        decided_by=ACTOR,
    )


def corrected(told: Told, at: datetime) -> RateTable:
    """Every price that the story can have used, corrected upwards by a thousandth at an instant."""
    first = min(leg.fixing.on for one in looked_up(told) for leg in one.rate.legs)
    table = told.world.rates
    return table.adding(
        attrs.evolve(
            one, value=rounded_decimal(Fraction(one.value) * Fraction(1001, 1000), 8), known_at=at
        )
        for series in table.series
        for one in series.between(first - timedelta(days=40), date.max)
    )


def test_every_decision_names_file_day_and_path(told: Told) -> None:
    """Each leg tells the file it was read from and the day on which it was published."""
    decisions = list(looked_up(told))
    assert len(decisions) >= 20
    for one in decisions:
        assert one.rate.legs
        for leg in one.rate.legs:
            file = told.world.rates.series[0].source
            assert leg.fixing.source.startswith(file)
            assert f"{leg.fixing.pair} " in one.rate.path
            assert f"{leg.fixing.on})" in one.rate.path
            assert f":{leg.fixing.on}" in one.rate.identifier
        assert one.policy
        assert one.rate.rule


def test_every_conversion_of_the_overview_opens_down_to_its_decision(told: Told) -> None:
    """The decisions below its figures are those that were recorded, but for the open last day."""
    with told.desk() as desk:
        recorded = {one.id: one for one in desk.uow.decisions.all()}
    below = {
        node
        for figure in figures(told.overview)
        for _, node in figure.walk()
        if isinstance(node, RateDecision)
    }
    assert below
    for one in below:
        assert recorded.get(one.id, one) == one
        assert one.id in recorded or one.valid_on == told.last_day
        assert all(leg.fixing.source and leg.fixing.on <= one.valid_on for leg in one.rate.legs)


@pytest.mark.parametrize("after", [A_MOMENT, timedelta(days=400)], ids=["at once", "a year later"])
def test_every_decision_is_found_again_as_it_was_known(told: Told, after: timedelta) -> None:
    """Once every price is corrected, the earlier instant has the earlier answer to the digit."""
    with told.desk() as desk:
        now = desk.now
    table = corrected(told, now + after)
    changed = 0
    for one in looked_up(told):
        then = again(one, table, one.known_at)
        assert then.rate == one.rate
        assert then.rate.ratio == one.rate.ratio
        later = again(one, table, now + after)
        changed += later.rate.ratio != one.rate.ratio
        assert all(leg.fixing.known_at for leg in later.rate.legs)
    assert changed >= 20  # a cross of two corrected legs stays what it was


def test_the_overview_is_run_again_as_it_was(told: Told) -> None:
    """A report on the corrected table, made as of the evening of its day, is the same report."""
    with told.desk() as desk:
        now = desk.now
    table = corrected(told, now + A_MOMENT)

    with told.desk(table) as desk:
        seen = overview(desk, told.world.story.group, told.last_day)
    assert [str(one) for one in figures(seen)] == [str(one) for one in figures(told.overview)]
    assert [one.explain() for one in figures(seen)] == [
        one.explain() for one in figures(told.overview)
    ]


def test_a_correction_known_in_time_is_used() -> None:
    """The table alone decides by the instant: one moment later the same day has the new price."""
    table = RateTable.of("EUR", on=date(2026, 3, 2), USD="1.1698")
    [series] = table.series
    [published] = series.between(date.min, date.max)
    noon = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
    both = table.adding(
        [attrs.evolve(published, value=rounded_decimal(Fraction(12, 10), 4), known_at=noon)]
    )
    ratios = [
        both.rate("EUR", "USD", date(2026, 3, 2), known_at=at).ratio
        for at in (noon - A_MOMENT, noon, noon + A_MOMENT)
    ]
    assert ratios == [Fraction(11698, 10000), Fraction(12, 10), Fraction(12, 10)]
