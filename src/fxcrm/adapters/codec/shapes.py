"""The shape of a schema: each field of its documents, by path, with what is written there.

The reference is written from it, and a test compares it with the shape that was kept with
each version: a class that changes shape needs a new version of its schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import partial
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin

import attrs

from fxcrm.adapters.codec.converting import document_type, forms_of, types_of
from fxcrm.adapters.codec.fields import enum_form
from fxcrm.adapters.codec.schemas import Schema
from fxcrm.currencies import ISO
from fxcrm.errors import CallError
from fxcrm.mappings import FrozenMap


class TypeNotListed(CallError):
    """A schema of a class with a field of a type that documents do not have."""

    schema: str
    path: str
    kind: str
    template = (
        "{schema:plain}, {path:plain}: documents have no {kind:plain}; use the types that the "
        "reference of document schemas lists, and frozen attrs classes of them"
    )


def shape_of(schema: Schema) -> Mapping[str, str]:
    """What stands where in a document, by path: ``data.lines[].amount`` is an amount.

    Raises `TypeNotListed`.
    """
    rows = partial(_rows, schema.name)
    return FrozenMap(dict(rows("data", document_type(schema.kind))))


def _rows(schema: str, path: str, kind: Any) -> Iterator[tuple[str, str]]:
    words, parts = _words(kind), get_args(kind)
    if words:
        yield path, words
    elif get_origin(kind) is tuple and parts[1:] == (Ellipsis,):
        yield path, "list"
        yield from _rows(schema, f"{path}[]", parts[0])
    elif get_origin(kind) in (Union, UnionType) and len(parts) == 2 and NoneType in parts:
        [inner] = (one for one in parts if one is not NoneType)
        [(_, words), *rest] = _rows(schema, path, inner)
        yield path, f"{words}, or null"
        yield from rest
    elif isinstance(kind, type) and attrs.has(kind):
        yield path, "record"
        for name, one in types_of(kind).items():
            yield from _rows(schema, f"{path}.{name}", one)
    else:
        raise TypeNotListed(schema=schema, path=path, kind=getattr(kind, "__name__", str(kind)))


def _words(kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return enum_form(kind).words
    form = _FORMS.get(kind) or _FORMS.get(getattr(kind, "__supertype__", None))
    return form.words if form else ""


_FORMS: Final = forms_of(ISO)
