"""Notices: what is sent to somebody by e-mail or by another post.

A notice that exists can be sent: an address that is none, a subject of two lines (by which a
header could be smuggled in) and what is too large are refused when it is made. Refusals name the
part and never show it, because it is about a person (RULES section 4).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

import attrs

from fxcrm.documents import Document
from fxcrm.errors import InputRefused

LONGEST_SUBJECT: Final = 200
LONGEST_TEXT: Final = 2**20
LARGEST_ATTACHMENTS: Final = 16 * 2**20  # bytes, all together
_LONGEST_ADDRESS: Final = 254

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL: Final = rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*"
_ADDRESS: Final = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
# Every space of Unicode that ends no line.
_SPACES: Final = (
    " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
_STEERING: Final = ("Cc", "Cs", "Zl", "Zp")  # controls, lone surrogates, line separators


class NoticeRefused(InputRefused):
    """A notice that can not be sent as it is."""

    part: str
    reason: str
    template = "the {part:plain} of the notice is refused: {reason:plain}"


def checked_address(address: object) -> str:
    """One plain e-mail address, as ASCII. Raises `NoticeRefused`."""
    fits = isinstance(address, str) and len(address) <= _LONGEST_ADDRESS
    if not (isinstance(address, str) and fits and _ADDRESS.fullmatch(address)):
        reason = "write one address such as ada@acme.example, its domain in ASCII"
        raise NoticeRefused(part="address", reason=reason)
    return address


def _checked_address(_: Notice, __: attrs.Attribute[Any], address: object) -> None:
    checked_address(address)


def _checked_subject(_: Notice, __: attrs.Attribute[Any], subject: str) -> None:
    if not subject.strip() or len(subject) > LONGEST_SUBJECT:
        raise NoticeRefused(part="subject", reason=f"1 to {LONGEST_SUBJECT} characters")
    if any(unicodedata.category(one) in _STEERING for one in subject):
        raise NoticeRefused(part="subject", reason="it is one line without control characters")
    if "=?" in subject:  # mail programs decode what follows, and it could hold a line end
        raise NoticeRefused(part="subject", reason='"=?" begins an encoded word')


def _checked_text(_: Notice, __: attrs.Attribute[Any], text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise NoticeRefused(part="text", reason=f"more than {LONGEST_TEXT} characters")
    if any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\t\n" for one in set(text)):
        raise NoticeRefused(part="text", reason="it holds control characters")


def _checked_size(_: Notice, __: attrs.Attribute[Any], documents: tuple[Document, ...]) -> None:
    if sum(len(one.content) for one in documents) > LARGEST_ATTACHMENTS:
        raise NoticeRefused(part="documents", reason=f"more than {LARGEST_ATTACHMENTS} bytes")


def _stripped(subject: str) -> str:
    return subject.strip(_SPACES)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@attrs.frozen
class Notice:
    """A subject and a text for one address, with documents. Raises `NoticeRefused`.

    Spaces around the subject are taken away, because mail drops them on its way. Lines of the
    text end with a line feed, whatever they ended with before.
    """

    to: str = attrs.field(validator=_checked_address, repr=False)
    subject: str = attrs.field(converter=_stripped, validator=_checked_subject)
    text: str = attrs.field(converter=_with_line_feeds, validator=_checked_text, repr=False)
    documents: tuple[Document, ...] = attrs.field(default=(), validator=_checked_size)


@attrs.frozen
class Receipt:
    """What was handed over: ``message`` is its id at the far end, the same for each repetition."""

    key: str
    message: str
