"""Versions: every one that was ever written is kept, is read, and comes out as the newest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from fxcrm.adapters.codec import (
    SCHEMAS,
    Codec,
    DocumentUnfit,
    Schema,
    SchemaRepeated,
    SchemaTooNew,
    TypeNotListed,
    shape_of,
)
from fxcrm.currencies import ISO, Currency
from fxcrm.money import Money
from tests.adapters.codec import golden

CODEC = Codec(ISO)
KEPT = [(schema, version) for schema in SCHEMAS for version in range(1, schema.version + 1)]
NEWER = """{} has changed its shape. Documents of version {} are out in the world: give the Schema
an upgrade from it to the new shape, then run python -m tests.adapters.codec.golden"""


def compact(document: object) -> str:
    """A document as the codec writes it."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def changed_shape(schema: Schema) -> bool:
    """Whether the class no longer has the shape that was kept with the newest version."""
    kept: dict[str, str] = golden.kept(schema, schema.version)["shape"]
    return dict(shape_of(schema)) != kept


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_a_class_keeps_the_shape_of_its_version(schema: Schema) -> None:
    """A field more, less or of another type needs a new version with an upgrade to it."""
    assert not changed_shape(schema), NEWER.format(schema.name, schema.version)


@pytest.mark.parametrize(("schema", "version"), KEPT, ids=lambda one: getattr(one, "name", one))
def test_every_kept_document_is_read_and_written_as_the_newest(
    schema: Schema, version: int
) -> None:
    """Documents of every version load; those of the newest come out as the very same text."""
    documents = golden.kept(schema, version)["documents"]
    assert documents
    for document in documents:
        value = CODEC.load(compact(document), schema.kind)
        written = CODEC.dump(value)
        assert json.loads(written)["version"] == schema.version
        assert CODEC.load(written) == value
        if version == schema.version:
            assert written == compact(document)


def test_no_kept_file_is_without_its_schema() -> None:
    """A schema may gain versions; it is not taken off the list."""
    files = {path.name for path in golden.GOLDEN.glob("fxcrm.*.json")}
    assert files == {golden.path_of(schema, version).name for schema, version in KEPT}


# ---- the machinery, shown on a schema of our own that went through three versions


@attrs.frozen
class Parcel:
    """A class as it is today: version 3."""

    number: str
    worth: Money
    stamps: tuple[Currency, ...] = ()


@attrs.frozen
class LateParcel(Parcel):
    """The same class, into which a field was written without a new version."""

    note: str = ""


