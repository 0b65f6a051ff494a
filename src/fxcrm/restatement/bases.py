"""Bases: at which rates amounts are shown, as named values; and who takes the decisions.

A basis says which rate, never what it is: a `Decider` looks it up and answers with a
`RateDecision`. The day of today is given like any other; nothing here asks for a clock.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date, datetime
from typing import Protocol

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, decide, decide_average
from fxcrm.rates import RatePolicy, RateTable


class Decider(Protocol):
    """Takes rate decisions: from a table, or recorded in a store. All raise `RateMissing`."""

    def dated(self, base: Currency, counter: Currency, on: date) -> RateDecision:
        """The rate of a day, for display."""
        ...

    def average(self, base: Currency, counter: Currency, since: date, until: date) -> RateDecision:
        """The mean of a period, both days included (R1)."""
        ...

    def budgeted(self, budget: AtBudget, base: Currency, counter: Currency) -> RateDecision:
        """The rate of a budget."""
        ...


class Basis(ABC):
    """At which rates amounts are shown: `AsBooked`, or one of the kinds of `Constant`."""

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str:
        """What the column is called."""


class Constant(Basis):
    """One rate for all amounts of a currency, whatever their days."""

    __slots__ = ()

    @abstractmethod
    def decided(self, decider: Decider, base: Currency, counter: Currency) -> RateDecision:
        """The one decision for a pair."""


@attrs.frozen
class AsBooked(Basis):
    """Each amount at its value in the books, else at its decision, else at the rate of its day."""

    name: str = "as booked"


@attrs.frozen
class AtDay(Constant):
    """Every amount at the rate of one day: ``AtDay(day, "at today's rate")``."""

    on: date
    name: str = attrs.field()

    @name.default
    def _named(self) -> str:
        return f"at the rate of {self.on}"

    def decided(self, decider: Decider, base: Currency, counter: Currency) -> RateDecision:
        """The one decision for a pair."""
        return decider.dated(base, counter, self.on)


@attrs.frozen
class AtAverage(Constant):
    """Every amount at the average rate of one period, both days included (R1)."""

    since: date
    until: date
    name: str = attrs.field()

    @name.default
    def _named(self) -> str:
        return f"at the average of {self.since} to {self.until}"

    def decided(self, decider: Decider, base: Currency, counter: Currency) -> RateDecision:
        """The one decision for a pair."""
        return decider.average(base, counter, self.since, self.until)


@attrs.frozen
class AtBudget(Constant):
    """Every amount at the rate that a plan states in a table of its own.

    ``plan`` tells budgets of one day apart; ``on`` is the day whose rates are read.
    """

    plan: str
    rates: RateTable
    on: date
    policy: RatePolicy = RatePolicy()
    name: str = attrs.field()

    @name.default
    def _named(self) -> str:
        return f"at the rate of {self.plan}"

    def decided(self, decider: Decider, base: Currency, counter: Currency) -> RateDecision:
        """The one decision for a pair."""
        return decider.budgeted(self, base, counter)


def decide_budget(
    budget: AtBudget, base: Currency, counter: Currency, known_at: datetime, decided_by: str
) -> RateDecision:
    """The decision for a pair at the rate of a budget. Raises what `decide` raises."""
    return decide(
        budget.rates,
        base,
        counter,
        purpose=Purpose.BUDGET,
        on=budget.on,
        known_at=known_at,
        decided_by=decided_by,
        policy=budget.policy,
        version=budget.plan,
    )


@attrs.frozen
class TableDecider:
    """Takes decisions from a table of rates; the figures that rest on them carry them."""

    table: RateTable
    known_at: datetime
    decided_by: str
    policy: RatePolicy = RatePolicy()

    def dated(self, base: Currency, counter: Currency, on: date) -> RateDecision:
        """The rate of a day, for display. Raises what `decide` raises."""
        return decide(
            self.table,
            base,
            counter,
            purpose=Purpose.DISPLAY,
            on=on,
            known_at=self.known_at,
            decided_by=self.decided_by,
            policy=self.policy,
        )

    def average(self, base: Currency, counter: Currency, since: date, until: date) -> RateDecision:
        """The mean of a period. Raises what `decide_average` raises."""
        return decide_average(
            self.table,
            base,
            counter,
            since=since,
            on=until,
            known_at=self.known_at,
            decided_by=self.decided_by,
            policy=self.policy,
        )

    def budgeted(self, budget: AtBudget, base: Currency, counter: Currency) -> RateDecision:
        """The rate of a budget. Raises what `decide` raises."""
        return decide_budget(budget, base, counter, self.known_at, self.decided_by)
