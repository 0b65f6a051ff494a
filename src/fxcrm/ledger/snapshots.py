"""What a translation left behind, so that the next one opens where it closed (D20)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import attrs

from fxcrm.currencies import Currency
from fxcrm.ids import AccountCode, CompanyId, DecisionId, GroupId
from fxcrm.ledger.groups import Step
from fxcrm.money import Money


@attrs.frozen
class TranslatedBalance:
    """An account, or its dealings with one partner, in both currencies; debit positive.

    ``estimates`` are the estimated rates that it was translated at, to be disclosed for as long
    as it is carried forward (IAS 21.57A, D7).
    """

    account: AccountCode
    partner: CompanyId | None
    functional: Money
    presentation: Money
    estimates: tuple[DecisionId, ...] = ()


@attrs.frozen
class TranslationSnapshot:
    """The translated balances of one company at the end of a day.

    ``reserve`` is the cumulative translation reserve (a gain is positive), ``rounding`` the
    cumulative rounding that was kept apart from it (a debit is positive); both in presentation
    currency. ``rounded`` counts the lines that were rounded so far, each by half a minor unit at
    the most. ``closing`` names the closing rate; None where both currencies are the same.
    """

    company: CompanyId
    presentation: Currency
    as_of: date
    closing: DecisionId | None
    balances: tuple[TranslatedBalance, ...]
    reserve: Money
    rounding: Money
    rounded: int = 0


@attrs.frozen
class GroupBalance:
    """What a member, or the group itself (None), adds to a line in a step; debit positive."""

    step: Step
    account: AccountCode
    company: CompanyId | None
    amount: Money


@attrs.frozen
class GroupSnapshot:
    """What a consolidation left behind: the next one opens with it, line by line (D20).

    ``balances`` are cumulative, in presentation currency, and sum to zero. ``books`` are the
    members' translations as the group made them, which for an acquired company begin with its
    acquisition; ``uplifts`` and ``goodwill`` are those of what was acquired beyond its books (D18),
    under the same company ids.
    """

    group: GroupId
    presentation: Currency
    as_of: date
    balances: tuple[GroupBalance, ...]
    books: tuple[TranslationSnapshot, ...]
    uplifts: tuple[TranslationSnapshot, ...] = ()
    goodwill: tuple[TranslationSnapshot, ...] = ()

    def by_account(self) -> Mapping[AccountCode, Money]:
        """What each account comes to, those at zero left out; debit positive."""
        sums: dict[AccountCode, Money] = {}
        for one in self.balances:
            sums[one.account] = sums.get(one.account, Money.zero(self.presentation)) + one.amount
        return {account: amount for account, amount in sums.items() if amount}
