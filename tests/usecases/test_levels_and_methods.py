"""Groups of several levels, joint operations and associates: worked by hand (D27 to D29).

One euro is 1.25 dollars and 0.80 pounds until summer, and 1.00 and 0.50 at the end.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.ids import CompanyId
from fxcrm.ledger import Acquisition, Group, Method, Stake, StakeChange
from fxcrm.ledger.eliminations import GainUnexplained, StakeUnproved
from fxcrm.ledger.groups import GroupRefused, StakeRefused
from fxcrm.ledger.netinvestments import NetInvestmentPartnerMissing
from fxcrm.money import Money, Rounding
from tests.ledger.notation import money
from tests.usecases.holding import Holding, figure, shown

EUR = Currency("EUR")
FIRST, SUMMER, AUTUMN = date(2025, 1, 1), date(2025, 6, 30), date(2025, 9, 30)
END = date(2025, 12, 31)
RATES = {
    "USD": {FIRST: "1.25", SUMMER: "1.25", AUTUMN: "1.60", END: "1.00"},
    "GBP": {FIRST: "0.80", SUMMER: "0.80", AUTUMN: "0.80", END: "0.50"},
}
NORDWIND, ACME, BRISK = map(CompanyId, ("nordwind", "acme", "brisk"))


def texts(found: dict[str, Money]) -> dict[str, str]:
    """Amounts as text."""
    return {code: str(amount) for code, amount in found.items()}


# ---------------------------------------------------------------- three levels


def three_levels() -> Holding:
    """Nordwind founds Acme (80 %) in dollars; Acme buys 75 % of Brisk, in pounds, for USD 1,000."""
    made = Holding(RATES)
    for company, functional in (("nordwind", "EUR"), ("acme", "USD"), ("brisk", "GBP")):
        made.found(company, functional, FIRST)
    made.enter("nordwind", FIRST, "1000 EUR 5000.00", "3000 EUR -5000.00")
    made.enter("acme", FIRST, "1000 USD 2000.00", "3000 USD -2000.00")
    made.enter("nordwind", FIRST, "1500 USD 1600.00", "1000 USD -1600.00", partner={"1500": "acme"})
    made.enter("brisk", FIRST, "1000 GBP 500.00", "3000 GBP -500.00")
    made.enter("acme", SUMMER, "1500 USD 1000.00", "1000 USD -1000.00", partner={"1500": "brisk"})
    made.enter("acme", AUTUMN, "1000 USD 400.00", "4000 USD -400.00")
    made.enter("brisk", AUTUMN, "1000 GBP 100.00", "4000 GBP -100.00")
    return made


def brisk(*changes: StakeChange, owner: CompanyId | None = ACME) -> Stake:
    """The stake in Brisk, whose goodwill is GBP 265: 640 and a quarter of 500, less 500."""
    bought = Acquisition(SUMMER, money("USD 1000.00"))
    return Stake(BRISK, "0.75", owner=owner, acquired=bought, changes=changes)


def test_minority_on_every_level() -> None:
    """A quarter of Brisk's 600 pounds, and a fifth of all that Acme's group is worth without it.

    Acme's has 1,400 dollars, its 75 % of 600 pounds, and goodwill of 265 pounds: at the end
    1,400 + 900 + 530 = 2,830. Others: 300 + 566. The fifth bears goodwill, for it is Acme's own.
    """
    made = three_levels().group(Group(NORDWIND, (Stake(ACME, "0.8"), brisk()), EUR), END)
    assert texts(shown(made)) == {
        "1000": "EUR 6320.00",
        "1600": "EUR 530.00",
        "3000": "EUR -5000.00",
        "4000": "EUR -467.58",
        "3800": "EUR -640.70",
        "3900": "EUR -866.00",
        "8900": "EUR 124.28",
    }


def test_a_group_is_its_sub_group_in_the_same_currency() -> None:
    """Acme's group on its own: same goodwill, and Nordwind shares its equity four to one (D31)."""
    whole = three_levels().group(Group(NORDWIND, (Stake(ACME, "0.8"), brisk()), EUR), END)
    below = three_levels().group(Group(ACME, (brisk(owner=None),), EUR), END)
    assert figure(below, "1600").value == figure(whole, "1600").value
    assert str(below.minority) == "EUR 300.00"
    parents = below.net_assets.value - below.minority.value
    fifth = parents.times("0.2")
    assert whole.minority.value == below.minority.value + fifth
    assert whole.reserve.value == below.reserve.value.times("0.8", rounding=Rounding.HALF_EVEN)


