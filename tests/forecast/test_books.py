"""A generated book in a store: forecasts, trend, sales and targets against fractions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from fractions import Fraction
from json import loads
from pathlib import Path
from typing import Any

import attrs
import pytest

from fxcrm.bootstrap import open_store, year_rates
from fxcrm.cli.main import main
from fxcrm.currencies import Currency
from fxcrm.customers import Activity, ActivityKind
from fxcrm.dealparts import without_wholes
from fxcrm.forecast import By, Measure, read_filter
from fxcrm.ids import ActivityId, CompanyId, CustomerId, TargetId
from fxcrm.money import Money
from fxcrm.pipeline import stage_totals
from fxcrm.restatement import AsBooked, AtDay
from fxcrm.simulation import SellingBook, SellingPlan, generated_book, keep_book
from fxcrm.simulation.selling import BookRefused
from fxcrm.stages import CROSS_BORDER_TRADE
from fxcrm.targets import Target, TargetMeasure
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.forecasting import (
    Asked,
    compare_forecasts,
    forecast_for,
    parts_of,
    trend_for,
)
from fxcrm.usecases.measuring import (
    PeriodRefused,
    achievements,
    revise_target,
    sales_for,
    set_target,
)
from fxcrm.usecases.performing import reading
from fxcrm.usecases.restating import pipeline_amounts, restate_for

TABLE = year_rates(2025).fetch().table
PLAN = SellingPlan(years=1, customers=12, currencies=4, deals=300)
BOOK = generated_book(PLAN, TABLE)
COMPANY, EURO, DOLLAR = CompanyId("nordwind"), Currency("EUR"), Currency("USD")
YEAR_END = date(2024, 12, 31)
PERCENT = {"qualified": 25, "quoted": 60, "won": 100}
UNITS = {"EUR": 100, "USD": 100, "GBP": 100, "JPY": 1}


def euros(code: str, on: date) -> Fraction:
    """What a unit was in euros, by what was published: nothing of the forecast is asked."""
    if code == "EUR":
        return Fraction(1)
    return 1 / TABLE.rate("EUR", code, on).ratio


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A desk that looks at the book, on each kind of store."""
    folder = tmp_path_factory.mktemp("book")
    place = None if request.param == "memory" else str(folder / "book.sqlite3")
    with closing(open_store(place)) as store:
        keep_book(store, BOOK, TABLE, "simulation")
        with reading(store, TABLE, at=BOOK.at, actor="tester") as found:
            yield found


def counted(book: SellingBook = BOOK) -> list[tuple[str, str, Fraction, date, date | None, str]]:
    """The deals that count, in plain values; those with parts count through them."""
    parents = {one.parent for one in book.deals}
    return [
        (one.stage, one.value.currency.code, Fraction(one.value.amount), one.opened_on,
         one.closed_on, one.owner)
        for one in book.deals
        if one.id not in parents
    ]  # fmt: skip


def test_three_views_are_what_fractions_say(desk: Desk) -> None:
    """By stage, whole and weighted, as booked, at a constant rate and at today's."""
    for measure in Measure:
        seen = forecast_for(desk, COMPANY, BOOK.today, Asked(measure=measure))
        for stage in PERCENT:
            booked = constant = today = Fraction(0)
            for at, code, amount, opened, closed, _ in counted():
                if at != stage:
                    continue
                share = amount * (PERCENT[at] if measure is Measure.WEIGHTED else 100) / 100
                kept = euros(code, closed or opened)
                booked += share * kept
                constant += share * euros(code, YEAR_END)
                today += share * (kept if closed else euros(code, BOOK.today))
            row = seen.row(stage)
            assert [row.values[name].exact for name in seen.names] == [booked, constant, today]


def test_one_rule_for_forecast_trend_and_sales(desk: Desk) -> None:
    """What was won in a closed period is one figure, wherever it is read; no rate moves it."""
    trend = trend_for(desk, COMPANY, BOOK.today)
    sales = sales_for(desk, COMPANY, date(2025, 1, 1), BOOK.today)
    won = Asked(by=By.OWNER, where=read_filter("state = won"))
    seen = forecast_for(desk, COMPANY, BOOK.today, won)
    later = forecast_for(desk, COMPANY, date(2025, 6, 30), won)
    figures = {trend.won.totals["as booked"].value, sales.won.value}
    figures |= {
        one.totals[name].value for one in (seen, later) for name in ("as booked", "at today's rate")
    }
    assert len(figures) == 1
    assert {row.whose: row.won.value for row in sales.rows if row.won.value} == {
        row.key: row.values["as booked"].value for row in seen.rows
    }
    assert sum(row.won_deals for row in sales.rows) == sum(row.count for row in seen.rows)
    assert sum(row.counts[1] for row in trend.rows) == sum(row.count for row in seen.rows)
    shown = trend.listing()
    assert shown.cells[-1][4] == seen.totals["as booked"].value
    assert trend.rows[0].won_share is None or 0 <= trend.rows[0].won_share <= 1


