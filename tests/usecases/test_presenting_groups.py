"""Statements of a group: companies that are bought, bought more of and sold, worked by hand.

The companies and their figures are those of `test_acquired_groups`; here it is why each line moved.
"""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.ids import AccountCode, EntryId
from fxcrm.ledger import Entry, Group, Posting, Stake, StakeChange
from fxcrm.ledger.grouppolicies import GroupPolicies, ResultCategory
from fxcrm.money import Money
from fxcrm.reports.statements import Statement, Statements
from fxcrm.reports.statements.grouprateyears import RestatementRefused
from fxcrm.usecases import Desk, present_group
from fxcrm.usecases.booking import book
from fxcrm.usecases.deciding import decided
from fxcrm.usecases.presenting import current_rate
from tests.ledger.notation import instant, money
from tests.usecases.holding import Holding
from tests.usecases.test_acquired_groups import (
    ACME,
    EUR,
    FIRST,
    NORDWIND,
    SECOND_END,
    SPRING,
    YEAR_END,
    group,
    holding,
    sold,
)
from tests.usecases.test_presenting import column

USD = Currency("USD")


def shown(made: Holding, of: Group, day: date, presentation: Currency = EUR) -> Statements:
    """The statements of a group at the end of a day."""
    with made.store.begin() as unit:
        desk = Desk(unit, made.rates, instant(day), "ada")
        return present_group(desk, of, day, presentation=presentation)


def row(made: Statements, statement: str, label: str) -> list[str]:
    """The amounts of a line of all columns, without the code of their currency."""
    [found] = [one for one in made.named(statement).rows if one.label == label]
    return [str(one).partition(" ")[2] for one in found.figures]


def proved(statement: Statement) -> None:
    """Rows and columns of a statement of equity add up."""
    table = [[one.value for one in row.figures if one] for row in statement.rows]
    for amounts in (*table, *(list(one) for one in zip(*table, strict=True))):
        assert Money.total(amounts[:-1], currency=amounts[-1].currency) == amounts[-1]


def test_a_company_is_bought() -> None:
    """Its cash of 960 comes with it for 1,000; others come in with 208, and share what follows."""
    made = shown(holding(), group(), YEAR_END)
    assert row(made, "cash movements", "Investments in subsidiaries") == ["-40.00"]
    assert row(made, "cash movements", "Sales") == ["384.62"]
    assert row(made, "cash movements", "Effect of exchange rates on cash") == ["355.38"]
    assert row(made, "balance sheet", "Goodwill") == ["210.00"]
    equity = made.named("changes in equity")
    assert equity.columns[-2:] == ("minority interest", "total")
    assert row(made, "changes in equity", "Result of the year")[-2:] == ["67.69", "338.47"]
    assert row(made, "changes in equity", "Changes in ownership")[-2:] == ["208.00", "208.00"]
    exchange = row(made, "changes in equity", "Exchange differences on translation")
    assert exchange[-3:] == ["331.22", "72.31", "403.53"]
    assert column(made, "translation reserve", 0) == {
        "Translation of acme": "EUR 355.38",
        "Translation of goodwill and fair values": "EUR 48.15",
        "Belongs to minority holders": "EUR -72.31",  # a fifth of 355.38 + 6.15
        "Closing": "EUR 331.22",
    }
    proved(equity)


def test_more_of_it_is_bought() -> None:
    """250 for what stood at 171: a flow of financing (IAS 7.42A), and no result (IFRS 10.23)."""
    made = holding()
    made.enter("nordwind", SPRING, "1500 EUR 250.00", "1000 EUR -250.00", partner={"1500": "acme"})
    found = shown(made, group(StakeChange(SPRING, "0.9", money("EUR 250.00"))), SECOND_END)
    assert row(found, "cash movements", "From financing activities")[0] == "-250.00"
    changes = row(found, "changes in equity", "Changes in ownership")
    assert changes == ["0.00", "0.00", "36.15", "-115.15", "-171.00", "-250.00"]
    assert row(found, "translation reserve", "Moved by changes in ownership")[0] == "36.15"
    proved(found.named("changes in equity"))


