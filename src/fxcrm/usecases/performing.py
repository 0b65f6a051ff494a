"""Performing: one command, one transaction, one effect, however often it is repeated (F11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from json import dumps, loads
from typing import Final, TypeVar

import attrs

from fxcrm.bookkeeping import Bookkeeping
from fxcrm.errors import EnvironmentFailed, FxcrmError, RuleRefused
from fxcrm.ports import Store
from fxcrm.ports.storage import KeyReused, Overtaken, VersionConflict
from fxcrm.rates import RatePolicy, RateTable
from fxcrm.sellingrules import SellingRules
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.locking import note_lateness

T = TypeVar("T")

MOST_ATTEMPTS: Final = 20  # against faster units of work, before `StoreBusy` is said
_DONE: Final = "done"


class CommandFailed(RuleRefused):
    """The command was refused before, under the same key."""

    key: str
    error: str
    reason: str
    template = (
        "{key} was refused before with {error:plain}: {reason:plain}; "
        "mend the cause and send the command under a new key"
    )


class Failures(Enum):
    """What becomes of the key of a command that was refused."""

    STAY = "stay"  # a repetition gets the same refusal, whatever changed meanwhile
    MAY_BE_REPEATED = "may be repeated"  # a refusal leaves no trace: for scripts, not for clients


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
    failures: Failures = Failures.STAY,
    bookkeeping: Bookkeeping = Bookkeeping(),
    selling: SellingRules = SellingRules(),
) -> Performed:
    """Carry a command out once. ``content`` is the command in words that never change.

    Everything it writes is committed together, or nothing is. A refusal is noted under the key,
    so that a repetition does not succeed behind the back of who was told that it failed:
    it raises `CommandFailed`. What the surroundings did (`StoreBusy`, a broken source) is not
    noted, nor is a `VersionConflict`; a unit of work that was overtaken is tried again, a bounded
    number of times.

    Raises `KeyReused` if the key comes back with other content, and whatever the command raises.
    """

    def attempt() -> Performed:
        with store.begin(actor=actor, at=at, key=key) as uow:
            answer = uow.commands.answer(key, content)
            if answer is not None:
                return _found(key, answer)
            desk = Desk(uow, rates, at, actor, policy, bookkeeping=bookkeeping, selling=selling)
            result = command(desk)
            uow.commands.record(key, content, _DONE)
            uow.commit()
        return Performed(key, fresh=True, result=result)

    try:
        return insisting(attempt)
    except (EnvironmentFailed, KeyReused, CommandFailed, VersionConflict):
        raise  # nothing was refused: the surroundings failed, or it is to be read again
    except FxcrmError as refusal:
        if failures is Failures.STAY:
            _note(store, rates, key, content, at, actor, refusal)
        raise


def insisting(attempt: Callable[[], T]) -> T:
    """What an attempt comes to; a unit of work that was overtaken is tried again, some times."""
    for _ in range(MOST_ATTEMPTS - 1):
        try:
            return attempt()
        except Overtaken:
            continue
    return attempt()


def _found(key: str, answer: str) -> Performed:
    if answer != _DONE:
        error, reason = loads(answer)
        raise CommandFailed(key=key, error=error, reason=reason)
    return Performed(key, fresh=False)


def _note(
    store: Store,
    rates: RateTable,
    key: str,
    content: str,
    at: datetime,
    actor: str,
    refusal: FxcrmError,
) -> None:
    """Keep a refusal under its key, in a unit of work that holds nothing else.

    Where somebody else finished the same command meanwhile, that answer stands. What came too
    late is noted with it, so that it stays too late.
    """
    answer = dumps([type(refusal).__name__, str(refusal)], ensure_ascii=False)

    def attempt() -> Performed:
        with store.begin(actor=actor, at=at, key=key) as uow:
            if uow.commands.answer(key, content) is None:
                uow.commands.record(key, content, answer)
                note_lateness(Desk(uow, rates, at, actor), refusal)
                uow.commit()
        return Performed(key, fresh=False)

    insisting(attempt)


@contextmanager
def reading(
    store: Store,
    rates: RateTable,
    *,
    at: datetime,
    actor: str = "",
    policy: RatePolicy = RatePolicy(),
    bookkeeping: Bookkeeping = Bookkeeping(),
    selling: SellingRules = SellingRules(),
) -> Iterator[Desk]:
    """A desk to look from, at one moment: whatever is done at it is not committed."""
    with store.begin(actor=actor, at=at, reading=True) as uow:
        yield Desk(uow, rates, at, actor, policy, bookkeeping=bookkeeping, selling=selling)
