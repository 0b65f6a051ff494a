"""Writing money by locale, with Babel's own output as the oracle."""

# Quotes and digits of other scripts are what is tested here.
# ruff: noqa: RUF001

from __future__ import annotations

import decimal
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from babel import Locale, localedata
from babel.numbers import format_compact_currency
from hypothesis import example, given
from hypothesis import strategies as st

from fxcrm import formatting
from fxcrm.currencies import NoMinorUnit
from fxcrm.formatting import (
    SHARED_SYMBOLS,
    LocaleUnknown,
    Style,
    StyleUnknown,
    format_money,
    parse_money,
)
from fxcrm.formatting.plurals import plural_of
from fxcrm.money import InexactResult, Money, Rounding, RoundingExpected
from fxcrm.rational import DigitsRefused
from tests.ambient import IN_THE_STRICTEST
from tests.ambient import any_context as any_context
from tests.written import (
    LOCALES,
    NBSP,
    NNBSP,
    RLM,
    WRITTEN,
    babels_own,
    iso_moneys,
    locales,
    moneys,
    styles,
)


@given(iso_moneys, locales, styles)
@example(Money("-1234567.5", "INR"), "en_IN", "name")
@example(Money("1", "USD"), "en", "name")
@example(Money("-0.5", "CHF"), "de_CH", "symbol")
def test_babel_is_the_oracle(money: Money, locale: str, style: Style) -> None:
    """Every style gives what Babel gives when it has room, but for CLDR's missing spaces."""
    assert format_money(money, locale, style) == babels_own(money, locale, style)


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


@given(st.integers(0, 10**7) | st.integers(0, 300), st.text("0159", max_size=3), locales)
@example(1, "", "en")
@example(1, "00", "en")
@example(1_000_000, "", "fr_FR")
@example(11, "", "ru")
def test_babel_is_the_oracle_for_plurals(whole: int, decimals: str, locale: str) -> None:
    """The category of each number is Babel's, with or without sign and commas."""
    with decimal.localcontext(decimal.Context(prec=60)):
        expected = Locale.parse(locale).plural_form(Decimal(f"{whole}.{decimals}"))
    assert plural_of(locale, f"-{whole:,}", decimals) == plural_of(locale, str(whole), decimals)
    assert plural_of(locale, str(whole), decimals) == expected


@pytest.mark.slow
@IN_THE_STRICTEST
def test_every_plural_rule_of_babel_is_understood() -> None:
    """All rules, with the numbers at which CLDR changes its mind; all locales, with some of them.

    Hundreds of locales share one set of rules: the first of each is asked for every number.
    """
    wholes = [*range(130), *range(190, 215), 999, 1_000, 1_001, 20_000, 40_000, 60_001]
    wholes += [100_000, 101_000, 10**6, 10**6 + 1, 2 * 10**6, 3 * 10**6 + 100_000]
    shown = [(str(whole), decimals) for whole in wholes for decimals in ("", "0", "1", "20", "51")]
    met = set[str]()
    for name in localedata.locale_identifiers():
        rules = Locale.parse(name).plural_form
        kind = str(sorted(rules.rules.items()))
        asked = shown[:: 1 if kind not in met else 11]
        met.add(kind)
        with decimal.localcontext(decimal.DefaultContext):  # Babel leans on the caller's
            expected = [rules(Decimal(f"{whole}.{decimals}")) for whole, decimals in asked]
        assert [plural_of(name, *one) for one in asked] == expected, name
    assert len(met) > 20


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
@IN_THE_STRICTEST
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
