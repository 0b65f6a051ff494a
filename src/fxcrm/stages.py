"""Pipelines as data: stages with their probability, the steps between them, and who consents.

A `Pipeline` is a value: it is read from a file (`fxcrm.stagereading`), compared, and kept under
version control. What nobody could follow is refused when it is made, with the place in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import Final, NamedTuple, Protocol

import attrs

from fxcrm.errors import InputRefused, NotThere, shown
from fxcrm.lifecycles import Lifecycle
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money, RationalMoney
from fxcrm.tomllines import as_key

MOST: Final = 100  # pipelines, stages, roles, reasons, people of a role, fields of a step (F18)
MOST_STEPS: Final = 1_000
LONGEST_NAME: Final = 64
FIELDS: Final = ("title", "value", "owner", "team", "expected_on", "enquiry", "parent")
CUSTOM: Final = "extras."  # begins the name of a custom field, as in ``extras.incoterm``


class PipelineRefused(InputRefused):
    """A pipeline that nobody could follow; ``place`` says where, with the line where it is known.

    Places are written as TOML writes keys; members of a list are counted from 1.
    """

    place: str
    reason: str
    template = "{place:plain}: {reason:plain}"


class PipelineMissing(NotThere):
    """A pipeline that the selling rules do not have."""

    pipeline: str
    known: str
    template = "there is no pipeline {pipeline}; known are {known:plain}"


class StageMissing(NotThere):
    """A stage that a pipeline does not have, or has no more."""

    pipeline: str
    stage: str
    template = "pipeline {pipeline:plain} has no stage {stage}; move its deals before it is removed"


class StageKind(Enum):
    """What a stage says of its deals: still open, or how they ended."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class QuoteTurn(Enum):
    """What happens to a quote and may move its deal."""

    APPROVED = "approved"
    ACCEPTED = "accepted"
    LAPSED = "lapsed"
    DECLINED = "declined"


@attrs.frozen
class Stage:
    """A stage; ``percent`` is the probability of a sale. A deal here has what is ``required``."""

    name: str
    percent: int
    kind: StageKind = StageKind.OPEN
    required: tuple[str, ...] = ()


@attrs.frozen
class Consent:
    """Who has to consent, and when: all that is named must hold, nothing named means always.

    ``above`` is an amount in the company's functional currency; ``currencies`` are codes of the
    deal's own.
    """

    role: str
    above: Decimal | None = None
    currencies: tuple[str, ...] = ()


@attrs.frozen
class StageStep:
    """A command that leads from one stage to another, and what it asks for."""

    at: str
    command: str
    to: str
    required: tuple[str, ...] = ()
    consents: tuple[Consent, ...] = ()


class Staged(Protocol):
    """Whatever stands in a stage and is worth something: a deal."""

    @property
    def stage(self) -> str:
        """The name of its stage."""
        ...

    @property
    def value(self) -> Money:
        """Its whole value, in its own currency."""
        ...


class Flaw(NamedTuple):
    """What is wrong, and where."""

    place: str
    reason: str


def _map(held: Mapping[str, tuple[str, ...]]) -> FrozenMap[str, tuple[str, ...]]:
    return FrozenMap(held)


def _turns(held: Mapping[QuoteTurn, str]) -> FrozenMap[QuoteTurn, str]:
    return FrozenMap(held)