def test_a_company_is_sold() -> None:
    """3,000 less its cash of 2,125; the reserve is recycled out of other income (IAS 21.48)."""
    made = holding()
    sale = sold(made)
    made.closed(sale, YEAR_END)
    found = shown(made, sale, SECOND_END)
    assert row(found, "cash movements", "Investments in subsidiaries") == ["875.00", "-40.00"]
    assert row(found, "income statement", "Translation reserve recycled") == ["727.28", "0.00"]
    assert row(found, "changes in equity", "Recycled to the result")[2] == "-727.28"
    label = "Exchange differences recycled to the result"
    assert row(found, "income statement", label) == ["-727.28", "0.00"]
    assert row(found, "changes in equity", "Changes in ownership")[-2:] == ["-425.00", "-425.00"]
    assert row(found, "balance sheet", "Minority interest") == ["0.00", "348.00"]
    assert row(found, "balance sheet", "Result of the year") == ["1729.22", "270.78"]
    assert found.notes == ()
    proved(found.named("changes in equity"))


def test_a_year_that_was_not_recorded_is_consolidated_now_and_noted() -> None:
    """The same figures; a reader is told that nothing was on record."""
    made = holding()
    sale = sold(made)
    again = shown(made, sale, SECOND_END)
    assert again.notes == ("No consolidation of 2025-12-31 is on record; it was made now.",)
    made.closed(sale, YEAR_END)
    for old, new in zip(again, shown(made, sale, SECOND_END), strict=True):
        assert old.listing() == new.listing()


def test_a_group_in_another_currency() -> None:
    """In dollars its subsidiary leaves no reserve; everything adds up."""
    found = shown(holding(), group(), YEAR_END, USD)
    assert row(found, "balance sheet", "Total assets") == ["5950.00"]
    assert row(found, "balance sheet", "Goodwill") == ["210.00"]
    proved(found.named("changes in equity"))


def measured(made: Holding, result: str = "7100", held: str = "1200") -> None:
    """What is receivable loses EUR 40 at year end; its amount stays (D13)."""
    with made.store.begin() as unit:
        desk = Desk(unit, made.rates, instant(YEAR_END), "ada")
        rate = decided(desk, Purpose.CLOSING, USD, EUR, YEAR_END)
        id = None if rate is None else rate.id
        postings = [
            Posting(AccountCode(code), Money.zero(USD), money(value), id, partner=ACME)
            for code, value in ((result, "EUR 40.00"), (held, "EUR -40.00"))
        ]
        book(desk, Entry(EntryId("loss"), NORDWIND, YEAR_END, "test", "", postings))
        unit.commit()


def dealt(policies: GroupPolicies) -> Statements:
    """Founded with other holders; an owner lends a member dollars, which lose a half."""
    made = Holding({"USD": {FIRST: "1.25", YEAR_END: "2.50"}})
    made.found("nordwind", "EUR", FIRST)
    made.found("acme", "USD", FIRST)
    made.enter("nordwind", FIRST, "1000 EUR 5000.00", "3000 EUR -5000.00")
    made.enter("acme", FIRST, "1000 USD 1000.00", "3000 USD -1000.00")
    made.enter("nordwind", FIRST, "1500 EUR 600.00", "1000 EUR -600.00", partner={"1500": "acme"})
    made.enter("nordwind", FIRST, "1200 USD 100.00", "1000 USD -100.00", partner={"1200": "acme"})
    made.enter("acme", FIRST, "1000 USD 100.00", "2200 USD -100.00", partner={"2200": "nordwind"})
    measured(made)
    of = Group(NORDWIND, (Stake(ACME, "0.75"),), EUR, policies=policies)
    return shown(made, of, YEAR_END)


@pytest.mark.parametrize("category", ResultCategory)
def test_differences_on_dealings_stand_where_the_group_chose(category: ResultCategory) -> None:
    """EUR 40 on a loan within the group; what a founder puts in is no flow of the group (D24)."""
    made = dealt(GroupPolicies(intragroup_differences=category))
    labels = [one.label for one in made.named("income statement").rows]
    heading = labels.index(f"{category.value.title()} category")
    assert labels[heading + 1] == "Unrealised exchange differences"
    assert row(made, "cash movements", "Share capital") == ["5200.00"]  # 200 of other holders
    assert "Investments in subsidiaries" not in labels
    within = "Under way between members, and the rates of both sides"
    assert row(made, "cash movements", within) == ["-26.67"]  # sent at 1.25, received at 1.875


