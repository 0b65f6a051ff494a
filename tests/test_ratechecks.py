"""Rules of suspicion: what is told of, what is held, and what can not be told (R8)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import log
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fxcrm.ratechecks import (
    ChecksRefused,
    Doubt,
    Inversion,
    RateChecks,
    cross_of,
    crossed_pairs,
    distance,
    doubts,
    inversion,
    moved,
)
from fxcrm.rates import CurrencyPair, Fixing, RateTable, Side, rounded_significant

EURO = CurrencyPair.of("EUR", "USD")
DAY = date(2026, 3, 3)
VALUES = st.decimals("0.0001", "9999", places=4)
SHARES = st.decimals("0", "3", places=2)


def fixing(value: str | Decimal, *, unit: int = 1, on: date = DAY) -> Fixing:
    """A fixing of EUR/USD."""
    return Fixing(EURO, Decimal(value), on, "ECB", unit)


def told(new: str, last: str, checks: RateChecks = RateChecks(), **more: Any) -> list[Doubt]:
    """The doubts about a value after another."""
    return [one.doubt for one in doubts(fixing(new), fixing(last), checks, **more)]


@pytest.mark.parametrize(
    ("new", "last", "expected"),
    [
        ("1.0852", "1.0850", []),
        ("1.1935", "1.0850", []),  # exactly a tenth more
        ("1.19351", "1.0850", [Doubt.MOVED]),
        ("0.98637", "1.0850", [Doubt.INVERTED]),  # not quite a tenth, and across parity
        ("0.98636", "1.0850", [Doubt.MOVED, Doubt.INVERTED]),
        ("10.850", "1.0850", [Doubt.MOVED]),
        ("0.10850", "1.0850", [Doubt.MOVED, Doubt.INVERTED]),
        ("0.9217", "1.0850", [Doubt.MOVED, Doubt.INVERTED]),
        ("0.0062", "161.20", [Doubt.MOVED, Doubt.INVERTED]),
        ("1.0280", "1.2010", [Doubt.MOVED]),  # EUR/CHF on 2015-01-15 (ECB)
    ],
)
def test_jumps_and_inversions_are_doubted(new: str, last: str, expected: list[Doubt]) -> None:
    """Ten times off, a tenth off, the wrong way round: each is named; what is near is believed."""
    assert told(new, last) == expected


def test_the_doubt_names_its_figures() -> None:
    """A person reads how far it moved, from what, and how far is allowed."""
    found = doubts(fixing("0.9217"), fixing("1.0850", on=DAY - timedelta(days=1)))
    assert [str(one) for one in found] == [
        "moved: 17.72 % from 1.0850 of 2026-03-02; 10.00 % are allowed",
        "looks inverted: nearer to 1 / 1.0850 of 2026-03-02 than to it",
    ]


@given(VALUES, VALUES, SHARES)
def test_a_move_is_the_same_both_ways(new: Decimal, last: Decimal, share: Decimal) -> None:
    """A pair and its inverse are told alike, whatever they are quoted per (R3)."""
    there, back = Fraction(new) / Fraction(last), Fraction(last) / Fraction(new)
    assert moved(fixing(new), fixing(last)) == max(there, back) - 1
    assert moved(fixing(last), fixing(new)) == moved(fixing(new), fixing(last))
    assert distance(1 / Fraction(new), 1 / Fraction(last)) == max(there, back) - 1
    assert moved(fixing(new, unit=100), fixing(last, unit=100)) == max(there, back) - 1
    is_held = Doubt.MOVED in told(str(new), str(last), RateChecks(largest_move=share))
    assert is_held == (max(there, back) > 1 + Fraction(share))


@given(VALUES, VALUES)
def test_an_inversion_is_what_logarithms_say(new: Decimal, last: Decimal) -> None:
    """Nearer to the inverse than to the rate: |ln new + ln last| < |ln new - ln last|."""
    to_inverse, to_last = abs(log(new) + log(last)), abs(log(new) - log(last))
    assume(abs(to_inverse - to_last) > 1e-9)
    found = inversion(fixing(new), fixing(last), RateChecks(parity=Decimal(0)))
    if last == 1:
        assert found is Inversion.NOT_DETECTABLE
    else:
        assert (found is Inversion.YES) == (to_inverse < to_last)


@given(VALUES, st.decimals("0", "1", places=2))
def test_every_inverse_is_noticed_away_from_parity(last: Decimal, parity: Decimal) -> None:
    """The inverse of any rate looks inverted, or is said not to be told; never is it believed."""
    inverse = Fraction(1) / Fraction(last)
    new = fixing(rounded_significant(inverse, 20))
    found = inversion(new, fixing(last), RateChecks(parity=parity))
    near = max(Fraction(last), inverse) <= 1 + Fraction(parity)
    assert found is (Inversion.NOT_DETECTABLE if near else Inversion.YES)


def test_near_parity_it_says_so() -> None:
    """EUR/CHF at 1.004 may well be 0.996 the next day: nobody can tell, and nothing is held."""
    assert inversion(fixing("0.9960"), fixing("1.0040")) is Inversion.NOT_DETECTABLE
    assert told("0.9960", "1.0040") == []


def test_units_do_not_matter() -> None:
    """15.412 per 100 after 0.1541 per 1 has hardly moved; 15.412 per 1 is a hundredfold."""
    assert told("0.1541", "0.1541") == []
    assert doubts(fixing("15.412", unit=100), fixing("0.1541")) == ()
    assert Doubt.MOVED in [one.doubt for one in doubts(fixing("15.412"), fixing("0.1541"))]


def test_the_first_rate_has_nothing_to_be_held_against() -> None:
    """Without a last one there is no move, and no inversion."""
    assert doubts(fixing("1.0850"), None) == ()


@given(VALUES, VALUES, SHARES)
def test_a_cross_bounds_a_rate(new: Decimal, cross: Decimal, gap: Decimal) -> None:
    """Further from its cross than is allowed is doubted, without a last one too."""
    found = doubts(fixing(new), None, RateChecks(largest_gap=gap), cross=Fraction(cross))
    there = max(Fraction(new) / Fraction(cross), Fraction(cross) / Fraction(new))
    assert [one.doubt for one in found] == [Doubt.OFF_CROSS] * (there - 1 > Fraction(gap))
    assert doubts(fixing(new), None, RateChecks(largest_gap=None), cross=Fraction(cross)) == ()


def test_a_standstill_is_doubted_where_it_is_asked_for() -> None:
    """A peg stands still for years; only who asks is told."""
    checks = RateChecks(longest_standstill=5)
    assert told("1.0850", "1.0850", checks, standing=4) == []
    assert told("1.0850", "1.0850", checks, standing=5) == [Doubt.STANDING_STILL]
    assert told("1.0850", "1.0850", standing=500) == []


TRIANGLE = RateTable.from_fixings(
    [
        Fixing(CurrencyPair.of("EUR", "USD"), Decimal("1.0850"), DAY, "desk"),
        Fixing(CurrencyPair.of("EUR", "GBP"), Decimal("0.8420"), DAY, "desk"),
        Fixing(CurrencyPair.of("GBP", "USD"), Decimal("1.2886"), DAY, "desk"),
        Fixing(CurrencyPair.of("EUR", "JPY"), Decimal("161.20"), DAY, "desk"),
        Fixing(CurrencyPair.of("EUR", "JPY"), Decimal("161.10"), DAY, "desk", side=Side.BID),
    ]
)


def test_only_pairs_of_a_triangle_have_a_cross() -> None:
    """A table with one pivot has none; a pair that two others lead to has one, of its own day."""
    star = RateTable.of("EUR", on=DAY, USD="1.0850", JPY="161.20")
    assert crossed_pairs(star) == frozenset()
    assert sorted(map(str, crossed_pairs(TRIANGLE))) == ["EUR/GBP", "EUR/USD", "GBP/USD"]
    assert crossed_pairs(TRIANGLE, Side.BID) == frozenset()
    by_pair = {str(one.pair): one.at(0) for one in TRIANGLE.series}
    assert cross_of(TRIANGLE, by_pair["GBP/USD"]) == Fraction("1.0850") / Fraction("0.8420")
    assert cross_of(TRIANGLE, by_pair["EUR/JPY"]) is None
    later = Fixing(CurrencyPair.of("GBP", "USD"), Decimal("1.29"), DAY + timedelta(days=1), "desk")
    assert cross_of(TRIANGLE, later) is None


@pytest.mark.parametrize(
    "bounds",
    [
        {"largest_move": Decimal("-0.1")},
        {"noticed_move": Decimal("NaN")},
        {"parity": 0.05},
        {"largest_gap": "0.02"},
        {"longest_standstill": 1},
        {"longest_standstill": True},
    ],
)
def test_bounds_are_exact_and_make_sense(bounds: dict[str, Any]) -> None:
    """Floats, negative shares and a standstill of one fixing are refused."""
    with pytest.raises(ChecksRefused):
        RateChecks(**bounds)
