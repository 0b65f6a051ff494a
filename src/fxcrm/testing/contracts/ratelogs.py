"""What a store promises about published rates: added, never overwritten, and as known then."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from fxcrm.currencies import CurrencyRegistry, UnknownCurrency
from fxcrm.decisions import RateNotYetKnown
from fxcrm.encoding import NotStorable
from fxcrm.money import NumberRefused
from fxcrm.ports.storage import Store, StoreBusy, UnitOfWork
from fxcrm.rates import (
    ConflictingRate,
    CurrencyPair,
    Fixing,
    RateMissing,
    RateRefused,
    RateSeries,
    RateTable,
    Side,
    SourcesMixed,
)
from fxcrm.testing.contracts import samples
from fxcrm.testing.contracts.aggregates import AggregateContract
from fxcrm.testing.contracts.promises import expect, holds, refused
from fxcrm.testing.contracts.samples import AT, DAY

_SOURCE: Final = "kit"
_EURO: Final = CurrencyPair.of("EUR", "USD")
_HEAD_START: Final = 1  # second in which the other one could do harm
_LONGEST: Final = 30  # seconds that the kit waits for it
_TRIES: Final = 20

# Days, hours after their beginning at which a value became known (None: at once), and values.
_DAYS: Final = st.integers(0, 4)
_HOURS: Final = st.none() | st.integers(0, 200)
_ROWS: Final = st.dictionaries(
    st.tuples(_DAYS, st.none() | st.integers(1, 120)),
    st.sampled_from(["1.0850", "1.09", "0.00000001", "123456789012", ""]),
    max_size=8,
)


def _begin(day: int) -> datetime:
    return datetime.combine(DAY + timedelta(days=day), time.min, UTC)


def _known(day: int, hours: int | None) -> datetime | None:
    return None if hours is None else _begin(day) + timedelta(hours=hours)


def _series(rows: dict[tuple[int, int | None], str]) -> RateSeries:
    """Rows as a series; a withdrawal without an instant of its own is none."""
    ordered = sorted(rows, key=lambda key: (key[0], key[1] or 0))
    kept = [key for key in ordered if rows[key] or key[1] is not None]
    return RateSeries(
        _EURO,
        _SOURCE,
        tuple(DAY + timedelta(days=day) for day, _ in kept),
        tuple(rows[key] for key in kept),
        known=tuple(_known(*key) for key in kept),
    )


def _rows(series: Iterable[RateSeries]) -> list[tuple[Any, ...]]:
    """Everything a series says, row by row; for comparing."""
    return [
        (str(one), day, known, value)
        for one in series
        for day, known, value in zip(
            one.days, one.known or (None,) * len(one.days), one.values, strict=True
        )
    ]


def published() -> tuple[RateSeries, ...]:
    """Series of every form: withdrawn, corrected, per 100 units, of both sides, of odd names."""
    later = AT + timedelta(days=1)
    days = (DAY, DAY, DAY + timedelta(days=1))
    corrected = RateSeries(
        _EURO, _SOURCE, days, ("1.0850", "1.0580", "1.10"), known=(None, AT, later)
    )
    withdrawn = RateSeries(
        CurrencyPair.of("EUR", "JPY"), _SOURCE, (DAY, DAY), ("161.20", ""), known=(AT, later)
    )
    crowns = CurrencyPair.of("JPY", "CZK")
    bid = RateSeries(crowns, samples.HOSTILE, (DAY,), ("15.412",), 100, Side.BID)
    ask = attrs.evolve(bid, values=("15.5000000000000000000000000000000000001",), side=Side.ASK)
    return withdrawn, corrected, ask, bid


def _added(store: Store, series: Iterable[RateSeries]) -> int:
    with store.begin(actor="kit", at=AT) as unit:
        number = unit.rates.add(series)
        unit.commit()
    return number


def _bad() -> dict[str, tuple[type[Any], Any]]:
    """Each kind of bad rate with the error that refuses it (F8)."""
    one = RateSeries(_EURO, _SOURCE, (DAY,), ("1.0850",))
    long = f"0.{'0' * 38}1"
    numbers = {
        **dict.fromkeys(("0", "0.00", "-1.0850"), RateRefused),
        **dict.fromkeys(("NaN", "sNaN", "Infinity", "1E-400", "1E1000000"), NumberRefused),
        **dict.fromkeys(("", " 1.0850", "1_0", "\u0661", long, "9" * 10_000), NumberRefused),
    }
    bad: dict[str, tuple[type[Any], Any]] = {
        f"the number {number[:12]!r}": (error, attrs.evolve(one, values=(number,)))
        for number, error in numbers.items()
    }
    tomorrow = AT + timedelta(days=1)
    coins = CurrencyRegistry("kit").define("KIT", digits=2, name="Kit")
    foreign = CurrencyPair(coins.currency("KIT"), _EURO.counter)
    return {
        **bad,
        "a currency against itself": (
            RateRefused,
            attrs.evolve(one, pair=CurrencyPair.of("EUR", "EUR")),
        ),
        "a unit of nothing": (RateRefused, attrs.evolve(one, unit=0)),
        "a day of the future": (
            RateNotYetKnown,
            attrs.evolve(one, days=(tomorrow.date(),), known=(AT,)),
        ),
        "the pair the other way round": (SourcesMixed, attrs.evolve(one, pair=_EURO.inverse)),
        "another unit": (SourcesMixed, attrs.evolve(one, unit=100)),
        "another value": (ConflictingRate, attrs.evolve(one, values=("1.0851",))),
        "half a character": (NotStorable, attrs.evolve(one, source="\ud800")),
        "a NUL": (NotStorable, attrs.evolve(one, source="a\0b")),
        "a currency of another registry": (UnknownCurrency, attrs.evolve(one, pair=foreign)),
    }


class RateLogContract(AggregateContract):
    """The published rates of a unit of work."""

    most_examples: int = 0

    def test_rates_come_back_equal(self) -> None:
        """Value, unit, side, source and instant are kept as they came, also after a restart."""
        store, series = self.open_store(), published()
        expect("adding counts what is new", _added(store, series), sum(map(_length, series)))
        with closing(self.reopened(store)) as again, again.begin(reading=True) as unit:
            expect("sources are listed in order", unit.rates.sources(), (samples.HOSTILE, _SOURCE))
            for source in unit.rates.sources():
                found = unit.rates.table(source).series
                wanted = [one for one in series if one.source == source]
                expect("rates come back equal, by pair", _rows(found), _rows(wanted))
                sides = {one.side for one in found}
                expect("each on its side", sides, {one.side for one in wanted})

    def test_a_correction_overwrites_nothing(self) -> None:
        """As known at an earlier instant, a question has the earlier answer (bitemporal)."""
        before, later = AT - timedelta(seconds=1), AT + timedelta(days=1)
        with closing(self.open_store()) as store:
            _added(store, published())
            with store.begin(reading=True) as unit:
                values = {
                    at: str(unit.rates.table(_SOURCE, known_at=at).rate("EUR", "USD", DAY).ratio)
                    for at in (before, AT, None)
                }
                expect("the earlier answer stays", values[before], "217/200")
                expect("the correction answers from its instant on", values[AT], "529/500")
                expect("and without an instant", values[None], "529/500")
                expect(
                    "a table as known then says the same",
                    unit.rates.table(_SOURCE).rate("EUR", "USD", DAY, known_at=before).ratio,
                    unit.rates.table(_SOURCE, known_at=before).rate("EUR", "USD", DAY).ratio,
                )
                yen = unit.rates.table(_SOURCE, known_at=AT).rate("EUR", "JPY", DAY)
                expect("a day answers until it is withdrawn", yen.ratio * 5, 806)
                with refused("and not from then on", RateMissing):
                    unit.rates.table(_SOURCE, known_at=later).rate("EUR", "JPY", DAY)

    def test_adding_again_is_nothing_new(self) -> None:
        """The same rates a second time, or written 1.0850 as 1.085, change nothing at all."""
        series = published()
        with closing(self.open_store()) as store:
            _added(store, series)
            before = store.digest()
            expect("nothing is new", _added(store, series), 0)
            shorter = attrs.evolve(series[1], values=("1.085", "1.05800", "1.1"))
            expect("nor is another scale", _added(store, [shorter, shorter]), 0)
            expect("nothing was written", store.digest(), before)
            begun = attrs.evolve(series[1], known=(_begin(0), AT, AT + timedelta(days=1)))
            expect("nor the instant at which the day begins", _added(store, [begun]), 0)

    def test_what_is_no_rate_is_refused(self) -> None:
        """Every kind of bad rate is refused, and nothing of its call is kept (F8)."""
        good = RateSeries(CurrencyPair.of("EUR", "CHF"), _SOURCE, (DAY,), ("0.9300",))
        known = RateSeries(_EURO, _SOURCE, (DAY,), ("1.0850",))
        with closing(self.open_store()) as store:
            _added(store, [known])
            before = store.digest()
            for name, (error, bad) in _bad().items():
                with store.begin(actor="kit", at=AT) as unit:
                    with refused(f"{name} is refused", error):
                        unit.rates.add([good, bad])
                    rows = _rows(unit.rates.table(_SOURCE).series)
                    expect(f"nothing is kept beside {name}", rows, _rows([known]))
                    unit.commit()
                expect(f"{name} changes nothing", store.digest(), before)

    def test_a_conflict_names_both_values(self) -> None:
        """Another value for the same day and instant is refused; both are named."""
        with closing(self.open_store()) as store, store.begin() as unit:
            unit.rates.add(published())
            other = attrs.evolve(published()[1], values=("1.0850", "1.0581", "1.10"))
            with refused("one value for each instant", ConflictingRate) as refusal:
                unit.rates.add([other])
            named = refusal.operands("pair", "on", "first", "second")
            expect("both are named", named, ("EUR/USD", DAY, "1.0580", "1.0581"))
            gone = attrs.evolve(published()[1], values=("1.0850", "", "1.10"))
            with refused("a withdrawal is another value", ConflictingRate) as refusal:
                unit.rates.add([gone])
            expect("and is told as one", refusal.operands("second"), ("withdrawn",))

    def test_rates_are_found_by_day_and_instant(self) -> None:
        """Whatever was added in whichever parts: the rows within the span, known by then."""

        @settings(deadline=None, max_examples=self.most_examples or settings().max_examples)
        @given(st.lists(_ROWS, max_size=3), st.tuples(_DAYS, _DAYS), _HOURS)
        def check(parts: list[dict[Any, str]], span: tuple[int, int], hours: int | None) -> None:
            rows: dict[Any, str] = {}
            since, until = (DAY + timedelta(days=day) for day in span)
            at = None if hours is None else _begin(0) + timedelta(hours=hours)
            with closing(self.open_store()) as store, store.begin() as unit:
                for part in parts:
                    news = {key: value for key, value in part.items() if key not in rows}
                    rows |= news
                    added = unit.rates.add([_series(news)])
                    expect("adding counts what is new", added, _length(_series(news)))
                found = unit.rates.table(_SOURCE, since=since, until=until, known_at=at)
                wanted = [
                    row
                    for row in _rows([_series(rows)])
                    if since <= row[1] <= until and _is_known(row, at)
                ]
                expect("the rows of the span, known by then", _rows(found.series), wanted)
                expect("the last that holds", unit.rates.last(_SOURCE, at), _last(rows, at))

        check()

    def test_the_last_of_each_pair_is_known_at_once(self) -> None:
        """The last day that holds, after fifty that were withdrawn, for each pair and side."""
        days = tuple(DAY - timedelta(days=back) for back in range(50, 0, -1))
        known = tuple(_begin(0) for _ in days)
        gone = RateSeries(_EURO, _SOURCE, days, ("",) * 50, known=known)
        first = attrs.evolve(gone, days=(DAY - timedelta(days=60),), values=("1.0700",), known=None)
        with closing(self.open_store()) as store, store.begin() as unit:
            unit.rates.add([first, *published()[2:]])
            unit.rates.add([gone])
            wanted = (Fixing(_EURO, Decimal("1.0700"), first.days[0], _SOURCE),)
            expect("the last that was not withdrawn", unit.rates.last(_SOURCE), wanted)
            sides = [one.side for one in unit.rates.last(samples.HOSTILE)]
            expect("one of each side", sides, [Side.ASK, Side.BID])
            expect("none of a source that nobody knows", unit.rates.last("nobody"), ())
            expect("whose table is empty", unit.rates.table("nobody").pairs, ())

    def test_who_claims_a_source_adds_alone(self) -> None:
        """Another unit waits, or is told `StoreBusy`, until who claimed the source has ended."""
        other = _Other()
        with closing(self.open_store()) as store:
            with store.begin() as unit:
                unit.rates.claim(_SOURCE)
                worker = threading.Thread(target=other.add, args=(store,))
                worker.start()
                worker.join(_HEAD_START)
                expect("nobody else adds to it", other.added, [])
                unit.rates.add(published()[1:2])
                unit.commit()
            worker.join(_LONGEST)
            expect("who waited finds what was added", other.added, [0])
            holds("and the store is sound", store.verify().is_sound)


class _Other:
    """Somebody who adds the same rates in a thread of its own, as soon as the store lets it."""

    def __init__(self) -> None:
        self.added: list[int] = []

    def add(self, store: Store) -> None:
        """Add; again where the store is busy."""
        pause = threading.Event()
        for _ in range(_TRIES):
            try:
                self.added.append(_added(store, published()[1:2]))
            except StoreBusy:
                pause.wait(1)
            else:
                return


def _length(series: RateSeries) -> int:
    return len(series.days)


def _is_known(row: tuple[Any, ...], at: datetime | None) -> bool:
    _, day, known, _ = row
    return at is None or (known or datetime.combine(day, time.min, UTC)) <= at


def _last(rows: dict[Any, str], at: datetime | None) -> tuple[Fixing, ...]:
    """The oracle: the last word on each day that was known, and of those days the last."""
    words: dict[date, tuple[Any, ...]] = {
        row[1]: row for row in _rows([_series(rows)]) if _is_known(row, at)
    }
    for day in sorted(words, reverse=True):
        _, _, known, value = words[day]
        if value:
            return (Fixing(_EURO, Decimal(value), day, _SOURCE, known_at=known),)
    return ()


def add_published(unit: UnitOfWork) -> int:
    """Add the samples."""
    return unit.rates.add(published())


def one_rate(unit: UnitOfWork) -> int:
    """Add one rate that no sample has."""
    return unit.rates.add(RateTable.of("EUR", on=DAY, source=_SOURCE, CHF="0.9300").series)
