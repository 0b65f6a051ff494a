"""Dealing: what members of a group do with one another, booked on both sides at once.

Each side measures the same document amount at the booking rate of the day in its own books, so
that both can be matched, and eliminated, in document currency (D23). What is owed is paid as any
other bill is: `pay_bill` in the books of who owes it, `collect` in those of who is owed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import attrs

from fxcrm.errors import InputRefused
from fxcrm.ids import CompanyId
from fxcrm.ledger import Entry, Group, OpenItem
from fxcrm.money import Money, Rounding
from fxcrm.posting import Fact, posted, posted_with_item
from fxcrm.postingrules import FactKind
from fxcrm.usecases.booking import book, due_after
from fxcrm.usecases.deciding import Desk, booking_rate
from fxcrm.usecases.paralleling import books_of
from fxcrm.usecases.registering import invest, pay_in_capital

_OTHERS: Final = "other holders"
_NO_TERM: Final = 36_500  # days: a net investment is not meant to be settled (IAS 21.15)


class DealtWithItself(InputRefused):
    """A dealing of a company with itself."""

    company: CompanyId
    template = "{company} can not deal with itself; name two members of the group"


@attrs.frozen
class Dividend:
    """What was declared, in its currency: the owner's part and that of all other holders."""

    to_owner: Money
    to_others: Money


@attrs.frozen
class _Side:
    """What one company books of a dealing; ``partner`` is the other member, if there is one."""

    kind: FactKind
    company: CompanyId
    partner: CompanyId | None
    amount: Money


def declare_dividend(
    desk: Desk,
    group: Group,
    key: str,
    *,
    company: CompanyId,
    amount: Money,
    on: date,
    days: int,
) -> Dividend:
    """A member declares a dividend: owed from that day on, and income of its owner (D26).

    Both measure it at the day's rate; what the rate does until it is paid is an exchange
    difference of who holds it in foreign currency. The owner's share is that of ``on``, rounded
    half-even; the rest goes to other holders. Items are ``item:<company>:<key>`` on both sides,
    and ``item:<company>:<key>:others``. Raises `FactRefused`, `PeriodClosed`.
    """
    owner, to_owner = _owners_part(group, company, amount, on)
    made = Dividend(to_owner, amount - to_owner)
    sides = []
    if to_owner:
        sides += [
            _Side(FactKind.DIVIDEND_TO_MEMBER, company, owner, to_owner),
            _Side(FactKind.DIVIDEND_FROM_MEMBER, owner, company, to_owner),
        ]
    if made.to_others or not to_owner:
        sides.append(_Side(FactKind.DIVIDEND_TO_OTHERS, company, None, made.to_others))
    _book(desk, key, sides, on, days)
    return made


def _owners_part(
    group: Group, company: CompanyId, amount: Money, on: date
) -> tuple[CompanyId, Money]:
    """Who in the group holds a company, and what of a dividend that is; none of the parent's."""
    if company == group.parent:
        return company, Money.zero(amount.currency)
    stake = group.stake(company)
    owned = stake.after(on).owned
    return group.owner_of(stake), amount.times(owned, rounding=Rounding.HALF_EVEN)


def lend_net_investment(
    desk: Desk, key: str, *, lender: CompanyId, borrower: CompanyId, amount: Money, on: date
) -> None:
    """Lend what is neither planned nor likely to be settled: a part of the net investment.

    Its exchange differences stay apart from all others in both books, and go to the reserve in
    the group (IAS 21.15, 32). The lender pays from its own currency. Raises `DealtWithItself`.
    """
    _refuse_itself(lender, borrower)
    sides = (
        _Side(FactKind.NET_INVESTMENT_GIVEN, lender, borrower, amount),
        _Side(FactKind.NET_INVESTMENT_TAKEN, borrower, lender, amount),
    )
    _book(desk, key, sides, on, _NO_TERM)


def sell_to_member(
    desk: Desk,
    key: str,
    *,
    seller: CompanyId,
    buyer: CompanyId,
    amount: Money,
    cost: Money | None = None,
    on: date,
    days: int,
) -> None:
    """Sell goods to another member, which takes them into stock, at the rate of the day.

    ``cost`` is what they stood at in the seller's stock, None where they never were in it. What
    of ``amount`` less ``cost`` the group still holds is unrealised (D25). Raises
    `DealtWithItself`.
    """
    _refuse_itself(seller, buyer)
    sides = [
        _Side(FactKind.CHARGE_TO_MEMBER, seller, buyer, amount),
        _Side(FactKind.GOODS_FROM_MEMBER, buyer, seller, amount),
    ]
    if cost is not None:
        sides.append(_Side(FactKind.STOCK_USED, seller, None, cost))
    _book(desk, key, sides, on, days)


def use_stock(desk: Desk, company: CompanyId, key: str, cost: Money, on: date) -> None:
    """Goods leave the stock, sold or used up, at what they were carried at."""
    _book(desk, key, (_Side(FactKind.STOCK_USED, company, None, cost),), on, 0)


def fund_member(
    desk: Desk, key: str, *, owner: CompanyId, company: CompanyId, amount: Money, on: date
) -> None:
    """An owner pays capital into a member: an investment there, capital here.

    Raises `DealtWithItself`.
    """
    _refuse_itself(owner, company)
    invest(desk, owner, company, key, amount, on)
    pay_in_capital(desk, company, key, amount, on)


def _refuse_itself(one: CompanyId, other: CompanyId) -> None:
    if one == other:
        raise DealtWithItself(company=one)


def _book(
    desk: Desk, key: str, sides: list[_Side] | tuple[_Side, ...], on: date, days: int
) -> None:
    """Every side in all books of its company; all is measured before anything is booked."""
    due = due_after(on, days)
    for entry, item in [made for side in sides for made in _made(desk, key, side, on, due)]:
        book(desk, entry)
        if item is not None:
            desk.uow.items.add(item)


def _made(
    desk: Desk, key: str, side: _Side, on: date, due: date
) -> Iterator[tuple[Entry, OpenItem | None]]:
    kind, partner = side.kind, side.partner
    named = f"{key}:others" if kind is FactKind.DIVIDEND_TO_OTHERS else key
    for books in books_of(desk, side.company):
        books.open_on(on)
        spot = booking_rate(desk, books, side.amount.currency, on)
        fact, rules = Fact(books, named, side.amount, on, spot), desk.bookkeeping.of(books).posting
        if kind.item is None:
            yield posted(kind, fact, desk.chart, rules), None
        else:
            yield posted_with_item(
                kind, fact, desk.chart, rules, party=partner or _OTHERS, due_on=due, partner=partner
            )
