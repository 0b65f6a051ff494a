"""Discounts: intact across currencies, rounded once, shared out without losing a cent."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.allocation import WeightsRefused
from fxcrm.figures import Figure
from fxcrm.money import Money, Rounding
from fxcrm.selling.discounts import (
    BelowZero,
    Discount,
    DiscountExceedsPrice,
    DiscountHasNoRate,
    DiscountPolicy,
    DiscountRefused,
    Stacking,
    chained,
    shared_discount,
)
from fxcrm.taxes import PercentRefused
from fxcrm.testing.strategies import money
from tests.ledger.notation import chosen, half_even, value

RATE = chosen("EUR/USD", "1.0850")
ADDITIVE = DiscountPolicy(Stacking.ADDITIVE)
CAPPED = DiscountPolicy(below_zero=BelowZero.CAPPED)
prices = money("USD", low="0", high="99999.99")
percents = st.builds(lambda units: Decimal(units).scaleb(-2), st.integers(0, 10_000))
rates = st.builds(lambda units: Decimal(units).scaleb(-6), st.integers(1, 2 * 10**8))


def usd(text: str) -> Money:
    """So many dollars."""
    return Money(text, "USD")


# ---------------------------------------------------------------- one discount


def test_a_percentage_and_an_amount() -> None:
    """7.5 % of USD 99.95 is USD 7.50; an amount in the price's currency is taken as it is."""
    assert Discount("7.5").applied(usd("99.95")).after == usd("92.45")
    assert Discount(amount=usd("5")).applied(usd("99.95")).after == usd("94.95")
    assert (str(Discount("7.50")), str(Discount(amount=usd("5.00")))) == ("7.50 %", "USD 5.00")
    assert Discount.parse(" 7.5 %") == Discount("7.5")
    assert Discount.parse("EUR 5.00") == Discount(amount=Money("5", "EUR"))


def test_an_amount_in_another_currency_is_converted_once_and_never_relabelled() -> None:
    """EUR 5.00 off a dollar price is 5.425, half-even USD 5.42."""
    off = Discount(amount=Money("5.00", "EUR"))
    with pytest.raises(DiscountHasNoRate, match=r"EUR 5\.00 on a price in USD"):
        off.applied(usd("100.00"))
    for wrong in (chosen("EUR/GBP", "0.84"), chosen("GBP/USD", "1.29")):
        with pytest.raises(DiscountHasNoRate):
            off.applied(usd("100.00"), wrong)
    assert off.applied(usd("100.00"), RATE).reduction == usd("5.42")
    chain = chained(usd("100.00"), (off, off), rate=RATE)
    assert [step.taken.reduction for step in chain.steps] == [usd("5.42"), usd("5.43")]
    assert chain.whole.reduction == usd("10.85")
    figure = chain.figure("Net", Figure.stated("Listed", usd("100.00")))
    assert (figure.value, figure.exact) == (usd("89.15"), Fraction("89.15"))
    assert [one.id for one in figure.decisions()] == [RATE.id]
    assert figure.rule.startswith("less EUR 5.00, then less EUR 5.00 (compounding)")
    own = chained(usd("100.00"), (Discount("10"),), rate=RATE)
    assert not own.figure("Net", Figure.stated("Listed", usd("100.00"))).decisions()


@pytest.mark.parametrize("percent", ["-0.01", "100.01"])
def test_a_percentage_beyond_its_range_is_refused(percent: str) -> None:
    """0 and 100 are the ends."""
    assert Discount("0").applied(usd("1")).after == usd("1")
    assert Discount("100").applied(usd("1")).after == usd("0")
    with pytest.raises(PercentRefused):
        Discount(percent)


def test_a_discount_is_one_thing_above_zero() -> None:
    """Neither nothing, nor both, nor a surcharge in disguise."""
    for one in ({}, {"percent": "5", "amount": usd("5")}, {"amount": usd("-5")}):
        with pytest.raises(DiscountRefused):
            Discount(**one)
    with pytest.raises(DiscountRefused):
        Discount(amount=usd("0"))


def test_more_than_the_price_is_refused_capped_or_allowed() -> None:
    """Never below zero, unless the policy says so; on a return an amount is refused."""
    off = Discount(amount=usd("5"))
    with pytest.raises(DiscountExceedsPrice):
        off.applied(usd("4.99"))
    assert off.applied(usd("5.00")).after == usd("0")
    assert off.applied(usd("4.99"), policy=CAPPED).after == usd("0")
    allowed = DiscountPolicy(below_zero=BelowZero.ALLOWED)
    assert off.applied(usd("4.99"), policy=allowed).after == usd("-0.01")
    with pytest.raises(DiscountExceedsPrice):
        off.applied(usd("-10"))
    assert Discount("10").applied(usd("-10")).after == usd("-9")
    with pytest.raises(DiscountExceedsPrice):
        chained(usd("-10"), (Discount("60"), Discount("60")), ADDITIVE)


# ---------------------------------------------------------------- chains


