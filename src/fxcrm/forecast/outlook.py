"""How likely the deals of a stage end in a sale, and whether they have ended already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

import attrs

from fxcrm.errors import NotThere
from fxcrm.prospects import Prospect


class Standing(Enum):
    """Whether the deals of a stage are open, or how they ended."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


COUNTED = (Standing.OPEN, Standing.WON)  # a lost deal weighs nothing, and is left away


class StageUnknown(NotThere):
    """A deal stands in a stage that nobody gave a probability."""

    pipeline: str
    stage: str
    template = "pipeline {pipeline:plain} has no stage {stage}; give its probability and standing"


@attrs.frozen
class StageWeight:
    """The probability of a stage in whole percent, and its standing."""

    percent: int
    standing: Standing


@attrs.frozen
class Outlook:
    """The weight of each stage, by pipeline and stage, in the order in which stages follow."""

    weights: Mapping[tuple[str, str], StageWeight]

    def of(self, prospect: Prospect) -> StageWeight:
        """The weight of a deal's stage. Raises `StageUnknown`."""
        try:
            return self.weights[prospect.pipeline, prospect.stage]
        except KeyError:
            raise StageUnknown(pipeline=prospect.pipeline, stage=prospect.stage) from None

    def order(self, pipeline: str, stage: str) -> int:
        """Where a stage stands among all."""
        return list(self.weights).index((pipeline, stage))


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
