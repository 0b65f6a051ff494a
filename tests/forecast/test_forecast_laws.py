"""The laws of a forecast, against an oracle of fractions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, decide
from fxcrm.errors import NotThere
from fxcrm.forecast import (
    By,
    DayRates,
    Forecast,
    Measure,
    OpenAt,
    Outlook,
    StageWeight,
    counted,
    three_views,
)
from fxcrm.ids import CustomerId, DealId
from fxcrm.money import Money
from fxcrm.prospects import Prospect, ProspectRow
from fxcrm.rates import CurrencyPair, Fixing, RateMissing, RateTable
from fxcrm.restatement import (
    AsBooked,
    AtDay,
    BasesRefused,
    DecisionsDiffer,
    MissingRates,
    TableDecider,
    compare,
)
from fxcrm.stages import StageKind
from tests.ambient import FEWER, IN_THE_STRICTEST
from tests.ambient import any_context as any_context
from tests.forecast import oracle
from tests.forecast.oracle import Rates

pytestmark = IN_THE_STRICTEST
START, DAYS = date(2026, 1, 5), range(5)
KNOWN = datetime(2026, 2, 1, tzinfo=UTC)
DIGITS = {"EUR": 2, "USD": 2, "JPY": 0, "BHD": 3}
RATES: Rates = {
    "USD": {day: Fraction(11_000 + 37 * day, 10_000) for day in DAYS},
    "JPY": {day: Fraction(1_600_000 - 111 * day, 10_000) for day in DAYS},
    "BHD": {day: Fraction(4_000 + 13 * day, 10_000) for day in DAYS},
}
STAGES = {"new": 10, "quoted": 60, "won": 100}
OUTLOOK = Outlook(
    {
        ("trade", name): StageWeight(percent, StageKind.WON if name == "won" else StageKind.OPEN)
        for name, percent in STAGES.items()
    }
    | {("trade", "lost"): StageWeight(0, StageKind.LOST)}
)
EURO = Currency("EUR")
VIEWS = (AsBooked(), AtDay(START, "constant"), OpenAt(AtDay(START + timedelta(days=4)), "today"))


def table() -> RateTable:
    """The rates of the oracle as fixings of the euro."""
    return RateTable.from_fixings(
        Fixing(CurrencyPair.of("EUR", code), _decimal(value), START + timedelta(days=day), "mint")
        for code, values in RATES.items()
        for day, value in values.items()
    )


def _decimal(value: Fraction) -> Decimal:
    return Decimal(f"{value.numerator * (10_000 // value.denominator)}E-4")


TABLE = table()
DECIDER = TableDecider(TABLE, KNOWN, "tester")


def closing(code: str, day: int) -> RateDecision:
    """The decision a deal was closed at."""
    return decide(
        TABLE, code, EURO, purpose=Purpose.CLOSING, on=START + timedelta(days=day),
        known_at=KNOWN, decided_by="tester",
    )  # fmt: skip


CLOSINGS = {(code, day): closing(code, day) for code in RATES for day in DAYS}


@attrs.frozen
class Drawn:
    """A deal as the library sees it, and as the oracle does."""

    ours: ProspectRow
    plain: oracle.Deal


@st.composite
def some_deals(draw: st.DrawFn) -> list[Drawn]:
    """Deals in all currencies and stages; some closed, some parts of others."""
    count = draw(st.integers(1, 8))
    return [_deal(draw, number) for number in range(count)]


def _deal(draw: st.DrawFn, number: int) -> Drawn:
    code, stage = draw(st.sampled_from(sorted(DIGITS))), draw(st.sampled_from(sorted(STAGES)))
    units, opened = draw(st.integers(1, 10**9)), draw(st.sampled_from(DAYS))
    ended = draw(st.integers(opened, DAYS[-1])) if stage == "won" else None
    keeps = ended is not None and code != "EUR" and draw(st.booleans())
    decision = CLOSINGS[code, ended] if keeps and ended is not None else None
    owner = draw(st.sampled_from(("ann", "bo")))
    parent = draw(st.sampled_from((None, f"D-{number - 1}"))) if number else None
    id, value = f"D-{number}", Money.from_minor(units, code)
    ours = ProspectRow(
        DealId(id), CustomerId("acme"), "trade", stage, owner, "", value,
        START + timedelta(days=opened), None,
        None if ended is None else START + timedelta(days=ended), decision,
        None if parent is None else DealId(parent),
    )  # fmt: skip
    at = None if decision is None or ended is None else oracle.euros(RATES, code, ended)
    amount = Fraction(units, 10 ** DIGITS[code])
    plain = oracle.Deal(
        id, code, amount, STAGES[stage], opened, ended, at, owner, parent
    )  # fmt: skip
    return Drawn(ours, plain)


def forecast(
    deals: Sequence[Prospect], measure: Measure = Measure.VALUE, by: By = By.OWNER
) -> Forecast:
    """The three views of some deals."""
    held = counted(deals)
    return Forecast.of(
        held.prospects, OUTLOOK, DayRates(DECIDER, EURO), VIEWS, by=by, measure=measure,
        outlines=held.outlines,
    )  # fmt: skip


@FEWER
@given(some_deals(), st.sampled_from(Measure))
def test_every_view_is_what_fractions_say(drawn: list[Drawn], measure: Measure) -> None:
    """Each row and total is the exact sum, deal by deal, rounded once; parts count once (M9)."""
    seen = forecast([one.ours for one in drawn], measure)
    plain = [one.plain for one in drawn]
    for view in (oracle.BOOKED, oracle.CONSTANT, oracle.TODAY):
        expected = oracle.worth(
            plain, lambda deal, view=view: oracle.rate_in(view, RATES, deal, 0, 4),  # type: ignore[misc]
            weighted=measure is Measure.WEIGHTED,
        )  # fmt: skip
        assert {row.key: row.values[view].exact for row in seen.rows} == expected
        for row in seen.rows:
            assert Fraction(row.values[view].value.amount) == oracle.payable(expected[row.key])
        total = seen.totals[view]
        assert total.exact == sum(expected.values())
        assert Fraction(total.value.amount) == oracle.payable(total.exact)
        rounded = sum(oracle.payable(one) for one in expected.values())
        assert Fraction(seen.differences[view].amount) == Fraction(total.value.amount) - rounded


@FEWER
@given(some_deals(), st.sampled_from(Measure))
def test_a_row_is_explained_by_restating_it_deal_by_deal(
    drawn: list[Drawn], measure: Measure
) -> None:
    """The quick sums and the figures that `restate` makes are one rule: they agree exactly."""
    seen = forecast([one.ours for one in drawn], measure)
    for row in seen.rows:
        for name in seen.names:
            figure = seen.figure(row.key, name)
            assert (figure.value, figure.exact_value) == row.values[name]
    for name in seen.names:
        assert seen.total(name).value == seen.totals[name].value


@FEWER
@given(some_deals())
def test_every_grouping_adds_up_to_the_same(drawn: list[Drawn]) -> None:
    """List, roll-up and forecast have one total, in every view, however deals are grouped."""
    deals = [one.ours for one in drawn]
    totals = {tuple(forecast(deals, by=by).totals.items()) for by in By}
    assert len(totals) == 1


@FEWER
@given(some_deals(), some_deals())
def test_the_change_between_two_forecasts_is_volume_and_rates(
    old: list[Drawn], new: list[Drawn]
) -> None:
    """Volume at the old rate and rates on the new volume are the change, exactly."""
    before, after = (
        forecast([one.ours for one in deals], Measure.WEIGHTED) for deals in (old, new)
    )
    first, last = AtDay(START, "then"), AtDay(START + timedelta(days=4), "now")
    change = compare(before.amounts(), after.amounts(), EURO, DECIDER, old_at=first, new_at=last)

    def sums(drawn: list[Drawn], day: int) -> Fraction:
        plain = [one.plain for one in drawn]
        rate = lambda deal: oracle.euros(RATES, deal.code, day)  # noqa: E731
        return sum(oracle.worth(plain, rate, weighted=True).values(), Fraction(0))

    total = change.total
    assert total.volume.exact_value == sums(new, 0) - sums(old, 0)
    assert total.rate.exact_value == sums(new, 4) - sums(new, 0)
    assert total.volume.exact_value + total.rate.exact_value == sums(new, 4) - sums(old, 0)


def row(id: str, value: str, stage: str = "new", day: int = 0, **named: object) -> ProspectRow:
    """A deal opened on a day."""
    made = ProspectRow(
        DealId(id), CustomerId("acme"), "trade", stage, "ann", "", Money.parse(value),
        START + timedelta(days=day),
    )  # fmt: skip
    return made._replace(**named)  # type: ignore[arg-type]


def test_what_is_closed_moves_with_no_later_rate() -> None:
    """A won deal of a closed period is worth one thing: today's rate and later fixings pass by."""
    won = row("D-1", "USD 1100.00", "won", closed_on=START, closing=CLOSINGS["USD", 0])
    seen = forecast([won, row("D-2", "USD 1100.00")])
    assert str(seen.totals["as booked"].value) == "EUR 2000.00"
    assert str(seen.totals["today"].value) == "EUR 1986.72"
    assert str(forecast([won]).totals["today"].value) == "EUR 1000.00"


