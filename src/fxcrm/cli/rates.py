"""``fxcrm rates``: fetch them into a database, look at them, decide what is held."""

from __future__ import annotations

import os
from argparse import Namespace as Arguments
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import Final

from fxcrm._decimals import EXACT
from fxcrm.adapters.clock import SystemClock
from fxcrm.bootstrap import open_store, rate_chart, rate_source
from fxcrm.cli import ratetexts
from fxcrm.cli.ratearguments import FEEDS, KEY
from fxcrm.cli.words import ArgumentRefused, day_of, instant_of, number_of
from fxcrm.errors import EnvironmentFailed, NotThere
from fxcrm.ids import HeldRateId
from fxcrm.mappings import FrozenMap
from fxcrm.money import parse_decimal
from fxcrm.ports import RateSource, Store
from fxcrm.ratechecks import RateChecks
from fxcrm.rates import (
    WEEKENDS,
    ClosedDays,
    CurrencyPair,
    ExchangeRate,
    LookUp,
    RateMissing,
    RatePolicy,
    RateTable,
    Side,
)
from fxcrm.ratesources import by_coverage, by_newest
from fxcrm.usecases.comparing import Learned
from fxcrm.usecases.deciding import Desk
from fxcrm.usecases.ratekeeping import approve_rate, every_held, reject_rate, sync_rates

_HUNDREDTH: Final = Decimal("0.01")
_DAYS_SHOWN: Final = 92  # of a chart, where no span is named


class NothingToDraw(NotThere):
    """The span of a chart has no fixing of the pair."""

    pair: str
    since: date
    until: date
    template = "{pair:plain} has no fixing from {since} to {until}; name another span or source"


class NoDatabase(NotThere):
    """A database is to be read that is not there."""

    path: str
    template = "there is no database {path}; make one with: fxcrm rates sync --db {path:plain}"


class NoSuchSource(NotThere):
    """What is to be synced is neither a feed nor a file that is there."""

    name: str
    feeds: str
    template = "there is no file {name}, and no feed of that name; the feeds are {feeds:plain}"


class OtherSourceAnswers(NotThere):
    """No rate by the sources in their order, though one of them would answer alone."""

    reason: str
    sources: str
    template = "{reason:plain}; alone would answer: {sources:plain}; name one with --source"


class ChartNotWritten(EnvironmentFailed):
    """The place of the drawing can not be written."""

    path: str
    reason: str
    template = "the chart can not be written to {path}: {reason:plain}"


def sync(arguments: Arguments) -> int:
    """Fetch, record, tell. A source that is broken is told last, as a failure."""
    at, source = _now(arguments), _source(arguments.source)
    checks = RateChecks(largest_move=_share(arguments.hold_from))
    since, until = day_of("--since", arguments.since), day_of("--until", arguments.until)
    _refuse_inverted(since, until)
    learned = Learned.WHEN_PUBLISHED if arguments.as_published else Learned.WHEN_FETCHED
    with closing(open_store(arguments.db)) as store:
        report = sync_rates(
            store,
            source,
            at=at,
            actor=arguments.by,
            since=since,
            until=until,
            checks=checks,
            expected=_policy(arguments),
            learned=learned,
        )
    for line in ratetexts.report(report):
        print(line)
    if report.failures and not report.is_news:
        raise report.failures[-1]
    return 0


def show(arguments: Arguments) -> int:
    """The rate of a day: value, path, source, identifier, age and rule."""
    pair, policy = _pair(arguments.pair), _policy(arguments)
    on = day_of("the day", arguments.day) or _now(arguments).date()
    known_at, tables = _known_at(arguments), _tables(arguments)
    preferred = _in_order(tables) if arguments.source else by_newest(tables, on, known_at)
    try:
        rate = preferred.rate(pair.base, pair.counter, on, policy, known_at)
    except RateMissing as missing:
        if answering := _answering(tables, pair, on, policy, known_at):
            raise OtherSourceAnswers(reason=str(missing), sources=answering) from missing
        raise
    for line in ratetexts.shown(rate, policy.age(rate.on, on)):
        print(line)
    return 0


def gaps(arguments: Arguments) -> int:
    """The days without a rate; none is an answer too."""
    pair, policy = _pair(arguments.pair), _policy(arguments)
    since, until = _span(arguments)
    found = _table(arguments, since, until).gaps(pair.base, pair.counter, since, until, policy)
    for span in found:
        print(span)
    if not found:
        print(f"none: a rate of {pair} answers for every day from {since} to {until}")
    return 0


def chart(arguments: Arguments) -> int:
    """The fixings of a span: plain characters, or a file."""
    pair, (since, until) = _pair(arguments.pair), _span(arguments)
    table, policy = _table(arguments, since, until), _policy(arguments)
    rates = table.published(pair.base, pair.counter, since, until, policy)
    if not rates:
        raise NothingToDraw(pair=str(pair), since=since, until=until)
    if arguments.svg is None:
        for line in ratetexts.plot(rates):
            print(line)
    else:
        _write(arguments.svg, rate_chart(pair, rates, _sources(rates)))
    return 0


