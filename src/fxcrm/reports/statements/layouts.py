"""Where each account stands in the statements: blocks, categories, activities. All of it is data.

What a chart says by the kind and the duty of an account is taken from there; the rest can be
named. A layout that was changed is another value, handed to whoever makes statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

import attrs

from fxcrm.ids import AccountCode
from fxcrm.ledger.accounts import Account, AccountType, Chart, Duties
from fxcrm.ledger.grouppolicies import GROUP_ACCOUNTS, GroupAccounts, ResultCategory
from fxcrm.mappings import FrozenMap


class Block(Enum):
    """The parts of a balance sheet."""

    NON_CURRENT_ASSETS = "Non-current assets"
    CURRENT_ASSETS = "Current assets"
    EQUITY = "Equity"
    NON_CURRENT_LIABILITIES = "Non-current liabilities"
    CURRENT_LIABILITIES = "Current liabilities"


class Activity(Enum):
    """What cash is moved by (IAS 7.6)."""

    OPERATING = "Operating activities"
    INVESTING = "Investing activities"
    FINANCING = "Financing activities"


class Component(Enum):
    """The columns of the statement of changes in equity."""

    CAPITAL = "capital"
    RETAINED = "retained earnings"
    RESERVE = "translation reserve"
    OWNERSHIP = "changes in ownership"
    ROUNDING = "rounding"
    MINORITY = "minority interest"


def _frozen(named: Mapping[AccountCode, Any]) -> Mapping[AccountCode, Any]:
    return FrozenMap(named)


def _codes(codes: Iterable[AccountCode]) -> frozenset[AccountCode]:
    return frozenset(codes)


@attrs.frozen
class Layout:
    """Where accounts stand. ``cash`` are those that hold cash and cash equivalents (IAS 7.7).

    ``non_current`` are balances that stay for longer than a year (IAS 1.66). ``categories`` name
    the part of the income statement where it is not the operating one (IFRS 18.47), ``activities``
    that of the cash flow statement. ``differences`` are the accounts of exchange differences: those
    with a group company stand in the category that the group chose (D24).
    """

    duties: Duties
    cash: frozenset[AccountCode] = attrs.field(converter=_codes)
    non_current: frozenset[AccountCode] = attrs.field(converter=_codes)
    categories: Mapping[AccountCode, ResultCategory] = attrs.field(converter=_frozen)
    activities: Mapping[AccountCode, Activity] = attrs.field(converter=_frozen)
    differences: frozenset[AccountCode] = attrs.field(converter=_codes)
    group: GroupAccounts = GROUP_ACCOUNTS

    @classmethod
    def usual(cls, chart: Chart, group: GroupAccounts = GROUP_ACCOUNTS) -> Layout:
        """What follows from the duties of a chart; change it with ``attrs.evolve``."""
        duties = chart.duties
        long = {duties.investments, duties.net_investments_given, duties.net_investments_taken}
        long |= {duties.loans, group.goodwill, group.equity_accounted}
        plant = {AccountCode("1700"), AccountCode("1750")}  # of the trading chart; no duty names it
        investing = {duties.dividend_income, duties.investment_results, group.associates}
        investing |= {group.disposals, group.recycled, group.bargain}
        categories = dict.fromkeys(investing, ResultCategory.INVESTING)
        bought = {duties.investments, duties.net_investments_given, group.equity_accounted, *plant}
        lent = {duties.loans, duties.net_investments_taken, duties.dividends_payable}
        bought.add(duties.dividend_income)
        activities = dict.fromkeys(bought, Activity.INVESTING)
        activities |= dict.fromkeys(lent, Activity.FINANCING)
        return cls(
            duties,
            cash={duties.bank},
            non_current=long | plant,
            categories=categories,
            activities=activities,
            differences={duties.realised_fx, duties.unrealised_fx, duties.net_investment_fx},
            group=group,
        )

    def block(self, account: Account) -> Block:
        """The part of the balance sheet; results belong to equity."""
        stays = account.code in self.non_current
        if account.type is AccountType.ASSET:
            return Block.NON_CURRENT_ASSETS if stays else Block.CURRENT_ASSETS
        if account.type is AccountType.LIABILITY:
            return Block.NON_CURRENT_LIABILITIES if stays else Block.CURRENT_LIABILITIES
        return Block.EQUITY

    def component(self, account: Account) -> Component:
        """The column of an equity account, or of a result, which is kept for the owners."""
        columns = {
            self.duties.retained: Component.RETAINED,
            self.duties.dividends: Component.RETAINED,
            self.group.minority_result: Component.RETAINED,
            self.group.reserve: Component.RESERVE,
            self.group.ownership_changes: Component.OWNERSHIP,
            self.group.rounding: Component.ROUNDING,
            self.group.minority: Component.MINORITY,
        }
        usual = Component.RETAINED if account.type.is_result else Component.CAPITAL
        return columns.get(account.code, usual)

    def activity(self, account: Account) -> Activity:
        """What cash against an account is moved by; equity is financing, all else operating."""
        is_equity = account.type is AccountType.EQUITY
        usual = Activity.FINANCING if is_equity else Activity.OPERATING
        return self.activities.get(account.code, usual)

    def is_difference(self, code: AccountCode) -> bool:
        """Whether an account only tells two values of one dealing apart."""
        apart = (self.duties.clearing, self.duties.investment_results)
        return code in self.differences or code in apart

    def is_profit(self, account: Account) -> bool:
        """Whether what an account moves by is result of the year: the minority's part included."""
        return account.type.is_result or account.code == self.group.minority_result
