"""Written forms of money: text, JSON, units and nanos, the mini-language; any context (M1)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from fxcrm.currencies import ISO, CurrencyRegistry, UnknownCurrency
from fxcrm.interchange import DecimalsLost, FormatRefused, MoneyRefused
from fxcrm.money import Money, NumberRefused
from tests.ambient import any_context as any_context

COINS = CurrencyRegistry("paper coins").define("BTC", digits=8, name="Bitcoin")
PRICE = Money("-1234567.5", "EUR")


@pytest.mark.parametrize(
    ("one", "text", "shown"),
    [
        (Money("19.9", "EUR"), "EUR 19.90", "Money('19.90', 'EUR')"),
        (Money("-0.00", "EUR"), "EUR 0.00", "Money('0.00', 'EUR')"),
        (Money("1.5000", "EUR"), "EUR 1.50", "Money('1.50', 'EUR')"),
        (Money("1.005", "EUR"), "EUR 1.005", "Money('1.005', 'EUR')"),
        (Money("0.0000001", "EUR"), "EUR 0.0000001", "Money('0.0000001', 'EUR')"),
        (Money("1000", "JPY"), "JPY 1000", "Money('1000', 'JPY')"),
        (Money("1000.0", "JPY"), "JPY 1000", "Money('1000', 'JPY')"),
        (Money("100.0", "JPY") * Decimal("0.1"), "JPY 10", "Money('10', 'JPY')"),
        (Money("1", "BHD"), "BHD 1.000", "Money('1.000', 'BHD')"),
        (Money("31.10", "XAU"), "XAU 31.1", "Money('31.1', 'XAU')"),
        (Money(Decimal("1E+30"), "EUR"), f"EUR 1{'0' * 30}.00", f"Money('1{'0' * 30}.00', 'EUR')"),
    ],
)
def test_text_has_the_decimals_of_the_currency_and_more_only_where_needed(
    one: Money, text: str, shown: str
) -> None:
    """Equal amounts are written alike, never with an exponent or a negative zero."""
    assert (str(one), repr(one)) == (text, shown)
    assert one.to_json() == {"amount": text.split()[1], "currency": text.split(maxsplit=1)[0]}


def test_an_own_currency_is_written_with_its_registry_and_read_back_by_it() -> None:
    """The code alone would not evaluate, and ISO does not know it (M11)."""
    coin = COINS.money("0.5", "BTC")
    assert str(coin) == "BTC 0.50000000"
    assert eval(repr(coin), {"Money": Money, "CurrencyRegistry": CurrencyRegistry}) == coin  # noqa: S307
    assert Money.parse("BTC 0.5", COINS) == Money.from_json(coin.to_json(), COINS) == coin
    with pytest.raises(UnknownCurrency):
        Money.parse("BTC 0.5")
    with pytest.raises(UnknownCurrency):
        Money.from_json(coin.to_json())


@pytest.mark.parametrize(
    "text",
    ["", "EUR", "19.99", "EUR19.99", "EUR\u00a019.99", "EUR\t1", None, 5, b"EUR 1", "EUR 1" * 30],
)
def test_text_of_another_shape_is_refused(text: Any) -> None:
    """A code, one space, a number; nothing is guessed."""
    with pytest.raises(MoneyRefused, match=r'an amount is written like "EUR 19\.99"'):
        Money.parse(text)


@pytest.mark.parametrize("text", ["EUR  1", "EUR 1,000", "EUR 1 ", "EUR 1E5", "EUR NaN", "EUR "])
def test_a_number_of_another_shape_is_refused(text: str) -> None:
    """The number is read by the one strict parser."""
    with pytest.raises(NumberRefused):
        Money.parse(text)


@pytest.mark.parametrize("text", ["eur 1", " 1", "XXQ 1", "€ 1"])
def test_a_code_of_another_shape_is_refused(text: str) -> None:
    """Symbols and small letters are a matter of ``formatting``."""
    with pytest.raises(UnknownCurrency):
        Money.parse(text)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"amount": "1"},
        {"currency": "EUR"},
        {"amount": 1, "currency": "EUR"},
        {"amount": 1.5, "currency": "EUR"},
        {"amount": None, "currency": "EUR"},
        {"amount": "1", "currency": 978},
        {"amount": "1", "currency": "EUR", "unit": "cent"},
        ["1", "EUR"],
        "EUR 1",
        None,
    ],
)
def test_a_record_of_another_shape_is_refused(record: Any) -> None:
    """A JSON number may have been a float; unknown keys may mean anything."""
    with pytest.raises(MoneyRefused, match="a record is two texts"):
        Money.from_json(record)


def test_json_goes_through_any_codec() -> None:
    """The record is two texts, so nothing on the way can round it."""
    one = Money("12345678901234567890.12", "EUR")
    assert json.dumps(one.to_json()) == '{"amount": "12345678901234567890.12", "currency": "EUR"}'
    assert Money.from_json(json.loads(json.dumps(one.to_json())), ISO) == one


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("1.75", (1, 750_000_000)),
        ("-1.75", (-1, -750_000_000)),
        ("-0.000000001", (0, -1)),
        ("0", (0, 0)),
        ("9223372036854775807.999999999", (2**63 - 1, 999_999_999)),
        ("-9223372036854775807", (1 - 2**63, 0)),
    ],
)
def test_units_and_nanos(text: str, pair: tuple[int, int]) -> None:
    """The two numbers of google.type.Money, of one sign."""
    assert Money(text, "EUR").to_units_nanos() == pair
    assert Money.from_units_nanos(*pair, "EUR") == Money(text, "EUR")


def test_the_least_of_64_bits_is_read() -> None:
    """One more below zero than above, as int64 has it."""
    assert Money.from_units_nanos(-(2**63), 0, "EUR") == Money(-(2**63), "EUR")


def test_what_does_not_fit_units_and_nanos_is_refused() -> None:
    """Ten decimals, 65 bits, mixed signs, and what is no int."""
    with pytest.raises(DecimalsLost, match="more than 9 decimals"):
        Money("0.0000000001", "EUR").to_units_nanos()
    for text in ("9223372036854775808", "-9223372036854775808.5"):
        with pytest.raises(MoneyRefused, match="64 bits"):
            Money(text, "EUR").to_units_nanos()
    wrong: list[tuple[Any, Any]] = [
        (1, -1),
        (-1, 1),
        (2**63, 0),
        (-(2**63) - 1, 0),
        (0, 10**9),
        (0, -(10**9)),
        (True, 0),
        (0, False),
        (1.0, 0),
        ("1", "0"),
    ]
    for units, nanos in wrong:
        with pytest.raises(MoneyRefused):
            Money.from_units_nanos(units, nanos, "EUR")


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("", "EUR -1234567.50"),
        ("c", "EUR -1234567.50"),
        ("e", "-1234567.50 EUR"),
        ("n", "-1234567.50"),
        (",", "EUR -1,234,567.50"),
        ("_n", "-1_234_567.50"),
        (",.4n", "-1,234,567.5000"),
        (".1n", "-1234567.5"),
        ("20n", "-1234567.50         "),
        (">20n", "         -1234567.50"),
        ("*^21n", "*****-1234567.50*****"),
        ("<>14,n", "<-1,234,567.50"),
        ("*>20,.2e", "***-1,234,567.50 EUR"),
        (">+3n", "-1234567.50"),
    ],
)
def test_the_mini_language(spec: str, text: str) -> None:
    """Fill and align, width, grouping, digits and where the code stands."""
    assert format(PRICE, spec) == text


@pytest.mark.parametrize(
    ("spec", "amount", "text"),
    [
        ("+n", "5", "+5.00"),
        (" n", "5", " 5.00"),
        ("-n", "5", "5.00"),
        ("+n", "-5", "-5.00"),
        ("+n", "0", "+0.00"),
        ("n", "0.005", "0.005"),
        (",n", "999", "999.00"),
        (",n", "-1000", "-1,000.00"),
        (",.0n", "1000", "1,000"),
        (".59n", "1", f"1.{'0' * 59}"),
        (",.30n", "123456789012345678901234567890", None),
        (".9n", "0", "0.000000000"),
    ],
)
def test_signs_and_long_numbers(spec: str, amount: str, text: str | None) -> None:
    """Sixty digits are grouped and padded like six."""
    shown = format(Money(amount, "EUR"), spec)
    grouped = "123,456,789,012,345,678,901,234,567,890." + "0" * 30
    assert shown == (grouped if text is None else text)


def test_a_currency_without_decimals_is_laid_out_without_a_point() -> None:
    """Yen are grouped and signed as whole numbers."""
    assert f"{Money(1000, 'JPY'):,}" == "JPY 1,000"
    assert f"{Money(1000, 'JPY'):+n}" == "+1000"


def test_a_long_amount_takes_all_the_decimals_there_can_be() -> None:
    """Sixty digits before the point and 59 behind it: text has no limit of its own."""
    most = Money(10**60 - 1, "EUR")
    assert f"{most:.59n}" == "9" * 60 + "." + "0" * 59


@pytest.mark.parametrize("spec", [".0n", ".0", ",.0e"])
def test_formatting_never_rounds(spec: str) -> None:
    """Fewer decimals than there are is an error that says what to do (M10)."""
    with pytest.raises(DecimalsLost, match=r"rounded\(Rounding\.HALF_EVEN, digits=0\)"):
        format(PRICE, spec)


@pytest.mark.parametrize("spec", ["f", ".2f", "d", "08n", ".60", "1000", "x" * 10_000, ",_", "=8n"])
def test_other_specifications_are_refused(spec: str) -> None:
    """Those of floats too; the message shows the language and not ten thousand letters."""
    with pytest.raises(FormatRefused, match=r"\[\[fill\]align\]") as raised:
        format(PRICE, spec)
    assert len(str(raised.value)) < 200
