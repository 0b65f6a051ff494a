"""Instalments: which days a term is made of, and what falls due on each.

Every day is counted in months from one anchor, the first day that the customer was under
contract. A contract that began on 31 January has its months begin on 28 February, 31 March, 30
April: no short month moves those after it, however often the contract is renewed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum
from typing import Final

import attrs
from dateutil.relativedelta import relativedelta

from fxcrm.errors import InputRefused
from fxcrm.money import Money

MOST_MONTHS: Final = 1_200
MOST_DAYS: Final = 3_660
# Every day before and after them that notice and fixings lead to is there, too.
EARLIEST: Final = date(1000, 1, 1)
LATEST: Final = date(9998, 12, 31)


class Cycle(Enum):
    """How long a price, or an instalment, lasts."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        """Its length in months."""
        return {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}[self.value]


class Due(Enum):
    """On which day of its period an instalment falls due."""

    IN_ADVANCE = "in advance"  # the first
    IN_ARREARS = "in arrears"  # the last


class TermRefused(InputRefused):
    """A length, a price or a notice that no contract has."""

    reason: str
    template = "this is no term of a contract: {reason:plain}"


def _length(*, months: int, days: int = 0) -> relativedelta:
    return relativedelta(months=months, days=days)


@attrs.frozen
class Notice:
    """How long before the end of a term notice is given: ``months``, and ``days`` on top.

    Raises `TermRefused`.
    """

    months: int = 0
    days: int = 0

    def __attrs_post_init__(self) -> None:
        if min(self.months, self.days) < 0:
            raise TermRefused(reason="a notice is not given after the end")
        if self.months > MOST_MONTHS or self.days > MOST_DAYS:
            most = f"{MOST_MONTHS} months and {MOST_DAYS} days"
            raise TermRefused(reason=f"a notice is given {most} before the end at the most")

    def last_day(self, until: date) -> date:
        """The last day on which notice is in time for a term that ends with ``until``.

        Between it and the end lies the whole notice: three months to the end of 31 December
        are given on 30 September.
        """
        follows = until + timedelta(days=1)
        return follows - _length(months=self.months, days=self.days) - timedelta(days=1)


@attrs.frozen
class Instalment:
    """A period, counted from 1, the day its amount is due, and that amount as agreed."""

    position: int
    since: date
    until: date
    due_on: date
    amount: Money


@attrs.frozen
class Term:
    """``months`` from ``since``; each period begins a number of months after ``anchor``.

    Raises `TermRefused`.
    """

    anchor: date
    since: date
    months: int

    def __attrs_post_init__(self) -> None:
        if self.months <= 0:
            raise TermRefused(reason="it lasts a month at least")
        if self.months > MOST_MONTHS:
            raise TermRefused(reason=f"it lasts {MOST_MONTHS} months at the most")
        if self.anchor < EARLIEST or not self._ends_in_time:
            raise TermRefused(reason=f"its days lie between {EARLIEST} and {LATEST}")
        if self.since < self.anchor or self.day(0) != self.since:
            reason = f"{self.since} is no whole number of months after {self.anchor}"
            raise TermRefused(reason=reason)

    @property
    def _ends_in_time(self) -> bool:
        """Asked of the calendar's numbers first, as the day itself may not be there."""
        ends = self.since.year * 12 + self.since.month + self.months
        return ends <= LATEST.year * 12 + 13 and self.until <= LATEST

    @property
    def months_before(self) -> int:
        """How many months of earlier terms lie between the anchor and this one."""
        years, rest = self.since.year - self.anchor.year, self.since.month - self.anchor.month
        return years * 12 + rest

    def day(self, months: int) -> date:
        """The day so many months after the first."""
        return self.anchor + _length(months=self.months_before + months)

    @property
    def until(self) -> date:
        """The last day."""
        return self.day(self.months) - timedelta(days=1)

    def following(self, months: int) -> Term:
        """The term of so many months that begins when this one is over."""
        return Term(self.anchor, self.day(self.months), months)

    def instalments(
        self, price: Money, per: Cycle, billed: Cycle, due: Due
    ) -> Iterator[Instalment]:
        """Every instalment of a price for ``per``; those of one ``per`` add up to it, exactly.

        Each ``per`` is counted from the anchor, so that it may go on in the next term.
        """
        shares, earlier = shared(price, per, billed), self.months_before // billed.months
        for position in range(1, self.months // billed.months + 1):
            first = self.day((position - 1) * billed.months)
            last = self.day(position * billed.months) - timedelta(days=1)
            day = first if due is Due.IN_ADVANCE else last
            amount = shares[(earlier + position - 1) % len(shares)]
            yield Instalment(position, first, last, day, amount)


def shared(price: Money, per: Cycle, billed: Cycle) -> tuple[Money, ...]:
    """A price in the instalments that it is paid in (M6), or the one that pays several prices."""
    if billed.months >= per.months:
        return (price * (billed.months // per.months),)
    return price.split(per.months // billed.months)
