"""Dealings between members: matched, taken out, and what of them stays (IFRS 10.B86c, D23 to D26).

1 EUR is USD 1.0, 1.1, 1.25 and 1.6 on the four days, 1.1 on average; a pound is EUR 1.25 always.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.decisions import Purpose
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import Account, AccountType, Acquisition, Chart, Group, Stake
from fxcrm.ledger.accountmaps import (
    AccountMapRefused,
    AccountUnmapped,
    aligned,
    aligned_books,
    aligned_snapshot,
)
from fxcrm.ledger.dividends import dividend_entries
from fxcrm.ledger.grouppolicies import GroupPolicies, ProfitSharing, UnrealisedRate
from fxcrm.ledger.groups import Method, Sold, StakeChange, Step, UnrealisedProfit
from fxcrm.ledger.intercompany import (
    IntercompanyMismatch,
    dealing_differences,
    intercompany_entries,
    matched_slack,
)
from fxcrm.ledger.netinvestments import moved_to_reserve, net_investment_entries
from fxcrm.ledger.sheets import GroupRateMissing, GroupSheet
from fxcrm.ledger.unrealised import unrealised_borne, unrealised_entries
from fxcrm.ledger.worksheet import GroupEntry, MemberBooks
from fxcrm.money import Money, RationalMoney
from fxcrm.moneybag import MoneyBag
from tests.ledger.dealers import AUTUMN, CHART, DE, EUR, FIRST, LAST, SPRING, UK, US, Dealers, told
from tests.ledger.notation import money, value

PLAIN = Group(DE, (Stake(US, "0.8"), Stake(UK, "0.9", owner=US)), EUR)
NOTHING = money("EUR 1.00")


def _sums(entries: tuple[GroupEntry, ...]) -> dict[tuple[str, str], str]:
    """What entries enter on each account of each member."""
    sums: dict[tuple[str, str], Money] = {}
    for entry in entries:
        for line in entry.lines:
            key = (str(line.account), str(line.company or "group"))
            sums[key] = sums.get(key, Money.zero(EUR)) + line.figure.value
    return {key: str(one) for key, one in sums.items() if one}


def _us(**stake: Any) -> Group:
    """A parent with one company."""
    return Group(DE, (Stake(US, **{"owned": "0.8"} | stake),), EUR)


# ---------------------------------------------------------------- matched and taken out


def test_both_sides_are_taken_out_and_the_exchange_difference_stays() -> None:
    """USD 110.00 at 1.1 is 100.00, at 1.6 it is 68.75: the loss of 31.25 is no part of it (D24)."""
    books = Dealers.at()
    books.charge(DE, US, "USD 110.00", SPRING)
    books.remeasure(LAST)
    sheet = books.sheet(_us())
    assert told(intercompany_entries(sheet)) == [
        (
            "de with us: receivables and payables",
            [("1200", "de", "EUR -68.75"), ("2200", "us", "EUR 68.75")],
        ),
        (
            "de with us: income and expense",
            [("4200", "de", "EUR 100.00"), ("5200", "us", "EUR -100.00")],
        ),
    ]
    [stays] = dealing_differences(sheet)
    assert (stays.company, stays.partner, stays.account) == (DE, US, "7100")
    assert stays.figure.value == money("EUR 31.25")


def test_rounding_of_the_two_sides_is_kept_apart() -> None:
    """What a pair leaves over is a line of its own, of nobody; the reserve is not touched (D30)."""
    books = Dealers.at(usd="0.3 0.3 0.3 0.3")
    books.charge(US, UK, "EUR 0.05", SPRING)  # USD 0.02 and GBP 0.04, which are EUR 0.07 and 0.05
    entries = intercompany_entries(books.sheet(PLAIN))
    code = PLAIN.accounts.rounding
    assert told(entries) == [
        (
            "uk with us: receivables and payables",
            [("2200", "uk", "EUR 0.05"), ("1200", "us", "EUR -0.07"), (code, "group", "EUR 0.02")],
        ),
        (
            "uk with us: income and expense",
            [
                ("5200", "uk", "EUR -0.05"),
                ("4200", "us", "EUR 0.07"),
                (code, "group", "EUR -0.02"),
            ],
        ),
    ]
    apart = entries[0].lines[-1].figure
    assert apart.explain().splitlines()[:3] == [
        "Rounding between uk and us: EUR 0.02",
        "  rule: what the two sides left over (D30)",
        "  Rounding between uk and us: EUR -0.02",
    ]


@pytest.mark.parametrize("side", ["1200", "4200"])
def test_a_mismatch_of_a_cent_is_refused_with_both_sides(side: str) -> None:
    """However small, it is no rounding: the documents differ (D23)."""
    books = Dealers.at()
    books.charge(DE, US, "USD 1000000.00", LAST)
    books.book(DE, LAST, f"{side} us USD 0.01", "1000 USD -0.01")
    with pytest.raises(IntercompanyMismatch) as refused:
        intercompany_entries(books.sheet(_us()))
    assert (refused.value.left, refused.value.right) == (DE, US)
    assert "0.01" in refused.value.left_records or "999999.99" in refused.value.left_records
    assert "1000000.00" in refused.value.right_records


def test_a_mismatch_is_told_in_the_documents_of_both_sides() -> None:
    """Every currency and every account of it, or nothing."""
    books = Dealers.at()
    books.charge(DE, US, "USD 16.00", LAST)
    books.book(DE, LAST, "1200 us GBP 8.00", "1000 GBP -8.00")
    books.book(DE, LAST, "2200 us USD -1.60", "1000 USD 1.60")
    with pytest.raises(IntercompanyMismatch) as refused:
        intercompany_entries(books.sheet(_us()))
    assert refused.value.left_records == "GBP 8.00, USD 14.40 (translated EUR 20.00 and EUR -1.00)"
    assert refused.value.right_records == "USD -16.00 (translated EUR -10.00)"
    alone = Dealers.at()
    alone.book(US, LAST, "5200 de USD 16.00", "1000 USD -16.00")
    with pytest.raises(IntercompanyMismatch) as refused:
        intercompany_entries(alone.sheet(_us()))
    assert refused.value.left_records == "nothing (translated nothing)"


def test_what_matching_may_leave_over_is_bounded_by_its_lines() -> None:
    """Dealings on every account and dividends on both sides, no other line (D30)."""
    books = Dealers.at()
    books.charge(DE, US, "GBP 16.01", SPRING)
    books.declare(US, DE, "USD 8.00", SPRING)
    books.lend(DE, US, "USD 16.00", SPRING)
    books.book(US, SPRING, "5000 GBP 7.00", "1000 GBP -7.00")
    sheet = books.sheet(_us())
    codes = {"1200", "2200", "1260", "2260", "4200", "5200", "3300", "4600"}
    lines = [line for one in sheet.books.values() for line in one.translation.lines]
    due = sum((one.slack.value for one in lines if one.account.code in codes), Fraction(0))
    assert matched_slack(sheet) == due
    half = Fraction(1, 200)
    joint = books.sheet(_us(owned="0.4", method=Method.PROPORTIONATE))
    lines = [line for one in joint.books.values() for line in one.translation.lines]
    found = [one.slack.value + half for one in lines if one.account.code in codes]
    assert matched_slack(joint) == sum(found)


def test_what_was_not_remeasured_does_not_match() -> None:
    """One document, two values: both members re-measure before the group adds up (D23)."""
    books = Dealers.at()
    books.charge(DE, US, "USD 110.00", SPRING)
    with pytest.raises(IntercompanyMismatch, match=r"translated EUR 100\.00"):
        intercompany_entries(books.sheet(_us()))


def test_a_net_investment_on_one_side_is_no_charge_on_the_other() -> None:
    """Equal amounts on accounts of another purpose do not match."""
    books = Dealers.at()
    books.book(DE, LAST, "1260 us EUR 50.00", "1000 EUR -50.00")
    books.book(US, LAST, "1000 EUR 50.00", "2200 de EUR -50.00")
    with pytest.raises(IntercompanyMismatch, match="nothing"):
        intercompany_entries(books.sheet(_us()))


def test_an_associate_is_not_taken_out_line_by_line() -> None:
    """What it owes is owed by somebody else (IAS 28)."""
    books = Dealers.at()
    books.charge(DE, US, "USD 110.00", LAST)
    sheet = books.sheet(_us(owned="0.3", method=Method.EQUITY))
    assert intercompany_entries(sheet) == dividend_entries(sheet) == ()
    assert dealing_differences(sheet) == ()


def test_of_a_joint_operation_the_groups_share_is_taken_out() -> None:
    """The rest is owed by those who share it (IFRS 11.20, D28)."""
    books = Dealers.at()
    books.charge(DE, US, "USD 110.01", LAST)
    sheet = books.sheet(_us(owned="0.4", method=Method.PROPORTIONATE))
    assert _sums(intercompany_entries(sheet)) == {
        ("1200", "de"): "EUR -27.50",  # 0.4 of 68.76 (68.75625), half-even
        ("2200", "us"): "EUR 27.50",
        ("4200", "de"): "EUR 27.50",
        ("5200", "us"): "EUR -27.50",
    }


def test_before_an_acquisition_dealings_were_those_of_strangers() -> None:
    """What it earned of the group before stays as it is; what is owed still is within it."""
    books = Dealers.at()
    books.charge(DE, US, "EUR 100.00", FIRST)
    books.charge(DE, US, "EUR 30.00", AUTUMN)
    books.remeasure(SPRING)
    books.remeasure(LAST)
    sheet = books.sheet(_us(acquired=Acquisition(SPRING, NOTHING)))
    assert _sums(intercompany_entries(sheet)) == {
        ("1200", "de"): "EUR -130.00",
        ("2200", "us"): "EUR 130.00",
        ("4200", "de"): "EUR 30.00",
        ("5200", "us"): "EUR -30.00",
    }


def test_after_a_company_left_it_is_a_stranger_again() -> None:
    """What it dealt while it belonged to the group stays taken out, balances do not."""
    books = Dealers.at()
    books.charge(DE, US, "EUR 100.00", FIRST)
    books.remeasure(AUTUMN)
    books.charge(DE, US, "EUR 30.00", LAST)
    sheet = books.sheet(_us(changes=[StakeChange(AUTUMN, 0, NOTHING)]))
    assert _sums(intercompany_entries(sheet)) == {
        ("4200", "de"): "EUR 100.00",
        ("5200", "us"): "EUR -100.00",
    }


def test_two_that_never_met_in_the_group_have_no_pair() -> None:
    """One left before the other came."""
    books = Dealers.at()
    books.charge(UK, US, "EUR 100.00", FIRST)
    books.remeasure(LAST)
    gone = _us(changes=[StakeChange(SPRING, 0, NOTHING)]).stakes[0]
    group = Group(DE, (gone, Stake(UK, "0.9", acquired=Acquisition(AUTUMN, NOTHING))), EUR)
    assert intercompany_entries(books.sheet(group)) == ()


# ---------------------------------------------------------------- dividends


def test_a_dividend_is_no_income_of_the_group() -> None:
    """At the rate of the day it was declared on; the outsiders' part stays (D26)."""
    books = Dealers.at()
    books.declare(US, DE, "USD 88.00", SPRING)
    books.book(US, SPRING, "3300 USD 22.00", "2700 USD -22.00")
    books.remeasure(LAST)
    sheet = books.sheet(_us())
    assert told(dividend_entries(sheet)) == [
        ("Dividends of us to de", [("3300", "us", "EUR -80.00"), ("4600", "de", "EUR 80.00")])
    ]
    [stays] = dealing_differences(sheet)
    assert stays.figure.value == money("EUR 25.00")  # 88.00 at 1.1 less at 1.6: the receiver's


