"""The group against an independent model in fractions, and the laws that every group keeps.

The worlds are drawn (`group_draws`): two to five companies on up to three levels, founded and
bought, in several currencies, over two year ends. What the library shows is rounded, the model is
exact: they differ by no more than the bound that the consolidation states (D30).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs
from hypothesis import given, settings

from fxcrm.decisions import Purpose, RateDecision
from fxcrm.ids import CompanyId
from fxcrm.ledger import Group
from fxcrm.ledger.consolidation import Consolidation, consolidate
from fxcrm.ledger.groups import Step
from tests.ledger.group_draws import worlds
from tests.ledger.group_facts import WITHIN, Found, Holding, Turn
from tests.ledger.group_worlds import (
    BOUGHT,
    CHART,
    CLOSING,
    DAYS,
    EUR,
    FOUNDED,
    LAST,
    TURNED,
    World,
)
from tests.ledger.notation import chosen, money, value

FIGURES = ("net_assets", "minority", "profit", "minority_profit", "reserve")
BY_LINE = {"3100": "ownership", "8200": "recycled", "8300": "disposed"}


def differences(found: Consolidation, model: Found) -> dict[str, Fraction]:
    """Ours less the model's, for every figure and every line of the balance sheet."""
    lines = {str(line.code): value(line.figure.value) for line in found.lines}
    off = {name: value(getattr(found, name).value) - getattr(model, name) for name in FIGURES}
    for code, name in BY_LINE.items():
        off[code] = -lines.get(code, Fraction(0)) - getattr(model, name)
    balance = {str(line.code) for line in found.lines if line.type.is_balance} | set(model.lines)
    for code in balance - set(WITHIN):
        off[code] = lines.get(code, Fraction(0)) - model.lines.get(code, Fraction(0))
    return off


def agreed(world: World, day: date) -> Consolidation:
    """The group by the library, once it has been held against the model."""
    found = world.consolidated(day)
    off = differences(found, world.model().found(day))
    assert {name: one for name, one in off.items() if abs(one) > found.bound.value} == {}
    return found


# ---------------------------------------------------------------- against the model


@given(world=worlds())
@settings(max_examples=10)
def test_groups_that_were_founded(world: World) -> None:
    """Levels, minority, dealings, dividends: after the first year, and after both."""
    agreed(world, CLOSING)
    agreed(world, LAST)


@given(world=worlds(ways=("full", "full", "share", "equity"), bought=True))
@settings(max_examples=20)
def test_groups_that_were_bought(world: World) -> None:
    """Goodwill by either measure, bargains, fair values, losses; shares of it, and one line."""
    agreed(world, LAST)


@given(world=worlds(most=3, ways=("full", "full", "equity"), bought=True, turned=True))
@settings(max_examples=20)
def test_groups_that_changed(world: World) -> None:
    """More bought, some sold, control lost with and without a stake kept (D29)."""
    agreed(world, LAST)


def _rates(yen: Mapping[date, str]) -> dict[tuple[str, date, str], RateDecision]:
    """Euros alone, but for the yen on some days and 120 on all others."""
    return {
        ("JPY", day, kind): chosen("EUR/JPY", yen.get(day, "120"), day, purpose)
        for kind, purpose in (("spot", Purpose.CLOSING), ("mean", Purpose.AVERAGE))
        for day in DAYS
    }


def _bought(net: str, others: str, turn: Turn) -> World:
    """The parent buys 11/20 of a company for EUR 38.40, others at fair value, and sells of it."""
    held, cost = money(net), money("EUR 38.40")
    world = World({"p": EUR, "c": held.currency}, _rates({CLOSING: "140"}))
    world.post("p", FOUNDED, "1000/3000", money("EUR 1000.00"))
    world.post("c", FOUNDED, "1000/3000", held)
    world.post("p", BOUGHT, "1500/1000", cost, "c")
    world.post("p", TURNED, "1000/1500", cost * Decimal("0.25"), "c")
    world.post("p", TURNED, "1000/4700", money("EUR 75.00"), "c")
    worth = value(money(others))
    stake = Holding("c", "p", Fraction(11, 20), "full", BOUGHT, value(cost), worth, turns=(turn,))
    world.holdings.append(stake)
    return world


def test_a_bargain_is_shared_when_a_part_is_sold() -> None:
    """A quarter of what the owner has goes, the bargain with it: (100 - 36) / 4 (IFRS 10.B96)."""
    turn = Turn(TURNED, Fraction(33, 80), Fraction("84.60"))
    world = _bought("EUR 100.00", "EUR 36.00", turn)
    found = agreed(world, CLOSING)
    assert found.minority.value == money("EUR 52.00")
    assert {str(line.code): line.figure.value for line in found.lines}["3100"] == money(
        "EUR -68.60"
    )


