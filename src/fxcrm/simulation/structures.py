"""The structure of a generated group: who holds whom.

Nordwind (EUR) founded Albion (GBP), and Calder (USD) with other holders. Albion founded Eastmark
(USD) with others, which have control; Calder founded Dunmore (JPY) with others, which have not.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from fxcrm.ids import CompanyId
from fxcrm.ledger import Group, Stake
from fxcrm.ledger.groups import Method
from fxcrm.simulation.parties import member

PARENT: Final = member("Nordwind", "EUR")
ALBION: Final = member("Albion", "GBP")
CALDER: Final = member("Calder", "USD")
DUNMORE: Final = member("Dunmore", "JPY")
EASTMARK: Final = member("Eastmark", "USD")
MEMBERS: Final = (PARENT, ALBION, CALDER, DUNMORE, EASTMARK)


def structure() -> Group:
    """Who holds what of whom."""
    stakes = (
        Stake(CompanyId(ALBION.id), 1),
        Stake(CompanyId(CALDER.id), Fraction("0.80")),
        Stake(CompanyId(DUNMORE.id), Fraction("0.75"), CompanyId(CALDER.id)),
        Stake(CompanyId(EASTMARK.id), Fraction("0.40"), CompanyId(ALBION.id), Method.EQUITY),
    )
    return Group(CompanyId(PARENT.id), stakes, PARENT.functional)
