"""What stands on a document beside amounts: days, instants, numbers, percentages, counts.

Digits are those that `format_money` writes, so that one document has one kind of digits.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

import attrs
from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import get_decimal_symbol

from fxcrm._decimals import canonical, padded
from fxcrm.formatting.locales import LocaleUnknown
from fxcrm.formatting.writing import format_money
from fxcrm.money import Money

_NOTHING: Final = Money("0.00", "EUR")


def _known(locale: str) -> Locale:
    format_money(_NOTHING, locale)  # which refuses what only looks like a locale to Babel
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        raise LocaleUnknown(locale=locale) from None


@attrs.frozen
class PlainForms:
    """How one locale writes what stands on a document. Raises `LocaleUnknown`."""

    locale: Locale = attrs.field(converter=_known)

    @property
    def language(self) -> str:
        """As a page names it: ``de-DE``."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return self.locale.text_direction

    def code(self, money: Money) -> str:
        """An amount with its code: wherever several currencies meet."""
        return format_money(money, self.locale, "code")

    def symbol(self, money: Money) -> str:
        """An amount with its symbol: where a heading names the code."""
        return format_money(money, self.locale, "symbol")

    def both(self, money: Money) -> str:
        """With symbol and code, as ``$1,085.00 USD`` or ``1.085,00 $ (USD)``; no mix-up is left."""
        text, code = self.symbol(money), money.currency.code
        if code in text:
            return text
        return f"{text}\N{NO-BREAK SPACE}{code if text[-1].isdigit() else f'({code})'}"

    def number(self, value: Decimal) -> str:
        """All digits of a number."""
        return canonical(value).replace(".", get_decimal_symbol(self.locale))

    def percent(self, value: Decimal) -> str:
        """So many hundredths: ``2.5%``, ``2,5 %``."""
        number = padded(value, 0).replace(".", get_decimal_symbol(self.locale))
        spaced = "\N{NO-BREAK SPACE}" in str(self.locale.percent_formats[None].pattern)
        return f"{number}\N{NO-BREAK SPACE}%" if spaced else f"{number}%"

    def day(self, on: date) -> str:
        """A day in words."""
        return format_date(on, "long", self.locale)

    def short_day(self, on: date) -> str:
        """A day in short."""
        return format_date(on, "medium", self.locale)

    def day_of(self, at: datetime) -> str:
        """The day of an instant, in UTC."""
        return self.day(at.astimezone(UTC).date())

    def time_of(self, at: datetime) -> str:
        """The time of an instant, in UTC: ``09:00 UTC``."""
        return f"{at.astimezone(UTC):%H:%M} UTC"

    def country(self, code: str) -> str:
        """The name of a country, by its ISO code; the code where it has none."""
        return str(self.locale.territories.get(code, code))

    def plural(self, count: int) -> str:
        """Which plural form a count takes: ``one``, ``few``, ``other``."""
        return str(self.locale.plural_form(count))
