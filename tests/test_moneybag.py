"""MoneyBag by example: what it holds, how it is converted, what it refuses; any context (M1)."""

from __future__ import annotations

import copy
import operator
import pickle
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest

from fxcrm.currencies import Currency, CurrencyRegistry, UnknownCurrency
from fxcrm.money import Money, NumberTypeRefused, Rounding
from fxcrm.moneybag import (
    BagMemberRefused,
    MoneyBag,
    Rate,
    Rates,
    RatioRefused,
)
from fxcrm.rates import RateMissing, RateTable
from tests.ambient import any_context as any_context

EUR, USD, JPY = Currency("EUR"), Currency("USD"), Currency("JPY")
MARCH = date(2026, 3, 2)


@attrs.frozen
class Ratio:
    """The least that a rate has to be."""

    ratio: Fraction


@attrs.define
class FixedRates:
    """A look-up by hand that writes down what it was asked."""

    ratios: dict[str, Any]
    asked: list[tuple[Currency, Currency, dict[str, Any]]] = attrs.field(factory=list)

    def rate(self, base: Currency, counter: Currency, /, *_: Any, **lookup: Any) -> Rate:
        """The ratio for the base, or a LookupError."""
        self.asked.append((base, counter, lookup))
        return Ratio(self.ratios[base.code])


def bag(**amounts: str) -> MoneyBag:
    """``bag(EUR="1.00", USD="2.00")``."""
    return MoneyBag.of(*(Money(amount, code) for code, amount in amounts.items()))


def test_a_bag_adds_up_by_currency_and_drops_zeros() -> None:
    """One amount for each currency, in the order of the codes, and none of them zero."""
    held = MoneyBag.of(
        Money("5.00", "USD"),
        Money("1.00", "EUR"),
        Money("3.00", "CHF"),
        Money("-3.00", "CHF"),
        Money("1.50", "EUR"),
        Money("0.00", "JPY"),
    )
    assert list(held) == [Money("2.50", "EUR"), Money("5.00", "USD")]
    assert held.currencies == (EUR, USD)
    assert len(held) == 2
    assert held
    assert not held.is_empty
    assert (MoneyBag() == bag() == held - held) is True
    assert MoneyBag().is_empty
    assert not MoneyBag()


def test_a_bag_answers_for_every_currency() -> None:
    """What is not in it is zero, not an error; an unknown code is an error, not zero."""
    held = bag(EUR="2.50")
    assert held["EUR"] == held[EUR] == Money("2.50", "EUR")
    assert held["USD"] == Money.zero("USD")
    assert EUR in held
    assert "EUR" in held
    assert USD not in held
    for asked in (lambda: held["EURO"], lambda: "EURO" in held):
        with pytest.raises(UnknownCurrency):
            asked()


def test_bags_and_money_are_added_and_subtracted() -> None:
    """From both sides, and ``sum`` starts at the integer 0."""
    held, euro, dollar = bag(EUR="2.50", USD="1.00"), Money("1.00", "EUR"), Money("1.00", "USD")
    assert held + euro == euro + held == bag(EUR="3.50", USD="1.00")
    assert held - dollar == bag(EUR="2.50")
    assert dollar - held == bag(EUR="-2.50")
    assert held + held == held * 2 == 2 * held == bag(EUR="5.00", USD="2.00")
    assert held * Decimal("0.1") == bag(EUR="0.25", USD="0.1")
    assert -held == bag(EUR="-2.50", USD="-1.00")
    assert +held == held == 0 + held == held + 0
    assert sum([held, held]) == held + held
    assert held * 0 == MoneyBag()


@pytest.mark.parametrize("other", [1, 1.5, True, Decimal(1), Fraction(1), Money(1, "EUR").exact()])
def test_numbers_and_rationals_have_no_place_in_a_bag(other: Any) -> None:
    """No bare number is added on either side, and an exact amount is rounded first (M3)."""
    for operation in (operator.add, operator.sub):
        for pair in ((bag(EUR="1"), other), (other, bag(EUR="1"))):
            with pytest.raises(BagMemberRefused, match=f"not a {type(other).__name__};"):
                operation(*pair)
    with pytest.raises(BagMemberRefused, match=f"not a {type(other).__name__};"):
        MoneyBag.of(other)


@pytest.mark.parametrize("other", ["1", None, object(), [Money(1, "EUR")]])
def test_other_types_get_pythons_own_answer(other: Any) -> None:
    """A TypeError, in sums and in comparisons."""
    for operation in (operator.add, operator.sub, operator.lt):
        for pair in ((bag(EUR="1"), other), (other, bag(EUR="1"))):
            with pytest.raises(TypeError):
                operation(*pair)


def test_bags_have_no_order_and_no_fractions_as_factors() -> None:
    """Comparing values needs a rate (R7); multiplying is exact or refused."""
    with pytest.raises(TypeError):
        _ = bag(EUR="1") < bag(EUR="2")  # type: ignore[operator]
    for factor in (1.5, True, Fraction(1, 3)):
        with pytest.raises(NumberTypeRefused):
            bag(EUR="1") * factor  # type: ignore[operator]


