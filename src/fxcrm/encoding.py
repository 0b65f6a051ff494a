"""One value, one text: the canonical form in which records are kept, compared and hashed.

``encode`` writes JSON with sorted keys and no spaces. The list of types is closed: amounts,
decimals and whole numbers of custom fields are text, instants are UTC, and a float is
refused on the way out as on the way in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from json.encoder import encode_basestring
from types import NoneType
from typing import Any, Final, NoReturn

import attrs

from fxcrm._decimals import canonical, exact_decimal, padded
from fxcrm.currencies import Currency, CurrencyRegistry, UnknownCurrency
from fxcrm.errors import InputRefused
from fxcrm.events import checked_instant
from fxcrm.extras import NO_EXTRAS, Extras, FieldKind, Value
from fxcrm.ids import FieldId
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

LARGEST_MINOR: Final = 2**63 - 1
# A unit price may be finer than the minor unit (M10); every other amount is whole.
_EXACT_FIELDS: Final = frozenset({"unit_price"})
# A fixing known since its day began was written before fixings had an instant of knowledge.
_LEFT_OUT: Final = frozenset({"known_at"})
_INSTANTS: Final = frozenset(
    {"at", "known_at", "locked_at", "expires_at", "held_at", "decided_at", "booked_at"}
)
_NUMBER: Final = re.compile(r"-?[0-9]{1,60}(?:\.[0-9]{1,60})?")
_LONGEST_NUMBER: Final = 63


class NotStorable(InputRefused):
    """A value that no store can keep unchanged."""

    what: str
    reason: str
    template = "a {what:plain} can not be stored: {reason:plain}"


class NotReadable(InputRefused):
    """A stored text that no store of ours has written."""

    what: str
    template = "the stored text is no {what:plain}"


def encode(value: object, registry: CurrencyRegistry) -> str:
    """The canonical JSON text of a value, a tuple of values or a whole aggregate.

    Currencies are written as their codes and must be those of ``registry`` (M11). Raises
    `NotStorable`, `UnknownCurrency`, `SubMinorAmount`, `NoMinorUnit`, `NumberRefused`.
    """
    return _dumped(_plain(value, registry))


def decoded(text: str) -> Any:
    """The JSON value of a stored text, numbers being whole. Raises `NotReadable`."""
    try:
        value, end = _READER.raw_decode(text)
        if end == len(text):  # as we write it: nothing before the value, nothing behind it
            return value
    except ValueError:
        pass
    try:
        return _READER.decode(text)
    except ValueError:
        raise NotReadable(what="JSON without floats") from None


def minor_of(money: Money) -> int:
    """The amount in minor units. Raises `NotStorable` beyond 64 bits, `SubMinorAmount`."""
    units = money.minor
    if abs(units) > LARGEST_MINOR:
        raise NotStorable(what="Money", reason="it is larger than 64 bits of minor units")
    return units


def code_of(currency: Currency, registry: CurrencyRegistry) -> str:
    """The code, once it is known to lead back to this currency. Raises `UnknownCurrency`."""
    if currency not in registry:
        raise UnknownCurrency(code=currency.code, registry=registry.name)
    return currency.code


def checked_text(text: str) -> str:
    """The text itself, once it is known to be one that every store can hold.

    Half of a surrogate pair is no Unicode, and PostgreSQL has no text with a NUL in it.
    """
    if text.isascii() and "\0" not in text:
        return text
    if "\0" in text:
        raise NotStorable(what="text", reason="it holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotStorable(what="text", reason="it holds half of a surrogate pair") from None
    return text


def decimal_text(number: Decimal) -> str:
    """Plain digits, the scale kept. Raises `NumberRefused`, `AmountOutOfRange`."""
    return canonical(exact_decimal(number))


def decimal_from(text: str) -> Decimal:
    """What ``decimal_text`` wrote. Raises `NotReadable`."""
    if not (isinstance(text, str) and len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text)):
        raise NotReadable(what="decimal")
    return Decimal(text)


def day_text(day: date) -> str:
    """A day as ISO text. Raises `NotStorable` for an instant, which would read back as another."""
    if type(day) is not date:
        raise NotStorable(what=type(day).__name__, reason="a calendar day is expected here")
    return day.isoformat()


def instant_text(instant: datetime) -> str:
    """An instant in UTC; texts sort as the instants do. Raises `NaiveInstant`."""
    if instant.tzinfo is not UTC:
        instant = checked_instant(instant).astimezone(UTC)
    return instant.isoformat(timespec="microseconds")


def instant_from(text: str) -> datetime:
    """What ``instant_text`` wrote, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def money_record(money: Money, registry: CurrencyRegistry) -> dict[str, str]:
    """An exact amount as two texts; equal amounts give equal texts, whatever their scale."""
    amount = padded(exact_decimal(money.amount), money.currency.digits or 0)
    return {"amount": amount, "currency": code_of(money.currency, registry)}


