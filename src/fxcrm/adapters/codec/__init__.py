"""JSON for what leaves the process: messages, audit records, exports, backups as text.

A document names its schema and the version of it, and holds one value of a closed list of
types::

    {"data": {"amount": "19.99", "currency": "EUR"}, "schema": "fxcrm.money", "version": 1}

Read in this order: ``parsing`` takes a text apart within limits, ``schemas`` lists the types
with their versions, ``fields`` says how the value of a field is written, ``converting`` lets
cattrs write the code for whole classes, ``shapes`` describes what stands in the documents of
a schema, ``documents`` puts it together.
"""

from fxcrm.adapters.codec.documents import (
    Codec,
    DocumentNotWritable,
    DocumentUnfit,
    FieldMissing,
    FieldUnknown,
    NotADocument,
    SchemaRepeated,
    SchemaTooNew,
    SchemaUnexpected,
    SchemaUnknown,
)
from fxcrm.adapters.codec.parsing import LONGEST_DOCUMENT, MOST_DEPTH, DocumentUnreadable
from fxcrm.adapters.codec.schemas import SCHEMAS, Schema
from fxcrm.adapters.codec.shapes import TypeNotListed, shape_of

__all__ = [
    "LONGEST_DOCUMENT",
    "MOST_DEPTH",
    "SCHEMAS",
    "Codec",
    "DocumentNotWritable",
    "DocumentUnfit",
    "DocumentUnreadable",
    "FieldMissing",
    "FieldUnknown",
    "NotADocument",
    "Schema",
    "SchemaRepeated",
    "SchemaTooNew",
    "SchemaUnexpected",
    "SchemaUnknown",
    "TypeNotListed",
    "shape_of",
]
