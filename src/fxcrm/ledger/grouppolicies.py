"""What a group chose where the standards leave a choice, and the lines that only it has."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Final

import attrs

from fxcrm.ids import AccountCode
from fxcrm.ledger.accounts import Account, AccountType, TranslationRule


class ProfitSharing(Enum):
    """Who bears unrealised profit that a subsidiary made on its owner (D25)."""

    SHARED = "shared with the minority"
    PARENT = "borne by the parent"


class UnrealisedRate(Enum):
    """The rate of unrealised profit in stock or plant (D25)."""

    SALE_DATE = "rate of the sale date"  # ASC 830-30-45-10
    CLOSING = "closing rate"


class ResultCategory(Enum):
    """Where differences on dealings in the group stand in the income statement (IFRS 18, D24)."""

    OPERATING = "operating"
    INVESTING = "investing"
    FINANCING = "financing"


@attrs.frozen
class GroupPolicies:
    """What a group chose where the standards leave a choice; recorded with its statements."""

    unrealised_sharing: ProfitSharing = ProfitSharing.SHARED
    unrealised_rate: UnrealisedRate = UnrealisedRate.SALE_DATE
    intragroup_differences: ResultCategory = ResultCategory.FINANCING


USUAL_POLICIES: Final = GroupPolicies()


@attrs.frozen
class GroupAccounts:
    """The codes of the lines that only a group has."""

    equity_accounted: AccountCode
    goodwill: AccountCode
    ownership_changes: AccountCode
    reserve: AccountCode
    minority: AccountCode
    rounding: AccountCode
    bargain: AccountCode
    associates: AccountCode
    recycled: AccountCode
    disposals: AccountCode
    impairment: AccountCode
    minority_result: AccountCode

    def __iter__(self) -> Iterator[Account]:
        """Each as an account, for charts and statements."""
        assets, equity = AccountType.ASSET, AccountType.EQUITY
        income, expense = AccountType.INCOME, AccountType.EXPENSE
        yield Account(self.equity_accounted, "Equity-accounted investments", assets)
        yield Account(self.goodwill, "Goodwill", assets)
        yield Account(self.ownership_changes, "Changes in ownership", equity)
        yield Account(self.reserve, "Translation reserve", equity)
        yield Account(self.minority, "Minority interest", equity)
        yield Account(self.rounding, "Rounding of the group", equity)
        yield Account(
            self.bargain, "Gain on a bargain purchase", income, translation=TranslationRule.DATED
        )
        yield Account(self.associates, "Share of the result of associates", income)
        yield Account(self.recycled, "Translation reserve recycled", income)
        yield Account(self.disposals, "Result of disposals", income)
        yield Account(self.impairment, "Impairment of goodwill", expense)
        yield Account(self.minority_result, "Result attributed to minority", equity)


GROUP_ACCOUNTS: Final = GroupAccounts(
    equity_accounted=AccountCode("1550"),
    goodwill=AccountCode("1600"),
    ownership_changes=AccountCode("3100"),
    reserve=AccountCode("3800"),
    minority=AccountCode("3900"),
    rounding=AccountCode("3990"),
    bargain=AccountCode("8000"),
    associates=AccountCode("8100"),
    recycled=AccountCode("8200"),
    disposals=AccountCode("8300"),
    impairment=AccountCode("8400"),
    minority_result=AccountCode("8900"),
)
