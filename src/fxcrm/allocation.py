"""Sharing out whole minor units without losing one (M6), in integers.

The laws, for every mode: the shares add up to the whole, each has the sign of the whole or
is zero, a zero weight gets zero, and the shares of ``-x`` are the negated shares of ``x``.
Shares are first rounded towards zero; the mode says who gets the units then left over.

With 10.00 and weights 3, 3, 1 the exact shares are 4.2857, 4.2857, 1.4286 and two cents are left:

=====================  ==================  =========================================
``FIRST``              4.29  4.29  1.42    one each to the first weights above zero
``LARGEST_REMAINDER``  4.29  4.28  1.43    one each where most was cut off, then first
``LARGEST_WEIGHT``     4.29  4.29  1.42    one each to the largest weights, then first
``SEPARATE``           4.28  4.28  1.42    0.02 comes back as one more, last share
=====================  ==================  =========================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import islice
from math import lcm
from typing import ClassVar, Final

from fxcrm._decimals import exact_ratio
from fxcrm.errors import InputRefused

MOST_SHARES: Final = 100_000
_MOST_COMMON_BITS: Final = 8_000

Weight = str | int | Decimal | Fraction


class Spare(Enum):
    """Who gets the minor units that do not divide evenly."""

    FIRST = "first"
    LARGEST_REMAINDER = "largest remainder"
    LARGEST_WEIGHT = "largest weight"
    SEPARATE = "separate"


class WeightsRefused(InputRefused):
    """Weights or a number of parts by which nothing can be shared out."""

    reason: str
    template: ClassVar[str] = "this can not be shared out: {reason:plain}"


def whole_weights(weights: Iterable[Weight]) -> list[int]:
    """The weights as integers in the same proportion.

    Raises ``WeightsRefused`` when there is none, one is negative or all are zero.
    """
    ratios = [exact_ratio(weight) for weight in islice(weights, MOST_SHARES + 1)]
    if not 0 < len(ratios) <= MOST_SHARES:
        raise WeightsRefused(reason=f"there must be 1 to {MOST_SHARES} weights")
    if any(numerator < 0 for numerator, _ in ratios):
        raise WeightsRefused(reason="a weight is negative")
    if not any(numerator for numerator, _ in ratios):
        raise WeightsRefused(reason="all weights are zero")
    common = _common({denominator for _, denominator in ratios})
    return [numerator * (common // denominator) for numerator, denominator in ratios]


def _common(denominators: Iterable[int]) -> int:
    common = 1
    for denominator in denominators:
        common = lcm(common, denominator)
        if common.bit_length() > _MOST_COMMON_BITS:
            raise WeightsRefused(reason="the fractions have no reasonable common denominator")
    return common


def checked_parts(parts: int) -> int:
    """The number of parts itself, if there can be so many. Raises ``WeightsRefused``."""
    if type(parts) is not int or not 0 < parts <= MOST_SHARES:
        raise WeightsRefused(reason=f"parts is an int from 1 to {MOST_SHARES}")
    return parts


def equal_shares(units: int, parts: int) -> tuple[int, int]:
    """The smaller share, and how many of the ``parts`` get one unit more; both of one sign."""
    share, left = divmod(abs(units), parts)
    return (-share, -left) if units < 0 else (share, left)


def shares(units: int, weights: Sequence[int], spare: Spare) -> list[int]:
    """``units`` by integer weights, as many shares as weights; ``SEPARATE`` adds the rest."""
    whole = sum(weights)
    cut = [divmod(abs(units) * weight, whole) for weight in weights]
    result = [share for share, _ in cut]
    left = abs(units) - sum(result)
    if spare is Spare.SEPARATE:
        result.append(left)
    else:
        for index in _ranking(weights, [rest for _, rest in cut], spare)[:left]:
            result[index] += 1
    return result if units >= 0 else [-share for share in result]


def _ranking(weights: Sequence[int], rests: Sequence[int], spare: Spare) -> list[int]:
    """Who is served first. Fewer units are left than there are rests above zero."""
    if spare is Spare.LARGEST_REMAINDER:
        return sorted(range(len(rests)), key=lambda index: -rests[index])
    served = [index for index, weight in enumerate(weights) if weight]
    if spare is Spare.LARGEST_WEIGHT:
        served.sort(key=lambda index: -weights[index])
    return served
