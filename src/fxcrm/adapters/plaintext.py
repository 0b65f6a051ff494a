"""Documents as plain text: for the body of an e-mail, a terminal, a printer of receipts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import get_decimal_symbol

from fxcrm._decimals import canonical
from fxcrm.decisions import RateDecision
from fxcrm.documents import Document, Paper, Sheet, SheetLine, sheet, words
from fxcrm.formatting import format_money
from fxcrm.money import Money

_WIDTH: Final = 78


class PlainTextDocuments:
    """A `DocumentRenderer` of text in UTF-8, 78 columns wide where no word is longer."""

    @property
    def media_type(self) -> str:
        """``text/plain``."""
        return "text/plain"

    def render(self, paper: Paper, locale: str) -> Document:
        """The paper as text, lines ending with a line feed."""
        page = sheet(paper)
        format_money(page.total, locale)  # which refuses what only looks like a locale to Babel
        writer = _Writer(locale)
        text = "".join(f"{line.rstrip()}\n" for line in writer.lines(page))
        return Document(page.file_name("txt"), self.media_type, text.encode())


class _Writer:
    """How one locale writes a sheet."""

    def __init__(self, locale: str) -> None:
        self._locale = Locale.parse(locale.replace("-", "_"))
        self._words = words(locale)

    def lines(self, page: Sheet) -> Iterator[str]:
        """The document from top to bottom."""
        yield f"{self._words[page.kind]} {page.number}"
        yield ""
        for word, party in (("from", page.seller), ("to", page.buyer)):
            yield f"{self._words[word]}: {party.name}"
            yield from (f"    {line}" for line in party.lines)
        for word, day in page.days:
            yield f"{self._words[word]}: {self._day(day)}"
        yield ""
        for line in page.lines:
            yield _aside(self._described(line), self._money(line.amount))
        yield _aside(self._words["total"], self._money(page.total))
        yield from self._explained(page)

    def _described(self, line: SheetLine) -> str:
        return f"{self._number(line.quantity)} \N{MULTIPLICATION SIGN} {line.description}"

    def _explained(self, page: Sheet) -> Iterator[str]:
        if not page.decisions:
            return
        yield ""
        yield self._words["how"]
        if page.priced_total is not None:
            yield f"  {self._words['prices']}: {self._money(page.priced_total)}"
        for one in page.decisions:
            pair = one.pair
            yield f"  {self._words['rate']}: 1 {pair.base} = {self._rate(one)} {pair.counter}"
        for step in page.steps:
            terms = (
                f"{self._money(x.priced)} {x.sign} {self._rate(x.decision)}" for x in step.terms
            )
            yield f"    {' + '.join(terms)} = {self._money(step.amount)}"
        for one in page.decisions:
            yield f"  {self._words['published']}: {one.rate.path}"
            yield f"  {self._words['decision']}: {one.id}"
        if page.lock is not None:
            yield f"  {self._words['locked until']}: {self._day(page.lock.last_day)}"

    def _rate(self, decision: RateDecision) -> str:
        return self._number(decision.rate.rounded_value())

    def _money(self, amount: Money) -> str:
        return format_money(amount, self._locale, "code")

    def _number(self, number: Decimal) -> str:
        return canonical(number).replace(".", get_decimal_symbol(self._locale))

    def _day(self, day: date) -> str:
        return format_date(day, "long", self._locale)


def _aside(left: str, right: str) -> str:
    """Left and right, as far apart as the page allows."""
    gap = _WIDTH - _columns(left) - _columns(right)
    return f"{left}{' ' * max(gap, 2)}{right}"


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
