"""Translating at a desk: acquired books, shares, years, and what is not translated (D17 to D22)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import attrs
import pytest

from fxcrm.decisions import EstimateRefused, Purpose
from fxcrm.ids import AccountCode, CompanyId, DecisionId
from fxcrm.ledger import Translation, TranslationRates, TranslationSnapshot, translate
from fxcrm.ledger.companies import HyperinflationRefused
from fxcrm.ledger.translatedbooks import EstimateNotGiven
from fxcrm.money import Money
from fxcrm.rates import ExchangeRate
from fxcrm.usecases import (
    Desk,
    estimate_spot,
    explained_translation,
    pay_costs,
    pay_in_capital,
    register_company,
    translate_acquired,
    translate_company,
    translate_onwards,
    translate_year,
)
from fxcrm.usecases.translating import YearEndMissing
from tests.ledger.notation import money
from tests.usecases.office import EUR, FEBRUARY, FIRST, JANUARY, MARCH, RUB, USD, Office

US = CompanyId("westwind")


def _books(office: Office, **changes: object) -> Office:
    """Westwind, in dollars, with capital in January and costs in each month."""
    with office.desk(FIRST) as desk:
        register_company(desk, US, name="Westwind", functional=USD, on=FIRST)
        pay_in_capital(desk, US, "cap", money("USD 10000.00"), FIRST)
    for number, day in enumerate((JANUARY, FEBRUARY, MARCH)):
        with office.desk(day) as desk:
            pay_costs(desk, US, f"rent-{number}", money("USD 300.00"), day)
    with office.desk(MARCH) as desk:
        books = desk.uow.companies.get(US)
        desk.uow.companies.save(attrs.evolve(books, **changes))  # type: ignore[arg-type]
    return office


def test_books_acquired_in_january_go_on_from_there() -> None:
    """Capital at January's closing rate; February and March at theirs, for a half (D28)."""
    office, half = _books(Office()), Fraction(1, 2)
    first = office.at(JANUARY, lambda desk: translate_acquired(desk, US, JANUARY, EUR, half))
    opening: TranslationSnapshot = first.snapshot()
    assert first.closing is not None
    spot = first.closing.rate.ratio
    assert first.reserve.value.is_zero

    made = office.at(
        MARCH, lambda desk: translate_onwards(desk, US, MARCH, EUR, opening, first, half)
    )
    lines = {one.account.code: one for one in made.lines}
    capital, costs = lines[AccountCode("3000")].presentation, lines[AccountCode("5000")]
    kept = {one.account: one.presentation for one in opening.balances}
    assert capital.value == kept[AccountCode("3000")]
    assert abs(Fraction(capital.value.amount) + 5000 / spot) < Fraction(1, 100)
    assert len(costs.parts) == 2  # brought forward, and February with March at their average
    assert made.reserve.value - made.rounding == made.plug.value
    assert {one.id for one in capital.decisions()} == {first.closing.id}


def test_a_year_is_told_from_its_year_end() -> None:
    """A year that ends with January: its result is brought forward as it was translated (D20)."""
    office = _books(Office(), year_ends=1)
    with pytest.raises(YearEndMissing) as caught:
        office.at(MARCH, lambda desk: translate_year(desk, US, MARCH, EUR))
    assert caught.value.as_of == JANUARY
    for day in (JANUARY, FEBRUARY):

        def kept(desk: Desk) -> None:
            made = translate_company(desk, US, desk.now.date(), EUR)
            desk.uow.snapshots.record(made.snapshot())

        office.at(day, kept)
    year = office.at(MARCH, lambda desk: translate_year(desk, US, MARCH, EUR))
    first = office.at(JANUARY, lambda desk: translate_year(desk, US, JANUARY, EUR))
    assert year.since == JANUARY
    assert first.since is None
    assert year.retained_opening.value == first.result.value
    assert year.retained_closing.value == first.result.value + year.result.value
    assert year.capital_added.value.is_zero


