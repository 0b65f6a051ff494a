"""Writing and reading money by locale, with Babel's own output as the oracle."""

# Quotes and digits of other scripts are what is tested here.
# ruff: noqa: RUF001

from __future__ import annotations

import copy
import decimal
import os
import subprocess
import sys
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from babel import Locale, localedata
from babel.numbers import NumberPattern, format_compact_currency, format_currency
from hypothesis import example, given
from hypothesis import strategies as st

from fxcrm import formatting
from fxcrm.currencies import ISO, Currency, CurrencyRegistry, NoMinorUnit, UnknownCurrency
from fxcrm.formatting import (
    LONGEST_TEXT,
    SHARED_SYMBOLS,
    AmbiguousSymbol,
    CurrencyNotNamed,
    LocaleUnknown,
    MoneyTextRefused,
    Style,
    StyleUnknown,
    format_money,
    parse_money,
)
from fxcrm.money import InexactResult, Money, NumberRefused, Rounding, RoundingExpected
from fxcrm.rational import DigitsRefused

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


@given(iso_moneys, locales, styles)
@example(Money("-1234567.5", "INR"), "en_IN", "name")
@example(Money("1", "USD"), "en", "name")
@example(Money("-0.5", "CHF"), "de_CH", "symbol")
def test_babel_is_the_oracle(money: Money, locale: str, style: Style) -> None:
    """Every style gives what Babel gives when it has room, but for CLDR's missing spaces."""
    assert format_money(money, locale, style) == babels_own(money, locale, style)


@given(moneys, locales, styles)
@example(Money("1", "JPY"), "zh", "symbol")
@example(Money("-12345678901234567890123456789012.345", "EUR"), "ar_EG", "accounting")
def test_what_is_written_is_read_back(money: Money, locale: str, style: Style) -> None:
    """``parse(format(m)) == m`` for every style, locale and currency (the law of this module)."""
    text = format_money(money, locale, style)
    assert parse_money(text, locale, money.currency) == money


@given(iso_moneys, locales, styles)
def test_reading_without_a_currency_never_gives_another_one(
    money: Money, locale: str, style: Style
) -> None:
    """Without help a text gives its own money or is refused as ambiguous, nothing else."""
    text = format_money(money, locale, style)
    candidates: tuple[str, ...] = ()
    try:
        read = parse_money(text, locale)
    except AmbiguousSymbol as ambiguous:
        candidates, read = ambiguous.candidates, money
    assert read == money
    assert not candidates or (len(candidates) > 1 and money.currency.code in candidates)


@given(moneys, locales)
def test_a_code_is_never_ambiguous(money: Money, locale: str) -> None:
    """Text in code style names its currency for everybody who knows the code."""
    text = format_money(money, locale, "code")
    if (money.currency.code, Currency("ILS")) != ("ILS", money.currency):
        assert parse_money(text, locale, registry=BTC) == money


@given(moneys, locales, styles, st.integers(1, 30), st.sampled_from(list(Rounding)))
def test_the_callers_context_does_not_matter(
    money: Money, locale: str, style: Style, precision: int, rounding: Rounding
) -> None:
    """The same text under any precision and rounding, and with every trap set (M1)."""

    def write_and_read() -> tuple[object, ...]:
        text = format_money(money, locale, style)
        short = format_money(money, locale, "compact", digits=1, rounding=rounding)
        whole = format_money(money, locale, style, digits=0, rounding=rounding)
        return text, short, whole, parse_money(text, locale, money.currency)

    plain = write_and_read()
    every_trap = [*decimal.getcontext().traps]
    narrow = decimal.Context(precision, decimal.ROUND_UP, -9, 9, traps=every_trap)
    with decimal.localcontext(narrow):
        assert write_and_read() == plain


@given(moneys, locales, styles, st.integers(0, 6), st.sampled_from(list(Rounding)))
def test_rounding_happens_before_writing(
    money: Money, locale: str, style: Style, digits: int, rounding: Rounding
) -> None:
    """Writing with a rounding is writing the rounded money with that many decimals."""
    rounded = money.rounded(rounding, digits)
    text = format_money(money, locale, style, digits=digits, rounding=rounding)
    assert text == format_money(rounded, locale, style, digits=digits)
    assert parse_money(text, locale, money.currency) == rounded


