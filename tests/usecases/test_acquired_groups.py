"""Companies that are bought, bought more of, sold in part and sold: worked by hand (D18, D27, D29).

Acme founded in 2025 with USD 1,000 has earned USD 200 when Nordwind buys 80 % on 30 June for
EUR 1,000. One euro is USD 1.25 then. Its plant is worth USD 100 more than its books say, over ten
months. Net assets at fair value are USD 1,300, others hold USD 260 of them; the cost is USD 1,250,
so goodwill is USD 210.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from fxcrm.currencies import Currency
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import (
    Acquisition,
    Group,
    Impairment,
    Method,
    MinorityMeasure,
    Stake,
    StakeChange,
    Uplift,
)
from fxcrm.ledger.acquisitions import AcquisitionRefused
from fxcrm.ledger.eliminations import InvestmentMismatch
from fxcrm.ledger.groups import Step
from fxcrm.money import Money
from fxcrm.usecases.consolidating import ConsolidationChanged
from tests.ledger.notation import money
from tests.usecases.holding import Holding, figure, shown

EUR = Currency("EUR")
FIRST, BOUGHT, AUTUMN = date(2025, 1, 1), date(2025, 6, 30), date(2025, 9, 30)
YEAR_END, SPRING, SUMMER = date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30)
LATER, SECOND_END = date(2026, 9, 30), date(2026, 12, 31)
RATES = {
    "USD": {
        FIRST: "1.25",
        BOUGHT: "1.25",
        AUTUMN: "1.60",
        YEAR_END: "1.00",
        SPRING: "1.00",
        SUMMER: "0.80",
        LATER: "0.80",
        SECOND_END: "0.50",
    }
}
NORDWIND, ACME = CompanyId("nordwind"), CompanyId("acme")


def uplift(amount: str, expense: str | None = None, months: int | None = None) -> Uplift:
    """Plant that is worth more than its book value."""
    code = None if expense is None else AccountCode(expense)
    return Uplift(AccountCode("1700"), money(amount), code, months)


PLANT = uplift("USD 100.00", "5600", 10)


def holding() -> Holding:
    """Both companies up to the end of 2026; the purchase is booked by its owner."""
    made = Holding(RATES)
    made.found("nordwind", "EUR", FIRST)
    made.found("acme", "USD", FIRST)
    made.enter("nordwind", FIRST, "1000 EUR 5000.00", "3000 EUR -5000.00")
    made.enter("acme", FIRST, "1000 USD 1000.00", "3000 USD -1000.00")
    made.enter("acme", date(2025, 3, 1), "1000 USD 200.00", "4000 USD -200.00")
    made.enter(
        "nordwind", BOUGHT, "1500 EUR 1000.00", "1000 EUR -1000.00", partner={"1500": "acme"}
    )
    made.enter("acme", AUTUMN, "1000 USD 500.00", "4000 USD -500.00")
    made.enter("acme", LATER, "1000 USD 300.00", "4000 USD -300.00")
    return made


def group(*changes: StakeChange, **acquired: Any) -> Group:
    """Nordwind and what it holds of Acme."""
    given: dict[str, Any] = {"cost": money("EUR 1000.00"), "uplifts": (PLANT,), **acquired}
    stake = Stake(ACME, "0.8", acquired=Acquisition(BOUGHT, **given), changes=changes)
    return Group(NORDWIND, (stake,), EUR)


def texts(found: dict[str, Money]) -> dict[str, str]:
    """Amounts as text."""
    return {code: str(amount) for code, amount in found.items()}


def test_on_its_first_day_a_company_brings_net_assets_and_goodwill() -> None:
    """USD 1,200 at 0.80, plant of USD 100 and goodwill of USD 210; no result, no reserve."""
    made = holding().group(group(), BOUGHT)
    assert texts(shown(made)) == {
        "1000": "EUR 4960.00",  # 4,000 + 1,200 x 0.80
        "1600": "EUR 168.00",  # 210 x 0.80
        "1700": "EUR 80.00",
        "3000": "EUR -5000.00",
        "3900": "EUR -208.00",  # a fifth of 1,300 x 0.80
    }
    assert made.reserve.value.is_zero
    assert made.profit.value.is_zero


def test_goodwill_and_fair_values_go_at_the_closing_rate() -> None:
    """At year end a dollar is a euro; the average of the half year is 1.30, its inverse exact.

    Result 500 / 1.3 = 384.62; write-downs of six months, 60 / 1.3 = 46.15. Goodwill 210, of whose
    gain of 42 others have nothing (D27). The reserve: 1,200 x 0.2 + 500 x (1 - 1 / 1.3) = 355.38
    on the books, 100 x 0.2 - 60 x (1 - 1 / 1.3) = 6.15 on plant.
    """
    made = holding().group(group(), YEAR_END)
    assert texts(shown(made)) == {
        "1000": "EUR 5700.00",
        "1600": "EUR 210.00",
        "1700": "EUR 40.00",
        "3000": "EUR -5000.00",
        "4000": "EUR -384.62",
        "5600": "EUR 46.15",
        "3800": "EUR -331.22",  # 0.8 x (355.38 + 6.15) + 42
        "3900": "EUR -348.00",  # a fifth of 1,740
        "8900": "EUR 67.69",
    }


def test_others_at_fair_value_share_in_the_goodwill() -> None:
    """They are worth USD 300: goodwill is USD 250, and its gain of 50 is theirs by a fifth."""
    fair = {"minority": MinorityMeasure.FAIR_VALUE, "minority_value": money("USD 300.00")}
    made = holding().group(group(**fair), YEAR_END)
    found = texts(shown(made))
    assert found["1600"] == "EUR 250.00"
    assert found["3900"] == "EUR -390.00"  # 348 + 40 more at 0.8, + a fifth of 50
    assert found["3800"] == "EUR -329.22"  # 0.8 x (355.38 + 6.15 + 50)


def test_an_impairment_is_the_owners_alone() -> None:
    """USD 100 of goodwill lost in autumn goes at the average of the period."""
    lost = holding().group(group(impairments=(Impairment(AUTUMN, money("USD 100.00")),)), YEAR_END)
    found = texts(shown(lost))
    assert found["1600"] == "EUR 110.00"
    assert found["8400"] == "EUR 76.92"
    assert found["3900"] == "EUR -348.00"


def test_a_bargain_is_a_gain_at_once() -> None:
    """For EUR 800, USD 1,000, and others at USD 260: USD 40 less than the net assets."""
    made = Holding(RATES)
    made = holding()
    made.enter("nordwind", BOUGHT, "1000 EUR 200.00", "1500 EUR -200.00", partner={"1500": "acme"})
    found = made.group(group(cost=money("EUR 800.00")), BOUGHT)
    assert texts(shown(found))["8000"] == "EUR -32.00"
    assert str(found.profit.value) == "EUR 32.00"


def test_more_is_bought_without_a_result() -> None:
    """Half of what others hold, 171, for 250: 79 stay in equity, and the reserve follows (48C)."""
    made = holding()
    made.enter("nordwind", SPRING, "1500 EUR 250.00", "1000 EUR -250.00", partner={"1500": "acme"})
    before = holding().group(group(), SPRING)
    change = StakeChange(SPRING, "0.9", money("EUR 250.00"))
    found = made.group(group(change), SPRING)
    assert str(before.minority) == "EUR 342.00"
    assert str(found.minority) == "EUR 171.00"
    assert found.profit.value == before.profit.value
    moved = found.reserve.value - before.reserve.value
    assert figure(found, "3100").value == money("EUR 79.00") + moved
    assert found.minority_profit.value == before.minority_profit.value


def test_some_is_sold_without_a_result() -> None:
    """A quarter of the stake for 500: what others get is 342; no profit, whatever was booked."""
    made = holding()
    made.enter(
        "nordwind", SPRING, "1000 EUR 500.00", "1500 EUR -250.00", "4700 EUR -250.00",
        partner={"1500": "acme", "4700": "acme"},
    )  # fmt: skip
    before = holding().group(group(), SPRING)
    found = made.group(group(StakeChange(SPRING, "0.6", money("EUR 500.00"))), SPRING)
    assert found.profit.value == before.profit.value
    assert str(found.minority) == "EUR 684.00"
    assert figure(found, "4700").value.is_zero
    moved = before.reserve.value - found.reserve.value
    assert figure(found, "3100").value == money("EUR -158.00") - moved


def sold(made: Holding) -> Group:
    """All of it is sold for 3,000 in summer; its owner books a gain of 2,000."""
    made.enter(
        "nordwind", SUMMER, "1000 EUR 3000.00", "1500 EUR -1000.00", "4700 EUR -2000.00",
        partner={"1500": "acme", "4700": "acme"},
    )  # fmt: skip
    return group(StakeChange(SUMMER, "0", money("EUR 3000.00")))


@pytest.mark.parametrize("day", [SUMMER, LATER, SECOND_END])
def test_a_company_that_left_takes_everything_along(day: date) -> None:
    """Proceeds 3,000, others 425, less net assets 2,125 and goodwill 262.50; the reserve recycled.

    Others' part of the reserve leaves without a result (48B). What Acme earns later does not count.
    """
    made = holding()
    sale = sold(made)
    before = holding().group(group(), SUMMER)
    found = made.group(sale, day)
    lines = texts(shown(found))
    assert lines["8300"] == "EUR -1037.50"
    assert lines["8200"] == f"EUR -{before.reserve.value.amount}"
    assert lines["1000"] == "EUR 7000.00"
    assert not lines.keys() & {"1500", "1600", "1700", "3800", "3900", "4700", "3990"}
    assert found.minority.value.is_zero
    assert found.minority_profit.value == before.minority_profit.value


def test_what_is_kept_is_carried_on_at_its_share_and_goodwill() -> None:
    """30 % kept at 1,000, of it goodwill of USD 290, which goes at closing (IAS 28.32).

    At the end: 0.3 x 2,000 dollars and 290 of goodwill at 2.00 are 1,780.
    """
    made = holding()
    made.enter(
        "nordwind", SUMMER, "1000 EUR 2000.00", "1500 EUR -625.00", "4700 EUR -1375.00",
        partner={"1500": "acme", "4700": "acme"},
    )  # fmt: skip
    kept = StakeChange(
        SUMMER,
        "0.3",
        money("EUR 2000.00"),
        Method.EQUITY,
        money("EUR 1000.00"),
    )
    found = made.group(group(kept), SECOND_END)
    lines = texts(shown(found))
    assert lines["1550"] == "EUR 1780.00"
    assert lines["8300"] == "EUR -1037.50"
    assert lines["8100"] == "EUR -116.27"  # 0.3 x 300 at the average of half a year
    assert lines["3800"] == "EUR -663.73"
    assert "3900" not in lines


def test_a_recorded_day_opens_the_next_one() -> None:
    """Recording on the way changes no figure here, and each recorded day stays (D20)."""
    made = holding()
    first = made.closed(group(), BOUGHT)
    assert made.group(group(), BOUGHT).snapshot() == first.snapshot()
    end = made.closed(group(), YEAR_END)
    assert texts(shown(end)) == texts(shown(holding().group(group(), YEAR_END)))
    assert made.group(group(), YEAR_END).snapshot() == end.snapshot()


def test_what_the_group_said_of_a_recorded_day_must_not_change() -> None:
    """Another fair value, once the day is recorded: the first account is named (D20)."""
    made = holding()
    made.closed(group(), BOUGHT)
    other = group(uplifts=(uplift("USD 90.00", "5600", 10),))
    with pytest.raises(ConsolidationChanged) as caught:
        made.closed(other, YEAR_END)
    assert caught.value.account == "1600"


def test_an_investment_that_is_not_the_cost_is_refused() -> None:
    """A cent more in the owner's books than the acquisition cost, beyond rounding."""
    with pytest.raises(InvestmentMismatch) as caught:
        holding().group(group(cost=money("EUR 999.90")), BOUGHT)
    said = (caught.value.subsidiary, caught.value.investment, caught.value.share)
    assert said == (ACME, money("EUR 1000.00"), money("EUR 999.90"))


