"""Rate locks: cover, end and life, against a model that counts cents and seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fxcrm.errors import RuleRefused
from fxcrm.events import NaiveInstant
from fxcrm.figures import Figure
from fxcrm.ids import LockId, QuoteId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.money import CurrencyMismatch, Money
from fxcrm.ratelocks import (
    LockCoverExceeded,
    LockTermsRefused,
    Promise,
    RateLock,
    RateLockExpired,
    RateLockNotBegun,
    RateLockNotExpired,
    end_of,
    end_of_day,
)
from fxcrm.testing.strategies import money
from tests.ledger.notation import chosen, half_even, value

MADE = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENDS = datetime(2026, 4, 1, 22, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def _lock(covers: str = "1000.00", made: datetime = MADE, ends: datetime = ENDS) -> RateLock:
    locked, spot = chosen("EUR/USD", "1.0850"), chosen("EUR/USD", "1.0900")
    return RateLock(LockId("L-1"), QuoteId("Q-1"), locked, spot, Money(covers, "EUR"), made, ends)


# ---------------------------------------------------------------- by example


def test_a_lock_is_drawn_in_parts_until_nothing_is_left() -> None:
    """Parts add up to the cover, the last one consumes the lock; each leaves an event."""
    first = _lock().draw(Money("400.00", "EUR"), MADE)
    assert (first.state, first.remaining) == ("drawn", Money("600.00", "EUR"))
    last = first.draw(Money("600.00", "EUR"), MADE + timedelta(days=2))
    assert (last.state, last.remaining) == ("consumed", Money("0.00", "EUR"))
    assert [one.name for one in last.events] == ["rate lock drawn", "rate lock consumed"]
    assert last.events[1].on == date(2026, 3, 4)
    with pytest.raises(RuleRefused):
        last.draw(Money("0.01", "EUR"), MADE)


@pytest.mark.parametrize("amount", ["1000.01", "0.00", "-1.00"])
def test_what_exceeds_the_cover_needs_a_new_decision(amount: str) -> None:
    """Too much, nothing and less than nothing are refused; the lock stays as it was."""
    lock = _lock()
    with pytest.raises(LockCoverExceeded) as caught:
        lock.draw(Money(amount, "EUR"), MADE)
    assert caught.value.covered == Money("1000.00", "EUR")
    assert lock.remaining == Money("1000.00", "EUR")


def test_the_cover_is_in_one_currency() -> None:
    """Dollars do not draw a cover of euros, not even few of them."""
    with pytest.raises(CurrencyMismatch):
        _lock().draw(Money("0.01", "USD"), MADE)


def test_the_lock_ends_at_its_very_instant() -> None:
    """A microsecond before the end it holds, at the end it does not (F7)."""
    amount = Money("1.00", "EUR")
    assert _lock().draw(amount, ENDS - MOMENT).state == "drawn"
    with pytest.raises(RateLockExpired) as caught:
        _lock().draw(amount, ENDS)
    assert (caught.value.expired_at, caught.value.asked_at) == (ENDS, ENDS)
    with pytest.raises(RateLockNotExpired):
        _lock().expire(ENDS - MOMENT)
    assert _lock().expire(ENDS).state == "expired"


def test_the_same_instant_in_another_zone_is_the_same_instant() -> None:
    """Half past midnight in Berlin is 22:30 UTC of the day before, and too late."""
    berlin = timezone(timedelta(hours=2))
    assert _lock().draw(Money("1.00", "EUR"), datetime(2026, 4, 1, 23, 59, tzinfo=berlin))
    with pytest.raises(RateLockExpired):
        _lock().draw(Money("1.00", "EUR"), datetime(2026, 4, 2, 0, 0, tzinfo=berlin))


def test_a_clock_that_goes_back_opens_nothing() -> None:
    """Before its beginning a lock does not hold, and expired once it stays expired (F7)."""
    with pytest.raises(RateLockNotBegun):
        _lock().draw(Money("1.00", "EUR"), MADE - MOMENT)
    assert _lock().draw(Money("1.00", "EUR"), MADE).state == "drawn"
    expired = _lock().expire(ENDS)
    with pytest.raises(RateLockExpired):
        expired.draw(Money("1.00", "EUR"), MADE)
    with pytest.raises(TransitionRefused):
        attrs.evolve(expired, last_seen_at=MADE).draw(Money("1.00", "EUR"), MADE)


def test_what_a_lock_has_seen_it_has_seen() -> None:
    """Drawn at one instant, it ends by that instant, not by a clock that went back behind it."""
    early = attrs.evolve(_lock(ends=MADE + timedelta(hours=2)))
    seen = early.draw(Money("1.00", "EUR"), MADE + timedelta(hours=1))
    again = seen.draw(Money("1.00", "EUR"), MADE)
    assert again.last_seen_at == MADE + timedelta(hours=1)
    late = attrs.evolve(again, last_seen_at=MADE + timedelta(hours=2))
    assert late.is_over(MADE)
    with pytest.raises(RateLockExpired) as caught:
        late.draw(Money("1.00", "EUR"), MADE)
    assert caught.value.asked_at == MADE + timedelta(hours=2)
    assert late.expire(MADE).state == "expired"


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    """02:15 after the clocks went back is later than 02:45 before, in the zone's own clock too."""
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 10, 25, 2, 45, tzinfo=berlin)
    after = datetime(2026, 10, 25, 2, 15, tzinfo=berlin, fold=1)
    assert after < before  # as Python compares them: by what the wall shows
    lock = _lock(ends=datetime(2026, 10, 25, 2, 50, tzinfo=berlin))
    assert lock.draw(Money("1.00", "EUR"), before).state == "drawn"
    with pytest.raises(RateLockExpired):
        lock.draw(Money("1.00", "EUR"), after)


