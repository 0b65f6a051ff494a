"""Reading money that people have typed, by locale: every way of writing it, and nothing else."""

# Quotes and digits of other scripts are what is tested here.
# ruff: noqa: RUF001

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fxcrm._decimals import canonical
from fxcrm.currencies import Currency, UnknownCurrency
from fxcrm.formatting import (
    LONGEST_TEXT,
    AmbiguousSymbol,
    CurrencyNotNamed,
    MoneyTextRefused,
    Style,
    format_money,
    parse_money,
)
from fxcrm.formatting.layouts import digits_of, laid_out, number_layout
from fxcrm.money import Money, NumberRefused
from tests.ambient import any_context as any_context
from tests.written import (
    BTC,
    MINUS,
    NBSP,
    NNBSP,
    WRITTEN,
    iso_moneys,
    locales,
    moneys,
    styles,
)


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


written_like = st.text(f"0123456789.,'’-+()eE _{NBSP}{NNBSP}", max_size=12)


@given(moneys.map(lambda money: canonical(money.amount)) | written_like, locales)
@example("NaN", "en")
@example("Infinity", "en")
@example("-0", "en")
@example("1.5", "fr_FR")
@example("1.234.50", "de_DE")
@example("1,234,567", "en_IN")
def test_the_quick_way_reads_what_the_grammar_reads(text: str, locale: str) -> None:
    """A bare number is read as it is beside a code, where only the grammar can read it."""

    def read(whole_text: str) -> object:
        try:
            return str(parse_money(whole_text, locale, "EUR"))
        except (MoneyTextRefused, NumberRefused) as refused:
            return type(refused)

    assert read(text) == read(f"EUR{text}" if text[:1] == "-" else f"EUR {text}")


@given(moneys, locales)
def test_a_bare_number_as_the_locale_writes_it(money: Money, locale: str) -> None:
    """The number of the name style, without the name, gives the amount back."""
    layout = number_layout(locale)
    whole, decimals = digits_of(money.amount, 0)
    assert parse_money(laid_out(whole, decimals, layout), locale, money.currency) == money


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