def test_a_bag_is_a_value() -> None:
    """Equal by content, hashable, immutable, pickled and copied, and its repr evaluates."""
    held = bag(USD="1.00", EUR="2.50")
    assert held == bag(EUR="2.5", USD="1")
    assert hash(held) == hash(bag(EUR="2.5", USD="1"))
    assert held != bag(EUR="2.50")
    assert bag(EUR="2.50") != Money("2.50", "EUR")
    assert pickle.loads(pickle.dumps(held)) == held  # noqa: S301  (our own bytes)
    assert copy.copy(held) == copy.deepcopy(held) == held
    assert eval(repr(held)) == held  # noqa: S307  (our own text)
    assert (str(held), str(MoneyBag())) == ("EUR 2.50, USD 1.00", "nothing")
    for name in ("_by_currency", "note"):
        with pytest.raises(AttributeError, match=f"immutable; {name} can not be set"):
            setattr(held, name, {})
    with pytest.raises(AttributeError, match="immutable; _by_currency can not be deleted"):
        del held._by_currency


def test_bags_of_other_content_hash_apart() -> None:
    """Amount and currency both count, so a dictionary of many bags is no single bucket."""
    different = [bag(), bag(EUR="1"), bag(EUR="2"), bag(EUR="1", USD="1"), bag(EUR="1", USD="2")]
    assert len({hash(one) for one in different}) == len(different)


def test_the_order_is_settled_even_between_registries_of_one_name() -> None:
    """One code of one name with other digits is another currency, and keeps its place (M11)."""
    whole, cents = (CurrencyRegistry("twins").define("PTS", n, name="Points") for n in (0, 2))
    there = MoneyBag.of(whole.money(1, "PTS"), cents.money(2, "PTS"))
    back = MoneyBag.of(cents.money(2, "PTS"), whole.money(1, "PTS"))
    assert list(there) == list(back)
    assert hash(there) == hash(back)


def test_one_code_of_two_registries_is_two_currencies() -> None:
    """Points of two houses are not added up (M11)."""
    ours = CurrencyRegistry("our points").define("PTS", digits=0, name="Points")
    theirs = CurrencyRegistry("their points").define("PTS", digits=0, name="Points")
    held = MoneyBag.of(theirs.money(2, "PTS"), ours.money(1, "PTS"))
    assert len(held) == 2
    assert [one.currency.registry for one in held] == ["our points", "their points"]
    assert held[ours.currency("PTS")] == ours.money(1, "PTS")


def test_a_conversion_rounds_once_on_the_total() -> None:
    """Three times 0.0049 would be nothing line by line; together they are a cent (R6)."""
    rates = FixedRates(dict.fromkeys(("JPY", "USD", "GBP"), Fraction(49, 10_000)))
    held = bag(JPY="1", USD="1", GBP="1")
    assert held.convert(rates, "EUR") == Money("0.01", "EUR")
    assert held.convert(rates, to=EUR, rounding=Rounding.UP) == Money("0.02", "EUR")


def test_the_account_shows_every_line_and_the_difference() -> None:
    """Exact value, rate, rounded line, total, and what the lines would have summed to (M9)."""
    rates = FixedRates({"USD": Fraction(1, 3), "JPY": Fraction(1, 300)})
    found = bag(EUR="1.005", JPY="100", USD="1.00").conversion(rates, "EUR")
    assert [str(line) for line in found.lines] == [
        "EUR 1.005 = EUR 1.00",
        "JPY 100 = EUR 0.33",
        "USD 1.00 = EUR 0.33",
    ]
    assert [line.exact.value for line in found.lines] == [
        Fraction(201, 200),
        Fraction(1, 3),
        Fraction(1, 3),
    ]
    assert [line.rate for line in found.lines] == [
        None,
        Ratio(Fraction(1, 300)),
        Ratio(Fraction(1, 3)),
    ]
    assert found.exact.value == Fraction(1003, 600)
    assert found.total == Money("1.67", "EUR")
    assert found.difference == Money("0.01", "EUR")
    assert found.rounding is Rounding.HALF_EVEN


def test_the_look_up_gets_currencies_and_every_argument() -> None:
    """What names the day and the policy is passed on; the target itself is never looked up (R1)."""
    rates = FixedRates({"USD": Fraction(1, 2)})
    bag(EUR="1.00", USD="1.00").convert(rates, "EUR", on=MARCH, side="mid")
    assert rates.asked == [(USD, EUR, {"on": MARCH, "side": "mid"})]


def test_an_empty_bag_is_worth_nothing_in_any_currency() -> None:
    """No rate is needed, and the account is empty."""
    rates = FixedRates({})
    assert MoneyBag().convert(rates, "JPY") == Money.zero("JPY")
    assert MoneyBag().conversion(rates, "JPY").difference == Money.zero("JPY")
    assert rates.asked == []


def test_a_missing_rate_is_an_error_and_leaves_nobody_out() -> None:
    """The error of the look-up comes through as it is (R6)."""
    with pytest.raises(KeyError, match="CHF"):
        bag(CHF="1", USD="1").convert(FixedRates({"USD": Fraction(1)}), "EUR")
    table: Rates = RateTable.of("EUR", on=MARCH, USD="1.0850")
    with pytest.raises(RateMissing, match="CHF"):
        bag(CHF="1", USD="1").convert(table, "EUR", on=MARCH)
    assert bag(EUR="1.00", USD="10.85").convert(table, "EUR", on=MARCH) == Money(11, "EUR")


@pytest.mark.parametrize("ratio", [Fraction(0), Fraction(-1), 1, 1.0, Decimal(1), None])
def test_a_ratio_that_is_no_fraction_above_zero_is_refused(ratio: Any) -> None:
    """A broken adapter does not get a wrong number into a total (F8)."""
    with pytest.raises(RatioRefused, match="USD/EUR"):
        bag(USD="1").convert(FixedRates({"USD": ratio}), "EUR")
