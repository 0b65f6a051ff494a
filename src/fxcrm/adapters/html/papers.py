"""Quotes, contracts and invoices as pages of HTML: to be shown, printed, or made into a PDF."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fxcrm.documents import Document, Paper, Sheet, Span, sheet
from fxcrm.documentwords import Phrases

# The sign of a currency beside the digits of an amount.
_SIGN: Final = re.compile(r"[^\s\d.,()+\-\u2212\u200e\u200f\u061c]+")
_LATIN: Final = (
    'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, '
    '"Liberation Sans", "DejaVu Sans", sans-serif'
)
_FONTS: Final = {
    "zh": '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei"',
    "ja": '"Hiragino Sans", "Yu Gothic", "Noto Sans CJK JP", IPAPGothic',
    "ar": '"Noto Sans Arabic", "Noto Sans Arabic UI", "Geeza Pro"',
}


def _direction(text: str) -> str:
    """That of the first letter which has one; said outright, for not every printer finds it."""
    strong = (unicodedata.bidirectional(one) for one in text)
    first = next((one for one in strong if one in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"


def _isolated(text: str) -> Markup:
    """An amount whose sign keeps its own direction: from the right too, ``US$`` stays ``US$``."""
    signs, digits = _SIGN.findall(text), _SIGN.split(text)
    mark = Markup('<bdi dir="{}">{}</bdi>')
    marked = (mark.format(_direction(one), one) for one in signs)
    first, *rest = map(Markup.escape, digits)
    return Markup("").join(
        (first, *(part for both in zip(marked, rest, strict=True) for part in both))
    )


class HtmlDocuments:
    """A `DocumentRenderer` of self-contained pages: no script, no request, no outside font."""

    def __init__(self) -> None:
        environment = Environment(
            loader=PackageLoader("fxcrm.adapters.html"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {"isolated": _isolated, "direction": _direction}
        self._page = environment.get_template("paper.html.j2")

    @property
    def media_type(self) -> str:
        """``text/html``."""
        return "text/html"

    def render(self, paper: Paper, locale: str) -> Document:
        """The paper as a page."""
        page = sheet(paper)
        return Document(page.file_name("html"), self.media_type, self.text(page, locale).encode())

    def text(self, page: Sheet, locale: str) -> str:
        """The page of a sheet, as text."""
        phrases = Phrases.of(locale)
        fonts = ", ".join((*filter(None, [_FONTS.get(phrases.forms.locale.language)]), _LATIN))
        return self._page.render(
            sheet=page,
            words=phrases.words,
            phrases=phrases,
            forms=phrases.forms,
            span=lambda one: phrases.span(Span(one.since, one.until)),
            fonts=Markup(fonts),  # noqa: S704 - a list of our own
            page_words=phrases.words["page"].split("{}"),
        )
