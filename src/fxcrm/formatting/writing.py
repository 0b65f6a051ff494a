"""Writing an amount as a locale does it."""

from __future__ import annotations

from typing import Literal

from babel.core import Locale

from fxcrm.formatting.layouts import laid_out, money_layout, name_affixes
from fxcrm.formatting.locales import Key, key_of
from fxcrm.formatting.plurals import plural_of
from fxcrm.formatting.shorthand import compact
from fxcrm.money import AmountOutOfRange, Money, Rounding

Style = Literal["symbol", "code", "name", "accounting", "compact"]


def format_money(
    money: Money,
    locale: str | Locale,
    style: Style = "symbol",
    *,
    digits: int | None = None,
    rounding: Rounding | None = None,
) -> str:
    r"""The amount as the locale writes it.

    ``style``     "symbol" €1,234.50; "code" EUR 1,234.50; "name" 1,234.50 euros;
                  "accounting" (€1,234.50) for negatives where the locale does so;
                  "compact" €1K, a shorthand with ``digits`` decimals, none by default
    ``digits``    exactly so many decimals (at most so many in compact). Without it: those of
                  the currency and all further ones that the amount has, so nothing is lost
    ``rounding``  to be named where the amount has more decimals than are to be shown

    Raises ``InexactResult`` where a rounding is missing; ``LocaleUnknown``, ``StyleUnknown``,
    ``DigitsRefused``, ``RoundingExpected`` for the arguments.

    >>> format_money(Money("-1234.5", "EUR"), "de_DE", "code")
    '-1.234,50\xa0EUR'
    """
    key: Key
    if locale.__class__ is str:
        key = locale
    elif locale.__class__ is Locale:  # `key_of` in line
        language, territory = locale.language, locale.territory
        key = language, territory, locale.script, locale.variant, locale.modifier
    else:
        key = key_of(locale)
    if style == "compact":
        return compact(money, key, digits, rounding)
    if digits is not None or rounding is not None:
        money = _fitted(money, digits, rounding)
    layout = money_layout(key, money.currency, style)
    shown = layout.digits if digits is None else digits
    # `digits_of` in line, because its call alone takes a twentieth of the time.
    whole, _, decimals = money.amount.__format__(",f").partition(".")
    if len(decimals) != shown:
        decimals = decimals.rstrip("0").ljust(shown, "0")
    text = laid_out(whole, decimals, layout)
    if style != "name":
        return text
    before, after = name_affixes(key, money.currency, plural_of(key, whole, decimals))
    return f"{before}{text}{after}"


def _fitted(money: Money, digits: int | None, rounding: Rounding | None) -> Money:
    try:
        return money.rounded(rounding, digits)
    except AmountOutOfRange:
        # Only padding can make an amount too long, and padding changes nothing in it.
        return money
