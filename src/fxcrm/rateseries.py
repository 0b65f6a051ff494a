"""The fixings of one pair, side and source: columns ordered by day, and by what was known when.

A day may stand several times, each time with a later instant of knowledge: a correction is
added and never overwrites. A value of no text withdraws the day from its instant on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import compress, count, islice
from operator import ge
from typing import Final

from fxcrm.errors import InputRefused, NotThere
from fxcrm.events import checked_instant
from fxcrm.fixings import CurrencyPair, Fixing, RateRefused, Side, day_begins
from fxcrm.frozen import evolve, frozen
from fxcrm.money import NumberRefused, canonical, parse_decimal
from fxcrm.ratecolumns import A_YEAR, numbers, per_one, spread
from fxcrm.ratepolicies import ClosedDays, LookUp, RatePolicy

WITHDRAWN: Final = ""


class ConflictingRate(InputRefused):
    """Two values for the same pair, day, side and source, known at the same instant (F8)."""

    pair: str
    on: date
    first: str
    second: str
    template = (
        "{pair:plain} on {on} is given twice, as {first:plain} and as {second:plain}; keep one, "
        "or say by known_at which is the correction"
    )


class RateMissing(NotThere):
    """No fixing connects the pair under the policy."""

    pair: str
    on: date
    policy: str
    template = "no rate for {pair:plain} on {on} ({policy:plain}); load one, or name another policy"


class RateBeforeHistory(RateMissing):
    """The day lies before the first fixing of the pair."""

    first: date
    template = "no rate for {pair:plain} on {on}: its history begins on {first} ({policy:plain})"


class RateTooOld(RateMissing):
    """The newest fixing that may be used is older than the policy allows."""

    last: date
    age: int
    template = (
        "no rate for {pair:plain} on {on}: the last one is of {last}, {age} days old "
        "({policy:plain})"
    )


class ClosedDay(RateMissing):
    """A weekend or a holiday, which the policy gives no rate of its own."""

    calendar: str
    template = (
        "{on} is closed by the calendar {calendar}, so {pair:plain} has no rate of that day "
        "({policy:plain}); ask for an open day, or let the policy count closed days"
    )


class RateUnknownThen(RateMissing):
    """Nothing that could answer was known yet at the instant asked for."""

    known_at: datetime
    template = (
        "no rate for {pair:plain} on {on} was known at {known_at} ({policy:plain}); ask as it was "
        "known later, or load a history as known since its days: fxcrm rates sync --as-published"
    )


class PublishedValueRefused(InputRefused):
    """A value that a source published and that is no rate; found where all were looked at (F8)."""

    pair: str
    on: date
    source: str
    value: str
    reason: str
    template = "{pair:plain} on {on} from {source}: the value {value} is refused: {reason:plain}"


class SeriesRefused(InputRefused):
    """Days that do not ascend, or values that do not go with them one to one."""

    pair: str
    source: str
    template = (
        "the series of {pair:plain} from {source}: a value a day, the days ascending, and one "
        "day's values by the instant they became known"
    )


def _refuse_disorder(series: RateSeries) -> None:
    days, known = series.days, series.known
    if len(series.values) != len(days) or (known is not None and len(known) != len(days)):
        raise SeriesRefused(pair=str(series.pair), source=series.source)
    for at in set(filter(None, known or ())):
        checked_instant(at)
    # Rows that do not lie after the row before must be of the same day, and known later.
    for row in compress(count(1), map(ge, days, islice(days, 1, None))):
        if (
            known is None
            or days[row] != days[row - 1]
            or _since(series, row) <= _since(series, row - 1)
        ):
            raise SeriesRefused(pair=str(series.pair), source=series.source)


def _since(series: RateSeries, row: int) -> datetime:
    known = series.known[row] if series.known is not None else None
    return _instant(series.days[row], known)


def _instant(day: date, known_at: datetime | None) -> datetime:
    return day_begins(day) if known_at is None else known_at


@frozen(eq=False)
class RateSeries:
    """The fixings of one pair, side and source, by day; values stay text until asked for.

    ``days`` ascend. ``known`` has the instant at which each row became known, None for one that
    was known since its day began; without it all were. A day that stands several times ascends
    by that instant. With ``known``, a ``values`` of "" withdraws its day. Raises
    `SeriesRefused`, `NaiveInstant`.
    """

    pair: CurrencyPair
    source: str
    days: Sequence[date]
    values: Sequence[str]
    unit: int = 1
    side: Side = Side.MID
    known: Sequence[datetime | None] | None = None

    def __attrs_post_init__(self) -> None:
        _refuse_disorder(self)

    @classmethod
    def of(cls, rows: Iterable[Fixing]) -> RateSeries:
        """The series of some fixings of one pair, side, unit and source, in any order.

        Raises `ConflictingRate`; `SeriesRefused` for none, or for fixings of several series.
        """
        kept: dict[tuple[date, datetime], Fixing] = {}
        for one in rows:
            other = kept.setdefault((one.on, one.known_from), one)
            if other.value != one.value:
                raise _conflict(str(one.pair), one.on, canonical(other.value), canonical(one.value))
        ordered = [kept[key] for key in sorted(kept)]
        if len({(one.pair, one.source, one.unit, one.side) for one in ordered}) != 1:
            pairs = sorted({str(one.pair) for one in ordered})
            raise SeriesRefused(pair=", ".join(pairs), source="several or none")
        first = ordered[0]
        known = tuple(one.known_at for one in ordered)
        return cls(
            first.pair,
            first.source,
            tuple(one.on for one in ordered),
            tuple(canonical(one.value) for one in ordered),
            first.unit,
            first.side,
            known if any(known) else None,
        )

    def __str__(self) -> str:
        return f"{self.pair} per {self.unit} {self.side.value} of {self.source}"

    def value(self, index: int) -> Decimal:
        """The value at a position, per unit of the source. Raises as `at` does."""
        value = parse_decimal(self.values[index])
        return value if value > 0 else self.at(index).value

    def validated(self) -> RateSeries:
        """The series itself, once each of its values is known to be a rate.

        Raises `PublishedValueRefused`, which names the day of the first that is none.
        """
        if self.known is None and numbers(self.values) is not None:
            rows = range(min(len(self.days), 1))  # the pair and the unit are those of every row
        else:
            rows = range(len(self.days))
        for row in rows:
            if not self._is_withdrawn(row):
                self._check(row)
        return self

    def _check(self, row: int) -> None:
        try:
            self.at(row)
        except (NumberRefused, RateRefused) as refused:
            raise PublishedValueRefused(
                pair=str(self.pair),
                on=self.days[row],
                source=self.source,
                value=self.values[row],
                reason=refused.reason,
            ) from refused

    @property
    def is_empty(self) -> bool:
        """Whether it has no rows at all."""
        return not self.days

    def at(self, index: int) -> Fixing:
        """The fixing at a position. Raises `RateRefused`, `NumberRefused`."""
        value = parse_decimal(self.values[index])
        known = self.known[index] if self.known is not None else None
        return Fixing(self.pair, value, self.days[index], self.source, self.unit, self.side, known)

    def merged(self, other: RateSeries) -> RateSeries:
        """The rows of both. Raises `ConflictingRate`."""
        days, values = list(self.days), list(self.values)
        known = list(self.known or (None,) * len(days))
        for row, day in enumerate(other.days):
            since = _since(other, row)
            place = bisect_right(days, day)
            while place and days[place - 1] == day and _instant(day, known[place - 1]) > since:
                place -= 1
            last = place - 1
            if place and days[last] == day and _instant(day, known[last]) == since:
                if not _same(values[last], other.values[row]):
                    raise _conflict(str(self.pair), day, values[last], other.values[row])
                continue
            days.insert(place, day)
            values.insert(place, other.values[row])
            known.insert(place, other.known[row] if other.known is not None else None)
        told = self.known is not None or other.known is not None
        return evolve(
            self, days=tuple(days), values=tuple(values), known=tuple(known) if told else None
        )

    def is_known_by(self, instant: datetime) -> bool:
        """Whether nothing became known later; False where it would have to be searched for."""
        is_early = not self.days or self.days[-1] <= instant.astimezone(UTC).date()
        return self.known is None and is_early

    def known_by(self, instant: datetime) -> RateSeries:
        """The rows that were known at an instant."""
        rows = [row for row in range(len(self.days)) if self._is_known(row, instant)]
        return evolve(
            self,
            days=tuple(self.days[row] for row in rows),
            values=tuple(self.values[row] for row in rows),
            known=None if self.known is None else tuple(self.known[row] for row in rows),
        )

    def within(self, since: date | None, until: date | None) -> RateSeries:
        """The rows of these days, both included; None leaves an end open."""
        start = 0 if since is None else bisect_left(self.days, since)
        end = len(self.days) if until is None else bisect_right(self.days, until)
        known = self.known[start:end] if self.known is not None else None
        return evolve(self, days=self.days[start:end], values=self.values[start:end], known=known)

    def found(
        self, asked: CurrencyPair, on: date, policy: RatePolicy, known_at: datetime | None = None
    ) -> Fixing:
        """The fixing that answers for ``on``. Raises a `RateMissing` that names ``asked``."""
        position = self._answering(on, policy, known_at)
        if position is None:
            raise self._before(asked, on, policy, known_at)
        last = self.days[position]
        age = policy.age(last, on)
        if age > policy.max_age:
            raise RateTooOld(pair=str(asked), on=on, policy=str(policy), last=last, age=age)
        return self.at(position)

    def _before(
        self, asked: CurrencyPair, on: date, policy: RatePolicy, known_at: datetime | None
    ) -> RateMissing:
        pair, rule = str(asked), str(policy)
        if known_at is not None and self._answering(on, policy, None) is not None:
            return RateUnknownThen(pair=pair, on=on, policy=rule, known_at=known_at)
        return RateBeforeHistory(pair=pair, on=on, policy=rule, first=self.days[0])

    def _answering(self, on: date, policy: RatePolicy, known_at: datetime | None) -> int | None:
        """The position of the last row for the day that counts and was known."""
        bisect = bisect_right if policy.look_up is LookUp.ON_OR_BEFORE else bisect_left
        position = bisect(self.days, on) - 1
        if self.known is None:
            if known_at is not None and position >= 0:
                last = known_at.astimezone(UTC).date()
                position = min(position, bisect_right(self.days, last) - 1)
            return position if position >= 0 else None
        withdrawn = None
        while position >= 0:
            day = self.days[position]
            if day != withdrawn and self._is_known(position, known_at):
                if not self._is_withdrawn(position):
                    return position
                withdrawn = day
            position -= 1
        return None

    def _is_withdrawn(self, position: int) -> bool:
        return self.known is not None and not self.values[position]

    def _is_known(self, position: int, known_at: datetime | None) -> bool:
        if known_at is None:
            return True
        known = self.known[position] if self.known is not None else None
        return _instant(self.days[position], known) <= known_at

    def positions(self, start: date, end: date, known_at: datetime | None = None) -> Iterator[int]:
        """Where the fixings of ``start`` to ``end`` stand, both included: one a day, in order."""
        last: int | None = None
        for index in range(bisect_left(self.days, start), bisect_right(self.days, end)):
            if not self._is_known(index, known_at):
                continue
            if last is not None and self.days[last] != self.days[index]:
                yield from () if self._is_withdrawn(last) else (last,)
            last = index
        if last is not None and not self._is_withdrawn(last):
            yield last

    def between(self, start: date, end: date, known_at: datetime | None = None) -> Iterator[Fixing]:
        """The fixings of ``start`` to ``end``, both included, oldest first, one a day."""
        return map(self.at, self.positions(start, end, known_at))

    def answers(
        self, policy: RatePolicy, first: int, known_at: datetime | None = None
    ) -> Sequence[Decimal | None]:
        """The price of one unit that answers on each day, the first being that of an ordinal.

        For many look-ups; built in some milliseconds. None where there is no answer, or only one
        that is refused or has no end as a decimal (per 7 units): then `found` says why. After
        the last fixing it goes on for a year at the most.
        """
        rows: Sequence[int] = range(len(self.days))
        if self.known is not None and rows:
            rows = list(self.positions(self.days[0], self.days[-1], known_at))
        elif known_at is not None:
            rows = range(bisect_right(self.days, known_at.astimezone(UTC).date()))
        days, prices = [self.days[row] for row in rows], self._prices(rows)
        later = int(policy.look_up is LookUp.STRICTLY_BEFORE)
        if policy.closed_days is ClosedDays.COUNTED:
            return spread(days, prices, first, later, policy.max_age)
        longest = A_YEAR if policy.closed_days is ClosedDays.UNCOUNTED else policy.max_age
        every = spread(days, prices, first, later, longest)
        source = spread(days, days, first, later, longest)
        return [
            None if since is None or _is_out(policy, since, first + place) else price
            for place, (since, price) in enumerate(zip(source, every, strict=True))
        ]

    def _prices(self, rows: Sequence[int]) -> list[Decimal | None]:
        """The value of each row per one unit of the base; None where it can not be told.

        Of a series without times of knowledge these are its first rows.
        """
        prices: list[Decimal | None] | None = None
        if self.known is None:
            prices = numbers(self.values[: len(rows)])  # type: ignore[assignment]
        if prices is None or self.unit != 1:
            prices = [self._price(row) for row in rows]
        return prices

    def _price(self, row: int) -> Decimal | None:
        try:
            return per_one(self.value(row), self.unit)
        except (InputRefused, ArithmeticError):
            return None


def _is_out(policy: RatePolicy, since: date, ordinal: int) -> bool:
    day = date.fromordinal(ordinal)
    return policy.refuses(day) or policy.age(since, day) > policy.max_age


def _same(first: str, second: str) -> bool:
    """Whether two texts state one number: 1.10 and 1.1; or both withdraw."""
    return first == second or (
        bool(first and second) and parse_decimal(first) == parse_decimal(second)
    )


def _conflict(pair: str, on: date, first: str, second: str) -> ConflictingRate:
    return ConflictingRate(
        pair=pair, on=on, first=first or "withdrawn", second=second or "withdrawn"
    )