@attrs.frozen
class Pipeline:
    """The stages of a deal: how they follow one another, and how likely each ends in a sale.

    ``roles`` names who acts in each role, nobody where the application knows. A lost deal has
    one of the ``reasons``, any where none are listed. ``turns`` says which command a turn of a
    quote gives its deal. Raises `PipelineRefused`.
    """

    name: str
    stages: tuple[Stage, ...]
    steps: tuple[StageStep, ...]
    start: str
    roles: Mapping[str, tuple[str, ...]] = attrs.field(factory=FrozenMap, converter=_map)
    reasons: tuple[str, ...] = ()
    turns: Mapping[QuoteTurn, str] = attrs.field(factory=FrozenMap, converter=_turns)

    def __attrs_post_init__(self) -> None:
        for flaw in flaws(self):
            raise PipelineRefused(place=flaw.place, reason=flaw.reason)

    @cached_property
    def lifecycle(self) -> Lifecycle:
        """The steps as the table that is walked, and drawn."""
        table = {(one.at, one.command): one.to for one in self.steps}
        return Lifecycle("deal", self.start, FrozenMap(table))

    @cached_property
    def percent(self) -> Mapping[str, int]:
        """The probability of each stage."""
        return FrozenMap({one.name: one.percent for one in self.stages})

    @cached_property
    def _stages(self) -> dict[str, Stage]:
        return {one.name: one for one in self.stages}

    @cached_property
    def _steps(self) -> dict[tuple[str, str], StageStep]:
        return {(one.at, one.command): one for one in self.steps}

    def stage(self, name: str) -> Stage:
        """A stage by its name. Raises `StageMissing`."""
        found = self._stages.get(name)
        if found is None:
            raise StageMissing(pipeline=self.name, stage=name)
        return found

    def step(self, stage: str, command: str) -> StageStep:
        """The step of a command. Raises `TransitionRefused`, `StageMissing`."""
        self.stage(stage)
        self.lifecycle.after(stage, command)
        return self._steps[stage, command]

    def weighted(self, deal: Staged) -> RationalMoney:
        """The deal's value times the probability of its stage; exact, to be rounded in a total.

        Raises `StageMissing`.
        """
        return deal.value.exact() * Fraction(self.stage(deal.stage).percent, 100)

    def is_open(self, stage: str) -> bool:
        """Whether a deal in this stage may still end either way. Raises `StageMissing`."""
        return self.stage(stage).kind is StageKind.OPEN


def flaws(of: Pipeline) -> Iterator[Flaw]:
    """All that is wrong with a pipeline, names before what is named."""
    yield from _sizes(of)
    yield from _stage_flaws(of)
    yield from _step_flaws(of)
    yield from _way_flaws(of)


def _sizes(of: Pipeline) -> Iterator[Flaw]:
    listed = (("stages", of.stages, MOST), ("transitions", of.steps, MOST_STEPS))
    more = (("roles", of.roles, MOST), ("reasons", of.reasons, MOST))
    for place, held, most in (*listed, *more):
        if len(held) > most:
            yield Flaw(place, f"there are {len(held)}, at most {most} are kept")
    yield from _name_flaws("name", [of.name])
    yield from _name_flaws("reasons", of.reasons)
    yield from _name_flaws("roles", of.roles)
    for role, people in of.roles.items():
        if len(people) > MOST:
            yield Flaw(f"roles.{as_key(role)}", f"there are {len(people)}, at most {MOST} are kept")


def _name_flaws(place: str, names: Iterable[str]) -> Iterator[Flaw]:
    for name in names:
        if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            reason = f"{shown(name)} is no name; it has 1 to {LONGEST_NAME} characters in one line"
            yield Flaw(place, reason)


def _stage_flaws(of: Pipeline) -> Iterator[Flaw]:
    if not of.stages:
        yield Flaw("stages", "a pipeline has stages")
    met: set[str] = set()
    for number, stage in enumerate(of.stages, 1):
        place = f"stages[{number}]"
        yield from _name_flaws(f"{place}.name", [stage.name])
        if stage.name in met:
            yield Flaw(f"{place}.name", f"there is a stage {shown(stage.name)} already")
        met.add(stage.name)
        yield from _percent_flaws(place, stage)
        yield from _field_flaws(place, stage.required)
    start = next((one for one in of.stages if one.name == of.start), None)
    if start is None or start.kind is not StageKind.OPEN:
        yield Flaw("stages", f"the start, {shown(of.start)}, is no stage that is open")


def _percent_flaws(place: str, stage: Stage) -> Iterator[Flaw]:
    fixed = _FIXED.get(stage.kind, stage.percent)
    if not 0 <= stage.percent <= 100:
        yield Flaw(f"{place}.percent", f"{stage.percent} is not from 0 to 100")
    elif stage.percent != fixed:
        reason = f"a stage that is {stage.kind.value} has {fixed}, not {stage.percent}"
        yield Flaw(f"{place}.percent", reason)


def _field_flaws(place: str, fields: tuple[str, ...]) -> Iterator[Flaw]:
    if len(fields) > MOST:
        yield Flaw(f"{place}.required", f"there are {len(fields)}, at most {MOST} are kept")
    for name in fields:
        if name not in FIELDS and not name.startswith(CUSTOM):
            listed = ", ".join(FIELDS)
            reason = f"{shown(name)} is none of {listed}, nor a custom field such as {CUSTOM}name"
            yield Flaw(f"{place}.required", reason)


