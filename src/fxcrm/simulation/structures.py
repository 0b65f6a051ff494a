"""The structure of a generated group: who holds whom since when, and the goods that stay in it.

Nordwind (EUR) founded Albion (GBP), and Calder (USD) with other holders. Albion founded Eastmark
(USD) with others, which have control. Calder buys three quarters of Dunmore (JPY) in the middle of
the first year, for more than its books show, and more of it in the second.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

import attrs

from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import Group, Stake, trading_chart
from fxcrm.ledger.groups import (
    Acquisition,
    Impairment,
    Method,
    Sold,
    StakeChange,
    UnrealisedProfit,
    Uplift,
)
from fxcrm.money import Money
from fxcrm.simulation.parties import Member, member

PARENT: Final = member("Nordwind", "EUR")
ALBION: Final = member("Albion", "GBP")
CALDER: Final = member("Calder", "USD")
DUNMORE: Final = member("Dunmore", "JPY")
EASTMARK: Final = member("Eastmark", "USD")
MEMBERS: Final = (PARENT, ALBION, CALDER, DUNMORE, EASTMARK)

_DUTIES: Final = trading_chart().duties
_PLANT_ACCOUNT: Final = AccountCode("1700")
_DEPRECIATION: Final = AccountCode("5600")
_PLANT: Final = Money("6000000", "JPY")  # above its book value
_MONTHS: Final = 60  # over which that is written down
_LOST: Final = Money("1500000", "JPY")  # of the goodwill


@attrs.frozen
class Purchase:
    """Shares of a company that its owner buys from others."""

    id: str
    owner: Member
    company: Member
    on: date
    price: Money


def first_purchase(year: int, price: Money) -> Purchase:
    """Calder obtains control of Dunmore at the end of June."""
    return Purchase("control of Dunmore", CALDER, DUNMORE, date(year, 6, 30), price)


def second_purchase(year: int) -> Purchase:
    """A year later it buys more."""
    price = Money("55000.00", "USD")
    return Purchase("more of Dunmore", CALDER, DUNMORE, date(year + 1, 6, 30), price)


@attrs.frozen
class Dividend:
    """What a member distributes: the owner's share of it, and the rest to others."""

    id: str
    company: Member
    owner: Member
    on: date
    amount: Money
    owned: Fraction

    @property
    def to_owner(self) -> Money:
        """The owner's part, in whole minor units."""
        return Money.from_minor(int(self.amount.minor * self.owned), self.amount.currency)


def dividends(year: int) -> tuple[Dividend, ...]:
    """One is owed still when the first year ends, one is all the parent's, one an associate's."""
    some, few = Money("20000.00", "USD"), Money("10000.00", "USD")
    whole = Money("15000.00", "GBP")
    return (
        Dividend("dividend-1", CALDER, PARENT, date(year, 12, 2), some, Fraction("0.80")),
        Dividend("dividend-2", ALBION, PARENT, date(year + 1, 5, 20), whole, Fraction(1)),
        Dividend("dividend-3", EASTMARK, ALBION, date(year + 1, 9, 16), few, Fraction("0.40")),
    )


@attrs.frozen
class Goods:
    """What one member sold to another, which has it in stock until it is gone.

    ``price`` and ``profit`` are in the seller's currency; ``gone`` says which share was sold on in
    all by which day.
    """

    id: str
    seller: Member
    buyer: Member
    on: date
    price: Money
    profit: Money
    gone: tuple[Sold, ...] = ()

    @property
    def unrealised(self) -> UnrealisedProfit:
        """The profit that the group has not made yet."""
        return UnrealisedProfit(
            self.id,
            CompanyId(self.seller.id),
            CompanyId(self.buyer.id),
            self.on,
            self.profit,
            _DUTIES.inventory,
            _DUTIES.goods_costs,
            self.gone,
        )


def goods(year: int) -> tuple[Goods, ...]:
    """Two sales upwards, one of them of a member with other holders, and one downwards."""
    half, most = Fraction(1, 2), Fraction(3, 5)
    upwards = (Sold(date(year, 12, 10), half), Sold(date(year + 1, 3, 20), Fraction(1)))
    return (
        Goods(
            "goods-1",
            ALBION,
            PARENT,
            date(year, 10, 10),
            Money("30000.00", "GBP"),
            Money("9000.00", "GBP"),
            upwards,
        ),
        Goods(
            "goods-2",
            CALDER,
            PARENT,
            date(year, 11, 20),
            Money("24000.00", "USD"),
            Money("6000.00", "USD"),
            (Sold(date(year + 1, 2, 14), most),),
        ),
        Goods(
            "goods-3",
            PARENT,
            ALBION,
            date(year + 1, 11, 14),
            Money("18000.00", "EUR"),
            Money("4500.00", "EUR"),
        ),
    )


def group_of(year: int, price: Money) -> Group:
    """The group from a year on; ``price`` is what control of Dunmore costs."""
    stakes = (
        Stake(CompanyId(ALBION.id), 1),
        Stake(CompanyId(CALDER.id), Fraction("0.80")),
        _dunmore(year, price),
        Stake(CompanyId(EASTMARK.id), Fraction("0.40"), CompanyId(ALBION.id), Method.EQUITY),
    )
    return Group(
        CompanyId(PARENT.id),
        stakes,
        PARENT.functional,
        unrealised=[one.unrealised for one in goods(year)],
    )


def _dunmore(year: int, price: Money) -> Stake:
    first, second = first_purchase(year, price), second_purchase(year)
    plant = Uplift(_PLANT_ACCOUNT, _PLANT, _DEPRECIATION, _MONTHS)
    lost = Impairment(date(year + 1, 9, 30), _LOST)
    return Stake(
        CompanyId(DUNMORE.id),
        Fraction("0.75"),
        CompanyId(CALDER.id),
        acquired=Acquisition(first.on, first.price, uplifts=[plant], impairments=[lost]),
        changes=[StakeChange(second.on, Fraction("0.90"), second.price)],
    )
