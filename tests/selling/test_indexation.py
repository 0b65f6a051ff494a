"""A price that follows a rate within bounds: examples with figures, and laws against fractions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm import Currency, Money, Purpose, RateDecision
from fxcrm.fixings import ExchangeRate
from fxcrm.ids import DecisionId
from fxcrm.selling.indexation import (
    Band,
    Indexation,
    IndexationRefused,
    WrongIndexRate,
    agreed,
)

DAY = date(2026, 3, 2)
EUR, USD = Currency("EUR"), Currency("USD")
PRICE = Money("1000.00", "USD")


def at(value: str, on: date = DAY, base: str = "EUR", counter: str = "USD") -> RateDecision:
    """A decided rate: 1 base = value counter."""
    rate = ExchangeRate.of(base, counter, value, on=on)
    known = datetime(on.year, on.month, on.day, 17, tzinfo=UTC)
    id = DecisionId(f"quote:{base}/{counter}:{on}:{value}")
    return RateDecision(id, Purpose.QUOTE, rate, "as given", on, known, "ada")


def due(clause: Indexation, now: str, base: str = "1.0000") -> Money:
    """What USD 1,000.00 come to."""
    return clause.figure("Due", agreed("Agreed", PRICE), at(base), at(now)).value


BOUNDED = Indexation(EUR, band="3", passed_on="50", cap="8", floor="-5")


@pytest.mark.parametrize(
    ("now", "threshold", "deductible"),
    [
        ("1.0300", "1000.00", "1000.00"),  # at the edge: still within the band
        ("0.9700", "1000.00", "1000.00"),
        ("1.0301", "1015.05", "1000.05"),  # half of 3.01 %, and half of 0.01 %
        ("1.1000", "1050.00", "1035.00"),
        ("0.9000", "950.00", "965.00"),  # half of -10 % is the floor, to the cent
        ("1.1900", "1080.00", "1080.00"),  # 9.5 % and 8 %: the cap
        ("0.8000", "950.00", "950.00"),
    ],
)
def test_a_movement_counts_whole_or_beyond_the_band(
    now: str, threshold: str, deductible: str
) -> None:
    """The two policies of the band, half passed on, at most 8 % up and 5 % down."""
    assert due(BOUNDED, now) == Money(threshold, "USD")
    other = attrs.evolve(BOUNDED, beyond=Band.DEDUCTIBLE)
    assert due(other, now) == Money(deductible, "USD")


def test_the_figure_tells_how_it_came_about() -> None:
    """Both rates, the movement, the band, the share and the bound that held it."""
    figure = BOUNDED.figure("Due", agreed("Agreed", PRICE), at("1.0850"), at("1.3020"))
    assert figure.value == Money("1080.00", "USD")
    told = figure.explain()
    assert "price of 1 EUR: 1.085 USD at the base, 1.302 USD now" in told
    assert "movement 20 %: beyond the band of 3 %, all of it counts" in told
    assert "change 8 %: 50 % are passed on, which would be 10 %; held at the cap" in told
    assert [one.rate.rounded_value() for one in figure.decisions()] == [
        Decimal("1.0850"),
        Decimal("1.3020"),
    ]


def test_a_rate_of_other_currencies_says_nothing() -> None:
    """It is refused, whichever way round, and never taken one to one."""
    with pytest.raises(WrongIndexRate, match="follows EUR in USD"):
        BOUNDED.price(USD, at("0.85", base="EUR", counter="GBP"))


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"band": "-1"}, "not below zero"),
        ({"passed_on": "0"}, "100 at the most"),
        ({"passed_on": "100.1"}, "100 at the most"),
        ({"cap": "-1"}, "not below zero"),
        ({"floor": "1"}, "zero or below"),
        ({"floor": "-100"}, "above -100"),
        ({"lead": -1}, "from zero up"),
        ({"lead": 3_661}, "3660 days at the most"),
    ],
)
def test_terms_without_sense_are_refused(terms: dict[str, str], reason: str) -> None:
    """Each names the term and its percentage."""
    with pytest.raises(IndexationRefused, match=reason):
        Indexation(EUR, **terms)  # type: ignore[arg-type]


_RATES = st.decimals("0.2000", "5.0000", places=4).map(str)
_PERCENT = st.decimals("0", "60", places=2)
_CLAUSES = st.builds(
    Indexation,
    st.just(EUR),
    band=_PERCENT,
    beyond=st.sampled_from(Band),
    passed_on=st.decimals("0.01", "100", places=2),
    cap=st.none() | _PERCENT,
    floor=st.none() | _PERCENT.map(lambda one: -one),
)


def oracle(clause: Indexation, before: str, now: str) -> Fraction:
    """The exact amount due, written from the agreement and not from the code."""
    moved = (Fraction(now) - Fraction(before)) / Fraction(before) * 100
    band, counted = Fraction(clause.band), moved
    if -band <= moved <= band:
        counted = Fraction(0)
    elif clause.beyond is Band.DEDUCTIBLE:
        counted = moved - (band if moved > 0 else -band)
    change = counted * Fraction(clause.passed_on) / 100
    if clause.cap is not None and change > clause.cap:
        change = Fraction(clause.cap)
    if clause.floor is not None and change < clause.floor:
        change = Fraction(clause.floor)
    return 1000 + 10 * change


@given(_CLAUSES, _RATES, _RATES, _RATES)
def test_the_amount_is_that_of_the_agreement(
    clause: Indexation, before: str, now: str, later: str
) -> None:
    """Exact until rounded once, within the bounds, unchanged within the band, and monotone."""
    figure = clause.figure("Due", agreed("Agreed", PRICE), at(before), at(now))
    exact = oracle(clause, before, now)
    assert figure.exact_value == exact
    assert abs(Fraction(figure.value.amount) - exact) <= Fraction(1, 200)
    if clause.cap is not None:
        assert exact <= 1000 + 10 * Fraction(clause.cap)
    if clause.floor is not None:
        assert exact >= 1000 + 10 * Fraction(clause.floor)
    other = clause.figure("Due", agreed("Agreed", PRICE), at(before), at(later))
    if Fraction(later) >= Fraction(now):
        assert other.exact_value >= exact
        assert other.value >= figure.value


@given(_CLAUSES, _RATES, _RATES)
def test_how_the_pair_is_quoted_makes_no_difference(
    clause: Indexation, before: str, now: str
) -> None:
    """A rate and its inverse say the same, each on its own side of the clause (R3)."""
    base, today = at(before), at(now)
    turned = [attrs.evolve(one, rate=one.rate.inverse) for one in (base, today)]
    whole = agreed("Agreed", PRICE)
    straight = clause.figure("Due", whole, base, today)
    for one in ((turned[0], turned[1]), (base, turned[1]), (turned[0], today)):
        assert clause.figure("Due", whole, *one).exact == straight.exact


@given(_RATES, _RATES)
def test_without_bounds_the_price_is_one_in_the_reference_currency(before: str, now: str) -> None:
    """All passed on, no band: what it was worth in euros, at today's rate, rounded once."""
    figure = Indexation(EUR).figure("Due", agreed("Agreed", PRICE), at(before), at(now))
    assert figure.exact_value == Fraction(1000) / Fraction(before) * Fraction(now)