def test_a_dividend_that_one_side_did_not_record_is_refused() -> None:
    """A cent is enough."""
    books = Dealers.at()
    books.declare(US, DE, "USD 88.00", SPRING)
    books.book(DE, SPRING, "1200 us USD 0.01", "4600 us USD -0.01")
    with pytest.raises(IntercompanyMismatch, match=r"88\.01"):
        dividend_entries(books.sheet(_us()))


@pytest.mark.parametrize(
    ("company", "lines"),
    [
        (US, ("3300 de USD 88.00", "2200 USD -88.00")),
        (DE, ("1200 USD 88.00", "4600 us USD -88.00")),
    ],
    ids=["declared", "received"],
)
@pytest.mark.parametrize("share", [Method.FULL, Method.PROPORTIONATE])
def test_a_dividend_on_one_side_alone_is_refused(
    company: CompanyId, lines: tuple[str, str], share: Method
) -> None:
    """Whoever recorded it."""
    books = Dealers.at()
    books.book(company, LAST, *lines)
    with pytest.raises(IntercompanyMismatch, match="records nothing"):
        dividend_entries(books.sheet(_us(method=share)))


def test_all_that_a_joint_operation_declared_is_the_groups_own() -> None:
    """The owner got its share of all, which is the group's share of the whole (D28)."""
    books = Dealers.at()
    books.declare(US, DE, "USD 44.00", SPRING)
    books.book(US, SPRING, "3300 USD 66.00", "2700 USD -66.00")
    books.remeasure(LAST)
    sheet = books.sheet(_us(owned="0.4", method=Method.PROPORTIONATE))
    assert _sums(dividend_entries(sheet)) == {
        ("3300", "us"): "EUR -40.00",
        ("4600", "de"): "EUR 40.00",
    }