def test_a_sale_below_is_shared_above() -> None:
    """Acme sells all of Brisk for USD 2,000; its minority bears a fifth of the result."""
    made = three_levels()
    made.enter(
        "acme", END, "1000 USD 2000.00", "1500 USD -1000.00", "4700 USD -1000.00",
        partner={"1500": "brisk", "4700": "brisk"},
    )  # fmt: skip
    sale = StakeChange(END, "0", money("USD 2000.00"))
    found = made.group(Group(NORDWIND, (Stake(ACME, "0.8"), brisk(sale)), EUR), END)
    lines = texts(shown(found))
    # 2,000 and 300 for others, less 1,200 and goodwill of 530.
    assert lines["8300"] == "EUR -570.00"
    # Brisk's reserve without its minority's quarter, and that of goodwill: 315.86 + 198.75.
    assert lines["8200"] == "EUR -514.61"
    assert str(found.minority) == "EUR 680.00"  # a fifth of 3,400 dollars
    assert not lines.keys() & {"1600", "4700"}


def test_who_leaves_takes_those_below_along() -> None:
    """Nordwind sells Acme for EUR 4,000: Acme's net assets and Brisk's leave, no minority stays."""
    made = three_levels()
    made.enter(
        "nordwind", END, "1000 EUR 4000.00", "1500 EUR -1280.00", "4700 EUR -2720.00",
        partner={"1500": "acme", "4700": "acme"},
    )  # fmt: skip
    sale = StakeChange(END, "0", money("EUR 4000.00"))
    before = three_levels().group(Group(NORDWIND, (Stake(ACME, "0.8"), brisk()), EUR), END)
    found = made.group(Group(NORDWIND, (Stake(ACME, "0.8", changes=[sale]), brisk()), EUR), END)
    lines = texts(shown(found))
    assert lines["1000"] == "EUR 7720.00"
    # 4,000 and 866 for others, less 1,400 + 1,200 + 530.
    assert lines["8300"] == "EUR -1736.00"
    assert lines["8200"] == f"EUR -{before.reserve.value.amount}"
    assert found.minority.value.is_zero
    assert not lines.keys() & {"1500", "1600", "3800", "4700"}


# ---------------------------------------------------------------- one line, and a share


def two(owned: str, cost: str, method: Method) -> tuple[Holding, Any]:
    """Acme with USD 2,000, of which Nordwind buys a part in summer; it earns USD 400 in autumn."""
    made = Holding(RATES)
    made.found("nordwind", "EUR", FIRST)
    made.found("acme", "USD", FIRST)
    made.enter("nordwind", FIRST, "1000 EUR 5000.00", "3000 EUR -5000.00")
    made.enter("acme", FIRST, "1000 USD 2000.00", "3000 USD -2000.00")
    made.enter("nordwind", SUMMER, f"1500 {cost}", f"1000 {-money(cost)}", partner={"1500": "acme"})
    made.enter("acme", AUTUMN, "1000 USD 400.00", "4000 USD -400.00")

    def group(*changes: StakeChange) -> Group:
        bought = Acquisition(SUMMER, money(cost))
        stake = Stake(ACME, owned, method=method, acquired=bought, changes=changes)
        return Group(NORDWIND, (stake,), EUR)

    return made, group


def test_an_associate_is_one_line() -> None:
    """A quarter for EUR 500, goodwill USD 125: a quarter of 2,400, and 125 (IAS 28.10)."""
    made, group = two("0.25", "EUR 500.00", Method.EQUITY)
    assert texts(shown(made.group(group(), SUMMER)))["1550"] == "EUR 500.00"
    assert texts(shown(made.group(group(), END))) == {
        "1000": "EUR 4500.00",
        "1550": "EUR 725.00",
        "3000": "EUR -5000.00",
        "8100": "EUR -76.92",
        "3800": "EUR -148.08",
    }


