"""Where documents are made: a page, a PDF, a letter of plain text."""

from __future__ import annotations

from typing import Protocol

from fxcrm.documents import Document, Paper
from fxcrm.errors import EnvironmentFailed


class RendererBroken(EnvironmentFailed):
    """The renderer could not do its part, such as for a font that is missing."""

    renderer: str
    reason: str
    template = "{renderer:plain} made no document: {reason:plain}"


class DocumentRenderer(Protocol):
    """Writes invoices and quotes. `DocumentRendererContract` proves one."""

    @property
    def media_type(self) -> str:
        """The media type of its documents, such as ``application/pdf``."""
        ...

    def render(self, paper: Paper, locale: str) -> Document:
        """The paper as a document in a locale such as ``de_DE``.

        The same paper and locale give the same bytes, on every day and machine. The document
        shows each amount and, where a rate lies behind it, the rate and its decision. Raises
        `LocaleUnknown`, `PaperRefused`, `QuoteHasNoRate`, `RendererBroken`.
        """
        ...