@pytest.mark.parametrize(
    ("amount", "code", "locale", "style", "text"),
    [
        ("1234.5", "EUR", "en_US", "symbol", "€1,234.50"),
        ("-1234.5", "EUR", "en_US", "symbol", "-€1,234.50"),
        ("-1234.5", "EUR", "en_US", "accounting", "(€1,234.50)"),
        ("1234.5", "EUR", "en_US", "code", f"EUR{NBSP}1,234.50"),
        ("1234.5", "EUR", "en_US", "name", "1,234.50 euros"),
        ("1", "EUR", "en_US", "name", "1.00 euros"),
        ("1", "JPY", "en_US", "name", "1 Japanese yen"),
        ("5", "CHF", "en_US", "symbol", f"CHF{NBSP}5.00"),
        ("-5", "CHF", "de_CH", "symbol", "CHF-5.00"),
        ("1234.5", "EUR", "de_DE", "symbol", f"1.234,50{NBSP}€"),
        ("1234567", "EUR", "fr_FR", "symbol", f"1{NNBSP}234{NNBSP}567,00{NBSP}€"),
        ("1234567.5", "CHF", "de_CH", "symbol", f"CHF{NBSP}1’234’567.50"),
        ("1234567.5", "INR", "hi_IN", "symbol", "₹12,34,567.50"),
        ("100000000", "INR", "en_IN", "symbol", "₹10,00,00,000.00"),
        ("1500", "JPY", "ja_JP", "symbol", "￥1,500"),
        ("1.234", "BHD", "en", "code", f"BHD{NBSP}1.234"),
        ("1", "IQD", "en", "code", f"IQD{NBSP}1.000"),  # CLDR would show no decimals
        ("3", "XAU", "en", "code", f"XAU{NBSP}3"),
        ("-2", "EUR", "fy", "symbol", f"€{NBSP}2,00-"),
        ("-5", "USD", "he", "symbol", f"{RLM}-5.00{NBSP}{RLM}$"),
        ("1.005", "EUR", "en", "symbol", "€1.005"),
        ("1.00500", "EUR", "en", "symbol", "€1.005"),
        ("0", "EUR", "de", "symbol", f"0,00{NBSP}€"),
    ],
)
def test_how_it_looks(amount: str, code: str, locale: str, style: Style, text: str) -> None:
    """Symbols, codes, names and brackets where each locale puts them."""
    assert format_money(Money(amount, code), locale, style) == text


def test_hundreds_of_digits_would_not_matter() -> None:
    """Above the 28 digits at which Babel raises, every digit is still there."""
    money = Money(10**59 + 7, "EUR")
    assert format_money(money, "en") == "€100," + "000," * 18 + "007.00"
    assert format_money(money, "en", digits=2) == format_money(money, "en")
    assert format_money(money, "en", digits=0).endswith(",007")
    long = Money("123456789012345678901234567890.12345678", "USD")
    assert format_money(long, "en") == "$123,456,789,012,345,678,901,234,567,890.12345678"
    assert parse_money(format_money(long, "de"), "de", "USD") == long


@pytest.mark.parametrize("style", WRITTEN)
@pytest.mark.parametrize("locale", ["en", "de_CH", "ar_EG", "fy"])
def test_there_is_no_negative_zero(locale: str, style: Style) -> None:
    """What rounds to zero is written like zero, without sign or brackets."""
    nearly, zero = Money("-0.004", "EUR"), Money("0", "EUR")
    text = format_money(nearly, locale, style, rounding=Rounding.HALF_UP)
    assert text == format_money(zero, locale, style) == format_money(-zero, locale, style)
    assert "-" not in text
    assert "(" not in text
    compact = format_money(nearly, locale, "compact", rounding=Rounding.HALF_UP)
    assert compact == format_money(zero, locale, "compact")


