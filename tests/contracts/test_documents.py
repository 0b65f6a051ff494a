"""The contract of document renderers on ours, and on renderers that are wrong in one place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import attrs
import pytest

from fxcrm.adapters.html.papers import HtmlDocuments
from fxcrm.adapters.plaintext import PlainTextDocuments
from fxcrm.documents import (
    Document,
    InvoicePaper,
    Paper,
    PaperRefused,
    Party,
    QuotePaper,
    Sheet,
    plain,
    sheet,
)
from fxcrm.documentwords import WORDS, words
from fxcrm.ids import DecisionId, LockId
from fxcrm.money import Money
from fxcrm.ports.documents import DocumentRenderer
from fxcrm.rates import ExchangeRate
from fxcrm.selling import Quote
from fxcrm.testing.contracts import DocumentRendererContract, Outcome, PromiseBroken, proved
from fxcrm.testing.contracts.documents import sample_papers


class TestHtmlDocuments(DocumentRendererContract):
    """Pages of HTML."""

    def open_renderer(self) -> DocumentRenderer:
        """A new one each time."""
        return HtmlDocuments()


class TestPlainTextDocuments(DocumentRendererContract):
    """Plain text."""

    def open_renderer(self) -> DocumentRenderer:
        """A new one each time."""
        return PlainTextDocuments()


TIMES = "\N{MULTIPLICATION SIGN}"

Spoil = Callable[[str, Paper], str]


class _Wrong:
    """A renderer whose pages are spoiled."""

    media_type = "text/html"

    def __init__(self, spoil: Spoil, locale: str = "") -> None:
        self._spoil, self._locale = spoil, locale

    def render(self, paper: Paper, locale: str) -> Document:
        """The right page, spoiled."""
        document = HtmlDocuments().render(paper, self._locale or locale)
        text = self._spoil(document.content.decode(), paper)
        return attrs.evolve(document, content=text.encode())


_PRINTED = count(1)


def numbered(text: str, _: Paper) -> str:
    """Says which copy it is."""
    return f"{text}<!-- copy {next(_PRINTED)} -->"


def whole(text: str, _: Paper) -> str:
    """Leaves the cents out."""
    return text.replace(".76", "").replace(".47", "").replace(".29", "")


def bare(text: str, _: Paper) -> str:
    """Trusts what comes from outside."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')


def silent(text: str, _: Paper) -> str:
    """Keeps the rate decision to itself."""
    return text.replace("lock:EUR/USD:2026-03-02:1", "")


def short(text: str, _: Paper) -> str:
    """Prints one page."""
    return text[:20_000]


def anonymous(text: str, _: Paper) -> str:
    """Leaves the buyer's address out."""
    return text.replace("1 Main Street", "")


def chatty(text: str, _: Paper) -> str:
    """Shows a rate on every page."""
    return text.replace("</body>", "<p>1.0850</p></body>")


def unbounded(text: str, _: Paper) -> str:
    """Leaves out how far a price may move."""
    return text.replace("2.5%", "")


def turned(text: str, _: Paper) -> str:
    """Lets a mark of direction through."""
    return text.replace("</body>", "\u202e</body>")


class _Pdf(_Wrong):
    """Says that its pages are something else."""

    media_type = "application/pdf"


class _Trusting(_Wrong):
    """Believes any quote and any lock."""

    def render(self, paper: Paper, locale: str) -> Document:
        """The page without them."""
        try:
            return super().render(paper, locale)
        except PaperRefused:
            return super().render(sample_papers()[0], locale)


def unchanged(text: str, _: Paper) -> str:
    """Spoils nothing."""
    return text


def kit(renderer: Any) -> Any:
    """The kit on a renderer."""

    class Kit(DocumentRendererContract):
        def open_renderer(self) -> DocumentRenderer:
            one: DocumentRenderer = renderer
            return one

    return Kit


