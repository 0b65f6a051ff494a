"""Restating by example: figures worked out by hand, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest

from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose, RateDecision, RateNotYetKnown
from fxcrm.figures import Evidence
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.rates import CurrencyPair, Fixing, RateMissing, RateTable
from fxcrm.restatement import (
    AsBooked,
    AtAverage,
    AtBudget,
    AtDay,
    BasesRefused,
    BookedRefused,
    Constant,
    DatedAmount,
    Decider,
    DecisionsDiffer,
    MissingRates,
    OldRateUnknown,
    TableDecider,
    compare,
    restate,
)
from tests.ambient import any_context as any_context
from tests.ledger.notation import chosen, money

EUR, USD = Currency("EUR"), Currency("USD")
LAST_YEAR, THIS_YEAR = date(2025, 6, 30), date(2026, 6, 30)
KNOWN = datetime(2026, 7, 1, tzinfo=UTC)


def fixing(code: str, value: str, on: date) -> Fixing:
    """One euro in another currency."""
    return Fixing(CurrencyPair.of("EUR", code), Decimal(value), on, "mint")


RATES = RateTable.from_fixings(
    [
        fixing("USD", "1.1000", LAST_YEAR),
        fixing("USD", "1.2500", THIS_YEAR),
        fixing("GBP", "0.8000", LAST_YEAR),
        fixing("GBP", "0.8000", THIS_YEAR),
        fixing("HRK", "7.5345", LAST_YEAR),  # ends
        fixing("CHF", "0.9600", THIS_YEAR),  # begins
    ]
)
DECIDER = TableDecider(RATES, KNOWN, "tester")
OLD_RATE, NEW_RATE = AtDay(LAST_YEAR), AtDay(THIS_YEAR, "at today's rate")


def then(text: str, key: str = "", booked: str = "") -> DatedAmount:
    """An amount of last year."""
    return DatedAmount(money(text), LAST_YEAR, key, money(booked) if booked else None)


def now(text: str, key: str = "", booked: str = "") -> DatedAmount:
    """An amount of this year."""
    return DatedAmount(money(text), THIS_YEAR, key, money(booked) if booked else None)


def test_a_set_side_by_side() -> None:
    """As booked, at last year's rate and at today's: 1,100 dollars are 1,000, 1,000 and 880."""
    amounts = [then("USD 1100.00"), now("GBP 80.00"), now("EUR 5.00")]
    found = restate(amounts, EUR, [AsBooked(), OLD_RATE, NEW_RATE], DECIDER)
    assert [
        (row.currency.code, str(row.document), [str(one) for one in row.values.values()])
        for row in found.rows
    ] == [
        ("EUR", "EUR 5.00", ["EUR 5.00"] * 3),
        ("GBP", "GBP 80.00", ["EUR 100.00"] * 3),
        ("USD", "USD 1100.00", ["EUR 1000.00", "EUR 1000.00", "EUR 880.00"]),
    ]
    assert {name: str(total) for name, total in found.totals.items()} == {
        "as booked": "EUR 1105.00",
        "at the rate of 2025-06-30": "EUR 1105.00",
        "at today's rate": "EUR 985.00",
    }


def test_the_worked_example_of_a_variance() -> None:
    """1,100 dollars at 1.10 became 1,375 at 1.25: 250 more by volume, 150 less by the rate.

    The arithmetic is that of price-volume variance analysis: (1375 - 1100) / 1.10 = 250 and
    1375 x (1 / 1.25 - 1 / 1.10) = -150; the change is 1100 - 1000 = 100. Growth is 10 % as
    reported and 25 % at constant rates.
    """
    found = compare(
        [then("USD 1100.00")], [now("USD 1375.00")], EUR, DECIDER, old_at=OLD_RATE, new_at=NEW_RATE
    )
    [row] = found.rows
    effects = row.effects
    assert [str(one) for one in (effects.old, effects.new, effects.constant)] == [
        "EUR 1000.00",
        "EUR 1100.00",
        "EUR 1250.00",
    ]
    assert [str(one) for one in (effects.change, effects.volume, effects.rate)] == [
        "EUR 100.00",
        "EUR 250.00",
        "EUR -150.00",
    ]
    assert (effects.growth, effects.constant_growth) == (Fraction(1, 10), Fraction(1, 4))
    assert (row.old_rate, effects.rounding.value.is_zero) == (Fraction(10, 11), True)
    assert (str(row.old_document), str(row.new_document)) == ("USD 1100.00", "USD 1375.00")


def test_a_published_analysis_comes_out_as_printed() -> None:
    """AJB Systems, "Volume, Price & Exchange Variance: Currency Conversions", its first item.

    Planned 23,204 x 16.500 and sold 367,853 in pounds; 1 GBP = 1.48925 USD planned, 1.53851 USD
    in the end. Printed are an exchange variance of 18,121 USD and a total of -4,238 USD, from
    rates of more digits than are printed: each may be one dollar off. Volume and price, which
    are one volume here, are printed as -4,497 and -17,862.
    """
    plans = [
        AtBudget(name, RateTable.of("GBP", on=LAST_YEAR, USD=rate), LAST_YEAR)
        for name, rate in (("plan", "1.48925"), ("actual", "1.53851"))
    ]
    planned, sold = Money("16.500", "GBP") * 23_204, Money("367853", "GBP")
    found = compare(
        [DatedAmount(planned, LAST_YEAR)],
        [DatedAmount(sold, LAST_YEAR)],
        USD,
        DECIDER,
        old_at=plans[0],
        new_at=plans[1],
    )
    printed = {"rate": 18_121, "volume": -4_497 - 17_862, "change": -4_238}
    for name, dollars in printed.items():
        assert abs(getattr(found.total, name).exact_value - dollars) < 1
    assert str(found.total.rate) == "USD 18120.44"


def test_the_rate_of_amounts_as_booked_is_weighted() -> None:
    """100 at 0.90 and 300 at 0.94 were booked at 0.93 on average; that is the old rate."""
    old = [then("USD 100.00", booked="EUR 90.00"), now("USD 300.00", booked="EUR 282.00")]
    new = [now("USD 500.00", booked="EUR 400.00")]
    found = compare(old, new, EUR, DECIDER, old_at=AsBooked(), new_at=AsBooked())
    assert found.rows[0].old_rate == Fraction(93, 100)
    assert [str(one) for one in (found.total.volume, found.total.rate)] == [
        "EUR 93.00",
        "EUR -65.00",
    ]


def test_the_rounding_of_a_total_stands_in_a_row_of_its_own() -> None:
    """Three rows of a third of a cent each: no row shows it, the total does (M9)."""
    budget = RateTable.of("EUR", on=LAST_YEAR, USD="3.0000")
    amounts = [then("USD 0.01", key) for key in ("a", "b", "c")]
    plan = AtBudget("plan 2025", budget, LAST_YEAR)
    found = restate(amounts, EUR, [plan], DECIDER)
    assert [str(row.values[plan.name]) for row in found.rows] == ["EUR 0.00"] * 3
    assert str(found.totals[plan.name]) == "EUR 0.01"
    assert str(found.differences[plan.name]) == "EUR 0.01"
    assert found.of_key("a").totals[plan.name].value == money("EUR 0.00")
    assert found.totals[plan.name].decisions()[0].purpose is Purpose.BUDGET


def test_the_rounding_of_effects_is_named() -> None:
    """A cent of change, half by volume and half by rates: neither shows it, what is left does."""
    old_plan = AtBudget("old", RateTable.of("EUR", on=LAST_YEAR, USD="2.0000"), LAST_YEAR)
    found = compare(
        [],
        [now("USD 0.01")],
        EUR,
        DECIDER,
        old_at=old_plan,
        new_at=AtBudget("new", RateTable.of("EUR", on=LAST_YEAR, USD="1.0000"), LAST_YEAR),
    )
    effects = found.total
    assert [str(one) for one in (effects.change, effects.volume, effects.rate)] == [
        "EUR 0.01",
        "EUR 0.00",
        "EUR 0.00",
    ]
    assert str(effects.rounding) == "EUR 0.01"
    assert str(found.differences["rounding"]) == "EUR 0.00"


# ---- currencies that are in one set only


def test_a_currency_that_went_is_all_volume_and_needs_no_new_rate() -> None:
    """Nobody fixes kunas any more; their 100 euros are gone by volume."""
    found = compare([then("HRK 753.45")], [], EUR, DECIDER, old_at=OLD_RATE, new_at=NEW_RATE)
    assert (str(found.total.volume), str(found.total.rate)) == ("EUR -100.00", "EUR 0.00")


def test_a_newcomer_takes_the_old_rate_of_a_constant_basis() -> None:
    """Pounds that were not sold last year had a rate all the same."""
    found = compare([], [now("USD 1375.00")], EUR, DECIDER, old_at=OLD_RATE, new_at=NEW_RATE)
    assert (str(found.total.volume), str(found.total.rate)) == ("EUR 1250.00", "EUR -150.00")
    assert found.total.growth is found.total.constant_growth is None


def test_a_newcomer_as_booked_has_no_old_rate() -> None:
    """It is refused with a way out; nothing is guessed."""
    with pytest.raises(
        OldRateUnknown, match=r"acme USD: as booked, .* basis for newcomers"
    ) as info:
        compare([], [now("USD 125.00", "acme")], EUR, DECIDER, old_at=AsBooked(), new_at=AsBooked())
    assert info.value.row == "acme USD"


@pytest.mark.parametrize(
    ("newcomers", "volume", "rate"),
    [
        (AsBooked(), "EUR 100.00", "EUR 0.00"),
        (AtDay(LAST_YEAR), "EUR 113.64", "EUR -13.64"),
        (AtAverage(LAST_YEAR, THIS_YEAR), "EUR 106.38", "EUR -6.38"),
    ],
)
def test_a_newcomer_is_valued_at_the_rate_the_caller_names(
    newcomers: AsBooked | AtDay | AtAverage, volume: str, rate: str
) -> None:
    """At its own rate it is all volume; at another one the rest is rates."""
    found = compare(
        [],
        [now("USD 125.00")],
        EUR,
        DECIDER,
        old_at=AsBooked(),
        new_at=AsBooked(),
        newcomers=newcomers,
    )
    assert (str(found.total.volume), str(found.total.rate)) == (volume, rate)


def test_amounts_that_cancel_out_give_no_old_rate() -> None:
    """+100 at 0.95 and -99 at 0.85: one dollar is not worth 10.85 euros."""
    old = [then("USD 100.00", booked="EUR 95.00"), then("USD -99.00", booked="EUR -84.15")]
    sets = (old, [now("USD 50.00", booked="EUR 40.00")])
    with pytest.raises(OldRateUnknown):
        compare(*sets, EUR, DECIDER, old_at=AsBooked(), new_at=AsBooked())
    found = compare(
        *sets, EUR, DECIDER, old_at=AsBooked(), new_at=AsBooked(), newcomers=AtDay(THIS_YEAR)
    )
    # (50 - 1) x 0.80, and all the rest: 40.00 - 10.85 - 39.20
    assert (str(found.total.volume), str(found.total.rate)) == ("EUR 39.20", "EUR -10.05")


def test_a_credit_note_does_not_spoil_the_old_rate() -> None:
    """Amounts of both signs give one, as long as it lies among the rates they were booked at."""
    old = [then("USD 100.00", booked="EUR 90.00"), then("USD -10.00", booked="EUR -9.00")]
    found = compare(
        old,
        [now("USD 90.00", booked="EUR 72.00")],
        EUR,
        DECIDER,
        old_at=AsBooked(),
        new_at=AsBooked(),
    )
    assert (str(found.total.volume), str(found.total.rate)) == ("EUR 0.00", "EUR -9.00")


# ---- rates that are missing


def test_a_missing_rate_is_refused() -> None:
    """No row is left out unless the caller asks for it (R6)."""
    with pytest.raises(RateMissing, match="CHF/EUR on 2025-06-30"):
        restate([then("CHF 5.00")], EUR, [OLD_RATE], DECIDER)


def test_a_row_without_a_rate_is_left_out_in_plain_sight() -> None:
    """Of every basis, so that the columns speak of the same amounts, with the reason (R6)."""
    amounts = [then("USD 1100.00", "acme"), now("CHF 9.60", "acme"), now("GBP 8.00", "bolt")]
    found = restate(amounts, EUR, [OLD_RATE, NEW_RATE], DECIDER, MissingRates.LEAVE_OUT)
    assert [(row.key, row.currency.code) for row in found.rows] == [
        ("acme", "USD"),
        ("bolt", "GBP"),
    ]
    assert str(found.totals["at today's rate"]) == "EUR 890.00"
    [left] = found.left_out
    assert (left.key, left.currency.code, str(left.documents[0])) == ("acme", "CHF", "CHF 9.60")
    assert "CHF/EUR on 2025-06-30" in left.reason
    assert (found.of_key("acme").left_out, found.of_key("bolt").left_out) == ((left,), ())


def test_what_can_not_be_compared_is_left_out_of_both_sets() -> None:
    """A rate that is missing and an old rate that does not follow are treated alike (R6)."""
    found = compare(
        [then("USD 11.00", booked="EUR 10.00")],
        [now("USD 11.00", booked="EUR 9.00"), now("CHF 9.60", booked="EUR 10.00")],
        EUR,
        DECIDER,
        old_at=AsBooked(),
        new_at=AsBooked(),
        missing=MissingRates.LEAVE_OUT,
    )
    assert [row.currency.code for row in found.rows] == ["USD"]
    assert str(found.total.new) == "EUR 9.00"
    [left] = found.left_out
    assert [str(one) for one in left.documents] == ["CHF 0.00", "CHF 9.60"]
    with pytest.raises(RateMissing):
        compare([], [now("CHF 9.60")], EUR, DECIDER, old_at=OLD_RATE, new_at=NEW_RATE)


def test_a_rate_of_the_future_is_no_missing_rate() -> None:
    """Who states a day that is not known yet made a mistake; leaving out does not hide it (F8)."""
    tomorrow = AtDay(KNOWN.date() + timedelta(days=1))
    with pytest.raises(RateNotYetKnown):
        restate([now("USD 1.00")], EUR, [tomorrow], DECIDER, MissingRates.LEAVE_OUT)


# ---- what is refused


@pytest.mark.parametrize("bases", [[], [AsBooked(), AtDay(THIS_YEAR, "as booked")]])
def test_bases_have_names_of_their_own(bases: list[AsBooked | AtDay]) -> None:
    """Two columns of one name could not be told apart; none at all says nothing."""
    with pytest.raises(BasesRefused):
        restate([], EUR, bases, DECIDER)


@pytest.mark.parametrize(
    ("amount", "booked"), [("EUR 1.00", "EUR 1.01"), ("USD 1.00", "EUR -0.90")]
)
def test_a_contradicting_booked_amount_is_refused(amount: str, booked: str) -> None:
    """One currency has one amount (M8); value and amount have one sign."""
    with pytest.raises(BookedRefused):
        then(amount, booked=booked)


def test_a_booked_remainder_without_an_amount_is_taken() -> None:
    """A value adjustment has no document amount, and counts as booked."""
    found = restate([then("USD 0.00", booked="EUR -1.50")], EUR, [AsBooked(), NEW_RATE], DECIDER)
    assert [str(one) for one in found.totals.values()] == ["EUR -1.50", "EUR 0.00"]


def test_amounts_booked_in_another_currency_are_refused() -> None:
    """Pounds in the books say nothing about euros (M8)."""
    with pytest.raises(CurrencyMismatch):
        restate([then("USD 1.00", booked="GBP 0.80")], EUR, [AsBooked()], DECIDER)
    elsewhere = DatedAmount(money("USD 1.00"), DAY, decision=chosen("GBP/USD", "1.25"))
    with pytest.raises(CurrencyMismatch):
        restate([elsewhere], EUR, [AsBooked()], DECIDER)


def test_two_versions_of_a_decision_are_refused() -> None:
    """One id, two rates: one of them is not what was decided."""
    amounts = [
        DatedAmount(money("USD 1.00"), DAY, decision=chosen("EUR/USD", value))
        for value in ("1.10", "1.20")
    ]
    with pytest.raises(DecisionsDiffer, match="booking:EUR/USD"):
        restate(amounts, EUR, [AsBooked()], DECIDER)


DAY = date(2026, 3, 2)


# ---- explanations


def test_an_amount_at_its_decision_is_explained_by_it() -> None:
    """As booked takes the decision of the amount, and shows it with the evidence."""
    decision = chosen("EUR/USD", "1.0850")
    evidence = Evidence("invoice", "INV-1", value=money("USD 108.50"))
    one = DatedAmount(money("USD 108.50"), DAY, decision=decision, evidence=evidence)
    found = restate([one], EUR, [AsBooked()], DECIDER)
    [row] = found.rows
    assert row.values["as booked"].explain().splitlines() == [
        "USD as booked: EUR 100.00",
        "  rule: each day at its booked amount or rate, rounded once (M9)",
        "  exact 100, rounding 0",
        "  USD of 2026-03-02: USD 108.50",
        "    rule: sum of 1 amount",
        "    invoice INV-1: USD 108.50",
        "  rate decision booking:EUR/USD:2026-03-02:1: 1 EUR = 1.0850 USD on 2026-03-02",
        "    EUR/USD 1.0850 (given 2026-03-02); given; known 2026-03-02 17:00 UTC, by tester",
    ]


def test_effects_name_the_rate_they_rest_on() -> None:
    """A volume effect opens to both sums and the old rate; a rate effect to both values."""
    found = compare(
        [then("USD 1100.00")], [now("USD 1375.00")], EUR, DECIDER, old_at=OLD_RATE, new_at=NEW_RATE
    )
    effects = found.rows[0].effects
    old, new = "display:EUR/USD:2025-06-30:1", "display:EUR/USD:2026-06-30:1"
    assert [one.id for one in effects.volume.decisions()] == [old]
    assert [one.id for one in effects.constant.decisions()] == [old]
    assert {one.id for one in effects.rate.decisions()} == {old, new}
    assert "rule: (new amount - old amount) x old rate" in effects.volume.explain()


def test_a_year_of_daily_rates_is_explained() -> None:
    """A fraction with the rates of hundreds of days is longer than an exact amount may be."""
    first = date(2024, 1, 1)
    days = [first + timedelta(days=count) for count in range(730)]
    table = RateTable.from_fixings(
        fixing("USD", f"1.{1000 + 7 * count}", day) for count, day in enumerate(days)
    )
    amounts = [DatedAmount(Money("1.00", "USD"), day) for day in days]
    found = restate(amounts, EUR, [AsBooked()], TableDecider(table, KNOWN, "tester"))
    expected = sum(
        (Fraction(10_000, 11_000 + 7 * count) for count in range(len(days))), Fraction(0)
    )
    total = found.totals["as booked"]
    assert total.exact == expected
    assert Fraction(total.value.amount) == Fraction(round(expected * 100), 100)
    assert "exact " in total.explain()


# ---- what was known, and bases of one's own


def test_a_report_is_the_same_again_as_it_was_known_then() -> None:
    """A correction changes what is decided after it, and nothing as known before (R2, F8)."""
    day, pair = THIS_YEAR, CurrencyPair.of("EUR", "USD")
    corrected = datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=3)
    table = RateTable.from_fixings(
        [
            Fixing(pair, Decimal("1.2500"), day, "mint"),
            Fixing(pair, Decimal("1.0000"), day, "mint", known_at=corrected),
        ]
    )

    def total(known_at: datetime) -> str:
        decider = TableDecider(table, known_at, "tester")
        return str(restate([now("USD 125.00")], EUR, [NEW_RATE], decider).totals["at today's rate"])

    assert total(corrected - timedelta(hours=1)) == "EUR 100.00"
    assert total(corrected) == "EUR 125.00"


@attrs.frozen
class AtContract(Constant):
    """The rate that a contract names, whatever the market says."""

    decision: RateDecision
    name: str = "at the contract's rate"

    def decided(self, _: Decider, /, *pair: Currency) -> RateDecision:
        """The one that was agreed, whatever pair is asked for."""
        assert len(pair) == 2
        return self.decision


def test_a_basis_of_one_s_own_is_a_constant_one() -> None:
    """It names a decision; one of another pair is refused (M8)."""
    agreed = AtContract(chosen("EUR/USD", "1.5000"))
    found = compare(
        [then("USD 150.00")], [now("USD 300.00")], EUR, DECIDER, old_at=agreed, new_at=NEW_RATE
    )
    assert (str(found.total.volume), str(found.total.rate)) == ("EUR 100.00", "EUR 40.00")
    for wrong in ("EUR/GBP", "USD/GBP"):
        with pytest.raises(CurrencyMismatch):
            restate([now("USD 1.00")], EUR, [AtContract(chosen(wrong, "1.5"))], DECIDER)