def test_nothing_is_rounded_unless_a_rounding_is_named() -> None:
    """Fewer decimals than the amount has need a rounding (M10)."""
    price = Money("1.005", "EUR")
    with pytest.raises(InexactResult):
        format_money(price, "en", digits=2)
    with pytest.raises(InexactResult):
        format_money(Money("1500", "EUR"), "en", "compact")
    assert format_money(price, "en", digits=2, rounding=Rounding.HALF_UP) == "€1.01"
    assert format_money(price, "en", rounding=Rounding.HALF_EVEN) == "€1.00"
    assert format_money(price, "en", digits=5) == "€1.00500"
    assert format_money(Money("1.5", "XAU"), "en", digits=3) == f"XAU{NBSP}1.500"
    with pytest.raises(NoMinorUnit):
        format_money(Money("1.5", "XAU"), "en", rounding=Rounding.HALF_UP)


@pytest.mark.parametrize(
    ("amount", "locale", "digits", "text"),
    [
        ("999", "en", 0, "$999"),
        ("999.5", "en", 0, "$1K"),
        ("1000", "en", 0, "$1K"),
        ("1234567", "en", 0, "$1M"),
        ("1234567", "en", 2, "$1.23M"),
        ("-1234567", "en", 1, "-$1.2M"),
        ("1200000", "en", 3, "$1.2M"),
        ("999999", "en", 0, "$1M"),  # not $1000K
        ("999499", "en", 0, "$999K"),
        ("999950000", "en", 1, "$1B"),
        ("600000", "en", 0, "$600K"),
        ("12.34", "en", 1, "$12.3"),
        ("1500000000000000", "en", 0, "$1500T"),
        ("123456", "de", 0, f"123.456{NBSP}$"),  # German begins at a million
        ("1234567", "de", 1, f"1,2{NBSP}Mio.{NBSP}$"),
        ("123456789", "en_IN", 1, "$12.3Cr"),
        ("12345678", "ja", 0, "$1235万"),
        ("0", "en", 0, "$0"),
    ],
)
def test_the_compact_shorthand(amount: str, locale: str, digits: int, text: str) -> None:
    """Thousands, millions, lakhs: rounded once, half up, and never a thousand thousands."""
    money = Money(amount, "USD")
    rounding = Rounding.HALF_UP
    assert format_money(money, locale, "compact", digits=digits, rounding=rounding) == text


@given(st.integers(1, 999), st.integers(0, 14), locales, st.sampled_from(["EUR", "USD", "JPY"]))
def test_babel_is_the_oracle_for_the_shorthand(
    digits: int, power: int, locale: str, code: str
) -> None:
    """Where nothing has to be rounded, Babel's shorthand is ours, but for CLDR's spaces."""
    _assert_shorthand_is_babels(Money(digits * 10**power, code), locale)


def _assert_shorthand_is_babels(money: Money, locale: str) -> None:
    known, code = Locale.parse(locale), money.currency.code
    keys = known.compact_currency_formats["short"]["other"]
    used = max((key for key in keys if int(key) <= money.amount), key=int, default=None)
    if used is None or "¤" not in keys[used].pattern:
        assert format_money(money, locale, "compact") == format_money(money, locale, digits=0)
        return
    with decimal.localcontext(decimal.Context(prec=200)):
        expected = format_compact_currency(money.amount, code, locale=known, fraction_digits=9)
    ours = format_money(money, locale, "compact", digits=9)
    symbol = known.currency_symbols.get(code, code)
    assert ours.replace(symbol + NBSP, symbol) == expected.replace(symbol + NBSP, symbol)


@pytest.mark.parametrize("locale", ["xx", "", "de DE", "../de", "e" * 10_000, None, 5, "C"])
def test_an_unknown_locale_is_refused(locale: str) -> None:
    """No locale is assumed, least of all that of the environment."""
    with pytest.raises(LocaleUnknown):
        format_money(Money("1", "EUR"), locale)
    with pytest.raises(LocaleUnknown):
        parse_money("1", locale, "EUR")


def test_locales_are_named_in_every_usual_way() -> None:
    """A hyphen, an underscore, or Babel's own object."""
    money = Money("1234.5", "EUR")
    texts = {format_money(money, locale) for locale in ("de-DE", "de_DE", Locale("de", "DE"))}
    assert texts == {f"1.234,50{NBSP}€"}
    assert parse_money(texts.pop(), Locale("de", "DE")) == money


