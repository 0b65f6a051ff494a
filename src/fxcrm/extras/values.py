"""What a custom field holds: six kinds of values, their limits, and the text to search by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any, Final

from fxcrm._decimals import canonical, exact_decimal, padded, parse_decimal
from fxcrm.currencies import CurrencyRegistry
from fxcrm.errors import CallError, FxcrmError, InputRefused
from fxcrm.ids import FieldId
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

Value = str | int | Decimal | bool | date | Money
Extras = Mapping[FieldId, Value]
NO_EXTRAS: Extras = FrozenMap({})

MOST_DIGITS: Final = 40
MOST_BITS: Final = 63
LONGEST_TEXT: Final = 10_000  # characters of one custom field (F18)
# A key of an index may not be longer than about 2,700 bytes in PostgreSQL.
_LONGEST_KEY: Final = 200
_KEPT: Final = 100


class FieldRefused(InputRefused):
    """A custom field that the schema does not allow, or a required one that is not there."""

    aggregate: str
    field: str
    reason: str
    template = "custom field {field} of a {aggregate:plain}: {reason:plain}"


class NotAFieldValue(CallError):
    """A value of a type that no custom field holds."""

    kind: str
    template = (
        "a {kind:plain} is no value of a custom field; pass text, an int, a Decimal, a bool, "
        "a date or a Money"
    )


class FieldKind(Enum):
    """What a custom field holds."""

    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    CHECK = "check"
    DATE = "date"
    MONEY = "money"


_KINDS: Final[Mapping[type, FieldKind]] = FrozenMap(
    {
        str: FieldKind.TEXT,
        int: FieldKind.NUMBER,
        Decimal: FieldKind.DECIMAL,
        bool: FieldKind.CHECK,
        date: FieldKind.DATE,
        Money: FieldKind.MONEY,
    }
)


def kind_of(value: object) -> FieldKind:
    """The kind of a value, by its exact type. Raises `NotAFieldValue`."""
    kind = _KINDS.get(type(value))
    if kind is None:
        raise NotAFieldValue(kind=type(value).__name__)
    return kind


def objection(value: object, kind: FieldKind) -> str:
    """Why a value does not fit a field of this kind, or nothing."""
    if _KINDS.get(type(value)) is not kind:
        return f"a value of the kind {kind.value} is expected"
    match value:
        case str() if len(value) > LONGEST_TEXT:
            return f"it is longer than {LONGEST_TEXT} characters"
        case str() if not _encodes(value) or "\0" in value:
            return "it holds a NUL character, or half of a surrogate pair"
        case int() if value.bit_length() > MOST_BITS:
            return f"it is larger than {MOST_BITS} bits"
        case Decimal() if not _bounded(value):
            return f"it is no number of at most {MOST_DIGITS} digits before and after the point"
    return ""


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bounded(value: Decimal) -> bool:
    if not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS:
        return False
    try:
        exact_decimal(value)
    except FxcrmError:
        return False
    return True


def search_text(value: Value) -> str:
    """The text under which a value is searched: equal values have equal texts, others not.

    1.0, 1.00 and the whole number 1 are one number; a yes is no number. Within a field, days
    sort as their texts do. A text of more than 200 characters goes under its beginning and
    its sha256, so that every text fits an index. Raises `NotAFieldValue`, `AmountOutOfRange`,
    and `NumberRefused` for NaN and its kin.
    """
    kind, text = kind_of(value), _plain(value)
    if kind is FieldKind.TEXT and len(text) > _LONGEST_KEY:
        return f"long:{text[:_KEPT]}:{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
    return f"{_SEARCHED_AS[kind]}:{text}"


_SEARCHED_AS: Final[Mapping[FieldKind, str]] = FrozenMap(
    {
        FieldKind.TEXT: "text",
        FieldKind.NUMBER: "number",
        FieldKind.DECIMAL: "number",
        FieldKind.CHECK: "check",
        FieldKind.DATE: "date",
        FieldKind.MONEY: "money",
    }
)


def _plain(value: Value) -> str:
    """As ``written``, and equal numbers alike whatever their scale."""
    if type(value) in (Decimal, int):
        return padded(exact_decimal(value), 0)  # type: ignore[arg-type]
    return written(value)


def written(value: Value) -> str:
    """A value as text that ``read`` takes back; a Decimal keeps its scale."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return canonical(exact_decimal(value))
        case date():
            return value.isoformat()
    return str(value)


def read(text: str, kind: FieldKind, registry: CurrencyRegistry) -> Value:
    """The value that ``written`` made this very text of, and of no other text.

    Raises ``ValueError`` and its kin among our own errors.
    """
    value: Value = _READ[kind](text, registry)
    if written(value) != text:
        raise ValueError(text)
    return value


def _whole(text: str, _: CurrencyRegistry) -> int:
    units, fraction = parse_decimal(text).as_integer_ratio()
    if fraction != 1:
        raise ValueError(text)
    return units


def _check(text: str, _: CurrencyRegistry) -> bool:
    return {"yes": True, "no": False}.get(text, False)


_READ: Final[Mapping[FieldKind, Callable[[str, CurrencyRegistry], Any]]] = FrozenMap(
    {
        FieldKind.TEXT: lambda text, _: text,
        FieldKind.NUMBER: _whole,
        FieldKind.DECIMAL: lambda text, _: parse_decimal(text),
        FieldKind.CHECK: _check,
        FieldKind.DATE: lambda text, _: date.fromisoformat(text),
        FieldKind.MONEY: Money.parse,
    }
)
