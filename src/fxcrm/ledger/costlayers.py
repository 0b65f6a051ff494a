"""Cost layers: what a non-monetary account holds, each part at the rate of the day it came (D21).

Amounts are exact: ``kept`` in units of the currency of the books, ``value`` in units of the
functional one; a debit is positive.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from fractions import Fraction

import attrs

from fxcrm.decisions import RateDecision
from fxcrm.ids import EntryId


class CostFlow(Enum):
    """Which layers are used up first."""

    FIFO = "first in, first out"
    AVERAGE = "average of what is held"


@attrs.frozen
class Layer:
    """What one entry brought, at the rate of its day."""

    entry: EntryId
    kept: Fraction
    value: Fraction
    decision: RateDecision

    def part(self, share: Fraction) -> Layer:
        """A share of it, at the same rate."""
        return attrs.evolve(self, kept=self.kept * share, value=self.value * share)


def total(layers: Iterable[Layer]) -> tuple[Fraction, Fraction]:
    """What layers hold together, kept and value."""
    kept, value = Fraction(0), Fraction(0)
    for one in layers:
        kept, value = kept + one.kept, value + one.value
    return kept, value


@attrs.define(eq=False)
class Pool:
    """The layers of one account under way; ``sign`` is 1 for assets and -1 for liabilities."""

    flow: CostFlow
    sign: int
    layers: list[Layer] = attrs.field(factory=list)

    def held(self, named: EntryId | None = None) -> list[Layer]:
        """The layers of its own sign: those that a named entry brought, or else all."""
        own = [one for one in self.layers if one.kept * self.sign > 0]
        return [one for one in own if one.entry == named] or own

    def take(self, kept: Fraction, named: EntryId | None = None) -> list[Layer]:
        """Take some out, above zero in the sign of the account; less where less is held.

        What a named entry brought goes first, then what the flow says.
        """
        brought = [one for one in self.held() if one.entry == named]
        taken = self._from_each(brought, kept)
        left = kept - abs(total(taken)[0])
        if left and self.flow is CostFlow.AVERAGE:
            return taken + self._evenly(self.held(), left)
        return taken + self._from_each(self.held(), left)

    def _from_each(self, layers: list[Layer], kept: Fraction) -> list[Layer]:
        """One layer after the other, as far as they reach."""
        taken = []
        for one in layers:
            share = min(Fraction(1), kept / abs(one.kept))
            if share:
                taken.append(self._cut(one, share))
                kept -= abs(taken[-1].kept)
        return taken

    def _evenly(self, layers: list[Layer], kept: Fraction) -> list[Layer]:
        """The same share of each."""
        if not layers:
            return []
        share = min(Fraction(1), kept / abs(total(layers)[0]))
        return [self._cut(one, share) for one in layers]

    def _cut(self, layer: Layer, share: Fraction) -> Layer:
        place = next(number for number, one in enumerate(self.layers) if one is layer)
        rest = [] if share == 1 else [layer.part(1 - share)]
        self.layers[place : place + 1] = rest
        return layer.part(share)
