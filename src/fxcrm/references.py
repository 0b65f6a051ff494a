"""References: how an activity or a reminder says which document it is about.

A reference holds a kind and an id and imports neither; whether the document is there is for a
use case to look up.
"""

from __future__ import annotations

from enum import Enum

import attrs

from fxcrm.errors import InputRefused


class DocumentKind(Enum):
    """What can be referred to; the value is the name that the stores have for the kind."""

    ENQUIRY = "enquiry"
    DEAL = "deal"
    QUOTE = "quote"
    CONTRACT = "contract"
    ORDER = "order"
    INVOICE = "invoice"
    CASE = "case"
    LOCK = "rate lock"
    ACTIVITY = "activity"


class ReferenceRefused(InputRefused):
    """A text that refers to no document."""

    text: str
    known: str
    template = "{text} names no document; write a kind and an id such as deal:D-1 ({known:plain})"


@attrs.frozen
class Reference:
    """A document by its kind and id; as text ``deal:D-1``."""

    kind: DocumentKind
    id: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        """The reference that ``str`` wrote. Raises `ReferenceRefused`."""
        name, colon, id = text.partition(":")
        for kind in DocumentKind:
            if kind.value == name and colon and id:
                return cls(kind, id)
        known = ", ".join(kind.value for kind in DocumentKind)
        raise ReferenceRefused(text=text, known=known)

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.id}"
