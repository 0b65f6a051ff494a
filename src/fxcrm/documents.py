"""Documents: bytes with a name, and what they say before anybody decides how it looks."""

from __future__ import annotations

import re
from typing import Any, Final

import attrs

from fxcrm.errors import InputRefused

LONGEST_NAME: Final = 120

_NAME: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f/\\:*?\"<>|\ud800-\udfff]+")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*", re.ASCII)


class DocumentRefused(InputRefused):
    """A name or a media type that no document has."""

    part: str
    given: object
    template = "{given} is refused as the {part:plain} of a document"


def _checked_name(_: Document, __: attrs.Attribute[Any], name: str) -> None:
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or name.strip(" .") != name:
        raise DocumentRefused(part="name", given=name)


def _checked_type(_: Document, __: attrs.Attribute[Any], media_type: str) -> None:
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise DocumentRefused(part="media type", given=media_type)


@attrs.frozen
class Document:
    """A file that is not on a disk: its name, without folders, its media type, and its bytes.

    Text is in UTF-8. Raises `DocumentRefused`.
    """

    name: str = attrs.field(validator=_checked_name)
    media_type: str = attrs.field(validator=_checked_type)
    content: bytes = attrs.field(repr=False)
