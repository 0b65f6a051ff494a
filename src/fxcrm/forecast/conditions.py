"""Conditions on deals: which of many are meant. Amounts compare in the currency that is named (R7).

A condition is a value; `fxcrm.forecast.words` reads it from text or from a plain dictionary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.forecast.dayrates import ratio_of
from fxcrm.forecast.headings import TEAMS
from fxcrm.forecast.outlook import COUNTED, Outlook
from fxcrm.money import Money
from fxcrm.prospects import Prospect
from fxcrm.rates import RateMissing
from fxcrm.restatement import Decider, MissingRates
from fxcrm.stages import StageKind


class Field(Enum):
    """What of a deal a condition looks at."""

    AMOUNT = "amount"
    STAGE = "stage"
    OWNER = "owner"
    TEAM = "team"
    CUSTOMER = "customer"
    CURRENCY = "currency"
    PIPELINE = "pipeline"
    STATE = "state"
    OPENED = "opened"
    EXPECTED = "expected"
    CLOSED = "closed"


class Operator(Enum):
    """How it compares."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    BETWEEN = "between"


class Days(NamedTuple):
    """A day, or a month from its first day to its last."""

    first: date
    last: date


Value: TypeAlias = Money | Days | str | None  # None is ``none``: no such day
Test: TypeAlias = Callable[[Prospect], bool]

DAYS: Final = (Field.OPENED, Field.EXPECTED, Field.CLOSED)


@attrs.frozen
class Condition:
    """A field, how it compares, and with what: two values for ``between``, or some to choose."""

    field: Field
    operator: Operator
    values: tuple[Value, ...]


@attrs.frozen
class LeftOutOfFilter:
    """Deals of one currency that could not be compared, because ``reason``: a rate is missing."""

    currency: Currency
    deals: tuple[Prospect, ...]
    reason: str


@attrs.frozen
class Chosen:
    """The deals that meet every condition, and what was decided to tell.

    ``left_out`` could not be compared (R6). ``decisions`` are the rates that amounts were
    compared at, one for each currency.
    """

    prospects: tuple[Prospect, ...]
    decisions: tuple[RateDecision, ...] = ()
    left_out: tuple[LeftOutOfFilter, ...] = ()


@attrs.frozen
class DealFilter:
    """Conditions that must all hold; without any, every deal is meant."""

    conditions: tuple[Condition, ...] = ()

    @property
    def standings(self) -> tuple[StageKind, ...]:
        """Which deals a forecast counts: lost ones only where a state or stage is asked for."""
        asked = {one.field for one in self.conditions}
        return tuple(StageKind) if asked & {Field.STATE, Field.STAGE} else COUNTED

    def choose(
        self,
        prospects: Iterable[Prospect],
        outlook: Outlook,
        decider: Decider,
        on: date,
        missing: MissingRates = MissingRates.REFUSE,
    ) -> Chosen:
        """The deals that are meant; amounts compare at the rate of ``on``, one for each pair.

        Raises `RateMissing`, unless what can not be compared shall be left out.
        """
        if not self.conditions:
            return Chosen(tuple(prospects))
        tests = [_test(one, outlook) for one in self.conditions if one.field is not Field.AMOUNT]
        amounts = [one for one in self.conditions if one.field is Field.AMOUNT]
        passed = (one for one in prospects if all(test(one) for test in tests))
        if not amounts:
            return Chosen(tuple(passed))
        return _compared(tuple(passed), amounts, _Worth(decider, on), missing)


@attrs.frozen
class _Worth:
    """The rates at which amounts are compared, each taken once."""

    decider: Decider
    on: date
    taken: dict[tuple[Currency, Currency], RateDecision] = attrs.field(factory=dict)

    def ratio(self, currency: Currency, named: Currency) -> Fraction:
        if currency is named:
            return Fraction(1)
        pair = (currency, named)
        if pair not in self.taken:
            self.taken[pair] = self.decider.dated(currency, named, self.on)
        return ratio_of(self.taken[pair], currency)

    def bounds(self, condition: Condition, currency: Currency) -> Callable[[int, int], bool]:
        """Whether an amount of a currency, as a ratio of integers, meets a condition."""
        bounds = (
            Fraction(value.amount) / self.ratio(currency, value.currency)
            for value in condition.values
            if isinstance(value, Money)
        )
        return _RATIOS[condition.operator](*(one.as_integer_ratio() for one in bounds))


