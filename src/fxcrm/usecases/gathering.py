"""Gathering: what each member of a group brings to its consolidation, as of a day (D18 to D23).

A company that was founded in the group goes by its own translations. One that was acquired, or that
is taken by its share, goes by translations that the group keeps: from its acquisition on, and with
goodwill and fair values beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.ids import CompanyId
from fxcrm.ledger import (
    Acquisition,
    Chart,
    Group,
    GroupSnapshot,
    JournalLine,
    Method,
    Stake,
    Translation,
    TranslationRates,
    TranslationRule,
    TranslationSnapshot,
    translate,
)
from fxcrm.ledger.acquisitions import (
    fair_values,
    goodwill_lines,
    goodwill_of,
    group_chart,
    kept_lines,
    uplift_lines,
)
from fxcrm.ledger.grouppolicies import UnrealisedRate
from fxcrm.ledger.groups import StakeRefused
from fxcrm.ledger.worksheet import Chain, MemberBooks
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.usecases.deciding import Desk, decided, decided_average, spot
from fxcrm.usecases.translating import (
    carried_estimates,
    translate_acquired,
    translate_company,
    translate_onwards,
)

_Lines = Callable[[date], tuple[JournalLine, ...]]
_WHOLE = Fraction(1)


def gathered(
    desk: Desk,
    group: Group,
    as_of: date,
    translated: Callable[..., Translation] = translate_company,
) -> dict[CompanyId, MemberBooks]:
    """The books of every member that is in the group by a day, the parent first.

    ``translated`` translates a company that was founded in the group. Raises what translating
    raises, and `AcquisitionRefused`.
    """
    gathering = _Gathering(desk, group, as_of, translated)
    return {
        company: gathering.member(company)
        for company in group.members
        if company == group.parent or _has_begun(group.stake(company), as_of)
    }


def _has_begun(stake: Stake, as_of: date) -> bool:
    return stake.since is None or stake.since <= as_of


@attrs.frozen(eq=False)
class _Gathering:
    """One gathering under way."""

    desk: Desk
    group: Group
    as_of: date
    translated: Callable[..., Translation]

    def member(self, company: CompanyId) -> MemberBooks:
        """The books of one member at the last day and at every mark before."""
        stake = None if company == self.group.parent else self.group.stake(company)
        last = self.group.last_day(company, self.as_of)
        since = date.min if stake is None or stake.since is None else stake.since
        founded = self.desk.uow.companies.get(company).founded_on
        self._refuse_bought_with_owner(stake, founded)
        days = [one for one in self.group.marks(last) if max(since, founded) <= one < last]
        return MemberBooks(
            self._books(company, stake, last),
            {day: self._books(company, stake, day).snapshot() for day in days},
            self._uplifts(stake, days, last),
            self._goodwill(stake, days, last),
            self._kept(stake, days, last),
            dict(self._dated(company)),
        )

    def _refuse_bought_with_owner(self, stake: Stake | None, founded: date) -> None:
        """A company that its owner had before it was acquired itself was acquired with it."""
        if stake is None or stake.since is not None or stake.owner is None:
            return
        owner = self.group.owner_of(stake)
        begun = None if owner == self.group.parent else self.group.stake(owner).since
        if begun is not None and founded <= begun:
            reason = f"it was founded before {owner} was acquired; state what was acquired then"
            raise StakeRefused(company=stake.company, reason=reason)

    def _books(self, company: CompanyId, stake: Stake | None, day: date) -> Translation:
        currency = self.group.presentation
        if stake is None or stake.is_founded:
            return self.translated(self.desk, company, day, currency)
        share = stake.owned if stake.method is Method.PROPORTIONATE else _WHOLE
        if stake.since == day:
            return translate_acquired(self.desk, company, day, currency, share)
        opening = self._opening(company, day, lambda one: one.books)
        if opening is None and stake.since is not None:
            first = translate_acquired(self.desk, company, stake.since, currency, share)
            opening = first.snapshot()
        return translate_onwards(self.desk, company, day, currency, opening, share=share)

    def _opening(
        self,
        company: CompanyId,
        day: date,
        kept: Callable[[GroupSnapshot], tuple[TranslationSnapshot, ...]],
    ) -> TranslationSnapshot | None:
        """What the group recorded last of a company before a day (D20)."""
        last = self.desk.uow.group_snapshots.latest(self.group.id, day)
        held = () if last is None else kept(last)
        return next((one for one in held if one.company == company), None)

    # ------------------------------------------------------------ goodwill and fair values

    def _uplifts(self, stake: Stake | None, days: list[date], last: date) -> Chain | None:
        acquired = None if stake is None else stake.acquired
        if stake is None or acquired is None or not acquired.uplifts:
            return None
        chart, company = self._chart, stake.company
        fair_values(company, acquired.uplifts, self.desk.uow.companies.get(company).functional)

        def lines(day: date) -> tuple[JournalLine, ...]:
            return uplift_lines(company, acquired, day, chart=chart)

        share = stake.owned if stake.method is Method.PROPORTIONATE else _WHOLE
        return self._chain(stake, acquired, lines, days, last, share, lambda one: one.uplifts)

    def _goodwill(self, stake: Stake | None, days: list[date], last: date) -> Chain | None:
        acquired = None if stake is None else stake.acquired
        if stake is None or acquired is None:
            return None
        goodwill = self._surplus(stake, acquired)
        if goodwill.is_zero:
            return None
        chart, company = self._chart, stake.company

        def lines(day: date) -> tuple[JournalLine, ...]:
            return goodwill_lines(
                company,
                acquired.on,
                goodwill,
                acquired.impairments,
                day,
                chart=chart,
                accounts=self.group.accounts,
            )

        return self._chain(stake, acquired, lines, days, last, _WHOLE, lambda one: one.goodwill)

    def _kept(self, stake: Stake | None, days: list[date], last: date) -> Chain | None:
        """The goodwill in what was kept of a company that left, from that day on."""
        change = None if stake is None else stake.change_kept(last)
        if stake is None or change is None or change.retained is None:
            return None
        net = Fraction(self._net_assets(stake.company, change.on).amount) * change.owned
        worth = self._in_functional(stake.company, change.retained, change.on)
        functional = self.desk.uow.companies.get(stake.company).functional
        goodwill = RationalMoney(worth - net, functional).rounded(Rounding.HALF_EVEN)
        held = kept_lines(
            stake.company, change.on, goodwill, chart=self._chart, accounts=self.group.accounts
        )

        def at(day: date) -> Translation:
            rates = self._rates(functional, change.on, day, held, None)
            return self._translated(stake.company, day, held, rates, None, _WHOLE)

        later = [day for day in days if change.on <= day]
        return Chain(at(last), {day: at(day).snapshot() for day in later})

    @property
    def _chart(self) -> Chart:
        return group_chart(self.desk.chart, self.group.accounts)

    def _surplus(self, stake: Stake, acquired: Acquisition) -> Money:
        """Goodwill in the acquired company's currency; the cost goes there at the day's spots."""
        net = self._net_assets(stake.company, acquired.on)
        cost = self._in_functional(stake.company, acquired.cost, acquired.on)
        return goodwill_of(stake.company, acquired, stake.owned, net, cost)

    def _net_assets(self, company: CompanyId, on: date) -> Money:
        """Assets less liabilities in a company's own books at the end of a day."""
        held = (
            line.posting.functional
            for line in self.desk.uow.journal.lines(company, None, on)
            if self.desk.chart.account(line.posting.account).type.is_balance
        )
        return Money.total(held, currency=self.desk.uow.companies.get(company).functional)

    def _in_functional(self, company: CompanyId, amount: Money, on: date) -> Fraction:
        """An amount in a company's currency, exact, by way of the group's at the day's spots."""
        functional = self.desk.uow.companies.get(company).functional
        if amount.currency is functional:
            return Fraction(amount.amount)
        return self._exactly(amount, on) / self._exactly(Money("1", functional), on)

    def _exactly(self, amount: Money, on: date) -> Fraction:
        """An amount in the group's currency, exact, at the spot of a day."""
        pair = (amount.currency, self.group.presentation)
        decision = decided(self.desk, Purpose.BOOKING, *pair, on)
        if decision is None:
            return Fraction(amount.amount)
        return decision.convert_exactly(amount).value

    def _chain(
        self,
        stake: Stake,
        acquired: Acquisition,
        lines: _Lines,
        days: list[date],
        last: date,
        share: Fraction,
        kept: Callable[[GroupSnapshot], tuple[TranslationSnapshot, ...]],
    ) -> Chain:
        """Books beyond the books, translated on from what the group recorded last."""
        company = stake.company
        left = self.group.left_on(company, last) or last
        functional = self.desk.uow.companies.get(company).functional

        def at(day: date) -> Translation:
            opening = self._opening(company, day, kept)
            held = lines(day)
            rates = self._rates(functional, acquired.on, day, held, opening)
            return self._translated(company, day, held, rates, opening, share)

        end = min(last, left)
        return Chain(at(end), {day: at(day).snapshot() for day in days if day < end})

    def _translated(
        self,
        company: CompanyId,
        day: date,
        lines: tuple[JournalLine, ...],
        rates: TranslationRates | None,
        opening: TranslationSnapshot | None,
        share: Fraction,
    ) -> Translation:
        return translate(
            company,
            day,
            lines,
            chart=self._chart,
            functional=self.desk.uow.companies.get(company).functional,
            presentation=self.group.presentation,
            rates=rates,
            opening=opening,
            share=share,
        )

    def _rates(
        self,
        functional: Currency,
        first: date,
        day: date,
        lines: tuple[JournalLine, ...],
        opening: TranslationSnapshot | None,
    ) -> TranslationRates | None:
        """Closing, the spot of the acquisition, and an average where something goes at it."""
        pair, desk = (functional, self.group.presentation), self.desk
        if functional is self.group.presentation:
            return None
        since = (first if opening is None else opening.as_of) + timedelta(days=1)
        closing = spot(desk, Purpose.CLOSING, *pair, day)
        chart = self._chart
        averaged = any(
            one.on >= since
            and chart.account(one.posting.account).translation is TranslationRule.AVERAGE
            for one in lines
        )
        average = decided_average(desk, *pair, since, day) if averaged else closing
        dated = {first: spot(desk, Purpose.BOOKING, *pair, first)} if opening is None else {}
        last = desk.uow.decisions.get(opening.closing) if opening and opening.closing else None
        return TranslationRates(closing, average, dated, last, carried_estimates(desk, opening))

    # ------------------------------------------------------------ rates of single days

    def _dated(self, company: CompanyId) -> Iterator[tuple[date, RateDecision]]:
        """The spots that the group asks for: of changes, acquisitions and sales between members."""
        functional = self.desk.uow.companies.get(company).functional
        pair = (functional, self.group.presentation)
        for day in sorted(self._asked(company)):
            decision = decided(self.desk, Purpose.BOOKING, *pair, day)
            if decision is not None:
                yield day, decision

    def _asked(self, company: CompanyId) -> set[date]:
        changed = {one.on for stake in self.group.below(company) for one in stake.changes}
        obtained = {one.since for one in self.group.stakes if one.company == company and one.since}
        sold = {one.sold_on for one in self.group.unrealised if one.seller == company}
        if sold and self.group.policies.unrealised_rate is UnrealisedRate.CLOSING:
            sold |= set(self.group.marks(self.as_of))
        return {day for day in changed | obtained | sold if day <= self.as_of}
