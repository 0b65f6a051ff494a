"""The chart of accounts: what an account is, and how its balance is translated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused, NotThere, RuleRefused
from fxcrm.ids import AccountCode
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money


class AccountType(Enum):
    """The five kinds of account."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"

    @property
    def is_balance(self) -> bool:
        """Whether it belongs to the balance sheet as an asset or a liability."""
        return self in (AccountType.ASSET, AccountType.LIABILITY)

    @property
    def is_result(self) -> bool:
        """Whether it belongs to the income statement."""
        return self in (AccountType.INCOME, AccountType.EXPENSE)


class TranslationRule(Enum):
    """At which rate an account is carried into the presentation currency (IAS 21.39, D17)."""

    CLOSING = "closing rate"
    AVERAGE = "average rate of the period"
    DATED = "rate of each posting's day"


class AccountMissing(NotThere):
    """An account that is not in the chart, or a duty that no account has."""

    account: str
    template = "there is no account {account} in the chart; add it to the chart first"


class AccountTwice(InputRefused):
    """Two accounts with one code."""

    account: AccountCode
    template = "account {account} stands twice in the chart; give each a code of its own"


_RULES: Mapping[AccountType, tuple[TranslationRule, ...]] = FrozenMap(
    {
        # Investments in members of the group go with the capital they are set against.
        AccountType.ASSET: (TranslationRule.CLOSING, TranslationRule.DATED),
        AccountType.LIABILITY: (TranslationRule.CLOSING,),
        AccountType.EQUITY: (TranslationRule.DATED,),
        AccountType.INCOME: (TranslationRule.AVERAGE, TranslationRule.DATED),
        AccountType.EXPENSE: (TranslationRule.AVERAGE, TranslationRule.DATED),
    }
)


class AccountRefused(InputRefused):
    """A translation rule that IAS 21.39 does not allow for this kind of account (D17)."""

    account: AccountCode
    rule: str
    template = "account {account} can not be translated at the {rule:plain} (IAS 21.39)"


class AccountCurrencyRefused(RuleRefused):
    """An amount on an account that holds another currency."""

    account: AccountCode
    amount: Money
    holds: str
    template = (
        "account {account} holds {holds:plain} and can not take {amount}; "
        "post to an account of that currency, or exchange it first (D7a)"
    )


@attrs.frozen
class Account:
    """One account. ``monetary`` (IAS 21.8, D4) decides whether it is re-measured at closing.

    ``by_item`` accounts are control accounts of open items; ``intercompany`` ones are matched
    and eliminated in the group. ``currency`` is the only one the account holds, as a bank account
    does; None: any.
    """

    code: AccountCode
    name: str
    type: AccountType
    monetary: bool = False
    by_item: bool = False
    intercompany: bool = False
    translation: TranslationRule = attrs.field()
    currency: Currency | None = None

    def __attrs_post_init__(self) -> None:
        if self.translation not in _RULES[self.type] or (
            self.monetary and self.translation is not TranslationRule.CLOSING
        ):
            raise AccountRefused(account=self.code, rule=self.translation.value)

    def taking(self, amount: Money) -> Account:
        """The account itself, once it is known to hold the currency of an amount.

        A pure value adjustment has no document amount, and may stand on any account (D7a). Raises
        `AccountCurrencyRefused`.
        """
        if self.currency not in (None, amount.currency) and amount:
            raise AccountCurrencyRefused(account=self.code, amount=amount, holds=str(self.currency))
        return self

    @translation.default
    def _usual(self) -> TranslationRule:
        if self.type.is_balance:
            return TranslationRule.CLOSING
        return TranslationRule.AVERAGE if self.type.is_result else TranslationRule.DATED


