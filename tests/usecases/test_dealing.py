"""Dealings within the group as both sides book them: dividends, net investments, goods, capital."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fxcrm.bookkeeping import Bookkeeping, BookRules
from fxcrm.ids import AccountCode, CompanyId, OpenItemId
from fxcrm.ledger import Acquisition, Group, Revaluation, Stake
from fxcrm.ledger.groups import StakeChange, StakeMissing
from fxcrm.ledger.revaluation import Style
from fxcrm.money import Money
from fxcrm.posting import FactRefused
from fxcrm.postingrules import EntrySide, FactKind, PostingLine, PostingRule, PostingRules
from fxcrm.usecases import (
    Desk,
    Step,
    charge_member,
    collect,
    declare_dividend,
    fund_member,
    lend_net_investment,
    pay_bill,
    pay_in_capital,
    register_company,
    revalue,
    sell_to_member,
    use_stock,
)
from fxcrm.usecases.commanding import COMMANDS
from fxcrm.usecases.dealing import DealtWithItself
from fxcrm.usecases.proving import promises
from fxcrm.usecases.recounting import read_books
from fxcrm.usecases.wording import Plain, StepRefused
from tests.ledger.notation import money
from tests.usecases.office import (
    EUR,
    FEBRUARY,
    FIRST,
    JANUARY,
    MARCH,
    NORDWIND,
    USD,
    Office,
)

US = CompanyId("westwind")
DAY, LATER = date(2026, 1, 12), date(2026, 2, 11)  # 1 EUR is USD 1.0811, and USD 1.0841
GROUP = Group(NORDWIND, (Stake(US, "0.75"),), EUR)
Line = tuple[str, str, str, str]


def _group(**stake: Any) -> Group:
    return Group(NORDWIND, (Stake(US, "0.6", **stake),), EUR)


def _office(**kept: Style) -> Office:
    """Nordwind (EUR) and Westwind (USD), both with money in the bank."""
    styles = {AccountCode(code.removeprefix("a")): style for code, style in kept.items()}
    office = Office(bookkeeping=Bookkeeping(BookRules(styles=styles))).open()
    with office.desk(DAY) as desk:
        register_company(desk, US, name="Westwind", functional=USD, on=FIRST)
        pay_in_capital(desk, NORDWIND, "cap", money("EUR 90000.00"), DAY)
        pay_in_capital(desk, US, "cap", money("USD 40000.00"), DAY)
    return office


def _lines(office: Office, company: CompanyId, kind: str) -> list[Line]:
    """What entries of a kind booked: account, amount, value, partner."""
    with office.store.begin() as unit:
        found = [one for one in unit.journal.lines(company, None, MARCH) if one.kind == kind]
    return [
        (one.posting.account, str(one.posting.amount), str(one.posting.functional),
         one.posting.partner or "")
        for one in found
    ]  # fmt: skip


def _balance(office: Office, company: CompanyId, account: str, day: date = MARCH) -> str:
    with office.store.begin() as unit:
        held = [
            one.functional for one in unit.journal.balances(company, day) if one.account == account
        ]
        home = unit.companies.get(company).functional
    return str(Money.total(held, currency=home))


def _revalued(office: Office, company: CompanyId) -> Revaluation:
    return office.at(JANUARY, lambda desk: revalue(desk, company, JANUARY))


def _declared(office: Office, group: Group = GROUP, amount: str = "USD 1000.00") -> None:
    with office.desk(DAY) as desk:
        declare_dividend(desk, group, "div", company=US, amount=money(amount), on=DAY, days=30)


# ---------------------------------------------------------------- dividends


def test_a_dividend_is_owed_by_the_one_and_earned_by_the_other() -> None:
    """The owner's part is matched by partner, the rest is owed to others; at its rate (D26)."""
    office = _office()
    _declared(office)
    assert _lines(office, US, "dividend") == [
        ("3300", "USD 750.00", "USD 750.00", NORDWIND),
        ("2200", "USD -750.00", "USD -750.00", NORDWIND),
        ("3300", "USD 250.00", "USD 250.00", ""),
        ("2700", "USD -250.00", "USD -250.00", ""),
    ]
    assert _lines(office, NORDWIND, "dividend") == [
        ("1200", "USD 750.00", "EUR 693.74", US),
        ("4600", "USD -750.00", "EUR -693.74", US),
    ]


