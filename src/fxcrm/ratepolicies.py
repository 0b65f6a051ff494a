"""Which rate may answer: the look-up as a value with a name for each choice (R2).

A `RatePolicy` says which day's fixing answers for a day, how old it may be and how its age is
counted over weekends and holidays, which side is taken, how many legs a path may have, through
which currency a cross leads, and which pegs stand in for published prices. Two policies that
write alike are alike: `str(policy)` is what a decision records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final

from fxcrm.currencies import Currency
from fxcrm.errors import InputRefused
from fxcrm.fixings import CurrencyPair, Fixing, Side
from fxcrm.frozen import evolve, field, frozen
from fxcrm.mappings import FrozenMap
from fxcrm.money import canonical, parse_decimal

MOST_LEGS: Final = 4  # F18: each leg more multiplies the paths to be tried
_WEEK: Final = 7
_SATURDAY_SUNDAY: Final = frozenset({5, 6})


class PolicyRefused(InputRefused):
    """A rule that nobody could follow."""

    reason: str
    template = "the rate policy is refused: {reason:plain}"


class LookUp(Enum):
    """Which day's fixing answers for a day."""

    ON_OR_BEFORE = "on or before"
    STRICTLY_BEFORE = "strictly before"


class ClosedDays(Enum):
    """What weekends and holidays of the policy's calendar mean for a look-up.

    ``COUNTED``: nothing, the age is counted in calendar days. ``UNCOUNTED``: they do not add to
    the age. ``REFUSED``: they have no rate of their own, and asking for one is an error.
    """

    COUNTED = "counted"
    UNCOUNTED = "uncounted"
    REFUSED = "refused"


class Averaging(Enum):
    """Which days of a period an average weighs, each once (R1).

    ``PUBLISHED``: the days on which something was published. ``EVERY_DAY``: every calendar day,
    with the fixing that answers for it, so that a Friday's counts for the weekend too.
    ``PUBLISHED_IF_ANY``: the days of publication, or every day of a period that has none.
    """

    PUBLISHED = "published"
    EVERY_DAY = "every day"
    PUBLISHED_IF_ANY = "published, every day where nothing was"


def _whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def _weekdays(days: Iterable[int]) -> frozenset[int]:
    given = tuple(days)
    for day in given:
        if not _whole(day):
            raise PolicyRefused(reason=f"a weekend is some of the days 0 to 6, not {day!r}")
    return frozenset(given)


def _days(days: Iterable[date]) -> frozenset[date]:
    given = tuple(days)
    for day in given:  # what is no plain date would be equal to none, and close nothing
        if not isinstance(day, date) or isinstance(day, datetime):
            raise PolicyRefused(reason=f"a calendar's holidays are dates, and {day!r} is none")
    return frozenset(given)


