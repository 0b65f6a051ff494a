"""That a store is whole: its trail, its rows, and its outbox agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def sound(store: Any) -> Iterator[str]:
    """What `verify` finds, and events that are numbered with gaps."""
    if hasattr(store, "verify"):
        for one in store.verify().findings[:20]:
            yield f"{one.kind} {one.id}: {one.reason}"
    with store.begin() as unit:
        sequences = [one.sequence for one in unit.events.after(0)]
    if sequences != list(range(1, len(sequences) + 1)):
        yield "events are not numbered one by one"
