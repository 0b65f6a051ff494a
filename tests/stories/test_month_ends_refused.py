"""A month that does not add up is not closed: the whole step is undone, the story stands still."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

from fxcrm.bootstrap import open_store
from fxcrm.decisions import Purpose
from fxcrm.errors import FxcrmError
from fxcrm.ids import CompanyId
from fxcrm.ledger import Chart, Entry, OpenItem
from fxcrm.ledger.eliminations import InvestmentMismatch
from fxcrm.ledger.intercompany import IntercompanyMismatch
from fxcrm.ledger.revaluation import ValueWithoutAmount
from fxcrm.money import Money
from fxcrm.ports import Store
from fxcrm.posting import Fact, charged_by_member, member_charged
from fxcrm.usecases.closing import NothingToRealise
from fxcrm.usecases.deciding import Desk, decided
from fxcrm.usecases.telling import tell
from tests.stories.fixings import rounded
from tests.stories.told import ACTOR, World

Plain = dict[str, Any]


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of each kind."""
    return open_store(tmp_path / "story.db" if request.param == "sqlite" else None)


def changed(plain: Plain, change: Callable[[list[Plain]], None]) -> Plain:
    """The story with other steps."""
    other = deepcopy(plain)
    change(other["steps"])
    return other


def refused(world: World, store: Store) -> tuple[str, FxcrmError]:
    """Tell as far as it goes: the step that failed, and its error. Nothing of that step is kept."""
    done: list[str] = []
    try:
        done.extend(step.key for step, _ in tell(store, world.rates, world.story, actor=ACTOR))
    except FxcrmError as error:
        prefix = open_store(None)
        world.tell_some(prefix, len(done))
        assert store.digest() == prefix.digest()
        return world.story.steps[len(done)].key, error
    return pytest.fail("every step was told")


def named(steps: list[Plain], do: str, id: str) -> Plain:
    """The step of that command and id."""
    [found] = [one for one in steps if one["do"] == do and one.get("id") == id]
    return found


def test_an_investment_that_is_not_the_share_of_the_capital(
    worlds: dict[str, World], store: Store
) -> None:
    """Capital of 110,000 where 80 % of 100,000 was paid: January stays open, both amounts said."""

    def more_capital(steps: list[Plain]) -> None:
        named(steps, "pay in capital", "acme founding")["amount"] = "USD 110000.00"

    world = attrs.evolve(worlds["demo"], plain=changed(worlds["demo"].plain, more_capital))
    key, error = refused(world, store)
    assert key == "close month:2026-01-31"
    assert isinstance(error, InvestmentMismatch)
    paid = world.fixings.spot("USD", "EUR", date(2026, 1, 7)) * 80_000
    share = world.fixings.spot("USD", "EUR", date(2026, 1, 7)) * 110_000 * Fraction("0.80")
    assert Fraction(error.investment.amount) == rounded(paid, "EUR")
    assert Fraction(error.share.amount) == rounded(share, "EUR")


def test_a_spent_foreign_balance_that_is_still_carried_at_a_value(
    worlds: dict[str, World], store: Store
) -> None:
    """No dollars are left, their value is: April is not closed before it is realised (D15)."""

    def forgotten(steps: list[Plain]) -> None:
        steps.remove(named(steps, "realise balance", "manama, dollars spent"))

    world = attrs.evolve(worlds["another"], plain=changed(worlds["another"].plain, forgotten))
    key, error = refused(world, store)
    assert key == "close month:2024-04-30"
    assert isinstance(error, ValueWithoutAmount)
    [left] = error.balances
    assert (left.account, str(left.amount)) == ("1000", "USD 0.00")


def test_a_balance_that_is_not_spent_has_nothing_to_realise(
    worlds: dict[str, World], store: Store
) -> None:
    """While the account holds dollars, their difference is unrealised (D16)."""

    def too_early(steps: list[Plain]) -> None:
        named(steps, "pay costs", "boat parts from the dollar account")["amount"] = "USD 5288.10"

    world = attrs.evolve(worlds["another"], plain=changed(worlds["another"].plain, too_early))
    key, error = refused(world, store)
    assert key == "realise balance:manama, dollars spent"
    assert isinstance(error, NothingToRealise)


Told = Callable[[Fact, CompanyId, date, Chart], tuple[Entry, OpenItem]]


def book(desk: Desk, told: Told, company: str, partner: str, amount: str, on: date) -> None:
    """One side of a charge within the group, as a program could book it alone."""
    books, due = desk.uow.companies.get(CompanyId(company)), on + timedelta(30)
    charged = Money.parse(amount)
    rate = decided(desk, Purpose.BOOKING, books.functional, charged.currency, on)
    fact = Fact(books, "one-sided", charged, on, rate)
    entry, item = told(fact, CompanyId(partner), due, desk.chart)
    desk.uow.journal.append(entry)
    desk.uow.items.add(item)


def february_with(store: Store, world: World, *sides: tuple[Told, str, str, str]) -> FxcrmError:
    """Tell up to the end of February, book the sides, and try to close the month."""
    keys = [one.key for one in world.story.steps]
    world.tell_some(store, keys.index("close month:2026-02-28"))
    at = datetime(2026, 2, 26, 17, tzinfo=UTC)
    with store.begin(actor=ACTOR, at=at, key="by hand") as uow:
        for side in sides:
            book(Desk(uow, world.rates, at, ACTOR), *side, on=at.date())
        uow.commit()
    before = store.digest()
    with pytest.raises(IntercompanyMismatch) as refused:
        world.tell(store)
    assert store.digest() == before
    return refused.value


def test_a_charge_that_only_one_side_recorded(worlds: dict[str, World], store: Store) -> None:
    """The month is not closed, and the error shows what either side records (D23)."""
    side = (member_charged, "nordwind", "acme", "USD 700.00")
    error = february_with(store, worlds["demo"], side)
    assert "USD 5700.00" in str(error)
    assert "USD -5000.00" in str(error)


def test_a_charge_of_two_amounts(worlds: dict[str, World], store: Store) -> None:
    """One cent apart is a mismatch: documents match exactly or not at all."""
    error = february_with(
        store,
        worlds["demo"],
        (member_charged, "nordwind", "acme", "USD 700.00"),
        (charged_by_member, "acme", "nordwind", "USD 699.99"),
    )
    assert "USD 5700.00" in str(error)
    assert "USD -5699.99" in str(error)


def test_a_charge_of_two_currencies(worlds: dict[str, World], store: Store) -> None:
    """Nearly the same value in another currency is not the same charge."""
    error = february_with(
        store,
        worlds["demo"],
        (member_charged, "nordwind", "acme", "EUR 600.00"),
        (charged_by_member, "acme", "nordwind", "USD 709.00"),
    )
    assert "EUR 600.00" in str(error)
    assert "USD -5709.00" in str(error)