@frozen
class BusinessCalendar:
    """The days on which a market or a publisher works.

    ``weekend`` holds weekdays as `date.weekday` counts them, Monday 0. Raises `PolicyRefused`.
    """

    name: str
    weekend: frozenset[int] = field(default=_SATURDAY_SUNDAY, converter=_weekdays)
    holidays: frozenset[date] = field(default=frozenset(), converter=_days)

    def __attrs_post_init__(self) -> None:
        if not self.weekend < frozenset(range(_WEEK)):
            raise PolicyRefused(
                reason=f"calendar {self.name}: a weekend is some of the days 0 to 6"
            )

    @classmethod
    def target(cls, first_year: int, last_year: int) -> BusinessCalendar:
        """The euro's T2 calendar, by which the European Central Bank publishes, since 2002.

        Closed at weekends, on 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December
        (source: European Central Bank, long-term calendar of TARGET closing days). Of other
        years it knows the weekends alone. Raises `PolicyRefused` for years that run backwards.
        """
        if last_year < first_year:
            raise PolicyRefused(reason=f"TARGET {first_year} to {last_year} ends before it begins")
        from dateutil.easter import easter  # noqa: PLC0415 - loading it costs more than a look-up

        days: set[date] = set()
        for year in range(first_year, last_year + 1):
            sunday = easter(year)
            days |= {sunday - timedelta(days=2), sunday + timedelta(days=1)}
            days |= {date(year, *day) for day in ((1, 1), (5, 1), (12, 25), (12, 26))}
        return cls(f"TARGET {first_year} to {last_year}", holidays=frozenset(days))

    def is_open(self, day: date) -> bool:
        """Whether it is neither weekend nor holiday."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def open_days(self, after: date, through: date) -> int:
        """How many open days lie after one day, up to and including another."""
        weeks, rest = divmod((through - after).days, _WEEK)
        count = weeks * (_WEEK - len(self.weekend))
        count += sum((through.weekday() - back) % _WEEK not in self.weekend for back in range(rest))
        return count - sum(
            after < day <= through and day.weekday() not in self.weekend for day in self.holidays
        )


WEEKENDS: Final = BusinessCalendar("Saturday and Sunday")


@frozen
class Peg:
    """A rate that a law or a contract fixes: ``1 base = value counter`` on each day of a span.

    It is valid from ``since`` to ``until``, both included; None: until further notice. Raises
    `RateRefused`, `PolicyRefused`.
    """

    pair: CurrencyPair
    value: Decimal
    since: date
    until: date | None = None
    source: str = "peg"

    def __attrs_post_init__(self) -> None:
        self.fixing(self.since)
        if self.until is not None and self.until < self.since:
            raise PolicyRefused(reason=f"a peg of {self.pair} ends before it begins")

    @classmethod
    def of(
        cls,
        pair: str,
        value: str,
        *,
        since: date,
        until: date | None = None,
        source: str = "peg",
    ) -> Peg:
        """The peg written as text: ``Peg.of("EUR/BGN", "1.95583", since=...)``."""
        return cls(CurrencyPair.parse(pair), parse_decimal(value), since, until, source)

    def holds(self, on: date) -> bool:
        """Whether the day lies within its span."""
        return self.since <= on and (self.until is None or on <= self.until)

    def fixing(self, on: date) -> Fixing:
        """The peg as the price of a day."""
        return Fixing(self.pair, self.value, on, self.source)

    def __str__(self) -> str:
        until = f" until {self.until}" if self.until else ""
        return f"{self.pair} {canonical(self.value)} ({self.source}) since {self.since}{until}"


def _in_order(pegs: Iterable[Peg]) -> tuple[Peg, ...]:
    return tuple(pegs)


@frozen(cache_hash=True)
class RatePolicy:
    """Which fixing may answer (R2). Ages are in days, legs count published fixings.

    ``closed_days`` says how ``calendar`` counts in the age; its default calendar closes on
    Saturday and Sunday. ``pivot`` is the one currency that a cross may lead through; None
    allows any. A peg that holds on the day goes before what was published for its pair, and
    the hops over pegs are free to lead elsewhere than through the pivot. ``averaging`` says which
    days an average weighs; it is no part of a look-up, nor of its text. Raises `PolicyRefused`.
    """

    look_up: LookUp = LookUp.ON_OR_BEFORE
    max_age: int = 7
    max_legs: int = 2
    side: Side = Side.MID
    closed_days: ClosedDays = ClosedDays.COUNTED
    calendar: BusinessCalendar = WEEKENDS
    pivot: Currency | None = None
    pegs: tuple[Peg, ...] = field(default=(), converter=_in_order)
    averaging: Averaging = Averaging.PUBLISHED

    def __attrs_post_init__(self) -> None:
        for name, kind in _CHOICES.items():
            if not isinstance(getattr(self, name), kind):
                raise PolicyRefused(reason=f"{name} is a member of fxcrm.{kind.__name__}")
        if not _whole(self.max_age) or self.max_age < 0:
            raise PolicyRefused(reason="the largest age is a whole number of days from 0")
        if not _whole(self.max_legs) or not 1 <= self.max_legs <= MOST_LEGS:
            raise PolicyRefused(reason=f"a path has 1 to {MOST_LEGS} legs")
        for index, one in enumerate(self.pegs):
            for other in self.pegs[index + 1 :]:
                if one.pair in (other.pair, other.pair.inverse) and _overlap(one, other):
                    raise PolicyRefused(reason=f"{one.pair} is pegged twice at the same time")

    @property
    def across(self) -> RatePolicy:
        """The same rule, told for the inverse pair."""
        return evolve(self, side=self.side.across)

    @property
    def of_averages(self) -> str:
        """The rule as a decision on an average records it."""
        weighed = self.averaging
        return str(self) if weighed is Averaging.PUBLISHED else f"{self}, averaged: {weighed.value}"

    def age(self, fixed_on: date, asked_for: date) -> int:
        """How old a fixing is on a day, as this policy counts."""
        if self.closed_days is ClosedDays.UNCOUNTED:
            return self.calendar.open_days(fixed_on, asked_for)
        return (asked_for - fixed_on).days

    def refuses(self, on: date) -> bool:
        """Whether the day has no rate of its own."""
        return self.closed_days is ClosedDays.REFUSED and not self.calendar.is_open(on)

    def pegged(self, on: date) -> Mapping[CurrencyPair, Peg]:
        """The pegs that hold on a day, by pair."""
        return {peg.pair: peg for peg in self.pegs if peg.holds(on)}

    def __str__(self) -> str:
        legs = "1 leg" if self.max_legs == 1 else f"{self.max_legs} legs"
        return "".join(
            (
                f"{self.look_up.value} the day, at most {self.max_age} days old, ",
                f"{self.side.value}, at most {legs}",
                *self._exceptions(),
            )
        )

    def _exceptions(self) -> Iterable[str]:
        if self.closed_days is not ClosedDays.COUNTED:
            yield f", closed days {self.closed_days.value} ({self.calendar.name})"
        if self.pivot is not None:
            yield f", crossed through {self.pivot.code} alone"
        if self.pegs:
            yield f", pegs: {'; '.join(map(str, self.pegs))}"


_CHOICES: Final[Mapping[str, type[Enum]]] = FrozenMap(
    {"look_up": LookUp, "side": Side, "closed_days": ClosedDays, "averaging": Averaging}
)


def _overlap(one: Peg, other: Peg) -> bool:
    return one.holds(other.since) or other.holds(one.since)
