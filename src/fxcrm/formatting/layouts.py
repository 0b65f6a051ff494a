"""How amounts are laid out in one locale and style: Babel's patterns, taken apart once."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar, Final

from babel.core import Locale
from babel.numbers import NumberPattern, get_decimal_symbol, get_group_symbol

from fxcrm.currencies import Currency
from fxcrm.errors import CallError
from fxcrm.formatting.locales import Key, in_iso, locale_of, name_of, symbol_of

_NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"
_EVER: Final = 10**9


class StyleUnknown(CallError):
    """There are five styles."""

    style: object
    template: ClassVar[str] = (
        "{style} is no style of writing money; take symbol, code, name, accounting or compact"
    )


class Layout:
    """What stands around and between the digits of an amount.

    ``sizes`` are the digits of the last group and of each other one; whole parts of up to
    ``thousands`` characters, commas counted, look the same in groups of three. ``digits`` are
    the decimals of the currency. Written by hand, because attrs takes longer to be imported
    than all of this package.
    """

    __slots__ = (
        *("before", "after", "before_negative", "after_negative"),
        *("decimal", "group", "sizes", "thousands", "digits"),
    )

    def __init__(self, pattern: NumberPattern, locale: Locale, marker: str, digits: int) -> None:
        """The layout of a pattern, with ``marker`` where it has its sign of currency."""
        (before, before_negative), (after, after_negative) = pattern.prefix, pattern.suffix
        self.before = _before(before, marker)
        self.after = _after(after, marker)
        self.before_negative = _before(before_negative, marker)
        self.after_negative = _after(after_negative, marker)
        self.decimal: str = get_decimal_symbol(locale)
        self.group: str = get_group_symbol(locale)
        self.sizes: tuple[int, int] = pattern.grouping
        self.thousands = _thousands(*pattern.grouping)
        self.digits = digits


def digits_of(amount: Decimal, digits: int) -> tuple[str, str]:
    """Whole part with sign and commas, and at least ``digits`` decimals. Nothing is rounded."""
    # The method itself: `format` takes a fifth longer to find it.
    whole, _, decimals = amount.__format__(",f").partition(".")
    if len(decimals) != digits:
        decimals = decimals.rstrip("0").ljust(digits, "0")
    return whole, decimals


def laid_out(whole: str, decimals: str, layout: Layout) -> str:
    """What ``digits_of`` gave, as the layout shows it."""
    if whole[0] == "-":
        before, after, whole = layout.before_negative, layout.after_negative, whole[1:]
    else:
        before, after = layout.before, layout.after
    if len(whole) > layout.thousands:
        whole = _grouped(whole.replace(",", ""), layout.group, *layout.sizes)
    elif layout.group != ",":
        whole = whole.replace(",", layout.group)
    if not decimals:
        return f"{before}{whole}{after}"
    return f"{before}{whole}{layout.decimal}{decimals}{after}"


def _grouped(whole: str, group: str, primary: int, secondary: int) -> str:
    """India writes 12,34,567: one group of three, then groups of two."""
    text, whole = whole[-primary:], whole[:-primary]
    while whole:
        text, whole = f"{whole[-secondary:]}{group}{text}", whole[:-secondary]
    return text


@lru_cache(maxsize=4096)
def money_layout(key: Key, currency: Currency, style: str) -> Layout:
    """For every style but "compact"; names stand outside of it. Raises ``StyleUnknown``."""
    locale, digits = locale_of(key), currency.digits or 0
    if style == "name":
        return Layout(locale.decimal_formats[None], locale, "", digits)
    if style not in ("symbol", "code", "accounting"):
        raise StyleUnknown(style=style)
    marker = currency.code if style == "code" else symbol_of(currency, locale)
    pattern = locale.currency_formats["accounting" if style == "accounting" else "standard"]
    return Layout(pattern, locale, marker, digits)


@lru_cache(maxsize=1024)
def number_layout(key: Key) -> Layout:
    """For a bare number."""
    locale = locale_of(key)
    return Layout(locale.decimal_formats[None], locale, "", 0)


@lru_cache(maxsize=4096)
def name_affixes(key: Key, currency: Currency, plural: str) -> tuple[str, str]:
    """What stands before and after a number that the currency's name goes with."""
    locale = locale_of(key)
    data = locale._data
    patterns = data["currency_unit_patterns"]
    names = data["currency_names_plural"].get(currency.code, {}) if in_iso(currency) else {}
    name = names.get(plural) or names.get("other") or name_of(currency, locale)
    before, _, after = patterns.get(plural, patterns["other"]).partition("{0}")
    return before.replace("{1}", name), after.replace("{1}", name)


def _thousands(primary: int, secondary: int) -> int:
    """A group of three is as anywhere, and so is what one comma divides from it, if it fits."""
    if (primary, secondary) == (3, 3):
        return _EVER
    return 3 + 1 + min(3, secondary) if primary == 3 else 0


def _before(prefix: str, marker: str) -> str:
    apart = _NO_BREAK_SPACE if prefix.endswith("¤") and _would_touch(marker[-1:]) else ""
    return _unquoted(prefix).replace("¤", marker) + apart


def _after(suffix: str, marker: str) -> str:
    apart = _NO_BREAK_SPACE if suffix.startswith("¤") and _would_touch(marker[:1]) else ""
    return apart + _unquoted(suffix).replace("¤", marker)


def _would_touch(character: str) -> bool:
    """CLDR's currencySpacing: all but symbols and spaces keep apart from the digits."""
    return bool(character) and unicodedata.category(character)[0] not in "SZ"


def _unquoted(affix: str) -> str:
    return re.sub(r"'([^']*)'", lambda quoted: quoted[1] or "'", affix)
