"""Where the books of a member stand on a day, in the group's currency, however they were kept.

The group asks the same of a translation that was made just now and of one that was recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import Account, Chart
from fxcrm.ledger.snapshots import TranslatedBalance, TranslationSnapshot
from fxcrm.ledger.translation import Translation
from fxcrm.money import Money


@attrs.frozen
class StandingLine:
    """An account, or its dealings with one partner, in presentation currency; debit positive."""

    account: Account
    partner: CompanyId | None
    figure: Figure


@attrs.frozen
class Standing:
    """Translated books at the end of a day. A gain in the reserve is positive (D19)."""

    company: CompanyId
    as_of: date
    presentation: Currency
    lines: tuple[StandingLine, ...]
    reserve: Figure
    rounding: Figure

    @classmethod
    def of_translation(cls, made: Translation) -> Standing:
        """Those of a translation, whose figures open to their postings."""
        lines = (StandingLine(one.account, one.partner, one.presentation) for one in made.lines)
        return cls(
            made.company,
            made.as_of,
            made.presentation,
            tuple(lines),
            made.reserve,
            _rounding(made.company, made.as_of, made.rounding),
        )

    @classmethod
    def of_snapshot(cls, kept: TranslationSnapshot, chart: Chart) -> Standing:
        """Those of a recorded translation, as they were translated then (D20)."""
        evidence = Evidence("translation", f"{kept.company} {kept.as_of}")

        def line(one: TranslatedBalance) -> StandingLine:
            account = chart.account(one.account)
            label = f"{account.name} of {kept.company} at {kept.as_of}"
            figure = Figure.stated(label, one.presentation, evidence, rule="as translated then")
            return StandingLine(account, one.partner, figure)

        label = f"Translation reserve of {kept.company} at {kept.as_of}"
        return cls(
            kept.company,
            kept.as_of,
            kept.presentation,
            tuple(map(line, kept.balances)),
            Figure.stated(label, kept.reserve, evidence, rule="as translated then"),
            _rounding(kept.company, kept.as_of, kept.rounding),
        )

    def credit(self, label: str, wanted: Callable[[StandingLine], bool]) -> Figure:
        """The sum of some lines, a credit shown positive."""
        total = self.debit(label, wanted)
        return Figure(label, -total.value, "sum, a credit shown positive", total.inputs)

    def debit(self, label: str, wanted: Callable[[StandingLine], bool]) -> Figure:
        """The sum of some lines, debit positive."""
        parts = (one.figure for one in self.lines if wanted(one))
        return Figure.total(label, parts, self.presentation)

    def on(self, account: AccountCode, partner: CompanyId | None) -> Figure:
        """What stands on an account with a partner, debit positive."""
        label = f"Account {account} of {self.company} with {partner}"
        return self.debit(label, lambda one: one.account.code == account and one.partner == partner)


def _rounding(company: CompanyId, as_of: date, rounding: Money) -> Figure:
    label, evidence = f"Rounding of {company}", Evidence("translation", f"{company} {as_of}")
    return Figure.stated(label, rounding, evidence, rule="reserve less plug (D19)")


def negative(label: str, figure: Figure, rule: str) -> Figure:
    """The same on the other side."""
    return Figure(label, -figure.value, rule, (figure,))
