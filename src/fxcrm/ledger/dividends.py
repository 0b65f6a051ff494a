"""Dividends within the group: what one member declared is no income of the group (D26).

Both sides are translated at the rate of the day it was declared on. What other holders got stays,
and reduces what is theirs; what came of the rate until it was paid is an exchange difference of
the receiver, and stays too.
"""

from __future__ import annotations

from collections.abc import Iterator

from fxcrm.ids import CompanyId
from fxcrm.ledger.groups import Step
from fxcrm.ledger.intercompany import Pair, pairs, refuse_unmatched, taken_out
from fxcrm.ledger.sheets import GroupSheet
from fxcrm.ledger.standings import StandingLine
from fxcrm.ledger.translatedbooks import TranslatedLine
from fxcrm.ledger.worksheet import GroupEntry


def dividend_entries(sheet: GroupSheet) -> tuple[GroupEntry, ...]:
    """Dividends declared against dividend income, member by member.

    Raises `IntercompanyMismatch` where the two sides do not state the same.
    """
    return tuple(
        entry
        for pair in pairs(sheet)
        for payer in (pair.left, pair.right)
        for entry in _taken_out(pair, payer)
    )


def _taken_out(pair: Pair, payer: CompanyId) -> Iterator[GroupEntry]:
    duties, owner, is_joint = pair.sheet.duties, pair.other(payer), pair.share(payer) != 1

    def declared(line: TranslatedLine | StandingLine) -> bool:
        return line.account.code == duties.dividends

    def earned(line: TranslatedLine | StandingLine) -> bool:
        return line.account.code == duties.dividend_income

    def of_the_group(line: TranslatedLine | StandingLine) -> bool:
        """The group's share of all that a joint operation declared is what its owner got (D28)."""
        return declared(line) and (line.partner == owner or (is_joint and line.partner is None))

    def received(line: TranslatedLine | StandingLine) -> bool:
        return earned(line) and line.partner == payer

    held = {payer: pair.translated(payer, declared), owner: pair.translated(owner, earned)}
    if not held[owner] and not held[payer]:
        return
    moved = {payer: pair.moved_by(payer, of_the_group), owner: pair.moved_by(owner, received)}
    refuse_unmatched(pair, held, moved)
    yield from taken_out(pair, Step.DIVIDENDS, f"Dividends of {payer} to {owner}", moved)