def test_what_rounding_leaves_over_of_the_capital_is_shown_apart() -> None:
    """At 1.37 the four parts of the capital come to 1,189.79, what is set off to 1,189.78 (D30)."""
    days = {**RATES["USD"], BOUGHT: "1.37"}
    made = holding()
    made.fixings = {"USD": days}
    capital = made.group(group(), BOUGHT).entries_of(Step.CAPITAL)[0]
    last = capital.lines[-1]
    assert (last.account, str(last.figure)) == ("3990", "EUR -0.01")
    assert last.figure.label == "Rounding of capital of acme"
    assert last.figure.rule == "what rounding left over (D30)"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"uplifts": (uplift("EUR 100.00"),)}, "fair value on account 1700 is to be in USD"),
        ({"uplifts": (uplift("USD 100.00", "5600"),)}, "write-down on account 1700 needs"),
        ({"uplifts": (uplift("USD 100.00", "5600", 0),)}, "write-down on account 1700 needs"),
        ({"minority": MinorityMeasure.FAIR_VALUE}, "state the fair value of the minority, in USD"),
        ({"minority_value": money("USD 300.00")}, "measured by its share"),
        (
            {"minority": MinorityMeasure.FAIR_VALUE, "minority_value": money("EUR 300.00")},
            "state the fair value of the minority, in USD",
        ),
        (
            {"impairments": (Impairment(AUTUMN, money("USD 211.00")),)},
            "no goodwill of USD 211.00 to impair on 2025-09-30",
        ),
        ({"impairments": (Impairment(BOUGHT, money("USD 1.00")),)}, "no goodwill of USD 1.00"),
        ({"impairments": (Impairment(AUTUMN, money("EUR 1.00")),)}, "in USD, not EUR 1.00"),
    ],
)
def test_an_acquisition_that_can_not_be_is_refused(given: dict[str, Any], reason: str) -> None:
    """Other currencies, half a rule, more lost than there is (IFRS 3); each says whose and why."""
    with pytest.raises(AcquisitionRefused) as caught:
        holding().group(group(**given), YEAR_END)
    assert caught.value.company == ACME
    assert reason in caught.value.reason


def test_every_step_balances_on_its_own() -> None:
    """The trial balance of the group sums to zero after each entry (D31)."""
    made = holding()
    found = made.group(sold(made), SECOND_END)
    assert {one.step for one in found.entries} == {
        Step.BOOKS, Step.ACQUISITION, Step.CAPITAL, Step.DISPOSAL, Step.MINORITY,
    }  # fmt: skip
    for entry in found.entries:
        assert sum((Fraction(one.figure.value.amount) for one in entry.lines), Fraction(0)) == 0
