"""Translated books: the rates of a run, each line in two currencies, and the proved whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.accounts import Account
from fxcrm.ledger.snapshots import TranslatedBalance, TranslationSnapshot
from fxcrm.money import Money, RationalMoney
from fxcrm.moneybag import MoneyBag


@attrs.frozen
class TranslationRates:
    """The decisions of one run: closing, average, those of single days, and the last closing.

    All are between the functional and the presentation currency. ``opening`` is the closing
    decision of the snapshot that the run continues, None for the first one.
    """

    closing: RateDecision
    average: RateDecision
    dated: Mapping[date, RateDecision]
    opening: RateDecision | None = None


class TranslationRateMissing(RuleRefused):
    """A rate that the translation needs was not decided."""

    company: CompanyId
    account: AccountCode
    on: date
    template = "translating account {account} of {company}: no rate was decided for {on} (D17)"


@attrs.frozen
class TranslatedPart:
    """An amount that goes at one rate; ``decision`` is None for what was translated before."""

    functional: Figure
    presentation: Figure
    decision: RateDecision | None


@attrs.frozen
class TranslatedLine:
    """An account, or its dealings with one partner, in both currencies; debit positive.

    ``documents`` are the sums in document currency, by which partners are matched; they and
    ``functional`` are whole, also where the group takes a share only (D28). ``slack`` is
    what rounding may have added to the line since the beginning: half a unit for each amount
    translated, and half a functional unit at its rate for each foreign posting.
    """

    account: Account
    partner: CompanyId | None
    documents: MoneyBag
    functional: Figure
    presentation: Figure
    parts: tuple[TranslatedPart, ...]
    slack: RationalMoney


class CauseKind(Enum):
    """What moves a translation reserve (D19)."""

    OPENING = "opening reserve"
    NET_ASSETS = "opening net assets"
    RESULT = "income and expense"
    DEALINGS = "dealings within the group"
    CAPITAL = "capital"
    DIVIDENDS = "dividends"
    INVESTMENTS = "investments in members"


@attrs.frozen
class ReserveCause:
    """One cause of a reserve and its effect; a gain is positive."""

    kind: CauseKind
    effect: Figure


@attrs.frozen
class Translation:
    """A company's books in presentation currency, with the reserve proved.

    ``reserve`` is the cumulative translation reserve by roll-forward, ``plug`` the figure
    that balances the sheet; a gain is positive. ``rounding`` is reserve less plug, cumulative
    (a debit is positive), ``rounded`` the number of lines behind it. ``added`` is this run's
    share of the rounding, ``bound`` what that may be at the most. ``share`` is what the group
    takes of every line: 1, but for a joint operation (IFRS 11.20, D28). ``causes`` are what the
    reserve is the sum of, and ``opening`` is what the run continued.
    """

    company: CompanyId
    as_of: date
    presentation: Currency
    lines: tuple[TranslatedLine, ...]
    reserve: Figure
    plug: Figure
    rounding: Money
    rounded: int
    added: Money
    bound: RationalMoney
    closing: RateDecision | None
    share: Fraction = Fraction(1)
    causes: tuple[ReserveCause, ...] = ()
    opening: TranslationSnapshot | None = None

    def snapshot(self) -> TranslationSnapshot:
        """What the next run opens with."""
        balances = tuple(
            TranslatedBalance(
                line.account.code, line.partner, line.functional.value, line.presentation.value
            )
            for line in self.lines
        )
        closing = self.closing.id if self.closing else None
        return TranslationSnapshot(
            self.company,
            self.presentation,
            self.as_of,
            closing,
            balances,
            self.reserve.value,
            self.rounding,
            self.rounded,
        )
