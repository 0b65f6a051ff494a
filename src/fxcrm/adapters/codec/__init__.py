"""JSON for what leaves the process: messages, audit records, exports, backups as text.

A document names its schema and the version of it, and holds one value of a closed list of
types::

    {"data": {"amount": "19.99", "currency": "EUR"}, "schema": "fxcrm.money", "version": 1}

Read in this order: ``parsing`` takes a text apart within limits, ``schemas`` lists the types
with their versions, ``fields`` says how the value of a field is written, ``converting`` lets
cattrs write the code for whole classes, ``documents`` puts it together. ``shapes`` describes
the schemas for pages and tests.
"""

from fxcrm.adapters.codec.documents import (
    Codec,
    DocumentNotWritable,
    DocumentUnfit,
    FieldMissing,
    FieldUnknown,
    NotADocument,
    SchemaTooNew,
    SchemaUnexpected,
    SchemaUnknown,
)
from fxcrm.adapters.codec.parsing import LONGEST_DOCUMENT, MOST_DEPTH, DocumentUnreadable
from fxcrm.adapters.codec.schemas import SCHEMAS, Schema
from fxcrm.adapters.codec.shapes import shape_of

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
    "SchemaTooNew",
    "SchemaUnexpected",
    "SchemaUnknown",
    "shape_of",
]
