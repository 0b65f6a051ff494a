"""Dealings in the whole group: what of them is left, and who bears it (D23 to D27).

Rates are those of `dealers`: 1 EUR is USD 1.0, 1.1, 1.25 and 1.6 on the four days, 1.1 on average.
"""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import Account, AccountType, Consolidation, Group, Stake, consolidate
from fxcrm.ledger.accountmaps import AccountUnmapped
from fxcrm.ledger.grouppolicies import GroupPolicies, ProfitSharing
from fxcrm.ledger.groups import Method, Step, UnrealisedProfit
from fxcrm.money import Money
from tests.ledger.dealers import (
    AUTUMN,
    CHART,
    DE,
    EUR,
    FIRST,
    KEPT,
    LAST,
    SPRING,
    US,
    Dealers,
    explained,
)
from tests.ledger.notation import money, value

GROUP = Group(DE, (Stake(US, "0.8"),), EUR)
CODE = AccountCode


def _founded(share: str = "800.00") -> Dealers:
    """The parent puts in its share of USD 1,000.00, other holders the rest."""
    books = Dealers.at()
    books.book(DE, FIRST, "1000 EUR 5000.00", "3000 EUR -5000.00")
    books.book(DE, FIRST, f"1500 us USD {share}", f"1000 USD -{share}")
    books.book(US, FIRST, "1000 USD 1000.00", "3000 USD -1000.00")
    return books


def _closed(books: Dealers, group: Group = GROUP) -> Consolidation:
    books.remeasure(LAST)
    return consolidate(group, LAST, books.sheet(group).books, chart=CHART)


def _shown(found: Consolidation) -> dict[str, str]:
    return {line.code: str(line.figure.value) for line in found.lines if line.figure.value}


def _less(now: Consolidation, then: Consolidation) -> dict[str, str]:
    """What changed of what readers look at first."""
    return {
        name: str(getattr(now, name).value - getattr(then, name).value)
        for name in ("profit", "minority_profit", "minority", "reserve", "net_assets")
    }


def test_a_group_that_only_deals_with_itself_has_no_dealings() -> None:
    """Charges, dividends and loans are gone; differences and what is owed to others stay."""
    books = _founded()
    books.charge(US, DE, "USD 110.00", SPRING)
    books.declare(US, DE, "USD 88.00", SPRING)
    books.book(US, SPRING, "3300 USD 22.00", "2700 USD -22.00")
    books.lend(DE, US, "USD 500.00", SPRING)
    found = _closed(books)
    [owes] = [one for one in found.differences if one.company == DE]
    assert (owes.partner, owes.account, str(owes.figure)) == (US, "7100", "EUR -6.25")
    shown = _shown(found)
    gone = ("1200", "2200", "1260", "2260", "4200", "5200", "4600", "7200", "1500", "3300")
    assert not {code for code in gone if code in shown}
    assert shown["2700"] == "EUR -13.75"
    assert shown["7100"] == "EUR -6.25"  # owes USD 110.00 (gains 31.25), gets 88.00 (loses 25.00)
    assert Money.total(line.figure.value for line in found.lines).is_zero
    assert abs(value(found.rounding.value)) <= found.bound.value
    steps = {entry.step for entry in found.entries}
    assert {Step.INTERCOMPANY, Step.DIVIDENDS, Step.NET_INVESTMENT} <= steps


def test_dividends_to_others_reduce_what_is_theirs() -> None:
    """USD 22.00 at the rate of the day, 1.1; the group earns and loses nothing by it (D26)."""
    books, without = _founded(), _closed(_founded())
    books.book(US, SPRING, "3300 USD 22.00", "1000 USD -22.00")
    now = _closed(books)
    assert _less(now, without) == {
        "profit": "EUR 0.00",
        "minority_profit": "EUR 0.00",
        "minority": "EUR -18.75",  # EUR 20.00 declared, less 0.2 of the 6.25 it did not lose since
        "reserve": "EUR 5.00",
        "net_assets": "EUR -13.75",
    }


def _goods(seller: CompanyId, buyer: CompanyId, profit: str) -> UnrealisedProfit:
    goods = (CODE("1800"), CODE("5100"))
    return UnrealisedProfit("pumps", seller, buyer, SPRING, money(profit), *goods)


UP, DOWN = _goods(US, DE, "USD 110.00"), _goods(DE, US, "EUR 100.00")
PARENT = GroupPolicies(unrealised_sharing=ProfitSharing.PARENT)