def test_a_hyperinflationary_economy_is_refused() -> None:
    """Restated by an index first, says the refusal; no way around it (D22)."""
    office = _books(Office(), hyperinflation=True)
    with office.desk(MARCH) as desk:
        for ask in (
            lambda: translate_company(desk, US, MARCH, EUR),
            lambda: translate_company(desk, US, MARCH, USD),
            lambda: translate_acquired(desk, US, MARCH, EUR),
            lambda: translate_onwards(desk, US, MARCH, EUR, None),
            lambda: translate_year(desk, US, MARCH, EUR),
            lambda: explained_translation(desk, US, MARCH, EUR),
        ):
            with pytest.raises(HyperinflationRefused, match="IAS 29") as caught:
                ask()
            assert (caught.value.company, caught.value.currency) == (US, USD)


RU = CompanyId("ostwind")
WHY = {"reason": "no bank in reach exchanges roubles", "inputs": "prices of bread"}


def _rouble(desk: Desk, day: date, value: str, purpose: Purpose, since: date | None = None) -> str:
    rate = ExchangeRate.of("EUR", "RUB", value, on=day, source="estimate")
    return estimate_spot(desk, rate, on=day, purpose=purpose, since=since, **WHY).id


def test_what_was_translated_at_an_estimate_says_so_for_ever() -> None:
    """Closing, average and a day's spot estimated in February; March carries the last two (D7)."""
    office, days = Office(), [day + timedelta(days=1) for day in (JANUARY, FEBRUARY)]
    paid_in = days[0]
    with office.desk(FIRST) as desk:
        register_company(desk, RU, name="Ostwind", functional=RUB, on=FIRST)
        pay_in_capital(desk, RU, "cap", Money("90000.00", RUB), FIRST)
    with office.desk(paid_in) as desk:
        pay_in_capital(desk, RU, "more", Money("9000.00", RUB), paid_in)
    with office.desk(FEBRUARY) as desk:
        pay_costs(desk, RU, "rent", Money("900.00", RUB), FEBRUARY)
        _rouble(desk, paid_in, "95.00", Purpose.BOOKING)
        _rouble(desk, FEBRUARY, "100.00", Purpose.CLOSING)
        with pytest.raises(EstimateRefused, match="since"):
            _rouble(desk, FEBRUARY, "97.00", Purpose.AVERAGE)
        with pytest.raises(EstimateRefused, match="since"):
            _rouble(desk, FEBRUARY, "97.00", Purpose.CLOSING, FIRST)
        _rouble(desk, FEBRUARY, "97.00", Purpose.AVERAGE, FIRST)
        first = translate_company(desk, RU, FEBRUARY, EUR)
        desk.uow.snapshots.record(first.snapshot())
    with office.desk(MARCH) as desk:
        _rouble(desk, MARCH, "110.00", Purpose.CLOSING)
        _rouble(desk, MARCH, "105.00", Purpose.AVERAGE, days[1])
        second = translate_company(desk, RU, MARCH, EUR)
        assert second.opening == first.snapshot()
        with pytest.raises(EstimateNotGiven) as caught:
            _without_estimates(desk, second)
    dated, average = (
        f"{kind}:EUR/RUB:{day}:1"
        for kind, day in (("booking", paid_in), ("average", f"{FIRST}..{FEBRUARY}"))
    )
    assert caught.value.decision == average or caught.value.decision == dated
    for made, closing in ((first, FEBRUARY), (second, MARCH)):
        told = {
            line.account.code: {one.id for one in line.presentation.estimates()}
            for line in made.lines
        }
        assert told == {
            "1000": {f"closing:EUR/RUB:{closing}:1"},
            "3000": {dated},  # and not the spot of the first day, which was published
            "5000": {average},
        }
        assert all(
            {one.id for one in line.estimates} == told[line.account.code] for line in made.lines
        )
        reserve = {one.id for one in made.reserve.estimates()}
        assert {dated, average, f"closing:EUR/RUB:{closing}:1"} <= reserve


def _without_estimates(desk: Desk, made: Translation) -> None:
    """The same run by hand, which forgets what the opening rests on."""
    assert made.closing is not None
    assert made.opening is not None
    assert made.opening.closing is not None
    average = desk.uow.decisions.get(DecisionId("average:EUR/RUB:2026-03-01..2026-03-31:1"))
    last = desk.uow.decisions.get(made.opening.closing)
    translate(
        RU,
        MARCH,
        desk.uow.journal.lines(RU, None, MARCH),
        chart=desk.chart,
        functional=RUB,
        presentation=EUR,
        rates=TranslationRates(made.closing, average, {}, last),
        opening=made.opening,
    )
