"""Laws of custom fields: checking twice is checking once, and moving forward loses nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.extras import (
    Add,
    Drop,
    Extras,
    ExtrasSchema,
    FieldKind,
    FieldRefused,
    FieldSchema,
    Rename,
    Retype,
    Step,
    Value,
    search_text,
)
from fxcrm.ids import FieldId
from fxcrm.money import Money
from fxcrm.testing.strategies import money

EUR = Currency("EUR")
FIELD = FieldId("field")
VALUES: dict[FieldKind, st.SearchStrategy[Any]] = {
    FieldKind.TEXT: st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300
    ),
    FieldKind.NUMBER: st.integers(-(2**63) + 1, 2**63 - 1),
    FieldKind.DECIMAL: st.decimals(-(10**15), 10**15, places=6),
    FieldKind.CHECK: st.booleans(),
    FieldKind.DATE: st.dates(),
    FieldKind.MONEY: money("EUR", extra_digits=3),
}
ANY = st.sampled_from(FieldKind).flatmap(VALUES.__getitem__)
IDS = [FieldId(f"f{number}") for number in range(6)]


@st.composite
def fields(draw: st.DrawFn, id: FieldId) -> FieldSchema:
    """A field with the constraints of its kind, some of them drawn."""
    kind = draw(st.sampled_from(FieldKind))
    values: list[Any] = draw(st.lists(VALUES[kind], max_size=4, unique_by=search_text))
    parts: dict[str, Any] = {"required": draw(st.booleans())}
    if kind is not FieldKind.CHECK:
        parts["choices"] = tuple(values)
    if kind is FieldKind.MONEY:
        parts["currency"] = EUR
    if draw(st.booleans()) and values:
        parts["default"] = values[0]
    return FieldSchema("deal", id, kind, **parts)


@st.composite
def schemas(draw: st.DrawFn) -> ExtrasSchema:
    """A schema of up to six fields of deals."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True))
    return ExtrasSchema(tuple(draw(fields(id)) for id in ids))


