"""What plain text accounting programs take: names for accounts and currencies, lines with a cost.

Such a program knows one amount for each line, in any commodity, and what it cost in another
commodity. That carries an exchange of currencies, but no change of value without an amount
(D7a). Each such change stands in the functional currency on a sub-account of its account, so
that both facts can be read back: amounts in document currency are those of the account alone,
functional amounts are the costs of the account with what is below it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from fxcrm._decimals import padded
from fxcrm.currencies import Currency
from fxcrm.ids import AccountCode
from fxcrm.ledger.accounts import AccountMissing, AccountType, Chart
from fxcrm.ledger.daybook import Daybook
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.trial_balance import Balance
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

LONGEST_WORDS: Final = 60

_ROOTS: Final = FrozenMap(
    {
        AccountType.ASSET: "Assets",
        AccountType.LIABILITY: "Liabilities",
        AccountType.EQUITY: "Equity",
        AccountType.INCOME: "Income",
        AccountType.EXPENSE: "Expenses",
    }
)


@attrs.frozen
class PlainLine:
    """One line: an amount on an account, and what all of it cost, never below zero.

    ``cost`` is in functional currency, and None where the amount is itself. ``told`` is the
    posting behind it, or the balance that was carried forward.
    """

    account: str
    amount: Money
    cost: Money | None
    told: Posting | Balance


@attrs.frozen
class PlainBooks:
    """A daybook with the names under which such programs know its accounts and currencies."""

    daybook: Daybook
    names: Mapping[AccountCode, str] = attrs.field(init=False)
    symbols: Mapping[Currency, str] = attrs.field(init=False)

    @names.default
    def _named(self) -> Mapping[AccountCode, str]:
        return account_names(self.daybook.chart)

    @symbols.default
    def _symbols(self) -> Mapping[Currency, str]:
        return symbols(self.daybook.currencies)

    def lines(self, told: Iterable[Posting | Balance]) -> Iterator[PlainLine]:
        """One line for each posting, two where value and amount have opposite signs.

        Raises `AccountMissing`.
        """
        for one in told:
            account, amount, value = self.name(one.account), one.amount, one.functional
            if amount.currency is value.currency:
                yield PlainLine(account, amount, None, one)
            elif amount and (amount.is_negative == value.is_negative or not value):
                yield PlainLine(account, amount, abs(value), one)
            else:
                if amount:
                    yield PlainLine(account, amount, Money.zero(value.currency), one)
                yield PlainLine(self.below(one.account, amount.currency), value, None, one)

    def name(self, account: AccountCode) -> str:
        """The name of an account. Raises `AccountMissing`."""
        try:
            return self.names[account]
        except KeyError:
            raise AccountMissing(account=account) from None

    def below(self, account: AccountCode, currency: Currency) -> str:
        """The sub-account for changes of value of what an account holds in a currency."""
        own = self.name(account)
        return f"{own}:{_component(account)}-Value-of-{self.symbols[currency]}"

    def used(self) -> dict[str, AccountCode]:
        """The accounts and sub-accounts that stand in the daybook, parents first."""
        found = {line.account: line.told.account for line in self.every_line()}
        parents = {self.names[code]: code for code in found.values()}
        return dict(sorted((found | parents).items()))

    def held(self) -> dict[tuple[str, Currency], Money]:
        """What each account alone, without those below, holds in the end."""
        sums: dict[tuple[str, Currency], Money] = {}
        for line in self.every_line():
            key = line.account, line.amount.currency
            sums[key] = line.amount + sums.get(key, Money.zero(line.amount.currency))
        return dict(sorted(sums.items(), key=lambda one: (one[0][0], self.symbols[one[0][1]])))

    def every_line(self) -> Iterator[PlainLine]:
        """The lines of what was carried forward and of all entries."""
        yield from self.lines(self.daybook.opening)
        for entry in self.daybook.entries:
            yield from self.lines(entry.postings)


def number(money: Money) -> str:
    """The amount in plain digits, with the decimals of its currency."""
    return padded(money.amount, money.currency.digits or 0)


def facts(entry: Entry) -> Iterator[tuple[str, str]]:
    """What is told of an entry beside its day, id and text."""
    yield "kind", entry.kind
    if entry.reverses:
        yield "reverses", entry.reverses
    if entry.booked_at:
        yield "booked", entry.booked_at.isoformat()


def details(told: Posting | Balance) -> Iterator[tuple[str, str]]:
    """What is told of a line beside account and amount."""
    if isinstance(told, Posting):
        named = (
            ("item", told.item),
            ("decision", told.decision),
            ("partner", told.partner),
            ("text", told.text),
        )
        yield from ((name, value) for name, value in named if value)


def account_names(chart: Chart) -> Mapping[AccountCode, str]:
    """Names that Beancount and hledger take, by code: ``Assets:1100-Trade-receivables``.

    Made of the letters and digits of code and name, in any script; where two come out alike, the
    later one in the chart is numbered. They do not depend on what was booked.
    """
    names: dict[AccountCode, str] = {}
    for account in chart:
        words = _words(account.name)
        stem = _component(account.code) + (f"-{words}" if words else "")
        names[account.code] = _free(f"{_ROOTS[account.type]}:{stem}", names.values())
    return FrozenMap(names)


def symbols(currencies: Iterable[Currency]) -> Mapping[Currency, str]:
    """The codes; where two registries define one code, the later one is numbered."""
    found: dict[Currency, str] = {}
    for currency in currencies:
        found[currency] = _free(currency.code, found.values())
    return FrozenMap(found)


def _free(stem: str, taken: Iterable[str]) -> str:
    known, name, count = set(taken), stem, 1
    while name in known:
        count += 1
        name = f"{stem}-{count}"
    return name


def _component(code: str) -> str:
    """A code as the beginning of a name: Beancount wants a capital letter or a digit first."""
    words = _words(code)
    good = words[:1].isascii() and (words[:1].isupper() or words[:1].isdigit())
    return words if good else f"X{words}"


def _words(text: str) -> str:
    """Letters and digits, and a hyphen for every run of anything else between them."""
    composed = unicodedata.normalize("NFC", text)
    kept = (one if one.isalpha() or one.isdecimal() else " " for one in composed)
    return "-".join("".join(kept).split())[:LONGEST_WORDS].rstrip("-")
