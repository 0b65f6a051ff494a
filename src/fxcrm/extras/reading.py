"""Definitions of custom fields as plain data, as TOML or JSON gives it; mistakes name the place.

Values are written as their kind says: a text as text, a whole number as a number, a decimal
and an amount as text ("1.50", "EUR 1.50"), a yes or no as true or false, a day as ISO text or
as a day of TOML. A float is refused: it has lost its decimals already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.errors import FxcrmError, shown
from fxcrm.extras.fields import MOST_CHOICES, FieldSchema, SchemaRefused, id_objection
from fxcrm.extras.steps import Add, Drop, Rename, Retype, Step
from fxcrm.extras.values import FieldKind, Value, kind_of, read, written
from fxcrm.ids import FieldId
from fxcrm.mappings import FrozenMap

AGGREGATES: Final = ("customer", "enquiry", "deal", "quote", "order", "invoice", "case")

_FIELD: Final = (
    *("kind", "required", "choices", "longest"),
    *("minimum", "maximum", "currency", "default"),
)
_STEPS: Final[Mapping[str, tuple[str, ...]]] = FrozenMap(
    {
        "rename": ("to",),
        "retype": ("from", "to", "currency"),
        "drop": ("consent",),
        "add": ("kind", "default"),
    }
)
T = TypeVar("T")


def whole_of(data: object, known: Collection[str], place: str) -> dict[str, Any]:
    """A table that has no other keys than these. Raises `SchemaRefused`."""
    if not isinstance(data, Mapping):
        raise SchemaRefused(place=place, reason="a table of names and values is expected")
    for name in data:
        if name not in known:
            listed = ", ".join(known)
            raise SchemaRefused(place=place, reason=f"{shown(name)} is none of {listed}")
    return dict(data)


def fields_of(data: object, registry: CurrencyRegistry) -> Iterator[FieldSchema]:
    """The fields of ``{aggregate: {id: {...}}}``. Raises `SchemaRefused`."""
    for aggregate, fields in whole_of(data, AGGREGATES, "fields").items():
        if not isinstance(fields, Mapping):
            raise SchemaRefused(place=aggregate, reason="a table of fields is expected")
        for id, one in fields.items():
            yield _field_of(aggregate, _id_of(id, aggregate), one, registry)


def _field_of(aggregate: str, id: FieldId, data: object, registry: CurrencyRegistry) -> FieldSchema:
    place = f"{aggregate}.{id}"
    parts = whole_of(data, _FIELD, place)
    kind = _kind_of(parts, "kind", place)
    values = {
        name: _value_of(parts[name], kind, registry, f"{place}.{name}")
        for name in ("minimum", "maximum", "default")
        if name in parts
    }
    return FieldSchema(
        aggregate,
        id,
        kind,
        _of_type(parts.get("required", False), bool, f"{place}.required"),
        _choices_of(parts.get("choices", []), kind, registry, f"{place}.choices"),
        parts.get("longest"),
        currency=_currency_of(parts, registry, place),
        **values,
    )


def _choices_of(
    data: object, kind: FieldKind, registry: CurrencyRegistry, place: str
) -> tuple[Value, ...]:
    listed = _of_type(data, list, place)[: MOST_CHOICES + 1]
    return tuple(_value_of(one, kind, registry, f"{place}[{at}]") for at, one in enumerate(listed))


def step_of(data: object, place: str, registry: CurrencyRegistry) -> Step:
    """A step by its one name among rename, retype, drop, add. Raises `SchemaRefused`."""
    names = [name for name in _STEPS if isinstance(data, Mapping) and name in data]
    if len(names) != 1:
        raise SchemaRefused(place=place, reason=f"it does one of {', '.join(_STEPS)}")
    [do] = names
    parts = whole_of(data, ("version", "aggregate", do, *_STEPS[do]), place)
    aggregate = _of_type(parts.get("aggregate"), str, f"{place}.aggregate")
    if aggregate not in AGGREGATES:
        raise SchemaRefused(
            place=f"{place}.aggregate", reason=f"it is one of {', '.join(AGGREGATES)}"
        )
    head = (_of_type(parts.get("version"), int, f"{place}.version"), aggregate)
    return _READ[do](*head, _id_of(parts[do], f"{place}.{do}"), parts, place, registry)


def _rename_of(
    version: int, aggregate: str, field: FieldId, parts: Any, place: str, _: CurrencyRegistry
) -> Rename:
    return Rename(version, aggregate, field, _id_of(parts.get("to"), f"{place}.to"))


def _retype_of(
    version: int, aggregate: str, field: FieldId, parts: Any, place: str, known: CurrencyRegistry
) -> Retype:
    was, kind = (_kind_of(parts, name, place) for name in ("from", "to"))
    currency = _currency_of(parts, known, place)
    return Retype(version, aggregate, field, was, kind, currency, known)


def _drop_of(
    version: int, aggregate: str, field: FieldId, parts: Any, place: str, _: CurrencyRegistry
) -> Drop:
    consent = _of_type(parts.get("consent", ""), str, f"{place}.consent")
    return Drop(version, aggregate, field, consent)


def _add_of(
    version: int, aggregate: str, field: FieldId, parts: Any, place: str, known: CurrencyRegistry
) -> Add:
    kind = _kind_of(parts, "kind", place)
    value = _value_of(parts.get("default"), kind, known, f"{place}.default")
    return Add(version, aggregate, field, value)


_READ: Final[Mapping[str, Callable[..., Step]]] = FrozenMap(
    {"rename": _rename_of, "retype": _retype_of, "drop": _drop_of, "add": _add_of}
)


def _of_type(value: object, kind: type[T], place: str) -> T:
    if type(value) is not kind:
        raise SchemaRefused(place=place, reason=f"a {_NAMES[kind]} is expected")
    return value


_NAMES: Final[Mapping[type, str]] = FrozenMap(
    {bool: "yes or no", int: "whole number", str: "text", list: "list"}
)


def _id_of(id: object, place: str) -> FieldId:
    if reason := id_objection(id):
        raise SchemaRefused(place=place, reason=reason)
    return FieldId(str(id))


def _kind_of(parts: Mapping[str, Any], name: str, place: str) -> FieldKind:
    for kind in FieldKind:
        if kind.value == parts.get(name):
            return kind
    kinds = ", ".join(kind.value for kind in FieldKind)
    raise SchemaRefused(place=f"{place}.{name}", reason=f"it is one of {kinds}")


def _currency_of(
    parts: Mapping[str, Any], registry: CurrencyRegistry, place: str
) -> Currency | None:
    if "currency" not in parts:
        return None
    try:
        return registry.currency(parts["currency"])
    except FxcrmError as refused:
        raise SchemaRefused(place=f"{place}.currency", reason=str(refused)) from None


def _value_of(data: object, kind: FieldKind, registry: CurrencyRegistry, place: str) -> Value:
    if _PLAIN.get(kind) is type(data):
        return data  # type: ignore[return-value] # a value of the kind already
    if isinstance(data, str) and kind in _AS_TEXT:
        try:
            return read(data, kind, registry)
        except (FxcrmError, ValueError):
            pass
    raise SchemaRefused(place=place, reason=f"a {kind.value} is written {_LIKE[kind]}")


_PLAIN: Final[Mapping[FieldKind, type]] = FrozenMap(
    {
        FieldKind.TEXT: str,
        FieldKind.NUMBER: int,
        FieldKind.DECIMAL: Decimal,
        FieldKind.CHECK: bool,
        FieldKind.DATE: date,
    }
)
_AS_TEXT: Final = (FieldKind.DECIMAL, FieldKind.DATE, FieldKind.MONEY)
_LIKE: Final[Mapping[FieldKind, str]] = FrozenMap(
    {
        FieldKind.TEXT: "as text",
        FieldKind.NUMBER: "as a whole number",
        FieldKind.DECIMAL: 'as text of plain digits, "1.50"',
        FieldKind.CHECK: "as true or false",
        FieldKind.DATE: 'as a day, "2026-03-02"',
        FieldKind.MONEY: 'as text with its currency and its decimals, "EUR 1.50"',
    }
)


def plain_field(field: FieldSchema) -> dict[str, Any]:
    """A field as the data it is read from, without what was not said."""
    found: dict[str, Any] = {"kind": field.kind.value}
    if field.required:
        found["required"] = True
    if field.choices:
        found["choices"] = [_plain(one) for one in field.choices]
    if field.longest is not None:
        found["longest"] = field.longest
    limits = {"minimum": field.minimum, "maximum": field.maximum, "default": field.default}
    found |= {name: _plain(one) for name, one in limits.items() if one is not None}
    return found if field.currency is None else {**found, "currency": field.currency.code}


def plain_step(step: Step) -> dict[str, Any]:
    """A step as the data it is read from."""
    head = {"version": step.version, "aggregate": step.aggregate}
    match step:
        case Rename():
            return {**head, "rename": step.field, "to": step.to}
        case Drop():
            return {**head, "drop": step.field, "consent": step.consent}
        case Add():
            kind = kind_of(step.value).value
            return {**head, "add": step.field, "kind": kind, "default": _plain(step.value)}
    named = {} if step.currency is None else {"currency": step.currency.code}
    return {**head, "retype": step.field, "from": step.was.value, "to": step.kind.value, **named}


def _plain(value: Value) -> str | int | bool:
    return value if isinstance(value, str | int) else written(value)