def test_what_the_rate_does_until_it_is_paid_is_the_receivers() -> None:
    """USD 750.00 at 1.0811 is EUR 693.74, at 1.0841 EUR 691.82: a loss of 1.92 (D26)."""
    office = _office()
    _declared(office)
    with office.desk(LATER) as desk:
        due = money("USD 750.00")
        pay_bill(desk, "div", item=OpenItemId("item:westwind:div"), settled=due, on=LATER)
        pay_bill(
            desk, "rest", item=OpenItemId("item:westwind:div:others"),
            settled=money("USD 250.00"), on=LATER,
        )  # fmt: skip
        made = collect(
            desk, "div", item=OpenItemId("item:nordwind:div"), settled=due,
            received=money("EUR 691.82"), on=LATER,
        )  # fmt: skip
    assert made.realised_fx.value == money("EUR -1.92")
    assert _balance(office, NORDWIND, "4600") == "EUR -693.74"
    assert (_balance(office, US, "2200"), _balance(office, US, "2700")) == ("USD 0.00", "USD 0.00")
    assert ("7000", "USD 0.00", "EUR 1.92", US) in _lines(office, NORDWIND, "settlement")


@pytest.mark.parametrize(
    ("group", "company", "to_owner", "to_others"),
    [
        (Group(NORDWIND, (Stake(US, 1),), EUR), US, "USD 1000.00", "USD 0.00"),
        (Group(NORDWIND, (Stake(US, "0.333333"),), EUR), US, "USD 333.33", "USD 666.67"),
        (GROUP, NORDWIND, "USD 0.00", "USD 1000.00"),
        (
            _group(acquired=Acquisition(FEBRUARY, money("EUR 1.00"))),
            US, "USD 0.00", "USD 1000.00",
        ),
        (
            _group(changes=[StakeChange(DAY, 0, money("EUR 1.00"))]),
            US, "USD 0.00", "USD 1000.00",
        ),
    ],
    ids=["all", "a part that rounds", "the parent's own", "before the purchase", "after the sale"],
)  # fmt: skip
def test_who_gets_which_part(
    group: Group, company: CompanyId, to_owner: str, to_others: str
) -> None:
    """The share of the day it is declared on; both parts are the whole."""
    amount = money("USD 1000.00")
    with _office().desk(DAY) as desk:
        made = declare_dividend(desk, group, "div", company=company, amount=amount, on=DAY, days=30)
    assert (made.to_owner, made.to_others) == (money(to_owner), money(to_others))


def test_a_dividend_of_nothing_or_of_a_stranger_is_refused_whole() -> None:
    """Nothing is booked on either side."""
    office = _office()
    digest = office.store.digest()
    with pytest.raises(FactRefused):
        _declared(office, amount="USD 0.00")
    with pytest.raises(StakeMissing):
        _declared(office, Group(NORDWIND, (), EUR))
    assert office.store.digest() == digest


# ---------------------------------------------------------------- net investments


def _lent(office: Office, amount: str = "USD 5000.00") -> Office:
    with office.desk(DAY) as desk:
        lend_net_investment(
            desk, "loan", lender=NORDWIND, borrower=US, amount=money(amount), on=DAY
        )
    return office


def test_differences_on_a_net_investment_stay_apart() -> None:
    """Each month end on 7200 with the partner, and nothing on 7100 (IAS 21.15, 32)."""
    office = _lent(_office())
    assert _lines(office, US, "net investment") == [
        ("1000", "USD 5000.00", "USD 5000.00", ""),
        ("2260", "USD -5000.00", "USD -5000.00", NORDWIND),
    ]
    office.at(JANUARY, lambda desk: revalue(desk, NORDWIND, JANUARY))
    # 5000 / 1.0811 = 4624.92; 5000 / 1.0830 = 4616.81
    assert _lines(office, NORDWIND, "revaluation") == [
        ("1260", "USD 0.00", "EUR -8.11", US),
        ("7200", "USD 0.00", "EUR 8.11", US),
    ]
    assert _balance(office, NORDWIND, "7100") == "EUR 0.00"
    again = office.at(JANUARY, lambda desk: revalue(desk, NORDWIND, JANUARY))
    assert again.entries == ()


def test_a_loan_in_the_lenders_currency_is_the_borrowers_difference() -> None:
    """Who keeps books in the loan's currency bears nothing (IAS 21.33)."""
    office = _lent(_office(), "EUR 5000.00")
    for company in (NORDWIND, US):
        _revalued(office, company)
    assert _balance(office, NORDWIND, "7200", JANUARY) == "EUR 0.00"
    assert (
        _balance(office, US, "7200", JANUARY) == "USD 9.50"
    )  # 5000 x (1.0830 - 1.0811), owed more


