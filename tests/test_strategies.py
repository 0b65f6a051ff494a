"""The strategies draw what they say, shrink to what reads well, and are known to Hypothesis."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from types import ModuleType
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, NoSuchExample

from fxcrm.currencies import ISO, Currency, CurrencyRegistry
from fxcrm.decisions import RateDecision
from fxcrm.money import Money, NumberRefused, RationalMoney, Rounding, Spare, parse_decimal
from fxcrm.moneybag import MoneyBag
from fxcrm.ratelocks import RateLock
from fxcrm.rates import (
    BusinessCalendar,
    CurrencyPair,
    ExchangeRate,
    Fixing,
    Peg,
    RatePolicy,
    RateSeries,
    RateTable,
    Side,
)
from fxcrm.testing import ratestrategies, strategies
from fxcrm.testing.ratestrategies import (
    LOCK_STATES,
    exchange_rates,
    rate_decisions,
    rate_locks,
    rate_policies,
    rate_series,
    rate_tables,
)
from fxcrm.testing.registration import register
from fxcrm.testing.strategies import (
    bags,
    currencies,
    factors,
    money,
    moneys,
    rationals,
    ratios,
    refused_numbers,
    roundings,
    weights,
)
from tests.ambient import FEWER, IN_THE_STRICTEST
from tests.ambient import any_context as any_context

COINS = CurrencyRegistry("drawn coins").define("BTC", digits=8, name="Bitcoin")
QUICK = settings(max_examples=2_000, database=None, derandomize=True)
UNSHRUNK = settings(QUICK, phases=[Phase.generate])


def smallest(strategy: st.SearchStrategy[Any], condition: Any) -> Any:
    """The simplest example that Hypothesis shows."""
    return find(strategy, condition, settings=QUICK)


RATES = [
    *(CurrencyPair, Fixing, ExchangeRate, RateSeries, RateTable, BusinessCalendar, Peg),
    *(RatePolicy, RateDecision, RateLock),
]


@pytest.mark.parametrize(
    "kind", [Money, Currency, RationalMoney, MoneyBag, Rounding, Spare, *RATES]
)
def test_types_are_enough(kind: type) -> None:
    """``st.from_type`` gives values of the type once ``register`` has run."""
    register()
    assert type(find(st.from_type(kind), lambda _: True, settings=UNSHRUNK)) is kind


@IN_THE_STRICTEST
def test_hypothesis_finds_the_registration_by_itself() -> None:
    """A fresh interpreter that only imports Hypothesis and the type can draw it (entry point)."""
    code = (
        "from hypothesis import find, strategies as st; from fxcrm.money import Money;"
        "print(repr(find(st.from_type(Money), lambda one: one.is_positive)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "Money('0.01', 'EUR')", ran.stderr


def test_importing_the_testing_package_does_not_import_hypothesis() -> None:
    """The contract kits may be read where Hypothesis is not installed."""
    code = "import sys, fxcrm.testing; print('hypothesis' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


@IN_THE_STRICTEST
@pytest.mark.parametrize(
    ("strategy", "condition", "shown"),
    [
        (money(), lambda _: True, "Money('0.00', 'EUR')"),
        (money(), lambda one: one.is_negative, "Money('-0.01', 'EUR')"),
        (money(), lambda one: abs(one).amount > 100, "Money('100.01', 'EUR')"),
        (money(), lambda one: one.currency.digits != 2, "Money('0', 'JPY')"),
        (money("CHF", low=5, high=9), lambda _: True, "Money('5.00', 'CHF')"),
        (money(extra_digits=2), bool, "Money('0.0001', 'EUR')"),
        (moneys(), lambda many: len(many) > 1, "[Money('0.00', 'EUR'), Money('0.00', 'EUR')]"),
        (bags(), bool, "MoneyBag.of(Money('0.01', 'EUR'))"),
        (
            rationals(),
            lambda one: one.value.denominator > 1,
            "RationalMoney(Fraction(1, 2), 'EUR')",
        ),
        (weights(), lambda many: len(many) == 2, "[0, 1]"),
        (factors(), lambda one: one < 0, "Decimal('-1')"),
        (roundings(), lambda _: True, "<Rounding.HALF_EVEN: 'ROUND_HALF_EVEN'>"),
        (currencies(COINS), lambda _: True, repr(COINS.currency("BTC"))),
    ],
)
def test_examples_shrink_to_what_reads_well(
    strategy: st.SearchStrategy[Any], condition: Any, shown: str
) -> None:
    """EUR, a single cent, short lists: a failing example explains itself."""
    assert repr(smallest(strategy, condition)) == shown


@IN_THE_STRICTEST
def test_every_living_currency_with_minor_units_is_drawn_and_no_other() -> None:
    """Nothing historic, no metals; the exotic ones turn up."""
    living = {one for one in ISO if one.digits is not None and not one.is_historic}
    for code in ("EUR", "MRU", "CLF", "IQD", "ZWG"):
        if Currency(code) in living:
            assert smallest(currencies(), lambda one, code=code: one.code == code)
    for code in ("DEM", "XAU", "HRK"):
        with pytest.raises(NoSuchExample):
            smallest(currencies(), lambda one, code=code: one.code == code)


@FEWER
@given(money())
def test_money_is_in_whole_minor_units_by_default(one: Money) -> None:
    """So that it may be posted, split and paid."""
    assert isinstance(one.minor, int)
    assert abs(one.minor) <= 10**15


@FEWER
@given(st.data(), st.integers(-10_000, 10_000), st.integers(0, 10_000))
def test_limits_are_kept(data: st.DataObject, low: int, width: int) -> None:
    """Both are included; limits finer than the unit are narrowed to it."""
    low_limit, high_limit = (
        Money.from_scaled(low, 3, "EUR"),
        Money.from_scaled(low + width, 3, "EUR"),
    )
    if low_limit.rounded(Rounding.CEILING) > high_limit.rounded(Rounding.FLOOR):
        return
    drawn = data.draw(money("EUR", low=low_limit.amount, high=high_limit.amount))
    assert low_limit <= drawn <= high_limit
    assert isinstance(drawn.minor, int)


def test_one_limit_is_enough_however_far_it_lies() -> None:
    """Above 10**15 minor units the other end follows."""
    assert smallest(money("EUR", low=10**20), lambda _: True) == Money(10**20, "EUR")
    assert smallest(money("EUR", high=-(10**20)), lambda _: True) == Money(-(10**20), "EUR")
    with pytest.raises(InvalidArgument):
        smallest(money("EUR", low=2, high=1), lambda _: True)


@FEWER
@given(moneys(1, 5, extra_digits=2))
def test_moneys_share_a_currency(many: list[Money]) -> None:
    """And the limits of length are kept."""
    assert 1 <= len(many) <= 5
    assert len({one.currency for one in many}) == 1
    assert isinstance(Money.total(many), Money)


@FEWER
@given(bags(max_size=3), rationals("CHF"), weights(2, 4), factors(2, 5), ratios(50), roundings())
def test_the_rest_keeps_its_limits(
    bag: MoneyBag,
    exact: RationalMoney,
    some: list[int],
    factor: Decimal,
    ratio: Fraction,
    mode: Rounding,
) -> None:
    """Sizes, denominators, signs and digits are as promised."""
    assert len(bag) <= 3
    assert exact.currency is Currency("CHF")
    assert exact.value.denominator <= 1000
    assert 2 <= len(some) <= 4
    assert any(some)
    assert min(some) >= 0
    assert -5 <= factor <= 5
    assert (Fraction(factor) * 100).denominator == 1
    assert Fraction(1, 50) <= ratio <= 50
    assert mode in Rounding


@FEWER
@given(refused_numbers())
def test_refused_numbers_are_refused(text: str) -> None:
    """The strategy's own promise, kept by the parser of the library."""
    with pytest.raises(NumberRefused):
        parse_decimal(text)