def money_from(record: Mapping[str, str], registry: CurrencyRegistry) -> Money:
    """What ``money_record`` wrote. Raises `NotReadable`, `UnknownCurrency`."""
    return Money(decimal_from(record["amount"]), registry.currency(record["currency"]))


def extras_text(extras: Extras, registry: CurrencyRegistry) -> str:
    """Custom fields as JSON: each value under the name of its kind. Raises `NotStorable`."""
    return _dumped(_tagged_all(extras, registry)) if extras else "{}"


def extras_from(text: str, registry: CurrencyRegistry) -> Extras:
    """What ``extras_text`` wrote, as a read-only mapping. Raises `NotReadable`."""
    if text == "{}":
        return NO_EXTRAS
    fields = decoded(text)
    return FrozenMap({FieldId(name): _untagged(one, registry) for name, one in fields.items()})


def texts_json(texts: Mapping[str, str]) -> str:
    """A mapping of text to text as canonical JSON. Raises `NotStorable` for anything else."""
    if not texts:
        return "{}"
    for text in (*texts, *texts.values()):
        if type(text) is not str:
            raise NotStorable(what=type(text).__name__, reason="only texts are kept here")
    held = [f"{text_json(name)}:{text_json(texts[name])}" for name in sorted(texts)]
    return f"{{{','.join(held)}}}"


def text_json(text: str) -> str:
    """A text as canonical JSON, quotes included. Raises `NotStorable`."""
    return encode_basestring(checked_text(text))


def _dumped(value: object) -> str:
    return _WRITER.encode(value)


def _no_float(text: str) -> NoReturn:
    raise NotReadable(what=f"whole number: {text[:20]}")


# ``json.loads`` and ``json.dumps`` with arguments make one of these at each call.
_READER: Final = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float)
_WRITER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _same(value: Any) -> Any:
    return value


_SIMPLE: Final[Mapping[type, Callable[[Any], Any]]] = FrozenMap(
    {
        NoneType: _same,
        bool: _same,
        int: _same,
        str: checked_text,
        Decimal: decimal_text,
        date: date.isoformat,
        datetime: instant_text,
    }
)


def _plain(value: object, registry: CurrencyRegistry) -> Any:
    kind = type(value)
    simple = _SIMPLE.get(kind)
    if simple:
        return simple(value)
    if isinstance(value, Money):
        return money_record(value, registry)
    if isinstance(value, Currency):
        return code_of(value, registry)
    if isinstance(value, tuple):
        return [_plain(one, registry) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return _tagged_all(value, registry)
    if attrs.has(kind):
        fields = ((name, getattr(value, name)) for name in _fields(kind))
        return {
            name: _field(name, held, registry)
            for name, held in fields
            if held is not None or name not in _LEFT_OUT
        }
    raise NotStorable(what=kind.__name__, reason="its type is not on the closed list")


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    """What makes two values of a class equal: no pending events, no derived ratio."""
    return tuple(field.name for field in attrs.fields(kind) if field.eq)


def _field(name: str, value: object, registry: CurrencyRegistry) -> Any:
    if isinstance(value, Money) and name not in _EXACT_FIELDS:
        minor_of(value)
    if isinstance(value, datetime) and name not in _INSTANTS:
        day_text(value)
    return _plain(value, registry)


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


def _tagged_all(values: Mapping[Any, Any], registry: CurrencyRegistry) -> dict[str, Any]:
    return {checked_text(name): _tagged(value, registry) for name, value in values.items()}


def _tagged(value: Value, registry: CurrencyRegistry) -> dict[str, Any]:
    kind = _KINDS.get(type(value))
    if kind is None:
        raise NotStorable(what=type(value).__name__, reason="no custom field holds this type")
    # A whole number is text as well: readers in other languages cut it at 53 bits.
    if kind is FieldKind.NUMBER and isinstance(value, int):
        return {kind.value: decimal_text(Decimal(value))}
    return {kind.value: _plain(value, registry)}


def _untagged(tagged: Mapping[str, Any], registry: CurrencyRegistry) -> Value:
    ((tag, value),) = tagged.items()
    if tag == FieldKind.MONEY.value:
        return money_from(value, registry)
    return _READ[tag](value)


def _whole(text: str) -> int:
    number = decimal_from(text)
    if number != number.to_integral_value():
        raise NotReadable(what="whole number")
    return int(number)


def _checked(value: Any) -> bool:
    if not isinstance(value, bool):
        raise NotReadable(what="yes or no")
    return value


_READ: Final[Mapping[str, Callable[[Any], Value]]] = FrozenMap(
    {
        FieldKind.TEXT.value: str,
        FieldKind.NUMBER.value: _whole,
        FieldKind.DECIMAL.value: decimal_from,
        FieldKind.CHECK.value: _checked,
        FieldKind.DATE.value: date.fromisoformat,
    }
)
