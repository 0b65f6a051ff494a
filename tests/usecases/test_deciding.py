"""Deciding: one recorded choice per purpose, pair, day and policy, for both directions."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, RateNotYetKnown, decision_id
from fxcrm.rates import Averaging, ExchangeRate, LookUp, RateMissing, RatePolicy, Side
from fxcrm.usecases import Desk, decided, decided_average
from tests.usecases.office import EUR, GBP, JANUARY, RUB, USD, Office

DAY = date(2026, 1, 20)


def _decided(
    desk: Desk, base: Currency, counter: Currency, purpose: Purpose = Purpose.QUOTE
) -> RateDecision:
    found = decided(desk, purpose, base, counter, DAY)
    assert found is not None
    return found


def _log(office: Office) -> list[str]:
    with office.store.begin() as unit:
        return [one.id for one in unit.decisions.all()]


@pytest.mark.parametrize(("base", "counter"), [(EUR, USD), (USD, EUR), (USD, GBP), (GBP, USD)])
def test_a_day_s_decision_serves_both_directions(base: Currency, counter: Currency) -> None:
    """Asked again, either way, in another unit of work: the same decision, recorded once (R3)."""
    office = Office().open()
    first = office.at(DAY, lambda desk: _decided(desk, base, counter))
    again = office.at(DAY, lambda desk: _decided(desk, base, counter))
    back = office.at(DAY, lambda desk: _decided(desk, counter, base))
    assert first == again == back
    assert _log(office) == [first.id]
    assert (first.decided_by, first.valid_on) == ("ada", DAY)


def test_one_currency_needs_no_decision() -> None:
    """None, and nothing is recorded."""
    office = Office().open()
    assert office.at(DAY, lambda desk: decided(desk, Purpose.QUOTE, EUR, EUR, DAY)) is None
    assert _log(office) == []


def test_purposes_are_decided_apart() -> None:
    """What was quoted is not what is booked, though it be the same fixing."""
    office = Office().open()
    with office.desk(DAY) as desk:
        for purpose in (Purpose.QUOTE, Purpose.BOOKING, Purpose.CLOSING):
            assert _decided(desk, EUR, USD, purpose).purpose is purpose
    assert len(_log(office)) == 3


def test_without_a_rate_nothing_is_recorded() -> None:
    """The refusal names pair and day, and leaves no decision behind (F8)."""
    office = Office().open()
    digest = office.store.digest()
    with pytest.raises(RateMissing):
        office.at(JANUARY, lambda desk: decided(desk, Purpose.QUOTE, EUR, Currency("JPY"), DAY))
    with pytest.raises(RateMissing):
        office.at(date(2026, 2, 20), _late)
    assert office.store.digest() == digest


def _late(desk: Desk) -> RateDecision | None:
    return decided(desk, Purpose.QUOTE, EUR, RUB, date(2026, 2, 20))


def test_tomorrow_s_rate_is_not_known_today() -> None:
    """A fixing of a later day than the desk's instant decides nothing (F8)."""
    office = Office().open()
    with pytest.raises(RateNotYetKnown):
        office.at(DAY, lambda desk: decided(desk, Purpose.QUOTE, EUR, USD, date(2026, 1, 21)))
    assert _log(office) == []


def test_policies_have_decisions_of_their_own() -> None:
    """Strictly before is the day before, whatever was decided under another policy (R2)."""
    office = Office().open()
    same_day = office.at(DAY, lambda desk: _decided(desk, EUR, USD))
    office.policy = RatePolicy(LookUp.STRICTLY_BEFORE)
    before = office.at(DAY, lambda desk: _decided(desk, EUR, USD))
    again = office.at(DAY, lambda desk: _decided(desk, USD, EUR))
    assert (same_day.rate.on, before.rate.on) == (DAY, date(2026, 1, 19))
    assert before == again
    office.policy = RatePolicy()
    assert office.at(DAY, lambda desk: _decided(desk, USD, EUR)) == same_day
    assert len(_log(office)) == 2


