"""What must not happen does not: each fault is refused by its type, and leaves no trace.

The built-in story is told once on each store. On the way the steps of `faults.FAULTS` are tried,
and the digest is taken before and after each. In the end the store holds what it holds where
nothing was ever tried.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pytest

from fxcrm.adapters.ecb import EcbHistory
from fxcrm.bookkeeping import Bookkeeping, BookkeepingRefused
from fxcrm.bootstrap import open_store
from fxcrm.errors import FxcrmError, InputRefused
from fxcrm.ports import Store
from fxcrm.rates import RateMissing, RateTable
from fxcrm.usecases.telling import Story, read_story, tell
from fxcrm.usecases.wording import StepRefused
from tests.stories.faults import FAULTS, RATES, Fault
from tests.stories.fixings import bundled
from tests.stories.told import ACTOR, Told, World

CODES = ("USD", "JPY")
# Name of a file: its columns, its first day and its last.
CUT: dict[str, tuple[tuple[str, ...], str, str]] = {
    "no dollar": (("JPY",), "2025-12-01", "2026-12-31"),
    "no yen": (("USD",), "2025-12-01", "2026-12-31"),
    "from 20 January": (CODES, "2026-01-20", "2026-12-31"),
    "none after 23 January": (CODES, "2025-12-01", "2026-01-23"),
}


@attrs.frozen
class Attempt:
    """What came of a fault: the error and the digests around it."""

    error: FxcrmError
    before: str
    after: str


@attrs.frozen
class Trial:
    """The story told with faults on the way."""

    attempts: dict[str, Attempt]
    digest: str


def cut_history(codes: tuple[str, ...], first: str, last: str) -> str:
    """Some columns of the bank's file, from a day to a day."""
    rows = csv.DictReader(io.StringIO(bundled()))
    kept = (row for row in rows if first <= row["Date"] <= last)
    lines = (",".join((row["Date"], *(row[code] for code in codes))) for row in kept)
    return "\n".join([",".join(("Date", *codes)), *lines, ""])


@pytest.fixture(scope="module")
def tables(
    worlds: dict[str, World], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, RateTable]:
    """Rates as they are, and with days or columns that are not there."""
    folder = tmp_path_factory.mktemp("cut")
    made = {"all": worlds["demo"].rates}
    for name, cut in CUT.items():
        path = folder / f"{name}.csv"
        path.write_text(cut_history(*cut), encoding="ascii")
        made[name] = EcbHistory(path).fetch().table
    return made


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def trial(
    request: pytest.FixtureRequest,
    worlds: dict[str, World],
    tables: dict[str, RateTable],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Trial]:
    """The story told step by step, each fault tried before the step that it names."""
    path = tmp_path_factory.mktemp("trial") / "trial.db"
    store = open_store(path if request.param == "sqlite" else None)
    world, attempts = worlds["demo"], {}
    for step in world.story.steps:
        for fault in FAULTS.values():
            if fault.before == step.key:
                attempts[fault.name] = attempted(store, world.plain, fault, tables[fault.rates])
        told_once(store, world.rates, attrs.evolve(world.story, steps=(step,)))
    yield Trial(attempts, store.digest())
    store.close()


def attempted(store: Store, plain: dict[str, Any], fault: Fault, rates: RateTable) -> Attempt:
    """Try a faulty step as a story of its own, with the group of the whole one."""
    before = store.digest()
    try:
        told_once(store, rates, read_story({**plain, "steps": [fault.row]}))
    except FxcrmError as refused:
        return Attempt(refused, before, store.digest())
    return pytest.fail(f"this was taken: {fault.name}")


def told_once(store: Store, rates: RateTable, story: Story) -> None:
    """Tell a story to its end."""
    for _ in tell(store, rates, story, actor=ACTOR):
        pass


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_refused_by_its_type(trial: Trial, name: str) -> None:
    """The error is of the stated type and names what the reader needs to know."""
    error = trial.attempts[name].error
    assert isinstance(error, FAULTS[name].error), repr(error)
    for words in FAULTS[name].says:
        assert words in str(error)


@pytest.mark.parametrize("name", FAULTS)
def test_a_refusal_leaves_no_trace(trial: Trial, name: str) -> None:
    """Nothing is half-written: the digest after a refusal is the digest before it."""
    attempt = trial.attempts[name]
    assert attempt.after == attempt.before


@pytest.mark.parametrize("name", [one.name for one in RATES])
def test_a_missing_rate_is_an_error_with_pair_and_day(trial: Trial, name: str) -> None:
    """Whatever is missing, pair and day can be read from the error, not only from its text (R2)."""
    error = trial.attempts[name].error
    assert isinstance(error, RateMissing)
    assert str(error.on) in FAULTS[name].says
    assert any(says in error.pair for says in FAULTS[name].says)


def test_the_story_ends_as_if_nothing_had_been_tried(
    trial: Trial, tellings: dict[tuple[str, str], Told]
) -> None:
    """After all faults the store holds exactly what an undisturbed telling leaves."""
    assert len(trial.attempts) == len(FAULTS)
    assert trial.digest == tellings["demo", "memory"].store.digest()


def step(**given: Any) -> dict[str, Any]:
    """A story of one step on a day."""
    row = {"do": "pay costs", "on": date(2026, 1, 28), "id": "k", "company": "a", "amount": "EUR 1"}
    return {"title": "t", "group": {"parent": "a", "presentation": "EUR"}, "steps": [row | given]}


@pytest.mark.parametrize(
    ("plain", "says"),
    [
        (step(do="fly to the moon"), "one of"),
        (step(on="2026-01-28"), "a date is expected"),
        (step(colour="red"), "colour"),
        ({**step(), "steps": step()["steps"] * 2}, "two steps have the same key"),
        ({**step(), "steps": ["pay costs"]}, "a list of tables is expected"),
        ({**step(), "group": "a"}, "a table [group] is expected"),
        ({**step(), "group": {"parent": "a"}}, "presentation"),
    ],
    ids=["command", "day", "argument", "key", "rows", "group", "presentation"],
)
def test_a_story_that_can_not_be_understood_is_not_begun(plain: dict[str, Any], says: str) -> None:
    """Reading refuses it as a whole, and names the step and what is wrong with it."""
    with pytest.raises(StepRefused) as refused:
        read_story(plain)
    assert says in str(refused.value)


@pytest.mark.parametrize("owned", [0.8, "1.2", "0", "-0.5", "half"], ids=str)
def test_a_share_is_exact_and_lies_above_zero_up_to_one(owned: object) -> None:
    """No float, nothing beyond the whole, nothing that is no number."""
    subsidiaries: Any = [{"company": "b", "owned": owned}]
    group = {"parent": "a", "presentation": "EUR", "subsidiaries": subsidiaries}
    with pytest.raises(InputRefused):
        read_story({**step(), "group": group})


def test_a_story_says_how_its_books_are_kept() -> None:
    """Read as a file of rules is, and refused as that is."""
    told = read_story({**step(), "bookkeeping": {"default": {"largest_deviation": "0.02"}}})
    assert told.bookkeeping.default.largest_deviation == Fraction(1, 50)
    assert read_story(step()).bookkeeping == Bookkeeping()
    with pytest.raises(BookkeepingRefused):
        read_story({**step(), "bookkeeping": {"default": {"largest_deviation": "2"}}})
