"""The books as a ledger for Beancount (read by version 3.2)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from fxcrm._decimals import canonical
from fxcrm.currencies import Currency
from fxcrm.ledger.daybook import Daybook, Price
from fxcrm.ledger.journal import Entry, Posting
from fxcrm.ledger.plainbooks import PlainBooks, details, facts, number
from fxcrm.ledger.trial_balance import Balance
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

_ESCAPES: Final = FrozenMap({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"})
_FINER: Final = 3  # decimals of the tolerance beyond those of the currency


def beancount_ledger(daybook: Daybook) -> Iterator[str]:
    """The lines of a ledger, without line ends; to be kept in UTF-8.

    Its last directives assert what every account holds. Raises `AccountMissing`.
    """
    return _Writing(PlainBooks(daybook)).lines()


class _Writing:
    def __init__(self, books: PlainBooks) -> None:
        self._books, self._daybook = books, books.daybook

    def lines(self) -> Iterator[str]:
        yield from self._options()
        yield from self._head()
        for price in self._daybook.prices:
            yield from self._price(price)
        yield from self._opening()
        for entry in self._daybook.entries:
            yield from self._entry(entry)
        yield from self._held()

    def _options(self) -> Iterator[str]:
        """Nothing may differ by a minor unit, though Beancount divides a cost by its amount."""
        functional = self._daybook.company.functional
        symbol = self._books.symbols[functional]
        finer = f"0.{'0' * ((functional.digits or 0) + _FINER - 1)}1"
        yield f'option "title" {_text(self._daybook.company.name)}'
        yield f'option "operating_currency" "{symbol}"'
        yield f'option "inferred_tolerance_default" "{symbol}:{finer}"'
        yield 'option "tolerance_multiplier" "0"'

    def _head(self) -> Iterator[str]:
        first = self._first_day()
        for currency in self._daybook.currencies:
            yield f"{first} commodity {self._books.symbols[currency]}"
            yield f"  name: {_text(currency.name)}"
        for name, code in self._books.used().items():
            yield f"{first} open {name}"
            yield f"  chart: {_text(code)}"
            yield f"  name: {_text(self._daybook.chart.account(code).name)}"

    def _first_day(self) -> date:
        first = self._daybook.first_day
        return first - timedelta(days=1) if self._daybook.opening else first

    def _price(self, price: Price) -> Iterator[str]:
        symbols, value = self._books.symbols, canonical(price.value)
        yield f"{price.on} price {symbols[price.base]} {value} {symbols[price.counter]}"
        yield f"  decision: {_text(price.decision.id)}"
        yield f"  rate: {_text(price.decision.rate.path)}"

    def _opening(self) -> Iterator[str]:
        since = self._daybook.since
        if since is not None and self._daybook.opening:
            yield ""
            yield f'{since - timedelta(days=1)} * "Carried forward to {since}"'
            yield from self._postings(self._daybook.opening)

    def _entry(self, entry: Entry) -> Iterator[str]:
        yield ""
        yield f"{entry.on} * {_text(entry.text)}"
        for name, value in (("entry", entry.id), *facts(entry)):
            yield f"  {name}: {_text(value)}"
        yield from self._postings(entry.postings)

    def _postings(self, told: Iterable[Posting | Balance]) -> Iterator[str]:
        for line in self._books.lines(told):
            cost = "" if line.cost is None else f" @@ {self._money(line.cost)}"
            yield f"  {line.account}  {self._money(line.amount)}{cost}"
            for name, value in details(line.told):
                yield f"    {name}: {_text(value)}"

    def _held(self) -> Iterator[str]:
        """Balances at the beginning of the day after, exactly; an account's with those below it."""
        if self._daybook.through == date.max:
            return
        after = self._daybook.through + timedelta(days=1)
        for (name, currency), amount in self._with_those_below().items():
            symbol = self._books.symbols[currency]
            yield f"{after} balance {name}  {number(amount)} ~ 0 {symbol}"

    def _with_those_below(self) -> dict[tuple[str, Currency], Money]:
        held = self._books.held()
        sums = dict(held)
        for (name, currency), amount in held.items():
            parent = name.rpartition(":")[0]
            if ":" in parent:
                key = parent, currency
                sums[key] = amount + sums.get(key, Money.zero(currency))
        return sums

    def _money(self, money: Money) -> str:
        return f"{number(money)} {self._books.symbols[money.currency]}"


def _text(text: str) -> str:
    """A string in quotation marks; what can not stand in one is shown as U+FFFD."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    lost = character == "\0" or unicodedata.category(character) == "Cs"
    return "\ufffd" if lost else character