@attrs.frozen
class Duties:
    """Which account does what in the entries that the library makes."""

    bank: AccountCode
    receivables: AccountCode
    supplier_credits: AccountCode
    advances_paid: AccountCode
    payables: AccountCode
    buyer_credits: AccountCode
    advances_received: AccountCode
    taxes: AccountCode
    loans: AccountCode
    intercompany_receivables: AccountCode
    intercompany_payables: AccountCode
    intercompany_income: AccountCode
    intercompany_expense: AccountCode
    investments: AccountCode
    clearing: AccountCode
    capital: AccountCode
    dividends: AccountCode
    dividends_payable: AccountCode
    dividend_income: AccountCode
    investment_results: AccountCode
    net_investments_given: AccountCode
    net_investments_taken: AccountCode
    net_investment_fx: AccountCode
    inventory: AccountCode
    goods_costs: AccountCode
    retained: AccountCode
    sales: AccountCode
    costs: AccountCode
    discounts_allowed: AccountCode
    discounts_received: AccountCode
    write_offs: AccountCode
    write_backs: AccountCode
    fees: AccountCode
    realised_fx: AccountCode
    unrealised_fx: AccountCode
    rounding: AccountCode

    def realised_on(self, account: AccountCode) -> AccountCode:
        """Where the differences of an account go that were realised on it (IAS 21.28, 32)."""
        return self.net_investment_fx if self.is_net_investment(account) else self.realised_fx

    def unrealised_on(self, account: AccountCode) -> AccountCode:
        """The same for those of a closing day: those on net investments stay apart (IAS 21.32)."""
        return self.net_investment_fx if self.is_net_investment(account) else self.unrealised_fx

    def is_net_investment(self, account: AccountCode) -> bool:
        """Whether it holds loans that are part of a net investment (IAS 21.15)."""
        return account in (self.net_investments_given, self.net_investments_taken)


@attrs.frozen
class Chart:
    """The accounts by code, and the duties that some of them have."""

    accounts: tuple[Account, ...]
    duties: Duties
    _by_code: Mapping[AccountCode, Account] = attrs.field(init=False, eq=False, repr=False)

    @_by_code.default
    def _index(self) -> Mapping[AccountCode, Account]:
        by_code: dict[AccountCode, Account] = {}
        for account in self.accounts:
            if by_code.setdefault(account.code, account) is not account:
                raise AccountTwice(account=account.code)
        for code in attrs.astuple(self.duties):
            if code not in by_code:
                raise AccountMissing(account=code)
        return FrozenMap(by_code)

    def account(self, code: AccountCode) -> Account:
        """The account of a code. Raises `AccountMissing`."""
        try:
            return self._by_code[code]
        except KeyError:
            raise AccountMissing(account=code) from None

    def __iter__(self) -> Iterator[Account]:
        return iter(self.accounts)


