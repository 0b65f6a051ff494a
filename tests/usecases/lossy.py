"""A store whose commits fail now and then, before they happened or after (F11, F13)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from random import Random
from typing import Any

from fxcrm.ports.storage import StoreBroken


class Fate(Enum):
    """What becomes of a commit."""

    KEPT = "kept"
    LOST = "lost"  # nothing was written, and the caller is told
    UNSURE = "unsure"  # everything was written, and the caller is told that it failed


def fates(random: Random, lost: int = 15, unsure: int = 15) -> Iterator[Fate]:
    """One after the other, at random; percents."""
    while True:
        yield random.choices(list(Fate), [100 - lost - unsure, lost, unsure])[0]


class Lossy:
    """Any store; each commit meets the fate that is set, or the next one of many."""

    def __init__(self, store: Any, fates: Iterator[Fate]) -> None:
        self._store = store
        self._fates = fates

    def begin(self, **origin: Any) -> Any:
        """A unit of work whose commit may fail."""
        unit = self._store.begin(**origin)
        commit = unit.commit

        def at_risk() -> None:
            fate = next(self._fates)
            if fate is not Fate.LOST:
                commit()
            if fate is not Fate.KEPT:
                raise StoreBroken(reason=f"the answer was {fate.value}")

        unit.commit = at_risk
        return unit
