"""Documents from outside, read in bounded time and memory, or refused (RULES section 4).

JSON becomes dicts, lists, texts, ints and decimals: no float ever exists, and what Python would
read beyond the format (NaN, Infinity) is refused, as are keys that stand twice. XML becomes its
elements; a document type or an entity is refused before the parser sees it, and once more by the
parser's own events.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Final, Protocol
from xml.parsers import expat

import attrs

from fxcrm._decimals import LONGEST_NUMBER, AmountOutOfRange, NumberRefused, exact_decimal
from fxcrm.money import parse_decimal

MOST_PARTS: Final = 250_000  # of a JSON document; ten years of daily rates have half of it
MOST_ELEMENTS: Final = 100_000  # of an XML document; ninety days of rates have some 3,000
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EXPONENT: Final = re.compile(r"[eE][+-]?[0-9]{1,2}")
_DECLARED: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)


class Unfit(ValueError):
    """Why a document is not what it should be, in words that show nothing it holds."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Get(Protocol):
    """Gets one document. Raises `RateSourceBroken`."""

    def __call__(
        self,
        address: str,
        *,
        most: int,
        query: Mapping[str, str] | None = None,
        token: str = "",
        absent: bytes = b"",
    ) -> bytes | None:
        """The document, of 1 to ``most`` bytes; None for a 404 that holds the bytes ``absent``."""
        ...


class Documents(Protocol):
    """Where feeds get their documents; `http.HttpDocuments` is one."""

    def errand(self, source: str) -> AbstractContextManager[Get]:
        """A way to get the documents of one answer, all of them within one span of time."""
        ...


# ---------------------------------------------------------------- JSON


def json_document(content: bytes) -> object:
    """What a JSON document holds. Raises `Unfit`."""
    if sum(map(content.count, (b"{", b"[", b","))) > MOST_PARTS:
        raise Unfit(f"it has more than {MOST_PARTS} parts")
    try:
        return json.loads(
            content.decode("utf-8"),
            parse_float=_fraction,
            parse_int=_whole,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        raise Unfit("it is not written in UTF-8") from None
    except (json.JSONDecodeError, RecursionError):
        raise Unfit("it is no whole JSON document") from None


def _fraction(text: str) -> Decimal:
    """A number with a point or an exponent; providers write 0.0000085 as 8.5e-06."""
    exponent = _EXPONENT.search(text)
    if len(text) > LONGEST_NUMBER or ("e" in text.lower() and not _ends(exponent, text)):
        raise Unfit("a number in it is too long")
    return Decimal(text)


def _ends(found: re.Match[str] | None, text: str) -> bool:
    return found is not None and found.end() == len(text)


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise Unfit("a number in it is too long")
    return int(text)


def _constant(text: str) -> object:
    raise Unfit(f"{text} is no number")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unfit("a key stands twice")
    return found


def part(of: object, key: str) -> object:
    """The value under a key. Raises `Unfit` where there is no such key, or no object."""
    if not isinstance(of, dict) or key not in of:
        raise Unfit(f"it has no {key} where one belongs")
    found: object = of[key]
    return found


def parts(value: object, what: str) -> list[object]:
    """The elements of an array. Raises `Unfit`."""
    if not isinstance(value, list):
        raise Unfit(f"its {what} is no array")
    return value


def fields(value: object, what: str) -> dict[str, object]:
    """The members of an object. Raises `Unfit`."""
    if not isinstance(value, dict):
        raise Unfit(f"its {what} is no object")
    return value


def day(value: object) -> date:
    """A day written ``2026-03-31`` and in no other way. Raises `Unfit`."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise Unfit("a date in it is not written like 2026-03-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Unfit("a date in it does not exist") from None


def number(value: object) -> Decimal:
    """A number, or a text in plain digits. Raises `Unfit`."""
    try:
        if isinstance(value, str):
            return parse_decimal(value)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return exact_decimal(value)
    except (NumberRefused, AmountOutOfRange):
        pass
    raise Unfit("a rate in it is no plain number")


# ---------------------------------------------------------------- XML


@attrs.frozen
class Element:
    """An element: the names of those around it and its own, and its attributes."""

    path: tuple[str, ...]
    attributes: Mapping[str, str]


def xml_document(content: bytes, *, deepest: int) -> list[Element]:
    """The elements in their order, names as ``namespace name``. Raises `Unfit`."""
    if _DECLARED.search(content):
        raise Unfit("it declares a document type or an entity")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise Unfit("it is not written in UTF-8") from None
    reading = _Reading(deepest)
    try:
        reading.parser.Parse(content, True)
    except expat.ExpatError:
        raise Unfit("it is no whole XML document") from None
    return reading.elements


class _Reading:
    """One way through a document; what is not allowed ends it at once."""

    def __init__(self, deepest: int) -> None:
        self._deepest = deepest
        self._path: tuple[str, ...] = ()
        self.elements: list[Element] = []
        # The bytes were checked for UTF-8; the parser guesses at nothing else.
        self.parser = parser = expat.ParserCreate("UTF-8", " ")
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.XmlDeclHandler = self._began
        parser.StartDoctypeDeclHandler = self._declared
        parser.EntityDeclHandler = self._declared
        parser.ExternalEntityRefHandler = self._declared
        parser.ProcessingInstructionHandler = self._instructed

    def _began(self, _: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "us-ascii"):
            raise Unfit("it says that it is not written in UTF-8")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._path = (*self._path, name)
        if len(self._path) > self._deepest:
            raise Unfit(f"its elements lie more than {self._deepest} deep")
        if len(self.elements) >= MOST_ELEMENTS:
            raise Unfit(f"it has more than {MOST_ELEMENTS} elements")
        self.elements.append(Element(self._path, attributes))

    def _end(self, _: str) -> None:
        self._path = self._path[:-1]

    def _declared(self, *_: object) -> int:
        raise Unfit("it declares a document type or an entity")

    def _instructed(self, *_: object) -> None:
        raise Unfit("it holds an instruction for a program")
