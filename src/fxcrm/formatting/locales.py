"""Locales by name or as Babel's objects, and what Babel calls a currency in one of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import ClassVar, Final

from babel.core import Locale, UnknownLocaleError

from fxcrm.currencies import ISO, Currency
from fxcrm.errors import InputRefused

# What stands for a locale in caches: its name, or the parts of Babel's object. Hashing that
# object itself, which is done in Python, takes half as long as writing an amount.
Key = str | tuple[str, str | None, str | None, str | None, str | None]

_LOCALE_NAME: Final = re.compile(r"[A-Za-z]{2,8}(?:[_-][A-Za-z0-9]{1,8}){0,3}", re.ASCII)


class LocaleUnknown(InputRefused):
    """CLDR, as far as Babel carries it, has no such locale. None is assumed instead."""

    locale: object
    template: ClassVar[str] = '{locale} is no known locale; write it like "de_DE" or "en"'


def key_of(locale: str | Locale) -> Key:
    """The locale as a key. Raises ``LocaleUnknown`` for what is neither a text nor a locale."""
    if isinstance(locale, Locale):
        return locale.language, locale.territory, locale.script, locale.variant, locale.modifier
    if isinstance(locale, str):
        return locale
    raise LocaleUnknown(locale=locale)


@lru_cache(maxsize=1024)
def locale_of(key: Key) -> Locale:
    """Babel's locale; the environment's own is never used. Raises ``LocaleUnknown``."""
    try:
        if isinstance(key, tuple):
            return Locale(*key)
        if _LOCALE_NAME.fullmatch(key):
            return Locale.parse(key.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        pass
    raise LocaleUnknown(locale=key)


def symbol_of(currency: Currency, locale: Locale) -> str:
    """The symbol, or the code where there is none; currencies of one's own have no symbol."""
    if not in_iso(currency):
        return currency.code
    return str(locale.currency_symbols.get(currency.code, currency.code))


def name_of(currency: Currency, locale: Locale) -> str:
    """The name as it stands alone, beside no number."""
    if not in_iso(currency):
        return currency.name
    return str(locale.currencies.get(currency.code, currency.code))


def in_iso(currency: Currency) -> bool:
    """Whether CLDR can know it."""
    return currency.registry == ISO.name