def test_a_forecast_in_another_currency_agrees_with_fractions(desk: Desk) -> None:
    """Any currency may be named; a closed deal is worth what it was on its day."""
    seen = forecast_for(desk, COMPANY, BOOK.today, Asked(by=By.ALL, to=DOLLAR))
    exact = sum(
        (
            amount * euros(code, closed or opened) / euros("USD", closed or opened)
            for stage, code, amount, opened, closed, _ in counted()
            if stage in PERCENT
        ),
        Fraction(0),
    )
    assert seen.totals["as booked"].exact == exact


def test_a_filter_says_which_deals(desk: Desk) -> None:
    """Amounts compare in dollars at today's rate, one decision for each pair."""
    where = read_filter("amount > USD 5,000, state = open")
    seen = forecast_for(desk, COMPANY, BOOK.today, Asked(by=By.ALL, where=where))
    bound = 5000 * euros("USD", BOOK.today)
    wanted = [
        one for one in counted() if one[4] is None and one[2] * euros(one[1], BOOK.today) > bound
    ]
    assert sum(row.count for row in seen.rows) == len(wanted) > 0
    assert seen.figure("", "as booked").value == seen.totals["as booked"].value


def test_a_comparison_splits_volume_and_rates(desk: Desk) -> None:
    """From the forecast of the first half to that of the year: both effects are the change."""
    half = Asked(by=By.ALL, where=read_filter("opened <= 2025-06"))
    old = forecast_for(desk, COMPANY, date(2025, 6, 30), half)
    new = forecast_for(desk, COMPANY, BOOK.today, Asked(by=By.ALL))
    first, last = AtDay(date(2025, 6, 30), "then"), AtDay(BOOK.today, "now")
    change = compare_forecasts(old, new, old_at=first, new_at=last).total
    assert change.volume.exact_value + change.rate.exact_value == change.change.exact_value
    assert change.volume.value.is_positive


def test_parts_add_up_in_the_currency_of_their_deal(desk: Desk) -> None:
    """Straight into it, or not converted at all where they are in it."""
    part = next(one for one in BOOK.deals if one.parent is not None)
    parent = part.parent
    assert parent is not None
    shown = parts_of(desk, COMPANY, parent)
    to = next(one for one in BOOK.deals if one.id == parent).value.currency
    rate = euros(part.value.currency.code, part.closed_on or part.opened_on)
    exact = Fraction(part.value.amount) * rate / euros(to.code, part.closed_on or part.opened_on)
    assert shown.totals["as booked"].exact_value == exact


