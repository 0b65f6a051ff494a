"""The cash of a group: what moved that of its members, at their rates, and who came in or left."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

import attrs

from fxcrm.decisions import Purpose, RateDecision
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import Company, Consolidation, Group, JournalLine, Stake, TranslationRule
from fxcrm.ledger.groups import Method
from fxcrm.ledger.sheets import GroupSheet
from fxcrm.money import RationalMoney, Rounding
from fxcrm.reports.statements import CashFlow, Layout, translated_flows
from fxcrm.reports.statements.cash import CashMove, cash_moves
from fxcrm.usecases.deciding import Desk, decided_average, spot
from fxcrm.usecases.translating import with_decisions


@attrs.frozen(eq=False)
class GroupCash:
    """The cash of a group over a year that began after a day."""

    desk: Desk
    consolidation: Consolidation
    sheet: GroupSheet
    layout: Layout
    begun: date

    def flows(self) -> Iterator[CashFlow]:
        """Of every member that is, or was, added up line by line (IAS 7.28, 7.39)."""
        for company in self.sheet.books:
            if self.sheet.is_added_up(company) and self.sheet.line_day(company) > self.begun:
                yield from self._came_or_left(company)
                yield from self._moved(company)

    def _came_or_left(self, company: CompanyId) -> Iterator[CashFlow]:
        """The cash of a company that was acquired or given up, net of which it is shown."""
        stake, left = self._stake(company), self.sheet.left_on(company)
        if stake is not None and stake.since is not None and stake.since > self.begun:
            yield self._standing(company, stake.since, sign=1)
        if left is not None:
            yield self._standing(company, left, sign=-1)

    def _standing(self, company: CompanyId, day: date, sign: int) -> CashFlow:
        found, label = self.sheet.standing(company, day), f"Cash of {company} at {day}"
        figure = (
            found.debit(label, lambda line: line.account.code in self.layout.cash)
            if found
            else self.sheet.zero(label)
        )
        shown = Figure(label, figure.value * sign, "came with it, or left with it", (figure,))
        return CashFlow(self.layout.duties.investments, None, day, shown)

    def _moved(self, company: CompanyId) -> Iterator[CashFlow]:
        stake, until = self._stake(company), self.sheet.line_day(company)
        since = max([self.begun, *([stake.since] if stake and stake.since else [])])
        lines = group_postings(self.desk, self.consolidation.group, company, since, until)
        held = _Rates(self.desk, self.desk.uow.companies.get(company), self.sheet, since, until)
        moves: dict[Fraction, list[CashMove]] = {}
        for move in map(self._named, cash_moves(lines, self.layout)):
            moves.setdefault(self._within(stake, move), []).append(move)
        is_part = stake is not None and stake.method is Method.PROPORTIONATE
        taken = stake.owned if stake is not None and is_part else Fraction(1)
        for within, some in sorted(moves.items()):
            for flow in translated_flows(some, held.rate):
                yield from _parted(flow, within, taken)

    def _named(self, move: CashMove) -> CashMove:
        """A stake that grows or shrinks under control is dealt with its holders (IAS 7.42A)."""
        group, duties = self.consolidation.group, self.layout.duties
        if move.counter != duties.investments or move.partner is None:
            return move
        stake = self._stake(move.partner) if move.partner in group.members else None
        for one in stake.changes if stake else ():
            if one.on == move.on and one.owned and one.method is Method.FULL:
                return attrs.evolve(move, counter=group.accounts.ownership_changes, partner=None)
        return move

    def _within(self, stake: Stake | None, move: CashMove) -> Fraction:
        """The part of a movement that another member has too, on its side."""
        duties = self.layout.duties
        if move.counter == duties.capital and stake is not None and stake.since is None:
            return stake.after(move.on).owned  # what its owner in the group put in
        if move.partner is None or move.partner not in self.sheet.books:
            return Fraction(0)
        if not self.sheet.is_added_up(move.partner):
            return Fraction(0)
        if move.counter == duties.investments:
            held = self._stake(move.partner)
            is_dealing = held is None or move.on in held.days()
            return Fraction(0 if is_dealing else 1)
        return Fraction(1 if self.sheet.line_day(move.partner) >= move.on else 0)

    def _stake(self, company: CompanyId) -> Stake | None:
        group = self.consolidation.group
        return None if company == group.parent else group.stake(company)


def _parted(flow: CashFlow, within: Fraction, taken: Fraction) -> Iterator[CashFlow]:
    """A flow as far as it is the group's: the part with members, and the rest."""
    whole = _share(flow.figure, taken)
    inside = _share(whole, within)
    if inside.value:
        yield attrs.evolve(flow, figure=inside, within=True)
    if inside.value != whole.value:
        rest = Figure.difference(whole.label, whole, inside, "without what members put in")
        yield attrs.evolve(flow, figure=rest if inside.value else whole)


def _share(figure: Figure, share: Fraction) -> Figure:
    if share == 1:
        return figure
    exact = Fraction(figure.value.amount) * share
    value = RationalMoney(exact, figure.value.currency).rounded(Rounding.HALF_EVEN)
    return Figure(figure.label, value, f"{share} of it", (figure,), exact)


@attrs.frozen(eq=False)
class _Rates:
    """The rates of a member's cash: of the day, or the average that its income goes at."""

    desk: Desk
    books: Company
    sheet: GroupSheet
    since: date
    until: date
    _days: list[date] = attrs.field(init=False)

    @_days.default
    def _between(self) -> list[date]:
        found, to = [self.until], self.sheet.group.presentation
        last = self.desk.uow.snapshots.latest(self.books.id, to, self.until)
        while last is not None and last.as_of > self.since:
            found.append(last.as_of)
            last = self.desk.uow.snapshots.latest(self.books.id, to, last.as_of)
        return found[::-1]

    def rate(self, account: AccountCode, on: date) -> RateDecision | None:
        """None where the member keeps its books in the group's currency."""
        pair = (self.books.functional, self.sheet.group.presentation)
        if pair[0] is pair[1]:
            return None
        if self.sheet.chart.account(account).translation is TranslationRule.DATED:
            return spot(self.desk, Purpose.BOOKING, *pair, on)
        at = bisect_left(self._days, on)
        since = self._days[at - 1] if at else self.since
        first = max(since + timedelta(days=1), self.books.founded_on)
        return decided_average(self.desk, *pair, first, self._days[at])


def group_postings(
    desk: Desk, group: Group, company: CompanyId, after: date | None, until: date
) -> Iterator[JournalLine]:
    """The postings of a member with their decisions, on the accounts of the group (D23)."""
    codes = group.maps.get(company, {})
    for line in with_decisions(desk, desk.uow.journal.lines(company, after, until)):
        code = line.posting.account
        if code not in codes:
            yield line
            continue
        yield attrs.evolve(line, posting=attrs.evolve(line.posting, account=codes[code]))


def group_flows(
    desk: Desk, made: Consolidation, sheet: GroupSheet, layout: Layout, begun: date
) -> Iterable[CashFlow]:
    """What moved the cash of a group after a day. Raises `RateMissing`."""
    return GroupCash(desk, made, sheet, layout, begun).flows()
