"""Figures explain themselves: rule, inputs, exact value, rounding, down to the evidence."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.figures import Evidence, Figure, decimal_text, described
from fxcrm.money import CurrencyMismatch, Money, Rounding
from fxcrm.testing.strategies import money, moneys
from tests.ledger.notation import chosen, half_even, value

EUR = Currency("EUR")


def test_a_stated_figure_shows_what_it_rests_on() -> None:
    """Label, value, rule and evidence; nothing was rounded."""
    evidence = Evidence("invoice line", "INV-1", "Licence", Money("5.00", "EUR"))
    figure = Figure.stated("Licence", Money("5.00", "EUR"), evidence)
    assert figure.exact is None
    assert figure.rounding.value == 0
    assert str(figure) == "EUR 5.00"
    assert figure.explain() == (
        "Licence: EUR 5.00\n  rule: as recorded\n  invoice line INV-1: Licence: EUR 5.00"
    )


def test_evidence_leaves_out_what_it_does_not_know() -> None:
    """No empty brackets: kind and reference alone, or with text, or with a value."""
    assert str(Evidence("entry", "E-1")) == "entry E-1"
    assert str(Evidence("entry", "E-1", "of March")) == "entry E-1: of March"
    for amount in ("0.01", "0.00", "-1.00"):
        assert (
            str(Evidence("count", "C-1", value=Money(amount, "EUR"))) == f"count C-1: EUR {amount}"
        )


def test_a_converted_figure_names_decision_exact_value_and_rounding() -> None:
    """USD 1,085.00 at 1 EUR = 1.0920 USD is EUR 993.5897..., booked at 993.59."""
    source = Figure.stated("Invoice", Money("1085.00", "USD"), Evidence("document", "INV-1"))
    figure = Figure.converted("In the books", source, chosen("EUR/USD", "1.0920"))
    assert figure.value == Money("993.59", "EUR")
    assert figure.exact == Fraction(1085) / Fraction("1.0920")
    assert figure.exact_value + figure.rounding.value == value(figure.value)
    assert [one.id for one in figure.decisions()] == ["booking:EUR/USD:2026-03-02:1"]
    told = figure.explain()
    assert "rule: USD 1085.00 at 1 EUR = 1.0920 USD on 2026-03-02, rounded half even" in told
    assert "exact 993.589743589743..., rounding 0.000256410256..." in told
    assert "rate decision booking:EUR/USD:2026-03-02:1" in told
    assert "known 2026-03-02 17:00 UTC, by tester" in told
    up = Figure.converted("In the books", source, chosen("EUR/USD", "1.0920"), Rounding.UP)
    assert "rounded up" in up.rule


@given(money("USD"), st.integers(500_000, 2_000_000), st.sampled_from(Rounding))
def test_a_conversion_accounts_for_every_fraction_of_a_unit(
    held: Money, rate: int, rounding: Rounding
) -> None:
    """Exact value plus rounding is the value, and the rounding is less than one minor unit."""
    decision = chosen("EUR/USD", Decimal(rate).scaleb(-6))
    figure = Figure.converted("In EUR", Figure.stated("Held", held), decision, rounding)
    exact = value(held) / Fraction(rate, 10**6)
    assert figure.exact_value == exact
    assert figure.rounding.value == value(figure.value) - exact
    assert abs(figure.rounding.value) < Fraction(1, 100)
    if rounding is Rounding.HALF_EVEN:
        assert value(figure.value) == half_even(exact)


@given(moneys(currency="EUR"))
def test_a_total_is_the_sum_of_its_parts(parts: list[Money]) -> None:
    """Nothing is rounded again (M9), and an empty total is zero of its currency."""
    figures = [Figure.stated(f"Part {index}", one) for index, one in enumerate(parts)]
    total = Figure.total("Total", figures, EUR)
    assert value(total.value) == sum(map(value, parts), Fraction(0))
    assert total.value.currency is EUR
    assert total.inputs == tuple(figures)
    assert total.exact is None


def test_a_difference_keeps_both_sides() -> None:
    """Minuend first, subtrahend second, and their currencies must agree."""
    left = Figure.stated("Left", Money("5.00", "EUR"))
    right = Figure.stated("Right", Money("7.00", "EUR"))
    figure = Figure.difference("Difference", left, right, "left less right")
    assert figure.value == Money("-2.00", "EUR")
    assert figure.inputs == (left, right)
    with pytest.raises(CurrencyMismatch):
        Figure.difference("Odd", left, Figure.stated("USD", Money("1.00", "USD")), "odd")
    with pytest.raises(CurrencyMismatch):
        Figure.total("Odd", [left], Currency("USD"))


def test_a_tree_is_walked_parents_first_and_names_each_decision_once() -> None:
    """Depths grow by one; a decision used twice is listed once, in the order of use."""
    dollars = Figure.stated("Dollars", Money("10.00", "USD"), Evidence("receipt", "R-1"))
    euro, pound = chosen("EUR/USD", "1.0850"), chosen("GBP/USD", "1.2900")
    parts = [
        Figure.converted("One", dollars, euro),
        Figure.converted("Two", dollars, euro),
    ]
    total = Figure.total("Total", parts, EUR)
    odd = Figure.converted("Pounds", dollars, pound)
    both = Figure("Both", total.value, "shown together", (total, odd))
    assert [depth for depth, _ in both.walk()] == [0, 1, 2, 3, 4, 3, 2, 3, 4, 3, 1, 2, 3, 2]
    assert [one.id for one in both.decisions()] == [euro.id, pound.id]
    lines = both.explain().splitlines()
    assert lines[0] == "Both: EUR 18.44"
    assert sum(line.strip().startswith("rate decision") for line in lines) == 3
    assert described(Evidence("receipt", "R-1")) == ("receipt R-1",)


@given(st.fractions(), st.integers(1, 15))
def test_a_shown_fraction_is_cut_never_rounded_and_says_so(exact: Fraction, places: int) -> None:
    """The digits shown are right as far as they go; dots stand where more would follow."""
    text = decimal_text(exact, places)
    shown = Fraction(text.rstrip("."))
    assert abs(shown) <= abs(exact)
    assert abs(exact - shown) < Fraction(1, 10**places)
    assert text.endswith("...") == (shown != exact)
    assert text.startswith("-") == (exact < 0)
