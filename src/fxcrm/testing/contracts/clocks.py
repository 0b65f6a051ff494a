"""The contract of `fxcrm.ports.clock`: subclass `ClockContract` and override ``open_clock``."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from fxcrm.ports.clock import Clock
from fxcrm.testing.contracts.promises import Contract, expect, holds

_READINGS: Final = 1_000


class ClockContract(Contract):
    """All promises of a clock. Override ``open_clock``."""

    def open_clock(self) -> Clock:
        """A clock. Override this."""
        raise NotImplementedError

    def test_the_present_is_an_instant(self) -> None:
        """The clock tells an instant with date and time, not a day, a number or a text."""
        clock = self.open_clock()
        expect("the clock tells a datetime", type(clock.now()), datetime)

    def test_the_present_has_a_zone(self) -> None:
        """Every instant carries its time zone, so that two machines read it alike (F7)."""
        clock = self.open_clock()
        told = clock.now()
        holds("every instant carries its time zone", told.utcoffset() is not None, told)

    def test_the_present_is_told_in_utc(self) -> None:
        """The zone is UTC, in winter and in summer."""
        clock = self.open_clock()
        told = clock.now()
        expect("the zone is UTC", told.utcoffset(), timedelta(0))

    def test_the_clock_does_not_go_back(self) -> None:
        """A reading is never before the one that preceded it (F7)."""
        clock = self.open_clock()
        readings = [clock.now() for _ in range(_READINGS)]
        back = [two for two in pairwise(readings) if two[1] < two[0]]
        expect("a reading is never before the one that preceded it", back, [])
