"""Attribution: what of each member's equity belongs to whom, level by level (IFRS 10.B94, D27).

A company's equity moves by its own result and reserve, and by what it is due of those below it.
Other holders get their share of that, the owner the rest. Shares are constant from one day on
which a stake changed to the next, so the way goes through those spans, from the bottom up. Every
amount stays exact: a share is kept as a factor and the figure that it is taken of.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import attrs

from fxcrm.figures import Figure
from fxcrm.ids import CompanyId
from fxcrm.ledger.accounts import AccountType
from fxcrm.ledger.groups import (
    Held,
    Method,
    MinorityMeasure,
    Stake,
    StakeChange,
)
from fxcrm.ledger.netinvestments import moved_to_reserve
from fxcrm.ledger.shares import Parts, Shares, times, whole
from fxcrm.ledger.sheets import GroupSheet
from fxcrm.ledger.standings import Standing, StandingLine, negative


@attrs.frozen
class OwnershipMove:
    """A change of a share that keeps control: what moved to other holders (IFRS 10.B96).

    ``paid`` is positive for a purchase, negative for what a sale brought in.
    """

    change: StakeChange
    moved: Parts
    paid: Figure


@attrs.frozen
class Departure:
    """A change by which control or influence ended, or an equity-accounted share shrank (48-48D).

    ``retained`` is the fair value of what was kept of a company that left. ``given_up`` is what an
    equity-accounted stake lost of its carrying amount, None for a company that left, and
    ``recycled`` its part of the reserve.
    """

    change: StakeChange
    retained: Figure | None = None
    given_up: Parts | None = None
    recycled: Parts = attrs.field(factory=Parts)


@attrs.frozen
class StakeHistory:
    """All that came of a stake up to the reporting day; credits positive.

    ``opened`` is the measure of other holders at acquisition, ``attributed`` what they got since,
    ``minority`` what they have now, after what moved and left. ``due`` went up to the owner, of it
    ``accounted`` while the stake was equity-accounted; ``carrying`` is what such a stake stands at.
    """

    stake: Stake
    owner: CompanyId
    opened: Parts
    attributed: Parts
    minority: Parts
    due: Parts
    accounted: Parts
    carrying: Parts
    moves: tuple[OwnershipMove, ...]
    departures: tuple[Departure, ...]


@attrs.frozen(eq=False)
class Attribution:
    """One attribution under way; ``unrealised`` is what a member bears of unrealised profit."""

    sheet: GroupSheet
    unrealised: Mapping[tuple[CompanyId, date], Figure]
    _due: dict[tuple[CompanyId, date], Parts] = attrs.field(factory=dict, init=False)

    def histories(self) -> tuple[StakeHistory, ...]:
        """Every stake that has begun, those at the bottom first."""
        return tuple(_Walk(self, one).history() for one in self.sheet.stakes())

    def pass_up(self, company: CompanyId, end: date, due: Parts) -> None:
        """What the owner of a company is due for the span that ends on a day."""
        self._due[company, end] = due

    def own(self, company: CompanyId, day: date) -> Parts:
        """What a company's own books and fair values add up to, before it owns anybody."""
        found = self.sheet.standing(company, day)
        if found is None:
            return Parts()
        parts = self._booked(found, moved_to_reserve(self.sheet, company, day))
        uplifts = self.sheet.uplifts(company, day)
        if uplifts is not None:
            parts += Parts(result=_earned(uplifts), reserve=whole(uplifts.reserve))
        unrealised = self.unrealised.get((company, day))
        if unrealised is not None:
            parts += Parts(result=times(whole(unrealised), Fraction(-1)))
        return parts

    def _booked(self, found: Standing, net_investments: Figure) -> Parts:
        """A company's books without what it has from other members (D24, D26).

        Differences on its net investments are in its result there, and in the reserve here.
        """
        duties, members = self.sheet.duties, set(self.sheet.group.members)
        name = f"{found.company} until {found.as_of}"
        inside = {duties.dividend_income, duties.investment_results}

        def is_result(one: StandingLine) -> bool:
            dealing = one.account.code in inside and one.partner in members
            return one.account.type.is_result and not dealing

        def is_capital(one: StandingLine) -> bool:
            equity = one.account.type is AccountType.EQUITY
            return equity and one.account.code != duties.dividends

        def dividends(one: StandingLine, *, to_members: bool) -> bool:
            return one.account.code == duties.dividends and (one.partner in members) == to_members

        return Parts(
            capital=whole(found.credit(f"Capital of {name}", is_capital)),
            distributed=whole(
                found.credit(
                    f"Dividends of {name} in the group", lambda one: dividends(one, to_members=True)
                )
            ),
            dividends=whole(
                found.credit(
                    f"Dividends of {name} to others", lambda one: dividends(one, to_members=False)
                )
            ),
            result=whole(found.credit(f"Result of {name}", is_result))
            + times(whole(net_investments), Fraction(-1)),
            reserve=whole(found.reserve) + whole(net_investments),
        )

    def earned(self, company: CompanyId, start: date, end: date) -> Parts:
        """What its equity moved by in a span, with what it is due of those below it."""
        stake = self.sheet.group.stake(company)
        if stake.since is not None and end <= stake.since:
            return Parts()
        moved = self.own(company, end) + self.own(company, start).times(Fraction(-1))
        for below in self.sheet.group.below(company):
            moved += self._due.get((below.company, end), Parts())
        return moved

    def goodwill(self, company: CompanyId, start: date, end: date) -> Parts:
        """What goodwill moved by in a span: its reserve, its losses, a bargain."""
        parts = Parts()
        for at in (self.sheet.goodwill, self.sheet.kept):
            now, then = at(company, end), at(company, start)
            if now is not None:
                parts += _moved(now)
            if then is not None:
                parts += _moved(then).times(Fraction(-1))
        return parts


