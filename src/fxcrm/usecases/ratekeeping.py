"""Keeping rates: fetched, held against what is known, recorded, or held for approval (R8).

`sync_rates` asks a source outside of any transaction and records what is new with the instant of
the fetch. It may be repeated: a second run finds nothing new. A source that is broken, or whose
answer can be no rates, changes nothing but is told of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import chain, count
from json import dumps
from typing import Final, TypeVar

import attrs

from fxcrm.bulletins import Bulletin
from fxcrm.errors import EnvironmentFailed, InputRefused, RuleRefused
from fxcrm.events import Event, checked_instant
from fxcrm.heldrates import HELD_RATE_LIFECYCLE, HeldRate, held_rate_id
from fxcrm.ids import HeldRateId
from fxcrm.money import canonical
from fxcrm.ports import RateSource, Store, UnitOfWork
from fxcrm.ports.ratesource import RateSourceBroken
from fxcrm.queries import Filter, every
from fxcrm.ratechecks import RateChecks, cross_of, crossed_pairs
from fxcrm.rates import (
    CurrencyPair,
    Fixing,
    RateMissing,
    RatePolicy,
    RateSeries,
    RateTable,
    Side,
    rounded_decimal,
)
from fxcrm.ratesources import by_newest
from fxcrm.records.trail import hashed
from fxcrm.usecases.comparing import (
    Compared,
    Correction,
    Doubted,
    Learned,
    Move,
    Terms,
    compare,
)
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.performing import insisting

T = TypeVar("T")
_Series = tuple[str, CurrencyPair, Side]
_EXPECTED: Final = RatePolicy()
_LOOKED_BACK: Final = 366  # days in which the fixing before one is looked for


class KnownLater(RuleRefused):
    """Rates are to be recorded, or decided on, before the instant of what is kept (F7)."""

    source: str
    known_at: datetime
    at: datetime
    template = (
        "rates of {source:plain} are known up to {known_at}, so nothing can be recorded or "
        "decided at {at}; check the clock, or name a later instant"
    )


@attrs.frozen
class LateRate:
    """A pair whose last fixing is older than expected; ``age`` in days, as the policy counts."""

    fixing: Fixing
    age: int


@attrs.frozen
class SyncReport:
    """What one sync of a source came to.

    ``published`` counts what was recorded, corrections included. ``held`` are the rates that were
    held now, ``waiting`` those of before. ``not_told_inverted`` are pairs so near parity that an
    inverse could not be noticed. ``ahead`` are fixings of days that have not begun, or of
    instants that are still to come; they are taken by a later run. ``failures`` has every cause,
    ``kept_since`` is given where the source gave its last good rates (R5).
    """

    source: str
    at: datetime
    published: int = 0
    corrected: tuple[Correction, ...] = ()
    moved: tuple[Move, ...] = ()
    held: tuple[HeldRate, ...] = ()
    waiting: tuple[HeldRate, ...] = ()
    late: tuple[LateRate, ...] = ()
    ahead: tuple[Fixing, ...] = ()
    not_told_inverted: tuple[CurrencyPair, ...] = ()
    failures: tuple[EnvironmentFailed, ...] = ()
    kept_since: datetime | None = None

    @property
    def inverted(self) -> tuple[HeldRate, ...]:
        """Those held now that look like the inverse of what they should be."""
        return tuple(one for one in self.held if one.looks_inverted)

    @property
    def is_news(self) -> bool:
        """Whether anything was recorded, corrected or held."""
        return bool(self.published or self.held)


def sync_rates(
    store: Store,
    source: RateSource,
    *,
    at: datetime,
    actor: str,
    since: date | None = None,
    until: date | None = None,
    checks: RateChecks = RateChecks(),
    expected: RatePolicy = _EXPECTED,
    learned: Learned = Learned.WHEN_FETCHED,
) -> SyncReport:
    """Fetch what a source published and record what is new, known since ``at``.

    ``expected`` says by its largest age and calendar when a pair is late. Raises `KnownLater`,
    `NaiveInstant`, and what a store raises; a broken source is told in the report.
    """
    terms = Terms(checks, checked_instant(at), learned)
    try:
        bulletin = source.fetch(since, until)
    except RateSourceBroken as cause:
        return _told_broken(store, source.name, terms, actor, expected, (cause,))
    try:
        return insisting(lambda: _synced(store, source.name, bulletin, terms, actor, expected))
    except InputRefused as refused:  # it quotes otherwise than before, or what is no number
        broken = RateSourceBroken(source=source.name, reason=str(refused))
        failures = (*bulletin.failures, broken)
        return _told_broken(store, source.name, terms, actor, expected, failures)


def _told_broken(
    store: Store,
    source: str,
    terms: Terms,
    actor: str,
    expected: RatePolicy,
    failures: tuple[EnvironmentFailed, ...],
) -> SyncReport:
    """Nothing is recorded but that the source is broken, and what is late with it."""
    empty = Bulletin(RateTable(()), source, failures)
    return insisting(lambda: _synced(store, source, empty, terms, actor, expected))


def _tell_failures(uow: UnitOfWork, failures: Iterable[EnvironmentFailed], terms: Terms) -> int:
    """One event a day for each cause; how many there were."""
    told = 0
    for one in failures:
        name = getattr(one, "source", "rates")
        details = {"reason": str(one)}
        told += _told_once(uow, Event("rate source broken", name, terms.today, details))
    return told


def _told_once(uow: UnitOfWork, event: Event, *more: str) -> bool:
    """Note a fact unless it was noted before; its words, or ``more``, are what tell it apart."""
    words = more or (event.on.isoformat(), *event.details.values())
    key = f"{event.name} told: {hashed(dumps([event.subject, *words]))}"
    if uow.commands.answer(key, event.name) is not None:
        return False
    uow.commands.record(key, event.name, "told")
    uow.events.note(event)
    return True


def _synced(
    store: Store,
    name: str,
    bulletin: Bulletin,
    terms: Terms,
    actor: str,
    expected: RatePolicy,
) -> SyncReport:
    with store.begin(actor=actor, at=terms.at) as uow:
        syncing = _Syncing(uow, bulletin, terms, actor)
        report = syncing.report(name, expected)
        if syncing.has_written:
            uow.commit()
    return report


class _Syncing:
    """One bulletin in one unit of work."""

    def __init__(self, uow: UnitOfWork, bulletin: Bulletin, terms: Terms, actor: str) -> None:
        bulletin = attrs.evolve(bulletin, table=_as_told(bulletin.table))
        self._uow, self._bulletin, self._terms, self._actor = uow, bulletin, terms, actor
        self._crossed = {side: crossed_pairs(bulletin.table, side) for side in Side}
        self._sources = sorted({one.source for one in bulletin.table.series})
        for source in self._sources:
            uow.rates.claim(source)
        self._kept = {key: one for source in self._sources for key, one in self._known(source)}
        self._others: dict[date, RateTable] = {}
        self._undecided: dict[_Series, list[HeldRate]] = defaultdict(list)
        for state in ("held", "rejected"):
            for held in every_held(uow, state):
                self._undecided[_series_of(held.fixing)].append(held)
        self.has_written = False

    def _known(self, source: str) -> Iterable[tuple[_Series, RateSeries]]:
        table = self._uow.rates.table(source)
        _refuse_earlier(source, table, self._terms.at)
        for one in table.series:
            yield (one.source, one.pair, one.side), one

    def report(self, name: str, expected: RatePolicy) -> SyncReport:
        """Compare, record, hold, and tell."""
        compared = [self._compared(one) for one in self._bulletin.table.series]
        held = [self._held(one) for of in compared for one in of.doubted]
        published = self._uow.rates.add([one.news for one in compared])
        waiting = [one for some in self._undecided.values() for one in some]
        self.has_written |= bool(published or held)
        self._tell(compared)
        late = self._late(self._sources or [name], expected)
        self.has_written |= bool(_tell_failures(self._uow, self._bulletin.failures, self._terms))
        return SyncReport(
            name,
            self._terms.at,
            published,
            _joined(one.corrections for one in compared),
            _joined(one.moves for one in compared if not one.is_first),
            tuple(held),
            tuple(one for one in waiting if one.state == HELD_RATE_LIFECYCLE.start),
            late,
            _joined(one.ahead for one in compared),
            tuple(one.pair for one in compared if not one.tells_inversion),
            self._bulletin.failures,
            self._bulletin.kept_since,
        )

    def _compared(self, series: RateSeries) -> Compared:
        key = (series.source, series.pair, series.side)
        found = compare(
            series,
            self._kept.get(key),
            self._terms,
            undecided=[(one.fixing.on, one.fixing.value) for one in self._undecided[key]],
            cross=self._cross if series.pair in self._crossed[series.side] else None,
            beside=self._beside,
        )
        self._supersede(key, series)
        return found

    def _cross(self, fixing: Fixing) -> Fraction | None:
        return cross_of(self._bulletin.table, fixing)

    def _beside(self, fixing: Fixing) -> Fixing | None:
        """What the other sources of the store answer for a fixing's pair and day, if they do."""
        pair, on = fixing.pair, fixing.on
        if on not in self._others:
            self._others[on] = self._kept_by_others(on)
        for side in dict.fromkeys((fixing.side, Side.MID)):
            try:
                rate = self._others[on].rate(pair.base, pair.counter, on, RatePolicy(side=side))
            except RateMissing:
                continue
            source = ", ".join(dict.fromkeys(leg.fixing.source for leg in rate.legs))
            return Fixing(pair, rate.rounded_value(), rate.on, source, side=fixing.side)
        return None

    def _kept_by_others(self, on: date) -> RateTable:
        """Their rates of a day, a pair from the source whose fixing is the newest."""
        since = on - timedelta(days=RatePolicy().max_age)
        others = [one for one in self._uow.rates.sources() if one not in self._sources]
        tables = [self._uow.rates.table(one, since=since, until=on) for one in others]
        return by_newest(tables)

    def _supersede(self, key: _Series, series: RateSeries) -> None:
        """What waits is rejected where its source has published another value instead."""
        for place, held in enumerate(self._undecided[key]):
            if held.state != HELD_RATE_LIFECYCLE.start:
                continue
            other = self._terms.last_word(series, held.fixing.on)
            if other is not None and other.value != held.fixing.value:
                reason = f"its source published {canonical(other.value)} instead"
                rejected = held.reject(self._actor, self._terms.at, reason)
                self._undecided[key][place] = self._uow.held_rates.save(rejected)
                self.has_written = True

    def _held(self, doubted: Doubted) -> HeldRate:
        known = self._uow.held_rates.find
        n = next(n for n in count(1) if known(held_rate_id(doubted.fixing, n)) is None)
        met = HeldRate.met(doubted.fixing, doubted.suspicions, self._terms.at, n)
        return self._uow.held_rates.add(met)

    def _tell(self, compared: Iterable[Compared]) -> None:
        """Events: what came of each source, and of each pair what was corrected and what moved."""
        news: dict[str, list[Compared]] = defaultdict(list)
        for one in compared:
            if one.news.days:
                news[one.news.source].append(one)
        for source, some in news.items():
            self._note("rates published", source, _summary(some))
            for one in some:
                name = f"{source} {one.pair}"
                if one.corrections:
                    self._note("rate corrected", name, _corrected(one.corrections))
                if one.moves and not one.is_first:
                    self._note("rate moved", name, _moved(one.moves))

    def _note(self, name: str, subject: str, details: Mapping[str, str]) -> None:
        self._uow.events.note(Event(name, subject, self._terms.today, details))

    def _late(self, sources: Iterable[str], expected: RatePolicy) -> tuple[LateRate, ...]:
        late = late_rates(self._uow, sources, self._terms.today, expected)
        for one in late:
            fixing = one.fixing
            details = {"rate": str(fixing), "age": str(one.age)}
            name = f"{fixing.source} {fixing.pair}"
            event = Event("rate late", name, self._terms.today, details)
            self.has_written |= _told_once(self._uow, event, fixing.side.value, str(fixing.on))
        return late


