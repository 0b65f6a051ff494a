"""Rate decisions: what is recorded of a choice, and how it is found again."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from dateutil.tz import gettz
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.decisions import (
    Purpose,
    PurposeExpected,
    RateDecision,
    RateNotYetKnown,
    WrongDecision,
    as_quoted,
    decide,
    decide_average,
    decision_id,
)
from fxcrm.events import NaiveInstant
from fxcrm.money import CurrencyMismatch, Money, Rounding
from fxcrm.rates import (
    CurrencyPair,
    ExchangeRate,
    Fixing,
    LookUp,
    RateMissing,
    RatePolicy,
    RateTable,
    Side,
)

FRIDAY = date(2026, 3, 6)
MONDAY = date(2026, 3, 9)
EVENING = datetime(2026, 3, 9, 17, tzinfo=UTC)
EURUSD = CurrencyPair.of("EUR", "USD")
TABLE = RateTable.from_fixings(
    Fixing(CurrencyPair.of("EUR", code), Decimal(value), day, "mint")
    for code, values in {"USD": ("1.0850", "1.0910"), "GBP": ("0.8420", "0.8440")}.items()
    for value, day in zip(values, (FRIDAY, MONDAY), strict=True)
)


def _decided(base: str, counter: str, on: date = MONDAY) -> RateDecision:
    return decide(
        TABLE, base, counter, purpose=Purpose.QUOTE, on=on, known_at=EVENING, decided_by="ada"
    )


def test_a_decision_records_what_was_chosen_when_and_by_whom() -> None:
    """Purpose, rate with its legs, policy in words, day, instant, author (RULES section 0)."""
    found = decide(
        TABLE,
        "EUR",
        "USD",
        purpose=Purpose.BOOKING,
        on=MONDAY,
        known_at=EVENING,
        decided_by="ada",
        policy=RatePolicy(LookUp.STRICTLY_BEFORE, max_age=3),
        reason="month end",
    )
    assert found.id == "booking:EUR/USD:2026-03-09:1"
    assert (found.purpose, found.decided_by, found.reason) == (Purpose.BOOKING, "ada", "month end")
    assert found.policy == "strictly before the day, at most 3 days old, mid, at most 2 legs"
    assert (found.valid_on, found.rate.on, found.known_at) == (MONDAY, FRIDAY, EVENING)
    assert found.rate.path == "EUR/USD 1.0850 (mint 2026-03-06)"
    assert str(found) == "1 EUR = 1.0850 USD on 2026-03-06 [booking:EUR/USD:2026-03-09:1]"
    assert found.replaces is None


@pytest.mark.parametrize(("base", "counter"), [("EUR", "USD"), ("USD", "GBP"), ("GBP", "EUR")])
def test_both_directions_of_a_pair_share_one_decision(base: str, counter: str) -> None:
    """A decision keeps the direction quoted, a cross that of the alphabet (R1, R3)."""
    there, back = _decided(base, counter), _decided(counter, base)
    assert there == back
    assert str(there.pair) in {"EUR/USD", "EUR/GBP", "GBP/USD"}
    assert as_quoted(there.rate.inverse) == there.rate


def test_a_decision_converts_both_ways_with_one_rounding() -> None:
    """Half-even by default, another mode by name, exactly on request (M10)."""
    found = _decided("EUR", "USD")
    assert found.convert(Money("100.00", "EUR")) == Money("109.10", "USD")
    assert found.convert(Money("109.10", "USD")) == Money("100.00", "EUR")
    assert found.convert(Money("0.01", "USD"), Rounding.UP) == Money("0.01", "EUR")
    half = attrs.evolve(found, rate=ExchangeRate.of("EUR", "USD", "0.5", on=MONDAY))
    assert half.convert(Money("0.01", "EUR")) == Money("0.00", "USD")
    assert half.convert(Money("0.03", "EUR")) == Money("0.02", "USD")
    exact = found.convert_exactly(Money("1.00", "USD"))
    assert (exact.value, exact.currency) == (Fraction(10000, 10910), Currency("EUR"))
    with pytest.raises(CurrencyMismatch):
        found.convert(Money("1.00", "GBP"))


def test_an_average_names_its_period() -> None:
    """The id shows both days, the rate how many fixings it is the mean of (R1)."""
    found = decide_average(
        TABLE, "USD", "EUR", since=FRIDAY, on=MONDAY, known_at=EVENING, decided_by="ada"
    )
    assert found.id == "average:EUR/USD:2026-03-06..2026-03-09:1"
    assert found.purpose is Purpose.AVERAGE
    assert found.rate.ratio == Fraction("1.088")
    assert "mean of 2 fixings" in found.rate.path


def test_an_average_says_its_policy_in_the_direction_quoted() -> None:
    """The bid for dollars is the ask for euros, and the decision is of EUR/USD (R3)."""
    table = RateTable.from_fixings(
        Fixing(EURUSD, Decimal(value), MONDAY, "dealer", side=side)
        for side, value in ((Side.BID, "1.0790"), (Side.ASK, "1.0810"))
    )
    found = {
        base: decide_average(
            table,
            base,
            counter,
            since=MONDAY,
            on=MONDAY,
            known_at=EVENING,
            decided_by="ada",
            policy=RatePolicy(side=Side.BID),
        )
        for base, counter in (("EUR", "USD"), ("USD", "EUR"))
    }
    assert {base: str(one.rate.rounded_value()) for base, one in found.items()} == {
        "EUR": "1.079000",
        "USD": "1.081000",
    }
    assert ", bid," in found["EUR"].policy
    assert ", ask," in found["USD"].policy


@pytest.mark.parametrize("purpose", Purpose)
def test_a_decision_measures_for_its_own_purpose_and_day(purpose: Purpose) -> None:
    """It hands itself out for those two, and is refused for any other of either (D1, D3)."""
    found = attrs.evolve(_decided("EUR", "USD"), purpose=purpose)
    assert found.measuring(purpose, MONDAY) is found
    with pytest.raises(WrongDecision):
        found.measuring(purpose, FRIDAY)
    for other in set(Purpose) - {purpose}:
        with pytest.raises(WrongDecision):
            found.measuring(other, MONDAY)


def test_what_can_not_be_found_is_not_decided() -> None:
    """No rate, no decision: the look-up's refusal comes through (never 1, never 0)."""
    with pytest.raises(RateMissing):
        _decided("EUR", "JPY")
    with pytest.raises(RateMissing):
        _decided("EUR", "USD", on=date(2026, 3, 5))
    with pytest.raises(RateMissing):
        decide_average(
            TABLE,
            "EUR",
            "USD",
            since=date(2026, 3, 7),
            on=date(2026, 3, 8),
            known_at=EVENING,
            decided_by="ada",
        )