def test_a_dividend_of_what_was_earned_before_the_acquisition_is_one_of_strangers() -> None:
    """And one that is declared after the company left, too."""
    books = Dealers.at()
    books.declare(US, DE, "USD 10.00", FIRST)
    books.declare(US, DE, "USD 22.00", SPRING)
    books.declare(US, DE, "USD 32.00", LAST)
    bought = Acquisition(FIRST, NOTHING)
    group = _us(acquired=bought, changes=[StakeChange(AUTUMN, 0, NOTHING)])
    assert _sums(dividend_entries(books.sheet(group))) == {
        ("3300", "us"): "EUR -20.00",
        ("4600", "de"): "EUR 20.00",
    }


# ---------------------------------------------------------------- net investments


def _lent() -> Dealers:
    books = Dealers.at()
    books.lend(DE, US, "USD 110.00", SPRING)
    books.lend(DE, US, "EUR 100.00", SPRING)
    for day in (AUTUMN, LAST):
        books.remeasure(day)
    return books


def test_differences_on_net_investments_go_to_the_reserve_of_who_bears_them() -> None:
    """USD 110.00 falls by 31.25; EUR 100.00 costs USD 50.00 more, 45.45 on average (IAS 21.33)."""
    sheet = _lent().sheet(_us())
    assert told(net_investment_entries(sheet)) == [
        (
            "Net investment of de with us, to the reserve",
            [("7200", "de", "EUR -31.25"), ("3800", "de", "EUR 31.25")],
        ),
        (
            "Net investment of us with de, to the reserve",
            [("7200", "us", "EUR -45.45"), ("3800", "us", "EUR 45.45")],
        ),
    ]
    assert moved_to_reserve(sheet, DE, LAST).value == money("EUR -31.25")
    assert moved_to_reserve(sheet, US, LAST).value == money("EUR -45.45")
    assert dealing_differences(sheet) == ()


