"""One custom field: what it may hold, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused
from fxcrm.extras.values import LONGEST_TEXT, FieldKind, Value, objection, written
from fxcrm.ids import FieldId
from fxcrm.mappings import FrozenMap

LONGEST_ID: Final = 60
MOST_CHOICES: Final = 1_000

_ORDERED: Final = (FieldKind.NUMBER, FieldKind.DECIMAL, FieldKind.DATE, FieldKind.MONEY)
_HAVING: Final[Mapping[str, tuple[FieldKind, ...]]] = FrozenMap(
    {
        "longest": (FieldKind.TEXT,),
        "currency": (FieldKind.MONEY,),
        "minimum": _ORDERED,
        "maximum": _ORDERED,
        "choices": (FieldKind.TEXT, *_ORDERED),
    }
)


class SchemaRefused(InputRefused):
    """A definition of custom fields that contradicts itself, or is not written as one."""

    place: str
    reason: str
    template = "custom fields, {place:plain}: {reason:plain}"


@attrs.frozen
class FieldSchema:
    """One custom field: of which aggregate (``customer``), of what kind, required or not.

    ===========================  ==========================================================
    ``choices``                  the values that are allowed; none named means all are
    ``longest``                  most characters of a text
    ``minimum``, ``maximum``     of numbers, decimals, days and amounts; both are included
    ``currency``                 the one currency of an amount; None leaves it open
    ``default``                  what stands where nothing is given
    ===========================  ==========================================================

    Limits, choices and the default are values of the field's kind. Raises `SchemaRefused`.
    """

    aggregate: str
    id: FieldId
    kind: FieldKind
    required: bool = False
    choices: tuple[Value, ...] = ()
    longest: int | None = None
    minimum: Value | None = None
    maximum: Value | None = None
    currency: Currency | None = None
    default: Value | None = None

    def __attrs_post_init__(self) -> None:
        for part, reason in self._flaws():
            if reason:
                place = f"{self.aggregate}.{self.id}"
                raise SchemaRefused(place=f"{place}.{part}" if part else place, reason=reason)

    def objection(self, value: object) -> str:
        """Why the field does not take a value, or nothing."""
        unfit = self._kind_objection(value) or self._limits_objection(value)
        if unfit or not self.choices or value in self.choices:
            return unfit
        return "it is none of the choices"

    def _kind_objection(self, value: Any) -> str:
        unfit = objection(value, self.kind)
        if unfit or self.currency is None or value.currency is self.currency:
            return unfit
        return f"an amount in {self.currency} is expected"

    def _limits_objection(self, value: Any) -> str:
        if self.longest is not None and len(value) > self.longest:
            return f"it is longer than {self.longest} characters"
        if self.minimum is not None and value < self.minimum:
            return f"it is below {written(self.minimum)}"
        if self.maximum is not None and value > self.maximum:
            return f"it is above {written(self.maximum)}"
        return ""

    def _flaws(self) -> Iterator[tuple[str, str]]:
        """Each part with what is wrong with it, or nothing; a later one trusts the earlier."""
        yield "", id_objection(self.id)
        for part, kinds in _HAVING.items():
            named = getattr(self, part) not in (None, ())
            yield part, f"a {self.kind.value} has none" if named and self.kind not in kinds else ""
        yield "longest", _length_objection(self.longest)
        yield "currency", self._currency_objection()
        for part in ("minimum", "maximum"):
            limit = getattr(self, part)
            yield part, "" if limit is None else self._kind_objection(limit)
        yield "maximum", self._span_objection()
        yield "choices", self._choices_objection()
        yield "default", "" if self.default is None else self.objection(self.default)

    def _currency_objection(self) -> str:
        if self.currency is not None:
            return "" if isinstance(self.currency, Currency) else "a Currency is expected"
        limited = self.minimum is not None or self.maximum is not None
        if limited and self.kind is FieldKind.MONEY:
            return "amounts have an order in one currency only; name it"
        return ""

    def _span_objection(self) -> str:
        low, high = self.minimum, self.maximum
        if low is None or high is None or low <= high:  # type: ignore[operator]
            return ""
        return "it lies below the minimum"

    def _choices_objection(self) -> str:
        if len(self.choices) > MOST_CHOICES:
            return f"there are more than {MOST_CHOICES}"
        unfit = (self._kind_objection(one) or self._limits_objection(one) for one in self.choices)
        found = next(filter(None, unfit), "")
        return found or ("one stands twice" if len(set(self.choices)) < len(self.choices) else "")


def id_objection(id: object) -> str:
    """Why this is no id of a custom field, or nothing."""
    if isinstance(id, str) and id.isidentifier() and len(id) <= LONGEST_ID:
        return ""
    return f"an id is a name of letters, digits and _, at most {LONGEST_ID} characters"


def _length_objection(longest: object) -> str:
    if longest is None or (type(longest) is int and 0 < longest <= LONGEST_TEXT):
        return ""
    return f"a length is a whole number from 1 to {LONGEST_TEXT}"
