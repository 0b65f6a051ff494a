"""What pages say in each language: no word of another, every figure as the country writes it."""

from __future__ import annotations

import re
from html import unescape

import attrs
import pytest

from fxcrm import Money, parse_money
from fxcrm.adapters.html.papers import HtmlDocuments
from fxcrm.adapters.plaintext import PlainTextDocuments
from fxcrm.documents import Paper, sheet
from fxcrm.documentwords import WORDS, Phrases
from fxcrm.formatting.plainforms import PlainForms
from fxcrm.selling.discounts import Discount
from fxcrm.taxes import Tax
from fxcrm.testing.contracts.documents import HOSTILE, sample_contract, sample_papers

LOCALES = {
    "en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "zh": "zh_CN", "ja": "ja_JP",
    "ar": "ar_EG",
}  # fmt: skip
# Words that are the same in both languages.
SAME = {
    "de": {"version", "comma"},
    "fr": {"total", "date", "version", "contact", "comma"},
    "es": {"total", "comma"},
}
PAGES = HtmlDocuments()
CELL = re.compile(r'<td class="number"><bdi[^>]*>(.*?)</bdi></td>')
TAGS = re.compile(r"<style>.*?</style>|<[^>]+>", re.DOTALL)


def papers(description: str = "XZ-1") -> tuple[Paper, ...]:
    """A taxed and discounted quote in its second version, its contract and an invoice."""
    quoted, billed = sample_papers(description)
    first, second = quoted.quote.lines
    off = attrs.evolve(first, discount=Discount(percent="10"), taxes=(Tax("XT", "19"),))
    renamed = attrs.evolve(second, description="XZ-2", discount=Discount(amount=Money("5", "EUR")))
    quote = attrs.evolve(quoted.quote, lines=(off, renamed), revision=2, terms="XZ-3")
    return attrs.evolve(quoted, quote=quote), sample_contract("XZ-4"), billed


def page(paper: Paper, language: str) -> str:
    """The page as it is sent."""
    return PAGES.render(paper, LOCALES[language]).content.decode()


def text_of(html: str) -> str:
    """What a reader sees of it."""
    return unescape(TAGS.sub(" ", html))


@pytest.mark.parametrize("language", [one for one in LOCALES if one != "en"])
def test_no_word_is_left_in_english(language: str) -> None:
    """On a quote and a contract with all that they can say, as a page and as plain text."""
    own, english = WORDS[language], WORDS["en"]
    same = {key for key in english if english[key] == own[key]}
    assert same == SAME.get(language, set())
    foreign = {english[key] for key in english if key not in same} - set(own.values())
    for paper in papers()[:2]:
        plain = PlainTextDocuments().render(paper, LOCALES[language]).content.decode()
        for text in (text_of(page(paper, language)), plain):
            found = [
                word
                for word in foreign
                for part in word.split("{}")
                if len(part) > 3 and re.search(rf"\b{re.escape(part.strip())}\b", text)
            ]
            assert found == []


@pytest.mark.parametrize("language", LOCALES)
def test_every_amount_is_read_back(language: str) -> None:
    """The cells of the tables are unit prices, lines, net, tax and total, to the cent."""
    for paper in papers():
        said = sheet(paper)
        cells = [unescape(TAGS.sub("", one)) for one in CELL.findall(page(paper, language))]
        amounts = [line.amount for line in said.lines] or [one.amount for one in said.instalments]
        told = [one for line in said.lines for one in (line.price, line.amount) if one is not None]
        taxes = [said.net, *(tax for _, tax in said.taxes)] if said.net is not None else []
        expected = [*(told or amounts), *taxes]
        assert [
            parse_money(cell, LOCALES[language], currency=one.currency)
            for cell, one in zip(cells, expected, strict=False)
        ] == expected
        assert cells[len(expected) :] == [PlainForms(LOCALES[language]).both(said.total)]
        assert Money.total(taxes or amounts) == said.total


def test_a_unit_price_is_that_of_the_price_list() -> None:
    """In its own currency and with all its digits; times the quantity it is the working."""
    quoted, *_ = papers()
    for line, one in zip(sheet(quoted).lines, quoted.quote.lines, strict=True):  # type: ignore[union-attr]
        assert line.price == one.unit_price
    html = page(quoted, "en")
    assert '<th scope="col" class="number">Unit price</th>' in html
    for paper in papers():
        if not any(line.price for line in sheet(paper).lines):
            assert "Unit price" not in page(paper, "en")


def test_arabic_keeps_numbers_and_codes_as_they_are() -> None:
    """Mirrored as a whole; the sign of a currency and a code run from the left in it."""
    html = page(papers()[0], "ar")
    assert '<html lang="ar-EG" dir="rtl">' in html
    assert '<bdi dir="ltr">US$</bdi>' in html
    assert '<bdi dir="ltr">1 EUR = 1.0850 USD</bdi>' in html
    assert Phrases.of("ar_EG").words["total"] in html


def test_hostile_words_do_nothing_in_any_language() -> None:
    """Markup stays text, and marks of direction from outside do not reach the page."""
    for language in ("de", "ar"):
        html = page(papers(f"{HOSTILE}\u202e\u2067")[0], language)
        assert "<script" not in html
        assert "\u202e" not in html
        assert "\u2067" not in html
        assert HOSTILE in text_of(html)
