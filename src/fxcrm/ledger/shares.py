"""Shares of equity: what an amount consists of, exact, and the figures that it is taken of.

A share is kept as a factor and a figure; it is rounded when it is shown, once (M9).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import attrs

from fxcrm.currencies import Currency
from fxcrm.figures import Figure
from fxcrm.money import RationalMoney, Rounding


@attrs.frozen
class Weighted:
    """A share of a figure as it is shown; the share itself is exact."""

    factor: Fraction
    figure: Figure

    @property
    def exact(self) -> Fraction:
        """Its value in units of the currency."""
        return self.factor * Fraction(self.figure.value.amount)

    def share(self) -> Figure:
        """The share as a figure, rounded for readers; its exact value is kept."""
        exact = self.exact
        value = RationalMoney(exact, self.figure.value.currency).rounded(Rounding.HALF_EVEN)
        label = f"{self.factor} of {self.figure.label}"
        return Figure(label, value, f"{self.factor} x {self.figure.value}", (self.figure,), exact)


Shares = tuple[Weighted, ...]


def times(shares: Shares, factor: Fraction) -> Shares:
    """A part of each share; nothing for none."""
    return tuple(Weighted(one.factor * factor, one.figure) for one in shares if factor)


@attrs.frozen
class Parts:
    """What an amount of equity consists of; a credit, a gain, is positive.

    ``capital`` was put in, ``distributed`` went to the owner as dividends and ``dividends`` to
    other holders (both negative), ``result`` and ``reserve`` were earned, ``direct`` came of
    changes in ownership (IFRS 10.23).
    """

    capital: Shares = ()
    distributed: Shares = ()
    dividends: Shares = ()
    result: Shares = ()
    reserve: Shares = ()
    direct: Shares = ()

    def __add__(self, other: Parts) -> Parts:
        return Parts(*(mine + theirs for mine, theirs in zip(self.all, other.all, strict=True)))

    @property
    def all(self) -> tuple[Shares, ...]:
        """Each component in order."""
        return (
            self.capital,
            self.distributed,
            self.dividends,
            self.result,
            self.reserve,
            self.direct,
        )

    def flat(self) -> Shares:
        """All components together."""
        return tuple(one for shares in self.all for one in shares)

    def times(self, factor: Fraction) -> Parts:
        """A share of every component."""
        return Parts(*(times(one, factor) for one in self.all))

    def earned(self) -> Parts:
        """What goes up to the owner: result, reserve and direct changes."""
        return Parts(result=self.result, reserve=self.reserve, direct=self.direct)

    def total(self) -> Fraction:
        """The exact sum of all components."""
        return sum(map(exact, self.all), Fraction(0))


def exact(shares: Iterable[Weighted]) -> Fraction:
    """The exact sum of shares."""
    return sum((one.exact for one in shares), Fraction(0))


def rounded_once(label: str, shares: Iterable[Weighted], currency: Currency) -> Figure:
    """The sum of shares, rounded once (M9)."""
    return Figure.blended(label, (one.share() for one in shares), currency)


def whole(figure: Figure) -> Shares:
    """All of a figure; nothing of one that is zero."""
    return (Weighted(Fraction(1), figure),) if figure.value else ()