# ---------------------------------------------------------------- offered, and broken


def test_an_offer_binds_nobody_until_it_is_taken_up() -> None:
    """It is not drawn and not broken; taken up, it is a promise; after its end it is neither."""
    offered = attrs.evolve(_lock(), state="offered")
    market = chosen("EUR/USD", "1.0800")
    with pytest.raises(TransitionRefused) as caught:
        offered.draw(Money("1.00", "EUR"), MADE)
    assert caught.value.allowed == "take up, expire, cancel"
    with pytest.raises(TransitionRefused):
        offered.break_off(market, MADE, "moved")
    assert offered.cancel(MADE).state == "cancelled"
    held = offered.take_up(MADE + timedelta(days=1))
    assert (held.state, held.events[-1].name) == ("held", "rate lock held")
    with pytest.raises(TransitionRefused):
        held.take_up(MADE + timedelta(days=1))
    with pytest.raises(RateLockExpired):
        offered.take_up(ENDS)
    assert offered.expire(ENDS).state == "expired"


@pytest.mark.parametrize(
    ("drawn", "market", "cost"),
    [
        ("", "1.0850", "0.00"),  # the market is where it was promised
        ("", "1.0800", "4.63"),  # USD 1,085.00 promised is worth EUR 1,004.63 now
        ("", "1.0920", "-6.41"),  # EUR 993.59: giving it up saves money
        ("600.00", "1.0800", "1.85"),  # USD 434.00 is worth EUR 401.85 against 400.00
    ],
)
def test_breaking_a_promise_costs_what_the_market_says(drawn: str, market: str, cost: str) -> None:
    """What was not drawn, at the market of that day, less the cover; positive is a cost."""
    lock = _lock()
    if drawn:
        lock = lock.draw(Money(drawn, "EUR"), MADE)
    broken = lock.break_off(chosen("EUR/USD", market), MADE + timedelta(days=1), "no more need")
    assert broken.state == "broken"
    assert lock.break_cost is None
    assert broken.break_cost is not None
    assert broken.break_cost.value == Money(cost, "EUR")
    assert f"at 1 EUR = {market} USD" in broken.break_cost.explain()
    assert broken.events[-1].details["cost"] == f"EUR {cost}"
    assert broken.events[-1].details["reason"] == "no more need"
    commands: tuple[Callable[[], object], ...] = (
        lambda: broken.draw(Money("1.00", "EUR"), MADE),
        lambda: broken.expire(ENDS),
        lambda: broken.cancel(MADE),
    )
    for command in commands:
        with pytest.raises(TransitionRefused):
            command()
    assert not broken.is_open


