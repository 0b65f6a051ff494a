"""What is asked of a payment provider, and what it answers.

A charge is an amount that a provider was asked for under a reference of ours. It is authorised,
captured in part or whole, and refunded in part or whole; what it becomes in our books is the
business of `Payment` and the ledger. Amounts are positive and in the currency of the charge.

Providers count in minor units of their own, which are not always those of ISO 4217:
`MinorUnits` is the table of one of them, and the only way into its numbers and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from fractions import Fraction
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused, RuleRefused
from fxcrm.mappings import FrozenMap
from fxcrm.money import Money

LARGEST_UNITS: Final = 2**63 - 1


class CurrencyNotTaken(RuleRefused):
    """A provider takes no payment in this currency."""

    gateway: str
    currency: str
    template = "{gateway:plain} takes no {currency:plain}; ask for a currency that it takes"


class AmountNotTaken(InputRefused):
    """An amount that a provider can not count, or that is not above zero. Nothing was rounded."""

    gateway: str
    amount: Money | int
    reason: str
    template = "{gateway:plain} does not take {amount}: {reason:plain}"


class Capturing(Enum):
    """When the money of an authorised charge is taken."""

    AT_ONCE = "at once"
    LATER = "later"


class ChargeState(Enum):
    """How far a charge came."""

    PENDING = "pending"  # the customer has a step to take first
    AUTHORISED = "authorised"
    CAPTURED = "captured"  # at least a part
    CANCELLED = "cancelled"
    DECLINED = "declined"


def _mapped(table: Mapping[str, int]) -> FrozenMap[str, int]:
    return FrozenMap(table)


@attrs.frozen
class MinorUnits:
    """How one provider counts money: the decimals of each currency that it takes.

    ``steps`` holds currencies of which only multiples of so many units are taken: Stripe, for
    one, counts ISK with two decimals that must be zero, which is a step of 100.
    """

    gateway: str
    digits: Mapping[str, int] = attrs.field(converter=_mapped)
    steps: Mapping[str, int] = attrs.field(factory=dict, converter=_mapped)

    def units(self, amount: Money) -> int:
        """The amount in the provider's units. Raises `CurrencyNotTaken`, `AmountNotTaken`."""
        scaled = Fraction(amount.amount) * 10 ** self._digits(amount.currency.code)
        reason = self._objection(scaled, self.steps.get(amount.currency.code, 1))
        if reason:
            raise AmountNotTaken(gateway=self.gateway, amount=amount, reason=reason)
        return int(scaled)

    def money(self, units: int, currency: str | Currency) -> Money:
        """The provider's units as money; zero is money too. Raises as `units` does."""
        known = Currency(currency) if isinstance(currency, str) else currency
        digits = self._digits(known.code)
        reason = units and self._objection(Fraction(units), self.steps.get(known.code, 1))
        if reason:
            raise AmountNotTaken(gateway=self.gateway, amount=units, reason=reason)
        return Money.from_scaled(units, digits, known)

    def _digits(self, code: str) -> int:
        digits = self.digits.get(code)
        if digits is None:
            raise CurrencyNotTaken(gateway=self.gateway, currency=code)
        return digits

    @staticmethod
    def _objection(units: Fraction, step: int) -> str:
        if not 0 < units <= LARGEST_UNITS:
            return "an amount is above zero and fits into 64 bits of minor units"
        if units.denominator != 1:
            return "it has more decimals than are counted there"
        if units.numerator % step:
            return f"only multiples of {step} minor units are taken"
        return ""


@attrs.frozen
class ChargeRequest:
    """Somebody is asked for money.

    ``reference`` is ours (the invoice's number), ``method`` the provider's token for a card, an
    account or a wallet; never the number of a card.
    """

    reference: str
    amount: Money
    method: str
    capturing: Capturing = Capturing.AT_ONCE


@attrs.frozen
class Charge:
    """A charge as the provider knows it.

    ``capturable`` may still be captured, ``captured`` was, and ``refunded`` of that went back.
    ``code`` says in the provider's words why it was declined; ``next_step`` is where to send a
    customer who has a step to take (an address), while the charge is pending.
    """

    id: str
    reference: str
    amount: Money
    state: ChargeState
    capturable: Money
    captured: Money
    refunded: Money
    code: str = ""
    next_step: str = ""

    @property
    def refundable(self) -> Money:
        """What was captured and not yet refunded."""
        return self.captured - self.refunded


@attrs.frozen
class ChargeEvent:
    """Something happened to a charge. ``mark`` names the place in the provider's history.

    ``kind`` is one of "authorised", "pending", "declined", "captured", "refunded", "cancelled", or
    a word of the provider for what this library does not know: it is kept, not dropped (F10).
    """

    mark: str
    at: datetime
    kind: str
    charge: str
    reference: str
    amount: Money
