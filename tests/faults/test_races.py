"""Eight writers at once on each durable store: nothing lost, nothing double, nothing too late."""

from __future__ import annotations

from contextlib import closing

import attrs

from fxcrm.ports.storage import Store
from tests.faults.places import Place
from tests.faults.racing import Race, raced, violations
from tests.faults.sizes import OPERATIONS


def test_concurrent_writers_lose_nothing(durable: Place) -> None:
    """Lost updates 0, number gaps 0, double effects of a key 0, entries in a closed day 0 (F5, F6).

    Sums, numbers, entries, draws and closings equal what was acknowledged, and the trail holds.
    """
    race = raced(durable, OPERATIONS, seed=20260112)
    with closing(durable.open()) as store:
        assert list(violations(store, race)) == []
        assert {one.kind for one in race.outcomes if one.result == "done"} == {
            *("post", "save", "key", "draw", "accept", "close", "cost")
        }
        _every_check_can_fail(store, race)
    assert durable.damage() == []


def _every_check_can_fail(store: Store, race: Race) -> None:
    """One acknowledgement more of any kind, and the same checks find fault."""
    for kind in ("post", "save", "key", "draw", "accept", "close", "cost"):
        one = next(one for one in race.outcomes if (one.kind, one.result) == (kind, "done"))
        boasted = attrs.evolve(race, outcomes=(*race.outcomes, one))
        assert list(violations(store, boasted)), f"{kind}: a lost one was not noticed"
