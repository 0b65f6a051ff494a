"""Sharing out (M6): the laws for every mode, and worked examples; under three contexts (M1)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.allocation import MOST_SHARES, Weight
from fxcrm.money import (
    Money,
    NumberRefused,
    NumberTypeRefused,
    Spare,
    SubMinorAmount,
    WeightsRefused,
)
from fxcrm.testing.strategies import money, weights
from tests.ambient import any_context as any_context

whole = money()
spares = st.sampled_from(Spare)
TEN = Money("10.00", "EUR")


def euros(*amounts: str) -> tuple[Money, ...]:
    """Several amounts of EUR."""
    return tuple(Money(amount, "EUR") for amount in amounts)


def exact_shares(whole: Money, given_weights: list[int]) -> list[Fraction]:
    """What each would get if cents could be cut."""
    return [Fraction(whole.amount) * one / sum(given_weights) for one in given_weights]


@pytest.mark.parametrize(
    ("spare", "shares"),
    [
        (Spare.FIRST, euros("4.29", "4.29", "1.42")),
        (Spare.LARGEST_REMAINDER, euros("4.29", "4.28", "1.43")),
        (Spare.LARGEST_WEIGHT, euros("4.29", "4.29", "1.42")),
        (Spare.SEPARATE, euros("4.28", "4.28", "1.42", "0.02")),
    ],
)
def test_the_worked_example_of_the_module(spare: Spare, shares: tuple[Money, ...]) -> None:
    """10.00 by 3, 3 and 1, as the table in ``fxcrm.allocation`` says, and its mirror."""
    assert TEN.allocate([3, 3, 1], spare) == shares
    assert (-TEN).allocate([3, 3, 1], spare) == tuple(-share for share in shares)


def test_modes_differ_where_they_should() -> None:
    """The largest weight is not the first, and the largest remainder is neither."""
    five = Money("0.05", "EUR")
    assert five.allocate([1, 2, 1], Spare.FIRST) == euros("0.02", "0.02", "0.01")
    assert five.allocate([1, 2, 1], Spare.LARGEST_WEIGHT) == euros("0.01", "0.03", "0.01")
    assert Money("0.04", "EUR").allocate([1, 4, 2], Spare.LARGEST_REMAINDER) == euros(
        "0.01", "0.02", "0.01"
    )
    assert Money("0.04", "EUR").allocate([1, 4, 2], Spare.LARGEST_WEIGHT) == euros(
        "0.00", "0.03", "0.01"
    )


def test_a_zero_weight_gets_exactly_zero_even_in_first_place() -> None:
    """The spare cent goes past whoever has no share in the whole (M6)."""
    cent = Money("0.01", "EUR")
    for spare in (Spare.FIRST, Spare.LARGEST_REMAINDER, Spare.LARGEST_WEIGHT):
        assert cent.allocate([0, 1, 1], spare) == euros("0", "0.01", "0")
        assert TEN.allocate([0, 5], spare) == euros("0", "10")


def test_split_gives_the_spare_cents_to_the_first() -> None:
    """100.00 by three; a refund mirrors it; yen have no cents."""
    assert Money("100.00", "EUR").split(3) == euros("33.34", "33.33", "33.33")
    assert Money("-100.00", "EUR").split(3) == euros("-33.34", "-33.33", "-33.33")
    assert Money("-0.02", "EUR").split(3) == euros("-0.01", "-0.01", "0")
    assert Money(100, "JPY").split(3) == (Money(34, "JPY"), Money(33, "JPY"), Money(33, "JPY"))
    assert TEN.split(1) == (TEN,)
    assert TEN.split(4) == euros("2.50", "2.50", "2.50", "2.50")


def test_below_the_minor_unit_raises_or_comes_back_separately() -> None:
    """Half a cent is not shared out; SEPARATE gives it back with the spare cents (M6)."""
    price = Money("-10.005", "EUR")
    for spare in (Spare.FIRST, Spare.LARGEST_REMAINDER, Spare.LARGEST_WEIGHT):
        with pytest.raises(SubMinorAmount):
            price.split(3, spare)
        with pytest.raises(SubMinorAmount):
            price.allocate([1], spare)
    assert price.split(3, Spare.SEPARATE) == euros("-3.33", "-3.33", "-3.33", "-0.015")
    assert price.allocate([1, 2], Spare.SEPARATE) == euros("-3.33", "-6.66", "-0.015")
    assert price.allocate([1, 1], Spare.SEPARATE) == euros("-5.00", "-5.00", "-0.005")


@pytest.mark.parametrize(
    ("given_weights", "reason"),
    [
        ([], "there must be 1 to"),
        ([0, 0], "all weights are zero"),
        ([1, -1], "a weight is negative"),
        ([Decimal("-0.5"), 1], "a weight is negative"),
        (count(1), "there must be 1 to"),
        ([Fraction(1, 2**3999 - n) for n in range(9)], "no reasonable common denominator"),
    ],
)
def test_weights_that_share_out_nothing_are_refused(given_weights: Any, reason: str) -> None:
    """None, all zero, negative, endless, or without a common measure in reach (M6, F18)."""
    with pytest.raises(WeightsRefused, match=reason):
        TEN.allocate(given_weights)


@pytest.mark.parametrize("weight", [1.5, True, None, TEN])
def test_a_weight_is_an_exact_number(weight: Any) -> None:
    """Ranking and shares never see a float (M6)."""
    with pytest.raises(NumberTypeRefused):
        TEN.allocate([1, weight])
    with pytest.raises(NumberRefused):
        TEN.allocate([1, "1E5"])


@pytest.mark.parametrize("parts", [0, -1, MOST_SHARES + 1, 2.0, True, "2", None])
def test_parts_are_a_count(parts: Any) -> None:
    """Zero, negative, too many and fractional numbers of parts are refused (F18)."""
    for spare in (Spare.FIRST, Spare.SEPARATE):
        with pytest.raises(WeightsRefused, match="parts is an int from 1 to 100000"):
            TEN.split(parts, spare)


def test_as_many_shares_as_allowed_still_add_up() -> None:
    """The limit itself works, for split and for weights (F18)."""
    assert Money.total(TEN.split(MOST_SHARES)) == TEN
    assert Money.total(TEN.allocate([1] * MOST_SHARES, Spare.LARGEST_REMAINDER)) == TEN


def test_weights_of_all_kinds_mean_their_proportion() -> None:
    """Texts, Decimals and fractions are taken exactly: a third is a third."""
    expected = euros("3.34", "6.66")
    proportions: list[list[Weight]] = [
        [1, 2],
        ["0.1", "0.2"],
        [Decimal("1.50"), 3],
        [Fraction(1, 3), Fraction(2, 3)],
    ]
    for one in proportions:
        assert TEN.allocate(one) == expected


def test_fractions_of_the_longest_common_denominator_are_shared_out() -> None:
    """Two coprime denominators of 4,000 bits have one of 8,000, which is still taken (F18)."""
    longest = [Fraction(1, 2**4000 - 1), Fraction(1, 2**4000 - 3)]
    assert TEN.allocate(longest) == euros("5.00", "5.00")


@given(whole, weights(), spares)
def test_the_sum_is_preserved(one: Money, given_weights: list[int], spare: Spare) -> None:
    """Not a cent is lost or made, in any mode (M6)."""
    shares = one.allocate(given_weights, spare)
    assert Money.total(shares) == one
    assert len(shares) == len(given_weights) + (spare is Spare.SEPARATE)


@given(whole, weights(), spares)
def test_every_share_has_the_sign_of_the_whole_and_zero_gets_zero(
    one: Money, given_weights: list[int], spare: Spare
) -> None:
    """Nobody pays in what others take out, and a zero weight gets zero (M6)."""
    shares = one.allocate(given_weights, spare)
    assert {share.sign for share in shares} <= {0, one.sign}
    for share, weight in zip(shares, given_weights, strict=False):
        assert weight or share.is_zero


@given(whole, weights(), spares)
def test_a_refund_mirrors_the_original(one: Money, given_weights: list[int], spare: Spare) -> None:
    """``allocate(-x) == -allocate(x)`` (M6)."""
    mirrored = tuple(-share for share in one.allocate(given_weights, spare))
    assert (-one).allocate(given_weights, spare) == mirrored


@given(whole, weights(), spares)
def test_shares_lie_next_to_the_exact_ones(
    one: Money, given_weights: list[int], spare: Spare
) -> None:
    """Never a unit below; at most a unit above, less by remainder, nothing when separate."""
    unit = Fraction(1, 10 ** (one.currency.digits or 0))
    exact = exact_shares(abs(one), given_weights)
    for share, ideal in zip(one.allocate(given_weights, spare), exact, strict=False):
        off = abs(Fraction(share.amount)) - ideal
        assert -unit < off <= unit
        assert off < unit or spare is not Spare.LARGEST_REMAINDER
        assert off <= 0 or spare is not Spare.SEPARATE


@given(whole, weights(), st.sampled_from([Spare.LARGEST_REMAINDER, Spare.LARGEST_WEIGHT]))
def test_spare_units_go_by_rank_and_then_by_place(
    one: Money, given_weights: list[int], spare: Spare
) -> None:
    """Whoever got a unit more outranks, or stands before at the same rank, whoever did not."""
    cut = [abs(share) for share in one.allocate(given_weights, Spare.SEPARATE)[:-1]]
    got = [abs(share) for share in one.allocate(given_weights, spare)]
    exact = exact_shares(abs(one), given_weights)
    rests = [ideal - Fraction(share.amount) for ideal, share in zip(exact, cut, strict=True)]
    rank = rests if spare is Spare.LARGEST_REMAINDER else [Fraction(w) for w in given_weights]
    places = list(zip([-r for r in rank], count(), strict=False))
    served = [place for place, a, b in zip(places, got, cut, strict=True) if a > b]
    passed = [
        place
        for place, a, b, weight in zip(places, got, cut, given_weights, strict=True)
        if a == b and weight
    ]
    assert not served or not passed or max(served) < min(passed)


@given(whole, st.integers(1, 50), spares)
def test_split_is_allocation_by_equal_weights(one: Money, parts: int, spare: Spare) -> None:
    """And its shares differ by one minor unit at most, the larger ones first."""
    shares = one.split(parts, spare)
    assert shares == one.allocate([1] * parts, spare)
    if spare is not Spare.SEPARATE:
        sizes = [abs(share.minor) for share in shares]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] - sizes[-1] <= 1


@given(whole, weights(), st.integers(1, 1000), spares)
def test_only_the_proportion_of_the_weights_counts(
    one: Money, given_weights: list[int], scale: int, spare: Spare
) -> None:
    """All weights times or over the same number share out the same."""
    expected = one.allocate(given_weights, spare)
    assert one.allocate([w * scale for w in given_weights], spare) == expected
    assert one.allocate([Fraction(w, scale) for w in given_weights], spare) == expected
