"""Translated books: the rates of a run, each line in two currencies, and the proved whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.decisions import RateDecision
from fxcrm.errors import CallError, RuleRefused
from fxcrm.figures import Figure
from fxcrm.ids import AccountCode, CompanyId, DecisionId
from fxcrm.ledger.accounts import Account
from fxcrm.ledger.snapshots import TranslatedBalance, TranslationSnapshot
from fxcrm.money import Money, RationalMoney
from fxcrm.moneybag import MoneyBag


@attrs.frozen
class TranslationRates:
    """The decisions of one run: closing, average, those of single days, and the last closing.

    All are between the functional and the presentation currency. ``opening`` is the closing
    decision of the snapshot that the run continues, None for the first one; ``estimates`` are the
    estimated rates that its lines name, by id (D7).
    """

    closing: RateDecision
    average: RateDecision
    dated: Mapping[date, RateDecision]
    opening: RateDecision | None = None
    estimates: Mapping[DecisionId, RateDecision] = attrs.field(factory=dict)


class EstimateNotGiven(CallError):
    """A line was translated at an estimated rate that was not handed in with the others."""

    company: CompanyId
    decision: DecisionId
    template = (
        "the opening of {company} rests on the estimated rate {decision}; hand it in with the "
        "rates, so that what is carried forward stays disclosed (D7)"
    )


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

    @property
    def estimates(self) -> tuple[RateDecision, ...]:
        """The estimated rates that it was translated at, now or then (D7)."""
        decisions = (one for one in self.presentation.inputs if isinstance(one, RateDecision))
        return tuple(one for one in decisions if one.is_estimated)


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

    @property
    def estimates(self) -> tuple[RateDecision, ...]:
        """The estimated rates that it was translated at, in earlier periods too (D7)."""
        found = (one for part in self.parts for one in part.estimates)
        return tuple({one.id: one for one in found}.values())


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
                line.account.code,
                line.partner,
                line.functional.value,
                line.presentation.value,
                tuple(one.id for one in line.estimates),
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
