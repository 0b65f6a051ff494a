"""Stories, imports and growing tables on every store, against the bare driver and SQLAlchemy Core.

    python benchmarks/storage.py [--quick] [--json FILE] [--only story] [--place sqlite]

The floor of an operation are the very statements that our store sent for it, sent again by the
bare driver alone: the same rows, in the same transactions, at the same durability, which is
printed. Beside it stand the same through SQLAlchemy Core, and two floors that are lower still:
without the queries that a transaction repeats, and with the rows of one table in one call.
Afterwards all sides must hold the same rows. Nothing is asserted of a time.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from statistics import median

if not __package__:  # started as a file
    sys.path[0] = str(Path(__file__).parents[1])

import attrs

from benchmarks import documents, measuring, places, stories
from benchmarks.measuring import Row, ratio
from benchmarks.places import SqlPlace
from benchmarks.recording import Call, batched, read_once, watching
from benchmarks.replaying import Bare
from fxcrm.adapters.memory import MemoryStore
from fxcrm.ports import Store

AT_MOST = 3.3  # times the bare driver, for a story
_SIDES = ("ours", "bare", "core", "once", "batched")
_PLACES: Mapping[str, Callable[[], AbstractContextManager[SqlPlace]]] = {
    "sqlite": places.sqlite,
    "sqlite-full": places.sqlite_full,
    "postgresql": places.postgresql,
}

Work = Callable[[Store], object]


@attrs.frozen
class Sizes:
    """How much is done. ``warm`` stories are told before the clock runs."""

    warm: int
    stories: int
    imported: int
    batch: int
    documents: int
    growth: tuple[int, ...]
    turns: int


QUICK = Sizes(10, 20, 600, 200, 300, (1_000, 3_000), 12)
THOROUGH = Sizes(30, 120, 100_000, 1_000, 10_000, (10_000, 100_000, 1_000_000), 60)


@attrs.frozen
class Operation:
    """Something done over and over by a store, each time by another ``work``.

    ``units``  how many of what is counted one work does
    ``base``   the database that all sides begin with
    ``warm``   so many works are done before the clock runs
    ``reads``  whether it only reads, so that all sides can have the same database
    ``compared``  whether the rows of all sides are compared in the end
    """

    name: str
    works: Sequence[Work]
    base: str
    units: int = 1
    warm: int = 2
    reads: bool = False
    compared: bool = True


@attrs.frozen
class Result:
    """The rows of one operation, and the calls of its last work."""

    rows: list[Row]
    calls: list[Call]


def measured(place: SqlPlace, operation: Operation) -> Result:
    """Each work by us and by all others, in turns; then what they hold is compared."""
    names = dict.fromkeys(("recorded", *_SIDES), operation.base)
    if not operation.reads:
        names = {name: name for name in names}
        for name in names:
            place.new(name, operation.base)
    with ExitStack() as stack:
        with watching() as recorder:  # only this store is slowed down by being watched
            recorded = stack.enter_context(closing(place.store(names["recorded"])))
        ours = stack.enter_context(closing(place.store(names["ours"])))
        core = stack.enter_context(closing(place.core(names["core"])))
        bare, once, many = (
            stack.enter_context(closing(Bare(place.connect(names[name]))))
            for name in ("bare", "once", "batched")
        )
        taken: list[list[float]] = [[] for _ in _SIDES]
        for turn, work in enumerate(operation.works):
            calls = recorder.taken(lambda work=work: work(recorded))  # type: ignore[misc]
            said, fewer, merged = core.prepared(calls), read_once(calls), batched(calls)
            sides: list[Callable[[], object]] = [
                lambda work=work: work(ours),  # type: ignore[misc]
                lambda calls=calls: bare.play(calls),  # type: ignore[misc]
                lambda said=said: core.play(said),  # type: ignore[misc]
                lambda fewer=fewer: once.play(fewer),  # type: ignore[misc]
                lambda merged=merged: many.play(merged),  # type: ignore[misc]
            ]
            for at, seconds in _timed(sides, turn, place.clock):
                if turn >= operation.warm:
                    taken[at].append(seconds)
    if operation.compared and not operation.reads:
        _compared(place)
    return Result(_rows(place, operation, taken), calls)


def _timed(
    sides: Sequence[Callable[[], object]], turn: int, clock: Callable[[], float]
) -> Iterator[tuple[int, float]]:
    """Seconds of each side, begun by another one in each turn (A B C, B C A)."""
    gc.collect(0)
    gc.disable()
    try:
        for place in range(turn, turn + len(sides)):
            at = place % len(sides)
            begun = clock()
            sides[at]()
            yield at, clock() - begun
    finally:
        gc.enable()


def _compared(place: SqlPlace) -> None:
    expected = place.rows("ours")
    for name in _SIDES:
        found = place.rows(name)
        for table, rows in expected.items():
            assert found[table] == rows, f"{name} left other rows in {table}"


def _rows(place: SqlPlace, operation: Operation, taken: Sequence[Sequence[float]]) -> list[Row]:
    ours, bare, core, once, many = (median(some) * 1e9 / operation.units for some in taken)
    name, driver = f"{operation.name}, {place.name}", place.driver
    return [
        Row(name, ours, f"SQLAlchemy Core on {driver}", core, bare),
        Row(name, ours, f"{driver}, no query twice", once, bare),
        Row(name, ours, f"{driver}, rows of a table at once", many, bare),
    ]


def _told(_: SqlPlace, sizes: Sizes) -> Iterator[Operation]:
    table = stories.rates()
    works = [
        lambda store, n=n: stories.tell(store, table, n) for n in range(sizes.warm + sizes.stories)
    ]
    yield Operation("a story", works, "opened", warm=sizes.warm)


def _imported(_: SqlPlace, sizes: Sizes) -> Iterator[Operation]:
    batches = range(0, sizes.imported, sizes.batch)
    works = [documents.imported(range(first, first + sizes.batch)) for first in batches]
    name = f"import of {sizes.imported:,} customers and invoices, each"
    yield Operation(name, works, "opened", units=2 * sizes.batch, warm=1)


def _busy(place: SqlPlace, sizes: Sizes) -> Iterator[Operation]:
    count, turns = sizes.documents, range(sizes.turns)
    _made(place, "busy", documents.busy(count), like="opened")
    documents.analysed(place, "busy")
    step = 2 * count // sizes.turns
    of = f"of a customer with {count:,}"
    finds = [documents.found(10 + turn * step // 2 * 2) for turn in turns]
    pages = [documents.paged(10 + turn * step // 2) for turn in turns]
    yield Operation(f"find a document {of}", finds, "busy", reads=True)
    yield Operation(f"page of {documents.PAGE} {of}", pages, "busy", reads=True)
    lists = [documents.listed()] * 3
    yield Operation(f"list all {of}", lists, "busy", warm=1, reads=True)


def _grown(place: SqlPlace, sizes: Sizes) -> Iterator[Operation]:
    _made(place, "grown", documents.imported(range(1)), like="opened")
    before = 0
    for size in sizes.growth:
        documents.filled(place, "grown", before + 1, size)
        before, turns = size, range(sizes.turns)
        spread = _spread(size, sizes.turns)
        finds, pages = map(documents.found, spread), map(documents.paged, spread)
        rare = [documents.paged_rarely(number) for number in spread]
        adds = [documents.added(9_000_000 + turn) for turn in turns]
        among = f"among {size:,}"
        yield Operation(f"find {among}", list(finds), "grown", reads=True)
        yield Operation(f"page of {documents.PAGE} {among}", list(pages), "grown", reads=True)
        yield Operation(f"page of a customer with one {among}", rare, "grown", reads=True)
        yield Operation(f"add {among}", adds, "grown", compared=False)


def _spread(size: int, turns: int) -> list[int]:
    """Numbers from all over the documents, none of them of the busy customer."""
    return [10 * (turn * size // turns // 10) + 1 for turn in range(turns)]


GROUPS: Mapping[str, Callable[[SqlPlace, Sizes], Iterator[Operation]]] = {
    "story": _told,
    "import": _imported,
    "customer": _busy,
    "growth": _grown,
}


def _made(place: SqlPlace, name: str, work: Work, like: str = "empty") -> None:
    place.new(name, like)
    with closing(place.store(name)) as store:
        work(store)


def in_memory(sizes: Sizes) -> Row:
    """Stories in memory, where there is no driver and no floor."""
    table, store, taken = stories.rates(), MemoryStore(), []
    stories.opened(store, table)
    for number in range(sizes.warm + sizes.stories):
        begun = time.process_time()
        stories.tell(store, table, number)
        taken.append(time.process_time() - begun)
    return Row("a story, memory", median(taken[sizes.warm :]) * 1e9, None, None, None)


def told(result: Result) -> str:
    """An operation as lines: ours with the multiple of the floor, then the others."""
    first, calls = result.rows[0], result.calls
    head = f"{first.name:<64}{_time(first.ours_ns)}  {ratio(first.above_floor):>7} the bare driver"
    bare = _time(first.floor_ns or 0).strip()
    made = (
        f"    {len(calls)} calls: {sum(call.rows for call in calls):,} rows written, "
        f"{sum(call.reads for call in calls)} reads, "
        f"{sum(call.ends for call in calls)} transactions; the bare driver {bare}"
    )
    lines = [
        f"    {row.peer:<60}{_time(row.peer_ns or 0)}  {ratio(_over(row)):>7} ours to it"
        for row in result.rows
        if row.peer
    ]
    return "\n".join([head, made, *lines])


def _over(row: Row) -> float | None:
    return row.ours_ns / row.peer_ns if row.peer_ns else None


def _time(nanoseconds: float) -> str:
    if nanoseconds >= 1e6:
        return f"{nanoseconds / 1e6:8.2f} ms"
    return f"{nanoseconds / 1e3:8.1f} us"


def _more(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=GROUPS, help="operations of one kind only")
    parser.add_argument("--imported", type=int, help="so many customers instead of 100,000")
    parser.add_argument("--place", choices=_PLACES, help="one database only")


def main() -> None:
    """Measure, print, and write the rows where ``--json`` says."""
    given = measuring.options(__doc__ or "", _more)
    sizes = QUICK if given.quick else THOROUGH
    sizes = attrs.evolve(sizes, imported=given.imported or sizes.imported)
    print(measuring.machine())
    rows = [in_memory(sizes)]
    print(
        f"{rows[0].name:<64}{_time(rows[0].ours_ns)}  {1e9 / rows[0].ours_ns:.0f} stories a second"
    )
    for name in [given.place] if given.place else _PLACES:
        with _PLACES[name]() as place:
            groups = [given.only] if given.only else [*GROUPS][: place.groups]
            rows += _on(place, sizes, groups)
    if given.json:
        given.json.write_text(measuring.as_json(rows), encoding="utf-8")


def _on(place: SqlPlace, sizes: Sizes, groups: Sequence[str]) -> list[Row]:
    print(f"\n{place.durability()}\n")
    table, rows = stories.rates(), []
    _made(place, "opened", lambda store: stories.opened(store, table))
    for group in groups:
        for operation in GROUPS[group](place, sizes):
            result = measured(place, operation)
            print(told(result), flush=True)
            rows += result.rows
            if group == "story":
                print(_verdict(result.rows[0]))
    return rows


def _rate(row: Row) -> str:
    return f"{1e9 / row.ours_ns:.0f} stories a second"


def _verdict(row: Row) -> str:
    figure = row.above_floor or 0
    word = "met" if figure <= AT_MOST else "NOT MET"
    return f"    {_rate(row)}; {figure:.2f}x the bare driver, at most {AT_MOST}: {word}"


if __name__ == "__main__":
    main()
