"""Keeping rates: what came, what was corrected, what is doubted, late or broken; and once only."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxcrm.adapters.givenrates import GivenRates
from fxcrm.adapters.memory import MemoryStore
from fxcrm.adapters.sql import open_sqlite
from fxcrm.adapters.sql.postgresql import open_postgresql
from fxcrm.bulletins import Bulletin
from fxcrm.events import Event
from fxcrm.heldrates import HeldRate, NobodyDecided
from fxcrm.ids import HeldRateId
from fxcrm.lifecycles import TransitionRefused
from fxcrm.ports import RateSource, Store
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.ratechecks import Doubt, RateChecks
from fxcrm.rates import (
    ClosedDays,
    CurrencyPair,
    Fixing,
    RateMissing,
    RatePolicy,
    RateSeries,
    RateTable,
)
from fxcrm.usecases.comparing import Learned
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.ratekeeping import (
    KnownLater,
    SyncReport,
    approve_rate,
    reject_rate,
    sync_rates,
)

SOURCE = "mint"
MONDAY = date(2026, 3, 2)
EVENING = datetime(2026, 3, 2, 17, tzinfo=UTC)
A_DAY = timedelta(days=1)


def on(days: int) -> date:
    """So many days after Monday."""
    return MONDAY + timedelta(days=days)


def evening(days: int) -> datetime:
    """The evening of a day."""
    return EVENING + timedelta(days=days)


def mint(*prices: tuple[int, str], pair: str = "EUR/USD") -> RateSource:
    """A source that published prices on days after Monday."""
    both = CurrencyPair.parse(pair)
    return GivenRates([Fixing(both, Decimal(value), on(day)) for day, value in prices], name=SOURCE)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    made = MemoryStore() if request.param == "memory" else open_sqlite(tmp_path / "rates.sqlite")
    yield made
    made.close()


def synced(store: Store, source: RateSource, days: int, **more: Any) -> SyncReport:
    """A sync on the evening of a day."""
    return sync_rates(store, source, at=evening(days), actor="ada", **more)


def value(store: Store, day: int, known: datetime | None = None, pair: str = "EUR/USD") -> str:
    """What the store answers for a day, as text."""
    base, _, counter = pair.partition("/")
    with store.begin(reading=True) as unit:
        table = unit.rates.table(SOURCE)
        try:
            return str(table.rate(base, counter, on(day), known_at=known).rounded_value())
        except RateMissing as missing:
            return type(missing).__name__


def events(store: Store) -> list[Event]:
    """Everything that was told."""
    with store.begin(reading=True) as unit:
        return [one.event for one in unit.events.after(0)]


def names(store: Store) -> list[str]:
    """The names of what was told, in order."""
    return [one.name for one in events(store)]


def at_desk(store: Store, days: int, command: Any, *, actor: str = "bob") -> Any:
    """Carry a command out on the evening of a day."""
    with store.begin(actor=actor, at=evening(days)) as unit:
        found = command(Desk(unit, RateTable(()), evening(days), actor))
        unit.commit()
    return found


def test_what_came_is_recorded_once(store: Store) -> None:
    """News are known from the fetch on; a second run finds nothing and writes nothing."""
    first = synced(store, mint((0, "1.0850"), (1, "1.0860")), 1)
    assert (first.published, first.is_news, first.held) == (2, True, ())
    before = store.digest()
    again = synced(store, mint((0, "1.0850"), (1, "1.0860")), 2)
    assert (again.published, again.is_news) == (0, False)
    assert store.digest() == before
    assert value(store, 1) == "1.0860"
    assert value(store, 1, evening(1) - A_DAY) == "RateUnknownThen"
    [event] = events(store)
    assert (event.name, event.subject) == ("rates published", SOURCE)
    assert event.details == {
        "rates": "2",
        "pairs": "1",
        "since": "2026-03-02",
        "until": "2026-03-03",
    }


def test_a_history_may_be_known_since_it_was_published(store: Store) -> None:
    """What is loaded once may count from its own days on; what comes later never does."""
    synced(store, mint((0, "1.0850"), (1, "1.0860")), 9, learned=Learned.WHEN_PUBLISHED)
    assert value(store, 0, evening(0)) == "1.0850"
    synced(store, mint((1, "1.0870"), (2, "1.0880")), 9, learned=Learned.WHEN_PUBLISHED)
    assert value(store, 1, evening(8)) == "1.0860"
    assert (value(store, 1), value(store, 2, evening(8))) == ("1.0870", "1.0860")


def test_a_correction_is_told_and_overwrites_nothing(store: Store) -> None:
    """Another value for a day is a correction, known from its own fetch on."""
    synced(store, mint((0, "1.0580"), (1, "1.0860")), 1)
    report = synced(store, mint((0, "1.0850"), (1, "1.086")), 2)
    assert report.published == 1
    [correction] = report.corrected
    assert (correction.fixing.value, correction.replaced.value) == (
        Decimal("1.0850"),
        Decimal("1.0580"),
    )
    assert (value(store, 0, evening(1)), value(store, 0)) == ("1.0580", "1.0850")
    assert names(store) == ["rates published", "rates published", "rate corrected"]
    assert events(store)[-1].details["replaced"] == "1.0580"


def test_a_jump_of_some_percent_is_told(store: Store) -> None:
    """Between the two bounds a rate is believed, and a person hears of it."""
    synced(store, mint((0, "1.0850")), 0)
    report = synced(store, mint((0, "1.0850"), (1, "1.1300")), 1)
    [move] = report.moved
    assert (report.published, report.held) == (1, ())
    assert move.share == Fraction("1.13") / Fraction("1.085") - 1
    assert events(store)[-1].name == "rate moved"
    assert events(store)[-1].details["share"] == "4.15 %"


@pytest.mark.parametrize(
    ("bad", "doubts"),
    [
        ("10.850", {Doubt.MOVED}),
        ("0.10850", {Doubt.MOVED, Doubt.INVERTED}),
        ("0.9217", {Doubt.MOVED, Doubt.INVERTED}),
        ("1.2000", {Doubt.MOVED}),
    ],
)
def test_what_is_doubted_is_held_and_answers_nothing(
    store: Store, bad: str, doubts: set[Doubt]
) -> None:
    """Ten times off, inverted, a jump: none answers before it is approved (R8, F8)."""
    synced(store, mint((0, "1.0850")), 0)
    report = synced(store, mint((0, "1.0850"), (1, bad)), 1)
    [held] = report.held
    assert {one.doubt for one in held.suspicions} == doubts
    assert (report.published, report.inverted) == (
        0,
        report.held if Doubt.INVERTED in doubts else (),
    )
    assert value(store, 1) == "1.0850"
    again = synced(store, mint((0, "1.0850"), (1, bad)), 2)
    assert (again.is_news, again.waiting) == (False, (attrs.evolve(held, version=1),))
    assert names(store) == ["rates published", "rate held"]


def test_what_follows_a_doubted_rate_is_doubted_with_it(store: Store) -> None:
    """A source that went wrong stays wrong: the second day does not vouch for the first."""
    synced(store, mint((0, "1.0850")), 0)
    for day in (1, 2, 3):
        prices = [(0, "1.0850"), *((each, f"10.85{each}0") for each in range(1, day + 1))]
        assert len(synced(store, mint(*prices), day).held) == 1
    assert len(synced(store, mint((0, "1.0850"), (1, "10.8510"), (4, "10.8540")), 4).held) == 1
    assert value(store, 4) == "1.0850"


def test_approved_it_answers_from_then_on(store: Store) -> None:
    """Who approves, when and why is kept; those that waited behind it are believed with it."""
    synced(store, mint((0, "1.2010")), 0)
    synced(store, mint((1, "1.0280"), (2, "1.0128"), (3, "9.9")), 3)
    [first, *_] = [one.subject for one in events(store) if one.name == "rate held"]
    found = at_desk(
        store, 4, lambda desk: approve_rate(desk, HeldRateId(first), reason="the floor fell")
    )
    assert [(one.fixing.on, one.state, one.decided_by) for one in found] == [
        (on(1), "approved", "bob"),
        (on(2), "approved", "bob"),
    ]
    assert found[1].reason == f"it follows {first}, which was approved"
    assert (value(store, 2), value(store, 2, evening(3))) == ("1.0128", "1.2010")
    assert value(store, 3) == "1.0128", "the third one is doubted still"
    assert names(store)[-2:] == ["rate approved", "rate approved"]
    assert synced(store, mint((1, "1.0280"), (2, "1.0128"), (3, "9.9")), 5).is_news is False
    with pytest.raises(TransitionRefused):
        at_desk(store, 5, lambda desk: reject_rate(desk, HeldRateId(first), reason="no"))


def test_rejected_it_stays_out(store: Store) -> None:
    """The same value is not taken for its day again; another one is."""
    synced(store, mint((0, "1.0850")), 0)
    [held] = synced(store, mint((1, "10.850")), 1).held
    at_desk(store, 1, lambda desk: reject_rate(desk, held.id, reason="a slip"))
    for day in (1, 2):
        report = synced(store, mint((1, "10.85")), day)
        assert (report.is_news, report.waiting) == (False, ())
    assert value(store, 1) == "1.0850"
    assert synced(store, mint((1, "1.0860")), 2).published == 1
    assert value(store, 1) == "1.0860"
    assert names(store) == ["rates published", "rate held", "rate rejected", "rates published"]


def test_what_its_source_corrects_need_not_be_decided(store: Store) -> None:
    """A held rate whose source publishes another value is rejected for that reason."""
    synced(store, mint((0, "1.0850")), 0)
    [held] = synced(store, mint((1, "10.850")), 1).held
    report = synced(store, mint((1, "1.0850")), 1)
    assert (report.published, report.waiting) == (1, ())
    with store.begin(reading=True) as unit:
        found = unit.held_rates.get(held.id)
    assert (found.state, found.reason) == ("rejected", "its source published 1.0850 instead")
    [other] = synced(store, mint((1, "1.0850"), (2, "0.9217")), 2).held
    [second] = synced(store, mint((2, "0.9300")), 2).held
    assert [one.id[-1] for one in (other, second)] == ["1", "2"]


@pytest.mark.parametrize(("actor", "reason"), [("", "why"), ("bob", " ")])
def test_nobody_decides_nothing(store: Store, actor: str, reason: str) -> None:
    """Approval has a name and a reason; without them nothing is written."""
    synced(store, mint((0, "1.0850")), 0)
    [held] = synced(store, mint((1, "10.850")), 1).held
    before = store.digest()
    for command in (approve_rate, reject_rate):
        with pytest.raises(NobodyDecided):
            at_desk(
                store, 1, lambda desk, run=command: run(desk, held.id, reason=reason), actor=actor
            )
    assert store.digest() == before


def test_what_was_withdrawn_does_not_come_back(store: Store) -> None:
    """A day that somebody withdrew keeps its old value out; a new value is news."""
    synced(store, mint((0, "1.0850"), (1, "1.0580")), 1)
    with store.begin(actor="bob", at=evening(2)) as unit:
        gone = RateSeries(
            CurrencyPair.of("EUR", "USD"), SOURCE, (on(1),), ("",), known=(evening(2),)
        )
        unit.rates.add([gone])
        unit.commit()
    assert synced(store, mint((0, "1.0850"), (1, "1.0580")), 3).is_news is False
    assert value(store, 1) == "1.0850"
    assert synced(store, mint((1, "1.0855")), 3).published == 1
    assert value(store, 1) == "1.0855"


def test_a_day_that_has_not_begun_is_taken_later(store: Store) -> None:
    """A price for tomorrow is told and left; the next day it is news (F8)."""
    source = mint((0, "1.0850"), (1, "1.0860"))
    report = synced(store, source, 0)
    assert (report.published, [one.on for one in report.ahead]) == (1, [on(1)])
    assert (value(store, 1), synced(store, source, 1).published) == ("1.0850", 1)


def stating(*prices: tuple[int, str, datetime | None]) -> RateSource:
    """A source that says of prices when they became known."""
    pair = CurrencyPair.of("EUR", "USD")
    return GivenRates(
        [Fixing(pair, Decimal(value), on(day), known_at=told) for day, value, told in prices],
        name=SOURCE,
    )


@pytest.mark.parametrize("told", [evening(0), evening(1) + timedelta(hours=1)])
def test_a_correction_counts_from_the_fetch_whatever_its_source_says(
    store: Store, told: datetime
) -> None:
    """What was known in between stays what it was; the new value answers from now on."""
    early = evening(1) - timedelta(hours=1)
    assert synced(store, stating((1, "1.0860", early)), 1).published == 1
    assert value(store, 1, early) == "1.0860", "a new day has its source's instant"
    report = synced(store, stating((1, "1.0865", early), (1, "1.0870", told)), 3)
    assert (report.published, [one.fixing.known_at for one in report.corrected]) == (
        1,
        [evening(3)],
    )
    last = "1.0870" if told > early else "1.0865"
    assert (value(store, 1, evening(2)), value(store, 1)) == ("1.0860", last)
    assert synced(store, stating((1, "1.0860", early)), 4).is_news is False, "an old answer"


def test_a_day_that_counts_from_its_beginning_is_corrected_too(store: Store) -> None:
    """A history known since its days, later news, then another value for one of its days."""
    synced(store, mint((0, "1.0850")), 0, learned=Learned.WHEN_PUBLISHED)
    synced(store, mint((1, "1.0860")), 1)
    assert len(synced(store, mint((0, "1.0855")), 2).corrected) == 1
    assert (value(store, 0, evening(1) - A_DAY), value(store, 0)) == ("1.0850", "1.0855")
    assert len(synced(store, mint((0, "1.0850")), 3).corrected) == 1, "and back again"
    assert (value(store, 0, evening(2)), value(store, 0)) == ("1.0855", "1.0850")


def test_a_source_whose_clock_is_ahead_blocks_nothing(store: Store) -> None:
    """Some minutes are the difference of two clocks; more is told, and taken when it came."""
    soon, later = evening(1) + timedelta(minutes=5), evening(1) + timedelta(hours=5)
    source = stating((1, "1.0860", soon), (1, "1.0870", later))
    report = synced(store, source, 1)
    assert (report.published, [one.known_at for one in report.ahead]) == (1, [later])
    assert (value(store, 1, evening(1)), value(store, 1)) == ("1.0860", "1.0860")
    assert synced(store, source, 1).is_news is False
    assert len(synced(store, source, 2).corrected) == 1
    assert (value(store, 1, later), value(store, 1)) == ("1.0860", "1.0870")
    assert synced(store, source, 3).is_news is False


@pytest.mark.parametrize("back", ["1.0860", "10.87"])
def test_what_its_source_took_back_can_not_be_approved(store: Store, back: str) -> None:
    """Also where it is back at the value that is kept, or at one that was rejected."""
    synced(store, mint((0, "1.0850"), (1, "1.0860")), 1)
    [slip] = synced(store, mint((1, "10.87")), 2).held
    at_desk(store, 2, lambda desk: reject_rate(desk, slip.id, reason="a slip"))
    [held] = synced(store, mint((1, "10.86")), 2).held
    report = synced(store, mint((1, back)), 3)
    assert (report.published, report.waiting) == (0, ())
    with pytest.raises(TransitionRefused):
        at_desk(store, 4, lambda desk: approve_rate(desk, held.id, reason="why not"))
    assert value(store, 1) == "1.0860"


def test_a_slip_that_its_source_corrected_is_not_held(store: Store) -> None:
    """Both come in one answer: the later one holds, and nobody can approve the slip."""
    synced(store, mint((0, "1.0850")), 0)
    noon = evening(1) - timedelta(hours=5)
    source = stating((1, "10.86", noon), (1, "1.0860", evening(1)))
    report = synced(store, source, 1)
    assert (report.published, report.held, value(store, 1)) == (1, (), "1.0860")
    assert synced(store, source, 2).is_news is False


def test_a_view_tells_what_it_knows(store: Store) -> None:
    """What became known after its instant is not recorded."""
    whole = stating((0, "1.0850", None), (0, "1.0860", evening(3)), (1, "1.0870", None))
    view = whole.fetch().table.as_known(evening(0))
    assert synced(store, _Answering(Bulletin(view, SOURCE)), 4).published == 1
    assert (value(store, 0), value(store, 1)) == ("1.0850", "1.0850")


def test_late_pairs_are_told_once(store: Store) -> None:
    """By the policy's age and calendar, withdrawn currencies aside; the event comes once."""
    croatia = mint((0, "7.5345"), pair="EUR/HRK")
    synced(store, mint((4, "1.0850")), 4)  # a Friday
    synced(store, croatia, 4)
    monday = RatePolicy(max_age=1, closed_days=ClosedDays.UNCOUNTED)
    assert synced(store, mint((4, "1.0850")), 7, expected=monday).late == ()
    strict = RatePolicy(max_age=1)
    for _ in range(2):
        [late] = synced(store, mint((4, "1.0850")), 7, expected=strict).late
        assert (late.fixing.on, late.age) == (on(4), 3)
    [event] = [one for one in events(store) if one.name == "rate late"]
    assert (event.subject, event.details["age"]) == ("mint EUR/USD", "3")