@pytest.mark.parametrize("style", Style)
def test_repaying_it_brings_the_lifetime_difference_to_the_same_account(style: Style) -> None:
    """4,624.92 lent and 4,612.12 back at 1.0841: 12.80 in all, in either style (D14, D16)."""
    office = _lent(_office(a1260=style))
    office.at(JANUARY, lambda desk: revalue(desk, NORDWIND, JANUARY))
    with office.desk(LATER) as desk:
        made = collect(
            desk, "back", item=OpenItemId("item:nordwind:loan"), settled=money("USD 5000.00"),
            received=money("EUR 4612.12"), on=LATER,
        )  # fmt: skip
        pay_bill(
            desk,
            "back",
            item=OpenItemId("item:westwind:loan"),
            settled=money("USD 5000.00"),
            on=LATER,
        )
    assert made.realised_fx.value == money("EUR -12.80")
    assert _balance(office, NORDWIND, "7200") == "EUR 12.80"
    assert _balance(office, NORDWIND, "7000") == _balance(office, NORDWIND, "7100") == "EUR 0.00"
    assert _balance(office, NORDWIND, "1260") == "EUR 0.00"
    partners = {one[3] for one in _lines(office, NORDWIND, "settlement") if one[0] == "7200"}
    assert partners == {US}
    with office.desk(LATER) as desk:
        assert [
            one
            for one in promises([read_books(desk, one) for one in desk.uow.companies.all()])
            if one.faults
        ] == []


def test_dealings_of_the_group_are_revalued_on_every_account() -> None:
    """Receivables, payables, net investments, dividends owed: in each books (D13, D23)."""
    office = _office()
    with office.desk(DAY) as desk:
        for borrower, lender in ((US, NORDWIND), (NORDWIND, US)):
            lend_net_investment(
                desk, f"loan of {lender}", lender=lender, borrower=borrower,
                amount=money("GBP 5000.00"), on=DAY,
            )  # fmt: skip
            charge_member(
                desk, f"fee of {lender}", creditor=lender, debtor=borrower,
                amount=money("GBP 500.00"), on=DAY, days=30,
            )  # fmt: skip
        declare_dividend(
            desk, GROUP, "div", company=US, amount=money("GBP 100.00"), on=DAY, days=30
        )
    for company in (NORDWIND, US):
        made = _revalued(office, company)
        owed = {"1200", "1260", "2200", "2260"} | ({"2700"} if company == US else set())
        assert owed <= {one.account for one in made.proposals}
        assert all(one.gain.value for one in made.proposals)
        for entry in made.entries:
            for line in entry.postings:
                if line.account in ("7100", "7200") and line.partner is not None:
                    across = {
                        one.account for one in entry.postings if one.functional == -line.functional
                    }
                    assert (line.account == "7200") == bool(across & {"1260", "2260"})


# ---------------------------------------------------------------- goods and capital


def test_goods_are_sold_at_both_ends_and_lie_in_stock() -> None:
    """Sale meets purchase by partner; what is in stock is no cost until it is used (D25)."""
    office = _office()
    with office.desk(DAY) as desk:
        sell_to_member(
            desk, "pumps", seller=NORDWIND, buyer=US, amount=money("EUR 1000.00"),
            cost=money("EUR 600.00"), on=DAY, days=30,
        )  # fmt: skip
        use_stock(desk, US, "sold on", money("USD 540.55"), DAY)
    assert _lines(office, NORDWIND, "charge") == [
        ("1200", "EUR 1000.00", "EUR 1000.00", US),
        ("4200", "EUR -1000.00", "EUR -1000.00", US),
    ]
    assert _lines(office, NORDWIND, "stock used") == [
        ("5100", "EUR 600.00", "EUR 600.00", ""),
        ("1800", "EUR -600.00", "EUR -600.00", ""),
    ]
    assert _lines(office, US, "charge") == [
        ("5200", "EUR 1000.00", "USD 1081.10", NORDWIND),
        ("2200", "EUR -1000.00", "USD -1081.10", NORDWIND),
        ("1800", "EUR 1000.00", "USD 1081.10", ""),
        ("5100", "EUR -1000.00", "USD -1081.10", ""),
    ]
    assert _balance(office, US, "1800") == "USD 540.55"
    with office.store.begin() as unit:
        sold = [one.id for one in unit.journal.entries(NORDWIND)]
        bought = [one.id for one in unit.journal.entries(US)]
        owed = unit.items.get(OpenItemId("item:westwind:pumps"))
    assert sold[-2:] == ["charge:nordwind:pumps", "stock used:nordwind:pumps"]
    assert bought[-2:] == ["charge:westwind:pumps", "stock used:westwind:sold on"]
    assert (owed.party, owed.due_on) == (NORDWIND, LATER)


