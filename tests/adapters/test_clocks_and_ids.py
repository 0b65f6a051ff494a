"""Clocks that are set back, ids by chance and by counting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from fxcrm.adapters.clock import SteadyClock
from fxcrm.adapters.identifiers import CountingIds, RandomIds
from fxcrm.events import NaiveInstant
from fxcrm.testing.clocks import SettableClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_clock_that_is_set_back_waits() -> None:
    """Set back by an hour, the guarded clock stands for an hour and then goes on (F7)."""
    hands = SettableClock(NOON)
    clock = SteadyClock(hands)
    told = [clock.now()]
    for minutes in (-60, 30, 30, 1):
        hands.advance(timedelta(minutes=minutes))
        told.append(clock.now())
    assert told == [NOON, NOON, NOON, NOON, NOON + timedelta(minutes=1)]


def test_the_guarded_clock_speaks_utc() -> None:
    """A clock below that tells local time is told in UTC; one without a zone is refused."""
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))

    class Local:
        def now(self) -> datetime:
            return berlin

    class Naive:
        def now(self) -> datetime:
            return berlin.replace(tzinfo=None)

    assert SteadyClock(Local()).now().isoformat() == "2026-03-02T12:00:00+00:00"
    with pytest.raises(NaiveInstant):
        SteadyClock(Naive()).now()
    with pytest.raises(NaiveInstant):
        SettableClock(berlin.replace(tzinfo=None))


def test_a_random_id_is_a_uuid_with_its_kind() -> None:
    """The kind stands before a random UUID."""
    kind, _, rest = RandomIds().new("rate-lock").partition("-lock-")
    assert kind == "rate"
    assert UUID(rest).version == 4


def test_counting_gives_the_same_ids_in_each_run() -> None:
    """One count for all kinds, from the number after the last one given."""
    ids = CountingIds(after=7)
    assert [ids.new("quote"), ids.new("order"), ids.new("quote")] == [
        "quote-8",
        "order-9",
        "quote-10",
    ]