class _Broken:
    """A source that can not answer."""

    name = SOURCE

    def fetch(self, *_: date | None) -> Bulletin:
        """Always broken."""
        raise RateSourceBroken(source=self.name, reason="time-out after 10 seconds")


@attrs.frozen
class _Answering:
    """A source with a bulletin in hand."""

    bulletin: Bulletin
    name: str = SOURCE

    def fetch(self, *_: date | None) -> Bulletin:
        """That one."""
        return self.bulletin


def test_a_broken_source_changes_no_rate(store: Store) -> None:
    """It is told in the report, with what is late for it, and as an event once a day."""
    synced(store, mint((0, "1.0850")), 0)
    for _ in range(2):
        report = synced(store, _Broken(), 9)
        assert [str(one) for one in report.failures] == [
            "rate source mint is broken: time-out after 10 seconds"
        ]
        assert (report.published, len(report.late)) == (0, 1)
    synced(store, _Broken(), 10)
    assert names(store) == [
        "rates published",
        "rate late",
        "rate source broken",
        "rate source broken",
    ]
    assert value(store, 7) == "1.0850"


def test_every_cause_and_the_age_of_kept_rates_are_passed_on(store: Store) -> None:
    """What a chain met on its way, and since when a cache has kept its answer (R4, R5)."""
    cause = RateSourceBroken(source="first", reason="no answer")
    table = mint((0, "1.0850")).fetch().table
    report = synced(store, _Answering(Bulletin(table, SOURCE, (cause,), EVENING - A_DAY)), 0)
    assert (report.failures, report.kept_since, report.published) == ((cause,), EVENING - A_DAY, 1)
    assert names(store) == ["rates published", "rate source broken"]