def test_a_lost_deal_is_left_away() -> None:
    """It weighs nothing and is worth nothing."""
    lost = row("D-1", "USD 1100.00", "lost", closed_on=START)
    assert forecast([lost]).rows == ()
    asked = Forecast.of([lost], OUTLOOK, DayRates(DECIDER, EURO), VIEWS, standings=StageKind)
    assert str(asked.totals["as booked"].value) == "EUR 1000.00"


def test_a_missing_rate_is_refused_or_in_plain_sight() -> None:
    """Deals without a rate are in no total, in no view, and shown with the reason (R6)."""
    kuna, early = row("D-1", "HRK 7.00"), row("D-2", "USD 5.00", day=-30)
    deals = [kuna, early, row("D-3", "USD 1100.00")]
    rates = DayRates(DECIDER, EURO)
    with pytest.raises(RateMissing):
        Forecast.of(deals, OUTLOOK, rates, VIEWS)
    seen = Forecast.of(deals, OUTLOOK, rates, VIEWS, missing=MissingRates.LEAVE_OUT)
    assert str(seen.totals["as booked"].value) == "EUR 1000.00"
    assert {str(one.amount): [deal.id for deal in one.deals] for one in seen.left_out} == {
        "HRK 7.00": ["D-1"], "USD 5.00": ["D-2"],
    }  # fmt: skip
    assert all("no rate" in one.reason for one in seen.left_out)