@st.composite
def histories(draw: st.DrawFn) -> tuple[ExtrasSchema, dict[FieldId, Value]]:
    """A schema of several versions, and values of its first."""
    kinds = {id: draw(st.sampled_from(FieldKind)) for id in IDS[:3]}
    extras = {id: draw(VALUES[kind]) for id, kind in kinds.items() if draw(st.booleans())}
    steps = [
        draw(step(kinds, version=2 + number // 2, fresh=FieldId(f"new{number}")))
        for number in range(draw(st.integers(0, 8)))
    ]
    version = steps[-1].version if steps else 1
    last = tuple(FieldSchema("deal", id, kind) for id, kind in kinds.items())
    return ExtrasSchema(last, version, tuple(steps)), extras


@st.composite
def step(draw: st.DrawFn, kinds: dict[FieldId, FieldKind], version: int, fresh: FieldId) -> Step:
    """The next step of a history, noted in the list of fields."""
    do = draw(st.sampled_from(["rename", "retype", "drop", "add"])) if kinds else "add"
    if do == "add":
        kinds[fresh] = draw(st.sampled_from(FieldKind))
        return Add(version, "deal", fresh, draw(VALUES[kinds[fresh]]))
    field = draw(st.sampled_from(sorted(kinds)))
    kind = kinds.pop(field)
    if do == "drop":
        return Drop(version, "deal", field, "agreed")
    if do == "rename":
        kinds[fresh] = kind
        return Rename(version, "deal", field, fresh)
    others = [one for one in FieldKind if FieldKind.TEXT in (one, kind) and one is not kind]
    kinds[field] = draw(st.sampled_from(others))
    return Retype(version, "deal", field, kind, kinds[field])


@given(schemas())
def test_a_schema_is_read_back_as_it_was_written(schema: ExtrasSchema) -> None:
    """``of`` and ``to_dict`` are each other's inverse."""
    assert ExtrasSchema.of(schema.to_dict()) == schema
    assert ExtrasSchema.of(schema.to_dict()).to_dict() == schema.to_dict()


@given(histories())
def test_a_history_is_read_back_as_it_was_written(
    history: tuple[ExtrasSchema, dict[FieldId, Value]],
) -> None:
    """Versions and steps survive the way through plain data as well."""
    schema, _ = history
    assert ExtrasSchema.of(schema.to_dict()) == schema


@given(schemas(), st.dictionaries(st.sampled_from(IDS), ANY))
def test_checking_twice_is_checking_once(schema: ExtrasSchema, extras: Extras) -> None:
    """What passed passes again unchanged, and nothing that was given is altered."""
    with suppress(FieldRefused):
        checked = schema.checked("deal", extras)
        assert schema.checked("deal", checked) == checked
        assert {id: checked[id] for id in extras} == extras
        assert set(checked) <= {one.id for one in schema.fields}


@given(histories())
def test_moving_forward_keeps_every_value_that_is_kept(
    history: tuple[ExtrasSchema, dict[FieldId, Value]],
) -> None:
    """Each value arrives: followed by hand through the steps, as itself or as an exact text.

    All steps at once give what one version at a time gives, refusals included.
    """
    schema, extras = history
    one_by_one: Extras | None = extras
    try:
        arrived = schema.migrate("deal", extras, 1)
    except FieldRefused:
        arrived = None
    try:
        for version in range(1, schema.version):
            assert one_by_one is not None
            one_by_one = schema.migrate("deal", one_by_one, version, version + 1)
    except FieldRefused:
        one_by_one = None
    assert arrived == one_by_one
    if arrived is not None:
        assert dict(arrived) == _followed(schema.steps, extras)


def _followed(steps: tuple[Step, ...], extras: Extras) -> dict[FieldId, Value]:
    """The oracle: which id a value ends under, and the text it ends as."""
    ends: dict[FieldId, Value] = {}
    added = {one.field: (at, one.value) for at, one in enumerate(steps) if isinstance(one, Add)}
    starts = {id: (-1, value) for id, value in extras.items()} | added
    for id, (since, value) in starts.items():
        at: FieldId | None = id
        for one in steps[since + 1 :]:
            if one.field != at:
                continue
            if isinstance(one, Rename):
                at = one.to
            elif isinstance(one, Drop):
                at = None
            elif isinstance(one, Retype):
                value = _spelt(value) if one.kind is FieldKind.TEXT else _read(value, one.kind)
        if at is not None:
            ends[at] = value
    return ends


def _spelt(value: Value) -> str:
    if isinstance(value, bool):
        return ["no", "yes"][value]
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _read(value: Value, kind: FieldKind) -> Value:
    text = str(value)
    match kind:
        case FieldKind.CHECK:
            return text == "yes"
        case FieldKind.DATE:
            return date.fromisoformat(text)
        case FieldKind.MONEY:
            return Money(text.partition(" ")[2], text.partition(" ")[0])
    return Decimal(text) if kind is FieldKind.DECIMAL else int(text)


@given(st.data(), st.sampled_from(FieldKind))
def test_there_and_back_is_where_it_was(data: st.DataObject, kind: FieldKind) -> None:
    """Every kind goes to text and comes back as an equal value of the very same text."""
    assume(kind is not FieldKind.TEXT)
    value = data.draw(VALUES[kind])
    there = Retype(2, "deal", FIELD, kind, FieldKind.TEXT)
    back = Retype(3, "deal", FIELD, FieldKind.TEXT, kind)
    schema = ExtrasSchema((FieldSchema("deal", FIELD, kind),), 3, (there, back))
    [got] = schema.migrate("deal", {FIELD: value}, 1).values()
    assert (got, str(got), type(got)) == (value, str(value), type(value))


@given(VALUES[FieldKind.DECIMAL])
def test_a_decimal_becomes_an_amount_of_the_same_worth(value: Decimal) -> None:
    """As a fraction it is the same number, and back it is an equal decimal."""
    there = Retype(2, "deal", FIELD, FieldKind.DECIMAL, FieldKind.MONEY, EUR)
    amount = there.applied({FIELD: value})[FIELD]
    assert isinstance(amount, Money)
    assert Fraction(amount.amount) == Fraction(value)
    back = Retype(3, "deal", FIELD, FieldKind.MONEY, FieldKind.DECIMAL, EUR)
    assert back.applied({FIELD: amount}) == {FIELD: value}


@given(st.sampled_from(FieldKind).flatmap(lambda kind: st.tuples(VALUES[kind], VALUES[kind])))
def test_values_of_one_kind_are_equal_as_their_search_texts_are(pair: tuple[Any, Any]) -> None:
    """Neither do two values share a text, nor has one value two."""
    one, other = pair
    assert (search_text(one) == search_text(other)) == (one == other)


@given(VALUES[FieldKind.DECIMAL], st.integers(0, 6))
def test_trailing_zeros_do_not_matter_to_a_search(value: Decimal, zeros: int) -> None:
    """1.0 and 1.00 have one text, as have equal amounts."""
    longer = Decimal(f"{value}{'0' * zeros}")
    assert search_text(longer) == search_text(value)
    assert search_text(Money(longer, "EUR")) == search_text(Money(value, "EUR"))


@given(st.dates(), st.dates())
def test_days_sort_as_their_search_texts(one: date, other: date) -> None:
    """An index over the texts gives days in their order."""
    assert (search_text(one) < search_text(other)) == (one < other)


@given(ANY, ANY)
def test_kinds_do_not_mix_in_a_search(one: Any, other: Any) -> None:
    """A text that looks like a day or a yes is found as a text only; numbers are one kind."""
    numbers = {int, Decimal}
    if type(one) is not type(other) and {type(one), type(other)} != numbers:
        assert search_text(one) != search_text(other)