@pytest.mark.parametrize(
    ("pair", "unit", "values", "reason"),
    [
        ("EUR/USD", 1, ("NaN",), "NaN"),
        ("EUR/USD", 1, ("0",), "above zero"),
        ("EUR/USD", 1, ("-1.0850",), "above zero"),
        ("USD/EUR", 1, ("0.9217",), "load them as two tables"),
        ("EUR/USD", 100, ("108.50",), "load them as two tables"),
    ],
)
def test_an_answer_that_can_be_no_rates_is_a_broken_source(
    store: Store, pair: str, unit: int, values: tuple[str, ...], reason: str
) -> None:
    """NaN, zero, the pair the other way round: told as broken, and nothing is kept (F8)."""
    synced(store, mint((0, "1.0850")), 0)
    bad = RateSeries(CurrencyPair.parse(pair), SOURCE, (on(1),), values, unit)
    good = RateSeries(CurrencyPair.of("EUR", "GBP"), SOURCE, (on(1),), ("0.8420",))
    report = synced(store, _Answering(Bulletin(RateTable([good, bad]), SOURCE)), 1)
    [failure] = report.failures
    assert reason in str(failure)
    assert (report.published, value(store, 1, pair="EUR/GBP")) == (0, "RateMissing")
    assert names(store)[-1] == "rate source broken"


