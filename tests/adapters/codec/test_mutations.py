"""Documents with one thing changed: refused with errors of ours, or read as what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from fxcrm.adapters.codec import (
    SCHEMAS,
    Codec,
    DocumentUnfit,
    DocumentUnreadable,
    FieldMissing,
    FieldUnknown,
    SchemaTooNew,
    SchemaUnknown,
)
from fxcrm.currencies import ISO
from tests.adapters.codec.examples import by_schema

CODEC = Codec(ISO)
EXPECTED = (DocumentUnfit, DocumentUnreadable, SchemaTooNew, SchemaUnknown)
ODD: list[Any] = [
    *(None, True, 0, -1, 2**63 - 1, "", "x", "0", "-1.5", "1e5", "NaN", "2026-03-02", "EUR"),
    *([], [0], [[]], ["EUR"], {}, {"x": 1}, {"text": "x"}, {"amount": "1", "currency": "EUR"}),
    *({"amount": "NaN", "currency": "EUR"}, {"amount": "1.5", "currency": "JPY"}, "9" * 70),
    "2026-03-02T16:00:00.123456+00:00",
]
SAMPLES = 3
FREE = ("extras", "details")  # mappings, whose names are the user's


class Mutation(NamedTuple):
    """The text of a changed document, and what was done at which path."""

    text: str
    do: str
    path: tuple[str | int, ...]


def documents(name: str) -> Iterator[Any]:
    """Samples of a schema as documents."""
    for value in by_schema()[name][:SAMPLES]:
        yield json.loads(CODEC.dump(value))


def places(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all values in a document, the whole first."""
    yield path
    if isinstance(data, dict):
        for name, one in data.items():
            yield from places(one, (*path, name))
    elif isinstance(data, list):
        for at, one in enumerate(data):
            yield from places(one, (*path, at))


def at(document: Any, path: tuple[str | int, ...]) -> Any:
    """The value at a path."""
    for step in path:
        document = document[step]
    return document


def mutations(document: Any) -> Iterator[Mutation]:
    """Each field removed, each value exchanged for odd ones, junk added to each record and list."""
    for path in list(places(document))[1:]:
        record, last = at(document, path[:-1]), path[-1]
        held = record[last]
        for odd in ODD:
            yield exchanged(document, path, odd)
        if isinstance(held, list):
            yield exchanged(document, path, [*held, "x"])
            yield exchanged(document, path, [*held, *held])
        if isinstance(held, dict):
            yield exchanged(document, path, {**held, "junk": "x"}, "junk")
        if isinstance(record, dict):
            rest = {name: one for name, one in record.items() if name != last}
            yield Mutation(exchanged(document, path[:-1], rest).text, "remove", path)


def exchanged(
    document: Any, path: tuple[str | int, ...], value: Any, do: str = "exchange"
) -> Mutation:
    """The document with another value in one place; the document itself stays as it was."""
    if not path:
        return Mutation(json.dumps(value), do, path)
    record, last = at(document, path[:-1]), path[-1]
    held, record[last] = record[last], value
    text = json.dumps(document)
    record[last] = held
    return Mutation(text, do, path)


def answer(text: str) -> Exception | None:
    """The refusal of a document, or None; what was read must be read again when written."""
    try:
        value = CODEC.load(text)
    except EXPECTED as refused:
        return refused
    assert CODEC.load(CODEC.dump(value)) == value
    return None


@pytest.mark.parametrize("name", [schema.name for schema in SCHEMAS])
def test_a_changed_document_is_refused_with_our_errors_only(name: str) -> None:
    """A field less is missing, a field more is unknown, and nothing else than ours is raised."""
    for document in documents(name):
        for changed in mutations(document):
            refused = answer(changed.text)
            free = changed.path[0] != "data" or any(step in FREE for step in changed.path)
            if not free and changed.do == "remove" and len(changed.path) > 1:
                assert type(refused) is FieldMissing, changed
                assert refused.path.endswith(str(changed.path[-1])), changed
            if not free and changed.do == "junk":
                assert type(refused) is FieldUnknown, changed
                assert refused.path.endswith(".junk"), changed


def test_there_are_many_thousand_of_them() -> None:
    """Guards the test above against an empty list: every place is changed in many ways."""
    found = [len(list(places(one))) for schema in SCHEMAS for one in documents(schema.name)]
    assert sum(found) * len(ODD) > 20_000