@pytest.mark.parametrize(
    "order", [[(EUR, USD), (USD, EUR)], [(USD, EUR), (EUR, USD)]], ids=["there", "back"]
)
def test_sides_are_respected_in_both_directions(order: list[tuple[Currency, Currency]]) -> None:
    """The bid for euros is 1.0790; the bid for dollars is the inverse of the ask, 1.0810 (R3)."""
    expected = {
        (EUR, USD, Side.BID): Fraction("1.0790"),
        (EUR, USD, Side.ASK): Fraction("1.0810"),
        (USD, EUR, Side.BID): 1 / Fraction("1.0810"),
        (USD, EUR, Side.ASK): 1 / Fraction("1.0790"),
    }
    office = Office().open()
    for side, (base, counter), _ in product((Side.BID, Side.ASK), order, range(2)):
        office.policy = RatePolicy(side=side)
        with office.desk(DAY) as desk:
            found = _decided(desk, base, counter)
        ratio = found.rate.ratio if found.pair.base is base else 1 / found.rate.ratio
        assert ratio == expected[base, counter, side]
    assert len(_log(office)) == 2  # one at the bid, one at the ask of the pair as quoted


def test_a_correction_is_what_is_found_from_then_on() -> None:
    """The second version replaces the first for everything that is decided later (RULES 0)."""
    office = Office().open()
    first = office.at(DAY, lambda desk: _decided(desk, EUR, USD))
    rate = ExchangeRate.of("EUR", "USD", "1.0900", on=DAY)
    id = decision_id(Purpose.QUOTE, rate.pair, DAY, 2)
    second = attrs.evolve(first, id=id, rate=rate, replaces=first.id, reason="late correction")
    office.at(DAY, lambda desk: desk.uow.decisions.record(second))
    for base, counter in ((EUR, USD), (USD, EUR)):
        with office.desk(DAY) as desk:
            assert _decided(desk, base, counter) == second
    assert _log(office) == [first.id, second.id]


def test_an_average_is_decided_once_per_period() -> None:
    """Both ends are in its id; another period is another decision (D17)."""
    office = Office().open()
    with office.desk(JANUARY) as desk:
        one = decided_average(desk, USD, EUR, date(2026, 1, 1), JANUARY)
        assert decided_average(desk, EUR, USD, date(2026, 1, 1), JANUARY) == one
        assert decided_average(desk, EUR, USD, date(2026, 1, 2), JANUARY) != one
    assert one.rate.ratio == Fraction("1.0815")  # the middle of 1.0800 to 1.0830
    assert len(_log(office)) == 2


# ---- which days an average weighs

FIRST_OF_FEBRUARY, THIRD, LAST = date(2026, 2, 1), date(2026, 2, 3), date(2026, 2, 28)
IF_ANY = RatePolicy(averaging=Averaging.PUBLISHED_IF_ANY)
EVERY = RatePolicy(averaging=Averaging.EVERY_DAY)


def _average(office: Office, policy: RatePolicy, base: Currency, on: date) -> RateDecision:
    """The average of February up to a day, recorded under a policy."""
    office.policy = policy
    since = FIRST_OF_FEBRUARY
    return office.at(LAST, lambda desk: decided_average(desk, EUR, base, since, on))


def test_a_period_without_a_fixing_takes_the_average_that_its_policy_names() -> None:
    """The rouble's last fixing is of 31 January: three days stand, four weeks do not (D17, R1)."""
    office = Office().open()
    with pytest.raises(RateMissing, match="average from 2026-02-01"):
        _average(office, RatePolicy(), RUB, THIRD)
    for policy in (IF_ANY, EVERY):
        found = _average(office, policy, RUB, THIRD)
        assert found.rate.ratio == 90
        assert "mean of 3 days from 2026-02-01 to" in found.rate.path
        with pytest.raises(RateMissing):
            _average(office, policy, RUB, LAST)
    assert [one.rpartition(":")[2] for one in _log(office)] == ["1", "2"]


def test_an_average_of_what_was_published_serves_where_every_day_is_for_want_of_it() -> None:
    """It is the same rate, so it is not decided twice; weighing every day is another rule."""
    office = Office().open()
    usual = _average(office, RatePolicy(), USD, LAST)
    assert _average(office, IF_ANY, USD, LAST) == usual
    every = _average(office, EVERY, USD, LAST)
    assert every.id != usual.id
    assert every.policy == f"{RatePolicy()}, averaged: every day"
    assert _average(office, EVERY, USD, LAST) == every
    assert _average(office, RatePolicy(), USD, LAST) == usual


def test_how_averages_are_weighed_is_no_part_of_a_look_up() -> None:
    """A spot that was decided serves under every way of averaging."""
    office = Office().open()
    first = office.at(DAY, lambda desk: _decided(desk, EUR, USD))
    office.policy = EVERY
    assert office.at(DAY, lambda desk: _decided(desk, EUR, USD)) == first
