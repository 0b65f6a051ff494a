"""The whole story, end to end: every figure is what the rules make it, on every store."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from fxcrm.bootstrap import open_application
from fxcrm.usecases.closing import trial_balance
from fxcrm.usecases.reporting import figures
from tests.stories.comparing import (
    balances_shown,
    expected,
    figures_in,
    parts_of,
    plain,
    ratio_of,
    shown,
)
from tests.stories.group import translated
from tests.stories.told import Told, World


def test_every_figure_of_the_overview_is_what_the_rules_make_it(told: Told) -> None:
    """Sales, locks, open items, statements, cases, the members and the group: nothing differs."""
    assert shown(told.overview) == expected(told.oracle, told.last_day)


def test_the_comparison_leaves_no_figure_out(told: Told) -> None:
    """Every figure that the report shows is among the ones that are compared."""
    seen = told.overview
    compared = {figure for one in parts_of(seen).values() for figure in figures_in(one)}
    assert set(figures(seen)) <= compared


def test_every_line_of_every_trial_balance(told: Told) -> None:
    """At each month end and on the day after it, when items are taken back: amount and value."""
    oracle = told.oracle
    days = [day + timedelta(after) for day in oracle.closes for after in (0, 1)]
    with told.desk() as desk:
        for company in oracle.members:
            for day in days:
                found = balances_shown(trial_balance(desk, company, day))
                assert found == oracle.balances(company, day), (company, day)


def test_every_open_item_is_what_its_payments_left(told: Told) -> None:
    """Settled ones too: the amount left, and the share of its first value left (D9)."""
    oracle = told.oracle
    with told.desk() as desk:
        kept = {
            one.id: one for company in oracle.members for one in desk.uow.items.of_company(company)
        }
    left = {str(name): plain((one.open, one.carrying)) for name, one in kept.items()}
    assert left == {
        name: ((one.currency, one.open), (oracle.functional[one.company], one.carrying))
        for name, one in oracle.items.items()
    }


def test_every_quote_totals_its_rounded_lines(told: Told) -> None:
    """Each line once, half-even, at the locked rate where there is one (M9); its lock covers it."""
    oracle = told.oracle
    with told.desk() as desk:
        totals = {one.id: Fraction(one.total.amount) for one in desk.uow.quotes.all()}
        covers = {one.id: Fraction(one.covers.amount) for one in desk.uow.locks.all()}
    assert totals == {name: one.total for name, one in oracle.quotes.items()}
    assert covers == {name: one.quote.priced_total for name, one in oracle.locks.items()}


def test_every_decision_holds_the_rate_of_its_day(told: Told) -> None:
    """Spot, average and locked rates are those of the bank's file, exactly (R1, R2)."""
    oracle, decisions = told.oracle, told.overview.decisions
    assert {one.purpose.value for one in decisions} == {
        "quote",
        "lock",
        "booking",
        "closing",
        "average",
    }
    assert {one.id: one.rate.ratio for one in decisions} == {
        one.id: ratio_of(oracle, one) for one in decisions
    }


def test_both_routes_to_the_reserve_meet_within_the_rounding(told: Told) -> None:
    """What they differ by is small, shown, and never more than half a unit for each line (D19)."""
    oracle, group = told.oracle, told.overview.consolidation
    for made in group.translations:
        books = translated(oracle, made.company, made.as_of)
        assert abs(Fraction(made.added.amount)) <= min(books.bound, made.bound.value)
        assert made.reserve.value - made.plug.value == made.rounding
    assert abs(Fraction(group.rounding.value.amount)) <= group.bound.value


def test_one_story_has_one_digest_on_both_stores(both: tuple[Told, Told]) -> None:
    """Memory and SQLite keep the same, and show the same."""
    memory, sqlite = both
    assert memory.store.digest() == sqlite.store.digest()
    assert memory.seen() == sqlite.seen()


def test_telling_it_again_does_nothing(told: Told) -> None:
    """No step is new, and neither what is kept nor what is shown has changed (F11)."""
    before, seen = told.store.digest(), told.seen()
    assert not any(told.world.tell(told.store))
    assert told.store.digest() == before
    assert told.seen() == seen


def test_a_file_goes_on_where_it_was_left(worlds: dict[str, World], tmp_path: Path) -> None:
    """Closed halfway, opened again: done steps are passed over, and the end is the same."""
    world, file = worlds["another"], tmp_path / "story.db"
    half = len(world.story.steps) // 2
    with open_application(file, world.file) as first:
        world.tell_some(first.store, half)
        earlier = first.store.digest()
    with open_application(file, world.file) as second:
        assert second.store.digest() == earlier
        fresh = world.tell(second.store)
        assert fresh == [False] * half + [True] * (len(fresh) - half)
        assert shown(Told(world, second.store).seen()) == shown(world.told_on(None).seen())


def test_a_told_file_opened_again_shows_the_same(worlds: dict[str, World], tmp_path: Path) -> None:
    """The second run on one file does nothing, and its figures are those of the first."""
    world, file = worlds["demo"], tmp_path / "story.db"
    first = world.told_on(file)
    seen, digest = first.overview, first.store.digest()
    first.store.close()
    with open_application(file, world.file) as second:
        assert not any(world.tell(second.store))
        assert second.store.digest() == digest
        assert Told(world, second.store).overview == seen


def test_looking_writes_nothing(told: Told) -> None:
    """Making the overview leaves the store as it was, byte for byte."""
    before = told.store.digest()
    told.seen()
    assert told.store.digest() == before
