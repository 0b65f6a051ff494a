"""Dealings between the members of a generated group: a loan, and how what is owed is paid."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from fxcrm.ids import CompanyId
from fxcrm.money import Money
from fxcrm.posting import item_id
from fxcrm.simulation.agenda import Agenda
from fxcrm.simulation.parties import Member
from fxcrm.simulation.structures import CALDER, PARENT

_LENT: Final = Money("80000.00", "USD")


@attrs.frozen(eq=False)
class Dealings:
    """What members do with one another besides the services that they bill."""

    agenda: Agenda

    def plan(self, year: int) -> None:
        """Everything on its day, from the first year on."""
        self.agenda.plan(date(year, 3, 15), self._lend)

    def _lend(self, on: date) -> None:
        """Nobody means to pay it back: it is a part of the net investment (IAS 21.15)."""
        given = {"lender": PARENT.id, "borrower": CALDER.id, "amount": str(_LENT)}
        self.agenda.do("lend net investment", on, id="net-investment-1", **given)


def settle(
    agenda: Agenda, id: str, debtor: Member, creditor: Member, amount: Money, on: date
) -> None:
    """What is owed leaves one bank and reaches the other on the same day."""
    owed, due = (item_id(CompanyId(one.id), id) for one in (debtor, creditor))
    agenda.do("pay bill", on, id=f"{id}-paid", item=owed, settled=str(amount))
    agenda.do("collect", on, id=f"{id}-received", item=due, settled=str(amount))