def _earned(found: Standing) -> Shares:
    label = f"Result on what was acquired of {found.company}"
    return whole(found.credit(label, lambda one: one.account.type.is_result))


def _moved(found: Standing) -> Parts:
    return Parts(result=_earned(found), reserve=whole(found.reserve))


def equity_at(found: Standing) -> Figure:
    """All equity of a company, its results so far included; a credit is positive."""
    label = f"Equity of {found.company} at {found.as_of}"
    return found.credit(label, lambda one: not one.account.type.is_balance)


class _Walk:
    """One stake through its spans; it holds what has come together so far."""

    def __init__(self, attribution: Attribution, stake: Stake) -> None:
        self._attribution = attribution
        self._sheet = attribution.sheet
        self._stake = stake
        self._whole = Parts()  # the company's equity in the group; of an associate: the share
        self._kept_goodwill = Parts()  # goodwill of the owner alone
        self._opened = Parts()
        self._attributed = Parts()
        self._minority = Parts()
        self._due = Parts()
        self._accounted = Parts()
        self._reserve = Parts()  # what may be recycled when the stake ends
        self._moves: list[OwnershipMove] = []
        self._departures: list[Departure] = []

    def history(self) -> StakeHistory:
        """All that came of it."""
        start = date.min
        for end in self._sheet.days:
            self._span(start, end)
            start = end
        is_equity = self._sheet.held(self._stake, start).method is Method.EQUITY
        return StakeHistory(
            self._stake,
            self._sheet.owner(self._stake),
            self._opened,
            self._attributed,
            self._minority,
            self._due,
            self._accounted,
            self._whole + self._kept_goodwill if is_equity else Parts(),
            tuple(self._moves),
            tuple(self._departures),
        )

    def _span(self, start: date, end: date) -> None:
        company, held = self._stake.company, self._sheet.held(self._stake, start)
        due = Parts()
        if held.owned:
            due = self._earned(held, start, end)
        if self._stake.since == end:
            due = self._open(end)
        if held.owned:
            due += self._changed(held, end)
        self._due += due
        self._attribution.pass_up(company, end, due)

    def _earned(self, held: Held, start: date, end: date) -> Parts:
        """What a span brought, shared between the owner and other holders."""
        company = self._stake.company
        moved = self._attribution.earned(company, start, end)
        goodwill = self._attribution.goodwill(company, start, end).times(self._part_left(held))
        if self._shares_goodwill and held.method is Method.FULL:
            moved, goodwill = moved + goodwill, Parts()
        self._kept_goodwill += goodwill
        if held.method is Method.EQUITY:
            moved = moved.times(held.owned)
            due = moved.earned() + goodwill
            self._accounted += due
        elif held.method is Method.PROPORTIONATE:
            due = moved.earned() + goodwill  # its books are at the share already (D28)
        else:
            others = _others(moved, 1 - held.owned)
            self._attributed += others
            self._minority += others
            due = moved.times(held.owned).earned() + goodwill
        self._whole += moved
        self._reserve += Parts(reserve=due.reserve)
        return due

    def _part_left(self, held: Held) -> Fraction:
        """What is left of the goodwill of an equity-accounted stake that shrank."""
        if held.method is not Method.EQUITY:
            return Fraction(1)
        kept = self._stake.change_kept(self._sheet.as_of)
        return held.owned / (self._stake.owned if kept is None else kept.owned)

    @property
    def _shares_goodwill(self) -> bool:
        """Whether other holders have a part of the goodwill (D27)."""
        acquired = self._stake.acquired
        return (
            self._stake.method is Method.FULL
            and acquired is not None
            and acquired.minority is MinorityMeasure.FAIR_VALUE
        )

    def _open(self, day: date) -> Parts:
        """The day of acquisition: what the company and other holders begin with."""
        company, acquired = self._stake.company, self._stake.acquired
        books, uplifts = self._sheet.standing(company, day), self._sheet.uplifts(company, day)
        if acquired is None or books is None:
            return Parts()
        fair = whole(equity_at(books)) + (() if uplifts is None else whole(equity_at(uplifts)))
        goodwill = self._sheet.goodwill(company, day)
        surplus = () if goodwill is None else whole(_capital_of(goodwill))
        gained = Parts() if goodwill is None else Parts(result=_earned(goodwill))
        others = times(fair, 1 - self._stake.owned)
        if self._shares_goodwill and acquired.minority_value is not None:
            label = f"Minority of {company} at fair value"
            stated = self._sheet.translated(label, acquired.minority_value, company, day)
            others, fair, surplus = whole(stated), fair + surplus, ()
        if self._stake.method is Method.EQUITY:
            fair, others = times(fair, self._stake.owned), ()
        if self._stake.method is Method.PROPORTIONATE:
            others = ()
        self._whole, alone = Parts(capital=fair), Parts(capital=surplus) + gained
        if self._shares_goodwill:  # a bargain is in the net assets, of which holders have parts
            self._whole, alone = self._whole + gained, Parts()
        self._kept_goodwill = alone
        self._opened = self._minority = Parts(capital=others)
        if self._stake.method is Method.EQUITY:
            self._accounted += gained
        return gained

    def _changed(self, held: Held, end: date) -> Parts:
        """What a change at the end of a span moves to the owner's equity."""
        change = next((one for one in self._stake.changes if one.on == end), None)
        if change is None:
            if self._sheet.left_on(self._sheet.owner(self._stake)) == end:
                self._end()  # with its owner, who recycles
            return Parts()
        owner = self._sheet.owner(self._stake)
        paid = self._sheet.translated(
            f"Consideration for {self._stake.company}", change.consideration, owner, end
        )
        if held.method is Method.EQUITY:
            return self._given_up(held, change, paid)
        if change.owned and change.method is held.method:
            return self._moved(held, change, paid)
        return self._lost(change, paid)

    def _moved(self, held: Held, change: StakeChange, paid: Figure) -> Parts:
        """Control is kept: equity moves between the owner and other holders, no profit (D29)."""
        if change.owned > held.owned:
            part = (change.owned - held.owned) / (1 - held.owned)
            moved = self._minority.times(-part)
        else:
            owners = self._whole + self._minority.times(Fraction(-1))
            moved = owners.times((held.owned - change.owned) / held.owned)
            paid = negative(paid.label, paid, "received")
        self._minority += moved
        self._moves.append(OwnershipMove(change, moved, paid))
        gone = Parts(reserve=times(moved.reserve, Fraction(-1)))
        self._reserve += gone
        rest = attrs.evolve(moved, reserve=())
        return gone + Parts(direct=times((*rest.flat(), *whole(paid)), Fraction(-1)))

    def _lost(self, change: StakeChange, paid: Figure) -> Parts:
        """Control is lost: all is derecognised, the owner's reserve goes to the result (48)."""
        owner = self._sheet.owner(self._stake)
        kept = Parts()
        retained = None
        if change.retained is not None:
            label = f"Fair value kept of {self._stake.company}"
            retained = self._sheet.translated(label, change.retained, owner, change.on)
            kept = Parts(capital=whole(retained))
        self._departures.append(Departure(change, retained))
        given = (self._whole + self._kept_goodwill).times(Fraction(-1)) + self._minority
        result = whole(paid) + kept.capital + given.flat()
        recycled = self._reserve.reserve
        self._end()
        self._whole = kept
        return _recycled(result, recycled)

    def _end(self) -> None:
        """Nothing is left of it; what other holders had leaves with it (48B)."""
        self._minority = self._reserve = self._kept_goodwill = self._whole = Parts()

    def _given_up(self, held: Held, change: StakeChange, paid: Figure) -> Parts:
        """A part of an equity-accounted stake is sold: its share of the reserve is recycled."""
        part = (held.owned - change.owned) / held.owned
        gone, recycled = (self._whole + self._kept_goodwill).times(part), self._reserve.times(part)
        self._departures.append(Departure(change, None, gone, recycled))
        self._whole = self._whole.times(1 - part)
        self._kept_goodwill = self._kept_goodwill.times(1 - part)
        self._reserve = self._reserve.times(1 - part)
        return _recycled(whole(paid) + gone.times(Fraction(-1)).flat(), recycled.reserve)


def _recycled(result: Shares, reserve: Shares) -> Parts:
    """What the owner is due of a disposal, with the reserve gone through the result."""
    return Parts(result=result + reserve, reserve=times(reserve, Fraction(-1)))


def _others(moved: Parts, share: Fraction) -> Parts:
    """What other holders get of a span: their share, and the dividends that were theirs."""
    shared = attrs.evolve(moved, distributed=(), dividends=()).times(share)
    return attrs.evolve(shared, dividends=moved.dividends)


def _capital_of(found: Standing) -> Figure:
    label = f"Goodwill of {found.company} at {found.as_of}"
    return found.credit(label, lambda one: one.account.type is AccountType.EQUITY)