def test_stacking_is_a_policy() -> None:
    """10 % and 20 % of 100 leave 70 additive and 72 compounding."""
    both = (Discount("10"), Discount("20"))
    assert chained(usd("100"), both, ADDITIVE).whole.after == usd("70")
    assert chained(usd("100"), both).whole.after == usd("72")
    off = Discount(amount=usd("10"))
    assert chained(usd("100"), (off, Discount("10"))).whole.after == usd("81")
    assert chained(usd("100"), (Discount("10"), off)).whole.after == usd("80")
    assert chained(usd("100"), (off, Discount("10")), ADDITIVE).whole.after == usd("80")
    assert chained(usd("100"), ()).whole.after == usd("100")


def test_a_chain_is_rounded_once() -> None:
    """Three times 0.5 % of 1.00: 0.0149 in all, a cent, though no step alone is one."""
    chain = chained(usd("1.00"), (Discount("0.5"),) * 3)
    assert [step.taken.reduction for step in chain.steps] == [usd("0"), usd("0.01"), usd("0")]
    assert chain.exact.value == Fraction("0.995") ** 3


@given(prices, st.lists(percents, max_size=4), st.sampled_from(Stacking))
def test_a_chain_against_fractions(price: Money, given_: list[Decimal], stacking: Stacking) -> None:
    """Exact in fractions, one rounding of the reduction, steps that add up, no sub-zero."""
    policy = DiscountPolicy(stacking, BelowZero.CAPPED)
    chain = chained(price, map(Discount, given_), policy)
    left = Fraction(1)
    for percent in given_:
        share = Fraction(percent) / 100
        left = (
            max(left - share, Fraction(0)) if stacking is Stacking.ADDITIVE else left * (1 - share)
        )
    assert chain.exact.value == value(price) * left
    assert value(chain.whole.reduction) == half_even(value(price) * (1 - left))
    assert chain.whole.before == chain.whole.after + chain.whole.reduction
    assert Money.total((one.taken.reduction for one in chain.steps), "USD") == chain.whole.reduction
    assert usd("0") <= chain.whole.after <= price


@given(prices, st.permutations([Discount("5"), Discount("12.5"), Discount(amount=usd("1"))]))
def test_the_order_does_not_matter_where_percentages_add_up(
    price: Money, order: list[Discount]
) -> None:
    """Additive: any order leaves the same, to the digit."""
    policy = DiscountPolicy(Stacking.ADDITIVE, BelowZero.ALLOWED)
    usual = [Discount(amount=usd("1")), Discount("12.5"), Discount("5")]
    assert chained(price, order, policy).exact == chained(price, usual, policy).exact


# ---------------------------------------------------------------- across currencies


@given(money("EUR", low="0", high="99999.999", extra_digits=1), percents, rates)
def test_a_percentage_commutes_with_conversion_before_rounding(
    price: Money, percent: Decimal, rate: Decimal
) -> None:
    """Discount then convert is convert then discount, exactly."""
    decision = chosen("EUR/USD", rate)
    off = Discount(percent)
    first = off.reduction(decision.convert_exactly(price)).value
    assert first == off.reduction(price.exact()).value * Fraction(rate)


@given(prices, money("EUR", low="0.01", high="99.99"), rates)
def test_an_amount_is_converted_once(price: Money, amount: Money, rate: Decimal) -> None:
    """Amount x rate in fractions, rounded once, whatever the price is."""
    allowed = DiscountPolicy(below_zero=BelowZero.ALLOWED)
    made = Discount(amount=amount).applied(price, chosen("EUR/USD", rate), allowed)
    assert value(made.reduction) == half_even(value(amount) * Fraction(rate))


# ---------------------------------------------------------------- documents


def test_a_document_discount_is_shared_out_to_its_lines() -> None:
    """USD 10.00 off three lines of 33.33, 33.33 and 33.34: no cent lost, none made."""
    lines = [usd("33.33"), usd("33.33"), usd("33.34")]
    made = shared_discount(lines, [Discount(amount=usd("10"))])
    assert [one.reduction for one in made] == [usd("3.33"), usd("3.33"), usd("3.34")]
    assert [one.after for one in made] == [usd("30.00")] * 3
    assert [one.after for one in shared_discount([usd("0")], [Discount("5")])] == [usd("0")]
    with pytest.raises(WeightsRefused):
        shared_discount([usd("10"), usd("-1")], [Discount("5")])


@given(
    st.lists(prices, min_size=1, max_size=6),
    st.one_of(
        st.builds(Discount, percents),
        st.builds(Discount, amount=money("USD", low="0.01", high="99999.99")),
    ),
)
def test_shares_add_up_and_no_line_falls_below_zero(lines: list[Money], off: Discount) -> None:
    """The shares are the rounded discount of the sum, exactly; each lies in its line (M6)."""
    made = shared_discount(lines, [off], CAPPED)
    whole = chained(Money.total(lines), [off], CAPPED).whole
    assert Money.total(one.reduction for one in made) == whole.reduction
    assert Money.total(one.after for one in made) == whole.after
    assert all(usd("0") <= one.after <= one.before for one in made)


def test_a_reduction_is_rounded_as_the_policy_says() -> None:
    """12.5 % of 0.20 is 0.025: half-even 0.02, half-up 0.03."""
    assert Discount("12.5").applied(usd("0.20")).reduction == usd("0.02")
    half_up = DiscountPolicy(rounding=Rounding.HALF_UP)
    assert Discount("12.5").applied(usd("0.20"), policy=half_up).reduction == usd("0.03")