@pytest.mark.parametrize(
    ("wrong", "test", "promise"),
    [
        (_Pdf(unchanged), "test_a_document_has_a_name_a_type_and_content", "the media type is"),
        (_Wrong(anonymous), "test_what_is_on_paper_is_shown", "1 Main Street is shown"),
        (_Wrong(chatty), "test_without_a_rate_nothing_is_explained", "no rate is shown"),
        (_Wrong(turned), "test_nothing_turns_the_reading_direction", "no hidden mark"),
        (_Trusting(unchanged), "test_papers_that_do_not_fit_together_are_refused", "is refused"),
        (_Wrong(numbered), "test_the_same_paper_gives_the_same_bytes", "no byte differs"),
        (
            _Wrong(whole),
            "test_every_amount_is_shown_as_the_locale_writes_it",
            "shown as en_US writes it",
        ),
        (
            _Wrong(unchanged, "en_US"),
            "test_every_amount_is_shown_as_the_locale_writes_it",
            "shown as de_DE writes it",
        ),
        (_Wrong(bare), "test_words_from_outside_stay_words", "typed|no markup"),
        (_Wrong(silent), "test_the_rate_explains_the_amounts", "lock:EUR/USD.* is shown"),
        (_Wrong(unbounded), "test_a_contract_says_what_was_agreed", "2.5% is shown"),
        (_Wrong(short), "test_every_line_is_shown", "every line is shown"),
        (_Wrong(unchanged, "en_US"), "test_an_unknown_locale_is_refused", "refused as a locale"),
    ],
)
def test_a_wrong_renderer_is_found_out(wrong: Any, test: str, promise: str) -> None:
    """The kit fails on a wrong renderer and names the promise that it broke."""
    getattr(kit(_Wrong(unchanged))(), test)()
    with pytest.raises(PromiseBroken, match=promise):
        getattr(kit(wrong)(), test)()


def test_what_can_not_be_read_is_not_shown() -> None:
    """A PDF that nobody can read here proves its bytes, and the rest is reported as not shown."""

    class Pdf(PlainTextDocuments):
        media_type = "application/pdf"

        def render(self, paper: Paper, locale: str) -> Document:
            return attrs.evolve(super().render(paper, locale), media_type="application/pdf")

    report = proved(kit(Pdf()))
    assert report.holds
    assert len(report.of(Outcome.PROVED)) == 4
    assert len(report.of(Outcome.NOT_SHOWN)) == 8


def test_a_quote_in_plain_text() -> None:
    """The page as a customer in Germany reads it, from top to bottom."""
    paper, _ = sample_papers()
    document = PlainTextDocuments().render(paper, "de_DE")
    space = "\N{NO-BREAK SPACE}"
    assert document.name == "quote-QUO-1.txt"
    assert document.content.decode().replace(space, " ").replace(TIMES, "*").splitlines() == [
        "Angebot QUO-1",
        "",
        "Von: Nordwind Handel",
        "    Hafenstr. 1",
        "    Hamburg",
        "An: Acme Inc.",
        "    1 Main Street",
        "Datum: 2. März 2026",
        "Gültig bis: 31. März 2026",
        "",
        "2,5 * Licence (Einzelpreis 1.234,56 EUR)                          3.348,74 USD",
        "3 * Support (Einzelpreis 99,99 EUR)                                 325,47 USD",
        "Summe                                                         3.674,21 $ (USD)",
        "",
        "Wie die Beträge zustande kamen",
        "  Summe zu Listenpreisen: 3.386,37 EUR",
        "  Wechselkurs: 1 EUR = 1,0850 USD",
        "    3.086,40 EUR * 1,0850 = 3.348,74 USD",
        "    299,97 EUR * 1,0850 = 325,47 USD",
        "  Veröffentlicht: EUR/USD 1.0850 (given 2026-03-02)",
        "  Kursentscheidung: lock:EUR/USD:2026-03-02:1",
        "  Kurs gilt bis: 1. April 2026",
    ]


def test_an_inverse_rate_divides() -> None:
    """Where the rate is quoted the other way round, the page says so with a division sign."""
    paper, _ = sample_papers()
    assert paper.quote.rate is not None
    turned = attrs.evolve(paper.quote.rate, rate=paper.quote.rate.rate.inverse)
    page = sheet(attrs.evolve(paper, quote=attrs.evolve(paper.quote, rate=turned)))
    assert {term.sign for step in page.steps for term in step.terms} == {"\N{DIVISION SIGN}"}


