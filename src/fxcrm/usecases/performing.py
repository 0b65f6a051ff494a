"""Performing: one command, one transaction, one effect, however often it is repeated (F11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import attrs

from fxcrm.ports import Store
from fxcrm.rates import RatePolicy, RateTable
from fxcrm.usecases.deciding import Desk


@attrs.frozen
class Performed:
    """A command's idempotency key, and whether this call did it or found it done.

    ``result`` is what the command returned, None where it had been done before.
    """

    key: str
    fresh: bool
    result: object = attrs.field(default=None, repr=False)


def perform(
    store: Store,
    rates: RateTable,
    *,
    key: str,
    content: str,
    at: datetime,
    actor: str,
    command: Callable[[Desk], object],
    policy: RatePolicy = RatePolicy(),
) -> Performed:
    """Carry a command out once. ``content`` is the command in words that never change.

    Everything it writes is committed together, or nothing is: a command that failed leaves no
    trace and may be repeated under its key. Raises `KeyReused` if the key
    comes back with other content, and whatever the command raises.
    """
    with store.begin(actor=actor, at=at, key=key) as uow:
        if uow.commands.answer(key, content) is not None:
            return Performed(key, fresh=False)
        result = command(Desk(uow, rates, at, actor, policy))
        uow.commands.record(key, content, "done")
        uow.commit()
    return Performed(key, fresh=True, result=result)


@contextmanager
def reading(
    store: Store,
    rates: RateTable,
    *,
    at: datetime,
    actor: str = "",
    policy: RatePolicy = RatePolicy(),
) -> Iterator[Desk]:
    """A desk to look from: whatever is done at it is not committed."""
    with store.begin(actor=actor, at=at) as uow:
        yield Desk(uow, rates, at, actor, policy)