@pytest.mark.parametrize("style", ["Symbol", "", None, "standard"])
def test_an_unknown_style_is_refused(style: Style) -> None:
    """There are five styles, and the error names them."""
    with pytest.raises(StyleUnknown, match="symbol, code, name, accounting or compact"):
        format_money(Money("1", "EUR"), "en", style)


@pytest.mark.parametrize("style", ["symbol", "name", "compact"])
def test_digits_and_rounding_are_checked(style: Style) -> None:
    """Hostile counts of decimals cost no time; roundings are members of ``Rounding``."""
    money = Money("1.5", "EUR")
    for digits in (-1, 60, 10**9, True, 2.0, "2"):
        with pytest.raises(DigitsRefused):
            format_money(money, "en", style, digits=digits)  # type: ignore[arg-type]
    with pytest.raises(RoundingExpected):
        format_money(money, "en", style, digits=0, rounding="ROUND_UP")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "locale", "money"),
    [
        ("1.234,50 €", "de_DE", "EUR 1234.50"),
        ("1234,5 €", "de_DE", "EUR 1234.50"),
        ("€ 1.234", "de_DE", "EUR 1234.00"),  # a whole group: the locale's own meaning
        ("EUR1,234.50", "en", "EUR 1234.50"),
        ("1,234.50 EUR", "en", "EUR 1234.50"),
        ("1,234.50 euros", "en", "EUR 1234.50"),
        ("1,234.50 Euros", "en", "EUR 1234.50"),
        ("1 234,50 €", "fr_FR", "EUR 1234.50"),
        (f"1{NBSP}234,50{NBSP}€", "fr_FR", "EUR 1234.50"),
        (f"1{NNBSP}234,50 €", "fr_FR", "EUR 1234.50"),
        ("CHF 1'234.50", "de_CH", "CHF 1234.50"),
        ("CHF-1’234.50", "de_CH", "CHF -1234.50"),
        ("-€5", "en", "EUR -5.00"),
        ("€-5", "en", "EUR -5.00"),
        ("€ - 5", "en", "EUR -5.00"),
        ("+€5", "en", "EUR 5.00"),
        (f"{MINUS}5 €", "sv", "EUR -5.00"),
        ("(€5.00)", "en", "EUR -5.00"),
        ("( 5,00 € )", "de", "EUR -5.00"),
        ("€ 5,00-", "fy", "EUR -5.00"),
        ("US$ 5.00 USD", "en_CA", "USD 5.00"),
        ("$5 USD", "en", "USD 5.00"),
        ("₹12,34,567.50", "en_IN", "INR 1234567.50"),
        ("₹1,234,567.50", "en_IN", "INR 1234567.50"),
        ("-0.00 €", "en", "EUR 0.00"),
        ("007 €", "en", "EUR 7.00"),
        ("XAU 1.5", "en", "XAU 1.5"),
        (" \t5 €".replace("\t", NBSP), "en", "EUR 5.00"),
    ],
)
def test_what_people_type_is_read(text: str, locale: str, money: str) -> None:
    """Spaces of any kind, codes at either end, three ways of writing a minus."""
    assert parse_money(text, locale) == Money.parse(money)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("25.00", "de_DE"),  # never 2500
        ("25.00 €", "de_DE"),
        ("0.123", "de_DE"),  # never 123
        ("1.23.456", "de_DE"),
        ("1.234.56", "de_DE"),
        ("12.34,50", "de_DE"),
        ("1,50", "en_US"),
        ("1,2345", "en_US"),
        ("1234,567", "en_US"),
        ("1,,234", "en_US"),
        (",234", "en_US"),
        ("1,234,", "en_US"),
        ("1 234", "en_US"),
        ("1'234", "en_US"),
        ("25.00", "fr_FR"),
        ("1,234,56", "en_IN"),
        (".5", "en"),
        ("5.", "en"),
        ("5..0", "en"),
        ("5e3", "en"),
        ("1_000", "en"),
        ("NaN", "en"),
        ("Infinity", "en"),
        ("٥", "ar_EG"),
        ("٥5", "ar_EG"),
        ("５", "ja"),
        ("²5", "en"),
        ("", "en"),
        ("-", "en"),
        ("()", "en"),
        ("(5", "en"),
        ("5)", "en"),
        ("(-5)", "en"),
        ("((5))", "en"),
        ("--5", "en"),
        ("+-5", "en"),
        ("5-", "en"),
        ("5 5", "en"),
        ("5\n", "en"),
        ("\t5", "en"),
        ("5 €\n", "en"),
        ("5\x00", "en"),
        ("5%", "en"),
        ("=5", "en"),
        ("$1.2M", "en"),
        ("5 eur", "en"),
        ("5 USD", "en"),  # another currency than asked for
        ("$5", "en"),
        ("EUR 5 USD", "en"),
        (f"1{MINUS}5", "en"),
    ],
)
def test_everything_else_is_refused(text: str, locale: str) -> None:
    """Half groups, wrong separators, exponents, other digits: nothing is repaired or guessed."""
    with pytest.raises(MoneyTextRefused) as caught:
        parse_money(text, locale, "EUR")
    assert caught.value.locale == locale