def test_a_break_is_measured_in_the_pair_of_the_lock() -> None:
    """A market of other currencies says nothing of it; nothing is given up."""
    with pytest.raises(CurrencyMismatch):
        _lock().break_off(chosen("GBP/JPY", "200"), MADE, "moved")


def test_what_is_over_is_neither_broken_nor_cancelled() -> None:
    """After its end nothing is promised any more, and a market from before it says nothing."""
    market = chosen("EUR/USD", "1.0800")
    for over in (ENDS, ENDS + timedelta(days=3)):
        with pytest.raises(RateLockExpired):
            _lock().break_off(market, over, "moved")
        with pytest.raises(RateLockExpired):
            _lock().cancel(over)
    early = attrs.evolve(market, valid_on=MADE.date() - timedelta(days=1))
    with pytest.raises(LockTermsRefused, match="before its beginning"):
        _lock().break_off(early, MADE, "moved")


@given(st.integers(1, 10**9), st.integers(800_000, 1_500_000), st.integers(800_000, 1_500_000))
def test_a_break_cost_is_two_conversions_and_one_difference(
    cents: int, locked: int, market: int
) -> None:
    """The document amount promised for the rest, back at the market, less the rest."""
    promise, spot = Fraction(locked, 10**6), Fraction(market, 10**6)
    lock = attrs.evolve(
        _lock(),
        covers=Money.from_minor(cents, "EUR"),
        locked=chosen("EUR/USD", f"{locked // 10**6}.{locked % 10**6:06d}"),
    )
    at_market = chosen("EUR/USD", f"{market // 10**6}.{market % 10**6:06d}")
    cost = lock.break_off(at_market, MADE, "moved").break_cost
    assert cost is not None
    cover = Fraction(cents, 100)
    assert value(cost.value) == half_even(half_even(cover * promise) / spot) - cover


def test_the_spread_is_a_share_and_an_amount() -> None:
    """Locked at 1.0850 with the market at 1.0900: the customer pays half a percent less."""
    lock = _lock()
    assert lock.spread == Fraction("1.0850") / Fraction("1.0900") - 1
    assert lock.premium().value == Money("-5.00", "USD")
    assert lock.currency is Money("0", "USD").currency
    mirrored = attrs.evolve(lock, covers=Money("1000.00", "USD"))
    assert mirrored.spread == Fraction("1.0900") / Fraction("1.0850") - 1
    assert mirrored.currency is Money("0", "EUR").currency