def test_a_clock_that_went_back_records_nothing(store: Store) -> None:
    """A correction can not be known before what it corrects (F7)."""
    synced(store, mint((0, "1.0850")), 3)
    before = store.digest()
    with pytest.raises(KnownLater) as caught:
        synced(store, mint((0, "1.0860")), 2)
    assert (caught.value.known_at, caught.value.at) == (evening(3), evening(2))
    assert store.digest() == before


def test_pairs_near_parity_are_named(store: Store) -> None:
    """Where an inverse could not be noticed, the report says so (R8)."""
    synced(store, mint((0, "0.9650"), pair="EUR/CHF"), 0)
    report = synced(store, mint((1, "1.0363"), pair="EUR/CHF"), 1)
    assert list(map(str, report.not_told_inverted)) == ["EUR/CHF"]
    assert [one.looks_inverted for one in report.held] == []
    assert len(report.moved) == 1


def test_a_rate_off_its_cross_is_held(store: Store) -> None:
    """Two others of the same day lead elsewhere: all three are doubted, none is guessed."""
    values = {"EUR/USD": "1.0850", "EUR/GBP": "0.8420", "GBP/USD": "1.3500"}
    fixings = [
        Fixing(CurrencyPair.parse(pair), Decimal(one), MONDAY) for pair, one in values.items()
    ]
    report = synced(store, GivenRates(fixings, name=SOURCE), 0)
    assert {one.suspicions[0].doubt for one in report.held} == {Doubt.OFF_CROSS}
    assert (len(report.held), report.published) == (3, 0)


