"""The books as a journal for hledger (read by version 1.25).

What hledger knows no escape for is written as a percent sign and two hexadecimal digits for each
byte of UTF-8, as in an address of the web; whoever unquotes it has the text as it was.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from fxcrm._decimals import canonical
from fxcrm.currencies import Currency
from fxcrm.ledger.accounts import AccountType
from fxcrm.ledger.daybook import Daybook, Price
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.plainbooks import PlainBooks, details, facts, number
from fxcrm.ledger.trial_balance import Balance
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

_TYPES: Final = FrozenMap(
    {
        AccountType.ASSET: "A",
        AccountType.LIABILITY: "L",
        AccountType.EQUITY: "E",
        AccountType.INCOME: "R",
        AccountType.EXPENSE: "X",
    }
)
# What would end a code, a description or the value of a tag, or mean something within.
_IN_CODE: Final = frozenset("%()")
_IN_TEXT: Final = frozenset("%;|")
_IN_VALUE: Final = frozenset("%,[]")


def hledger_journal(daybook: Daybook) -> Iterator[str]:
    """The lines of a journal, without line ends; to be kept in UTF-8.

    The last transaction asserts what every account holds. Raises `AccountMissing`.
    """
    return _Writing(PlainBooks(daybook)).lines()


class _Writing:
    def __init__(self, books: PlainBooks) -> None:
        self._books, self._daybook = books, books.daybook

    def lines(self) -> Iterator[str]:
        yield from self._head()
        yield from map(self._price, self._daybook.prices)
        yield from self._opening()
        for entry in self._daybook.entries:
            yield from self._entry(entry)
        yield from self._held()

    def _head(self) -> Iterator[str]:
        company, chart = self._daybook.company, self._daybook.chart
        yield f"; The books of {_escaped(company.name, _IN_VALUE)} through {self._daybook.through}"
        yield "decimal-mark ."
        for currency in self._daybook.currencies:
            yield f"commodity 1000.{'0' * (currency.digits or 0)} {self._symbol(currency)}"
        for name, code in self._books.used().items():
            account = chart.account(code)
            tags = [("type", _TYPES[account.type]), ("chart", code), ("name", account.name)]
            yield f"account {name}  ; {_tags(tags)}"

    def _price(self, price: Price) -> str:
        """One P directive; what is behind it stands in its comment."""
        value = f"{canonical(price.value)} {self._symbol(price.counter)}"
        note = price.decision.rate.path if price.exact else f"of {price.decision.rate.path}"
        told = _tags([("decision", price.decision.id), ("rate", note)])
        return f"P {price.on} {self._symbol(price.base)} {value}  ; {told}"

    def _opening(self) -> Iterator[str]:
        since = self._daybook.since
        if since is not None and self._daybook.opening:
            yield ""
            yield f"{since - timedelta(days=1)} * (opening) Carried forward to {since}"
            yield from self._postings(self._daybook.opening)

    def _entry(self, entry: Entry) -> Iterator[str]:
        code, text = _escaped(entry.id, _IN_CODE), _escaped(entry.text, _IN_TEXT)
        yield ""
        yield f"{entry.on} * ({code}) {text}".rstrip()
        yield f"    ; {_tags(facts(entry))}"
        yield from self._postings(entry.postings)

    def _postings(self, told: Iterable[Posting | Balance]) -> Iterator[str]:
        for line in self._books.lines(told):
            cost = "" if line.cost is None else f" @@ {self._money(line.cost)}"
            tags = _tags(details(line.told))
            comment = f"  ; {tags}" if tags else ""
            yield f"    {line.account}  {self._money(line.amount)}{cost}{comment}"

    def _held(self) -> Iterator[str]:
        """Nothing moves; hledger refuses the journal if a balance is another one."""
        held = self._books.held()
        if held:
            yield ""
            yield f"{self._daybook.through} * (closing) Balances at {self._daybook.through}"
        for (name, currency), amount in held.items():
            none = self._money(Money.zero(currency))
            yield f"    {name}  {none} = {self._money(amount)}"

    def _money(self, money: Money) -> str:
        return f"{number(money)} {self._symbol(money.currency)}"

    def _symbol(self, currency: Currency) -> str:
        """The symbol, in quotation marks if it is not of letters alone."""
        symbol = self._books.symbols[currency]
        return symbol if symbol.isalpha() else f'"{symbol}"'


def _tags(named: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}:{_escaped(value, _IN_VALUE)}" for name, value in named)


def _escaped(text: str, special: frozenset[str]) -> str:
    """The text with what hledger would read as something else, or drop, in hexadecimal."""
    inner = text.strip(" ")
    left, right = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    if not inner:
        left, right = text, ""
    body = "".join(_hex(one) if _is_special(one, special) else one for one in inner)
    return "".join(map(_hex, left)) + body + "".join(map(_hex, right))


def _is_special(character: str, special: frozenset[str]) -> bool:
    if character.isascii() and character.isprintable():
        return character in special
    return unicodedata.category(character)[0] in "CZ"


def _hex(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