@cache  # a chart never changes, and every command that is not given one asks for this
def trading_chart() -> Chart:
    """A short chart for a trading company that belongs to a group."""
    kind, code = AccountType, AccountCode
    accounts = (
        Account(code("1000"), "Bank", kind.ASSET, monetary=True),
        Account(code("1100"), "Trade receivables", kind.ASSET, monetary=True, by_item=True),
        Account(
            code("1200"),
            "Receivables from group companies",
            kind.ASSET,
            monetary=True,
            by_item=True,
            intercompany=True,
        ),
        # Neither planned nor likely to be settled soon: part of a net investment (IAS 21.15).
        Account(
            code("1260"),
            "Net investments in group companies",
            kind.ASSET,
            monetary=True,
            by_item=True,
            intercompany=True,
        ),
        Account(code("1300"), "Credits with suppliers", kind.ASSET, monetary=True, by_item=True),
        # Goods or services will come for it, not money (IFRIC 22, D4).
        Account(code("1400"), "Advances paid", kind.ASSET, by_item=True),
        Account(
            code("1500"),
            "Investments in subsidiaries",
            kind.ASSET,
            translation=TranslationRule.DATED,
        ),
        Account(code("1700"), "Plant and equipment", kind.ASSET),
        Account(code("1750"), "Accumulated depreciation", kind.ASSET),
        Account(code("1800"), "Inventory", kind.ASSET),
        Account(code("1900"), "Exchange clearing", kind.ASSET),
        Account(code("2000"), "Trade payables", kind.LIABILITY, monetary=True, by_item=True),
        Account(code("2100"), "Credits of buyers", kind.LIABILITY, monetary=True, by_item=True),
        Account(
            code("2200"),
            "Payables to group companies",
            kind.LIABILITY,
            monetary=True,
            by_item=True,
            intercompany=True,
        ),
        Account(
            code("2260"),
            "Net investments of group companies",
            kind.LIABILITY,
            monetary=True,
            by_item=True,
            intercompany=True,
        ),
        Account(code("2300"), "Advances received", kind.LIABILITY, by_item=True),
        Account(code("2400"), "Taxes on sales and purchases", kind.LIABILITY, monetary=True),
        Account(code("2500"), "Loans", kind.LIABILITY, monetary=True),
        Account(code("2700"), "Dividends payable", kind.LIABILITY, monetary=True, by_item=True),
        Account(code("3000"), "Share capital", kind.EQUITY),
        Account(code("3200"), "Retained earnings brought in", kind.EQUITY),
        Account(code("3300"), "Dividends declared", kind.EQUITY),
        Account(code("4000"), "Sales", kind.INCOME),
        Account(
            code("4200"),
            "Income from group companies",
            kind.INCOME,
            intercompany=True,
            translation=TranslationRule.DATED,
        ),
        Account(
            code("4600"),
            "Dividends from group companies",
            kind.INCOME,
            translation=TranslationRule.DATED,
        ),
        # What an owner's own books gained on selling shares: the group knows another figure.
        Account(
            code("4700"),
            "Results on investments in group companies",
            kind.INCOME,
            translation=TranslationRule.DATED,
        ),
        Account(code("5000"), "Operating costs", kind.EXPENSE),
        Account(code("5100"), "Cost of goods sold", kind.EXPENSE),
        Account(
            code("5200"),
            "Charges from group companies",
            kind.EXPENSE,
            intercompany=True,
            translation=TranslationRule.DATED,
        ),
        Account(code("5300"), "Payment provider fees", kind.EXPENSE),
        Account(code("5400"), "Discounts allowed", kind.EXPENSE),
        Account(code("5450"), "Discounts received", kind.INCOME),
        Account(code("5500"), "Receivables written off", kind.EXPENSE),
        Account(code("5550"), "Payables written back", kind.INCOME),
        Account(code("5600"), "Depreciation", kind.EXPENSE),
        Account(code("7000"), "Realised exchange differences", kind.EXPENSE),
        Account(code("7100"), "Unrealised exchange differences", kind.EXPENSE),
        Account(code("7200"), "Exchange differences on net investments", kind.EXPENSE),
        Account(code("7900"), "Rounding differences", kind.EXPENSE),
    )
    return Chart(accounts, _TRADING_DUTIES)


_TRADING_DUTIES = Duties(
    bank=AccountCode("1000"),
    receivables=AccountCode("1100"),
    supplier_credits=AccountCode("1300"),
    advances_paid=AccountCode("1400"),
    payables=AccountCode("2000"),
    buyer_credits=AccountCode("2100"),
    advances_received=AccountCode("2300"),
    taxes=AccountCode("2400"),
    loans=AccountCode("2500"),
    intercompany_receivables=AccountCode("1200"),
    intercompany_payables=AccountCode("2200"),
    intercompany_income=AccountCode("4200"),
    intercompany_expense=AccountCode("5200"),
    investments=AccountCode("1500"),
    clearing=AccountCode("1900"),
    capital=AccountCode("3000"),
    dividends=AccountCode("3300"),
    dividends_payable=AccountCode("2700"),
    dividend_income=AccountCode("4600"),
    investment_results=AccountCode("4700"),
    net_investments_given=AccountCode("1260"),
    net_investments_taken=AccountCode("2260"),
    net_investment_fx=AccountCode("7200"),
    inventory=AccountCode("1800"),
    goods_costs=AccountCode("5100"),
    retained=AccountCode("3200"),
    sales=AccountCode("4000"),
    costs=AccountCode("5000"),
    discounts_allowed=AccountCode("5400"),
    discounts_received=AccountCode("5450"),
    write_offs=AccountCode("5500"),
    write_backs=AccountCode("5550"),
    fees=AccountCode("5300"),
    realised_fx=AccountCode("7000"),
    unrealised_fx=AccountCode("7100"),
    rounding=AccountCode("7900"),
)
