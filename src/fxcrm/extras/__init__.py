"""Custom fields: typed values under an id, checked against a schema that is data.

Aggregates that a user may extend carry ``extras``, a mapping of field id to value. A value is
text, a whole number, a Decimal, a yes or no, a date or a Money; a float is none of these.

Read in this order: ``values`` says what a value is and under which text it is searched,
``fields`` what one field may hold, ``steps`` how fields change from one version to the next,
``reading`` how all that is written as data, ``schema`` puts it together.
"""

from fxcrm.extras.fields import FieldSchema, SchemaRefused
from fxcrm.extras.schema import ExtrasSchema, ExtrasVersionRefused
from fxcrm.extras.steps import Add, Drop, Rename, Retype, Step
from fxcrm.extras.values import (
    NO_EXTRAS,
    Extras,
    FieldKind,
    FieldRefused,
    NotAFieldValue,
    Value,
    search_text,
)

__all__ = [
    "NO_EXTRAS",
    "Add",
    "Drop",
    "Extras",
    "ExtrasSchema",
    "ExtrasVersionRefused",
    "FieldKind",
    "FieldRefused",
    "FieldSchema",
    "NotAFieldValue",
    "Rename",
    "Retype",
    "SchemaRefused",
    "Step",
    "Value",
    "search_text",
]
