"""Rate decisions in tables: added, never changed, and kept at hand once they were read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any, Final, NoReturn

import attrs
from sqlalchemy import bindparam, select

from fxcrm.adapters.sql import tables
from fxcrm.adapters.sql.log import SqlLog
from fxcrm.adapters.sql.statements import Statement, inserted_new
from fxcrm.adapters.sql.transaction import Transaction
from fxcrm.currencies import Currency, CurrencyRegistry
from fxcrm.decisions import RateDecision
from fxcrm.ids import DecisionId
from fxcrm.ports.storage import AlreadyThere, NotFound, Overtaken, StoreBroken
from fxcrm.records.columns import Read, Reading, Writing
from fxcrm.records.rates import decision_of, decision_row
from fxcrm.records.trail import noted

_MOST_AT_ONCE: Final = 256  # decisions of one query
_NAMES: Final = tuple(f"key{place}" for place in range(_MOST_AT_ONCE))
_MOST_KEPT: Final = 10_000  # decisions of one store
_DECISIONS: Final = select(tables.decisions)
_ALL_DECISIONS: Final = Statement(_DECISIONS.order_by(tables.decisions.c.id))
_RECORD: Final = inserted_new(tables.decisions)


def unreadable(kind: str, key: str, failure: Exception) -> NoReturn:
    """Raises `StoreBroken` for a row that does not make a value any more."""
    reason = f"{kind} {key} can not be read: {failure}"
    raise StoreBroken(reason=reason) from failure


@cache
def _decisions_by(number: int) -> Statement:
    keys: list[Any] = [bindparam(name) for name in _NAMES[:number]]
    return Statement(_DECISIONS.where(tables.decisions.c.id.in_(keys)))


@attrs.frozen
class Shared:
    """What the units of work of one store share: currencies, and decisions made once.

    A committed decision never changes, so it may be kept; how many are is bounded.
    """

    registry: CurrencyRegistry
    decisions: dict[DecisionId, RateDecision] = attrs.field(factory=dict)
    currencies: dict[str, Currency] = attrs.field(factory=dict)
    writing: Writing = attrs.field(init=False)

    @writing.default
    def _writing(self) -> Writing:
        return Writing(self.registry)

    def keep(self, decision: RateDecision) -> None:
        """Remember a decision that was read."""
        if len(self.decisions) >= _MOST_KEPT:
            self.decisions.clear()
        self.decisions[decision.id] = decision


class SqlDecisions:
    """Rate decisions: added, never changed, and read once per unit of work."""

    def __init__(self, transaction: Transaction, log: SqlLog, shared: Shared) -> None:
        self._transaction = transaction
        self._log = log
        self._shared = shared
        self.writing = shared.writing
        self._known: dict[DecisionId, RateDecision] = {}
        self._missed: set[str] = set()
        self.reading = Reading(shared.registry, self._known, shared.currencies)

    def find(self, key: DecisionId) -> RateDecision | None:
        """The decision, or None."""
        self.load([key])
        return self._known.get(key)

    def get(self, key: DecisionId) -> RateDecision:
        """The decision. Raises `NotFound`."""
        found = self.find(key)
        if found is None:
            raise NotFound(kind="rate decision", id=key)
        return found

    def among(self, keys: Collection[DecisionId]) -> dict[DecisionId, RateDecision]:
        """Those of the decisions that were recorded."""
        self.load(keys)
        return {key: self._known[key] for key in keys if key in self._known}

    def record(self, decision: RateDecision) -> RateDecision:
        """Keep a decision. Raises `AlreadyThere`; `NotFound` for what it replaces."""
        self.expect([decision.replaces])
        row = decision_row(decision, self.writing)
        write = noted("rate decision", decision.id, 1, row)
        if not self._transaction.run(_RECORD, row):
            # Who looked for it in vain, and finds it now, was overtaken.
            if decision.id in self._missed and decision.id not in self._known:
                raise Overtaken(seconds=0)
            raise AlreadyThere(kind="rate decision", id=decision.id)
        self._log.writes.append(write)
        self._known[decision.id] = decision
        return decision

    def all(self) -> Iterator[RateDecision]:
        """Every decision, ordered by id."""
        return iter([self._keep(row) for row in self._transaction.rows(_ALL_DECISIONS)])

    def rows(self) -> list[Any]:
        """Every decision as it is kept."""
        return self._transaction.rows(_ALL_DECISIONS)

    def load(self, keys: Collection[str | None]) -> None:
        """Read the decisions that are not known yet, many at once.

        Who asked in vain is not answered otherwise later in the same unit of work; if somebody
        else records the decision meanwhile, `record` raises `Overtaken`.
        """
        self._transaction.refuse_unless_open()
        known, kept, missed = self._known, self._shared.decisions, self._missed
        wanted = []
        for key in keys:
            if key is None or key in known or key in missed:
                continue
            if key in kept:
                known[DecisionId(key)] = kept[DecisionId(key)]
            else:
                wanted.append(key)
        if wanted:
            self._ask(sorted(wanted))

    def _ask(self, wanted: list[str]) -> None:
        for start in range(0, len(wanted), _MOST_AT_ONCE):
            some = wanted[start : start + _MOST_AT_ONCE]
            # A few numbers of keys, so that there are few texts of statements.
            number = 1 << (len(some) - 1).bit_length()
            named = dict(zip_longest(_NAMES[:number], some, fillvalue=some[-1]))
            for row in self._transaction.rows(_decisions_by(number), **named):
                self._shared.keep(self._keep(row))
        self._missed.update(key for key in wanted if key not in self._known)

    def expect(self, named: Sequence[RateDecision | DecisionId | None]) -> None:
        """Raises `NotFound` for a decision that was not recorded, `AlreadyThere` for another."""
        ids = [one.id if isinstance(one, RateDecision) else one for one in named]
        self.load(ids)
        for key, one in zip(ids, named, strict=True):
            if key is None:
                continue
            found = self._known.get(key) or self._again(key)
            if found is not one and found != one and isinstance(one, RateDecision):
                raise AlreadyThere(kind="rate decision", id=one.id)

    def _again(self, key: DecisionId) -> RateDecision:
        """What was asked for in vain before, and is named now all the same. Raises `NotFound`."""
        self._missed.discard(key)
        return self.get(key)

    def _keep(self, row: Read) -> RateDecision:
        try:
            return self._known.setdefault(row.id, decision_of(row, self.reading.registry))
        except (LookupError, ValueError, TypeError) as failure:
            unreadable("rate decision", row.id, failure)
