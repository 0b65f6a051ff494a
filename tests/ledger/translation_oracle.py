"""An independent model of translation (IAS 21.39): fractions, dictionaries, and nothing else.

Amounts are cents, debit positive. Nothing is rolled forward here: the reserve is what the
translated accounts leave over, once with every account rounded and once without any rounding.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

import attrs

Move = tuple[date, str, str, int]  # day, debit account, credit account, cents

AT_CLOSING = ("1000", "1100", "1200", "2600", "2200")
AT_AVERAGE = ("4000", "5000", "7000")
AT_THE_DAY = ("3000", "3300", "4200", "5200")


@attrs.frozen
class Period:
    """A month: its last day, its rates (presentation per functional unit), what was posted."""

    end: date
    closing: Fraction
    average: Fraction
    dated: dict[date, Fraction]
    moves: list[Move]


@attrs.define
class TranslatedBooks:
    """The books after some periods; ``digits`` are those of the presentation currency.

    ``share`` is what a group takes of every amount, before anything is rounded.
    """

    digits: int
    share: Fraction = Fraction(1)
    functional: dict[str, int] = attrs.field(factory=lambda: defaultdict(int))
    carried: dict[str, Fraction] = attrs.field(factory=lambda: defaultdict(Fraction))
    exact: dict[str, Fraction] = attrs.field(factory=lambda: defaultdict(Fraction))

    def acquire(self, period: Period) -> None:
        """Begin with books that were acquired on the last day: every account at its spot."""
        for _, debit, credit, cents in period.moves:
            self.functional[debit] += cents
            self.functional[credit] -= cents
        for account, amount in self.functional.items():
            self._add(account, Fraction(amount, 100) * period.closing)

    def close(self, period: Period) -> None:
        """Translate one more period: what was translated before stays as it was."""
        together: dict[tuple[str, date | None], int] = defaultdict(int)
        for day, debit, credit, cents in period.moves:
            for account, amount in ((debit, cents), (credit, -cents)):
                self.functional[account] += amount
                together[account, day if account in AT_THE_DAY else None] += amount
        for (account, at), amount in together.items():
            if account not in AT_CLOSING:
                rate = period.average if at is None else period.dated[at]
                self._add(account, Fraction(amount, 100) * rate)
        for account in set(self.functional) & set(AT_CLOSING):
            self.carried[account] = self.exact[account] = Fraction(0)
            self._add(account, Fraction(self.functional[account], 100) * period.closing)

    def _add(self, account: str, whole: Fraction) -> None:
        translated = whole * self.share
        self.exact[account] += translated
        self.carried[account] += Fraction(round(translated * 10**self.digits), 10**self.digits)

    @property
    def plug(self) -> Fraction:
        """What balances the rounded sheet; a gain is positive."""
        return sum(self.carried.values(), Fraction(0))

    @property
    def exact_reserve(self) -> Fraction:
        """What would balance it if nothing were rounded."""
        return sum(self.exact.values(), Fraction(0))