def test_the_reserve_of_a_day_holds_what_came_until_then() -> None:
    """110 / 1.1 less 110 / 1.25 in autumn, and less 110 / 1.6 at last."""
    sheet = _lent().sheet(_us(changes=[StakeChange(AUTUMN, "0.7", NOTHING)]))
    assert moved_to_reserve(sheet, DE, AUTUMN).value == money("EUR -12.00")
    assert moved_to_reserve(sheet, DE, LAST).value == money("EUR -31.25")


def test_a_difference_with_somebody_outside_stays_in_the_result() -> None:
    """A net investment is one in a member of the group (IAS 21.15)."""
    sheet = _lent().sheet(Group(DE, (Stake(UK, 1),), EUR))
    assert net_investment_entries(sheet) == ()
    assert moved_to_reserve(sheet, DE, LAST).value == money("EUR 0.00")


def test_when_the_company_left_its_differences_are_recycled() -> None:
    """The lender's part goes to the result, that of the company leaves with it (IAS 21.48)."""
    sheet = _lent().sheet(_us(changes=[StakeChange(AUTUMN, 0, NOTHING)]))
    entries = net_investment_entries(sheet)
    assert [one.text for one in entries] == [
        "Net investment of de with us, recycled",
        "Net investment of us with de, to the reserve",
    ]
    sums = _sums(entries)
    assert sums[PLAIN.accounts.recycled, DE] == "EUR 12.00"  # 110 / 1.1 less 110 / 1.25
    assert sums["7200", DE] == "EUR -12.00"  # and what came after stays where it is
    assert (PLAIN.accounts.reserve, DE) not in sums
    assert sums[PLAIN.accounts.reserve, US] == "EUR 13.64"  # USD 15.00 more on average
    assert moved_to_reserve(sheet, DE, AUTUMN).value == money("EUR 0.00")


