"""Countries by their codes: only how a code is written; which of them exist, nobody asks here."""

from __future__ import annotations


def is_country(code: str) -> bool:
    """Whether a text has the form of an ISO 3166 code of two letters."""
    return len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()