def test_a_line_at_two_rates_shows_both() -> None:
    """What a lock does not cover is shown at its own rate, in the same line, with its decision."""
    paper, _ = sample_papers()
    assert paper.quote.rate is not None
    beyond = attrs.evolve(
        paper.quote.rate,
        id=DecisionId("quote:EUR/USD:2026-03-05:1"),
        rate=ExchangeRate.of("EUR", "USD", "1.1000", on=date(2026, 3, 5), source="later"),
    )
    more = paper.quote.change(2, quantity=5).at_excess_rate(beyond)
    text = PlainTextDocuments().render(attrs.evolve(paper, quote=more), "en").content.decode()
    rows = [row.strip().replace("\N{NO-BREAK SPACE}", " ") for row in text.splitlines()]
    sign = "\N{MULTIPLICATION SIGN}"
    # 325.46745 and 219.978, rounded once
    line = f"EUR 299.97 {sign} 1.0850 + EUR 199.98 {sign} 1.1000 = USD 545.45"
    assert line in rows
    assert f"Rate decision: {beyond.id}" in rows
    page = HtmlDocuments().render(attrs.evolve(paper, quote=more), "en").content.decode()
    assert beyond.id in page
    assert "219.98" not in page


def test_a_lock_alone_explains_an_invoice() -> None:
    """Without its quote an invoice shows the locked rate, and no amounts before conversion."""
    _, paper = sample_papers()
    page = sheet(attrs.evolve(paper, quote=None))
    assert page.decision is not None
    assert (page.steps, page.priced_total) == ((), None)


def test_a_quote_without_conversion_has_no_decision() -> None:
    """Priced and offered in one currency."""
    draft = sample_papers()[0].quote
    quote = attrs.evolve(draft, currency=draft.priced_in, rate=None, lock=None)
    page = sheet(QuotePaper(quote, Party("A"), Party("B")))
    assert (page.total, page.decision) == (Money("3386.37", "EUR"), None)
    assert isinstance(quote, Quote)
    assert quote.lock != LockId("L-1")


def test_a_file_name_is_safe_and_short() -> None:
    """What a number may hold can not lead out of a folder."""
    _, paper = sample_papers()

    def name(number: str) -> str:
        made: Sheet = sheet(attrs.evolve(paper, invoice=attrs.evolve(paper.invoice, number=number)))
        return made.file_name("html")

    assert name("INV/1") == "invoice-INV-1.html"
    assert name("../../etc/passwd") == "invoice-..-..-etc-passwd.html"
    assert name("a\0\n:") == "invoice-a� -.html"
    assert name("") == "invoice-.html"
    assert len(name("9" * 500)) == 120
    assert plain("a\tb\r\nc\u202ed") == "a b c�d"


def test_each_language_has_every_word() -> None:
    """No list is shorter than the English one; what has no list is written in English."""
    assert {tuple(one) for one in WORDS.values()} == {tuple(WORDS["en"])}
    assert all(
        text.strip(" ,") or key == "comma" for one in WORDS.values() for key, text in one.items()
    )
    assert words("de-AT")["invoice"] == "Rechnung"
    assert words("sv_SE")["invoice"] == "Invoice"


def test_a_page_reaches_for_nothing() -> None:
    """No script, no link, no font and no picture from elsewhere; Arabic runs from the right."""
    _, paper = sample_papers()
    text = HtmlDocuments().render(paper, "ar_EG").content.decode()
    assert "default-src 'none'" in text
    assert '<html lang="ar-EG" dir="rtl">' in text
    for word in ("http:", "https:", "<script", "<link", "<img", "url("):
        assert word not in text
    assert isinstance(paper, InvoicePaper)
    assert paper.invoice.due_on == date(2026, 4, 30)
    assert Path(HtmlDocuments().render(paper, "en").name).suffix == ".html"


def test_an_invoice_says_what_it_bills_in_its_own_words() -> None:
    """The quote gives prices and workings; another quantity is that of another quote."""
    _, paper = sample_papers()
    first, *rest = paper.invoice.lines
    renamed = attrs.evolve(first, description="Licence, shipped in March")
    invoice = attrs.evolve(paper.invoice, lines=(renamed, *rest))
    line = sheet(attrs.evolve(paper, invoice=invoice)).lines[0]
    assert (line.description, line.quantity) == (renamed.description, first.quantity)
    assert paper.quote
    assert line.price == paper.quote.lines[0].unit_price
    more = attrs.evolve(
        paper.invoice, lines=(attrs.evolve(first, quantity=first.quantity + 1), *rest)
    )
    with pytest.raises(PaperRefused):
        sheet(attrs.evolve(paper, invoice=more))
