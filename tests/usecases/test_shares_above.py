"""What happens at the bottom of a group is shared at every level above it (D27, IFRS 10.B94).

Nordwind holds four fifths of Acme from its foundation; Acme buys, sells and holds Brisk. So other
holders of Acme have a fifth of all that is not other holders' in Acme's group on its own: of its
net assets, its result and its reserve, whatever Acme does with its stake.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import attrs
import pytest

from fxcrm.figures import Figure
from fxcrm.ids import CompanyId
from fxcrm.ledger import Acquisition, Consolidation, Group, Method, Stake, StakeChange
from fxcrm.ledger.shares import exact
from tests.ledger.notation import money, value
from tests.usecases.holding import Holding
from tests.usecases.test_levels_and_methods import (
    ACME,
    AUTUMN,
    BRISK,
    END,
    EUR,
    FIRST,
    NORDWIND,
    SUMMER,
)
from tests.usecases.test_levels_and_methods import RATES as FOUR_DAYS

WINTER = date(2025, 11, 28)
RATES = {
    "USD": {**FOUR_DAYS["USD"], WINTER: "1.10"},
    "GBP": {**FOUR_DAYS["GBP"], WINTER: "0.90"},
}
CENTS = Fraction(5, 100)


def books(cost: str = "USD 1000.00") -> Holding:
    """Acme buys Brisk in summer; both earn before and after every change."""
    made = Holding(RATES)
    for company, functional in (("nordwind", "EUR"), ("acme", "USD"), ("brisk", "GBP")):
        made.found(company, functional, FIRST)
    made.enter("nordwind", FIRST, "1000 EUR 5000.00", "3000 EUR -5000.00")
    made.enter("acme", FIRST, "1000 USD 2000.00", "3000 USD -2000.00")
    made.enter("nordwind", FIRST, "1500 USD 1600.00", "1000 USD -1600.00", partner={"1500": "acme"})
    made.enter("brisk", FIRST, "1000 GBP 500.00", "3000 GBP -500.00")
    paid = money(cost)
    made.enter("acme", SUMMER, f"1500 {paid}", f"1000 {-paid}", partner={"1500": "brisk"})
    for day in (AUTUMN, WINTER, END):
        made.enter("acme", day, "1000 USD 400.00", "4000 USD -400.00")
        made.enter("brisk", day, "1000 GBP 100.00", "4000 GBP -100.00")
    return made


def dividend(made: Holding, on: date, paid: str, others: str) -> None:
    """Brisk pays to Acme and to others."""
    made.enter("brisk", on, f"3300 {paid}", f"1000 {-money(paid)}", partner={"3300": "acme"})
    made.enter("brisk", on, f"3300 {others}", f"1000 {-money(others)}")
    made.enter("acme", on, f"1000 {paid}", f"4600 {-money(paid)}", partner={"4600": "brisk"})


def sell(made: Holding, on: date, price: str, cost: str) -> None:
    """Acme's own books: what it got, what it had paid, and its gain or loss."""
    gain = money(price) - money(cost)
    made.enter(
        "acme", on, f"1000 {price}", f"1500 {-money(cost)}", f"4700 {-gain}",
        partner={"1500": "brisk", "4700": "brisk"},
    )  # fmt: skip


@attrs.frozen
class Case:
    """What Acme does with Brisk."""

    made: Holding
    brisk: Stake

    def groups(self, on: date = END) -> tuple[Consolidation, Consolidation]:
        """Nordwind's group, and Acme's without Nordwind."""
        whole = Group(NORDWIND, (Stake(ACME, "0.8"), self.brisk), EUR)
        alone = Group(ACME, (attrs.evolve(self.brisk, owner=None),), EUR)
        return self.made.group(whole, on), self.made.group(alone, on)


def held(owned: str, cost: str, *changes: StakeChange, method: Method = Method.FULL) -> Stake:
    """Acme's stake in Brisk."""
    bought = Acquisition(SUMMER, money(cost))
    return Stake(BRISK, owned, owner=ACME, method=method, acquired=bought, changes=changes)


def more_and_less() -> Case:
    """From 75 % to 90 %, then to 60 %; a dividend before, between and after."""
    made, cost = books(), "USD 1000.00"
    dividend(made, AUTUMN, "GBP 30.00", "GBP 10.00")
    made.enter("acme", AUTUMN, "1500 USD 200.00", "1000 USD -200.00", partner={"1500": "brisk"})
    dividend(made, WINTER, "GBP 18.00", "GBP 2.00")
    sell(made, WINTER, "USD 500.00", "USD 400.00")
    dividend(made, END, "GBP 12.00", "GBP 8.00")
    more = StakeChange(AUTUMN, "0.9", money("USD 200.00"))
    less = StakeChange(WINTER, "0.6", money("USD 500.00"))
    return Case(made, held("0.75", cost, more, less))


