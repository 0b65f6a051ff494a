"""Charges: what the members of a generated group bill one another, and how it is paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Final

import attrs

from fxcrm.money import Money
from fxcrm.simulation.agenda import Agenda
from fxcrm.simulation.dealings import settle
from fxcrm.simulation.parties import Member

_SIZE: Final = Money("6000.00", "EUR")
_DAYS: Final = 30  # until it is due
Pair = tuple[Member, Member]  # who charges, and who is charged


@attrs.frozen(eq=False)
class Charges:
    """Services that members bill each other regularly, in the creditor's currency."""

    agenda: Agenda
    pairs: tuple[Pair, ...]

    def plan(self, closings: Iterable[date]) -> None:
        """One charge of each pair before each closing, on a day of the last month's second half."""
        for last in closings:
            for pair in self.pairs:
                day = last.replace(day=self.agenda.chance.between(15, 27))
                self.agenda.plan(day, partial(self._charge, *pair))

    def _charge(self, creditor: Member, debtor: Member, on: date) -> None:
        agenda = self.agenda
        worth = agenda.worth(_SIZE, creditor.functional, on)
        id, amount = agenda.number("IC"), agenda.share(worth, 300, 1000)
        agenda.do(
            "charge member",
            on,
            id=id,
            creditor=creditor.id,
            debtor=debtor.id,
            amount=str(amount),
            days=_DAYS,
        )
        agenda.after(on, 10, 60, partial(settle, agenda, id, debtor, creditor, amount))