def test_the_refusal_shows_how_numbers_are_written() -> None:
    """The message has the text, the locale and an example in the locale's own form."""
    with pytest.raises(MoneyTextRefused, match=r"'25.00 €' is not .* de_DE: .* 1\.234\.567,89"):
        parse_money("25.00 €", "de_DE")
    with pytest.raises(MoneyTextRefused, match="'M' is not understood in en"):
        parse_money("€1.2M", "en")
    with pytest.raises(MoneyTextRefused, match=r"'USD' .* not written like EUR"):
        parse_money("5 USD", "en", "EUR")
    with pytest.raises(MoneyTextRefused, match=r"'EUR USD' .* it names two currencies$"):
        parse_money("EUR 5 USD", "en")


@pytest.mark.parametrize(
    ("text", "locale", "code", "others"),
    [
        ("$5", "en_US", "USD", {"CAD", "AUD", "MXN"}),
        ("$5", "en_CA", "CAD", {"USD"}),
        ("5 kr", "sv_SE", "SEK", {"NOK", "DKK"}),
        ("£5", "en_GB", "GBP", {"GIP"}),
        ("￥5", "zh", "JPY", {"CNY"}),
    ],
)
def test_shared_symbols_need_a_currency(
    text: str, locale: str, code: str, others: set[str]
) -> None:
    """A dollar sign alone is no currency, whatever the locale; ``currency`` settles it."""
    with pytest.raises(AmbiguousSymbol, match="currency=") as caught:
        parse_money(text, locale)
    assert others | {code} <= set(caught.value.candidates)
    assert caught.value.symbol in text
    for known in (code, Currency(code)):
        assert parse_money(text, locale, known) == Money(5, code)
    for other in others:
        assert parse_money(text, locale, other) == Money(5, other)


def test_a_bare_number_needs_a_currency() -> None:
    """A number alone is an amount only when the call says of what."""
    with pytest.raises(CurrencyNotNamed, match="currency=") as caught:
        parse_money("5,00", "de")
    assert caught.value.locale == "de"
    assert parse_money("5,00", "de", "EUR") == Money("5", "EUR")
    with pytest.raises(UnknownCurrency):
        parse_money("5,00", "de", "eur")


def test_own_currencies_are_written_and_read_through_their_registry() -> None:
    """Code and name of a currency of one's own; without its registry nobody knows it (M11)."""
    coin = BTC.currency("BTC")
    money = Money("0.5", coin)
    assert format_money(money, "de") == f"0,50000000{NBSP}BTC"
    assert format_money(money, "en", "name") == "0.50000000 Bitcoin"
    for style in WRITTEN:
        text = format_money(money, "ro", style)
        assert parse_money(text, "ro", registry=BTC) == money
        assert parse_money(text, "ro", coin) == money
        assert parse_money(text, "ro", "BTC", registry=BTC) == money
        with pytest.raises(MoneyTextRefused):
            parse_money(text, "ro")