def _step_flaws(of: Pipeline) -> Iterator[Flaw]:
    kinds = {one.name: one.kind for one in of.stages}
    met: set[tuple[str, str]] = set()
    for number, step in enumerate(of.steps, 1):
        place = f"transitions[{number}]"
        yield from _name_flaws(f"{place}.command", [step.command])
        for end, stage in (("from", step.at), ("to", step.to)):
            if stage not in kinds:
                yield Flaw(f"{place}.{end}", f"there is no stage {shown(stage)}")
        if (step.at, step.command) in met:
            reason = f"{shown(step.command)} leads from {shown(step.at)} twice"
            yield Flaw(place, reason)
        met.add((step.at, step.command))
        if kinds.get(step.at, _OPEN) is not _OPEN and kinds.get(step.to, _OPEN) is not _OPEN:
            yield Flaw(place, "a deal that ended is opened again before it ends otherwise")
        yield from _field_flaws(place, step.required)
        yield from _consent_flaws(of, place, step.consents)
    for turn, command in of.turns.items():
        if command not in {one.command for one in of.steps}:
            yield Flaw(f"quotes.{turn.value}", f"no transition has the command {shown(command)}")


def _consent_flaws(of: Pipeline, place: str, consents: tuple[Consent, ...]) -> Iterator[Flaw]:
    if len(consents) > MOST:
        yield Flaw(f"{place}.approvals", f"there are {len(consents)}, at most {MOST} are kept")
    for number, one in enumerate(consents, 1):
        where = f"{place}.approvals[{number}]"
        if one.role not in of.roles:
            listed = ", ".join(of.roles) or "none"
            yield Flaw(f"{where}.role", f"there is no role {shown(one.role)}; known: {listed}")
        if one.above is not None and one.above < 0:
            yield Flaw(f"{where}.above", f"{one.above} is below zero")


def _way_flaws(of: Pipeline) -> Iterator[Flaw]:
    """What no deal reaches, and what no deal gets out of."""
    ways: dict[str, set[str]] = {one.name: set() for one in of.stages}
    back: dict[str, set[str]] = {one.name: set() for one in of.stages}
    for step in of.steps:
        ways[step.at].add(step.to)
        back[step.to].add(step.at)
    ends = [one.name for one in of.stages if one.kind is not _OPEN]
    reached, ending = _reached([of.start], ways), _reached(ends, back)
    for number, stage in enumerate(of.stages, 1):
        if stage.name not in reached:
            yield Flaw(f"stages[{number}]", f"no transition leads to {shown(stage.name)}")
        if stage.name not in ending:
            reason = f"{shown(stage.name)} is a dead end: it leads to no stage that is won or lost"
            yield Flaw(f"stages[{number}]", reason)


def _reached(starts: Iterable[str], ways: Mapping[str, set[str]]) -> set[str]:
    met: set[str] = set()
    waiting = list(starts)
    while waiting:
        here = waiting.pop()
        if here not in met:
            met.add(here)
            waiting.extend(ways[here])
    return met


_OPEN: Final = StageKind.OPEN
_FIXED: Final = FrozenMap({StageKind.WON: 100, StageKind.LOST: 0})

CROSS_BORDER_TRADE: Final = Pipeline(
    "cross_border_trade",
    (
        Stage("qualified", 25),
        Stage("quoted", 60),
        Stage("lost", 0, StageKind.LOST),
        Stage("won", 100, StageKind.WON),
    ),
    (
        StageStep("qualified", "quote", "quoted"),
        StageStep("qualified", "lose", "lost"),
        StageStep("quoted", "quote", "quoted"),
        StageStep("quoted", "win", "won"),
        StageStep("quoted", "lose", "lost"),
    ),
    start="qualified",
    turns={
        QuoteTurn.APPROVED: "quote",
        QuoteTurn.ACCEPTED: "win",
        QuoteTurn.LAPSED: "lose",
        QuoteTurn.DECLINED: "lose",
    },
)


def _by_name(held: Iterable[Pipeline]) -> FrozenMap[str, Pipeline]:
    usual = {CROSS_BORDER_TRADE.name: CROSS_BORDER_TRADE}
    return FrozenMap({**usual, **{one.name: one for one in held}})


@attrs.frozen
class Pipelines:
    """The pipelines of a company by name; `CROSS_BORDER_TRADE` is always among them."""

    held: Mapping[str, Pipeline] = attrs.field(factory=tuple, converter=_by_name)

    def of(self, name: str) -> Pipeline:
        """A pipeline. Raises `PipelineMissing`."""
        found = self.held.get(name)
        if found is None:
            raise PipelineMissing(pipeline=name, known=", ".join(self.held))
        return found
