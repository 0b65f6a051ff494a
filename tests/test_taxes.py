"""Discounts and taxes whose components add up, by every policy (M9); under three contexts (M1)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.money import CurrencyMismatch, CurrencyNeeded, Money, Rounding
from fxcrm.taxes import (
    Discounted,
    PercentRefused,
    PriceBasis,
    Tax,
    TaxableLine,
    TaxedDocument,
    TaxRepeated,
    TaxRounding,
    TaxTotal,
    discounted,
    tax_document,
)
from fxcrm.testing.strategies import factors, money, roundings
from tests.ambient import any_context as any_context
from tests.oracle import rounded

VAT = Tax("VAT", "19")
LOW = Tax("VAT reduced", "7")
CITY = Tax("City", "2.5")
NONE = Tax("Exempt", 0)
CENT = Fraction(1, 100)

tax_lists = st.lists(st.sampled_from([VAT, LOW, CITY, NONE]), max_size=3, unique=True).map(tuple)
quantities = st.integers(-20, 20).map(Decimal) | factors(digits=2, largest=20)
lines = st.builds(
    TaxableLine, quantities, money("EUR", low=-999, high=999, extra_digits=2), tax_lists
)
documents = st.lists(lines, min_size=1, max_size=6)
bases = st.sampled_from(PriceBasis)
policies = st.sampled_from(TaxRounding)


def _price(line: TaxableLine) -> Fraction:
    assert isinstance(line.unit_price, Money)
    return Fraction(line.unit_price.amount)


def eur(amount: str) -> Money:
    """An amount of EUR."""
    return Money(amount, "EUR")


def totals(document: TaxedDocument) -> tuple[str, list[str], str]:
    """Net, taxes and gross as texts."""
    return (
        str(document.net),
        [str(one.amount) for one in document.by_tax],
        str(document.gross),
    )


@pytest.mark.parametrize(
    ("per", "tax", "gross"),
    [
        (TaxRounding.PER_LINE, "EUR 0.57", "EUR 3.54"),
        (TaxRounding.PER_UNIT, "EUR 0.63", "EUR 3.60"),
        (TaxRounding.PER_TOTAL, "EUR 0.57", "EUR 3.54"),
    ],
)
def test_policies_of_a_net_document(per: TaxRounding, tax: str, gross: str) -> None:
    """Thrice three units at 0.33: 0.0627 a unit, 0.1881 a line, 0.5643 in all, rounded up."""
    sold = [TaxableLine(3, eur("0.33"), (VAT,))] * 3
    document = tax_document(sold, basis=PriceBasis.NET, rounding=Rounding.CEILING, per=per)
    assert totals(document) == ("EUR 2.97", [tax], gross)


def test_tax_in_a_gross_price_is_taken_out_of_it() -> None:
    """119.00 with 19 % contains 19.00; the gross of a gross document is what was asked for."""
    sold = [TaxableLine(1, eur("119.00"), (VAT,)), TaxableLine("0.5", eur("1.00"), (VAT,))]
    document = tax_document(sold, basis=PriceBasis.GROSS, rounding=Rounding.HALF_UP)
    assert totals(document) == ("EUR 100.42", ["EUR 19.08"], "EUR 119.50")


def test_two_taxes_in_one_gross_price_add_up_to_the_tax_in_it() -> None:
    """21.5 % of 1.00 gross are 0.18: 0.16 and 0.02, not 0.156 and 0.021 rounded apart."""
    sold = [TaxableLine(1, eur("1.00"), (VAT, CITY))]
    document = tax_document(sold, basis=PriceBasis.GROSS, rounding=Rounding.HALF_UP)
    assert totals(document) == ("EUR 0.82", ["EUR 0.16", "EUR 0.02"], "EUR 1.00")
    turned = [TaxableLine(1, eur("1.00"), (CITY, VAT))]
    document = tax_document(turned, basis=PriceBasis.GROSS, rounding=Rounding.HALF_UP)
    assert totals(document) == ("EUR 0.82", ["EUR 0.02", "EUR 0.16"], "EUR 1.00")


def test_the_total_policy_rounds_the_tax_of_the_sum() -> None:
    """Three times 0.03 at 19 %: by lines 0.03 of tax, of the total 0.02; lines still add up."""
    sold = [TaxableLine(1, eur("0.03"), (VAT,))] * 3
    by_line = tax_document(sold, basis=PriceBasis.NET, rounding=Rounding.HALF_UP)
    by_total = tax_document(
        sold, basis=PriceBasis.NET, rounding=Rounding.HALF_UP, per=TaxRounding.PER_TOTAL
    )
    assert totals(by_line) == ("EUR 0.09", ["EUR 0.03"], "EUR 0.12")
    assert totals(by_total) == ("EUR 0.09", ["EUR 0.02"], "EUR 0.11")
    assert [line.taxes for line in by_total.lines] == [
        (eur("0.01"),),
        (eur("0.00"),),
        (eur("0.01"),),
    ]


def test_every_product_is_rounded_as_the_call_says() -> None:
    """0.333 of 1.00, by unit and by line, and an eighth off 0.99: each rounded once (M9)."""
    sold = [TaxableLine("0.333", eur("1.00"), (VAT,))]
    by_unit = tax_document(
        sold, basis=PriceBasis.NET, rounding=Rounding.UP, per=TaxRounding.PER_UNIT
    )
    assert totals(by_unit) == ("EUR 0.34", ["EUR 0.07"], "EUR 0.41")
    by_line = tax_document(sold, basis=PriceBasis.NET, rounding=Rounding.DOWN)
    assert totals(by_line) == ("EUR 0.33", ["EUR 0.06"], "EUR 0.39")
    assert discounted(eur("0.99"), "12.5", Rounding.HALF_UP) == Discounted(
        eur("0.99"), eur("0.12"), eur("0.87")
    )


def test_the_total_policy_runs_up_net_prices_by_tax_and_gross_ones_by_combination() -> None:
    """Two lines share one tax of 0.0114; the 21.5 % in 10.00 gross are taken out as one."""
    net = [TaxableLine(1, eur("0.03"), (VAT, CITY)), TaxableLine(1, eur("0.03"), (VAT,))]
    document = tax_document(
        net, basis=PriceBasis.NET, rounding=Rounding.HALF_UP, per=TaxRounding.PER_TOTAL
    )
    assert document.by_tax == (
        TaxTotal(VAT, eur("0.06"), eur("0.01")),
        TaxTotal(CITY, eur("0.03"), eur("0.00")),
    )
    gross = [TaxableLine(1, eur("10.00"), (VAT, CITY))]
    document = tax_document(
        gross, basis=PriceBasis.GROSS, rounding=Rounding.HALF_UP, per=TaxRounding.PER_TOTAL
    )
    assert totals(document) == ("EUR 8.23", ["EUR 1.56", "EUR 0.21"], "EUR 10.00")


@given(documents, bases, policies, roundings())
def test_the_components_always_add_up(
    sold: list[TaxableLine], basis: PriceBasis, per: TaxRounding, mode: Rounding
) -> None:
    """Every line and every document: net + taxes == gross, in whole cents, lines == totals (M9)."""
    document = tax_document(sold, basis=basis, rounding=mode, per=per)
    for line in document.lines:
        assert sum(line.taxes, line.net) == line.gross
        assert len(line.taxes) == len(line.line.taxes)
        assert isinstance(line.net.minor + line.gross.minor, int)
    assert Money.total(line.net for line in document.lines) == document.net
    assert Money.total(line.gross for line in document.lines) == document.gross
    assert sum((one.amount for one in document.by_tax), document.net) == document.gross


@given(documents, bases, policies, roundings())
def test_prices_are_not_touched_by_the_tax(
    sold: list[TaxableLine], basis: PriceBasis, per: TaxRounding, mode: Rounding
) -> None:
    """The net of a net document, the gross of a gross one, is quantity x price, rounded a line."""
    document = tax_document(sold, basis=basis, rounding=mode, per=per)
    asked = [rounded(Fraction(one.quantity) * _price(one), mode.name, CENT) for one in sold]
    got = [line.net if basis is PriceBasis.NET else line.gross for line in document.lines]
    assert [Fraction(one.amount) for one in got] == asked


@given(documents, policies, roundings())
def test_tax_on_net_is_the_percentage_rounded_where_the_policy_says(
    sold: list[TaxableLine], per: TaxRounding, mode: Rounding
) -> None:
    """By an oracle of fractions, for each tax of the document."""
    document = tax_document(sold, basis=PriceBasis.NET, rounding=mode, per=per)
    for found in document.by_tax:
        rate = Fraction(found.tax.percent) / 100
        taxed = [line for line in document.lines if found.tax in line.line.taxes]
        nets = [Fraction(line.net.amount) for line in taxed]
        if per is TaxRounding.PER_LINE:
            expected = sum(rounded(net * rate, mode.name, CENT) for net in nets)
        elif per is TaxRounding.PER_TOTAL:
            expected = rounded(sum(nets, Fraction(0)) * rate, mode.name, CENT)
        else:
            units = [(_price(one.line), one.line.quantity) for one in taxed]
            expected = sum(
                rounded(rounded(unit * rate, mode.name, CENT) * Fraction(many), mode.name, CENT)
                for unit, many in units
            )
        assert Fraction(found.amount.amount) == expected
        assert Fraction(found.base.amount) == sum(nets)


@given(lines.filter(lambda one: bool(one.taxes)), roundings())
def test_tax_in_gross_is_rounded_as_a_whole(sold: TaxableLine, mode: Rounding) -> None:
    """R / (100 + R) of the line, rounded once, whatever the number of taxes in it."""
    document = tax_document([sold], basis=PriceBasis.GROSS, rounding=mode)
    whole = sum((Fraction(one.percent) for one in sold.taxes), Fraction(0))
    gross = Fraction(document.gross.amount)
    expected = rounded(gross * whole / (100 + whole), mode.name, CENT)
    assert gross - Fraction(document.net.amount) == expected


@given(money("EUR"), factors(digits=3, largest=100).map(Decimal.copy_abs), roundings())
def test_a_discount_and_what_is_left_are_the_price(
    price: Money, percent: Decimal, mode: Rounding
) -> None:
    """The reduction is rounded, the rest follows from it (M9)."""
    found = discounted(price, percent, mode)
    assert found.after + found.reduction == found.before == price
    exact = Fraction(price.amount) * Fraction(percent) / 100
    assert Fraction(found.reduction.amount) == rounded(exact, mode.name, CENT)


def test_percentages_that_make_no_sense_are_refused() -> None:
    """No negative tax, no discount above the price; edges are allowed."""
    with pytest.raises(PercentRefused, match="a tax is not negative"):
        Tax("VAT", "-1")
    for percent in ("-0.01", "100.01"):
        with pytest.raises(PercentRefused, match="a discount is 0 to 100"):
            discounted(eur("1.00"), percent, Rounding.UP)
    assert discounted(eur("1.00"), 100, Rounding.UP).after.is_zero
    assert discounted(eur("1.00"), 0, Rounding.UP).reduction.is_zero
    assert str(Tax("Exempt", 0)) == "Exempt 0 %"


def test_documents_that_can_not_be_taxed_are_refused() -> None:
    """No lines, two currencies, the same tax twice on a line."""
    with pytest.raises(CurrencyNeeded):
        tax_document([], basis=PriceBasis.NET, rounding=Rounding.UP)
    mixed = [TaxableLine(1, eur("1.00")), TaxableLine(1, Money("1.00", "USD"))]
    with pytest.raises(CurrencyMismatch):
        tax_document(mixed, basis=PriceBasis.NET, rounding=Rounding.UP)
    with pytest.raises(TaxRepeated, match="VAT 19 %, VAT 19 %"):
        TaxableLine(1, eur("1.00"), (VAT, VAT))