def test_the_year_before_is_shown_as_it_was() -> None:
    """The column of the year before is the statement of that year, line by line (D20)."""
    first, second = shown(holding(), group(), YEAR_END), shown(holding(), group(), SECOND_END)
    assert column(second, "balance sheet", 1) == column(first, "balance sheet", 0)
    assert column(second, "income statement", 1) == column(first, "income statement", 0)
    assert column(second, "cash movements", 1) == column(first, "cash movements", 0)


def test_a_member_with_accounts_of_its_own() -> None:
    """What it calls 5000 is cost of goods to the group, in every statement (D23)."""
    made = holding()
    made.enter("acme", SPRING, "5000 USD 100.00", "1000 USD -100.00")
    codes = {ACME: {AccountCode("5000"): AccountCode("5100")}}
    of = attrs.evolve(group(), maps=codes)
    found = shown(made, of, SECOND_END)
    cost = row(found, "income statement", "Cost of goods sold")
    assert cost == row(found, "cash movements", "Cost of goods sold")
    assert row(restated(made, of, SECOND_END), "income statement", "Cost of goods sold") == [
        "-200.00",
        "0.00",
    ]


def restated(made: Holding, of: Group, day: date) -> Statements:
    """The statements of a group, every amount at the rate of the day."""
    with made.store.begin() as unit:
        desk = Desk(unit, made.rates, instant(day), "ada")
        return present_group(desk, of, day, basis=current_rate(day))


def test_at_one_rate_a_group_moves_by_volume_alone() -> None:
    """A dollar is two euros in both years: sales of 500 and 300 after the purchase, no reserve.

    Its cash of USD 1,200 came with Acme for EUR 1,000, so that came to 1,400 more.
    """
    made = restated(holding(), group(), SECOND_END)
    assert row(made, "income statement", "Sales") == ["600.00", "1000.00"]
    assert row(made, "cash movements", "Investments in subsidiaries") == ["0.00", "1400.00"]
    assert row(made, "cash movements", "Cash at the end") == ["8000.00", "7400.00"]
    assert row(made, "balance sheet", "Total equity") == ["8000.00", "7400.00"]
    labels = [one.label for of in made for one in of.rows]
    assert not {"Translation reserve", "Minority interest", "Goodwill"} & set(labels)
    assert made.notes[1].startswith("Goodwill, fair values and the part of other holders")


def test_a_group_that_lost_a_company_is_not_shown_at_one_rate() -> None:
    """It is named, with what to do instead."""
    made = holding()
    sale = sold(made)
    with pytest.raises(RestatementRefused, match="'acme' left on 2026-06-30; show it as booked"):
        restated(made, sale, SECOND_END)


def test_differences_on_net_investments_are_no_result() -> None:
    """They went to the reserve (IAS 21.32): no category of the result shows them, in or out."""
    made = Holding({"USD": {FIRST: "1.25", YEAR_END: "2.50"}})
    made.found("nordwind", "EUR", FIRST)
    made.found("acme", "USD", FIRST)
    made.enter("nordwind", FIRST, "1000 EUR 5000.00", "3000 EUR -5000.00")
    made.enter("nordwind", FIRST, "1260 USD 100.00", "1000 USD -100.00", partner={"1260": "acme"})
    made.enter("acme", FIRST, "1000 USD 100.00", "2260 USD -100.00", partner={"2260": "nordwind"})
    measured(made, "7200", "1260")
    found = shown(made, Group(NORDWIND, (Stake(ACME, 1),), EUR), YEAR_END)
    labels = [one.label for one in found.named("income statement").rows]
    assert "Exchange differences on net investments" not in labels
    assert row(found, "translation reserve", "Differences on net investments") == ["-40.00"]
