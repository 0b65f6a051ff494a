"""Text from outside on a page: what could steer the reading direction or the terminal is shown."""

from __future__ import annotations

from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

# Controls of C0 and C1 (tab and line feed stay), lone surrogates, which no encoding can write,
# line separators, and marks that turn the direction of what follows them.
_RANGES: Final = (
    (0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0x61C, 0x61C), (0x200E, 0x200F),
    (0x2028, 0x202E), (0x2066, 0x2069), (0xD800, 0xDFFF), (0xFFFE, 0xFFFF),
)  # fmt: skip
_HIDDEN: Final = {code: REPLACEMENT for first, last in _RANGES for code in range(first, last + 1)}


def visible(text: str) -> str:
    """The text with every hidden control shown as a replacement character."""
    return text.translate(_HIDDEN)
