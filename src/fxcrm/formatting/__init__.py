"""Money as people write it, by locale, and strictly read back.

CLDR's patterns, symbols and names come from Babel, and only this package of the core asks it.
They are taken apart once per locale, currency and style; from then on an amount is put
together from its own decimal text, so that neither its length nor the caller's decimal
context matters (M1), and nothing is rounded unless the call names a rounding (M10).

Two things differ from Babel's own output. A letter never touches a digit: CLDR asks for a
no-break space in "CHF 5.00", which Babel leaves out. And the decimals are those of ISO 4217
plus whatever more the amount has, not the rounded ones of CLDR.

``locales`` finds Babel's data, ``layouts`` takes its patterns apart, ``plurals`` chooses among
plural forms; ``writing``, with ``shorthand`` for the compact style, and ``reading`` use them.
"""

from fxcrm.formatting.layouts import StyleUnknown
from fxcrm.formatting.locales import LocaleUnknown
from fxcrm.formatting.reading import (
    LONGEST_TEXT,
    SHARED_SYMBOLS,
    AmbiguousSymbol,
    CurrencyNotNamed,
    MoneyTextRefused,
    parse_money,
)
from fxcrm.formatting.writing import Style, format_money

__all__ = [
    "LONGEST_TEXT",
    "SHARED_SYMBOLS",
    "AmbiguousSymbol",
    "CurrencyNotNamed",
    "LocaleUnknown",
    "MoneyTextRefused",
    "Style",
    "StyleUnknown",
    "format_money",
    "parse_money",
]
