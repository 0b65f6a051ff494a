"""The schema of custom fields as data: constraints, versions and steps, and what is refused."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest

from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.extras import (
    Add,
    Drop,
    Extras,
    ExtrasSchema,
    ExtrasVersionRefused,
    FieldKind,
    FieldRefused,
    FieldSchema,
    NotAFieldValue,
    Rename,
    Retype,
    SchemaRefused,
    Value,
    search_text,
)
from fxcrm.ids import FieldId
from fxcrm.money import Money

TOML = """
version = 3

[fields.customer.vat_id]
kind = "text"
required = true
longest = 20

[fields.customer.size]
kind = "number"
minimum = 1
maximum = 5000

[fields.customer.discount]
kind = "decimal"
minimum = "0.00"
maximum = "0.30"
default = "0.00"

[fields.customer.credit_limit]
kind = "money"
currency = "EUR"
maximum = "EUR 100000.00"

[fields.customer.tier]
kind = "text"
choices = ["standard", "gold"]

[fields.deal.decided_on]
kind = "date"
minimum = 2026-01-01

[[steps]]
version = 2
aggregate = "customer"
rename = "vat"
to = "vat_id"

[[steps]]
version = 2
aggregate = "customer"
drop = "fax"
consent = "fax numbers are kept no longer"

[[steps]]
version = 3
aggregate = "customer"
retype = "size"
from = "text"
to = "number"

[[steps]]
version = 3
aggregate = "customer"
add = "tier"
kind = "text"
default = "standard"
"""
SCHEMA = ExtrasSchema.of(tomllib.loads(TOML))
FIRST: dict[str, Value] = {"vat": "DE000000000", "fax": "0049", "size": "250"}
FIELD = FieldId("field")


def _ids(values: dict[str, Value]) -> Extras:
    return {FieldId(name): value for name, value in values.items()}


def _with(path: str, value: object) -> dict[str, Any]:
    """The data of the schema with one place changed; a path like ``fields.customer.size``."""
    data = SCHEMA.to_dict()
    *way, last = path.split(".")
    at: Any = data
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[int(last) if isinstance(at, list) else last] = value
    return data


def test_the_schema_of_a_file_is_the_one_written_in_python() -> None:
    """Constraints are values of the field's kind; days may be days of TOML."""
    by_place = {(one.aggregate, one.id): one for one in SCHEMA.fields}
    assert by_place["customer", FieldId("discount")] == FieldSchema(
        "customer",
        FieldId("discount"),
        FieldKind.DECIMAL,
        minimum=Decimal("0.00"),
        maximum=Decimal("0.30"),
        default=Decimal("0.00"),
    )
    assert by_place["deal", FieldId("decided_on")].minimum == date(2026, 1, 1)
    assert by_place["customer", FieldId("credit_limit")].currency is Currency("EUR")
    assert SCHEMA.steps[0] == Rename(2, "customer", FieldId("vat"), FieldId("vat_id"))


def test_a_schema_goes_through_json_and_back() -> None:
    """``to_dict`` is plain data, and ``of`` makes an equal schema of it."""
    assert ExtrasSchema.of(json.loads(json.dumps(SCHEMA.to_dict()))) == SCHEMA


