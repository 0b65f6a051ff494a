"""What a forecast is measured against: fractions, deal by deal; nothing of ours is imported.

A day is a number, a currency its code, and ``rates`` says what one euro cost in a code on a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import NamedTuple

Rates = dict[str, dict[int, Fraction]]
BOOKED, CONSTANT, TODAY = "as booked", "constant", "today"


class Deal(NamedTuple):
    """A deal in plain figures; ``closed`` is the day it was closed on."""

    id: str
    code: str
    amount: Fraction
    percent: int
    opened: int
    closed: int | None
    at: Fraction | None  # what one unit was in euros when it was closed, if that was recorded
    key: str
    parent: str | None = None


def euros(rates: Rates, code: str, day: int) -> Fraction:
    """What one unit was in euros on a day."""
    return Fraction(1) if code == "EUR" else 1 / rates[code][day]


def booked(rates: Rates, deal: Deal) -> Fraction:
    """A closed deal keeps its rate; an open one has that of the day it was opened."""
    if deal.closed is None:
        return euros(rates, deal.code, deal.opened)
    return euros(rates, deal.code, deal.closed) if deal.at is None else deal.at


def rate_in(view: str, rates: Rates, deal: Deal, constant: int, today: int) -> Fraction:
    """What one unit of a deal's currency is in a view."""
    if view == CONSTANT:
        return euros(rates, deal.code, constant)
    if view == TODAY and deal.closed is None:
        return euros(rates, deal.code, today)
    return booked(rates, deal)


def worth(
    deals: Iterable[Deal], rate: Callable[[Deal], Fraction], *, weighted: bool
) -> dict[str, Fraction]:
    """The exact worth of each heading. A deal that has parts counts through them alone."""
    held = list(deals)
    parents = {deal.parent for deal in held}
    found: dict[str, Fraction] = {}
    for deal in held:
        if deal.id not in parents:
            share = Fraction(deal.percent, 100) if weighted else Fraction(1)
            found[deal.key] = found.get(deal.key, Fraction(0)) + deal.amount * share * rate(deal)
    return found


def payable(exact: Fraction, digits: int = 2) -> Fraction:
    """Half-even to the minor unit, by Python's own ``round``."""
    return Fraction(round(exact * 10**digits), 10**digits)
