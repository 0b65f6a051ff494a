"""The chart of accounts: codes once, duties filled, rules that IAS 21.39 allows."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.ids import AccountCode
from fxcrm.ledger import Account, AccountType, Chart, TranslationRule, trading_chart
from fxcrm.ledger.accounts import (
    AccountCurrencyRefused,
    AccountMissing,
    AccountRefused,
    AccountTwice,
)
from fxcrm.money import Money

CODE, USD = AccountCode("9000"), Currency("USD")
# D17: what may be translated how. An asset at the rate of its day is an investment in a member
# of the group, which goes with the capital it is set against.
ALLOWED = {
    AccountType.ASSET: {TranslationRule.CLOSING, TranslationRule.DATED},
    AccountType.LIABILITY: {TranslationRule.CLOSING},
    AccountType.EQUITY: {TranslationRule.DATED},
    AccountType.INCOME: {TranslationRule.AVERAGE, TranslationRule.DATED},
    AccountType.EXPENSE: {TranslationRule.AVERAGE, TranslationRule.DATED},
}


@pytest.mark.parametrize("kind", AccountType)
@pytest.mark.parametrize("rule", TranslationRule)
def test_an_account_is_translated_as_ias_21_allows(
    kind: AccountType, rule: TranslationRule
) -> None:
    """Capital at the closing rate, a liability at the average: refused, each pair of them (D17)."""
    if rule in ALLOWED[kind]:
        assert Account(CODE, "Account", kind, translation=rule).translation is rule
        return
    with pytest.raises(AccountRefused) as caught:
        Account(CODE, "Account", kind, translation=rule)
    assert (caught.value.account, caught.value.rule) == (CODE, rule.value)


def test_a_monetary_account_goes_at_the_closing_rate() -> None:
    """What is re-measured at closing (D4) is translated at closing too."""
    with pytest.raises(AccountRefused):
        Account(CODE, "Bank", AccountType.ASSET, monetary=True, translation=TranslationRule.DATED)


@pytest.mark.parametrize(
    ("kind", "usual"),
    [
        (AccountType.ASSET, TranslationRule.CLOSING),
        (AccountType.LIABILITY, TranslationRule.CLOSING),
        (AccountType.EQUITY, TranslationRule.DATED),
        (AccountType.INCOME, TranslationRule.AVERAGE),
        (AccountType.EXPENSE, TranslationRule.AVERAGE),
    ],
)
def test_the_usual_rule_follows_from_the_type(kind: AccountType, usual: TranslationRule) -> None:
    """Nobody has to name the rule of IAS 21.39 (D17)."""
    assert Account(CODE, "Account", kind).translation is usual


def test_types_know_their_statement() -> None:
    """Assets and liabilities are balances, income and expense results, equity neither."""
    balances = {one for one in AccountType if one.is_balance}
    results = {one for one in AccountType if one.is_result}
    assert balances == {AccountType.ASSET, AccountType.LIABILITY}
    assert results == {AccountType.INCOME, AccountType.EXPENSE}


def test_a_code_stands_once_in_a_chart() -> None:
    """Two accounts of one code are refused."""
    chart = trading_chart()
    twice = Account(chart.duties.bank, "Another bank", AccountType.ASSET)
    with pytest.raises(AccountTwice) as caught:
        Chart((*chart.accounts, twice), chart.duties)
    assert caught.value.account == chart.duties.bank


@pytest.mark.parametrize("duty", [one.name for one in attrs.fields(type(trading_chart().duties))])
def test_every_duty_is_an_account_of_the_chart(duty: str) -> None:
    """A chart whose bank, clearing or rounding account is missing is refused when it is made."""
    chart = trading_chart()
    code = getattr(chart.duties, duty)
    without = tuple(one for one in chart if one.code != code)
    with pytest.raises(AccountMissing) as caught:
        Chart(without, chart.duties)
    assert caught.value.account == code


def test_an_unknown_account_is_named() -> None:
    """The chart hands out what it holds and names what it does not."""
    chart = trading_chart()
    assert chart.account(chart.duties.bank).name == "Bank"
    with pytest.raises(AccountMissing):
        chart.account(CODE)


def test_the_trading_chart_keeps_the_five_lines_apart() -> None:
    """FX realised and unrealised, fees and rounding are accounts of their own (D16, D30)."""
    duties = trading_chart().duties
    own = {duties.realised_fx, duties.unrealised_fx, duties.fees, duties.rounding, duties.clearing}
    own |= {duties.discounts_allowed, duties.discounts_received, duties.write_offs}
    own |= {duties.write_backs}
    assert len(own) == 9
    assert not any(trading_chart().account(code).by_item for code in own)


def test_advances_alone_are_open_items_that_are_not_monetary() -> None:
    """Goods come for an advance, not money: it stays at its rate (IFRIC 22, D4)."""
    duties = trading_chart().duties
    control = {one.code: one.monetary for one in trading_chart() if one.by_item}
    advances = {duties.advances_paid, duties.advances_received}
    assert {code for code, monetary in control.items() if not monetary} == advances
    assert control.keys() - advances == {
        duties.receivables,
        duties.supplier_credits,
        duties.payables,
        duties.buyer_credits,
        duties.intercompany_receivables,
        duties.intercompany_payables,
        duties.net_investments_given,
        duties.net_investments_taken,
        duties.dividends_payable,
    }


def test_a_chart_travels() -> None:
    """Pickle and deep copies give equal charts that still find their accounts."""
    chart = trading_chart()
    for again in (pickle.loads(pickle.dumps(chart)), copy.deepcopy(chart)):  # noqa: S301
        assert again == chart
        assert again.account(chart.duties.sales).type is AccountType.INCOME


def test_an_account_of_one_currency_takes_no_other() -> None:
    """A dollar account holds dollars; a change of value without an amount may stand on it (D7a)."""
    dollars = Account(AccountCode("1010"), "Dollar account", AccountType.ASSET, currency=USD)
    assert dollars.taking(Money("5.00", "USD")) is dollars
    assert dollars.taking(Money("0.00", "EUR")) is dollars
    with pytest.raises(AccountCurrencyRefused, match=r"holds USD and can not take EUR 5\.00"):
        dollars.taking(Money("5.00", "EUR"))
    anything = Account(AccountCode("1020"), "Any", AccountType.ASSET)
    assert anything.taking(Money("5.00", "EUR")) is anything
