"""Documents as plain text: for the body of an e-mail, a terminal, a printer of receipts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from fxcrm.decisions import RateDecision
from fxcrm.documents import Document, OneRate, Paper, Sheet, SheetLine, Span, Term, sheet
from fxcrm.documentwords import Phrases
from fxcrm.money import Money
from fxcrm.selling import Instalment

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
        writer = _Writer(Phrases.of(locale))
        text = "".join(f"{line.rstrip()}\n" for line in writer.lines(page))
        return Document(page.file_name("txt"), self.media_type, text.encode())


class _Writer:
    """How one locale writes a sheet."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases, self._forms, self._words = phrases, phrases.forms, phrases.words

    def lines(self, page: Sheet) -> Iterator[str]:
        """The document from top to bottom."""
        version = f", {self._words['version']} {page.revision}" if page.revision else ""
        yield f"{self._words[page.kind]} {page.number}{version}"
        yield ""
        for word, party in (("from", page.seller), ("to", page.buyer)):
            yield f"{self._words[word]}: {party.name}"
            yield from (f"    {line}" for line in party.lines)
        for word, day in page.days:
            yield f"{self._words[word]}: {self._forms.day(day)}"
        yield from map(self._phrases.line, page.details)
        yield ""
        for line in page.lines:
            yield _aside(self._described(line), self._forms.code(line.amount))
        for one in page.instalments:
            yield _aside(self._instalment(one), self._forms.code(one.amount))
        yield from self._taxed(page)
        yield _aside(self._words["total"], self._forms.both(page.total))
        if page.is_indexed:
            yield f"({self._words['not indexed']})"
        yield from self._others(page)
        for word, text in page.texts:
            yield from ("", self._words[word], text)
        yield from self._explained(page)

    def _instalment(self, one: Instalment) -> str:
        period = self._phrases.span(Span(one.since, one.until))
        return f"{period}  {self._words['due']}: {self._forms.short_day(one.due_on)}"

    def _taxed(self, page: Sheet) -> Iterator[str]:
        if page.net is not None:
            yield _aside(self._words["net"], self._forms.code(page.net))
            for name, tax in page.taxes:
                yield _aside(self._phrases.tax(name), self._forms.code(tax))

    def _others(self, page: Sheet) -> Iterator[str]:
        if page.others:
            yield from ("", self._words["others"])
        for one in page.others:
            known = one.decision.known_at
            when = f"{self._forms.day_of(known)} {self._forms.time_of(known)}"
            yield f"  {self._forms.both(one.amount)}"
            yield f"    {self._phrases.rate(OneRate(one.decision))}"
            yield f"    {self._words['known']}: {when}"
            yield f"    {self._words['decision']}: {one.decision.id}"

    def _described(self, line: SheetLine) -> str:
        text = f"{self._forms.number(line.quantity)} \N{MULTIPLICATION SIGN} {line.description}"
        told = self._words["comma"].join(self._priced(line))
        return f"{text} ({told})" if told else text

    def _priced(self, line: SheetLine) -> Iterator[str]:
        off, forms = line.discount, self._forms
        if line.price is not None:
            yield f"{self._words['unit price']} {forms.code(line.price)}"
        if off is not None:
            taken = forms.code(off) if isinstance(off, Money) else forms.percent(off)
            yield f"{self._words['discount']} {taken}"

    def _explained(self, page: Sheet) -> Iterator[str]:
        if not page.decisions:
            return
        yield ""
        yield self._words["how"]
        if page.priced_total is not None:
            yield f"  {self._words['prices']}: {self._forms.code(page.priced_total)}"
        for one in page.decisions:
            yield f"  {self._words['rate']}: {self._phrases.rate(OneRate(one))}"
        for step in page.steps:
            terms = (
                f"{self._forms.code(x.priced)} {x.sign} {self._rate(x.decision)}"
                for x in step.terms
            )
            yield f"    {' + '.join(terms)} = {self._forms.code(step.amount)}"
        for one in page.decisions:
            yield f"  {self._words['published']}: {one.rate.path}"
            yield f"  {self._words['decision']}: {one.id}"
        if page.lock is not None:
            yield f"  {self._words['locked until']}: {self._forms.day(page.lock.last_day)}"

    def _term(self, one: Term) -> str:
        return f"{self._forms.code(one.priced)} {one.sign} {self._rate(one.decision)}"

    def _rate(self, decision: RateDecision) -> str:
        return self._forms.number(decision.rate.rounded_value())


def _aside(left: str, right: str) -> str:
    """Left and right, as far apart as the page allows."""
    gap = _WIDTH - _columns(left) - _columns(right)
    return f"{left}{' ' * max(gap, 2)}{right}"


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