def late_rates(
    uow: UnitOfWork, sources: Iterable[str], today: date, expected: RatePolicy
) -> tuple[LateRate, ...]:
    """The pairs of sources whose last fixing is older on a day than the policy allows.

    Pairs of currencies that were withdrawn are left out.
    """
    last = (one for source in sources for one in uow.rates.last(source))
    aged = (LateRate(one, expected.age(one.on, today)) for one in last if _is_living(one, today))
    return tuple(one for one in aged if one.age > expected.max_age)


def _is_living(fixing: Fixing, on: date) -> bool:
    return fixing.pair.base.is_living(on) and fixing.pair.counter.is_living(on)


def _as_told(table: RateTable) -> RateTable:
    """The table of what a view knows; a table that is no view, itself."""
    if table.known_at is None:
        return table
    return RateTable([one.known_by(table.known_at) for one in table.series])


def _summary(some: list[Compared]) -> Mapping[str, str]:
    days = [day for one in some for day in one.news.days]
    return {
        "rates": str(len(days)),
        "pairs": str(len(some)),
        "since": str(min(days)),
        "until": str(max(days)),
    }


def _corrected(corrections: tuple[Correction, ...]) -> Mapping[str, str]:
    last = corrections[-1]
    number = {"corrections": str(len(corrections))} if len(corrections) > 1 else {}
    return {**number, "rate": str(last.fixing), "replaced": canonical(last.replaced.value)}


