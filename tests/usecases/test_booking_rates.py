"""Booking rates: what measures a document is its company's choice, decided once a day (D1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

import attrs
import pytest

from fxcrm.bookingrates import (
    BookingRates,
    BookingRatesRefused,
    DailySpot,
    FixedRate,
    FixedRateMissing,
    FixedRates,
    MonthOpening,
    PeriodAverage,
    Span,
    SpreadTooWide,
)
from fxcrm.bookkeeping import Bookkeeping, BookkeepingRefused, BookRules
from fxcrm.currencies import Currency
from fxcrm.decisions import (
    ESTIMATED,
    EstimateRefused,
    Purpose,
    PurposeExpected,
    RateDecision,
    RateNotYetKnown,
)
from fxcrm.figures import Figure
from fxcrm.ids import CompanyId, EntryId
from fxcrm.ledger import Company
from fxcrm.money import Money
from fxcrm.rates import CurrencyPair, ExchangeRate, RateMissing, RateRefused
from fxcrm.usecases import Desk, estimate_spot, pay_costs, register_company
from fxcrm.usecases.deciding import booking_rate, decided
from tests.ledger.notation import money
from tests.usecases.office import EUR, FIRST, GBP, NORDWIND, RUB, USD, Office

DAY = date(2026, 1, 20)  # a Tuesday; 1.0800 on the first, a ten-thousandth more each day
FIXED = FixedRates(
    [
        FixedRate.of("EUR/USD", "1.10", since=date(2026, 1, 1)),
        FixedRate.of("USD/EUR", "0.8", since=date(2026, 2, 1)),
    ]
)


def _kept(rates: BookingRates) -> Bookkeeping:
    return Bookkeeping(companies={NORDWIND: BookRules(rates=rates)})


def _office(rates: BookingRates) -> Office:
    return Office(bookkeeping=_kept(rates)).open()


def _decided(desk: Desk, on: date = DAY, currency: Currency = USD) -> RateDecision:
    found = booking_rate(desk, desk.uow.companies.get(NORDWIND), currency, on)
    assert found is not None
    return found


def _mean(values: Iterable[int]) -> Fraction:
    """The mean of the fixings of days counted from the first, from ten-thousandths."""
    held = [Fraction(10_800 + count, 10_000) for count in values]
    return sum(held, Fraction()) / len(held)


@pytest.mark.parametrize(
    ("rates", "ratio", "policy"),
    [
        (DailySpot(), Fraction("1.0819"), "on or before the day, at most 7 days old, mid, "),
        (MonthOpening(), Fraction("1.08"), "opening rate of the month: on or before the day, "),
        (FIXED, Fraction("1.1"), "fixed by the company: EUR/USD 1.10 since 2026-01-01"),
        (
            PeriodAverage(Span.WEEK, "0.01"),
            _mean([18, 19]),
            "average of the week so far, at most 1 % apart: on or before the day, ",
        ),
        (
            PeriodAverage(Span.MONTH, "0.01"),
            _mean(range(20)),
            "average of the month so far, at most 1 % apart: on or before the day, ",
        ),
    ],
)
def test_each_mode_says_which_it_was(rates: BookingRates, ratio: Fraction, policy: str) -> None:
    """The rate by the mode, valid on the day of the document; the policy names the mode (D2)."""
    office = _office(rates)
    made = office.at(DAY, _decided)
    assert (made.pair, made.rate.ratio) == (CurrencyPair.of("EUR", "USD"), ratio)
    assert made.policy.startswith(policy)
    assert (made.purpose, made.valid_on, made.decided_by) == (Purpose.BOOKING, DAY, "ada")
    assert made.id == "booking:EUR/USD:2026-01-20:1"
    assert office.at(DAY + timedelta(days=1), _decided) == made  # decided once, and then found


@pytest.mark.parametrize(
    ("rates", "value"),
    [
        (DailySpot(), "EUR 924.30"),  # 1000 / 1.0819
        (MonthOpening(), "EUR 925.93"),  # 1000 / 1.0800
        (FIXED, "EUR 909.09"),  # 1000 / 1.10
        (PeriodAverage(Span.WEEK, "0.01"), "EUR 924.34"),  # 1000 / 1.08185
        (PeriodAverage(Span.MONTH, "0.01"), "EUR 925.11"),  # 1000 / 1.08095
    ],
)
def test_documents_are_booked_by_the_mode(rates: BookingRates, value: str) -> None:
    """Costs, an invoice and its payment of one day have one rate, and no difference arises."""
    office = _office(rates)
    office.at(DAY, lambda desk: pay_costs(desk, NORDWIND, "rent", money("USD 1000.00"), DAY))
    office.invoice(1, "USD 1000.00", DAY)
    settled = office.pay("P-1", 1, "USD 1000.00", DAY)
    assert str(office.balances(DAY)["5000"]) == value
    assert str(settled.cash.value) == value
    assert settled.realised_fx.value.is_zero
    with office.store.begin() as unit:
        booked = unit.journal.find(EntryId("costs:nordwind:rent"))
        assert booked is not None
        assert {one.decision for one in booked.postings} == {"booking:EUR/USD:2026-01-20:1"}


def test_companies_choose_apart_and_decisions_are_shared_by_choice() -> None:
    """Two who choose alike share a decision; another choice is another version of the day's."""
    office = _office(MonthOpening())
    others = [CompanyId("acme"), CompanyId("westwind")]
    with office.desk(FIRST) as desk:
        for id in others:
            register_company(desk, id, name=id, functional=EUR, on=FIRST)
    with office.desk(DAY) as desk:
        ids = [
            booking_rate(desk, desk.uow.companies.get(id), USD, DAY) for id in (NORDWIND, *others)
        ]
        spot = decided(desk, Purpose.BOOKING, EUR, USD, DAY)
    assert [one.id if one else None for one in ids] == [
        "booking:EUR/USD:2026-01-20:1",
        "booking:EUR/USD:2026-01-20:2",
        "booking:EUR/USD:2026-01-20:2",
    ]
    assert spot == ids[1]