def test_a_fixing_of_the_future_can_not_be_known() -> None:
    """At noon of Sunday nobody knows Monday's fixing, in whatever zone it is noon (F8, R2)."""
    for known_at in (
        datetime(2026, 3, 8, 12, tzinfo=UTC),
        datetime(2026, 3, 9, 8, tzinfo=gettz("Asia/Tokyo")),  # still Sunday in UTC
    ):
        with pytest.raises(RateNotYetKnown) as caught:
            decide(
                TABLE,
                "USD",
                "EUR",
                purpose=Purpose.QUOTE,
                on=MONDAY,
                known_at=known_at,
                decided_by="ada",
            )
        assert (caught.value.pair, caught.value.on) == ("EUR/USD", MONDAY)
    midnight = datetime(2026, 3, 9, 0, 0, tzinfo=UTC)
    found = decide(
        TABLE, "USD", "EUR", purpose=Purpose.QUOTE, on=MONDAY, known_at=midnight, decided_by="ada"
    )
    assert found.rate.on == MONDAY


def test_a_naive_instant_is_refused() -> None:
    """When it was known must mean the same on every machine (F7)."""
    naive = datetime(2026, 3, 9, 17)  # noqa: DTZ001
    with pytest.raises(NaiveInstant) as caught:
        attrs.evolve(_decided("EUR", "USD"), known_at=naive)
    assert caught.value.instant == naive
    local = EVENING.astimezone(gettz("Asia/Tokyo"))
    assert attrs.evolve(_decided("EUR", "USD"), known_at=local).known_at == EVENING


@given(
    st.sampled_from(Purpose),
    st.dates(date(1999, 1, 4), date(2100, 1, 1)),
    st.integers(1, 50),
    st.sampled_from([EURUSD, EURUSD.inverse, CurrencyPair.of("GBP", "JPY")]),
)
def test_ids_tell_decisions_apart(
    purpose: Purpose, on: date, version: int, pair: CurrencyPair
) -> None:
    """Purpose, pair, day and version are all in the id, so no two of them share one."""
    id = decision_id(purpose, pair, on, version)
    assert id == f"{purpose.value}:{pair}:{on.isoformat()}:{version}"
    assert decision_id(purpose, pair, on, version, since=on) != id
    assert decision_id(purpose, pair, on) == decision_id(purpose, pair, on, 1)
    others = {decision_id(one, pair, on, version) for one in Purpose}
    assert len(others) == len(Purpose)


def test_a_correction_names_what_it_replaces() -> None:
    """The earlier decision stays as it was; the new one links to it."""
    first = _decided("EUR", "USD")
    rate = ExchangeRate.of("EUR", "USD", "1.0911", on=MONDAY)
    id = decision_id(Purpose.QUOTE, EURUSD, MONDAY, 2)
    second = attrs.evolve(first, id=id, rate=rate, replaces=first.id, reason="late correction")
    assert second.replaces == first.id
    assert second != first


def test_a_decision_travels() -> None:
    """Pickle and copies give equal decisions with exact rates."""
    found = _decided("USD", "GBP")
    for again in (pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)):  # noqa: S301
        assert again == found
        assert again.rate.ratio == found.rate.ratio


@pytest.mark.parametrize("purpose", ["lock", "LOCK", None])
def test_a_purpose_is_a_member_not_its_text(purpose: Any) -> None:
    """The text of a purpose is refused by name, not by an attribute that it lacks."""
    table = RateTable.of("EUR", on=date(2026, 3, 2), USD="1.1698")
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with pytest.raises(PurposeExpected, match=r"fxcrm\.Purpose"):
        decide(
            table, "EUR", "USD", purpose=purpose, on=date(2026, 3, 2), known_at=noon,
            decided_by="ada",
        )  # fmt: skip
