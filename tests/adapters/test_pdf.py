"""PDF files: every letter is there, text can be read back, the same paper gives the same bytes.

They need Pango and fonts for Japanese and Arabic; without them these tests are skipped and say so.
"""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from fxcrm.bootstrap import DOCUMENT_FORMATS, FormatUnknown, document_renderer
from fxcrm.documents import Document, Paper, Party, QuotePaper
from fxcrm.ports.documents import RendererBroken
from fxcrm.taxes import Tax
from fxcrm.testing.contracts.documents import sample_contract, sample_papers

try:
    RENDERER = document_renderer("pdf")
except RendererBroken as broken:
    pytest.skip(f"{broken}", allow_module_level=True)


def printed(paper: Paper, locale: str) -> Document:
    """The paper as a PDF, if this machine has fonts for it."""
    try:
        return RENDERER.render(paper, locale)
    except RendererBroken as broken:
        pytest.skip(f"{broken}")


def pages_of(document: Document) -> list[str]:
    """What a reader can copy from each page."""
    from pypdfium2 import PdfDocument

    file = PdfDocument(document.content)
    return [page.get_textpage().get_text_bounded() for page in file]


def taxed(paper: QuotePaper) -> QuotePaper:
    """The same quote with taxes on it, in its third version."""
    lines = [attrs.evolve(line, taxes=(Tax("消費税", "10"),)) for line in paper.quote.lines]
    quote = attrs.evolve(paper.quote, lines=tuple(lines), revision=3)
    return attrs.evolve(paper, quote=quote)


def test_a_quote_in_japanese_is_read_back() -> None:
    """Words, net, tax and total in the form of the country; and the bytes do not change."""
    quoted, _ = sample_papers("ソフトウェアライセンス")
    paper = taxed(attrs.evolve(quoted, buyer=Party("株式会社アクメ", ("東京都千代田区1-1",))))
    document = printed(paper, "ja_JP")
    (text,) = pages_of(document)
    for words in (
        "見積書 QUO-1", "版 3", "2026年3月2日", "株式会社アクメ", "ソフトウェアライセンス",
        "$3,348.74", "税抜合計", "$3,674.21", "消費税 10%", "$367.42", "$4,041.63 USD",
        "lock:EUR/USD:2026-03-02:1", "1 / 1 ページ",
    ):  # fmt: skip
        assert words in text
    assert document.name == "quote-QUO-1.pdf"
    assert b"CreationDate" not in document.content
    assert RENDERER.render(paper, "ja_JP") == document


def test_a_long_contract_in_arabic_repeats_its_heading() -> None:
    """Twenty instalments, every one there, over pages that are numbered."""
    paper = sample_contract("الدعم الفني")
    term = attrs.evolve(paper.contract.term, months=60)
    contract = attrs.evolve(paper.contract, term=term)
    pages = pages_of(printed(attrs.evolve(paper, contract=contract), "ar_SA"))
    assert len(pages) > 1
    amounts = sum(page.count("2,499.99") + page.count("2,500.00") for page in pages)
    assert amounts == len(contract.schedule) == 20
    assert contract.until == date(2031, 3, 1)


def test_a_letter_that_no_font_has_is_refused() -> None:
    """An empty box is no letter: the error names it, and what to do."""
    paper = attrs.evolve(sample_papers()[0], buyer=Party("Acme \U000f5a5a"))
    with pytest.raises(RendererBroken, match=r"no font here has .*U\+F5A5A.*install one"):
        RENDERER.render(paper, "en_US")


def test_a_form_that_nothing_is_written_in_is_refused() -> None:
    """The error names those that there are."""
    with pytest.raises(FormatUnknown, match="html, pdf, text"):
        document_renderer("docx")
    assert {document_renderer(form).media_type for form in DOCUMENT_FORMATS} == {
        "text/html", "application/pdf", "text/plain",
    }  # fmt: skip