def test_two_that_leave_together_take_their_differences_along() -> None:
    """Each in its own reserve, which is recycled with the rest of it (IAS 21.48)."""
    books = Dealers.at()
    books.lend(UK, US, "USD 110.00", SPRING)
    books.remeasure(AUTUMN)
    gone = _us(changes=[StakeChange(AUTUMN, 0, NOTHING)]).stakes[0]
    group = Group(DE, (gone, Stake(UK, "0.9", owner=US)), EUR)
    entries = net_investment_entries(books.sheet(group))
    assert {line.account for one in entries for line in one.lines} == {"7200", "3800"}


def test_differences_before_the_acquisition_stay_where_they_were() -> None:
    """It was no part of a net investment of the group then."""
    sheet = _lent().sheet(_us(acquired=Acquisition(AUTUMN, NOTHING)))
    assert _sums(net_investment_entries(sheet))["7200", DE] == "EUR -19.25"  # 88.00 to 68.75
    assert moved_to_reserve(sheet, DE, LAST).value == money("EUR -19.25")
    assert moved_to_reserve(sheet, US, SPRING).value == money("EUR 0.00")


# ---------------------------------------------------------------- unrealised profit


def _sold(seller: CompanyId = US, buyer: CompanyId = DE, *realised: Any) -> UnrealisedProfit:
    profit = money("USD 110.00" if seller == US else "EUR 110.00")
    code = AccountCode
    goods = (code("1800"), code("5100"))
    return UnrealisedProfit("pumps", seller, buyer, SPRING, profit, *goods, realised=realised)


def _with(one: Any, stake: dict[str, Any] | None = None, **policies: Any) -> GroupSheet:
    group = attrs.evolve(_us(**stake or {}), unrealised=(one,), policies=GroupPolicies(**policies))
    return Dealers.at().sheet(group)


@pytest.mark.parametrize(
    ("one", "policies", "bearer", "amount"),
    [
        (_sold(), {}, US, "EUR 100.00"),
        (_sold(), {"unrealised_sharing": ProfitSharing.PARENT}, DE, "EUR 100.00"),
        (_sold(), {"unrealised_rate": UnrealisedRate.CLOSING}, US, "EUR 68.75"),
        (_sold(DE, US), {}, DE, "EUR 110.00"),
        (_sold(DE, US), {"unrealised_sharing": ProfitSharing.PARENT}, DE, "EUR 110.00"),
        (_sold(US, DE, Sold(AUTUMN, "0.25"), Sold(LAST, "0.6")), {}, US, "EUR 40.00"),
    ],
    ids=["upstream", "borne by the parent", "closing rate", "downstream", "by policy", "sold on"],
)
def test_unrealised_profit_leaves_the_result_of_who_bears_it(
    one: UnrealisedProfit, policies: dict[str, Any], bearer: CompanyId, amount: str
) -> None:
    """USD 110.00 at the rate of the sale, 1.1, or at closing, 1.6; the goods are the buyer's."""
    sheet = _with(one, None, **policies)
    [entry] = unrealised_entries(sheet)
    assert entry.step is Step.UNREALISED
    assert _sums((entry,)) == {("5100", bearer): amount, ("1800", one.buyer): f"EUR -{amount[4:]}"}
    borne = unrealised_borne(sheet)
    assert {key: one.value for key, one in borne.items()} == {(bearer, LAST): money(amount)}


def test_sales_are_entered_in_the_order_of_their_ids() -> None:
    """However the group names them; what one company bears is one figure."""
    sales: Any = [attrs.evolve(_sold(), id=id) for id in ("screws", "pumps")]
    sheet = Dealers.at().sheet(attrs.evolve(_us(), unrealised=sales))
    assert [one.text for one in unrealised_entries(sheet)] == [
        "pumps: us to de",
        "screws: us to de",
    ]
    assert unrealised_borne(sheet)[US, LAST].value == money("EUR 200.00")