def held(arguments: Arguments) -> int:
    """What waits for a decision."""
    with _existing(arguments) as store, store.begin(reading=True) as unit:
        waiting = list(every_held(unit, "held"))
    for one in waiting:
        for line in ratetexts.waiting(one):
            print(line)
    if not waiting:
        print("nothing is held")
    return 0


def approve(arguments: Arguments) -> int:
    """Believe it, and what follows from it."""
    with _existing(arguments) as store, _desk(store, arguments) as desk:
        found = approve_rate(desk, HeldRateId(arguments.id), reason=arguments.reason)
        desk.uow.commit()
    for one in found:
        print(f"approved  {one.id}: {one.reason}")
    return 0


def reject(arguments: Arguments) -> int:
    """Do not believe it."""
    with _existing(arguments) as store, _desk(store, arguments) as desk:
        found = reject_rate(desk, HeldRateId(arguments.id), reason=arguments.reason)
        desk.uow.commit()
    print(f"rejected  {found.id}: {found.reason}")
    return 0


@contextmanager
def _desk(store: Store, arguments: Arguments) -> Iterator[Desk]:
    at = _now(arguments)
    with store.begin(actor=arguments.by, at=at) as unit:
        yield Desk(unit, RateTable(()), at, arguments.by)


@contextmanager
def _existing(arguments: Arguments) -> Iterator[Store]:
    """The database, which is not made here: an empty one would answer nothing."""
    if "://" not in arguments.db and not Path(arguments.db).exists():
        raise NoDatabase(path=arguments.db)
    with closing(open_store(arguments.db)) as store:
        yield store


def _table(arguments: Arguments, since: date, until: date) -> RateTable:
    """The rates of a span: of the sources named, or a pair from the one that has most of it."""
    known_at, tables = _known_at(arguments), _tables(arguments)
    table = _in_order(tables) if arguments.source else by_coverage(tables, since, until, known_at)
    return table if known_at is None else table.as_known(known_at)


def _tables(arguments: Arguments) -> list[RateTable]:
    """The rates of each source named, in that order; or of each there is, by name."""
    with _existing(arguments) as store, store.begin(reading=True) as unit:
        return [unit.rates.table(one) for one in arguments.source or unit.rates.sources()]


def _in_order(tables: Sequence[RateTable]) -> RateTable:
    return reduce(RateTable.backed_by, tables, RateTable(()))


def _answering(
    tables: Sequence[RateTable],
    pair: CurrencyPair,
    on: date,
    policy: RatePolicy,
    known_at: datetime | None,
) -> str:
    """The sources that would answer alone, with commas between them."""
    found = []
    for table in tables:
        with suppress(RateMissing):
            found.append(_sources([table.rate(pair.base, pair.counter, on, policy, known_at)]))
    return ", ".join(found)


def _known_at(arguments: Arguments) -> datetime | None:
    return instant_of("--known-at", arguments.known_at)


def _source(name: str | None) -> RateSource:
    if name is not None and name not in FEEDS and not Path(name).exists():
        raise NoSuchSource(name=name, feeds=", ".join(FEEDS))
    return rate_source(name, key=os.environ.get(KEY, ""))


def _sources(rates: Sequence[ExchangeRate]) -> str:
    return ", ".join(sorted({leg.fixing.source for rate in rates for leg in rate.legs}))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        raise ChartNotWritten(path=str(path), reason=reason) from failure
    print(f"wrote {path}")


def _policy(arguments: Arguments) -> RatePolicy:
    given = vars(arguments)
    counted = ClosedDays.UNCOUNTED if given.get("weekdays") else ClosedDays.COUNTED
    return RatePolicy(
        LookUp.STRICTLY_BEFORE if given.get("before") else LookUp.ON_OR_BEFORE,
        number_of("--max-age", given.get("max_age", "7")),
        number_of("--legs", given.get("legs", "2")),
        Side(given.get("side", Side.MID.value)),
        counted,
        WEEKENDS,
    )


def _span(arguments: Arguments) -> tuple[date, date]:
    until = day_of("--until", arguments.until) or _now(arguments).date()
    since = day_of("--since", arguments.since)
    _refuse_inverted(since, until)
    return since or date.fromordinal(max(until.toordinal() - _DAYS_SHOWN, 1)), until


def _refuse_inverted(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and since > until:
        expected = f"a day on or before the last one, {until}"
        raise ArgumentRefused(name="--since", value=str(since), expected=expected)


def _now(arguments: Arguments) -> datetime:
    return instant_of("--at", arguments.at) or SystemClock().now()


def _pair(text: str) -> CurrencyPair:
    base, slash, counter = text.partition("/")
    if not (base and slash and counter):
        raise ArgumentRefused(name="the pair", value=text, expected="two codes, such as EUR/USD")
    return CurrencyPair.of(base.upper(), counter.upper())


def _share(text: str) -> Decimal:
    return EXACT.multiply(parse_decimal(text), _HUNDREDTH)


COMMANDS: Final[Mapping[str, Callable[[Arguments], int]]] = FrozenMap(
    {
        "sync": sync,
        "show": show,
        "gaps": gaps,
        "chart": chart,
        "held": held,
        "approve": approve,
        "reject": reject,
    }
)