def _named(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 called the number an id, and knew euro only."""
    return {"number": data.pop("id"), "worth": {"amount": data.pop("euro"), "currency": "EUR"}}


def _stamped(data: dict[str, Any]) -> dict[str, Any]:
    """Version 2 had no stamps."""
    data["stamps"] = []
    return data


PARCEL = Schema("acme.parcel", Parcel, (_named, _stamped))
OURS = Codec(ISO, (*SCHEMAS, PARCEL))
FIRST = '{"data":{"euro":"19.99","id":"P-1"},"schema":"acme.parcel","version":1}'


def test_an_old_document_is_brought_up_step_by_step() -> None:
    """Each version is read as if it had been written today, and written as the newest."""
    parcel = Parcel("P-1", Money("19.99", "EUR"))
    second = FIRST.replace(
        '"euro":"19.99","id"', '"worth":{"amount":"19.99","currency":"EUR"},"number"'
    )
    assert OURS.load(FIRST) == parcel
    assert OURS.load(second.replace('"version":1', '"version":2')) == parcel
    assert OURS.load(OURS.dump(parcel)) == parcel
    assert OURS.dump(OURS.load(FIRST)) == (
        '{"data":{"number":"P-1","stamps":[],"worth":{"amount":"19.99","currency":"EUR"}},'
        '"schema":"acme.parcel","version":3}'
    )


def test_a_version_needs_its_upgrade() -> None:
    """The version is the number of upgrades and one, so none can be forgotten."""
    assert [Schema("a", Parcel).version, PARCEL.version] == [1, 3]
    with pytest.raises(SchemaTooNew):
        OURS.load(FIRST.replace('"version":1', '"version":4'))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (FIRST.replace('"euro"', '"pound"'), "data"),
        (FIRST.replace('{"euro":"19.99","id":"P-1"}', "[]"), "data"),
        (FIRST.replace('{"euro":"19.99","id":"P-1"}', "null"), "data"),
        (FIRST.replace('"19.99"', "19"), "data.worth"),
        (FIRST.replace('"P-1"', "null"), "data.number"),
        (FIRST.replace('"version":1', '"version":2'), "data.number"),
    ],
)
def test_a_broken_old_document_is_refused_under_its_own_version(text: str, path: str) -> None:
    """What an upgrade can not take, or what it makes of it, is an error like any other."""
    with pytest.raises(DocumentUnfit) as caught:
        OURS.load(text)
    assert (caught.value.path, caught.value.schema) == (path, "acme.parcel")
    assert caught.value.version == json.loads(text)["version"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for kept files."""
    monkeypatch.setattr(golden, "GOLDEN", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_planted_field_is_noticed() -> None:
    """A class that gains a field without a version no longer has the shape that was kept."""
    value = Parcel("P-1", Money("1.00", "EUR"), (Currency("EUR"),))
    golden.write(PARCEL, {PARCEL.name: [value]}, OURS)
    assert not changed_shape(PARCEL)
    assert changed_shape(attrs.evolve(PARCEL, kind=LateParcel))
    assert golden.kept(PARCEL, 3)["documents"] == [json.loads(OURS.dump(value))]


@pytest.mark.parametrize(
    "kind",
    [float, object, Any, complex, bytes, list[str], dict[str, int], tuple[int, str], int | str],
    ids=str,
)
def test_the_types_of_fields_are_a_closed_list(kind: Any) -> None:
    """A float, bytes, anything at all: a schema of a class with such a field is refused (M3)."""
    odd = attrs.make_class("Odd", {"name": attrs.field(type=str), "odd": attrs.field(type=kind)})
    for schema in (Schema("acme.odd", odd), Schema("acme.many", _holding(odd))):
        with pytest.raises(TypeNotListed) as caught:
            Codec(ISO, (schema,))
        assert caught.value.path.endswith("odd")


def _holding(kind: Any) -> type[Any]:
    """A class with a list of records of another class."""
    fields = {"held": attrs.field(type=tuple[kind, ...])}
    return attrs.make_class("Holding", fields)


@attrs.frozen
class Box:
    """A class with rules of its own, told by errors that are not ours."""

    side: int = attrs.field(validator=attrs.validators.gt(0))

    def __attrs_post_init__(self) -> None:
        assert self.side != 13, "a fault of the class"


def test_a_rule_of_another_class_refuses_the_document_too() -> None:
    """ValueError and TypeError of a constructor are refusals; anything else is its fault."""
    boxes = Codec(ISO, (Schema("acme.box", Box),))
    text = boxes.dump(Box(7))
    with pytest.raises(DocumentUnfit, match="its class raises ValueError") as caught:
        boxes.load(text.replace("7", "-7"))
    assert isinstance(caught.value.__cause__, ValueError)
    with pytest.raises(ExceptionGroup, match="Box"):
        boxes.load(text.replace("7", "13"))


@pytest.mark.parametrize("other", [Schema("acme.parcel", Money), Schema("acme.box", Parcel)])
def test_a_list_of_schemas_is_without_repetition(other: Schema) -> None:
    """One name means one class, and a class is written under one name."""
    with pytest.raises(SchemaRepeated):
        Codec(ISO, (PARCEL, other))


def test_a_shape_says_what_stands_where() -> None:
    """Paths, lists, what may be null, and the words for each type."""
    shape = shape_of(PARCEL)
    assert dict(shape) == {
        "data": "record",
        "data.number": "text",
        "data.worth": "amount in whole minor units",
        "data.stamps": "list",
        "data.stamps[]": "currency code",
    }
    quote = shape_of(next(one for one in SCHEMAS if one.name == "fxcrm.quote"))
    assert quote["data.rate"] == "record, or null"
    assert quote["data.lines[].unit_price"] == "exact amount"
    assert quote["data.rate.rate.legs[].fixing.side"] == "one of ask, bid, mid"