@pytest.mark.parametrize(
    ("one", "stake"),
    [
        (_sold(US, DE, Sold(LAST, 1)), {}),
        (_sold(), {"acquired": Acquisition(SPRING, NOTHING)}),
        (attrs.evolve(_sold(), sold_on=LAST), {"changes": [StakeChange(AUTUMN, 0, NOTHING)]}),
        (attrs.evolve(_sold(), sold_on=date(2026, 1, 1)), {}),
        (attrs.evolve(_sold(), buyer=UK), {}),
    ],
    ids=["sold on", "before", "after", "not sold yet", "to nobody of the group"],
)
def test_what_is_earned_is_left_alone(one: UnrealisedProfit, stake: dict[str, Any]) -> None:
    """Nothing is entered, and nobody bears anything."""
    sheet = _with(one, stake)
    assert unrealised_entries(sheet) == ()
    assert unrealised_borne(sheet) == {}


def test_with_an_associate_only_the_share_is_unrealised() -> None:
    """What it bought comes off the stake; what it sold comes with its result (IAS 28.28)."""
    associate = {"owned": "0.3", "method": Method.EQUITY}
    down, up = _with(_sold(DE, US), associate), _with(_sold(), associate)
    assert _sums(unrealised_entries(down)) == {
        ("5100", DE): "EUR 33.00",
        (PLAIN.accounts.equity_accounted, US): "EUR -33.00",
    }
    assert unrealised_entries(up) == ()
    assert unrealised_borne(up)[US, LAST].value == money("EUR 100.00")


def test_with_a_joint_operation_only_the_share_is_unrealised() -> None:
    """The rest was earned from those who share it (IFRS 11.B34)."""
    sheet = _with(_sold(), {"owned": "0.4", "method": Method.PROPORTIONATE})
    assert _sums(unrealised_entries(sheet))["5100", US] == "EUR 40.00"


def test_at_closing_every_day_has_its_own_rate() -> None:
    """That of the report by its closing decision, and of a day before by its spot (D25)."""
    sheet = _with(
        _sold(),
        {"changes": [StakeChange(AUTUMN, "0.7", NOTHING)]},
        unrealised_rate=UnrealisedRate.CLOSING,
    )
    borne = {day: one.value for (_, day), one in unrealised_borne(sheet).items()}
    assert borne == {AUTUMN: money("EUR 88.00"), LAST: money("EUR 68.75")}
    [entry] = unrealised_entries(sheet)
    [decision] = entry.lines[0].figure.decisions()
    assert decision.purpose is Purpose.CLOSING


LESS: dict[str, Any] = {"changes": [StakeChange(AUTUMN, "0.25", NOTHING, Method.EQUITY)]}


@pytest.mark.parametrize(
    ("buyer", "amount"),
    [
        (Stake(UK, "0.5", method=Method.PROPORTIONATE), "EUR 20.00"),
        (Stake(UK, "0.5", method=Method.EQUITY), "EUR 20.00"),
        (Stake(UK, "0.5", method=Method.EQUITY, **LESS), "EUR 10.00"),
    ],
    ids=["joint operations", "an associate", "an associate of less"],
)
def test_of_two_that_are_shared_the_share_of_both_is_unrealised(buyer: Stake, amount: str) -> None:
    """0.4 of the seller's USD 110.00, and of that what the group has of the buyer."""
    seller = Stake(US, "0.4", method=Method.PROPORTIONATE)
    sale: Any = attrs.evolve(_sold(), buyer=UK)
    group = attrs.evolve(Group(DE, (seller, buyer), EUR), unrealised=(sale,))
    [entry] = unrealised_entries(Dealers.at().sheet(group))
    assert entry.lines[0].figure.value == money(amount)


def test_a_sale_of_the_last_day_is_one_within_the_group() -> None:
    """What happens on a day holds from its end on."""
    sheet = _with(
        attrs.evolve(_sold(), sold_on=AUTUMN), {"changes": [StakeChange(AUTUMN, 0, NOTHING)]}
    )
    assert _sums(unrealised_entries(sheet))["1800", DE] == "EUR -88.00"