def test_a_dividend_reduces_the_one_line() -> None:
    """USD 100 for Nordwind, USD 300 for others: the line gives up 62.50 of that day's euros."""
    made, group = two("0.25", "EUR 500.00", Method.EQUITY)
    made.enter(
        "acme", AUTUMN, "3300 USD 100.00", "3300 USD 300.00", "1000 USD -400.00",
        partner={"3300": "nordwind"},
    )  # fmt: skip
    made.enter("nordwind", AUTUMN, "1000 USD 100.00", "4600 USD -100.00", partner={"4600": "acme"})
    lines = texts(shown(made.group(group(), END)))
    assert lines["1550"] == "EUR 625.00"  # a quarter of 2,000, and 125
    assert lines["8100"] == "EUR -76.92"
    assert "4600" not in lines


def test_a_dividend_of_before_is_no_return_of_the_stake() -> None:
    """What Nordwind had of Acme in spring, before it bought the quarter, stays income."""
    made, group = two("0.25", "EUR 500.00", Method.EQUITY)
    made.enter("nordwind", FIRST, "1000 USD 10.00", "4600 USD -10.00", partner={"4600": "acme"})
    lines = texts(shown(made.group(group(), END)))
    assert lines["4600"] == "EUR -8.00"
    assert lines["1550"] == "EUR 725.00"


def test_a_dividend_that_its_owner_did_not_book_is_found() -> None:
    """The line by what happened is 62.50 above its share of the net assets (IAS 28.10)."""
    made, group = two("0.25", "EUR 500.00", Method.EQUITY)
    made.enter(
        "acme", AUTUMN, "3300 USD 100.00", "3300 USD 300.00", "1000 USD -400.00",
        partner={"3300": "nordwind"},
    )  # fmt: skip
    with pytest.raises(StakeUnproved) as caught:
        made.group(group(), AUTUMN)
    assert caught.value.line - caught.value.share == money("EUR 62.50")


def test_a_part_of_an_associate_is_sold() -> None:
    """From 25 % to 10 %: three fifths of line and reserve go; goodwill is left by two fifths.

    In autumn the line stands at 765.62 and the reserve at -196.88. At the end: a tenth of
    2,400, and two fifths of USD 625.
    """
    made, group = two("0.25", "EUR 900.00", Method.EQUITY)
    made.enter(
        "nordwind", AUTUMN, "1000 EUR 700.00", "1500 EUR -540.00", "4700 EUR -160.00",
        partner={"1500": "acme", "4700": "acme"},
    )  # fmt: skip
    sale = StakeChange(AUTUMN, "0.10", money("EUR 700.00"), Method.EQUITY)
    lines = texts(shown(made.group(group(sale), AUTUMN)))
    assert lines["8200"] == "EUR 118.13"  # a loss of three fifths of 196.88
    assert lines["8300"] == "EUR -240.63"  # 700 less 459.37
    assert texts(shown(made.group(group(sale), END)))["1550"] == "EUR 490.00"


def test_an_associate_that_is_sold_leaves_nothing() -> None:
    """All of the reserve goes to the result, and no line is left (48D)."""
    made, group = two("0.25", "EUR 900.00", Method.EQUITY)
    made.enter(
        "nordwind", AUTUMN, "1000 EUR 700.00", "1500 EUR -900.00", "4700 EUR 200.00",
        partner={"1500": "acme", "4700": "acme"},
    )  # fmt: skip
    sale = StakeChange(AUTUMN, "0", money("EUR 700.00"), Method.EQUITY)
    for day in (AUTUMN, END):
        lines = texts(shown(made.group(group(sale), day)))
        assert lines == {
            "1000": "EUR 4800.00",
            "3000": "EUR -5000.00",
            "8100": "EUR -62.50",
            "8200": "EUR 196.88",
            "8300": "EUR 65.62",
        }


