"""Consolidating: the same day gives the same figures, and the next year opens where it closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fxcrm.currencies import Currency
from fxcrm.figures import Figure
from fxcrm.ids import CompanyId
from fxcrm.ledger import Consolidation, Group, PeriodClosed, Stake, Translation
from fxcrm.ledger.translation import OpeningChanged
from fxcrm.money import Money
from fxcrm.usecases import (
    Desk,
    charge_member,
    consolidate_group,
    invest,
    pay_costs,
    pay_in_capital,
    register_company,
    revalue,
    translate_company,
)
from fxcrm.usecases.consolidating import close_month
from fxcrm.usecases.performing import reading
from fxcrm.usecases.translating import TranslationChanged, explained_translation
from tests.ledger.notation import instant, money, value
from tests.usecases.office import (
    EUR,
    FEBRUARY,
    FIRST,
    GBP,
    JANUARY,
    MARCH,
    NORDWIND,
    RATES,
    USD,
    Office,
)

DAY = date(2026, 1, 12)
US = CompanyId("westwind")


def _group(office: Office, share: str = "0.75") -> Office:
    """Nordwind (EUR) and its part of Westwind (USD), with dealings in pounds between them."""
    with office.desk(DAY) as desk:
        register_company(desk, US, name="Westwind", functional=USD, on=FIRST)
        pay_in_capital(desk, NORDWIND, "cap", money("EUR 90000.00"), DAY)
        pay_in_capital(desk, US, "cap", money("USD 40000.00"), DAY)
        part = money("USD 40000.00").times(share)
        invest(desk, NORDWIND, US, "share", part, DAY)
        pay_costs(desk, US, "rent", money("USD 1234.56"), JANUARY)
    for month, day in enumerate((DAY, FEBRUARY, MARCH)):
        with office.desk(day) as desk:
            charge_member(
                desk,
                f"fee-{month}",
                creditor=NORDWIND,
                debtor=US,
                amount=Money("333.33", "GBP"),
                on=day,
                days=30,
            )
    return office


def _closed(
    office: Office, day: date, presentation: Currency = EUR, share: str = "0.75"
) -> Consolidation:
    def command(desk: Desk) -> Consolidation:
        for company in (NORDWIND, US):
            revalue(desk, company, day)
        group = Group(NORDWIND, (Stake(US, share),), presentation)
        return consolidate_group(desk, group, day)

    return office.at(day, command)


def _translated(office: Office, day: date) -> Translation:
    """A translation that is kept, as closing a month keeps it."""

    def kept(desk: Desk) -> Translation:
        made = translate_company(desk, US, day, EUR)
        if desk.uow.snapshots.find(US, EUR, day) is None:
            desk.uow.snapshots.record(made.snapshot())
        return made

    return office.at(day, kept)


@pytest.mark.parametrize("presentation", [EUR, USD, GBP], ids=str)
def test_a_group_reports_in_any_currency(presentation: Currency) -> None:
    """The parent's, the subsidiary's, or neither: month after month it adds up (D17, D23)."""
    office = _group(Office().open())
    for day in (JANUARY, FEBRUARY, MARCH):
        found = _closed(office, day, presentation)
        assert Money.total(line.figure.value for line in found.lines).is_zero
        assert abs(value(found.rounding.value)) <= found.bound.value
        shown: dict[str, Money] = {line.code: line.figure.value for line in found.lines}
        for code in ("1200", "2200", "4200", "5200", "1500"):
            assert shown[code].is_zero
        assert found.net_assets.value.currency is presentation


def test_the_same_day_gives_the_same_figures() -> None:
    """Run again, nothing is written and every figure is the same (F12)."""
    office = _group(Office().open())
    first = _closed(office, JANUARY)
    digest = office.store.digest()
    again = _closed(office, JANUARY)
    assert again == first
    assert office.store.digest() == digest


def test_a_translation_that_would_change_is_refused() -> None:
    """A late entry of the translated month does not rewrite what was recorded (D20)."""
    office = _group(Office().open())
    _translated(office, JANUARY)
    with office.desk(JANUARY) as desk:
        pay_costs(desk, US, "late", money("USD 10.00"), JANUARY)
    digest = office.store.digest()
    with pytest.raises(TranslationChanged):
        _translated(office, JANUARY)
    with pytest.raises(OpeningChanged):
        _translated(office, FEBRUARY)
    assert office.store.digest() == digest


def test_each_month_opens_where_the_last_one_closed() -> None:
    """Capital and earlier results keep their translated amounts, line by line (D20)."""
    office = _group(Office().open())
    january, february = _translated(office, JANUARY), _translated(office, FEBRUARY)
    before = {(line.account.code, line.partner): line.presentation.value for line in january.lines}
    for line in february.lines:
        if not line.account.type.is_balance and line.account.code in ("3000", "5000"):
            assert line.presentation.value == before[line.account.code, line.partner]
    assert february.closing is not None
    assert february.closing.id == "closing:EUR/USD:2026-02-28:1"
    opening = february.reserve.inputs[0]
    assert isinstance(opening, Figure)
    assert (opening.label, opening.value) == ("Opening reserve", january.reserve.value)


def test_a_day_between_two_months_translates_too() -> None:
    """A report in the middle of a month is a period of its own."""
    office = _group(Office().open())
    _translated(office, JANUARY)
    middle = _translated(office, JANUARY + timedelta(days=10))
    assert abs(value(middle.added)) <= middle.bound.value


def test_a_month_of_a_group_is_closed_once() -> None:
    """Revalued, translated, consolidated, shut and recorded; again it is refused whole (D23)."""
    office = _group(Office().open())
    group = Group(NORDWIND, (Stake(US, "0.75"),), EUR)
    first = office.at(JANUARY, lambda desk: close_month(desk, group, JANUARY))
    assert Money.total(line.figure.value for line in first.lines).is_zero
    digest = office.store.digest()
    with pytest.raises(PeriodClosed):
        office.at(JANUARY, lambda desk: close_month(desk, group, JANUARY))
    assert office.store.digest() == digest
    second = office.at(FEBRUARY, lambda desk: close_month(desk, group, FEBRUARY))
    kept = {one.company: one.snapshot() for one in first.translations}
    for translation in second.translations:
        before = {(one.account, one.partner): one for one in kept[translation.company].balances}
        for line in translation.lines:
            if line.account.code == "3000":
                opened = before[line.account.code, line.partner].presentation
                assert line.presentation.value == opened  # as it was translated then (D20)


def test_an_explained_translation_is_the_same_and_opens_further() -> None:
    """Every figure equal, and what was brought forward opens down to its first postings (D31)."""
    office = _group(Office().open())
    _translated(office, JANUARY)
    plain = _translated(office, FEBRUARY)
    with reading(office.store, RATES, at=instant(FEBRUARY)) as desk:
        told = explained_translation(desk, US, FEBRUARY, EUR)
    assert told.snapshot() == plain.snapshot()
    capital, short = (
        next(line.presentation for line in one.lines if line.account.code == "3000")
        for one in (told, plain)
    )
    assert capital.value == short.value
    assert "booking:EUR/USD:2026-01-12:1" in {one.id for one in capital.decisions()}


def test_looking_writes_nothing() -> None:
    """Whatever is done at a desk for reading is gone when one leaves it."""
    office = _group(Office().open())
    digest = office.store.digest()
    with reading(office.store, RATES, at=instant(JANUARY)) as desk:
        revalue(desk, US, JANUARY)
        translate_company(desk, US, JANUARY, EUR)
    assert office.store.digest() == digest


def test_whole_ownership_has_no_minority() -> None:
    """All shares are the parent's."""
    office = _group(Office().open(), "1")
    found = _closed(office, JANUARY, EUR, "1")
    assert found.minority.value.is_zero
    assert found.minority_profit.value.is_zero