def test_goodwill_in_what_was_kept_goes_at_the_closing_rate() -> None:
    """JPY 6,600 of 48,000, worth EUR 60 at 120, are 7,200: at 140, EUR 8.57 less (IAS 28.32)."""
    turn = Turn(TURNED, Fraction(11, 80), Fraction("84.60"), control=False, kept=Fraction(60))
    world = _bought("JPY 48000", "JPY 30000", turn)
    assert agreed(world, CLOSING).reserve.value == money("EUR -8.57")


# ---------------------------------------------------------------- laws


@given(world=worlds(ways=("full", "full", "share", "equity"), bought=True))
@settings(max_examples=8)
def test_the_trial_balance_sums_to_zero_after_every_entry(world: World) -> None:
    """Whatever step the worksheet has come to, and what is recorded of it adds up to its lines."""
    found, sums = world.consolidated(LAST), defaultdict[str, Fraction](Fraction)
    for entry in found.entries:
        for line in entry.lines:
            sums[line.account] += value(line.figure.value)
        assert sum(sums.values()) == 0
    shown = {line.code: value(line.figure.value) for line in found.lines}
    assert {code: amount for code, amount in sums.items() if amount} == {
        code: amount for code, amount in shown.items() if amount
    }
    assert {code: value(one) for code, one in found.snapshot().by_account().items() if one} == {
        code: amount for code, amount in shown.items() if amount
    }
    assert abs(value(found.rounding.value)) <= found.bound.value
    assert list(Step).index(found.entries[0].step) == 0


@given(world=worlds())
@settings(max_examples=8)
def test_what_was_eliminated_is_not_there_to_be_eliminated_again(world: World) -> None:
    """After the step, nobody has anything left with another member: a second time is nothing."""
    left = defaultdict[tuple[str, CompanyId | None], Fraction](Fraction)
    found = world.consolidated(LAST)
    for entry in found.entries:
        if entry.step in (Step.BOOKS, Step.INTERCOMPANY):
            for line in entry.lines:
                left[line.account, line.company] += value(line.figure.value)
    assert {key: amount for key, amount in left.items() if key[0] in WITHIN and amount} == {}


@given(world=worlds(most=3, bought=True, turned=True))
@settings(max_examples=8)
def test_the_order_of_the_stakes_is_irrelevant(world: World) -> None:
    """The same lines to the cent, whichever is stated first."""
    one, other = world.consolidated(LAST), world.consolidated(LAST, backwards=True)
    assert [(line.code, line.figure.value) for line in one.lines] == [
        (line.code, line.figure.value) for line in other.lines
    ]
    assert one.bound == other.bound


@given(world=worlds(dealings=False))
@settings(max_examples=8)
def test_a_group_is_its_sub_groups_consolidated_first(world: World) -> None:
    """They present in the group's currency, so the parent adds up what they have come to."""
    whole, group, books = world.consolidated(LAST), world.group(), world.books(LAST)
    net = minority = reserve = bound = Fraction(0)
    for stake in group.below(CompanyId("p")):
        within = [one for one in group.stakes if _top(group, one.company) == stake.company]
        below = [one for one in within if one.company != stake.company]
        sub = Group(stake.company, below, EUR)
        part = consolidate(sub, LAST, {one: books[one] for one in sub.members}, chart=CHART)
        own = value(part.net_assets.value) - value(part.minority.value)
        net += value(part.net_assets.value)
        minority += value(part.minority.value) + (1 - stake.owned) * own
        reserve += stake.owned * value(part.reserve.value)
        bound += part.bound.value
    alone = consolidate(
        attrs.evolve(group, stakes=()), LAST, {group.parent: books[group.parent]}, chart=CHART
    )
    invested = sum(value(one.figure.value) for one in alone.lines if one.code == "1500")
    net += value(alone.net_assets.value) - invested
    bound += whole.bound.value
    assert abs(value(whole.net_assets.value) - net) <= bound
    assert abs(value(whole.minority.value) - minority) <= bound
    assert abs(value(whole.reserve.value) - reserve) <= bound


def _top(group: Group, company: CompanyId) -> CompanyId:
    """The company directly below the parent through which another is held."""
    owner = group.owner_of(group.stake(company))
    return company if owner == group.parent else _top(group, owner)
