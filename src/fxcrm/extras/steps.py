"""How custom fields change from one version of their schema to the next, as data.

A step loses nothing: a field is renamed, added, turned into another kind only as far as the
way back is exact, and dropped only by a step that says that this is agreed.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import attrs

from fxcrm._decimals import exact_decimal
from fxcrm.currencies import ISO, Currency, CurrencyRegistry
from fxcrm.errors import FxcrmError
from fxcrm.extras.fields import id_objection
from fxcrm.extras.values import FieldKind, FieldRefused, Value, kind_of, objection, read, written
from fxcrm.ids import FieldId
from fxcrm.money import Money

Fields = dict[FieldId, Value]
Kinds = dict[FieldId, FieldKind | None]  # None: a kind that nobody remembers, after a drop


@attrs.frozen
class Rename:
    """The field goes by another id. A value that stands there already is never overwritten."""

    version: int
    aggregate: str
    field: FieldId
    to: FieldId

    def applied(self, extras: Fields) -> Fields:
        """The same values in the same order, one under its new id. Raises `FieldRefused`."""
        if self.field in extras and self.to in extras:
            raise _refused(self, f"{self.to} is there already; move or remove one of the two first")
        return {self.to if id == self.field else id: value for id, value in extras.items()}

    def undone(self, kinds: Kinds) -> str:
        """Take the step back in a list of fields; says why that is not possible, or nothing."""
        if self.to not in kinds:
            return f"after it there should be a field {self.to}"
        if self.field in kinds:
            return f"after it there should be no field {self.field}"
        kinds[self.field] = kinds.pop(self.to)
        return id_objection(self.field)


@attrs.frozen
class Retype:
    """The field is of another kind: ``kind`` where it was ``was``.

    Possible between text and every other kind, between numbers and decimals, and between
    these two and amounts of one ``currency``. A value from which the way back would not lead
    to an equal one is refused. ``registry`` knows the currencies of amounts that were text.
    """

    version: int
    aggregate: str
    field: FieldId
    was: FieldKind
    kind: FieldKind
    currency: Currency | None = None
    registry: CurrencyRegistry = ISO

    def applied(self, extras: Fields) -> Fields:
        """The same values, that of the field in its new kind. Raises `FieldRefused`."""
        if self.field not in extras:
            return extras
        value = extras[self.field]
        if objection(value, self.was):
            raise _refused(self, f"a value of the kind {self.was.value} is expected before it")
        with suppress(FxcrmError, ValueError):
            turned = _converted(value, self)
            if turned is not None and not objection(turned, self.kind):
                return {**extras, self.field: turned}
        kind = self.kind.value
        raise _refused(self, f"it can not become a {kind} without losing something; correct it")

    def undone(self, kinds: Kinds) -> str:
        """Take the step back in a list of fields; says why that is not possible, or nothing."""
        if self.field not in kinds or kinds[self.field] not in (self.kind, None):
            return f"after it there should be a {self.kind.value} {self.field}"
        kinds[self.field] = self.was
        if not _convertible(self.was, self.kind):
            return f"a {self.was.value} can not become a {self.kind.value} without loss"
        if ({self.was, self.kind} in _PRICED) != (self.currency is not None):
            return "a currency stands where a number becomes an amount or the reverse"
        return ""


@attrs.frozen
class Drop:
    """The field and its values are given up; ``consent`` says why that is agreed."""

    version: int
    aggregate: str
    field: FieldId
    consent: str

    def applied(self, extras: Fields) -> Fields:
        """The values without that of the field."""
        return {id: value for id, value in extras.items() if id != self.field}

    def undone(self, kinds: Kinds) -> str:
        """Take the step back in a list of fields; says why that is not possible, or nothing."""
        if self.field in kinds:
            return f"after it there should be no field {self.field}"
        kinds[self.field] = None
        if not self.consent.strip():
            return "values are given up by consent only; say in consent why they may go"
        return id_objection(self.field)


@attrs.frozen
class Add:
    """The field is new, and whatever is there already gets ``value``."""

    version: int
    aggregate: str
    field: FieldId
    value: Value

    def applied(self, extras: Fields) -> Fields:
        """The values with one more. Raises `FieldRefused` where one is there already."""
        if self.field in extras:
            raise _refused(self, "it has a value before it was added; move or remove that first")
        return {**extras, self.field: self.value}

    def undone(self, kinds: Kinds) -> str:
        """Take the step back in a list of fields; says why that is not possible, or nothing."""
        kind = kind_of(self.value)
        if self.field not in kinds or kinds.pop(self.field) not in (kind, None):
            return f"after it there should be a {kind.value} {self.field}"
        return objection(self.value, kind)


Step = Rename | Retype | Drop | Add

_NUMBERS: Final = (FieldKind.NUMBER, FieldKind.DECIMAL)
_PRICED: Final = tuple({FieldKind.MONEY, number} for number in _NUMBERS)


def _convertible(was: FieldKind, kind: FieldKind) -> bool:
    pair = {was, kind}
    return len(pair) == 2 and (FieldKind.TEXT in pair or pair == {*_NUMBERS} or pair in _PRICED)


def _converted(value: Value, step: Retype) -> Value | None:
    """The value in the step's kind, or None where something of it would be lost."""
    if step.kind is FieldKind.TEXT:
        return written(value)
    if isinstance(value, str):
        return read(value, step.kind, step.registry)
    if isinstance(value, Money) and value.currency is not step.currency:
        return None
    return _of_number(value.amount if isinstance(value, Money) else value, step)


def _of_number(value: Value, step: Retype) -> Value | None:
    number = exact_decimal(value)  # type: ignore[arg-type] # the kinds of the step are numbers
    if step.kind is FieldKind.MONEY and step.currency is not None:
        return Money(number, step.currency)
    if step.kind is FieldKind.DECIMAL:
        return number
    units, fraction = number.as_integer_ratio()
    return units if fraction == 1 else None


def _refused(step: Step, reason: str) -> FieldRefused:
    reason = f"step to version {step.version}: {reason}"
    return FieldRefused(aggregate=step.aggregate, field=step.field, reason=reason)