def _compared(
    prospects: Iterable[Prospect],
    conditions: Iterable[Condition],
    worth: _Worth,
    missing: MissingRates,
) -> Chosen:
    by_currency: defaultdict[Currency, list[Prospect]] = defaultdict(list)
    for one in prospects:
        by_currency[one.value.currency].append(one)
    kept: set[str] = set()
    left: list[LeftOutOfFilter] = []
    for currency, own in by_currency.items():
        try:
            tests = [worth.bounds(one, currency) for one in conditions]
        except RateMissing as failure:
            if missing is not MissingRates.LEAVE_OUT:
                raise
            left.append(LeftOutOfFilter(currency, tuple(own), str(failure)))
            continue
        kept.update(
            one.id
            for one in own
            if all(test(*one.value.amount.as_integer_ratio()) for test in tests)
        )
    chosen = tuple(one for one in prospects if one.id in kept)
    return Chosen(chosen, tuple(worth.taken.values()), tuple(left))


_Bound: TypeAlias = tuple[int, int]


def _between(low: _Bound, high: _Bound) -> Callable[[int, int], bool]:
    return lambda n, d: low[0] * d <= n * low[1] and n * high[1] <= high[0] * d


_RATIOS: Final[dict[Operator, Callable[..., Callable[[int, int], bool]]]] = {
    Operator.EQUAL: lambda bound: lambda n, d: n * bound[1] == bound[0] * d,
    Operator.UNEQUAL: lambda bound: lambda n, d: n * bound[1] != bound[0] * d,
    Operator.LESS: lambda bound: lambda n, d: n * bound[1] < bound[0] * d,
    Operator.AT_MOST: lambda bound: lambda n, d: n * bound[1] <= bound[0] * d,
    Operator.MORE: lambda bound: lambda n, d: n * bound[1] > bound[0] * d,
    Operator.AT_LEAST: lambda bound: lambda n, d: n * bound[1] >= bound[0] * d,
    Operator.BETWEEN: _between,
}


def _test(condition: Condition, outlook: Outlook) -> Test:
    if condition.field in DAYS:
        return _day_test(condition)
    texts = {str(value) for value in condition.values}
    if condition.field is Field.TEAM:
        return _team_test(condition, texts)
    read = _READ[condition.field] if condition.field is not Field.STATE else _state_of(outlook)
    if condition.operator is Operator.EQUAL:
        return lambda one: read(one) in texts
    return lambda one: read(one) not in texts


def _state_of(outlook: Outlook) -> Callable[[Prospect], str]:
    return lambda one: outlook.of(one).standing.value


def _team_test(condition: Condition, teams: set[str]) -> Test:
    """A team's deals are those of the teams that belong to it, too."""
    below = tuple(f"{team}{TEAMS}" for team in teams)
    wanted = condition.operator is Operator.EQUAL
    return lambda one: (one.team in teams or one.team.startswith(below)) is wanted


def _day_test(condition: Condition) -> Test:
    read, operator = _DAY[condition.field], condition.operator
    if None in condition.values:
        is_none = operator is Operator.EQUAL
        return lambda one: (read(one) is None) is is_none
    spans = [value for value in condition.values if isinstance(value, Days)]
    held = _SPANS[operator]

    def test(one: Prospect) -> bool:
        day = read(one)  # no day meets no condition but ``= none``
        return day is not None and held(day, spans)

    return test


_SPANS: Final[dict[Operator, Callable[[date, list[Days]], bool]]] = {
    Operator.EQUAL: lambda day, spans: any(one.first <= day <= one.last for one in spans),
    Operator.UNEQUAL: lambda day, spans: not any(one.first <= day <= one.last for one in spans),
    Operator.LESS: lambda day, spans: day < spans[0].first,
    Operator.AT_MOST: lambda day, spans: day <= spans[0].last,
    Operator.MORE: lambda day, spans: day > spans[0].last,
    Operator.AT_LEAST: lambda day, spans: day >= spans[0].first,
    Operator.BETWEEN: lambda day, spans: spans[0].first <= day <= spans[1].last,
}
_DAY: Final[dict[Field, Callable[[Prospect], date | None]]] = {
    Field.OPENED: lambda one: one.opened_on,
    Field.EXPECTED: lambda one: one.expected_on,
    Field.CLOSED: lambda one: one.closed_on,
}
_READ: Final[dict[Field, Callable[[Prospect], str]]] = {
    Field.STAGE: lambda one: one.stage,
    Field.OWNER: lambda one: one.owner,
    Field.CUSTOMER: lambda one: one.customer,
    Field.PIPELINE: lambda one: one.pipeline,
    Field.CURRENCY: lambda one: one.value.currency.code,
}
