"""The contract of `fxcrm.ports.documents`: subclass it and override ``open_renderer``.

What a document says is read from its text. That of text and HTML is found by itself; for other
media types (PDF) override ``text_of`` with a program that finds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import localcontext
from html.parser import HTMLParser
from typing import Any, Final

import attrs

from fxcrm.billing import Invoice
from fxcrm.billing.orders import DocumentLine
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, decide
from fxcrm.documents import (
    ContractPaper,
    Document,
    InvoicePaper,
    Paper,
    PaperRefused,
    Party,
    QuotePaper,
)
from fxcrm.formatting import LocaleUnknown, format_money
from fxcrm.ids import CompanyId, ContractId, CustomerId, InvoiceId, LockId, OrderId, QuoteId
from fxcrm.money import Money
from fxcrm.ports.documents import DocumentRenderer
from fxcrm.ratelocks import RateLock
from fxcrm.rates import RateTable
from fxcrm.selling import (
    Contract as Agreement,
)
from fxcrm.selling import (
    Cycle,
    Indexation,
    Notice,
    Quote,
    Renewal,
    Renewing,
    Repricing,
    Term,
)
from fxcrm.testing.contracts.promises import Contract, NotShown, expect, holds, refused

LOCALES: Final = ("en_US", "de_DE", "fr_FR", "es_ES", "zh_CN", "hi_IN", "ar_EG")
HOSTILE: Final = "<script>alert(1)</script><b>&amp;{{ 7 * 7 }}\"'--></title>"
_DAY: Final = date(2026, 3, 2)
_AT: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_SELLER: Final = Party("Nordwind Handel", ("Hafenstr. 1", "Hamburg"))
_BUYER: Final = Party("Acme Inc.", ("1 Main Street",))


def sample_papers(description: str = "Licence") -> tuple[QuotePaper, InvoicePaper]:
    """A quote in USD, priced in EUR at a locked rate, and its invoice: 2.5 and 3 of something."""
    table = RateTable.of("EUR", on=_DAY, USD="1.0850")
    locked = decide(
        table, "EUR", "USD", purpose=Purpose.LOCK, on=_DAY, known_at=_AT, decided_by="kit"
    )
    draft = Quote.draft(
        QuoteId("Q-1"),
        number="QUO-1",
        company=CompanyId("nordwind"),
        customer=CustomerId("acme"),
        currency="USD",
        priced_in="EUR",
        on=_DAY,
        valid_until=date(2026, 3, 31),
    )
    draft = draft.add(description, quantity="2.5", unit_price=Money("1234.56", "EUR"))
    draft = draft.add("Support", quantity=3, unit_price=Money("99.99", "EUR"))
    quote, lock = draft.lock_rate(
        locked, id=LockId("L-1"), at=_AT, until=date(2026, 4, 1), zone="Europe/Berlin"
    )
    paper = QuotePaper(quote, _SELLER, _BUYER, lock)
    return paper, InvoicePaper(_invoice(quote), _SELLER, _BUYER, quote, lock)


def _invoice(quote: Quote) -> Invoice:
    lines = tuple(
        DocumentLine(line.description, line.quantity, amount)
        for line, amount in zip(quote.lines, quote.amounts, strict=True)
    )
    return Invoice(
        InvoiceId("I-1"),
        "INV/1",
        quote.company,
        quote.customer,
        OrderId("O-1"),
        quote.currency,
        lines,
        date(2026, 3, 31),
        date(2026, 4, 30),
        quote.lock,
    )


def sample_contract(title: str = "Support") -> ContractPaper:
    """A contract over a year in USD that follows the euro within bounds, billed every quarter."""
    quoted, _ = sample_papers()
    contract = Agreement(
        ContractId("K-1"),
        "CON-1",
        CompanyId("nordwind"),
        CustomerId("acme"),
        title,
        Money("9999.97", "USD"),
        Cycle.YEARLY,
        Cycle.QUARTERLY,
        Term(_DAY, _DAY, 12),
        notice=Notice(3),
        renewal=Renewal(Renewing.AUTOMATIC, 12, Repricing.UPLIFT, "2.5"),
        indexation=Indexation(Currency("EUR"), "3", cap="8", floor="-5", lead=2),
        base_rate=quoted.quote.rate,
    )
    return ContractPaper(contract, _SELLER, _BUYER)


class _Text(HTMLParser):
    """The words of a page, and its tags in order; a style sheet is neither."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """A tag, and what could be run from its attributes."""
        self.tags += [tag, *(name for name, _ in attributes if name.startswith("on"))]

    def handle_data(self, data: str) -> None:
        """Words."""
        if self.tags[-1:] != ["style"]:
            self.words.append(data)


def _money_of(paper: Paper) -> Iterator[Money]:
    if isinstance(paper, QuotePaper):
        yield from (*paper.quote.amounts, paper.quote.total)
    elif isinstance(paper, InvoicePaper):
        yield from (*(line.amount for line in paper.invoice.lines), paper.invoice.total)
    else:
        amounts = (one.amount for one in paper.contract.schedule)
        yield from (paper.contract.price, *amounts, paper.contract.total)


def _coded(amount: Money) -> str:
    return format_money(amount, "en_US", "code")


class DocumentRendererContract(Contract):
    """All promises of a renderer of documents. Override ``open_renderer``."""

    def open_renderer(self) -> DocumentRenderer:
        """A renderer, a new one at each call. Override this."""
        raise NotImplementedError

    def text_of(self, document: Document) -> str:
        """What a reader sees; override it for what is neither text nor HTML."""
        if not document.media_type.startswith("text/"):
            raise NotShown(f"override text_of() to read {document.media_type}")
        text = document.content.decode()
        return "".join(_Text(text).words) if document.media_type == "text/html" else text

    def _read(self, paper: Paper, locale: str = "en_US") -> str:
        return self.text_of(self.open_renderer().render(paper, locale))

    def test_a_document_has_a_name_a_type_and_content(self) -> None:
        """Each document has bytes, the renderer's media type, and a name without folders."""
        renderer = self.open_renderer()
        for paper in sample_papers():
            document = renderer.render(paper, "en_US")
            expect("the media type is the renderer's", document.media_type, renderer.media_type)
            holds("a document has bytes", document.content and type(document.content) is bytes)
        holds("the name has no folder", "/" not in document.name, document.name)

    def test_the_same_paper_gives_the_same_bytes(self) -> None:
        """Rendered again, by another renderer and in another decimal context: no byte differs."""
        for paper in sample_papers():
            first = self.open_renderer().render(paper, "de_DE")
            with localcontext() as context:
                context.prec, context.rounding = 3, "ROUND_UP"
                again = self.open_renderer().render(paper, "de_DE")
            expect("no byte differs", again, first)

    def test_every_amount_is_shown_as_the_locale_writes_it(self) -> None:
        """Every line and the total are shown in full, with the decimals of their currency."""
        for locale in LOCALES:
            for paper in sample_papers():
                text = self._read(paper, locale)
                for amount in _money_of(paper):
                    styles = {format_money(amount, locale, style) for style in ("code", "symbol")}
                    shown = any(one in text for one in styles)
                    holds(f"an amount is shown as {locale} writes it", shown, sorted(styles))

    def test_the_rate_explains_the_amounts(self) -> None:
        """The rate, its decision and the amounts before conversion are shown."""
        for paper in sample_papers():
            text = self._read(paper)
            for words in ("1.085", "lock:EUR/USD:2026-03-02:1", "3,086.40", "299.97", "3,386.37"):
                holds(f"{words} is shown", words in text, text)

    def test_what_is_on_paper_is_shown(self) -> None:
        """Number, parties with their lines, and descriptions are all there."""
        quoted, invoiced = sample_papers()
        papers: dict[str, Paper] = {"QUO-1": quoted, "INV/1": invoiced}
        for number, paper in papers.items():
            text = self._read(paper)
            parties = [word for party in (_SELLER, _BUYER) for word in (party.name, *party.lines)]
            for words in (number, "Licence", "Support", "2.5", *parties):
                holds(f"{words} is shown", words in text, text)

    def test_a_contract_says_what_was_agreed(self) -> None:
        """Price, every instalment, and each bound of the clause are on the page."""
        paper = sample_contract()
        text = self._read(paper)
        for amount in _money_of(paper):
            holds(
                f"{amount} is shown",
                format_money(amount, "en_US") in text or _coded(amount) in text,
                text,
            )
        for words in ("CON-1", "Support", "2.5%", "1.0850", "8%", "5%", "December 1, 2026"):
            holds(f"{words} is shown", words in text, text)

    def test_every_line_is_shown(self) -> None:
        """A document of a thousand lines shows each of them."""
        _, paper = sample_papers()
        one = paper.invoice.lines[0]
        lines = tuple(
            DocumentLine(f"Item<{number}>", one.quantity, Money.from_minor(number, "USD"))
            for number in range(1, 1_001)
        )
        invoice = attrs.evolve(paper.invoice, lines=lines, lock=None)
        text = self._read(InvoicePaper(invoice, _SELLER, _BUYER))
        missing = [one for one in lines if one.description not in text]
        expect("every line is shown", missing, [])

    def test_without_a_rate_nothing_is_explained(self) -> None:
        """A document in the currency of its prices shows no rate, and needs none."""
        _, paper = sample_papers()
        invoice = attrs.evolve(paper.invoice, lock=None)
        text = self._read(InvoicePaper(invoice, _SELLER, _BUYER))
        holds("no rate is shown", "1.085" not in text, text)

    def test_words_from_outside_stay_words(self) -> None:
        """Markup in a description or a name is shown as it was typed, and does nothing."""
        harmless, hostile = sample_papers("Licence")[1], sample_papers(HOSTILE)[1]
        hostile = attrs.evolve(hostile, buyer=Party(HOSTILE, (HOSTILE,)))
        expect("each is shown as it was typed", self._read(hostile).count(HOSTILE) >= 3, True)
        pages = [self.open_renderer().render(one, "en_US") for one in (harmless, hostile)]
        if pages[0].media_type == "text/html":
            tags = [_Text(one.content.decode()).tags for one in pages]
            expect("words from outside are no markup", tags[1], tags[0])

    def test_nothing_turns_the_reading_direction(self) -> None:
        """Controls and marks of direction from outside do not reach the page."""
        marks = "\u202e\u2066\u0007\u001b[31m"
        text = self._read(sample_papers(f"Li{marks}cence")[1])
        expect("no hidden mark reaches the page", [one for one in marks[:4] if one in text], [])

    def test_an_unknown_locale_is_refused(self) -> None:
        """Nobody guesses how a locale that is not known would be written."""
        wrong: tuple[Any, ...] = ("", "xx_YY", "../../etc", "de_DE; rm", None)
        for locale in wrong:
            with refused(f"{locale!r} is refused as a locale", LocaleUnknown):
                self.open_renderer().render(sample_papers()[0], locale)

    def test_papers_that_do_not_fit_together_are_refused(self) -> None:
        """A quote of other amounts or another document's lock explains nothing."""
        quoted, paper = sample_papers()
        other: RateLock = attrs.evolve(_lock(quoted), id=LockId("L-2"))
        added = attrs.evolve(quoted.quote, lines=quoted.quote.lines[:1])
        papers: dict[str, Paper] = {
            "another lock": attrs.evolve(paper, lock=other),
            "a quote of other amounts": attrs.evolve(paper, quote=added),
            "another lock of a quote": attrs.evolve(quoted, lock=other),
        }
        for what, wrong in papers.items():
            with refused(f"{what} is refused", PaperRefused):
                self.open_renderer().render(wrong, "en_US")


def _lock(paper: QuotePaper) -> RateLock:
    if paper.lock is None:
        raise NotShown("the sample has no lock")
    return paper.lock
