"""Translating at a desk: acquired books, shares, years, and what is not translated (D17 to D22)."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest

from fxcrm.ids import AccountCode, CompanyId
from fxcrm.ledger import TranslationSnapshot
from fxcrm.ledger.companies import HyperinflationRefused
from fxcrm.usecases import (
    Desk,
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
from tests.usecases.office import EUR, FEBRUARY, FIRST, JANUARY, MARCH, USD, Office

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
