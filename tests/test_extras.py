"""Custom fields: typed by a schema that is data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fxcrm.extras import (
    NO_EXTRAS,
    Extras,
    ExtrasSchema,
    FieldKind,
    FieldRefused,
    FieldSchema,
    Value,
)
from fxcrm.ids import FieldId
from fxcrm.money import Money

GOOD: dict[FieldKind, Value] = {
    FieldKind.TEXT: "blue",
    FieldKind.NUMBER: 3,
    FieldKind.DECIMAL: Decimal("2.50"),
    FieldKind.CHECK: True,
    FieldKind.DATE: date(2026, 3, 2),
    FieldKind.MONEY: Money("5.00", "EUR"),
}


def _schema(kind: FieldKind, required: str = "no") -> ExtrasSchema:
    one = FieldSchema("customer", FieldId("field"), kind, required == "yes")
    return ExtrasSchema((one,))


@pytest.mark.parametrize("kind", FieldKind)
def test_a_field_holds_its_own_kind_and_no_other(kind: FieldKind) -> None:
    """A check is no number, a number no decimal, and so on: every other kind is refused."""
    schema, field = _schema(kind), FieldId("field")
    for other, value in GOOD.items():
        if other is kind:
            assert schema.checked("customer", {field: value}) == {field: value}
            continue
        with pytest.raises(FieldRefused) as caught:
            schema.checked("customer", {field: value})
        assert (caught.value.aggregate, caught.value.field) == ("customer", "field")


@pytest.mark.parametrize(
    "odd", [1.5, None, b"x", datetime(2026, 3, 2, tzinfo=UTC), ["x"], {"x": 1}], ids=repr
)
def test_other_types_fit_no_field(odd: Any) -> None:
    """Floats, None, bytes, instants and containers are refused whatever the schema says (M3)."""
    for kind in FieldKind:
        with pytest.raises(FieldRefused):
            _schema(kind).checked("customer", {FieldId("field"): odd})


@pytest.mark.parametrize(
    ("kind", "edge", "beyond"),
    [
        (FieldKind.TEXT, "x" * 10_000, "x" * 10_001),
        (FieldKind.NUMBER, 2**63 - 1, 2**63),
        (FieldKind.NUMBER, -(2**63 - 1), -(2**63)),
        (FieldKind.DECIMAL, Decimal("1E+40"), Decimal("1E+41")),
        (FieldKind.DECIMAL, Decimal("1E-40"), Decimal("1E-41")),
    ],
)
def test_a_field_has_a_largest_value(kind: FieldKind, edge: Value, beyond: Value) -> None:
    """The limit itself is taken, one more is refused (F18)."""
    field = FieldId("field")
    assert _schema(kind).checked("customer", {field: edge}) == {field: edge}
    with pytest.raises(FieldRefused) as caught:
        _schema(kind).checked("customer", {field: beyond})
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("odd", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+999999999"])
def test_a_decimal_field_holds_a_number(odd: str) -> None:
    """NaN and Infinity are no values of a field, and neither is what nobody could print."""
    with pytest.raises(FieldRefused):
        _schema(FieldKind.DECIMAL).checked("customer", {FieldId("field"): Decimal(odd)})


def test_a_field_is_defined_once_for_each_kind_of_aggregate() -> None:
    """Twice for customers is refused; once for customers and once for deals is not."""
    text = FieldSchema("customer", FieldId("field"), FieldKind.TEXT)
    with pytest.raises(FieldRefused, match="twice"):
        ExtrasSchema((text, FieldSchema("customer", FieldId("field"), FieldKind.DATE)))
    assert ExtrasSchema((text, FieldSchema("deal", FieldId("field"), FieldKind.DATE)))


def test_what_is_not_defined_is_refused() -> None:
    """A field of another aggregate is as unknown as one of none."""
    schema = _schema(FieldKind.TEXT)
    with pytest.raises(FieldRefused, match="no such field is defined"):
        schema.checked("customer", {FieldId("other"): "x"})
    with pytest.raises(FieldRefused, match="no such field is defined"):
        schema.checked("deal", {FieldId("field"): "x"})
    with pytest.raises(FieldRefused):
        ExtrasSchema().checked("customer", {FieldId("field"): "x"})


def test_what_is_required_must_be_there() -> None:
    """An absent required field is named; one that is not required may be left out."""
    with pytest.raises(FieldRefused, match="it is required"):
        _schema(FieldKind.TEXT, required="yes").checked("customer", {})
    assert _schema(FieldKind.TEXT).checked("customer", {}) == {}
    assert _schema(FieldKind.TEXT, required="yes").checked("deal", {}) == {}


def test_the_answer_is_a_copy_in_the_order_of_the_schema_that_nobody_can_change() -> None:
    """Later changes of the caller's mapping do not reach the aggregate."""
    one, two = FieldId("one"), FieldId("two")
    schema = ExtrasSchema(
        (
            FieldSchema("customer", one, FieldKind.NUMBER),
            FieldSchema("customer", two, FieldKind.NUMBER),
        )
    )
    given: dict[FieldId, Value] = {two: 2, one: 1}
    checked: Extras = schema.checked("customer", given)
    given[one] = 9
    assert list(checked.items()) == [(one, 1), (two, 2)]
    with pytest.raises(TypeError):
        checked[one] = 9  # type: ignore[index]
    assert not NO_EXTRAS