def test_a_lock_may_end_at_an_instant() -> None:
    """An instant is taken as it is; a day ends where its zone says; a zone must exist for both."""
    noon = datetime(2026, 4, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert end_of(noon, "Europe/Berlin") == datetime(2026, 4, 1, 10, tzinfo=UTC)
    assert end_of(date(2026, 4, 1), "Europe/Berlin") == ENDS
    with pytest.raises(LockTermsRefused):
        end_of(noon, "Nowhere/None")
    with pytest.raises(NaiveInstant):
        end_of(datetime(2026, 4, 1, 12), "UTC")  # noqa: DTZ001
    with pytest.raises(LockTermsRefused):
        end_of(datetime.max.replace(tzinfo=timezone(-timedelta(hours=8))), "UTC")


def test_only_an_untouched_lock_is_cancelled() -> None:
    """After the first draw the promise was used; a cancelled lock is drawn no more."""
    cancelled = _lock().cancel(MADE)
    assert cancelled.state == "cancelled"
    with pytest.raises(TransitionRefused):
        cancelled.draw(Money("1.00", "EUR"), MADE)
    with pytest.raises(TransitionRefused):
        _lock().draw(Money("1.00", "EUR"), MADE).cancel(MADE)


def test_naive_instants_are_refused_everywhere() -> None:
    """Making, drawing, expiring and cancelling ask for a time zone (F7)."""
    naive = datetime(2026, 3, 2, 12)  # noqa: DTZ001
    lock = _lock()
    commands: tuple[Callable[[], object], ...] = (
        lambda: _lock(made=naive),
        lambda: _lock(ends=naive),
        lambda: lock.draw(Money("1.00", "EUR"), naive),
        lambda: lock.expire(naive),
        lambda: lock.cancel(naive),
    )
    for command in commands:
        with pytest.raises(NaiveInstant):
            command()


@pytest.mark.parametrize(
    "zone", ["Nowhere/None", "../../etc/passwd", "", "\x00", "/etc", "x" * 999]
)
def test_a_zone_must_exist(zone: str) -> None:
    """Unknown names and names that are paths are refused alike, with a short message."""
    with pytest.raises(LockTermsRefused) as caught:
        end_of_day(date(2026, 4, 1), zone)
    assert len(str(caught.value)) < 500


def test_the_last_day_of_the_calendar_has_no_end() -> None:
    """No day follows 9999-12-31."""
    with pytest.raises(LockTermsRefused):
        end_of_day(date.max, "UTC")


def test_a_lock_covers_something_for_some_time() -> None:
    """An end before the beginning, or at it, and a cover of zero or less are no terms."""
    for covers, ends in (("1.00", MADE), ("1.00", MADE - MOMENT), ("0.00", ENDS), ("-1.00", ENDS)):
        with pytest.raises(LockTermsRefused):
            _lock(covers, ends=ends)
    assert _lock("0.01", ends=MADE + MOMENT).state == "held"


def test_the_last_day_is_that_of_the_lock_s_own_zone() -> None:
    """Until 1 April in Berlin ends at 22:00 UTC; its last day is 1 April there."""
    ends = end_of_day(date(2026, 4, 1), "Europe/Berlin")
    lock = attrs.evolve(_lock(ends=ends), zone="Europe/Berlin")
    assert lock.last_day == date(2026, 4, 1)
    assert attrs.evolve(lock, zone="Asia/Tokyo").last_day == date(2026, 4, 2)


def test_the_result_is_the_gap_to_spot_beside_the_books() -> None:
    """USD 1,085.00 locked at 1.0850 and billed at 1.0920: it cost EUR 6.41 (D3)."""
    result = _lock().result(Money("1085.00", "USD"), chosen("EUR/USD", "1.0920"))
    assert result.value == Money("-6.41", "EUR")
    at_spot, at_lock = (one for one in result.inputs if isinstance(one, Figure))
    assert (at_spot.value, at_lock.value) == (Money("993.59", "EUR"), Money("1000.00", "EUR"))
    gained = _lock().result(Money("1085.00", "USD"), chosen("EUR/USD", "1.0800"))
    assert gained.value == Money("4.63", "EUR")


@given(money("USD"), st.integers(900_000, 1_300_000))
def test_a_result_is_the_difference_of_two_conversions(document: Money, spot: int) -> None:
    """Each side is rounded once to cents, and the difference is exact."""
    decision = chosen("EUR/USD", f"{spot // 10**6}.{spot % 10**6:06d}")
    expected = half_even(value(document) / Fraction(spot, 10**6)) - half_even(
        value(document) / Fraction("1.0850")
    )
    assert value(_lock().result(document, decision).value) == expected


# ---------------------------------------------------------------- the end of a day


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("UTC", "2026-04-01", "2026-04-02T00:00:00"),
        ("Europe/Berlin", "2026-01-31", "2026-01-31T23:00:00"),
        ("Europe/Berlin", "2026-03-29", "2026-03-29T22:00:00"),  # clocks go forward that day
        ("Europe/Berlin", "2026-10-25", "2026-10-25T23:00:00"),  # and back that day
        ("America/New_York", "2026-03-08", "2026-03-09T04:00:00"),
        ("Asia/Kathmandu", "2026-04-01", "2026-04-01T18:15:00"),
        ("Pacific/Kiritimati", "2026-04-01", "2026-04-01T10:00:00"),
        ("Africa/Cairo", "2026-04-23", "2026-04-23T22:00:00"),  # its midnight does not exist
        ("Africa/Cairo", "2026-10-29", "2026-10-29T22:00:00"),  # its last hour comes twice
        ("America/Havana", "2026-10-31", "2026-11-01T04:00:00"),  # the next hour comes twice
        ("Pacific/Apia", "2011-12-29", "2011-12-30T10:00:00"),  # the next day does not exist
    ],
)
def test_a_day_ends_where_its_zone_says(zone: str, day: str, ends: str) -> None:
    """Days of 23 and 25 hours, a missing midnight, a missing day: the end is one UTC instant."""
    found = end_of_day(date.fromisoformat(day), zone)
    assert found == datetime.fromisoformat(ends).replace(tzinfo=UTC)
    assert found.utcoffset() == timedelta(0)


