"""Statements: opening, lines, closing, in one currency."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.billing import StatementLine, statement
from fxcrm.currencies import Currency
from fxcrm.ids import CustomerId
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.testing.strategies import money

EUR = Currency("EUR")
START, END = date(2026, 3, 2), date(2026, 3, 8)
ACME = CustomerId("acme")

lines = st.lists(
    st.builds(
        StatementLine,
        st.integers(-5, 12).map(lambda count: START + timedelta(days=count)),
        st.sampled_from(["invoice", "payment"]),
        st.sampled_from(["INV-1", "INV-2", "P-1"]),
        money("EUR"),
    ),
    max_size=12,
)


@given(lines, st.randoms(use_true_random=False))
def test_a_statement_says_what_is_owed_at_both_ends(
    held: list[StatementLine], order: Random
) -> None:
    """Opening is all before, closing all up to the end, both days included, in any order."""
    shuffled = list(held)
    order.shuffle(shuffled)
    made = statement(ACME, EUR, START, END, shuffled)
    assert Fraction(made.opening.value.amount) == _sum(one for one in held if one.on < START)
    assert Fraction(made.closing.value.amount) == _sum(one for one in held if one.on <= END)
    within = [one for one in held if START <= one.on <= END]
    assert sorted(map(repr, made.lines)) == sorted(map(repr, within))
    assert [one.on for one in made.lines] == sorted(one.on for one in within)


def _sum(some: Iterable[StatementLine]) -> Fraction:
    return sum((Fraction(one.amount.amount) for one in some), Fraction(0))


@given(lines)
def test_one_statement_opens_where_the_last_one_closed(held: list[StatementLine]) -> None:
    """Week after week nothing is lost and nothing counted twice."""
    first = statement(ACME, EUR, START, END, held)
    following = END + timedelta(days=1)
    second = statement(ACME, EUR, following, following + timedelta(days=6), held)
    assert second.opening.value == first.closing.value


def test_a_quiet_week_opens_and_closes_alike() -> None:
    """No lines: zero of the statement's currency, not nothing."""
    made = statement(ACME, EUR, START, END, [])
    assert (made.opening.value, made.closing.value) == (Money.zero(EUR), Money.zero(EUR))
    assert made.lines == ()


def test_a_statement_is_in_one_currency() -> None:
    """A line of another currency is refused even where it lies outside of the span."""
    for on in (START - timedelta(days=30), START, END + timedelta(days=30)):
        odd = StatementLine(on, "invoice", "INV-1", Money("1.00", "USD"))
        with pytest.raises(CurrencyMismatch):
            statement(ACME, EUR, START, END, [odd])
