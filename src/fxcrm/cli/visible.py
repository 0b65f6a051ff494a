"""Texts from outside in a terminal: they are shown, and can not steer it."""

from __future__ import annotations

from typing import Final

_JOINERS: Final = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # they shape letters, no more


def plain(text: object) -> str:
    """A text as one line of what can be seen: no escape sequence, no mark of direction."""
    return "".join(map(_seen, str(text)))


def _seen(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    return " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"
