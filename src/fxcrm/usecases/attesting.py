"""Attesting: what must hold of a group at its year ends, reckoned anew from what was translated.

The members' books are proved by `prove`; here it is the way from them to the group. Shares and
rates are exact fractions, amounts whole minor units of the group's currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import partial

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import Consolidation, Group, Stake, Translation, TranslationRule
from fxcrm.ledger.acquisitions import group_chart
from fxcrm.ledger.grouppolicies import ProfitSharing
from fxcrm.ledger.groups import Method, MinorityMeasure, Step
from fxcrm.ledger.snapshots import TranslationSnapshot
from fxcrm.ledger.worksheet import Chain
from fxcrm.money import Money, RationalMoney, Rounding
from fxcrm.usecases.consolidating import consolidate_group
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.proving import Proof, proof_over
from fxcrm.usecases.recounting import Found
from fxcrm.usecases.rolling import YearEnd, bound_of


def year_ends(desk: Desk, group: Group, days: Iterable[date]) -> tuple[YearEnd, ...]:
    """The group consolidated anew on each of its year ends, beside what was recorded then."""
    kept = desk.uow.group_snapshots
    return tuple(
        YearEnd(
            consolidate_group(desk, group, day),
            kept.latest(group.id, day),
            kept.find(group.id, day),
        )
        for day in days
    )


def attest(desk: Desk, ends: Iterable[YearEnd]) -> Iterator[Proof]:
    """Every promise in turn, over all year ends."""
    held = tuple(ends)
    looks: dict[str, Callable[[YearEnd], Found]] = {
        "the reserve of everything that was translated is proved by two routes": partial(
            _two_routes, desk
        ),
        "rounding is kept apart, and is within its bound": _rounding,
        "each year opens, line by line, where the one before it closed": _opens,
        "what was recorded is what the books still give": _recorded,
        "the trial balance of the group sums to zero at every stage": _stages,
        "nothing is left of dealings within the group": partial(_intercompany, desk),
        "goodwill stands at the closing rate": _goodwill,
        "other holders have their share of the net assets, the parent's the rest": partial(
            _owners, desk
        ),
    }
    for promise, look in looks.items():
        yield proof_over(promise, ((str(end.consolidation.as_of), look(end)) for end in held))


def _exact(money: Money) -> Fraction:
    return Fraction(money.amount)


def _rounded(exact: Fraction, currency: Currency) -> Money:
    return RationalMoney(exact, currency).rounded(Rounding.HALF_EVEN)


# ---------------------------------------------------------------- translation


def _two_routes(desk: Desk, end: YearEnd) -> Found:
    """Each reserve as the sum of what moved at which rate, and as what balances the sheet (D19)."""
    faults, count, widest = [], 0, Fraction(0)
    for name, made, _ in end.books():
        if made.closing is None:
            continue
        count += 1
        plug = sum((_exact(one.presentation.value) for one in made.lines), Fraction(0))
        forward, reserve = _rolled(desk, end, made, made.closing), _exact(made.reserve.value)
        widest = max(widest, abs(reserve - plug))
        if _rounded(forward, made.presentation) != made.reserve.value:
            faults.append(f"the reserve of {name} is {made.reserve.value}, its causes another")
        if abs(reserve - plug) > bound_of(made).value:
            faults.append(f"the routes of {name} differ by {reserve - plug}")
    return f"{count} books, at most {widest} apart", faults


def _rolled(desk: Desk, end: YearEnd, made: Translation, closing: RateDecision) -> Fraction:
    """Opening + net assets x (closing - opening rate) + movements x (closing - their rate)."""
    chart = group_chart(desk.chart, end.consolidation.group.accounts)
    reserve, opening = Fraction(0), made.opening
    if opening is not None:
        reserve += _exact(opening.reserve)
        assert opening.closing is not None  # noqa: S101  # another currency has a rate
        then = desk.uow.decisions.get(opening.closing)
        for balance in opening.balances:
            if chart.account(balance.account).translation is TranslationRule.CLOSING:
                reserve += made.share * _moved(balance.functional, then, closing)
    for line in made.lines:
        if line.account.translation is not TranslationRule.CLOSING:
            for part in line.parts:
                if part.decision is not None:
                    moved = _moved(part.functional.value, part.decision, closing)
                    reserve -= made.share * moved
    return reserve


def _moved(amount: Money, then: RateDecision, now: RateDecision) -> Fraction:
    return now.convert_exactly(amount).value - then.convert_exactly(amount).value


def _rounding(end: YearEnd) -> Found:
    """Of each translation half a unit a line, and of the group what its shares add (D30)."""
    made, faults = end.consolidation, []
    for name, one, _ in end.books():
        if abs(_exact(one.rounding)) > bound_of(one).value:
            faults.append(f"{name} rounds {one.rounding}")
    if abs(_exact(made.rounding.value)) > made.bound.value:
        faults.append(f"the group rounds {made.rounding.value}")
    return f"{made.rounding.value} of at most {made.bound.rounded(Rounding.DOWN)}", faults


def _opens(end: YearEnd) -> Found:
    """No line of an opening is another than that of the last closing (D20)."""
    lines, faults = 0, []
    for name, made, then in end.books():
        if then is None or made.opening is None:
            continue
        lines += len(then.balances)
        if _held(made.opening) != _held(then) or made.opening.reserve != then.reserve:
            faults.append(f"{name} opens otherwise than it closed on {then.as_of}")
    return f"{lines} lines", faults


def _held(kept: TranslationSnapshot) -> set[object]:
    return {one for one in kept.balances if one.functional or one.presentation}


def _recorded(end: YearEnd) -> Found:
    again = end.consolidation.snapshot()
    if end.kept is None:
        return "nothing", ["nothing was recorded"]
    count = len(again.balances) + sum(len(one.balances) for one in again.books)
    faults = [] if again == end.kept else ["another group than was recorded"]
    return f"{count} lines", faults


# ---------------------------------------------------------------- the worksheet


def _stages(end: YearEnd) -> Found:
    """The sum after every step is zero, and the lines of the group are those of its entries."""
    made, faults = end.consolidation, []
    sums: Counter[AccountCode] = Counter()
    for step in Step:
        for entry in made.entries_of(step):
            for line in entry.lines:
                sums[line.account] += line.figure.value.minor
        if off := sum(sums.values()):
            faults.append(f"off by {off} minor units after {step.value}")
    other = [one.code for one in made.lines if sums.pop(one.code, 0) != one.figure.value.minor]
    faults += [f"line {code} is not the sum of its entries" for code in other]
    faults += [f"account {code} is on no line" for code, left in sums.items() if left]
    steps = len({one.step for one in made.entries})
    return f"{len(made.entries)} entries in {steps} steps", faults


def _intercompany(desk: Desk, end: YearEnd) -> Found:
    """Neither balances nor income between members, nor what they paid for each other (B86)."""
    made, duties = end.consolidation, desk.chart.duties
    paid = (duties.investments, duties.dividend_income)
    dealt = {one.code for one in desk.chart if one.intercompany or one.code in paid}
    left = [one for one in made.lines if one.code in dealt and one.figure.value]
    return f"{len(dealt)} accounts", [f"{one.figure.value} is left on {one.code}" for one in left]


def _goodwill(end: YearEnd) -> Found:
    """Goodwill in the currency of whom it is of, at the closing rate (IAS 21.47, D18)."""
    made = end.consolidation
    code, total = made.group.accounts.goodwill, Fraction(0)
    for one in made.books.values():
        for line in one.goodwill.translation.lines if one.goodwill else ():
            if line.account.code == code and one.goodwill and one.goodwill.translation.closing:
                rate = one.goodwill.translation.closing
                exact = rate.convert_exactly(line.functional.value)
                total += _exact(exact.rounded(Rounding.HALF_EVEN))
    shown = next((one.figure.value for one in made.lines if one.code == code), None)
    is_same = total == (Fraction(0) if shown is None else _exact(shown))
    return f"{shown or 'none'}", [] if is_same else [f"it is {shown}, not {total}"]


# ---------------------------------------------------------------- whose it is


def _owners(desk: Desk, end: YearEnd) -> Found:
    """What belongs to whom, by what companies and those below them are worth on the day alone.

    What was paid for other holders at fair value, and what companies were worth when they left,
    does not show on a later day; then nothing is held against it.
    """
    made, others, lines = end.consolidation, Fraction(0), 0
    if any(map(partial(_shows_no_more, made.as_of), made.group.stakes)):
        return "not held against anything", []
    worth = _Worth(desk, made)
    for stake in made.group.bottom_up():
        held = stake.after(made.as_of)
        if stake.company in made.books and held.method is Method.FULL:
            others += (1 - held.owned) * worth.of(stake.company)
            lines += 1
    of_parent = worth.of(made.group.parent)
    slack = Fraction(worth.rounded, 2 * made.group.presentation.minor_units)
    minority, net = _exact(made.minority.value), _exact(made.net_assets.value)
    gaps = {"others": minority - others, "the parent": net - minority - of_parent}
    faults = [
        f"what {name} has is off by {_rounded(off, made.group.presentation)}"
        for name, off in gaps.items()
        if abs(off) > slack
    ]
    rest = made.net_assets.value - made.minority.value
    return f"{made.minority.value} of {lines} companies, and {rest}", faults


def _shows_no_more(as_of: date, stake: Stake) -> bool:
    begun, left = stake.acquired, stake.lost_on()
    is_open = begun is not None and begun.minority is MinorityMeasure.FAIR_VALUE
    return is_open or (left is not None and left <= as_of)


@attrs.define(eq=False)
class _Worth:
    """Net assets as a group sees them: with fair values and those below, without its own profit.

    ``rounded`` counts the lines behind them.
    """

    desk: Desk
    made: Consolidation
    rounded: int = 8

    def of(self, company: CompanyId) -> Fraction:
        """The net assets of a company, and its part of those of the companies that it owns."""
        books = self.made.books[company]
        value = self._net(books.translation) + self._chain(books.uplifts)
        for stake in self.made.group.below(company):
            if stake.company in self.made.books:
                held = stake.after(self.made.as_of)
                part = 1 if held.method is Method.PROPORTIONATE else held.owned
                value -= self._invested(company, stake.company)
                value += part * self.of(stake.company)
                value += self._chain(self.made.books[stake.company].goodwill)
        return value - self._unrealised(company)

    def _chain(self, chain: Chain | None) -> Fraction:
        return Fraction(0) if chain is None else self._net(chain.translation)

    def _net(self, made: Translation) -> Fraction:
        held = [one for one in made.lines if one.account.type.is_balance]
        self.rounded += made.rounded
        return sum((_exact(one.presentation.value) for one in held), Fraction(0))

    def _invested(self, owner: CompanyId, company: CompanyId) -> Fraction:
        lines = self.made.books[owner].translation.lines
        held = (one for one in lines if one.account.type.is_balance and one.partner == company)
        return sum(
            (_exact(one.presentation.value) for one in held if not one.account.intercompany),
            Fraction(0),
        )

    def _unrealised(self, company: CompanyId) -> Fraction:
        """What it bears of profit on goods that the group still has, at the rates of their days."""
        made, total = self.made, Fraction(0)
        is_shared = made.group.policies.unrealised_sharing is ProfitSharing.SHARED
        for one in made.group.unrealised:
            if company == (one.seller if is_shared else made.group.parent):
                rate = self.desk.rates.rate(
                    one.profit.currency, made.group.presentation, one.sold_on, self.desk.policy
                )
                total += rate.convert_exactly(one.profit).value * one.held(made.as_of)
        return total