@given(
    st.dates(date(2024, 1, 1), date(2035, 12, 31)),
    st.sampled_from(
        [
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "America/St_Johns",
            "Asia/Tehran",
            "Australia/Lord_Howe",
            "Africa/Cairo",
            "America/Havana",
            "Asia/Beirut",
            "Chile/EasterIsland",
        ]
    ),
)
def test_a_moment_before_the_end_it_is_still_that_day(day: date, zone: str) -> None:
    """Read back through the zone, the end is the first instant that lies past the day."""
    end, local = end_of_day(day, zone), ZoneInfo(zone)
    assert (end - MOMENT).astimezone(local).date() == day
    assert end.astimezone(local).date() == day + timedelta(days=1)
    later = (end + timedelta(minutes=15 * step) for step in range(12))
    assert all(one.astimezone(local).date() > day for one in later)


# ---------------------------------------------------------------- the model


# What may follow what, written from RULES section 0 and PRODUCT.md, not from the code's table.
OPEN = {"held", "drawn"}
ALIVE = {"offered", *OPEN}


@attrs.define
class Model:
    """A lock as a clerk would keep it: cents, seconds, one word, and the latest second seen."""

    cover: int
    ends: int
    word: str
    drawn: int = 0
    seen: int = 0

    def now(self, second: int) -> int:
        """A clock that went back is not believed."""
        return max(self.seen, second)

    def over(self, second: int) -> bool:
        """Whether the end has come."""
        return self.now(second) >= self.ends

    def move(self, word: str, second: int) -> None:
        """What became of it, and when that was."""
        self.word, self.seen = word, self.now(second)

    def why_not_draw(self, cents: int, second: int) -> set[str]:
        """Every reason for which a draw must be refused; empty if it must succeed."""
        reasons = {
            "early": second < 0,
            "late": self.over(second),
            "cover": not 0 < cents <= self.cover - self.drawn,
            "state": self.word not in OPEN,
        }
        return {name for name, applies in reasons.items() if applies}

    def why_not_take_up(self, second: int) -> set[str]:
        """The same for taking the offer up."""
        reasons = {"early": second < 0, "late": self.over(second), "state": self.word != "offered"}
        return {name for name, applies in reasons.items() if applies}


REFUSALS = {
    "early": RateLockNotBegun,
    "late": RateLockExpired,
    "cover": LockCoverExceeded,
    "state": TransitionRefused,
}


