"""Unrealised profit: what one member earned on goods that the group still has (IFRS 10.B86c, D25).

The group has sold them to nobody, so the profit leaves the result and the goods stand at what they
cost the group. Who sold them bears it: a parent all of it, a subsidiary with its other holders, or
by policy the parent alone. As soon as the goods are sold to others it is earned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from fxcrm.decisions import RateDecision
from fxcrm.figures import Evidence, Figure
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger.grouppolicies import ProfitSharing, UnrealisedRate
from fxcrm.ledger.groups import Method, Step, UnrealisedProfit
from fxcrm.ledger.sheets import GroupRateMissing, GroupSheet
from fxcrm.ledger.standings import negative
from fxcrm.ledger.worksheet import GroupEntry, GroupEntryLine
from fxcrm.money import RationalMoney, Rounding


def unrealised_entries(sheet: GroupSheet) -> tuple[GroupEntry, ...]:
    """What is not earned yet, off the result of who bears it and off the goods of the buyer.

    What an equity-accounted company sold comes with the share of its result (IAS 28.28). Raises
    `GroupRateMissing`.
    """
    return tuple(
        entry
        for one in _dealt(sheet)
        if sheet.is_added_up(one.seller)
        for entry in _entry(sheet, one)
    )


def _dealt(sheet: GroupSheet) -> Iterator[UnrealisedProfit]:
    """The sales between members whose books are there, in the order of their ids."""
    for one in sorted(sheet.group.unrealised, key=lambda one: one.id):
        if one.seller in sheet.books and one.buyer in sheet.books:
            yield one


def _entry(sheet: GroupSheet, one: UnrealisedProfit) -> Iterator[GroupEntry]:
    found = unrealised(sheet, one, sheet.line_day(one.buyer))
    if not found.value:
        return
    out = negative(found.label, found, "the group has them at what they cost it (IFRS 10.B86c)")
    lines = (
        GroupEntryLine(one.expense, bearer(sheet, one), found),
        GroupEntryLine(_carried_on(sheet, one), one.buyer, out),
    )
    yield GroupEntry(Step.UNREALISED, f"{one.id}: {one.seller} to {one.buyer}", lines)


def bearer(sheet: GroupSheet, one: UnrealisedProfit) -> CompanyId:
    """Whose result is without it: the seller's, or by policy the parent's (D25)."""
    is_shared = sheet.group.policies.unrealised_sharing is ProfitSharing.SHARED
    return one.seller if is_shared else sheet.group.parent


def _carried_on(sheet: GroupSheet, one: UnrealisedProfit) -> AccountCode:
    """Where it is taken off: the goods, or the stake in who has them (IAS 28.28)."""
    return one.account if sheet.is_added_up(one.buyer) else sheet.group.accounts.equity_accounted


def unrealised(sheet: GroupSheet, one: UnrealisedProfit, day: date) -> Figure:
    """What of a profit is not earned at the end of a day, in the group's currency; positive.

    At the rate of the sale, or at that of the day, by policy. Raises `GroupRateMissing`.
    """
    label = f"Unrealised profit of {one.seller} on {one.id}"
    held = one.held(day) * _within(sheet, one, day) if _was_dealt(sheet, one) else Fraction(0)
    if not held:
        return sheet.zero(label)
    evidence = Evidence("unrealised profit", one.id, f"sold to {one.buyer} on {one.sold_on}")
    stated = Figure.stated(label, one.profit, evidence)
    decision = _rate(sheet, one, day)
    exact = Fraction(one.profit.amount)
    if decision is not None:
        exact = decision.convert_exactly(one.profit).value
    value = RationalMoney(exact * held, sheet.group.presentation).rounded(Rounding.HALF_EVEN)
    at = f" at {decision.rate}" if decision else ""
    rule = f"{held} of {one.profit}{at}, rounded half even (D25)"
    inputs = (stated, decision) if decision else (stated,)
    return Figure(label, value, rule, inputs, exact * held)


def _was_dealt(sheet: GroupSheet, one: UnrealisedProfit) -> bool:
    """Whether both belonged to the group on the day of the sale; else it was one of strangers."""
    for company in (one.seller, one.buyer):
        left = sheet.left_on(company)
        since = None if company == sheet.group.parent else sheet.group.stake(company).since
        if (since is not None and one.sold_on <= since) or (
            left is not None and left < one.sold_on
        ):
            return False
    return True


def _within(sheet: GroupSheet, one: UnrealisedProfit, day: date) -> Fraction:
    """The share of a sale that is within the group: of joint operations and associates, theirs."""
    part = Fraction(1)
    for company in (one.seller, one.buyer):
        if company == sheet.group.parent:
            continue
        stake = sheet.group.stake(company)
        if stake.method is Method.PROPORTIONATE:
            part *= stake.owned
        elif stake.method is Method.EQUITY and company == one.buyer:
            part *= sheet.held(stake, day).owned
    return part


def _rate(sheet: GroupSheet, one: UnrealisedProfit, day: date) -> RateDecision | None:
    """The decision that measures it: None where the seller keeps books in the group's currency."""
    if one.profit.currency is sheet.group.presentation:
        return None
    books = sheet.books[one.seller]
    if sheet.group.policies.unrealised_rate is UnrealisedRate.SALE_DATE:
        day = one.sold_on
    elif day >= books.translation.as_of and books.translation.closing is not None:
        return books.translation.closing
    decision = books.dated.get(day)
    if decision is None:
        raise GroupRateMissing(company=one.seller, on=day)
    return decision


def unrealised_borne(sheet: GroupSheet) -> Mapping[tuple[CompanyId, date], Figure]:
    """What each member's result is without at the end of each day of the group; positive.

    A parent that bears what a subsidiary sold bears it whole. Raises `GroupRateMissing`.
    """
    found: dict[tuple[CompanyId, date], list[Figure]] = {}
    for day in sheet.days:
        for one in _dealt(sheet):
            figure = unrealised(sheet, one, min(day, sheet.line_day(one.buyer)))
            if figure.value or figure.exact:
                found.setdefault((bearer(sheet, one), day), []).append(figure)
    return {
        (company, day): Figure.total(
            f"Unrealised profit of {company} at {day}", figures, sheet.group.presentation
        )
        for (company, day), figures in found.items()
    }
