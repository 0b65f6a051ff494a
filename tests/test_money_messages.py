"""What the refusals of amounts say: the operation, the operands and the reason, word for word.

The way out, which follows the semicolon, belongs to the template of the error. What stands
before it is put together where the error is raised, and that is what these examples pin.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from fxcrm._decimals import decimal_of, exact_decimal, exact_ratio, parse_decimal
from fxcrm.errors import FxcrmError
from fxcrm.money import Money, RationalMoney, Rounding, round_ratio
from fxcrm.moneybag import MoneyBag
from fxcrm.taxes import PriceBasis, Tax, TaxableLine, discounted, tax_document
from tests.ambient import any_context as any_context

FIVE, ONE = Money("5.00", "EUR"), Money("1.00", "USD")
ODD, MOST = Money("1.005", "EUR"), Money(10**60 - 1, "EUR")
EXACT = FIVE.exact()
VAT = Tax("VAT", "19")
TOO_LONG = "the exact result needs more than 60 digits"
NOT_TAKEN = "a float is not taken as an exact number"
FRACTIONS = "use times(), divide() or exact(), which take fractions"
PLAIN = 'write it in plain digits like "-1234.50": no exponent, separator, space or NaN'
UP = Rounding.UP

Asked = tuple[str, Callable[[], Any]]

# Callers without a type checker are the ones who meet many of these.
five: Any = FIVE
exact: Any = EXACT
decimal: Any = exact_decimal
parse: Any = parse_decimal
euros: Any = Money

SUMS: list[Asked] = [
    ("the sum needs one currency, got EUR 5.00 and USD 1.00", lambda: FIVE + ONE),
    ("the sum needs one currency, got EUR 5 and USD 1", lambda: EXACT + ONE.exact()),
    ("the sum of EUR with a bare int", lambda: five + 1),
    ("the sum of EUR with a bare Decimal", lambda: Decimal(1) + five),
    ("the sum of EUR with a bare int", lambda: exact + 1),
    ("the sum of EUR with a bare Fraction", lambda: Fraction(1) + exact),
    (f"the sum: {TOO_LONG}", lambda: MOST + FIVE),
    ("the difference needs one currency, got EUR 5.00 and USD 1.00", lambda: FIVE - ONE),
    ("the difference needs one currency, got EUR 5 and USD 1", lambda: EXACT - ONE.exact()),
    ("the difference of EUR with a bare int", lambda: five - 1),
    ("the difference of EUR with a bare int", lambda: 1 - five),
    ("the difference of EUR with a bare int", lambda: exact - 1),
    ("the difference of EUR with a bare int", lambda: 1 - exact),
    (f"the difference: {TOO_LONG}", lambda: -MOST - FIVE),
    ("the order needs one currency, got EUR 5.00 and USD 1.00", lambda: FIVE < ONE),
    ("the order needs one currency, got EUR 5 and USD 1", lambda: exact < ONE.exact()),
    ("the order of EUR with a bare int", lambda: five < 1),
    ("the order of EUR with a bare int", lambda: exact < 1),
    ("the total needs one currency, got 'EUR' and 'USD'", lambda: Money.total([FIVE, ONE])),
    ("the total needs one currency, got 'USD' and 'EUR'", lambda: Money.total([FIVE], "USD")),
    (
        f"{NOT_TAKEN}: the total is of Money alone",
        lambda: euros.total([FIVE, 1.5]),
    ),
    (
        "a str is not taken as an exact number: the total is of Money alone",
        lambda: euros.total(["5.00", FIVE]),
    ),
    ("the total of no amounts: say of which currency, currency=", lambda: Money.total([])),
    (f"the total: {TOO_LONG}", lambda: Money.total([MOST, MOST])),
]

QUOTIENTS: list[Asked] = [
    (f"the product: {TOO_LONG}", lambda: MOST * 10),
    (f"times: {TOO_LONG}", lambda: MOST.times(10)),
    ("an amount of EUR is not divided by /", lambda: five / 2),
    ("divmod of EUR with a bare Decimal", lambda: divmod(five, Decimal(2))),
    ("divmod: the divisor is zero", lambda: divmod(FIVE, 0)),
    ("the ratio: the divisor is zero", lambda: FIVE.ratio(FIVE * 0)),
    ("the ratio needs one currency, got EUR 5.00 and USD 1.00", lambda: FIVE.ratio(ONE)),
    ("the quotient: the divisor is zero", lambda: EXACT / 0),
    ("round_ratio: the divisor is zero", lambda: round_ratio(1, 0)),
    (
        "a rational amount: the exact fraction needs more than 10000 bits",
        lambda: RationalMoney(Fraction(1, 1 << 10_000), "EUR"),
    ),
]

ROUNDINGS: list[Asked] = [
    ("rounded: EUR 1.005 does not come out exactly in 2 decimals", ODD.rounded),
    ("rounded: EUR 1.005 does not come out exactly in 1 decimals", lambda: ODD.rounded(digits=1)),
    (
        "rounded: EUR 5.00 does not come out exactly in steps of 0.3",
        lambda: FIVE.rounded(step=".3"),
    ),
    ("times: EUR 1.005 does not come out exactly in 2 decimals", lambda: ODD.times(1)),
    ("rounded: EUR 5/3 does not come out exactly in 2 decimals", (EXACT / 3).rounded),
    (f"rounded: {TOO_LONG}", lambda: MOST.rounded(UP)),
    (
        "the number '-0.5' is refused: a step is above zero, and stands without digits=",
        lambda: FIVE.rounded(UP, step="-0.5"),
    ),
    ("rounding= takes a member of fxcrm.Rounding, not a str", lambda: five.rounded("UP")),
    ("digits= takes an int from 0 to 59, not this str", lambda: five.rounded(UP, digits="2")),
    (
        "digits= takes an int from 0 to 59, not this NoneType",
        lambda: euros.from_scaled(5, None, "EUR"),
    ),
    ("digits= takes an int from 0 to 59, not this float", lambda: exact.rounded(UP, 2.0)),
    ("no cash step is known for BHD", lambda: Money("1", "BHD").cash_rounded()),
    ("EUR 1.005 is no whole number of minor units", lambda: ODD.minor),
    ("'XAU' has no minor unit", lambda: Money("1", "XAU").minor),
    ("'XAU' has no minor unit", lambda: Money("1", "XAU").exact().rounded(UP)),
    ("this can not be shared out: there must be 1 to 100000 weights", lambda: FIVE.allocate([])),
    ("this can not be shared out: a weight is negative", lambda: FIVE.allocate([-1])),
    ("this can not be shared out: all weights are zero", lambda: FIVE.allocate([0])),
    (
        "this can not be shared out: the fractions have no reasonable common denominator",
        lambda: FIVE.allocate([Fraction(1, 2**3999 - n) for n in range(9)]),
    ),
    ("this can not be shared out: parts is an int from 1 to 100000", lambda: FIVE.split(0)),
]

NUMBERS: list[Asked] = [
    (f"a new amount: {TOO_LONG}", lambda: Money(Decimal("1E-60"), "EUR")),
    (f"reading a number: {TOO_LONG}", lambda: Money(10**60, "EUR")),
    (f"reading a number: {TOO_LONG}", lambda: exact_decimal(1 << 10_000)),
    (
        "reading a fraction: the exact fraction needs more than 4000 bits",
        lambda: exact_ratio(Fraction(1, 1 << 4000)),
    ),
    (f"counting units: {TOO_LONG}", lambda: decimal_of(10**60, 0)),
    (f"counting units: {TOO_LONG}", lambda: decimal_of(1 << 300, 0)),
    (
        "a bool is not taken as an exact number: units are counted in an int",
        lambda: Money.from_minor(True, "EUR"),
    ),
    (f"{NOT_TAKEN}: pass the text of it", lambda: parse(1.5)),
    (
        f'{NOT_TAKEN}: it has lost its decimals already; pass text, "19.99", or a Decimal',
        lambda: decimal(1.5),
    ),
    (
        f"a Fraction is not taken as an exact number: {FRACTIONS}",
        lambda: decimal(Fraction(1, 2)),
    ),
    (
        "a bool is not taken as an exact number: pass text, an int or a Decimal",
        lambda: decimal(True),
    ),
    (
        "a NoneType is not taken as an exact number: pass text, an int or a Decimal",
        lambda: decimal(None),
    ),
    ("the number 'NaN' is refused: it is not finite", lambda: decimal(Decimal("NaN"))),
    (
        f"the number '1E5' is refused: {PLAIN}",
        lambda: parse_decimal("1E5"),
    ),
    (f"the number '1e5' is refused: {PLAIN}", lambda: parse_decimal("1e5")),
    (f"the number '{'E' * 40}' is refused: {PLAIN}", lambda: parse_decimal("E" * 40)),
    (
        f"the number '{'1' * 40}' is refused: 41 characters, 40 are allowed",
        lambda: parse_decimal("1" * 41),
    ),
]

WRITTEN: list[Asked] = [
    ("'int' is refused: an amount is written like \"EUR 19.99\"", lambda: euros.parse(5)),
    ("'EUR' is refused: an amount is written like \"EUR 19.99\"", lambda: Money.parse("EUR")),
    (
        f"the number '{'1' * 40}' is refused: 76 characters, 40 are allowed",
        lambda: Money.parse(f"EUR {'1' * 76}"),
    ),
    (
        f"'EUR {'1' * 36}' is refused: an amount is written like \"EUR 19.99\"",
        lambda: Money.parse(f"EUR {'1' * 77}"),
    ),
    (
        f"'{'E' * 40}' is refused: an amount is written like \"EUR 19.99\"",
        lambda: Money.parse("E" * 99),
    ),
    (
        '\'list\' is refused: a record is two texts, {"amount": "19.99", "currency": "EUR"}',
        lambda: euros.from_json([]),
    ),
    (
        "'EUR 9223372036854775808.00' is refused: the units do not fit 64 bits",
        lambda: Money(2**63, "EUR").to_units_nanos(),
    ),
    (
        "'units, nanos' is refused: both are an int",
        lambda: euros.from_units_nanos("1", 0, "EUR"),
    ),
    (
        "'units, nanos' is refused: int64, and less than 10**9 nanos",
        lambda: Money.from_units_nanos(0, 10**9, "EUR"),
    ),
    (
        "'units, nanos' is refused: one is above zero and one below",
        lambda: Money.from_units_nanos(1, -1, "EUR"),
    ),
    (
        "EUR 0.0000000001 has more than 9 decimals",
        lambda: Money("0.0000000001", "EUR").to_units_nanos(),
    ),
    ("EUR 1.005 has more than 2 decimals", lambda: format(ODD, ".2")),
    (f"'{'x' * 40}' is no format of money", lambda: format(FIVE, "x" * 50)),
    ("-1.50 percent is refused: a tax is not negative", lambda: Tax("VAT", "-1.50")),
    ("100.5 percent is refused: a discount is 0 to 100", lambda: discounted(FIVE, "100.5", UP)),
    (
        "the tax of no amounts: say of which currency, currency=",
        lambda: tax_document([], basis=PriceBasis.NET, rounding=UP),
    ),
    (
        "a line names one tax twice: VAT 19 %, VAT 19 %",
        lambda: TaxableLine(Decimal(1), FIVE, (VAT, VAT)),
    ),
]


@pytest.mark.parametrize(("text", "asked"), [*SUMS, *QUOTIENTS, *ROUNDINGS, *NUMBERS, *WRITTEN])
def test_a_refusal_names_operation_operands_and_reason(
    text: str, asked: Callable[[], object]
) -> None:
    """The message up to the way out is exactly this, with every operand in its place."""
    with pytest.raises(FxcrmError) as raised:
        asked()
    assert f"{raised.value};".startswith(f"{text};")


def test_what_is_immutable_says_so() -> None:
    """Setting and deleting name the kind of value and the attribute."""
    for value in (FIVE, EXACT, MoneyBag()):
        kind = type(value).__name__
        for name in ("amount", "currency"):
            with pytest.raises(AttributeError) as raised:
                setattr(value, name, None)
            assert str(raised.value) == f"{kind} is immutable; {name} can not be set"
            with pytest.raises(AttributeError) as raised:
                delattr(value, name)
            assert str(raised.value) == f"{kind} is immutable; {name} can not be deleted"