def test_a_standstill_is_held_where_it_is_asked_for(store: Store) -> None:
    """The fifth fixing of one value in a row, kept or new, if five are too many."""
    checks = RateChecks(longest_standstill=5)
    assert synced(store, mint(*((day, "1.0850") for day in range(3))), 2, checks=checks).held == ()
    report = synced(store, mint(*((day, "1.0850") for day in range(6))), 5, checks=checks)
    assert [one.fixing.on for one in report.held] == [on(4), on(5)]


def test_a_history_may_stay_where_it_jumped(store: Store) -> None:
    """On first sight, a move that the next day confirms is believed, a spike is not; never 10x."""
    prices = ["1.20", "1.03", "1.01", "1.30", "1.02", "10.2", "10.3"]
    report = synced(store, mint(*enumerate(prices)), 6)
    assert [str(one.fixing.value) for one in report.held] == ["1.30", "10.2", "10.3"]
    assert (report.published, report.moved) == (4, ())


def test_what_comes_out_of_order_is_held_against_its_neighbours(store: Store) -> None:
    """A day before all others is compared with the first of them; one between, with its past."""
    synced(store, mint((5, "1.0850"), (9, "1.0900")), 9)
    report = synced(store, mint((0, "10.80"), (1, "1.0800"), (7, "0.1085")), 9)
    assert [str(one.fixing.value) for one in report.held] == ["10.80", "0.1085"]
    assert report.published == 1