def test_currencies_of_a_schema_come_from_the_registry() -> None:
    """A currency of one's own is known to the registry that is handed in, and to no other (M11)."""
    coins = CurrencyRegistry("house coins").define("BTC", digits=8, name="Bitcoin")
    data = {"fields": {"deal": {"fee": {"kind": "money", "default": "BTC 0.10000000"}}}}
    [fee] = ExtrasSchema.of(data, coins).fields
    assert fee.default == coins.money("0.1", "BTC")
    with pytest.raises(SchemaRefused, match=r"deal\.fee\.default"):
        ExtrasSchema.of(data)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("fields.customer.size.kind", "integer", "customer.size.kind"),
        ("fields.customer.size.minimum", 1.5, "customer.size.minimum"),
        ("fields.customer.size.minimum", True, "customer.size.minimum"),
        ("fields.customer.size.minimum", 5001, "customer.size.maximum"),
        ("fields.customer.size.longest", 3, "customer.size.longest"),
        ("fields.customer.size.colour", "red", "customer.size"),
        ("fields.customer.size.currency", "EUR", "customer.size.currency"),
        ("fields.customer.vat_id.longest", 0, "customer.vat_id.longest"),
        ("fields.customer.vat_id.longest", "20", "customer.vat_id.longest"),
        ("fields.customer.vat_id.longest", 10_001, "customer.vat_id.longest"),
        ("fields.customer.vat_id.minimum", "a", "customer.vat_id.minimum"),
        ("fields.customer.vat_id.required", "yes", "customer.vat_id.required"),
        ("fields.customer.vat_id.default", "x" * 21, "customer.vat_id.default"),
        ("fields.customer.discount.default", 0.1, "customer.discount.default"),
        ("fields.customer.discount.default", "0.31", "customer.discount.default"),
        ("fields.customer.discount.default", "1e-1", "customer.discount.default"),
        ("fields.customer.discount.minimum", "NaN", "customer.discount.minimum"),
        ("fields.customer.credit_limit.currency", "EURO", "customer.credit_limit.currency"),
        ("fields.customer.credit_limit.currency", ["EUR"], "customer.credit_limit.currency"),
        ("fields.customer.credit_limit.maximum", "USD 1.00", "customer.credit_limit.maximum"),
        ("fields.customer.credit_limit.maximum", "EUR 1", "customer.credit_limit.maximum"),
        ("fields.customer.tier.choices", ["gold", "gold"], "customer.tier.choices"),
        ("fields.customer.tier.choices", ["gold", 1], "customer.tier.choices[1]"),
        ("fields.customer.tier.choices", "gold", "customer.tier.choices"),
        ("fields.customer.tier.choices", [str(n) for n in range(1_001)], "customer.tier.choices"),
        ("fields.customer.tier.default", "silver", "customer.tier.default"),
        ("fields.customer.bad id", {"kind": "text"}, "customer"),
        ("fields.customer." + "x" * 61, {"kind": "text"}, "customer"),
        ("fields.customer.empty", {}, "customer.empty.kind"),
        ("fields.customer.empty", "text", "customer.empty"),
        ("fields.deal.decided_on.minimum", "20260101", "deal.decided_on.minimum"),
        (
            "fields.deal.decided_on.minimum",
            datetime(2026, 1, 1, tzinfo=UTC),
            "deal.decided_on.minimum",
        ),
        ("fields.supplier", {}, "fields"),
        ("fields.customer", [], "customer"),
        ("fields", [], "fields"),
        ("version", 0, "version"),
        ("version", True, "version"),
        ("version", "3", "version"),
        ("version", 2, "steps[3].version"),
        ("colour", "red", "schema"),
        ("steps", {}, "steps"),
        ("steps.0", {}, "steps[0]"),
        ("steps.0", "rename", "steps[0]"),
        ("steps.0.drop", "vat", "steps[0]"),
        ("steps.0.to", "tax_id", "steps[0]"),
        ("steps.0.to", 7, "steps[0].to"),
        ("steps.0.rename", "vat_id", "steps[0]"),
        ("steps.0.rename", "discount", "steps[0]"),
        ("steps.0.version", 1, "steps[0].version"),
        ("steps.0.version", 3, "steps"),
        ("steps.0.aggregate", "supplier", "steps[0].aggregate"),
        ("steps.0.aggregate", None, "steps[0].aggregate"),
        ("steps.0.colour", "red", "steps[0]"),
        ("steps.1.consent", "  ", "steps[1]"),
        ("steps.1.consent", True, "steps[1].consent"),
        ("steps.1.drop", "size", "steps[1]"),
        ("steps.2.from", "number", "steps[2]"),
        ("steps.2.from", "check", "steps[2]"),
        ("steps.2.to", "decimal", "steps[2]"),
        ("steps.2.currency", "EUR", "steps[2]"),
        ("steps.2.retype", "colour", "steps[2]"),
        ("steps.3.kind", "number", "steps[3].default"),
        ("steps.3.add", "discount", "steps[3]"),
    ],
)
def test_a_mistake_in_the_data_names_its_place(path: str, value: object, place: str) -> None:
    """Wrong kinds, limits, choices and steps are refused, each at the place where it stands."""
    with pytest.raises(SchemaRefused) as caught:
        ExtrasSchema.of(_with(path, value))
    assert caught.value.place == place


