"""Custom fields: typed values under an id, checked against a schema that is data.

Aggregates that a user may extend carry ``extras``, a mapping of field id to value. A value is
text, a whole number, a Decimal, a yes or no, a date or a Money; a float is none of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum

import attrs

from fxcrm.errors import InputRefused
from fxcrm.ids import FieldId
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

Value = str | int | Decimal | bool | date | Money
Extras = Mapping[FieldId, Value]
NO_EXTRAS: Extras = FrozenMap({})


_MOST_DIGITS = 40
_MOST_BITS = 63
_LONGEST_TEXT = 10_000  # characters of one custom field (F18)


class FieldRefused(InputRefused):
    """A custom field that the schema does not allow, or a required one that is not there."""

    aggregate: str
    field: str
    reason: str
    template = "custom field {field} of a {aggregate:plain}: {reason:plain}"


class FieldKind(Enum):
    """What a custom field holds."""

    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    CHECK = "check"
    DATE = "date"
    MONEY = "money"


_TYPES: Mapping[FieldKind, type] = FrozenMap(
    {
        FieldKind.TEXT: str,
        FieldKind.NUMBER: int,
        FieldKind.DECIMAL: Decimal,
        FieldKind.CHECK: bool,
        FieldKind.DATE: date,
        FieldKind.MONEY: Money,
    }
)


@attrs.frozen
class FieldSchema:
    """One custom field: of which aggregate (``customer``), of what kind, required or not."""

    aggregate: str
    id: FieldId
    kind: FieldKind
    required: bool = False


@attrs.frozen
class ExtrasSchema:
    """Every custom field that is defined. Raises `FieldRefused` for one that is defined twice."""

    fields: tuple[FieldSchema, ...] = ()

    def __attrs_post_init__(self) -> None:
        seen: set[tuple[str, FieldId]] = set()
        for one in self.fields:
            if (one.aggregate, one.id) in seen:
                _refuse(one.aggregate, [one.id], "it is defined twice")
            seen.add((one.aggregate, one.id))

    def checked(self, aggregate: str, extras: Extras) -> Extras:
        """A read-only copy in the schema's order. Raises `FieldRefused`."""
        known = {one.id: one for one in self.fields if one.aggregate == aggregate}
        _refuse(
            aggregate, (name for name in extras if name not in known), "no such field is defined"
        )
        absent = (one.id for one in known.values() if one.required and one.id not in extras)
        _refuse(aggregate, absent, "it is required")
        wrong = (name for name, value in extras.items() if not _fits(value, known[name].kind))
        _refuse(
            aggregate, wrong, "the value is not of the kind that the schema names, or too large"
        )
        return FrozenMap({name: extras[name] for name in known if name in extras})


def _fits(value: Value, kind: FieldKind) -> bool:
    if type(value) is not _TYPES[kind]:
        return False
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value.adjusted()) <= _MOST_DIGITS
    if isinstance(value, int):
        return value.bit_length() <= _MOST_BITS
    return not isinstance(value, str) or len(value) <= _LONGEST_TEXT


def _refuse(aggregate: str, names: Iterable[FieldId], reason: str) -> None:
    for name in names:
        raise FieldRefused(aggregate=aggregate, field=name, reason=reason)