_PRICES = st.lists(st.sampled_from(["1.0850", "1.0900", "1.13", "10.85", "0.9217"]), max_size=8)


@given(_PRICES, st.integers(0, 8))
def test_whatever_comes_in_whatever_parts_is_kept_once(prices: list[str], cut: int) -> None:
    """Recorded, held or known: each fixing is exactly one of them, and repetition adds nothing."""
    store = MemoryStore()
    days = list(enumerate(prices))
    first = synced(store, mint(*days[:cut]), 8)
    second = synced(store, mint(*days), 9)
    third = synced(store, mint(*days), 10)
    assert not third.is_news
    with store.begin(reading=True) as unit:
        kept = [day for one in unit.rates.table(SOURCE).series for day in one.days]
        held: list[HeldRate] = list(unit.held_rates.all())
    assert len(kept) == first.published + second.published
    assert sorted([*kept, *(one.fixing.on for one in held)]) == [on(day) for day, _ in days]
    assert store.verify().is_sound


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_syncs_at_once_record_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Who comes second finds what the first has recorded, held and told (F5)."""
    prices = [(0, "1.0850"), (1, "1.0860"), (2, "10.87")]

    def opened() -> Store:
        if kind == "sqlite":
            return open_sqlite(tmp_path / "rates.sqlite", busy_seconds=30)
        return open_postgresql(request.getfixturevalue("postgresql_url"), busy_seconds=30)

    stores = [opened() for _ in range(4)]
    with ThreadPoolExecutor(len(stores)) as pool:
        reports = list(pool.map(lambda one: synced(one, mint(*prices), 2), stores))
    assert sorted(one.published for one in reports) == [0, 0, 0, 2]
    assert sorted(len(one.held) for one in reports) == [0, 0, 0, 1]
    assert names(stores[0]) == ["rate held", "rates published"]
    assert stores[0].verify().is_sound
    for one in stores:
        one.close()


def test_nobody_decides_before_a_rate_was_held(store: Store) -> None:
    """What was known then would change (F7): both decisions are refused, and nothing is written."""
    synced(store, mint((0, "1.0850")), 0)
    [held] = synced(store, mint((1, "10.860")), 1).held
    before = store.digest()
    for decide in (approve_rate, reject_rate):
        with pytest.raises(KnownLater) as refused:
            at_desk(store, 0, lambda desk, do=decide: do(desk, held.id, reason="why"))
        assert (refused.value.known_at, refused.value.at) == (evening(1), evening(0))
    assert store.digest() == before
    at_desk(store, 1, lambda desk: approve_rate(desk, held.id, reason="why"))
    assert value(store, 1) == "10.860"


def test_nothing_is_approved_before_what_is_known_of_its_source(store: Store) -> None:
    """A later sync has been answered from: an approval between the two is refused."""
    synced(store, mint((0, "1.0850")), 0)
    [held] = synced(store, mint((1, "10.860")), 1).held
    synced(store, mint((3, "1.0870")), 3)
    with pytest.raises(KnownLater):
        at_desk(store, 2, lambda desk: approve_rate(desk, held.id, reason="why"))
    at_desk(store, 2, lambda desk: reject_rate(desk, held.id, reason="a slip"))


def other(*prices: tuple[int, str], pair: str = "EUR/USD") -> RateSource:
    """Another source of the same store."""
    both = CurrencyPair.parse(pair)
    return GivenRates([Fixing(both, Decimal(value), on(day)) for day, value in prices], name="post")


@pytest.mark.parametrize(
    ("pair", "price", "doubt"),
    [
        ("EUR/USD", "11.561", Doubt.MOVED),
        ("EUR/USD", "1.4000", Doubt.MOVED),
        ("EUR/USD", "0.8650", Doubt.INVERTED),
        ("USD/EUR", "1.1561", Doubt.INVERTED),
        ("USD/JPY", "15.780", Doubt.MOVED),
    ],
)
def test_a_new_source_is_held_against_the_others(
    store: Store, pair: str, price: str, doubt: Doubt
) -> None:
    """Its first fixing of a pair, either way round or through a cross; those after it too (R8)."""
    synced(store, mint((0, "1.1561")), 0)
    synced(store, mint((0, "182.43"), pair="EUR/JPY"), 0)
    report = synced(store, other((0, price), (1, price), pair=pair), 1)
    assert (report.published, len(report.held)) == (0, 2)
    assert doubt in [one.doubt for one in report.held[0].suspicions]


def test_a_new_source_that_agrees_with_the_others_is_taken(store: Store) -> None:
    """And so is one that is alone with a pair, or where the others' fixings are too old."""
    synced(store, mint((0, "1.1561")), 0)
    assert synced(store, other((0, "1.1559")), 0).published == 1
    assert synced(store, other((0, "25.1"), pair="EUR/CZK"), 0).published == 1
    synced(store, mint((0, "7.46"), pair="EUR/DKK"), 0)
    assert synced(store, other((9, "9.46"), pair="EUR/DKK"), 9).published == 1
