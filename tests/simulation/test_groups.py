"""A generated group: two years of five companies, consolidated at each year end, on every store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

from fxcrm.adapters.memory import MemoryStore
from fxcrm.bootstrap import year_rates
from fxcrm.cli import main
from fxcrm.cli.simulate import ACTOR
from fxcrm.currencies import Currency
from fxcrm.figures import Figure
from fxcrm.ledger import Translation, trading_chart
from fxcrm.ledger.groups import Step
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money
from fxcrm.ports import Store
from fxcrm.rates import RateTable
from fxcrm.simulation import GroupUnplanned, PlanRefused, Rhythm, YearPlan, generated_group
from fxcrm.usecases.attesting import attest, year_ends
from fxcrm.usecases.consolidating import MemberOpen, close_group
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.performing import reading
from fxcrm.usecases.proving import prove
from fxcrm.usecases.rolling import YearEnd, rolls
from fxcrm.usecases.simulating import simulate
from fxcrm.usecases.telling import Story

SMALL = YearPlan(
    2024, years=2, companies=5, customers=8, currencies=4, documents=8, closed=Rhythm.HALF_YEARS
)


@pytest.fixture(scope="module")
def rates() -> RateTable:
    """The rates that the package carries."""
    return year_rates(2024, 2).fetch().table


@pytest.fixture(scope="module")
def story(rates: RateTable) -> Story:
    """A small group over two years."""
    return generated_group(SMALL, rates)


def told(store: Store, rates: RateTable, story: Story) -> list[bool]:
    """Which steps of a group were fresh when it was told."""
    return [one.fresh for _, one in simulate(store, rates, story, actor=ACTOR)]


@pytest.fixture(scope="module")
def kept(rates: RateTable, story: Story) -> Iterator[Store]:
    """The small group in memory."""
    with closing(MemoryStore()) as store:
        assert all(told(store, rates, story))
        yield store


@pytest.fixture
def desk(kept: Store, rates: RateTable, story: Story) -> Iterator[Desk]:
    """A desk after the last year end."""
    with reading(kept, rates, at=story.steps[-1].at) as desk:
        yield desk


@pytest.fixture(scope="module")
def ends(kept: Store, rates: RateTable, story: Story) -> tuple[YearEnd, ...]:
    """The two year ends, consolidated anew beside what was recorded."""
    with reading(kept, rates, at=story.steps[-1].at) as desk:
        return year_ends(desk, story.group, SMALL.year_ends)


@pytest.mark.parametrize(
    ("name", "least"), [("companies", "5 and 5"), ("currencies", "4 and"), ("years", "2 and")]
)
def test_a_group_of_another_size_is_refused(rates: RateTable, name: str, least: str) -> None:
    """It has five companies, four currencies at least, and a second year that opens."""
    given: dict[str, Any] = {name: {"companies": 2, "currencies": 3, "years": 1}[name]}
    with pytest.raises(PlanRefused, match=f"{name} lie between {least}"):
        generated_group(attrs.evolve(SMALL, **given), rates)


def test_a_group_keeps_no_second_books(rates: RateTable) -> None:
    """What a group adds up are the books that its members keep in their own currency."""
    with pytest.raises(GroupUnplanned, match="no second set of books in USD"):
        generated_group(attrs.evolve(SMALL, parallel=Currency("USD")), rates)


def test_members_keep_every_promise(kept: Store, desk: Desk) -> None:
    """Five companies on three levels, in four currencies, with sound books."""
    with closing(MemoryStore()) as replica:
        proofs = list(prove(kept, desk, replica))
    assert [one for one in proofs if not one.holds] == []
    assert {one.functional.code for one in desk.uow.companies.all()} == {"EUR", "GBP", "USD", "JPY"}


def test_two_year_ends_keep_every_promise(desk: Desk, ends: tuple[YearEnd, ...]) -> None:
    """Both are recorded and proved, and the second opens where the first one ended."""
    proofs = list(attest(desk, ends))
    assert [one for one in proofs if not one.holds] == []
    assert len(proofs) == 8
    assert [one.kept.as_of for one in ends if one.kept] == [*SMALL.year_ends]
    assert (ends[0].opening, ends[1].opening) == (None, ends[0].kept)


def test_each_roll_goes_from_opening_to_closing(ends: tuple[YearEnd, ...]) -> None:
    """What moved a figure is all that lies between, and a year opens where the last one closed."""
    closed: dict[tuple[str, str], Money] = {}
    for end in ends:
        for roll in rolls(end):
            name = (roll.what, roll.of)
            assert roll.opening == closed.get(name, roll.opening * 0), name
            assert sum((amount for _, amount in roll.moves), roll.opening) == roll.closing, name
            assert abs(Fraction(roll.rounding.amount)) <= roll.bound.value, name
            closed[name] = roll.closing
    assert closed["translation reserve", "the group"] == ends[-1].consolidation.reserve.value
    assert closed["goodwill", "dunmore"] > Money("1.00", "EUR")
    assert {of for _, of in closed} == {
        *("albion", "calder", "dunmore", "eastmark", "the group"),
        *("goodwill of dunmore", "fair values of dunmore"),
    }


def test_another_store_and_another_run_change_nothing(
    kept: Store,
    rates: RateTable,
    story: Story,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The command fills SQLite with what memory holds; told again, nothing happens."""
    sizes = ["--customers", "8", "--currencies", "4", "--documents", "8"]
    store = ["--store", str(tmp_path / "group.sqlite3"), "--json", "--quiet"]
    assert main(["simulate", "--group", "--closed", "half-years", *sizes, *store]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["digest"] == kept.digest()
    assert printed["title"] == story.title
    assert {one["of"] for one in printed["roll_forwards"]} >= {"albion", "dunmore", "the group"}
    assert not any(told(kept, rates, story))
    assert printed["digest"] == kept.digest()


def off(figure: Figure, minor: int = 1) -> Figure:
    """The figure, so many minor units larger."""
    added = Money.from_minor(minor, figure.value.currency)
    return attrs.evolve(figure, value=figure.value + added)


def in_member(end: YearEnd, **changed: Any) -> YearEnd:
    """The year end with something else about the translation of its third member."""
    made = end.consolidation
    company = made.group.members[2]
    books = made.books[company]
    other = attrs.evolve(books, translation=attrs.evolve(books.translation, **changed))
    return with_group(end, books=FrozenMap({**made.books, company: other}))


def with_group(end: YearEnd, **changed: Any) -> YearEnd:
    """The year end with something else about the group."""
    return attrs.evolve(end, consolidation=attrs.evolve(end.consolidation, **changed))


def third(end: YearEnd) -> Translation:
    """The translation of its third member."""
    return end.consolidation.translations[2]


def opened_again(end: YearEnd) -> YearEnd:
    """The opening translated again: one of its lines went to another rate."""
    opening = third(end).opening
    assert opening is not None
    first, *others = opening.balances
    cent = Money.from_minor(1, first.presentation.currency)
    moved = attrs.evolve(first, presentation=first.presentation + cent)
    return in_member(end, opening=attrs.evolve(opening, balances=(moved, *others)))


def eliminated_twice(end: YearEnd) -> YearEnd:
    """An elimination that stands twice in the worksheet."""
    made = end.consolidation
    return with_group(end, entries=(*made.entries, made.entries_of(Step.INTERCOMPANY)[0]))


def left_over(end: YearEnd) -> YearEnd:
    """A cent of a dealing in the group is left, and on another line."""
    made, duties = end.consolidation, trading_chart().duties
    changes = {duties.intercompany_income: 1, duties.sales: -1}
    lines = (
        attrs.evolve(one, figure=off(one.figure, changes.get(one.code, 0))) for one in made.lines
    )
    return with_group(end, lines=tuple(lines))


def without_reserve(end: YearEnd) -> YearEnd:
    """Other holders without their share of the reserve."""
    made = end.consolidation
    account = made.group.accounts.reserve
    lines = [
        line.figure.value
        for entry in made.entries_of(Step.MINORITY)
        for line in entry.lines
        if line.account == account
    ]
    kept = Money.total(lines, currency=made.group.presentation)
    assert abs(kept.minor) > 100
    return with_group(end, minority=off(made.minority, -kept.minor))


def at_another_rate(end: YearEnd) -> YearEnd:
    """Goodwill as if its currency had moved as another one did, and the reserve with it."""
    made, accounts = end.consolidation, end.consolidation.group.accounts
    changes = {accounts.goodwill: 1, accounts.reserve: -1}
    lines = (
        attrs.evolve(one, figure=off(one.figure, changes.get(one.code, 0))) for one in made.lines
    )
    return with_group(end, lines=tuple(lines))


PLANTED: dict[str, tuple[Callable[[YearEnd], YearEnd], str]] = {
    "a reserve of a cent more": (
        lambda end: in_member(end, reserve=off(third(end).reserve)),
        "the reserve of everything",
    ),
    "rounding beyond its bound": (
        lambda end: with_group(end, rounding=off(end.consolidation.rounding, 10**6)),
        "rounding is kept apart",
    ),
    "an opening translated again": (opened_again, "each year opens"),
    "something of the parent's is lost": (
        lambda end: with_group(end, net_assets=off(end.consolidation.net_assets, -(10**5))),
        "other holders have their share of the net assets, the parent's",
    ),
    "another record": (
        lambda end: attrs.evolve(end, kept=end.opening),
        "what was recorded is what the books still give",
    ),
    "an elimination doubled": (eliminated_twice, "the trial balance of the group"),
    "a cent left of a dealing": (left_over, "nothing is left of dealings"),
    "goodwill at another rate": (at_another_rate, "goodwill stands at the closing rate"),
    "minority without its share of the reserve": (without_reserve, "other holders have"),
}


@pytest.mark.parametrize("planted", PLANTED, ids=str)
def test_a_planted_error_breaks_a_promise(
    planted: str, desk: Desk, ends: tuple[YearEnd, ...]
) -> None:
    """What was planted into the second year end is told under the promise that it breaks."""
    plant, promise = PLANTED[planted]
    broken = [one for one in attest(desk, [plant(ends[-1])]) if not one.holds]
    assert any(one.promise.startswith(promise) for one in broken), broken


def test_a_group_waits_for_its_members(desk: Desk, story: Story) -> None:
    """While a member's books take postings, what it is translated to may change."""
    with pytest.raises(MemberOpen, match="'nordwind' is not closed through 2026-03-31"):
        close_group(desk, story.group, date(2026, 3, 31))
