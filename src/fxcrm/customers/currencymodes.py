"""In which currencies a customer may be billed, and which it preferred when.

=============  ============================================================================
``HOME``       the functional currency of the company alone
``ONE``        one foreign currency alone
``AGREED``     those agreed on, one by one
``ANY``        every currency that the company takes
=============  ============================================================================
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Final

import attrs

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused, RuleRefused
from fxcrm.ids import CustomerId

MOST_PREFERENCES: Final = 1_000
MOST_CURRENCIES: Final = 200


class CurrencyNotAgreed(RuleRefused):
    """A document in a currency that was not agreed with the customer."""

    customer: CustomerId
    currency: str
    agreed: str
    template = (
        "customer {customer} is billed in {agreed:plain}, not in {currency:plain}; "
        "agree on it first"
    )


class ModeRefused(RuleRefused):
    """A currency mode that does not fit the customer's currencies, or the reverse."""

    customer: CustomerId
    mode: str
    reason: str
    template = "customer {customer}, currencies: {mode:plain}: {reason:plain}"


class PreferenceRefused(RuleRefused):
    """A preference that would stand before one that was noted already."""

    customer: CustomerId
    reason: str
    template = "customer {customer}: {reason:plain}"


class ModeUnknown(InputRefused):
    """A word for no currency mode."""

    mode: str
    known: str
    template = "{mode} is no currency mode; there are {known:plain}"


class CurrencyMode(Enum):
    """Which currencies a customer may be billed in."""

    HOME = "home only"
    ONE = "one foreign"
    AGREED = "those agreed"
    ANY = "any"

    @classmethod
    def parse(cls, text: str) -> CurrencyMode:
        """The mode of a word: ``home``, or in full ``home only``. Raises `ModeUnknown`."""
        for mode in cls:
            if text in (mode.value, mode.name.lower()):
                return mode
        raise ModeUnknown(mode=text, known=", ".join(one.name.lower() for one in cls))

    @property
    def is_single(self) -> bool:
        """Whether it leaves one currency only."""
        return self in (CurrencyMode.HOME, CurrencyMode.ONE)

    def objection(self, currency: Currency, home: Currency | None) -> str:
        """Why the mode can not be with this preferred currency, or nothing."""
        if not self.is_single:
            return ""
        if home is None:
            return "say which currency is the company's own"
        if (currency is home) is (self is CurrencyMode.HOME):
            return ""
        if self is CurrencyMode.HOME:
            return f"{currency} is preferred; prefer {home} first"
        return f"{home} is preferred, the company's own; prefer a foreign currency first"


@attrs.frozen
class Preference:
    """The currency that a customer preferred from a day on; ``by`` says who noted it."""

    currency: Currency
    since: date
    by: str = ""
