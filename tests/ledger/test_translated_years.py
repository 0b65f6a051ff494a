"""A year in presentation currency, and the roll-forward of its reserve (D17, D19, D20)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
import pytest
from hypothesis import given

from fxcrm.decisions import Purpose
from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import (
    Translation,
    TranslationRates,
    TranslationSnapshot,
    roll_forward,
    trading_chart,
    translated_year,
)
from fxcrm.ledger.translatedbooks import CauseKind
from fxcrm.ledger.translatedyears import OpeningDiffers, OtherBooks, opening_as_closed
from fxcrm.ledger.translation import TranslationUnproved
from fxcrm.money import Money
from tests.ledger.notation import chosen, money, value
from tests.ledger.translated import JPY, periods, translated
from tests.ledger.translation_oracle import Move, Period

DUTIES = trading_chart().duties
BEGUN, FIRST_END = date(2024, 3, 1), date(2024, 12, 31)
DECLARED, SECOND_END = date(2025, 4, 10), date(2025, 12, 31)
FIRST_YEAR: list[Move] = [
    (BEGUN, "1000", "3000", 1_000_00),
    (BEGUN, "1000", "2600", 400_00),
    (FIRST_END, "1000", "4000", 300_00),
    (FIRST_END, "5000", "1000", 100_00),
]
SECOND_YEAR: list[Move] = [
    (DECLARED, "3300", "1000", 80_00),
    (DECLARED, "1000", "3000", 500_00),
    (SECOND_END, "1000", "4000", 250_00),
    (SECOND_END, "5000", "1000", 50_00),
]


def _first() -> Translation:
    rates = TranslationRates(
        chosen("USD/EUR", "0.90", FIRST_END, Purpose.CLOSING),
        chosen("USD/EUR", "0.85", FIRST_END, Purpose.AVERAGE),
        {BEGUN: chosen("USD/EUR", "0.80", BEGUN)},
    )
    return translated(FIRST_YEAR, rates, FIRST_END)


def _second(opening: TranslationSnapshot | None = None) -> Translation:
    rates = TranslationRates(
        chosen("USD/EUR", "0.95", SECOND_END, Purpose.CLOSING),
        chosen("USD/EUR", "0.92", SECOND_END, Purpose.AVERAGE),
        {DECLARED: chosen("USD/EUR", "0.91", DECLARED)},
        chosen("USD/EUR", "0.90", FIRST_END, Purpose.CLOSING),
    )
    moves = [*FIRST_YEAR, *SECOND_YEAR]
    return translated(moves, rates, SECOND_END, opening or _first().snapshot())


def test_a_second_year_by_hand() -> None:
    """Retained earnings come forward in euros; a dividend goes at its day (D17)."""
    year = translated_year(_second(), _first().snapshot(), DUTIES)
    assert year.since == FIRST_END
    assert str(year.result) == "EUR 184.00"  # 200 at 0.92
    assert str(year.retained_opening) == "EUR 170.00"  # 200 at 0.85, never translated again
    assert str(year.dividends) == "EUR 72.80"  # 80 at 0.91
    assert str(year.brought_in) == "EUR 0.00"
    assert str(year.retained_closing) == "EUR 281.20"
    assert str(year.capital_opening) == "EUR 800.00"  # 1,000 at 0.80
    assert str(year.capital_added) == "EUR 455.00"  # 500 at 0.91
    assert str(year.capital_closing) == "EUR 1255.00"
    assert str(year.reserve_opening) == "EUR 110.00"  # 1,000 x 0.10 + 200 x 0.05
    assert str(year.reserve_of_year) == "EUR 82.80"
    assert str(year.reserve_closing) == "EUR 192.80"
    # 1,820 of net assets at 0.95
    equity = (year.capital_closing, year.retained_closing, year.reserve_closing)
    assert sum((one.value for one in equity), money("EUR 0.00")) == money("EUR 1729.00")
    bank = year.lines[0]
    assert (str(bank.opening), str(bank.of_year)) == ("EUR 1440.00", "EUR 669.00")
    assert "as translated at 2024-12-31" in bank.of_year.explain()


def test_a_first_year_has_no_opening() -> None:
    """Everything is of the year."""
    year = translated_year(_first(), None, DUTIES)
    assert year.since is None
    assert str(year.result) == "EUR 170.00"
    assert year.retained_opening.value == year.reserve_opening.value == money("EUR 0.00")
    assert all(line.of_year.value == line.closing.value for line in year.lines)
    told = roll_forward([_first()])
    assert (told.since, str(told.opening), str(told.closing)) == (None, "EUR 0.00", "EUR 110.00")


def test_retained_earnings_brought_in_are_no_capital() -> None:
    """What was earned before the books began is on an account of its own, at its day's rate."""
    moves: list[Move] = [(BEGUN, "1000", "3200", 100_00)]
    rates = TranslationRates(
        chosen("USD/EUR", "0.90", FIRST_END, Purpose.CLOSING),
        chosen("USD/EUR", "0.85", FIRST_END, Purpose.AVERAGE),
        {BEGUN: chosen("USD/EUR", "0.80", BEGUN)},
    )
    year = translated_year(translated(moves, rates, FIRST_END), None, DUTIES)
    assert (str(year.brought_in), str(year.retained_closing)) == ("EUR 80.00", "EUR 80.00")
    assert year.capital_closing.value.is_zero