@pytest.mark.parametrize("odd", [None, [], "fields", 3])
def test_a_schema_is_a_table(odd: Any) -> None:
    """Anything but a mapping is refused as a whole."""
    with pytest.raises(SchemaRefused, match="schema"):
        ExtrasSchema.of(odd)


@pytest.mark.parametrize("name", ["consent", "version", "aggregate", "drop"])
def test_a_step_that_leaves_something_out_is_refused(name: str) -> None:
    """Without consent nothing is dropped, and a step says what it does to which field when."""
    data = SCHEMA.to_dict()
    del data["steps"][1][name]
    with pytest.raises(SchemaRefused, match=r"steps\[1\]"):
        ExtrasSchema.of(data)


@pytest.mark.parametrize(
    ("field", "good", "bad", "reason"),
    [
        ("vat_id", "x" * 20, "x" * 21, "longer than 20"),
        ("size", 1, 0, "below 1"),
        ("size", 5000, 5001, "above 5000"),
        ("discount", Decimal("0.3"), Decimal("0.300001"), "above 0.30"),
        ("credit_limit", Money("100000", "EUR"), Money("100000.01", "EUR"), "above EUR 100000.00"),
        ("credit_limit", Money("1", "EUR"), Money("1", "USD"), "an amount in EUR"),
        ("tier", "gold", "silver", "none of the choices"),
        ("vat_id", "x", "\ud800", "surrogate"),
        ("vat_id", "a\nb", "a\0b", "NUL"),
        ("size", 1, True, "of the kind number"),
    ],
)
def test_constraints_hold_up_to_their_limit(
    field: str, good: Value, bad: Value, reason: str
) -> None:
    """The limit itself is taken, what lies beyond is refused with the reason (F18)."""
    base: dict[str, Value] = {"vat_id": "DE"}
    assert SCHEMA.checked("customer", _ids(base | {field: good}))[FieldId(field)] == good
    with pytest.raises(FieldRefused, match=reason) as caught:
        SCHEMA.checked("customer", _ids(base | {field: bad}))
    assert (caught.value.aggregate, caught.value.field) == ("customer", field)


def test_a_default_stands_where_nothing_is_given() -> None:
    """It counts for a required field as well; a value that is given is kept."""
    assert dict(SCHEMA.checked("customer", _ids({"vat_id": "DE"}))) == {
        "vat_id": "DE",
        "discount": Decimal(0),
    }
    needed = FieldSchema("deal", FIELD, FieldKind.TEXT, required=True, default="by mail")
    assert ExtrasSchema((needed,)).checked("deal", {}) == {FIELD: "by mail"}
    assert ExtrasSchema((needed,)).checked("deal", {FIELD: "x"}) == {FIELD: "x"}


def test_a_decimal_has_no_more_digits_than_a_store_keeps() -> None:
    """60 digits are taken, 61 are refused, and a million are refused at once (F18)."""
    schema = ExtrasSchema((FieldSchema("deal", FIELD, FieldKind.DECIMAL),))
    assert schema.checked("deal", {FIELD: Decimal("1." + "1" * 59)})
    for digits in (60, 1_000_000):
        with pytest.raises(FieldRefused):
            schema.checked("deal", {FIELD: Decimal("1." + "1" * digits)})


def test_values_move_from_version_to_version() -> None:
    """Renamed, dropped by consent, turned into a number, added: each step does its one thing."""
    second = SCHEMA.migrate("customer", _ids(FIRST), 1, 2)
    assert dict(second) == {"vat_id": "DE000000000", "size": "250"}
    third: dict[str, Value] = {"vat_id": "DE000000000", "size": 250, "discount": Decimal(0)}
    assert dict(SCHEMA.migrate("customer", second, 2)) == third | {"tier": "standard"}
    assert SCHEMA.migrate("customer", _ids(FIRST), 1) == SCHEMA.migrate("customer", second, 2)


def test_steps_of_another_aggregate_leave_values_alone() -> None:
    """A customer's steps do not touch a deal that has a field of the same name."""
    schema = attrs.evolve(
        SCHEMA, fields=(*SCHEMA.fields, FieldSchema("deal", FieldId("vat"), FieldKind.TEXT))
    )
    assert schema.migrate("deal", _ids({"vat": "x"}), 1) == {"vat": "x"}


