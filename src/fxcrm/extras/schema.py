"""Every custom field of an application, in all its versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from fxcrm.currencies import ISO, CurrencyRegistry
from fxcrm.errors import InputRefused
from fxcrm.extras.fields import FieldSchema, SchemaRefused
from fxcrm.extras.reading import fields_of, plain_field, plain_step, step_of, whole_of
from fxcrm.extras.steps import Kinds, Step
from fxcrm.extras.values import Extras, FieldRefused
from fxcrm.ids import FieldId
from fxcrm.mappings import FrozenMap

_PARTS = ("version", "fields", "steps")
_MOST = 1_000  # fields, and steps (F18)


class ExtrasVersionRefused(InputRefused):
    """Custom fields of a version that the schema can not start from, or can not lead to."""

    start: int
    end: int
    version: int
    template = (
        "custom fields of version {start} do not lead to version {end}; the schema knows "
        "1 to {version}, and steps forward only"
    )


@attrs.frozen
class ExtrasSchema:
    """Every custom field that is defined, and the steps that led to ``version``.

    Raises `FieldRefused` for a field that is defined twice, `SchemaRefused` for steps that do
    not end at the fields.
    """

    fields: tuple[FieldSchema, ...] = ()
    version: int = 1
    steps: tuple[Step, ...] = ()

    def __attrs_post_init__(self) -> None:
        seen: set[tuple[str, FieldId]] = set()
        for one in self.fields:
            if (one.aggregate, one.id) in seen:
                _refuse(one.aggregate, [one.id], "it is defined twice")
            seen.add((one.aggregate, one.id))
        for place, reason in self._flaws():
            if reason:
                raise SchemaRefused(place=place, reason=reason)

    @classmethod
    def of(cls, data: Mapping[str, Any], registry: CurrencyRegistry = ISO) -> ExtrasSchema:
        """The schema of plain data, as TOML or JSON gives it. Raises `SchemaRefused`.

        ``{"version": 2, "fields": {"customer": {"vat_id": {"kind": "text"}}}, "steps": [...]}``
        """
        parts = whole_of(data, _PARTS, "schema")
        fields = fields_of(parts.get("fields", {}), registry)
        listed = parts.get("steps", [])
        if not isinstance(listed, list):
            raise SchemaRefused(place="steps", reason="a list is expected")
        steps = (step_of(one, f"steps[{at}]", registry) for at, one in enumerate(listed))
        return cls(tuple(fields), parts.get("version", 1), tuple(steps))

    def to_dict(self) -> dict[str, Any]:
        """The schema as plain data that ``of`` reads back: texts, whole numbers, yes and no."""
        fields: dict[str, dict[str, Any]] = {}
        for one in self.fields:
            fields.setdefault(one.aggregate, {})[one.id] = plain_field(one)
        steps = [plain_step(one) for one in self.steps]
        return {"version": self.version, "fields": fields, "steps": steps}

    def checked(self, aggregate: str, extras: Extras) -> Extras:
        """A read-only copy in the schema's order, with defaults. Raises `FieldRefused`."""
        known = {one.id: one for one in self.fields if one.aggregate == aggregate}
        unknown = (name for name in extras if name not in known)
        _refuse(aggregate, unknown, "no such field is defined")
        defaults = {id: one.default for id, one in known.items() if one.default is not None}
        given = {**defaults, **extras}
        absent = (id for id, one in known.items() if one.required and id not in given)
        _refuse(aggregate, absent, "it is required")
        for id, value in given.items():
            if reason := known[id].objection(value):
                _refuse(aggregate, [id], reason)
        return FrozenMap({id: given[id] for id in known if id in given})

    def migrate(
        self, aggregate: str, extras: Extras, from_version: int, to_version: int | None = None
    ) -> Extras:
        """The values of one version as those of a later one, by default of the newest.

        Every value that no step drops is kept exactly. Those of the newest version are checked.
        Raises `ExtrasVersionRefused`, and `FieldRefused` where something would be lost.
        """
        end = self.version if to_version is None else to_version
        if not 1 <= from_version <= end <= self.version:
            raise ExtrasVersionRefused(start=from_version, end=end, version=self.version)
        fields = dict(extras)
        for step in self.steps:
            if step.aggregate == aggregate and from_version < step.version <= end:
                fields = step.applied(fields)
        return self.checked(aggregate, fields) if end == self.version else FrozenMap(fields)

    def _flaws(self) -> Iterator[tuple[str, str]]:
        """What is wrong with the version and the steps; each step is taken back in turn."""
        for name, listed in (("fields", self.fields), ("steps", self.steps)):
            yield name, f"there are more than {_MOST}" if len(listed) > _MOST else ""
        whole = type(self.version) is int and self.version > 0
        yield "version", "" if whole else "it is a whole number above zero"
        versions = [step.version for step in self.steps]
        ordered = versions == sorted(versions)
        yield "steps", "" if ordered else "they stand in the order of their versions"
        kinds: dict[str, Kinds] = {}
        for one in self.fields:
            kinds.setdefault(one.aggregate, {})[one.id] = one.kind
        for at, step in reversed(list(enumerate(self.steps))):
            reached = 2 <= step.version <= self.version
            yield f"steps[{at}].version", "" if reached else f"it is 2 to {self.version}"
            yield f"steps[{at}]", step.undone(kinds.setdefault(step.aggregate, {}))


def _refuse(aggregate: str, names: Iterable[FieldId], reason: str) -> None:
    for name in names:
        raise FieldRefused(aggregate=aggregate, field=name, reason=reason)
