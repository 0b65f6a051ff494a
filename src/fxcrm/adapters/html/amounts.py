"""Amounts as a locale writes them, and the words that go with their sign."""

from __future__ import annotations

from datetime import date

import attrs
from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date

from fxcrm.figures import decimal_text
from fxcrm.formatting import LocaleUnknown, format_money
from fxcrm.money import Money, RationalMoney, Rounding


def _known(locale: str) -> Locale:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        raise LocaleUnknown(locale=locale) from None


@attrs.frozen
class Writer:
    """How one page writes amounts and days. Raises `LocaleUnknown` for no known locale."""

    locale: Locale = attrs.field(converter=_known)

    def symbol(self, money: Money) -> str:
        """With the symbol of the currency: for amounts of the group's one currency."""
        return format_money(money, self.locale, "symbol")

    def code(self, money: Money) -> str:
        """With the code of the currency: wherever several currencies meet."""
        return format_money(money, self.locale, "code")

    def signed(self, money: Money) -> str:
        """With a plus where it is positive."""
        return f"+{self.code(money)}" if money.is_positive else self.code(money)

    def exact(self, money: RationalMoney) -> str:
        """An exact amount with at most six decimals."""
        return f"{money.currency.code} {decimal_text(money.value, 6)}"

    def bound(self, money: RationalMoney) -> str:
        """A bound in minor units, rounded up."""
        return self.code(money.rounded(Rounding.UP))

    def day(self, on: date) -> str:
        """A day in words."""
        return format_date(on, "long", self.locale)

    def short_day(self, on: date) -> str:
        """Day and month, as on an axis."""
        return format_date(on, "d MMM", self.locale)


def kind(money: Money) -> str:
    """``gain``, ``loss`` or ``even``: a positive amount is a gain."""
    if money.is_zero:
        return "even"
    return "gain" if money.is_positive else "loss"
