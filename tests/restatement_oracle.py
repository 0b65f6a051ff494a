"""What restating is measured against: fractions, item by item; nothing of ours is imported.

A day is a number, a currency its code, and ``Rates`` says how many units of a code one euro cost
on a day. Nothing is grouped before it is valued, and the rate effect is worked out from the new
volume and the two rates, never as what is left of the change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import NamedTuple

Rates = dict[str, dict[int, Fraction]]
Value = Callable[["Item"], Fraction]
Place = tuple[str, str]


class Item(NamedTuple):
    """One amount of a day under a heading, and its value in the books, if it has one."""

    key: str
    code: str
    amount: Fraction
    day: int
    booked: Fraction | None = None


class Split(NamedTuple):
    """A change by its two effects; ``constant`` is the new volume at the old rate."""

    old: Fraction
    new: Fraction
    constant: Fraction
    volume: Fraction
    rate: Fraction


def spot(rates: Rates, code: str, to: str, day: int) -> Fraction:
    """What one unit of ``code`` is in ``to`` on a day, through the euro."""
    per_euro = {"EUR": Fraction(1), **{one: days[day] for one, days in rates.items()}}
    return per_euro[to] / per_euro[code]


def mean(rates: Rates, code: str, to: str, days: Iterable[int]) -> Fraction:
    """The same at the mean of some days, each quote averaged and kept to six decimals."""
    held = list(days)

    def averaged(one: str) -> Fraction:
        if one == "EUR":
            return Fraction(1)
        exact = sum((rates[one][day] for day in held), Fraction(0)) / len(held)
        return Fraction(round(exact * 10**6), 10**6)

    return Fraction(1) if code == to else averaged(to) / averaged(code)


def worth(items: Iterable[Item], value: Value) -> dict[Place, Fraction]:
    """The exact value of each heading and currency."""
    found: dict[Place, Fraction] = {}
    for item in items:
        place = (item.key, item.code)
        found[place] = found.get(place, Fraction(0)) + value(item)
    return found


def split(
    old: Iterable[Item], new: Iterable[Item], old_rate: Fraction, new_rate: Fraction
) -> Split:
    """The effects of one heading and currency whose rates are known, amount by amount."""
    before = [item.amount for item in old]
    after = [item.amount for item in new]
    zero = Fraction(0)
    return Split(
        old=sum((amount * old_rate for amount in before), zero),
        new=sum((amount * new_rate for amount in after), zero),
        constant=sum((amount * old_rate for amount in after), zero),
        volume=sum((amount * old_rate for amount in after), zero)
        + sum((-amount * old_rate for amount in before), zero),
        rate=sum((amount * (new_rate - old_rate) for amount in after), zero),
    )


def effective(items: Iterable[Item], value: Value) -> Fraction:
    """What a unit was worth on average, weighted by the amounts."""
    held = list(items)
    volume = sum((item.amount for item in held), Fraction(0))
    return sum((value(item) for item in held), Fraction(0)) / volume


def payable(exact: Fraction, digits: int) -> Fraction:
    """Half-even to the minor unit, by Python's own ``round``."""
    return Fraction(round(exact * 10**digits), 10**digits)
