"""Invoices and quotes as pages of HTML: to be shown, printed, or made into a PDF by a browser."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import get_decimal_symbol
from jinja2 import Environment, PackageLoader, StrictUndefined

from fxcrm._decimals import canonical
from fxcrm.adapters.html.amounts import Writer
from fxcrm.documents import Document, Paper, sheet, words
from fxcrm.formatting import format_money


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
        self._page = environment.get_template("paper.html.j2")

    @property
    def media_type(self) -> str:
        """``text/html``."""
        return "text/html"

    def render(self, paper: Paper, locale: str) -> Document:
        """The paper as a page."""
        page = sheet(paper)
        format_money(page.total, locale)  # which refuses what only looks like a locale to Babel
        writer = Writer(locale)
        symbol = get_decimal_symbol(writer.locale)

        def number(value: Decimal) -> str:
            return canonical(value).replace(".", symbol)

        text = self._page.render(
            sheet=page,
            words=words(locale),
            writer=writer,
            number=number,
            language=str(writer.locale).replace("_", "-"),
            direction=writer.locale.text_direction,
        )
        return Document(page.file_name("html"), self.media_type, text.encode())