def test_goods_leave_with_who_has_them() -> None:
    """What was unrealised when the buyer left stays on its line, to be derecognised with it."""
    one = _sold(DE, US, Sold(SPRING, "0.5"), Sold(LAST, 1))
    sheet = _with(one, {"changes": [StakeChange(AUTUMN, 0, NOTHING)]})
    assert _sums(unrealised_entries(sheet))["1800", US] == "EUR -55.00"
    borne = {key: one.value for key, one in unrealised_borne(sheet).items()}
    assert borne == {(DE, AUTUMN): money("EUR 55.00"), (DE, LAST): money("EUR 55.00")}


def test_a_rate_that_was_not_decided_is_named() -> None:
    """The seller's, of the day of the sale."""
    sheet = _with(attrs.evolve(_sold(), sold_on=date(2025, 5, 5)))
    with pytest.raises(GroupRateMissing) as refused:
        unrealised_entries(sheet)
    assert (refused.value.company, refused.value.on) == (US, date(2025, 5, 5))


# ---------------------------------------------------------------- account maps

OTHER = Account(AccountCode("4010"), "Sales of pumps", AccountType.INCOME)


def _other_chart() -> Chart:
    return Chart((*CHART.accounts, OTHER), CHART.duties)


def _own_codes() -> MemberBooks:
    """A member that keeps an account of its own beside one of the group's."""
    books = Dealers.at()
    books.book(DE, SPRING, "1000 EUR 30.00", "4000 EUR -30.00")
    books.book(DE, AUTUMN, "1000 EUR 12.00", "4000 EUR -12.00")
    made = books.sheet(_us()).books[DE]
    lines = []
    for line in made.translation.lines:
        lines.append(line)
        if line.account.code == "4000":
            lines.append(attrs.evolve(line, account=OTHER))
    snapshot = attrs.evolve(made.translation, lines=tuple(lines)).snapshot()
    return attrs.evolve(
        made,
        translation=attrs.evolve(made.translation, lines=tuple(lines)),
        marks={AUTUMN: snapshot},
    )


def test_accounts_of_a_member_become_those_of_the_group() -> None:
    """Lines that meet are added up, in every currency, on the day and on those before (D23)."""
    own = _own_codes()
    codes = {OTHER.code: AccountCode("4000")}
    made = aligned_books(own, codes, CHART)
    lines = {line.account.code: line for line in made.translation.lines}
    assert lines[AccountCode("4000")].presentation.value == money("EUR -84.00")
    assert lines[AccountCode("4000")].functional.value == money("EUR -84.00")
    assert list(lines[AccountCode("4000")].documents) == [money("EUR -84.00")]
    before = {line.account.code: line.slack.value for line in own.translation.lines}
    assert lines[AccountCode("4000")].slack.value == before[AccountCode("4000")] * 2
    assert OTHER.code not in lines
    assert lines[AccountCode("1000")] == own.translation.lines[0]
    kept = {one.account: one for one in made.marks[AUTUMN].balances}
    assert kept[AccountCode("4000")].presentation == money("EUR -84.00")
    assert kept[AccountCode("4000")].functional == money("EUR -84.00")
    assert aligned_books(made, codes, CHART) == made


def test_partners_stay_apart_when_accounts_are_joined() -> None:
    """Lines stand in the order of their accounts and partners, with all their parts."""
    own = _own_codes().translation
    bank, sales, other = own.lines
    lines = [
        attrs.evolve(one, partner=partner)
        for partner in (US, None, UK)
        for one in (other, sales)
    ]  # fmt: skip
    codes = {OTHER.code: AccountCode("4000"), AccountCode("1000"): AccountCode("1800")}
    mixed = attrs.evolve(own, lines=(*lines, bank))
    made = aligned(mixed, codes, CHART)
    keys = [("1800", None), ("4000", None), ("4000", UK), ("4000", US)]
    assert [(line.account.code, line.partner) for line in made.lines] == keys
    assert [len(line.parts) for line in made.lines] == [1, 2, 2, 2]
    joined = made.lines[1]
    assert joined.functional.label == joined.presentation.label == "Sales, mapped"
    kept = aligned_snapshot(mixed.snapshot(), codes, CHART)
    assert [(one.account, one.partner) for one in kept.balances] == keys
    assert kept == made.snapshot()


def test_an_account_that_nobody_mapped_is_named() -> None:
    """With its company, of the day and of the days before."""
    own = _own_codes()
    for align in (
        lambda: aligned(own.translation, {}, CHART),
        lambda: aligned_snapshot(own.marks[AUTUMN], {}, CHART),
    ):
        with pytest.raises(AccountUnmapped) as refused:
            align()
        assert (refused.value.company, refused.value.account) == (DE, "4010")
    assert aligned(own.translation, {}, _other_chart()) == own.translation


