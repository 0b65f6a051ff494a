"""Reading pipelines from plain data, as TOML or JSON gives it; a fault is told with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fxcrm.extras import ExtrasSchema
from fxcrm.plaindata import PlainTable
from fxcrm.stages import (
    CUSTOM,
    MOST,
    Consent,
    Pipeline,
    PipelineRefused,
    Pipelines,
    QuoteTurn,
    Stage,
    StageKind,
    StageStep,
)
from fxcrm.tomllines import as_key

_OF_PIPELINE: Final = "reasons roles quotes stages transitions"
_OF_STAGE: Final = "name percent kind start required"
_OF_STEP: Final = "command from to required approvals"
_OF_CONSENT: Final = "role above currencies"


def read_pipelines(data: PlainTable) -> Pipelines:
    """Pipelines by name: ``{"saas": {"stages": [...], "transitions": [...]}}``.

    Raises `RulesRefused`, which names the place.
    """
    if len(data.values) > MOST:
        raise data.refused(f"there are {len(data.values)}, at most {MOST} are kept")
    return Pipelines(read_pipeline(name, table) for name, table in data.named(_OF_PIPELINE))


def read_pipeline(name: str, data: PlainTable) -> Pipeline:
    """One pipeline. Its roles are lists of people, or a list of names. Raises `RulesRefused`."""
    stages = data.tables("stages", _OF_STAGE)
    steps = tuple(one for table in data.tables("transitions", _OF_STEP) for one in _steps(table))
    places = [table.place for table in data.tables("transitions") for _ in _ends(table)]
    turns = data.table("quotes", " ".join(one.value for one in QuoteTurn))
    try:
        return Pipeline(
            name,
            tuple(map(_stage, stages)),
            tuple(steps),
            start=_start(stages, data),
            roles=_roles(data),
            reasons=data.texts("reasons"),
            turns={QuoteTurn(turn): turns.text(turn) for turn in turns.values},
        )
    except PipelineRefused as refused:
        raise data.refused(refused.reason, _as_written(refused.place, places, data)) from None


def _as_written(place: str, steps: list[str], data: PlainTable) -> str:
    """A place in a pipeline as the place in the data: a step may come from several stages."""
    head, _, rest = place.partition("]")
    if not head.startswith("transitions["):
        return place
    written = steps[int(head.removeprefix("transitions[")) - 1]
    return f"{written.removeprefix(data.at('')).removeprefix('.')}{rest}"


def _start(stages: tuple[PlainTable, ...], data: PlainTable) -> str:
    """The stage that says so, or else the first one."""
    named = [one for one in stages if one.flag("start")]
    if len(named) > 1:
        raise named[1].refused("there is another start; deals begin in one stage", "start")
    if not stages:
        raise data.refused("a pipeline has stages", "stages")
    return (named[0] if named else stages[0]).text("name")


def _stage(table: PlainTable) -> Stage:
    kind = table.member(StageKind, "kind", StageKind.OPEN)
    return Stage(table.text("name"), table.whole("percent"), kind, table.texts("required"))


def _ends(table: PlainTable) -> tuple[str, ...]:
    """The stages that a transition comes from: one, or a list."""
    several = isinstance(table.values.get("from"), list | tuple)
    found = table.texts("from") if several else (table.text("from"),)
    if not found:
        raise table.refused("a list of stages has one at least", "from")
    return found


def _steps(table: PlainTable) -> Iterator[StageStep]:
    consents = tuple(map(_consent, table.tables("approvals", _OF_CONSENT)))
    command, to, required = table.text("command"), table.text("to"), table.texts("required")
    for at in _ends(table):
        yield StageStep(at, command, to, required, consents)


def _consent(table: PlainTable) -> Consent:
    above = table.decimal("above") if "above" in table else None
    currencies = tuple(one.code for one in table.currencies("currencies"))
    return Consent(table.text("role"), above, currencies)


def _roles(data: PlainTable) -> dict[str, tuple[str, ...]]:
    if isinstance(data.values.get("roles"), list | tuple):
        return dict.fromkeys(data.texts("roles"), ())
    people = data.table("roles")
    return {role: people.texts(role) for role in people.values}


def fitting(pipelines: Pipelines, schema: ExtrasSchema) -> Pipelines:
    """The pipelines themselves, once every custom field they ask for is defined for deals.

    Reading rules can not ask for this, as it is given no schema: an application that has one
    calls it with ``rules.pipelines`` when it starts. Raises `PipelineRefused`.
    """
    known = {f"{CUSTOM}{one.id}" for one in schema.fields if one.aggregate == "deal"}
    for pipeline in pipelines.held.values():
        for place, fields in _asked(pipeline):
            for name in fields:
                if name.startswith(CUSTOM) and name not in known:
                    listed = ", ".join(sorted(known)) or "none"
                    reason = f"deals have no custom field {name!r}; defined are {listed}"
                    where = f"pipelines.{as_key(pipeline.name)}.{place}.required"
                    raise PipelineRefused(place=where, reason=reason)
    return pipelines


def _asked(pipeline: Pipeline) -> Iterator[tuple[str, tuple[str, ...]]]:
    for number, stage in enumerate(pipeline.stages, 1):
        yield f"stages[{number}]", stage.required
    for number, step in enumerate(pipeline.steps, 1):
        yield f"transitions[{number}]", step.required