@FEWER
@given(exchange_rates("EUR", "USD"), rate_series(corrections=False), rate_tables(hubs=1))
def test_rates_are_drawn_as_they_are_asked_for(
    rate: ExchangeRate, series: RateSeries, table: RateTable
) -> None:
    """Named ends, one value a day, and one hub that every pair leads from or to."""
    assert str(rate.pair) == "EUR/USD"
    assert len(set(series.days)) == len(series.days)
    assert all(series.values)
    ends = [{pair.base, pair.counter} for pair in table.pairs]
    assert set.intersection(*ends)


@FEWER
@given(rate_tables(hubs=3, sides=Side), rate_policies(), rate_decisions())
def test_bids_asks_and_decisions_are_sound(
    table: RateTable, policy: RatePolicy, decision: RateDecision
) -> None:
    """No bid above its ask on a day; a policy can be a key; nobody decides before he knows."""
    asks = {one.pair: one for one in table.series if one.side is Side.ASK}
    for bid in (one for one in table.series if one.side is Side.BID):
        ask = asks[bid.pair]
        for low, high in zip(bid.values, ask.values, strict=True):
            assert Fraction(low or 0) <= Fraction(high or 0)
    assert {policy: 1}[policy] == 1
    assert decision.rate.known_from <= decision.known_at
    assert decision.rate.on <= decision.valid_on


@IN_THE_STRICTEST
@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        (rate_series(), lambda one: "" in one.values),
        (rate_series(), lambda one: len(set(one.days)) < len(one.days)),
        (rate_tables(views=True), lambda one: one.known_at is not None),
        (rate_tables(hubs=2), lambda one: len(one.pairs) > 2),
        (rate_policies(), lambda one: one.pegs and one.pivot),
        (exchange_rates(), lambda one: len(one.legs) == 3),
        (exchange_rates(), lambda one: any(leg.fixing.unit == 1000 for leg in one.legs)),
    ],
)
def test_the_odd_kinds_of_rates_turn_up(kind: st.SearchStrategy[Any], condition: Any) -> None:
    """Corrections, withdrawals, views, several hubs, pegs and pivots, long paths, big units."""
    find(kind, condition, settings=UNSHRUNK)


@pytest.mark.parametrize("state", LOCK_STATES)
def test_locks_are_drawn_in_each_state(state: str) -> None:
    """As their commands lead there, with nothing left over or drawn beyond the cover."""
    lock = find(rate_locks(state), lambda _: True, settings=UNSHRUNK)
    assert lock.state == state
    assert Money.zero(lock.covers.currency) <= lock.remaining <= lock.covers


@pytest.mark.parametrize("module", [strategies, ratestrategies])
def test_every_public_strategy_is_documented(module: ModuleType) -> None:
    """Whoever reads ``help`` learns what is drawn."""
    public = [one for name, one in vars(module).items() if not name.startswith("_")]
    ours = [one for one in public if getattr(one, "__module__", "") == module.__name__]
    assert len(ours) >= 11
    assert all(one.__doc__ for one in ours)