def test_children_add_up_in_the_currency_of_their_parent() -> None:
    """Parts in the parent's currency are summed in it; no rate is asked for, none is needed."""
    parts = [row(f"D-{n}", "HRK 7.10", parent=DealId("D-0")) for n in (1, 2)]
    kuna = DayRates(DECIDER, Currency("HRK"))
    held = counted([row("D-0", "HRK 99.00"), *parts])
    seen = Forecast.of(held.prospects, OUTLOOK, kuna, [AsBooked()], outlines=held.outlines)
    assert str(seen.totals["as booked"].value) == "HRK 14.20"
    assert [one.id for one in seen.outlines] == ["D-0"]
    assert seen.decisions() == ()


def test_a_forecast_says_what_was_converted_at_what() -> None:
    """Every decision behind the totals is named; the table shows rows, total and rounding."""
    seen = forecast([row("D-1", "USD 1100.00"), row("D-2", "EUR 5.00", "won")], by=By.STAGE)
    assert [one.id for one in seen.decisions()] == [
        "display:EUR/USD:2026-01-05:1", "display:EUR/USD:2026-01-09:1",
    ]  # fmt: skip
    shown = seen.listing()
    assert shown.header == ("stage", "deals", "own currency", "as booked", "constant", "today")
    assert [line[0] for line in shown.cells] == ["new", "won", "total", "rounding"]
    assert "deal D-1" in seen.figures(1)[0].explain()
    with pytest.raises(NotThere):
        seen.figures(4)


def test_what_makes_no_sense_is_refused() -> None:
    """Two views of one name, a stage nobody knows, two decisions of one id."""
    with pytest.raises(BasesRefused):
        Forecast.of([], OUTLOOK, DayRates(DECIDER, EURO), [AsBooked(), AsBooked()])
    with pytest.raises(NotThere):
        forecast([row("D-1", "USD 1.00", "nowhere")])
    other = attrs.evolve(CLOSINGS["USD", 1], id=CLOSINGS["USD", 0].id)
    both = [
        row("D-1", "USD 1.00", "won", closed_on=START, closing=CLOSINGS["USD", 0]),
        row("D-2", "USD 1.00", "won", closed_on=START, closing=other),
    ]
    with pytest.raises(DecisionsDiffer):
        forecast(both)
    assert [one.name for one in three_views(AtDay(START), AtDay(START))][2] == "at today's rate"


def test_a_recorded_decision_serves_again() -> None:
    """Where a rate was decided before, that is the one: no table is asked."""
    told = closing("USD", 0)
    rates = DayRates(DECIDER, EURO, {(Currency("USD"), START + timedelta(days=4)): told})
    seen = Forecast.of([row("D-1", "USD 1100.00", day=4)], OUTLOOK, rates, [AsBooked()])
    assert str(seen.totals["as booked"].value) == "EUR 1000.00"
    assert seen.decisions() == (told,)