def more_and_nothing() -> Case:
    """From 75 % to 90 %, then all is sold for USD 2,000."""
    made, cost = books(), "USD 1000.00"
    made.enter("acme", AUTUMN, "1500 USD 200.00", "1000 USD -200.00", partner={"1500": "brisk"})
    sell(made, WINTER, "USD 2000.00", "USD 1200.00")
    more = StakeChange(AUTUMN, "0.9", money("USD 200.00"))
    gone = StakeChange(WINTER, "0", money("USD 2000.00"))
    return Case(made, held("0.75", cost, more, gone))


def bargain() -> Case:
    """Bought for USD 400, EUR 320, where three quarters of the net assets are EUR 468.75."""
    return Case(books("USD 400.00"), held("0.75", "USD 400.00"))


def associate_bargain() -> Case:
    """Two fifths for USD 200: less than they are worth, a gain at once (IAS 28.32)."""
    return Case(books("USD 200.00"), held("0.4", "USD 200.00", method=Method.EQUITY))


def associate_sold_twice() -> Case:
    """From 40 % to 30 % to 10 %, with a dividend in between."""
    made, cost = books(), "USD 1000.00"
    sell(made, AUTUMN, "USD 300.00", "USD 250.00")
    dividend(made, WINTER, "GBP 12.00", "GBP 28.00")
    sell(made, WINTER, "USD 450.00", "USD 500.00")
    dividend(made, END, "GBP 4.00", "GBP 36.00")
    first = StakeChange(AUTUMN, "0.3", money("USD 300.00"), Method.EQUITY)
    second = StakeChange(WINTER, "0.1", money("USD 450.00"), Method.EQUITY)
    return Case(made, held("0.4", cost, first, second, method=Method.EQUITY))


def part_kept() -> Case:
    """From 75 % to 30 %, which are worth USD 450 then."""
    made, cost = books(), "USD 1000.00"
    sell(made, AUTUMN, "USD 700.00", "USD 600.00")
    change = StakeChange(AUTUMN, "0.3", money("USD 700.00"), Method.EQUITY, money("USD 450.00"))
    return Case(made, held("0.75", cost, change))


CASES = (more_and_less, more_and_nothing, bargain, associate_bargain, associate_sold_twice,
         part_kept)  # fmt: skip


def _on(found: Consolidation, account: str) -> Fraction:
    held = (value(one.figure.value) for one in found.lines if one.code == account)
    return sum(held, Fraction(0))


def near(figure: Figure, wanted: Fraction) -> bool:
    """Equal but for what rounding of single lines may add."""
    return abs(value(figure.value) - wanted) <= CENTS


@pytest.mark.parametrize("make", CASES, ids=[one.__name__ for one in CASES])
def test_others_have_a_fifth_of_what_the_group_below_has(make: Callable[[], Case]) -> None:
    """Net assets, result, reserve and what ownership changed; and the histories say the same."""
    whole, below = make().groups()

    def of(name: str) -> Fraction:
        return value(getattr(below, name).value)

    fifth = Fraction(1, 5)
    assert near(whole.minority, of("minority") + fifth * (of("net_assets") - of("minority")))
    own = of("profit") - of("minority_profit")
    assert near(whole.minority_profit, of("minority_profit") + fifth * own)
    assert near(whole.reserve, (1 - fifth) * of("reserve"))
    assert abs(_on(whole, "3100") - (1 - fifth) * _on(below, "3100")) <= CENTS


@pytest.mark.parametrize("make", CASES, ids=[one.__name__ for one in CASES])
def test_a_history_comes_to_what_the_lines_show(make: Callable[[], Case]) -> None:
    """What others hold, what the one line stands at, and what went up to the parent."""
    whole, _ = make().groups()
    acme = next(one for one in whole.histories if one.stake.company == CompanyId("acme"))
    assert near(whole.minority, sum((one.minority.total() for one in whole.histories), Fraction(0)))
    assert near(whole.reserve, exact(acme.due.reserve))
    own = value(whole.profit.value) - value(whole.minority_profit.value)
    assert abs(own - exact(acme.due.result)) <= CENTS
    carried = sum((one.carrying.total() for one in whole.histories), Fraction(0))
    assert abs(_on(whole, "1550") - carried) <= CENTS