@pytest.mark.parametrize(
    ("target", "reason"),
    [("1000", "income, and that is asset"), ("4200", "goes at the average"), ("3000", "equity")],
)
def test_an_account_does_not_become_one_of_another_kind(target: str, reason: str) -> None:
    """Neither of another part of the statements, nor one that is translated otherwise."""
    with pytest.raises(AccountMapRefused, match=reason) as refused:
        aligned(_own_codes().translation, {OTHER.code: AccountCode(target)}, CHART)
    assert (refused.value.account, refused.value.mapped) == ("4010", target)
    assert refused.value.company == DE


# ---------------------------------------------------------------- laws

members = st.permutations([DE, US, UK]).map(lambda order: (order[0], order[1]))
amounts = st.builds(
    "{} {}.{:02d}".format,
    st.sampled_from(["EUR", "USD", "GBP"]),
    st.integers(1, 10**6),
    st.integers(0, 99),
)
deals = st.lists(
    st.tuples(
        st.sampled_from([Dealers.charge, Dealers.declare, Dealers.lend]),
        members,
        amounts,
        st.sampled_from([FIRST, SPRING, AUTUMN, LAST]),
    ),
    max_size=6,
)
rates = st.lists(st.integers(2000, 30000), min_size=4, max_size=4).map(
    lambda found: " ".join(f"{one // 10000}.{one % 10000:04d}" for one in found)
)
Deal = tuple[Callable[..., None], tuple[CompanyId, CompanyId], str, date]


def _every_entry(sheet: GroupSheet) -> tuple[GroupEntry, ...]:
    return (
        *intercompany_entries(sheet),
        *dividend_entries(sheet),
        *net_investment_entries(sheet),
    )


def _after(sheet: GroupSheet, entries: tuple[GroupEntry, ...]) -> GroupSheet:
    """The books of the members less what was taken out of them."""
    gone = {(one.account, one.company) for entry in entries for one in entry.lines}
    books = {}
    for company, made in sheet.books.items():
        lines = [
            attrs.evolve(
                line, documents=MoneyBag(), presentation=Figure("", Money.zero(EUR), ""),
                slack=RationalMoney(Fraction(0), EUR),
            )
            if (line.account.code, company) in gone and line.partner in sheet.books else line
            for line in made.translation.lines
        ]  # fmt: skip
        books[company] = attrs.evolve(
            made, translation=attrs.evolve(made.translation, lines=tuple(lines))
        )
    return attrs.evolve(sheet, books=books)


@given(deals, rates, rates)
def test_what_members_deal_is_gone_from_the_group(made: list[Deal], usd: str, gbp: str) -> None:
    """Each entry sums to zero, dealings to rounding; no order matters, nothing is taken twice."""
    books = Dealers.at(usd, gbp)
    for deal, (one, other), amount, day in made:
        deal(books, one, other, amount, day)
    books.remeasure(LAST)
    sheet = books.sheet(PLAIN)
    entries = _every_entry(sheet)
    for entry in entries:
        assert Money.total(one.figure.value for one in entry.lines).is_zero
    left, slack = Fraction(0), Fraction(0)
    for company in sheet.books:
        for line in sheet.books[company].translation.lines:
            if line.account.intercompany:
                left += value(line.presentation.value)
                slack += line.slack.value
    apart = [
        value(line.figure.value)
        for entry in intercompany_entries(sheet)
        for line in entry.lines
        if line.company is None
    ]
    assert left == sum(apart)
    assert abs(left) <= slack
    turned = Group(DE, tuple(reversed(PLAIN.stakes)), EUR)
    other_way = attrs.evolve(sheet, group=turned, books=dict(reversed(list(sheet.books.items()))))
    assert _every_entry(other_way) == entries
    assert _every_entry(_after(sheet, entries)) == ()
    accounts = {line.account for entry in entries for line in entry.lines}
    assert accounts <= {"1200", "2200", "1260", "2260", "4200", "5200", "3300", "4600", "7200",
                        PLAIN.accounts.reserve, PLAIN.accounts.rounding}  # fmt: skip
