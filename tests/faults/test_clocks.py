"""Clocks that jump: what was once too late stays too late, and order is by number (F7)."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, Final

import attrs
import pytest

from benchmarks import stories
from fxcrm.adapters.sql import open_sqlite
from fxcrm.currencies import Currency
from fxcrm.decisions import Purpose
from fxcrm.errors import FxcrmError
from fxcrm.events import NaiveInstant
from fxcrm.ids import CustomerId, LockId, QuoteId
from fxcrm.money import Money
from fxcrm.ports.storage import Store
from fxcrm.ratelocks import RateLock
from fxcrm.selling import Quote
from fxcrm.usecases import (
    Desk,
    accept_quote,
    draw_lock,
    expire_lock,
    expire_locks,
    perform,
    performing,
)
from fxcrm.usecases.deciding import spot

SCHEDULES: Final = 500
# Zone, last day, and its end: the days on which clocks change, by the announcements of each zone.
ENDS: Final = (
    ("Europe/Berlin", date(2026, 3, 29), "2026-03-29T22:00"),
    ("Europe/Berlin", date(2026, 10, 25), "2026-10-25T23:00"),
    ("America/New_York", date(2026, 3, 8), "2026-03-09T04:00"),
    ("America/New_York", date(2026, 11, 1), "2026-11-02T05:00"),
    ("Australia/Lord_Howe", date(2026, 4, 5), "2026-04-05T13:30"),
    ("Africa/Cairo", date(2026, 4, 23), "2026-04-23T22:00"),
    ("Asia/Kathmandu", date(2026, 5, 1), "2026-05-01T18:15"),
    ("UTC", date(2026, 5, 1), "2026-05-02T00:00"),
)
JUMPS: Final = (
    *(timedelta(minutes=minutes) for minutes in (1, 20, 50, 180)),
    *(timedelta(hours=hours) for hours in (-1, -1, -1, -25)),
    timedelta(days=1),
)
EUROS: Final = 40


@attrs.define
class Told:
    """What the users of one lock were told, in order: the clock, the command, the answer."""

    end: datetime
    valid_through: date
    rows: list[tuple[datetime, str, str]] = attrs.field(factory=list)

    def wrongs(self) -> list[str]:
        """Uses after the end was known to have come, by any clock, and uses behind it."""
        found, seen_late, quote_late = [], False, False
        for at, command, answer in self.rows:
            if answer == "done" and command in {"accept", "draw"}:
                if at >= self.end or seen_late:
                    found.append(f"{command} at {at} after the end {self.end}")
                if command == "accept" and (at.date() > self.valid_through or quote_late):
                    found.append(f"accepted at {at}, valid through {self.valid_through}")
            seen_late |= answer == "RateLockExpired" or (command == "expire" and answer == "done")
            quote_late |= answer == "QuoteOutOfTime"
        return found


def _prepared(store: Store, number: int, random: Random) -> tuple[Told, datetime]:
    zone, last, end = random.choice(ENDS)
    ends = datetime.fromisoformat(end).replace(tzinfo=UTC)
    made = ends - timedelta(hours=random.choice((2, 6, 30)))
    valid = ends.date() + timedelta(days=random.choice((-1, -1, 0, 1)))
    on = min(made.date(), valid)  # an offer is not over before its own day
    with store.begin(actor="ada", at=made) as unit:
        desk = Desk(unit, stories.rates(), stories.at(stories.FIRST), "ada")
        rate = spot(desk, Purpose.QUOTE, stories.EUR, stories.USD, stories.FIRST)
        draft = Quote.draft(
            QuoteId(f"Q{number}"), number=f"Q-{number}", company=stories.HOME,
            customer=CustomerId("C"), currency=Currency("USD"), priced_in=Currency("EUR"),
            on=on, valid_until=valid,
        )  # fmt: skip
        draft = draft.add("Pumps", quantity=EUROS, unit_price=Money("1.00", "EUR"))
        quote, lock = draft.lock_rate(rate, id=LockId(f"L{number}"), at=made, until=last, zone=zone)
        unit.locks.add(lock)
        unit.quotes.add(quote.approve("ada", on))
        unit.commit()
    return Told(ends, valid), made


def _asked(store: Store, number: int, turn: int, command: str, at: datetime) -> str:
    lock, quote = LockId(f"L{number}"), QuoteId(f"Q{number}")
    commands: dict[str, Any] = {
        "accept": lambda desk: accept_quote(desk, quote, on=at.date()),
        "draw": lambda desk: draw_lock(desk, lock, amount=Money("1.00", "EUR")),
        "expire": lambda desk: expire_lock(desk, lock),
        "sweep": lambda desk: expire_locks(desk) and None,
    }
    key = f"{number} {turn}"
    try:
        perform(
            store, stories.rates(), key=key, content=key, at=at, actor="ada",
            command=commands[command],
        )  # fmt: skip
    except FxcrmError as refusal:
        return type(refusal).__name__
    return "done"


def _schedules(path: Path, count: int) -> list[Told]:
    random, every = Random(7), []
    with closing(open_sqlite(path)) as store:
        stories.opened(store, stories.rates())
        for number in range(count):
            told, clock = _prepared(store, number, random)
            for turn in range(random.randint(4, 8)):
                clock += random.choice(JUMPS)
                command = random.choices(("draw", "accept", "expire", "sweep"), (6, 5, 1, 1))[0]
                told.rows.append((clock, command, _asked(store, number, turn, command, clock)))
            every.append(told)
        with store.begin() as unit:
            sequences = [one.sequence for one in unit.events.after(0)]
            instants = [one.at for one in unit.events.after(0) if one.at is not None]
        assert sequences == list(range(1, len(sequences) + 1))  # whatever the clock showed
        assert any(later < earlier for earlier, later in pairwise(instants))
    return every


def test_no_jump_of_a_clock_brings_an_ended_lock_back(tmp_path: Path) -> None:
    """500 schedules of jumps back an hour, on a day, over clock changes: used after its end, 0."""
    every = _schedules(tmp_path / "books.sqlite", SCHEDULES)
    assert [wrong for told in every for wrong in told.wrongs()] == []
    answers = [(command, answer) for told in every for _, command, answer in told.rows]
    for expected in (("draw", "done"), ("accept", "done"), ("expire", "done")):
        assert answers.count(expected) > 10, expected
    assert answers.count(("accept", "QuoteOutOfTime")) > 10
    assert answers.count(("draw", "RateLockExpired")) > 100


@pytest.mark.parametrize("plant", ["lateness", "quote", "end"])
def test_a_planted_bug_is_caught(
    plant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lateness not noted, a quote that forgets it, an end that is included: each is seen."""
    if plant == "lateness":
        monkeypatch.setattr(performing, "note_lateness", lambda *_: None)
    elif plant == "quote":
        monkeypatch.setattr(Quote, "_latest", lambda _, at: at)
    else:
        monkeypatch.setattr(RateLock, "_within", lambda _, at: at)
    every = _schedules(tmp_path / "books.sqlite", 250)
    assert [wrong for told in every for wrong in told.wrongs()] != []


def test_a_naive_clock_is_refused(tmp_path: Path) -> None:
    """An instant without a zone reaches no lock, by no command."""
    with closing(open_sqlite(tmp_path / "books.sqlite")) as store:
        stories.opened(store, stories.rates())
        _prepared(store, 0, Random(7))
        naive = datetime(2026, 3, 29, 12)  # noqa: DTZ001
        with pytest.raises(NaiveInstant):
            store.begin(actor="ada", at=naive)
        for command in ("accept", "draw", "expire", "sweep"):
            assert _asked(store, 0, 0, command, naive) == "NaiveInstant"
