"""Rates that a law or a treaty fixes from a day on, as a source: pegs and withdrawn currencies."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from fxcrm._decimals import canonical, parse_decimal
from fxcrm.bulletins import Bulletin
from fxcrm.currencies import ISO, Currency
from fxcrm.ports.clock import Clock
from fxcrm.rates import CurrencyPair, Peg, RatePolicy, RateSeries, RateTable, SourcesMixed

CONVERSION: Final = "fixed conversion"


def fixed_conversions(successor: str = "EUR") -> tuple[Peg, ...]:
    """The rates by which the law converts withdrawn currencies into their successor.

    They come from the table of ISO 4217, hold from the day on which they became law and do not
    end: ``1 EUR = 7.53450 HRK`` since 2023-01-01, with 20 others. Raises `UnknownCurrency`.

    >>> [peg for peg in fixed_conversions() if peg.pair.counter is Currency("HRK")][0].value
    Decimal('7.53450')
    """
    into = Currency(successor)
    return tuple(
        Peg(CurrencyPair(into, one), parse_decimal(rate), since, source=CONVERSION)
        for one in ISO
        if one.successor == into.code and (rate := one.fixed_rate) and (since := one.fixed_since)
    )


class PeggedRates:
    """A `RateSource` with a fixing of every day on which a peg holds.

    A day that is still to come on ``clock`` (UTC) has none yet, so a peg without an end holds
    to the present. Each rate names the law or treaty that its peg names as its source. The pegs
    of one pair follow each other, in one direction and under one source. Raises `PolicyRefused`
    where two overlap, `SourcesMixed`.

    >>> from fxcrm.adapters.clock import SystemClock
    >>> euro = PeggedRates(fixed_conversions(), clock=SystemClock())
    >>> print(euro.fetch().table.rate("HRK", "EUR", date(2023, 1, 1)).path)
    1 / EUR/HRK 7.53450 (fixed conversion 2023-01-01)
    """

    def __init__(self, pegs: Iterable[Peg], *, clock: Clock, name: str = "pegs") -> None:
        ordered = tuple(sorted(pegs, key=lambda peg: peg.since))
        RatePolicy(pegs=ordered)  # refuses those that overlap
        self._pegs: dict[CurrencyPair, list[Peg]] = {}
        for peg in ordered:
            held = self._pegs.setdefault(peg.pair, [])
            held.append(peg)
            if peg.source != held[0].source:
                raise SourcesMixed(pair=str(peg.pair), first=held[0].source, second=peg.source)
        RateTable(_series(held, (held[0].since,)) for held in self._pegs.values())
        self._clock = clock
        self._name = name

    @property
    def name(self) -> str:
        """How the source is named on reports; each rate names the source of its peg."""
        return self._name

    def fetch(self, since: date | None = None, until: date | None = None) -> Bulletin:
        """A fixing for each day of the span, up to the present."""
        today = self._clock.now().date()  # clocks tell UTC
        last = today if until is None else min(until, today)
        begun = min((peg.since for held in self._pegs.values() for peg in held), default=last)
        days = _days(begun if since is None else max(begun, since), last)
        table = RateTable(_series(held, days) for held in self._pegs.values())
        return Bulletin(table, self._name)


def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=count) for count in range((last - first).days + 1))


def _series(pegs: Sequence[Peg], days: Sequence[date]) -> RateSeries:
    """The pegs of one pair, in order, on those of the days on which they hold."""
    held: list[date] = []
    values: list[str] = []
    for peg in pegs:
        end = len(days) if peg.until is None else bisect_right(days, peg.until)
        some = days[bisect_left(days, peg.since) : end]
        held += some
        values += [canonical(peg.value)] * len(some)
    return RateSeries(pegs[0].pair, pegs[0].source, tuple(held), tuple(values))