def test_the_roll_forward_by_hand() -> None:
    """1,200 x 0.05, 200 x 0.03, 500 x 0.04 and -80 x 0.04 (D19)."""
    told = roll_forward([_first(), _second()][1:])
    shown = {one.kind: str(one.effect) for one in told.causes}
    assert shown == {
        CauseKind.NET_ASSETS: "EUR 60.00",
        CauseKind.RESULT: "EUR 6.00",
        CauseKind.CAPITAL: "EUR 20.00",
        CauseKind.DIVIDENDS: "EUR -3.20",
    }
    assert (str(told.opening), str(told.closing)) == ("EUR 110.00", "EUR 192.80")
    assert told.rounding.is_zero
    assert told.bound.value == Fraction(5, 200)
    both = roll_forward([_first(), _second()])
    assert (both.since, both.as_of) == (None, SECOND_END)
    effects = {one.kind: str(one.effect) for one in both.causes}
    assert effects[CauseKind.CAPITAL] == "EUR 120.00"
    assert effects[CauseKind.RESULT] == "EUR 16.00"


def _tampered(account: str, presentation: Money) -> TranslationSnapshot:
    snapshot = _first().snapshot()
    held = {one.account: one for one in snapshot.balances}
    held[AccountCode(account)] = attrs.evolve(held[AccountCode(account)], presentation=presentation)
    return attrs.evolve(snapshot, balances=tuple(held.values()))


@pytest.mark.parametrize("account", ["1000", "2600", "3000", "4000", "5000"])
def test_a_line_that_opens_otherwise_than_it_closed_is_named(account: str) -> None:
    """One cent on any line, or a line that is gone: both sides are shown (D20)."""
    closed = _first().snapshot()
    assert opening_as_closed(closed, closed) is closed
    cent = _tampered(account, money("EUR 0.01"))
    gone = attrs.evolve(
        closed, balances=tuple(one for one in closed.balances if one.account != account)
    )
    for opening in (cent, gone):
        with pytest.raises(OpeningDiffers) as caught:
            opening_as_closed(opening, closed)
        assert caught.value.account == account
        assert caught.value.opened in (money("EUR 0.01"), money("USD 0.00"))
        with pytest.raises(OpeningDiffers):
            opening_as_closed(closed, opening)
    with pytest.raises(OpeningDiffers) as caught:
        translated_year(_second(), cent, DUTIES)
    assert caught.value.account == account


def test_months_in_between_still_open_where_the_year_closed() -> None:
    """A line that the year end had and the books lost is named."""
    made = attrs.evolve(_second(), opening=None, lines=_second().lines[1:])
    with pytest.raises(OpeningDiffers) as caught:
        translated_year(made, _first().snapshot(), DUTIES)
    assert (caught.value.account, caught.value.opened) == (AccountCode("1000"), money("EUR 0.00"))


def test_other_books_are_refused() -> None:
    """Of another company, another currency, or not of an earlier day; runs with a gap (D20)."""
    opening = _first().snapshot()
    for wrong in (
        attrs.evolve(opening, company=CompanyId("acme")),
        attrs.evolve(opening, presentation=JPY),
        attrs.evolve(opening, as_of=SECOND_END),
    ):
        with pytest.raises(OtherBooks):
            translated_year(_second(), wrong, DUTIES)
        with pytest.raises(OtherBooks):
            opening_as_closed(wrong, opening)
    with pytest.raises(OtherBooks):
        roll_forward([_second(), _first()])
    with pytest.raises(OtherBooks):
        roll_forward([_second(), _second()])
    altered = attrs.evolve(_second(), opening=_tampered("3000", money("EUR -1.00")))
    with pytest.raises(OpeningDiffers):
        roll_forward([_first(), altered])


def test_a_roll_forward_that_does_not_arrive_is_refused() -> None:
    """A cause that is left out is more than rounding (D19)."""
    made = _second()
    with pytest.raises(TranslationUnproved) as caught:
        roll_forward([attrs.evolve(made, causes=made.causes[:-1])])
    assert str(caught.value.difference) == "EUR -1.50"  # costs of 50 by 0.03
    assert caught.value.bound == "EUR 0.03"


@given(periods(least=2))
def test_years_of_random_books_add_up(told: list[tuple[Period, TranslationRates]]) -> None:
    """Opening and year make the closing, line by line; equity is all of it; causes arrive."""
    moves, opening, runs = list[Move](), None, list[Translation]()
    for period, rates in told:
        moves.extend(period.moves)
        runs.append(translated(moves, rates, period.end, opening))
        opening = runs[-1].snapshot()
    for ended in range(len(runs)):
        begun = runs[ended - 1].snapshot() if ended else None
        made = runs[-1]
        year = translated_year(made, begun, DUTIES)
        for line in year.lines:
            assert line.opening.value + line.of_year.value == line.closing.value
        equity = (year.capital_closing, year.retained_closing, year.reserve_closing)
        zero = Money.zero(made.presentation)
        net = (one.closing.value for one in year.lines if one.account.type.is_balance)
        assert sum((one.value for one in equity), zero) == sum(net, zero) + made.rounding
        table = roll_forward(runs[ended:])
        effects = sum((one.effect.value for one in table.causes), zero)
        assert table.opening.value + effects + table.rounding == table.closing.value
        assert abs(value(table.rounding)) <= table.bound.value
        assert table.opening.value == (begun.reserve if begun else zero)
