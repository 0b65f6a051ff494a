"""The shape of a schema: each field of its documents, by path, with what is written there.

The reference is written from it, and a test compares it with the shape that was kept with
each version: a class that changes shape needs a new version of its schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs

from fxcrm.adapters.codec.converting import document_type, forms_of, types_of
from fxcrm.adapters.codec.fields import enum_form
from fxcrm.adapters.codec.schemas import Schema
from fxcrm.currencies import ISO
from fxcrm.mappings import FrozenMap


def shape_of(schema: Schema) -> Mapping[str, str]:
    """What stands where in a document, by path: ``lines[].amount`` is an amount."""
    return FrozenMap(dict(_rows("data", document_type(schema.kind))))


def _rows(path: str, kind: Any) -> Iterator[tuple[str, str]]:
    known, below = _known(kind), _below(kind)
    if known is not None:
        yield path, known
    elif get_origin(kind) is tuple:
        yield path, "list"
        yield from _rows(f"{path}[]", get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        [inner] = (one for one in get_args(kind) if one is not NoneType)
        [(_, words), *rest] = _rows(path, inner)
        yield path, f"{words}, or null"
        yield from rest
    elif below:
        yield path, "record"
        for name, one in below.items():
            yield from _rows(f"{path}.{name}", one)


def _known(kind: Any) -> str | None:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return enum_form(kind).words
    forms = forms_of(ISO)
    form = forms.get(kind) or forms.get(getattr(kind, "__supertype__", None))
    return form.words if form else None


def _below(kind: Any) -> Mapping[str, Any]:
    return types_of(kind) if isinstance(kind, type) and attrs.has(kind) else {}