def test_capital_is_booked_on_both_sides() -> None:
    """An investment of the owner, capital of the member, at the rate of the day."""
    office = _office()
    with office.desk(LATER) as desk:
        fund_member(desk, "more", owner=NORDWIND, company=US, amount=money("USD 1000.00"), on=LATER)
    assert _balance(office, NORDWIND, "1500") == "EUR 922.42"
    assert _balance(office, US, "3000") == "USD -41000.00"
    assert ("1500", "USD 1000.00", "EUR 922.42", US) in _lines(office, NORDWIND, "investment")
    with office.store.begin() as unit:
        ids = {one.id for company in (NORDWIND, US) for one in unit.journal.entries(company)}
    assert {"investment:nordwind:more", "capital:westwind:more"} <= ids


def test_each_side_books_by_the_rules_of_its_own_company() -> None:
    """One that keeps its goods, and what it owes to holders, on other accounts (D13)."""
    goods = PostingRule(
        FactKind.STOCK_USED,
        (
            PostingLine(EntrySide.DEBIT, account=AccountCode("5000")),
            PostingLine(EntrySide.CREDIT, "inventory"),
        ),
    )
    owed = PostingRule(
        FactKind.DIVIDEND_TO_OTHERS,
        (
            PostingLine(EntrySide.DEBIT, account=AccountCode("3200")),
            PostingLine(EntrySide.CREDIT, "dividends_payable", item=True),
        ),
    )
    office = _office()
    rules = BookRules(posting=PostingRules([goods, owed]))
    office.bookkeeping = Bookkeeping(companies={US: rules})
    _declared(office)
    with office.desk(DAY) as desk:
        use_stock(desk, US, "used", money("USD 9.00"), DAY)
        assert desk.uow.items.get(OpenItemId("item:westwind:div:others")).party == "other holders"
    assert _lines(office, US, "stock used")[0] == ("5000", "USD 9.00", "USD 9.00", "")
    assert ("3200", "USD 250.00", "USD 250.00", "") in _lines(office, US, "dividend")


@pytest.mark.parametrize(
    "deal",
    [
        lambda desk: lend_net_investment(
            desk, "x", lender=US, borrower=US, amount=money("USD 1.00"), on=DAY
        ),
        lambda desk: sell_to_member(
            desk, "x", seller=US, buyer=US, amount=money("USD 1.00"), on=DAY, days=0
        ),
        lambda desk: fund_member(desk, "x", owner=US, company=US, amount=money("USD 1.00"), on=DAY),
    ],
    ids=["lending", "selling", "funding"],
)
def test_nobody_deals_with_itself(deal: Callable[[Desk], None]) -> None:
    """Two members, or nothing is booked."""
    office = _office()
    digest = office.store.digest()
    with pytest.raises(DealtWithItself) as refused, office.desk(DAY) as desk:
        deal(desk)
    assert refused.value.company == US
    assert office.store.digest() == digest


STEPS: dict[str, dict[str, Plain]] = {
    "sell to member": {"seller": "nordwind", "buyer": "westwind", "amount": "EUR 9.00", "days": 30},
    "use stock": {"company": "nordwind", "cost": "EUR 1.00"},
    "declare dividend": {"company": "westwind", "amount": "USD 8.00", "days": 30},
    "lend net investment": {"lender": "westwind", "borrower": "nordwind", "amount": "EUR 7.00"},
    "fund member": {"owner": "nordwind", "company": "westwind", "amount": "USD 6.00"},
}


@pytest.mark.parametrize("do", STEPS)
def test_dealings_can_be_told_as_steps(do: str) -> None:
    """In plain values; who is not in the group is named."""
    office = _office()
    digest = office.store.digest()
    step = Step(do, DAY, STEPS[do] | {"id": "told"})
    assert set(step.arguments) <= COMMANDS[do].arguments
    with office.desk(DAY) as desk:
        COMMANDS[do].run(desk, step, GROUP)
    assert office.store.digest() != digest
    with pytest.raises(StepRefused, match="argument") as refused, office.desk(DAY) as desk:
        COMMANDS[do].run(desk, Step(do, DAY, {"id": "told"}), GROUP)
    assert refused.value.reason == "it is missing"
    if do != "use stock":
        alone = Group(CompanyId("acme"), (), EUR)
        with (
            pytest.raises(StepRefused, match="a member of the group: acme"),
            office.desk(DAY) as desk,
        ):
            COMMANDS[do].run(desk, step, alone)
