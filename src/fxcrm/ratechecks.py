"""Whether a new rate is to be believed: rules as a value, and what they say of one fixing (R8).

A distance between two rates is the share by which the larger exceeds the smaller, so it is the
same for a pair and its inverse (R3): 1.0850 and 1.0850 / 1.10 are as far apart as 1.0850 and
1.0850 x 1.10. Nothing here decides; a doubt is a reason to ask a person.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

import attrs

from fxcrm.errors import InputRefused, shown
from fxcrm.money import canonical
from fxcrm.rates import (
    CurrencyPair,
    Fixing,
    RateMissing,
    RatePolicy,
    RateTable,
    Side,
    rounded_decimal,
)

_SHOWN_DECIMALS = 2
_SAME_DAY = RatePolicy(max_age=0, max_legs=2)


class ChecksRefused(InputRefused):
    """A bound that no rate could be held against."""

    name: str
    value: str
    template = (
        "{name:plain} can not be {value:plain}; shares are Decimals from 0 (0.10 is a tenth), and "
        "a standstill is two fixings or more"
    )


class Doubt(Enum):
    """What speaks against a rate."""

    MOVED = "moved"
    INVERTED = "looks inverted"
    OFF_CROSS = "off its cross"
    STANDING_STILL = "stands still"


class Inversion(Enum):
    """Whether a rate looks like the inverse of the one before it."""

    NO = "no"
    YES = "yes"
    NOT_DETECTABLE = "not detectable near parity"


@attrs.frozen
class Suspicion:
    """One doubt, with its figures in words."""

    doubt: Doubt
    reason: str

    def __str__(self) -> str:
        return f"{self.doubt.value}: {self.reason}"


def _share(_: RateChecks, field: attrs.Attribute[Any], value: Decimal | None) -> None:
    if field.name == "largest_gap" and value is None:
        return  # crosses are not looked at
    if not isinstance(value, Decimal) or not value.is_finite() or value < 0:
        raise ChecksRefused(name=field.name, value=shown(value))


def _count(_: RateChecks, field: attrs.Attribute[Any], value: int) -> None:
    if type(value) is not int or value < 2:
        raise ChecksRefused(name=field.name, value=shown(value))


@attrs.frozen
class RateChecks:
    """Which new rates are told of, and which are held for approval.

    A rate that lies further than ``noticed_move`` from the last one is told of; further than
    ``largest_move``, it is held. One that is nearer to the inverse of the last one than to it is
    held as inverted, unless the last one lies within ``parity`` of 1, where that can not be told.
    One further than ``largest_gap`` from its cross on the same day is held, and one that has the
    same value for the ``longest_standstill`` fixings or more; None asks for neither. A move by
    more than ``largest_confirmed`` is held even where the next fixing confirms it. Raises
    `ChecksRefused`.
    """

    noticed_move: Decimal = attrs.field(default=Decimal("0.03"), validator=_share)
    largest_move: Decimal = attrs.field(default=Decimal("0.10"), validator=_share)
    parity: Decimal = attrs.field(default=Decimal("0.05"), validator=_share)
    largest_gap: Decimal | None = attrs.field(default=Decimal("0.02"), validator=_share)
    longest_standstill: int | None = attrs.field(
        default=None, validator=attrs.validators.optional(_count)
    )
    largest_confirmed: Decimal = attrs.field(default=Decimal(1), validator=_share)


def distance(one: Fraction, other: Fraction) -> Fraction:
    """The share by which the larger of two positive ratios exceeds the smaller."""
    return max(one, other) / min(one, other) - 1


def moved(new: Fixing, last: Fixing) -> Fraction:
    """How far a fixing lies from the one before it, per unit of the base currency."""
    return distance(new.ratio, last.ratio)


def inversion(new: Fixing, last: Fixing, checks: RateChecks = RateChecks()) -> Inversion:
    """Whether a fixing is nearer to the inverse of the last one than to the last one."""
    if distance(last.ratio, Fraction(1)) <= checks.parity:
        return Inversion.NOT_DETECTABLE
    nearer = distance(new.ratio, 1 / last.ratio) < moved(new, last)
    return Inversion.YES if nearer else Inversion.NO


def doubts(
    new: Fixing,
    last: Fixing | None,
    checks: RateChecks = RateChecks(),
    *,
    cross: Fraction | None = None,
    standing: int = 1,
) -> tuple[Suspicion, ...]:
    """What speaks against a fixing; nothing, if it may be believed.

    ``last`` is the one before it, ``cross`` the ratio that other rates of its day lead to, and
    ``standing`` the number of fixings in a row with its value, itself included.
    """
    found = [] if last is None else _against_last(new, last, checks)
    bound = checks.largest_gap
    if cross is not None and bound is not None and (gap := distance(new.ratio, cross)) > bound:
        reason = f"{_percent(gap)} from its cross; {_percent(bound)} are allowed"
        found.append(Suspicion(Doubt.OFF_CROSS, reason))
    most = checks.longest_standstill
    if most is not None and standing >= most:
        reason = f"{standing} fixings in a row; {most} are too many"
        found.append(Suspicion(Doubt.STANDING_STILL, reason))
    return tuple(found)


def _against_last(new: Fixing, last: Fixing, checks: RateChecks) -> list[Suspicion]:
    found, before = [], f"{canonical(last.value)} of {last.on}"
    if (share := moved(new, last)) > checks.largest_move:
        reason = f"{_percent(share)} from {before}; {_percent(checks.largest_move)} are allowed"
        found.append(Suspicion(Doubt.MOVED, reason))
    if inversion(new, last, checks) is Inversion.YES:
        reason = f"nearer to 1 / {before} than to it"
        found.append(Suspicion(Doubt.INVERTED, reason))
    return found


def _percent(share: Fraction | Decimal) -> str:
    return f"{rounded_decimal(Fraction(share) * 100, _SHOWN_DECIMALS)} %"


def crossed_pairs(table: RateTable, side: Side = Side.MID) -> frozenset[CurrencyPair]:
    """The pairs of a table that two others of it lead to as well."""
    neighbours: dict[str, set[str]] = {}
    pairs = [one.pair for one in table.series if one.side is side]
    for pair in pairs:
        neighbours.setdefault(pair.base.code, set()).add(pair.counter.code)
        neighbours.setdefault(pair.counter.code, set()).add(pair.base.code)
    return frozenset(
        pair for pair in pairs if neighbours[pair.base.code] & neighbours[pair.counter.code]
    )


def cross_of(table: RateTable, fixing: Fixing) -> Fraction | None:
    """The ratio to which the other rates of the same day lead, or None where none do."""
    pair = fixing.pair
    others = RateTable(one for one in table.series if one.pair not in (pair, pair.inverse))
    policy = attrs.evolve(_SAME_DAY, side=fixing.side)
    try:
        return others.rate(pair.base, pair.counter, fixing.on, policy).ratio
    except RateMissing:
        return None
