"""Locales, amounts and Babel's own output, for the tests of writing and reading money."""

from __future__ import annotations

import copy
import decimal
import unicodedata
from decimal import Decimal
from typing import Literal

from babel import Locale
from babel.numbers import NumberPattern, format_currency
from hypothesis import strategies as st

from fxcrm.currencies import ISO, CurrencyRegistry
from fxcrm.formatting import Style
from fxcrm.money import Money

NBSP, NNBSP, MINUS, RLM = "\u00a0", "\u202f", "\u2212", "\u200f"

# All scripts, directions, separators, group sizes and places of symbol and sign.
LOCALES = [
    *("en", "en_US", "en_GB", "en_IN", "en_CA", "en_ZA", "de_DE", "de_AT", "de_CH", "fr_FR"),
    *("fr_CH", "es_ES", "es_MX", "pt_BR", "pt_PT", "it", "nl", "fy", "sv", "nb", "da", "fi"),
    *("pl", "cs", "hu", "tr", "ru", "uk", "bg", "ro", "lv", "lt", "el", "ar_EG", "ar_AE"),
    *("he", "fa", "ur", "hi", "bn", "ta", "ml", "mr_IN", "th", "vi", "ja", "ko", "zh", "id"),
]
WRITTEN: list[Style] = ["symbol", "code", "name", "accounting"]
BTC = CurrencyRegistry("test coins").define("BTC", name="Bitcoin")

locales = st.sampled_from(LOCALES)
styles = st.sampled_from(WRITTEN)
currencies = st.sampled_from([*ISO, *BTC.own])
# Decimals from digits, never through a context; 40 characters at most, as parsing allows.
amounts = st.builds(
    lambda sign, digits, scale: Decimal((sign, tuple(map(int, str(digits))), -scale)),
    st.integers(0, 1),
    st.integers(0, 10**30) | st.integers(0, 10**7),
    st.integers(0, 5),
)
moneys = st.builds(Money, amounts, currencies)


def _shown_digits(money: Money) -> int:
    """The currency's decimals, or as many as the amount needs without its last zeros."""
    text = format(money.amount, "f")
    own = len(text.partition(".")[2].rstrip("0"))
    return max(money.currency.digits or 0, own)


def _kept_apart(pattern: NumberPattern, symbol: str) -> NumberPattern:
    """Babel's pattern with CLDR's space where a letter of the symbol would touch a digit."""
    spaced = copy.copy(pattern)
    if unicodedata.category(symbol[-1])[0] not in ("S", "Z"):
        before = tuple(text + NBSP if text.endswith("¤") else text for text in pattern.prefix)
        spaced.prefix = (before[0], before[1])
    if unicodedata.category(symbol[0])[0] not in ("S", "Z"):
        after = tuple(NBSP + text if text.startswith("¤") else text for text in pattern.suffix)
        spaced.suffix = (after[0], after[1])
    return spaced


def babels_own(money: Money, name: str, style: Style) -> str:
    """The oracle: Babel's formatter with room for all digits and with ISO's decimals."""
    locale, code, digits = Locale.parse(name), money.currency.code, _shown_digits(money)
    kind = "accounting" if style == "accounting" else "standard"
    pattern = locale.decimal_formats[None] if style == "name" else locale.currency_formats[kind]
    symbol = code if style == "code" else locale.currency_symbols.get(code, code)
    pattern, marks = _kept_apart(pattern, symbol), ("¤", code)
    if style == "code":
        pattern.prefix = (pattern.prefix[0].replace(*marks), pattern.prefix[1].replace(*marks))
        pattern.suffix = (pattern.suffix[0].replace(*marks), pattern.suffix[1].replace(*marks))
    pattern.frac_prec = (digits, digits)
    kind_of: Literal["name", "standard"] = "name" if style == "name" else "standard"
    with decimal.localcontext(decimal.Context(prec=200)):
        return str(
            format_currency(
                money.amount.quantize(Decimal(1).scaleb(-digits)),
                code,
                format=pattern,
                locale=locale,
                currency_digits=False,
                format_type=kind_of,
            )
        )


iso_moneys = st.builds(Money, amounts, st.sampled_from(list(ISO)))
