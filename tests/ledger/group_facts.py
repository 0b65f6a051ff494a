"""What the independent model of a group is told: books, rates, stakes, dealings.

Amounts are exact, in whole units of a currency; rates are presentation units per functional unit.
Nothing of the package is imported here, so that nothing of it can be believed.
"""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import attrs

NOTHING = Fraction(0)
START = date.min
AT_COST, DECLARED, RECEIVED, PERMANENT = "1500", "3300", "4600", "7200"
SHARES_SOLD = "4700"  # the owner's own result of selling shares
WITHIN = ("1200", "1260", "2200", "2260", "2700", "4200", "5200")  # dealings in the group
AT_THE_DAY = ("4200", "5200", RECEIVED, SHARES_SOLD)  # results that go at the spot of their day


@attrs.frozen
class Move:
    """A posting in functional currency."""

    day: date
    debit: str
    credit: str
    amount: Fraction


@attrs.frozen
class Firm:
    """A company: what it posted, and what one unit of its currency is worth to the group.

    ``average`` has the mean of each period by the last day of the period.
    """

    moves: tuple[Move, ...]
    spot: Mapping[date, Fraction]
    average: Mapping[date, Fraction]

    def mean(self, day: date) -> Fraction:
        """The average rate of the period in which a day falls."""
        ends = sorted(self.average)
        return self.average[ends[bisect_left(ends, day)]]


@attrs.frozen
class Turn:
    """A stake that changes on a day: the new share, what moved for it, what is left to keep."""

    day: date
    owned: Fraction
    paid: Fraction  # or received, in the owner's currency
    control: bool = True
    kept: Fraction = NOTHING  # the fair value of what is retained, in the owner's currency


@attrs.frozen
class Holding:
    """What an owner holds of a company. ``since`` None: founded, and ``cost`` means nothing.

    ``way`` is full, share (a joint operation) or equity. ``others`` is the fair value of what
    others hold at acquisition, in the company's currency; None: their share of the net assets.
    ``uplifts`` are (account, amount, months or 0), ``losses`` (day, amount) of goodwill.
    """

    company: str
    owner: str
    owned: Fraction
    way: str = "full"
    since: date | None = None
    cost: Fraction = NOTHING
    others: Fraction | None = None
    uplifts: tuple[tuple[str, Fraction, int], ...] = ()
    losses: tuple[tuple[date, Fraction], ...] = ()
    turns: tuple[Turn, ...] = ()

    def share(self, day: date) -> Fraction:
        """The share from the end of a day on."""
        held = [self.owned] + [turn.owned for turn in self.turns if turn.day <= day]
        return held[-1] if self.since is None or self.since <= day else NOTHING

    def left(self, day: date) -> dict[str, Fraction]:
        """Fair values above book values that are left, in the company's currency, by account."""
        found = defaultdict[str, Fraction](Fraction)
        for account, amount, months in self.uplifts:
            worn = min(months_after(self.since or day, day), months)
            found[account] += amount - (amount * worn / months if months else NOTHING)
        return found

    def worn(self, start: date, end: date) -> list[tuple[date, Fraction]]:
        """What was written down of fair values within a span, below zero, in its currency."""
        parts = [
            (months_on(self.since or start, number + 1), -amount / months)
            for _, amount, months in self.uplifts
            for number in range(months)
        ]
        return [(on, amount) for on, amount in parts if start < on <= end]

    def lost(self, start: date, end: date) -> Fraction:
        """Goodwill impaired within a span."""
        return sum((amount for on, amount in self.losses if start < on <= end), NOTHING)

    def style(self, day: date) -> str:
        """How it is accounted for from the end of a day on."""
        lost = any(turn.day <= day and not turn.control for turn in self.turns)
        return "equity" if lost and self.way == "full" else self.way


@attrs.frozen
class Goods:
    """Profit that one member made on another, and which share of the goods went out by when."""

    seller: str
    account: str
    day: date
    profit: Fraction
    gone: tuple[tuple[date, Fraction], ...] = ()
    alone: bool = False  # borne by the parent, whoever sold them

    def held(self, day: date) -> Fraction:
        """The profit that is still in the group's goods, in the seller's currency."""
        if day < self.day:
            return NOTHING
        return self.profit * (1 - max((part for on, part in self.gone if on <= day), default=0))


@attrs.frozen
class Piece:
    """Equity of a kind, about a company, that came about after ``span``.

    It is shared by those who hold ``at``; where ``at`` is empty, others have all of it.
    """

    kind: str
    about: str
    at: str
    span: date
    amount: Fraction
    good: bool = False  # of goodwill that is the owner's alone


@attrs.frozen
class Found:
    """The group's figures, exact; ``reserve`` is the parent's part of ``exchange``.

    A gain of either is positive; ``lines`` are assets and liabilities by account, a debit positive.
    """

    net_assets: Fraction
    minority: Fraction
    profit: Fraction
    minority_profit: Fraction
    reserve: Fraction
    exchange: Fraction
    ownership: Fraction
    recycled: Fraction
    disposed: Fraction
    lines: Mapping[str, Fraction]


def eve(day: date) -> date:
    """The day before."""
    return day if day == START else date.fromordinal(day.toordinal() - 1)


def kind_of(account: str) -> str:
    """Which part of equity an account is; what an owner booked on its shares is one of them."""
    named = {AT_COST: "invested", DECLARED: "dividends", RECEIVED: "dividends"}
    named |= {PERMANENT: "permanent", SHARES_SOLD: "invested"}
    return named.get(account, "capital" if account[0] == "3" else "profit")


def rate_of(firm: Firm, account: str, day: date) -> Fraction:
    """The rate of a layer: results at the average, all else at the spot of the day."""
    dated = account == AT_COST or account[0] == "3" or account in AT_THE_DAY
    return firm.spot[day] if dated else firm.mean(day)


def months_on(since: date, number: int) -> date:
    """So many months after a day: the same day of the month, or its last one."""
    year, month = divmod(since.year * 12 + since.month - 1 + number, 12)
    return date(year, month + 1, min(since.day, monthrange(year, month + 1)[1]))


def months_after(since: date, day: date) -> int:
    """How many whole months lie between two days."""
    months = max(0, (day.year - since.year) * 12 + day.month - since.month)
    return months - (months > 0 and months_on(since, months) > day)
