"""Books that a group acquires, or takes a share of: both routes to the reserve (D18, D19, D28)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision
from fxcrm.ledger import JournalLine, Translation, TranslationRates, acquired, acquisition_snapshot
from fxcrm.ledger.translation import OpeningChanged, TranslationUnproved, WrongRateDay
from tests.ledger.notation import NORDWIND, chosen, money, value
from tests.ledger.translated import CHART, EUR, USD, journal_of, periods, translated
from tests.ledger.translation_oracle import Move, Period, TranslatedBooks

ACQUIRED, LATER = date(2026, 3, 31), date(2026, 6, 30)
BOOKS: list[Move] = [
    (date(2026, 1, 1), "1000", "3000", 1_000_00),
    (date(2026, 2, 1), "1000", "4000", 500_00),
    (date(2026, 3, 1), "5000", "2600", 100_00),
]
SPOT = chosen("USD/EUR", "0.8", ACQUIRED, Purpose.CLOSING)


def _acquired(
    moves: list[Move],
    rate: RateDecision | None = SPOT,
    share: Fraction = Fraction(1),
    presentation: Currency = EUR,
) -> Translation:
    return acquired(
        NORDWIND,
        ACQUIRED,
        journal_of(moves),
        chart=CHART,
        functional=USD,
        presentation=presentation,
        rate=rate,
        share=share,
    )


def _rates(closing: str = "0.9") -> TranslationRates:
    return TranslationRates(
        chosen("USD/EUR", closing, LATER, Purpose.CLOSING),
        chosen("USD/EUR", "0.85", LATER, Purpose.AVERAGE),
        {},
        SPOT,
    )


def _shown(found: Translation) -> dict[str, str]:
    return {line.account.code: str(line.presentation.value) for line in found.lines}


def test_every_line_goes_at_the_spot_of_the_day() -> None:
    """Capital and results before the day too; nothing is left over for a reserve."""
    late = (LATER, "1000", "4000", 7_00)
    found = _acquired([*BOOKS, late])
    assert _shown(found) == {
        "1000": "EUR 1200.00",
        "2600": "EUR -80.00",
        "3000": "EUR -800.00",
        "4000": "EUR -400.00",
        "5000": "EUR 80.00",
    }
    assert found.reserve.value.is_zero
    assert found.reserve.decisions() == (SPOT,)
    snapshot = found.snapshot()
    assert (snapshot.closing, snapshot.as_of) == (SPOT.id, ACQUIRED)
    for share in (Fraction(1), Fraction(1, 2)):
        assert _acquired(BOOKS, share=share).snapshot() == acquisition_snapshot(
            NORDWIND,
            ACQUIRED,
            journal_of(BOOKS),
            chart=CHART,
            functional=USD,
            presentation=EUR,
            rate=SPOT,
            share=share,
        )
    last = (ACQUIRED, "1000", "4000", 5_00)  # what was posted on the day itself was acquired
    assert _shown(_acquired([*BOOKS, last]))["4000"] == "EUR -404.00"


def test_the_reserve_begins_on_the_day_of_acquisition() -> None:
    """1,400 of net assets by 0.10, and a result of 100 by 0.05: EUR 145.00 (D19)."""
    opening = _acquired(BOOKS)
    moves: list[Move] = [*BOOKS, (LATER, "1000", "4000", 100_00)]
    found = translated(moves, _rates(), LATER, opening.snapshot())
    assert str(found.reserve.value) == "EUR 145.00"
    assert found.reserve.value == found.plug.value
    assert _shown(found)["4000"] == "EUR -485.00"  # 500 at 0.80, 100 at 0.85
    assert _shown(found)["3000"] == "EUR -800.00"
    with pytest.raises(OpeningChanged):
        translated([*moves, BOOKS[1]], _rates(), LATER, opening.snapshot())


def test_a_share_is_taken_before_anything_is_rounded() -> None:
    """Half of USD 0.03 at 1 is EUR 0.015, which is 0.02; half of EUR 0.03 at 0.9 is 0.0135."""
    moves: list[Move] = [(ACQUIRED, "1000", "3000", 3)]
    rates = TranslationRates(
        chosen("USD/EUR", "0.9", LATER, Purpose.CLOSING),
        chosen("USD/EUR", "0.9", LATER, Purpose.AVERAGE),
        {ACQUIRED: chosen("USD/EUR", "1", ACQUIRED)},
    )
    found = translated(moves, rates, LATER, share=Fraction(1, 2))
    bank, capital = (line.presentation for line in found.lines)
    assert (bank.exact, capital.exact) == (Fraction(135, 10_000), Fraction(-15, 1000))
    assert (str(bank.value), str(capital.value)) == ("EUR 0.01", "EUR -0.02")
    assert bank.rule == f"1/2 of USD 0.03 at {rates.closing.rate}, rounded half even (D28)"
    assert found.reserve.exact == Fraction(-15, 10_000)
    assert found.share == Fraction(1, 2)
    assert [str(line.functional.value) for line in found.lines] == ["USD 0.03", "USD -0.03"]
    # A whole unit of rounding moves the share of one only.
    assert [line.slack.value for line in found.lines] == [Fraction(1, 200)] * 2


def test_a_share_of_books_in_the_same_currency_is_rounded_too() -> None:
    """A third of each line; what the lines leave over is rounding, never a reserve."""
    third = Fraction(1, 3)
    opening = _acquired(BOOKS, None, third, USD)
    assert _shown(opening)["1000"] == "USD 500.00"
    assert _shown(opening)["2600"] == "USD -33.33"
    moves: list[Move] = [*BOOKS, (LATER, "1000", "4000", 100_00)]
    found = translated(moves, None, LATER, opening.snapshot(), USD, third)
    assert _shown(found)["4000"] == "USD -200.00"
    assert found.reserve.value.is_zero
    assert found.bound.value == Fraction(12, 200)  # five lines, five of the opening, two reserves
    assert value(found.rounding) == -value(found.plug.value)
    whole = _acquired(BOOKS, None, Fraction(1), USD)
    assert whole.bound.value == 0
    assert [str(part.functional) for part in opening.lines[0].parts] == ["USD 1500.00"]
    assert whole.closing is None


def test_each_run_adds_its_own_rounding_only() -> None:
    """Two half cents that vanish beside a whole one: rounding of the opening, and none since."""
    moves: list[Move] = [(ACQUIRED, "1000", "3000", 1), (ACQUIRED, "1100", "3000", 1)]
    at_half = chosen("USD/EUR", "0.5", ACQUIRED, Purpose.CLOSING)
    opening = _acquired(moves, at_half).snapshot()
    assert str(opening.rounding) == "EUR 0.01"
    rates = attrs.evolve(_rates("0.5"), opening=at_half)
    found = translated(moves, rates, LATER, opening)
    assert (str(found.rounding), str(found.added)) == ("EUR 0.01", "EUR 0.00")


def test_slack_counts_the_days_of_what_was_brought_forward() -> None:
    """Capital of two days was rounded twice, whatever it is carried as (D23)."""
    moves: list[Move] = [(date(2026, month, 1), "1000", "3000", 10_00) for month in (1, 2)]
    found = translated(moves, _rates(), LATER, _acquired(moves).snapshot())
    assert [line.slack.value for line in found.lines] == [Fraction(1, 200), Fraction(2, 200)]


def test_another_share_than_that_of_the_opening_does_not_prove() -> None:
    """Half of it was acquired; 60 % of it now is another business (D28)."""
    opening = _acquired(BOOKS, share=Fraction(1, 2)).snapshot()
    translated(BOOKS, _rates(), LATER, opening, share=Fraction(1, 2))
    with pytest.raises(TranslationUnproved):
        translated(BOOKS, _rates(), LATER, opening, share=Fraction(3, 5))


def test_what_can_not_be_acquired() -> None:
    """The spot of another day, and books that were damaged."""
    with pytest.raises(WrongRateDay):
        _acquired(BOOKS, attrs.evolve(SPOT, valid_on=LATER))
    lines: list[JournalLine] = journal_of(BOOKS)[:-1]
    with pytest.raises(TranslationUnproved):
        acquired(
            NORDWIND, ACQUIRED, lines, chart=CHART, functional=USD, presentation=EUR, rate=SPOT
        )


shares = st.fractions(Fraction(1, 100), Fraction(1), max_denominator=100)


@given(periods(least=2), shares, st.randoms(use_true_random=False))
def test_acquired_books_go_on_as_the_model_does_it(
    told: list[tuple[Period, TranslationRates]], share: Fraction, order: Random
) -> None:
    """A share of acquired books, month after month: each line and both routes (D19, D28)."""
    books, (first, first_rates) = TranslatedBooks(2, share), told[0]
    books.acquire(first)
    begun = acquired(
        NORDWIND,
        first.end,
        journal_of(first.moves),
        chart=CHART,
        functional=USD,
        presentation=EUR,
        rate=first_rates.closing,
        share=share,
    )
    _agrees(begun, books, 0)
    moves, opening = list(first.moves), begun.snapshot()
    for count, (period, rates) in enumerate(told[1:], 1):
        moves.extend(period.moves)
        order.shuffle(moves)  # the order of the journal makes no difference
        books.close(period)
        found = translated(moves, rates, period.end, opening, share=share)
        _agrees(found, books, count)
        _goes_on(found, opening.rounding)
        opening = found.snapshot()


def _agrees(found: Translation, books: TranslatedBooks, count: int) -> None:
    assert {one.account.code: value(one.presentation.value) for one in found.lines} == dict(
        books.carried
    )
    assert value(found.plug.value) == books.plug
    assert abs(value(found.reserve.value) - books.exact_reserve) <= Fraction(count, 200)
    assert abs(value(found.added)) <= found.bound.value
    lines = [one.presentation.value for one in found.lines]
    total = sum(lines, money("EUR 0.00")) - found.reserve.value + found.rounding
    assert total.is_zero  # a trial balance, with reserve and rounding shown


def _goes_on(found: Translation, before: object) -> None:
    assert found.rounding - found.added == before
    assert found.reserve.value - found.rounding == found.plug.value
