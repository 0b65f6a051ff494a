"""Laws of look-up: every policy against an exhaustive search that knows nothing of tables (R2)."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.currencies import Currency
from fxcrm.rates import (
    Averaging,
    ClosedDays,
    Fixing,
    RateMissing,
    RatePolicy,
    RateRefused,
    RateSeries,
    RateTable,
    Side,
)
from fxcrm.testing.ratestrategies import (
    FIRST_DAY,
    business_calendars,
    rate_days,
    rate_policies,
    rate_tables,
)
from tests.ambient import FEWER
from tests.ambient import any_context as any_context
from tests.rate_oracle import Answer, answer, days_between, is_closed, mean, rows_of, rule_of

# Few days and currencies, so that rows meet: on one day, on neighbouring days, at one instant.
CODES = ("EUR", "USD", "JPY", "GBP")
DAYS = rate_days(FIRST_DAY, 16)
ASKED = rate_days(FIRST_DAY - timedelta(days=1), 19)
codes = st.sampled_from(CODES)
pairs = st.permutations(CODES).map(lambda drawn: (drawn[0], drawn[1])) | st.tuples(codes, codes)
instants = st.builds(
    lambda day, hours: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours),
    ASKED,
    st.integers(0, 23),
)
policies = rate_policies(CODES, calendars=business_calendars(DAYS))
tables = rate_tables(CODES, hubs=2, days=DAYS, sides=Side, max_rows=6)


def _told(table: RateTable, base: str, counter: str, on: date, policy: RatePolicy) -> Answer | None:
    """The answer of a table in the words of the oracle; None for a typed refusal."""
    try:
        rate = table.rate(base, counter, on, policy)
    except RateMissing as missing:
        _named(missing, f"{base}/{counter}", on)
        return None
    path = (base, *(leg.pair.counter.code for leg in rate.legs))
    return Answer(rate.ratio, rate.on, path)


def _named(missing: RateMissing, pair: str, on: date) -> None:
    """What was refused names pair and day."""
    assert (missing.pair, missing.on) == (pair, on)


@FEWER
@given(tables, pairs, ASKED, policies, st.none() | instants)
def test_a_look_up_is_an_exhaustive_search(
    table: RateTable,
    pair: tuple[str, str],
    on: date,
    policy: RatePolicy,
    known_at: datetime | None,
) -> None:
    """Day, age, closed days, side, legs, pivot, pegs and knowledge: ratio, day and path (R2)."""
    expected = answer(rows_of(table.series), *pair, on, rule_of(policy), known_at)
    view = table if known_at is None else table.as_known(known_at)
    assert _told(view, *pair, on, policy) == expected
    if expected is not None:
        asked = table.rate(*pair, on, policy, known_at)
        assert asked == view.rate(*pair, on, policy)
        assert known_at is None or all(
            leg.fixing.known_from <= known_at or leg.fixing.source == "peg" for leg in asked.legs
        )


@FEWER
@given(tables, pairs, ASKED, policies)
def test_both_directions_have_one_outcome(
    table: RateTable, pair: tuple[str, str], on: date, policy: RatePolicy
) -> None:
    """The inverse pair under the mirrored side is the exact inverse, or refused alike (R3)."""
    there = _told(table, *pair, on, policy)
    back = _told(table, *pair[::-1], on, policy.across)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert there.ratio * back.ratio == 1
        assert there.path == back.path[::-1]
        rate = table.rate(*pair, on, policy)
        assert table.rate(*pair[::-1], on, policy.across).inverse.legs == rate.legs
        assert rate.inverse.inverse == rate


def _rows(table: RateTable) -> list[RateSeries]:
    """Every row of a table as a series of its own."""
    return [
        attrs.evolve(
            one,
            days=one.days[row : row + 1],
            values=one.values[row : row + 1],
            known=(one.known or [None] * len(one.days))[row : row + 1],
        )
        for one in table.series
        for row in range(len(one.days))
    ]


@FEWER
@given(tables, st.randoms(use_true_random=False), st.data())
def test_adding_in_pieces_and_in_any_order_is_adding_at_once(
    table: RateTable, order: Random, data: st.DataObject
) -> None:
    """Rows one by one, in any order, some of them twice, give the table that has them all."""
    rows = _rows(table)
    order.shuffle(rows)
    built = RateTable(())
    for row in [*rows, *rows[:2]]:
        built = built.merging([row])
    assert sorted(rows_of(built.series), key=str) == sorted(rows_of(table.series), key=str)
    for _ in range(3):
        asked = data.draw(st.tuples(pairs, ASKED, policies))
        assert _told(built, *asked[0], *asked[1:]) == _told(table, *asked[0], *asked[1:])


@FEWER
@given(tables, pairs, ASKED, policies, instants, st.data())
def test_no_later_row_changes_what_was_known(
    table: RateTable,
    pair: tuple[str, str],
    on: date,
    policy: RatePolicy,
    known_at: datetime,
    data: st.DataObject,
) -> None:
    """Whatever is added afterwards, the question as known then has the answer it had (R2)."""
    rows = _rows(table)
    early = [one for one in rows if rows_of([one])[0].known <= known_at]
    late = [one for one in rows if rows_of([one])[0].known > known_at]
    before = RateTable(()).merging(early)
    then = _told(before, *pair, on, policy)
    after = before
    for one in data.draw(st.permutations(late)):
        after = after.merging([one])
        assert _told(after.as_known(known_at), *pair, on, policy) == then


@FEWER
@given(tables, instants, instants, pairs, ASKED, policies)
def test_a_view_knows_no_more_than_its_earliest_instant(
    table: RateTable,
    one: datetime,
    other: datetime,
    pair: tuple[str, str],
    on: date,
    policy: RatePolicy,
) -> None:
    """A view of a view is the view of the earlier instant, whichever came first."""
    asked = *pair, on, policy
    both = table.as_known(one).as_known(other)
    assert both.known_at == min(one, other)
    assert _told(both, *asked) == _told(table.as_known(min(one, other)), *asked)
    assert _told(table.as_known(one), *asked) == _told(table.as_known(one).as_known(one), *asked)


@FEWER
@given(tables, pairs, ASKED, ASKED, policies)
def test_gaps_and_validity_share_out_the_days(
    table: RateTable, pair: tuple[str, str], one: date, other: date, policy: RatePolicy
) -> None:
    """Each open day lies in one span exactly, and a span tells what each of its days is told."""
    start, end = min(one, other), max(one, other)
    valid = table.validity(*pair, start, end, policy)
    gaps = table.gaps(*pair, start, end, policy)
    rule, rows = rule_of(policy), rows_of(table.series)
    refused = rule.closed_days == "refused"
    asked = [day for day in days_between(start, end) if not (refused and is_closed(rule, day))]
    spans = [span for span, _ in valid] + list(gaps)
    for day in asked:
        assert sum(span.first <= day <= span.last for span in spans) == 1
        expected = answer(rows, *pair, day, rule)
        told = [rate.ratio for span, rate in valid if span.first <= day <= span.last]
        assert told == ([] if expected is None else [expected.ratio])
    ends = set(chain.from_iterable((span.first, span.last) for span in spans))
    assert ends <= set(asked)
    for span, rate in valid:
        assert rate == table.rate(*pair, span.first, policy)


@FEWER
@given(tables, ASKED, ASKED, pairs, ASKED, policies)
def test_within_keeps_the_days_asked_for_and_no_other(
    table: RateTable,
    since: date,
    until: date,
    pair: tuple[str, str],
    on: date,
    policy: RatePolicy,
) -> None:
    """The same as a table of those rows alone; without ends it is the table itself."""
    kept = [row for row in rows_of(table.series) if since <= row.day <= until]
    part = table.within(since, until)
    assert sorted(rows_of(part.series), key=str) == sorted(kept, key=str)
    assert _told(part, *pair, on, policy) == answer(kept, *pair, on, rule_of(policy))
    assert table.within() is table


@FEWER
@given(tables, tables, pairs, ASKED, policies, st.none() | instants)
def test_a_table_is_backed_by_another_pair_by_pair(
    table: RateTable,
    other: RateTable,
    pair: tuple[str, str],
    on: date,
    policy: RatePolicy,
    known_at: datetime | None,
) -> None:
    """A pair and side that is there stays; one that is missing comes whole, as it was known."""
    backing = other if known_at is None else other.as_known(known_at)
    both = table.backed_by(backing)
    have = {(row.base, row.counter, row.side) for row in rows_of(table.series)}
    mirror = {"bid": "ask", "mid": "mid", "ask": "bid"}
    added = [
        row
        for row in rows_of(other.series)
        if (row.base, row.counter, row.side) not in have
        and (row.counter, row.base, mirror[row.side]) not in have
        and (known_at is None or row.known <= known_at)
    ]
    expected = answer(rows_of(table.series) + added, *pair, on, rule_of(policy))
    assert _told(both, *pair, on, policy) == expected


@FEWER
@given(
    rate_tables(CODES, hubs=1, days=DAYS, sides=Side),
    ASKED,
    ASKED,
    policies,
    st.integers(0, 8),
    st.sampled_from(Averaging),
    st.none() | instants,
    st.data(),
)
def test_an_average_is_the_rounded_mean_of_what_stood(
    table: RateTable,
    one: date,
    other: date,
    policy: RatePolicy,
    decimals: int,
    averaging: Averaging,
    known_at: datetime | None,
    data: st.DataObject,
) -> None:
    """Of the publications, or of the rate of every day; as corrected, or as known then (R1)."""
    start, end = min(one, other), max(one, other)
    series = data.draw(st.sampled_from(table.series))
    base, counter = series.pair.base.code, series.pair.counter.code
    policy = attrs.evolve(policy, side=series.side, pegs=(), max_legs=1)
    view = table if known_at is None else table.as_known(known_at)
    rule, rows = rule_of(policy), rows_of(table.series)
    asked_of = rows, base, counter, start, end, rule, decimals
    published, every_day = (
        mean(*asked_of, every_day=every, known_at=known_at) for every in (False, True)
    )
    expected = {
        Averaging.PUBLISHED: published,
        Averaging.EVERY_DAY: every_day,
        Averaging.PUBLISHED_IF_ANY: every_day if published is None else published,
    }[averaging]
    policy = attrs.evolve(policy, averaging=averaging)
    named = data.draw(st.sampled_from([averaging, None]))  # None: as the policy says
    asked = start, end, policy, decimals, named
    if expected is None or answer(rows, base, counter, end, rule, known_at) is None:
        with pytest.raises(RateMissing):
            view.average(base, counter, *asked)
    elif not expected:
        with pytest.raises(RateRefused):  # rounded to nothing, which is no rate
            view.average(base, counter, *asked)
    else:
        rate = view.average(base, counter, *asked)
        assert (rate.ratio, rate.on) == (expected, end)
        turned = start, end, policy.across, decimals, named
        assert view.average(counter, base, *turned).ratio == 1 / expected
        assert known_at is None or rate.known_from <= known_at


@FEWER
@given(
    rate_tables(CODES, hubs=1, days=DAYS, corrections=False),
    st.lists(codes, min_size=2, max_size=6),
    ASKED,
)
def test_a_table_with_one_pivot_has_no_arbitrage(
    table: RateTable, walk: list[str], on: date
) -> None:
    """Whoever changes round in a circle has what he began with, exactly."""
    policy = RatePolicy(max_age=365)
    ratio = Fraction(1)
    for base, counter in zip(walk, [*walk[1:], walk[0]], strict=True):
        told = _told(table, base, counter, on, policy)
        if told is None:
            return
        ratio *= told.ratio
    assert ratio == 1


@FEWER
@given(rate_tables(CODES, hubs=2, days=DAYS, sides=Side, views=True), pairs, ASKED, policies)
def test_tables_travel(
    table: RateTable, pair: tuple[str, str], on: date, policy: RatePolicy
) -> None:
    """Pickled, copied and deeply copied tables and policies answer alike (M2)."""
    asked = *pair, on, policy
    expected = _told(table, *asked)
    again: list[RateTable] = [
        pickle.loads(pickle.dumps(table)),  # noqa: S301 - our own bytes
        copy.copy(table),
        copy.deepcopy(table),
    ]
    for one in again:
        assert _told(one, *asked) == expected
        assert rows_of(one.series) == rows_of(table.series)
        assert one.known_at == table.known_at
    travelled = pickle.loads(pickle.dumps(policy))  # noqa: S301 - our own bytes
    assert travelled == policy
    assert hash(travelled) == hash(policy)
    assert _told(table, *pair, on, travelled) == expected


@FEWER
@given(tables, ASKED, policies)
def test_fixings_one_by_one_are_the_series(table: RateTable, on: date, policy: RatePolicy) -> None:
    """A table from fixings in any order is the table of the series, withdrawals aside."""
    rows = [(one, row) for one in table.series for row in range(len(one.days)) if one.values[row]]
    held: list[Fixing] = [one.at(row) for one, row in rows]
    kept = [row for row in rows_of(table.series) if row.value is not None]
    for some in (held, held[::-1]):
        built = RateTable.from_fixings(some)
        for base in CODES:
            for counter in CODES:
                expected = answer(kept, base, counter, on, rule_of(policy))
                assert _told(built, base, counter, on, policy) == expected


def test_the_oracle_itself_by_example() -> None:
    """A friday, a weekend that counts or does not, a correction, and a peg: told by hand."""
    friday, monday = date(2026, 1, 9), date(2026, 1, 12)
    known = datetime(2026, 1, 10, tzinfo=UTC)
    eur, usd = Currency("EUR"), Currency("USD")
    table = RateTable.of(eur, on=friday, USD="1.10")
    correction = attrs.evolve(table.series[0].at(0), value=Decimal("2.20"))
    table = table.adding([attrs.evolve(correction, known_at=known)])
    rows = rows_of(table.series)
    plain = rule_of(RatePolicy(max_age=1))
    assert answer(rows, "EUR", "USD", monday, plain) is None
    uncounted = rule_of(RatePolicy(max_age=1, closed_days=ClosedDays.UNCOUNTED))
    assert answer(rows, "EUR", "USD", monday, uncounted) == (
        Fraction("2.2"),
        friday,
        ("EUR", "USD"),
    )
    before = known - timedelta(seconds=1)
    assert answer(rows, "USD", "EUR", friday, plain, before) == (
        1 / Fraction("1.1"),
        friday,
        ("USD", "EUR"),
    )
    assert usd.code == "USD"