def _moved(moves: tuple[Move, ...]) -> Mapping[str, str]:
    last = moves[-1]
    number = {"moves": str(len(moves))} if len(moves) > 1 else {}
    share = f"{rounded_decimal(last.share * 100, 2)} %"
    return {**number, "rate": str(last.fixing), "last": str(last.last), "share": share}


def _joined(parts: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(chain.from_iterable(parts))


def _series_of(fixing: Fixing) -> _Series:
    return fixing.source, fixing.pair, fixing.side


def every_held(uow: UnitOfWork, state: str) -> Iterator[HeldRate]:
    """The held rates in a state: ``held``, ``approved`` or ``rejected``; by id."""
    return every(uow.held_rates.page, Filter(state=state))


def approve_rate(
    desk: Desk, id: HeldRateId, *, reason: str, checks: RateChecks = RateChecks()
) -> tuple[HeldRate, ...]:
    """Believe a held rate: it answers from now on, and what waited behind it is looked at again.

    Later fixings of its series that were doubted on its account alone are approved with it, and
    returned after it. Raises `NotFound`, `TransitionRefused`, `NobodyDecided`, and `KnownLater` at
    an instant before it was held, or before the last that is known of its source.
    """
    held = _claimed(desk, id)
    source = held.fixing.source
    desk.uow.rates.claim(source)
    _refuse_earlier(source, desk.uow.rates.table(source), desk.now)
    approved = [_approved(desk, held, reason)]
    behind = [
        one
        for one in every_held(desk.uow, "held")
        if _series_of(one.fixing) == _series_of(held.fixing) and one.fixing.on > held.fixing.on
    ]
    for one in sorted(behind, key=lambda each: each.fixing.on):
        if not _is_doubted(desk, one.fixing, checks):
            follows = f"it follows {held.id}, which was approved"
            approved.append(_approved(desk, one, follows))
    return tuple(approved)


def _claimed(desk: Desk, id: HeldRateId) -> HeldRate:
    held = desk.uow.held_rates.claim(id)
    if held.held_at > desk.now:  # nobody can have decided on what had not come
        raise KnownLater(source=held.fixing.source, known_at=held.held_at, at=desk.now)
    return held


def _refuse_earlier(source: str, table: RateTable, at: datetime) -> None:
    """Refuse to write what would change the answers of instants that have passed."""
    known = (one for series in table.series for one in series.known or () if one is not None)
    later = max(known, default=at)
    if later > at:
        raise KnownLater(source=source, known_at=later, at=at)


def _approved(desk: Desk, held: HeldRate, reason: str) -> HeldRate:
    approved = desk.uow.held_rates.save(held.approve(desk.actor, desk.now, reason))
    fixing = attrs.evolve(held.fixing, known_at=desk.now)
    desk.uow.rates.add(RateTable.from_fixings([fixing]).series)
    return approved


def _is_doubted(desk: Desk, fixing: Fixing, checks: RateChecks) -> bool:
    """Whether a fixing is still doubted, against what is believed by now."""
    around = timedelta(days=_LOOKED_BACK)
    table = desk.uow.rates.table(fixing.source, since=fixing.on - around, until=fixing.on)
    kept = next((one for one in table.series if _is_of(one, fixing)), None)
    [asked] = RateTable.from_fixings([attrs.evolve(fixing, known_at=None)]).series
    return bool(compare(asked, kept, Terms(checks, desk.now)).doubted)


def _is_of(series: RateSeries, fixing: Fixing) -> bool:
    return (series.source, series.pair, series.side) == _series_of(fixing)


def reject_rate(desk: Desk, id: HeldRateId, *, reason: str) -> HeldRate:
    """Do not believe a held rate; its value is not taken for its day again.

    Raises `NotFound`, `TransitionRefused`, `NobodyDecided`, and `KnownLater` at an instant before
    it was held.
    """
    held = _claimed(desk, id)
    return desk.uow.held_rates.save(held.reject(desk.actor, desk.now, reason))
