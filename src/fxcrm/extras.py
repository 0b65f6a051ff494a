"""Custom fields: typed values under an id, checked against a schema that is data.

Aggregates that a user may extend carry ``extras``, a mapping of field id to value. A value is
text, a whole number, a Decimal, a yes or no, a date or a Money; a float is none of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

import attrs

from fxcrm.errors import InputRefused
from fxcrm.ids import FieldId
from fxcrm.money import Money

Value = str | int | Decimal | bool | date | Money
Extras = Mapping[FieldId, Value]
NO_EXTRAS: Extras = MappingProxyType({})


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


_TYPES: Mapping[FieldKind, type] = MappingProxyType(
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
    """Every custom field that is defined."""

    fields: tuple[FieldSchema, ...] = ()

    def checked(self, aggregate: str, extras: Extras) -> Extras:
        """A read-only copy in the schema's order. Raises `FieldRefused`."""
        known = {one.id: one for one in self.fields if one.aggregate == aggregate}
        _refuse(
            aggregate, (name for name in extras if name not in known), "no such field is defined"
        )
        absent = (one.id for one in known.values() if one.required and one.id not in extras)
        _refuse(aggregate, absent, "it is required")
        wrong = (
            name for name, value in extras.items() if type(value) is not _TYPES[known[name].kind]
        )
        _refuse(aggregate, wrong, "the value is not of the kind that the schema names")
        return MappingProxyType({name: extras[name] for name in known if name in extras})


def _refuse(aggregate: str, names: Iterable[FieldId], reason: str) -> None:
    for name in names:
        raise FieldRefused(aggregate=aggregate, field=name, reason=reason)
