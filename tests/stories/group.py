"""The oracle's group: translation by two routes, and consolidation, from the rules alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.stories.fixings import rounded, smallest
from tests.stories.oracle import (
    CAPITAL,
    INVESTMENTS,
    MEMBER_CHARGES,
    MEMBER_INCOME,
    MEMBERS_OWE,
    NONE,
    OWED_TO_MEMBERS,
    Oracle,
)

RESERVE, MINORITY, GROUP_ROUNDING, MINORITY_RESULT = "3800", "3900", "3990", "8900"
INTERCOMPANY = {MEMBERS_OWE, OWED_TO_MEMBERS, MEMBER_INCOME, MEMBER_CHARGES}
AT_ITS_DAY = {INVESTMENTS, CAPITAL, MEMBER_INCOME, MEMBER_CHARGES}  # D17, and dealings in the group

Key = tuple[str, str]  # account and partner


def is_balance(account: str) -> bool:
    """Assets and liabilities: the first two classes of the chart."""
    return account < "3000"


def at_closing(account: str) -> bool:
    """Assets and liabilities, but for what is set against the capital of a member (D17)."""
    return is_balance(account) and account not in AT_ITS_DAY


def is_result(account: str) -> bool:
    """Income and expense: the classes from 4 to 7."""
    return "4000" <= account < "8000"


@dataclass
class Translated:
    """A company in the group's currency; ``bound`` is what rounding may leave over (D19)."""

    balances: dict[Key, Fraction]
    reserve: Fraction
    plug: Fraction
    bound: Fraction
    opening: Translated | None = None

    @property
    def rounding(self) -> Fraction:
        """The reserve by roll-forward less the reserve by plug, since the beginning."""
        return self.reserve - self.plug

    @property
    def added(self) -> Fraction:
        """This period's part of it."""
        return self.rounding - (self.opening.rounding if self.opening else 0)

    def total(self, wanted: Callable[[str], bool]) -> Fraction:
        """The sum over some accounts."""
        return sum((one for key, one in self.balances.items() if wanted(key[0])), NONE)


@dataclass
class GroupSums:
    """The group: its lines by account, debit positive, and what readers look at first."""

    lines: dict[str, Fraction]
    members: dict[str, Translated]
    reserve: Fraction
    minority: Fraction
    minority_profit: Fraction

    @property
    def profit(self) -> Fraction:
        """Income less expense, the minority's part included."""
        return -sum((one for code, one in self.lines.items() if is_result(code)), NONE)

    @property
    def net_assets(self) -> Fraction:
        """Assets less liabilities."""
        return sum((one for code, one in self.lines.items() if is_balance(code)), NONE)


def translated(told: Oracle, company: str, as_of: date) -> Translated:
    """Closing, average and daily rates, and the reserve by two routes (D17 to D19)."""
    home, into = told.functional[company], told.presentation
    if home == into:
        return Translated(_sums(told, company, as_of), NONE, NONE, NONE)
    last = max((day for day in told.closes if day < as_of), default=None)
    opening = translated(told, company, last) if last else None
    since = last + timedelta(1) if last else told.founded[company]
    closing, average = (
        told.fixings.spot(home, into, as_of),
        told.fixings.mean(home, into, since, as_of),
    )
    balances = dict(opening.balances) if opening else {}
    effect = opening.reserve if opening else NONE
    if last:
        effect += _net_assets(told, company, last) * (closing - told.fixings.spot(home, into, last))
    movements = _movements(told, company, since, as_of)
    for (key, day), moved in movements.items():
        rate = told.fixings.spot(home, into, day) if day else average
        balances[key] = balances.get(key, NONE) + rounded(moved * rate, into)
        effect -= moved * (closing - rate)
    for key, held in _sums(told, company, as_of, at_closing).items():
        balances[key] = rounded(held * closing, into)
    lines = len(movements) + len(balances) + 1 + (len(opening.balances) + 1 if opening else 0)
    plug, bound = sum(balances.values(), NONE), lines * smallest(into) / 2
    return Translated(balances, rounded(effect, into), plug, bound, opening)


def _movements(
    told: Oracle, company: str, since: date, as_of: date
) -> dict[tuple[Key, date | None], Fraction]:
    """What is not at closing, of a period; by day where the rate of the day counts (D17)."""
    sums: dict[tuple[Key, date | None], Fraction] = defaultdict(Fraction)
    for one in told.lines(company, as_of):
        if one.on >= since and not at_closing(one.account):
            day = one.on if one.account in AT_ITS_DAY else None
            sums[(one.account, one.partner), day] += one.value
    return sums


def _sums(
    told: Oracle, company: str, as_of: date, wanted: Callable[[str], bool] = bool
) -> dict[Key, Fraction]:
    sums: dict[Key, Fraction] = defaultdict(Fraction)
    for one in told.lines(company, as_of):
        if wanted(one.account):
            sums[one.account, one.partner] += one.value
    return dict(sums)


def _net_assets(told: Oracle, company: str, as_of: date) -> Fraction:
    return sum(_sums(told, company, as_of, at_closing).values(), NONE)


def consolidated(told: Oracle, as_of: date) -> GroupSums:
    """Members added up, their dealings and capital out, the minority's part shown (D23 to D27)."""
    members = {one: translated(told, one, as_of) for one in told.members}
    lines: dict[str, Fraction] = defaultdict(Fraction)
    for company, books in members.items():
        for (account, partner), value in books.balances.items():
            lines[account] += NONE if _is_taken_out(told, company, account, partner) else value
    parts = list(_minority(told, members))
    capital, profit, reserve = (sum((one[part] for one in parts), NONE) for part in range(3))
    own = sum((one.reserve for one in members.values()), NONE) - reserve
    minority = capital + profit + reserve
    lines |= {RESERVE: -own, MINORITY: -minority, MINORITY_RESULT: profit}
    lines[GROUP_ROUNDING] = -sum(lines.values(), NONE)
    return GroupSums(dict(lines), members, own, minority, profit)


def _is_taken_out(told: Oracle, company: str, account: str, partner: str) -> bool:
    """Dealings of members, investments in them, and their capital (IFRS 10.B86)."""
    within = partner in told.members and account in INTERCOMPANY | {INVESTMENTS}
    return within or (account == CAPITAL and company in told.owned)


def _minority(told: Oracle, members: dict[str, Translated]) -> Iterator[list[Fraction]]:
    """The minority's part of each subsidiary's capital, result and reserve, each rounded (D27)."""
    for company, owned in told.owned.items():
        books = members[company]
        whole = (-books.total(CAPITAL.__eq__), -books.total(is_result), books.reserve)
        yield [rounded(one * (1 - owned), told.presentation) for one in whole]
