"""The contract of rate sources notices: a wrong source fails by the promise that it broke."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any

import attrs
import pytest

from fxcrm.bulletins import Bulletin
from fxcrm.currencies import Currency
from fxcrm.errors import RuleRefused
from fxcrm.ports.ratesource import RateSource, RateSourceBroken
from fxcrm.rates import (
    CurrencyPair,
    ExchangeRate,
    Fixing,
    RateMissing,
    RateSeries,
    RateTable,
    Side,
    rounded_decimal,
)
from fxcrm.testing.contracts import Outcome, PromiseBroken, RateSourceContract, proved

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 8)
NAME = "house bank"
EUR_USD = CurrencyPair.of("EUR", "USD")


def fixings(source: str = NAME) -> list[Fixing]:
    """A week of a rate, of one per 100 units, and of one that is bid and asked."""
    prices = (
        (EUR_USD, "1.0850", 1, Side.MID),
        (CurrencyPair.of("JPY", "EUR"), "0.6100", 100, Side.MID),
        (CurrencyPair.of("EUR", "GBP"), "0.8410", 1, Side.BID),
        (CurrencyPair.of("EUR", "GBP"), "0.8430", 1, Side.ASK),
    )
    return [
        Fixing(pair, Decimal(value), FIRST + timedelta(days=day), source, unit, side)
        for pair, value, unit, side in prices
        for day in range(7)
    ]


def table() -> RateTable:
    """The table of these."""
    return RateTable.from_fixings(fixings())


def changed(**changes: Any) -> RateTable:
    """The same with some fields of EUR/USD forced to something else, past every check."""
    [series] = [one for one in table().series if one.pair == EUR_USD]
    for name, value in changes.items():
        object.__setattr__(series, name, value)
    held = table()
    object.__setattr__(held, "_series", {("EUR", "USD", Side.MID): series})
    return held


class _Source:
    """A source that tells what it is given."""

    def __init__(self, told: Callable[[], RateTable] = table, name: str = NAME) -> None:
        self._told = told
        self.name = name

    def fetch(self, since: date | None = None, until: date | None = None) -> Any:
        """What it is given, within the days asked for."""
        return Bulletin(self._told().within(since, until), self.name)


class _Blunt(_Source):
    """A source that tells all it is given, whatever is asked."""

    def fetch(self, since: date | None = None, until: date | None = None) -> Any:  # noqa: ARG002 - wrong
        """Everything, except long ago."""
        told = RateTable(()) if until is not None and until < FIRST else self._told()
        return Bulletin(told, self.name)


def nameless() -> Any:
    """Does not say who it is."""
    return _Source(name="")


def answers_with_a_table() -> Any:
    """Leaves out who answered, and since when it is kept."""
    source = _Source()
    source.fetch = lambda *span: table().within(*span)  # type: ignore[method-assign]
    return source


def answers_for_another() -> Any:
    """Names its supplier as the one who answered."""
    source = _Source()
    source.fetch = lambda *span: Bulletin(table().within(*span), "some website")  # type: ignore[method-assign]
    return source


def kept_since_some_time() -> Any:
    """Says since when its rates are kept, on the clock of some place."""
    source, at = _Source(), datetime(2026, 3, 8, 17)  # noqa: DTZ001 - that is what is wrong
    source.fetch = lambda *span: Bulletin(table().within(*span), NAME, (), at)  # type: ignore[method-assign]
    return source


def swallows_its_failure() -> Any:
    """Answers with an empty table where it could not read."""
    return _Source(lambda: RateTable(()))


def names_another() -> Any:
    """Passes on what it got under the name of its supplier."""
    return _Source(lambda: RateTable.from_fixings(fixings("some website")))


def inverts() -> Any:
    """Turns what was published round, and rounds it."""
    pair, value = EUR_USD.inverse, rounded_decimal(Fraction(1000, 1085), 6)
    turned = [attrs.evolve(one, pair=pair, value=value) for one in fixings()[:7]]
    return _Source(lambda: RateTable.from_fixings(turned))


def divides_by_the_unit() -> Any:
    """Makes a price per 100 units one per unit."""
    single = [attrs.evolve(one, value=Decimal("0.0061"), unit=1) for one in fixings()[7:14]]
    return _Source(lambda: RateTable.from_fixings([*fixings()[:7], *single, *fixings()[14:]]))


def calls_it_a_middle() -> Any:
    """Passes the bid for the middle."""
    middle = [attrs.evolve(one, side=Side.MID) for one in fixings()[14:21]]
    return _Source(lambda: RateTable.from_fixings([*fixings()[:14], *middle]))


class _Table(RateTable):
    """A table that is wrong in its answers."""

    def rate(self, *asked: Any, **how: Any) -> ExchangeRate:
        """Before history it is always 1."""
        try:
            return super().rate(*asked, **how)
        except RateMissing:
            base, counter, on, *_ = asked
            return ExchangeRate.of(base, counter, "1", on=on, source=NAME)


def makes_rates_up() -> Any:
    """Answers 1 where it knows nothing."""
    return _Blunt(lambda: _Table.from_fixings(fixings()))


class _Lopsided(RateTable):
    """A table that rounds one direction."""

    def rate(self, base: Any, counter: Any, *how: Any, **more: Any) -> ExchangeRate:
        """To four decimals, as a screen shows it."""
        rate = super().rate(base, counter, *how, **more)
        if base != Currency("USD"):
            return rate
        shown = rounded_decimal(rate.ratio, 4)
        return ExchangeRate.of(base, counter, shown, on=rate.on, source=NAME)


def rounds_the_inverse() -> Any:
    """Keeps a rounded rate for each direction (R3)."""
    return _Blunt(lambda: _Lopsided.from_fixings(fixings()))


def publishes_tomorrow() -> Any:
    """Moves the last rate on to the day after."""
    tomorrow = attrs.evolve(fixings()[6], on=LAST + timedelta(days=1))
    return _Source(lambda: RateTable.from_fixings([*fixings(), tomorrow]))


def newest_first() -> Any:
    """Leaves the days as the file has them."""
    days = tuple(one.on for one in reversed(fixings()[:7]))
    return _Blunt(lambda: changed(days=days))


def one_day_twice() -> Any:
    """Has two prices of a day, and does not say which is the correction."""
    return _Blunt(lambda: changed(days=(FIRST,) * 7))


def local_knowledge() -> Any:
    """Says when a price became known, and not where that clock hangs."""
    at = datetime(2026, 3, 2, 16)  # noqa: DTZ001 - that is what is wrong
    return _Blunt(lambda: changed(known=(at,) * 7))


def through_a_float() -> Any:
    """Reads numbers as JSON does, and writes all that a float has."""
    return _Blunt(lambda: changed(values=(f"{1.085:.38f}",) * 7))


def floats() -> Any:
    """Has floats for prices."""
    return _Blunt(lambda: changed(values=(1.085,) * 7))


def negative() -> Any:
    """Has a price below zero."""
    return _Blunt(lambda: changed(values=("-1.0850",) * 7))


def half_a_unit() -> Any:
    """Counts units in floats."""
    return _Blunt(lambda: changed(unit=1.0))


def drifts() -> Any:
    """Tells another value each time it is asked."""
    times = count(1085)

    def told() -> RateTable:
        value = rounded_decimal(Fraction(next(times), 1000), 4)
        some = [attrs.evolve(one, value=value) for one in fixings()[:7]]
        return RateTable.from_fixings([*some, *fixings()[7:]])

    return _Source(told)


def ignores_the_span() -> Any:
    """Always tells everything."""
    return _Blunt()


def loses_the_last_day() -> Any:
    """Takes the last day of a span for one that is not asked for."""
    source = _Source()

    def fetch(since: date | None = None, until: date | None = None) -> Bulletin:
        before = until and until - timedelta(days=1)
        return Bulletin(table().within(since, before), NAME)

    source.fetch = fetch  # type: ignore[method-assign]
    return source


def complains_of_nothing() -> Any:
    """Takes days without a rate for a failure."""
    source = _Source()

    def fetch(since: date | None = None, until: date | None = None) -> Bulletin:
        told = table().within(since, until)
        if not told.pairs:
            raise RateSourceBroken(source=NAME, reason="nothing there")
        return Bulletin(told, NAME)

    source.fetch = fetch  # type: ignore[method-assign]
    return source


def carries_back() -> Any:
    """Puts its first rate in place of days that it has none of."""
    source = _Source()

    def fetch(since: date | None = None, until: date | None = None) -> Bulletin:
        told = table().within(since, until)
        if not told.pairs and until is not None:
            told = RateTable.from_fixings([attrs.evolve(fixings()[0], on=until)])
        return Bulletin(told, NAME)

    source.fetch = fetch  # type: ignore[method-assign]
    return source


def breaking(error: Callable[[], Exception]) -> Any:
    """A source that fails in its own way."""

    def told() -> RateTable:
        raise error()

    return _Source(told)


def breaks_by_any_error() -> Any:
    """Lets the error of the library it leans on through."""
    return breaking(lambda: TimeoutError("timed out"))


def breaks_by_another_rule() -> Any:
    """Raises an error of ours that is not the one."""
    return breaking(RuleRefused)


def blames_another() -> Any:
    """Names its supplier as the one that broke."""
    return breaking(lambda: RateSourceBroken(source="some website", reason="504"))


def gives_no_reason() -> Any:
    """Breaks, and leaves the reader with that."""
    return breaking(lambda: RateSourceBroken(source=NAME, reason=""))


def kit(wrong: Callable[[], Any]) -> type[RateSourceContract]:
    """The kit on a wrong source."""

    class Kit(RateSourceContract):
        known = (
            ("EUR/USD", FIRST, "1.085"),
            ("JPY/EUR", LAST, "0.61", 100),
            ("EUR/GBP", LAST, "0.841", 1, Side.BID),
        )
        latest = LAST

        def open_source(self) -> RateSource:
            source: RateSource = wrong()
            return source

        def broken_source(self) -> RateSource:
            source: RateSource = wrong()
            return source

    return Kit


def good() -> Any:
    """Breaks no promise, and breaks as it is promised."""
    return breaking(lambda: RateSourceBroken(source=NAME, reason="FileNotFoundError"))


WRONG = [
    (nameless, "test_the_source_has_a_name", "a source has a name of 1 to 80 characters"),
    (answers_with_a_table, "test_an_answer_tells_where_it_comes_from", "an answer is a bulletin"),
    (answers_for_another, "test_an_answer_tells_where_it_comes_from", "the source itself answered"),
    (kept_since_some_time, "test_an_answer_tells_where_it_comes_from", "is kept has a zone"),
    (swallows_its_failure, "test_something_is_published", "something is published"),
    (swallows_its_failure, "test_a_broken_source_is_not_empty", "a broken source raises"),
    (breaks_by_any_error, "test_a_broken_source_is_not_empty", "expected: RateSourceBroken"),
    (breaks_by_another_rule, "test_a_broken_source_is_not_empty", "expected: RateSourceBroken"),
    (blames_another, "test_a_broken_source_is_not_empty", "it names itself"),
    (gives_no_reason, "test_a_broken_source_is_not_empty", "it gives a reason"),
    (names_another, "test_every_rate_names_its_source", "EUR/USD names its source"),
    (rounds_the_inverse, "test_both_directions_give_one_outcome", "times its inverse is 1"),
    (inverts, "test_values_are_those_that_were_published", "a value is what was published"),
    (divides_by_the_unit, "test_units_are_kept", "a unit is what was published"),
    (calls_it_a_middle, "test_sides_are_kept", "a side is what was published"),
    (makes_rates_up, "test_no_rate_is_made_up", "has no rate before the first"),
    (publishes_tomorrow, "test_nothing_is_of_the_future", "EUR/USD is not of the future"),
    (newest_first, "test_days_ascend", "the days of EUR/USD ascend"),
    (one_day_twice, "test_days_ascend", "the days of EUR/USD ascend"),
    (local_knowledge, "test_instants_of_knowledge_have_a_zone", "became known has a zone"),
    (through_a_float, "test_numbers_are_exact", "a price of EUR/USD is exact"),
    (floats, "test_numbers_are_exact", "a price of EUR/USD is exact"),
    (negative, "test_numbers_are_exact", "a price of EUR/USD is exact"),
    (half_a_unit, "test_numbers_are_exact", "the unit of EUR/USD is a whole number"),
    (drifts, "test_a_second_reading_agrees", "EUR/USD mid of 2026-03-02 does not change"),
    (drifts, "test_a_span_is_honoured", "EUR/USD mid of 2026-03-05 is the same"),
    (ignores_the_span, "test_a_span_is_honoured", "EUR/USD keeps to the span"),
    (loses_the_last_day, "test_a_span_is_honoured", "EUR/USD mid of 2026-03-05 is the same"),
    (complains_of_nothing, "test_an_empty_span_is_no_error", "Days without a rate are an empty"),
    (carries_back, "test_an_empty_span_is_no_error", "days of long ago are an empty answer"),
]


@pytest.mark.parametrize(("wrong", "test", "promise"), WRONG)
def test_a_wrong_source_is_found_out(wrong: Any, test: str, promise: str) -> None:
    """The kit fails on a wrong source and names the promise that it broke."""
    right = good if test == "test_a_broken_source_is_not_empty" else _Source
    getattr(kit(right)(), test)()
    with pytest.raises(PromiseBroken, match=promise):
        getattr(kit(wrong)(), test)()


def test_the_report_tells_every_promise() -> None:
    """A right source proves them all; what only its writer knows is not shown until he says it."""

    class Right(kit(_Source)):  # type: ignore[misc]
        def broken_source(self) -> RateSource:
            source: RateSource = good()
            return source

    class Untold(RateSourceContract):
        def open_source(self) -> RateSource:
            return _Source()

    assert {one.outcome for one in proved(Right).promises} == {Outcome.PROVED}
    told, untold = proved(Right), proved(Untold)
    missing = [one for one in untold.promises if one.outcome is Outcome.NOT_SHOWN]
    assert len(untold.promises) == len(told.promises) == 17
    assert len(missing) == 5
    assert untold.holds


def test_a_report_of_a_wrong_source_names_what_broke() -> None:
    """The printed report shows the promise, what was expected and what was got."""
    report = str(proved(kit(divides_by_the_unit)))
    assert "BROKEN     A price for 100 or 1,000 units stays one, and is not divided (R1)" in report
    assert "expected: 100" in report
    assert "got:      1" in report


def test_corrections_are_in_order() -> None:
    """A day that stands twice is no disorder where the second price became known later."""
    late = datetime(2026, 3, 2, 18, tzinfo=UTC)
    correction = attrs.evolve(fixings()[0], value=Decimal("1.0860"), known_at=late)
    held = RateTable.from_fixings([*fixings(), correction])
    assert proved(kit(lambda: _Source(lambda: held))).holds is False  # it does not break
    for test in ("test_days_ascend", "test_a_second_reading_agrees", "test_a_span_is_honoured"):
        getattr(kit(lambda: _Source(lambda: held))(), test)()


def test_a_withdrawn_day_is_no_price() -> None:
    """A day that was withdrawn keeps its place and is no number that could be wrong."""
    late = datetime(2026, 3, 2, 18, tzinfo=UTC)
    series = RateSeries(
        EUR_USD, NAME, (FIRST, FIRST, LAST), ("1.0850", "", "1.0850"), known=(None, late, None)
    )
    held = RateTable([series])
    for test in ("test_days_ascend", "test_numbers_are_exact", "test_a_span_is_honoured"):
        getattr(kit(lambda: _Source(lambda: held))(), test)()