@contextmanager
def written(place: str) -> Iterator[Desk]:
    """A desk whose work is kept."""
    with closing(open_store(place)) as store, store.begin(actor="tester", at=BOOK.at) as unit:
        yield Desk(unit, TABLE, BOOK.at, "tester")
        unit.commit()


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A book in a file."""
    name = str(tmp_path / "book.sqlite3")
    with closing(open_store(name)) as store:
        keep_book(store, BOOK, TABLE, "simulation")
    return name


def target(id: str, **named: Any) -> Target:
    """A target for ada in the second half of the year."""
    made = Target(
        TargetId(id), COMPANY, "ada", "", date(2025, 7, 1), date(2025, 12, 31),
        TargetMeasure.WON, Money("20000.00", "USD"),
    )  # fmt: skip
    return attrs.evolve(made, **named)


def test_targets_are_reached_by_what_is_on_record(place: str) -> None:
    """Amounts in the target's own currency; a team's counts those below it; follow-ups count."""
    follow_up = Activity.noted(
        ActivityId("A-1"), company=COMPANY, customer=CustomerId("customer-0001"),
        kind=ActivityKind.CALL, subject="Pumps", on=date(2025, 8, 1), owner="ada",
    )  # fmt: skip
    with written(place) as desk:
        desk.uow.activities.add(follow_up)
        set_target(desk, target("T-1"), BOOK.today)
        set_target(desk, target("T-2", owner="", team="emea", amount=None, count=50), BOOK.today)
        set_target(
            desk, target("T-3", amount=None, count=4, measure=TargetMeasure.FOLLOW_UPS), BOOK.today
        )
        revise_target(desk, TargetId("T-3"), BOOK.today, count=5)
        first, team, calls = achievements(desk, COMPANY)
        by_team = sales_for(desk, COMPANY, date(2025, 8, 1), date(2025, 8, 1), by=By.TEAM)
        with pytest.raises(PeriodRefused):
            sales_for(desk, COMPANY, date(2025, 8, 2), date(2025, 8, 1))
    won = [
        (code, amount, closed) for stage, code, amount, _, closed, owner in counted()
        if stage == "won" and owner == "ada" and closed and closed >= date(2025, 7, 1)
    ]  # fmt: skip
    exact = sum(amount * euros(code, on) / euros("USD", on) for code, amount, on in won)
    assert first.share == exact / 20000
    parents = {one.parent for one in BOOK.deals}
    below = sum(
        one.stage == "won" and one.team.startswith("emea/") and one.id not in parents
        and one.closed_on is not None and one.closed_on >= date(2025, 7, 1)
        for one in BOOK.deals
    )  # fmt: skip
    assert (team.reached, team.share) == (below, Fraction(below, 50))
    assert (calls.reached, calls.share) == (1, Fraction(1, 5))
    assert sum(row.follow_ups for row in by_team.rows) == 1


def test_the_commands_show_the_same(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The forecast, its rows explained, the trend, sales and targets, from the shell."""
    held = ["--db", place, "--at", "2025-12-31T17:00:00Z"]
    period = ["--since", "2025-07-01", "--until", "2025-12-31"]
    rates = ["--rates", str(Path("src/fxcrm/simulation/eurofxref-2025.zip").resolve())]

    def ran(*arguments: str) -> str:
        assert main([*arguments, *held, *rates]) == 0
        return capsys.readouterr().out

    with closing(open_store(place)) as store, reading(store, TABLE, at=BOOK.at, actor="t") as desk:
        seen = forecast_for(desk, COMPANY, BOOK.today, Asked(constant=AtDay(date(2025, 1, 2))))
    constant = ["--constant", "2025-01-02"]
    rows = loads(ran("forecast", "--json", *constant))
    total = {"amount": str(seen.totals["as booked"].value.amount), "currency": "EUR"}
    assert [row["as booked"] for row in rows if row["stage"] == "total"] == [total]
    assert "rule:" in ran("forecast", "--explain", "1", "--where", "owner = ada", *constant)
    assert "at today's rate" in ran("forecast", "--by", "month", "--weighted", *constant)
    assert "worth won" in ran("forecast", "--trend")
    assert "conversion" in ran("sales", "--by", "team", *period)
    ran("target", "add", "T-9", "--owner", "ada", *period, "--amount", "EUR 9,000.00")
    ran("target", "revise", "T-9", "--amount", "EUR 10,000.00")
    assert "10,000.00" in ran("target", "list")
    assert main(["forecast", *held, *rates, "--where", "amount > 5"]) == 2
    assert "ConditionRefused" in capsys.readouterr().err


def test_a_book_follows_from_its_seed() -> None:
    """The same plan gives the same book; another seed another one; no book of nothing."""
    small = attrs.evolve(PLAN, deals=9)
    assert generated_book(small, TABLE) == generated_book(small, TABLE)
    assert generated_book(small, TABLE) != generated_book(attrs.evolve(small, seed=2), TABLE)
    with pytest.raises(BookRefused):
        SellingPlan(deals=0)


def test_teams_roll_up_into_those_they_belong_to(desk: Desk) -> None:
    """Each level is the exact sum of its deals; the largest teams add up to the total."""
    seen = forecast_for(desk, COMPANY, BOOK.today, Asked(by=By.TEAM))
    rows = {row.key: row for row in seen.roll_up()}
    assert {"emea", "emea/dach", "americas", "apac"} <= set(rows)
    below = [row.values["as booked"].exact for row in seen.rows if row.key.startswith("emea/")]
    assert rows["emea"].values["as booked"].exact == sum(below)
    largest = [row.values["as booked"].exact for key, row in rows.items() if "/" not in key]
    assert sum(largest) == seen.totals["as booked"].exact


def test_the_pipeline_by_stage_says_the_same(desk: Desk) -> None:
    """What the overview and `pipeline_amounts` say of the deals is what the forecast does."""
    weighted = Asked(measure=Measure.WEIGHTED, where=read_filter("state = open"))
    seen = forecast_for(desk, COMPANY, BOOK.today, weighted)
    deals = without_wholes(desk.uow.deals.of_company(COMPANY))
    for total in stage_totals(CROSS_BORDER_TRADE, deals):
        if total.stage == "quoted":
            held = {one.value.currency: one for one in seen.row("quoted").documents}
            assert held[total.currency].exact == total.weighted.exact_value
    everything = forecast_for(desk, COMPANY, BOOK.today, Asked(measure=Measure.WEIGHTED))
    amounts = pipeline_amounts(desk, COMPANY, date(2025, 1, 1), BOOK.today)
    shown = restate_for(desk, COMPANY, amounts, [AsBooked()])
    assert shown.totals["as booked"].exact_value == everything.totals["as booked"].exact
