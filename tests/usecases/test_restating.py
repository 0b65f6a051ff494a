"""Restating from a store: invoices as they were booked, deals as they are weighed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.ids import DealId, EnquiryId
from fxcrm.ledger import JournalLine
from fxcrm.money import Money
from fxcrm.ports.storage import AlreadyThere
from fxcrm.rates import RateMissing, RateTable
from fxcrm.restatement import AsBooked, AtAverage, AtBudget, AtDay, DatedAmount, MissingRates
from fxcrm.usecases import (
    Heading,
    billed_amounts,
    compare_for,
    pipeline_amounts,
    qualify_enquiry,
    receive_enquiry,
    restate_for,
)
from tests.usecases.office import ACME, FEBRUARY, FIRST, JANUARY, MARCH, NORDWIND, Office

DAY, LATER = date(2026, 1, 20), date(2026, 2, 20)  # 1 EUR = 1.0819 and 1.0850 USD


@pytest.fixture
def office() -> Office:
    """Four invoices in two months: dollars and euros, then dollars and pounds."""
    made = Office().open()
    made.invoice(1, "USD 1081.90", DAY)
    made.invoice(2, "EUR 500.00", DAY)
    made.invoice(3, "USD 2170.00", LATER)
    made.invoice(4, "GBP 84.50", LATER)  # 1 EUR = 0.8450 GBP
    return made


def january(office: Office, heading: Heading = Heading.NONE) -> tuple[DatedAmount, ...]:
    """What was billed in January."""
    return office.at(MARCH, lambda desk: billed_amounts(desk, NORDWIND, FIRST, JANUARY, heading))


def february(office: Office, heading: Heading = Heading.NONE) -> tuple[DatedAmount, ...]:
    """What was billed in February."""
    since = JANUARY + timedelta(days=1)
    return office.at(MARCH, lambda desk: billed_amounts(desk, NORDWIND, since, FEBRUARY, heading))


def test_invoices_are_restated_beside_what_was_booked(office: Office) -> None:
    """As booked is what the journal says; the other bases are decided for display."""
    held = january(office) + february(office)
    bases = [AsBooked(), AtDay(DAY), AtDay(MARCH, "at today's rate")]
    found = office.at(MARCH, lambda desk: restate_for(desk, NORDWIND, held, bases))
    assert [
        (row.currency.code, row.count, [str(one) for one in row.values.values()])
        for row in found.rows
    ] == [
        ("EUR", 1, ["EUR 500.00"] * 3),
        ("GBP", 1, ["EUR 100.00", "EUR 100.37", "EUR 99.54"]),
        ("USD", 2, ["EUR 3000.00", "EUR 3005.73", "EUR 2986.41"]),
    ]


def test_the_oracle_for_those_numbers() -> None:
    """By hand: 84.50 / 0.8419 and / 0.8489; 3251.90 / 1.0819 and / 1.0889."""
    on_day, on_march = [(day - FIRST).days for day in (DAY, MARCH)]
    for start, amount, expected in (
        (8_400, Fraction("84.50"), ["100.37", "99.54"]),
        (10_800, Fraction("3251.90"), ["3005.73", "2986.41"]),
    ):
        rates = [Fraction(start + count, 10_000) for count in (on_day, on_march)]
        assert [round(amount / rate, 2) for rate in rates] == [Fraction(one) for one in expected]


def test_what_was_booked_is_taken_from_the_journal(office: Office) -> None:
    """Value, decision and entry are those of the posting; nothing is computed again (D2)."""
    [dollars, euros] = sorted(
        january(office), key=lambda one: one.amount.currency.code, reverse=True
    )
    assert (str(dollars.booked), str(euros.booked)) == ("EUR 1000.00", "EUR 500.00")
    assert dollars.decision is not None
    assert dollars.decision.purpose is Purpose.BOOKING
    assert euros.decision is None
    with office.store.begin() as unit:
        lines: list[JournalLine] = list(unit.journal.lines(NORDWIND, None, JANUARY))
    entries = {str(line.entry) for line in lines}
    assert {one.evidence.reference for one in (dollars, euros) if one.evidence} <= entries


def test_months_are_compared(office: Office) -> None:
    """January against February: volume at January's average rate, rates on February's volume."""
    first, second = AtAverage(FIRST, JANUARY), AtAverage(JANUARY + timedelta(days=1), FEBRUARY)
    sets = (january(office), february(office))
    found = office.at(
        MARCH, lambda desk: compare_for(desk, NORDWIND, *sets, old_at=first, new_at=second)
    )
    old = 1 / Fraction("1.081500")  # the mean of 1.0800 to 1.0830
    new = 1 / Fraction("1.084450")  # the mean of 1.0831 to 1.0858
    dollars = next(row for row in found.rows if row.currency.code == "USD")
    volume = (Fraction(2170) - Fraction("1081.90")) * old
    assert dollars.effects.volume.exact_value == volume
    assert dollars.effects.rate.exact_value == Fraction(2170) * (new - old)
    assert {one.purpose for one in found.total.rate.decisions()} == {Purpose.AVERAGE}


def test_headings(office: Office) -> None:
    """By customer, by month, or by none."""
    held = january(office, Heading.MONTH) + february(office, Heading.MONTH)
    found = office.at(MARCH, lambda desk: restate_for(desk, NORDWIND, held, [AsBooked()]))
    assert [(row.key, row.currency.code) for row in found.rows] == [
        ("2026-01", "EUR"),
        ("2026-01", "USD"),
        ("2026-02", "GBP"),
        ("2026-02", "USD"),
    ]
    assert {one.key for one in january(office, Heading.CUSTOMER)} == {ACME}
    assert {one.key for one in january(office)} == {""}


def test_decisions_for_display_are_recorded_once_and_serve_again(office: Office) -> None:
    """A second report takes the same ones; none of them is of another purpose."""
    held = february(office)

    def report() -> None:
        bases = [AsBooked(), AtDay(MARCH), AtAverage(FIRST, JANUARY)]
        office.at(MARCH, lambda desk: restate_for(desk, NORDWIND, held, bases))

    def taken() -> list[str]:
        with office.store.begin() as unit:
            return [one.id for one in unit.decisions.all()]

    before = taken()
    report()
    after = taken()
    report()
    assert taken() == after
    assert {one.split(":")[0] for one in set(after) - set(before)} == {"display", "average"}


def test_a_plan_is_recorded_under_its_name(office: Office) -> None:
    """Again it serves; another rate under the same name is refused, under another it is not."""

    def planned(rate: str, plan: str) -> Money:
        table = RateTable.of("EUR", on=FIRST, USD=rate, GBP="0.8000")
        budget = AtBudget(plan, table, FIRST)
        held = february(office)
        found = office.at(MARCH, lambda desk: restate_for(desk, NORDWIND, held, [budget]))
        return found.totals[budget.name].value

    assert planned("1.0000", "plan 2026") == Money("2275.62", "EUR")
    assert planned("1.0000", "plan 2026") == Money("2275.62", "EUR")
    with pytest.raises(AlreadyThere, match="budget:EUR/USD:2026-01-01:plan 2026"):
        planned("2.0000", "plan 2026")
    assert planned("2.0000", "plan B") == Money("1190.62", "EUR")


def test_the_pipeline_is_weighed_and_restated(office: Office) -> None:
    """Deals at the probability of their stage, exactly; as booked, at the rate of their day."""
    with office.desk(LATER) as desk:
        for number, value in ((8, "USD 1085.01"), (9, "EUR 10.01")):
            enquiry = EnquiryId(f"E-{number}")
            receive_enquiry(desk, enquiry, customer=ACME, subject="x", channel="mail", on=LATER)
            opened = Money.parse(value)
            qualify_enquiry(desk, enquiry, deal=DealId(f"D-{number}"), value=opened, on=LATER)
    held = office.at(
        MARCH,
        lambda desk: [
            one
            for one in pipeline_amounts(desk, NORDWIND, LATER, MARCH, Heading.CUSTOMER)
            if one.evidence and one.evidence.reference in ("D-8", "D-9")
        ],
    )
    assert {one.amount for one in held} == {Money("271.2525", "USD"), Money("2.5025", "EUR")}
    bases = [AsBooked(), AtDay(MARCH, "at today's rate")]
    found = office.at(MARCH, lambda desk: restate_for(desk, NORDWIND, held, bases))
    total = found.totals["as booked"]
    assert total.exact == Fraction("271.2525") / Fraction("1.0850") + Fraction("2.5025")
    assert [str(one) for one in found.totals.values()] == ["EUR 252.50", "EUR 251.61"]
    assert {one.purpose for one in total.decisions()} == {Purpose.DISPLAY}


def test_won_deals_weigh_all_and_lost_ones_nothing(office: Office) -> None:
    """The office's deals are won and stand at their quotes; a lost one is left away."""
    office.quote(5, "USD 100.00", LATER)
    with office.desk(LATER) as desk:
        deal = desk.uow.deals.get(DealId("D-5"))
        desk.uow.deals.save(deal.move("lose", LATER, reason="too dear"))
    held = office.at(MARCH, lambda desk: pipeline_amounts(desk, NORDWIND, FIRST, MARCH))
    assert sorted(str(one.amount) for one in held) == [
        "EUR 500.00",
        "GBP 84.50",
        "USD 1081.90",
        "USD 2170.00",
    ]


def test_a_missing_rate_refuses_or_is_left_out_in_plain_sight(office: Office) -> None:
    """Roubles have no rate in March (R6)."""
    roubles = DatedAmount(Money("9000.00", "RUB"), JANUARY)
    held = (*january(office), roubles)
    with pytest.raises(RateMissing, match="RUB/EUR"):
        office.at(MARCH, lambda desk: restate_for(desk, NORDWIND, held, [AtDay(MARCH)]))
    bases = [AsBooked(), AtDay(MARCH)]
    found = office.at(
        MARCH, lambda desk: restate_for(desk, NORDWIND, held, bases, MissingRates.LEAVE_OUT)
    )
    assert [one.currency for one in found.left_out] == [Currency("RUB")]
    assert str(found.totals["as booked"]) == "EUR 1500.00"


def test_a_period_from_the_first_day_there_is(office: Office) -> None:
    """Both ends may be as far as a date goes."""
    held = office.at(MARCH, lambda desk: billed_amounts(desk, NORDWIND, date.min, date.max))
    assert len(held) == 4
    assert sum((one.booked.amount for one in held if one.booked), Decimal(0)) == Decimal(3600)
