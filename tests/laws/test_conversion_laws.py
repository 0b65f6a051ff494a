"""Converting quickly gives what the rate of the day gives, or fails as that does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.errors import FxcrmError
from fxcrm.money import Money, Rounding
from fxcrm.rates import (
    BusinessCalendar,
    ClosedDays,
    CurrencyPair,
    LookUp,
    RatePolicy,
    RateSeries,
    RateTable,
    Side,
)

FIRST = date(2026, 3, 2)
CODES = ("USD", "JPY", "BHD", "HUF", "XAU")
CALENDAR = BusinessCalendar("no Wednesday", frozenset({2, 5, 6}), frozenset({date(2026, 3, 9)}))

values = st.one_of(
    st.integers(1, 10**7).map(lambda units: f"{Decimal(units).scaleb(-4):f}"),
    st.sampled_from(["0", "-1", "N/A", "1E2", "0." + "0" * 30 + "7", "9" * 30]),
)
policies = st.builds(
    RatePolicy,
    look_up=st.sampled_from(LookUp),
    max_age=st.integers(0, 9),
    max_legs=st.integers(1, 2),
    closed_days=st.sampled_from(ClosedDays),
    calendar=st.just(CALENDAR),
)


@st.composite
def series(draw: st.DrawFn, code: str) -> RateSeries:
    """Some days of one currency, in either direction, per unit, corrected or withdrawn."""
    places = sorted(draw(st.lists(st.integers(0, 30), min_size=1, max_size=8, unique=True)))
    days = [FIRST + timedelta(days=place) for place in places]
    texts = [draw(values) for _ in days]
    pair = CurrencyPair.of("EUR", code)
    unit = draw(st.sampled_from([1, 1, 100, 7]))
    known = None
    if draw(st.booleans()):
        days, texts = [*days, days[-1]], [*texts, draw(st.sampled_from(["", "1.5"]))]
        instant = datetime.combine(days[-1], datetime.min.time(), UTC) + timedelta(days=2)
        known = [*(None for _ in places), instant]
    pair = draw(st.sampled_from([pair, pair.inverse]))
    return RateSeries(pair, "drawn", days, texts, unit, Side.MID, known)


@st.composite
def tables(draw: st.DrawFn) -> RateTable:
    """A table of some currencies against the euro."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True))
    return RateTable([draw(series(code)) for code in codes])


def _outcome(call: Callable[[], object]) -> object:
    """What a call gives, or the type and text of its refusal."""
    try:
        return call()
    except (FxcrmError, ArithmeticError) as refused:
        return type(refused), str(refused)


@pytest.fixture(autouse=True)
def laid_out_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days are laid out after the first conversion, and not after many."""
    monkeypatch.setattr("fxcrm.rates._LONG_WAYS", 0)


@given(tables(), policies, st.sampled_from(Rounding), st.data())
def test_a_conversion_is_that_of_the_rate(
    table: RateTable, policy: RatePolicy, rounding: Rounding, data: st.DataObject
) -> None:
    """On every day around those published, with days laid out and without, values bad or good."""
    codes = ("EUR", *CODES)
    base, to = data.draw(st.tuples(st.sampled_from(codes), st.sampled_from(codes)))
    money = Money(data.draw(st.integers(-(10**9), 10**9)), base)

    def slowly(on: date) -> Money:
        return table.rate(base, to, on, policy).convert(money, rounding)

    def quickly(on: date) -> Money:
        return table.convert(money, to, on, policy, rounding)

    for place in range(-2, 45):
        on = FIRST + timedelta(days=place)
        expected = _outcome(partial(slowly, on))
        assert [_outcome(partial(quickly, on)) for _ in range(2)] == [expected, expected]


@given(tables(), policies, st.sampled_from(Rounding), st.data())
def test_many_amounts_are_converted_as_each_of_them(
    table: RateTable, policy: RatePolicy, rounding: Rounding, data: st.DataObject
) -> None:
    """In minor units and in any order; one without a rate, and nothing is converted."""
    places = st.integers(0, 40).map(lambda place: FIRST + timedelta(days=place))
    currencies = st.sampled_from(["EUR", *CODES[:4]]).map(Currency)
    amounts = data.draw(
        st.lists(st.tuples(st.integers(-(10**9), 10**9), currencies, places), max_size=9)
    )
    to = data.draw(st.sampled_from(["EUR", *CODES[:4]]))

    def one_by_one() -> list[int]:
        moneys = [(Money.from_minor(units, currency), on) for units, currency, on in amounts]
        return [table.convert(each, to, on, policy, rounding).minor for each, on in moneys]

    def at_once() -> list[int]:
        return table.convert_minor(amounts, to, policy, rounding).minor

    assert _outcome(at_once) == _outcome(one_by_one)
