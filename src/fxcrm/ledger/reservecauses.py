"""The causes of a translation reserve: the second of its two routes (IAS 21.41, D19)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.figures import Evidence, Figure, Input
from fxcrm.ids import CompanyId, DecisionId
from fxcrm.ledger.accounts import Account, AccountType, Chart, TranslationRule
from fxcrm.ledger.snapshots import TranslationSnapshot
from fxcrm.ledger.translatedbooks import (
    CauseKind,
    EstimateNotGiven,
    ReserveCause,
    TranslatedLine,
    Translation,
    TranslationRateMissing,
    TranslationRates,
)
from fxcrm.money import Money, RationalMoney, Rounding


def estimated(
    company: CompanyId, rates: TranslationRates, named: Iterable[DecisionId]
) -> tuple[RateDecision, ...]:
    """The estimated rates that an opening names. Raises `EstimateNotGiven`."""
    ids = tuple(named)
    for id in ids:
        if id not in rates.estimates:
            raise EstimateNotGiven(company=company, decision=id)
    return tuple(rates.estimates[id] for id in ids)


@attrs.frozen(eq=False)
class ReserveCauses:
    """What moved at which rate, in one run that continues ``opening``.

    ``earlier`` is the translation that left the opening behind, where it is at hand.
    """

    company: CompanyId
    chart: Chart
    functional: Currency
    presentation: Currency
    opening: TranslationSnapshot | None
    earlier: Translation | None
    share: Fraction

    def effects(
        self, rates: TranslationRates, lines: tuple[TranslatedLine, ...]
    ) -> Iterator[ReserveCause]:
        """Opening reserve, then opening net assets and each movement by the change of its rate."""
        if self.opening:
            yield from self._opening_effects(rates, self.opening)
        for line in lines:
            if line.account.translation is not TranslationRule.CLOSING:
                kind = self._kind(line.account)
                for part in line.parts:
                    if part.decision is not None:
                        moved = self._effect(rates, part.functional, part.decision, sign=-1)
                        yield ReserveCause(kind, moved)

    def _kind(self, account: Account) -> CauseKind:
        if account.code == self.chart.duties.dividends:
            return CauseKind.DIVIDENDS
        if account.type is AccountType.EQUITY:
            return CauseKind.CAPITAL
        if account.type is AccountType.ASSET:
            return CauseKind.INVESTMENTS
        is_average = account.translation is TranslationRule.AVERAGE
        return CauseKind.RESULT if is_average else CauseKind.DEALINGS

    def _opening_effects(
        self, rates: TranslationRates, opening: TranslationSnapshot
    ) -> Iterator[ReserveCause]:
        evidence = Evidence("translation", f"{self.company} {opening.as_of}")
        named = dict.fromkeys(id for one in opening.balances for id in one.estimates)
        then: tuple[Input, ...] = (evidence, *estimated(self.company, rates, named))
        inputs = (*then, self.earlier.reserve) if self.earlier else then
        reserve = Figure("Opening reserve", opening.reserve, "as recorded", inputs)
        yield ReserveCause(CauseKind.OPENING, reserve)
        if not opening.balances:
            return
        closing = (
            one.functional
            for one in opening.balances
            if self.chart.account(one.account).translation is TranslationRule.CLOSING
        )
        net = Money.total(closing, currency=self.functional)
        if rates.opening is None:
            account = opening.balances[0].account
            raise TranslationRateMissing(company=self.company, account=account, on=opening.as_of)
        held = Figure.stated("Opening net assets", net, evidence)
        yield ReserveCause(CauseKind.NET_ASSETS, self._effect(rates, held, rates.opening))

    def _effect(
        self, rates: TranslationRates, moved: Figure, at: RateDecision, sign: int = 1
    ) -> Figure:
        """``moved x (closing - its rate)``; a credit to equity is an increase, hence the sign."""
        now = rates.closing.convert_exactly(moved.value)
        then = at.convert_exactly(moved.value)
        exact = (now.value - then.value) * sign * self.share
        value = RationalMoney(exact, self.presentation).rounded(Rounding.HALF_EVEN)
        part = "" if self.share == 1 else f"{self.share} x "
        rule = f"{part}{moved.value * sign} x (closing rate - {at.id})"
        return Figure(f"Effect on {moved.label}", value, rule, (moved, rates.closing, at), exact)
