"""What look-ups of rates are measured against: fractions, plain lists and linear scans.

Nothing here imports or calls the code under test. Rows, rules and calendars are told by what they
state (texts, days, instants, numbers), and everything is found by looking at every row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise, permutations
from typing import Any, NamedTuple

ACROSS = {"bid": "ask", "mid": "mid", "ask": "bid"}


class Row(NamedTuple):
    """One published line; a value of None withdraws its day from ``known`` on."""

    base: str
    counter: str
    side: str
    unit: int
    day: date
    known: datetime
    value: Fraction | None


class PegRow(NamedTuple):
    """A pair that is fixed from a day to a day, both included."""

    base: str
    counter: str
    value: Fraction
    since: date
    until: date


class Rule(NamedTuple):
    """A rule of look-up, in plain words and numbers."""

    strictly_before: bool
    max_age: int
    max_legs: int
    side: str
    closed_days: str
    weekend: frozenset[int]
    holidays: frozenset[date]
    pivot: str | None
    pegs: tuple[PegRow, ...]


class Answer(NamedTuple):
    """The exact ratio, the day of the oldest leg, and the currencies passed on the way."""

    ratio: Fraction
    on: date
    path: tuple[str, ...]


def rows_of(series: Iterable[Any]) -> list[Row]:
    """The rows that some series state, one by one."""
    return [
        Row(
            one.pair.base.code,
            one.pair.counter.code,
            one.side.value,
            one.unit,
            day,
            known or datetime(day.year, day.month, day.day, tzinfo=UTC),
            Fraction(value) if value else None,
        )
        for one in series
        for day, value, known in zip(
            one.days, one.values, one.known or [None] * len(one.days), strict=True
        )
    ]


def rule_of(policy: Any) -> Rule:
    """The rule that a policy states."""
    return Rule(
        policy.look_up.value == "strictly before",
        policy.max_age,
        policy.max_legs,
        policy.side.value,
        policy.closed_days.value,
        policy.calendar.weekend,
        policy.calendar.holidays,
        policy.pivot and policy.pivot.code,
        tuple(
            PegRow(
                one.pair.base.code,
                one.pair.counter.code,
                Fraction(one.value),
                one.since,
                one.until or date.max,
            )
            for one in policy.pegs
        ),
    )


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day, both ends included."""
    return (first + timedelta(days=more) for more in range((last - first).days + 1))


def is_closed(rule: Rule, day: date) -> bool:
    """A weekend or a holiday of the rule's calendar."""
    return day.weekday() in rule.weekend or day in rule.holidays


def age(rule: Rule, fixed: date, asked: date) -> int:
    """How many days lie after the fixing, up to the day asked for; closed ones perhaps left out."""
    days = [day for day in days_between(fixed, asked) if day > fixed]
    if rule.closed_days == "uncounted":
        days = [day for day in days if not is_closed(rule, day)]
    return len(days)


def standing(
    rows: Iterable[Row], base: str, counter: str, side: str, known_at: datetime | None
) -> dict[date, Fraction]:
    """What stands for each day, in the direction asked: the last word known, unless withdrawn."""
    last: dict[date, Row] = {}
    for row in rows:
        direct = (row.base, row.counter, row.side) == (base, counter, side)
        turned = (row.counter, row.base, ACROSS[row.side]) == (base, counter, side)
        if not (direct or turned) or (known_at is not None and row.known > known_at):
            continue
        if row.day not in last or row.known > last[row.day].known:
            last[row.day] = row
    return {
        day: row.value / row.unit if row.base == base else row.unit / row.value
        for day, row in last.items()
        if row.value is not None
    }


def pegged(rule: Rule, base: str, counter: str, on: date) -> Fraction | None:
    """The fixed ratio of a pair on a day, if it has one."""
    for peg in rule.pegs:
        if peg.since <= on <= peg.until:
            if (peg.base, peg.counter) == (base, counter):
                return peg.value
            if (peg.counter, peg.base) == (base, counter):
                return 1 / peg.value
    return None


def one_leg(
    rows: Iterable[Row], base: str, counter: str, on: date, rule: Rule, known_at: datetime | None
) -> tuple[Fraction, date] | None:
    """The ratio of one hop and the day it is of, or None."""
    fixed = pegged(rule, base, counter, on)
    if fixed is not None:
        return fixed, on
    found = standing(rows, base, counter, rule.side, known_at)
    usable = [day for day in found if day < on or (day == on and not rule.strictly_before)]
    if not usable or age(rule, max(usable), on) > rule.max_age:
        return None
    return found[max(usable)], max(usable)


def _may_pass(rule: Rule, path: tuple[str, ...], on: date) -> bool:
    """Whether a cross may lead over these currencies: the pivot, or ends of a peg."""
    return rule.pivot is None or all(
        between == rule.pivot
        or pegged(rule, before, between, on) is not None
        or pegged(rule, between, after, on) is not None
        for before, between, after in zip(path, path[1:], path[2:], strict=False)
    )


def answer(
    rows: list[Row],
    base: str,
    counter: str,
    on: date,
    rule: Rule,
    known_at: datetime | None = None,
) -> Answer | None:
    """The answer of an exhaustive search: shortest paths first, alphabetical among equals.

    Paths are compared from the end whose code comes first, so both directions find the same.
    """
    if base == counter:
        return Answer(Fraction(1), on, (base,))
    if rule.closed_days == "refused" and is_closed(rule, on):
        return None
    first, last = sorted((base, counter))
    known = {row.base for row in rows} | {row.counter for row in rows}
    known |= {peg.base for peg in rule.pegs} | {peg.counter for peg in rule.pegs}
    others = sorted(known - {first, last})
    for between in range(rule.max_legs):
        for passed in sorted(permutations(others, between)):
            path = (first, *passed, last)
            path = path if base == first else path[::-1]
            found = _along(rows, path, on, rule, known_at)
            if found is not None and _may_pass(rule, path, on):
                return found
    return None


def _along(
    rows: list[Row], path: tuple[str, ...], on: date, rule: Rule, known_at: datetime | None
) -> Answer | None:
    ratio, oldest = Fraction(1), date.max
    for base, counter in pairwise(path):
        leg = one_leg(rows, base, counter, on, rule, known_at)
        if leg is None:
            return None
        ratio, oldest = ratio * leg[0], min(oldest, leg[1])
    return Answer(ratio, oldest, path)


def mean(
    rows: list[Row],
    base: str,
    counter: str,
    first: date,
    last: date,
    rule: Rule,
    decimals: int,
    *,
    every_day: bool,
    known_at: datetime | None = None,
) -> Fraction | None:
    """The mean of one quoted pair, per unit of its source, half-even to some decimals.

    ``base`` and ``counter`` in the direction quoted. None where there is nothing to weigh.
    """
    unit = next(row.unit for row in rows if (row.base, row.counter) == (base, counter))
    if every_day:
        days = list(days_between(first, last))
        if rule.closed_days == "refused" and any(is_closed(rule, day) for day in days):
            return None
        legs = [one_leg(rows, base, counter, day, rule, known_at) for day in days]
        if None in legs:
            return None
        values = [leg[0] for leg in legs if leg is not None]
    else:
        found = standing(rows, base, counter, rule.side, known_at)
        values = [value for day, value in found.items() if first <= day <= last]
    if not values:
        return None
    exact = sum(values, Fraction(0)) * unit / len(values)
    return Fraction(round(exact * 10**decimals), 10**decimals) / unit