@pytest.mark.parametrize(
    ("goods", "policies", "minority"),
    [
        (UP, GroupPolicies(), "EUR -20.00"),
        (UP, PARENT, "EUR 0.00"),
        (DOWN, GroupPolicies(), "EUR 0.00"),
        (DOWN, PARENT, "EUR 0.00"),
    ],
    ids=["upstream", "upstream, the parent's", "downstream", "downstream, the parent's"],
)
def test_who_bears_unrealised_profit(goods: Any, policies: GroupPolicies, minority: str) -> None:
    """USD 110.00 at 1.1: a fifth is the other holders' where the subsidiary sold (D25)."""
    group = attrs.evolve(GROUP, policies=policies)
    books = _founded()
    books.charge(goods.seller, goods.buyer, "EUR 300.00", SPRING)
    books.book(goods.buyer, SPRING, "1800 EUR 300.00", "5100 EUR -300.00")
    books.remeasure(LAST)
    held = books.sheet(group).books
    now = consolidate(attrs.evolve(group, unrealised=[goods]), LAST, held, chart=CHART)
    then = consolidate(group, LAST, held, chart=CHART)
    assert _less(now, then) == {
        "profit": "EUR -100.00",
        "minority_profit": minority,
        "minority": minority,
        "reserve": "EUR 0.00",
        "net_assets": "EUR -100.00",
    }


def test_net_investments_are_in_the_reserve_and_other_holders_have_their_part() -> None:
    """USD 110.00 of the parent's falls by 31.25; EUR 100.00 costs its debtor 45.45 (IAS 21.32)."""
    books, charged = _founded(), _founded()
    for lent in ("USD 110.00", "EUR 100.00"):
        books.lend(DE, US, lent, SPRING)
        amount = lent.split()
        charged.book(DE, SPRING, f"1200 us {lent}", f"1000 {amount[0]} -{amount[1]}")
        charged.book(US, SPRING, f"1000 {lent}", f"2200 de {amount[0]} -{amount[1]}")
    now, then = _closed(books), _closed(charged)
    assert _less(now, then) == {
        "profit": "EUR 76.70",
        "minority_profit": "EUR 9.09",
        "minority": "EUR 0.00",  # out of its result, into its reserve
        "reserve": "EUR -67.61",  # 31.25, and 0.8 of 45.45
        "net_assets": "EUR 0.00",
    }


def test_a_joint_operation_leaves_no_dividend_in_the_result() -> None:
    """All it declared was distributed to its owners, each by the share."""
    books = _founded("400.00")
    books.declare(US, DE, "USD 44.00", SPRING)
    books.book(US, SPRING, "3300 USD 66.00", "2700 USD -66.00")
    group = Group(DE, (Stake(US, "0.4", method=Method.PROPORTIONATE),), EUR)
    shown = _shown(_closed(books, group))
    assert "4600" not in shown
    assert "3300" not in shown
    assert shown["7100"] == "EUR 12.50"  # of the dividend it waited for


def test_a_member_with_codes_of_its_own_is_aligned_first() -> None:
    """Mapped, the group is what it would be with one chart; unmapped, it is refused (D23)."""
    own = Account(CODE("4711"), "Sales of Westwind", AccountType.INCOME)
    books = _founded()
    books.book(US, AUTUMN, "1000 USD 33.00", "4000 USD -33.00")
    held = books.sheet(GROUP).books
    made = held[US].translation
    lines = tuple(
        attrs.evolve(line, account=own) if line.account.code == "4000" else line
        for line in made.lines
    )
    own_books = attrs.evolve(held[US], translation=attrs.evolve(made, lines=lines))
    theirs = dict(held) | {US: own_books}
    mapped = attrs.evolve(GROUP, maps={US: {own.code: CODE("4000")}})
    whole = consolidate(mapped, LAST, theirs, chart=CHART)
    assert _shown(whole) == _shown(consolidate(GROUP, LAST, held, chart=CHART))
    with pytest.raises(AccountUnmapped, match="4711"):
        consolidate(GROUP, LAST, theirs, chart=CHART)


def test_every_figure_says_what_it_rests_on() -> None:
    """Labels, rules, decisions and postings; ``python -m tests.ledger.dealers`` renews them."""
    assert explained() == KEPT.read_text("utf-8")