def test_the_other_direction_is_the_same_decision() -> None:
    """Books in dollars measure euros at what books in euros measure dollars (R3)."""
    for rates in (MonthOpening(), FIXED, PeriodAverage(Span.MONTH, "0.01")):
        office = Office(bookkeeping=Bookkeeping(BookRules(rates=rates))).open()
        first = office.at(DAY, _decided)
        beside = Company(CompanyId("acme"), "Acme", USD, FIRST)
        with office.desk(DAY) as desk:
            assert booking_rate(desk, beside, EUR, DAY) == first


def test_books_need_no_rate_for_their_own_currency() -> None:
    """None, whatever the mode."""
    office = _office(FixedRates([]))
    books = Company(NORDWIND, "Nordwind", EUR, FIRST)
    assert office.at(DAY, lambda desk: booking_rate(desk, books, EUR, DAY)) is None


def test_a_fixed_rate_holds_until_the_next_one_and_no_other_is_taken() -> None:
    """In the direction in which it was set; before the first day, or for another pair, none."""
    february = date(2026, 2, 10)
    office = _office(FIXED)
    later = office.at(february, lambda desk: _decided(desk, february))
    assert (later.pair, later.rate.ratio) == (CurrencyPair.of("USD", "EUR"), Fraction("0.8"))
    assert later.policy == "fixed by the company: USD/EUR 0.8 since 2026-02-01"
    assert later.rate.on == date(2026, 2, 1)
    digest = office.store.digest()
    for currency, on in ((GBP, DAY), (USD, date(2025, 12, 31))):
        with pytest.raises(FixedRateMissing), office.desk(DAY) as desk:
            _decided(desk, on, currency)
    assert office.store.digest() == digest


def test_a_changed_fixed_rate_is_another_rule() -> None:
    """What was decided by the first list does not serve under the second; both stay on record."""
    office = _office(FIXED)
    first = office.at(DAY, _decided)
    changed = FixedRates([FixedRate.of("EUR/USD", "1.12", since=date(2026, 1, 1))])
    second = attrs.evolve(office, bookkeeping=_kept(changed)).at(DAY, _decided)
    assert (second.id, second.rate.ratio) == ("booking:EUR/USD:2026-01-20:2", Fraction("1.12"))
    assert office.at(DAY, _decided) == first


def test_no_booking_rate_looks_ahead() -> None:
    """The day must have come, though its rate was set or opened before (F8)."""
    for rates in (DailySpot(), MonthOpening(), FIXED, PeriodAverage(Span.MONTH, "0.01")):
        office = _office(rates)
        with pytest.raises(RateNotYetKnown):
            office.at(DAY, lambda desk: _decided(desk, DAY + timedelta(days=1)))


def test_the_spread_is_recorded_with_an_average() -> None:
    """Both ends with their days, what lies between them, and the bound (IAS 21.22)."""
    made = _office(PeriodAverage(Span.MONTH, "0.0018")).at(DAY, _decided)
    assert made.reason == (
        "spread test: 1.080000 (2026-01-01) to 1.081900 (2026-01-20), "
        "0.175926 % apart, at most 0.18 %"
    )


def test_an_average_of_rates_too_far_apart_is_refused() -> None:
    """Both figures, the way out, and nothing recorded."""
    office = _office(PeriodAverage(Span.MONTH, "0.0017"))
    digest = office.store.digest()
    with pytest.raises(SpreadTooWide) as caught:
        office.at(DAY, _decided)
    assert (caught.value.spread, caught.value.largest) == ("0.175926", "0.17")
    assert (caught.value.since, caught.value.on) == (date(2026, 1, 1), DAY)
    assert "book at the spot of the day" in str(caught.value)
    assert office.store.digest() == digest


