"""Documents: one value as JSON text, under the name and version of its schema.

Everything that is wrong with a text is told as one of the errors below, with the path of
the field (``data.lines[0].amount``) and the reason. Nothing is guessed, filled in or left
out; an old version is brought up to the newest by the upgrades of its schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar, overload

import attrs
from cattrs import Converter
from cattrs.errors import AttributeValidationNote, IterableValidationNote

from fxcrm.adapters.codec.converting import converter_of, document_type, types_of
from fxcrm.adapters.codec.fields import Missing, Surplus, Unfit
from fxcrm.adapters.codec.parsing import LONGEST_DOCUMENT, DocumentUnreadable, parsed
from fxcrm.adapters.codec.schemas import SCHEMAS, Data, Schema
from fxcrm.adapters.codec.shapes import shape_of
from fxcrm.currencies import CurrencyRegistry
from fxcrm.errors import CallError, FxcrmError, InputRefused
from fxcrm.mappings import FrozenMap

T = TypeVar("T")

_ENVELOPE: Final = frozenset({"schema", "version", "data"})
_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


class NotADocument(CallError):
    """A value of a type that no schema of the codec describes."""

    kind: str
    template = "a {kind:plain} is no document; hand the Codec a schema for it, or dump its parts"


class SchemaRepeated(CallError):
    """Two schemas of one name, or two for one class."""

    schema: str
    template = "{schema:plain} is on the list twice, by its name or by its class; leave one out"


class DocumentNotWritable(InputRefused):
    """A value that could not be read back unchanged."""

    schema: str
    path: str
    reason: str
    template = "no {schema:plain} document can be written, {path:plain}: {reason:plain}"


class SchemaUnknown(InputRefused):
    """A document of a schema that is not on the list of the codec."""

    schema: str
    known: str
    template = "there is no schema {schema}; hand the Codec one, it knows {known:plain}"


class SchemaUnexpected(InputRefused):
    """A document of another schema than the caller asked for."""

    schema: str
    expected: str
    template = (
        "the document is a {schema:plain}, not a {expected:plain}; load it without naming one"
    )


class SchemaTooNew(InputRefused):
    """A document that a newer fxcrm has written. It is never read in part."""

    schema: str
    version: int
    newest: int
    template = (
        "version {version} of {schema:plain} is newer than {newest}, the last one known here; "
        "upgrade fxcrm"
    )


class DocumentUnfit(InputRefused):
    """A document whose data does not fit its schema."""

    schema: str
    version: int
    path: str
    reason: str
    template = (
        "the {schema:plain} document, version {version}, is refused at {path:plain}: "
        "{reason:plain}; mend the document"
    )


class FieldMissing(DocumentUnfit):
    """A field of the schema that is not in the document. No default stands in for it."""


class FieldUnknown(DocumentUnfit):
    """A field in the document that the schema does not have. It is not dropped."""


class Codec:
    """Writes values as documents and reads them back, their currencies by one registry (M11).

    ``schemas`` is the closed list of what is taken; it may have schemas of one's own classes.
    Raises `SchemaRepeated`, `TypeNotListed`.
    """

    __slots__ = ("_by_kind", "_by_name", "_converter", "registry")

    def __init__(self, registry: CurrencyRegistry, schemas: Iterable[Schema] = SCHEMAS) -> None:
        listed = tuple(schemas)
        self.registry = registry
        self._by_name: Mapping[str, Schema] = FrozenMap({one.name: one for one in listed})
        self._by_kind: Mapping[type, Schema] = FrozenMap({one.kind: one for one in listed})
        for one in listed:
            if (self._by_name[one.name], self._by_kind[one.kind]) != (one, one):
                raise SchemaRepeated(schema=one.name)
            if one not in SCHEMAS:
                shape_of(one)  # which refuses types that documents do not have
        self._converter = converter_of(registry)

    def dump(self, value: object) -> str:
        """The document of a value, in its newest version; equal values give equal texts.

        Keys are sorted, amounts and decimals are text, instants are UTC; pending events are no
        part of it. Raises `NotADocument`, `DocumentNotWritable`.
        """
        schema = self._by_kind.get(type(value))
        if schema is None:
            raise NotADocument(kind=type(value).__name__)
        try:
            data = self._converter.unstructure(value, document_type(schema.kind))
        except (FxcrmError, Unfit) as cause:
            raise _not_writable(schema, _unwritable(self._converter, value), cause) from cause
        text = _ENCODER.encode({"schema": schema.name, "version": schema.version, "data": data})
        if len(text) > LONGEST_DOCUMENT:
            long = Unfit(f"the text is longer than {LONGEST_DOCUMENT} characters")
            raise _not_writable(schema, "", long)
        return text

    @overload
    def load(self, text: str) -> Any: ...
    @overload
    def load(self, text: str, kind: type[T]) -> T: ...
    def load(self, text: str, kind: type[Any] | None = None) -> Any:
        """The value of a document; of this ``kind``, if one is named.

        Raises `DocumentUnreadable`, `SchemaUnknown`, `SchemaUnexpected`, `SchemaTooNew`, and
        `DocumentUnfit`, of which `FieldMissing` and `FieldUnknown` are kinds.
        """
        envelope = _opened(parsed(text))
        schema = self._schema_of(envelope["schema"], kind)
        version = _version(schema, envelope["version"])
        data = _upgraded(schema, version, envelope["data"])
        try:
            return self._converter.structure(data, document_type(schema.kind))
        except Exception as failure:
            path, leaf = _traced(failure)
            if not isinstance(leaf, FxcrmError | Unfit | ValueError | TypeError):
                raise  # a fault of a class, which is not the document's
            raise _refused(schema, version, path, leaf) from leaf

    def _schema_of(self, name: str, kind: type[Any] | None) -> Schema:
        schema = self._by_name.get(name)
        if schema is None:
            raise SchemaUnknown(schema=name, known=", ".join(self._by_name))
        if kind is not None and schema.kind is not kind:
            expected = self._by_kind.get(kind)
            if expected is None:
                raise NotADocument(kind=kind.__name__)
            raise SchemaUnexpected(schema=name, expected=expected.name)
        return schema


def _opened(document: Any) -> dict[str, Any]:
    if type(document) is not dict or document.keys() != _ENVELOPE:
        raise DocumentUnreadable(reason="it is no record of data, schema and version")
    if type(document["schema"]) is not str:
        raise DocumentUnreadable(reason="its schema is no text")
    return document


def _version(schema: Schema, version: Any) -> int:
    if type(version) is not int or version < 1:
        raise DocumentUnreadable(reason="its version is no whole number above zero")
    if version > schema.version:
        raise SchemaTooNew(schema=schema.name, version=version, newest=schema.version)
    return version


def _upgraded(schema: Schema, version: int, data: Data) -> Data:
    for at in range(version, schema.version):
        try:
            data = schema.upgrades[at - 1](data)
        except (AttributeError, LookupError, TypeError, ValueError) as broken:
            cause = Unfit(f"it can not be brought from version {at} to version {at + 1}")
            raise _refused(schema, version, "data", cause) from broken
    return data


def _traced(failure: Exception) -> tuple[str, Exception]:
    """The path of the first failure that cattrs has gathered, and the failure itself."""
    path = "data"
    while isinstance(failure, ExceptionGroup):
        failure = failure.exceptions[0]
        for note in getattr(failure, "__notes__", ()):
            if isinstance(note, AttributeValidationNote):
                path += f".{note.name}"
            elif isinstance(note, IterableValidationNote):
                path += f"[{note.index}]"
    return path, failure


_BY_CAUSE: Final[Mapping[type, type[DocumentUnfit]]] = FrozenMap(
    {Missing: FieldMissing, Surplus: FieldUnknown}
)


def _refused(schema: Schema, version: int, path: str, cause: Exception) -> DocumentUnfit:
    kind = _BY_CAUSE.get(type(cause), DocumentUnfit)
    path += cause.at if isinstance(cause, Unfit) else ""
    ours = isinstance(cause, FxcrmError | Unfit)  # whose messages show no value of a field
    reason = str(cause) if ours else f"its class raises {type(cause).__name__}"
    return kind(schema=schema.name, version=version, path=path, reason=reason)


def _not_writable(schema: Schema, path: str, cause: FxcrmError | Unfit) -> DocumentNotWritable:
    path = f"data{path}{cause.at if isinstance(cause, Unfit) else ''}"
    return DocumentNotWritable(schema=schema.name, path=path, reason=str(cause))


def _unwritable(converter: Converter, value: Any) -> str:
    """The way to the part that is to blame, found by trying each; only a failure pays for it."""
    for step, part, kind in _parts(value):
        try:
            converter.unstructure(part, kind)
        except (FxcrmError, Unfit):
            return step + _unwritable(converter, part)
    return ""


def _parts(value: Any) -> list[tuple[str, Any, Any]]:
    if isinstance(value, tuple):
        return [(f"[{at}]", one, type(one)) for at, one in enumerate(value)]
    if not attrs.has(type(value)):
        return []
    kinds = types_of(type(value))
    return [(f".{name}", getattr(value, name), kind) for name, kind in kinds.items()]
