"""The causes of a translation reserve: the second of its two routes (IAS 21.41, D19)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import CompanyId
from fxcrm.ledger.accounts import Chart, TranslationRule
from fxcrm.ledger.snapshots import TranslationSnapshot
from fxcrm.ledger.translatedbooks import (
    TranslatedLine,
    Translation,
    TranslationRateMissing,
    TranslationRates,
)
from fxcrm.money import Money, RationalMoney, Rounding


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
    ) -> Iterator[Figure]:
        """Opening reserve, then opening net assets and each movement by the change of its rate."""
        if self.opening:
            yield from self._opening_effects(rates, self.opening)
        for line in lines:
            if line.account.translation is not TranslationRule.CLOSING:
                for part in line.parts:
                    if part.decision is not None:
                        yield self._effect(rates, part.functional, part.decision, sign=-1)

    def _opening_effects(
        self, rates: TranslationRates, opening: TranslationSnapshot
    ) -> Iterator[Figure]:
        evidence = Evidence("translation", f"{self.company} {opening.as_of}")
        then = (evidence, self.earlier.reserve) if self.earlier else (evidence,)
        yield Figure("Opening reserve", opening.reserve, "as recorded", then)
        closing = (
            one.functional
            for one in opening.balances
            if self.chart.account(one.account).translation is TranslationRule.CLOSING
        )
        net = Money.total(closing, currency=self.functional)
        if rates.opening is None:
            account = opening.balances[0].account
            raise TranslationRateMissing(company=self.company, account=account, on=opening.as_of)
        yield self._effect(rates, Figure.stated("Opening net assets", net, evidence), rates.opening)

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
