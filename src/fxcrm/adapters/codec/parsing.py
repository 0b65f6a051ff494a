"""JSON from outside, taken apart within limits: size, depth, numbers, no key twice (F18).

Python's own reader takes NaN, Infinity and 1e400 for numbers, keeps the last of two equal
keys, and goes as deep as the stack lasts. Here a number is whole and of 64 bits at the most:
whatever has decimals is text.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any, Final, NoReturn

from fxcrm.errors import InputRefused, shown

LONGEST_DOCUMENT: Final = 8_000_000  # characters
MOST_DEPTH: Final = 32
LARGEST_WHOLE: Final = 2**63 - 1
_LONGEST_WHOLE: Final = 20
_BRACKETS: Final = re.compile(r"[\[\]{}]")


class DocumentUnreadable(InputRefused):
    """A text that is no JSON document within the limits."""

    reason: str
    template = "the text is no document: {reason:plain}; pass what Codec.dump has written"


def parsed(text: str) -> Any:
    """The JSON value of a text. Raises `DocumentUnreadable`."""
    if not isinstance(text, str):
        raise DocumentUnreadable(reason=f"it is a {type(text).__name__}")
    if len(text) > LONGEST_DOCUMENT:
        raise DocumentUnreadable(reason=f"it is longer than {LONGEST_DOCUMENT} characters")
    if _is_deep(text):
        raise DocumentUnreadable(reason=f"it is nested more than {MOST_DEPTH} deep")
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as broken:
        reason = f"it is broken at line {broken.lineno}, column {broken.colno}"
        raise DocumentUnreadable(reason=reason) from None


def _is_deep(text: str) -> bool:
    """Whether brackets nest too deep; those inside of quotes do not count."""
    if text.count("[") + text.count("{") <= MOST_DEPTH:
        return False
    unquoted = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    brackets = _BRACKETS.findall("".join(unquoted))
    levels = accumulate(1 if one in "[{" else -1 for one in brackets)
    return any(level > MOST_DEPTH for level in levels)


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise DocumentUnreadable(reason=f"the name {shown(_twice(pairs))} stands twice in a record")
    return record


def _twice(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            break
        seen.add(name)
    return name


def _whole(text: str) -> int:
    if len(text) <= _LONGEST_WHOLE and abs(number := int(text)) <= LARGEST_WHOLE:
        return number
    raise DocumentUnreadable(reason="a number in it is larger than 64 bits")


def _no_number(text: str) -> NoReturn:
    reason = f"{shown(text[:_LONGEST_WHOLE])} is no whole number; what has decimals is text"
    raise DocumentUnreadable(reason=reason)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_record,
    parse_int=_whole,
    parse_float=_no_number,
    parse_constant=_no_number,
)
