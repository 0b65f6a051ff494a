"""How likely the deals of a stage end in a sale, and whether they have ended already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from fxcrm.prospects import Prospect
from fxcrm.stages import Pipeline, StageKind, StageMissing

COUNTED = (StageKind.OPEN, StageKind.WON)  # a lost deal weighs nothing, and is left away


@attrs.frozen
class StageWeight:
    """The probability of a stage in whole percent, and its standing."""

    percent: int
    standing: StageKind


@attrs.frozen
class Outlook:
    """The weight of each stage, by pipeline and stage, in the order in which stages follow."""

    weights: Mapping[tuple[str, str], StageWeight]

    @classmethod
    def along(cls, pipelines: Iterable[Pipeline]) -> Outlook:
        """The weights of all stages of some pipelines."""
        return cls(
            {
                (one.name, stage.name): StageWeight(stage.percent, stage.kind)
                for one in pipelines
                for stage in one.stages
            }
        )

    def of(self, prospect: Prospect) -> StageWeight:
        """The weight of a deal's stage. Raises `StageMissing`."""
        try:
            return self.weights[prospect.pipeline, prospect.stage]
        except KeyError:
            raise StageMissing(pipeline=prospect.pipeline, stage=prospect.stage) from None


@attrs.frozen
class Counted:
    """The deals that count, and those that count through their parts alone.

    The value of a deal that has parts is an outline of theirs: it is in no total, and in plain
    sight in ``outlines``, so that nothing is counted twice.
    """

    prospects: tuple[Prospect, ...]
    outlines: tuple[Prospect, ...]


def counted(prospects: Iterable[Prospect]) -> Counted:
    """Which of some deals count. Parts are told by their ``parent``."""
    held = tuple(prospects)
    parents = {one.parent for one in held if one.parent is not None}
    if not parents:
        return Counted(held, ())
    return Counted(
        tuple(one for one in held if one.id not in parents),
        tuple(one for one in held if one.id in parents),
    )
