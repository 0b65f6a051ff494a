"""The same pages as PDF, by WeasyPrint: text that is shaped, mirrored and can be copied.

Fonts are those of the machine. A page on which a letter would be an empty box is refused, for a
customer could not read it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from weasyprint import HTML

from fxcrm.adapters.html.papers import HtmlDocuments
from fxcrm.documents import Document, Paper, sheet
from fxcrm.ports.documents import RendererBroken

_MOST_NAMED: Final = 8  # letters of an error; a page in a script without a font has hundreds


class PdfDocuments:
    """A `DocumentRenderer` of PDF files, without dates and random marks: same paper, same bytes.

    Fonts belong to the machine, so machines with other fonts give other bytes.
    """

    def __init__(self) -> None:
        self._pages = HtmlDocuments()

    @property
    def media_type(self) -> str:
        """``application/pdf``."""
        return "application/pdf"

    def render(self, paper: Paper, locale: str) -> Document:
        """The paper as a PDF.

        Raises `RendererBroken` where no font of this machine has a letter of the page.
        """
        page = sheet(paper)
        text = self._pages.text(page, locale)
        return Document(page.file_name("pdf"), self.media_type, _printed(text))


def _printed(text: str) -> bytes:
    missing: set[int] = set()

    def look(laid: Any, _: Any) -> None:
        for font in laid.fonts.values():
            missing.update(font.missing)

    identifier = sha256(text.encode()).hexdigest()[:32].encode()
    content: bytes = HTML(string=text).write_pdf(finisher=look, pdf_identifier=identifier)
    if missing:
        raise RendererBroken(renderer="WeasyPrint", reason=_lacking(missing))
    return content


def _lacking(missing: set[int]) -> str:
    named = ", ".join(f"U+{code:04X}" for code in sorted(missing)[:_MOST_NAMED])
    more = "" if len(missing) <= _MOST_NAMED else f" and {len(missing) - _MOST_NAMED} more"
    return f"no font here has {named}{more}; install one, such as a package of the Noto fonts"