def test_a_joint_operation_is_its_share_line_by_line() -> None:
    """Half for EUR 900: goodwill USD 125; half of 2,400 dollars and of 400 at their average."""
    made, group = two("0.5", "EUR 900.00", Method.PROPORTIONATE)
    assert texts(shown(made.group(group(), END))) == {
        "1000": "EUR 5300.00",
        "1600": "EUR 125.00",
        "3000": "EUR -5000.00",
        "4000": "EUR -153.85",
        "3800": "EUR -271.15",
    }


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"owned": "0"}, "begins with a share above 0"),
        ({"changes": [("0.8", Method.FULL)]}, "is the one before"),
        ({"changes": [("0.3", Method.EQUITY)]}, "fair value of what is kept"),
        ({"changes": [("0.3", Method.PROPORTIONATE)]}, "is not supported"),
        ({"changes": [("0", Method.FULL), ("0.5", Method.FULL)]}, "nothing is left"),
        ({"method": Method.EQUITY, "changes": [("0.9", Method.EQUITY)]}, "shrinks"),
        ({"method": Method.EQUITY, "changes": [("0.9", Method.FULL)]}, "not supported"),
        ({"method": Method.PROPORTIONATE, "changes": [("0.5", Method.PROPORTIONATE)]}, "ends"),
    ],
)
def test_a_stake_that_can_not_be_is_refused(given: dict[str, Any], reason: str) -> None:
    """Each names the company and what is wrong with it."""
    changes = [
        StakeChange(date(2026, month, 1), owned, money("EUR 1.00"), method)
        for month, (owned, method) in enumerate(given.get("changes", ()), 1)
    ]
    with pytest.raises(StakeRefused, match=reason):
        Stake(ACME, **{"owned": "0.8", **given, "changes": changes})


def test_what_an_owner_had_is_acquired_with_it() -> None:
    """Acme is bought in autumn, and had Brisk since summer, or since it founded it."""
    bought = Acquisition(AUTUMN, money("EUR 2000.00"))
    acme = Stake(ACME, "0.8", acquired=bought)
    with pytest.raises(GroupRefused, match="before acme"):
        Group(NORDWIND, (acme, brisk()), EUR)
    founded = Group(NORDWIND, (acme, Stake(BRISK, "0.75", owner=ACME)), EUR)
    with pytest.raises(StakeRefused, match="founded before acme was acquired"):
        three_levels().group(founded, END)


def test_a_company_is_founded_below_one_that_was_bought() -> None:
    """Acme is bought in summer and founds Brisk in autumn: both count from their own days on."""
    made, group = two("0.8", "EUR 1280.00", Method.FULL)
    made.found("brisk", "GBP", AUTUMN)
    made.enter("brisk", AUTUMN, "1000 GBP 100.00", "3000 GBP -100.00")
    made.enter("acme", AUTUMN, "1500 GBP 100.00", "1000 GBP -100.00", partner={"1500": "brisk"})
    below = Stake(BRISK, "1", owner=ACME)
    found = made.group(Group(NORDWIND, (*group().stakes, below), EUR), END)
    alone = made.group(Group(ACME, (attrs.evolve(below, owner=None),), EUR), END)
    assert found.minority.value == alone.net_assets.value.times("0.2")


def test_a_gain_on_a_stake_that_did_not_change_is_refused() -> None:
    """EUR 7.00 in the owner's books, and the group says of no sale."""
    made, group = two("0.8", "EUR 1280.00", Method.FULL)
    made.enter("nordwind", AUTUMN, "1000 EUR 7.00", "4700 EUR -7.00", partner={"4700": "acme"})
    with pytest.raises(GainUnexplained) as caught:
        made.group(group(), END)
    assert caught.value.gain == money("EUR 7.00")


def test_a_difference_on_a_net_investment_in_nobody_is_refused() -> None:
    """It would stay in the result, or land in a reserve of no operation (IAS 21.32)."""
    made, group = two("0.8", "EUR 1280.00", Method.FULL)
    made.enter("nordwind", AUTUMN, "1000 EUR 5.00", "7200 EUR -5.00")
    with pytest.raises(NetInvestmentPartnerMissing) as caught:
        made.group(group(), END)
    assert caught.value.difference == money("EUR -5.00")