@pytest.mark.parametrize(("start", "end"), [(0, 3), (3, 2), (1, 4), (4, 4), (4, None), (-1, 1)])
def test_versions_go_forward_and_no_further(start: int, end: int | None) -> None:
    """Backwards, before the first and beyond the newest is refused, with the three numbers."""
    with pytest.raises(ExtrasVersionRefused) as caught:
        SCHEMA.migrate("customer", {}, start, end)
    assert caught.value.version == 3


@pytest.mark.parametrize(
    ("extras", "reason"),
    [
        ({"vat": "DE", "vat_id": "AT"}, "vat_id is there already"),
        ({"vat": "DE", "size": "007"}, "can not become a number without losing"),
        ({"vat": "DE", "size": "about 5"}, "can not become a number without losing"),
        ({"vat": "DE", "size": "7.5"}, "can not become a number without losing"),
        ({"vat": "DE", "size": "1e3"}, "can not become a number without losing"),
        ({"vat": "DE", "size": "9" * 40}, "can not become a number without losing"),
        ({"vat": "DE", "size": 5}, "of the kind text is expected before"),
        ({"vat": "DE", "tier": "gold"}, "a value before it was added"),
        ({"vat": "DE", "size": "0"}, "below 1"),
        ({"vat": "DE", "shoe": 44}, "no such field"),
        ({}, "it is required"),
    ],
)
def test_what_would_be_lost_is_refused(extras: dict[str, Value], reason: str) -> None:
    """Nothing is overwritten, shortened or guessed on the way; the field is named."""
    with pytest.raises(FieldRefused, match=reason):
        SCHEMA.migrate("customer", _ids(extras), 1)


def _retype(was: FieldKind, kind: FieldKind, code: str | None = None) -> ExtrasSchema:
    step = Retype(2, "deal", FIELD, was, kind, Currency(code) if code else None)
    return ExtrasSchema((FieldSchema("deal", FIELD, kind),), 2, (step,))


@pytest.mark.parametrize(
    ("value", "turned", "code"),
    [
        (7, Decimal(7), None),
        (Decimal("7.00"), 7, None),
        (Decimal("7.50"), Money("7.50", "EUR"), "EUR"),
        (Money("7.50", "EUR"), Decimal("7.50"), "EUR"),
        (Money("7.00", "EUR"), 7, "EUR"),
        (7, Money("7", "JPY"), "JPY"),
        (True, "yes", None),
        ("no", False, None),
        (date(2026, 3, 2), "2026-03-02", None),
        ("2026-03-02", date(2026, 3, 2), None),
        (Money("7.5", "EUR"), "EUR 7.50", None),
        ("EUR 7.50", Money("7.5", "EUR"), None),
        (Decimal("7.50"), "7.50", None),
        ("7.50", Decimal("7.50"), None),
        (-7, "-7", None),
    ],
)
def test_a_value_is_turned_into_another_kind(value: Value, turned: Value, code: str | None) -> None:
    """Between text and all kinds, numbers and decimals, these and amounts of a currency."""
    schema = _retype(_kind(value), _kind(turned), code)
    [got] = schema.migrate("deal", {FIELD: value}, 1).values()
    assert (got, type(got)) == (turned, type(turned))
    assert schema.migrate("deal", {}, 1) == {}


def _kind(value: Value) -> FieldKind:
    names = {str: "text", int: "number", Decimal: "decimal", bool: "check", date: "date"}
    return FieldKind(names.get(type(value), "money"))


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [
        (Decimal("7.01"), FieldKind.NUMBER, None),
        (Money("7.50", "USD"), FieldKind.DECIMAL, "EUR"),
        (Money("7.50", "EUR"), FieldKind.NUMBER, "EUR"),
        ("Yes", FieldKind.CHECK, None),
        ("", FieldKind.CHECK, None),
        ("2026-3-2", FieldKind.DATE, None),
        ("20260302", FieldKind.DATE, None),
        ("EUR 7.5", FieldKind.MONEY, None),
        ("7.50 EUR", FieldKind.MONEY, None),
        ("XYZ 7.50", FieldKind.MONEY, None),
        ("7.50 ", FieldKind.DECIMAL, None),
        ("-0", FieldKind.DECIMAL, None),
    ],
)
def test_a_value_that_would_change_is_not_turned(
    value: Value, kind: FieldKind, code: str | None
) -> None:
    """Decimals, another currency, a spelling that would not come back: each is refused."""
    with pytest.raises(FieldRefused, match="without losing"):
        _retype(_kind(value), kind, code).migrate("deal", {FIELD: value}, 1)


