"""Sources asked one after the other, until one of them knows (R4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from fxcrm.adapters.combined.knowledge import as_known_by
from fxcrm.adapters.combined.names import checked_name
from fxcrm.bulletins import Bulletin
from fxcrm.currencies import Currency
from fxcrm.errors import CallError, EnvironmentFailed
from fxcrm.ports.ratesource import RateSource, RateSourceBroken
from fxcrm.rates import CurrencyPair, RateTable


class NobodyAnswered(RateSourceBroken):
    """Every source of a chain is broken; ``causes`` has the failure of each, in order (R4)."""

    causes: tuple[RateSourceBroken, ...]
    template = "no source of {source:plain} answered: {reason:plain}"


class PairsExpected(CallError):
    """One text was given where several pairs are taken."""

    given: str
    template = "wanted= takes several pairs, not one text; pass [{given}]"


class ChainedRates:
    """A `RateSource` that asks its sources in order.

    A broken source is passed over and its failure kept; one that has no rate is passed over
    too. The first one with rates is the answer. With ``wanted`` pairs the chain goes on until
    they are covered, published or by a cross of two legs; each pair stays with the first source
    that publishes it. The bulletin says who answered, and keeps the failures of those asked
    before. Where nobody has a rate the answer is empty; where everybody is broken it raises
    `NobodyAnswered`.

    A pair is written "EUR/USD". Raises `PairsExpected`, `UnknownCurrency`,
    `SourceNameRefused`.
    """

    def __init__(
        self,
        first: RateSource,
        *others: RateSource,
        wanted: Iterable[str | CurrencyPair] = (),
        name: str | None = None,
    ) -> None:
        self._sources = (first, *others)
        if isinstance(wanted, str):
            raise PairsExpected(given=wanted)
        self._wanted = tuple(
            CurrencyPair.parse(pair) if isinstance(pair, str) else pair for pair in wanted
        )
        self._name = checked_name(name, ", else ".join(one.name for one in self._sources))

    @property
    def name(self) -> str:
        """The names of its sources in order, unless another one was given."""
        return self._name

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """What the first source with rates has. Raises `NobodyAnswered`."""
        failures: list[EnvironmentFailed] = []
        causes: list[RateSourceBroken] = []
        answers: list[Bulletin] = []
        table = RateTable(())
        for source in self._sources:
            try:
                answer = source.fetch(since, until)
            except RateSourceBroken as error:
                failures.append(error)
                causes.append(error)
                continue
            failures.extend(answer.failures)
            answers.append(answer)
            table = _joined(table, answer.table)
            if self._is_enough(table):
                break
        if not answers:
            raise self._nobody(causes)
        return _told(table, answers, failures)

    def _is_enough(self, table: RateTable) -> bool:
        if not self._wanted:
            return bool(table.pairs)
        beside = _neighbours(table)
        return all(_is_covered(pair, beside) for pair in self._wanted)

    def _nobody(self, causes: Sequence[RateSourceBroken]) -> NobodyAnswered:
        reason = "; ".join(f"{one.source}: {one.reason}" for one in causes)
        return NobodyAnswered(source=self.name, reason=reason, causes=tuple(causes))


def _joined(table: RateTable, further: RateTable) -> RateTable:
    """The table, and what the further one has of pairs that it lacks.

    A pair comes from one source with all its sides: the bid of one source beside the ask of
    another might promise a gain to whoever changes there and back.
    """
    held = {_quoted(pair) for pair in table.pairs}
    lacking = (one for one in further.series if _quoted(one.pair) not in held)
    return as_known_by(RateTable((*table.series, *lacking)), table, further)


def _quoted(pair: CurrencyPair) -> frozenset[Currency]:
    """A pair and its inverse are one quotation (R3)."""
    return frozenset((pair.base, pair.counter))


def _neighbours(table: RateTable) -> dict[Currency, set[Currency]]:
    beside: dict[Currency, set[Currency]] = {}
    for pair in table.pairs:
        beside.setdefault(pair.base, set()).add(pair.counter)
        beside.setdefault(pair.counter, set()).add(pair.base)
    return beside


def _is_covered(pair: CurrencyPair, beside: dict[Currency, set[Currency]]) -> bool:
    """Whether the table leads from base to counter in two legs at most, as policies do."""
    nearest = beside.get(pair.base, set())
    return (
        pair.base is pair.counter
        or pair.counter in nearest
        or not nearest.isdisjoint(beside.get(pair.counter, ()))
    )


def _told(
    table: RateTable, answers: Sequence[Bulletin], failures: Sequence[EnvironmentFailed]
) -> Bulletin:
    """The answer, named by those whose rates stand in it; by all who were asked if none do."""
    held: dict[Any, Bulletin] = {}
    for answer in answers:
        for pair in answer.table.pairs:
            held.setdefault(_quoted(pair), answer)
    told = [one for one in answers if any(one is by for by in held.values())] or answers
    kept = [one.kept_since for one in told if one.kept_since is not None]
    source = ", ".join(dict.fromkeys(one.source for one in told))
    return Bulletin(table, source, tuple(failures), min(kept, default=None))
