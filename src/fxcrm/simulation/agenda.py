"""The agenda of a year: what happens on which day, and what follows from it later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import count

import attrs

from fxcrm.currencies import Currency
from fxcrm.money import Money
from fxcrm.rates import RateTable
from fxcrm.simulation.chance import Chance
from fxcrm.usecases.wording import Plain, Step

Action = Callable[[date], None]
_SATURDAY = 5
_LIKELY_AT_WEEKENDS = 5  # percent of what falls on one


@attrs.define(eq=False)
class Agenda:
    """Days still to come, and the commands so far. What falls behind the last day never happens."""

    chance: Chance
    rates: RateTable
    last_day: date
    steps: list[Step] = attrs.field(factory=list)
    _waiting: list[tuple[date, int, Action]] = attrs.field(factory=list)
    _turn: count[int] = attrs.field(factory=count)
    _numbers: dict[str, count[int]] = attrs.field(factory=dict)

    def plan(self, on: date, action: Action) -> None:
        """Have something happen on a day, after what was planned for it before."""
        if on <= self.last_day:
            heappush(self._waiting, (on, next(self._turn), action))

    def after(self, on: date, least: int, most: int, action: Action) -> None:
        """Have something happen so many days later, mostly on a working day."""
        day = on + timedelta(days=self.chance.between(least, most))
        self.plan(self.working(day), action)

    def working(self, day: date) -> date:
        """The day itself, or mostly the Monday after it."""
        rest = day.weekday() - _SATURDAY
        if rest < 0 or self.chance.falls(_LIKELY_AT_WEEKENDS):
            return day
        return day + timedelta(days=2 - rest)

    def play(self) -> None:
        """Let everything happen, day after day."""
        while self._waiting:
            on, _, action = heappop(self._waiting)
            action(on)

    def do(self, command: str, on: date, **arguments: Plain) -> None:
        """Note a command."""
        self.steps.append(Step(command, on, arguments))

    def number(self, letters: str) -> str:
        """The next id of a kind."""
        return f"{letters}{next(self._numbers.setdefault(letters, count(1))):06d}"

    def worth(self, money: Money, currency: Currency, on: date) -> Money:
        """An amount in another currency at the rate of the day, rounded to it."""
        return money if money.currency is currency else self.rates.convert(money, currency, on)

    def share(self, money: Money, least: int, most: int) -> Money:
        """Between so many thousandths of an amount, in whole minor units, at least one."""
        part = money.minor * self.chance.between(least, most) // 1000
        return Money.from_minor(max(part, 1), money.currency)