def test_a_period_without_publication_has_nothing_to_be_apart() -> None:
    """Rouble fixings end in January; on the first of February the last one stands alone."""
    february = date(2026, 2, 1)
    made = _office(PeriodAverage(Span.MONTH, 0)).at(
        february, lambda desk: _decided(desk, february, RUB)
    )
    assert made.rate.ratio == 90
    assert made.reason == "spread test: nothing was published from 2026-02-01 to 2026-02-01"


def test_an_opening_rate_that_is_too_old_is_missing() -> None:
    """The look-up of the desk holds for the first of the month too (R2)."""
    march = date(2026, 3, 2)
    with pytest.raises(RateMissing):
        _office(MonthOpening()).at(march, lambda desk: _decided(desk, march, RUB))


@pytest.mark.parametrize(
    "choose",
    [
        lambda: PeriodAverage("month", "0.01"),  # type: ignore[arg-type]
        lambda: PeriodAverage(Span.MONTH, "-0.01"),
        lambda: PeriodAverage(Span.MONTH, 1),
        lambda: FixedRates(
            [
                FixedRate.of("EUR/USD", "1.10", since=DAY),
                FixedRate.of("USD/EUR", "0.90", since=DAY),
            ]
        ),
    ],
)
def test_a_choice_that_can_not_be_followed_is_refused(choose: object) -> None:
    """A span that is a text, a spread that is none, a pair fixed twice."""
    with pytest.raises(BookingRatesRefused):
        choose()  # type: ignore[operator]


def test_a_fixed_rate_is_a_rate() -> None:
    """Above zero, of two currencies (F8)."""
    for pair, value in (("EUR/USD", "0"), ("EUR/USD", "-1.1"), ("EUR/EUR", "1")):
        with pytest.raises(RateRefused):
            FixedRate.of(pair, value, since=DAY)


@pytest.mark.parametrize(
    ("data", "rates"),
    [
        ({"mode": "daily"}, DailySpot()),
        ({"mode": "month opening"}, MonthOpening()),
        (
            {"mode": "average", "span": "week", "largest_spread": "0.02"},
            PeriodAverage(Span.WEEK, Fraction(1, 50)),
        ),
        (
            {"mode": "fixed", "fixed": [{"pair": "EUR/USD", "value": "1.10", "since": DAY}]},
            FixedRates([FixedRate.of("EUR/USD", "1.10", since=DAY)]),
        ),
    ],
)
def test_booking_rates_are_read_from_plain_data(data: object, rates: BookingRates) -> None:
    """Each mode with what it needs beside it."""
    assert Bookkeeping.read({"default": {"rates": data}}).default.rates == rates


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({}, ".mode"),
        ({"mode": "weekly"}, ".mode"),
        ({"mode": "daily", "span": "week"}, ""),
        ({"mode": "average", "span": "week"}, ""),
        ({"mode": "average", "span": "year", "largest_spread": "0.02"}, ".span"),
        ({"mode": "average", "span": "week", "largest_spread": 0.02}, ".largest_spread"),
        ({"mode": "average", "span": "week", "largest_spread": "2"}, ""),
        ({"mode": "fixed", "fixed": "1.10"}, ".fixed"),
        ({"mode": "fixed", "fixed": [{"pair": "EUR/USD", "value": "1.10"}]}, ".fixed, rate 1"),
        (
            {"mode": "fixed", "fixed": [{"pair": "EUR/USD", "value": 1.1, "since": DAY}]},
            ".fixed, rate 1",
        ),
        (
            {"mode": "fixed", "fixed": [{"pair": "EURUSD", "value": "1.1", "since": DAY}]},
            ".fixed, rate 1",
        ),
        (
            {"mode": "fixed", "fixed": [{"pair": "EUR/USD", "value": "1.1", "since": DAY}] * 2},
            "",
        ),
    ],
)
def test_a_mistake_in_booking_rates_is_named_by_its_place(data: object, place: str) -> None:
    """So that one finds it in the file."""
    with pytest.raises(BookkeepingRefused) as caught:
        Bookkeeping.read({"default": {"rates": data}})
    assert caught.value.place == f"default.rates{place}"


LATE = date(2026, 3, 10)  # roubles are not published any more
GIVEN = ExchangeRate.of("EUR", "RUB", "98.50", on=LATE, source="estimate")  # (D7)
WHY = "no bank in reach exchanges roubles since February"
FROM = "last fixing 90.00, consumer prices up 9.4 %"


def _estimated(desk: Desk, rate: ExchangeRate = GIVEN) -> RateDecision:
    return estimate_spot(desk, rate, on=LATE, reason=WHY, inputs=FROM)