class LockMachine(RuleBasedStateMachine):
    """The same commands on the lock and on the model, with a clock that jumps both ways."""

    lock: RateLock
    model: Model

    @initialize(
        cover=st.integers(1, 500),
        ends=st.integers(1, 100),
        promise=st.sampled_from(Promise),
    )
    def make(self, cover: int, ends: int, promise: Promise) -> None:
        """A fresh lock of some cents for some seconds, offered or promised."""
        self.model = Model(cover, ends, promise.value)
        self.lock = RateLock(
            LockId("L-1"),
            QuoteId("Q-1"),
            chosen("EUR/USD", "1.0850"),
            chosen("EUR/USD", "1.0850"),
            Money.from_minor(cover, "EUR"),
            MADE,
            _second(ends),
            state=promise.value,
        )

    @rule(second=st.integers(-20, 120))
    def take_up(self, second: int) -> None:
        """Take the offer up, perhaps too late, perhaps twice."""
        reasons = self.model.why_not_take_up(second)
        if reasons:
            with pytest.raises(tuple(REFUSALS[one] for one in reasons)):
                self.lock.take_up(_second(second))
            return
        self.lock = self.lock.take_up(_second(second))
        self.model.move("held", second)

    @rule(cents=st.integers(-5, 510), second=st.integers(-20, 120))
    def draw(self, cents: int, second: int) -> None:
        """Draw some cents at some second."""
        self._draw(cents, second)

    @precondition(lambda self: self.model.word in OPEN)
    @rule(share=st.fractions(0, 1), data=st.data())
    def draw_a_share(self, share: Fraction, data: st.DataObject) -> None:
        """Draw part of what is left, or all of it, at a second at which the clock says it holds."""
        left = self.model.cover - self.model.drawn
        second = data.draw(st.integers(0, self.model.ends - 1))
        self._draw(max(1, round(left * share)), second)

    def _draw(self, cents: int, second: int) -> None:
        reasons = self.model.why_not_draw(cents, second)
        amount = Money.from_minor(cents, "EUR")
        if reasons:
            with pytest.raises(tuple(REFUSALS[one] for one in reasons)):
                self.lock.draw(amount, _second(second))
            return
        self.lock = self.lock.draw(amount, _second(second))
        self.model.drawn += cents
        used_up = self.model.drawn == self.model.cover
        self.model.move("consumed" if used_up else "drawn", second)

    @rule(second=st.integers(-20, 120))
    def expire(self, second: int) -> None:
        """Let the lock lapse, perhaps too early, perhaps twice."""
        if self.model.over(second) and self.model.word in ALIVE:
            self.lock = self.lock.expire(_second(second))
            self.model.move("expired", second)
            return
        with pytest.raises((RateLockNotExpired, TransitionRefused)):
            self.lock.expire(_second(second))

    @rule(second=st.integers(0, 120))
    def cancel(self, second: int) -> None:
        """Give the lock up before anything was drawn."""
        if self.model.word in {"offered", "held"} and not self.model.over(second):
            self.lock = self.lock.cancel(_second(second))
            self.model.move("cancelled", second)
            return
        late = self.model.word in {"offered", "held"}
        with pytest.raises(RateLockExpired if late else TransitionRefused):
            self.lock.cancel(_second(second))

    @rule(second=st.integers(0, 120), market=st.integers(5_000, 20_000))
    def break_off(self, second: int, market: int) -> None:
        """Give a promise up at some market."""
        rate = chosen("EUR/USD", f"{market // 10_000}.{market % 10_000:04d}")
        if self.model.word not in OPEN or self.model.over(second):
            late = self.model.word in OPEN
            with pytest.raises(RateLockExpired if late else TransitionRefused):
                self.lock.break_off(rate, _second(second), "moved")
            return
        self.lock = self.lock.break_off(rate, _second(second), "moved")
        self.model.move("broken", second)
        rest = Fraction(self.model.cover - self.model.drawn, 100)
        worth = half_even(half_even(rest * Fraction("1.0850")) / Fraction(market, 10_000))
        assert self.lock.break_cost is not None
        assert value(self.lock.break_cost.value) == worth - rest

    @invariant()
    def agrees_with_the_model(self) -> None:
        """State, cover, drawn, rest and the latest second are the clerk's."""
        model = self.model
        assert self.lock.state == model.word
        assert self.lock.drawn == Money.from_minor(model.drawn, "EUR")
        assert self.lock.remaining.minor == model.cover - model.drawn
        assert not self.lock.remaining.is_negative
        assert self.lock.last_seen_at == _second(model.seen)
        assert self.lock.is_open == (model.word in ALIVE)
        if self.lock.events:
            assert self.lock.events[-1].name == f"rate lock {model.word}"


def _second(count: int) -> datetime:
    return MADE + timedelta(seconds=count)


TestLockMachine = LockMachine.TestCase