@pytest.mark.parametrize(
    ("was", "kind", "code"),
    [
        (FieldKind.CHECK, FieldKind.NUMBER, None),
        (FieldKind.DATE, FieldKind.NUMBER, None),
        (FieldKind.TEXT, FieldKind.TEXT, None),
        (FieldKind.NUMBER, FieldKind.MONEY, None),
        (FieldKind.TEXT, FieldKind.MONEY, "EUR"),
    ],
)
def test_kinds_without_an_exact_way_are_refused(
    was: FieldKind, kind: FieldKind, code: str | None
) -> None:
    """A schema that would need a guess can not be made."""
    with pytest.raises(SchemaRefused):
        _retype(was, kind, code)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ExtrasSchema((), 2, (Drop(2, "deal", FIELD, ""),)),
        lambda: ExtrasSchema((), 2, (Add(2, "deal", FIELD, "x"),)),
        lambda: ExtrasSchema((), 1, (Drop(2, "deal", FIELD, "agreed"),)),
        lambda: ExtrasSchema(
            tuple(FieldSchema("deal", FieldId(f"f{n}"), FieldKind.TEXT) for n in range(1_001))
        ),
        lambda: FieldSchema("deal", FIELD, FieldKind.MONEY, minimum=Money("0", "EUR")),
        lambda: FieldSchema("deal", FIELD, FieldKind.MONEY, currency="EUR"),  # type: ignore[arg-type]
        lambda: FieldSchema("deal", FIELD, FieldKind.CHECK, choices=(True,)),
        lambda: FieldSchema("deal", FieldId("a.b"), FieldKind.TEXT),
    ],
)
def test_a_schema_made_in_python_is_checked_alike(make: Callable[[], object]) -> None:
    """What data may not say, code may not either."""
    with pytest.raises(SchemaRefused):
        make()


def test_a_drop_forgets_the_kind_and_keeps_the_rest() -> None:
    """Before a drop a field of any kind may have stood, also one that was renamed first."""
    other = FieldId("other")
    steps = (Rename(2, "deal", FIELD, other), Drop(3, "deal", other, "agreed"))
    schema = ExtrasSchema((), 3, steps)
    assert schema.migrate("deal", {FIELD: 3}, 1) == {}
    assert schema.migrate("deal", {FIELD: 3}, 1, 2) == {other: 3}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("blue", "text:blue"),
        (1, "number:1"),
        (Decimal("1.00"), "number:1"),
        (Decimal("-0.50"), "number:-0.5"),
        (Decimal("1E+3"), "number:1000"),
        (Decimal("-0.0"), "number:0"),
        (True, "check:yes"),
        (date(2026, 3, 2), "date:2026-03-02"),
        (Money("1.5", "EUR"), "money:EUR 1.50"),
        (Money("1.005", "EUR"), "money:EUR 1.005"),
    ],
)
def test_a_value_has_one_text_to_be_searched_by(value: Value, text: str) -> None:
    """The scale of a number does not matter, its kind does."""
    assert search_text(value) == text


def test_a_long_text_is_searched_by_a_short_one() -> None:
    """From 201 characters on it is the beginning and a hash, so every index takes it."""
    assert search_text("x" * 200) == f"text:{'x' * 200}"
    long = [search_text("x" * 201), search_text("x" * 202), search_text("x" * 9_999 + "\U0001f642")]
    assert len(set(long)) == 3
    assert max(len(one.encode()) for one in long) <= 200
    assert search_text(long[0]) not in long


@pytest.mark.parametrize("odd", [1.5, None, b"x", datetime(2026, 3, 2, tzinfo=UTC), ["x"]])
def test_only_values_are_searched(odd: Any) -> None:
    """A float and its like are no value of a custom field (M3)."""
    with pytest.raises(NotAFieldValue):
        search_text(odd)