@pytest.mark.parametrize("text", [None, 5, 5.0, b"5 EUR", ["5"]])
def test_what_is_no_text_is_refused(text: object) -> None:
    """Numbers and bytes are not read as text."""
    with pytest.raises(MoneyTextRefused, match=f"'a {type(text).__name__}' .*: it is no text$"):
        parse_money(text, "en", "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "1" * 10_000_000,
        "1," * 5_000_000,
        "1,234" * 40,
        "(" * LONGEST_TEXT,
        "1,234" * (LONGEST_TEXT // 5),
        "1,234," * (LONGEST_TEXT // 6),
        "1" * LONGEST_TEXT + "x",
        "-" * LONGEST_TEXT,
        " " * (LONGEST_TEXT - 1) + "1",
        "$" * (LONGEST_TEXT - 1) + "1",
        "1" + "€" * (LONGEST_TEXT - 1),
    ],
)
def test_hostile_texts_are_refused_quickly(text: str) -> None:
    """No text of any length or shape takes long or makes a long message."""
    parse_money("1 €", "en")  # the locale is loaded before the clock starts
    started = time.perf_counter()
    with pytest.raises((MoneyTextRefused, CurrencyNotNamed)) as caught:
        parse_money(text, "en")
    assert time.perf_counter() - started < 0.05
    assert len(str(caught.value)) < 600


def test_a_text_may_have_so_many_characters_and_no_more() -> None:
    """The longest text is read, one character more is refused before it is looked at."""
    longest = "5 €".rjust(LONGEST_TEXT)
    assert parse_money(longest, "en") == Money("5", "EUR")
    for text in (f" {longest}", longest * 100_000, "1" * 10_000_000):
        with pytest.raises(MoneyTextRefused, match=f"at most {LONGEST_TEXT} characters"):
            parse_money(text, "en", "EUR")


def test_more_than_forty_digits_are_refused() -> None:
    """The one bound for numbers from outside holds here too (RULES section 4)."""
    assert parse_money("1" * 40, "en", "EUR") == Money("1" * 40, "EUR")
    with pytest.raises(NumberRefused):
        parse_money("1" * 41, "en", "EUR")


typed = st.from_regex(r"[($€ ]{0,3}[-+]?[0-9., '’]{1,12}[)A-Z€ -]{0,4}", fullmatch=True)


@given(st.text(max_size=30) | typed, locales)
def test_any_text_is_read_or_refused(text: str, locale: str) -> None:
    """Whatever comes in is refused by a named error, or read without losing a digit."""
    try:
        read = parse_money(text, locale, "EUR")
    except (MoneyTextRefused, NumberRefused):
        return
    digits = "".join(character for character in text if character in "0123456789")
    assert int(format(read.amount.copy_abs(), "f").replace(".", "")) == int(digits)


def test_threads_share_what_is_compiled() -> None:
    """Threads with contexts of their own write and read the same texts."""

    def round_trip(number: int) -> bool:
        decimal.getcontext().prec = 1 + number % 5
        money = Money(f"-{number}234567.89", "EUR")
        return all(
            parse_money(format_money(money, locale, style), locale, "EUR") == money
            for locale in LOCALES
            for style in WRITTEN
        )

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(round_trip, range(1, 9)))


@pytest.mark.slow
def test_every_locale_of_babel_is_written_and_read() -> None:
    """All locales there are: patterns of the known shape, Babel's output, and the law."""
    money, shared = Money("-1234567.5", "EUR"), dict[str, set[str]]()
    for name in localedata.locale_identifiers():
        known = Locale.parse(name)
        for pattern in (*known.currency_formats.values(), known.decimal_formats[None]):
            assert pattern.int_prec[0] == 1
            assert pattern.exp_prec is None
            assert pattern.scale == 0
        for style in WRITTEN:
            text = format_money(money, name, style)
            assert text == babels_own(money, name, style)
            assert parse_money(text, name) == money
        for amount in (10**3, 10**6, 2 * 10**6, 5 * 10**6, 15 * 10**5, 10**8, 10**10):
            _assert_shorthand_is_babels(Money(amount, "EUR"), name)
        for code, symbol in known.currency_symbols.items():
            shared.setdefault(symbol, set()).add(code)
    several = {symbol: codes for symbol, codes in shared.items() if len(codes) > 1}
    assert {symbol: set(codes.split()) for symbol, codes in SHARED_SYMBOLS.items()} == several


def test_formatting_is_loaded_only_by_who_formats() -> None:
    """``import fxcrm`` and money alone do not load Babel."""
    code = "import sys, fxcrm, fxcrm.money; print('babel' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        timeout=60,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(formatting.__file__).parents[1])},
    )
    assert done.stdout.strip() == "False"
