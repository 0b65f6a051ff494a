"""The laws of bags as properties, against dictionaries of fractions; under three contexts (M1)."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.money import Money, Rounding
from fxcrm.moneybag import MoneyBag
from fxcrm.testing.strategies import bags, factors, money, ratios, roundings
from tests.ambient import any_context as any_context
from tests.oracle import rounded

# Few currencies, so that amounts meet.
few = st.sampled_from([Currency(code) for code in ("EUR", "USD", "JPY", "BHD")])
some_money = money(few, low=-1000, high=1000, extra_digits=2)
some_bags = bags(few)
amounts = st.lists(some_money, max_size=10)


@attrs.frozen
class Ratio:
    """A rate and nothing else."""

    ratio: Fraction


@attrs.frozen
class Ratios:
    """The same ratio for every pair of a base."""

    by_base: dict[Currency, Fraction]

    def rate(self, base: Currency, _: Currency, /, *__: Any, **___: Any) -> Ratio:
        """``1 base = ratio counter``."""
        return Ratio(self.by_base[base])


all_ratios = st.fixed_dictionaries(
    {Currency(code): ratios() for code in ("EUR", "USD", "JPY", "BHD")}
).map(Ratios)


def contents(moneys: Any) -> dict[Currency, Fraction]:
    """What the oracle says a bag of these holds."""
    held: dict[Currency, Fraction] = defaultdict(Fraction)
    for one in moneys:
        held[one.currency] += Fraction(one.amount)
    return {currency: amount for currency, amount in held.items() if amount}


@given(amounts)
def test_a_bag_holds_the_sums_and_no_zero(moneys: list[Money]) -> None:
    """As a dictionary of fractions does, in the order of the codes."""
    bag = MoneyBag.of(*moneys)
    assert {one.currency: Fraction(one.amount) for one in bag} == contents(moneys)
    assert [one.code for one in bag.currencies] == sorted(one.code for one in contents(moneys))
    assert len(bag) == len(contents(moneys))


@given(amounts, st.randoms(use_true_random=False))
def test_the_order_of_filling_does_not_matter(moneys: list[Money], chance: Any) -> None:
    """Equal, of one hash, and of one text, however they were put in."""
    bag = MoneyBag.of(*moneys)
    chance.shuffle(moneys)
    again = sum((MoneyBag.of(one) for one in moneys), MoneyBag())
    assert again == bag
    assert (hash(again), str(again)) == (hash(bag), str(bag))


@given(some_bags, some_bags, some_bags)
def test_bags_are_a_group(a: MoneyBag, b: MoneyBag, c: MoneyBag) -> None:
    """Sums commute and associate, nothing is neutral, and the negative undoes."""
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + MoneyBag() == a
    assert (a - a).is_empty
    assert (a == b) is (a - b).is_empty
    assert MoneyBag() - (-a) == a


@given(some_bags, some_money)
def test_money_in_a_bag_is_only_that_currency(bag: MoneyBag, one: Money) -> None:
    """Adding an amount changes its own currency by it and no other; subtracting mirrors (M7)."""
    more = bag + one
    assert more[one.currency] == bag[one.currency] + one
    for currency in bag.currencies:
        assert currency is one.currency or more[currency] == bag[currency]
    assert more - one == bag
    assert bag - one == -(one - bag)


@given(some_bags, some_bags, factors(digits=2))
def test_products_distribute(a: MoneyBag, b: MoneyBag, factor: Any) -> None:
    """``(a + b) * n == a * n + b * n``, exactly."""
    assert (a + b) * factor == a * factor + b * factor
    assert contents(a * factor) == {
        currency: amount * Fraction(factor)
        for currency, amount in contents(a).items()
        if amount * Fraction(factor)
    }


@given(amounts, all_ratios, few, roundings())
def test_a_conversion_is_one_rounding_of_the_exact_sum(
    moneys: list[Money], rates: Ratios, to: Currency, mode: Rounding
) -> None:
    """And its account adds up: exact lines, and rounded lines with the difference (R6)."""
    bag = MoneyBag.of(*moneys)
    worth = {
        currency: amount * (1 if currency is to else rates.by_base[currency])
        for currency, amount in contents(moneys).items()
    }
    unit = Fraction(1, 10 ** (to.digits or 0))
    found = bag.conversion(rates, to, mode)
    assert found.exact.value == sum(worth.values())
    assert Fraction(found.total.amount) == rounded(
        sum(worth.values(), Fraction(0)), mode.name, unit
    )
    assert found.total == bag.convert(rates, to, mode)
    assert {line.money.currency: line.exact.value for line in found.lines} == worth
    for line in found.lines:
        assert Fraction(line.rounded.amount) == rounded(line.exact.value, mode.name, unit)
    assert sum((line.rounded for line in found.lines), found.difference) == found.total


@given(some_bags, some_bags, all_ratios, few)
def test_exact_values_of_bags_add_up(a: MoneyBag, b: MoneyBag, rates: Ratios, to: Currency) -> None:
    """Before rounding, converting a sum is the sum of the conversions."""
    whole = (a + b).conversion(rates, to).exact
    assert whole == a.conversion(rates, to).exact + b.conversion(rates, to).exact