@pytest.mark.parametrize("rates", [DailySpot(), MonthOpening(), FIXED])
def test_an_estimate_is_the_rate_of_its_day(rates: BookingRates) -> None:
    """Without it there is no rate; with it there is one under every rule, and it says so (D7)."""
    office = _office(rates)
    with pytest.raises((RateMissing, FixedRateMissing)):
        office.at(LATE, lambda desk: _decided(desk, LATE, RUB))
    made = office.at(LATE, _estimated)
    assert (made.policy, made.is_estimated) == (ESTIMATED, True)
    assert made.reason == f"{WHY}; inputs: {FROM}"
    assert (made.decided_by, made.valid_on, made.replaces) == ("ada", LATE, None)
    assert office.at(LATE, lambda desk: _decided(desk, LATE, RUB)) == made
    assert office.at(LATE, lambda desk: decided(desk, Purpose.BOOKING, RUB, EUR, LATE)) == made


def test_a_better_estimate_replaces_the_first() -> None:
    """Both stay on record, linked; what was decided before is replaced too."""
    office = _office(DailySpot())
    first = office.at(LATE, _estimated)
    better = ExchangeRate.of("EUR", "RUB", "99.00", on=LATE, source="estimate")
    second = office.at(LATE, lambda desk: _estimated(desk, better))
    assert (second.id, second.replaces) == ("booking:EUR/RUB:2026-03-10:2", first.id)
    spot = office.at(DAY, lambda desk: _decided(desk, DAY, RUB))
    rate = ExchangeRate.of("RUB", "EUR", "0.0105", on=DAY)
    over = office.at(DAY, lambda desk: estimate_spot(desk, rate, on=DAY, reason=WHY, inputs=FROM))
    assert (over.replaces, over.pair) == (spot.id, CurrencyPair.of("RUB", "EUR"))
    assert office.at(DAY, lambda desk: _decided(desk, DAY, RUB)) == over


def test_every_figure_that_used_an_estimate_shows_it() -> None:
    """However deep it lies: in the list of decisions, and in the explanation in words (D7)."""
    made = _office(DailySpot()).at(LATE, _estimated)
    held = Figure.stated("Claim", money("RUB 9850.00"))
    value = Figure.converted("Claim in the books", held, made)
    whole = Figure.total("All claims", [value], EUR)
    assert whole.value == money("EUR 100.00")
    assert whole.estimates() == (made,)
    assert f"estimated, the currency can not be exchanged (IAS 21.19A): {WHY}" in whole.explain()
    plain = attrs.evolve(made, policy="on or before the day")
    other = Figure.converted("Claim in the books", held, plain)
    assert other.estimates() == ()
    assert WHY not in other.explain()


@pytest.mark.parametrize(
    ("reason", "inputs", "missing"),
    [("", FROM, "the reason"), (WHY, " ", "its inputs"), ("", "", "the reason and its inputs")],
)
def test_an_estimate_says_why_and_from_what(reason: str, inputs: str, missing: str) -> None:
    """What has to be disclosed has to be known (IAS 21.57A)."""
    office = _office(DailySpot())
    digest = office.store.digest()
    with pytest.raises(EstimateRefused, match=missing):
        office.at(
            LATE, lambda desk: estimate_spot(desk, GIVEN, on=LATE, reason=reason, inputs=inputs)
        )
    assert office.store.digest() == digest


def test_an_estimate_is_made_by_somebody_for_a_purpose_and_a_day_that_came() -> None:
    """An author, a member of the enum, no rate of tomorrow."""
    office = _office(DailySpot())
    with office.desk(LATE) as desk:
        with pytest.raises(EstimateRefused, match="who made it"):
            _estimated(attrs.evolve(desk, actor=""))
        with pytest.raises(PurposeExpected):
            estimate_spot(desk, GIVEN, on=LATE, reason=WHY, inputs=FROM, purpose="booking")  # type: ignore[arg-type]
        with pytest.raises(RateNotYetKnown):
            estimate_spot(desk, GIVEN, on=LATE + timedelta(days=1), reason=WHY, inputs=FROM)


def test_a_closing_may_be_estimated_too() -> None:
    """For that purpose alone."""
    office = _office(DailySpot())
    made = office.at(
        LATE,
        lambda desk: estimate_spot(
            desk, GIVEN, on=LATE, reason=WHY, inputs=FROM, purpose=Purpose.CLOSING
        ),
    )
    assert made.convert(Money("98.50", RUB)) == money("EUR 1.00")
    assert office.at(LATE, lambda desk: decided(desk, Purpose.CLOSING, EUR, RUB, LATE)) == made
    with pytest.raises(RateMissing):
        office.at(LATE, lambda desk: decided(desk, Purpose.BOOKING, EUR, RUB, LATE))
