"""The least that Python needs for an amount with a currency: two slots and one check."""

from __future__ import annotations

from decimal import Decimal


class Bare:
    """An amount and a currency, unfrozen, unvalidated, in whatever context the caller has.

    ``+ -`` and ``<`` refuse another currency, as ``Money`` does, and nothing else is checked.
    """

    __slots__ = ("amount", "currency")

    def __init__(self, amount: Decimal, currency: object) -> None:
        self.amount = amount
        self.currency = currency

    def __add__(self, other: Bare) -> Bare:
        if self.currency is not other.currency:
            raise TypeError("two currencies")
        return Bare(self.amount + other.amount, self.currency)

    def __sub__(self, other: Bare) -> Bare:
        if self.currency is not other.currency:
            raise TypeError("two currencies")
        return Bare(self.amount - other.amount, self.currency)

    def __lt__(self, other: Bare) -> bool:
        if self.currency is not other.currency:
            raise TypeError("two currencies")
        return self.amount < other.amount

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not Bare:
            return NotImplemented
        return self.currency is other.currency and self.amount == other.amount

    def __hash__(self) -> int:
        return hash(self.amount)

    def __mul__(self, factor: int | Decimal) -> Bare:
        return Bare(self.amount * factor, self.currency)

    def rounded(self, quantum: Decimal, rounding: str) -> Bare:
        """To a multiple of ``quantum``."""
        return Bare(self.amount.quantize(quantum, rounding), self.currency)
